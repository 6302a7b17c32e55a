//! What changes how a tenant is run, which is rarely done and much abused: domains, audit logs, flows, recycle bins. These
//! rows are behind all others: codes in journals stay what they are.
//!
//! Operations: <https://learn.microsoft.com/purview/audit-log-activities>,
//! <https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities>, and the cmdlets of
//! Exchange; record types:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>. Event types,
//! and under which app flows are listed, are (unverified).

use super::microsoft::{directory, exchange, sharepoint};
use super::{APP_ROWS, EXTENSION_ROWS, INTERRUPT_ROWS, MICROSOFT_365, MICROSOFT_ROWS, PRODUCT_ROWS, Source};
use crate::model::activity::{Action, Target};

const FIRST: u16 = (MICROSOFT_ROWS.len()
    + PRODUCT_ROWS.len()
    + APP_ROWS.len()
    + INTERRUPT_ROWS.len()
    + EXTENSION_ROWS.len()) as u16;

const fn flows() -> Source {
    Source::new(MICROSOFT_365, "MicrosoftFlow", 30, 233_602, "EVENT_O365_FLOW_GENERIC")
}

kinds! {
    TENANCY_ROWS, FIRST;
    /// Changed how the people of a domain sign in.
    SET_DOMAIN_AUTHENTICATION = directory(2_293_785, "EVENT_AAD_SET_DOMAIN_AUTHENTICATION")
        .category("EVENT_CATEGORY_UPDATE_POLICY").admin("Set domain authentication.", Target::Setting);
    /// Changed which identity provider a domain trusts.
    SET_FEDERATION_SETTINGS = directory(2_293_786, "EVENT_AAD_SET_FEDERATION_SETTINGS")
        .category("EVENT_CATEGORY_UPDATE_POLICY").admin("Set federation settings on domain.", Target::Setting);
    /// Gave an application a permission of its own.
    ADD_APP_ROLE = directory(2_293_787, "EVENT_AAD_ADD_APP_ROLE_ASSIGNMENT")
        .category("EVENT_CATEGORY_GRANT_CONSENT")
        .admin("Add app role assignment to service principal.", Target::Application);
    /// Let somebody sign in without a second factor.
    DISABLE_STRONG_AUTHENTICATION = directory(2_293_788, "EVENT_AAD_DISABLE_STRONG_AUTHENTICATION")
        .category("EVENT_CATEGORY_UPDATE_USER").admin("Disable Strong Authentication.", Target::Person);
    /// Changed what the audit log takes.
    SET_AUDIT_CONFIG = exchange(1).admin("Set-AdminAuditLogConfig", Target::Setting);
    /// Exempted somebody's acts in mailboxes from the audit log, or no longer.
    SET_AUDIT_BYPASS = exchange(1).admin("Set-MailboxAuditBypassAssociation", Target::Person);
    /// Took somebody's access to a mailbox away.
    REMOVE_MAILBOX_PERMISSION = exchange(1).admin("Remove-MailboxPermission", Target::MailboxPermission);
    /// Removed an inbox rule of one's own mailbox.
    REMOVE_INBOX_RULE = exchange(1).kind("Remove-InboxRule", Action::Configure, Target::Rule);
    /// Searched in SharePoint.
    SEARCH_QUERY_PERFORMED = sharepoint(4).kind("SearchQueryPerformed", Action::View, Target::None);
    /// Deleted a file out of the recycle bin of a site.
    RECYCLE_BIN_EMPTIED = sharepoint(6).kind("FileDeletedFirstStageRecycleBin", Action::Delete, Target::File);
    /// Deleted a file out of the recycle bin behind it: it is gone for good.
    SECOND_RECYCLE_BIN_EMPTIED = sharepoint(6).kind("FileDeletedSecondStageRecycleBin", Action::Delete, Target::File);
    /// Made a flow.
    CREATE_FLOW = flows().kind("CreateFlow", Action::Upload, Target::Setting);
}
