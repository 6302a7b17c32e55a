//! The governance log as a table, under the filter names of the Cloud Apps API. The number of a row is that of the entry.
//!
//! The filters are those that clients send; none is documented.

use crate::columns;
use crate::facts::GovernanceFacts;
use crate::model::index::GovernanceNo;
use crate::query::filters::{BadKey, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

columns! {
    /// The columns of the governance log.
    pub const SCHEMA;
    /// When it was asked for.
    pub TIMESTAMP "timestamp": Time, One;
    APP "appId": Long, One;
    TYPE "type": Text, One;
}

/// The filters that select anything.
pub const FIELDS: &[Field] = &[
    field("timestamp", FieldKind::Time, &["gte", "lte", "range"], TIMESTAMP),
    field("appId", FieldKind::Int, &["eq", "neq"], APP),
    field("type", FieldKind::Text, &["eq", "neq"], TYPE),
];

/// Filters by which the product selects nothing, and says so nowhere.
pub const VAIN: [&str; 2] = ["taskName", "status"];

/// The log of a tenant at one instant.
pub struct Governance<'a> {
    view: &'a TenantView,
    first: u64,
    rows: usize,
}

impl<'a> Governance<'a> {
    /// What `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        let mut all = GovernanceFacts::all(view);
        let rows = all.len();
        Self { view, first: all.next().map_or(0, |entry| entry.number().ordinal()), rows }
    }
}

/// The entry of a row.
pub fn entry_of_row(row: u64) -> Option<GovernanceNo> {
    u32::try_from(row).ok().map(GovernanceNo::new)
}

impl Table for Governance<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: self.first, rows: self.rows }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.first as usize + self.rows
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let entry = entry_of_row(code).and_then(|number| GovernanceFacts::at(self.view, number));
        let Some(entry) = entry else { return };
        match column {
            TIMESTAMP => each(Value::Time(entry.asked())),
            APP => each(Value::Long(i64::from(entry.app()))),
            TYPE => each(Value::Text(entry.task())),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for Governance<'_> {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        Err(BadKey)
    }
}
