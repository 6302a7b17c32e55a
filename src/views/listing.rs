//! Short lists as tables: what a tenant holds some dozens of is worked out once for a request and kept as values.
//!
//! For lists whose length is bounded; what grows with the tenant has a view of its own that reads where it lies.

use crate::model::time::VirtualTime;
use crate::query::filters::{BadKey, Resolver};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};

/// The value of a cell.
#[derive(Clone, Debug)]
pub enum Held {
    /// A text.
    Text(String),
    /// A number.
    Long(i64),
    /// Yes or no.
    Bool(bool),
    /// An instant.
    Time(VirtualTime),
}

impl Held {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Long(number) => Value::Long(*number),
            Self::Bool(is) => Value::Bool(*is),
            Self::Time(at) => Value::Time(*at),
        }
    }
}

/// A text.
pub(super) fn text(value: impl ToString) -> Vec<Held> {
    vec![Held::Text(value.to_string())]
}

/// Numbers.
pub(super) fn numbers(values: impl IntoIterator<Item = i64>) -> Vec<Held> {
    values.into_iter().map(Held::Long).collect()
}

/// Yes or no.
pub(super) fn is(value: bool) -> Vec<Held> {
    vec![Held::Bool(value)]
}

/// An instant, if there is one.
pub(super) fn at(value: Option<VirtualTime>) -> Vec<Held> {
    value.map(Held::Time).into_iter().collect()
}

/// The records of a list, and their values in the order of its columns.
pub struct Listing<R> {
    schema: Schema,
    records: Vec<R>,
    cells: Vec<Vec<Vec<Held>>>,
}

impl<R> Listing<R> {
    /// A list of these records, in this order.
    pub fn new(schema: Schema, records: Vec<R>, cells: impl Fn(&R) -> Vec<Vec<Held>>) -> Self {
        let cells = records.iter().map(cells).collect();
        Self { schema, records, cells }
    }

    /// The record of a row.
    pub fn record(&self, row: u64) -> Option<&R> {
        self.records.get(usize::try_from(row).ok()?)
    }
}

impl<R: Sync> Table for Listing<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.records.len() }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.records.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let row = usize::try_from(code).ok().and_then(|row| self.cells.get(row));
        let cell = row.and_then(|cells| cells.get(usize::from(column.0)));
        cell.into_iter().flatten().for_each(|held| each(held.value()));
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl<R> Resolver for Listing<R> {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        // No filter of a short list goes by key.
        Err(BadKey)
    }
}
