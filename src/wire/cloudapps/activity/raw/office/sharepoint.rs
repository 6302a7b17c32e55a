//! Records of SharePoint and OneDrive: files, sharing, settings of sites.
//!
//! Sources: <https://learn.microsoft.com/purview/audit-log-sharing>,
//! <https://learn.microsoft.com/purview/audit-log-detailed-properties>. That a renamed file has a destination, as a moved one
//! does, is recorded in public samples.

use crate::facts::IpCategory;
use crate::model::activity::Action;
use crate::wire::json::Object;

use super::super::Raw;
use super::{changes, modified};

/// What was done to a file.
pub(super) fn file(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    let file = activity.file();
    let former = activity.former_path();
    let (folder, name) = former.clone().unwrap_or_else(|| (file.path(), file.name.clone()));
    let site = file.site_url();
    data.set("CorrelationId", activity.sharepoint_request())
        .set("EventSource", "SharePoint")
        .set("ItemType", "File")
        .set("ListId", file.list())
        .set("ListItemUniqueId", file.id)
        .set("Site", file.site)
        .set("WebId", file.web())
        .set("UserAgent", raw.agent())
        .set("ListBaseType", 1)
        .set("ListServerTemplate", if file.is_personal() { 700 } else { 101 })
        .set("IsManagedDevice", is_managed(raw))
        .set("HighPriorityMediaProcessing", false)
        .set("ObjectId", activity.file_url())
        .set("SiteUrl", &site)
        .set("SourceRelativeUrl", &folder)
        .set("SourceFileName", &name)
        .set("SourceFileExtension", extension(&name));
    if former.is_some() {
        data.set("DestinationRelativeUrl", file.path())
            .set("DestinationFileName", &file.name)
            .set("DestinationFileExtension", extension(&file.name));
    }
    sharing(raw, data);
}

/// The device is in the company's network, and so one that it looks after (unverified).
fn is_managed(raw: &Raw<'_>) -> bool {
    raw.place().is_some_and(|place| place.category == IpCategory::Corporate)
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// With whom the file is shared, and how: with somebody inside or outside, or with anybody who has the link.
fn sharing(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    if activity.is_by_anonymous_link() {
        data.set("UniqueSharingId", activity.sharing_id()).set("SharingLinkScope", "Anyone");
        if activity.shares() {
            data.set("EventData", "<Type>View</Type><IsExpiring>True</IsExpiring>");
        }
        return;
    }
    let whom = match raw.kind.action {
        Action::ShareExternal => Some((activity.outside_recipient(), "Guest")),
        Action::ShareInternal => {
            activity.inside_recipient().map(|person| (person.upn().to_owned(), "Member"))
        }
        _ if activity.is_by_a_stranger() => Some((activity.outside_recipient(), "Guest")),
        _ => None,
    };
    if let Some((name, kind)) = whom {
        data.set("TargetUserOrGroupName", name)
            .set("TargetUserOrGroupType", kind)
            .set("UniqueSharingId", activity.sharing_id())
            .set("EventData", "<Permissions granted>Read</Permissions granted>");
    }
}

/// A setting of a site or of all of them, or who administers one.
pub(super) fn settings(raw: &Raw<'_>, data: &mut Object<'_>) {
    let company = &raw.activity.company().label;
    data.set("CorrelationId", raw.activity.sharepoint_request())
        .set("EventSource", "SharePoint")
        .set("ItemType", if raw.class() == "User" { "Site" } else { "Tenant" })
        .text("ObjectId", format_args!("https://{company}.sharepoint.com/"))
        .set("UserAgent", raw.agent())
        .set("ResultStatus", "Success")
        .array("ModifiedProperties", |properties| {
            for change in changes(raw) {
                properties.object(|property| modified(change, property));
            }
        });
}
