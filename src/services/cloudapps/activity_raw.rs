//! `rawDataJson`: the event as the source app sent it, in the shape of that app's family.
//!
//! One file per family of apps; this one chooses, and holds Salesforce's LoginHistory and SetupAuditTrail objects
//! (<https://developer.salesforce.com/docs>).

use std::net::IpAddr;

use serde_json::{Value as Json, json};

use crate::catalogue::apps;
use crate::catalogue::kinds;
use crate::catalogue::kinds::MICROSOFT_365;
use crate::gateway::Ctx;
use crate::generate::objects::targets::TargetObject;
use crate::model::activity::{Action, Event, Kind as ActivityKind};
use crate::model::ids::{Guid, Kind};

use super::activity_record::Actor;
use super::{raw_clouds, raw_office, raw_storage, raw_work};
use crate::model::index::RowNo;

/// An activity with everything that its raw record tells.
pub(super) struct Raw<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) event: &'a Event,
    pub(super) kind: &'a ActivityKind,
    pub(super) actor: &'a Actor<'a>,
    pub(super) row: RowNo,
    pub(super) thing: Option<&'a TargetObject>,
}

impl Raw<'_> {
    /// The address it came from.
    pub(super) fn ip(&self) -> IpAddr {
        self.ctx.world().address(self.event.address).ip
    }

    /// The user-agent header.
    pub(super) fn agent(&self) -> &str {
        self.ctx.world().agents.get(self.event.agent.index()).map_or("", |agent| &agent.text)
    }

    /// The id of the record in the log of its app.
    pub(super) fn id(&self) -> Guid {
        self.ctx.world().ids.activity(self.row)
    }

    /// Id and name of what it was done to; empty where there is nothing.
    pub(super) fn target(&self) -> (&str, &str) {
        self.thing.map_or(("", ""), |thing| (thing.id.as_str(), thing.name.as_str()))
    }

    /// How the app calls what it was done to.
    pub(super) fn class(&self) -> &'static str {
        self.thing.map_or("", |thing| thing.class)
    }

    /// A stable number of the actor, as apps number their users.
    pub(super) fn actor_number(&self) -> u64 {
        self.ctx.world().ids.number(Kind::User, self.event.actor.ordinal())
    }

    /// It came about.
    pub(super) fn succeeded(&self) -> bool {
        self.kind.action != Action::FailedSignIn
    }
}

/// The raw record.
pub(super) fn raw_data(raw: &Raw<'_>) -> Json {
    match raw.kind.app {
        kinds::CLOUD_APPS => json!({}),
        kinds::SALESFORCE => salesforce(raw),
        kinds::BOX => raw_storage::box_com(raw),
        kinds::DROPBOX => raw_storage::dropbox(raw),
        kinds::GOOGLE => raw_storage::google(raw),
        kinds::AWS => raw_clouds::aws(raw),
        kinds::AZURE => raw_clouds::azure(raw),
        kinds::OKTA => raw_clouds::okta(raw),
        kinds::GITHUB => raw_work::github(raw),
        kinds::SLACK => raw_work::slack(raw),
        kinds::SERVICENOW => raw_work::servicenow(raw),
        kinds::ZOOM => raw_work::zoom(raw),
        kinds::NOTION => raw_work::notion(raw),
        app if apps::app(app).is_some_and(|app| app.connector == MICROSOFT_365) => raw_office::record(raw),
        _ => json!({}),
    }
}

/// LoginHistory, SetupAuditTrail or an event log file of Salesforce.
fn salesforce(raw: &Raw<'_>) -> Json {
    let (world, event, kind, actor) = (raw.ctx.world(), raw.event, raw.kind, raw.actor);
    let ip = raw.ip();
    let at = event.timestamp().to_string();
    let agent = world.agents.get(event.agent.index());
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
        Action::Configure => {
            let change = raw.thing.and_then(|thing| thing.changes.first());
            json!({
                "CreatedBy": {"Username": actor.account},
                "CreatedDate": at,
                "Action": change.map(|change| change.name),
                "Section": raw.thing.map(|thing| thing.class),
                "Display": change.map(|change| format!("{}: {}", change.name, change.new)),
            })
        }
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
