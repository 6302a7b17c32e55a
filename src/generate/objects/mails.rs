//! Mail: threads of letters between people who share them.
//!
//! An object number names one letter wherever it lies: who began the thread, on which day, which of that day's threads
//! it is, and the place of the letter in it. Everything else follows from the thread's number, so the sender's record and
//! those of everybody who got the letter tell of the same one. Which letters are written, read and answered on a day is
//! decided in `days::post`.
//!
//! Days are told apart for [`DAYS`] of them: longer than any log goes back.

use super::files;
use crate::catalogue::departments::{COMMON_TOPICS, DEPARTMENTS, QUALIFIERS};
use crate::catalogue::languages::Language;
use crate::catalogue::subjects::{self, Subjects};
use crate::generate::birth::names;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ObjectNo, PersonIx};

/// Letters of a thread.
pub(in crate::generate) const LETTERS: u32 = 1 << LETTER_BITS;
const LETTER_BITS: u32 = 3;
/// Threads that somebody can begin on a day, those from outside included.
const THREADS: u32 = 1 << THREAD_BITS;
const THREAD_BITS: u32 = 6;
/// Days that can be told apart.
pub(in crate::generate) const DAYS: u32 = 1 << DAY_BITS;
const DAY_BITS: u32 = 8;

/// The first of the threads of a day that begin with the first letter of the morning.
pub(in crate::generate) const OF_THE_MORNING: u32 = 32;
/// The first of those that go to another company, whatever else is drawn.
const OUTWARDS: u32 = 36;
/// The first of those that somebody outside begins.
pub(in crate::generate) const INWARDS: u32 = 48;
/// How many of each of these two.
const OUTWARD: u32 = INWARDS - OUTWARDS;
pub(in crate::generate) const INWARD: u32 = THREADS - INWARDS;

/// Somebody who writes letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondent {
    /// The person, if it is one of the company.
    pub person: Option<PersonIx>,
    /// Mail address.
    pub address: String,
    /// Display name.
    pub name: String,
}

/// A letter, as activities refer to it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Id of the letter, in whichever mailbox it lies.
    pub id: Guid,
    /// Number of the letter; ids of its copies in mailboxes come from it.
    pub(in crate::generate) number: u32,
    /// The person by whose mailbox an application knows it.
    pub mailbox: PersonIx,
    /// Id of the thread.
    pub thread: Guid,
    /// Its place in the thread; 0 begins it.
    pub place: u32,
    /// Subject line.
    pub subject: String,
    /// Who has written it.
    pub from: Correspondent,
    /// To whom.
    pub to: Vec<Correspondent>,
    /// `<…@contoso.onmicrosoft.com>`, as in the Message-ID header.
    pub internet_message_id: String,
    /// Size in bytes.
    pub size: u32,
    /// Name of the file that comes along, if one does.
    pub attachment: Option<String>,
}

/// The letter that begins a thread.
pub(in crate::generate) fn begins(starter: PersonIx, day: i32, thread: u32) -> ObjectNo {
    let day = day.cast_unsigned() % DAYS;
    let code = (((starter.get() << DAY_BITS) | day) << THREAD_BITS) | (thread % THREADS);
    ObjectNo::new(1 + (code << LETTER_BITS))
}

/// A letter from outside that somebody got on a day.
pub(in crate::generate) fn from_outside(person: PersonIx, day: i32, index: u32) -> ObjectNo {
    begins(person, day, INWARDS + index % INWARD)
}

/// A letter from outside in somebody's mailbox.
pub(in crate::generate) fn received(mailbox: PersonIx, index: u32) -> ObjectNo {
    from_outside(mailbox, -((index / INWARD) as i32), index)
}

/// A letter of somebody to another company.
pub(in crate::generate) fn sent(mailbox: PersonIx, index: u32) -> ObjectNo {
    begins(mailbox, -((index / OUTWARD) as i32), OUTWARDS + index % OUTWARD)
}

/// The answer to a letter, unless the thread ends with it.
pub(in crate::generate) fn answer(letter: ObjectNo) -> Option<ObjectNo> {
    let code = code(letter);
    (code % LETTERS + 1 < LETTERS).then(|| ObjectNo::new(code + 2))
}

/// The letter from which on a mailbox item that is gone is looked for: the next thread of the same day.
pub(in crate::generate) fn next(letter: ObjectNo) -> ObjectNo {
    let code = code(letter);
    let threads = LETTERS * THREADS;
    ObjectNo::new(1 + code / threads * threads + (code / LETTERS + 1) % THREADS * LETTERS)
}

const fn code(letter: ObjectNo) -> u32 {
    letter.get().saturating_sub(1)
}

/// Who begins a thread, and which of the day's threads it is.
fn root(world: &World, code: u32) -> (PersonIx, u32) {
    let starter = (code >> (LETTER_BITS + THREAD_BITS + DAY_BITS)) % world.people.len() as u32;
    (PersonIx::new(starter), code >> LETTER_BITS & (THREADS - 1))
}

/// What a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matter {
    Team,
    Project,
    Approval,
    Private,
    /// With another company.
    Business,
    /// To many, from outside.
    Bulk,
}

/// A thread: those who write in it, in turn.
pub(in crate::generate) struct Thread {
    matter: Matter,
    /// People of the company, who begins it first; with others of the company only.
    pub(in crate::generate) people: Vec<PersonIx>,
    /// Somebody outside writes: first, where they began it.
    outside: Option<bool>,
}

impl Thread {
    /// The thread of a letter.
    pub(in crate::generate) fn of(world: &World, letter: ObjectNo) -> Self {
        let code = code(letter) & !(LETTERS - 1);
        Self::draw(world, code, &mut Stream::new(world.spec.seed, "thread", u64::from(code), "who"))
    }

    fn draw(world: &World, code: u32, chance: &mut Stream) -> Self {
        let (starter, thread) = root(world, code);
        let with = |matter, outside| Self { matter, people: vec![starter], outside: Some(outside) };
        if thread >= INWARDS {
            let bulk = chance.chance(Chance::percent(45));
            return with(if bulk { Matter::Bulk } else { Matter::Business }, true);
        }
        if thread >= OUTWARDS || chance.chance(Chance::percent(18)) {
            return with(Matter::Business, false);
        }
        let department = &world.departments[usize::from(world.habits[starter.index()].department)];
        let anybody = |chance: &mut Stream| PersonIx::new(chance.below(world.figures.members));
        let manager = world.person(starter).manager;
        let (matter, count) = match chance.weighted(&[46, 28, 12, 14]) {
            0 => (Matter::Team, [1, 1, 1, 2, 2, 3, 4, 5][chance.below(8) as usize]),
            1 => (Matter::Project, [1, 1, 2, 2, 3, 3, 4, 6][chance.below(8) as usize]),
            2 if manager.is_some() => (Matter::Approval, 1),
            2 => (Matter::Team, 1),
            _ => (Matter::Private, [1, 1, 1, 2][chance.below(4) as usize]),
        };
        let mut people = vec![starter];
        for _ in 0..count {
            let other = match matter {
                Matter::Approval => manager.unwrap_or(starter),
                Matter::Project if chance.chance(Chance::percent(70)) => anybody(chance),
                _ if department.is_empty() || chance.chance(Chance::percent(20)) => anybody(chance),
                _ => *chance.pick(department),
            };
            if !people.contains(&other) && !world.person(other).disabled {
                people.push(other);
            }
        }
        if people.len() == 1 {
            return with(Matter::Business, false);
        }
        Self { matter, people, outside: None }
    }

    /// How many write in turn.
    fn writers(&self) -> u32 {
        self.people.len() as u32 + u32::from(self.outside.is_some())
    }

    /// Who of the company writes a letter of the thread.
    pub(in crate::generate) fn writer(&self, letter: ObjectNo) -> Option<PersonIx> {
        let turn = code(letter) % LETTERS % self.writers();
        match self.outside {
            None => self.people.get(turn as usize).copied(),
            Some(first) => (first == (turn == 1)).then(|| self.people[0]),
        }
    }

    /// It can be answered.
    pub(in crate::generate) fn is_answered(&self) -> bool {
        self.matter != Matter::Bulk
    }
}

/// See [`World::mail`].
pub(in crate::generate) fn mail(world: &World, object: ObjectNo) -> Mail {
    let (number, seed) = (code(object), world.spec.seed);
    let first = number & !(LETTERS - 1);
    let place = number % LETTERS;
    let thread = Thread::of(world, object);
    let mut chance = Stream::new(seed, "thread", u64::from(first), "text");
    let correspondent = |person: PersonIx| {
        let known = world.person(person);
        Correspondent { person: Some(person), address: known.upn.clone(), name: known.display_name.clone() }
    };
    let mut writers: Vec<Correspondent> = thread.people.iter().map(|person| correspondent(*person)).collect();
    let mut company = "";
    if let Some(outside_first) = thread.outside {
        let country = &world.office_of(thread.people[0]).country;
        let (given, surname) = names::draw(country, &mut chance);
        let (name, label) = files::partner(world, &mut chance);
        company = name;
        let (address, name) = match thread.matter {
            Matter::Bulk => {
                let local = *chance.pick(&["news", "noreply", "service", "notifications", "info"]);
                (format!("{local}@{label}.example"), name.to_owned())
            }
            _ => (
                format!("{}@{label}.example", names::local_part(given, surname)),
                format!("{given} {surname}"),
            ),
        };
        let stranger = Correspondent { person: None, address, name };
        writers.insert(usize::from(!outside_first), stranger);
    }
    let language = language(world, &thread);
    let (subject, about) = subject(world, &thread, subjects::of(language), company, &mut chance);
    let subject = if place == 0 { subject } else { format!("{}{subject}", language.answer()) };
    let turn = place as usize % writers.len();
    let from = writers.swap_remove(turn);
    let id = world.ids.guid(Kind::Mail, u64::from(number));
    let domain = from.address.rsplit('@').next().unwrap_or_default();
    let internet_message_id = format!("<{:032X}@{domain}>", id.bits());
    let mut chance = Stream::new(seed, "thread", u64::from(number), "size");
    let carries = place == 0 && about.is_some() && chance.chance(Chance::percent(45));
    Mail {
        id,
        number,
        mailbox: thread.people[0],
        thread: world.ids.guid(Kind::Mail, 1 << 60 | u64::from(first)),
        place,
        subject,
        from,
        to: writers,
        internet_message_id,
        size: (1 << chance.between(if carries { 16 } else { 12 }, if carries { 22 } else { 16 }))
            + chance.below(2_048),
        attachment: about.filter(|_| carries),
    }
}

/// The language of a thread: that of all its people's offices, or English where they differ.
fn language(world: &World, thread: &Thread) -> Language {
    let of = |person: &PersonIx| Language::of_country(&world.office_of(*person).country);
    let first = of(&thread.people[0]);
    if thread.people.iter().all(|person| of(person) == first) { first } else { Language::English }
}

/// The subject of a thread, and the file that it is about.
fn subject(
    world: &World,
    thread: &Thread,
    subjects: &Subjects,
    company: &str,
    chance: &mut Stream,
) -> (String, Option<String>) {
    let list = match thread.matter {
        Matter::Team => subjects.team,
        Matter::Project => subjects.project,
        Matter::Approval => subjects.approval,
        Matter::Private => subjects.private,
        Matter::Business => subjects.business,
        Matter::Bulk => subjects.bulk,
    };
    let mut text = chance.pick::<&str>(list).to_string();
    if text.contains("{thing}") {
        text = text.replace("{thing}", chance.pick::<&str>(subjects.things));
    }
    let own = DEPARTMENTS[usize::from(world.habits[thread.people[0].index()].work)].topics;
    let topics = own.iter().chain(COMMON_TOPICS).collect::<Vec<_>>();
    let (_, stem, extension) = **chance.pick(&topics);
    let document = format!("{stem}{}", chance.pick::<&str>(QUALIFIERS));
    let about = text.contains("{file}").then(|| format!("{document}.{extension}"));
    let company = if company.is_empty() { files::partner(world, chance).0 } else { company };
    let project = chance.pick::<&str>(files::projects(world.figures.scale));
    let number = chance.between(1_000, 99_999).to_string();
    let day = chance.pick::<&str>(subjects.days);
    let filled = [
        ("{file}", document.as_str()),
        ("{project}", project),
        ("{company}", company),
        ("{number}", &number),
        ("{day}", day),
    ];
    (filled.iter().fold(text, |text, (name, value)| text.replace(name, value)), about)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;

    fn world(size: Size) -> World {
        World::new(&Specification::plain(1, size, VirtualTime::of_day(20_000)))
    }

    #[test]
    fn everybody_of_a_thread_tells_of_the_same_letters() {
        let world = world(Size::Small);
        for person in 0..60 {
            let mut letter = begins(PersonIx::new(person), -3, person % 32);
            let thread = Thread::of(&world, letter);
            let subject = world.mail(letter).subject;
            for place in 0..LETTERS {
                let mail = world.mail(letter);
                assert_eq!(mail.place, place);
                assert_eq!(mail.from.person, thread.writer(letter));
                assert!(!mail.to.iter().any(|to| to.address == mail.from.address));
                assert!(mail.subject.ends_with(&subject));
                let Some(next) = answer(letter) else { break };
                letter = next;
            }
            assert_eq!(answer(letter), None);
        }
    }

    #[test]
    fn letters_from_outside_are_written_by_nobody_of_the_company() {
        let world = world(Size::Small);
        for index in 0..200 {
            let mail = world.mail(received(PersonIx::new(7), index));
            assert_eq!((mail.from.person, mail.mailbox), (None, PersonIx::new(7)));
            assert_eq!(mail.to[0].person, Some(PersonIx::new(7)));
            let mail = world.mail(sent(PersonIx::new(7), index));
            assert_eq!(mail.from.person, Some(PersonIx::new(7)));
            assert_eq!(mail.to[0].person, None);
        }
    }

    #[test]
    fn subjects_go_into_the_thousands_and_hold_no_placeholder() {
        let world = world(Size::Large);
        let subjects: BTreeSet<String> = (0..8_000)
            .map(|number| world.mail(begins(PersonIx::new(number % 1_900), -1, number % THREADS)).subject)
            .collect();
        assert!(subjects.len() > 4_000, "{}", subjects.len());
        assert!(subjects.iter().all(|subject| !subject.contains(['{', '}'])));
        assert!(subjects.iter().any(|subject| subject.starts_with("Rechnung ")));
    }
}
