//! What is done in the connected apps of other vendors, named as each of them names it in its own audit log.
//!
//! Sources of the operations: <https://developer.box.com/guides/events/event-types/>,
//! <https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events>,
//! <https://developers.google.com/workspace/admin/reports/v1/appendix/activity/drive>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html>,
//! <https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations>,
//! <https://docs.github.com/enterprise-cloud@latest/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization>,
//! <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>,
//! <https://developer.okta.com/docs/reference/api/event-types/>. Event types are (unverified).

use super::{
    AWS, AZURE, BOX, DROPBOX, GITHUB, GOOGLE, MICROSOFT_ROWS, NOTION, OKTA, PRODUCT_ROWS, SERVICENOW, SLACK,
    Source, ZOOM,
};
use crate::model::activity::{Action, Target};

const fn box_com() -> Source {
    Source::new(BOX, "Box", 0, 327_680, "EVENT_BOX_GENERIC")
}

const fn dropbox() -> Source {
    Source::new(DROPBOX, "Dropbox", 0, 393_216, "EVENT_DROPBOX_GENERIC")
}

const fn google() -> Source {
    Source::new(GOOGLE, "GoogleWorkspace", 0, 458_752, "EVENT_GOOGLE_GENERIC")
}

const fn aws() -> Source {
    Source::new(AWS, "AWS", 0, 524_288, "EVENT_AWS_GENERIC")
}

const fn azure() -> Source {
    Source::new(AZURE, "Azure", 0, 589_824, "EVENT_AZURE_GENERIC")
}

const fn github() -> Source {
    Source::new(GITHUB, "GitHub", 0, 655_360, "EVENT_GITHUB_GENERIC")
}

const fn slack() -> Source {
    Source::new(SLACK, "Slack", 0, 720_896, "EVENT_SLACK_GENERIC")
}

const fn servicenow() -> Source {
    Source::new(SERVICENOW, "ServiceNow", 0, 786_432, "EVENT_SERVICENOW_GENERIC")
}

const fn okta() -> Source {
    Source::new(OKTA, "Okta", 0, 851_968, "EVENT_OKTA_GENERIC")
}

const fn zoom() -> Source {
    Source::new(ZOOM, "Zoom", 0, 1_048_576, "EVENT_ZOOM_GENERIC")
}

const fn notion() -> Source {
    Source::new(NOTION, "Notion", 0, 983_040, "EVENT_NOTION_GENERIC")
}

kinds! {
    APP_ROWS, (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len()) as u16;
    /// Signed in to Box.
    BOX_LOGIN = box_com().login(327_681, "EVENT_BOX_LOGIN").kind("LOGIN", Action::SignIn, Target::None);
    /// Failed to sign in to Box.
    BOX_FAILED_LOGIN = box_com().failed_login(327_682, "EVENT_BOX_LOGIN_FAILED").kind("FAILED_LOGIN", Action::FailedSignIn, Target::None);
    /// Previewed a file in Box.
    BOX_PREVIEW = box_com().kind("PREVIEW", Action::View, Target::AppObject);
    /// Downloaded a file from Box.
    BOX_DOWNLOAD = box_com().kind("DOWNLOAD", Action::Download, Target::AppObject).file();
    /// Uploaded a file to Box.
    BOX_UPLOAD = box_com().kind("UPLOAD", Action::Upload, Target::AppObject).file();
    /// Changed a file in Box.
    BOX_EDIT = box_com().kind("EDIT", Action::Edit, Target::AppObject);
    /// Deleted a file in Box.
    BOX_DELETE = box_com().kind("DELETE", Action::Delete, Target::AppObject);
    /// Invited a colleague to a folder of Box.
    BOX_COLLABORATION_INVITE = box_com().kind("COLLABORATION_INVITE", Action::ShareInternal, Target::AppObject);
    /// Made an open link to an item of Box.
    BOX_SHARED_LINK_CREATE = box_com().kind("ITEM_SHARED_CREATE", Action::ShareExternal, Target::AppObject);
    /// Changed a group of Box.
    BOX_GROUP_EDITED = box_com().admin("GROUP_EDITED", Target::AppObject);
    /// Changed a user of Box.
    BOX_EDIT_USER = box_com().admin("EDIT_USER", Target::AppObject);
    /// Signed in to Dropbox.
    DROPBOX_LOGIN = dropbox().login(393_217, "EVENT_DROPBOX_LOGIN").kind("login_success", Action::SignIn, Target::None);
    /// Failed to sign in to Dropbox.
    DROPBOX_LOGIN_FAILED = dropbox().failed_login(393_218, "EVENT_DROPBOX_LOGIN_FAILED").kind("login_fail", Action::FailedSignIn, Target::None);
    /// Previewed a file in Dropbox.
    DROPBOX_VIEW = dropbox().kind("file_preview", Action::View, Target::AppObject);
    /// Downloaded a file from Dropbox.
    DROPBOX_DOWNLOAD = dropbox().kind("file_download", Action::Download, Target::AppObject).file();
    /// Added a file to Dropbox.
    DROPBOX_ADD = dropbox().kind("file_add", Action::Upload, Target::AppObject).file();
    /// Changed a file in Dropbox.
    DROPBOX_EDIT = dropbox().kind("file_edit", Action::Edit, Target::AppObject);
    /// Deleted a file in Dropbox.
    DROPBOX_DELETE = dropbox().kind("file_delete", Action::Delete, Target::AppObject);
    /// Made a link to a file of Dropbox.
    DROPBOX_SHARED_LINK_CREATE = dropbox().kind("shared_link_create", Action::ShareExternal, Target::AppObject);
    /// Changed the role of a member of Dropbox.
    DROPBOX_MEMBER_CHANGE_ADMIN_ROLE = dropbox().admin("member_change_admin_role", Target::AppObject);
    /// Signed in to Google Workspace.
    GOOGLE_LOGIN = google().login(458_753, "EVENT_GOOGLE_LOGIN").kind("login_success", Action::SignIn, Target::None);
    /// Failed to sign in to Google Workspace.
    GOOGLE_LOGIN_FAILED = google().failed_login(458_754, "EVENT_GOOGLE_LOGIN_FAILED").kind("login_failure", Action::FailedSignIn, Target::None);
    /// Opened an item of Google Drive.
    GOOGLE_VIEW = google().kind("view", Action::View, Target::AppObject);
    /// Downloaded an item of Google Drive.
    GOOGLE_DOWNLOAD = google().kind("download", Action::Download, Target::AppObject).file();
    /// Created an item in Google Drive.
    GOOGLE_CREATE = google().kind("create", Action::Upload, Target::AppObject).file();
    /// Changed an item of Google Drive.
    GOOGLE_EDIT = google().kind("edit", Action::Edit, Target::AppObject);
    /// Moved an item of Google Drive to the bin.
    GOOGLE_TRASH = google().kind("trash", Action::Delete, Target::AppObject);
    /// Gave a colleague access to an item of Google Drive.
    GOOGLE_SHARE = google().kind("change_user_access", Action::ShareInternal, Target::AppObject);
    /// Changed a setting of Google Workspace.
    GOOGLE_CHANGE_SETTING = google().admin("CHANGE_APPLICATION_SETTING", Target::AppObject);
    /// Signed in to the AWS console.
    AWS_CONSOLE_LOGIN = aws().login(524_289, "EVENT_AWS_LOGIN").kind("ConsoleLogin", Action::SignIn, Target::None);
    /// Failed to sign in to the AWS console.
    AWS_CONSOLE_LOGIN_FAILED = aws().failed_login(524_290, "EVENT_AWS_LOGIN_FAILED").kind("ConsoleLogin", Action::FailedSignIn, Target::None);
    /// Looked at instances of AWS.
    AWS_DESCRIBE_INSTANCES = aws().kind("DescribeInstances", Action::View, Target::AppObject);
    /// Read an object of an S3 bucket.
    AWS_GET_OBJECT = aws().kind("GetObject", Action::Download, Target::AppObject).file();
    /// Wrote an object to an S3 bucket.
    AWS_PUT_OBJECT = aws().kind("PutObject", Action::Upload, Target::AppObject).file();
    /// Started an instance of AWS.
    AWS_RUN_INSTANCES = aws().kind("RunInstances", Action::Upload, Target::AppObject);
    /// Stopped an instance of AWS.
    AWS_STOP_INSTANCES = aws().kind("StopInstances", Action::Edit, Target::AppObject);
    /// Attached a policy to a role of AWS.
    AWS_ATTACH_ROLE_POLICY = aws().admin("AttachRolePolicy", Target::AppObject);
    /// Made an access key of AWS.
    AWS_CREATE_ACCESS_KEY = aws().admin("CreateAccessKey", Target::AppObject);
    /// Started a virtual machine of Azure.
    AZURE_START_VM = azure().kind("Microsoft.Compute/virtualMachines/start/action", Action::Edit, Target::AppObject);
    /// Changed a virtual machine of Azure.
    AZURE_WRITE_VM = azure().kind("Microsoft.Compute/virtualMachines/write", Action::Edit, Target::AppObject);
    /// Deleted a virtual machine of Azure.
    AZURE_DELETE_VM = azure().kind("Microsoft.Compute/virtualMachines/delete", Action::Delete, Target::AppObject);
    /// Read the keys of a storage account.
    AZURE_LIST_KEYS = azure().kind("Microsoft.Storage/storageAccounts/listKeys/action", Action::View, Target::AppObject);
    /// Deployed resources to Azure.
    AZURE_WRITE_DEPLOYMENT = azure().kind("Microsoft.Resources/deployments/write", Action::Upload, Target::AppObject);
    /// Gave a role on resources of Azure.
    AZURE_WRITE_ROLE_ASSIGNMENT = azure().admin("Microsoft.Authorization/roleAssignments/write", Target::AppObject);
    /// Cloned a repository.
    GITHUB_CLONE = github().kind("git.clone", Action::Download, Target::AppObject);
    /// Pushed to a repository.
    GITHUB_PUSH = github().kind("git.push", Action::Edit, Target::AppObject);
    /// Fetched from a repository.
    GITHUB_FETCH = github().kind("git.fetch", Action::View, Target::AppObject);
    /// Merged a pull request.
    GITHUB_PULL_REQUEST_MERGE = github().kind("pull_request.merge", Action::Edit, Target::AppObject);
    /// Created a repository.
    GITHUB_REPO_CREATE = github().kind("repo.create", Action::Upload, Target::AppObject);
    /// Downloaded the source of a repository.
    GITHUB_DOWNLOAD_ZIP = github().kind("repo.download_zip", Action::Download, Target::AppObject).file();
    /// Let somebody into a repository.
    GITHUB_ADD_MEMBER = github().admin("repo.add_member", Target::AppObject);
    /// Changed the protection of a branch.
    GITHUB_PROTECTED_BRANCH = github().admin("protected_branch.update_admin_enforced", Target::AppObject);
    /// Signed in to Slack.
    SLACK_USER_LOGIN = slack().login(720_897, "EVENT_SLACK_LOGIN").kind("user_login", Action::SignIn, Target::None);
    /// Failed to sign in to Slack.
    SLACK_LOGIN_FAILED = slack().failed_login(720_898, "EVENT_SLACK_LOGIN_FAILED").kind("user_login_failed", Action::FailedSignIn, Target::None);
    /// Uploaded a file to Slack.
    SLACK_FILE_UPLOADED = slack().kind("file_uploaded", Action::Upload, Target::AppObject).file();
    /// Downloaded a file from Slack.
    SLACK_FILE_DOWNLOADED = slack().kind("file_downloaded", Action::Download, Target::AppObject).file();
    /// Joined a channel of Slack.
    SLACK_CHANNEL_JOIN = slack().kind("user_channel_join", Action::View, Target::AppObject);
    /// Made a channel of Slack.
    SLACK_CHANNEL_CREATED = slack().kind("public_channel_created", Action::Upload, Target::AppObject);
    /// Installed an app into Slack.
    SLACK_APP_INSTALLED = slack().admin("app_installed", Target::AppObject);
    /// Made somebody an administrator of Slack.
    SLACK_ROLE_CHANGE = slack().admin("role_change_to_admin", Target::AppObject);
    /// Signed in to ServiceNow.
    SERVICENOW_LOGIN = servicenow().login(786_433, "EVENT_SERVICENOW_LOGIN").kind("login", Action::SignIn, Target::None);
    /// Failed to sign in to ServiceNow.
    SERVICENOW_LOGIN_FAILED = servicenow().failed_login(786_434, "EVENT_SERVICENOW_LOGIN_FAILED").kind("login.failed", Action::FailedSignIn, Target::None);
    /// Looked at a ticket.
    SERVICENOW_VIEW = servicenow().kind("view", Action::View, Target::AppObject);
    /// Changed a ticket.
    SERVICENOW_UPDATE = servicenow().kind("update", Action::Edit, Target::AppObject);
    /// Opened a ticket.
    SERVICENOW_INSERT = servicenow().kind("insert", Action::Upload, Target::AppObject);
    /// Exported a list of tickets.
    SERVICENOW_EXPORT = servicenow().kind("export", Action::Download, Target::AppObject);
    /// Gave a role in ServiceNow.
    SERVICENOW_ROLE_GRANTED = servicenow().admin("security.elevated_role.enabled", Target::AppObject);
    /// Signed in to Okta.
    OKTA_SESSION_START = okta().login(851_969, "EVENT_OKTA_LOGIN").kind("user.session.start", Action::SignIn, Target::None);
    /// Failed to sign in to Okta.
    OKTA_SESSION_FAILED = okta().failed_login(851_970, "EVENT_OKTA_LOGIN_FAILED").kind("user.session.start", Action::FailedSignIn, Target::None);
    /// Opened an app through Okta.
    OKTA_SSO = okta().kind("user.authentication.sso", Action::View, Target::AppObject);
    /// Changed the profile of a user in Okta.
    OKTA_USER_UPDATE = okta().admin("user.account.update_profile", Target::AppObject);
    /// Gave a user an app in Okta.
    OKTA_APP_ASSIGN = okta().admin("application.user_membership.add", Target::AppObject);
    /// Signed in to Zoom.
    ZOOM_SIGN_IN = zoom().login(1_048_577, "EVENT_ZOOM_LOGIN").kind("Sign in", Action::SignIn, Target::None);
    /// Took part in a Zoom meeting.
    ZOOM_MEETING = zoom().kind("Meeting joined", Action::View, Target::AppObject);
    /// Downloaded a recording.
    ZOOM_RECORDING_DOWNLOAD = zoom().kind("Recording downloaded", Action::Download, Target::AppObject).file();
    /// Shared a recording inside the company.
    ZOOM_RECORDING_SHARE = zoom().kind("Recording shared", Action::ShareInternal, Target::AppObject);
    /// Changed the settings of the Zoom account.
    ZOOM_UPDATE_SETTINGS = zoom().admin("Account settings updated", Target::AppObject);
    /// Signed in to Notion.
    NOTION_LOGIN = notion().login(983_041, "EVENT_NOTION_LOGIN").kind("user.login", Action::SignIn, Target::None);
    /// Opened a page of Notion.
    NOTION_VIEWED = notion().kind("page.viewed", Action::View, Target::AppObject);
    /// Changed a page of Notion.
    NOTION_EDITED = notion().kind("page.edited", Action::Edit, Target::AppObject);
    /// Wrote a page of Notion.
    NOTION_CREATED = notion().kind("page.created", Action::Upload, Target::AppObject);
    /// Exported a page of Notion.
    NOTION_EXPORTED = notion().kind("page.exported", Action::Download, Target::AppObject);
}
