//! What is done in Microsoft 365: Entra ID, Exchange, SharePoint, OneDrive, Teams and their smaller siblings.
//!
//! The operation of a sign-in is the call that Entra ID reports, as recorded by shipped connectors.
//! Event types other than those of OneDrive (233580) and of the failed sign-in (2293761) are (unverified).

use super::{COPILOT, EXCHANGE, MICROSOFT_365, ONEDRIVE, POWER_BI, SHAREPOINT, Source, TEAMS, YAMMER};
use crate::model::activity::{Action, Target};

pub(super) const fn sign_in(event_type: u32, value: &'static str) -> Source {
    Source::new(MICROSOFT_365, "AzureActiveDirectory", 15, event_type, value)
}

pub(super) const fn directory(event_type: u32, value: &'static str) -> Source {
    Source::new(MICROSOFT_365, "AzureActiveDirectory", 8, event_type, value)
}

pub(super) const fn exchange(record_type: u16) -> Source {
    Source::new(EXCHANGE, "Exchange", record_type, 233_578, "EVENT_O365_EXCHANGE_GENERIC")
}

pub(super) const fn sharepoint(record_type: u16) -> Source {
    Source::new(SHAREPOINT, "SharePoint", record_type, 233_579, "EVENT_O365_SHAREPOINT_GENERIC")
}

const fn onedrive(record_type: u16) -> Source {
    Source::new(ONEDRIVE, "OneDrive", record_type, 233_580, "EVENT_O365_ONEDRIVE_GENERIC")
}

const fn teams() -> Source {
    Source::new(TEAMS, "MicrosoftTeams", 25, 233_595, "EVENT_O365_TEAMS_GENERIC")
}

const fn power_bi() -> Source {
    Source::new(POWER_BI, "PowerBI", 20, 233_590, "EVENT_O365_POWERBI_GENERIC")
}

const fn yammer() -> Source {
    Source::new(YAMMER, "Yammer", 22, 233_591, "EVENT_O365_YAMMER_GENERIC")
}

kinds! {
    MICROSOFT_ROWS, 0;
    /// Signed in to Microsoft 365.
    USER_LOGGED_IN = sign_in(2_293_760, "EVENT_AAD_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("OAuth2:Authorize", Action::SignIn, Target::SignIn);
    /// Failed to sign in to Microsoft 365.
    USER_LOGIN_FAILED = sign_in(2_293_761, "EVENT_AAD_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
        .kind("Login:login", Action::FailedSignIn, Target::SignIn);
    /// Created a user.
    ADD_USER = directory(2_293_764, "EVENT_AAD_ADD_USER").category("EVENT_CATEGORY_CREATE_USER")
        .admin("Add user.", Target::Person);
    /// Changed a user.
    UPDATE_USER = directory(2_293_765, "EVENT_AAD_UPDATE_USER").category("EVENT_CATEGORY_UPDATE_USER")
        .admin("Update user.", Target::Person);
    /// Gave a directory role.
    ADD_MEMBER_TO_ROLE = directory(2_293_766, "EVENT_AAD_ADD_MEMBER_TO_ROLE").category("EVENT_CATEGORY_ADD_USER_ROLE")
        .admin("Add member to role.", Target::Role);
    /// Set a new password for somebody.
    RESET_PASSWORD = directory(2_293_767, "EVENT_AAD_RESET_PASSWORD").category("EVENT_CATEGORY_RESET_PASSWORD")
        .admin("Reset user password.", Target::Person);
    /// Consented to an application for everybody.
    CONSENT = directory(2_293_768, "EVENT_AAD_CONSENT").category("EVENT_CATEGORY_GRANT_CONSENT")
        .admin("Consent to application.", Target::Application);
    /// Consented to an application for oneself.
    USER_CONSENT = directory(2_293_768, "EVENT_AAD_CONSENT").category("EVENT_CATEGORY_GRANT_CONSENT")
        .kind("Consent to application.", Action::Configure, Target::Application);
    /// Registered an application.
    ADD_APPLICATION = directory(2_293_771, "EVENT_AAD_ADD_APPLICATION").category("EVENT_CATEGORY_CREATE_APPLICATION")
        .admin("Add application.", Target::Application);
    /// Changed an application registration.
    UPDATE_APPLICATION = directory(2_293_769, "EVENT_AAD_UPDATE_APPLICATION").category("EVENT_CATEGORY_UPDATE_APPLICATION")
        .admin("Update application.", Target::Application);
    /// Gave an application a new secret or certificate.
    ADD_CREDENTIALS = directory(2_293_772, "EVENT_AAD_ADD_CREDENTIALS").category("EVENT_CATEGORY_UPDATE_APPLICATION")
        .admin("Update application – Certificates and secrets management ", Target::Application);
    /// Brought an application into the tenant as a service principal.
    ADD_SERVICE_PRINCIPAL = directory(2_293_773, "EVENT_AAD_ADD_SERVICE_PRINCIPAL")
        .category("EVENT_CATEGORY_CREATE_APPLICATION").admin("Add service principal.", Target::Application);
    /// Changed a directory policy.
    UPDATE_POLICY = directory(2_293_770, "EVENT_AAD_UPDATE_POLICY").category("EVENT_CATEGORY_UPDATE_POLICY")
        .admin("Update policy.", Target::Policy);
    /// Changed a Conditional Access policy.
    UPDATE_CONDITIONAL_ACCESS = directory(2_293_774, "EVENT_AAD_UPDATE_CONDITIONAL_ACCESS")
        .category("EVENT_CATEGORY_UPDATE_POLICY").admin("Update conditional access policy.", Target::Policy);
    /// Deleted a user.
    DELETE_USER = directory(2_293_775, "EVENT_AAD_DELETE_USER").category("EVENT_CATEGORY_DELETE_USER")
        .admin("Delete user.", Target::Person);
    /// Disabled an account.
    DISABLE_ACCOUNT = directory(2_293_776, "EVENT_AAD_DISABLE_ACCOUNT").category("EVENT_CATEGORY_SUSPEND_USER")
        .admin("Disable account.", Target::Person);
    /// Invited somebody of another organisation.
    INVITE_USER = directory(2_293_777, "EVENT_AAD_INVITE_USER").category("EVENT_CATEGORY_CREATE_USER")
        .admin("Invite external user.", Target::Person);
    /// Took a directory role away.
    REMOVE_MEMBER_FROM_ROLE = directory(2_293_778, "EVENT_AAD_REMOVE_MEMBER_FROM_ROLE")
        .category("EVENT_CATEGORY_REMOVE_USER_ROLE").admin("Remove member from role.", Target::Role);
    /// Put somebody into a group.
    ADD_MEMBER_TO_GROUP = directory(2_293_779, "EVENT_AAD_ADD_MEMBER_TO_GROUP")
        .category("EVENT_CATEGORY_ADD_USER_TO_GROUP").admin("Add member to group.", Target::Group);
    /// Took somebody out of a group.
    REMOVE_MEMBER_FROM_GROUP = directory(2_293_780, "EVENT_AAD_REMOVE_MEMBER_FROM_GROUP")
        .category("EVENT_CATEGORY_REMOVE_USER_FROM_GROUP").admin("Remove member from group.", Target::Group);
    /// Gave or took licences.
    CHANGE_LICENCE = directory(2_293_781, "EVENT_AAD_CHANGE_LICENSE").category("EVENT_CATEGORY_UPDATE_USER")
        .admin("Change user license.", Target::Licence);
    /// Set a new password for oneself.
    CHANGE_PASSWORD = directory(2_293_782, "EVENT_AAD_CHANGE_PASSWORD").category("EVENT_CATEGORY_CHANGE_PASSWORD")
        .kind("Change user password.", Action::Configure, Target::Person);
    /// Registered another way to prove who one is.
    REGISTER_SECURITY_INFO = directory(2_293_783, "EVENT_AAD_REGISTER_SECURITY_INFO")
        .category("EVENT_CATEGORY_UPDATE_USER")
        .kind("User registered security info.", Action::Configure, Target::Person);
    /// An application got a token.
    TOKEN_ISSUED = sign_in(2_293_760, "EVENT_AAD_LOGIN").category("EVENT_CATEGORY_LOGIN")
        .kind("OAuth2:Token", Action::SignIn, Target::SignIn);
    /// An application was refused a token.
    TOKEN_REFUSED = sign_in(2_293_761, "EVENT_AAD_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
        .kind("OAuth2:Token", Action::FailedSignIn, Target::SignIn);
    /// Read mail.
    MAIL_ITEMS_ACCESSED = exchange(50).kind("MailItemsAccessed", Action::View, Target::Mail);
    /// Sent mail.
    SEND = exchange(2).kind("Send", Action::Send, Target::Mail);
    /// Wrote a draft or filed an item.
    MAIL_CREATED = exchange(2).kind("Create", Action::Upload, Target::Mail);
    /// Moved mail to the deleted items.
    MOVE_TO_DELETED_ITEMS = exchange(3).kind("MoveToDeletedItems", Action::Delete, Target::Mail);
    /// Emptied mail out of the deleted items.
    SOFT_DELETE = exchange(3).kind("SoftDelete", Action::Delete, Target::Mail);
    /// Made an inbox rule in one's own mailbox.
    NEW_INBOX_RULE = exchange(1).kind("New-InboxRule", Action::Configure, Target::Rule);
    /// Changed the settings of somebody's mailbox.
    SET_MAILBOX = exchange(1).admin("Set-Mailbox", Target::Person);
    /// Gave somebody access to a mailbox.
    ADD_MAILBOX_PERMISSION = exchange(1).admin("Add-MailboxPermission", Target::MailboxPermission);
    /// Made a rule for all mail of the company.
    NEW_TRANSPORT_RULE = exchange(1).admin("New-TransportRule", Target::Setting);
    /// Changed an inbox rule in one's own mailbox.
    SET_INBOX_RULE = exchange(1).kind("Set-InboxRule", Action::Configure, Target::Rule);
    /// Purged mail for good.
    HARD_DELETE = exchange(3).kind("HardDelete", Action::Delete, Target::Mail);
    /// Opened a file in SharePoint.
    FILE_ACCESSED = sharepoint(6).kind("FileAccessed", Action::View, Target::File);
    /// Previewed a file in SharePoint.
    FILE_PREVIEWED = sharepoint(6).kind("FilePreviewed", Action::View, Target::File);
    /// Downloaded a file from SharePoint.
    FILE_DOWNLOADED = sharepoint(6).kind("FileDownloaded", Action::Download, Target::File);
    /// Uploaded a file to SharePoint.
    FILE_UPLOADED = sharepoint(6).kind("FileUploaded", Action::Upload, Target::File);
    /// Changed a file in SharePoint.
    FILE_MODIFIED = sharepoint(6).kind("FileModified", Action::Edit, Target::File);
    /// Deleted a file in SharePoint.
    FILE_DELETED = sharepoint(6).kind("FileDeleted", Action::Delete, Target::File);
    /// Renamed a file in SharePoint.
    FILE_RENAMED = sharepoint(6).kind("FileRenamed", Action::Edit, Target::File);
    /// Shared a file of SharePoint inside the company.
    SHARING_SET = sharepoint(14).kind("SharingSet", Action::ShareInternal, Target::File);
    /// Made a link to a file of SharePoint that anyone can use.
    ANONYMOUS_LINK_CREATED = sharepoint(14).kind("AnonymousLinkCreated", Action::ShareExternal, Target::File);
    /// Invited somebody outside to a file of SharePoint.
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
    /// Became administrator of a site collection.
    SITE_ADMIN_ADDED = sharepoint(14).admin("SiteCollectionAdminAdded", Target::Person);
    /// Changed what may be shared with whom in SharePoint.
    SHARING_POLICY_CHANGED = sharepoint(14).admin("SharingPolicyChanged", Target::Setting);
    /// Wrote in a chat or channel.
    MESSAGE_SENT = teams().kind("MessageSent", Action::Send, Target::Team);
    /// Took part in a meeting.
    MEETING_PARTICIPANT_DETAIL = teams().kind("MeetingParticipantDetail", Action::View, Target::Team);
    /// Founded a team.
    TEAM_CREATED = teams().kind("TeamCreated", Action::Upload, Target::Team);
    /// Added people to a team.
    MEMBER_ADDED = teams().kind("MemberAdded", Action::ShareInternal, Target::Team);
    /// Looked at a report of Power BI.
    POWER_BI_VIEW_REPORT = power_bi().category("EVENT_CATEGORY_VIEW_REPORT")
        .kind("ViewReport", Action::View, Target::AppObject);
    /// Opened a dashboard of Power BI.
    POWER_BI_VIEW_DASHBOARD = power_bi().category("EVENT_CATEGORY_VIEW_REPORT")
        .kind("ViewDashboard", Action::View, Target::AppObject);
    /// Exported a report of Power BI.
    POWER_BI_EXPORT_REPORT = power_bi().category("EVENT_CATEGORY_EXPORT_REPORT")
        .kind("ExportReport", Action::Download, Target::AppObject);
    /// Shared a report of Power BI with colleagues.
    POWER_BI_SHARE_REPORT = power_bi().category("EVENT_CATEGORY_SHARE_REPORT")
        .kind("ShareReport", Action::ShareInternal, Target::AppObject);
    /// Refreshed the data of a semantic model.
    POWER_BI_REFRESH_DATASET = power_bi().kind("RefreshDataset", Action::Edit, Target::AppObject);
    /// Wrote in a community of Yammer.
    YAMMER_MESSAGE_CREATED = yammer().kind("MessageCreated", Action::Send, Target::AppObject);
    /// Read a thread of Yammer.
    YAMMER_THREAD_VIEWED = yammer().kind("ThreadViewed", Action::View, Target::AppObject);
    /// Asked Copilot.
    COPILOT_INTERACTION = Source::new(COPILOT, "Copilot", 261, 233_600, "EVENT_O365_COPILOT_GENERIC")
        .kind("CopilotInteraction", Action::View, Target::AppObject);
}
