//! Raw records of tools that people work with: GitHub, Slack, ServiceNow, Zoom, Notion.
//!
//! Sources: <https://docs.github.com/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization>,
//! <https://docs.slack.dev/reference/audit-logs-api>, <https://developers.zoom.us/docs/api/>,
//! <https://www.notion.com/help/audit-log>; fields of ServiceNow's sys_audit and Notion's export are (unverified).

use serde_json::{Value as Json, json};

use crate::model::activity::Target;

use super::activity_raw::Raw;

/// An entry of the audit log of a GitHub organisation.
pub(super) fn github(raw: &Raw<'_>) -> Json {
    let label = &raw.ctx.world().company.label;
    let login = raw.actor.account.split(['@', '_']).next().unwrap_or_default().replace('.', "-");
    json!({
        "@timestamp": raw.event.timestamp().millis(),
        "_document_id": format!("{:022x}", raw.id().bits() >> 40),
        "action": raw.kind.operation,
        "actor": format!("{login}_{label}"),
        "actor_id": raw.actor_number() % 200_000_000,
        "actor_ip": raw.ip(),
        "actor_location": {"country_code": raw.ctx.world().address(raw.event.address).place.country},
        "external_identity_nameid": raw.actor.account,
        "org": label,
        "repo": format!("{label}/{}", raw.target().1),
        "repo_id": raw.target().0,
        "user_agent": raw.agent(),
    })
}

/// An entry of the audit log of Slack.
pub(super) fn slack(raw: &Raw<'_>) -> Json {
    let world = raw.ctx.world();
    let (id, name) = raw.target();
    let user = json!({
        "id": format!("U0{:09X}", raw.actor_number() & 0xf_ffff_ffff),
        "name": raw.actor.name,
        "email": raw.actor.account,
    });
    let entity = if raw.kind.target == Target::AppObject {
        json!({"type": raw.class(), raw.class(): {"id": id, "name": name}})
    } else {
        json!({"type": "user", "user": user})
    };
    json!({
        "id": raw.id(),
        "date_create": raw.event.timestamp().seconds(),
        "action": raw.kind.operation,
        "actor": {"type": "user", "user": user},
        "entity": entity,
        "context": {
            "location": {"type": "workspace", "id": "T0SIMULATED", "name": world.company.name, "domain": world.company.label},
            "ua": raw.agent(),
            "ip_address": raw.ip(),
        },
    })
}

/// A row of the audit of ServiceNow.
pub(super) fn servicenow(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    json!({
        "sys_id": format!("{:032x}", raw.id().bits()),
        "sys_created_on": raw.event.timestamp().to_spaced().trim_end_matches('Z'),
        "user": raw.actor.account,
        "event": raw.kind.operation,
        "tablename": raw.class(),
        "documentkey": id,
        "number": name.split(' ').next(),
        "short_description": name.split_once(' ').map(|(_, subject)| subject),
        "client_ip": raw.ip(),
    })
}

/// A sign-in or an operation of a Zoom account.
pub(super) fn zoom(raw: &Raw<'_>) -> Json {
    if raw.kind.target == Target::None {
        return json!({
            "email": raw.actor.account,
            "time": raw.event.timestamp().to_seconds_text(),
            "type": raw.kind.operation,
            "ip_address": raw.ip(),
            "client_type": "Browser",
        });
    }
    let (id, name) = raw.target();
    json!({
        "time": raw.event.timestamp().to_seconds_text(),
        "operator": raw.actor.account,
        "category_type": raw.class(),
        "action": raw.kind.operation,
        "operation_detail": format!("{}: {name} ({id})", raw.kind.operation),
    })
}

/// An event of the audit log of a Notion workspace.
pub(super) fn notion(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    json!({
        "id": raw.id(),
        "timestamp": raw.event.timestamp().to_string(),
        "actor": {"type": "person", "id": raw.actor.id, "person": {"email": raw.actor.account}},
        "ip_address": raw.ip(),
        "platform": "web",
        "event": {"type": raw.kind.operation, "details": {"target": {"type": raw.class(), "page_id": id, "page_name": name}}},
    })
}
