//! The one query engine: front ends bind a language to expressions, the executor runs one plan over any table.
//!
//! Knows no tenant and no service. A front end is given a schema; comparison nodes carry their own rules for
//! nothing, case and several values, so that no front end borrows another's meaning by accident. What does not fit
//! the type of a column is refused when it is bound.

mod compare;
pub mod expr;
pub mod filters;
pub mod run;

pub use expr::Expr;
pub use run::{Empty, Order, Page, Plan, run};

#[cfg(test)]
mod tests;
