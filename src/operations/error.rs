//! Why an operation was not done.

use crate::gateway::registry::RegistryError;
use crate::model::field_error::FieldError;
use crate::scenario;
use crate::specification;
use crate::tenant::nouns::AlertRefusal;
use crate::tenant::{ClockError, CommandRefusal, NotWritten};

/// Why an operation was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// What was given can't be read.
    #[error("{problem}")]
    Unreadable {
        /// What is wrong with it.
        problem: String,
    },
    /// A field holds something else than it can.
    #[error("{0}")]
    Field(#[from] FieldError),
    /// A scenario can't be read.
    #[error("{0}")]
    Scenario(#[from] scenario::Problems),
    /// A specification can't be read.
    #[error("{0}")]
    Specification(#[from] specification::Problems),
    /// There is no such scenario.
    #[error("{problem}")]
    NoScenario {
        /// Which, and what there is.
        problem: String,
    },
    /// A precondition does not hold.
    #[error("{problem}")]
    Changed {
        /// Which.
        problem: String,
        /// The version that was expected.
        expected: u32,
        /// The version that there is.
        found: u32,
    },
    /// It contradicts the present state.
    #[error("{problem}")]
    Conflict {
        /// How.
        problem: String,
    },
    /// The journal can't take it.
    #[error("{0}")]
    NotWritten(#[from] NotWritten),
    /// The clock can't be moved so.
    #[error("{0}")]
    Clock(#[from] ClockError),
    /// A tenant can't be added or dropped.
    #[error("{0}")]
    Registry(#[from] RegistryError),
}

impl OperationError {
    /// Of a command that the tenant does not take; `behind` says what went before it.
    pub(super) fn of(refusal: &CommandRefusal, behind: &str) -> Self {
        let problem = format!("{refusal}{behind}");
        match refusal {
            CommandRefusal::Journal(why) => Self::NotWritten(*why),
            CommandRefusal::Alert(AlertRefusal::Changed { expected, found, .. }) => {
                Self::Changed { problem, expected: *expected, found: *found }
            }
            _ => Self::Conflict { problem },
        }
    }
}

impl From<CommandRefusal> for OperationError {
    fn from(refusal: CommandRefusal) -> Self {
        Self::of(&refusal, "")
    }
}
