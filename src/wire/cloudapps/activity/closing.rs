//! The closing of an alert, as the product reports it: recorded by shipped connectors.
//!
//! The record says less than others of where and with what it was done, and has the alert under `adallom`. What the
//! closing did not say (feedback, whom to contact) is null or false there (unverified), as are the forms of `alertUid`
//! for other alerts than impossible travel, and the id in `alertActor`.

use std::fmt;

use crate::facts::{AlertFacts, ClosingFacts};
use crate::wire::json::Object;

use super::super::MICROSOFT_365;
use super::{Told, known, objects, write_actor, write_identity, write_network};

/// The type of alerts about impossible travel, whose detector is recorded by name.
const IMPOSSIBLE_TRAVEL: u32 = 15_859_716;

/// Severities in their order; 3 is that of alerts that only inform.
const SEVERITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "INFORMATIONAL"];

/// Writes the members of the record.
pub(super) fn write(told: &Told<'_>, closing: &ClosingFacts<'_>, record: &mut Object<'_>) {
    let activity = told.activity;
    let address = activity.address();
    let title = closing.alert().title();
    let title = &*title;
    let verb = if closing.resolves() { "Resolve" } else { "Dismiss" };
    write_identity(activity, record);
    record
        .set("genericEventType", "ENUM_ACTIVITY_GENERIC_TYPE_UNKNOWN")
        .object("eventRouting", |routing| {
            routing.set("auditing", true).set("adminEvent", true);
        })
        .object("device", |device| {
            device
                .some("clientIP", address.map(|address| address.ip))
                .set("userAgent", "unknown")
                .some("countryCode", address.and_then(|address| known(&address.place.country)));
        });
    if let Some(address) = address {
        record.object("location", |location| {
            location.some("countryCode", known(&address.place.country));
            write_network(activity, address.place, location);
        });
    }
    record
        .object("user", |user| {
            user.some("userName", told.actor.map(|actor| actor.account)).set("userTags", &told.groups);
        })
        .object("userAgent", write_unknown_agent)
        .object("internals", |internals| {
            internals.array("otherIPs", |ips| {
                if let Some(address) = address {
                    ips.add(address.ip);
                }
            });
        })
        .object("mainInfo", |info| {
            info.array("eventObjects", |objects| objects::write(told, objects)).set("type", "unknown");
        })
        .set("confidenceLevel", 20)
        .set("source", 2)
        .object("lograbberService", |service| {
            service.set("gediEvent", false);
        })
        .object("collected", |_| {})
        .object("rawDataJson", |_| {});
    write_actor(told, record);
    record
        .set("classifications", [(); 0])
        .set("description_id", activity.kind().event_type_value)
        .object("description_metadata", |metadata| {
            metadata.set("adallom_title", title);
        })
        .text("description", format_args!("{verb} alert <b>{title}</b>"))
        .set("severity", "INFO")
        // One tag is recorded, not which (unverified): that of the group of administrators.
        .set("tags", &told.groups)
        .object("adallom", |about| write_alert(told, closing, about));
    if let Some(session) = activity.session() {
        record.object("session", |object| {
            object.text("sessionId", session);
        });
    }
}

/// What closed it is not told.
fn write_unknown_agent(agent: &mut Object<'_>) {
    agent
        .set("family", "UNKNOWN")
        .set("name", "Unknown")
        .object("operatingSystem", |system| {
            system.set("name", "Unknown").set("family", "Unknown");
        })
        .set("type", "Unknown")
        .set("typeName", "Unknown")
        .set("deviceType", "OTHER")
        .set("nativeBrowser", false)
        .set("os", "OTHER")
        .set("browser", "UNKNOWN");
}

/// The alert, and how it was closed.
fn write_alert(told: &Told<'_>, closing: &ClosingFacts<'_>, about: &mut Object<'_>) {
    let alert = closing.alert();
    let severity = alert.severity();
    let bulk = closing.alerts() > 1;
    about
        .set("count", closing.alerts())
        .set("sendFeedback", false)
        .set("feedback", ())
        .set("allowContact", false)
        .set("contact_email", ())
        .set("alertBulk", bulk);
    if closing.resolves() {
        about.set("comment", closing.comment()).set("resolveId", closing.id());
    } else {
        about.set("isBulkDismissed", bulk).set("dismissId", closing.id());
    }
    about
        .set("alertMongoId", alert.id())
        .set("alertTitle", alert.title())
        .set("title", alert.title())
        .set("alertTypeId", alert.id_value())
        .set("alertSeverity", severity)
        .set("alertSeverityValue", SEVERITIES[usize::from(severity & 3)])
        .set("alertScore", alert.priority())
        .text("alertDate", format_args!("{}0000Z", alert.raised().to_string().trim_end_matches('Z')))
        .set("alertTimestamp", alert.raised().millis())
        .text("alertUid", Uid { alert, tenant: told.activity.tenant().0 })
        .some("alertActor", alert.actor().map(|actor| format!("{MICROSOFT_365}|0|{}", actor.id)))
        .set("handledByUser", told.actor.map(|actor| actor.account))
        .set("licenses", ["AdallomDiscovery"]);
}

/// What the detector calls an alert: itself, the user within the tenant, the day since 1970, the countries.
struct Uid<'a> {
    alert: &'a AlertFacts<'a>,
    tenant: u32,
}

impl fmt::Display for Uid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alert, tenant } = self;
        if alert.id_value() == IMPOSSIBLE_TRAVEL {
            f.write_str("Velocity")?;
        } else {
            alert.policy_name().split(|c: char| !c.is_ascii_alphanumeric()).try_for_each(|word| {
                let (first, rest) = word.split_at(word.len().min(1));
                write!(f, "{}{rest}", first.to_ascii_uppercase())
            })?;
        }
        write!(f, "Detection|{tenant}_{MICROSOFT_365}_0_")?;
        match alert.actor() {
            Some(actor) => write!(f, "{}", actor.id)?,
            None => f.write_str("-")?,
        }
        write!(f, "|[{}]_[({})]", alert.raised().day(), alert.countries().join(","))
    }
}
