//! The post: which letters are written, read, answered and put away on a day, and who opens what was shared.
//!
//! Cells say when somebody reads or writes mail. Which letter it is can only be said of everybody together, since a
//! letter that is read has a sender, who has written it before: so the intents of one local day, of all actors, go
//! through here, once they are there. What comes out is a pure function of the world and the day:
//!
//! * Letters that are written and answered within a day follow from that day's intents alone.
//! * The first few letters that somebody reads in the morning, and some that are sent first, are about the evening (or the
//!   weekend) before. They follow from the letters of up to [`EVENINGS`] days before, and nothing else follows from them.
//!
//! So no day needs to know how all earlier ones went.

use std::collections::BTreeMap;

use crate::catalogue::kinds;
use crate::generate::objects::mails::{self, INWARD, OF_THE_MORNING, Thread};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::{Event, Target};
use crate::model::index::{ActorCode, ObjectNo, PersonIx};
use crate::model::time::VirtualTime;

use super::sharing;

/// Days for which a letter waits for somebody who does not look.
pub const EVENINGS: i64 = 3;

/// Letters that somebody reads first on a day, within [`MORNING_LASTS`]: those of the evening before, if there are any.
const MORNING: u32 = 1;
const MORNING_LASTS: i64 = 30 * 60_000;
/// Letters that wait for somebody, at most.
const WAITING: usize = 8;
/// Letters that somebody comes back to.
const RECENT: usize = 12;
/// Milliseconds that a letter takes.
const ON_ITS_WAY: i64 = 20_000;
/// An own letter answers one that was read, where one waits for an answer.
const ANSWERED: Chance = Chance::percent(62);
/// Nothing new has come: a letter from outside is read, rather than one that was read before.
const FROM_OUTSIDE: Chance = Chance::percent(55);

/// What a day leaves to the next one: the letters that wait for somebody, and for how many days they do.
#[derive(Clone, Debug, Default)]
pub struct Evening {
    waiting: BTreeMap<PersonIx, Vec<Waiting>>,
}

/// A letter that waits for somebody.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    sent: VirtualTime,
    letter: ObjectNo,
    days: i64,
}

/// Somebody's mailbox in the course of a day.
struct Mailbox {
    chance: Stream,
    /// When its owner first looked.
    opened: VirtualTime,
    reads: u32,
    sends: u32,
    threads: u32,
    inwards: u32,
    /// Of earlier days, with their time: people elsewhere may still be at what they call the day before.
    overnight: Vec<(VirtualTime, ObjectNo)>,
    /// Of today, with their time.
    unread: Vec<(VirtualTime, ObjectNo)>,
    /// Letters of earlier days and of today that wait for an answer.
    open_of_before: Vec<ObjectNo>,
    open: Vec<ObjectNo>,
    /// What was read last, the latest last.
    recent: Vec<ObjectNo>,
    deleted: Vec<ObjectNo>,
}

/// The post of one day.
struct Post<'a> {
    world: &'a World,
    day: i32,
    mailboxes: BTreeMap<PersonIx, Mailbox>,
    /// Whether anybody has looked for mail, or only got some.
    yesterday: &'a Evening,
}

/// Settles the intents of local day `day`, of all actors, in the order of the actors; answers what is left for the next.
pub fn settle(world: &World, day: i32, events: &mut Vec<Event>, yesterday: &Evening) -> Evening {
    let is_mail = |event: &Event| {
        event.story.is_none()
            && world.person_of_actor(event.actor).is_some()
            && kinds::kind(event.kind).target == Target::Mail
    };
    let mut order: Vec<(VirtualTime, u32)> = (0u32..)
        .zip(&*events)
        .filter(|(_, event)| is_mail(event))
        .map(|(at, event)| (event.timestamp(), at))
        .collect();
    order.sort_unstable();
    let mut post = Post { world, day, mailboxes: BTreeMap::new(), yesterday };
    for (at, index) in order {
        let event = &mut events[index as usize];
        let Some(person) = world.person_of_actor(event.actor) else { continue };
        event.object = match event.kind {
            kinds::SEND => post.sent(person, at),
            kinds::MAIL_CREATED => post.drafted(person, at),
            kinds::MOVE_TO_DELETED_ITEMS => post.put_away(person, at),
            kinds::SOFT_DELETE | kinds::HARD_DELETE => post.purged(person, at),
            _ => post.read(person, at),
        };
    }
    let evening = post.evening();
    sharing::answers(world, day, events);
    evening
}

impl Post<'_> {
    fn mailbox(&mut self, person: PersonIx, at: VirtualTime) -> &mut Mailbox {
        let (world, day, yesterday) = (self.world, self.day, self.yesterday);
        self.mailboxes.entry(person).or_insert_with(|| {
            let key = ActorCode::of_person(person).ordinal() << 32 | u64::from(day.cast_unsigned());
            let waiting = yesterday.waiting.get(&person);
            Mailbox {
                chance: Stream::new(world.spec.seed, "cell", key, "post"),
                opened: at,
                reads: 0,
                sends: 0,
                threads: 0,
                inwards: MORNING,
                overnight: waiting.into_iter().flatten().map(|waits| (waits.sent, waits.letter)).collect(),
                unread: Vec::new(),
                open_of_before: Vec::new(),
                open: Vec::new(),
                recent: Vec::new(),
                deleted: Vec::new(),
            }
        })
    }

    /// The letter that somebody sends: an answer, or the first of a thread.
    fn sent(&mut self, person: PersonIx, at: VirtualTime) -> ObjectNo {
        let day = self.day;
        let mailbox = self.mailbox(person, at);
        let (answers, early) = (mailbox.chance.chance(ANSWERED), mailbox.chance.chance(Chance::percent(35)));
        mailbox.sends += 1;
        if mailbox.sends == 1 && early {
            let before = mailbox.open_of_before.pop().and_then(mails::answer);
            let letter = before.unwrap_or_else(|| mails::begins(person, day, OF_THE_MORNING));
            for other in self.others(person, letter) {
                self.mailbox(other, at).overnight.push((at, letter));
            }
            return letter;
        }
        let open = if answers { mailbox.open.pop().and_then(mails::answer) } else { None };
        let letter = open.unwrap_or_else(|| {
            mailbox.threads += 1;
            mails::begins(person, day, (mailbox.threads - 1) % OF_THE_MORNING)
        });
        for other in self.others(person, letter) {
            self.mailbox(other, at).unread.push((at, letter));
        }
        letter
    }

    /// Who of the company gets a letter.
    fn others(&self, writer: PersonIx, letter: ObjectNo) -> Vec<PersonIx> {
        let mut people = Thread::of(self.world, letter).people;
        people.retain(|person| *person != writer);
        people
    }

    /// The letter that somebody reads: the one that came in last, else one from outside, or one that was read before.
    fn read(&mut self, person: PersonIx, at: VirtualTime) -> ObjectNo {
        let day = self.day;
        let mailbox = self.mailbox(person, at);
        let (outside, again) = (mailbox.chance.chance(FROM_OUTSIDE), mailbox.chance.below(RECENT as u32));
        if mailbox.reads == 0 {
            mailbox.opened = at;
        }
        mailbox.reads += 1;
        let arrived = |(sent, _): &(VirtualTime, ObjectNo)| (at - *sent).as_millis() >= ON_ITS_WAY;
        let early = (at - mailbox.opened).as_millis() < MORNING_LASTS;
        if mailbox.reads <= MORNING && early {
            let letter = match mailbox.overnight.iter().position(arrived) {
                Some(oldest) => mailbox.overnight.remove(oldest).1,
                None => mails::from_outside(person, day, mailbox.reads - 1),
            };
            mailbox.remember(letter);
            if self.answers(person, letter) {
                self.mailbox(person, at).open_of_before.push(letter);
            }
            return letter;
        }
        let letter = if let Some(newest) = mailbox.unread.iter().rposition(arrived) {
            mailbox.unread.remove(newest).1
        } else if (outside || mailbox.recent.is_empty()) && mailbox.inwards < INWARD {
            mailbox.inwards += 1;
            mails::from_outside(person, day, mailbox.inwards - 1)
        } else {
            let count = mailbox.recent.len();
            return match count {
                0 => mails::from_outside(person, day, INWARD - 1),
                _ => mailbox.recent[again as usize % count],
            };
        };
        mailbox.remember(letter);
        if self.answers(person, letter) {
            self.mailbox(person, at).open.push(letter);
        }
        letter
    }

    /// It is for this person to answer a letter.
    fn answers(&self, person: PersonIx, letter: ObjectNo) -> bool {
        let thread = Thread::of(self.world, letter);
        thread.is_answered()
            && mails::answer(letter).is_some_and(|answer| thread.writer(answer) == Some(person))
    }

    /// The letter that somebody has begun to write, which will be sent next if it opens a thread.
    fn drafted(&mut self, person: PersonIx, at: VirtualTime) -> ObjectNo {
        let day = self.day;
        let threads = self.mailbox(person, at).threads;
        mails::begins(person, day, threads % OF_THE_MORNING)
    }

    /// The letter that somebody moves to the deleted items: the one that was read last.
    fn put_away(&mut self, person: PersonIx, at: VirtualTime) -> ObjectNo {
        let letter = self.taken(person, at, true);
        self.mailbox(person, at).deleted.push(letter);
        letter
    }

    /// The letter that somebody deletes for good: of the deleted items, else one that was read a while ago.
    fn purged(&mut self, person: PersonIx, at: VirtualTime) -> ObjectNo {
        match self.mailbox(person, at).deleted.is_empty() {
            false => self.mailbox(person, at).deleted.remove(0),
            true => self.taken(person, at, false),
        }
    }

    /// A letter that was read, which nobody comes back to any more.
    fn taken(&mut self, person: PersonIx, at: VirtualTime, last: bool) -> ObjectNo {
        let day = self.day;
        let mailbox = self.mailbox(person, at);
        if mailbox.recent.is_empty() {
            mailbox.inwards = (mailbox.inwards + 1).min(INWARD);
            return mails::from_outside(person, day, mailbox.inwards - 1);
        }
        let place = if last { mailbox.recent.len() - 1 } else { 0 };
        let letter = mailbox.recent.remove(place);
        mailbox.open.retain(|open| *open != letter);
        mailbox.open_of_before.retain(|open| *open != letter);
        letter
    }

    /// What waits for the next day: letters of today, and earlier ones of those who have not looked.
    fn evening(self) -> Evening {
        let mut evening = Evening::default();
        for (person, mailbox) in &self.mailboxes {
            let unread = mailbox.unread.iter().rev().take(WAITING).rev();
            let waiting = unread.map(|&(sent, letter)| Waiting { sent, letter, days: 1 });
            evening.waiting.insert(*person, waiting.collect());
        }
        for (person, waiting) in &self.yesterday.waiting {
            let looked = self.mailboxes.get(person).is_some_and(|mailbox| mailbox.reads > 0);
            let still = waiting.iter().filter(|waits| waits.days < EVENINGS && !looked);
            let later = evening.waiting.entry(*person).or_default();
            later.splice(..0, still.map(|waits| Waiting { days: waits.days + 1, ..*waits }));
            later.truncate(WAITING);
        }
        evening.waiting.retain(|_, letters| !letters.is_empty());
        evening
    }
}

impl Mailbox {
    fn remember(&mut self, letter: ObjectNo) {
        self.recent.push(letter);
        if self.recent.len() > RECENT {
            self.recent.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::cell;
    use crate::model::spec::{Size, Specification};

    fn day(world: &World, day: i32, yesterday: &Evening) -> (Vec<Event>, Evening) {
        let mut events = Vec::new();
        for actor in world.actors() {
            cell(world, actor, day, &mut |event| events.push(event));
        }
        let evening = settle(world, day, &mut events, yesterday);
        (events, evening)
    }

    #[test]
    fn a_day_needs_no_more_than_the_evenings_before_it() {
        let world = World::new(&Specification::plain(3, Size::Small, VirtualTime::of_day(20_000)));
        let settled = |first: i32| {
            let mut evening = Evening::default();
            for at in first..-1 {
                evening = day(&world, at, &evening).1;
            }
            day(&world, -1, &evening).0
        };
        let short = settled(-1 - EVENINGS as i32);
        assert!(!short.is_empty());
        assert_eq!(short, settled(-12));
    }

    #[test]
    fn letters_are_read_after_they_were_sent_and_answered_by_whose_turn_it_is() {
        let world = World::new(&Specification::plain(1, Size::Small, VirtualTime::of_day(20_000)));
        let (mut read, mut answers) = (0, 0);
        for at in -12..-5 {
            let (mut events, _) = day(&world, at, &Evening::default());
            events.retain(|event| event.story.is_none() && world.person_of_actor(event.actor).is_some());
            events.sort_by_key(Event::timestamp);
            let mut sent: BTreeMap<ObjectNo, VirtualTime> = BTreeMap::new();
            for event in &events {
                let person = world.person_of_actor(event.actor);
                match event.kind {
                    kinds::SEND => {
                        let mail = world.mail(event.object);
                        assert_eq!(mail.from.person, person);
                        answers += u32::from(mail.place > 0);
                        sent.entry(event.object).or_insert(event.timestamp());
                    }
                    kinds::MAIL_ITEMS_ACCESSED => {
                        let mail = world.mail(event.object);
                        assert!(mail.to.iter().any(|to| to.person == person), "{mail:?}");
                        if mail.from.person.is_some() {
                            assert!(sent[&event.object] < event.timestamp());
                            read += 1;
                        }
                    }
                    _ => {}
                }
            }
        }
        assert!(read > 40 && answers > 10, "{read} {answers}");
    }
}
