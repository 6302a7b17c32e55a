//! Unusual volume: a person does in a day many times what they do on their other days.
//!
//! A running mean of the days on which the person did it at all, in thousandths; integers only.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> (unusual activities by user).

use crate::model::activity::Event;
use crate::model::index::PersonIx;
use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::per_person::PerPerson;

/// Days with activity before anything is unusual.
const LEARNT: u16 = 4;

/// So many times the usual is unusual …
const TIMES: u64 = 5;

/// … if it is also at least this many.
const LEAST: u32 = 30;

#[derive(Clone)]
pub(super) struct Volume {
    people: PerPerson<Habit>,
}

#[derive(Clone, Copy, Default)]
struct Habit {
    /// The present day: days since the epoch.
    day: i64,
    today: u32,
    /// Mean of the days before, in thousandths.
    usual: u32,
    days: u16,
}

impl Volume {
    pub(super) fn new(people: usize) -> Self {
        Self { people: PerPerson::new(Habit::default(), people) }
    }

    /// Sees an activity that counts: if the day has just become unusual, when that day began.
    pub(super) fn see(&mut self, person: PersonIx, event: &Event) -> Option<VirtualTime> {
        let habit = self.people.get_mut(person)?;
        let day = event.timestamp().day();
        if day < habit.day {
            // Stored late: that day has been judged already.
            return None;
        }
        if day > habit.day {
            if habit.today > 0 {
                habit.days = habit.days.saturating_add(1);
                let weight = u64::from(habit.days.min(10));
                let mean = (u64::from(habit.usual) * (weight - 1) + u64::from(habit.today) * 1_000) / weight;
                habit.usual = u32::try_from(mean).unwrap_or(u32::MAX);
            }
            (habit.day, habit.today) = (day, 0);
        }
        habit.today += 1;
        let unusual = u64::from(habit.usual) * TIMES / 1_000;
        let limit = u32::try_from(unusual).unwrap_or(u32::MAX).max(LEAST);
        (habit.days >= LEARNT && habit.today == limit).then(|| VirtualTime::of_day(day))
    }

    /// The last instant of the day that began at `from`.
    pub(super) fn end(from: VirtualTime) -> VirtualTime {
        from + DAY - Span::millis(1)
    }
}
