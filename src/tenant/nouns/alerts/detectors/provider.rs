//! Unusual ISP for an OAuth app: an application signs in or acts through a provider that it has never used, though long
//! watched.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> (learning period of 7 days).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::policies::LEARNING;
use crate::generate::World;
use crate::model::activity::Event;
use crate::model::index::{ActorCode, PrincipalIx};
use crate::model::time::VirtualTime;
use crate::tenant::codebook::Codebook;

/// The providers that applications have used.
#[derive(Clone)]
pub(super) struct Providers {
    /// Providers of the world, sorted: the index is the bit.
    names: Arc<[Box<str>]>,
    /// When the first activity of all was seen: from then on, applications are watched.
    since: Option<VirtualTime>,
    /// Bits of the providers that each application has used, by its number.
    used: imbl::OrdMap<PrincipalIx, u128>,
}

impl Providers {
    pub(super) fn new(world: &World) -> Self {
        let names: BTreeSet<&str> = world.addresses.places().map(|(.., place)| &*place.provider).collect();
        let names = names.into_iter().take(128).map(Box::from).collect();
        Self { names, since: None, used: imbl::OrdMap::new() }
    }

    /// Notes when watching began.
    pub(super) fn watch(&mut self, event: &Event) {
        self.since.get_or_insert_with(|| event.timestamp());
    }

    /// Sees what an application did: true if its provider is news.
    pub(super) fn see(&mut self, codebook: Codebook<'_>, app: PrincipalIx, event: &Event) -> bool {
        let Some(address) = codebook.address(event.address) else { return false };
        let provider = self.names.binary_search_by(|name| (**name).cmp(&address.place.provider));
        let Ok(bit) = provider.map(|index| 1u128 << index) else { return false };
        let used = self.used.get(&app).copied().unwrap_or(0);
        if used & bit != 0 {
            return false;
        }
        self.used.insert(app, used | bit);
        self.since.is_some_and(|since| event.timestamp() - since > LEARNING)
    }
}

/// Whom an alert about an application is about: the administrator who looks after it.
pub(super) fn owner(world: &World) -> ActorCode {
    world.application_owner().map_or(ActorCode::NOBODY, ActorCode::of_person)
}
