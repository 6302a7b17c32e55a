//! Ranges of addresses ("data enrichment"): list, fetch, create, update, delete; tags of addresses.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-data-enrichment>; the routes that it does not name are as
//! shipped connectors and the portal ask them.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::facts::IpRangeFacts;
use crate::facts::ip_range::IpTag;
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::index::IpRangeNo;
use crate::model::ip_range::{IpRange, IpRangeCommand, Subnet};
use crate::model::json::json;
use crate::tenant::nouns::IpRangeRefusal;
use crate::tenant::{CommandRefusal, Made};
use crate::views::ip_ranges::{CATEGORY, CHANGED, FIELDS, IpRangeTable, NAME_RANK, TAG_RANK};
use crate::wire::cloudapps::{ip_range, list};

use super::fields;
use super::fields::bad_value;
use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, CHANGE_RANGES, READ_RANGES};

/// Ranges of addresses.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/subnet", list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/v1/subnet", list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/v1/subnet/create_rule", create)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/v1/subnet/metadata", metadata)
        .permissions(READ_RANGES)
        .summary("Filters and orders of ranges (undocumented)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say")
        .shaped(),
    API.get("/api/v1/subnet/{id}", fetch)
        .permissions(READ_RANGES)
        .summary("Fetch a range of addresses (undocumented)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.delete("/api/v1/subnet/{id}", delete)
        .permissions(CHANGE_RANGES)
        .summary("Remove a range of addresses")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.post("/api/v1/subnet/{id}/update_rule", update)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses anew")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/subnet", list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/subnet", list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/subnet/create_rule", create)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/subnet/metadata", metadata)
        .permissions(READ_RANGES)
        .summary("Filters and orders of ranges (undocumented) (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say")
        .shaped(),
    API.get("/api/subnet/{id}", fetch)
        .permissions(READ_RANGES)
        .summary("Fetch a range of addresses (undocumented) (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.delete("/api/subnet/{id}", delete)
        .permissions(CHANGE_RANGES)
        .summary("Remove a range of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.post("/api/subnet/{id}/update_rule", update)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses anew (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/tags", tags)
        .permissions(READ_RANGES)
        .summary("Tags of addresses (undocumented)")
        .witness("cloudapps_ip_ranges::tags_are_named_by_id_by_name_and_as_objects"),
];

/// Without an order, those come first that were changed last (unverified).
const SORTABLE: &[Sortable] = &[
    Sortable { name: "date", column: CHANGED },
    Sortable { name: "category", column: CATEGORY },
    Sortable { name: "tags", column: TAG_RANK },
    Sortable { name: "name", column: NAME_RANK },
];

/// The longest name (unverified: none is documented).
const LONGEST: usize = 256;

/// `GET` and `POST /api/v1/subnet/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let table = IpRangeTable::new(&ctx.view);
    let list = ListRequest::read(ctx)?;
    let (page, has_next) = list.page(ctx, &table, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| table.at(*row));
    list.answer(records, |range, out| ip_range::write(range, out), has_next, page.total)
}

/// `GET /api/v1/subnet/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("subnet", FIELDS, SORTABLE))
}

/// `GET /api/v1/subnet/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let mut body = Vec::with_capacity(1 << 10);
    ip_range::write(&named(ctx)?, &mut body);
    Ok(written(body))
}

/// `POST /api/v1/subnet/create_rule/`: answers the new id as a JSON text.
pub(super) fn create(ctx: &Ctx<'_>) -> Handled {
    let range = read(ctx)?;
    submit(ctx, IpRangeCommand::AddIpRange { range, by: ctx.by() })
}

/// `POST /api/v1/subnet/{id}/update_rule/`: what is left out is empty afterwards. The answer is (unverified): the id.
pub(super) fn update(ctx: &Ctx<'_>) -> Handled {
    let (number, range) = (described(ctx)?, read(ctx)?);
    submit(ctx, IpRangeCommand::ChangeIpRange { number, range, by: ctx.by() })
}

/// `DELETE /api/v1/subnet/{id}/`: 200 with an empty object (unverified).
pub(super) fn delete(ctx: &Ctx<'_>) -> Handled {
    let number = described(ctx)?;
    submit(ctx, IpRangeCommand::RemoveIpRange { number, by: ctx.by() })?;
    Ok(Answer::json(StatusCode::OK, &json!({})))
}

/// `GET /api/tags/?target=ip`: the tags of addresses, by name. Tags of other things are not told here.
pub(super) fn tags(ctx: &Ctx<'_>) -> Handled {
    let asked = fields::read(ctx)?;
    let target = asked.get("target").and_then(Json::as_str).unwrap_or("ip");
    let mut tags = IpTag::all(&ctx.view);
    tags.retain(|_| matches!(target, "ip" | "1" | ""));
    tags.sort_by_key(|tag| tag.name.to_lowercase());
    let tenant = ctx.view.state.identity().number;
    let envelope = list::List {
        has_next: false,
        max: tags.len(),
        total: Some(tags.len() as u64),
        more_than_total: None,
        perform_async_total: None,
        next_query_filters: None,
    };
    let write = |tag: &IpTag, out: &mut Vec<u8>| ip_range::write_tag(tag, tag.key(&ctx.view), tenant, out);
    Ok(written(list::write(&envelope, tags.into_iter(), write)))
}

/// The range that the path names.
fn named<'a>(ctx: &'a Ctx<'_>) -> Result<IpRangeFacts<'a>, Refused> {
    let id = ctx.param("id");
    IpRangeFacts::by_id(&ctx.view, id).ok_or_else(|| {
        let reason = format!("path: this tenant has no range of addresses {id:?}");
        Refused::from(CloudAppsRefusal::NoIpRange { id: id.to_owned() }).because(reason)
    })
}

/// The same, of those that can be changed.
fn described(ctx: &Ctx<'_>) -> Result<IpRangeNo, Refused> {
    named(ctx)?.number().ok_or_else(|| {
        let reason = "a range that is built into the product can't be changed";
        Refused::from(CloudAppsRefusal::BadValue { value: ctx.param("id").to_owned() }).because(reason)
    })
}

fn submit(ctx: &Ctx<'_>, command: IpRangeCommand) -> Handled {
    let outcome = ctx.submit(command).map_err(|refusal| refused(&refusal))?;
    match outcome.made {
        Made::IpRange(number) => {
            let id = crate::facts::ids::ip_range(&ctx.view, number).to_string();
            Ok(Answer::json(StatusCode::OK, &json!(id)))
        }
        _ => Ok(Answer::json(StatusCode::OK, &json!({}))),
    }
}

fn refused(refusal: &CommandRefusal) -> Refused {
    let value = match refusal {
        CommandRefusal::IpRange(IpRangeRefusal::Exists { name }) => name.to_string(),
        CommandRefusal::IpRange(IpRangeRefusal::Overlap { subnet, .. }) => subnet.clone(),
        CommandRefusal::IpRange(IpRangeRefusal::NoCategory(category)) => category.to_string(),
        CommandRefusal::IpRange(_) | CommandRefusal::Size(_) => "subnets".to_owned(),
        _ => return Refused::from(CloudAppsRefusal::JournalLost).because(refusal.to_string()),
    };
    Refused::from(CloudAppsRefusal::BadValue { value }).because(refusal.to_string())
}

/// What a request says of a range. Numbers may come as text; keys that it does not know are ignored.
fn read(ctx: &Ctx<'_>) -> Result<Arc<IpRange>, Refused> {
    let fields = fields::read(ctx)?;
    let category = match fields.get("category") {
        Some(Json::Number(number)) => number.as_u64(),
        Some(Json::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let category = category.and_then(|category| u8::try_from(category).ok());
    let category = category.ok_or_else(|| wrong(&fields, "category", "a number from 1 to 6"))?;
    Ok(Arc::new(IpRange {
        name: text(&fields, "name")?.ok_or_else(|| wrong(&fields, "name", "a text"))?,
        category,
        subnets: subnets(&fields)?,
        organization: text(&fields, "organization")?,
        tags: tags_of(ctx, &fields)?,
    }))
}

fn wrong(fields: &Map<String, Json>, name: &str, expected: &str) -> Refused {
    let got = fields.get(name).map_or_else(|| "nothing".to_owned(), ToString::to_string);
    bad_value(&got, name, expected)
}

/// A text that is not empty, if one was sent.
fn text(fields: &Map<String, Json>, name: &str) -> Result<Option<Arc<str>>, Refused> {
    match fields.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Json::String(text)) if text.chars().count() <= LONGEST => Ok(Some(text.trim().into())),
        Some(_) => Err(wrong(fields, name, "a text of at most 256 characters")),
    }
}

fn subnets(fields: &Map<String, Json>) -> Result<Vec<Subnet>, Refused> {
    let expected = "a list of subnets such as 192.0.2.0/24 or 2001:db8::/32";
    let texts: Vec<&str> = match fields.get("subnets") {
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(text)) => text.split(',').collect(),
        _ => return Err(wrong(fields, "subnets", expected)),
    };
    let read = texts.iter().map(|text| text.parse::<Subnet>());
    let read: Result<Vec<Subnet>, _> = read.collect();
    read.map_err(|error| bad_value(&error.0, "subnets", expected))
}

/// Tags by name, by id, or as objects that hold one of these; what is new is made.
fn tags_of(ctx: &Ctx<'_>, fields: &Map<String, Json>) -> Result<Vec<Arc<str>>, Refused> {
    let given: Vec<&Json> = match fields.get("tags") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
    };
    let known = IpTag::all(&ctx.view);
    let mut tags: Vec<Arc<str>> = Vec::new();
    for tag in given {
        let named = match tag {
            Json::Object(tag) => ["id", "name", "_id"].iter().find_map(|name| tag.get(*name)?.as_str()),
            other => other.as_str(),
        };
        let text = named.map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= LONGEST);
        let Some(text) = text else { return Err(wrong(fields, "tags", "names or ids of tags")) };
        let by_id = known.iter().find(|tag| tag.id.eq_ignore_ascii_case(text));
        let is_an_id = text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let name = match by_id.or_else(|| known.iter().find(|tag| tag.name.eq_ignore_ascii_case(text))) {
            Some(tag) => Arc::clone(&tag.name),
            None if is_an_id => {
                return Err(bad_value(text, "tags", "the id of a tag: GET /api/tags/ lists them"));
            }
            None => text.into(),
        };
        if !tags.contains(&name) {
            tags.push(name);
        }
    }
    Ok(tags)
}
