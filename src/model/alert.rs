//! Alerts: one record, however many surfaces show it.

use std::sync::Arc;

use super::index::{ActorCode, AddressCode, AlertNo, PolicyIx, RowNo};
use super::injected::InjectedAlert;
use super::time::{Span, VirtualTime};

/// One alert of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its place in the order of raising; ids derive from it.
    pub ordinal: AlertNo,
    /// What raised it.
    pub policy: PolicyIx,
    /// When it was stored: alerts are ordered by this.
    pub stored: VirtualTime,
    /// When it was raised, as it tells: when it was stored, unless it was put in from outside with an earlier time, or
    /// times are told more coarsely.
    pub raised: VirtualTime,
    /// The actor it is about.
    pub person: ActorCode,
    /// The activities behind it, oldest first. At least one, unless it was put in from outside.
    pub activities: Arc<[RowNo]>,
    /// App numbers concerned, in the order of first sight.
    pub apps: Arc<[u32]>,
    /// Addresses concerned, in the order of first sight.
    pub addresses: Arc<[AddressCode]>,
    /// What the activities amount to, which outlives them; `None` if it was put in from outside.
    pub evidence: Option<Evidence>,
    /// What people did with it.
    pub handling: Handling,
    /// What was said about it, if it was put in from outside; else the policy speaks.
    pub injected: Option<Arc<InjectedAlert>>,
    /// What it was before its last changes, oldest first: for who looks at an instant before them.
    pub former: Arc<[Former]>,
}

/// What an alert was until it was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    /// When it was changed.
    pub until: VirtualTime,
    /// What it was; of that, nothing former is told.
    pub alert: Arc<Alert>,
}

/// What the activities behind an alert amount to: noted when it is raised, since they leave the log before it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How many of them are what the policy counts.
    pub count: u32,
    /// When the first of those happened.
    pub first: VirtualTime,
    /// When the last of those happened.
    pub last: VirtualTime,
    /// The journey that can't have been.
    pub journey: Option<Journey>,
}

/// Two activities, next to each other, in two countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// From where the earlier one came.
    pub from: AddressCode,
    /// From where the later one came.
    pub to: AddressCode,
    /// What lies between them.
    pub apart: Span,
}

/// The mutable part of an alert.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handling {
    /// Somebody has looked at it.
    pub read: bool,
    /// How it was closed.
    pub resolution: Resolution,
    /// When it was closed; `None` while open.
    pub resolved: Option<VirtualTime>,
    /// Who handled it: a user principal name, or the display name of an application.
    pub by: Option<Arc<str>>,
    /// The comment given when it was closed.
    pub comment: Option<Arc<str>>,
    /// How often all this has changed.
    pub version: u32,
}

/// What is said about closing an alert in the activity that it leaves, beside the alert and who closed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// How many alerts were closed at once.
    pub alerts: usize,
    /// The comment that was given.
    pub comment: Option<Arc<str>>,
}

/// Severity, as the Cloud Apps API numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Severity {
    /// 0
    Low = 0,
    /// 1
    Medium = 1,
    /// 2
    High = 2,
}

impl Severity {
    /// Every severity, the lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// How specifications call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How an alert was closed, as the Cloud Apps API numbers it. 1 and 2 are legacy and no longer arise.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Resolution {
    /// Not closed.
    #[default]
    Open = 0,
    /// Closed: the alert was wrong.
    FalsePositive = 3,
    /// Closed: right, but harmless.
    Benign = 4,
    /// Closed: a real incident.
    TruePositive = 5,
}
