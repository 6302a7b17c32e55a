//! What a query can read: typed columns in segments, and the `Source` that offers them.
//!
//! Knows no query language and no tenant. A column gives, for each row, either a number or a code; what a code
//! means (a text, several texts, nothing) the source says once per distinct code.

/// Names a column of a source.
pub type ColumnId = u16;

/// One value of a cell. A cell holds none, one or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number, or an instant in milliseconds since the epoch.
    Int(i64),
    /// A text.
    Text(&'a str),
}

/// The cells of one column in one segment.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    /// Codes, to be decoded by the source.
    Codes16(&'a [u16]),
    /// Codes, to be decoded by the source.
    Codes32(&'a [u32]),
    /// Each row is its own code: the row's number within the source.
    Rows,
    /// `base + plus[row]`: a number.
    Sum(i64, &'a [u32]),
    /// `base + plus[row] - minus[row]`: a number.
    Difference(i64, &'a [u32], &'a [u32]),
}

/// A run of rows.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// Number of the first row.
    pub first: u64,
    /// How many rows.
    pub rows: usize,
}

/// Something with rows and columns.
///
/// Row numbers ascend; the order of rows is the order in which they came to be.
pub trait Source {
    /// The segments, in order.
    fn segments(&self) -> usize;

    /// One segment.
    fn segment(&self, index: usize) -> Segment;

    /// A column of a segment; a slice may be longer than the segment has rows.
    fn column(&self, segment: usize, column: ColumnId) -> Column<'_>;

    /// Codes of this column are below this; for `Column::Rows` and numbers it is not asked.
    fn codes(&self, column: ColumnId) -> usize;

    /// Hands out the values behind a code, in order; none at all where the cell is empty.
    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>));

    /// Smallest and largest number of a number column in a segment, where known without looking.
    fn bounds(&self, segment: usize, column: ColumnId) -> Option<(i64, i64)>;
}

impl Column<'_> {
    /// The number in row `row`, if the column holds numbers.
    pub fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Sum(base, plus) => Some(base + i64::from(plus[row])),
            Self::Difference(base, plus, minus) => Some(base + i64::from(plus[row]) - i64::from(minus[row])),
            Self::Codes16(_) | Self::Codes32(_) | Self::Rows => None,
        }
    }

    /// The code in row `row` of a segment that starts at `first`, if the column holds codes.
    pub fn code(&self, first: u64, row: usize) -> Option<u64> {
        match self {
            Self::Codes16(codes) => Some(u64::from(codes[row])),
            Self::Codes32(codes) => Some(u64::from(codes[row])),
            Self::Rows => Some(first + row as u64),
            Self::Sum(..) | Self::Difference(..) => None,
        }
    }
}
