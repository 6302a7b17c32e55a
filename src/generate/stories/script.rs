//! Writes the events of a storyline: who did what, from where, in which order.

use super::cast::{far_address, far_machine};
use super::{Storyline, draws};
use crate::catalogue::agents::Use;
use crate::catalogue::kinds;
use crate::generate::days::cell::{Client, DAY, Today};
use crate::generate::days::{rhythm, themes};
use crate::generate::objects::{files, mails};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::{World, agents};
use crate::model::activity::Event;
use crate::model::index::{ActorCode, KindCode, ObjectNo, PersonIx, StoryNo};
use crate::model::time::{Span, VirtualTime};

/// A story while it is being written.
pub(super) struct Script<'a> {
    pub(super) world: &'a World,
    pub(super) story: &'a Storyline,
    pub(super) chance: Stream,
    at: VirtualTime,
    /// From where and by what the story is done at present.
    client: Client,
    lag: Stream,
    events: Vec<Event>,
}

impl<'a> Script<'a> {
    pub(super) fn new(world: &'a World, story: &'a Storyline) -> Self {
        Self {
            world,
            story,
            chance: draws(world, story.ordinal, "unfold"),
            at: world.spec.start + story.begins,
            client: Client { address: story.attacker, agent: story.agent },
            lag: draws(world, story.ordinal, "lag"),
            events: Vec::new(),
        }
    }

    /// What was written, ordered by the time of being stored.
    pub(super) fn finish(mut self) -> Vec<Event> {
        self.events.sort_by_key(|event| (event.created, event.actor));
        self.events
    }

    /// The instant that the story has come to.
    pub(super) fn now(&self) -> VirtualTime {
        self.at
    }

    /// Lets between `low` and `high` seconds pass.
    pub(super) fn wait(&mut self, low: u32, high: u32) {
        self.at = self.at + Span::seconds(i64::from(self.chance.between(low, high)));
    }

    /// Lets so much time pass that `count` steps of it take at most these minutes.
    pub(super) fn pace(&mut self, count: u32, minutes: u32) {
        let step = (minutes * 60 / count.max(1)).max(1);
        self.wait(step.div_ceil(2), step);
    }

    /// Goes on between two minutes (counted from midnight at the user's office) of the day that lies `days` after the
    /// first one of the story; not before what has happened already.
    pub(super) fn on_day(&mut self, days: u32, low: u32, high: u32) {
        let (world, user) = (self.world, self.story.user);
        let first = local(world, ActorCode::of_person(user), world.spec.start + self.story.begins).0;
        let day = world.spec.start.day() + i64::from(first) + i64::from(days);
        let offset = i64::from(world.office_of(user).utc_offset_minutes);
        let minute = i64::from(self.chance.between(low, high)) - offset;
        let second = i64::from(self.chance.below(60));
        let at = VirtualTime::of_day(day) + Span::minutes(minute) + Span::seconds(second);
        self.at = self.at.max(at);
    }

    /// Days of the campaign beyond the first on which its user sits at work, counted from the first.
    pub(super) fn working_days(&self) -> Vec<u32> {
        let (world, user) = (self.world, self.story.user);
        let first = local(world, ActorCode::of_person(user), world.spec.start + self.story.begins).0;
        let works = |days: &u32| {
            let day = first + *days as i32;
            !world.turnover.absent(user, day) && !rhythm::sittings(&Today::new(world, user, day)).is_empty()
        };
        (1..=self.story.days).filter(works).collect()
    }

    /// The user, where the day's plan has them now.
    pub(super) fn desk(&self) -> Client {
        presence(self.world, self.story.user, self.at)
    }

    /// Somebody reads so many items of a mailbox, with between `pause.0` and `pause.1` seconds before each.
    pub(super) fn read_mail(
        &mut self,
        (actor, client): (ActorCode, Client),
        mailbox: PersonIx,
        count: u32,
        pause: (u32, u32),
    ) {
        for _ in 0..count {
            self.wait(pause.0, pause.1);
            let item = mails::received(mailbox, self.chance.below(2_048));
            self.by(actor, client, kinds::MAIL_ITEMS_ACCESSED, item);
        }
    }

    /// The library of the user's department.
    pub(super) fn department_site(&self) -> u32 {
        let department = usize::from(self.world.habits[self.story.user.index()].department);
        files::site_library(self.world, themes::site_of_department(self.world, department))
    }

    /// From where and by what the story is done.
    pub(super) fn attacker(&self) -> Client {
        self.client
    }

    /// Goes on through another exit of an anonymiser.
    pub(super) fn changes_exits(&mut self) {
        let exits = *self.chance.pick(&self.world.anonymisers);
        self.client.address = exits.at(self.chance.below(exits.count));
    }

    /// Whoever comes back on another day comes from elsewhere, and now and then by something else.
    pub(super) fn comes_back(&mut self) {
        self.client.address = far_address(self.world, self.story.user, &mut self.chance);
        if self.chance.chance(Chance::percent(50)) {
            self.client.agent = *self.chance.pick(&self.world.attackers);
        }
    }

    /// A program on another machine: who has many changes them every few steps.
    pub(super) fn moved_on(&mut self, client: Client) -> Client {
        if !self.chance.chance(Chance::of(1, 5)) {
            return client;
        }
        Client { address: far_machine(self.world, self.story.user, &mut self.chance), ..client }
    }

    /// The user of the story does something, in the attacker's hands or with bad intent.
    pub(super) fn act(&mut self, kind: KindCode, object: ObjectNo) {
        self.by(ActorCode::of_person(self.story.user), self.attacker(), kind, object);
    }

    /// The user does something that belongs to the story, from somewhere in particular.
    pub(super) fn by_user(&mut self, client: Client, kind: KindCode, object: ObjectNo) {
        self.by(ActorCode::of_person(self.story.user), client, kind, object);
    }

    /// Somebody does something that belongs to the story.
    pub(super) fn by(&mut self, actor: ActorCode, client: Client, kind: KindCode, object: ObjectNo) {
        self.write(self.at, actor, client, kind, object, Some(self.story.ordinal));
    }

    /// The user is seen doing something ordinary, so many minutes from now: it carries no number.
    pub(super) fn meanwhile(&mut self, minutes: u32, kind: KindCode, object: ObjectNo) {
        let at = self.at + Span::minutes(i64::from(minutes));
        let client = presence(self.world, self.story.user, self.at);
        self.write(at, ActorCode::of_person(self.story.user), client, kind, object, None);
    }

    /// The user is seen doing something ordinary at home on the phone: it carries no number.
    pub(super) fn at_home(&mut self, kind: KindCode, object: ObjectNo) {
        let person = self.world.person(self.story.user);
        let agent = agents::find(&person.agents, Use::Phone).unwrap_or(person.agents[0]);
        let client = Client { address: person.home, agent };
        self.write(self.at, ActorCode::of_person(self.story.user), client, kind, object, None);
    }

    fn write(
        &mut self,
        at: VirtualTime,
        actor: ActorCode,
        client: Client,
        kind: KindCode,
        object: ObjectNo,
        story: Option<StoryNo>,
    ) {
        let family = crate::catalogue::apps::app(kinds::kind(kind).app).map(|app| app.connector);
        let seconds = if family == Some(kinds::MICROSOFT_365) {
            20 + self.lag.below(880).min(self.lag.below(880))
        } else {
            // Connectors of other vendors ask every quarter of an hour or so.
            self.lag.between(120, 2_640)
        };
        let lag = seconds * 1_000 + self.lag.below(1_000);
        let client = client.as_reported(self.world, actor, local(self.world, actor, at).0, kind);
        self.events.push(Event {
            created: at + Span::millis(i64::from(lag)),
            lag,
            actor,
            kind,
            address: client.address,
            agent: client.agent,
            object,
            story,
        });
    }
}

/// The local day of an actor that an instant lies in, counted from the start's UTC day, and the second of that day.
pub(super) fn local(world: &World, actor: ActorCode, at: VirtualTime) -> (i32, u32) {
    let person = world.person_of_actor(actor);
    let offset = person.map_or(0, |person| world.office_of(person).utc_offset_minutes);
    let there = at + Span::minutes(i64::from(offset));
    let second = there.seconds().rem_euclid(i64::from(DAY));
    ((there.day() - world.spec.start.day()) as i32, second as u32)
}

/// Where somebody is at an instant, as far as the day's plan tells: the sitting at that time or the one next to it.
pub(super) fn presence(world: &World, person: PersonIx, at: VirtualTime) -> Client {
    let (day, second) = local(world, ActorCode::of_person(person), at);
    let sittings = rhythm::sittings(&Today::new(world, person, day));
    let far = |begin: u32, end: u32| begin.saturating_sub(second).max(second.saturating_sub(end));
    sittings
        .iter()
        .min_by_key(|sitting| far(sitting.begin, sitting.end))
        .map_or_else(|| at_home(world, person), |sitting| sitting.client)
}

/// At home, at one's own computer.
pub(super) fn at_home(world: &World, person: PersonIx) -> Client {
    let person = world.person(person);
    Client { address: person.home, agent: person.agents[0] }
}
