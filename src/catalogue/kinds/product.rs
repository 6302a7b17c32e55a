//! What is done in Salesforce, and in Defender for Cloud Apps itself.
//!
//! Event types of Salesforce are (unverified); those of the product are the documented ones.

use super::{CLOUD_APPS, MICROSOFT_ROWS, SALESFORCE, Source};
use crate::model::activity::{Action, Target};

const fn salesforce(event_type: u32, value: &'static str) -> Source {
    Source::new(SALESFORCE, "Salesforce", 0, event_type, value)
}

pub(super) const fn product(event_type: u32, value: &'static str) -> Source {
    Source::new(CLOUD_APPS, "CloudAppSecurity", 0, event_type, value)
}

kinds! {
    PRODUCT_ROWS, MICROSOFT_ROWS.len() as u16;
    /// Signed in to Salesforce.
    SALESFORCE_LOGIN = salesforce(131_072, "EVENT_SALESFORCE_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("Login", Action::SignIn, Target::None);
    /// Failed to sign in to Salesforce.
    SALESFORCE_LOGIN_FAILED = salesforce(131_073, "EVENT_SALESFORCE_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
        .kind("Failed login", Action::FailedSignIn, Target::None);
    /// Looked at a record.
    SALESFORCE_VIEW = salesforce(131_074, "EVENT_SALESFORCE_VIEW").category("EVENT_CATEGORY_VIEW_OBJECT")
        .kind("View record", Action::View, Target::AppObject);
    /// Changed a record.
    SALESFORCE_EDIT = salesforce(131_075, "EVENT_SALESFORCE_EDIT").category("EVENT_CATEGORY_EDIT_OBJECT")
        .kind("Edit record", Action::Edit, Target::AppObject);
    /// Made a record.
    SALESFORCE_CREATE = salesforce(131_076, "EVENT_SALESFORCE_CREATE").category("EVENT_CATEGORY_CREATE_OBJECT")
        .kind("Create record", Action::Upload, Target::AppObject);
    /// Deleted a record.
    SALESFORCE_DELETE = salesforce(131_077, "EVENT_SALESFORCE_DELETE").category("EVENT_CATEGORY_DELETE_OBJECT")
        .kind("Delete record", Action::Delete, Target::AppObject);
    /// Ran a report.
    SALESFORCE_RUN_REPORT = salesforce(131_078, "EVENT_SALESFORCE_REPORT").category("EVENT_CATEGORY_VIEW_REPORT")
        .kind("Run report", Action::View, Target::AppObject);
    /// Exported a report.
    SALESFORCE_EXPORT_REPORT = salesforce(131_079, "EVENT_SALESFORCE_REPORT_EXPORT")
        .category("EVENT_CATEGORY_EXPORT_REPORT").kind("Report export", Action::Download, Target::AppObject);
    /// Changed the set-up of the Salesforce organisation.
    SALESFORCE_SETUP = salesforce(131_080, "EVENT_SALESFORCE_SETUP").category("EVENT_CATEGORY_CHANGE_SETTINGS")
        .admin("Setup audit trail", Target::Setting);
    /// Logged on to Defender for Cloud Apps.
    PRODUCT_LOG_ON = product(917_504, "EVENT_ADALLOM_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("Log on", Action::SignIn, Target::None);
    /// Logged out of Defender for Cloud Apps. (value unverified)
    PRODUCT_LOG_OUT = product(917_505, "EVENT_ADALLOM_LOGOUT").category("EVENT_CATEGORY_LOGOUT")
        .kind("Log out", Action::SignOut, Target::None);
    /// Created an API token. (value unverified)
    CREATE_API_TOKEN = product(917_513, "EVENT_ADALLOM_API_TOKEN_CREATED").admin("Create API token", Target::Setting);
    /// Revoked an API token. (value unverified)
    REVOKE_API_TOKEN = product(917_514, "EVENT_ADALLOM_API_TOKEN_REVOKED").admin("Revoke API token", Target::Setting);
    /// Edited an activity policy. (value unverified)
    EDIT_ACTIVITY_POLICY = product(917_550, "EVENT_ADALLOM_ACTIVITY_POLICY_EDITED")
        .admin("Edit activity policy", Target::Setting);
    /// Edited a range of addresses. (value unverified)
    EDIT_IP_RANGE = product(917_591, "EVENT_ADALLOM_IP_RANGE_EDITED").admin("Edit IP address range", Target::Setting);
    /// Resolved an alert.
    RESOLVE_ALERT = product(917_543, "EVENT_ADALLOM_ALERT_RESOLVED").category("EVENT_CATEGORY_RESOLVE_ALERT")
        .admin("Resolve alert", Target::Alert);
    /// Dismissed an alert.
    DISMISS_ALERT = product(917_544, "EVENT_ADALLOM_ALERT_DISMISSED").category("EVENT_CATEGORY_DISMISS_ALERT")
        .admin("Dismiss alert", Target::Alert);
}
