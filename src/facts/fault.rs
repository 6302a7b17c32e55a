//! The faults of a tenant, the scenarios that it was given, and the chance that faults draw.

use std::sync::Arc;

use crate::generate::Stream;
use crate::model::index::FaultNo;
use crate::tenant::nouns::faults::{Faults, PlacedFault};
use crate::tenant::nouns::scenarios::Run;
use crate::tenant::{Tenant, TenantView};

/// The faults of the tenant, those that are not to be seen yet included: ask them for an instant.
pub fn all(view: &TenantView) -> &Faults {
    &view.state.core().faults
}

/// Whether a tenant has faults, or had some. Computes nothing.
pub fn has_any(tenant: &Tenant) -> bool {
    !tenant.peek().core().faults.is_empty()
}

/// A fault by its number.
pub fn by_number(view: &TenantView, number: FaultNo) -> Option<&Arc<PlacedFault>> {
    all(view).until(view.now).find(|fault| fault.number == number)
}

/// The first name for a new fault that none has.
pub fn next_name(view: &TenantView) -> String {
    let taken = |name: &str| all(view).until(view.now).any(|fault| *fault.name == *name);
    let names = (1_u32..).map(|number| format!("fault-{number}"));
    names.into_iter().find(|name| !taken(name)).unwrap_or_default()
}

/// The scenarios that were started, in this order.
pub fn runs(view: &TenantView) -> impl Iterator<Item = &Arc<Run>> {
    view.state.core().scenarios.until(view.now)
}

/// The chance of a fault at the so-many-th request that it is about: the same in the same tenant, in whatever run.
pub fn chance(view: &TenantView, fault: FaultNo, ordinal: u64, facet: &str) -> Stream {
    let key = (u64::from(fault.get()) << 40) ^ ordinal;
    Stream::new(view.state.world().spec.seed, "fault", key, facet)
}
