//! Records that come in late, and times that are told coarsely: how the API shows them, and that no way of looking or
//! coming back changes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mock_defender::generate::Stream;
use mock_defender::model::ingestion::{Ingestion, Lag};
use mock_defender::model::spec::{Size, Specification, Thousandths};
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, tenant, text};

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

fn give(kit: &Kit, command: &Value) -> (u16, Value) {
    let answer = kit.mock("POST", &path(kit, "/commands"), &command.to_string());
    (answer.status.as_u16(), json(&answer))
}

fn lag(app: Option<&str>, from: Span, to: Span, share: Option<u32>) -> Lag {
    Lag { app: app.map(str::to_owned), from, to: Some(to), share: share.map(Thousandths) }
}

/// A third of everything is late by up to three hours, Salesforce by up to a day; times are whole minutes.
fn rough() -> Ingestion {
    let lags = vec![
        lag(Some("Salesforce"), Span::seconds(1), Span::hours(24), None),
        lag(None, Span::default(), Span::hours(3), Some(333)),
    ];
    Ingestion { lags, grain: Some(Span::minutes(1)) }
}

fn born(ingestion: Ingestion, size: Size) -> Arc<Tenant> {
    let mut spec = spec(3, size, START);
    spec.settings.ingestion = ingestion;
    // No list is read by `skip` beyond 5,000 rows.
    spec.settings.history_days = Some(size.history_days().min(4));
    born_of(&spec)
}

fn born_of(spec: &Specification) -> Arc<Tenant> {
    Arc::new(Tenant::born(spec, Mode::Frozen, Wall::manual(spec.start)))
}

/// Everything that the lists of the API show, and the truth.
fn readable(tenant: &Arc<Tenant>) -> String {
    let kit = Kit::of(Arc::clone(tenant), false);
    let lists = ["/api/v1/activities/", "/api/v1/alerts/"].map(|path| kit.all(path, &json!({})));
    format!("{lists:?} {}", text(&kit.mock("GET", &path(&kit, "/truth"), "")))
}

/// What an activity is told by, but for its id and when it was stored: how often, since when.
fn by_content(rows: &[Value]) -> BTreeMap<String, Vec<i64>> {
    let mut all: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in rows {
        let told = format!(
            "{} {} {}",
            row["timestamp"],
            row["eventTypeValue"],
            row["user"]["userName"].as_str().unwrap_or("")
        );
        all.entry(told).or_default().push(row["created"].as_i64().unwrap());
    }
    all
}

fn since(kit: &Kit, at: VirtualTime) -> Vec<Value> {
    kit.all("/api/v1/activities/", &json!({"created": {"gte": at.millis() + 1}}))
}

#[test]
fn late_records_do_not_depend_on_the_steps_in_which_time_passed() {
    let live = |steps: &mut dyn FnMut() -> Span| {
        let tenant = born(rough(), Size::Tiny);
        let kit = Kit::of(Arc::clone(&tenant), false);
        for (until, command) in [
            (
                Span::millis(9 * 3_600_000 + 77_123),
                json!({"setIngestion": {"lags": [{"from": "1s", "to": "12m"}]}}),
            ),
            (Span::hours(15), json!({"setIngestion": {}})),
            (Span::hours(16), json!({"setIngestion": {"lags": [{"from": "2h", "to": "5h", "share": 0.5}]}})),
            (Span::hours(33), json!({"rotateKeys": {}})),
        ] {
            let end = tenant.spec().start + until;
            while tenant.now() < end {
                tenant.advance(steps().min(end - tenant.now())).unwrap();
                tenant.read();
            }
            assert_eq!(give(&kit, &command).0, 200, "{command}");
        }
        readable(&tenant)
    };
    let once = live(&mut || Span::days(3));
    assert_eq!(live(&mut || Span::millis(299_999)), once);
    for case in 0..4 {
        let mut stream = Stream::new(case, "test", 0, "late");
        let mut steps = || match stream.below(3) {
            0 => Span::millis(i64::from(stream.between(1, 9_000))),
            1 => Span::millis(i64::from(stream.between(1, 300_000))),
            _ => Span::millis(i64::from(stream.between(1, 20_000_000))),
        };
        assert_eq!(live(&mut steps), once, "case {case}");
    }
}

#[test]
fn starts_whole_weeks_apart_make_the_same_records_late() {
    let lives = |weeks: i64| {
        let mut spec = spec(3, Size::Tiny, START);
        spec.settings.ingestion = Ingestion { grain: Some(Span::minutes(11)), ..rough() };
        spec.start = spec.start + Span::days(7 * weeks);
        let tenant = born_of(&spec);
        tenant.advance(Span::hours(20)).unwrap();
        let kit = Kit::of(Arc::clone(&tenant), false);
        let since = |row: &Value, key: &str| row[key].as_i64().unwrap() - spec.start.millis();
        let rows = kit.all("/api/v1/activities/", &json!({}));
        rows.iter().map(|row| (since(row, "created"), since(row, "timestamp"))).collect::<Vec<_>>()
    };
    let expected = lives(0);
    assert!(expected.len() > 100);
    assert_eq!(lives(9), expected);
}

#[test]
fn an_activity_is_visible_five_minutes_late_once_that_is_set() {
    let kit = Kit::new(3, Size::Small);
    kit.tenant.advance(Span::hours(18)).unwrap();
    let from = kit.tenant.now();
    let usual = Kit::of(Arc::new(kit.tenant.fork()), false);
    assert_eq!(give(&kit, &json!({"setIngestion": {"lags": [{"from": "5m"}]}})).0, 200);
    for tenant in [&kit.tenant, &usual.tenant] {
        tenant.advance(Span::hours(5)).unwrap();
    }
    let expected = by_content(&since(&usual, from));
    assert!(expected.values().flatten().count() > 20);
    // What had not yet come in is to come; what came in later by five minutes tells the same.
    kit.tenant.advance(Span::minutes(5)).unwrap();
    let late = by_content(&since(&kit, from));
    let five = |times: &Vec<i64>| times.iter().map(|at| at + 300_000).collect::<Vec<_>>();
    for (told, times) in &expected {
        assert_eq!(late.get(told), Some(&five(times)), "{told}");
    }
    // A client that asks for a window by `date` as soon as it is over misses what comes in afterwards.
    let some = expected.values().flatten().max().unwrap();
    let at = |kit: &Kit, millis: i64| {
        let fork = kit.tenant.fork();
        fork.advance(Span::millis(millis - kit.tenant.now().millis()).max(Span::default())).unwrap();
        Kit::of(Arc::new(fork), false)
    };
    let window = json!({"date": {"gte": some - 3_600_000, "lte": some}});
    let now = at(&kit, kit.tenant.now().millis()).all("/api/v1/activities/", &window).len();
    let then = at(&kit, kit.tenant.now().millis() + 900_000).all("/api/v1/activities/", &window).len();
    assert!(then > now, "{then} {now}");
}

#[test]
fn late_records_come_in_out_of_order_and_only_the_share_and_app_that_are_named() {
    let late = born(
        Ingestion {
            lags: vec![
                lag(Some("Microsoft Exchange Online"), Span::hours(2), Span::hours(4), Some(500)),
                lag(Some("Microsoft Teams"), Span::hours(24), Span::hours(24), None),
            ],
            grain: None,
        },
        Size::Small,
    );
    let kit = Kit::of(late, false);
    let of = |service: u64| {
        let rows = kit.all("/api/v1/activities/", &json!({"service": {"eq": [service]}}));
        let lags =
            rows.iter().map(|row| row["created"].as_i64().unwrap() - row["timestamp"].as_i64().unwrap());
        lags.collect::<Vec<i64>>()
    };
    let count = |lags: &[i64], hours: i64| lags.iter().filter(|lag| **lag >= hours * 3_600_000).count();
    let (exchange, teams, onedrive) = (of(20_893), of(28_375), of(15_600));
    let share = count(&exchange, 2) * 100 / exchange.len();
    assert!((42..60).contains(&share), "{share} %");
    assert!(!teams.is_empty() && count(&teams, 24) == teams.len());
    assert!(!onedrive.is_empty() && count(&onedrive, 2) * 20 < onedrive.len());
    // In the order of being stored, the times of happening go back and forth.
    let rows = kit.all("/api/v1/activities/", &json!({}));
    let mut stored: Vec<(i64, i64)> = rows
        .iter()
        .map(|row| (row["created"].as_i64().unwrap(), row["timestamp"].as_i64().unwrap()))
        .collect();
    stored.sort_unstable();
    let back = stored.windows(2).filter(|two| two[1].1 < two[0].1 - 3_600_000).count();
    assert!(back * 20 > stored.len(), "{back} of {}", stored.len());
}

#[test]
fn records_of_one_minute_tell_one_time_and_still_come_in_one_by_one() {
    let kit = Kit::of(born(Ingestion { lags: Vec::new(), grain: Some(Span::hours(1)) }, Size::Small), false);
    let rows = kit.all("/api/v1/activities/", &json!({}));
    let times = |key: &str| rows.iter().map(|row| row[key].as_i64().unwrap()).collect::<BTreeSet<_>>();
    assert!(times("timestamp").iter().all(|at| at % 3_600_000 == 0));
    assert!(times("timestamp").len() * 10 < times("created").len());
    let alerts = kit.all("/api/v1/alerts/", &json!({}));
    let told: BTreeSet<i64> = alerts.iter().map(|alert| alert["timestamp"].as_i64().unwrap()).collect();
    assert!(told.iter().all(|at| at % 3_600_000 == 0));
    assert!(told.len() < alerts.len(), "two alerts tell one time");
    // Each page of a list by time still begins where the one before ended.
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len());
}

#[test]
fn alerts_of_two_fetches_tell_one_time() {
    let kit = Kit::tiny();
    assert_eq!(give(&kit, &json!({"setIngestion": {"grain": "1h"}})).0, 200);
    for story in ["impossible-travel", "password-spray-then-success", "mass-download-before-leaving"] {
        for _ in 0..3 {
            let play = kit.mock("POST", &path(&kit, "/play"), &json!({"storyline": story}).to_string());
            assert!(play.status.is_success(), "{}", text(&play));
        }
    }
    let mut told: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    let mut known = kit.all("/api/v1/alerts/", &json!({})).len();
    for fetch in 0..600 {
        kit.tenant.advance(Span::minutes(1)).unwrap();
        let alerts = kit.all("/api/v1/alerts/", &json!({}));
        for alert in alerts.iter().take(alerts.len() - known) {
            told.entry(alert["timestamp"].as_i64().unwrap()).or_default().insert(fetch);
        }
        known = alerts.len();
    }
    assert!(told.values().any(|fetches| fetches.len() > 1), "{told:?}");
}

#[test]
fn storylines_stay_true_when_all_that_they_leave_is_late() {
    let late = Ingestion { lags: vec![lag(None, Span::hours(20), Span::hours(24), None)], grain: None };
    let kit = Kit::of(born(late, Size::Small), false);
    kit.tenant.advance(Span::hours(48)).unwrap();
    let usual = Kit::of(born(Ingestion::default(), Size::Small), false);
    usual.tenant.advance(Span::hours(48)).unwrap();
    let truth = |kit: &Kit| {
        let truth = json(&kit.mock("GET", &path(kit, "/truth"), ""));
        truth["storylines"].as_array().unwrap().clone()
    };
    let count = |story: &Value| story["activities"].as_array().unwrap().len();
    for (story, usual) in truth(&kit).iter().zip(&truth(&usual)) {
        assert_eq!(count(story), count(usual), "{story}");
        let alerts = story["alerts"].as_array().unwrap();
        let noticed = !story["expected"].as_array().unwrap().is_empty();
        assert!(!alerts.is_empty() || !noticed, "no alert about {story}");
        for id in alerts {
            let behind = kit.all("/api/v1/activities/", &json!({"activity.alertId": {"eq": id}}));
            let of_story = |row: &&Value| story["activities"].as_array().unwrap().contains(&row["_id"]);
            let first =
                behind.iter().filter(of_story).map(|row| row["created"].as_i64().unwrap()).min().unwrap();
            let alert = json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
            assert!(
                alert["timestamp"].as_i64().unwrap() >= first + 300_000,
                "nothing is noticed before it is known"
            );
        }
    }
}

#[test]
fn late_records_survive_restart_fork_and_reset() {
    let tenant = born(rough(), Size::Tiny);
    let kit = Kit::of(Arc::clone(&tenant), false);
    let as_born = readable(&tenant);
    tenant.advance(Span::hours(10)).unwrap();
    give(&kit, &json!({"setIngestion": {"lags": [{"from": "3h", "to": "9h"}], "grain": "PT30S"}}));
    tenant.advance(Span::hours(5)).unwrap();
    let file = TenantFile::read(&tenant.file().write()).unwrap();
    let again =
        Arc::new(Tenant::revived(&file, Wall::manual(tenant.spec().start), |_, refusal| panic!("{refusal}")));
    let fork = tenant.fork();
    let own = tenant.identity().clone();
    for tenant in [&tenant, &again] {
        tenant.advance(Span::hours(12)).unwrap();
    }
    assert_eq!(readable(&again), readable(&tenant));
    fork.advance(Span::hours(12)).unwrap();
    assert_ne!(fork.identity().id, own.id);
    let stored = |tenant: &Tenant| {
        let view = tenant.read();
        let log = &view.state.core().log;
        let rows = log.chunks(view.now).flat_map(|(_, chunk, shown)| (0..shown).map(|row| chunk.event(row)));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(stored(&fork), stored(&tenant));
    tenant.reset().unwrap();
    assert_eq!(readable(&tenant), as_born);
}

#[test]
fn a_lag_that_can_not_be_is_refused_where_it_stands() {
    let kit = Kit::of(tenant(1, Size::Tiny), false);
    for (setting, field, told) in [
        (json!({"lags": [{"from": "5m"}, {"from": "1h", "to": "25h"}]}), "lags[1].to", "up to 24h"),
        (json!({"lags": [{"from": "-1s"}]}), "lags[0].from", "up to 24h"),
        (json!({"lags": [{"from": "2h", "to": "1h"}]}), "lags[0].to", "at least `from`, which is PT2H"),
        (json!({"lags": [{"app": "Fax", "from": "1h"}]}), "lags[0].app", "Salesforce"),
        (json!({"lags": [{"from": "1h", "share": 1.5}]}), "lags[0].share", "from 0 to 1"),
        (json!({"grain": "2h"}), "grain", "from 1s to 1h"),
        (json!({"grain": "0s"}), "grain", "from 1s to 1h"),
    ] {
        let (status, answer) = give(&kit, &json!({"setIngestion": setting}));
        let told_here = answer.to_string();
        assert_eq!(status, 400, "{told_here}");
        assert!(told_here.contains(field) && told_here.contains(told), "{setting}: {told_here}");
    }
    let (status, answer) = give(&kit, &json!({"setIngestion": {"lags": [{"from": "soon"}]}}));
    assert!(status == 400 && answer.to_string().contains("no length of time like 90s"), "{answer}");
    assert_eq!(
        json(&kit.mock("GET", &path(&kit, "/commands"), "")).to_string().matches("setIngestion").count(),
        0
    );
}

/// Ids of a page by `skip`, newest first.
fn page(kit: &Kit, skip: usize) -> Vec<String> {
    let body = json!({"skip": skip, "limit": 100, "sortField": "date", "sortDirection": "desc"});
    ids(&json(&kit.api("POST", "/api/v1/activities/", &body.to_string())))
}

fn ids(answer: &Value) -> Vec<String> {
    let rows = answer["data"].as_array().unwrap().iter();
    rows.map(|row| row["_id"].as_str().unwrap().to_owned()).collect()
}

/// Ids of a scan, while the clock goes on by `between` after each page.
fn scanned(kit: &Kit, since: VirtualTime, between: Span) -> Vec<String> {
    let (mut all, mut pages) = (Vec::new(), 0);
    let mut filters = json!({"date": {"gte": since.millis()}});
    loop {
        let body = json!({"filters": filters, "isScan": true, "limit": 500}).to_string();
        let answer = json(&kit.api("POST", "/api/v1/activities/", &body));
        all.extend(ids(&answer));
        pages += 1;
        if answer["hasNext"] != true {
            assert!(pages > 2 || between == Span::default(), "a scan of several pages");
            return all;
        }
        filters = answer["nextQueryFilters"].clone();
        kit.tenant.advance(between).unwrap();
    }
}

#[test]
fn pages_by_skip_drift_while_time_goes_on_and_a_scan_reads_what_was_there_when_it_began() {
    let late = Ingestion { lags: vec![lag(None, Span::minutes(1), Span::hours(6), Some(500))], grain: None };
    let kit = Kit::of(born(late, Size::Small), false);
    kit.tenant.advance(Span::hours(16)).unwrap();
    let began = kit.tenant.now();
    let first = page(&kit, 0);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let twice = page(&kit, 100).iter().filter(|id| first.contains(id)).count();
    assert!(twice > 10, "what has come in since has moved {twice}");
    let there: BTreeSet<String> =
        ids(&json!({"data": kit.all("/api/v1/activities/", &json!({}))})).into_iter().collect();
    let since = began - Span::days(4);
    let scan = scanned(&kit, VirtualTime::default(), Span::minutes(20));
    assert_eq!(scan.len(), there.len(), "each once");
    assert_eq!(scan.into_iter().collect::<BTreeSet<_>>(), there);
    // What comes in afterwards is found by a scan that begins as far back as records are late, not by one that goes on
    // where the last one ended.
    let scan_began = began + Span::hours(1);
    kit.tenant.advance(Span::hours(13)).unwrap();
    let scan =
        |since: VirtualTime| scanned(&kit, since, Span::default()).into_iter().collect::<BTreeSet<_>>();
    let missed = &(&scan(since) - &there) - &scan(scan_began);
    assert!(missed.len() > 20, "{}", missed.len());
    assert!(missed.is_subset(&scan(scan_began - Span::hours(12))));
}
