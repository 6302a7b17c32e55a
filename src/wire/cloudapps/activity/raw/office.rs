//! The common schema of Office 365 audit records, with the fields of each workload.
//!
//! Source: <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>.

use crate::catalogue::kinds;
use crate::facts::Change;
use crate::model::activity::{Action, Target};
use crate::wire::json::Object;

use super::{Raw, access};

/// The record.
pub(super) fn record(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (activity, kind, actor) = (raw.activity, raw.kind, raw.actor);
    // `UserType`: 0 regular, 2 administrator, 4 a service itself, 5 application.
    let user_type = match (activity.actor().is_some(), actor.user, raw.administrator) {
        (false, ..) => 4,
        (true, false, _) => 5,
        (true, true, false) => 0,
        (true, true, true) => 2,
    };
    data.set("CreationTime", activity.happened().to_seconds_text())
        .set("Id", raw.id())
        .set("Operation", kind.operation)
        .set("OrganizationId", activity.tenant().1)
        .set("RecordType", kind.record_type)
        .set("UserType", user_type)
        .set("Version", 1)
        .set("Workload", kind.workload)
        .some("ClientIP", raw.ip())
        .set("UserId", actor.account);
    if user_type == 4 {
        data.set("UserKey", actor.account);
    } else {
        data.set("UserKey", actor.id);
    }
    details(raw, data);
    access::record(raw, data);
}

fn details(raw: &Raw<'_>, data: &mut Object<'_>) {
    let kind = raw.kind;
    match kind.target {
        Target::File => file(raw, data),
        Target::Mail => mail(raw, data),
        Target::Team => {
            let team = raw.activity.team();
            data.set("TeamName", &team.name).set("TeamGuid", team.id).set("ChannelName", team.channel);
        }
        Target::None | Target::SignIn | Target::Alert | Target::SiemAgent => {
            data.set("ResultStatus", "Success");
        }
        Target::CopilotPlugin => copilot_settings(raw, data),
        _ if kind.app == kinds::EXCHANGE => cmdlet(raw, data),
        _ if kind.app == kinds::MICROSOFT_365 => directory(raw, data),
        Target::AppObject => {
            let (id, name) = raw.target();
            data.set("ObjectId", id)
                .set("ItemName", name)
                .set("ItemType", raw.class())
                .set("UserAgent", raw.agent())
                .set("IsSuccess", true);
        }
        _ => {
            data.set("ObjectId", raw.target().1).set("ResultStatus", "Success");
            modified(raw, data);
        }
    }
}

fn file(raw: &Raw<'_>, data: &mut Object<'_>) {
    let file = raw.activity.file();
    let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    data.set("ObjectId", file.url())
        .set("ItemType", "File")
        .set("SourceFileName", &file.name)
        .set("SourceFileExtension", extension)
        .set("SourceRelativeUrl", file.folder)
        .set("ListItemUniqueId", file.id)
        .set("Site", file.site)
        .set("EventSource", "SharePoint")
        .set("UserAgent", raw.agent());
    match raw.kind.action {
        Action::ShareExternal => {
            data.set("TargetUserOrGroupName", raw.activity.outside_recipient())
                .set("TargetUserOrGroupType", "Guest");
        }
        Action::ShareInternal => {
            data.set("TargetUserOrGroupName", raw.activity.inside_recipient().map(|person| person.upn()))
                .set("TargetUserOrGroupType", "Member");
        }
        _ => {}
    }
}

fn mail(raw: &Raw<'_>, data: &mut Object<'_>) {
    let mail = raw.activity.mail();
    let (owner, mailbox) = raw.activity.mailbox(&mail);
    data.set("MailboxOwnerUPN", owner.map(|owner| owner.upn()))
        .set("MailboxGuid", mailbox)
        .set("ExternalAccess", false)
        .set("LogonType", 0)
        .set("ResultStatus", "Succeeded")
        .object("Item", |item| {
            item.set("Id", mail.id)
                .set("Subject", &mail.subject)
                .set("InternetMessageId", &mail.internet_message_id);
        });
}

/// What an Exchange administrator, or the owner of a mailbox, told the cmdlet.
fn cmdlet(raw: &Raw<'_>, data: &mut Object<'_>) {
    let name = if raw.kind.target == Target::Person { "Identity" } else { "Name" };
    data.set("ObjectId", raw.target().0)
        .set("ResultStatus", "True")
        .array("Parameters", |parameters| {
            parameters.object(|parameter| {
                parameter.set("Name", name).set("Value", raw.target().1);
            });
            for change in changes(raw) {
                parameters.object(|parameter| {
                    parameter.set("Name", change.name).set("Value", &change.new);
                });
            }
        })
        .set("ExternalAccess", false)
        .set("OrganizationName", &raw.activity.company().domain);
}

/// A change of the directory: whom or what, and which properties.
fn directory(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    // 2: the name, 5: a user principal name, 1: a service principal's name.
    let name_type = match raw.kind.target {
        Target::Application | Target::CopilotApplication | Target::Policy => 1,
        _ => 5,
    };
    data.set("ObjectId", name).set("ResultStatus", "Success").set("AzureActiveDirectoryEventType", 1).array(
        "ExtendedProperties",
        |properties| {
            properties.object(|property| {
                property.set("Name", "extendedAuditEventCategory").set("Value", raw.class());
            });
        },
    );
    modified(raw, data);
    data.array("Target", |target| {
        target.object(|entry| {
            entry.set("ID", name).set("Type", name_type);
        });
        target.object(|entry| {
            entry.set("ID", id).set("Type", 2);
        });
    })
    .array("Actor", |actor| {
        actor.object(|entry| {
            entry.set("ID", raw.actor.account).set("Type", 5);
        });
        actor.object(|entry| {
            entry.set("ID", raw.actor.id).set("Type", 2);
        });
    });
}

/// A setting of Copilot. Source: <https://learn.microsoft.com/purview/audit-copilot>
fn copilot_settings(raw: &Raw<'_>, data: &mut Object<'_>) {
    data.set("AppIdentity", "Copilot.Security.SecurityCopilot")
        .set("ObjectId", raw.target().0)
        .set("ResultStatus", "Success")
        .object("CopilotSettingsEventData", |settings| {
            settings.array("Resource", |resources| {
                for change in changes(raw) {
                    resources.object(|resource| {
                        resource
                            .set("Property", change.name)
                            .set("OriginalValue", change.old.as_deref().unwrap_or(""))
                            .set("NewValue", &change.new);
                    });
                }
            });
        });
}

fn changes<'a>(raw: &'a Raw<'_>) -> &'a [Change] {
    raw.target.map_or(&[], |target| &target.changes)
}

fn modified(raw: &Raw<'_>, data: &mut Object<'_>) {
    data.array("ModifiedProperties", |properties| {
        for change in changes(raw) {
            properties.object(|property| {
                property
                    .set("Name", change.name)
                    .set("NewValue", &change.new)
                    .set("OldValue", change.old.as_deref().unwrap_or(""));
            });
        }
    });
}
