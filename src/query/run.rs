//! Execution: which rows pass, in which order, from where to where.
//!
//! A predicate on a coded column is decided once per distinct code; numbers are compared in place. Counting goes
//! through every segment, ordering only through those that can still matter.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use crate::table::{Column, ColumnId, Segment, Source, Value};

use super::expr::{Expr, Test};

/// What to do with a source.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which rows.
    pub filter: Expr,
    /// In which order; rows of equal key follow in the order in which they came to be (reversed if descending).
    pub order: Order,
    /// How many of them to pass over.
    pub skip: usize,
    /// How many of them to answer at most.
    pub limit: usize,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By this column, or by the order in which the rows came to be.
    pub by: Option<ColumnId>,
    /// Largest first.
    pub descending: bool,
}

/// What a plan answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Row numbers, in order.
    pub rows: Vec<u64>,
    /// How many rows pass the filter.
    pub total: u64,
}

/// Runs a plan.
pub fn run(source: &dyn Source, plan: &Plan) -> Page {
    let mut filter = Filter::new(source, &plan.filter);
    let mut best = Best::new(plan.skip.saturating_add(plan.limit), plan.order.descending);
    let mut total = 0;
    let segments = source.segments();
    let mut alive = Vec::new();
    for step in 0..segments {
        // Best rows first: then later segments can be passed over.
        let index = if plan.order.descending { segments - 1 - step } else { step };
        let segment = source.segment(index);
        filter.select(index, segment, &mut alive);
        total += alive.len() as u64;
        if plan.limit == 0 || !best.can_take(plan.order.by.and_then(|column| source.bounds(index, column))) {
            continue;
        }
        match plan.order.by {
            None => best.offer_in_order(segment.first, &alive),
            Some(column) => {
                let cells = source.column(index, column);
                for &row in &alive {
                    let key = sort_key(source, column, cells, segment.first, row as usize);
                    best.offer(key, segment.first + u64::from(row));
                }
            }
        }
    }
    Page { rows: best.finish(plan.skip), total }
}

/// The number by which a cell is ordered; an empty cell comes before every other.
fn sort_key(source: &dyn Source, column: ColumnId, cells: Column<'_>, first: u64, row: usize) -> i64 {
    if let Some(number) = cells.number(row) {
        return number;
    }
    let mut key = i64::MIN;
    if let Some(code) = cells.code(first, row) {
        source.decode(column, code, &mut |value| match value {
            Value::Int(number) => key = key.max(number),
            Value::Bool(truth) => key = key.max(i64::from(truth)),
            Value::Text(_) => {}
        });
    }
    key
}

/// The filter of one run, with what it has already decided.
struct Filter<'s> {
    source: &'s dyn Source,
    root: Node<'s>,
}

enum Node<'s> {
    All(Vec<Node<'s>>),
    Any(Vec<Node<'s>>),
    Not(Box<Node<'s>>),
    /// `wanted` is the outcome of the test that keeps a row.
    Cell {
        column: ColumnId,
        test: &'s Test,
        wanted: bool,
        decided: Vec<u8>,
    },
    Rows(&'s [u64]),
    Before(u64),
}

const KEPT: u8 = 1;
const GONE: u8 = 2;

impl<'s> Filter<'s> {
    fn new(source: &'s dyn Source, expr: &'s Expr) -> Self {
        Self { source, root: Node::new(expr) }
    }

    /// Puts the rows (relative to the segment) that pass into `alive`.
    fn select(&mut self, index: usize, segment: Segment, alive: &mut Vec<u32>) {
        alive.clear();
        if self.root.rules_out(self.source, index) {
            return;
        }
        alive.extend(0..segment.rows as u32);
        self.root.retain(self.source, index, segment, alive);
    }
}

impl<'s> Node<'s> {
    fn new(expr: &'s Expr) -> Self {
        match expr {
            Expr::All(parts) => Self::All(parts.iter().map(Self::new).collect()),
            Expr::Any(parts) => Self::Any(parts.iter().map(Self::new).collect()),
            Expr::Not(inner) => match &**inner {
                // By far the most frequent negation; as a node of its own it would need a copy of the rows.
                Expr::Cell(column, test) => Self::cell(*column, test, false),
                inner => Self::Not(Box::new(Self::new(inner))),
            },
            Expr::Cell(column, test) => Self::cell(*column, test, true),
            Expr::Rows(rows) => Self::Rows(rows),
            Expr::Before(row) => Self::Before(*row),
        }
    }

    fn cell(column: ColumnId, test: &'s Test, wanted: bool) -> Self {
        Self::Cell { column, test, wanted, decided: Vec::new() }
    }

    /// The bounds of a segment say already that none of its rows passes.
    fn rules_out(&self, source: &dyn Source, index: usize) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.rules_out(source, index)),
            Self::Any(parts) => parts.iter().all(|part| part.rules_out(source, index)),
            Self::Cell { column, test: Test::Within(low, high), wanted: true, .. } => source
                .bounds(index, *column)
                .is_some_and(|(smallest, largest)| smallest > *high || largest < *low),
            _ => false,
        }
    }

    /// Keeps, of the ascending rows in `alive`, those that pass.
    fn retain(&mut self, source: &dyn Source, index: usize, segment: Segment, alive: &mut Vec<u32>) {
        match self {
            Self::All(parts) => {
                for part in parts {
                    if alive.is_empty() {
                        return;
                    }
                    part.retain(source, index, segment, alive);
                }
            }
            Self::Any(parts) => {
                let mut kept = Vec::new();
                for part in parts {
                    let mut these = alive.clone();
                    part.retain(source, index, segment, &mut these);
                    kept.extend(these);
                }
                kept.sort_unstable();
                kept.dedup();
                *alive = kept;
            }
            Self::Not(inner) => {
                let mut gone = alive.clone();
                inner.retain(source, index, segment, &mut gone);
                let mut gone = gone.into_iter().peekable();
                alive.retain(|row| gone.next_if_eq(row).is_none());
            }
            Self::Rows(rows) => {
                let mut rest = &rows[rows.partition_point(|row| *row < segment.first)..];
                alive.retain(|row| {
                    let number = segment.first + u64::from(*row);
                    while let Some((&next, later)) = rest.split_first()
                        && next < number
                    {
                        rest = later;
                    }
                    rest.first() == Some(&number)
                });
            }
            Self::Before(limit) => {
                let end = alive.partition_point(|row| segment.first + u64::from(*row) < *limit);
                alive.truncate(end);
            }
            Self::Cell { column, test, wanted, decided } => {
                let look = Look { source, column: *column, index, segment, test, wanted: *wanted };
                look.retain(decided, alive);
            }
        }
    }
}

/// One look at one column of one segment.
struct Look<'a> {
    source: &'a dyn Source,
    column: ColumnId,
    index: usize,
    segment: Segment,
    test: &'a Test,
    wanted: bool,
}

/// Keeps the rows of which `test` holds. Without a branch on the outcome, which no processor could foresee.
fn keep(alive: &mut Vec<u32>, mut test: impl FnMut(u32) -> bool) {
    let mut kept = 0;
    for at in 0..alive.len() {
        let row = alive[at];
        alive[kept] = row;
        kept += usize::from(test(row));
    }
    alive.truncate(kept);
}

impl Look<'_> {
    fn retain(&self, decided: &mut Vec<u8>, alive: &mut Vec<u32>) {
        let first = self.segment.first;
        let cells = self.source.column(self.index, self.column);
        match cells {
            Column::Rows => alive.retain(|row| self.passes(first + u64::from(*row)) == self.wanted),
            Column::Codes16(codes) => {
                decided.resize(self.source.codes(self.column), 0);
                keep(alive, |row| self.keeps(decided, u32::from(codes[row as usize])));
            }
            Column::Codes32(codes) => {
                decided.resize(self.source.codes(self.column), 0);
                keep(alive, |row| self.keeps(decided, codes[row as usize]));
            }
            Column::Sum(..) | Column::Difference(..) => self.retain_numbers(cells, alive),
        }
    }

    fn passes(&self, code: u64) -> bool {
        let mut passes = false;
        self.source.decode(self.column, code, &mut |value| passes = passes || self.test.passes(value));
        passes
    }

    /// Whether rows of this code stay; decided once per code.
    fn keeps(&self, decided: &mut [u8], code: u32) -> bool {
        let known = decided.get(code as usize).copied().unwrap_or_default();
        if known != 0 {
            return known == KEPT;
        }
        let keeps = self.passes(u64::from(code)) == self.wanted;
        if let Some(slot) = decided.get_mut(code as usize) {
            *slot = if keeps { KEPT } else { GONE };
        }
        keeps
    }

    fn retain_numbers(&self, cells: Column<'_>, alive: &mut Vec<u32>) {
        let Test::Within(low, high) = *self.test else {
            let passes = |number| self.test.passes(Value::Int(number));
            return keep(alive, |row| cells.number(row as usize).is_some_and(passes) == self.wanted);
        };
        let (smallest, largest) = self.source.bounds(self.index, self.column).unwrap_or((i64::MIN, i64::MAX));
        if smallest >= low && largest <= high {
            if !self.wanted {
                alive.clear();
            }
            return;
        }
        keep(alive, |row| {
            cells.number(row as usize).is_some_and(|number| number >= low && number <= high) == self.wanted
        });
    }
}

/// The best rows so far: at most `room` of them, by key and then by row number.
struct Best {
    room: usize,
    descending: bool,
    rows: Vec<(i64, u64)>,
    /// No key worse than this is of interest any more.
    bar: Option<i64>,
}

impl Best {
    fn new(room: usize, descending: bool) -> Self {
        Self { room, descending, rows: Vec::new(), bar: None }
    }

    fn compare(descending: bool, a: &(i64, u64), b: &(i64, u64)) -> Ordering {
        if descending { b.cmp(a) } else { a.cmp(b) }
    }

    /// A segment with keys in these bounds may hold a row that belongs in.
    fn can_take(&self, bounds: Option<(i64, i64)>) -> bool {
        match (self.bar, bounds) {
            (Some(bar), Some((smallest, largest))) => {
                if self.descending {
                    largest >= bar
                } else {
                    smallest <= bar
                }
            }
            _ => true,
        }
    }

    /// Offers rows whose order is the order of their numbers.
    fn offer_in_order(&mut self, first: u64, alive: &[u32]) {
        let mut take = |row: &u32| {
            if self.rows.len() >= self.room {
                return ControlFlow::Break(());
            }
            self.rows.push((0, first + u64::from(*row)));
            ControlFlow::Continue(())
        };
        let _ = if self.descending {
            alive.iter().rev().try_for_each(&mut take)
        } else {
            alive.iter().try_for_each(take)
        };
    }

    fn offer(&mut self, key: i64, row: u64) {
        if self.bar.is_some_and(|bar| if self.descending { key < bar } else { key > bar }) {
            return;
        }
        self.rows.push((key, row));
        // Sorting out now and then keeps a full scan linear.
        if self.rows.len() >= self.room.saturating_mul(2).max(512) {
            self.sort_out();
        }
    }

    fn sort_out(&mut self) {
        if self.room == 0 || self.rows.len() <= self.room {
            return;
        }
        let descending = self.descending;
        let (_, last, _) =
            self.rows.select_nth_unstable_by(self.room - 1, |a, b| Self::compare(descending, a, b));
        self.bar = Some(last.0);
        self.rows.truncate(self.room);
    }

    fn finish(mut self, skip: usize) -> Vec<u64> {
        self.sort_out();
        let descending = self.descending;
        self.rows.sort_unstable_by(|a, b| Self::compare(descending, a, b));
        self.rows.truncate(self.room);
        self.rows.into_iter().skip(skip).map(|(_, row)| row).collect()
    }
}
