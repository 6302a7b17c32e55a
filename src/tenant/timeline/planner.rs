//! Intents in the order in which they would be stored, a UTC day at a time.
//!
//! Cells come by person and *local* day; the fold wants them by `created`. The planner sorts them into UTC days and
//! keeps what spills over. It is a cache and nothing more: what it answers is a function of (world, day), whatever
//! it was asked before.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::generate::{World, cell, post};
use crate::model::activity::Event;
use crate::model::time::{Span, VirtualTime};

/// Cells of local day `d` can reach into UTC days `d - 1` (east of Greenwich) to `d + 2` (west of it, stored late).
const REACH_BACK: i64 = 1;
const REACH_ON: i64 = 2;

const HOUR: Span = Span::hours(1);

/// Actors whose cells are made between two looks at whether that is still wanted: a fraction of a second of work.
const CROWD: usize = 1_000;

/// Sorts intents into UTC days. Cloning it is cheap: what is planned already is shared.
#[derive(Clone)]
pub struct Planner {
    world: Arc<World>,
    /// The UTC day (since the epoch) of the tenant's start: cells count from it.
    start_day: i64,
    /// Local days below this one, and from `from` on, are spread over `pending`.
    next_cell: i64,
    /// What the local day before `next_cell` left to it, if that is known.
    evening: Option<Arc<post::Evening>>,
    /// The first UTC day for which `pending` is whole.
    from: i64,
    pending: Arc<BTreeMap<i64, Vec<Event>>>,
    /// The days last asked for: the slot before midnight ends with the first instant of the next day.
    ready: [Option<(i64, Arc<[Event]>)>; 2],
}

impl Planner {
    /// A planner that has planned nothing yet.
    pub fn new(world: Arc<World>) -> Self {
        let start_day = world.spec.start.day();
        Self {
            world,
            start_day,
            next_cell: 0,
            evening: None,
            from: i64::MAX,
            pending: Arc::default(),
            ready: [None, None],
        }
    }

    /// Every intent whose `created` lies in UTC day `day` since the epoch, ordered by `created`, then person.
    pub fn day(&mut self, day: i64) -> Arc<[Event]> {
        self.day_while(day, &mut || true).expect("it is only left off where it is not wanted any more")
    }

    /// Plans the days from `first` to `last`, as long as `wanted` says so: whether they are all planned. Told no, it
    /// keeps what is whole.
    pub fn plan_while(&mut self, first: i64, last: i64, wanted: &mut dyn FnMut() -> bool) -> bool {
        (first..=last).all(|day| self.day_while(day, wanted).is_some())
    }

    /// The day is planned: asking for it costs nothing.
    pub fn has(&self, day: i64) -> bool {
        self.ready.iter().flatten().any(|(ready, _)| *ready == day)
    }

    /// How many intents a day has, as far as that is planned.
    pub fn planned(&self, day: i64) -> usize {
        self.ready.iter().flatten().find(|(ready, _)| *ready == day).map_or(0, |(_, events)| events.len())
    }

    fn day_while(&mut self, day: i64, wanted: &mut dyn FnMut() -> bool) -> Option<Arc<[Event]>> {
        if let Some((_, events)) = self.ready.iter().flatten().find(|(ready, _)| *ready == day) {
            return Some(Arc::clone(events));
        }
        if day < self.from || day > self.next_cell {
            self.pending = Arc::default();
            self.from = day;
            self.next_cell = day - REACH_ON;
            self.evening = None;
        }
        while self.next_cell <= day + REACH_BACK {
            self.spread(self.next_cell, wanted)?;
            self.next_cell += 1;
        }
        let pending = Arc::make_mut(&mut self.pending);
        *pending = pending.split_off(&day);
        let mut hours: [Vec<Event>; 24] = Default::default();
        for event in pending.remove(&day).unwrap_or_default() {
            let hour = (event.created - VirtualTime::of_day(day)).as_millis() / HOUR.as_millis();
            hours[hour as usize].push(event);
        }
        for hour in 0..hours.len() {
            if hours[hour].len() > CROWD && !wanted() {
                pending.insert(day, hours.concat());
                return None;
            }
            // Stable: a person's intents of one instant keep the order of their cell.
            hours[hour].sort_by_key(|event| (event.created, event.actor));
        }
        let events: Arc<[Event]> = hours.concat().into();
        self.from = day + 1;
        let [before, _] = std::mem::take(&mut self.ready);
        self.ready = [Some((day, Arc::clone(&events))), before];
        Some(events)
    }

    /// Spreads the cells of one local day over UTC days: all of them, or none.
    fn spread(&mut self, day: i64, wanted: &mut dyn FnMut() -> bool) -> Option<()> {
        let evening = match self.evening.take() {
            Some(evening) => evening,
            None => self.evening_before(day, wanted)?,
        };
        let Some((events, later)) = self.lived(day, &evening, wanted) else {
            self.evening = Some(evening);
            return None;
        };
        self.evening = Some(Arc::new(later));
        // Neighbouring days take most; looking the bucket up once per run of events of one day is enough.
        let mut bucket_day = day;
        let mut spread = BTreeMap::<i64, Vec<Event>>::new();
        let mut bucket = Vec::with_capacity(events.len());
        for event in events {
            let to = event.created.day();
            if to != bucket_day {
                let full = std::mem::replace(&mut bucket, spread.remove(&to).unwrap_or_default());
                spread.insert(bucket_day, full);
                bucket_day = to;
            }
            bucket.push(event);
        }
        spread.insert(bucket_day, bucket);
        let pending = Arc::make_mut(&mut self.pending);
        for (to, mut events) in spread {
            pending.entry(to).or_default().append(&mut events);
        }
        Some(())
    }

    /// What the days before a local day leave to it.
    fn evening_before(&self, day: i64, wanted: &mut dyn FnMut() -> bool) -> Option<Arc<post::Evening>> {
        let mut evening = post::Evening::default();
        for before in day - post::EVENINGS..day {
            evening = self.lived(before, &evening, wanted)?.1;
        }
        Some(Arc::new(evening))
    }

    /// Everybody's intents of a local day, and what it leaves to the next.
    fn lived(
        &self,
        day: i64,
        yesterday: &post::Evening,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Option<(Vec<Event>, post::Evening)> {
        let index = (day - self.start_day) as i32;
        let mut events = Vec::new();
        for (place, actor) in self.world.actors().enumerate() {
            if place % CROWD == CROWD - 1 && !wanted() {
                return None;
            }
            cell(&self.world, actor, index, &mut |event: Event| events.push(event));
        }
        let evening = post::settle(&self.world, index, &mut events, yesterday);
        Some((events, evening))
    }

    /// The intents of `(from, to]`, one slice per UTC day, in order.
    pub fn between(&mut self, from: VirtualTime, to: VirtualTime, mut each: impl FnMut(&[Event])) {
        for day in from.day()..=to.day() {
            let events = self.day(day);
            let first = events.partition_point(|event| event.created <= from);
            let last = events.partition_point(|event| event.created <= to);
            each(&events[first..last]);
        }
    }
}
