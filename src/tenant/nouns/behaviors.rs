//! Behaviors: what detectors notice by the rule of a policy that raises no alerts any more. They come about as alerts do
//! and are never changed.

use std::sync::Arc;

use crate::model::behavior::Behavior;
use crate::model::index::BehaviorNo;
use crate::model::observation::Observation;
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;
use crate::tenant::timeline::state::State;

/// Keeps what was noticed as a behavior.
pub(super) fn make(core: &mut Core, seen: Observation) {
    if let Some(ordinal) = BehaviorNo::at(core.behaviors.len()) {
        core.behaviors.push_back(Arc::new(Behavior { ordinal, seen }));
    }
}

/// The behaviors stored at or before `now`, oldest first.
pub fn behaviors(state: &State, now: VirtualTime) -> impl DoubleEndedIterator<Item = &Behavior> {
    let all = &state.core().behaviors;
    let (mut low, mut high) = (0, all.len());
    while low < high {
        let middle = (low + high) / 2;
        if all.get(middle).is_some_and(|behavior| behavior.seen.stored <= now) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    all.iter().take(low).map(|behavior| &**behavior)
}
