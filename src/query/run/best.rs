//! The first rows of an order, found without sorting all of them.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use crate::table::{Bounds, Selection};

/// The best rows so far: at most `room` of them, by key and then by row number.
pub(super) struct Best {
    room: usize,
    descending: bool,
    rows: Vec<(i64, u64)>,
    /// No key worse than this is of interest any more.
    bar: Option<i64>,
}

impl Best {
    pub(super) fn new(room: usize, descending: bool) -> Self {
        Self { room, descending, rows: Vec::new(), bar: None }
    }

    fn compare(descending: bool, a: &(i64, u64), b: &(i64, u64)) -> Ordering {
        if descending { b.cmp(a) } else { a.cmp(b) }
    }

    /// A batch with keys in these bounds may hold a row that belongs in.
    pub(super) fn can_take(&self, bounds: Bounds) -> bool {
        self.bar.is_none_or(|bar| if self.descending { bounds.high >= bar } else { bounds.low <= bar })
    }

    /// Offers rows whose order is the order of their numbers.
    pub(super) fn offer_in_order(&mut self, first: u64, alive: &Selection) {
        let mut take = |row: &u32| {
            if self.rows.len() >= self.room {
                return ControlFlow::Break(());
            }
            self.rows.push((0, first + u64::from(*row)));
            ControlFlow::Continue(())
        };
        let _ = if self.descending {
            alive.rows().iter().rev().try_for_each(&mut take)
        } else {
            alive.rows().iter().try_for_each(take)
        };
    }

    pub(super) fn offer(&mut self, key: i64, row: u64) {
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

    pub(super) fn finish(mut self, skip: usize) -> Vec<u64> {
        self.sort_out();
        let descending = self.descending;
        self.rows.sort_unstable_by(|a, b| Self::compare(descending, a, b));
        self.rows.truncate(self.room);
        self.rows.into_iter().skip(skip).map(|(_, row)| row).collect()
    }
}
