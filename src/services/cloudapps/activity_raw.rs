//! `rawDataJson`: the event as the source app sent it, in the shape of that app's family.
//!
//! Source: the Office 365 Management Activity API schema
//! (<https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>) and
//! Salesforce's LoginHistory and SetupAuditTrail objects (<https://developer.salesforce.com/docs>).

use serde_json::{Value as Json, json};

use crate::door::Ctx;
use crate::generate::kinds;
use crate::model::activity::{Action, Event, Kind as ActivityKind, Target};
use crate::model::ids::Kind;

use super::activity_record::Actor;

/// The raw record.
pub(super) fn raw_data(
    ctx: &Ctx<'_>,
    event: &Event,
    kind: &ActivityKind,
    actor: &Actor<'_>,
    row: u64,
) -> Json {
    match kind.app {
        kinds::CLOUD_APPS => json!({}),
        kinds::SALESFORCE => salesforce(ctx, event, kind, actor),
        _ => office(ctx, event, kind, actor, row),
    }
}

/// The common schema of Office 365, with the fields of the workload.
fn office(ctx: &Ctx<'_>, event: &Event, kind: &ActivityKind, actor: &Actor<'_>, row: u64) -> Json {
    let world = ctx.world();
    let mut raw = json!({
        "CreationTime": event.timestamp().to_seconds_text(),
        "Id": world.ids.guid(Kind::Activity, row),
        "Operation": kind.operation,
        "OrganizationId": ctx.reading.state.stamp().id,
        "RecordType": kind.record_type,
        "UserType": actor.user_type,
        "UserKey": actor.id,
        "Version": 1,
        "Workload": kind.workload,
        "ClientIP": world.address(event.address).ip,
        "UserId": actor.account,
    });
    let more = match kind.target {
        Target::File => {
            let file = world.file(event.object);
            let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
            json!({
                "ObjectId": file.url,
                "ItemType": "File",
                "SourceFileName": file.name,
                "SourceFileExtension": extension,
                "SourceRelativeUrl": file.folder,
                "ListItemUniqueId": file.id,
                "Site": file.site,
                "EventSource": "SharePoint",
                "UserAgent": world.agents.get(usize::from(event.agent)).map(|agent| agent.text.as_str()),
            })
        }
        Target::Mail => {
            let mail = world.mail(event.object);
            json!({
                "MailboxOwnerUPN": world.people.get(mail.mailbox as usize).map(|person| person.upn.as_str()),
                "MailboxGuid": world.ids.guid(Kind::Mail, u64::from(mail.mailbox) | 1 << 40),
                "ExternalAccess": false,
                "LogonType": 0,
                "ResultStatus": "Succeeded",
                "Item": {"Id": mail.id, "Subject": mail.subject, "InternetMessageId": mail.internet_message_id},
            })
        }
        Target::Person => {
            let target = world.people.get(event.object as usize).map(|person| person.upn.as_str());
            json!({"ObjectId": target, "ResultStatus": "Success"})
        }
        Target::Team => {
            let team = world.team(event.object);
            json!({"TeamName": team.name, "TeamGuid": team.id, "ChannelName": team.channel})
        }
        Target::None | Target::AppObject | Target::Alert => match kind.action {
            Action::SignIn => json!({
                "ResultStatus": "Success",
                "ApplicationId": "00000002-0000-0ff1-ce00-000000000000",
                "ErrorNumber": "0",
            }),
            Action::FailedSignIn => json!({
                "ResultStatus": "Failed",
                "ApplicationId": "00000002-0000-0ff1-ce00-000000000000",
                "LogonError": "InvalidUserNameOrPassword",
                "ErrorNumber": "50126",
            }),
            _ => json!({"ResultStatus": "Success"}),
        },
    };
    if let (Json::Object(raw), Json::Object(more)) = (&mut raw, more) {
        raw.extend(more);
    }
    raw
}

fn salesforce(ctx: &Ctx<'_>, event: &Event, kind: &ActivityKind, actor: &Actor<'_>) -> Json {
    let world = ctx.world();
    let ip = world.address(event.address).ip;
    let at = event.timestamp().to_string();
    let agent = world.agents.get(usize::from(event.agent));
    match kind.action {
        Action::SignIn | Action::FailedSignIn => json!({
            "Username": actor.account,
            "LoginTime": at,
            "LoginType": "SAML Sfdc Initiated SSO",
            "LoginUrl": format!("{}.my.salesforce.example", world.company.label),
            "SourceIp": ip,
            "Status": if kind.action == Action::SignIn { "Success" } else { "Invalid Password" },
            "Browser": agent.map(|agent| format!("{} {}", agent.name, agent.version.split('.').next().unwrap_or_default())),
            "Platform": agent.map(|agent| agent.system.0),
            "Application": "Browser",
        }),
        Action::Configure => json!({
            "CreatedBy": {"Username": actor.account},
            "CreatedDate": at,
            "Action": "changedProfile",
            "Section": "Manage Users",
            "Display": "Changed settings of a profile",
        }),
        _ => {
            let object = world.app_object(event.object);
            json!({
                "EVENT_TYPE": kind.operation,
                "USER_NAME": actor.account,
                "TIMESTAMP_DERIVED": at,
                "CLIENT_IP": ip,
                "ENTITY_TYPE": object.kind,
                "ENTITY_ID": object.id,
                "ENTITY_NAME": object.name,
            })
        }
    }
}
