//! Settings of what a company is.

use mock_defender::generate::World;
use mock_defender::model::index::{AddressCode, ObjectNo, PersonIx};
use mock_defender::model::person::{Persona, Role};
use mock_defender::model::registration::{Audience, Platform, Registration};
use mock_defender::model::service_date::ServiceDate;
use mock_defender::model::spec::Size;
use mock_defender::model::stamps::TokenStamps;

use super::{Case, at, case, read, specification, world};

/// Somebody by name.
fn somebody<'a>(world: &'a World, upn: &str) -> Option<&'a mock_defender::model::person::Person> {
    world.person_by_upn(&format!("{upn}@{}", world.company.domain)).map(|index| world.person(index))
}

fn members(world: &World, department: &str) -> usize {
    world.people_at_birth().iter().filter(|person| person.department == department).count()
}

fn at_office(world: &World, city: &str) -> usize {
    world.people_at_birth().iter().filter(|person| world.offices[person.office.index()].city == city).count()
}

pub(crate) const CASES: &[Case] = &[
    case("seed", "seed: 2", |world| world.spec.seed == 2 && world.company.name != "Contoso"),
    case("size", "size: small", |world| {
        world.spec.size == Size::Small && world.people_at_birth().len() == 53
    }),
    case("name", "name: Fabrikam", |world| world.company.label == "fabrikam"),
    case("domain", "domain: fabrikam.example", |world| {
        world.people_at_birth().iter().all(|person| person.upn.ends_with("@fabrikam.example"))
    }),
    case("label", "label: fabrikam", |world| world.company.label == "fabrikam"),
    case("start", "start: 2026-01-05T09:00:00Z", |world| world.spec.start == at("2026-01-05T09:00:00Z")),
    // A world has no clock: see `the_clock_goes_on_as_the_text_says`.
    case("freeze", "freeze: true\nseed: 3", |world| world.spec.seed == 3),
    case("users", "users: 25", |world| world.people_at_birth().len() == 26),
    case("guests", "guests: 4", |world| {
        world.people_at_birth().iter().filter(|person| person.guest).count() == 4
    }),
    case("historyDays", "historyDays: 5", |world| world.spec.history_days() == 5),
    case(
        "departments",
        "departments: [{name: Bakery, weight: 8, head: Master Baker, titles: [Baker]}, {name: Sales, weight: 2}]\nusers: 40",
        |world| {
            let titles: Vec<&str> = world
                .people
                .iter()
                .filter(|person| person.department == "Bakery")
                .map(|person| person.title.as_str())
                .collect();
            members(world, "Bakery") > 20
                && members(world, "Sales") > 5
                && members(world, "Engineering") == 0
                && members(world, "IT") == 5
                && titles[0] == "Master Baker"
                && titles.contains(&"Baker")
                && world.group_of(ObjectNo::new(10 << 16)).name == "SG-Bakery"
        },
    ),
    case(
        "offices",
        "offices: [{city: Paris}, {city: Oslo, country: NO, countryName: Norway, zone: Europe/Oslo, latitude: 59.91, longitude: 10.75}, {city: Lagos, utcOffsetMinutes: 60, weight: 0}]\nusers: 25",
        |world| {
            let offsets: Vec<i32> = world.offices.iter().map(|office| office.utc_offset_minutes).collect();
            let Some(oslo) = world.offices.get(1) else { return false };
            let oslo = world.address(oslo.first_address).place;
            offsets == [60, 60, 60]
                && at_office(world, "Paris") > 3
                && at_office(world, "Oslo") > 3
                && at_office(world, "Lagos") == 0
                && (oslo.country_name.as_ref(), oslo.latitude_milli) == ("Norway", 59_910)
                && world.offices[2].country == "NG"
        },
    ),
    case("tokenStamps", "tokenStamps: wall", |world| world.spec.settings.token_stamps == TokenStamps::Wall),
    case("serviceDate", "serviceDate: 2025-11", |world| {
        world.spec.settings.service_date == ServiceDate::new(2025, 11)
    }),
    case("supportDesk", "supportDesk: true", |world| {
        world.people_at_birth().iter().filter(|person| person.title == "Contract Administrator").count() == 2
            && at_office(world, "Saint Petersburg") == 2
    }),
    case("apps", "apps: [Slack, Zoom]", |world| {
        let names: Vec<&str> = world.apps.iter().map(|app| app.name).collect();
        names.len() == 10 && names.ends_with(&["Slack", "Zoom"])
    }),
    case(
        "people",
        "people:\n- {displayName: Ada Example, upn: ada, department: Legal, office: Seattle, title: Poet, roles: [Security Reader], persona: security-reader}\n- {displayName: Gus Guest, guest: true}\n- {displayName: Dora Gone, disabled: true}",
        |world| {
            let Some(ada) = somebody(world, "ada") else { return false };
            let gus = world.people_at_birth().iter().find(|person| person.display_name == "Gus Guest");
            let dora = somebody(world, "dora.gone").is_some_and(|dora| dora.disabled);
            let readers = world
                .people_at_birth()
                .iter()
                .filter(|person| person.persona == Some(Persona::SecurityReader))
                .count();
            (ada.department.as_ref(), ada.title.as_str(), readers) == ("Legal", "Poet", 1)
                && ada.roles == [Role::SecurityReader]
                && gus.is_some_and(|gus| gus.guest && gus.upn.starts_with("gus.guest_"))
                && dora
                && world.people_at_birth().len() == 14
        },
    ),
    case("personas", "personas: {global-admin: {displayName: Grace Root, upn: grace}}", |world| {
        let admin = world.person(world.persona(Persona::GlobalAdmin).unwrap());
        (admin.display_name.as_str(), admin.given_name.as_str()) == ("Grace Root", "Grace")
            && somebody(world, "grace").is_some_and(|grace| grace.id == admin.id)
    }),
    case(
        "registrations",
        "registrations: [{name: siem, displayName: SIEM, permissions: [discovery.read], consented: false}]",
        |world| {
            let app = &world.registrations[world.registrations.len() - 1];
            (app.name.as_ref(), app.display_name.as_ref(), app.consented) == ("siem", "SIEM", false)
                && app.permissions.len() == 1
                && world.principals.get(7).is_some_and(|own| own.client_id == app.client_id)
        },
    ),
    case(
        "registrations",
        "registrations: [{name: page, public: true, multiTenant: true, implicit: true, platform: spa, \
         delegatedPermissions: [User.Read, investigation.read], scopes: [read], \
         redirectUris: [\"https://app.example/signed-in\"]}, {name: plain}]",
        |world| {
            let [page, plain] = world.registrations.last_chunk().unwrap();
            let redirect = |own: &Registration| (own.redirects[0].platform, own.redirects[0].uri.to_string());
            page.public
                && page.secrets.is_empty()
                && (page.audience, page.implicit) == (Audience::MultiTenant, true)
                && redirect(page) == (Platform::Spa, "https://app.example/signed-in".to_owned())
                && page.delegated.iter().map(|own| &*own.value).eq(["User.Read", "investigation.read"])
                && page.scopes == ["read"]
                && redirect(plain) == (Platform::Web, "http://localhost".to_owned())
                && (plain.secrets.len(), plain.audience) == (1, Audience::SingleTenant)
        },
    ),
];

#[test]
fn settings_of_a_company_take_effect() {
    CASES.iter().for_each(Case::check);
}

#[test]
fn the_clock_goes_on_as_the_text_says() {
    use mock_defender::tenant::Mode;
    for (text, mode) in [
        ("", Mode::FollowWall),
        ("start: 2026-01-05T09:00:00Z", Mode::FollowFromStart),
        ("freeze: on", Mode::Frozen),
    ] {
        assert_eq!(specification::read(text, super::absent()).unwrap().mode(), mode, "{text}");
    }
}

#[test]
fn every_person_has_an_own_name_whoever_is_named_first() {
    let drawn = world("users: 30");
    // The name of somebody who is drawn is given away by hand.
    let (local, _) = drawn.person(PersonIx::new(12)).upn.split_once('@').unwrap();
    let set = world(&format!("users: 30\npeople: [{{displayName: Some Body, upn: {local}}}]"));
    let names: std::collections::BTreeSet<&str> =
        set.people.iter().map(|person| person.upn.as_str()).collect();
    assert_eq!(names.len(), set.people.len());
    assert_eq!(somebody(&set, local).unwrap().display_name, "Some Body");
}

#[test]
fn the_largest_company_that_can_be_set_is_born() {
    let text = "users: 20000\nguests: 2000\nhistoryDays: 1\noffices: [{city: Paris}]\ndepartments: [{name: Factory}]";
    let world = World::new(&read(text));
    assert_eq!(world.people_at_birth().len(), 22_000);
    assert!(members(&world, "Factory") > 19_000);
    assert!(world.storylines.len() > 5);
}

#[test]
fn the_smallest_company_is_born_whatever_is_in_it() {
    for text in [
        "users: 10\nsupportDesk: true\nhistoryDays: 1",
        "users: 10\ndepartments: [{name: IT, weight: 10000}, {name: Sales, weight: 1}]",
        "users: 10\ndepartments: [{name: Executive, weight: 9}, {name: Legal, weight: 9}, {name: Shop, weight: 1}]",
        "users: 10\nguests: 0\nstorylines: none\nsupportDesk: false\napps: []",
        "users: 30\nhistoryDays: 9\nstorylines: 30",
    ] {
        for seed in 1..6 {
            let world = world(&format!("{text}\nseed: {seed}"));
            let personas = Persona::ALL.into_iter().filter(|persona| *persona != Persona::Guest);
            assert!(personas.into_iter().all(|persona| world.persona(persona).is_some()), "{text}");
            let events = super::history(&world);
            assert!(!events.is_empty());
            let known = |address: AddressCode| {
                address == AddressCode::NOWHERE || address.get() < world.addresses.count()
            };
            assert!(events.iter().all(|event| known(event.address)));
        }
    }
}
