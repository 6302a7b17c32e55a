//! The nouns of a tenant, a folder each.

pub mod alerts;
pub(super) mod company;
pub mod directory;
pub mod storylines;
