//! Bound expressions: what a row must be like.
//!
//! An expression is true, false or unknown of a row, and a row is selected only if it is true. All, any and not
//! follow three-valued logic: not unknown is unknown, false and unknown is false, true or unknown is true.
//! Whether anything is ever unknown, like everything else in which query languages differ, a comparison says
//! itself ([`Rules`]); the executor has no rule of its own.

use std::sync::Arc;

use crate::table::ColumnId;

pub use super::compare::{AnyOrAll, Case, Compare, Literal, Nulls, Rules, Test, TextTest, TypeError};

/// A condition on a row.
#[derive(Clone, Debug)]
pub enum Expr {
    /// Every one of them; none of them is always true.
    All(Vec<Expr>),
    /// At least one of them; none of them is never true.
    Any(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// A cell passes a test.
    Compare(Compare),
    /// The cell of this column holds a value.
    Present(ColumnId),
    /// The row's number is one of these, ascending.
    Rows(Arc<[u64]>),
}

impl Expr {
    /// Always true.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Never true.
    pub const fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}
