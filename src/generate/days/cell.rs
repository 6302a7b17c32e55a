//! One cell: all intents of one actor on one local day.
//!
//! A cell is a pure function of the world, the actor and the day; no cell knows another. It must never ask for
//! the date, only for the weekday: tenants whose starts lie whole weeks apart are equal but for the shift. (Real
//! holidays are the exception, see `calendar`.)

use std::ops::Deref;

use super::calendar::Trip;
use super::{
    background, calendar, incidents, leavers, machines, meetings, noise, rarities, rhythm, scripts, services,
    session, signing_in, support_desk,
};
use crate::catalogue::kinds;
use crate::generate::birth::people::Habits;
use crate::generate::birth::turnover;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::{World, agents};
use crate::model::activity::{Event, Kind, Target};
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, ObjectNo, OfficeIx, PersonIx};
use crate::model::time::{Span, VirtualTime};

/// No event is stored later than this after it happened.
pub const MAX_LAG: Span = Span::hours(6);

/// Seconds of a day.
pub(in crate::generate) const DAY: u32 = 86_400;

/// Hands the intents of `actor`'s local day `day` to `sink`, in no particular order.
///
/// Days count from the UTC day of the specification's start; negative ones are history. The local day of an
/// office `o` minutes east of UTC begins `o` minutes before the UTC day. Every event's timestamp lies within the
/// local day, and `created` at most [`MAX_LAG`] after it. The day of an application is the UTC day. An unknown actor
/// and a disabled one do nothing.
pub fn cell(world: &World, actor: ActorCode, day: i32, sink: &mut impl FnMut(Event)) {
    if let Some(events) = world.planned.events.get(&(actor, day)) {
        events.iter().copied().for_each(&mut *sink);
    }
    let Some(person) = world.person_of_actor(actor) else {
        return match actor {
            ActorCode::NOBODY => services::cell(world, day, sink),
            _ => machines::cell(world, actor, day, sink),
        };
    };
    if world.person(person).disabled {
        return;
    }
    let today = Today::new(world, person, day);
    if world.turnover.absent(person, day) {
        rarities::afterwards(&today, &mut EventWriter::new(&today, sink));
        return leavers::knock(&today, sink);
    }
    let mut writer = EventWriter::new(&today, sink);
    let sittings = rhythm::sittings(&today);
    let mut doing = today.stream("doing");
    let mut signing_in = signing_in::SigningIn::of(&today);
    for (number, sitting) in sittings.iter().enumerate() {
        session::sit(&today, number, sitting, &mut signing_in, &mut doing, &mut writer);
    }
    writer.lag = today.stream("lag2");
    incidents::happen(&today, &sittings, &mut writer);
    writer.lag = today.stream("lag3");
    noise::guesses(&today, &mut writer);
    if today.habits.desk {
        support_desk::routine(&today, &sittings, &mut writer);
    }
    turnover::tasks(&today, &sittings, &mut writer);
    turnover::first_day(&today, &sittings, &mut writer);
    turnover::founds(&today, &mut writer);
    writer.lag = today.stream("lag5");
    background::fetches(&today, &mut writer);
    scripts::run(&today, &sittings, &mut writer);
    writer.lag = today.stream("lag6");
    rarities::happen(&today, &sittings, &mut writer);
    writer.lag = today.stream("lag7");
    meetings::join(&today, &sittings, &mut writer);
}

/// The actor and the day that a cell is about.
pub(in crate::generate) struct ActorDay<'a> {
    pub(in crate::generate) world: &'a World,
    pub(in crate::generate) actor: ActorCode,
    pub(in crate::generate) day: i32,
    /// 0 is Monday.
    pub(in crate::generate) weekday: u32,
}

/// The person and the day that a cell is about.
pub(in crate::generate) struct Today<'a> {
    of: ActorDay<'a>,
    pub(in crate::generate) person: PersonIx,
    /// A storyline happens to the actor today; if true, one that needs them at work.
    pub(in crate::generate) story: Option<bool>,
    /// The business trip that the actor is on.
    pub(in crate::generate) trip: Option<Trip>,
    /// The actor's habits, office and home connection today: people move.
    pub(in crate::generate) habits: Habits,
    pub(in crate::generate) office: OfficeIx,
    pub(in crate::generate) home: AddressCode,
}

impl<'a> Today<'a> {
    pub(in crate::generate) fn new(world: &'a World, person: PersonIx, day: i32) -> Self {
        let story = world.planned.days.get(&(person, day)).copied();
        let of = ActorDay::new(world, ActorCode::of_person(person), day);
        let (habits, office) = (world.habits_on(person, day), world.office_on(person, day));
        let home = world.home_on(person, day);
        let mut today = Self { of, person, story, trip: None, habits, office, home };
        today.trip = calendar::trip(&today);
        today
    }
}

impl<'a> Deref for Today<'a> {
    type Target = ActorDay<'a>;

    fn deref(&self) -> &ActorDay<'a> {
        &self.of
    }
}

impl<'a> ActorDay<'a> {
    pub(in crate::generate) fn new(world: &'a World, actor: ActorCode, day: i32) -> Self {
        Self { world, actor, day, weekday: weekday(world.spec.start, day) }
    }

    /// The chance of this actor on this day, for one purpose.
    pub(in crate::generate) fn stream(&self, facet: &str) -> Stream {
        Stream::new(self.world.spec.seed, "cell", key(self.actor, self.day), facet)
    }

    /// The chance of this actor in the week (from Monday) that the day is in.
    pub(in crate::generate) fn week_stream(&self, facet: &str) -> Stream {
        let monday = self.day - self.weekday as i32;
        Stream::new(self.world.spec.seed, "week", key(self.actor, monday), facet)
    }

    pub(in crate::generate) fn weekend(&self) -> bool {
        self.weekday >= 5
    }
}

fn key(actor: ActorCode, day: i32) -> u64 {
    actor.ordinal() << 32 | u64::from(day.cast_unsigned())
}

/// The weekday of a day counted from the start's UTC day: 0 is Monday.
pub(in crate::generate) fn weekday(start: VirtualTime, day: i32) -> u32 {
    // The epoch was a Thursday.
    (start.day() + i64::from(day) + 3).rem_euclid(7) as u32
}

/// Writes events down: stamps them with time, lag and actor.
pub(in crate::generate) struct EventWriter<'a, F> {
    world: &'a World,
    midnight: VirtualTime,
    day: i32,
    actor: ActorCode,
    pub(in crate::generate) lag: Stream,
    sink: &'a mut F,
}

/// By what and from where something is done.
#[derive(Clone, Copy)]
pub(in crate::generate) struct Client {
    pub(in crate::generate) address: AddressCode,
    pub(in crate::generate) agent: AgentCode,
}

impl Client {
    /// What of it the record of an activity tells, on a day.
    ///
    /// What a service does for somebody on its own machines, later or in the background, comes from no address: Teams
    /// reports who was in a meeting once it is over, Power BI refreshes a model by its timetable, and the directory
    /// does not say from where an application changed it. Entra ID tells browser and system in its own words, and
    /// nothing of a program that signs in. (Which records lack what is (unverified).)
    pub(in crate::generate) fn as_reported(
        self,
        world: &World,
        actor: ActorCode,
        day: i32,
        kind: KindCode,
    ) -> Self {
        let this = Self { agent: agents::on(self.agent, world.spec.seed, actor, day), ..self };
        let by_app = || world.principal_of_actor(actor).is_some();
        match kinds::kind(kind) {
            Kind { target: Target::SignIn, .. } if by_app() => Self { agent: AgentCode::NONE, ..this },
            Kind { target: Target::SignIn, .. } => Self { agent: agents::as_signing_in(this.agent), ..this },
            _ if matches!(kind, kinds::MEETING_PARTICIPANT_DETAIL | kinds::POWER_BI_REFRESH_DATASET) => {
                services::SERVER_SIDE
            }
            Kind { app: kinds::MICROSOFT_365, .. } if by_app() => services::SERVER_SIDE,
            _ => this,
        }
    }
}

impl<'a, F: FnMut(Event)> EventWriter<'a, F> {
    pub(in crate::generate) fn new(today: &ActorDay<'a>, sink: &'a mut F) -> Self {
        let world = today.world;
        let person = world.person_of_actor(today.actor);
        let office = |person| &world.offices[world.office_on(person, today.day).index()];
        let offset = person.map_or(0, |person| office(person).utc_offset_minutes);
        let start = world.spec.start.day() + i64::from(today.day);
        let midnight = VirtualTime::of_day(start) - Span::minutes(i64::from(offset));
        Self { world, midnight, day: today.day, actor: today.actor, lag: today.stream("lag"), sink }
    }

    /// The instant at which the local day begins.
    pub(in crate::generate) fn midnight(&self) -> VirtualTime {
        self.midnight
    }

    /// Writes down that something was done at a second of the local day (later ones count as its last).
    pub(in crate::generate) fn write(
        &mut self,
        second: u32,
        kind: KindCode,
        client: Client,
        object: ObjectNo,
    ) {
        let timestamp = self.midnight + Span::seconds(i64::from(second.min(DAY - 1)));
        let lag = self.draw_lag(kind);
        let client = client.as_reported(self.world, self.actor, self.day, kind);
        (self.sink)(Event {
            created: timestamp + Span::millis(i64::from(lag)),
            lag,
            actor: self.actor,
            kind,
            address: client.address,
            agent: client.agent,
            object,
            story: None,
        });
    }

    /// Milliseconds until the product has stored it: minutes mostly, rarely hours. Salesforce's connector polls.
    fn draw_lag(&mut self, kind: KindCode) -> u32 {
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
