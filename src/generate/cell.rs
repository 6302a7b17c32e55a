//! One cell: all intents of one actor on one local day.
//!
//! A cell is a pure function of the world, the actor and the day; no cell knows another. It must never ask for
//! the date, only for the weekday: tenants whose starts lie whole weeks apart are equal but for the shift.

use super::calendar::Trip;
use super::kinds;
use super::stream::{Chance, Stream};
use super::world::World;
use super::{calendar, desk, machines, noise, rhythm, session, slips, turnover};
use crate::model::activity::Event;
use crate::model::time::{Span, VirtualTime};

/// No event is stored later than this after it happened.
pub const MAX_LAG: Span = Span::hours(6);

/// Seconds of a day.
pub(super) const DAY: u32 = 86_400;

/// Hands the intents of `actor`'s local day `day` to `sink`, in no particular order.
///
/// Days count from the UTC day of the specification's start; negative ones are history. The local day of an
/// office `o` minutes east of UTC begins `o` minutes before the UTC day. Every event's timestamp lies within the
/// local day, and `created` at most [`MAX_LAG`] after it. The day of an application is the UTC day. An unknown actor
/// and a disabled one do nothing.
pub fn cell(world: &World, actor: u32, day: i32, sink: &mut impl FnMut(Event)) {
    if let Some(events) = world.planned.events.get(&(actor, day)) {
        events.iter().copied().for_each(&mut *sink);
    }
    let Some(person) = world.people.get(actor as usize) else {
        return machines::cell(world, actor, day, sink);
    };
    if person.disabled || world.turnover.absent(actor, day) {
        return;
    }
    let today = Today::new(world, actor, day);
    let mut journal = Journal::new(&today, sink);
    let sittings = rhythm::sittings(&today);
    let mut doing = today.stream("doing");
    for sitting in &sittings {
        session::sit(&today, sitting, &mut doing, &mut journal);
    }
    journal.lag = today.stream("lag2");
    slips::happen(&today, &sittings, &mut journal);
    journal.lag = today.stream("lag3");
    noise::guesses(&today, &mut journal);
    if world.habits[actor as usize].desk {
        desk::routine(&today, &sittings, &mut journal);
    }
    turnover::errands(&today, &sittings, &mut journal);
    turnover::first_day(&today, &sittings, &mut journal);
}

/// The actor and the day that a cell is about.
pub(super) struct Today<'a> {
    pub(super) world: &'a World,
    pub(super) actor: u32,
    pub(super) day: i32,
    /// 0 is Monday.
    pub(super) weekday: u32,
    /// A storyline happens to the actor today; if true, one that needs them at work.
    pub(super) story: Option<bool>,
    /// The business trip that the actor is on.
    pub(super) trip: Option<Trip>,
}

impl<'a> Today<'a> {
    pub(super) fn new(world: &'a World, actor: u32, day: i32) -> Self {
        let story = world.planned.days.get(&(actor, day)).copied();
        let weekday = weekday(world.spec.start, day);
        let mut today = Self { world, actor, day, weekday, story, trip: None };
        today.trip = calendar::trip(&today);
        today
    }

    /// The chance of this actor on this day, for one purpose.
    pub(super) fn stream(&self, facet: &str) -> Stream {
        Stream::new(self.world.spec.seed, "cell", key(self.actor, self.day), facet)
    }

    /// The chance of this actor in the week (from Monday) that the day is in.
    pub(super) fn week_stream(&self, facet: &str) -> Stream {
        let monday = self.day - self.weekday as i32;
        Stream::new(self.world.spec.seed, "week", key(self.actor, monday), facet)
    }

    pub(super) fn weekend(&self) -> bool {
        self.weekday >= 5
    }
}

fn key(actor: u32, day: i32) -> u64 {
    u64::from(actor) << 32 | u64::from(day.cast_unsigned())
}

/// The weekday of a day counted from the start's UTC day: 0 is Monday.
pub(super) fn weekday(start: VirtualTime, day: i32) -> u32 {
    // The epoch was a Thursday.
    (start.day() + i64::from(day) + 3).rem_euclid(7) as u32
}

/// Writes events down: stamps them with time, lag and actor.
pub(super) struct Journal<'a, F> {
    midnight: VirtualTime,
    actor: u32,
    pub(super) lag: Stream,
    sink: &'a mut F,
}

/// By what and from where something is done.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) address: u32,
    pub(super) agent: u16,
}

impl<'a, F: FnMut(Event)> Journal<'a, F> {
    pub(super) fn new(today: &Today<'_>, sink: &'a mut F) -> Self {
        let world = today.world;
        let person = world.people.get(today.actor as usize);
        let offset = person.map_or(0, |of| world.offices[usize::from(of.office)].utc_offset_minutes);
        let start = world.spec.start.day() + i64::from(today.day);
        let midnight = VirtualTime::of_day(start) - Span::minutes(i64::from(offset));
        Self { midnight, actor: today.actor, lag: today.stream("lag"), sink }
    }

    /// Writes down that something was done at a second of the local day (later ones count as its last).
    pub(super) fn write(&mut self, second: u32, kind: u16, client: Client, object: u32) {
        let timestamp = self.midnight + Span::seconds(i64::from(second.min(DAY - 1)));
        let lag = self.draw_lag(kind);
        (self.sink)(Event {
            created: timestamp + Span::millis(i64::from(lag)),
            lag,
            actor: self.actor,
            kind,
            address: client.address,
            agent: client.agent,
            object,
            story: 0,
        });
    }

    /// Milliseconds until the product has stored it: minutes mostly, rarely hours. Salesforce's connector polls.
    fn draw_lag(&mut self, kind: u16) -> u32 {
        let late = self.lag.chance(Chance::percent(1));
        let seconds = if late {
            self.lag.between(900, 18_000)
        } else if kinds::kind(kind).app == kinds::SALESFORCE {
            self.lag.between(120, 2_640)
        } else {
            20 + self.lag.below(880).min(self.lag.below(880))
        };
        seconds * 1_000 + self.lag.below(1_000)
    }
}
