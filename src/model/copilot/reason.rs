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

impl Reason {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 16] = [
        Self::LicenseMissing,
        Self::CopilotNotEnabled,
        Self::CapacityMissing,
        Self::CapacityProvisioning,
        Self::ToggleOff,
        Self::ConsentPending,
        Self::DialogBlocked,
        Self::ConsentDeclined,
        Self::ConsentRevoked,
        Self::ConsentExpired,
        Self::ToggleTooSoon,
        Self::SessionExpired,
        Self::SessionRevoked,
        Self::EndpointUnreachable(SourceHost::Security),
        Self::EndpointUnreachable(SourceHost::Graph),
        Self::ChannelUnreachable,
    ];

    /// As it is told to programs: `session_expired`.
    pub const fn name(self) -> &'static str {
        match self {
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
            Self::EndpointUnreachable(SourceHost::Security) => {
                "endpoint_unreachable:api.security.microsoft.com"
            }
            Self::EndpointUnreachable(SourceHost::Graph) => "endpoint_unreachable:graph.microsoft.com",
            Self::ChannelUnreachable => "channel_unreachable",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
