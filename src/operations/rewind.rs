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

/// How long a fork is there that somebody goes back in and nobody keeps, by the wall clock.
const PASSING: Span = Span::hours(4);

/// A minute before the connection of Copilot was lost last, but not before it was there nor before the tenant was: what
/// there is to go back to. Of a connection that was lost at the very instant at which it came, nothing can be seen; there
/// the minute before is gone back to all the same, in which it was not there yet.
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
                let since = Some(since).filter(|since| *since < event.at).unwrap_or(began);
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
/// When it is not wanted any more, the instant lies ahead, or before the tenant was born or forked off, or the server
/// can't take another tenant.
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

/// The same in a fork that ends by itself: after hours, or once so many others were made that it is the oldest of them.
///
/// # Errors
/// See [`rewind`].
pub fn passing(
    gateway: &Gateway,
    tenant: &Tenant,
    at: VirtualTime,
    wanted: &dyn Fn() -> bool,
) -> Result<Arc<Entry>, OperationError> {
    let entry = rewind(gateway, tenant, at, ForkLifetime::InMemory { ttl: Some(PASSING) }, wanted)?;
    let surplus = gateway.registry.pass(entry.tenant.identity().id, tenant.identity().id);
    // One that was dropped meanwhile needs no dropping.
    surplus.into_iter().for_each(|id| drop(gateway.registry.remove(id)));
    Ok(entry)
}

/// Whether a tenant is a fork that ends by itself.
pub fn is_passing(entry: &Entry) -> bool {
    entry.expires.is_some() && entry.tenant.identity().fork != 0
}

/// Drops a fork that ends by itself, and says at which tenant one goes on: the one that it was forked off in the end.
///
/// # Errors
/// The tenant is no such fork.
pub fn dropped(gateway: &Gateway, tenant: &Tenant) -> Result<Arc<Entry>, OperationError> {
    let (identity, registry) = (tenant.identity(), &gateway.registry);
    let entry = registry.by_id(identity.id).filter(|entry| is_passing(entry));
    let entry = entry.ok_or_else(|| OperationError::Conflict {
        problem: format!(
            "{} is no fork that ends by itself; DELETE /_mock/tenants/{{id}} drops any",
            identity.label
        ),
    })?;
    tenants::delete(gateway, &entry.tenant)?;
    let origin = identity.label.rsplit_once("-f").and_then(|(label, _)| registry.by_label(label));
    Ok(origin.unwrap_or_else(|| registry.first()))
}
