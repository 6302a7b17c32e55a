//! Execution: which rows pass, in which order, from where to where.
//!
//! A predicate on a coded column is decided once per distinct code; numbers are compared in place. Counting goes
//! through every batch, ordering only through those that can still matter.

mod best;
mod filter;

use crate::table::{
    Batch, BatchIx, Cardinality, ColumnId, Numbers, Schema, Selection, Table, Type, Validity, Vector, values,
};

use super::expr::{Expr, TypeError};

use best::Best;
use filter::Filter;

/// What to do with a table.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which rows.
    pub filter: Expr,
    /// In which order.
    pub order: Order,
    /// How many of them to pass over.
    pub skip: usize,
    /// How many of them to answer at most.
    pub limit: usize,
}

/// An order. Rows of equal key follow in the order in which they came to be (reversed if descending).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    by: Option<Key>,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    column: ColumnId,
    /// The key of an empty cell: the smallest or the largest number, whose equal it is.
    empty: i64,
    /// No cell is empty.
    never_empty: bool,
}

/// Where rows stand whose cell is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

impl Order {
    /// The order in which the rows came to be, or the opposite one.
    pub const fn of_rows(descending: bool) -> Self {
        Self { by: None, descending }
    }

    /// By the values of a column.
    pub fn by(schema: &Schema, column: ColumnId, descending: bool, empty: Empty) -> Result<Self, TypeError> {
        let def = schema.def(column);
        if !matches!(def.ty, Type::Bool | Type::Long | Type::Time) {
            return Err(TypeError::Unordered { column: def.name, holds: def.ty });
        }
        if def.cardinality == Cardinality::Many {
            return Err(TypeError::SeveralValues { column: def.name });
        }
        let first = (empty == Empty::First) != descending;
        let key = Key {
            column,
            empty: if first { i64::MIN } else { i64::MAX },
            never_empty: def.cardinality == Cardinality::One,
        };
        Ok(Self { by: Some(key), descending })
    }

    /// The column whose values give the order, if it is not that of the rows.
    pub fn column(&self) -> Option<ColumnId> {
        self.by.map(|key| key.column)
    }

    /// Largest first.
    pub fn descending(&self) -> bool {
        self.descending
    }
}

/// What a plan answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Row numbers, in order.
    pub rows: Vec<u64>,
    /// How many rows pass the filter.
    pub total: u64,
}

/// Runs a plan, which was bound against the schema of `table`.
pub fn run(table: &dyn Table, plan: &Plan) -> Page {
    let Order { by, descending } = plan.order;
    let mut filter = Filter::new(table, &plan.filter);
    let mut best = Best::new(plan.skip.saturating_add(plan.limit), descending);
    let mut total = 0;
    let batches = table.batches();
    let mut alive = Selection::default();
    for step in 0..batches {
        // Best rows first: then later batches can be passed over.
        let ix = BatchIx(if descending { batches - 1 - step } else { step });
        filter.select(ix, &mut alive);
        total += alive.len() as u64;
        if plan.limit == 0 || alive.is_empty() {
            continue;
        }
        match by {
            None => best.offer_in_order(table.batch(ix).first, &alive),
            Some(key) => offer(table, ix, key, &alive, &mut best),
        }
    }
    Page { rows: best.finish(plan.skip), total }
}

/// Offers the rows of a batch by their keys.
fn offer(table: &dyn Table, ix: BatchIx, key: Key, alive: &Selection, best: &mut Best) {
    // Bounds say nothing about empty cells.
    let bounds = if key.never_empty { table.bounds(ix, key.column) } else { None };
    if bounds.is_some_and(|bounds| !best.can_take(bounds)) {
        return;
    }
    let batch = table.batch(ix);
    match table.column(ix, key.column) {
        Vector::Numbers(Numbers::Sum(base, plus), Validity::All) => {
            offer_each(batch, alive, best, |row| base + i64::from(plus[row]));
        }
        Vector::Numbers(numbers, Validity::All) => offer_each(batch, alive, best, |row| numbers.at(row)),
        cells => offer_each(batch, alive, best, |row| {
            let mut found = key.empty;
            values(table, batch, key.column, cells, row, &mut |value| {
                found = value.number().unwrap_or(found);
            });
            found
        }),
    }
}

fn offer_each(batch: Batch, alive: &Selection, best: &mut Best, key_of: impl Fn(usize) -> i64) {
    for &row in alive.rows() {
        best.offer(key_of(row as usize), batch.first + u64::from(row));
    }
}
