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
