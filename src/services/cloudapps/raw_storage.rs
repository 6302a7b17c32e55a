//! Raw records of places that hold files: Box, Dropbox, Google Workspace.
//!
//! Sources: <https://developer.box.com/reference/resources/event/>,
//! <https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events>,
//! <https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities>.

use serde_json::{Value as Json, json};

use crate::model::activity::{Action, Target};

use super::activity_raw::Raw;

/// An event of Box's enterprise stream.
pub(super) fn box_com(raw: &Raw<'_>) -> Json {
    let user = json!({
        "type": "user",
        "id": (10_000_000_000 + raw.actor_number() % 9_000_000_000).to_string(),
        "name": raw.actor.name,
        "login": raw.actor.account,
    });
    let source = if raw.kind.target == Target::AppObject {
        let (id, name) = raw.target();
        let parent = raw.ctx.world().app_object(raw.event.object).parent;
        json!({"item_type": raw.class(), "item_id": id, "item_name": name, "parent": {"type": "folder", "name": parent}})
    } else {
        user.clone()
    };
    json!({
        "type": "event",
        "event_id": raw.id(),
        "event_type": raw.kind.operation,
        "created_at": raw.event.timestamp().to_seconds_text(),
        "created_by": user,
        "source": source,
        "ip_address": raw.ip(),
    })
}

/// An event of a Dropbox team's log.
pub(super) fn dropbox(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    let assets = if raw.kind.target == Target::AppObject && raw.class() == "file" {
        let parent = raw.ctx.world().app_object(raw.event.object).parent;
        json!([{".tag": "file", "file_id": id, "display_name": name,
            "path": {"contextual": format!("/{parent}/{name}")}}])
    } else {
        json!([])
    };
    json!({
        "timestamp": raw.event.timestamp().to_seconds_text(),
        "event_category": {".tag": category(raw.kind.action)},
        "event_type": {".tag": raw.kind.operation},
        "actor": {".tag": "user", "user": {
            ".tag": "team_member",
            "account_id": format!("dbid:AA{:016x}", raw.actor_number()),
            "display_name": raw.actor.name,
            "email": raw.actor.account,
        }},
        "origin": {"geo_location": {"ip_address": raw.ip()}, "access_method": {".tag": "end_user"}},
        "involve_non_team_member": raw.kind.action == Action::ShareExternal,
        "assets": assets,
    })
}

fn category(action: Action) -> &'static str {
    match action {
        Action::SignIn | Action::FailedSignIn => "logins",
        Action::ShareExternal | Action::ShareInternal => "sharing",
        Action::Configure => "members",
        _ => "file_operations",
    }
}

/// An activity of the Reports API of Google Workspace.
pub(super) fn google(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    let (application, group) = match raw.kind.action {
        Action::SignIn | Action::FailedSignIn => ("login", "login"),
        Action::Configure => ("admin", "APPLICATION_SETTINGS"),
        _ => ("drive", "access"),
    };
    let parameters = match application {
        "login" => json!([{"name": "login_type", "value": "saml"}]),
        "admin" => json!([{"name": "SETTING_NAME", "value": name}, {"name": "NEW_VALUE", "value": "true"}]),
        _ => json!([
            {"name": "doc_id", "value": id},
            {"name": "doc_title", "value": name},
            {"name": "doc_type", "value": raw.class()},
            {"name": "visibility", "value": "private"},
        ]),
    };
    json!({
        "kind": "admin#reports#activity",
        "id": {
            "time": raw.event.timestamp().to_string(),
            "uniqueQualifier": raw.row.get().cast_signed().wrapping_mul(-7_046_029_254_386_353_131).to_string(),
            "applicationName": application,
            "customerId": format!("C0{:07x}", raw.ctx.world().ids.number(crate::model::ids::Kind::Tenant, 0) >> 36),
        },
        "actor": {
            "email": raw.actor.account,
            "profileId": format!("1{:020}", raw.actor_number()),
        },
        "ipAddress": raw.ip(),
        "events": [{"type": group, "name": raw.kind.operation, "parameters": parameters}],
    })
}
