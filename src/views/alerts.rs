//! Alerts as a table, under the filter names of the Cloud Apps API. The number of a row is that of the alert.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#filters>.

use std::sync::Arc;

use crate::catalogue::policies::POLICIES;
use crate::columns;
use crate::generate::world::World;
use crate::model::activity::Target;
use crate::model::alert::{Alert, Resolution};
use crate::model::ids::{Hex24, Kind};
use crate::model::index::{AlertNo, ObjectNo};
use crate::model::injected::InjectedPolicy;
use crate::model::time::{Span, VirtualTime};
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::{Codebook, TenantView};

columns! {
    /// The columns of alerts.
    pub const SCHEMA;
    /// When it was raised.
    pub DATE "timestamp": Time, One;
    /// How grave.
    pub SEVERITY "severity": Long, One;
    RESOLUTION "resolution": Long, One;
    SERVICE "apps": Long, Many;
    OPEN "open": Bool, One;
    READ "read": Bool, One;
    RESOLVED "resolved": Time, Optional;
    STORY "risks": Long, Many;
    TYPE "alertType": Long, One;
    USER "users": Text, Many;
    IP "ips": Text, Many;
    POLICY "policy": Text, One;
    // Users, by id and by name.
    ENTITY "entities": Text, Many;
    // Files, by id and by key.
    FILE "files": Text, Many;
    SOURCE "source": Text, One;
}

const EQ: &[&str] = &["eq", "neq"];
const DATES: &[&str] = &["lte", "gte", "range", "lte_ndays", "gte_ndays"];

const fn field(
    name: &'static str,
    kind: FieldKind,
    operators: &'static [&'static str],
    column: ColumnId,
) -> Field {
    Field { name, aliases: &[], kind, operators, column: Binding::Column(column) }
}

/// The filters of alerts.
pub const FIELDS: &[Field] = &[
    // The documentation's table prints `ID`, every body `id`.
    Field { name: "id", aliases: &["ID"], kind: FieldKind::Text, operators: EQ, column: Binding::Key },
    field("severity", FieldKind::Int, EQ, SEVERITY),
    field("resolutionStatus", FieldKind::Int, EQ, RESOLUTION),
    field("date", FieldKind::Time, DATES, DATE),
    Field { aliases: &["service"], ..field("entity.service", FieldKind::Int, EQ, SERVICE) },
    // Instance 0 of an app is encoded as the bare app number, and every app here has one instance.
    Field { aliases: &["instance"], ..field("entity.instance", FieldKind::Int, EQ, SERVICE) },
    field("entity.user", FieldKind::Text, EQ, USER),
    field("entity.ip", FieldKind::Text, EQ, IP),
    field("entity.policy", FieldKind::Text, EQ, POLICY),
    field("entity.entity", FieldKind::Entity, EQ, ENTITY),
    field("entity.file", FieldKind::Entity, EQ, FILE),
    // `built-in` for anomaly detection, `policy` for what an administrator set up (unverified).
    field("source", FieldKind::Text, &["eq"], SOURCE),
    field("alertOpen", FieldKind::Bool, &["eq"], OPEN),
    field("read", FieldKind::Bool, &["eq"], READ),
    field("resolutionDate", FieldKind::Time, &["lte", "gte", "range"], RESOLVED),
    field("risk", FieldKind::Int, EQ, STORY),
    field("alertType", FieldKind::Int, EQ, TYPE),
];

/// The alerts of a tenant at one instant.
pub struct Alerts<'a> {
    view: &'a TenantView,
    codebook: Codebook<'a>,
    rows: usize,
}

impl<'a> Alerts<'a> {
    /// What `reading` shows.
    pub fn new(view: &'a TenantView) -> Self {
        Self { view, codebook: view.state.codebook(), rows: view.state.alert_count(view.now) }
    }

    fn alert(&self, row: u64) -> Option<&Arc<Alert>> {
        self.view.state.alert(alert_of_row(row)?, self.view.now)
    }
}

/// The alert of a row.
pub fn alert_of_row(row: u64) -> Option<AlertNo> {
    u32::try_from(row).ok().map(AlertNo::new)
}

/// What an alert says of itself: in its policy's words, or in those it was put in with.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Title.
    pub title: &'a str,
    /// Text; `{user}` stands for the user.
    pub description: &'a str,
    /// Severity, as the Cloud Apps API numbers it.
    pub severity: u8,
    /// Number of the alert type.
    pub id_value: u32,
    /// Risk categories.
    pub stories: &'a [u8],
    /// Stages of the kill chain.
    pub intent: &'a [u8],
    /// Name of the policy.
    pub policy: &'a str,
    /// Type of the policy.
    pub policy_type: &'a str,
    /// MITRE ATT&CK tactic and technique, where known.
    pub mitre: Option<(&'a str, &'a str)>,
}

impl Facts<'_> {
    /// What the `source` filter calls its policy.
    pub fn source(&self) -> &'static str {
        if self.policy_type == "ANOMALY_DETECTION" { "built-in" } else { "policy" }
    }
}

/// What `alert` says of itself.
pub fn facts<'a>(world: &World, alert: &'a Alert) -> Facts<'a> {
    if let Some(injected) = &alert.injected {
        return Facts {
            title: &injected.title,
            description: &injected.description,
            severity: injected.severity,
            id_value: injected.id_value,
            stories: &injected.stories,
            intent: &injected.intent,
            policy: injected.policy.as_ref().map_or(&injected.title, |policy| &policy.name),
            policy_type: injected.policy.as_ref().map_or(InjectedPolicy::USUAL, |policy| &policy.kind),
            mitre: None,
        };
    }
    let policy = &POLICIES[alert.policy.index()];
    Facts {
        title: policy.title,
        description: policy.description,
        severity: world.policies.get(alert.policy.index()).map_or(policy.severity, |policy| policy.severity)
            as u8,
        id_value: policy.id_value,
        stories: policy.stories,
        intent: policy.intent,
        policy: policy.name,
        policy_type: policy.policy_type,
        mitre: Some(policy.mitre),
    }
}

/// Id of the policy that raised an alert.
pub fn policy_id(world: &World, alert: &Alert) -> String {
    let named =
        alert.injected.as_ref().map(|injected| injected.policy.as_ref().map(|policy| policy.id.to_string()));
    match named {
        Some(Some(id)) => id,
        // What was put in without a policy has one of its own.
        Some(None) => world.ids.hex24(Kind::Policy, (1 << 32) | alert.ordinal.ordinal()).to_string(),
        None => world.ids.hex24(Kind::Policy, alert.policy.ordinal()).to_string(),
    }
}

/// How far back alerts count for a user's priority.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/tutorial-ueba> (the user's alerts of the last week).
const WEEK: Span = Span::days(7);

/// How many alerts are looked at for it, at most.
const MOST: usize = 2_000;

/// The investigation priority (0 to 1,000) that the user of an alert had when it was raised; nothing for an alert
/// that is about no user. It adds up what was known against the user in the week before, the alert included, so
/// that the second alert of a week weighs more than the first. The weights are (unverified).
pub fn priority(view: &TenantView, alert: &Alert) -> Option<u32> {
    if !view.state.codebook().actor(alert.person)?.user {
        return None;
    }
    let weights = [10, 25, 50, 0];
    let before = AlertNo::first(alert.ordinal.index() + 1).rev().take(MOST);
    let week = |at: VirtualTime| at > alert.raised - WEEK && at <= alert.raised;
    let about = before
        .map_while(|ordinal| view.state.alert(ordinal, view.now))
        .take_while(|other| other.stored > alert.raised - WEEK)
        .filter(|other| other.person == alert.person && week(other.raised));
    let sum: u32 =
        about.map(|other| weights[usize::from(facts(view.state.world(), other).severity & 3)]).sum();
    let people_differ = (view.state.world().ids.number(Kind::User, alert.person.ordinal()) % 10) as u32;
    Some((sum + people_differ).min(1_000))
}

/// The files of an alert: those that a file policy is about.
pub fn files_of(view: &TenantView, alert: &Alert) -> Vec<ObjectNo> {
    if alert.injected.is_some() || facts(view.state.world(), alert).policy_type != "FILE" {
        return Vec::new();
    }
    let mut files = Vec::new();
    for row in alert.activities.iter() {
        let Some(event) = view.state.activity(*row, view.now) else { continue };
        if view.state.codebook().kind(event.kind).target == Target::File && !files.contains(&event.object) {
            files.push(event.object);
        }
    }
    files
}

impl Table for Alerts<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.rows }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.rows
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some(alert) = self.alert(code) else { return };
        let facts = facts(self.codebook.world, alert);
        let handling = &alert.handling;
        let others = alert.injected.iter().flat_map(|injected| &injected.others);
        let others = others.map(|other| &**other);
        match column {
            DATE => each(Value::Time(alert.raised)),
            SEVERITY => each(Value::Long(i64::from(facts.severity))),
            RESOLUTION => each(Value::Long(handling.resolution as i64)),
            OPEN => each(Value::Bool(handling.resolution == Resolution::Open)),
            READ => each(Value::Bool(handling.read)),
            TYPE => each(Value::Long(i64::from(facts.id_value))),
            SERVICE => alert.apps.iter().for_each(|app| each(Value::Long(i64::from(*app)))),
            STORY => facts.stories.iter().for_each(|story| each(Value::Long(i64::from(*story)))),
            RESOLVED => {
                if let Some(at) = handling.resolved {
                    each(Value::Time(at));
                }
            }
            USER => {
                if let Some(actor) = self.codebook.actor(alert.person) {
                    each(Value::Text(actor.account));
                }
                others.for_each(|other| each(Value::Text(other)));
            }
            IP => {
                for address in alert.addresses.iter().filter_map(|code| self.codebook.address(*code)) {
                    each(Value::Text(&address.ip.to_string()));
                }
            }
            POLICY => each(Value::Text(&policy_id(self.codebook.world, alert))),
            ENTITY => {
                if let Some(actor) = self.codebook.actor(alert.person) {
                    each(Value::Text(&actor.id.to_string()));
                    each(Value::Text(actor.account));
                }
                others.for_each(|other| each(Value::Text(other)));
            }
            FILE => {
                for file in alert.injected.iter().flat_map(|injected| &injected.files) {
                    each(Value::Text(file));
                }
                for object in files_of(self.view, alert) {
                    let file = self.codebook.world.file(object);
                    each(Value::Text(&file.id.to_string()));
                    each(Value::Text(&file.key()));
                }
            }
            SOURCE => each(Value::Text(facts.source())),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for Alerts<'_> {
    fn rows(&self, _field: &str, value: &str) -> Result<Vec<u64>, BadKey> {
        let id: Hex24 = value.parse().map_err(|_| BadKey)?;
        let alert = self.view.state.alert_by_id(id, self.view.now);
        Ok(alert.map(|alert| alert.ordinal.ordinal()).into_iter().collect())
    }
}
