//! Which stories a tenant has behind it when it starts, and when each happened.

use std::collections::{BTreeMap, BTreeSet};

use super::script::local;
use super::{
    ScriptedAlert, StoryError, StoryTemplate, Storyline, TEMPLATES, Told, When, draws, most, names, tell,
    unfit, unfold, user_named,
};
use crate::catalogue::departments::FINANCE;
use crate::generate::days::cell::weekday;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{ActorCode, PersonIx, StoryNo};
use crate::model::person::Role;
use crate::model::spec::{Moment, Size, StorySpec, StorylineSpec};
use crate::model::time::{Span, VirtualTime};

/// What the planned storylines leave, and when they need whom.
#[derive(Default)]
pub(in crate::generate) struct Planned {
    /// (user, local day) on which a story happens to somebody, and whether they must be at work.
    pub(in crate::generate) days: BTreeMap<(PersonIx, i32), bool>,
    /// What cells must hold: (actor, local day) to events.
    pub(in crate::generate) events: BTreeMap<(ActorCode, i32), Vec<Event>>,
}

/// Of the tenants whose storylines are drawn, how many have had none.
const SPARED: Chance = Chance::of(1, 12);

/// The storyline that happened last: within the day before the start, whatever hour that is. One of those that
/// can happen at any hour.
fn latest(size: Size, chance: &mut Stream) -> usize {
    const ANY_HOUR: [usize; 3] = [1, 2, 8];
    if size == Size::Tiny { 1 } else { *chance.pick(&ANY_HOUR) }
}

/// Which stories of the catalogue are tried, in this order, and how many of them are told.
struct Choice {
    order: Vec<usize>,
    count: usize,
    /// The one that happened last.
    last: usize,
}

impl Choice {
    /// The first ones of the catalogue, as far as they fit.
    fn first(count: u32, last: usize) -> Self {
        Self { order: (0..TEMPLATES.len()).take(count as usize).collect(), count: count as usize, last }
    }

    /// As many as the number of people makes likely. All others are told once before one is told again.
    fn dosed(world: &World, last: usize) -> Self {
        let mut chance = Stream::new(world.spec.seed, "story", 0, "dose");
        let spared = chance.chance(SPARED);
        let count = if spared { 0 } else { chance.poisson(world.figures.stories_milli()) as usize };
        let mut order = Vec::new();
        while order.len() < count + TEMPLATES.len() {
            let mut round: Vec<usize> = (0..TEMPLATES.len()).collect();
            shuffle(&mut round, &mut chance);
            if order.is_empty() {
                // It has to be told, since it must have happened just now.
                round.sort_by_key(|index| *index != last);
            }
            order.append(&mut round);
        }
        Self { order, count, last }
    }
}

fn shuffle<T>(items: &mut [T], chance: &mut Stream) {
    for at in (1..items.len()).rev() {
        items.swap(at, chance.below(at as u32 + 1) as usize);
    }
}

/// Plans the storylines of a world whose people are complete.
///
/// The world is given back with [`Planned::days`] in force before anything is unfolded, since where a victim sits
/// depends on it.
pub(in crate::generate) fn plan(world: &mut World) {
    let mut chance = Stream::new(world.spec.seed, "story", 0, "plan");
    let last = latest(world.figures.scale, &mut chance);
    let drawn_alike = !matches!(world.spec.settings.storylines, Some(StorylineSpec::These(_)));
    let parts = match world.spec.settings.storylines.clone() {
        None | Some(StorylineSpec::Dose(_)) => drawn(world, &Choice::dosed(world, last)),
        Some(StorylineSpec::First(count)) => drawn(world, &Choice::first(count, last)),
        Some(StorylineSpec::These(asked)) => asked_for(world, &asked),
    };
    let mut planned = Planned::default();
    for &Part { template, user, begins, .. } in &parts {
        let day = local(world, ActorCode::of_person(user), world.spec.start + begins).0;
        let must_work = template.when == When::Office;
        planned.days.entry((user, day)).and_modify(|known| *known |= must_work).or_insert(must_work);
    }
    world.planned.days = planned.days;
    for Part { template, user, begins, size, ordinal } in parts {
        let mut chance = draws(world, ordinal, "play");
        let usual = chance.between(template.size.0, template.size.1);
        let size = size.unwrap_or(usual);
        // What is drawn is over before the start; what is asked for may go on.
        let before = (-begins.as_millis()).div_euclid(Span::days(1).as_millis()) - 1;
        let room = if drawn_alike { u32::try_from(before).unwrap_or(0) } else { u32::MAX };
        let mut story = tell(world, Told { template, user, begins, size, ordinal, room }, &mut chance);
        if drawn_alike {
            miss(world, &mut story);
        }
        for event in unfold(world, &story) {
            let day = local(world, event.actor, event.timestamp()).0;
            world.planned.events.entry((event.actor, day)).or_default().push(event);
        }
        world.storylines.push(story);
    }
}

/// Of the storylines that the product should notice by itself, it notices some late, and some not at all.
fn miss(world: &World, story: &mut Storyline) {
    let mut chance = draws(world, story.ordinal, "missed");
    let late = Span::minutes(i64::from(chance.between(3 * 60, 30 * 60)));
    // The last one happens just before the start, and its alert is looked for then.
    let before = Span::days(-2);
    match chance.below(100) {
        0..=14 if story.begins < before => story.alert = None,
        15..=39 if story.begins < before => {
            story.alert = story.alert.map(|alert| ScriptedAlert { after: alert.after + late, ..alert });
        }
        _ => {}
    }
}

/// A story's place in the plan.
struct Part {
    template: &'static StoryTemplate,
    user: PersonIx,
    begins: Span,
    /// How big it is, where that is not drawn.
    size: Option<u32>,
    ordinal: StoryNo,
}

/// The stories of a choice, for whom they fit.
fn drawn(world: &World, choice: &Choice) -> Vec<Part> {
    let mut taken = BTreeSet::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut last = Some(choice.last);
    for &index in &choice.order {
        if parts.len() == choice.count {
            break;
        }
        let template = TEMPLATES[index];
        let ordinal = StoryNo::new(parts.len() as u16);
        let mut chance = draws(world, ordinal, "part");
        let now = last == Some(index);
        let Some((user, begins)) = part(world, template, index, now, &taken, &mut chance) else { continue };
        if now {
            last = None;
        }
        taken.insert(user);
        parts.push(Part { template, user, begins, size: None, ordinal });
    }
    parts
}

/// The stories that a specification asks for. Those that can not be told are noted in the world.
fn asked_for(world: &mut World, asked: &[StorySpec]) -> Vec<Part> {
    let mut taken: BTreeSet<PersonIx> = BTreeSet::new();
    taken.extend(asked.iter().filter_map(|story_spec| user_named(world, story_spec.user.as_deref()?)));
    let mut parts: Vec<Part> = Vec::new();
    let mut untold = Vec::new();
    for (at, story_spec) in asked.iter().enumerate() {
        let ordinal = StoryNo::new(parts.len() as u16);
        match requested(world, story_spec, ordinal, &taken) {
            Ok(part) => {
                taken.insert(part.user);
                parts.push(part);
            }
            Err(error) => untold.push((at, error)),
        }
    }
    world.untold = untold;
    parts
}

fn requested(
    world: &World,
    story_spec: &StorySpec,
    ordinal: StoryNo,
    taken: &BTreeSet<PersonIx>,
) -> Result<Part, StoryError> {
    let index = TEMPLATES.iter().position(|template| template.name == story_spec.name);
    let index = index.ok_or_else(|| StoryError::Unknown { name: story_spec.name.clone(), known: names() })?;
    let template = TEMPLATES[index];
    if story_spec.size.is_some_and(|size| !(1..=most(template)).contains(&size)) {
        return Err(StoryError::Size { name: template.name, least: 1, most: most(template) });
    }
    let mut chance = draws(world, ordinal, "part");
    let Some(name) = &story_spec.user else {
        let (user, begins) = match story_spec.when {
            None => part(world, template, index, false, taken, &mut chance),
            Some(when) => {
                let of_leavers = template.name == super::terminated_user::TEMPLATE.name;
                let begins = |user| at_moment(world, template, user, when);
                let fits = |user: &PersonIx| {
                    unfit(world, template, *user, world.spec.start + begins(*user)).is_none()
                };
                let found = candidates(world, &mut chance)
                    .into_iter()
                    .filter(|user| !taken.contains(user))
                    // Who comes or goes within the history does not live as others do; some are told of just those.
                    .filter(|user| of_leavers || !world.turnover.changes(*user))
                    .find(fits);
                found.map(|user| (user, begins(user)))
            }
        }
        .ok_or(StoryError::Nobody { name: template.name, reason: "it fits nobody who is left" })?;
        return Ok(Part { template, user, begins, size: story_spec.size, ordinal });
    };
    let user = user_named(world, name)
        .ok_or_else(|| StoryError::Stranger { name: template.name, user: name.clone() })?;
    let begins = match story_spec.when {
        Some(when) => at_moment(world, template, user, when),
        None => {
            let day = match world.turnover.leaver(user) {
                Some(left) if template.name == super::terminated_user::TEMPLATE.name => (left + 2).min(-1),
                _ => working_day(world, template, day(world, template, &mut chance)),
            };
            instant(world, template, user, day, &mut chance)
        }
    };
    if let Some(reason) = unfit(world, template, user, world.spec.start + begins) {
        return Err(StoryError::Unsuitable { name: template.name, user: name.clone(), reason });
    }
    Ok(Part { template, user, begins, size: story_spec.size, ordinal })
}

/// A moment on the clocks of somebody's office, counted from the start; what happens at night waits for the night.
fn at_moment(world: &World, template: &StoryTemplate, user: PersonIx, when: Moment) -> Span {
    let offset = i64::from(world.office_of(user).utc_offset_minutes);
    let midnight = VirtualTime::of_day(world.spec.start.day() + i64::from(when.day)) - Span::minutes(offset);
    let at = midnight + Span::minutes(i64::from(when.minute));
    let at = if template.when == When::Night { night_from(world, user, at) } else { at };
    at - world.spec.start
}

/// Everybody to whom a story may happen, shuffled. Personas are left to tests, where a story does not need an
/// administrator.
fn candidates(world: &World, chance: &mut Stream) -> Vec<PersonIx> {
    let mut people: Vec<PersonIx> = PersonIx::first(world.people.len()).collect();
    people.retain(|&at| world.person(at).persona.is_none() || !world.person(at).roles.is_empty());
    shuffle(&mut people, chance);
    people
}

/// The fewest days of history in which a campaign is told.
const CAMPAIGN_DAYS: u32 = 8;

/// The day on which a story begins, counted from the start's.
fn day(world: &World, template: &StoryTemplate, chance: &mut Stream) -> i32 {
    let history = world.figures.history_days;
    match history {
        0..2 => -1,
        2..6 => -(chance.between(1, 2) as i32),
        // A campaign has most of its days before the start.
        CAMPAIGN_DAYS.. if template.days > 0 => {
            -(chance.between((template.days / 2).min(history * 2 / 3), history - 2) as i32)
        }
        _ => -(chance.between(2, history - 2) as i32),
    }
}

/// Whom a story happens to, and when: nobody to whom another one happens, unless it must be.
fn part(
    world: &World,
    template: &StoryTemplate,
    index: usize,
    last: bool,
    taken: &BTreeSet<PersonIx>,
    chance: &mut Stream,
) -> Option<(PersonIx, Span)> {
    if template.days > 0 && world.figures.history_days < CAMPAIGN_DAYS {
        return None;
    }
    let day = day(world, template, chance);
    let mut people = candidates(world, chance);
    // The few Global Administrators are kept for the story that needs one.
    people.sort_by_key(|&at| world.person(at).roles.contains(&Role::GlobalAdministrator));
    if template.name == super::inbox_rule_fraud::TEMPLATE.name {
        // The victim of payment fraud works in finance, if possible.
        people.sort_by_key(|&at| world.habits[at.index()].work != FINANCE);
    }
    let leaves = |user: PersonIx| world.turnover.leaver(user).filter(|day| *day < 0);
    if template.name == super::mass_download::TEMPLATE.name {
        // Mass download suits a user who leaves within the next days.
        let leaver =
            people.iter().copied().filter(|&user| !taken.contains(&user)).find(|&at| leaves(at).is_some());
        if let Some((user, last_day)) = leaver.and_then(|user| Some((user, leaves(user)?))) {
            return Some((user, instant(world, template, user, last_day, chance)));
        }
    }
    let begins = |user: PersonIx, chance: &mut Stream| {
        if last {
            // The story ends, and its records are stored, before the start.
            let latest = 60 * (i64::from(template.minutes) + 50);
            let before = latest + i64::from(chance.below((20 * 3_600 - latest) as u32));
            return Span::seconds(-before);
        }
        let day = match leaves(user) {
            Some(left) if template.name == super::terminated_user::TEMPLATE.name => (left + 2).min(-1),
            _ => working_day(world, template, day),
        };
        instant(world, template, user, day, chance)
    };
    let alone = template.name != super::terminated_user::TEMPLATE.name;
    people.into_iter().filter(|user| !alone || !taken.contains(user)).find_map(|user| {
        let begins =
            begins(user, &mut Stream::new(world.spec.seed, "story", user.ordinal(), story_facet(index)));
        let fits = unfit(world, template, user, world.spec.start + begins).is_none()
            && (!alone || !world.turnover.changes(user));
        fits.then_some((user, begins))
    })
}

/// The facet of a story's draws about one person.
const fn story_facet(index: usize) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let at = index % LETTERS.len();
    LETTERS.split_at(at).1.split_at(1).0
}

/// A weekday for stories that need people at work: the Friday before a weekend, where history reaches that far.
fn working_day(world: &World, template: &StoryTemplate, day: i32) -> i32 {
    if template.when != When::Office {
        return day;
    }
    let friday = day - (weekday(world.spec.start, day) as i32 - 4).max(0);
    if friday < -(world.figures.history_days as i32) { day } else { friday }
}

/// The latest local minute at which a story of the working day begins. Even in the westernmost office it is then
/// stored before the UTC day is over.
const LATEST_MINUTE: u32 = 13 * 60;

/// The instant of a user's local day at which a story begins.
fn instant(world: &World, template: &StoryTemplate, user: PersonIx, day: i32, chance: &mut Stream) -> Span {
    let habits = &world.habits[user.index()];
    let minute = match template.when {
        When::Office => (habits.start + 90 + chance.below(240)).min(LATEST_MINUTE),
        When::Afternoon => 13 * 60 + chance.below(270),
        When::Night => 60 + chance.below(150),
        When::Any => chance.below(1_200),
    };
    let offset = i64::from(world.office_of(user).utc_offset_minutes);
    let midnight = VirtualTime::of_day(world.spec.start.day() + i64::from(day)) - Span::minutes(offset);
    let begins = midnight + Span::minutes(i64::from(minute)) + Span::seconds(i64::from(chance.below(60)));
    let begins = begins - world.spec.start;
    // In any time zone the story ends before the start.
    let latest = Span::minutes(-i64::from(template.minutes) - 50);
    if begins > latest { latest } else { begins }
}

/// Local seconds of the day within which what happens at night begins.
const SMALL_HOURS: std::ops::Range<i64> = 3_600..12_600;

/// The first instant from `begins` on at which it is night at a user's office.
pub(super) fn night_from(world: &World, user: PersonIx, begins: VirtualTime) -> VirtualTime {
    let offset = i64::from(world.office_of(user).utc_offset_minutes) * 60;
    let second = (begins.seconds() + offset).rem_euclid(86_400);
    if SMALL_HOURS.contains(&second) {
        return begins;
    }
    // Some minutes after the hour strikes, the same for equal people and days.
    let wait = (SMALL_HOURS.start - second).rem_euclid(86_400);
    let mut chance = Stream::new(world.spec.seed, "story", user.ordinal(), "night");
    begins + Span::seconds(wait + i64::from(chance.below(5_400)))
}
