//! An alert as the API writes it.
//!
//! Absent is not null here: `resolveTime`, `comment` and `handledByUser` exist only on closed alerts, and clients
//! tell open from closed by that; the comment of an alert that was closed without one is null. `entities` is always
//! there.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#properties>; recorded answers where they
//! differ from it (ids are text, not numbers).

use crate::facts::AlertFacts;
use crate::wire::json::{Array, object};

use super::{Links, MICROSOFT_365, given};

/// Fields that the simulator keeps, whatever an injected alert was given.
const KEPT: [&str; 9] = [
    "_id",
    "contextId",
    "URL",
    "timestamp",
    "statusValue",
    "resolutionStatusValue",
    "comment",
    "handledByUser",
    "resolveTime",
];

/// Writes an alert.
pub fn write(alert: &AlertFacts<'_>, links: &Links, out: &mut Vec<u8>) {
    let start = out.len();
    own_record(alert, links, out);
    if let Some(fields) = alert.given_fields() {
        given::put_in(fields, &KEPT, start, out);
    }
}

fn own_record(alert: &AlertFacts<'_>, links: &Links, out: &mut Vec<u8>) {
    let id = alert.id();
    let (handling, priority) = (alert.handling(), alert.priority());
    object(out, |record| {
        record
            .set("_id", id)
            .set("contextId", alert.tenant_id())
            .text("description", alert.description())
            .array("entities", |entities| write_entities(alert, entities))
            .array("evidence", |evidence| write_evidence(alert, evidence))
            .set("idValue", alert.id_value())
            .set("intent", alert.intent())
            .set("isMarkdown", false)
            .set("isPreview", false)
            .set("isSystemAlert", alert.is_of_the_system())
            .set("resolutionStatusValue", handling.resolution as u8)
            .set("severityValue", alert.severity())
            .set("statusValue", u8::from(handling.read))
            .set("stories", alert.stories())
            .set("threatScore", priority)
            .set("timestamp", alert.raised().millis())
            .set("title", alert.title())
            .text("URL", format_args!("{}/#/alerts/{id}", links.portal));
        if let Some((users, percent)) = alert.prevalence().filter(|_| priority > Some(0)) {
            record.array("threatScoreReasoning", |reasons| write_reasoning(users, percent, reasons));
        }
        if let Some(resolved) = handling.resolved {
            record
                .set("comment", handling.comment.as_deref())
                .some("handledByUser", handling.by.as_deref())
                .set("resolveTime", resolved);
        }
    });
}

/// The things that an alert is about; their members depend on their type.
fn write_entities(alert: &AlertFacts<'_>, entities: &mut Array<'_>) {
    entities.object(|policy| {
        policy
            .set("type", "policyRule")
            .text("id", alert.policy_id())
            .set("label", alert.policy_name())
            .set("policyType", alert.policy_type());
    });
    if let Some(actor) = alert.actor() {
        entities.object(|account| {
            account
                .set("type", "account")
                .set("entityRole", "Source")
                .set("entityType", 2)
                .set("id", actor.id)
                .set("inst", 0)
                .set("label", actor.name)
                .set("pa", actor.account)
                .set("saas", MICROSOFT_365);
        });
        entities.object(|user| {
            user.set("type", "user").set("id", actor.account).set("label", actor.account);
        });
    }
    for (number, name) in alert.apps() {
        entities.object(|service| {
            service.set("type", "service").set("id", number).set("label", name);
        });
    }
    for file in alert.files() {
        entities.object(|entity| {
            entity.set("type", "file").set("id", file.key()).set("label", &file.name);
        });
    }
    for address in alert.addresses() {
        entities.object(|ip| {
            ip.set("type", "ip").set("id", address.ip).set("label", address.ip).set("triggeredAlert", true);
        });
    }
    for code in alert.countries() {
        entities.object(|country| {
            country.set("type", "country").set("id", code).set("label", code);
        });
    }
}

/// Why the user has that priority; left out where there is none, as recorded.
fn write_reasoning(users: usize, percent: usize, reasons: &mut Array<'_>) {
    reasons.object(|reason| {
        reason.set("template", "UEBA_ALERTS_TENANT_USAGE_EVIDENCE").object("parameters", |parameters| {
            parameters.set("usage", users).set("userPercent", percent);
        });
    });
}

fn write_evidence(alert: &AlertFacts<'_>, evidence: &mut Array<'_>) {
    let Some((tactic, technique)) = alert.mitre() else { return };
    evidence.object(|piece| {
        piece.object("title", |title| {
            title.set("template", "ALERTS_MITRE_TACTIC").object("parameters", |parameters| {
                parameters.set("tactic", tactic).object("mitre", |mitre| {
                    mitre.set("type", "link").set("label", technique).text(
                        "alternateLink",
                        format_args!("https://attack.mitre.org/techniques/{technique}"),
                    );
                });
            });
        });
    });
}
