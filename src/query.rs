//! The one query engine: front ends bind a language to expressions, the executor runs one plan over any source.
//!
//! Knows no tenant and no service. A front end is given a schema; comparison nodes carry their own rules for
//! nothing, case and several values, so that no front end borrows another's meaning by accident.

pub mod expr;
pub mod filters;
pub mod run;

pub use expr::{Expr, Test};
pub use run::{Order, Page, Plan, run};
