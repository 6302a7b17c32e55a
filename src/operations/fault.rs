//! Why an operation was not done.

use crate::gateway::registry::RegistryError;
use crate::model::fault::FieldFault;
use crate::tenant::ClockError;

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
    Field(#[from] FieldFault),
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
    /// The clock can't be moved so.
    #[error("{0}")]
    Clock(#[from] ClockError),
    /// A tenant can't be added or dropped.
    #[error("{0}")]
    Registry(#[from] RegistryError),
}
