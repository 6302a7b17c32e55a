//! What people write in YAML (or JSON, which is YAML, too): the text as a tree whose parts know where they stand, and
//! what is wrong with it, with line, column and the nearest word that would be right.
//!
//! Must never know what a text is about.

mod de;
mod near;
mod problem;
mod tree;

pub use near::{distance, nearest};
pub use problem::{BadField, Problem, Problems};
pub use tree::{DEEPEST, Node, Place, Value};
