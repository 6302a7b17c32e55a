//! Specifications: every setting does what it says, and whatever can not be is refused where it stands.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod company;
#[path = "../kit/mod.rs"]
mod kit;
mod life;
mod random;
mod ranges;
mod refused;

use std::collections::BTreeSet;
use std::path::Path;

use kit::{START, at, spec};
use mock_defender::generate::World;
use mock_defender::generate::cell;
use mock_defender::model::activity::Event;
use mock_defender::model::index::ActorCode;
use mock_defender::model::spec::{Size, Specification};
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::journal::{Header, TenantFile};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

/// A tiny tenant that starts on the usual day, where a text does not say otherwise.
fn absent() -> Absent {
    Absent { size: Size::Tiny, ..Absent::starting(at(START)) }
}

fn read(text: &str) -> Specification {
    let spec =
        specification::read(text, absent()).unwrap_or_else(|problems| panic!("{text}\n{problems}")).spec;
    // What was read is taken as a value, too: in a tenant file it stands so.
    specification::judge(&spec).unwrap_or_else(|problems| panic!("{text}\n{problems}"));
    spec
}

fn world(text: &str) -> World {
    World::new(&read(text))
}

/// Everything that everybody would do within history.
fn history(world: &World) -> Vec<Event> {
    let mut events = Vec::new();
    for day in -(world.figures.history_days as i32)..0 {
        for actor in world.actors() {
            cell(world, actor, day, &mut |event| events.push(event));
        }
    }
    events
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const EXAMPLE: &str = "fixtures/specification.example.yaml";

/// A world as text, the times of its events counted from the start.
fn told(world: &World) -> String {
    let mut registrations: Vec<_> = world.registrations.iter().map(|own| (**own).clone()).collect();
    for secret in registrations.iter_mut().flat_map(|own| &mut own.secrets) {
        secret.ends = secret.ends.map(|at| VirtualTime::from_millis((at - world.spec.start).as_millis()));
    }
    let mut text = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        world.company,
        world.people,
        world.offices,
        world.apps,
        registrations,
        world.principals,
        world.storylines
    );
    for (first, count, place) in world.addresses.places() {
        text.push_str(&format!("{first} {count} {place:?} {}\n", world.address(first).ip));
    }
    for mut event in history(world) {
        event.created = VirtualTime::from_millis((event.created - world.spec.start).as_millis());
        text.push_str(&format!("{event:?}\n"));
    }
    text
}

#[test]
fn an_empty_specification_is_the_default_and_is_not_written_to_the_tenant_file() {
    for text in ["", "# nothing\n", "{}", "seed: 1\n", "people: []\nslips: {}\nactivity:\n"] {
        assert_eq!(read(text), spec(1, Size::Tiny, START), "{text}");
    }
    let line = Header::new(read(""), 0, Mode::Frozen).line();
    assert!(line.ends_with("\"size\":\"tiny\",\"start\":\"2026-11-24T00:00:00.000Z\",\"name\":null},\"fork\":0,\"begins\":\"frozen\"}}\n"), "{line}");
    // As files were written before there were settings.
    assert_eq!(TenantFile::read(&line).unwrap().header.spec, read(""));
}

#[test]
fn the_default_file_reads_back_to_the_default() {
    for size in Size::ALL {
        let birth = specification::read(&specification::sample(size), absent()).unwrap();
        assert_eq!(birth.spec, spec(1, size, START), "{size}");
        assert_eq!((birth.freeze, birth.dated), (false, false));
    }
}

#[test]
fn setting_every_default_explicitly_changes_nothing() {
    // What is set to its default is left out when it is read; here it is kept, and must draw the same.
    let plain = spec(3, Size::Small, START);
    let text = "users: 51\nguests: 3\nhistoryDays: 13\nsupportDesk: false\nturnover: {joiners: 0}\nactivity: {nights: 11}";
    let mut set = specification::read(text, Absent { seed: 3, size: Size::Small, ..absent() }).unwrap().spec;
    set.settings.users = Some(50);
    set.settings.guests = Some(3);
    set.settings.history_days = Some(14);
    set.settings.support_desk = Some(true);
    set.settings.turnover.joiners = Some(1);
    set.settings.activity = Default::default();
    assert_eq!(told(&World::new(&plain)), told(&World::new(&set)));
}

#[test]
fn the_schema_is_the_one_that_is_checked_in() {
    let schema = format!("{:#}\n", specification::schema());
    let file = "fixtures/specification.schema.json";
    assert!(fixture(file) == schema, "run `mock-defender spec schema > {file}`");
}

#[test]
fn the_example_is_shown_in_the_readme_and_born_as_it_says() {
    let example = fixture(EXAMPLE);
    assert!(fixture("README.md").contains(&example), "put {EXAMPLE} into README.md");
    let birth = specification::read(&example, absent()).unwrap();
    assert_eq!(birth.mode(), Mode::Frozen);
    let world = World::new(&birth.spec);
    assert_eq!(world.company.domain, "goldencrust.example");
    let ada = world.person_by_upn("ada@goldencrust.example").unwrap();
    let story = &world.storylines[0];
    assert_eq!((story.name, story.user), ("impossible-travel", ada));
    assert_eq!(world.office_of(ada).city, "Vienna");
    // 14:30 in Vienna is 13:30 UTC, on the day before.
    assert_eq!(story.begins, Span::minutes(13 * 60 + 30 - 24 * 60));
    let tenant = Tenant::born(&birth.spec, birth.mode(), Wall::manual(birth.spec.start));
    let view = tenant.read();
    assert!(
        view.state.alerts(view.now).any(|alert| alert.seen.person == ActorCode::of_person(ada)),
        "the attack raises an alert"
    );
}

#[test]
fn a_specification_gives_the_same_activities_whole_weeks_later() {
    let example = fixture(EXAMPLE);
    let first = specification::read(&example, absent()).unwrap().spec;
    let expected = told(&World::new(&first));
    assert_eq!(told(&World::new(&first)), expected);
    for weeks in [1, 9, -30] {
        let later = Specification { start: first.start + Span::days(7 * weeks), ..first.clone() };
        assert!(told(&World::new(&later)) == expected, "{weeks} weeks later");
    }
}

#[test]
fn a_tenant_file_carries_the_whole_specification() {
    let spec = read(&fixture(EXAMPLE));
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    tenant.advance(Span::hours(9)).unwrap();
    let file = TenantFile::read(&tenant.file().write()).unwrap();
    assert_eq!(file.header.spec, spec);
    let again = Tenant::revived(&file, Wall::manual(spec.start), |_, refusal| panic!("{refusal}"));
    assert_eq!(told(again.world()), told(tenant.world()));
    let rows = |tenant: &Tenant| tenant.read().state.core().log.end();
    assert_eq!(rows(&again), rows(&tenant));
}

/// Every setting of the schema that is no group of settings.
fn settings() -> BTreeSet<String> {
    let schema = specification::schema();
    let mut all = BTreeSet::new();
    for (key, of) in schema["properties"].as_object().unwrap() {
        match of["properties"].as_object().filter(|_| key != "personas" && key != "policies") {
            Some(inner) => all.extend(inner.keys().map(|inner| format!("{key}.{inner}"))),
            None => drop(all.insert(key.clone())),
        }
    }
    all
}

#[test]
fn every_setting_has_a_test_of_what_it_does() {
    let tested: BTreeSet<String> =
        company::CASES.iter().chain(life::CASES).map(|case| case.setting.to_owned()).collect();
    assert_eq!(tested, settings());
}

/// What a setting does: `holds` is asked of a world with it, and of one without.
struct Case {
    setting: &'static str,
    text: &'static str,
    beside: &'static str,
    holds: fn(&World) -> bool,
}

impl Case {
    fn check(&self) {
        let with = world(&format!("{}\n{}\n", self.text, self.beside));
        assert!((self.holds)(&with), "{}: {}", self.setting, self.text);
        let without = world(self.beside);
        assert!(!(self.holds)(&without), "{}: it would be so anyway", self.setting);
    }
}

const fn case(setting: &'static str, text: &'static str, holds: fn(&World) -> bool) -> Case {
    Case { setting, text, beside: "", holds }
}

/// The leaf of a JSON path with dots.
fn leaf<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, key| &value[key])
}
