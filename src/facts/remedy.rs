//! What to do about each reason for which the source of Copilot is disconnected.

use crate::model::copilot::{Reason, SourceHost};

/// What to do, in a sentence or two.
pub fn remedy(reason: Reason) -> &'static str {
    match reason {
        Reason::LicenseMissing => {
            "Get a licence that includes Defender for Cloud Apps: Microsoft 365 E5, Microsoft 365 E5 Security, Microsoft 365 \
             E5 Compliance, or Defender for Cloud Apps alone."
        }
        Reason::CopilotNotEnabled => {
            "Set Copilot for Security up at securitycopilot.microsoft.com, with a workspace."
        }
        Reason::CapacityMissing => {
            "Create a capacity of Microsoft.SecurityCopilot in the Azure portal, and attach it to the workspace."
        }
        Reason::CapacityProvisioning => "Wait until the capacity has been made.",
        Reason::ToggleOff => "Switch Copilot for Security on, under Settings > Security extensions.",
        Reason::ConsentPending => "Answer the dialog of consent with Accept.",
        Reason::DialogBlocked => {
            "Allow pop-ups and cookies for portal.cloudappsecurity.com (or security.microsoft.com) and \
             securitycopilot.microsoft.com, reload the page, switch off, wait 10 seconds, and switch on again."
        }
        Reason::ConsentDeclined | Reason::ConsentRevoked | Reason::ConsentExpired => {
            "Switch off, wait 10 seconds, switch on again, and accept the dialog of consent."
        }
        Reason::ToggleTooSoon => "Switch off, and wait 10 seconds before switching on again.",
        Reason::SessionExpired | Reason::SessionRevoked => {
            "Switch off, wait 10 seconds, switch on again, accept the dialog of consent, and refresh Data sources."
        }
        Reason::EndpointUnreachable(SourceHost::Security) => {
            "Let requests to api.security.microsoft.com through the firewall."
        }
        Reason::EndpointUnreachable(SourceHost::Graph) => {
            "Let requests to graph.microsoft.com through the firewall."
        }
        Reason::ChannelUnreachable => "Try again later; if it lasts, ask support.",
    }
}
