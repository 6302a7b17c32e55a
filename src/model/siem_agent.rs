//! SIEM agents: programs on a company's own servers that fetch alerts and activities and pass them on as syslog.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/siem>

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::index::SiemAgentNo;
use super::time::{Span, VirtualTime};

/// In which form an agent writes: both are the Common Event Format, with other headers of the syslog message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SiemFormat {
    /// Any SIEM; time format, priority and system name of the header can be chosen.
    GenericCef,
    /// For ArcSight.
    ArcSight,
}

impl SiemFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::GenericCef, Self::ArcSight];

    /// As the product calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::GenericCef => "Generic CEF",
            Self::ArcSight => "Micro Focus ArcSight",
        }
    }

    /// The word for it in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GenericCef => "genericCef",
            Self::ArcSight => "arcSight",
        }
    }
}

/// What the service has heard of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing yet.
    Never,
    /// It calls all the time.
    Now,
    /// Nothing since then.
    Until(VirtualTime),
}

impl Heard {
    /// When it was heard of last, as seen at `now`.
    pub fn last(self, now: VirtualTime) -> Option<VirtualTime> {
        match self {
            Self::Never => None,
            Self::Now => Some(now),
            Self::Until(at) => Some(at),
        }
    }
}

/// How an agent stands, as the product tells it. Its "Disconnected" is about the agent alone, and nothing of the
/// connection of Copilot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiemAgentStatus {
    /// It never called.
    Created,
    /// It calls.
    Connected,
    /// It has been silent for more than two hours.
    ConnectionError,
    /// It has been silent for more than twelve hours.
    Disconnected,
}

impl SiemAgentStatus {
    /// The longest silence of an agent that counts as connected.
    pub const SILENT: Span = Span::hours(2);
    /// The longest silence that counts as an error of the connection only.
    pub const LOST: Span = Span::hours(12);

    /// The status of an agent of which this was heard, at `now`.
    pub fn of(heard: Heard, now: VirtualTime) -> Self {
        match heard.last(now).map(|last| now - last) {
            None => Self::Created,
            Some(silence) if silence > Self::LOST => Self::Disconnected,
            Some(silence) if silence > Self::SILENT => Self::ConnectionError,
            Some(_) => Self::Connected,
        }
    }

    /// As the product calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Connected => "Connected",
            Self::ConnectionError => "Connection error",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// An agent.
#[derive(Clone, Debug, PartialEq)]
pub struct SiemAgent {
    /// Its name.
    pub name: Arc<str>,
    /// In which form it writes.
    pub format: SiemFormat,
    /// When it was added.
    pub created: VirtualTime,
    /// When somebody changed it last, and who.
    pub changed: (VirtualTime, By),
    /// When its token was made.
    pub token_made: VirtualTime,
    /// What the service has heard of it.
    pub heard: Heard,
    /// It was removed. Activities still name it.
    pub removed: bool,
}

/// A change of the SIEM agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SiemCommand {
    /// Add an agent. Its program is not started by that.
    AddSiemAgent {
        /// Its name, which no other has.
        name: Arc<str>,
        /// In which form it writes.
        format: SiemFormat,
        /// Who.
        by: By,
    },
    /// Start the agent's program with the present token, or stop it.
    SetSiemAgentRunning {
        /// Which.
        agent: SiemAgentNo,
        /// It runs.
        running: bool,
    },
    /// Give it a new token. The program has the old one until it is started again.
    RenewSiemAgentToken {
        /// Which.
        agent: SiemAgentNo,
        /// Who.
        by: By,
    },
    /// Remove it.
    RemoveSiemAgent {
        /// Which.
        agent: SiemAgentNo,
        /// Who.
        by: By,
    },
}
