//! Going back to an earlier instant of a tenant's life, in a fork of its own: the same life up to then, played again.

use std::sync::Arc;

use crate::facts;
use crate::gateway::Gateway;
use crate::gateway::registry::Entry;
use crate::model::copilot::Happened;
use crate::model::field_error::FieldError;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{Tenant, TenantView};

use super::OperationError;
use super::tenants::{self, ForkLifetime};

/// How long before the connection was lost is gone back to, at most.
const BEFORE: Span = Span::minutes(1);

/// A minute before the connection of Copilot was lost last, but not before it was there nor before the tenant was: what
/// there is to go back to. A connection that was lost at the instant at which it came leaves nothing.
pub fn before_disconnected(tenant: &Tenant, view: &TenantView) -> Option<VirtualTime> {
    let began = tenant.began();
    let events = &facts::connection(view).events;
    let mut connected = None;
    let mut found = None;
    for event in events {
        match (event.what, connected) {
            (Happened::Connected, _) => connected = Some(event.at),
            (Happened::Disconnected(_), Some(since)) => {
                // What was lost before it was forked off is its parent's to go back to.
                found = Some((event.at - BEFORE).max(since).max(began)).filter(|at| *at < event.at);
                connected = None;
            }
            _ => {}
        }
    }
    found
}

/// A tenant of its own that has lived the same life up to `at`, and stands there, as long as `wanted` says so.
///
/// # Errors
/// When it is not wanted any more, the instant lies ahead, or before the tenant was born or forked off, or the server can't take another tenant.
pub fn rewind(
    gateway: &Gateway,
    tenant: &Tenant,
    at: VirtualTime,
    lifetime: ForkLifetime,
    wanted: &dyn Fn() -> bool,
) -> Result<Arc<Entry>, OperationError> {
    if !tenant.has_lived(at) {
        let (began, now) = (tenant.began(), tenant.now());
        let expected = format!("an instant of the tenant's life, from {began} to {now}");
        return Err(FieldError::value("to", &expected, at.to_string()).into());
    }
    let rewound = tenant.rewound_while(at, wanted).ok_or(OperationError::Unwanted)?;
    Ok(tenants::add_fork(gateway, rewound, lifetime)?)
}
