//! What a query can read: typed columns in batches, and the [`Table`] that offers them.
//!
//! Knows no query language and no tenant. The schema says which type the values of a column have and how many of
//! them a cell holds; a batch gives the cells in the form in which they are stored. Texts and what is seldom read
//! are codes of a dictionary, so that whoever asks about them decides once per distinct code; numbers are compared
//! where they lie. Nothing is copied to be read.

pub mod schema;
pub mod selection;
pub mod vector;

pub use schema::{Cardinality, ColumnDef, ColumnId, Schema, Type};
pub use selection::Selection;
pub use vector::{Numbers, SparseCell, Validity, Value, Vector};

/// Names a batch of one table: its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchIx(pub usize);

/// A run of rows.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// Number of the first row.
    pub first: u64,
    /// How many rows.
    pub rows: usize,
}

/// Between which numbers the values of a column lie in a batch, both included; empty cells don't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// No number is smaller.
    pub low: i64,
    /// No number is larger.
    pub high: i64,
}

/// Something with rows and columns.
///
/// Row numbers ascend; the order of rows is the order in which they came to be.
pub trait Table: Sync {
    /// Its columns.
    fn schema(&self) -> &Schema;

    /// How many batches it has.
    fn batches(&self) -> usize;

    /// One batch.
    fn batch(&self, batch: BatchIx) -> Batch;

    /// A column of a batch.
    fn column(&self, batch: BatchIx, column: ColumnId) -> Vector<'_>;

    /// Codes of this column are below this, but for the greatest of their width: that stands in rows that do not say.
    /// Asked of columns that come as codes.
    fn codes(&self, column: ColumnId) -> usize;

    /// Hands out the values behind a code, in order; none at all where the cell is empty.
    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>));

    /// Bounds of a number column in a batch, where known without looking.
    fn bounds(&self, batch: BatchIx, column: ColumnId) -> Option<Bounds>;
}

/// Hands out the values of one cell, in order: of row `row` of the batch `batch`, whose `cells` those are.
pub fn values(
    table: &dyn Table,
    batch: Batch,
    column: ColumnId,
    cells: Vector<'_>,
    row: usize,
    each: &mut dyn FnMut(Value<'_>),
) {
    let number = batch.first + row as u64;
    match cells {
        Vector::Codes16(codes) => table.decode(column, u64::from(codes[row]), each),
        Vector::Codes32(codes) => table.decode(column, u64::from(codes[row]), each),
        Vector::PerRow => table.decode(column, number, each),
        Vector::Sparse(sparse) => {
            let from = sparse.partition_point(|cell| cell.row < number);
            for cell in sparse[from..].iter().take_while(|cell| cell.row == number) {
                table.decode(column, u64::from(cell.code), each);
            }
        }
        Vector::Numbers(numbers, validity) => {
            if validity.holds(row) {
                each(Value::of_number(table.schema().def(column).ty, numbers.at(row)));
            }
        }
        Vector::Constant(value) => value.into_iter().for_each(each),
    }
}
