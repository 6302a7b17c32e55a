//! The governance log: what the product does in the background for somebody of the tenant, and how it ended.
//!
//! An entry carries the instant at which it was asked for and that at which its outcome is known, which is settled when
//! it is made; so whoever looks sees it pending in between. What an action changes (`actions`) it changes then. Nouns that start such tasks write
//! entries by [`record`]; a new kind of task is a row of [`Task`].
//!
//! Must never know: HTTP, how a record is written. Source of names: <https://learn.microsoft.com/defender-cloud-apps/governance-actions>

mod actions;

use std::sync::Arc;

use crate::model::command::By;
use crate::model::governance::{AppAction, UserAction};
use crate::model::ids::Guid;
use crate::model::index::{GovernanceNo, PersonIx, StreamNo};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

pub(in crate::tenant) use actions::Due;
pub(super) use actions::{decide, run};

/// No tenant remembers more entries; the oldest leave.
pub const MOST_ENTRIES: usize = 10_000;

/// The log. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct GovernanceLog {
    kept: imbl::Vector<Arc<GovernanceEntry>>,
    /// How many have left.
    left: usize,
}

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct GovernanceEntry {
    /// What is done.
    pub task: Task,
    /// Number of the app that it is done in.
    pub app: u32,
    /// When it was asked for.
    pub at: VirtualTime,
    /// By whom.
    pub by: By,
    /// When its outcome is known; not before `at`.
    pub decided: VirtualTime,
    /// How it ends.
    pub outcome: Outcome,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A traffic log is read, for a stream of Cloud Discovery.
    ParseLog {
        /// The stream.
        stream: StreamNo,
    },
    /// Something is done about a user.
    User {
        /// The user.
        user: PersonIx,
        /// What.
        action: UserAction,
    },
    /// Something is done about an app.
    App {
        /// Its client id.
        app: Guid,
        /// What.
        action: AppAction,
    },
}

/// Why a governance action is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GovernanceRefusal {
    /// There is no such user.
    #[error("there is no user with number {0} in this tenant")]
    NoUser(PersonIx),
    /// The tenant does not know the app.
    #[error("there is no application {0} in this tenant")]
    NoApp(Guid),
}

impl Task {
    /// As the product calls it.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// The task as the product calls it, and the templates of the messages about its success and its failure. (Which name
    /// ending sessions has, and those of the messages, are unverified.)
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        macro_rules! words {
            ($task:literal, $words:literal) => {
                (
                    $task,
                    concat!("TASKS_ADALIBPY_", $words, "_COMPLETION_STATUS_SUCCESS"),
                    concat!("TASKS_ADALIBPY_", $words, "_COMPLETION_STATUS_FAILED"),
                )
            };
        }
        match self {
            // How a log was read has messages of its own.
            Self::ParseLog { .. } => ("DiscoveryParseLogTask", "", ""),
            Self::User { action: UserAction::Suspend, .. } => words!("SuspendUserTask", "SUSPEND_USER"),
            Self::User { action: UserAction::Unsuspend, .. } => words!("UnsuspendUserTask", "UNSUSPEND_USER"),
            Self::User { action: UserAction::RequireSignIn, .. } => {
                words!("RequireUserSignInTask", "REQUIRE_USER_SIGN_IN")
            }
            Self::User { action: UserAction::ConfirmCompromised, .. } => {
                words!("ConfirmUserCompromisedTask", "CONFIRM_USER_COMPROMISED")
            }
            Self::App { action: AppAction::Ban, .. } => words!("DisableAppTask", "DISABLE_APP"),
            Self::App { action: AppAction::Unban, .. } => words!("EnableAppTask", "ENABLE_APP"),
            Self::App { action: AppAction::Revoke, .. } => {
                words!("RevokeAccessTokenTask", "REVOKE_ACCESS_TOKEN")
            }
        }
    }
}

/// How a task ends: a template of the product's messages, and what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// It did what was asked for.
    pub success: bool,
    /// Name of the template.
    pub template: &'static str,
    /// Its parameters, by name.
    pub parameters: Vec<(&'static str, Parameter)>,
}

/// What stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A number.
    Number(u64),
    /// A text.
    Text(Arc<str>),
}

impl GovernanceLog {
    /// The entries that are kept, oldest first. They were asked for in this order.
    pub fn all(
        &self,
    ) -> impl DoubleEndedIterator<Item = (GovernanceNo, &GovernanceEntry)> + ExactSizeIterator {
        let number = |place: usize| GovernanceNo::new((self.left + place) as u32);
        self.kept.iter().enumerate().map(move |(place, entry)| (number(place), &**entry))
    }

    /// The entry with this number, if it is kept.
    pub fn get(&self, number: GovernanceNo) -> Option<&GovernanceEntry> {
        let place = number.index().checked_sub(self.left)?;
        self.kept.get(place).map(|entry| &**entry)
    }

    /// The number that the next entry gets.
    pub fn next(&self) -> GovernanceNo {
        GovernanceNo::new((self.left + self.kept.len()) as u32)
    }
}

/// Writes an entry: its number.
pub(super) fn record(core: &mut Core, entry: GovernanceEntry) -> GovernanceNo {
    let log = &mut core.governance;
    let number = log.next();
    if log.kept.len() >= MOST_ENTRIES {
        log.kept.pop_front();
        log.left += 1;
    }
    log.kept.push_back(Arc::new(entry));
    number
}
