//! What was noticed in the log: what an alert and a behavior have in common.

use std::sync::Arc;

use super::index::{ActorCode, AddressCode, PolicyIx, RowNo};
use super::time::{Span, VirtualTime};

/// What was noticed of somebody, and by which policy's rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// By whose rule.
    pub policy: PolicyIx,
    /// When it was stored: alerts and behaviors are ordered by this.
    pub stored: VirtualTime,
    /// When it was raised, as it tells: when it was stored, unless it was put in from outside with an earlier time, or
    /// times are told more coarsely.
    pub raised: VirtualTime,
    /// The actor it is about.
    pub person: ActorCode,
    /// The activities behind it, oldest first. At least one, unless it was put in from outside.
    pub activities: Arc<[RowNo]>,
    /// App numbers concerned, in the order of first sight.
    pub apps: Arc<[u32]>,
    /// Addresses concerned, in the order of first sight.
    pub addresses: Arc<[AddressCode]>,
    /// What the activities amount to, which outlives them; `None` if it was put in from outside.
    pub evidence: Option<Evidence>,
}

/// What the activities behind an alert or a behavior amount to: noted when it is raised, since they leave the log before
/// it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How many of them are what the policy counts.
    pub count: u32,
    /// When the first of those happened.
    pub first: VirtualTime,
    /// When the last of those happened.
    pub last: VirtualTime,
    /// The journey that can't have been.
    pub journey: Option<Journey>,
}

/// Two activities, next to each other, in two countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// From where the earlier one came.
    pub from: AddressCode,
    /// From where the later one came.
    pub to: AddressCode,
    /// What lies between them.
    pub apart: Span,
}
