//! The only arbiter of commands: preconditions are decided here, and only accepted commands reach the journal.

use crate::model::command::Command;
use crate::model::time::VirtualTime;

use super::nouns::{self, CommandRefusal, Made, Moment};
use super::timeline::planner::Planner;
use super::timeline::state::State;

/// What an accepted command did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its number in the journal.
    pub number: u64,
    /// The instant at which it was decided.
    pub at: VirtualTime,
    /// What it made.
    pub made: Made,
}

/// Decides `command` at `at`: the next snapshot and the outcome, or the refusal. `at` lies in the computed slot.
pub(super) fn apply(
    state: &State,
    at: VirtualTime,
    command: &Command,
    planner: &mut Planner,
) -> Result<(State, Outcome), CommandRefusal> {
    let mut made = Made::Nothing;
    let next = state.changed(at, command, planner, |core| {
        made = nouns::decide(core, Moment { world: state.world(), at }, command)?;
        Ok::<(), CommandRefusal>(())
    })?;
    let outcome = Outcome { number: next.journal().len() as u64, at, made };
    Ok((next, outcome))
}
