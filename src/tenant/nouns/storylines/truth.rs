//! Ground truth: which records belong to which storyline.

use crate::model::time::VirtualTime;

use crate::tenant::timeline::state::State;

/// What a storyline has left in the tenant so far.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Number of the storyline: its place in `State::storylines`.
    pub story: usize,
    /// Rows of its activities, oldest first.
    pub activities: Vec<u64>,
    /// Ordinals of the alerts that have at least one of them as evidence.
    pub alerts: Vec<u32>,
}

/// The truth about every storyline, as far as it has happened by `now`.
pub fn truth(state: &State, now: VirtualTime) -> Vec<Truth> {
    let mut truths: Vec<Truth> = (0..state.storylines().count())
        .map(|story| Truth { story, activities: Vec::new(), alerts: Vec::new() })
        .collect();
    for (first, chunk, shown) in state.core().log.chunks(now) {
        for (index, &story) in chunk.story[..shown].iter().enumerate().filter(|(_, story)| **story > 0) {
            if let Some(truth) = truths.get_mut(usize::from(story) - 1) {
                truth.activities.push(first + index as u64);
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
