//! Storylines: attacks that unfold in a tenant, with their truth.

use super::addresses::Codes;
use super::catalogues::cities::ABROAD;
use super::catalogues::departments::{EXECUTIVE, IT, LEGAL};
use super::catalogues::directory::HIDE_PAYMENTS;
use super::cell::{Client, Journal, Today, weekday};
use super::rhythm::Sitting;
use super::stream::Stream;
use super::world::{Storyline, World};
use super::{files, kinds, mails, rules, themes};
use crate::model::activity::Event;
use crate::model::spec::Size;

/// Name of the storyline in which somebody works here while their account is used on another continent.
pub const IMPOSSIBLE_TRAVEL: &str = "impossible-travel";

/// Countries from which attackers of this storyline come, each with its continent.
const ORIGINS: &[(&str, Continent)] =
    &[("RU", Continent::Europe), ("NG", Continent::Africa), ("VN", Continent::Asia), ("CN", Continent::Asia)];

/// Minutes that the attack takes, at most.
pub const ATTACK_MINUTES: u32 = 45;

/// The latest local minute at which it begins. Even in the westernmost office the attack of the last full day
/// is then stored before the UTC day is over.
const LATEST_MINUTE: u32 = 13 * 60 + 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Continent {
    Africa,
    America,
    Asia,
    Europe,
}

/// The continent of an office's country.
fn continent(country: &str) -> Continent {
    match country {
        "US" | "BR" => Continent::America,
        "IN" | "SG" => Continent::Asia,
        _ => Continent::Europe,
    }
}

/// The storylines of a world whose people are complete: the truth that `Event::story` points to.
pub fn plan(world: &World) -> Vec<Storyline> {
    impossible_travel(world).into_iter().collect()
}

fn impossible_travel(world: &World) -> Option<Storyline> {
    let mut chance = Stream::new(world.spec.seed, "story", 0, "travel");
    let victims: Vec<u32> = (0u32..)
        .zip(&world.people)
        .filter(|(_, person)| !person.guest && person.persona.is_none() && person.roles.is_empty())
        .filter(|&(at, _)| !matches!(world.habits[at as usize].department, EXECUTIVE | IT | LEGAL))
        .filter(|&(at, _)| world.turnover.of(at).is_none())
        .map(|(at, _)| at)
        .collect();
    let user = *victims.get(chance.below(victims.len() as u32) as usize)?;
    let habits = &world.habits[user as usize];
    let minute = (habits.start + habits.length / 2 + chance.below(60)).min(LATEST_MINUTE);
    let day = working_day(world, &mut chance);
    let (attacker, city) = origin(world, continent(world.office_of(user).country), &mut chance)?;
    let agent = *chance.pick(&world.attackers);
    let person = world.person(user);
    Some(Storyline {
        name: IMPOSSIBLE_TRAVEL,
        summary: format!(
            "{} works in {} while somebody signs in as {} from {city}, reads mail, takes files and sets an inbox rule.",
            person.display_name,
            world.office_of(user).city,
            person.upn,
        ),
        user,
        day,
        minute,
        attacker,
        agent,
    })
}

/// A working day in history: the last one for tiny companies, two to five days before the start for others.
///
/// A weekend moves it back to Friday; where history is too short for that, it stays: the victim then works.
fn working_day(world: &World, chance: &mut Stream) -> i32 {
    let day = match world.spec.size {
        Size::Tiny => -1,
        _ => -(chance.between(2, 5) as i32),
    };
    let weekday = weekday(world.spec.start, day) as i32;
    let friday = day - (weekday - 4).max(0);
    if friday < -(world.spec.size.history_days() as i32) { day } else { friday }
}

/// An address and its city on another continent than the victim's.
fn origin(world: &World, victim: Continent, chance: &mut Stream) -> Option<(u32, &'static str)> {
    let origins: Vec<(Codes, &str)> = world
        .abroad
        .iter()
        .zip(ABROAD)
        .filter(|(_, (city, _))| ORIGINS.iter().any(|origin| origin.0 == city.country && origin.1 != victim))
        .map(|(codes, (city, _))| (*codes, city.name))
        .collect();
    let (codes, city) = *origins.get(chance.below(origins.len() as u32) as usize)?;
    Some((codes.at(chance.below(codes.count)), city))
}

/// Writes down today's storyline: what the attacker does, and that the victim goes on working meanwhile.
pub(super) fn unfold(today: &Today<'_>, sittings: &[Sitting], journal: &mut Journal<'_, impl FnMut(Event)>) {
    let Some(index) = today.story else { return };
    let story = &today.world.storylines[index];
    let begin = story.minute * 60;
    let mut chance = today.stream("story");
    let desk = sittings.iter().max_by_key(|sitting| sitting.activities);
    let Some(desk) = desk else { return };
    let before = begin - chance.between(20, 50) * 60;
    for at in [before, begin + chance.between(240, 900), begin + chance.between(1_200, 2_400)] {
        let (kind, object) = themes::mail(today, &mut chance);
        journal.write(at, kind, desk.client, object);
    }
    journal.story = 1 + index as u16;
    let client = Client { address: story.attacker, agent: story.agent };
    attack(today, begin, client, &mut chance, journal);
}

/// Signs in, reads mail, looks at files and takes them, hides the answers by an inbox rule.
fn attack(
    today: &Today<'_>,
    begin: u32,
    client: Client,
    chance: &mut Stream,
    journal: &mut Journal<'_, impl FnMut(Event)>,
) {
    let (letters, documents) = (chance.between(4, 8), chance.between(5, 12));
    let pause = (ATTACK_MINUTES - 6) * 60 / (letters + 1 + 2 * documents);
    let mut at = begin;
    let mut write = |kind, object, chance: &mut Stream| {
        journal.write(at, kind, client, object);
        at += chance.between(pause * 3 / 4, pause * 9 / 8);
    };
    write(kinds::USER_LOGGED_IN, 0, chance);
    for _ in 0..letters {
        let object = mails::received(today.actor, chance.below(2_048));
        write(kinds::MAIL_ITEMS_ACCESSED, object, chance);
    }
    let rule = rules::rule(today.actor, HIDE_PAYMENTS);
    write(kinds::NEW_INBOX_RULE, rule, chance);
    let site = files::site_library(today.world, themes::department_site(today));
    for index in 0..documents {
        let (library, preview, download) = if index % 3 == 2 {
            (site, kinds::FILE_PREVIEWED, kinds::FILE_DOWNLOADED)
        } else {
            (today.actor, kinds::ONEDRIVE_FILE_PREVIEWED, kinds::ONEDRIVE_FILE_DOWNLOADED)
        };
        let object = files::object(library, chance.below(files::FILES));
        write(preview, object, chance);
        write(download, object, chance);
    }
}
