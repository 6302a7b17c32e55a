//! App connectors: how a company's apps are connected to the product, and how each of them stands.
//!
//! Nothing is stored that the clock changes: a connector holds instants, and how it stands follows from them. Must never
//! know: what apps there are, activities, how a surface words it.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/protect-connected-apps> (what is connected first is synchronised
//! for up to four hours). How often a connector is checked is (unverified).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::index::ConnectorNo;
use super::time::{Span, VirtualTime};

/// How often the product checks a connector.
pub const CHECK: Span = Span::minutes(15);

/// How a connector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectorStatus {
    /// Its first synchronisation runs.
    Connecting,
    /// It delivers.
    Connected,
    /// It delivers, and something is wrong with it.
    ConnectedWithWarnings,
    /// It fails.
    Error,
    /// Somebody has switched it off.
    Disabled,
}

impl ConnectorStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Connecting, Self::Connected, Self::ConnectedWithWarnings, Self::Error, Self::Disabled];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::ConnectedWithWarnings => "connectedWithWarnings",
            Self::Error => "error",
            Self::Disabled => "disabled",
        }
    }

    /// Activities come in.
    pub const fn delivers(self) -> bool {
        matches!(self, Self::Connected | Self::ConnectedWithWarnings)
    }
}

/// What is wrong with a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its place in the catalogue of errors.
    pub error: u16,
    /// It delivers all the same.
    pub warning: bool,
    /// When the product noticed that its cause is gone, or will.
    pub heals: Option<VirtualTime>,
}

/// An app connector.
#[derive(Clone, Debug, PartialEq)]
pub struct Connector {
    /// The number of its app.
    pub app: u32,
    /// The name of the instance; `None` for apps that a company has once.
    pub instance: Option<Arc<str>>,
    /// The number of the instance among those of its app, from 0 on.
    pub inst: u32,
    /// Who connected it, and when.
    pub creator: By,
    /// See `creator`.
    pub created: VirtualTime,
    /// What the company does in the app is told by it. Another instance is an account in which nothing is done.
    pub ours: bool,
    /// From this instant on it is checked every [`CHECK`].
    pub checked: VirtualTime,
    /// When its first pass, over accounts, is over.
    pub accounts: VirtualTime,
    /// When its first synchronisation is over.
    pub synced: VirtualTime,
    /// When it was well last, before what happened to it last.
    pub well: Option<VirtualTime>,
    /// What is, or was, wrong with it.
    pub failure: Option<Failure>,
    /// Since when it is switched off, and who did that.
    pub disabled: Option<(VirtualTime, By)>,
    /// It was removed. Activities still name it.
    pub removed: bool,
    /// How often what it fetches has begun anew: what was planned before is void.
    pub round: u32,
}

impl Connector {
    /// What is wrong with it at `now`.
    pub fn failing(&self, now: VirtualTime) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| failure.heals.is_none_or(|heals| now < heals))
    }

    /// How it stands at `now`.
    pub fn status(&self, now: VirtualTime) -> ConnectorStatus {
        match self.failing(now) {
            _ if self.disabled.is_some() => ConnectorStatus::Disabled,
            Some(failure) if !failure.warning => ConnectorStatus::Error,
            _ if now < self.synced => ConnectorStatus::Connecting,
            Some(_) => ConnectorStatus::ConnectedWithWarnings,
            None => ConnectorStatus::Connected,
        }
    }

    /// When it was checked last, as seen at `now`.
    pub fn last_check(&self, now: VirtualTime) -> VirtualTime {
        let until = self.disabled.as_ref().map_or(now, |(since, _)| now.min(*since));
        let since = (until - self.checked).as_millis().max(0);
        self.checked + Span::millis(since - since % CHECK.as_millis())
    }

    /// When it is checked next, after `now`.
    pub fn next_check(&self, now: VirtualTime) -> VirtualTime {
        self.last_check(now) + CHECK
    }

    /// When it was found to be well last, as seen at `now`.
    pub fn last_connected(&self, now: VirtualTime) -> Option<VirtualTime> {
        match self.status(now).delivers() {
            true => Some(self.last_check(now).max(self.synced)),
            false => self.well,
        }
    }
}

/// Which connector a change is about, and who asks for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfConnector {
    /// Which.
    pub connector: ConnectorNo,
    /// Who.
    pub by: By,
}

/// A change of the app connectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ConnectorCommand {
    /// Connect an app.
    ConnectApp {
        /// The number of the app.
        app: u32,
        /// The name of the instance.
        instance: Option<Arc<str>>,
        /// Who.
        by: By,
    },
    /// Switch a connector off.
    DisableConnector(OfConnector),
    /// Connect what is switched off again.
    EnableConnector(OfConnector),
    /// Remove a connector.
    RemoveConnector(OfConnector),
    /// Check a connector now.
    TestConnector(OfConnector),
    /// Let a connector fail.
    BreakConnector {
        /// Which.
        connector: ConnectorNo,
        /// The place of the error in the catalogue.
        error: u16,
        /// It goes on delivering.
        warning: bool,
    },
    /// Mend what is wrong with a connector.
    RepairConnector {
        /// Which.
        connector: ConnectorNo,
    },
}
