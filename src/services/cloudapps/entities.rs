//! Users and accounts: list, count, fetch, tree, where they act from, offers while somebody types.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-entities>; the routes that it does not name are as
//! shipped connectors and the portal ask them.

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::facts::{Entities, EntityFacts};
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::base64;
use crate::model::json::json;
use crate::views::entities::{EntityTable, FIELDS, NAME_RANK, SCORE, SEEN};
use crate::wire::cloudapps::{entity, list};

use super::fields;
use super::fields::bad_value;
use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, INVESTIGATE};

/// Users and accounts.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/entities", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users and accounts (filters in the query or in a JSON body)")
        .witness("cloudapps_entities::a_json_body_on_get_filters_users_as_connectors_ask"),
    API.post("/api/v1/entities", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users and accounts")
        .witness("cloudapps_entities::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/entities/{key}", fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch a user or an account")
        .witness("cloudapps_entities::a_key_names_its_entity_however_it_is_spelled"),
    API.get("/api/v1/entities/{key}/retrieve_tree", tree)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch a user with the user's accounts")
        .witness("cloudapps_entities::a_tree_holds_the_user_and_the_accounts"),
    API.post("/api/v1/entities/count", count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count users and accounts (undocumented)")
        .witness("cloudapps_entities::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/entities/metadata", metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of users and accounts (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.post("/api/v1/entities/resolve_entity", resolve)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Say whom an id names (undocumented)")
        .witness("cloudapps_entities::whom_an_id_names_is_told"),
    API.post("/api/v1/standalone_entities", list_standalone)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users without their accounts in apps (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users"),
    API.post("/api/v1/standalone_entities/count", count_standalone)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count users without their accounts in apps (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users"),
    API.get("/api/v1/standalone_entities/metadata", metadata_standalone)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of users (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users")
        .shaped(),
    API.get("/api/v1/activities_locations/by_user", locations)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Countries from which a user acted (undocumented)")
        .witness("cloudapps_entities::countries_of_a_user_are_those_of_the_activities"),
    API.get("/api/v1/autocomplete/entities", offers)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Users and accounts by a part of their names (undocumented)")
        .witness("cloudapps_entities::offers_hold_what_is_searched_for"),
    API.get("/api/v1/autocomplete/users", offered_users)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Users by a part of their names (undocumented)")
        .witness("cloudapps_entities::offers_hold_what_is_searched_for"),
];

/// What lists can be sorted by: documented are `date` and `severity`, which an entity does not have (what they mean is
/// unverified); clients send the others.
const SORTABLE: &[Sortable] = &[
    Sortable { name: "date", column: SEEN },
    Sortable { name: "lastSeen", column: SEEN },
    Sortable { name: "severity", column: SCORE },
    Sortable { name: "score", column: SCORE },
    Sortable { name: "username", column: NAME_RANK },
    Sortable { name: "displayName", column: NAME_RANK },
];

/// How many are offered to who types, at most (unverified).
const OFFERED: usize = 20;

/// `GET` and `POST /api/v1/entities/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    page(ctx, EntityTable::new(Entities::new(&ctx.view)))
}

/// `POST /api/v1/standalone_entities/`: the accounts that users have in apps are left out (unverified).
pub(super) fn list_standalone(ctx: &Ctx<'_>) -> Handled {
    page(ctx, EntityTable::new(Entities::standalone(&ctx.view)))
}

fn page(ctx: &Ctx<'_>, table: EntityTable<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (page, has_next) = list.page(ctx, &table, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| table.at(*row));
    list.answer(records, entity::write, has_next, page.total)
}

/// `POST /api/v1/entities/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &EntityTable::new(Entities::new(&ctx.view)), FIELDS)
}

/// `POST /api/v1/standalone_entities/count/`
pub(super) fn count_standalone(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &EntityTable::new(Entities::standalone(&ctx.view)), FIELDS)
}

/// `GET /api/v1/entities/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("entities", FIELDS, SORTABLE))
}

/// `GET /api/v1/standalone_entities/metadata/`
pub(super) fn metadata_standalone(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("standalone_entities", FIELDS, SORTABLE))
}

/// `GET /api/v1/entities/{key}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let entities = Entities::new(&ctx.view);
    let found = named(&entities, ctx.param("key"))?;
    let mut body = Vec::with_capacity(4 << 10);
    entity::write(&found, &mut body);
    Ok(written(body))
}

/// `GET /api/v1/entities/{key}/retrieve_tree/`: the user, then the user's accounts, whichever of them was asked for. The
/// shape of the answer is (unverified): it is that of a list.
pub(super) fn tree(ctx: &Ctx<'_>) -> Handled {
    let entities = Entities::new(&ctx.view);
    let tree = named(&entities, ctx.param("key"))?.tree();
    let envelope = list::List {
        has_next: false,
        max: tree.len(),
        total: Some(tree.len() as u64),
        more_than_total: Some(false),
        perform_async_total: None,
        next_query_filters: None,
    };
    Ok(written(list::write(&envelope, tree.into_iter(), entity::write)))
}

/// `POST /api/v1/entities/resolve_entity/`: who has the object id `aad` or the key `complexIdBase64`. Accounts have no
/// security identifiers here, so `sid` names nobody.
pub(super) fn resolve(ctx: &Ctx<'_>) -> Handled {
    let asked = fields::read(ctx)?;
    let text = |name: &str| asked.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let Some(key) = text("aad").or_else(|| text("complexIdBase64")).or_else(|| text("sid")) else {
        return Err(bad_value("", "aad", "an object id, or one in `complexIdBase64`"));
    };
    let entities = Entities::new(&ctx.view);
    let found = named(&entities, key)?;
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"displayName": found.name(), "email": found.email(), "actions": []}),
    ))
}

/// `GET /api/v1/activities_locations/by_user/?username=…`: the countries from which somebody acted, with how often and
/// when last (the unit of that is unverified: milliseconds). Shipped workflows read each as a list of these three.
pub(super) fn locations(ctx: &Ctx<'_>) -> Handled {
    let asked = fields::read(ctx)?;
    let Some(name) = asked.get("username").and_then(Json::as_str).filter(|name| !name.is_empty()) else {
        return Err(bad_value("", "username", "the `username` of an entity, as it is or as base64"));
    };
    let entities = Entities::new(&ctx.view);
    let countries = named(&entities, name)?.countries();
    let data: Vec<Json> =
        countries.into_iter().map(|(country, times, last)| json!([country, times, last.millis()])).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"data": data})))
}

/// `GET /api/v1/autocomplete/entities/?search=…`
pub(super) fn offers(ctx: &Ctx<'_>) -> Handled {
    offer(ctx, false)
}

/// `GET /api/v1/autocomplete/users/?search=…`
pub(super) fn offered_users(ctx: &Ctx<'_>) -> Handled {
    offer(ctx, true)
}

fn offer(ctx: &Ctx<'_>, users_only: bool) -> Handled {
    let asked = fields::read(ctx)?;
    let search = asked.get("search").and_then(Json::as_str).unwrap_or_default().to_lowercase();
    let entities = Entities::new(&ctx.view);
    let fits = |entity: &EntityFacts<'_>| {
        [entity.name(), entity.account()].iter().any(|name| name.to_lowercase().contains(&search))
    };
    let found =
        entities.iter().filter(|entity| (!users_only || entity.is_user()) && fits(entity)).take(OFFERED);
    Ok(written(list::write_records(found, entity::write_offer)))
}

/// The entity that a key names: an object with `id`, `saas` and `inst` as text or as base64 of that, in any spacing; or
/// an id, the id of a record, an address.
fn named<'e>(entities: &'e Entities<'_>, key: &str) -> Result<EntityFacts<'e>, Refused> {
    // Workflows end the value with the slash of a path; a query turns the plus sign of base64 into a blank.
    let text = key.trim().trim_end_matches('/');
    let object = read_key(text).or_else(|| {
        let decoded = base64::decode_any(&text.replace(' ', "+"))?;
        read_key(&String::from_utf8(decoded).ok()?)
    });
    let found = match &object {
        Some(object) => {
            let number = |name: &str| {
                let value = object.get(name).filter(|value| !value.is_null())?;
                Some(value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or(u64::MAX))
            };
            let app = number("saas").map(|app| u32::try_from(app).unwrap_or(u32::MAX));
            let id = object.get("id").and_then(Json::as_str);
            // Every app here has one instance, numbered 0.
            let there = number("inst").is_none_or(|instance| instance == 0);
            id.filter(|_| there).and_then(|id| entities.find(id, app))
        }
        None => entities.find(text, None),
    };
    found.ok_or_else(|| {
        let reason = format!(
            "this tenant knows nobody by the key {text:?}: expected {{\"id\": …, \"saas\": …, \"inst\": 0}} as base64"
        );
        Refused::from(CloudAppsRefusal::NoEntity { key: key.to_owned() }).because(reason)
    })
}

/// Reads the object; older tenants write it with single quotes.
fn read_key(text: &str) -> Option<Map<String, Json>> {
    let text = text.trim();
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_slice(text.as_bytes())
        .or_else(|_| serde_json::from_slice(text.replace('\'', "\"").as_bytes()))
        .ok()
}
