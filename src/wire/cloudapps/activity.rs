//! An activity as the API writes it.
//!
//! Types are not always as one would guess: `entityData` is an object with the keys "0", "1" and "2", numbers of
//! `resolvedActor` are text, `_id` has one of several shapes.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>; recorded answers of three apps.

mod closing;
mod objects;
mod raw;

use crate::catalogue::kinds;
use crate::facts::ids::NATIVE_CLIENT;
use crate::facts::{
    ActivityFacts, ActorView, Agent, Delivery, Failure, IpCategory, Place, SignIn, TargetObject,
};
use crate::model::activity::Action;
use crate::model::ids::Hex24;
use crate::wire::json::{Object, object};

use super::{MICROSOFT_365, given};

/// Fields that the simulator keeps, whatever an injected activity was given.
const KEPT: [&str; 11] = [
    "_id",
    "uid",
    "tenantId",
    "aadTenantId",
    "timestamp",
    "timestampRaw",
    "instantiation",
    "instantiationRaw",
    "created",
    "createdRaw",
    "appId",
];

/// An activity with what several parts of its record tell: resolved once.
struct Told<'a> {
    activity: &'a ActivityFacts<'a>,
    actor: Option<ActorView<'a>>,
    groups: Vec<Hex24>,
    target: Option<TargetObject>,
    sign_in: Option<SignIn<'a>>,
}

/// Writes an activity.
pub fn write(activity: &ActivityFacts<'_>, out: &mut Vec<u8>) {
    let told = Told {
        activity,
        actor: activity.actor(),
        groups: activity.groups(),
        target: activity.target(),
        sign_in: activity.sign_in(),
    };
    let start = out.len();
    object(out, |record| match activity.closing() {
        Some(closing) => closing::write(&told, &closing, record),
        None => own_record(&told, record),
    });
    if let Some(fields) = activity.given_fields() {
        given::put_in(fields, &KEPT, start, out);
    }
}

/// Which activity it is, of which tenant, when, and what was done in which app.
fn write_identity(activity: &ActivityFacts<'_>, record: &mut Object<'_>) {
    let (id, kind, (number, tenant)) = (activity.id(), activity.kind(), activity.tenant());
    let (happened, fetched, created) =
        (activity.happened().millis(), activity.fetched().millis(), activity.created().millis());
    record
        .text("_id", id)
        .text("uid", id)
        .set("tenantId", number)
        .set("aadTenantId", tenant)
        .set("appId", kind.app)
        .set("saasId", kind.app)
        .set("srcAppId", activity.connector())
        .set("appName", kind.app_name)
        .set("timestamp", happened)
        .set("timestampRaw", happened)
        .set("instantiation", fetched)
        .set("instantiationRaw", fetched)
        .set("created", created)
        .set("createdRaw", created)
        .set("eventType", kind.event_type)
        .set("eventTypeValue", kind.event_type_value)
        .set("eventTypeName", kind.category);
}

fn own_record(told: &Told<'_>, record: &mut Object<'_>) {
    let activity = told.activity;
    let kind = activity.kind();
    write_identity(activity, record);
    record.set("genericEventType", generic_type(kind.action)).object("eventRouting", |routing| {
        routing
            .set("auditing", true)
            .set("lograbber", kind.app != kinds::CLOUD_APPS)
            .some("scubaUnpacker", told.sign_in.is_none().then_some(false))
            .some("adminEvent", kind.administrative.then_some(true));
    });
    write_whereabouts(told, record);
    record
        .object("mainInfo", |info| write_main_info(told, info))
        .set("confidenceLevel", if activity.is_sign_in() { 30 } else { 20 })
        .set("source", 2)
        .object("lograbberService", |service| {
            if told.sign_in.is_some() {
                service.set("scubaUnpacker", true);
            } else if activity.connector() == MICROSOFT_365 {
                service.set("o365EventGrabber", true).set("gediEvent", true);
            } else {
                service.set("gediEvent", false);
            }
        })
        .object("collected", |collected| write_delivery(activity.delivery(), collected))
        .object("rawDataJson", |data| raw::write(told, data));
    write_actor(told, record);
    record.set("classifications", if activity.is_sign_in() { &["access"][..] } else { &[] });
    write_description(told, record);
    record.set("severity", "INFO");
    if let Some(session) = activity.session() {
        record.object("session", |object| {
            object.text("sessionId", session);
        });
    }
    if kind.action.is_vain() {
        record.object("failedUserData", |data| {
            data.some("userName", told.actor.map(|actor| actor.account));
        });
    }
}

/// From where, with what, and who: each as far as it is known. That members are missing then, rather than null or
/// empty, is recorded of `user` and of the versions of browsers, and (unverified) of the rest.
fn write_whereabouts(told: &Told<'_>, record: &mut Object<'_>) {
    let activity = told.activity;
    let (address, agent) = (activity.address(), activity.agent());
    record.object("device", |device| {
        device
            .some("clientIP", address.map(|address| address.ip))
            .set("userAgent", agent.map_or("", |agent| &agent.text))
            .some("countryCode", address.and_then(|address| known(&address.place.country)));
    });
    if let Some(address) = address {
        record.object("location", |location| write_location(activity, address.place, location));
    }
    record.object("user", |user| {
        // Of a sign-in to Entra ID that failed, `failedUserData` tells the name.
        let failed = told.sign_in.is_some_and(|sign_in| sign_in.failure.is_some());
        if let Some(actor) = told.actor {
            user.some("userName", (!failed).then_some(actor.account)).set("userTags", &told.groups);
        }
    });
    if let Some(agent) = agent {
        record.object("userAgent", |user_agent| write_agent(agent, user_agent));
    }
    record.object("internals", |internals| {
        internals.array("otherIPs", |ips| {
            if let Some(address) = address {
                ips.add(address.ip);
            }
        });
    });
}

/// A text, unless it is empty.
fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn write_main_info(told: &Told<'_>, info: &mut Object<'_>) {
    let kind = told.activity.kind();
    info.array("eventObjects", |objects| objects::write(told, objects))
        .set("rawOperationName", kind.operation)
        .set("prettyOperationName", kind.operation)
        .set(
            "type",
            match kind.action {
                Action::SignIn => "login",
                action if action.is_vain() => "failedLogin",
                _ => "basic",
            },
        );
    if let Some(sign_in) = told.sign_in {
        info.object("activityResult", |result| {
            let message = sign_in.failure.map(Failure::message);
            result.set("isSuccess", message.is_none()).some("message", message);
        });
    }
}

/// The actor as the product resolved it; of what a service did by itself there is nobody to resolve.
fn write_actor(told: &Told<'_>, record: &mut Object<'_>) {
    let Some(actor) = &told.actor else {
        record.object("entityData", |data| {
            data.set("0", ()).set("1", ()).set("2", ());
        });
        return;
    };
    record
        .object("resolvedActor", |resolved| {
            resolved
                .set("id", actor.id)
                .set("saasId", "11161")
                .set("instanceId", "0")
                .set("tags", &told.groups)
                .text("objType", object_type(actor))
                .set("name", actor.name)
                .set("role", if told.sign_in.is_some() { "2" } else { "4" })
                .set("resolved", true);
        })
        .object("entityData", |data| {
            data.object("0", |account| {
                account
                    .set("displayName", actor.name)
                    .object("id", |id| {
                        id.set("id", actor.account).set("saas", MICROSOFT_365).set("inst", 0);
                    })
                    .set("resolved", true);
            })
            .set("1", ())
            .object("2", |identity| {
                identity
                    .set("displayName", actor.name)
                    .object("id", |id| {
                        id.set("id", actor.id).set("saas", MICROSOFT_365).set("inst", 0);
                    })
                    .set("resolved", true);
            });
        });
}

/// What was done, for people: as a text, as its template, and as what is put into that.
fn write_description(told: &Told<'_>, record: &mut Object<'_>) {
    let kind = told.activity.kind();
    if let Some(message) = told.sign_in.and_then(|sign_in| sign_in.failure).map(Failure::message) {
        record
            .set("description_id", "EVENT_DESCRIPTION_FAILED_LOGIN")
            .object("description_metadata", |metadata| {
                metadata
                    .set("event_category", "Failed log on")
                    .set("dash", "")
                    .set("colon", "")
                    .text("activity_result_message", format_args!("(Failure message: {message})"));
            })
            .text("description", format_args!("Failed log on (Failure message: {message})"));
        return;
    }
    let id =
        if kind.action.is_sign_in() { "EVENT_DESCRIPTION_LOGIN" } else { "EVENT_DESCRIPTION_BASIC_EVENT" };
    record
        .set("description_id", id)
        .object("description_metadata", |metadata| {
            metadata
                .set("target_object", told.target.as_ref().map_or("", |target| &target.name))
                .set("operation_name", kind.operation)
                .set("event_category", kind.category)
                .set("colon", "")
                .set("dash", "");
        })
        .set(
            "description",
            match kind.action {
                Action::SignIn => "Log on",
                action if action.is_vain() => "Failed log on",
                _ => kind.operation,
            },
        );
}

fn generic_type(action: Action) -> &'static str {
    match action {
        Action::SignIn => "ENUM_ACTIVITY_GENERIC_TYPE_LOGIN",
        action if action.is_vain() => "ENUM_ACTIVITY_GENERIC_TYPE_FAILED_LOGIN",
        _ => "ENUM_ACTIVITY_GENERIC_TYPE_BASIC",
    }
}

/// Object type of a resolved identity: 23 a user, 11 an application (unverified).
fn object_type(actor: &ActorView<'_>) -> u8 {
    if actor.user { 23 } else { 11 }
}

fn write_location(activity: &ActivityFacts<'_>, place: &Place, location: &mut Object<'_>) {
    location
        .some("countryCode", known(&place.country))
        .some("city", known(&place.city))
        .some("regionCode", known(&place.region.1))
        .some("region", known(&place.region.0))
        .some("postalCode", known(&place.postal));
    write_network(activity, place, location);
}

/// Where an address lies on the map and whose it is, without the names of places.
fn write_network(activity: &ActivityFacts<'_>, place: &Place, location: &mut Object<'_>) {
    let Some(network) = activity.network() else { return };
    location
        .set("longitude", f64::from(place.longitude_milli) / 1_000.0)
        .set("latitude", f64::from(place.latitude_milli) / 1_000.0)
        .some("organizationSearchable", known(network.organization))
        .some("ipTags", Some(&network.tags).filter(|tags| !tags.is_empty()))
        .set("anonymousProxy", place.anonymous)
        .set("isSatelliteProvider", false)
        .set("category", network.category as u8)
        .set(
            "categoryValue",
            match network.category {
                IpCategory::None => "NONE",
                IpCategory::Corporate => "CORPORATE",
                IpCategory::Administrative => "ADMINISTRATIVE",
                IpCategory::Risky => "RISKY",
                IpCategory::Vpn => "VPN",
                IpCategory::CloudProvider => "CLOUD_PROXY_NETWORK_IP",
                IpCategory::Other => "OTHER",
            },
        );
}

fn write_agent(agent: &Agent, user_agent: &mut Object<'_>) {
    // Some browsers do not tell their version.
    let mut numbers = agent.version.split('.').filter(|number| !number.is_empty());
    user_agent
        .set("family", agent.family)
        .set("name", agent.name)
        .object("operatingSystem", |system| {
            system.set("name", agent.system.0).set("family", agent.system.1);
        })
        .set("type", agent.kind)
        .set("typeName", agent.kind)
        .some("version", known(&agent.version))
        .some("major", numbers.next())
        .some("minor", numbers.next())
        .set("deviceType", agent.device)
        .set("nativeBrowser", agent.native)
        .set("os", agent.os_key)
        .set("browser", agent.family)
        .set("tags", if agent.native { &[NATIVE_CLIENT][..] } else { &[] });
}

/// How the record reached the product.
fn write_delivery(delivery: Delivery, collected: &mut Object<'_>) {
    match delivery {
        Delivery::SignIns { correlation, enqueued, routed } => {
            collected.object("aadLogins", |logins| {
                logins
                    .set("correlationId", correlation)
                    .set("enqueueTime", enqueued.millis())
                    .set("routingTime", routed.millis())
                    .set("MCAS_Router", false);
            });
        }
        Delivery::Blob { created, workload } => {
            let compact: String = created.to_seconds_text().chars().filter(char::is_ascii_digit).collect();
            let family = workload.to_ascii_lowercase();
            collected.object("o365", |blob| {
                blob.text("blobCreated", created)
                    .text("blobId", format_args!("{compact}$audit_{family}$Audit_{workload}$na0001"));
            });
        }
        Delivery::Connector => {}
    }
}
