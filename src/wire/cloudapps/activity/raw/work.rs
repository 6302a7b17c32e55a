//! Raw records of tools that people work with: GitHub, Slack, ServiceNow, Zoom, Notion.
//!
//! Sources: <https://docs.github.com/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization>,
//! <https://docs.slack.dev/reference/audit-logs-api>, <https://developers.zoom.us/docs/api/>,
//! <https://www.notion.com/help/audit-log>; fields of ServiceNow's sys_audit and Notion's export are (unverified).

use crate::model::activity::Target;
use crate::wire::json::Object;

use super::Raw;

/// An entry of the audit log of a GitHub organisation.
pub(super) fn github(raw: &Raw<'_>, data: &mut Object<'_>) {
    let label = &raw.activity.company().label;
    let login = raw.actor.account.split(['@', '_']).next().unwrap_or_default().replace('.', "-");
    data.set("@timestamp", raw.activity.happened().millis())
        .text("_document_id", format_args!("{:022x}", raw.id().bits() >> 40))
        .set("action", raw.kind.operation)
        .text("actor", format_args!("{login}_{label}"))
        .set("actor_id", raw.activity.actor_number() % 200_000_000)
        .set("actor_ip", raw.ip())
        .object("actor_location", |location| {
            location.set("country_code", raw.place().map(|place| &place.country));
        })
        .set("external_identity_nameid", raw.actor.account)
        .set("org", label)
        .text("repo", format_args!("{label}/{}", raw.target().1))
        .set("repo_id", raw.target().0)
        .set("user_agent", raw.agent());
}

/// An entry of the audit log of Slack.
pub(super) fn slack(raw: &Raw<'_>, data: &mut Object<'_>) {
    let company = raw.activity.company();
    let actor = |actor: &mut Object<'_>| {
        actor.set("type", "user").object("user", |user| {
            user.text("id", format_args!("U0{:09X}", raw.activity.actor_number() & 0xf_ffff_ffff))
                .set("name", raw.actor.name)
                .set("email", raw.actor.account);
        });
    };
    data.set("id", raw.id())
        .set("date_create", raw.activity.happened().seconds())
        .set("action", raw.kind.operation)
        .object("actor", actor);
    if raw.kind.target == Target::AppObject {
        let (id, name) = raw.target();
        data.object("entity", |entity| {
            entity.set("type", raw.class()).object(raw.class(), |thing| {
                thing.set("id", id).set("name", name);
            });
        });
    } else {
        data.object("entity", actor);
    }
    data.object("context", |context| {
        context
            .object("location", |location| {
                location
                    .set("type", "workspace")
                    .set("id", "T0SIMULATED")
                    .set("name", &company.name)
                    .set("domain", &company.label);
            })
            .set("ua", raw.agent())
            .set("ip_address", raw.ip());
    });
}

/// A row of the audit of ServiceNow.
pub(super) fn servicenow(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    data.text("sys_id", format_args!("{:032x}", raw.id().bits()))
        .set("sys_created_on", raw.activity.happened().to_spaced().trim_end_matches('Z'))
        .set("user", raw.actor.account)
        .set("event", raw.kind.operation)
        .set("tablename", raw.class())
        .set("documentkey", id)
        .set("number", name.split(' ').next())
        .set("short_description", name.split_once(' ').map(|(_, subject)| subject))
        .set("client_ip", raw.ip());
}

/// A sign-in or an operation of a Zoom account.
pub(super) fn zoom(raw: &Raw<'_>, data: &mut Object<'_>) {
    let time = raw.activity.happened().to_seconds_text();
    if raw.kind.target == Target::None {
        data.set("email", raw.actor.account)
            .set("time", time)
            .set("type", raw.kind.operation)
            .set("ip_address", raw.ip())
            .set("client_type", "Browser");
        return;
    }
    let (id, name) = raw.target();
    data.set("time", time)
        .set("operator", raw.actor.account)
        .set("category_type", raw.class())
        .set("action", raw.kind.operation)
        .text("operation_detail", format_args!("{}: {name} ({id})", raw.kind.operation));
}

/// An event of the audit log of a Notion workspace.
pub(super) fn notion(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    data.set("id", raw.id())
        .text("timestamp", raw.activity.happened())
        .object("actor", |actor| {
            actor.set("type", "person").set("id", raw.actor.id).object("person", |person| {
                person.set("email", raw.actor.account);
            });
        })
        .set("ip_address", raw.ip())
        .set("platform", "web")
        .object("event", |event| {
            event.set("type", raw.kind.operation).object("details", |details| {
                details.object("target", |target| {
                    target.set("type", raw.class()).set("page_id", id).set("page_name", name);
                });
            });
        });
}
