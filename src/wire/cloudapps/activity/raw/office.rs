//! The common schema of Office 365 audit records, with the fields of each workload.
//!
//! Source: <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>;
//! fields that it does not list are from <https://learn.microsoft.com/purview/audit-log-detailed-properties> and pages of
//! the workloads, each named in its file.

mod exchange;
mod others;
mod sharepoint;
mod teams;

use crate::catalogue::kinds;
use crate::facts::Change;
use crate::model::activity::Target;
use crate::model::time::VirtualTime;
use crate::wire::json::Object;

use super::{Raw, access};

/// The record.
pub(super) fn record(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (activity, kind, actor) = (raw.activity, raw.kind, raw.actor);
    // `UserType`: 0 regular, 2 administrator, 4 a service itself, 5 application, 10 without an account.
    let user_type = match (activity.actor().is_some(), actor.user, raw.administrator) {
        (false, ..) if activity.is_by_a_stranger() => 10,
        (false, ..) => 4,
        (true, false, _) => 5,
        (true, true, false) => 0,
        (true, true, true) => 2,
    };
    data.set("CreationTime", instant(activity.happened()))
        .set("Id", raw.id())
        .set("Operation", kind.operation)
        .set("OrganizationId", activity.tenant().1)
        .set("RecordType", kind.record_type)
        .set("UserType", user_type)
        .set("Version", 1)
        .set("Workload", kind.workload)
        .some("ClientIP", raw.ip())
        .set("UserId", &*activity.source_account())
        .set("UserKey", activity.user_key(kind.workload));
    details(raw, data);
    access::record(raw, data);
}

fn details(raw: &Raw<'_>, data: &mut Object<'_>) {
    let kind = raw.kind;
    match kind.target {
        Target::File => sharepoint::file(raw, data),
        Target::Mail => exchange::mail(raw, data),
        Target::Team => teams::record(raw, data),
        Target::None
        | Target::SignIn
        | Target::Alert
        | Target::SiemAgent
        | Target::AlertPolicy
        | Target::Connector
        | Target::IpRange => {
            data.set("ResultStatus", "Success");
        }
        Target::CopilotPlugin => others::copilot_settings(raw, data),
        _ if kind.app == kinds::EXCHANGE => exchange::cmdlet(raw, data),
        _ if kind.workload == "AzureActiveDirectory" => directory(raw, data),
        _ if kind.app == kinds::MICROSOFT_365 => others::flow(raw, data),
        Target::AppObject => others::record(raw, data),
        _ => sharepoint::settings(raw, data),
    }
}

/// A change of the directory: whom or what, and which properties.
fn directory(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    // 2: the name, 5: a user principal name, 1: a service principal's name.
    let name_type = match raw.kind.target {
        Target::Application | Target::CopilotApplication | Target::Policy => 1,
        _ => 5,
    };
    let tenant = raw.activity.tenant().1;
    data.set("ObjectId", name).set("ResultStatus", "Success").set("AzureActiveDirectoryEventType", 1).array(
        "ExtendedProperties",
        |properties| {
            properties.object(|property| {
                property.set("Name", "extendedAuditEventCategory").set("Value", raw.class());
            });
        },
    );
    data.array("ModifiedProperties", |properties| {
        let changes = changes(raw);
        for change in changes {
            properties.object(|property| modified(change, property));
        }
        if raw.kind.target == Target::Person && !changes.is_empty() {
            let names: Vec<&str> = changes.iter().map(|change| change.name).collect();
            properties.object(|property| {
                property
                    .set("Name", "Included Updated Properties")
                    .set("NewValue", names.join(", "))
                    .set("OldValue", "");
            });
        }
    });
    data.array("Target", |target| {
        target.object(|entry| {
            entry.set("ID", name).set("Type", name_type);
        });
        target.object(|entry| {
            entry.set("ID", id).set("Type", 2);
        });
    })
    .set("TargetContextId", tenant)
    .array("Actor", |actor| {
        actor.object(|entry| {
            entry.set("ID", raw.actor.account).set("Type", 5);
        });
        actor.object(|entry| {
            entry.set("ID", raw.actor.id).set("Type", 2);
        });
    })
    .set("ActorContextId", tenant)
    .some("ActorIpAddress", raw.ip())
    .set("InterSystemsId", raw.activity.sharepoint_request())
    .set("IntraSystemsId", raw.id())
    .set("SupportTicketId", "");
}

fn changes<'a>(raw: &'a Raw<'_>) -> &'a [Change] {
    raw.target.map_or(&[], |target| &target.changes)
}

/// An instant of the log, which knows whole seconds, as the product passes it on (recorded).
fn instant(at: VirtualTime) -> String {
    format!("{}.0000000Z", at.to_seconds_text().trim_end_matches('Z'))
}

/// What a property was before, and what it is now.
fn modified(change: &Change, property: &mut Object<'_>) {
    property
        .set("Name", change.name)
        .set("NewValue", &change.new)
        .set("OldValue", change.old.as_deref().unwrap_or(""));
}
