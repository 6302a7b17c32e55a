//! What can go wrong, as types.

use std::io;

use crate::gateway::ServiceRefusal;
use crate::operations::OperationError;
use crate::operations::tenants::ReviveError;
use crate::server::AuthorityError;
use crate::services::control::ControlRefusal;
use crate::specification::Problems;
use crate::tenant::journal::FileError;

/// Why an instance can't be started.
///
/// ```
/// use mock_defender::{MockDefender, StartError};
///
/// let nameless = MockDefender::builder().name(" ").start();
/// assert!(matches!(nameless, Err(StartError::CompanyName(_))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The company's name.
    #[error("{0:?} is no company name: it has 1 to 60 characters")]
    CompanyName(String),
    /// The specification.
    #[error("the specification: {0}")]
    Specification(#[from] Problems),
    /// The scenario.
    #[error("the scenario: {0}")]
    Scenario(#[from] CommandError),
    /// An own name that is neither a host name nor an address.
    #[error("{0:?} is neither a host name nor an address")]
    OwnName(String),
    /// The tenant file is not of this generator.
    #[error(transparent)]
    File(#[from] FileError),
    /// Commands of the tenant file do not apply.
    #[error("{count} commands of the tenant file do not apply, the first is {first}")]
    Commands {
        /// How many.
        count: usize,
        /// The first, and why.
        first: String,
    },
}

impl From<ReviveError> for StartError {
    fn from(error: ReviveError) -> Self {
        match error {
            ReviveError::File(error) => Self::File(error),
            ReviveError::Commands { count, first } => Self::Commands { count, first },
            // It is wanted to the end; said nevertheless, no command applies.
            ReviveError::Unwanted => Self::Commands { count: 0, first: error.to_string() },
        }
    }
}

/// Why a socket can't be opened.
///
/// ```
/// # fn connect(mock: &mock_defender::MockDefender) {
/// use mock_defender::ListenError;
///
/// match mock.listen() {
///     Ok(()) => println!("{}", mock.url()),
///     Err(ListenError::Socket(error)) => println!("no socket: {error}"),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The system gives none.
    #[error("{0}")]
    Socket(#[from] io::Error),
    /// There is no certificate authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

/// Why a command was not accepted: in the words of the control API.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let refused = mock.play("a-quiet-day").unwrap_err();
/// assert_eq!(refused.code, "BadField");
/// assert!(refused.to_string().starts_with("Field \"storyline\": expected one of impossible-travel"));
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct CommandError {
    /// `BadBody`, `BadField` or `Conflict`, say.
    pub code: &'static str,
    /// What was wrong, where, and what instead.
    pub message: String,
}

impl From<OperationError> for CommandError {
    fn from(error: OperationError) -> Self {
        let refusal = ControlRefusal::from(error);
        Self { code: refusal.row().code, message: refusal.message() }
    }
}
