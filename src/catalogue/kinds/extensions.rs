//! What is done about what is connected to the tenant from outside: SIEM agents, and Copilot for Security; what ends
//! sessions; and what is done with policies. These rows are
//! behind all others: codes in journals stay what they are.
//!
//! Operations and record types of Copilot: <https://learn.microsoft.com/purview/audit-copilot>. Under which app the
//! product lists them, and all event types, are (unverified).

use super::microsoft::directory;
use super::product::product;
use super::{APP_ROWS, COPILOT, INTERRUPT_ROWS, MICROSOFT_ROWS, PRODUCT_ROWS, Source};
use crate::model::activity::{Action, Target};

const fn copilot(record_type: u16) -> Source {
    Source::new(COPILOT, "Copilot", record_type, 233_601, "EVENT_O365_COPILOT_SETTINGS")
        .category("EVENT_CATEGORY_CHANGE_SETTINGS")
}

kinds! {
    EXTENSION_ROWS,
        (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len() + APP_ROWS.len() + INTERRUPT_ROWS.len()) as u16;
    /// Added a SIEM agent.
    ADD_SIEM_AGENT = product(917_517, "EVENT_ADALLOM_SIEM_AGENT_CREATED").admin("Create SIEM agent", Target::SiemAgent);
    /// Gave a SIEM agent a new token.
    RENEW_SIEM_AGENT_TOKEN = product(917_518, "EVENT_ADALLOM_SIEM_AGENT_TOKEN_GENERATED")
        .admin("Generate SIEM agent token", Target::SiemAgent);
    /// Removed a SIEM agent.
    REMOVE_SIEM_AGENT = product(917_519, "EVENT_ADALLOM_SIEM_AGENT_DELETED")
        .admin("Delete SIEM agent", Target::SiemAgent);
    /// Let Copilot for Security read Defender for Cloud Apps.
    ENABLE_COPILOT_PLUGIN = copilot(313).admin("EnableCopilotPlugin", Target::CopilotPlugin);
    /// Let it no longer.
    DISABLE_COPILOT_PLUGIN = copilot(314).admin("DisableCopilotPlugin", Target::CopilotPlugin);
    /// Switched the source on or off for oneself.
    UPDATE_COPILOT_SETTINGS = copilot(325).kind("UpdateCopilotSettings", Action::Configure, Target::CopilotPlugin);
    /// Consented to the application of Security Copilot for everybody.
    CONSENT_TO_COPILOT = directory(2_293_768, "EVENT_AAD_CONSENT").category("EVENT_CATEGORY_GRANT_CONSENT")
        .admin("Consent to application.", Target::CopilotApplication);
    /// Took back what that application was consented to
    /// (<https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities>; its number is (unverified)).
    REVOKE_COPILOT_CONSENT = directory(2_293_784, "EVENT_AAD_REMOVE_DELEGATED_PERMISSION_GRANT")
        .category("EVENT_CATEGORY_REVOKE_CONSENT")
        .admin("Remove delegated permission grant.", Target::CopilotApplication);
    /// Ended somebody's sessions (same source; its number is (unverified)).
    REVOKE_SESSIONS = directory(2_293_795, "EVENT_AAD_UPDATE_STS_REFRESH_TOKEN").category("EVENT_CATEGORY_UPDATE_USER")
        .admin("Update StsRefreshTokenValidFrom Timestamp.", Target::Person);
    /// Switched a policy on. (The names of its values are (unverified).)
    ENABLE_POLICY = product(917_604, "EVENT_ADALLOM_POLICY_ENABLED").admin("Enable policy", Target::AlertPolicy);
    /// Switched a policy off.
    DISABLE_POLICY = product(917_605, "EVENT_ADALLOM_POLICY_DISABLED").admin("Disable policy", Target::AlertPolicy);
    /// Asked for a user to be suspended.
    SUSPEND_USER = product(917_533, "EVENT_ADALLOM_GOVERNANCE_SUSPEND_USER").admin("Suspend user", Target::Person);
    /// Asked for a user to be let in again.
    UNSUSPEND_USER = product(917_534, "EVENT_ADALLOM_GOVERNANCE_UNSUSPEND_USER")
        .admin("Unsuspend user", Target::Person);
    /// Asked for a user's sessions to end.
    REQUIRE_SIGN_IN = product(917_665, "EVENT_ADALLOM_GOVERNANCE_REQUIRE_SIGN_IN")
        .admin("Require user to sign in again", Target::Person);
}
