//! A company goes on after the start: people join, leave and move, within bounds and by the day counted from the start.

use std::collections::BTreeMap;

use super::{START, events, spec, weekday};
use crate::catalogue::kinds;
use crate::generate::birth::turnover::Change;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{ActorCode, PersonIx};
use crate::model::person::Person;
use crate::model::spec::Size;
use crate::model::time::{Span, VirtualTime};

/// What administrators do about those who come, go and move on a day.
const ERRANDS: [crate::model::index::KindCode; 4] =
    [kinds::ADD_USER, kinds::DISABLE_ACCOUNT, kinds::INVITE_USER, kinds::UPDATE_USER];

fn later(world: &World) -> Vec<(PersonIx, Change)> {
    let changes = PersonIx::numbered(&world.people).filter_map(|(at, _)| Some((at, world.turnover.of(at)?)));
    changes
        .filter(|(_, change)| matches!(change, Change::Joins(day) | Change::Leaves(day) if *day >= 0))
        .collect()
}

#[test]
fn a_company_changes_evenly_and_within_its_bounds() {
    for (size, seed) in [(Size::Small, 1), (Size::Medium, 1), (Size::Medium, 4), (Size::Large, 2)] {
        let world = World::new(&spec(seed, size, START));
        let users = size.users();
        let changes = later(&world);
        let first_year = |wanted: fn(&Change) -> bool| {
            let day = |change: &Change| match change {
                Change::Joins(day) | Change::Leaves(day) => *day,
            };
            let members = changes.iter().filter(|(at, _)| !world.person(*at).guest);
            members.filter(|(_, change)| wanted(change) && day(change) < 7 + 52 * 7).count() as u32
        };
        let (joins, leaves) = (
            first_year(|change| matches!(change, Change::Joins(_))),
            first_year(|change| matches!(change, Change::Leaves(_))),
        );
        let (expected, about) = (users * 15 / 100, 2 + users / 250);
        assert!(
            joins.abs_diff(expected) <= about && leaves.abs_diff(expected) <= about,
            "{size} {joins} {leaves}"
        );
        let newcomers = |guest: bool| {
            world
                .people
                .iter()
                .skip(world.figures.at_birth as usize)
                .filter(move |of| of.guest == guest)
                .count()
        };
        assert_eq!(newcomers(false) as u32, users / 4);
        assert_eq!(newcomers(true) as u32, world.figures.guests.div_ceil(2));
        // Nobody comes, goes or moves twice, and who others depend on stays.
        let manages: Vec<PersonIx> =
            world.people.iter().filter_map(|person: &Person| person.manager).collect();
        for (at, change) in &changes {
            assert!(world.move_of(*at).is_none());
            let person = world.person(*at);
            assert!(person.persona.is_none() && person.roles.is_empty());
            if let Change::Leaves(last) = change {
                assert!(!manages.contains(at));
                assert!(weekday(world.spec.start, last + 1) < 5, "the account is closed on a weekday");
            }
        }
        let moves =
            PersonIx::first(world.people.len()).filter(|at| world.move_of(*at).is_some()).count() as u32;
        assert!(moves >= users / 20, "{size}: {moves}");
    }
}

#[test]
fn starts_whole_weeks_apart_change_the_same_company() {
    let lived = |start: i64| {
        let world = World::new(&spec(6, Size::Small, start));
        let day = VirtualTime::of_day(start);
        let mut errands: BTreeMap<i32, Vec<(Span, Event)>> = BTreeMap::new();
        for at in 0..70 {
            let holders = PersonIx::numbered(&world.people).filter(|(_, person)| !person.roles.is_empty());
            for (holder, _) in holders {
                let done = events(&world, ActorCode::of_person(holder), at).into_iter();
                let told = done.filter(|event| ERRANDS.contains(&event.kind));
                let told = told.map(|event| (event.created - day, Event { created: day, ..event }));
                let rebased =
                    told.map(|(since, event)| (since, Event { created: VirtualTime::of_day(0), ..event }));
                errands.entry(at).or_default().extend(rebased);
            }
        }
        (errands, format!("{:?}", later(&world)))
    };
    let expected = lived(START);
    assert!(expected.0.values().flatten().any(|(_, event)| event.kind == kinds::ADD_USER));
    for weeks in [1, 6] {
        assert_eq!(lived(START + 7 * weeks), expected);
    }
}

#[test]
fn who_moves_works_from_another_office_after_some_days_on_the_way() {
    let world = World::new(&spec(1, Size::Medium, START));
    let mut seen = 0;
    for at in PersonIx::first(world.figures.at_birth as usize) {
        let Some(moved) = world.move_of(at).filter(|moved| moved.office != world.person(at).office) else {
            continue;
        };
        let city = |day: i32| {
            let own = |event: &Event| event.story.is_none() && !kinds::kind(event.kind).action.is_vain();
            let done = events(&world, ActorCode::of_person(at), day);
            done.into_iter()
                .filter(own)
                .map(|event| world.address(event.address).place.city.to_string())
                .collect::<Vec<_>>()
        };
        assert!((1..=4).all(|before| city(moved.day - before).is_empty()), "on the way");
        let there = &world.offices[moved.office.index()].city;
        seen += usize::from((moved.day..moved.day + 10).flat_map(city).any(|city| city == *there));
    }
    assert!(seen >= 3, "{seen}");
}

/// Majors of a browser by day, of those who use it.
fn majors(world: &World, family: &str, days: std::ops::Range<i32>) -> BTreeMap<i32, BTreeMap<u32, u32>> {
    let mut seen: BTreeMap<i32, BTreeMap<u32, u32>> = BTreeMap::new();
    for person in PersonIx::first(world.figures.members as usize) {
        for day in days.clone() {
            for event in events(world, ActorCode::of_person(person), day) {
                let Some(agent) = world.agents.get(event.agent.index()) else { continue };
                let major: Option<u32> = agent.version.split('.').next().and_then(|major| major.parse().ok());
                if let Some(major) = major.filter(|_| agent.family == family) {
                    assert!(agent.text.contains(&major.to_string()), "{agent:?}");
                    *seen.entry(day).or_default().entry(major).or_default() += 1;
                }
            }
        }
    }
    seen
}

#[test]
fn browsers_move_from_release_to_release_each_device_at_its_own_pace() {
    let world = World::new(&spec(2, Size::Small, START));
    let early = majors(&world, "CHROME", -175..-170);
    let late = majors(&world, "CHROME", 0..5);
    let most = |days: &BTreeMap<i32, BTreeMap<u32, u32>>| {
        let mut all: BTreeMap<u32, u32> = BTreeMap::new();
        days.values().flatten().for_each(|(major, count)| *all.entry(*major).or_default() += count);
        all
    };
    let (early, late) = (most(&early), most(&late));
    let first = |all: &BTreeMap<u32, u32>| *all.iter().max_by_key(|(_, count)| **count).unwrap().0;
    println!("{early:?} {late:?}");
    assert!((6..=7).contains(&(first(&late) - first(&early))), "a release every four weeks");
    assert!(early.len() >= 2 && late.len() >= 2, "not everybody updates on the same day");
    // Nobody goes back to an older release.
    for person in PersonIx::first(20) {
        let mut last: BTreeMap<String, u32> = BTreeMap::new();
        for day in (-60..20).step_by(3) {
            for event in events(&world, ActorCode::of_person(person), day) {
                let Some(agent) = world.agents.get(event.agent.index()).filter(|_| event.story.is_none())
                else {
                    continue;
                };
                let major = agent.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
                let device = world.of_any_release(event.agent).to_string();
                assert!(last.insert(device, major).is_none_or(|before| before <= major), "{agent:?}");
            }
        }
    }
}
