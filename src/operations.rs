//! What can be done to the simulator itself: typed, with nothing of HTTP or JSON in it.
//!
//! The control API, embedding and the command line do these things under the same names; each only reads what it was
//! asked and shows what came of it. An operation about a tenant sees it at one instant, the one of its [`Subject`].
//!
//! Must never know: requests, answers, how a refusal is worded for whom.

pub mod clock;
pub mod commands;
pub mod connection;
pub mod directory;
mod error;
pub mod events;
pub mod faults;
pub mod info;
pub mod inject;
pub mod play;
pub mod records;
pub mod requests;
pub mod rewind;
pub mod scenarios;
pub mod server_faults;
pub mod tenants;
pub mod tokens;
pub mod truth;

use crate::gateway::Gateway;
use crate::model::time::VirtualTime;
use crate::tenant::{Tenant, TenantView, Wall};

pub use error::OperationError;

/// The tenant that something is asked of, as it is at that instant.
pub struct Subject<'a> {
    /// The gateway, with the tenants of the server and what each has by way of traces.
    pub gateway: &'a Gateway,
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The tenant at the instant.
    pub view: TenantView,
}

impl<'a> Subject<'a> {
    /// A tenant as it is now.
    pub fn now(gateway: &'a Gateway, tenant: &'a Tenant) -> Self {
        Self { gateway, tenant, view: tenant.read() }
    }
}

/// Counts of what was answered and of what the tenants hold, in the text format of Prometheus.
pub fn metrics(gateway: &Gateway) -> String {
    gateway.meter.text(&gateway.registry)
}

/// Where the clock of a tenant first stands unless something else is said: the last midnight (UTC) of the wall clock.
pub fn last_midnight(wall: &Wall) -> VirtualTime {
    VirtualTime::of_day(wall.now().day())
}
