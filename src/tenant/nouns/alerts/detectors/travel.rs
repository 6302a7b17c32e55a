//! Impossible travel: one person in two countries within a time that no journey takes.
//!
//! Country by country, as the product compares; addresses of the company's VPN are passed over, and so are short
//! distances. Integers only, so that every machine judges alike.

use crate::generate::world::{IpCategory, Place};
use crate::model::activity::Event;
use crate::model::index::{AddressCode, PersonIx};
use crate::model::observation::Journey;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::codebook::Codebook;
use crate::tenant::per_person::PerPerson;

/// No airliner is faster, in km/h.
const FASTEST: i64 = 950;

/// Distances below this, in km, are never suspicious: borders are near.
const NEAR: i64 = 700;

/// After this long nobody is surprised.
const FORGOTTEN: Span = Span::hours(24);

#[derive(Clone)]
pub(super) struct Travel {
    seen: PerPerson<Option<Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    at: VirtualTime,
    address: AddressCode,
}

impl Travel {
    pub(super) fn new(people: usize) -> Self {
        Self { seen: PerPerson::new(None, people) }
    }

    /// Sees a row; answers, if the journey is impossible, when the person was last seen at the other end.
    pub(super) fn see(
        &mut self,
        codebook: Codebook<'_>,
        person: PersonIx,
        event: &Event,
    ) -> Option<VirtualTime> {
        let at = event.timestamp();
        let slot = self.seen.get_mut(person)?;
        let Some(last) = *slot else {
            *slot =
                usable(codebook.address(event.address)?.place).then_some(Seen { at, address: event.address });
            return None;
        };
        if last.address == event.address {
            slot.replace(Seen { at: at.max(last.at), ..last });
            return None;
        }
        let (from, to) = (codebook.address(last.address)?.place, codebook.address(event.address)?.place);
        if !usable(to) {
            return None;
        }
        if at >= last.at {
            *slot = Some(Seen { at, address: event.address });
        }
        let apart = Span::millis((at - last.at).as_millis().abs());
        (from.country != to.country && apart < FORGOTTEN && impossible(from, to, apart))
            .then(|| last.at.min(at))
    }
}

/// The first journey among activities, which are in the order of happening, that can't have been.
pub(in super::super) fn journey(codebook: Codebook<'_>, events: &[Event]) -> Option<Journey> {
    let seen = events.iter().filter_map(|event| Some((event, codebook.address(event.address)?.place)));
    let seen: Vec<(&Event, &Place)> = seen.filter(|(_, place)| usable(place)).collect();
    let mut steps = seen.windows(2).map(|step| (step[0], step[1]));
    steps.find_map(|((earlier, from), (later, to))| {
        let apart = later.timestamp() - earlier.timestamp();
        (from.country != to.country && impossible(from, to, apart)).then_some(Journey {
            from: earlier.address,
            to: later.address,
            apart,
        })
    })
}

/// Somebody is there, and where that is is known: of what was put in without more, it may not be.
fn usable(place: &Place) -> bool {
    place.category != IpCategory::Vpn && (place.latitude_milli, place.longitude_milli) != (0, 0)
}

fn impossible(from: &Place, to: &Place, apart: Span) -> bool {
    let distance = distance_km(from, to);
    distance > NEAR && distance * 3_600_000 > FASTEST * apart.as_millis()
}

/// Distance in km, on a plane that is true at the middle latitude: good to some percent up to a few thousand km,
/// and far enough off zero beyond that.
fn distance_km(from: &Place, to: &Place) -> i64 {
    let (lat_a, lat_b) = (i64::from(from.latitude_milli), i64::from(to.latitude_milli));
    let mut turn = (i64::from(from.longitude_milli) - i64::from(to.longitude_milli)).abs();
    if turn > 180_000 {
        turn = 360_000 - turn;
    }
    // Bhaskara's approximation of the cosine, in thousandths: (32400 - 4x²) / (32400 + x²).
    let middle = (lat_a + lat_b) / 2_000;
    let cosine = 1_000 * (32_400 - 4 * middle * middle) / (32_400 + middle * middle);
    // A degree is 111 km, a thousandth of it 111 m.
    let north = (lat_a - lat_b) * 111;
    let east = turn * 111 * cosine / 1_000;
    (((north * north + east * east) as u64).isqrt() / 1_000) as i64
}
