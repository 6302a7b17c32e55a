//! An activity as the API writes it.
//!
//! Types are not always as one would guess: `entityData` is an object with the keys "0", "1" and "2", numbers of
//! `resolvedActor` are text, `_id` has one of several shapes.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>; recorded answers of three apps.

mod closing;
mod raw;

use crate::catalogue::kinds;
use crate::facts::ids::NATIVE_CLIENT;
use crate::facts::{ActivityFacts, ActorView, Agent, Delivery, IpCategory, Place, TargetObject};
use crate::model::activity::Action;
use crate::model::ids::Hex24;
use crate::wire::json::{Array, Object, object};

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
    actor: ActorView<'a>,
    groups: Vec<Hex24>,
    target: Option<TargetObject>,
}

/// Writes an activity.
pub fn write(activity: &ActivityFacts<'_>, out: &mut Vec<u8>) {
    let told =
        Told { activity, actor: activity.actor(), groups: activity.groups(), target: activity.target() };
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
    let Told { activity, actor, groups, .. } = told;
    let kind = activity.kind();
    let address = activity.address();
    let ip = address.map(|address| address.ip);
    let ip = ip.as_ref().map_or(&"" as &dyn std::fmt::Display, |ip| ip);
    let agent = activity.agent();
    let is_sign_in = activity.is_sign_in();
    write_identity(activity, record);
    record
        .set("genericEventType", generic_type(kind.action))
        .object("eventRouting", |routing| {
            routing
                .set("auditing", true)
                .set("lograbber", kind.app != kinds::CLOUD_APPS)
                .set("scubaUnpacker", false)
                .some("adminEvent", kind.administrative.then_some(true));
        })
        .object("device", |device| {
            device
                .text("clientIP", ip)
                .set("userAgent", agent.map_or("", |agent| &agent.text))
                .set("countryCode", address.map_or("", |address| &*address.place.country));
        });
    match address {
        Some(address) => record.object("location", |location| write_location(address.place, location)),
        None => record.set("location", ()),
    };
    record.object("user", |user| {
        user.set("userName", actor.account).set("userTags", groups);
    });
    match agent {
        Some(agent) => record.object("userAgent", |user_agent| write_agent(agent, user_agent)),
        None => record.set("userAgent", ()),
    };
    record
        .object("internals", |internals| {
            internals.set("otherIPs", [format_args!("{ip}")]);
        })
        .object("mainInfo", |info| {
            info.array("eventObjects", |objects| write_objects(told, objects))
                .set("rawOperationName", kind.operation)
                .set("prettyOperationName", kind.operation)
                .set(
                    "type",
                    match kind.action {
                        Action::SignIn => "login",
                        Action::FailedSignIn => "failedLogin",
                        _ => "basic",
                    },
                );
        })
        .set("confidenceLevel", if is_sign_in { 30 } else { 20 })
        .set("source", 2)
        .object("lograbberService", |service| {
            if activity.connector() == MICROSOFT_365 {
                service.set("o365EventGrabber", true).set("gediEvent", true);
            } else {
                service.set("gediEvent", false);
            }
        })
        .object("collected", |collected| write_delivery(activity.delivery(), collected))
        .object("rawDataJson", |data| raw::write(told, data))
        .object("resolvedActor", |resolved| write_resolved(actor, groups, resolved))
        .set("classifications", if is_sign_in { &["access"][..] } else { &[] })
        .object("entityData", |data| write_entities(actor, data))
        .set(
            "description_id",
            if is_sign_in { "EVENT_DESCRIPTION_LOGIN" } else { "EVENT_DESCRIPTION_BASIC_EVENT" },
        )
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
                Action::FailedSignIn => "Failed log on",
                _ => kind.operation,
            },
        )
        .set("severity", "INFO");
    if let Some(session) = activity.session() {
        record.object("session", |object| {
            object.text("sessionId", session);
        });
    }
    if kind.action == Action::FailedSignIn {
        record.object("failedUserData", |data| {
            data.set("userName", actor.account);
        });
    }
}

/// Who did it, as the directory knows the actor.
fn write_resolved(actor: &ActorView<'_>, groups: &[Hex24], resolved: &mut Object<'_>) {
    resolved
        .set("id", actor.id)
        .set("saasId", "11161")
        .set("instanceId", "0")
        .set("tags", groups)
        .text("objType", object_type(actor))
        .set("name", actor.name)
        .set("role", "4")
        .set("resolved", true);
}

/// Who did it, by name and by object id.
fn write_entities(actor: &ActorView<'_>, data: &mut Object<'_>) {
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
}

fn generic_type(action: Action) -> &'static str {
    match action {
        Action::SignIn => "ENUM_ACTIVITY_GENERIC_TYPE_LOGIN",
        Action::FailedSignIn => "ENUM_ACTIVITY_GENERIC_TYPE_FAILED_LOGIN",
        _ => "ENUM_ACTIVITY_GENERIC_TYPE_BASIC",
    }
}

/// Object type of a resolved identity: 23 a user, 11 an application (unverified).
fn object_type(actor: &ActorView<'_>) -> u8 {
    if actor.user { 23 } else { 11 }
}

fn write_location(place: &Place, location: &mut Object<'_>) {
    location
        .set("countryCode", &place.country)
        .set("city", &place.city)
        .set("regionCode", &place.region.1)
        .set("region", &place.region.0)
        .set("postalCode", &place.postal);
    write_whereabouts(place, location);
}

/// Where an address lies and whose it is, without the names of places.
fn write_whereabouts(place: &Place, location: &mut Object<'_>) {
    location
        .set("longitude", f64::from(place.longitude_milli) / 1_000.0)
        .set("latitude", f64::from(place.latitude_milli) / 1_000.0)
        .set("organizationSearchable", &place.provider)
        .set("anonymousProxy", place.anonymous)
        .set("isSatelliteProvider", false)
        .set("category", place.category as u8)
        .set(
            "categoryValue",
            match place.category {
                IpCategory::None => "NONE",
                IpCategory::Corporate => "CORPORATE",
                IpCategory::Administrative => "ADMINISTRATIVE",
                IpCategory::Risky => "RISKY",
                IpCategory::Vpn => "VPN",
                IpCategory::CloudProvider => "CLOUD_PROXY_NETWORK",
                IpCategory::Other => "OTHER",
            },
        );
}

fn write_agent(agent: &Agent, user_agent: &mut Object<'_>) {
    let mut numbers = agent.version.split('.');
    user_agent
        .set("family", agent.family)
        .set("name", agent.name)
        .object("operatingSystem", |system| {
            system.set("name", agent.system.0).set("family", agent.system.1);
        })
        .set("type", agent.kind)
        .set("typeName", agent.kind)
        .set("version", &agent.version)
        .set("major", numbers.next().unwrap_or_default())
        .set("minor", numbers.next().unwrap_or_default())
        .set("deviceType", agent.device)
        .set("nativeBrowser", agent.native)
        .set("os", agent.os_key)
        .set("browser", agent.family)
        .set("tags", if agent.native { &[NATIVE_CLIENT][..] } else { &[] });
}

/// The object of the activity and what holds it, then its actor as account and as resolved identity, tied by `link`.
fn write_objects(told: &Told<'_>, objects: &mut Array<'_>) {
    let mut done_to = |id: &str, name: &str, class: &str| {
        objects.object(|object| {
            object
                .set("objType", 1)
                .set("role", 3)
                .set("tags", [(); 0])
                .set("name", name)
                .set("id", id)
                .some("serviceObjectType", Some(class).filter(|class| !class.is_empty()));
        });
    };
    if let Some(target) = &told.target {
        // Recorded answers name the site that holds a file; that the file stands before it is (unverified).
        done_to(&target.id, &target.name, target.class);
        if let Some(place) = &target.place {
            done_to(&place.id, &place.name, place.class);
        }
    }
    let (actor, link) = (&told.actor, told.activity.link());
    let open = |object: &mut Object<'_>, object_type: u8, tags: &[Hex24]| {
        object
            .set("objType", object_type)
            .set("role", 4)
            .set("tags", tags)
            .set("name", actor.name)
            .set("instanceId", 0)
            .set("resolved", true)
            .set("saasId", MICROSOFT_365);
    };
    objects.object(|account| {
        open(account, 21, &[]);
        account.set("id", actor.account).set("link", link);
    });
    objects.object(|identity| {
        open(identity, object_type(actor), &told.groups);
        identity.set("id", actor.id).set("link", link);
    });
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
                    .set("MCAS_Router", true);
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
