//! What happened to the connection of Copilot.

use super::{Blocked, Reason};
use crate::model::command::By;
use crate::model::index::RowNo;
use crate::model::time::VirtualTime;

/// Something that happened to the connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionEvent {
    /// When.
    pub at: VirtualTime,
    /// What.
    pub what: Happened,
    /// Who did it, if somebody did.
    pub by: Option<By>,
    /// The activity that tells of it, if one does.
    pub activity: Option<RowNo>,
}

/// What happened to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was switched on.
    ToggledOn,
    /// It was switched off.
    ToggledOff,
    /// A dialog of consent was asked for.
    ConsentRequested,
    /// The dialog was shown.
    ConsentOpened,
    /// Consent was given.
    ConsentAccepted,
    /// Consent was declined.
    ConsentDeclined,
    /// Consent was taken back.
    ConsentRevoked,
    /// Consent has expired.
    ConsentExpired,
    /// The browser blocked the dialog.
    DialogBlocked(Blocked),
    /// A session was made.
    SessionCreated,
    /// The session has expired.
    SessionExpired,
    /// The session was revoked.
    SessionRevoked,
    /// The source became connected.
    Connected,
    /// The source became disconnected, or for another first reason.
    Disconnected(Reason),
    /// A licence, the workspace or capacity was lost.
    PrerequisiteLost(Reason),
    /// They are all there again.
    PrerequisiteRestored,
    /// Capacity is used up.
    CapacityExhausted,
    /// Capacity is there again.
    CapacityRestored,
    /// Somebody switched the source on for himself.
    SourceSwitchedOn,
    /// Somebody switched the source off for himself.
    SourceSwitchedOff,
    /// Somebody looked at the status.
    StatusViewed,
}

impl Happened {
    /// As it is told to programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToggledOn => "toggled_on",
            Self::ToggledOff => "toggled_off",
            Self::ConsentRequested => "consent_requested",
            Self::ConsentOpened => "consent_opened",
            Self::ConsentAccepted => "consent_accepted",
            Self::ConsentDeclined => "consent_declined",
            Self::ConsentRevoked => "consent_revoked",
            Self::ConsentExpired => "consent_expired",
            Self::DialogBlocked(_) => "dialog_blocked",
            Self::SessionCreated => "session_created",
            Self::SessionExpired => "session_expired",
            Self::SessionRevoked => "session_revoked",
            Self::Connected => "connected",
            Self::Disconnected(_) => "disconnected",
            Self::PrerequisiteLost(_) => "prerequisite_lost",
            Self::PrerequisiteRestored => "prerequisite_restored",
            Self::CapacityExhausted => "capacity_exhausted",
            Self::CapacityRestored => "capacity_restored",
            Self::SourceSwitchedOn => "source_switched_on",
            Self::SourceSwitchedOff => "source_switched_off",
            Self::StatusViewed => "status_viewed",
        }
    }
}
