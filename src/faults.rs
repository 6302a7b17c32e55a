//! Faults at work: which requests they disturb, on which occasion, and what they make of an answer.
//!
//! What a fault is stands in [`model::fault`](crate::model::fault), which of them a tenant has in
//! [`facts::fault`](crate::facts::fault); how a service words what it refuses is its own. Here are the rules between:
//! plain functions of a request, an ordinal and drawn chance, so that a disturbed run can be had again.
//!
//! Must never know: a service by name, what a tenant holds, sockets.

pub mod body;
pub mod chaos;
pub mod counters;
pub mod glob;
pub mod latency;
pub mod list;
pub mod matching;
pub mod occasion;
pub mod page;
pub mod pointer;

pub use chaos::Chaos;
pub use counters::{Count, Counters};
pub use matching::Asked;
