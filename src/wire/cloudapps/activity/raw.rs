//! `rawDataJson`: the event as the source app sent it, in the shape of that app's family.
//!
//! One file per family of apps; this one chooses, and holds Salesforce's LoginHistory and SetupAuditTrail objects
//! (<https://developer.salesforce.com/docs>).

mod access;
mod clouds;
mod office;
mod sign_ins;
mod storage;
mod work;

use std::net::IpAddr;

use crate::catalogue::kinds;
use crate::catalogue::kinds::MICROSOFT_365;
use crate::facts::{ActivityFacts, ActorView, Place, SignIn, TargetObject};
use crate::model::activity::{Action, Kind};
use crate::model::ids::Guid;
use crate::wire::json::Object;

use super::Told;

/// An activity of a catalogued kind, with everything that its raw record tells.
struct Raw<'a> {
    activity: &'a ActivityFacts<'a>,
    kind: &'static Kind,
    actor: &'a ActorView<'a>,
    administrator: bool,
    target: Option<&'a TargetObject>,
    sign_in: Option<&'a SignIn<'a>>,
}

impl Raw<'_> {
    /// The address it came from, where that is known.
    fn ip(&self) -> Option<IpAddr> {
        self.activity.address().map(|address| address.ip)
    }

    /// Where that is.
    fn place(&self) -> Option<&Place> {
        self.activity.address().map(|address| address.place)
    }

    /// The user-agent header.
    fn agent(&self) -> &str {
        self.activity.agent().map_or("", |agent| &agent.text)
    }

    /// The id of the record in the log of its app.
    fn id(&self) -> Guid {
        self.activity.source_id()
    }

    /// Id and name of what it was done to; empty where there is nothing.
    fn target(&self) -> (&str, &str) {
        self.target.map_or(("", ""), |target| (target.id.as_str(), target.name.as_str()))
    }

    /// How the app calls what it was done to.
    fn class(&self) -> &'static str {
        self.target.map_or("", |target| target.class)
    }

    /// It came about.
    fn succeeded(&self) -> bool {
        !self.kind.action.is_vain()
    }
}

/// Writes the members of the raw record.
pub(super) fn write(told: &Told<'_>, data: &mut Object<'_>) {
    let Some(kind) = told.activity.kind().catalogued else { return };
    let raw = Raw {
        activity: told.activity,
        kind,
        actor: &told.activity.source_actor(),
        administrator: !told.groups.is_empty(),
        target: told.target.as_ref(),
        sign_in: told.sign_in.as_ref(),
    };
    if let Some(sign_in) = raw.sign_in {
        return sign_ins::record(&raw, sign_in, data);
    }
    match kind.app {
        kinds::CLOUD_APPS => {}
        kinds::SALESFORCE => salesforce(&raw, data),
        kinds::BOX => storage::box_com(&raw, data),
        kinds::DROPBOX => storage::dropbox(&raw, data),
        kinds::GOOGLE => storage::google(&raw, data),
        kinds::AWS => clouds::aws(&raw, data),
        kinds::AZURE => clouds::azure(&raw, data),
        kinds::OKTA => clouds::okta(&raw, data),
        kinds::GITHUB => work::github(&raw, data),
        kinds::SLACK => work::slack(&raw, data),
        kinds::SERVICENOW => work::servicenow(&raw, data),
        kinds::ZOOM => work::zoom(&raw, data),
        kinds::NOTION => work::notion(&raw, data),
        _ if raw.activity.connector() == MICROSOFT_365 => office::record(&raw, data),
        _ => {}
    }
}

/// LoginHistory, SetupAuditTrail or an event log file of Salesforce.
fn salesforce(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (activity, actor) = (raw.activity, raw.actor);
    let at = activity.happened();
    match raw.kind.action {
        Action::SignIn | Action::FailedSignIn => {
            data.set("Username", actor.account)
                .text("LoginTime", at)
                .set("LoginType", "SAML Sfdc Initiated SSO")
                .text("LoginUrl", format_args!("{}.my.salesforce.example", activity.company().label))
                .set("SourceIp", raw.ip())
                .set("Status", if raw.succeeded() { "Success" } else { "Invalid Password" });
            match activity.agent() {
                Some(agent) => {
                    let major = agent.version.split('.').next().unwrap_or_default();
                    data.set("Browser", format!("{} {major}", agent.name).trim_end())
                        .set("Platform", agent.system.0)
                }
                None => data.set("Browser", ()).set("Platform", ()),
            };
            data.set("Application", "Browser");
        }
        Action::Configure => {
            let change = raw.target.and_then(|target| target.changes.first());
            data.object("CreatedBy", |by| {
                by.set("Username", actor.account);
            })
            .text("CreatedDate", at)
            .set("Action", change.map(|change| change.name))
            .set("Section", raw.target.map(|target| target.class))
            .set("Display", change.map(|change| format!("{}: {}", change.name, change.new)));
        }
        _ => {
            let object = activity.app_object();
            data.set("EVENT_TYPE", raw.kind.operation)
                .set("USER_NAME", actor.account)
                .text("TIMESTAMP_DERIVED", at)
                .set("CLIENT_IP", raw.ip())
                .set("ENTITY_TYPE", object.kind)
                .set("ENTITY_ID", &object.id)
                .set("ENTITY_NAME", &object.name);
        }
    }
}
