//! Which rows of a batch an expression is true of.
//!
//! Negations are carried down to the comparisons first; three-valued logic allows that. What is left keeps rows,
//! and the executor never has to know what is unknown: a comparison whose outcome is unknown keeps no row, negated
//! or not.

use crate::query::compare::{AnyOrAll, Compare, Truth, Wanted};
use crate::query::expr::Expr;
use crate::table::{
    Batch, BatchIx, Cardinality, ColumnId, Numbers, Selection, SparseCell, Table, Validity, Value, Vector,
};

/// The filter of one run, with what it has already decided.
pub(super) struct Filter<'e> {
    table: &'e dyn Table,
    root: Node<'e>,
}

impl<'e> Filter<'e> {
    pub(super) fn new(table: &'e dyn Table, expr: &'e Expr) -> Self {
        Self { table, root: Node::new(table, expr, true) }
    }

    /// Puts the rows of the batch that pass into `alive`.
    pub(super) fn select(&mut self, ix: BatchIx, alive: &mut Selection) {
        alive.clear();
        if self.root.rules_out(self.table, ix) {
            return;
        }
        let batch = self.table.batch(ix);
        alive.fill(batch.rows);
        self.root.retain(self.table, ix, batch, alive);
    }
}

/// An expression without negations above its leaves.
enum Node<'e> {
    All(Vec<Node<'e>>),
    Any(Vec<Node<'e>>),
    Cell(Leaf<'e>),
    Rows { rows: &'e [u64], wanted: bool },
}

impl<'e> Node<'e> {
    /// The node that keeps the rows of which `expr` is what `wanted` says.
    fn new(table: &dyn Table, expr: &'e Expr, wanted: bool) -> Self {
        let each = |parts: &'e [Expr]| parts.iter().map(|part| Self::new(table, part, wanted)).collect();
        match expr {
            Expr::All(parts) if wanted => Self::All(each(parts)),
            Expr::Any(parts) if !wanted => Self::All(each(parts)),
            Expr::All(parts) | Expr::Any(parts) => Self::Any(each(parts)),
            Expr::Not(inner) => Self::new(table, inner, !wanted),
            Expr::Compare(compare) => Self::Cell(Leaf::new(table, compare.column(), Some(compare), wanted)),
            Expr::Present(column) => Self::Cell(Leaf::new(table, *column, None, wanted)),
            Expr::Rows(rows) => Self::Rows { rows, wanted },
        }
    }

    /// The bounds of a batch say already that none of its rows passes.
    fn rules_out(&self, table: &dyn Table, ix: BatchIx) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.rules_out(table, ix)),
            Self::Any(parts) => parts.iter().all(|part| part.rules_out(table, ix)),
            Self::Cell(leaf) => leaf.at_once(table, ix) == Some(false),
            Self::Rows { .. } => false,
        }
    }

    /// Keeps, of the rows in `alive`, those that pass.
    fn retain(&mut self, table: &dyn Table, ix: BatchIx, batch: Batch, alive: &mut Selection) {
        match self {
            Self::All(parts) => {
                for part in parts {
                    if alive.is_empty() {
                        return;
                    }
                    part.retain(table, ix, batch, alive);
                }
            }
            Self::Any(parts) => {
                let mut passed = vec![false; batch.rows];
                let (mut rest, mut these) = (Selection::default(), Selection::default());
                rest.copy(alive);
                for part in parts {
                    if rest.is_empty() {
                        break;
                    }
                    these.copy(&rest);
                    part.retain(table, ix, batch, &mut these);
                    these.rows().iter().for_each(|row| passed[*row as usize] = true);
                    // A row that passed one part of an OR need not be tested by the next.
                    rest.keep(|row| !passed[row as usize]);
                }
                alive.keep(|row| passed[row as usize]);
            }
            Self::Rows { rows, wanted } => {
                let mut rest = &rows[rows.partition_point(|row| *row < batch.first)..];
                alive.keep(|row| {
                    let number = batch.first + u64::from(row);
                    while let Some((&next, later)) = rest.split_first()
                        && next < number
                    {
                        rest = later;
                    }
                    (rest.first() == Some(&number)) == *wanted
                });
            }
            Self::Cell(leaf) => leaf.retain(table, ix, batch, alive),
        }
    }
}

/// What is known of the values of a cell: bits, so that the codes of a cell add up. A cell without any of them is
/// empty.
type Seen = u8;
/// Some value passes.
const PASS: Seen = 1;
/// Some value does not pass.
const FAIL: Seen = 2;
/// It has been looked at.
const KNOWN: Seen = 4;
/// A row with just these values stays: decided once for all rows of a code.
const KEPT: Seen = 8;

/// The test of a column.
struct Leaf<'e> {
    column: ColumnId,
    /// The comparison; without one, that there is a value.
    compare: Option<&'e Compare>,
    /// Whether a cell stays whose values are such: one bit for each combination of `PASS` and `FAIL`.
    keeps: u8,
    /// No cell is empty.
    never_empty: bool,
    /// What is known of the cells behind each code of the dictionary.
    decided: Vec<Seen>,
}

impl<'e> Leaf<'e> {
    fn new(table: &dyn Table, column: ColumnId, compare: Option<&'e Compare>, wanted: bool) -> Self {
        let wanted = if wanted { Truth::True } else { Truth::False };
        let outcome = |seen: Seen| match compare {
            Some(compare) => compare.outcome(seen & PASS != 0, seen & FAIL != 0),
            None if seen & PASS != 0 => Truth::True,
            None => Truth::False,
        };
        let kept = (0..4).filter(|seen| outcome(*seen) == wanted);
        let never_empty = table.schema().def(column).cardinality == Cardinality::One;
        let keeps = kept.fold(0, |keeps, seen| keeps | 1 << seen);
        Self { column, compare, keeps, never_empty, decided: Vec::new() }
    }

    fn keeps(&self, seen: Seen) -> bool {
        self.keeps >> seen & 1 == 1
    }

    /// What comes of every row of the batch alike, where bounds say that much.
    fn at_once(&self, table: &dyn Table, ix: BatchIx) -> Option<bool> {
        let Wanted::Within(low, high) = *self.compare?.wanted() else { return None };
        let bounds = table.bounds(ix, self.column)?;
        let seen = if bounds.low >= low && bounds.high <= high {
            PASS
        } else if bounds.low > high || bounds.high < low {
            FAIL
        } else {
            return None;
        };
        let keeps = self.keeps(seen);
        (self.never_empty || self.keeps(0) == keeps).then_some(keeps)
    }

    fn retain(&mut self, table: &dyn Table, ix: BatchIx, batch: Batch, alive: &mut Selection) {
        let mut decided = std::mem::take(&mut self.decided);
        let cells = table.column(ix, self.column);
        if matches!(cells, Vector::Codes16(_) | Vector::Codes32(_) | Vector::Sparse(_)) {
            decided.resize(table.codes(self.column), 0);
        }
        match cells {
            Vector::Codes16(codes) => self.retain_codes(table, &mut decided, codes, alive),
            Vector::Codes32(codes) => self.retain_codes(table, &mut decided, codes, alive),
            Vector::Sparse(cells) => self.retain_sparse(table, &mut decided, batch, cells, alive),
            Vector::PerRow => {
                alive.keep(|row| self.keeps(self.decode(table, batch.first + u64::from(row))));
            }
            Vector::Numbers(numbers, validity) => {
                self.retain_numbers(self.at_once(table, ix), numbers, validity, alive);
            }
            Vector::Constant(value) => {
                let mut seen = 0;
                value.into_iter().for_each(|value| self.see(&mut seen, value));
                if !self.keeps(seen) {
                    alive.clear();
                }
            }
        }
        self.decided = decided;
    }

    /// Adds one value of a cell to what is known of it.
    fn see(&self, seen: &mut Seen, value: Value<'_>) {
        let Some(compare) = self.compare else {
            *seen |= PASS;
            return;
        };
        let settled = match compare.over() {
            AnyOrAll::Any => PASS,
            AnyOrAll::All => FAIL,
        };
        if *seen & settled == 0 {
            *seen |= if compare.passes(value) { PASS } else { FAIL };
        }
    }

    fn decode(&self, table: &dyn Table, code: u64) -> Seen {
        let mut seen = 0;
        table.decode(self.column, code, &mut |value| self.see(&mut seen, value));
        seen
    }

    /// What is known of the cells of a code. That it was decided already is by far the most frequent case, and the
    /// loops over rows are kept small.
    #[cold]
    #[inline(never)]
    fn decide(&self, table: &dyn Table, decided: &mut [Seen], code: u32) -> Seen {
        let mut seen = self.decode(table, u64::from(code));
        seen |= KNOWN | if self.keeps(seen) { KEPT } else { 0 };
        if let Some(slot) = decided.get_mut(code as usize) {
            *slot = seen;
        }
        seen
    }

    fn retain_codes<C: Copy + Into<u32>>(
        &self,
        table: &dyn Table,
        decided: &mut [Seen],
        codes: &[C],
        alive: &mut Selection,
    ) {
        // Codes beyond the dictionary mean an empty cell; that case is decided once.
        let mut unsaid = None;
        alive.keep(|row| {
            let code = codes[row as usize].into();
            let seen = match decided.get(code as usize) {
                Some(0) => self.decide(table, decided, code),
                Some(&known) => known,
                None => *unsaid.get_or_insert_with(|| self.decide(table, &mut [], code)),
            };
            seen & KEPT != 0
        });
    }

    fn retain_sparse(
        &self,
        table: &dyn Table,
        decided: &mut [Seen],
        batch: Batch,
        cells: &[SparseCell],
        alive: &mut Selection,
    ) {
        let keeps_empty = self.keeps(0);
        if cells.is_empty() {
            if !keeps_empty {
                alive.clear();
            }
            return;
        }
        let mut kept = vec![keeps_empty; batch.rows];
        for cells in cells.chunk_by(|a, b| a.row == b.row) {
            let seen = cells.iter().fold(0, |seen, cell| {
                let known = decided.get(cell.code as usize).copied().unwrap_or_default();
                seen | if known == 0 { self.decide(table, decided, cell.code) } else { known }
            });
            kept[(cells[0].row - batch.first) as usize] = self.keeps(seen & (PASS | FAIL));
        }
        alive.keep(|row| kept[row as usize]);
    }

    /// `at_once` is what comes of every row, if that is known without looking.
    fn retain_numbers(
        &self,
        at_once: Option<bool>,
        numbers: Numbers<'_>,
        validity: Validity<'_>,
        alive: &mut Selection,
    ) {
        match at_once {
            Some(true) => return,
            Some(false) => return alive.clear(),
            None => {}
        }
        let [keeps_empty, keeps_pass, keeps_fail] = [0, PASS, FAIL].map(|seen| self.keeps(seen));
        let keeps = |passes: bool| if passes { keeps_pass } else { keeps_fail };
        match (self.compare.map(Compare::wanted), numbers, validity) {
            // Fast path for time columns: they have no empty cells and are filtered most.
            (Some(Wanted::Within(low, high)), Numbers::Sum(base, plus), Validity::All) => alive.keep(|row| {
                let number = base + i64::from(plus[row as usize]);
                keeps(number >= *low && number <= *high)
            }),
            (Some(Wanted::Within(low, high)), Numbers::Difference(base, plus, minus), Validity::All) => alive
                .keep(|row| {
                    let row = row as usize;
                    let number = base + i64::from(plus[row]) - i64::from(minus[row]);
                    keeps(number >= *low && number <= *high)
                }),
            (wanted, ..) => alive.keep(|row| {
                if !validity.holds(row as usize) {
                    return keeps_empty;
                }
                keeps(wanted.is_none_or(|wanted| wanted.takes(numbers.at(row as usize))))
            }),
        }
    }
}
