//! A company lives on while its clock is moved: who joins, leaves and moves, as clients see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::facts::PersonFacts;
use mock_defender::model::index::PersonIx;
use mock_defender::model::spec::{Size, Specification};
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, text};

/// Changes often: everything happens within two months.
fn restless() -> Specification {
    let mut restless = spec(3, Size::Small, START);
    restless.settings.turnover.per_year = Some(60);
    restless
}

fn born(spec: &Specification) -> Kit {
    Kit::of(Arc::new(Tenant::born(spec, Mode::Frozen, Wall::manual(spec.start))), false)
}

/// Activities of a kind, by whom they are about; oldest first.
fn about(kit: &Kit, kind: &str) -> Vec<(String, Value)> {
    let mut rows = kit.all("/api/v1/activities/", &json!({"activity.eventType": {"eq": [kind]}}));
    rows.sort_by_key(|row| row["timestamp"].as_i64());
    let named = |row: Value| (row["rawDataJson"]["ObjectId"].as_str().unwrap_or_default().to_owned(), row);
    rows.into_iter().map(named).collect()
}

fn at(row: &Value) -> VirtualTime {
    VirtualTime::from_millis(row["timestamp"].as_i64().unwrap())
}

/// Hour and weekday (0 is Monday) where an address is, by the zone of the support desk.
fn clock(row: &Value) -> (i64, i64) {
    let there = at(row) + Span::hours(3);
    (there.seconds().rem_euclid(86_400) / 3_600, (there.day() + 3).rem_euclid(7))
}

const ADD_USER: &str = "2293764";
const DISABLE_ACCOUNT: &str = "2293776";
const UPDATE_USER: &str = "2293765";
const INVITE_USER: &str = "2293777";

#[test]
fn newcomers_have_an_account_from_the_hour_on_at_which_an_administrator_makes_it() {
    let kit = born(&restless());
    let before = PersonFacts::count(&kit.tenant.read());
    assert_eq!(before as usize, kit.tenant.world().people_at_birth().len());
    let stranger = |upn: &str| {
        let view = kit.tenant.read();
        PersonFacts::by_upn(&view, upn).is_none()
    };
    let newcomers: Vec<String> =
        kit.tenant.world().people.iter().skip(before as usize).map(|person| person.upn.clone()).collect();
    assert!(newcomers.iter().all(|upn| stranger(upn)), "nobody knows them before");
    let invited_before = about(&kit, INVITE_USER).len();
    kit.tenant.advance(Span::days(60)).unwrap();
    let start = kit.tenant.spec().start;
    let made: Vec<(String, Value)> =
        about(&kit, ADD_USER).into_iter().filter(|(_, row)| at(row) > start).collect();
    assert!(made.len() >= 3, "{}", made.len());
    let mut firsts = 0;
    for (upn, row) in &made {
        let (hour, weekday) = clock(row);
        assert!((8..18).contains(&hour) && weekday < 5, "{upn} at {hour} on {weekday}");
        assert!(newcomers.contains(upn));
        let view = kit.tenant.read();
        let person = PersonFacts::by_upn(&view, upn).unwrap();
        assert!(person.enabled() && person.groups().len() >= 3, "{upn}: {:?}", person.groups());
        let own = json!({"entity": {"eq": [{"id": person.id().to_string(), "saas": 11161, "inst": 0}]}});
        let own: Vec<Value> = kit
            .all("/api/v1/activities/", &own)
            .into_iter()
            .filter(|row| {
                row["user"]["userName"] == upn.as_str() && row["eventTypeValue"] != "EVENT_AAD_LOGIN_FAILED"
            })
            .collect();
        assert!(own.iter().all(|act| at(act) > at(row)), "{upn} acts before there is an account");
        firsts += usize::from(!own.is_empty());
    }
    assert!(firsts + 2 >= made.len(), "{firsts} of {} have begun", made.len());
    assert!(about(&kit, INVITE_USER).len() > invited_before);
    let now = PersonFacts::count(&kit.tenant.read());
    assert!(now > before && now <= before + kit.tenant.world().figures.newcomers as u64 + 2);
}

#[test]
fn leavers_are_disabled_at_working_hours_and_do_nothing_after_that() {
    let kit = born(&restless());
    kit.tenant.advance(Span::days(60)).unwrap();
    let start = kit.tenant.spec().start;
    let closed: Vec<(String, Value)> =
        about(&kit, DISABLE_ACCOUNT).into_iter().filter(|(_, row)| at(row) > start).collect();
    assert!(closed.len() >= 3, "{}", closed.len());
    for (upn, row) in &closed {
        let (hour, weekday) = clock(row);
        assert!((8..18).contains(&hour) && weekday < 5, "{upn} at {hour} on {weekday}");
        let view = kit.tenant.read();
        let person = PersonFacts::by_upn(&view, upn).unwrap();
        assert!(!person.enabled() && person.groups().is_empty());
        let own = json!({"entity": {"eq": [{"id": person.id().to_string(), "saas": 11161, "inst": 0}]}});
        let own = kit.all("/api/v1/activities/", &own);
        assert!(own.len() > 10);
        let after = own.iter().filter(|act| {
            act["user"]["userName"] == upn.as_str()
                && at(act) > at(row)
                && act["eventTypeValue"] != "EVENT_AAD_LOGIN_FAILED"
        });
        assert_eq!(after.count(), 0, "{upn}");
    }
}

#[test]
fn who_moves_is_shown_at_the_new_place_once_that_is_noted() {
    let kit = born(&restless());
    let place = |upn: &str| {
        let view = kit.tenant.read();
        let person = PersonFacts::by_upn(&view, upn).unwrap();
        let names = person.groups();
        (person.department().to_owned(), person.office().city.to_string(), names)
    };
    let movers: Vec<(String, u8)> = PersonIx::numbered(kit.tenant.world().people_at_birth())
        .filter_map(|(at, person)| Some((person.upn.clone(), kit.tenant.world().move_of(at)?)))
        .filter(|(_, moved)| moved.day < 55)
        .map(|(upn, moved)| (upn, moved.department))
        .collect();
    let before: BTreeMap<&str, _> = movers.iter().map(|(upn, _)| (upn.as_str(), place(upn))).collect();
    kit.tenant.advance(Span::days(60)).unwrap();
    let noted = about(&kit, UPDATE_USER);
    assert!(movers.len() >= 3, "{movers:?}");
    for (upn, department) in &movers {
        let moved = place(upn);
        assert_ne!((&moved.0, &moved.1), (&before[upn.as_str()].0, &before[upn.as_str()].1), "{upn}");
        assert_ne!(moved.2, before[upn.as_str()].2, "the groups go with it");
        assert_eq!(moved.0, kit.tenant.world().branches[usize::from(*department)].name);
        let told = noted.iter().filter(|(whom, _)| whom == upn).any(|(_, row)| {
            let changes = row["rawDataJson"]["ModifiedProperties"].as_array().unwrap();
            changes.iter().any(|change| {
                let new = change["NewValue"].as_str().unwrap_or_default();
                new.contains(&moved.0) || new.contains(&moved.1)
            })
        });
        assert!(told, "{upn}: {noted:?}");
    }
}

/// Everything that clients read of the company and its activities.
fn readable(tenant: &Arc<Tenant>) -> String {
    let kit = Kit::of(Arc::clone(tenant), false);
    let directory = format!("/_mock/tenants/{}/directory", tenant.identity().id);
    let view = tenant.read();
    let mut rows = Vec::new();
    for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
        rows.extend((0..shown).map(|row| chunk.event(row)));
    }
    let people: Vec<_> = PersonFacts::all(&view)
        .map(|person| (person.upn(), person.department(), person.title(), &*person.office().city))
        .collect();
    format!("{rows:?} {people:?} {}", text(&kit.mock("GET", &directory, "")))
}

#[test]
fn a_company_changes_alike_however_its_clock_is_moved_and_in_its_forks() {
    let spec = restless();
    let once = Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)));
    once.advance(Span::days(30)).unwrap();
    let steps = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    for _ in 0..30 {
        steps.advance(Span::hours(17)).unwrap();
    }
    let fork = steps.fork();
    fork.advance(Span::hours(30 * 7)).unwrap();
    let expected = readable(&once);
    assert!(PersonFacts::count(&once.read()) > once.world().people_at_birth().len() as u64);
    assert!(readable(&Arc::new(fork)) == expected, "the fork differs");
}

#[test]
fn nobody_joins_or_leaves_where_the_setting_says_so() {
    let mut still = spec(3, Size::Small, START);
    still.settings.turnover.per_year = Some(0);
    let kit = born(&still);
    let count = PersonFacts::count(&kit.tenant.read());
    kit.tenant.advance(Span::days(40)).unwrap();
    let start = kit.tenant.spec().start;
    for kind in [ADD_USER, DISABLE_ACCOUNT] {
        assert!(about(&kit, kind).iter().all(|(_, row)| at(row) < start));
    }
    assert_eq!(PersonFacts::count(&kit.tenant.read()), count);
    let told = json(&kit.mock("GET", &format!("/_mock/tenants/{}", kit.tenant.identity().id), ""));
    assert!(told["now"].is_string(), "{told}");
}
