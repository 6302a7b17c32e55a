//! The common schema of Office 365 audit records, with the fields of each workload.
//!
//! Source: <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>.

use serde_json::{Value as Json, json};

use crate::catalogue::kinds;
use crate::generate::objects::directory::Change;
use crate::model::activity::{Action, Target};
use crate::model::ids::Kind;

use super::activity_raw::Raw;

/// Office 365 Exchange Online, as the application that a sign-in is to.
const EXCHANGE_ONLINE: &str = "00000002-0000-0ff1-ce00-000000000000";

/// The record.
pub(super) fn record(raw: &Raw<'_>) -> Json {
    let (event, kind, actor) = (raw.event, raw.kind, raw.actor);
    let mut record = json!({
        "CreationTime": event.timestamp().to_seconds_text(),
        "Id": raw.id(),
        "Operation": kind.operation,
        "OrganizationId": raw.ctx.view.state.identity().id,
        "RecordType": kind.record_type,
        "UserType": actor.user_type,
        "UserKey": actor.id,
        "Version": 1,
        "Workload": kind.workload,
        "ClientIP": raw.ip(),
        "UserId": actor.account,
    });
    if let (Json::Object(record), Json::Object(more)) = (&mut record, details(raw)) {
        record.extend(more);
    }
    record
}

fn details(raw: &Raw<'_>) -> Json {
    let (world, event, kind) = (raw.ctx.world(), raw.event, raw.kind);
    match kind.target {
        Target::File => {
            let file = world.file(event.object);
            let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let mut details = json!({
                "ObjectId": file.url,
                "ItemType": "File",
                "SourceFileName": file.name,
                "SourceFileExtension": extension,
                "SourceRelativeUrl": file.folder,
                "ListItemUniqueId": file.id,
                "Site": file.site,
                "EventSource": "SharePoint",
                "UserAgent": raw.agent(),
            });
            if kind.action == Action::ShareExternal {
                details["TargetUserOrGroupName"] = world.outside_recipient(event.object).into();
                details["TargetUserOrGroupType"] = "Guest".into();
            }
            if kind.action == Action::ShareInternal {
                let recipient = world.person(world.inside_recipient(event));
                details["TargetUserOrGroupName"] = recipient.upn.as_str().into();
                details["TargetUserOrGroupType"] = "Member".into();
            }
            details
        }
        Target::Mail => {
            let mail = world.mail(event.object);
            json!({
                "MailboxOwnerUPN": world.people.get(mail.mailbox.index()).map(|person| person.upn.as_str()),
                "MailboxGuid": world.ids.guid(Kind::Mail, mail.mailbox.ordinal() | 1 << 40),
                "ExternalAccess": false,
                "LogonType": 0,
                "ResultStatus": "Succeeded",
                "Item": {"Id": mail.id, "Subject": mail.subject, "InternetMessageId": mail.internet_message_id},
            })
        }
        Target::Team => {
            let team = world.team(event.object);
            json!({"TeamName": team.name, "TeamGuid": team.id, "ChannelName": team.channel})
        }
        Target::None | Target::Alert => sign_in(kind.action),
        _ if kind.app == kinds::EXCHANGE => cmdlet(raw),
        _ if kind.app == kinds::MICROSOFT_365 => directory(raw),
        Target::AppObject => {
            let (id, name) = raw.target();
            json!({"ObjectId": id, "ItemName": name, "ItemType": raw.class(), "UserAgent": raw.agent(), "IsSuccess": true})
        }
        _ => {
            json!({"ObjectId": raw.target().1, "ResultStatus": "Success", "ModifiedProperties": modified(raw)})
        }
    }
}

fn sign_in(action: Action) -> Json {
    match action {
        Action::SignIn => json!({
            "ResultStatus": "Success",
            "ApplicationId": EXCHANGE_ONLINE,
            "ErrorNumber": "0",
        }),
        Action::FailedSignIn => json!({
            "ResultStatus": "Failed",
            "ApplicationId": EXCHANGE_ONLINE,
            "LogonError": "InvalidUserNameOrPassword",
            "ErrorNumber": "50126",
        }),
        _ => json!({"ResultStatus": "Success"}),
    }
}

/// What an Exchange administrator, or the owner of a mailbox, told the cmdlet.
fn cmdlet(raw: &Raw<'_>) -> Json {
    let thing = raw.thing;
    let name = if raw.kind.target == Target::Person { "Identity" } else { "Name" };
    let mut parameters = vec![json!({"Name": name, "Value": raw.target().1})];
    let changes: &[Change] = thing.map_or(&[], |thing| &thing.changes);
    parameters.extend(changes.iter().map(|change| json!({"Name": change.name, "Value": change.new})));
    json!({
        "ObjectId": raw.target().0,
        "ResultStatus": "True",
        "Parameters": parameters,
        "ExternalAccess": false,
        "OrganizationName": raw.ctx.world().company.domain,
    })
}

/// A change of the directory: whom or what, and which properties.
fn directory(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    // 2: the name, 5: a user principal name, 1: a service principal's name.
    let name_type = match raw.kind.target {
        Target::Application | Target::Policy => 1,
        _ => 5,
    };
    json!({
        "ObjectId": name,
        "ResultStatus": "Success",
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [{"Name": "extendedAuditEventCategory", "Value": raw.class()}],
        "ModifiedProperties": modified(raw),
        "Target": [{"ID": name, "Type": name_type}, {"ID": id, "Type": 2}],
        "Actor": [{"ID": raw.actor.account, "Type": 5}, {"ID": raw.actor.id, "Type": 2}],
    })
}

fn modified(raw: &Raw<'_>) -> Vec<Json> {
    let changes: &[Change] = raw.thing.map_or(&[], |thing| &thing.changes);
    changes
        .iter()
        .map(|change| {
            json!({"Name": change.name, "NewValue": change.new, "OldValue": change.old.as_deref().unwrap_or("")})
        })
        .collect()
}
