//! Commands: the only writes. Plain data with resolved ids and values, never filters, names or relative times.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alert::Resolution;
use super::identity::IdentityCommand;
use super::index::{AlertNo, AppIx, PersonIx};
use super::injected::{InjectedActivity, InjectedAlert};
use super::stamps::TokenStamps;
use super::time::VirtualTime;

/// A change that somebody asks for. `tenant::apply` decides whether it is accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Close alerts. Closing a closed alert again overwrites how it was closed.
    CloseAlerts {
        /// Which, ascending, without repeats.
        alerts: Arc<[AlertNo]>,
        /// How; never `Open`.
        resolution: Resolution,
        /// The comment, if one was given.
        comment: Option<Arc<str>>,
        /// Who closes.
        by: By,
    },
    /// Open closed alerts again. Opening an open alert changes nothing.
    ReopenAlerts {
        /// Which, ascending, without repeats.
        alerts: Arc<[AlertNo]>,
        /// Who opens.
        by: By,
    },
    /// Mark an alert read or unread.
    MarkAlert {
        /// The alert.
        alert: AlertNo,
        /// Read, or unread.
        read: bool,
        /// Who marks.
        by: By,
    },
    /// Tell a story.
    PlayStory {
        /// Name of the storyline.
        name: Arc<str>,
        /// The person whom it happens to, or who does it.
        user: PersonIx,
        /// When it begins; not before the command.
        begins: VirtualTime,
        /// How big it is.
        size: u32,
    },
    /// Put an activity into the tenant.
    InjectActivity {
        /// The activity.
        activity: Arc<InjectedActivity>,
    },
    /// Put an alert into the tenant.
    InjectAlert {
        /// The alert.
        alert: Arc<InjectedAlert>,
    },
    /// Let a user sign in, or not. A disabled user's activities stop and sign-ins fail.
    SetUserEnabled {
        /// The person.
        user: PersonIx,
        /// May sign in.
        enabled: bool,
    },
    /// Say which time tokens carry.
    SetTokenStamps {
        /// Which.
        stamps: TokenStamps,
    },
    /// Change the directory: applications, consent, accounts, policies.
    Directory(IdentityCommand),
    /// A command about alerts, accepted only while each of them is of this version.
    IfVersion {
        /// See [`Handling::version`](super::alert::Handling::version).
        version: u32,
        /// The command.
        command: Box<Command>,
    },
}

impl Command {
    /// The alerts that it changes.
    pub fn alerts(&self) -> &[AlertNo] {
        match self {
            Self::CloseAlerts { alerts, .. } | Self::ReopenAlerts { alerts, .. } => alerts,
            Self::MarkAlert { alert, .. } => std::slice::from_ref(alert),
            Self::IfVersion { command, .. } => command.alerts(),
            _ => &[],
        }
    }
}

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// A user.
    Person(PersonIx),
    /// An application of the tenant's directory.
    Application(AppIx),
    /// The control API or the library: nobody inside the tenant.
    Operator,
}

impl By {
    /// How records name the operator.
    pub const OPERATOR: &'static str = "mock-defender operator";
}

/// An accepted command with its place in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// 1, 2, 3, …
    pub number: u64,
    /// The instant of the tenant's clock at which it was accepted.
    pub at: VirtualTime,
    /// What was accepted.
    pub command: Command,
}
