//! Going back to an earlier instant of a tenant's life, in a fork of its own: the same life up to then, played again.

use std::sync::Arc;

use crate::facts;
use crate::gateway::Gateway;
use crate::gateway::registry::{Entry, Persistence};
use crate::model::copilot::Happened;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{Tenant, TenantView};

use super::OperationError;

/// How long before the connection was lost is gone back to, at most.
const BEFORE: Span = Span::minutes(1);

/// A minute before the connection of Copilot was lost last, but not before it was there: what there is to go back to.
pub fn before_disconnected(view: &TenantView) -> Option<VirtualTime> {
    let events = &facts::connection(view).events;
    let mut connected = None;
    let mut found = None;
    for event in events {
        match (event.what, connected) {
            (Happened::Connected, _) => connected = Some(event.at),
            (Happened::Disconnected(_), Some(since)) => {
                found = Some((event.at - BEFORE).max(since));
                connected = None;
            }
            _ => {}
        }
    }
    found
}

/// A tenant of its own that has lived the same life up to `at`, and stands there. It lives in memory.
///
/// # Errors
/// When the instant lies ahead or before the tenant's birth, or the server can't take another tenant.
pub fn rewind(gateway: &Gateway, tenant: &Tenant, at: VirtualTime) -> Result<Arc<Entry>, OperationError> {
    // What was lived before it was forked off is its parent's.
    let at = at.max(tenant.began());
    let problem = "an instant of the tenant's life: not before its birth, and not after now";
    let rewound = tenant
        .rewound(at)
        .ok_or_else(|| OperationError::Conflict { problem: format!("expected {problem}, got {at}") })?;
    gateway.registry.sweep(gateway.settings.wall.now());
    Ok(gateway.registry.add(rewound, Persistence::InMemory(None))?)
}
