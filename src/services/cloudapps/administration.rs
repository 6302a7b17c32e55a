//! Who administers the product in this tenant and with what: administrators, API tokens, SIEM agents; and where the
//! tenant is and what it is called.
//!
//! Undocumented; called by the vendor's PowerShell module and by the portal. Names of members that no client reads are
//! (unverified).

use http::StatusCode;
use serde_json::Value as Json;

use crate::facts::{self, ExtensionFacts, PersonFacts, SiemAgentFacts};
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::model::json::json;
use crate::model::person::Role;
use crate::model::siem_agent::{SiemAgentStatus, SiemCommand};

use super::READERS;
use super::fields::{self, bad_value};
use super::list_request::MAX;
use super::refusals::CloudAppsRefusal;
use super::{API, CHANGE_SETTINGS, INVESTIGATE, READ_SETTINGS};

/// Administration.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/about/info", info)
        .permissions(READ_SETTINGS)
        .summary("Data centre and number of the tenant (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/about/server_url", server_url)
        .permissions(READ_SETTINGS)
        .summary("Address of the API (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/v1/settings", settings)
        .permissions(READ_SETTINGS)
        .summary("Company, domains and settings (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/v1/manage_admin_access", admins)
        .scans()
        .permissions(READ_SETTINGS)
        .summary("Who administers the product (undocumented)")
        .witness("cloudapps_administration::administrators_are_those_who_hold_a_role_of_the_product"),
    API.post("/api/v1/tokens", tokens)
        .permissions(READ_SETTINGS)
        .summary("API tokens, without their values (undocumented)")
        .witness("cloudapps_administration::the_api_token_is_active_once_it_was_used"),
    API.get("/api/v1/agents/siem", siem_agents)
        .permissions(READ_SETTINGS)
        .summary("SIEM agents (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.get("/api/v1/agents/siem/count", siem_agent_count)
        .scans()
        .permissions(READ_SETTINGS)
        .summary("Count SIEM agents (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.post("/api/v1/agents/siem/{id}/generate", new_siem_token)
        .permissions(CHANGE_SETTINGS)
        .summary("Give a SIEM agent a new token (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.get("/api/v1/autocomplete/activity-types", activity_types)
        .permissions(INVESTIGATE)
        .summary("Search types of activities (undocumented)")
        .witness("cloudapps_administration::activity_types_are_searched_by_name_and_app"),
];

/// `GET /api/about/info/`: the data centre is that of the host in links.
pub(super) fn info(ctx: &Ctx<'_>) -> Handled {
    let number = ctx.view.state.identity().number;
    // US2: https://learn.microsoft.com/defender-cloud-apps/network-requirements
    let place =
        json!({"locale": "en", "dataCenterName": "US2", "regionName": "East US 2", "tenantId": number});
    Ok(Answer::json(StatusCode::OK, &place))
}

/// `GET /api/about/server_url/`: the address of the API, as a bare text.
pub(super) fn server_url(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &ctx.url(Service::CloudApps, "")))
}

/// `GET /api/v1/settings/`: what of the settings this tenant has.
pub(super) fn settings(ctx: &Ctx<'_>) -> Handled {
    let company = facts::company(&ctx.view);
    Ok(Answer::json(
        StatusCode::OK,
        &json!({
            "environmentName": company.label,
            "orgDisplayName": company.name,
            "domains": [company.domain],
            "emailMaskPolicy": "FULL_CONTENT",
            "emailMaskPolicyOptions": ["FULL_CONTENT", "MASKED_SUBJECT", "ONLY_ID"],
            "fileMonitoringEnabled": true,
            "adminViewUsers": [],
        }),
    ))
}

/// `GET /api/v1/manage_admin_access/`: who holds a role of the product, and what it lets them do.
pub(super) fn admins(ctx: &Ctx<'_>) -> Handled {
    let listed = PersonFacts::all(&ctx.view).filter_map(|person| {
        let kind = person.roles().into_iter().filter_map(permission).min()?;
        Some(json!({"username": person.upn(), "permission_type": kind, "objectId": person.id()}))
    });
    let listed: Vec<Json> = listed.collect();
    Ok(Answer::json(StatusCode::OK, &json!({"data": listed, "total": listed.len(), "hasNext": false})))
}

/// The number of what a role lets somebody do: 0 everything, 1 reading, 2 compliance.
fn permission(role: Role) -> Option<u8> {
    if !READERS.contains(&role) {
        return None;
    }
    Some(match role {
        Role::SecurityReader | Role::GlobalReader => 1,
        Role::ComplianceAdministrator => 2,
        _ => 0,
    })
}

/// `POST /api/v1/tokens/`: the API tokens, without their values.
pub(super) fn tokens(ctx: &Ctx<'_>) -> Handled {
    let rows = ExtensionFacts::all(&ctx.view, ctx.api_token_used());
    let tokens = rows.filter_map(|row| row.tokens()).flatten();
    let listed: Vec<Json> = tokens
        .map(|token| {
            json!({
                "name": token.name, "createdBy": token.owner, "created": token.created,
                "lastUsed": token.used, "status": token.status,
            })
        })
        .collect();
    Ok(all(&listed))
}

/// `GET /api/v1/agents/siem/`: the SIEM agents and how they stand.
pub(super) fn siem_agents(ctx: &Ctx<'_>) -> Handled {
    let agents = SiemAgentFacts::all(&ctx.view);
    let listed: Vec<Json> = agents
        .map(|agent| {
            let (stored, (changed, by)) = (agent.agent(), agent.changed());
            json!({
                "_id": agent.id(), "name": &*stored.name, "format": stored.format.title(),
                "status": agent.status().title(), "isConnected": agent.status() == SiemAgentStatus::Connected,
                "created": stored.created.millis(), "lastModified": changed.millis(), "modifiedBy": by,
                "lastDataReceived": agent.last_data().map(|at| at.millis()),
            })
        })
        .collect();
    Ok(all(&listed))
}

/// `GET /api/v1/agents/siem/count/`
pub(super) fn siem_agent_count(ctx: &Ctx<'_>) -> Handled {
    let total = SiemAgentFacts::all(&ctx.view).count();
    Ok(Answer::json(StatusCode::OK, &json!({"total": total, "moreThanTotal": false})))
}

/// `POST /api/v1/agents/siem/{id}/generate/`: a new token for an agent, which falls silent until it is started with it.
pub(super) fn new_siem_token(ctx: &Ctx<'_>) -> Handled {
    let id = ctx.param("id");
    let found = SiemAgentFacts::all(&ctx.view).find(|agent| agent.id().to_string() == id);
    let agent = found.ok_or_else(|| {
        let reason = format!("path: this tenant has no SIEM agent {id:?}");
        Refused::from(CloudAppsRefusal::NoAgent { id: id.to_owned() }).because(reason)
    })?;
    let command = SiemCommand::RenewSiemAgentToken { agent: agent.number(), by: ctx.by() };
    ctx.submit(command)
        .map_err(|lost| Refused::from(CloudAppsRefusal::JournalLost).because(lost.to_string()))?;
    let after = ctx.refreshed();
    let renewed = SiemAgentFacts::all(&after.view).find(|agent| agent.id().to_string() == id);
    Ok(Answer::json(StatusCode::OK, &json!({"token": renewed.map(|agent| agent.token().to_string())})))
}

/// `GET /api/v1/autocomplete/activity-types/`: the types of activities whose name holds what is searched, of one app or
/// of all that the tenant has (`service=eq(i:APP,)`).
pub(super) fn activity_types(ctx: &Ctx<'_>) -> Handled {
    let fields = fields::read(ctx)?;
    let text = |name: &str| fields.get(name).and_then(Json::as_str).map(str::trim).unwrap_or_default();
    let app = match text("service") {
        "" => None,
        asked => Some(number_of(asked).ok_or_else(|| bad_value(asked, "service", "eq(i:NUMBER,)"))?),
    };
    let search = text("search").to_lowercase();
    let found = facts::activity_types(&ctx.view, app);
    let found = found.filter(|(name, ..)| name.to_lowercase().contains(&search));
    let records: Vec<Json> =
        found.map(|(name, app, types)| json!({"name": name, "app": app, "types": types})).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"records": records})))
}

/// The number in `eq(i:NUMBER,)`, or a bare one.
fn number_of(asked: &str) -> Option<u32> {
    let inner = asked.strip_prefix("eq(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(asked);
    inner.trim_end_matches(',').trim_start_matches("i:").trim().parse().ok()
}

/// A list that fits on a page.
fn all(records: &[Json]) -> Answer {
    Answer::json(
        StatusCode::OK,
        &json!({
            "data": records, "hasNext": false, "max": MAX, "total": records.len(), "moreThanTotal": false,
        }),
    )
}
