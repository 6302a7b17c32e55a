//! Ground truth: which records belong to which storyline.
//!
//! It is noted when a record is stored, and kept when the record leaves the log: what an alert or a storyline rests on
//! can be told for as long as there are alerts and storylines.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::activity::Event;
use crate::model::index::{AlertNo, BehaviorNo, RowNo, StoryNo};
use crate::model::observation::Observation;
use crate::model::time::VirtualTime;
use crate::tenant::nouns::behaviors::behaviors;
use crate::tenant::timeline::fold::Core;
use crate::tenant::timeline::log::Chunk;
use crate::tenant::timeline::state::State;

/// What was noted so far. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct TruthNotes {
    /// The rows of storylines.
    rows: imbl::OrdMap<RowNo, StoryNo>,
    /// Rows that have left the log, and that a storyline or an alert rests on: no more than those are many.
    kept: imbl::OrdMap<RowNo, Event>,
}

impl TruthNotes {
    /// The storyline that a row belongs to.
    pub fn story_of(&self, row: RowNo) -> Option<StoryNo> {
        self.rows.get(&row).copied()
    }

    /// A row that has left the log, if something rests on it.
    pub fn kept(&self, row: RowNo) -> Option<Event> {
        self.kept.get(&row).copied()
    }
}

/// Notes to which storyline a new row belongs.
pub(in crate::tenant) fn see(core: &mut Core, row: RowNo, event: &Event) {
    if let Some(story) = event.story {
        core.truth.rows.insert(row, story);
    }
}

/// Keeps of the rows that have left the log those that something rests on.
pub(in crate::tenant) fn keep(core: &mut Core, gone: &[Arc<Chunk>]) {
    let (Some(first), Some(last)) = (gone.first(), gone.last()) else { return };
    let (from, to) = (first.first, last.first.plus(last.len()));
    let mut wanted: BTreeSet<RowNo> = core.truth.rows.range(from..to).map(|(row, _)| *row).collect();
    let alerts = core.alerts.iter().map(|alert| &alert.seen);
    for seen in alerts.chain(core.behaviors.iter().map(|behavior| &behavior.seen)) {
        wanted.extend(seen.activities.iter().filter(|row| (from..to).contains(*row)));
    }
    for row in wanted {
        let chunk = gone.iter().rev().find(|chunk| chunk.first <= row);
        let at = |chunk: &Chunk| usize::try_from(row.get() - chunk.first.get()).ok();
        if let Some((chunk, at)) = chunk.and_then(|chunk| Some((chunk, at(chunk)?))) {
            core.truth.kept.insert(row, chunk.event(at));
        }
    }
}

/// What a storyline has left in the tenant so far.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The storyline: its place in `State::storylines`.
    pub story: StoryNo,
    /// Its activities, oldest first.
    pub activities: Vec<RowNo>,
    /// The alerts that have at least one of them as evidence.
    pub alerts: Vec<AlertNo>,
    /// The behaviors that have.
    pub behaviors: Vec<BehaviorNo>,
}

/// The truth about every storyline, as far as it has happened by `now`.
pub fn truth(state: &State, now: VirtualTime) -> Vec<Truth> {
    let mut truths: Vec<Truth> = StoryNo::first(state.storylines().count())
        .map(|story| Truth { story, activities: Vec::new(), alerts: Vec::new(), behaviors: Vec::new() })
        .collect();
    for (&row, story) in &state.core().truth.rows {
        if state.activity_ever(row, now).is_some()
            && let Some(truth) = truths.get_mut(story.index())
        {
            truth.activities.push(row);
        }
    }
    for alert in state.alerts(now) {
        for story in stories_behind(state, &alert.seen) {
            if let Some(truth) = truths.get_mut(story.index()) {
                truth.alerts.push(alert.ordinal);
            }
        }
    }
    for behavior in behaviors(state, now) {
        for story in stories_behind(state, &behavior.seen) {
            if let Some(truth) = truths.get_mut(story.index()) {
                truth.behaviors.push(behavior.ordinal);
            }
        }
    }
    truths
}

/// The storylines that an alert or a behavior is about: those of which at least one activity is behind it, in order.
pub fn stories_behind(state: &State, seen: &Observation) -> BTreeSet<StoryNo> {
    seen.activities.iter().filter_map(|row| state.core().truth.story_of(*row)).collect()
}
