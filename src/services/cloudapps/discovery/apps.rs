//! Discovered apps, the catalogue, and what stands around them: categories, users, addresses, the first of each.
//!
//! Source of the categories: <https://learn.microsoft.com/defender-cloud-apps/api-discovered-apps-categories>; the rest is
//! undocumented. A list of apps goes through the traffic of its stream once.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::catalogue::app_categories::{AppCategory, CATEGORIES};
use crate::catalogue::cloud_apps;
use crate::facts::discovery::{self, AppUsage, Party, Usage};
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::discovery::AppTag;
use crate::model::json::{Tree, json};
use crate::views::cloud_apps::{
    CloudApps, FIELDS, IPS, LAST_SEEN, NAME_ORDER, SCORE, SCORE_RANGE, TRAFFIC, TRANSACTIONS, UPLOAD, USERS,
};
use crate::wire::cloudapps::discovery as wire;

use crate::services::cloudapps::fields::bad_value;
use crate::services::cloudapps::list_request::{ListRequest, Sortable, written};
use crate::services::cloudapps::metadata::metadata_of;
use crate::services::cloudapps::refusals::CloudAppsRefusal;

use super::{asked, data, paged};

const SORTABLE: &[Sortable] = &[
    Sortable { name: "traffic", column: TRAFFIC },
    Sortable { name: "name", column: NAME_ORDER },
    Sortable { name: "score", column: SCORE },
    Sortable { name: "upload", column: UPLOAD },
    Sortable { name: "transactions", column: TRANSACTIONS },
    Sortable { name: "users", column: USERS },
    Sortable { name: "ips", column: IPS },
    Sortable { name: "lastSeen", column: LAST_SEEN },
];

/// Of the catalogue, which says nothing of use.
const CATALOGUE_SORTABLE: &[Sortable] =
    &[Sortable { name: "name", column: NAME_ORDER }, Sortable { name: "score", column: SCORE }];

/// What a list of the first answers, where nothing else is asked for.
const FEW: usize = 10;

/// A request, and the apps that it is about.
fn discovered<'a>(ctx: &'a Ctx<'_>) -> Result<(ListRequest, CloudApps<'a>), Refused> {
    let list = scored(ListRequest::read(ctx)?)?;
    let (stream, days) = asked(ctx, &list)?;
    Ok((list, CloudApps::discovered(&ctx.view, discovery::usage(&stream, days))))
}

/// The same for the catalogue.
fn catalogued<'a>(ctx: &'a Ctx<'_>) -> Result<(ListRequest, CloudApps<'a>), Refused> {
    Ok((scored(ListRequest::read(ctx)?)?, CloudApps::catalogue(&ctx.view)))
}

/// A request whose filter by score is one by two bounds: clients send them as the list of `eq`.
fn scored(mut list: ListRequest) -> Result<ListRequest, Refused> {
    let Some(mut filters) = list.filters()? else { return Ok(list) };
    if let Some(Json::Object(score)) = filters.get_mut(SCORE_RANGE)
        && let Some(Json::Array(ends)) = score.get("eq").cloned()
    {
        if ends.len() != 2 {
            let told = Json::Array(ends).to_string();
            return Err(bad_value(&told, SCORE_RANGE, "a range of two numbers, such as [1, 3]"));
        }
        score.remove("eq");
        score.insert("gte".to_owned(), ends[0].clone());
        score.insert("lte".to_owned(), ends[1].clone());
    }
    list.replace_filters(filters);
    Ok(list)
}

fn tags(ctx: &Ctx<'_>, app: u32) -> Vec<AppTag> {
    discovery::tags(&ctx.view, app).collect()
}

/// `POST /api/v1/discovery/discovered_apps/`. A client reads `nextQueryFilters` beside `hasNext`; here they are the filters
/// that were sent, with which `skip` goes on (unverified).
pub(in crate::services::cloudapps) fn list(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = discovered(ctx)?;
    let (page, has_next) = list.page(ctx, &apps, FIELDS, SORTABLE)?;
    let found = page.rows.iter().filter_map(|row| apps.row(*row));
    let next = has_next.then(|| Json::Object(list.sent_filters()));
    let write = |app: &&AppUsage, out: &mut Vec<u8>| wire::write_app(app, &tags(ctx, app.app.number), out);
    list.answer_with(found, write, has_next, page.total, next)
}

/// `POST …/discovered_apps/count/`
pub(in crate::services::cloudapps) fn count(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = discovered(ctx)?;
    list.total(ctx, &apps, FIELDS)
}

/// `GET …/discovered_apps/metadata/`
pub(in crate::services::cloudapps) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("discovered_apps", FIELDS, SORTABLE))
}

/// `POST …/discovered_apps/categories/`: a list without an envelope.
pub(in crate::services::cloudapps) fn categories(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = discovered(ctx)?;
    counted_categories(ctx, &list, &apps)
}

/// `POST …/discovered_apps/tags/`
pub(in crate::services::cloudapps) fn tag_counts(ctx: &Ctx<'_>) -> Handled {
    let list = scored(ListRequest::read(ctx)?)?;
    // Clients ask about apps by number alone, discovered or not.
    let by_number = list.filters()?.is_some_and(|filters| filters.contains_key("appId"));
    let apps = if by_number && !list.has("streamId") {
        CloudApps::catalogue(&ctx.view)
    } else {
        let (stream, days) = asked(ctx, &list)?;
        CloudApps::discovered(&ctx.view, discovery::usage(&stream, days))
    };
    let rows = list.rows(ctx, &apps, FIELDS)?;
    let worn: Vec<Vec<AppTag>> =
        rows.iter().filter_map(|row| apps.row(*row)).map(|app| tags(ctx, app.app.number)).collect();
    let with = |tag: AppTag| worn.iter().filter(|tags| tags.contains(&tag)).count();
    let mut counts: Vec<Tree> =
        AppTag::ALL.iter().map(|tag| json!({"id": tag.name(), "count": with(*tag)})).collect();
    counts.push(json!({"id": "None", "count": worn.iter().filter(|tags| tags.is_empty()).count()}));
    Ok(data(counts))
}

/// `POST /api/v1/discovery/app_catalog/`
pub(in crate::services::cloudapps) fn catalogue(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = catalogued(ctx)?;
    let (page, has_next) = list.page(ctx, &apps, FIELDS, CATALOGUE_SORTABLE)?;
    let found = page.rows.iter().filter_map(|row| apps.row(*row));
    list.answer(
        found,
        |found, out| wire::write_catalogue_app(found.app, &tags(ctx, found.app.number), out),
        has_next,
        page.total,
    )
}

/// `POST …/app_catalog/categories/`
pub(in crate::services::cloudapps) fn catalogue_categories(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = catalogued(ctx)?;
    counted_categories(ctx, &list, &apps)
}

/// `POST …/app_catalog/count/`
pub(in crate::services::cloudapps) fn catalogue_count(ctx: &Ctx<'_>) -> Handled {
    let (list, apps) = catalogued(ctx)?;
    list.total(ctx, &apps, FIELDS)
}

/// `GET …/app_catalog/metadata/`
pub(in crate::services::cloudapps) fn catalogue_metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("app_catalog", FIELDS, CATALOGUE_SORTABLE))
}

/// How many of the apps that a request selects are in each category.
fn counted_categories(ctx: &Ctx<'_>, list: &ListRequest, apps: &CloudApps<'_>) -> Handled {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in list.rows(ctx, apps, FIELDS)? {
        if let Some(found) = apps.row(row) {
            *counts.entry(found.app.category.id).or_default() += 1;
        }
    }
    let counts: Vec<Tree> = counts.iter().map(|(id, total)| json!({"id": id, "total": total})).collect();
    Ok(Answer::json(StatusCode::OK, &counts))
}

/// `GET /api/v1/discovery/categories/`
pub(in crate::services::cloudapps) fn all_categories(_ctx: &Ctx<'_>) -> Handled {
    let apps_of = |category: &AppCategory| {
        cloud_apps::all().iter().filter(|app| app.category.id == category.id).count()
    };
    let told = |category: &AppCategory| json!({"id": category.id, "name": category.name, "appsCount": apps_of(category)});
    Ok(data(CATEGORIES.iter().map(told).collect()))
}

/// `POST /api/v1/discovery/users/`
pub(in crate::services::cloudapps) fn users(ctx: &Ctx<'_>) -> Handled {
    parties(ctx, "userName", |usage| usage.users)
}

/// `POST /api/v1/discovery/ips/`
pub(in crate::services::cloudapps) fn ips(ctx: &Ctx<'_>) -> Handled {
    parties(ctx, "ipAddress", |usage| usage.addresses)
}

fn parties(ctx: &Ctx<'_>, member: &'static str, of: fn(Usage) -> Vec<Party>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let mut parties = of(discovery::usage(&stream, days));
    parties.retain(|party| party.volume.transactions > 0);
    let by_name = list.text("sortField")?.is_some_and(|field| field == "name");
    parties.sort_by(|a, b| {
        let name = a.name.cmp(&b.name);
        if by_name { name } else { b.volume.bytes().cmp(&a.volume.bytes()).then(name) }
    });
    // Names ascend and sizes descend where nothing else is asked for.
    let turned = match list.text("sortDirection")? {
        Some("asc") => !by_name,
        Some("desc") => by_name,
        _ => false,
    };
    if turned {
        parties.reverse();
    }
    paged(&list, parties, |party, out| wire::write_party(party, member, out))
}

/// The apps of a request that asks for the first by some measure, the first one first.
fn first_by(list: &ListRequest, mut apps: Vec<AppUsage>) -> Result<Vec<AppUsage>, Refused> {
    let measure: fn(&AppUsage) -> u64 = match list.text("metric")?.unwrap_or("traffic") {
        "" | "traffic" => |app| app.volume.bytes(),
        "upload" => |app| app.volume.uploaded,
        "transactions" => |app| app.volume.transactions,
        "users" => |app| app.users.len() as u64,
        "ips" => |app| app.addresses.len() as u64,
        other => return Err(bad_value(other, "metric", "traffic, upload, transactions, users or ips")),
    };
    apps.sort_by(|a, b| measure(b).cmp(&measure(a)).then(a.app.name.cmp(b.app.name)));
    Ok(apps)
}

/// `GET /api/v1/discovery/top_apps/`
pub(in crate::services::cloudapps) fn top_apps(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let mut apps = discovery::usage(&stream, days).apps;
    if let Some(category) = list.text("category")?.filter(|id| !id.is_empty() && *id != "SAASDB_CATEGORY_ALL")
    {
        apps.retain(|app| app.app.category.id == category);
    }
    let apps = first_by(&list, apps)?;
    let (offset, limit) = (list.count("offset", 0)?, list.count("limit", FEW)?);
    let mut body = b"{\"data\":[".to_vec();
    for (place, app) in apps.iter().skip(offset).take(limit.min(100)).enumerate() {
        if place > 0 {
            body.push(b',');
        }
        wire::write_app(app, &tags(ctx, app.app.number), &mut body);
    }
    body.extend_from_slice(b"]}");
    Ok(written(body))
}

/// What was used of a category.
#[derive(Default)]
struct OfCategory {
    apps: u64,
    users: std::collections::BTreeSet<u32>,
    addresses: std::collections::BTreeSet<u32>,
    transactions: u64,
    uploaded: u64,
    bytes: u64,
    /// Bytes by what the company says of the app: sanctioned, unsanctioned, nothing.
    by_tag: [u64; 3],
}

fn by_category(ctx: &Ctx<'_>, apps: &[AppUsage]) -> BTreeMap<&'static str, OfCategory> {
    let mut all: BTreeMap<&str, OfCategory> = BTreeMap::new();
    for found in apps {
        let of = all.entry(found.app.category.id).or_default();
        let tags = tags(ctx, found.app.number);
        let place = [AppTag::Sanctioned, AppTag::Unsanctioned].iter().position(|tag| tags.contains(tag));
        of.apps += 1;
        of.users.extend(&found.users);
        of.addresses.extend(&found.addresses);
        of.transactions += found.volume.transactions;
        of.uploaded += found.volume.uploaded;
        of.bytes += found.volume.bytes();
        of.by_tag[place.unwrap_or(2)] += found.volume.bytes();
    }
    all
}

/// `GET /api/v1/discovery/top_categories/`, by all bytes; `sanctioned`, `unsanctioned` and `other` say which apps count.
pub(in crate::services::cloudapps) fn top_categories(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let names = ["sanctioned", "unsanctioned", "other"];
    let mut wanted = [false; 3];
    for (want, name) in wanted.iter_mut().zip(names) {
        *want = !list.has(name) || list.switch(name)?;
    }
    let all = by_category(ctx, &discovery::usage(&stream, days).apps);
    let sum = |of: &OfCategory| -> u64 {
        of.by_tag.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(bytes, _)| bytes).sum()
    };
    let mut first: Vec<(&str, &OfCategory)> = all.iter().map(|(id, of)| (*id, of)).collect();
    first.retain(|(_, of)| sum(of) > 0);
    first.sort_by(|a, b| sum(b.1).cmp(&sum(a.1)).then(a.0.cmp(b.0)));
    let (offset, limit) = (list.count("offset", 0)?, list.count("limit", FEW)?.min(100));
    let told = first.iter().skip(offset).take(limit).map(|(id, of)| {
        let [sanctioned, unsanctioned, other] = of.by_tag;
        json!({"category": id, "trafficTotalBytes": sum(of), "sanctioned": sanctioned,
            "unsanctioned": unsanctioned, "other": other})
    });
    Ok(data(told.collect()))
}

/// `GET /api/v1/discovery/category_stats/`
pub(in crate::services::cloudapps) fn category_stats(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let all = by_category(ctx, &discovery::usage(&stream, days).apps);
    let told = all.iter().map(|(id, of)| {
        json!({"category": id, "appsCount": of.apps, "usersCount": of.users.len(),
            "ipAddressesCount": of.addresses.len(), "transactions": of.transactions,
            "trafficTotalBytes": of.bytes, "trafficUploadedBytes": of.uploaded})
    });
    Ok(data(told.collect()))
}

/// `GET /api/v1/discovery/top_entities/?field=user|ip`
pub(in crate::services::cloudapps) fn top_entities(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let usage = discovery::usage(&stream, days);
    let (member, mut parties) = match list.text("field")?.unwrap_or("user") {
        "user" | "users" | "userName" => ("userName", usage.users),
        "ip" | "ips" | "ipAddress" => ("ipAddress", usage.addresses),
        other => return Err(bad_value(other, "field", "user or ip")),
    };
    parties.retain(|party| party.volume.transactions > 0);
    parties.sort_by(|a, b| b.volume.bytes().cmp(&a.volume.bytes()).then(a.name.cmp(&b.name)));
    let mut body = b"{\"data\":[".to_vec();
    for (place, party) in parties.iter().take(list.count("limit", FEW)?.min(100)).enumerate() {
        if place > 0 {
            body.push(b',');
        }
        wire::write_party(party, member, &mut body);
    }
    body.extend_from_slice(b"]}");
    Ok(written(body))
}

/// `GET /api/v1/saasdb/{appId}/`
pub(in crate::services::cloudapps) fn known_app(ctx: &Ctx<'_>) -> Handled {
    let text = ctx.param("appId");
    let app = text.parse().ok().and_then(cloud_apps::app);
    let app = app.ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoObject { id: text.to_owned() })
            .because(format!("path: the catalogue has no app with number {text}"))
    })?;
    let mut body = Vec::with_capacity(4 << 10);
    wire::write_known_app(app, &mut body);
    Ok(written(body))
}

/// `POST /api/v1/discovery/deanonymize_entity_names/`: the names behind what stands for them, with the reason that was
/// given.
pub(in crate::services::cloudapps) fn deanonymize(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let reason = list.text("justification")?.filter(|text| !text.trim().is_empty());
    if reason.is_none() {
        return Err(CloudAppsRefusal::Required { field: "justification".to_owned() }.into());
    }
    let hidden: Vec<String> = match list.value("usernames") {
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => return Err(CloudAppsRefusal::Required { field: "usernames".to_owned() }.into()),
    };
    let names: Map<String, Json> = discovery::shown_names(&ctx.view, &hidden)
        .into_iter()
        .map(|(hidden, name)| (hidden, Json::from(&*name)))
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({"data": names})))
}
