//! An alert in the wire form of the API.
//!
//! Absent is not null here: `resolveTime`, `comment` and `handledByUser` exist only on closed alerts, and clients
//! tell open from closed by that. `entities` is always there.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#properties>; recorded answers where they
//! differ from it (ids are text, not numbers).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::gateway::Ctx;
use crate::generate::world::World;
use crate::model::alert::Alert;
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::time::VirtualTime;
use crate::views::alerts::{Facts, facts, files_of, policy_id, priority};
use crate::wire::cloudapps::members;

use super::overlay::with_fields;

/// Accounts of Entra users belong to Microsoft 365 in the catalogue of services.
pub(super) const MICROSOFT_365: u32 = crate::catalogue::kinds::MICROSOFT_365;

/// One alert.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertRecord<'a> {
    #[serde(rename = "_id")]
    id: Hex24,
    context_id: Guid,
    description: String,
    entities: Vec<Entity<'a>>,
    evidence: Vec<Evidence<'a>>,
    id_value: u32,
    intent: &'a [u8],
    is_markdown: bool,
    is_preview: bool,
    is_system_alert: bool,
    resolution_status_value: u8,
    severity_value: u8,
    status_value: u8,
    stories: &'a [u8],
    threat_score: Option<u32>,
    timestamp: i64,
    title: &'a str,
    #[serde(rename = "URL")]
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handled_by_user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolve_time: Option<VirtualTime>,
}

/// A thing that an alert is about; the keys depend on the type.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Entity<'a> {
    PolicyRule {
        id: String,
        label: &'a str,
        policy_type: &'a str,
    },
    Account {
        entity_role: &'a str,
        entity_type: u8,
        id: Guid,
        inst: u8,
        label: &'a str,
        pa: &'a str,
        saas: u32,
    },
    User {
        id: &'a str,
        label: &'a str,
    },
    Service {
        id: u32,
        label: &'a str,
    },
    File {
        id: String,
        label: String,
    },
    Ip {
        id: String,
        label: String,
        triggered_alert: bool,
    },
    Country {
        id: &'a str,
        label: &'a str,
    },
}

#[derive(Serialize)]
struct Evidence<'a> {
    title: EvidenceTitle<'a>,
}

#[derive(Serialize)]
struct EvidenceTitle<'a> {
    template: &'a str,
    parameters: Tactic<'a>,
}

#[derive(Serialize)]
struct Tactic<'a> {
    tactic: &'a str,
    mitre: Technique<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Technique<'a> {
    r#type: &'a str,
    label: &'a str,
    alternate_link: String,
}

/// The wire form of `alert`.
pub(super) fn record(ctx: &Ctx<'_>, alert: &Alert) -> Option<Box<RawValue>> {
    let record = own_record(ctx, alert);
    match &alert.injected {
        None => to_raw_value(&record).ok(),
        Some(injected) => with_fields(&record, &injected.fields, members::ALERT),
    }
}

/// The text of an alert, with the thresholds of its policy put in.
fn description<'a>(world: &World, alert: &Alert, text: &'a str) -> Cow<'a, str> {
    let policy = world.policies.get(usize::from(alert.policy)).filter(|_| alert.injected.is_none());
    let Some((count, seconds)) = policy.and_then(|policy| policy.rule.limits()) else { return text.into() };
    let window = match (seconds, seconds % 60) {
        (3_600, _) => "one hour".to_owned(),
        (60, _) => "one minute".to_owned(),
        (_, 0) => format!("{} minutes", seconds / 60),
        _ => format!("{seconds} seconds"),
    };
    text.replace("{count}", &count.to_string()).replace("{window}", &window).into()
}

fn own_record<'a>(ctx: &'a Ctx<'_>, alert: &'a Alert) -> AlertRecord<'a> {
    let world = ctx.world();
    let facts = facts(world, alert);
    let id = world.ids.hex24(Kind::Alert, u64::from(alert.ordinal));
    let user = ctx.view.state.codebook().actor(alert.person);
    let user = user.map_or_else(String::new, |user| format!("{} ({})", user.name, user.account));
    let handling = &alert.handling;
    let closed = handling.resolved.is_some();
    AlertRecord {
        id,
        context_id: ctx.view.state.identity().id,
        description: description(world, alert, facts.description).replace("{user}", &user),
        entities: entities(ctx, &facts, alert),
        evidence: facts.mitre.map(evidence).into_iter().collect(),
        id_value: facts.id_value,
        intent: facts.intent,
        is_markdown: false,
        is_preview: false,
        is_system_alert: false,
        resolution_status_value: handling.resolution as u8,
        severity_value: facts.severity,
        status_value: u8::from(handling.read),
        stories: facts.stories,
        threat_score: priority(&ctx.view, alert),
        timestamp: alert.raised.millis(),
        title: facts.title,
        url: ctx.portal_url(&format!("/#/alerts/{id}")),
        comment: handling.comment.as_deref().filter(|_| closed),
        handled_by_user: handling.by.as_deref().filter(|_| closed),
        resolve_time: handling.resolved,
    }
}

fn entities<'a>(ctx: &'a Ctx<'_>, facts: &Facts<'a>, alert: &'a Alert) -> Vec<Entity<'a>> {
    let (world, codebook) = (ctx.world(), ctx.view.state.codebook());
    let id = policy_id(world, alert);
    let mut entities = vec![Entity::PolicyRule { id, label: facts.policy, policy_type: facts.policy_type }];
    if let Some(actor) = codebook.actor(alert.person) {
        entities.push(Entity::Account {
            entity_role: "Source",
            entity_type: 2,
            id: actor.id,
            inst: 0,
            label: actor.name,
            pa: actor.account,
            saas: MICROSOFT_365,
        });
        entities.push(Entity::User { id: actor.account, label: actor.account });
    }
    entities.extend(alert.apps.iter().map(|&app| Entity::Service { id: app, label: app_name(app) }));
    entities.extend(files_of(&ctx.view, alert).into_iter().map(|object| {
        let file = world.file(object);
        Entity::File { id: file.key(), label: file.name }
    }));
    let mut countries: Vec<(&str, &str)> = Vec::new();
    for address in alert.addresses.iter().filter_map(|code| codebook.address(*code)) {
        let text = address.ip.to_string();
        entities.push(Entity::Ip { id: text.clone(), label: text, triggered_alert: true });
        let country = (&*address.place.country, &*address.place.country_name);
        if !countries.contains(&country) && !country.0.is_empty() {
            countries.push(country);
        }
    }
    entities.extend(countries.into_iter().map(|(id, label)| Entity::Country { id, label }));
    entities
}

fn evidence<'a>((tactic, technique): (&'a str, &'a str)) -> Evidence<'a> {
    Evidence {
        title: EvidenceTitle {
            template: "ALERTS_MITRE_TACTIC",
            parameters: Tactic {
                tactic,
                mitre: Technique {
                    r#type: "link",
                    label: technique,
                    alternate_link: format!("https://attack.mitre.org/techniques/{technique}"),
                },
            },
        },
    }
}

/// How the product calls an app.
pub(super) fn app_name(app: u32) -> &'static str {
    crate::catalogue::apps::app(app).map_or("Unknown", |app| app.name)
}
