//! Alerts: one record, however many surfaces show it.

use std::sync::Arc;

use super::index::AlertNo;
use super::injected::InjectedAlert;
use super::observation::Observation;
use super::time::VirtualTime;

/// One alert of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its place in the order of raising; ids derive from it.
    pub ordinal: AlertNo,
    /// What was noticed.
    pub seen: Observation,
    /// The title that its policy gave it, in the words of the services of that month; `{Application}` stands for the
    /// first app concerned. Empty if it was put in from outside.
    pub title: &'static str,
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
