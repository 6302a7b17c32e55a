//! Unusual administrative activity: several changes within an hour of the night, by somebody who does not change things
//! at night.
//!
//! The night is that of the person's office. Source:
//! <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> (unusual administrative activities);
//! the thresholds are (unverified).

use crate::model::activity::Event;
use crate::model::index::PersonIx;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::codebook::Codebook;
use crate::tenant::per_person::PerPerson;

/// So many activities …
const COUNT: u8 = 3;
/// … within this time …
pub(super) const WINDOW: Span = Span::hours(1);
/// … between these seconds of the local day.
const NIGHT: std::ops::Range<i64> = 0..5 * 3_600;

#[derive(Clone)]
pub(super) struct Nights {
    people: PerPerson<Window>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    since: VirtualTime,
    count: u8,
}

impl Nights {
    pub(super) fn new(people: usize) -> Self {
        Self { people: PerPerson::new(Window::default(), people) }
    }

    /// Sees an administrative activity: when the window began that it has filled.
    pub(super) fn see(
        &mut self,
        codebook: Codebook<'_>,
        person: PersonIx,
        event: &Event,
    ) -> Option<VirtualTime> {
        let at = event.timestamp();
        let offset = i64::from(codebook.world.office_of(person).utc_offset_minutes) * 60;
        if !NIGHT.contains(&(at.seconds() + offset).rem_euclid(86_400)) {
            return None;
        }
        let window = self.people.get_mut(person)?;
        // What was stored late and happened before counts for the window that it lies near.
        if at > window.since + WINDOW || window.since > at + WINDOW {
            *window = Window { since: at, count: 0 };
        }
        window.since = window.since.min(at);
        window.count = window.count.saturating_add(1);
        (window.count == COUNT).then_some(window.since)
    }
}
