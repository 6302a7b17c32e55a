//! The fold: a tenant is a seed and a journal.

pub mod stamp;

pub use stamp::Stamp;
