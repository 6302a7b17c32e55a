//! App connectors, as the portal asks for them, and the services that are connected. All of it is undocumented.
//!
//! Paths and the record are as recorded by community modules for the portal; answers whose shape is nowhere recorded say
//! so.

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::catalogue::connectors::{CAPABILITIES, CONNECTABLE, Connectable, category_of};
use crate::catalogue::kinds::MICROSOFT_365;
use crate::facts::connector::{Care, apps_in_care, last_activities};
use crate::facts::{self, ConnectorFacts};
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx};
use crate::model::connector::ConnectorStatus;
use crate::model::json::json;
use crate::model::time::VirtualTime;
use crate::views::connectors::{CREATED, Connectors, FIELDS, PLACE};
use crate::wire::cloudapps::connector::{write, write_service};
use crate::wire::cloudapps::list::{self, List};

use super::fields;
use super::list_request::{ListRequest, MAX, Sortable, written};
use super::metadata::metadata_of;
use super::{API, READ_CONNECTORS};

/// App connectors.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/app_connectors", list)
        .permissions(READ_CONNECTORS)
        .summary("List app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_tells_how_each_connector_stands"),
    API.post("/api/v1/app_connectors", list)
        .permissions(READ_CONNECTORS)
        .summary("List app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted"),
    API.post("/api/v1/app_connectors/count", count)
        .scans()
        .permissions(READ_CONNECTORS)
        .summary("Count app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted"),
    API.get("/api/v1/app_connectors/metadata", metadata)
        .permissions(READ_CONNECTORS)
        .summary("Filters and orders of app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted")
        .shaped(),
    API.get("/api/v1/app_connectors/last_activity", last_activity)
        .permissions(READ_CONNECTORS)
        .summary("When what each connector delivered last happened (undocumented)")
        .witness("cloudapps_connectors::the_last_activity_of_each_connector_is_in_the_log"),
    API.get("/api/v1/app_connectors/table_config_values", table_config_values)
        .permissions(READ_CONNECTORS)
        .summary("What the page of connectors is filtered by (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_apps_count_by_status", apps_by_status)
        .permissions(READ_CONNECTORS)
        .summary("How many apps are connected and well (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_app_connectors_count_by_status", by_status)
        .permissions(READ_CONNECTORS)
        .summary("How many connectors have which status (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_instance_count_by_app", instances_by_app)
        .permissions(READ_CONNECTORS)
        .summary("How many connectors each app has (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_supported_apps_metadata", supported_apps)
        .permissions(READ_CONNECTORS)
        .summary("Which apps can be connected, and what each delivers (undocumented)")
        .witness("cloudapps_connectors::supported_apps_tell_what_can_be_connected")
        .shaped(),
    API.get("/api/app_connectors/get_app_connectors_config", config)
        .permissions(READ_CONNECTORS)
        .summary("How the connectors of an app are set up (undocumented)")
        .witness("cloudapps_connectors::the_configuration_is_that_of_the_connector_that_was_asked_for")
        .shaped(),
    API.get("/api/v1/connected_services/apps", connected_apps)
        .permissions(READ_CONNECTORS)
        .summary("List the connected apps with those that come with them (undocumented)")
        .witness("cloudapps_connectors::connected_services_name_the_apps_that_come_with_them"),
    API.get("/api/v1/connected_services/instances", connected_instances)
        .permissions(READ_CONNECTORS)
        .summary("List the connected instances (undocumented)")
        .witness("cloudapps_connectors::connected_services_name_the_apps_that_come_with_them"),
    API.get("/api/services", catalogue)
        .permissions(READ_CONNECTORS)
        .summary("List the apps of the company (undocumented)")
        .witness("cloudapps_connectors::services_are_connected_while_their_connector_delivers"),
];

/// `app` is what the portal asks for.
const SORTABLE: &[Sortable] =
    &[Sortable { name: "app", column: PLACE }, Sortable { name: "created", column: CREATED }];

fn found(data: Json) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"data": data})))
}

/// `GET` and `POST /cas/api/v1/app_connectors/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let source = Connectors::new(&ctx.view);
    let list = ListRequest::read(ctx)?;
    let (page, has_next) = list.page(ctx, &source, FIELDS, SORTABLE)?;
    let used = last_activities(&ctx.view);
    let records = page.rows.iter().filter_map(|row| source.of_row(*row));
    list.answer(
        records,
        |(at, connector), out| write(connector, used.get(*at).copied().flatten(), out),
        has_next,
        page.total,
    )
}

/// `POST /cas/api/v1/app_connectors/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &Connectors::new(&ctx.view), FIELDS)
}

/// `GET /cas/api/v1/app_connectors/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("app_connectors", FIELDS, SORTABLE))
}

/// `GET /cas/api/v1/app_connectors/last_activity/`: when what each connector delivered last happened. The shape is
/// (unverified).
pub(super) fn last_activity(ctx: &Ctx<'_>) -> Handled {
    let used = last_activities(&ctx.view).into_iter().map(|at| at.map(VirtualTime::millis));
    let rows = ConnectorFacts::all(&ctx.view).zip(used).map(|(connector, used)| {
        json!({
            "_id": connector.id().to_string(), "appId": connector.app(), "instanceId": connector.inst(),
            "lastActivity": used,
        })
    });
    found(rows.collect())
}

/// `GET /cas/api/v1/app_connectors/table_config_values/`: what the filters of the page let one choose from. The shape is
/// (unverified).
pub(super) fn table_config_values(ctx: &Ctx<'_>) -> Handled {
    let mut apps = Map::new();
    let mut categories: Vec<String> = Vec::new();
    for row in ConnectorFacts::all(&ctx.view).filter_map(|connector| connector.row()) {
        apps.insert(row.number.to_string(), row.title().into());
        categories.push(row.category());
    }
    categories.sort();
    categories.dedup();
    let statuses = ConnectorStatus::ALL.map(ConnectorStatus::name);
    found(json!({"apps": apps, "categories": categories, "statuses": statuses}))
}

/// `GET …/dashboard/get_apps_count_by_status/`. Apps without a working connector are those of the company whose connector
/// is disabled or was removed (which apps the product counts is unverified).
pub(super) fn apps_by_status(ctx: &Ctx<'_>) -> Handled {
    let apps = apps_in_care(&ctx.view);
    let count = |wanted: Care| apps.iter().filter(|(_, care)| *care == wanted).count();
    found(json!({
        "protected": count(Care::Protected),
        "needAttention": count(Care::NeedsAttention),
        "notProtected": count(Care::NotProtected),
    }))
}

/// `GET …/dashboard/get_app_connectors_count_by_status/`. The names of statuses are (unverified).
pub(super) fn by_status(ctx: &Ctx<'_>) -> Handled {
    let statuses: Vec<ConnectorStatus> =
        ConnectorFacts::all(&ctx.view).map(|connector| connector.status()).collect();
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    let counts = ConnectorStatus::ALL.map(|status| (status.name().to_owned(), count(status).into()));
    found(Json::Object(counts.into_iter().collect()))
}

/// `GET …/dashboard/get_instance_count_by_app/`: by the number of the app. The shape is (unverified).
pub(super) fn instances_by_app(ctx: &Ctx<'_>) -> Handled {
    let mut counts = Map::new();
    for connector in ConnectorFacts::all(&ctx.view) {
        let count = counts.entry(connector.app().to_string()).or_insert_with(|| 0.into());
        *count = (count.as_u64().unwrap_or_default() + 1).into();
    }
    found(Json::Object(counts))
}

/// `GET …/dashboard/get_supported_apps_metadata/`: which apps can be connected, and what each delivers. The shape is
/// (unverified).
pub(super) fn supported_apps(ctx: &Ctx<'_>) -> Handled {
    let connected = |app: u32| ConnectorFacts::all(&ctx.view).filter(|known| known.app() == app).count();
    found(CONNECTABLE.iter().map(|row| supported(row, connected(row.number))).collect())
}

fn supported(row: &Connectable, instances: usize) -> Json {
    let can = CAPABILITIES.map(|(name, letter)| (name.to_owned(), row.can(letter).into()));
    json!({
        "appId": row.number, "name": row.name, "appName": row.title(), "category": row.category(),
        "isMultiInstance": !row.single(), "instanceCount": instances, "fields": row.wizard,
        "rateLimit": row.rate_limit, "capabilities": Json::Object(can.into_iter().collect()),
    })
}

/// `GET /cas/api/app_connectors/get_app_connectors_config/?appId&sassId&instanceId` (sic): how the connectors of an app are
/// set up; secrets are never shown. The shape is (unverified).
pub(super) fn config(ctx: &Ctx<'_>) -> Handled {
    let fields = ListRequest::read(ctx)?;
    let app = match (fields.text("appId")?, fields.text("sassId")?) {
        (None, None) => None,
        _ => Some([fields.count("appId", 0)?, fields.count("sassId", 0)?].into_iter().max().unwrap_or(0)),
    };
    let instance = fields.text("instanceId")?.is_some().then(|| fields.count("instanceId", 0)).transpose()?;
    let wanted = |connector: &ConnectorFacts<'_>| {
        let (number, inst) = (connector.app() as usize, connector.inst() as usize);
        app.is_none_or(|app| app == number)
            && instance.is_none_or(|given| given == inst || given as u64 == connector.instance())
    };
    let rows = ConnectorFacts::all(&ctx.view).filter(wanted).map(|connector| {
        let row = connector.row();
        json!({
            "_id": connector.id().to_string(), "appId": connector.app(), "saasId": connector.app(),
            "instanceId": connector.inst(), "instanceName": connector.instance_name(),
            "creator": connector.creator(), "created": connector.created().millis(),
            "isEnabled": !connector.disabled(), "status": connector.status().name(),
            "fields": row.map_or(&[][..], |row| row.wizard),
            "components": components(&connector),
        })
    });
    Ok(Answer::json(StatusCode::OK, &rows.collect::<Json>()))
}

/// What of Microsoft 365 was ticked in the wizard: all of it.
fn components(connector: &ConnectorFacts<'_>) -> Json {
    if connector.app() != MICROSOFT_365 {
        return Json::Null;
    }
    let names = ["Users and groups", "Management events", "Sign-in events", "Apps", "Activities", "Files"];
    names.into_iter().collect()
}

/// `GET /cas/api/v1/connected_services/apps/?getHierarchy=true`: an entry for each app, with those that come with it.
pub(super) fn connected_apps(ctx: &Ctx<'_>) -> Handled {
    let hierarchy = ListRequest::read(ctx)?.switch("getHierarchy")?;
    Ok(written(services(ctx, hierarchy, |before, connector| {
        before.iter().all(|known| known.app() != connector.app())
    })))
}

/// `GET /cas/api/v1/connected_services/instances/`: an entry for each connector.
pub(super) fn connected_instances(ctx: &Ctx<'_>) -> Handled {
    fields::read(ctx)?;
    Ok(written(services(ctx, false, |_, _| true)))
}

/// A list of connected services, of those connectors that are wanted by what stands before them.
fn services(
    ctx: &Ctx<'_>,
    hierarchy: bool,
    wanted: impl Fn(&[ConnectorFacts<'_>], &ConnectorFacts<'_>) -> bool,
) -> Vec<u8> {
    let all: Vec<ConnectorFacts<'_>> = ConnectorFacts::all(&ctx.view).collect();
    let used = last_activities(&ctx.view);
    let rows: Vec<(&ConnectorFacts<'_>, Option<VirtualTime>)> = all
        .iter()
        .zip(used)
        .enumerate()
        .filter(|(at, (connector, _))| wanted(&all[..*at], connector))
        .map(|(_, row)| row)
        .collect();
    let whole = List {
        has_next: false,
        max: MAX,
        total: Some(rows.len() as u64),
        more_than_total: Some(false),
        perform_async_total: None,
        next_query_filters: None,
    };
    list::write(&whole, rows.into_iter(), |(connector, used), out| {
        write_service(connector, *used, hierarchy, out);
    })
}

/// `GET /cas/api/services/`: the apps of the company, as the catalogue has them; a bare list, since community modules read
/// it as one.
pub(super) fn catalogue(ctx: &Ctx<'_>) -> Handled {
    let tenant = facts::tenant_number(&ctx.view);
    let connected: Vec<u32> = ConnectorFacts::all(&ctx.view)
        .filter(|connector| connector.status().delivers())
        .map(|connector| connector.app())
        .collect();
    let rows = facts::connector::apps_of_company(&ctx.view).map(|(app, id)| {
        let live = connected.contains(&app.connector);
        json!({
            "_id": id.to_string(), "_tid": tenant, "appId": app.number, "saasId": app.number,
            "name": app.name, "appName": app.name, "category": category_of(app.number), "aadInfo": {},
            "accessControl": {"lastEnabled": null, "protocolType": null, "status": 0},
            "config": {}, "customData": {}, "saasdbVersion": 1, "last_viewed": null, "app": {},
            "apiConnected": live, "proxied": false, "protected": live,
        })
    });
    Ok(Answer::json(StatusCode::OK, &rows.collect::<Json>()))
}
