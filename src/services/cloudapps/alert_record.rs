//! An alert in the wire form of the API.
//!
//! Absent is not null here: `resolveTime`, `comment` and `handledByUser` exist only on closed alerts, and clients
//! tell open from closed by that. `entities` is always there.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#properties>; recorded answers where they
//! differ from it (ids are text, not numbers).

use serde::Serialize;

use crate::door::Ctx;
use crate::generate::policies::{POLICIES, Policy};
use crate::generate::world::World;
use crate::model::alert::Alert;
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::time::VirtualTime;
use crate::views::alerts::files_of;

/// Accounts of Entra users belong to Microsoft 365 in the catalogue of services.
pub(super) const MICROSOFT_365: u32 = crate::generate::kinds::MICROSOFT_365;

/// One alert.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertRecord<'a> {
    #[serde(rename = "_id")]
    id: Hex24,
    context_id: Guid,
    description: String,
    entities: Vec<Entity<'a>>,
    evidence: [Evidence; 1],
    id_value: u32,
    intent: &'a [u8],
    is_markdown: bool,
    is_preview: bool,
    is_system_alert: bool,
    resolution_status_value: u8,
    severity_value: u8,
    status_value: u8,
    stories: &'a [u8],
    threat_score: u32,
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
        id: Hex24,
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
struct Evidence {
    title: EvidenceTitle,
}

#[derive(Serialize)]
struct EvidenceTitle {
    template: &'static str,
    parameters: Tactic,
}

#[derive(Serialize)]
struct Tactic {
    tactic: &'static str,
    mitre: Technique,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Technique {
    r#type: &'static str,
    label: &'static str,
    alternate_link: String,
}

/// The wire form of `alert`.
pub(super) fn record<'a>(ctx: &'a Ctx<'_>, alert: &'a Alert) -> AlertRecord<'a> {
    let world = ctx.world();
    let policy = &POLICIES[usize::from(alert.policy)];
    let person = world.person(alert.person);
    let id = world.ids.hex24(Kind::Alert, u64::from(alert.ordinal));
    let user = format!("{} ({})", person.display_name, person.upn);
    let handling = &alert.handling;
    let closed = handling.resolved.is_some();
    AlertRecord {
        id,
        context_id: ctx.reading.state.stamp().id,
        description: policy.description.replace("{user}", &user),
        entities: entities(ctx, policy, alert),
        evidence: [evidence(policy)],
        id_value: policy.id_value,
        intent: policy.intent,
        is_markdown: false,
        is_preview: false,
        is_system_alert: false,
        resolution_status_value: handling.resolution as u8,
        severity_value: policy.severity as u8,
        status_value: u8::from(handling.read),
        stories: policy.stories,
        threat_score: threat_score(world, policy, alert),
        timestamp: alert.raised.millis(),
        title: policy.title,
        url: ctx.portal_url(&format!("/#/alerts/{id}")),
        comment: handling.comment.as_deref().filter(|_| closed),
        handled_by_user: handling.by.as_deref().filter(|_| closed),
        resolve_time: handling.resolved,
    }
}

fn entities<'a>(ctx: &'a Ctx<'_>, policy: &'a Policy, alert: &'a Alert) -> Vec<Entity<'a>> {
    let world = ctx.world();
    let person = world.person(alert.person);
    let policy_id = world.ids.hex24(Kind::Policy, u64::from(alert.policy));
    let mut entities = vec![
        Entity::PolicyRule { id: policy_id, label: policy.name, policy_type: policy.policy_type },
        Entity::Account {
            entity_role: "Source",
            entity_type: 2,
            id: person.id,
            inst: 0,
            label: &person.display_name,
            pa: &person.upn,
            saas: MICROSOFT_365,
        },
        Entity::User { id: &person.upn, label: &person.upn },
    ];
    entities.extend(alert.apps.iter().map(|&app| Entity::Service { id: app, label: app_name(app) }));
    entities.extend(files_of(&ctx.reading, alert).into_iter().map(|object| {
        let file = world.file(object);
        Entity::File { id: format!("{}|{}", file.site, file.id), label: file.name }
    }));
    let mut countries: Vec<(&str, &str)> = Vec::new();
    for &code in alert.addresses.iter() {
        let address = world.address(code);
        let text = address.ip.to_string();
        entities.push(Entity::Ip { id: text.clone(), label: text, triggered_alert: true });
        let country = (address.place.country, address.place.country_name);
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    entities.extend(countries.into_iter().map(|(id, label)| Entity::Country { id, label }));
    entities
}

fn evidence(policy: &Policy) -> Evidence {
    let (tactic, technique) = policy.mitre;
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

/// The user's investigation priority at the time: graver policies weigh more, people differ.
fn threat_score(world: &World, policy: &Policy, alert: &Alert) -> u32 {
    let person = (world.ids.number(Kind::User, u64::from(alert.person)) % 20) as u32;
    15 + 25 * policy.severity as u32 + person
}

/// How the product calls an app.
pub(super) fn app_name(app: u32) -> &'static str {
    crate::generate::apps::app(app).map_or("Unknown", |app| app.name)
}
