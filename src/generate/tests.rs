//! Properties of generated tenants, checked over whole histories.

mod company;
mod hours;
mod stories;

use std::collections::{BTreeMap, BTreeSet};

use super::days::cell::{MAX_LAG, Today, cell, weekday};
use super::days::incidents::{Incidents, near_a_story};
use super::days::rhythm;
use super::world::{IpCategory, World};
use crate::catalogue::kinds;
use crate::model::activity::{Action, Event};
use crate::model::index::{ActorCode, AddressCode, AgentCode, PersonIx};
use crate::model::person::{Persona, Role};
use crate::model::spec::{Size, Specification};
use crate::model::time::{DAY, Span, VirtualTime};

/// A Thursday.
const START: i64 = 20_783;

fn spec(seed: u64, size: Size, day: i64) -> Specification {
    Specification::plain(seed, size, VirtualTime::of_day(day))
}

fn world(seed: u64, size: Size) -> World {
    World::new(&spec(seed, size, START))
}

fn events(world: &World, actor: ActorCode, day: i32) -> Vec<Event> {
    let mut events = Vec::new();
    cell(world, actor, day, &mut |event| events.push(event));
    events.sort_by_key(|event| event.timestamp());
    events
}

fn history(world: &World) -> Vec<Event> {
    lived(world, -(world.spec.size.history_days() as i32)..0)
}

/// Everything that cells of these days hold.
fn lived(world: &World, days: std::ops::Range<i32>) -> Vec<Event> {
    let mut all = Vec::new();
    for day in days {
        for actor in world.actors() {
            cell(world, actor, day, &mut |event| all.push(event));
        }
    }
    all
}

#[test]
fn each_size_has_its_documented_number_of_activities() {
    for (size, expected) in [(Size::Tiny, 350), (Size::Small, 10_000), (Size::Medium, 200_000)] {
        let seeds: &[u64] = if size == Size::Tiny { &[1, 2, 3, 4, 5, 6, 7, 8] } else { &[1] };
        let sum: usize = seeds.iter().map(|&seed| history(&world(seed, size)).len()).sum();
        let count = sum / seeds.len();
        println!("{size}: {count}");
        assert!(count.abs_diff(expected) < expected * 15 / 100, "{size}: {count}, expected about {expected}");
    }
}

#[test]
fn starts_whole_weeks_apart_generate_the_same_activities() {
    let size = Size::Small;
    let original = World::new(&spec(9, size, START));
    for weeks in [1, 5, 13, 20] {
        let later = World::new(&spec(9, size, START + 7 * weeks));
        let shift = Span::days(7 * weeks);
        for (actor, day) in ActorCode::first(53).flat_map(|actor| (-14..3).map(move |day| (actor, day))) {
            let here = events(&original, actor, day);
            let mut there = events(&later, actor, day);
            for event in &mut there {
                event.created = event.created - shift;
            }
            assert_eq!(here, there);
        }
        assert_eq!(format!("{:?}", original.storylines), format!("{:?}", later.storylines));
    }
}

#[test]
fn a_cell_keeps_to_its_day_and_to_the_longest_lag() {
    let world = world(3, Size::Medium);
    for person in PersonIx::first(world.people.len()) {
        let actor = ActorCode::of_person(person);
        for day in -9..2 {
            let office = &world.offices[world.office_on(person, day).index()];
            let offset = Span::minutes(i64::from(office.utc_offset_minutes));
            let begin = VirtualTime::of_day(START + i64::from(day)) - offset;
            for event in events(&world, actor, day) {
                assert!(event.timestamp() >= begin && event.timestamp() < begin + DAY);
                assert!(Span::millis(i64::from(event.lag)) <= MAX_LAG && event.lag >= 20_000);
                assert_eq!(event.actor, actor);
                assert!(event.kind.index() < kinds::KINDS.len());
                let server_side = (event.address, event.agent) == (AddressCode::NOWHERE, AgentCode::NONE);
                assert!(server_side || event.address.get() < world.addresses.count());
                assert!(server_side || event.agent.index() < world.agents.len());
            }
        }
    }
}

#[test]
fn people_have_their_own_names_ids_and_passwords() {
    for size in Size::ALL {
        for seed in 1..4 {
            let world = world(seed, size);
            let members = world.people_at_birth().iter().filter(|person| !person.guest).count();
            assert_eq!(members as u32, size.users());
            let upns: BTreeSet<String> =
                world.people.iter().map(|person| person.upn.to_lowercase()).collect();
            assert_eq!(upns.len(), world.people.len());
            let homes: BTreeSet<AddressCode> = world.people.iter().map(|person| person.home).collect();
            assert_eq!(homes.len(), world.people.len());
            for (index, person) in PersonIx::numbered(&world.people) {
                assert_eq!(world.person_by_upn(&person.upn.to_uppercase()), Some(index));
                assert_eq!(world.person_by_id(person.id), Some(index));
                assert!((2..=4).contains(&person.agents.len()));
                assert!(person.guest || !person.title.is_empty(), "{person:?}");
                assert_eq!(person.guest, person.upn.contains("#EXT#"));
                assert!(
                    person.upn.bytes().all(|c| c.is_ascii_alphanumeric() || b".-_@#".contains(&c)),
                    "{person:?}"
                );
                let top = index.get() == 0 || person.guest;
                assert_eq!(person.manager.is_none(), top, "{person:?}");
            }
        }
    }
}

#[test]
fn managers_form_a_tree() {
    let world = world(2, Size::Medium);
    for mut at in PersonIx::first(Size::Medium.users() as usize) {
        let mut steps = 0;
        while let Some(manager) = world.person(at).manager {
            at = manager;
            steps += 1;
            assert!(steps < 5);
        }
        assert_eq!(at.get(), 0);
    }
}

#[test]
fn every_size_has_every_persona_in_its_role() {
    for size in Size::ALL {
        for seed in 1..6 {
            let world = world(seed, size);
            let role = |persona| world.person(world.persona(persona).unwrap()).roles.first().copied();
            assert_eq!(role(Persona::GlobalAdmin), Some(Role::GlobalAdministrator));
            assert_eq!(role(Persona::SecurityAdmin), Some(Role::SecurityAdministrator));
            assert_eq!(role(Persona::CloudAppSecurityAdmin), Some(Role::CloudAppSecurityAdministrator));
            assert_eq!(role(Persona::SecurityReader), Some(Role::SecurityReader));
            assert_eq!(role(Persona::User), None);
            for persona in [Persona::GlobalAdmin, Persona::SecurityAdmin, Persona::CloudAppSecurityAdmin] {
                assert_eq!(world.person(world.persona(persona).unwrap()).department, "IT");
            }
            assert!(world.person(world.persona(Persona::Guest).unwrap()).guest);
            let disabled = world.persona(Persona::Disabled).unwrap();
            assert!(world.person(disabled).disabled);
            assert!((-5..5).all(|day| events(&world, ActorCode::of_person(disabled), day).is_empty()));
        }
    }
}

#[test]
fn secrets_and_client_ids_differ() {
    let all: Vec<_> = (1..4).flat_map(|seed| world(seed, Size::Tiny).registrations).collect();
    let secrets: BTreeSet<_> = all.iter().map(|registration| registration.secret().to_owned()).collect();
    let ids: BTreeSet<_> =
        all.iter().flat_map(|registration| [registration.client_id, registration.principal]).collect();
    // Of the seven, one is public and one proves itself with a certificate.
    assert_eq!((secrets.len(), ids.len()), (3 * 5 + 1, 3 * 14));
    assert!(
        secrets
            .iter()
            .filter(|secret| !secret.is_empty())
            .all(|secret| secret.len() == 40 && &secret[4..6] == "Q~")
    );
    let reading = &all[1];
    assert_eq!(reading.name, "read-only");
    assert!(reading.permissions.iter().all(|permission| permission.value.to_lowercase().contains("read")));
    assert!(!reading.permissions.iter().any(|permission| permission.value.contains("Write")));
}

#[test]
fn addresses_come_from_ranges_that_nobody_owns() {
    let world = world(1, Size::Large);
    let nets = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"];
    let nets = nets.map(|net| {
        let (base, bits) = net.split_once('/').unwrap();
        (base.parse::<std::net::IpAddr>().unwrap(), bits.parse::<u32>().unwrap())
    });
    for code in world.addresses.codes() {
        let address = world.address(code);
        let inside = nets.iter().any(|&(base, bits)| match (base, address.ip) {
            (std::net::IpAddr::V4(base), std::net::IpAddr::V4(ip)) => {
                (base.to_bits() ^ ip.to_bits()) >> (32 - bits) == 0
            }
            (std::net::IpAddr::V6(base), std::net::IpAddr::V6(ip)) => {
                (base.to_bits() ^ ip.to_bits()) >> (128 - bits) == 0
            }
            _ => false,
        });
        assert!(inside, "{}", address.ip);
        assert_eq!(world.address_of_ip(address.ip), Some(code));
    }
    for foreign in ["192.0.3.1", "8.8.8.8", "2001:db8:100::1", "::1", "198.18.30.9"] {
        assert_eq!(world.address_of_ip(foreign.parse().unwrap()), None, "{foreign}");
    }
}

#[test]
fn office_offsets_are_those_of_the_zone_database() {
    let at: jiff::Timestamp = "2025-01-15T12:00:00Z".parse().unwrap();
    for office in &world(1, Size::Large).offices {
        let offset = at.in_tz(&office.zone).unwrap().offset().seconds() / 60;
        assert_eq!(offset, office.utc_offset_minutes, "{}", office.zone);
    }
}

/// Most events of one action in any window of this length; the events are in order.
fn most_within(events: &[&Event], span: Span) -> usize {
    (0..events.len())
        .map(|at| {
            events[at..].iter().take_while(|later| later.timestamp() - events[at].timestamp() <= span).count()
        })
        .max()
        .unwrap_or(0)
}

#[test]
fn ordinary_days_raise_no_alerts_and_incidents_raise_theirs() {
    let world = world(5, Size::Medium);
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    let mut days = 0;
    for person in PersonIx::first(world.people.len()) {
        for day in -30..0 {
            let mut events = events(&world, ActorCode::of_person(person), day);
            events.retain(|event| event.story.is_none());
            let today = Today::new(&world, person, day);
            let away = world.turnover.absent(person, day) || rhythm::sittings(&today).is_empty();
            if near_a_story(&today) || away {
                continue;
            }
            days += u32::from(!today.weekend());
            let incidents = Incidents::of(&today);
            let of = |action| {
                events.iter().filter(|event| kinds::kind(event.kind).action == action).collect::<Vec<_>>()
            };
            let place = |event: &Event| world.address(event.address).place;
            let failures = most_within(&of(Action::FailedSignIn), Span::minutes(10));
            let downloads = most_within(&of(Action::Download), Span::minutes(60));
            let came_in = |event: &Event| {
                !kinds::kind(event.kind).action.is_vain() && event.address != AddressCode::NOWHERE
            };
            let risky =
                events.iter().any(|event| came_in(event) && place(event).category == IpCategory::Risky);
            let outside = of(Action::ShareExternal).len();
            let admin_at_home = events.iter().any(|event| {
                let inside = matches!(place(event).category, IpCategory::Corporate | IpCategory::Vpn);
                kinds::kind(event.kind).administrative && !inside
            });
            if incidents.locked_out {
                assert!(failures >= 10)
            } else {
                assert!(failures < 8)
            }
            if incidents.mass_download {
                assert!(downloads >= 60)
            } else {
                assert!(downloads < 40)
            }
            assert_eq!(risky, incidents.anonymous);
            assert_eq!(outside > 0, incidents.outside);
            assert!(!admin_at_home || incidents.admin_at_home);
            for (name, slip) in [
                ("locked out", incidents.locked_out),
                ("anonymous", incidents.anonymous),
                ("mass download", incidents.mass_download),
                ("outside", incidents.outside),
                ("admin at home", admin_at_home),
            ] {
                *met.entry(name).or_default() += u32::from(slip);
            }
            let home = &world.office_of(person).country;
            let through_elsewhere = incidents.anonymous || incidents.cloud_desktop;
            let here = |event: &&Event| came_in(event) && today.trip.is_none() && !through_elsewhere;
            for event in events.iter().filter(here) {
                assert!(place(event).country == *home || place(event).category == IpCategory::Vpn);
            }
        }
    }
    println!("{days} working days: {met:?}");
    assert!(met.values().all(|&count| count > 5), "{met:?}");
}

#[test]
fn weekends_have_few_activities_but_some() {
    let world = world(4, Size::Medium);
    let mut days = [0u32; 7];
    for event in history(&world) {
        let person = world.person_of_actor(event.actor);
        let office = person.map_or(&world.offices[0], |person| world.office_of(person));
        let offset = Span::minutes(i64::from(office.utc_offset_minutes));
        days[weekday(event.timestamp() + offset, 0) as usize] += 1;
    }
    let weekend = days[5] + days[6];
    let all: u32 = days.iter().sum();
    println!("{days:?}");
    assert!(weekend > 0 && weekend * 100 / all < 9, "{days:?}");
}

#[test]
fn names_of_files_differ_within_a_library() {
    let world = world(1, Size::Tiny);
    for library in [0, 5, world.people.len() as u32, world.people.len() as u32 + 2] {
        let urls: BTreeSet<String> = (0..super::objects::files::FILES)
            .map(|index| world.file(super::objects::files::object(library, index)).url())
            .collect();
        assert_eq!(urls.len() as u32, super::objects::files::FILES);
    }
}

#[test]
fn the_company_is_contoso_for_seed_1_and_a_given_name_makes_a_label() {
    let first = world(1, Size::Tiny).company;
    assert_eq!((first.name.as_str(), first.domain.as_str()), ("Contoso", "contoso.onmicrosoft.com"));
    for (name, label) in [
        ("Été & Söhne AG", "etesoehneag"),
        ("北京", "company"),
        ("-A-", "a"),
        ("X ".repeat(40).as_str(), &"x".repeat(27)),
    ] {
        assert_eq!(super::world::company::label(name), label);
    }
}
