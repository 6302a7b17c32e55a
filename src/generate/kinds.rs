//! The catalogue of kinds of activity.
//!
//! Event types are numbers of the Cloud Apps API. Recorded in public samples: 917504 and its neighbours (the
//! product's own audit), 233580 (OneDrive) and 2293761 (failed sign-in); the others are plausible numbers in the
//! same ranges, marked (unverified). The Microsoft 365 files and mail share one generic event type per app and
//! are told apart by their operation, as the recorded OneDrive events are.
//!
//! Operations, workloads and record types:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema> and
//! <https://learn.microsoft.com/purview/audit-log-activities>.

use crate::model::activity::{Action, Kind, Target};

/// Microsoft 365, and the sign-ins and directory changes of Entra ID.
pub const MICROSOFT_365: u32 = 11161;
/// Microsoft Exchange Online.
pub const EXCHANGE: u32 = 20893;
/// Microsoft SharePoint Online.
pub const SHAREPOINT: u32 = 20892;
/// Microsoft OneDrive for Business.
pub const ONEDRIVE: u32 = 15600;
/// Microsoft Teams.
pub const TEAMS: u32 = 28375;
/// Salesforce.
pub const SALESFORCE: u32 = 11114;
/// Microsoft Defender for Cloud Apps itself.
pub const CLOUD_APPS: u32 = 20595;

/// What the kinds of one source have in common.
struct Source {
    app: u32,
    event_type: u32,
    event_type_value: &'static str,
    category: &'static str,
    workload: &'static str,
    record_type: u16,
}

const UNSPECIFIED: &str = "EVENT_CATEGORY_UNSPECIFIED";

impl Source {
    const fn new(
        app: u32,
        workload: &'static str,
        record_type: u16,
        event_type: u32,
        value: &'static str,
    ) -> Self {
        Self { app, event_type, event_type_value: value, category: UNSPECIFIED, workload, record_type }
    }

    const fn category(mut self, category: &'static str) -> Self {
        self.category = category;
        self
    }

    const fn kind(self, operation: &'static str, action: Action, target: Target) -> Kind {
        Kind {
            app: self.app,
            operation,
            event_type: self.event_type,
            event_type_value: self.event_type_value,
            category: self.category,
            action,
            administrative: false,
            target,
            workload: self.workload,
            record_type: self.record_type,
        }
    }

    const fn admin(self, operation: &'static str, target: Target) -> Kind {
        let mut kind = self.kind(operation, Action::Configure, target);
        kind.administrative = true;
        kind
    }
}

const fn sign_in(event_type: u32, value: &'static str) -> Source {
    Source::new(MICROSOFT_365, "AzureActiveDirectory", 15, event_type, value)
}

const fn directory(event_type: u32, value: &'static str) -> Source {
    Source::new(MICROSOFT_365, "AzureActiveDirectory", 8, event_type, value)
}

const fn exchange(record_type: u16) -> Source {
    Source::new(EXCHANGE, "Exchange", record_type, 233_578, "EVENT_O365_EXCHANGE_GENERIC")
}

const fn sharepoint(record_type: u16) -> Source {
    Source::new(SHAREPOINT, "SharePoint", record_type, 233_579, "EVENT_O365_SHAREPOINT_GENERIC")
}

const fn onedrive(record_type: u16) -> Source {
    Source::new(ONEDRIVE, "OneDrive", record_type, 233_580, "EVENT_O365_ONEDRIVE_GENERIC")
}

const fn teams() -> Source {
    Source::new(TEAMS, "MicrosoftTeams", 25, 233_595, "EVENT_O365_TEAMS_GENERIC")
}

const fn salesforce(event_type: u32, value: &'static str) -> Source {
    Source::new(SALESFORCE, "Salesforce", 0, event_type, value)
}

const fn product(event_type: u32, value: &'static str) -> Source {
    Source::new(CLOUD_APPS, "CloudAppSecurity", 0, event_type, value)
}

/// Names each row by a constant that is its index.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $kind:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the rows")]
        enum Row { $($name),* }
        $($(#[$doc])* pub const $name: u16 = Row::$name as u16;)*
        /// The catalogue; `Event::kind` is an index into it.
        pub static KINDS: &[Kind] = &[$($kind),*];
    };
}

kinds! {
    /// Signed in to Microsoft 365. (number unverified)
    USER_LOGGED_IN = sign_in(2_293_760, "EVENT_AAD_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("UserLoggedIn", Action::SignIn, Target::None);
    /// Failed to sign in to Microsoft 365.
    USER_LOGIN_FAILED = sign_in(2_293_761, "EVENT_AAD_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
        .kind("UserLoginFailed", Action::FailedSignIn, Target::None);
    /// Created a user. (number unverified)
    ADD_USER = directory(2_293_764, "EVENT_AAD_ADD_USER").category("EVENT_CATEGORY_CREATE_USER")
        .admin("Add user.", Target::Person);
    /// Changed a user. (number unverified)
    UPDATE_USER = directory(2_293_765, "EVENT_AAD_UPDATE_USER").category("EVENT_CATEGORY_UPDATE_USER")
        .admin("Update user.", Target::Person);
    /// Gave a directory role. (number unverified)
    ADD_MEMBER_TO_ROLE = directory(2_293_766, "EVENT_AAD_ADD_MEMBER_TO_ROLE").category("EVENT_CATEGORY_ADD_USER_ROLE")
        .admin("Add member to role.", Target::Person);
    /// Set a new password for somebody. (number unverified)
    RESET_PASSWORD = directory(2_293_767, "EVENT_AAD_RESET_PASSWORD").category("EVENT_CATEGORY_RESET_PASSWORD")
        .admin("Reset user password.", Target::Person);
    /// Consented to an application for everybody. (number unverified)
    CONSENT = directory(2_293_768, "EVENT_AAD_CONSENT").category("EVENT_CATEGORY_GRANT_CONSENT")
        .admin("Consent to application.", Target::None);
    /// Changed an application registration. (number unverified)
    UPDATE_APPLICATION = directory(2_293_769, "EVENT_AAD_UPDATE_APPLICATION").category("EVENT_CATEGORY_UPDATE_APPLICATION")
        .admin("Update application.", Target::None);
    /// Changed a Conditional Access or other directory policy. (number unverified)
    UPDATE_POLICY = directory(2_293_770, "EVENT_AAD_UPDATE_POLICY").category("EVENT_CATEGORY_UPDATE_POLICY")
        .admin("Update policy.", Target::None);
    /// Read mail. (number unverified)
    MAIL_ITEMS_ACCESSED = exchange(50).kind("MailItemsAccessed", Action::View, Target::Mail);
    /// Sent mail. (number unverified)
    SEND = exchange(2).kind("Send", Action::Send, Target::Mail);
    /// Wrote a draft or filed an item. (number unverified)
    MAIL_CREATED = exchange(2).kind("Create", Action::Upload, Target::Mail);
    /// Moved mail to the deleted items. (number unverified)
    MOVE_TO_DELETED_ITEMS = exchange(3).kind("MoveToDeletedItems", Action::Delete, Target::Mail);
    /// Emptied mail out of the deleted items. (number unverified)
    SOFT_DELETE = exchange(3).kind("SoftDelete", Action::Delete, Target::Mail);
    /// Made an inbox rule in one's own mailbox. (number unverified)
    NEW_INBOX_RULE = exchange(1).kind("New-InboxRule", Action::Configure, Target::None);
    /// Changed the settings of somebody's mailbox. (number unverified)
    SET_MAILBOX = exchange(1).admin("Set-Mailbox", Target::Person);
    /// Gave somebody access to a mailbox. (number unverified)
    ADD_MAILBOX_PERMISSION = exchange(1).admin("Add-MailboxPermission", Target::Person);
    /// Opened a file in SharePoint. (number unverified)
    FILE_ACCESSED = sharepoint(6).kind("FileAccessed", Action::View, Target::File);
    /// Previewed a file in SharePoint. (number unverified)
    FILE_PREVIEWED = sharepoint(6).kind("FilePreviewed", Action::View, Target::File);
    /// Downloaded a file from SharePoint. (number unverified)
    FILE_DOWNLOADED = sharepoint(6).kind("FileDownloaded", Action::Download, Target::File);
    /// Uploaded a file to SharePoint. (number unverified)
    FILE_UPLOADED = sharepoint(6).kind("FileUploaded", Action::Upload, Target::File);
    /// Changed a file in SharePoint. (number unverified)
    FILE_MODIFIED = sharepoint(6).kind("FileModified", Action::Edit, Target::File);
    /// Deleted a file in SharePoint. (number unverified)
    FILE_DELETED = sharepoint(6).kind("FileDeleted", Action::Delete, Target::File);
    /// Renamed a file in SharePoint. (number unverified)
    FILE_RENAMED = sharepoint(6).kind("FileRenamed", Action::Edit, Target::File);
    /// Shared a file of SharePoint inside the company. (number unverified)
    SHARING_SET = sharepoint(14).kind("SharingSet", Action::ShareInternal, Target::File);
    /// Made a link to a file of SharePoint that anyone can use. (number unverified)
    ANONYMOUS_LINK_CREATED = sharepoint(14).kind("AnonymousLinkCreated", Action::ShareExternal, Target::File);
    /// Invited somebody outside to a file of SharePoint. (number unverified)
    SHARING_INVITATION_CREATED = sharepoint(14).kind("SharingInvitationCreated", Action::ShareExternal, Target::File);
    /// Opened a file in OneDrive.
    ONEDRIVE_FILE_ACCESSED = onedrive(6).kind("FileAccessed", Action::View, Target::File);
    /// Previewed a file in OneDrive.
    ONEDRIVE_FILE_PREVIEWED = onedrive(6).kind("FilePreviewed", Action::View, Target::File);
    /// Downloaded a file from OneDrive.
    ONEDRIVE_FILE_DOWNLOADED = onedrive(6).kind("FileDownloaded", Action::Download, Target::File);
    /// Uploaded a file to OneDrive.
    ONEDRIVE_FILE_UPLOADED = onedrive(6).kind("FileUploaded", Action::Upload, Target::File);
    /// Changed a file in OneDrive.
    ONEDRIVE_FILE_MODIFIED = onedrive(6).kind("FileModified", Action::Edit, Target::File);
    /// Deleted a file in OneDrive.
    ONEDRIVE_FILE_DELETED = onedrive(6).kind("FileDeleted", Action::Delete, Target::File);
    /// Renamed a file in OneDrive.
    ONEDRIVE_FILE_RENAMED = onedrive(6).kind("FileRenamed", Action::Edit, Target::File);
    /// Shared a file of OneDrive inside the company.
    ONEDRIVE_SHARING_SET = onedrive(14).kind("SharingSet", Action::ShareInternal, Target::File);
    /// Made a link to a file of OneDrive that anyone can use.
    ONEDRIVE_ANONYMOUS_LINK_CREATED = onedrive(14)
        .kind("AnonymousLinkCreated", Action::ShareExternal, Target::File);
    /// Invited somebody outside to a file of OneDrive.
    ONEDRIVE_SHARING_INVITATION_CREATED = onedrive(14)
        .kind("SharingInvitationCreated", Action::ShareExternal, Target::File);
    /// Became administrator of a site collection. (number unverified)
    SITE_ADMIN_ADDED = sharepoint(14).admin("SiteCollectionAdminAdded", Target::Person);
    /// Changed what may be shared with whom in SharePoint. (number unverified)
    SHARING_POLICY_CHANGED = sharepoint(14).admin("SharingPolicyChanged", Target::None);
    /// Wrote in a chat or channel. (number unverified)
    MESSAGE_SENT = teams().kind("MessageSent", Action::Send, Target::Team);
    /// Took part in a meeting. (number unverified)
    MEETING_PARTICIPANT_DETAIL = teams().kind("MeetingParticipantDetail", Action::View, Target::Team);
    /// Founded a team. (number unverified)
    TEAM_CREATED = teams().kind("TeamCreated", Action::Upload, Target::Team);
    /// Added people to a team. (number unverified)
    MEMBER_ADDED = teams().kind("MemberAdded", Action::ShareInternal, Target::Team);
    /// Signed in to Salesforce. (number unverified)
    SALESFORCE_LOGIN = salesforce(131_072, "EVENT_SALESFORCE_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("Login", Action::SignIn, Target::None);
    /// Failed to sign in to Salesforce. (number unverified)
    SALESFORCE_LOGIN_FAILED = salesforce(131_073, "EVENT_SALESFORCE_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
        .kind("Failed login", Action::FailedSignIn, Target::None);
    /// Looked at a record. (number unverified)
    SALESFORCE_VIEW = salesforce(131_074, "EVENT_SALESFORCE_VIEW").category("EVENT_CATEGORY_VIEW_OBJECT")
        .kind("View record", Action::View, Target::AppObject);
    /// Changed a record. (number unverified)
    SALESFORCE_EDIT = salesforce(131_075, "EVENT_SALESFORCE_EDIT").category("EVENT_CATEGORY_EDIT_OBJECT")
        .kind("Edit record", Action::Edit, Target::AppObject);
    /// Made a record. (number unverified)
    SALESFORCE_CREATE = salesforce(131_076, "EVENT_SALESFORCE_CREATE").category("EVENT_CATEGORY_CREATE_OBJECT")
        .kind("Create record", Action::Upload, Target::AppObject);
    /// Deleted a record. (number unverified)
    SALESFORCE_DELETE = salesforce(131_077, "EVENT_SALESFORCE_DELETE").category("EVENT_CATEGORY_DELETE_OBJECT")
        .kind("Delete record", Action::Delete, Target::AppObject);
    /// Ran a report. (number unverified)
    SALESFORCE_RUN_REPORT = salesforce(131_078, "EVENT_SALESFORCE_REPORT").category("EVENT_CATEGORY_VIEW_REPORT")
        .kind("Run report", Action::View, Target::AppObject);
    /// Exported a report. (number unverified)
    SALESFORCE_EXPORT_REPORT = salesforce(131_079, "EVENT_SALESFORCE_REPORT_EXPORT")
        .category("EVENT_CATEGORY_EXPORT_REPORT").kind("Report export", Action::Download, Target::AppObject);
    /// Changed the set-up of the Salesforce organisation. (number unverified)
    SALESFORCE_SETUP = salesforce(131_080, "EVENT_SALESFORCE_SETUP").category("EVENT_CATEGORY_CHANGE_SETTINGS")
        .admin("Setup audit trail", Target::None);
    /// Logged on to Defender for Cloud Apps.
    PRODUCT_LOG_ON = product(917_504, "EVENT_ADALLOM_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("Log on", Action::SignIn, Target::None);
    /// Logged out of Defender for Cloud Apps. (value unverified)
    PRODUCT_LOG_OUT = product(917_505, "EVENT_ADALLOM_LOGOUT").category("EVENT_CATEGORY_LOGOUT")
        .kind("Log out", Action::SignOut, Target::None);
    /// Created an API token. (value unverified)
    CREATE_API_TOKEN = product(917_513, "EVENT_ADALLOM_API_TOKEN_CREATED").admin("Create API token", Target::None);
    /// Revoked an API token. (value unverified)
    REVOKE_API_TOKEN = product(917_514, "EVENT_ADALLOM_API_TOKEN_REVOKED").admin("Revoke API token", Target::None);
    /// Resolved an alert. (value unverified)
    RESOLVE_ALERT = product(917_543, "EVENT_ADALLOM_ALERT_RESOLVED").admin("Resolve alert", Target::Alert);
    /// Dismissed an alert.
    DISMISS_ALERT = product(917_544, "EVENT_ADALLOM_ALERT_DISMISSED").admin("Dismiss alert", Target::Alert);
}

/// How far the OneDrive twin of a SharePoint kind is from it.
const TWIN: u16 = ONEDRIVE_FILE_ACCESSED - FILE_ACCESSED;

/// The kind at an index.
///
/// # Panics
/// When there is no such kind; events hold valid indexes only.
pub fn kind(index: u16) -> &'static Kind {
    &KINDS[usize::from(index)]
}

/// The kind by which OneDrive reports what `sharepoint` is in SharePoint; other kinds are their own twin.
pub const fn onedrive_twin(sharepoint: u16) -> u16 {
    if sharepoint >= FILE_ACCESSED && sharepoint <= SHARING_INVITATION_CREATED {
        sharepoint + TWIN
    } else {
        sharepoint
    }
}

/// The kind of an app by the name of its operation, ASCII case ignored.
pub fn by_operation(app: u32, operation: &str) -> Option<u16> {
    of_app(app).find(|&index| kind(index).operation.eq_ignore_ascii_case(operation))
}

/// All kinds with this event type, in the order of the catalogue.
pub fn by_event_type(event_type: u32) -> impl Iterator<Item = u16> {
    indexes().filter(move |&index| kind(index).event_type == event_type)
}

/// All kinds of an app, in the order of the catalogue.
pub fn of_app(app: u32) -> impl Iterator<Item = u16> {
    indexes().filter(move |&index| kind(index).app == app)
}

/// The apps that have kinds, in the order of the catalogue, with the name that the product shows.
pub const APPS: &[(u32, &str)] = &[
    (MICROSOFT_365, "Microsoft 365"),
    (EXCHANGE, "Microsoft Exchange Online"),
    (SHAREPOINT, "Microsoft SharePoint Online"),
    (ONEDRIVE, "Microsoft OneDrive for Business"),
    (TEAMS, "Microsoft Teams"),
    (SALESFORCE, "Salesforce"),
    (CLOUD_APPS, "Microsoft Defender for Cloud Apps"),
];

fn indexes() -> impl Iterator<Item = u16> {
    0..KINDS.len() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onedrive_twins_do_the_same_thing() {
        for index in FILE_ACCESSED..=SHARING_INVITATION_CREATED {
            let (here, there) = (kind(index), kind(onedrive_twin(index)));
            assert_eq!((here.app, there.app), (SHAREPOINT, ONEDRIVE));
            assert_eq!((here.operation, here.action), (there.operation, there.action));
        }
        assert_eq!(onedrive_twin(SEND), SEND);
    }

    #[test]
    fn every_app_has_kinds_and_every_kind_an_app() {
        for index in indexes() {
            assert!(APPS.iter().any(|app| app.0 == kind(index).app));
        }
        for (app, _) in APPS {
            assert!(of_app(*app).next().is_some());
        }
        assert_eq!(by_operation(EXCHANGE, "new-inboxrule"), Some(NEW_INBOX_RULE));
        assert_eq!(by_event_type(2_293_761).next(), Some(USER_LOGIN_FAILED));
    }
}
