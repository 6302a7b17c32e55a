//! Why the source of Copilot is disconnected.

use std::fmt;

use super::SourceHost;

/// Why the source is disconnected, in the order in which reasons are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The tenant has no licence for Defender for Cloud Apps.
    LicenseMissing,
    /// Copilot is not set up.
    CopilotNotEnabled,
    /// There is no capacity.
    CapacityMissing,
    /// Capacity is being made.
    CapacityProvisioning,
    /// It is switched off.
    ToggleOff,
    /// Nobody has answered the dialog of consent.
    ConsentPending,
    /// The browser blocked the dialog.
    DialogBlocked,
    /// Consent was declined.
    ConsentDeclined,
    /// Consent was taken back.
    ConsentRevoked,
    /// Consent has expired.
    ConsentExpired,
    /// It was switched on again too soon.
    ToggleTooSoon,
    /// The session has expired.
    SessionExpired,
    /// The session was revoked.
    SessionRevoked,
    /// A host is not reached.
    EndpointUnreachable(SourceHost),
    /// The channel between both products is not there.
    ChannelUnreachable,
}

/// As it is told to programs: `session_expired`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LicenseMissing => "license_missing",
            Self::CopilotNotEnabled => "copilot_not_enabled",
            Self::CapacityMissing => "capacity_missing",
            Self::CapacityProvisioning => "capacity_provisioning",
            Self::ToggleOff => "toggle_off",
            Self::ConsentPending => "consent_pending",
            Self::DialogBlocked => "dialog_blocked",
            Self::ConsentDeclined => "consent_declined",
            Self::ConsentRevoked => "consent_revoked",
            Self::ConsentExpired => "consent_expired",
            Self::ToggleTooSoon => "toggle_too_soon",
            Self::SessionExpired => "session_expired",
            Self::SessionRevoked => "session_revoked",
            Self::EndpointUnreachable(host) => return write!(f, "endpoint_unreachable:{}", host.name()),
            Self::ChannelUnreachable => "channel_unreachable",
        })
    }
}
