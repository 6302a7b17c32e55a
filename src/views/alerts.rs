//! Alerts as a source, under the filter names of the Cloud Apps API. The number of a row is that of the alert.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#filters>.

use crate::facts::AlertFacts;
use crate::model::alert::Resolution;
use crate::model::ids::Hex24;
use crate::model::index::AlertNo;
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver};
use crate::table::{Column, ColumnId, Segment, Source, Value};
use crate::tenant::TenantView;

/// When it was raised.
pub const DATE: ColumnId = 0;
/// How grave.
pub const SEVERITY: ColumnId = 1;
const RESOLUTION: ColumnId = 2;
const SERVICE: ColumnId = 3;
const OPEN: ColumnId = 4;
const READ: ColumnId = 5;
const RESOLVED: ColumnId = 6;
const STORY: ColumnId = 7;
const TYPE: ColumnId = 8;
const USER: ColumnId = 9;
const IP: ColumnId = 10;
const POLICY: ColumnId = 11;
const ENTITY: ColumnId = 12;
const FILE: ColumnId = 13;
const SOURCE: ColumnId = 14;

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

impl Source for Alerts<'_> {
    fn segments(&self) -> usize {
        1
    }

    fn segment(&self, _index: usize) -> Segment {
        Segment { first: 0, rows: self.rows }
    }

    fn column(&self, _segment: usize, _column: ColumnId) -> Column<'_> {
        Column::Rows
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
            DATE => each(Value::Int(alert.raised().millis())),
            SEVERITY => each(Value::Int(i64::from(alert.severity()))),
            RESOLUTION => each(Value::Int(handling.resolution as i64)),
            OPEN => each(Value::Bool(handling.resolution == Resolution::Open)),
            READ => each(Value::Bool(handling.read)),
            TYPE => each(Value::Int(i64::from(alert.id_value()))),
            SERVICE => alert.apps().for_each(|(app, _)| each(Value::Int(i64::from(app)))),
            STORY => alert.stories().iter().for_each(|story| each(Value::Int(i64::from(*story)))),
            RESOLVED => {
                if let Some(at) = handling.resolved {
                    each(Value::Int(at.millis()));
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

    fn bounds(&self, _segment: usize, _column: ColumnId) -> Option<(i64, i64)> {
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
