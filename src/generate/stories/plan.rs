//! Which stories a tenant has behind it when it starts, and when each happened.

use std::collections::{BTreeMap, BTreeSet};

use super::script::local;
use super::{TALES, Tale, When, draws, tell, unfit, unfold};
use crate::generate::catalogues::departments::FINANCE;
use crate::generate::cell::weekday;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::person::Role;
use crate::model::spec::Size;
use crate::model::time::{Span, VirtualTime};

/// What the planned storylines leave, and when they need whom.
#[derive(Default)]
pub(in crate::generate) struct Planned {
    /// (user, local day) on which a story happens to somebody, and whether they must be at work.
    pub(in crate::generate) days: BTreeMap<(u32, i32), bool>,
    /// What cells must hold: (actor, local day) to events.
    pub(in crate::generate) events: BTreeMap<(u32, i32), Vec<Event>>,
}

/// How many of the stories a tenant has behind it.
const fn told(size: Size) -> usize {
    match size {
        Size::Tiny => 3,
        Size::Small | Size::Medium | Size::Large => TALES.len(),
    }
}

/// The storyline that happened last: within the day before the start, whatever hour that is. One of those that
/// can happen at any hour.
fn latest(size: Size, chance: &mut Stream) -> usize {
    const ANY_HOUR: [usize; 3] = [1, 2, 8];
    if size == Size::Tiny { 1 } else { *chance.pick(&ANY_HOUR) }
}

/// Plans the storylines of a world whose people are complete.
///
/// The world is given back with [`Planned::days`] in force before anything is unfolded, since where a victim sits
/// depends on it.
pub(in crate::generate) fn plan(world: &mut World) {
    let mut chance = Stream::new(world.spec.seed, "story", 0, "plan");
    let last = latest(world.spec.size, &mut chance);
    let mut taken = BTreeSet::new();
    let mut parts: Vec<(&Tale, u32, Span, u16)> = Vec::new();
    for (index, tale) in TALES.iter().enumerate().take(told(world.spec.size)) {
        let ordinal = parts.len() as u16;
        let mut chance = draws(world, ordinal, "part");
        let Some((user, begins)) = part(world, tale, index, index == last, &taken, &mut chance) else {
            continue;
        };
        taken.insert(user);
        parts.push((tale, user, begins, ordinal));
    }
    let mut planned = Planned::default();
    for &(tale, user, begins, _) in &parts {
        let day = local(world, user, world.spec.start + begins).0;
        let must_work = tale.when == When::Office;
        planned.days.entry((user, day)).and_modify(|known| *known |= must_work).or_insert(must_work);
    }
    world.planned.days = planned.days;
    for (tale, user, begins, ordinal) in parts {
        let mut chance = draws(world, ordinal, "play");
        let size = chance.between(tale.size.0, tale.size.1);
        let story = tell(world, tale, user, begins, size, ordinal, &mut chance);
        for event in unfold(world, &story) {
            let day = local(world, event.actor, event.timestamp()).0;
            world.planned.events.entry((event.actor, day)).or_default().push(event);
        }
        world.storylines.push(story);
    }
}

/// Whom a story happens to, and when: nobody to whom another one happens, unless it must be.
fn part(
    world: &World,
    tale: &Tale,
    index: usize,
    last: bool,
    taken: &BTreeSet<u32>,
    chance: &mut Stream,
) -> Option<(u32, Span)> {
    let history = world.spec.size.history_days() as i32;
    let day = match world.spec.size {
        _ if index == 0 && world.spec.size == Size::Tiny => -1,
        Size::Tiny => -2,
        _ if index == 0 => -(chance.between(2, 5) as i32),
        // The others are spread over the days before, the later ones drawn nearer.
        _ => -(chance.between(2, (history - 2).cast_unsigned()) as i32),
    };
    let mut people: Vec<u32> = (0..world.people.len() as u32).collect();
    // Personas are left to tests, where a story does not need an administrator.
    people.retain(|&at| world.person(at).persona.is_none() || !world.person(at).roles.is_empty());
    for at in (1..people.len()).rev() {
        people.swap(at, chance.below(at as u32 + 1) as usize);
    }
    // The few Global Administrators are kept for the story that needs one.
    people.sort_by_key(|&at| world.person(at).roles.contains(&Role::GlobalAdministrator));
    if tale.name == super::inbox_rule_fraud::TALE.name {
        // Whoever pays is worth the trouble.
        people.sort_by_key(|&at| world.habits[at as usize].department != FINANCE);
    }
    let leaves = |user: u32| world.turnover.leaver(user);
    if tale.name == super::mass_download::TALE.name {
        // Best told of somebody who really leaves, in the days before.
        let leaver =
            people.iter().copied().filter(|&user| !taken.contains(&user)).find(|&at| leaves(at).is_some());
        if let Some((user, last_day)) = leaver.and_then(|user| Some((user, leaves(user)?))) {
            return Some((user, instant(world, tale, user, last_day, chance)));
        }
    }
    let begins = |user: u32, chance: &mut Stream| {
        if last {
            // Over, and stored, before the start.
            let latest = 60 * (i64::from(tale.minutes) + 50);
            let before = latest + i64::from(chance.below((20 * 3_600 - latest) as u32));
            return Span::seconds(-before);
        }
        let day = match leaves(user) {
            Some(left) if tale.name == super::terminated_user::TALE.name => (left + 2).min(-1),
            _ => working_day(world, tale, day),
        };
        instant(world, tale, user, day, chance)
    };
    let alone = tale.name != super::terminated_user::TALE.name;
    people.into_iter().filter(|user| !alone || !taken.contains(user)).find_map(|user| {
        let begins =
            begins(user, &mut Stream::new(world.spec.seed, "story", u64::from(user), tale_key(index)));
        let fits = unfit(world, tale, user, world.spec.start + begins).is_none()
            && (!alone || world.turnover.of(user).is_none());
        fits.then_some((user, begins))
    })
}

/// The facet of a story's draws about one person.
const fn tale_key(index: usize) -> &'static str {
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"][index % 12]
}

/// A weekday for stories that need people at work: the Friday before a weekend, where history reaches that far.
fn working_day(world: &World, tale: &Tale, day: i32) -> i32 {
    if tale.when != When::Office {
        return day;
    }
    let friday = day - (weekday(world.spec.start, day) as i32 - 4).max(0);
    if friday < -(world.spec.size.history_days() as i32) { day } else { friday }
}

/// The latest local minute at which a story of the working day begins. Even in the westernmost office it is then
/// stored before the UTC day is over.
const LATEST_MINUTE: u32 = 13 * 60;

/// The instant of a user's local day at which a story begins.
fn instant(world: &World, tale: &Tale, user: u32, day: i32, chance: &mut Stream) -> Span {
    let habits = &world.habits[user as usize];
    let minute = match tale.when {
        When::Office => (habits.start + 90 + chance.below(240)).min(LATEST_MINUTE),
        When::Evening => 19 * 60 + chance.below(90),
        When::Night => 60 + chance.below(150),
        When::Any => chance.below(1_200),
    };
    let offset = i64::from(world.office_of(user).utc_offset_minutes);
    let midnight = VirtualTime::of_day(world.spec.start.day() + i64::from(day)) - Span::minutes(offset);
    let begins = midnight + Span::minutes(i64::from(minute)) + Span::seconds(i64::from(chance.below(60)));
    let begins = begins - world.spec.start;
    // Whatever the clock of the user's office: over before the start.
    let latest = Span::minutes(-i64::from(tale.minutes) - 50);
    if begins > latest { latest } else { begins }
}
