//! Bound expressions: what a row must be like.

use std::sync::Arc;

use crate::table::{ColumnId, Value};

/// A condition on a row.
#[derive(Clone, Debug)]
pub enum Expr {
    /// Every one of them; none of them is always true.
    All(Vec<Expr>),
    /// At least one of them; none of them is never true.
    Any(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// The cell of this column passes the test.
    Cell(ColumnId, Test),
    /// The row's number is one of these, ascending.
    Rows(Arc<[u64]>),
    /// The row's number is below this.
    Before(u64),
}

/// A test of a cell. A cell with several values passes if any one of them does; an empty cell passes none.
#[derive(Clone, Debug)]
pub enum Test {
    /// There is a value.
    Present,
    /// Equal to one of these.
    OneOf(Vec<Literal>),
    /// A number within these bounds, both included.
    Within(i64, i64),
    /// A text that stands so to one of these, without regard to case (texts are given in lower case).
    Text(TextTest, Vec<String>),
}

/// A literal of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text, in lower case: comparison disregards case.
    Text(String),
}

/// How a text may stand to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// Holds it.
    Contains,
    /// Begins with it.
    StartsWith,
    /// Ends with it.
    EndsWith,
}

impl Expr {
    /// Always true.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }
}

impl Test {
    /// One value passes.
    pub fn passes(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Present, _) => true,
            (Self::OneOf(literals), value) => literals.iter().any(|literal| literal.equals(value)),
            (Self::Within(low, high), Value::Int(number)) => (*low..=*high).contains(&number),
            (Self::Text(test, texts), Value::Text(text)) => {
                let text = text.to_lowercase();
                texts.iter().any(|wanted| match test {
                    TextTest::Contains => text.contains(wanted.as_str()),
                    TextTest::StartsWith => text.starts_with(wanted.as_str()),
                    TextTest::EndsWith => text.ends_with(wanted.as_str()),
                })
            }
            (Self::Within(..) | Self::Text(..), _) => false,
        }
    }
}

impl Literal {
    fn equals(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Bool(a), Value::Bool(b)) => *a == b,
            (Self::Int(a), Value::Int(b)) => *a == b,
            (Self::Text(a), Value::Text(b)) => {
                a == b || (a.len() == b.len() && a.eq_ignore_ascii_case(b)) || *a == b.to_lowercase()
            }
            _ => false,
        }
    }
}
