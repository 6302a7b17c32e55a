//! What people are told about a reason for which the connection is not there: what is so, and what to do.
//!
//! The reasons are the simulator's own, see [`crate::model::copilot`].

use crate::model::copilot::{Blocked, Happened, Reason};
use crate::model::time::Span;

use super::Names;

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is so.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// What is told about a reason, where `wait` is the time between switching off and on again.
pub fn told(reason: Reason, names: Names, wait: Span) -> Told {
    let (copilot, way) = (names.copilot(), names.way());
    let wait = format!("{} seconds", wait.as_millis() / 1_000);
    let anew = format!(
        "Switch the connection off, wait {wait}, switch it on again and accept the dialog; then refresh this page."
    );
    let (what, remedy) = match reason {
        Reason::LicenseMissing => (
            "The tenant has no licence for Defender for Cloud Apps.".to_owned(),
            "Assign one of these: Microsoft 365 E5, Microsoft 365 E5 Security, Microsoft 365 E5 Compliance, or Defender for Cloud Apps standalone.".to_owned(),
        ),
        Reason::CopilotNotEnabled => (
            format!("{copilot} is not set up in this tenant."),
            format!("Complete the set-up of {copilot}: a workspace, and its owners."),
        ),
        Reason::CapacityMissing => (
            format!("There is no capacity for {copilot}."),
            "Create a capacity in the Azure portal, or attach the one that is there to the workspace.".to_owned(),
        ),
        Reason::CapacityProvisioning => (
            "The capacity is being made.".to_owned(),
            "Wait until Azure has made it; then refresh this page.".to_owned(),
        ),
        Reason::ToggleOff => (
            "The connection is switched off.".to_owned(),
            format!("Open {way} in the Defender portal and switch {copilot} on."),
        ),
        Reason::ConsentPending => (
            "Nobody has accepted the data access statement yet.".to_owned(),
            format!("Accept the dialog of consent. If it is gone, switch off, wait {wait}, and switch on again."),
        ),
        Reason::DialogBlocked => (
            "The browser blocked the dialog of consent.".to_owned(),
            format!("Allow pop-ups and cookies for portal.cloudappsecurity.com and for securitycopilot.microsoft.com, reload the page, then switch off, wait {wait}, and switch on again."),
        ),
        Reason::ConsentDeclined => ("The data access statement was declined.".to_owned(), anew),
        Reason::ConsentRevoked => ("Consent was taken back in Microsoft Entra ID.".to_owned(), anew),
        Reason::ConsentExpired => ("Consent has expired.".to_owned(), anew),
        Reason::ToggleTooSoon => (
            format!("The connection was switched on again before {wait} had passed."),
            anew,
        ),
        Reason::SessionExpired => ("The session of the connection has expired.".to_owned(), anew),
        Reason::SessionRevoked => (
            "The session of the administrator who consented was ended.".to_owned(),
            anew,
        ),
        Reason::EndpointUnreachable(host) => (
            format!("{} can't be reached.", host.name()),
            format!("Allow outgoing connections to {} in firewall and proxy; the connection is checked again within a minute.", host.name()),
        ),
        Reason::ChannelUnreachable => (
            "The channel between both products does not answer.".to_owned(),
            "Try again later; if it stays so, contact support.".to_owned(),
        ),
    };
    Told { what, remedy }
}

/// The code of a reason, with a place where a line may break.
fn spaced(reason: &Reason) -> String {
    reason.to_string().replace(':', ": ")
}

/// What happened to the connection, in a line.
pub fn happened(what: &Happened, names: Names) -> String {
    let text = match what {
        Happened::ToggledOn => "Switched on",
        Happened::ToggledOff => "Switched off",
        Happened::ConsentRequested => "Consent asked for",
        Happened::ConsentOpened => "Dialog of consent shown",
        Happened::ConsentAccepted => "Consent accepted",
        Happened::ConsentDeclined => "Consent declined",
        Happened::ConsentRevoked => "Consent taken back",
        Happened::ConsentExpired => "Consent expired",
        Happened::DialogBlocked(Blocked::Popups) => "Dialog blocked: pop-ups",
        Happened::DialogBlocked(Blocked::Cookies) => "Dialog's answer lost: cookies blocked",
        Happened::SessionCreated => "Session began",
        Happened::SessionExpired => "Session expired",
        Happened::SessionRevoked => "Session ended by revocation",
        Happened::Connected => "Connected",
        Happened::Disconnected(reason) => return format!("Disconnected: {}", spaced(reason)),
        Happened::PrerequisiteLost(reason) => return format!("Lost: {}", spaced(reason)),
        Happened::PrerequisiteRestored => "Everything needed is there again",
        Happened::CapacityExhausted => "Capacity used up",
        Happened::CapacityRestored => "Capacity there again",
        Happened::SourceSwitchedOn => "Source switched on by a user",
        Happened::SourceSwitchedOff => "Source switched off by a user",
        Happened::StatusViewed => return format!("{} looked at", names.sources()),
    };
    text.to_owned()
}
