//! Storylines.

pub mod truth;
