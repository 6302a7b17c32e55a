//! At whatever hour a tenant starts, its last day has something to look at; people who travel take their time.

use std::collections::BTreeSet;

use super::{START, events, lived, spec, world};
use crate::catalogue::kinds;
use crate::generate::birth::turnover::Change;
use crate::generate::days::cell::{Today, cell};
use crate::generate::days::support_desk;
use crate::generate::world::{IpCategory, World};
use crate::model::activity::{Action, Event};
use crate::model::index::{ActorCode, AddressCode, KindCode, PersonIx, PrincipalIx};
use crate::model::spec::Size;
use crate::model::time::{DAY, Span, VirtualTime};

#[test]
fn the_last_day_is_lively_at_every_hour_of_the_week() {
    let mut least = [usize::MAX; 5];
    for seed in 1..9 {
        for weekday in 0..7 {
            let world = World::new(&spec(seed, Size::Small, START + weekday));
            let all = lived(&world, -3..2);
            for hour in 0..24 {
                let now = VirtualTime::of_day(START + weekday) + Span::hours(hour);
                let last =
                    || all.iter().filter(|event| event.created <= now && event.timestamp() > now - DAY);
                let action = |event: &Event| kinds::kind(event.kind).action;
                let country = |event: &Event| world.address(event.address).place.country.clone();
                let people: BTreeSet<ActorCode> = last()
                    .filter(|event| world.person_of_actor(event.actor).is_some())
                    .filter(|event| action(event) != Action::FailedSignIn)
                    .map(|event| event.actor)
                    .collect();
                let administrative = last().filter(|event| kinds::kind(event.kind).administrative);
                let counts = [
                    people.len(),
                    administrative.clone().count(),
                    administrative.filter(|event| country(event) == "RU").count(),
                    last().filter(|event| action(event) == Action::FailedSignIn).count(),
                    last().filter(|event| action(event) == Action::Download).count(),
                ];
                for (least, count) in least.iter_mut().zip(counts) {
                    *least = (*least).min(count);
                }
            }
        }
    }
    println!("people, administration, of it from RU, failed sign-ins, downloads: {least:?}");
    assert!(least[0] >= 10, "{least:?}");
    assert!(least[1..].iter().all(|&count| count >= 1), "{least:?}");
}

#[test]
fn business_trips_leave_time_for_the_flight() {
    let world = world(5, Size::Medium);
    let (mut trips, mut abroad) = (0, 0);
    for person in PersonIx::first(world.people.len()) {
        let mut lived = Vec::new();
        for day in -30..1 {
            trips += u32::from(Today::new(&world, person, day).trip.is_some());
            lived.extend(events(&world, ActorCode::of_person(person), day));
        }
        lived.retain(|event| {
            let place = world.address(event.address).place;
            event.story.is_none()
                && event.address != AddressCode::NOWHERE
                && !matches!(place.category, IpCategory::Vpn | IpCategory::CloudProvider | IpCategory::Risky)
                && !kinds::kind(event.kind).action.is_vain()
        });
        for pair in lived.windows(2) {
            let place = |event: &Event| world.address(event.address).place.country.clone();
            if place(&pair[0]) != place(&pair[1]) {
                abroad += 1;
                assert!(pair[1].timestamp() - pair[0].timestamp() >= Span::hours(15), "{pair:?}");
            }
        }
    }
    println!("{trips} days of trips, {abroad} flights");
    assert!(trips > 60 && abroad > 30);
}

#[test]
fn the_support_desk_is_manned_every_day_by_one_or_two() {
    for size in [Size::Small, Size::Medium, Size::Large] {
        let world = world(2, size);
        let desk: Vec<PersonIx> =
            PersonIx::first(world.people.len()).filter(|at| world.habits[at.index()].desk).collect();
        assert_eq!(desk.len(), 2);
        for day in -14..7 {
            let on = desk.iter().filter(|&&person| support_desk::on_duty(&world, person, day)).count();
            assert!((1..=2).contains(&on));
        }
        for &person in &desk {
            assert_eq!(world.office_of(person).country, "RU");
            assert_eq!(world.person(person).title, "Contract Administrator");
            let place = |event: &Event| world.address(event.address).place.category;
            let worked: Vec<Event> =
                (-7..0).flat_map(|day| events(&world, ActorCode::of_person(person), day)).collect();
            // Every administrative act comes from the office, so that no rule about foreign addresses speaks.
            let administrative = worked.iter().filter(|event| kinds::kind(event.kind).administrative);
            assert!(administrative.clone().count() > 8);
            assert!(administrative.into_iter().all(|event| place(event) == IpCategory::Corporate));
        }
    }
}

#[test]
fn accounts_are_created_for_joiners_and_closed_for_leavers() {
    let world = world(3, Size::Small);
    let all = lived(&world, -14..0);
    let of = |kind: KindCode, person: PersonIx| {
        all.iter().find(|event| event.kind == kind && world.person_of(event.object) == person).copied()
    };
    let (mut came, mut went) = (0, 0);
    for person in PersonIx::first(world.people.len()) {
        if let Some(Change::Joins(day) | Change::Leaves(day)) = world.turnover.of(person)
            && day >= 0
        {
            continue;
        }
        let own = || {
            all.iter().filter(|event| {
                event.actor == ActorCode::of_person(person)
                    && kinds::kind(event.kind).action != Action::FailedSignIn
            })
        };
        match world.turnover.of(person) {
            Some(Change::Joins(_)) => {
                came += 1;
                let made = of(kinds::ADD_USER, person).unwrap();
                assert!(!world.person(world.person_of_actor(made.actor).unwrap()).roles.is_empty());
                assert!(own().count() > 0 && own().all(|event| event.timestamp() > made.timestamp()));
                assert!(own().any(|event| event.kind == kinds::CHANGE_PASSWORD));
            }
            Some(Change::Leaves(_)) => {
                went += 1;
                let closed = of(kinds::DISABLE_ACCOUNT, person).unwrap();
                assert!(own().count() > 0);
                let after =
                    own().filter(|event| event.story.is_none() && event.timestamp() > closed.timestamp());
                assert_eq!(after.count(), 0);
            }
            None => {}
        }
    }
    assert_eq!((came, went), (1, 1));
}

#[test]
fn applications_keep_their_rhythm() {
    for size in Size::ALL {
        let world = world(4, size);
        for day in [-2, -1, 0] {
            for (index, app) in PrincipalIx::numbered(&world.principals) {
                let mut done = Vec::new();
                cell(&world, world.actor_of_principal(index), day, &mut |event| done.push(event));
                // In the hands of others they keep no rhythm.
                done.retain(|event| event.story.is_none());
                let midnight = VirtualTime::of_day(START + i64::from(day));
                for event in &done {
                    assert!(event.timestamp() >= midnight && event.timestamp() < midnight + DAY);
                    assert_eq!(world.principal_of_actor(event.actor), Some(index));
                    // The directory does not say from where an application changed it.
                    let said = event.address != AddressCode::NOWHERE;
                    assert_eq!(said, event.kind != kinds::UPDATE_USER);
                    assert!(
                        !said || world.address(event.address).place.category == IpCategory::CloudProvider
                    );
                }
                use crate::generate::birth::principals::Duty;
                let silent =
                    matches!(app.duty, Duty::Registration | Duty::Personal | Duty::Dormant | Duty::Rogue);
                assert_eq!(done.is_empty(), silent, "{app:?}");
            }
        }
    }
}
