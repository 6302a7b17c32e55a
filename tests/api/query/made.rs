//! A small table made by hand, with a column of every form.

use mock_defender::columns;
use mock_defender::generate::Stream;
use mock_defender::model::time::VirtualTime;
use mock_defender::table::{
    Batch, BatchIx, Bounds, ColumnId, Numbers, Schema, SparseCell, Table, Validity, Value, Vector,
};

columns! {
    pub(crate) const SCHEMA;
    pub(crate) SUM "sum": Time, One;
    pub(crate) DIFFERENCE "difference": Long, One;
    pub(crate) GAPS "gaps": Long, Optional;
    pub(crate) NAMES "names": Text, Many;
    pub(crate) NUMBERS "numbers": Long, Many;
    pub(crate) RANKS "ranks": Long, Optional;
    pub(crate) TRUTHS "truths": Bool, Optional;
    pub(crate) LABELS "labels": Text, Many;
    pub(crate) FIXED "fixed": Text, One;
    pub(crate) NOTHING "nothing": Time, Optional;
}

/// What the codes of `NAMES` and `LABELS` stand for: one text, several, none, and texts that differ by case or are
/// empty.
const TEXTS: [&[&str]; 6] = [&["Ada"], &["Bob", "ada lovelace"], &[], &["ÄRGER"], &[""], &["bob", "7"]];

/// What the codes of `NUMBERS` stand for.
const INTS: [&[i64]; 6] = [&[3], &[-5, 4], &[], &[i64::MAX], &[0, 1, 2], &[i64::MIN, 7]];

/// What the codes of `RANKS` stand for; they are those of `NUMBERS`.
const ORDERED: [Option<i64>; 6] = [Some(3), Some(-5), None, Some(4), Some(0), Some(7)];

/// How much a table says about the bounds of its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Known {
    Nothing,
    Exact,
    Wide,
}

#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) first: u64,
    pub(crate) rows: usize,
    pub(crate) base: i64,
    pub(crate) plus: Vec<u32>,
    pub(crate) minus: Vec<u32>,
    pub(crate) names: Vec<u16>,
    pub(crate) numbers: Vec<u32>,
    /// Rows of `GAPS` that have a number.
    pub(crate) valid: Vec<u64>,
    pub(crate) labels: Vec<SparseCell>,
}

#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) known: Known,
}

impl Made {
    pub(crate) fn new(stream: &mut Stream) -> Self {
        let known = *stream.pick(&[Known::Nothing, Known::Exact, Known::Wide]);
        let mut first = u64::from(stream.below(3)) * 1_000;
        // Pieces in the order of time, as chunks of a log are, or not.
        let ordered = stream.below(2) == 0;
        let pieces = (0..stream.below(5)).map(|piece| {
            let rows = stream.below(20) as usize;
            // A slice may be longer than its batch has rows.
            let held = rows + stream.below(4) as usize;
            let base = if ordered { i64::from(piece) * 25 } else { i64::from(stream.below(60)) - 20 };
            let mut plus: Vec<u32> = (0..held).map(|_| stream.below(25)).collect();
            if ordered {
                plus.sort_unstable();
            }
            let made = Piece {
                first,
                rows,
                base,
                plus,
                minus: (0..held).map(|_| stream.below(40)).collect(),
                names: (0..held).map(|_| stream.below(TEXTS.len() as u32) as u16).collect(),
                numbers: (0..held).map(|_| stream.below(INTS.len() as u32)).collect(),
                valid: vec![u64::from(stream.below(u32::MAX))],
                labels: labels(stream, first, rows),
            };
            // Rows may be missing between batches, but never go back.
            first += rows as u64 + u64::from(stream.below(3));
            made
        });
        Self { pieces: pieces.collect(), known }
    }

    /// Every row with its place.
    pub(crate) fn rows(&self) -> Vec<(u64, &Piece, usize)> {
        let rows = |piece: &'_ Piece| 0..piece.rows;
        self.pieces
            .iter()
            .flat_map(|piece| rows(piece).map(move |at| (piece.first + at as u64, piece, at)))
            .collect()
    }
}

/// Labels of a few of the rows; some have several, and some of these stand for nothing.
fn labels(stream: &mut Stream, first: u64, rows: usize) -> Vec<SparseCell> {
    let mut cells = Vec::new();
    for row in 0..rows as u64 {
        for _ in 0..stream.weighted(&[6, 2, 1]) {
            cells.push(SparseCell { row: first + row, code: stream.below(TEXTS.len() as u32) });
        }
    }
    cells
}

fn number(piece: &Piece, at: usize, column: ColumnId) -> i64 {
    let sum = piece.base + i64::from(piece.plus[at]);
    if column == SUM { sum } else { sum - i64::from(piece.minus[at]) }
}

fn texts(code: usize) -> impl Iterator<Item = Value<'static>> {
    TEXTS[code].iter().map(|text| Value::Text(text))
}

/// The values of a cell, plainly.
pub(crate) fn cell(piece: &Piece, at: usize, column: ColumnId) -> Vec<Value<'static>> {
    let row = piece.first + at as u64;
    match column {
        SUM => vec![Value::Time(VirtualTime::from_millis(number(piece, at, SUM)))],
        DIFFERENCE => vec![Value::Long(number(piece, at, DIFFERENCE))],
        GAPS if piece.valid[0] >> at & 1 == 0 => vec![],
        GAPS => vec![Value::Long(number(piece, at, GAPS))],
        NAMES => texts(usize::from(piece.names[at])).collect(),
        NUMBERS => INTS[piece.numbers[at] as usize].iter().map(|int| Value::Long(*int)).collect(),
        RANKS => ORDERED[piece.numbers[at] as usize].into_iter().map(Value::Long).collect(),
        LABELS => {
            let cells = piece.labels.iter().filter(|cell| cell.row == row);
            cells.flat_map(|cell| texts(cell.code as usize)).collect()
        }
        FIXED => vec![Value::Text("Ada")],
        NOTHING => vec![],
        _ => truths(row),
    }
}

fn truths(row: u64) -> Vec<Value<'static>> {
    match row % 3 {
        0 => vec![Value::Bool(true)],
        1 => vec![Value::Bool(false)],
        _ => vec![],
    }
}

impl Table for Made {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        self.pieces.len()
    }

    fn batch(&self, BatchIx(at): BatchIx) -> Batch {
        Batch { first: self.pieces[at].first, rows: self.pieces[at].rows }
    }

    fn column(&self, BatchIx(at): BatchIx, column: ColumnId) -> Vector<'_> {
        let piece = &self.pieces[at];
        let difference = Numbers::Difference(piece.base, &piece.plus, &piece.minus);
        match column {
            SUM => Vector::Numbers(Numbers::Sum(piece.base, &piece.plus), Validity::All),
            DIFFERENCE => Vector::Numbers(difference, Validity::All),
            GAPS => Vector::Numbers(difference, Validity::Bits(&piece.valid)),
            NAMES => Vector::Codes16(&piece.names),
            NUMBERS | RANKS => Vector::Codes32(&piece.numbers),
            LABELS => Vector::Sparse(&piece.labels),
            FIXED => Vector::Constant(Some(Value::Text("Ada"))),
            NOTHING => Vector::Constant(None),
            _ => Vector::PerRow,
        }
    }

    fn codes(&self, column: ColumnId) -> usize {
        assert!([NAMES, NUMBERS, RANKS, LABELS].contains(&column), "asked only for columns of codes");
        6
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            NAMES | LABELS => texts(code as usize).for_each(each),
            NUMBERS => INTS[code as usize].iter().for_each(|int| each(Value::Long(*int))),
            RANKS => ORDERED[code as usize].into_iter().for_each(|int| each(Value::Long(int))),
            TRUTHS => truths(code).into_iter().for_each(each),
            other => panic!("{other:?} has no codes"),
        }
    }

    fn bounds(&self, BatchIx(at): BatchIx, column: ColumnId) -> Option<Bounds> {
        let piece = &self.pieces[at];
        if ![SUM, DIFFERENCE, GAPS, NUMBERS].contains(&column) {
            return None;
        }
        let numbers = (0..piece.rows).flat_map(|at| cell(piece, at, column));
        let numbers = numbers.filter_map(|value| value.number());
        let (low, high) = (numbers.clone().min()?, numbers.max()?);
        match self.known {
            Known::Nothing => None,
            Known::Exact => Some(Bounds { low, high }),
            Known::Wide => Some(Bounds { low: low.saturating_sub(7), high: high.saturating_add(7) }),
        }
    }
}
