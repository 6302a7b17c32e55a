//! Activity from infrequent country: a country in which this person has never been seen, though long watched.
//!
//! Countries of the company's offices are nobody's news, and addresses of its VPN say nothing of where one is.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> (learning period of 7 days).

use std::borrow::Cow;
use std::sync::Arc;

use crate::catalogue::policies::LEARNING;
use crate::generate::World;
use crate::generate::world::IpCategory;
use crate::model::activity::Event;
use crate::model::index::{AddressCode, PersonIx};
use crate::model::time::VirtualTime;
use crate::tenant::codebook::Codebook;
use crate::tenant::per_person::PerPerson;

#[derive(Clone)]
pub(super) struct Countries {
    /// Countries of the catalogue, sorted: the index is the bit.
    names: Arc<[Cow<'static, str>]>,
    people: PerPerson<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    since: VirtualTime,
    countries: u128,
    last: AddressCode,
}

impl Countries {
    pub(super) fn new(world: &World) -> Self {
        let mut names: Vec<Cow<'static, str>> =
            world.addresses.places().map(|(.., place)| place.country.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(128);
        let offices = world.offices.iter().filter_map(|office| names.binary_search(&office.country).ok());
        let countries = offices.fold(0, |bits, index| bits | 1 << index);
        let nothing =
            Known { since: VirtualTime::from_millis(i64::MAX), countries, last: AddressCode::NOWHERE };
        Self { names: names.into(), people: PerPerson::new(nothing, world.people.len()) }
    }

    /// Sees a row: true if its country is news.
    pub(super) fn see(&mut self, codebook: Codebook<'_>, index: PersonIx, event: &Event) -> bool {
        let Some(known) = self.people.get(index) else { return false };
        if known.last == event.address {
            return false;
        }
        let Some(address) = codebook.address(event.address) else { return false };
        let country = self.names.binary_search(&address.place.country).ok();
        let Some(person) = self.people.get_mut(index) else {
            return false;
        };
        person.last = event.address;
        let at = event.timestamp();
        person.since = person.since.min(at);
        let Some(bit) =
            country.filter(|_| address.place.category != IpCategory::Vpn).map(|index| 1u128 << index)
        else {
            return false;
        };
        let new = person.countries & bit == 0;
        person.countries |= bit;
        new && at - person.since >= LEARNING
    }
}
