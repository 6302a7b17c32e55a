//! Ground truth: which records belong to which storyline.

use crate::model::index::{AlertNo, RowNo, StoryNo};
use crate::model::time::VirtualTime;

use crate::tenant::timeline::state::State;

/// What a storyline has left in the tenant so far.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The storyline: its place in `State::storylines`.
    pub story: StoryNo,
    /// Its activities, oldest first.
    pub activities: Vec<RowNo>,
    /// The alerts that have at least one of them as evidence.
    pub alerts: Vec<AlertNo>,
}

/// The truth about every storyline, as far as it has happened by `now`.
pub fn truth(state: &State, now: VirtualTime) -> Vec<Truth> {
    let mut truths: Vec<Truth> = StoryNo::first(state.storylines().count())
        .map(|story| Truth { story, activities: Vec::new(), alerts: Vec::new() })
        .collect();
    for (first, chunk, shown) in state.core().log.chunks(now) {
        for (index, &value) in chunk.story[..shown].iter().enumerate() {
            let Some(story) = StoryNo::of_column(value) else { continue };
            if let Some(truth) = truths.get_mut(story.index()) {
                truth.activities.push(first.plus(index));
            }
        }
    }
    for alert in state.alerts(now) {
        for truth in &mut truths {
            if alert.activities.iter().any(|row| truth.activities.binary_search(row).is_ok()) {
                truth.alerts.push(alert.ordinal);
            }
        }
    }
    truths
}
