//! App connectors as a table, under filter names of the Cloud Apps API. The number of a row is the place of the connector
//! among those that there are.
//!
//! The page filters by app, category and status; the names of these filters are (unverified), the order `app` is recorded
//! by community modules.

use crate::columns;
use crate::facts::ConnectorFacts;
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

columns! {
    /// The columns of connectors.
    pub const SCHEMA;
    /// The place of its app by name, among those of the tenant's connectors.
    pub PLACE "place": Long, One;
    APP "app": Text, One;
    /// When it was connected.
    pub CREATED "created": Time, One;
    SERVICE "service": Long, One;
    INSTANCE "instance": Long, One;
    INSTANCE_NAME "instanceName": Text, Optional;
    CATEGORY "category": Text, One;
    STATUS "status": Text, One;
}

const EQ: &[&str] = &["eq", "neq"];

/// The filters of connectors.
pub const FIELDS: &[Field] = &[
    Field { name: "id", aliases: &[], kind: FieldKind::Text, operators: EQ, column: Binding::Key },
    Field { aliases: &["appId"], ..field("service", FieldKind::Int, EQ, SERVICE) },
    field("instance", FieldKind::Int, EQ, INSTANCE),
    field("instanceName", FieldKind::Text, &["eq", "neq", "contains"], INSTANCE_NAME),
    field("app", FieldKind::Text, &["eq", "neq", "contains"], APP),
    Field { aliases: &["appCategory"], ..field("category", FieldKind::Text, EQ, CATEGORY) },
    field("status", FieldKind::Text, EQ, STATUS),
];

/// The connectors of a tenant at one instant.
pub struct Connectors<'a> {
    rows: Vec<ConnectorFacts<'a>>,
}

impl<'a> Connectors<'a> {
    /// What `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        Self { rows: ConnectorFacts::all(view).collect() }
    }

    /// The connector of a row, and its place.
    pub fn of_row(&self, row: u64) -> Option<(usize, ConnectorFacts<'a>)> {
        let at = usize::try_from(row).ok()?;
        Some((at, *self.rows.get(at)?))
    }
}

impl Table for Connectors<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.rows.len() }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.rows.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some((_, connector)) = self.of_row(code) else { return };
        match column {
            PLACE => {
                let before = self.rows.iter().filter(|other| other.title() < connector.title());
                each(Value::Long(before.count() as i64));
            }
            APP => each(Value::Text(connector.title())),
            CREATED => each(Value::Time(connector.created())),
            SERVICE => each(Value::Long(i64::from(connector.app()))),
            INSTANCE => each(Value::Long(connector.instance() as i64)),
            INSTANCE_NAME => connector.instance_name().into_iter().for_each(|name| each(Value::Text(name))),
            CATEGORY => {
                if let Some(row) = connector.row() {
                    each(Value::Text(&row.category()));
                }
            }
            STATUS => each(Value::Text(connector.status().name())),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for Connectors<'_> {
    fn rows(&self, _field: &str, value: &str) -> Result<Vec<u64>, BadKey> {
        let row = self.rows.iter().position(|connector| connector.id().to_string() == value);
        Ok(row.map(|row| row as u64).into_iter().collect())
    }
}
