//! The cells of one column in one batch, in the form in which the table holds them: nothing is copied to be read.

use crate::model::time::VirtualTime;

use super::schema::Type;

/// One value of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// An instant.
    Time(VirtualTime),
    /// A text.
    Text(&'a str),
}

impl Value<'static> {
    /// The value that `number` stands for in a column of numbers of this type: an instant in milliseconds since
    /// the epoch, else itself.
    pub const fn of_number(ty: Type, number: i64) -> Self {
        match ty {
            Type::Time => Self::Time(VirtualTime::from_millis(number)),
            _ => Self::Long(number),
        }
    }
}

impl Value<'_> {
    /// Its type.
    pub const fn ty(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Long(_) => Type::Long,
            Self::Time(_) => Type::Time,
            Self::Text(_) => Type::Text,
        }
    }

    /// The number by which values of its type are put in order; a text has none.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Bool(truth) => Some(i64::from(*truth)),
            Self::Long(number) => Some(*number),
            Self::Time(at) => Some(at.millis()),
            Self::Text(_) => None,
        }
    }
}

/// The cells of a column in a batch. A slice may be longer than the batch has rows.
#[derive(Clone, Copy, Debug)]
pub enum Vector<'a> {
    /// Codes of the column's dictionary.
    Codes16(&'a [u16]),
    /// Codes of the column's dictionary.
    Codes32(&'a [u32]),
    /// Codes of the column's dictionary for the few rows of the batch whose cell is not empty, ascending by row
    /// number. A row that stands here several times has the values of all its codes.
    Sparse(&'a [SparseCell]),
    /// Each row is its own code: the row's number within the table.
    PerRow,
    /// Numbers (of a `Long` column) or milliseconds since the epoch (of a `Time` column).
    Numbers(Numbers<'a>, Validity<'a>),
    /// The same in every row: one value or none.
    Constant(Option<Value<'a>>),
}

/// A code of a row in a column that is mostly empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SparseCell {
    /// The row's number within the table.
    pub row: u64,
    /// One of its codes.
    pub code: u32,
}

/// Numbers, as they are stored.
#[derive(Clone, Copy, Debug)]
pub enum Numbers<'a> {
    /// `base + plus[row]`.
    Sum(i64, &'a [u32]),
    /// `base + plus[row] - minus[row]`.
    Difference(i64, &'a [u32], &'a [u32]),
}

impl Numbers<'_> {
    /// The number in row `row` of the batch.
    pub fn at(&self, row: usize) -> i64 {
        match self {
            Self::Sum(base, plus) => base + i64::from(plus[row]),
            Self::Difference(base, plus, minus) => base + i64::from(plus[row]) - i64::from(minus[row]),
        }
    }
}

/// Which cells of plain numbers hold one; the others are empty.
#[derive(Clone, Copy, Debug)]
pub enum Validity<'a> {
    /// All of them.
    All,
    /// Those whose bit is set: row 0 is the lowest bit of the first word.
    Bits(&'a [u64]),
}

impl Validity<'_> {
    /// The cell in row `row` of the batch holds a number.
    pub fn holds(&self, row: usize) -> bool {
        match self {
            Self::All => true,
            Self::Bits(words) => words[row / 64] >> (row % 64) & 1 == 1,
        }
    }
}
