//! An activity in the wire form of the API.
//!
//! Here the fields are filled from what the tenant knows; `activity_wire` has their order and types.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value as Json, json};

use crate::catalogue::apps;
use crate::catalogue::kinds;
use crate::gateway::Ctx;
use crate::generate::objects::targets::TargetObject;
use crate::generate::world::{Agent, IpCategory, Place};
use crate::model::activity::{Action, Event, Target};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::time::Span;
use crate::tenant::Codebook;
use crate::tenant::codebook::KindView;
use crate::views::activities::{NATIVE_CLIENT, public_id};
use crate::wire::cloudapps::members;

use super::activity_raw::{Raw, raw_data};
use super::activity_wire::{
    ActivityRecord, Device, Internals, Location, MainInfo, OperatingSystem, ResolvedActor, Routing, Session,
    User, UserAgent,
};
use super::alert_record::MICROSOFT_365;
use super::overlay::with_fields;

/// Who acted, whatever it is: a person, an application, or the simulator's operator.
pub(super) struct Actor<'a> {
    /// Principal name, or display name of an application.
    pub(super) account: &'a str,
    pub(super) name: &'a str,
    pub(super) id: Guid,
    /// Object type of the resolved identity: 23 a user, 11 an application (unverified).
    object_type: u8,
    /// Groups of the actor.
    pub(super) groups: Vec<Hex24>,
    /// `UserType` of the Office 365 Management Activity schema: 0 regular, 2 administrator, 5 application.
    pub(super) user_type: u8,
}

/// The wire form of the activity with row number `row`.
pub(super) fn record(ctx: &Ctx<'_>, row: u64) -> Option<Box<RawValue>> {
    let event = ctx.view.state.activity(row, ctx.now())?;
    let world = ctx.world();
    let codebook = ctx.view.state.codebook();
    let kind = codebook.kind(event.kind);
    let thing = codebook.thing(&event);
    let identity = ctx.view.state.identity();
    let actor = actor(&codebook, event.actor)?;
    let address = codebook.address(event.address);
    let ip = address.map(|address| address.ip.to_string()).unwrap_or_default();
    let agent = codebook.agent(event.agent);
    let id = public_id(&ctx.view, row)?;
    let seen = (event.created - Span::millis(i64::from(event.lag.min(2_000)))).millis();
    let is_sign_in = matches!(kind.action, Action::SignIn | Action::FailedSignIn);
    let record: ActivityRecord<'_> = ActivityRecord {
        uid: id.clone(),
        id,
        tenant_id: identity.number,
        aad_tenant_id: identity.id,
        app_id: kind.app,
        saas_id: kind.app,
        src_app_id: connector(kind.app),
        app_name: kind.app_name,
        timestamp: event.timestamp().millis(),
        timestamp_raw: event.timestamp().millis(),
        instantiation: seen,
        instantiation_raw: seen,
        created: event.created.millis(),
        created_raw: event.created.millis(),
        event_type: kind.event_type,
        event_type_value: kind.event_type_value,
        event_type_name: kind.category,
        generic_event_type: generic_type(kind.action),
        event_routing: Routing {
            auditing: true,
            lograbber: kind.app != kinds::CLOUD_APPS,
            scuba_unpacker: false,
            admin_event: kind.administrative,
        },
        device: Device {
            client_ip: ip.clone(),
            user_agent: agent.map_or("", |agent| &agent.text),
            country_code: address.map_or("", |address| &address.place.country),
        },
        location: address.map(|address| location(address.place)),
        user: User { user_name: actor.account, user_tags: &actor.groups },
        user_agent: agent.map(user_agent),
        internals: Internals { other_ips: [ip.clone()] },
        main_info: MainInfo {
            event_objects: event_objects(ctx, &event, thing.as_ref(), &actor),
            raw_operation_name: kind.operation,
            pretty_operation_name: kind.operation,
            r#type: match kind.action {
                Action::SignIn => "login",
                Action::FailedSignIn => "failedLogin",
                _ => "basic",
            },
        },
        confidence_level: if is_sign_in { 30 } else { 20 },
        source: 2,
        lograbber_service: match connector(kind.app) {
            MICROSOFT_365 => json!({"o365EventGrabber": true, "gediEvent": true}),
            _ => json!({"gediEvent": false}),
        },
        collected: collected(ctx, &event, &kind, row),
        raw_data_json: kind.catalogued.map_or_else(
            || json!({}),
            |kind| raw_data(&Raw { ctx, event: &event, kind, actor: &actor, row, thing: thing.as_ref() }),
        ),
        resolved_actor: ResolvedActor {
            id: actor.id,
            saas_id: "11161",
            instance_id: "0",
            tags: &actor.groups,
            obj_type: if actor.object_type == 23 { "23" } else { "11" },
            name: actor.name,
            role: "4",
            resolved: true,
        },
        classifications: if is_sign_in { &["access"] } else { &[] },
        entity_data: json!({
            "0": {
                "displayName": actor.name,
                "id": {"id": actor.account, "saas": MICROSOFT_365, "inst": 0},
                "resolved": true,
            },
            "1": null,
            "2": {
                "displayName": actor.name,
                "id": {"id": actor.id, "saas": MICROSOFT_365, "inst": 0},
                "resolved": true,
            },
        }),
        description_id: if is_sign_in { "EVENT_DESCRIPTION_LOGIN" } else { "EVENT_DESCRIPTION_BASIC_EVENT" },
        description_metadata: json!({
            "target_object": thing.as_ref().map_or("", |thing| &thing.name),
            "operation_name": kind.operation,
            "event_category": kind.category,
            "colon": "",
            "dash": "",
        }),
        description: match kind.action {
            Action::SignIn => "Log on",
            Action::FailedSignIn => "Failed log on",
            _ => kind.operation,
        },
        severity: "INFO",
        session: (kind.app == kinds::CLOUD_APPS).then(|| session(ctx, &event)),
        failed_user_data: (kind.action == Action::FailedSignIn).then(|| json!({"userName": actor.account})),
        adallom: (kind.target == Target::Alert).then(|| {
            let alert = world.ids.hex24(Kind::Alert, u64::from(event.object));
            json!({"alertId": alert, "alertSource": "Cloud App Security"})
        }),
    };
    match codebook.fields(row) {
        None => to_raw_value(&record).ok(),
        Some(fields) => with_fields(&record, fields, members::ACTIVITY),
    }
}

/// The actor behind a code.
fn actor<'a>(codebook: &Codebook<'a>, code: u32) -> Option<Actor<'a>> {
    let actor = codebook.actor(code)?;
    let groups = codebook.groups(code);
    let user_type = match (actor.user, groups.is_empty()) {
        (false, _) => 5,
        (true, true) => 0,
        (true, false) => 2,
    };
    let object_type = if actor.user { 23 } else { 11 };
    Some(Actor { account: actor.account, name: actor.name, id: actor.id, object_type, groups, user_type })
}

/// The app whose connector delivers the activities of `app`.
fn connector(app: u32) -> u32 {
    apps::app(app).map_or(app, |app| app.connector)
}

fn generic_type(action: Action) -> &'static str {
    match action {
        Action::SignIn => "ENUM_ACTIVITY_GENERIC_TYPE_LOGIN",
        Action::FailedSignIn => "ENUM_ACTIVITY_GENERIC_TYPE_FAILED_LOGIN",
        _ => "ENUM_ACTIVITY_GENERIC_TYPE_BASIC",
    }
}

fn location(place: &Place) -> Location<'_> {
    Location {
        country_code: &place.country,
        city: &place.city,
        region_code: &place.region.1,
        region: &place.region.0,
        postal_code: &place.postal,
        longitude: f64::from(place.longitude_milli) / 1_000.0,
        latitude: f64::from(place.latitude_milli) / 1_000.0,
        organization_searchable: &place.provider,
        anonymous_proxy: place.anonymous,
        is_satellite_provider: false,
        category: place.category as u8,
        category_value: match place.category {
            IpCategory::None => "NONE",
            IpCategory::Corporate => "CORPORATE",
            IpCategory::Administrative => "ADMINISTRATIVE",
            IpCategory::Risky => "RISKY",
            IpCategory::Vpn => "VPN",
            IpCategory::CloudProvider => "CLOUD_PROXY_NETWORK",
            IpCategory::Other => "OTHER",
        },
    }
}

fn user_agent(agent: &Agent) -> UserAgent<'_> {
    let mut numbers = agent.version.split('.');
    UserAgent {
        family: agent.family,
        name: agent.name,
        operating_system: OperatingSystem { name: agent.system.0, family: agent.system.1 },
        r#type: agent.kind,
        type_name: agent.kind,
        version: &agent.version,
        major: numbers.next().unwrap_or_default(),
        minor: numbers.next().unwrap_or_default(),
        device_type: agent.device,
        native_browser: agent.native,
        os: agent.os_key,
        browser: agent.family,
        tags: if agent.native { &[NATIVE_CLIENT] } else { &[] },
    }
}

/// The actor's session in the product's portal: one a day.
fn session(ctx: &Ctx<'_>, event: &Event) -> Session {
    let ordinal = (u64::from(event.actor) << 32) | (event.created.day() as u64 & 0xffff_ffff);
    let part = |part: u64| ctx.world().ids.number(Kind::Session, ordinal ^ (part << 62));
    let [a, b, c, d] = [0, 1, 2, 3].map(part);
    Session { session_id: format!("{a:016x}{b:016x}{c:016x}{d:016x}") }
}

/// The object of the activity and what holds it, then its actor as account and as resolved identity, correlated by `link`.
fn event_objects(ctx: &Ctx<'_>, event: &Event, thing: Option<&TargetObject>, actor: &Actor<'_>) -> Vec<Json> {
    let mut objects = Vec::with_capacity(4);
    let mut done_to = |id: &str, name: &str, class: &str| {
        let mut object = Map::new();
        object.insert("objType".into(), 1.into());
        object.insert("role".into(), 3.into());
        object.insert("tags".into(), json!([]));
        object.insert("name".into(), name.into());
        object.insert("id".into(), id.into());
        if !class.is_empty() {
            object.insert("serviceObjectType".into(), class.into());
        }
        objects.push(Json::Object(object));
    };
    if let Some(thing) = thing {
        // Recorded answers name the site that holds a file; that the file stands before it is (unverified).
        done_to(&thing.id, &thing.name, thing.class);
        if let Some(place) = &thing.place {
            done_to(&place.id, &place.name, place.class);
        }
    }
    let link = -((ctx.world().ids.number(Kind::Session, u64::from(event.actor)) % 2_000_000_000) as i64) - 1;
    let identity = |object_type: u8, id: Json, tags: Json| {
        json!({
            "objType": object_type, "role": 4, "tags": tags, "name": actor.name, "instanceId": 0,
            "resolved": true, "saasId": MICROSOFT_365, "id": id, "link": link,
        })
    };
    objects.push(identity(21, json!(actor.account), json!([])));
    objects.push(identity(actor.object_type, json!(actor.id), json!(actor.groups)));
    objects
}

/// How the record reached the product.
fn collected(ctx: &Ctx<'_>, event: &Event, kind: &KindView<'_>, row: u64) -> Json {
    let correlation = ctx.world().ids.guid(Kind::Request, row);
    match (connector(kind.app), kind.action) {
        (MICROSOFT_365, Action::SignIn | Action::FailedSignIn) => json!({
            "aadLogins": {
                "correlationId": correlation,
                "enqueueTime": event.created.millis() - i64::from(event.lag.min(4_000)),
                "routingTime": event.created.millis() - i64::from(event.lag.min(1_000)),
                "MCAS_Router": true,
            }
        }),
        (MICROSOFT_365, _) => {
            let blob = event.created.slot_floor();
            let compact: String = blob.to_seconds_text().chars().filter(char::is_ascii_digit).collect();
            let workload = kind.catalogued.map_or("General", |kind| kind.workload);
            let family = workload.to_ascii_lowercase();
            json!({
                "o365": {
                    "blobCreated": blob.to_string(),
                    "blobId": format!("{compact}$audit_{family}$Audit_{workload}$na0001"),
                }
            })
        }
        _ => json!({}),
    }
}
