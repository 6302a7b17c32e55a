//! Alerts as a table, under the filter names of the Cloud Apps API. The number of a row is that of the alert.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#filters>.

use crate::columns;
use crate::facts::AlertFacts;
use crate::model::alert::Resolution;
use crate::model::ids::Hex24;
use crate::model::index::AlertNo;
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

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
    rows: usize,
}

impl<'a> Alerts<'a> {
    /// What `reading` shows.
    pub fn new(view: &'a TenantView) -> Self {
        Self { view, rows: view.state.alert_count(view.now) }
    }
}

/// The alert of a row.
pub fn alert_of_row(row: u64) -> Option<AlertNo> {
    u32::try_from(row).ok().map(AlertNo::new)
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
        let Some(alert) = alert_of_row(code).and_then(|number| AlertFacts::at(self.view, number)) else {
            return;
        };
        let handling = alert.handling();
        match column {
            DATE => each(Value::Time(alert.raised())),
            SEVERITY => each(Value::Long(i64::from(alert.severity()))),
            RESOLUTION => each(Value::Long(handling.resolution as i64)),
            OPEN => each(Value::Bool(handling.resolution == Resolution::Open)),
            READ => each(Value::Bool(handling.read)),
            TYPE => each(Value::Long(i64::from(alert.id_value()))),
            SERVICE => alert.apps().for_each(|(app, _)| each(Value::Long(i64::from(app)))),
            STORY => alert.stories().iter().for_each(|story| each(Value::Long(i64::from(*story)))),
            RESOLVED => {
                if let Some(at) = handling.resolved {
                    each(Value::Time(at));
                }
            }
            USER => {
                if let Some(actor) = alert.actor() {
                    each(Value::Text(actor.account));
                }
                alert.others().for_each(|other| each(Value::Text(other)));
            }
            IP => alert.addresses().for_each(|address| each(Value::Text(&address.ip.to_string()))),
            POLICY => each(Value::Text(&alert.policy_id().to_string())),
            ENTITY => {
                if let Some(actor) = alert.actor() {
                    each(Value::Text(&actor.id.to_string()));
                    each(Value::Text(actor.account));
                }
                alert.others().for_each(|other| each(Value::Text(other)));
            }
            FILE => {
                alert.given_files().for_each(|file| each(Value::Text(file)));
                for file in alert.files() {
                    each(Value::Text(&file.id.to_string()));
                    each(Value::Text(&file.key()));
                }
            }
            SOURCE => each(Value::Text(alert.source())),
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
        let alert = AlertFacts::by_id(self.view, id);
        Ok(alert.map(|alert| alert.number().ordinal()).into_iter().collect())
    }
}
