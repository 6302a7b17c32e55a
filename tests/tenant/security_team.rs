//! What the company's own security team does with new alerts: seen by clients when it happens, neither before nor
//! otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::generate::Stream;
use mock_defender::model::security_team::SecurityTeam;
use mock_defender::model::spec::{Size, Thousandths};
use mock_defender::model::time::Span;
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, text};

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

fn give(kit: &Kit, command: &Value) -> (u16, Value) {
    let answer = kit.mock("POST", &path(kit, "/commands"), &command.to_string());
    (answer.status.as_u16(), json(&answer))
}

fn set(kit: &Kit, team: &Value) {
    let (status, answer) = give(kit, &json!({ "setSecurityTeam": team }));
    assert_eq!(status, 200, "{answer}");
}

/// Puts alerts in: their ids, in this order.
fn inject(kit: &Kit, count: usize) -> Vec<String> {
    let one = |number: usize| {
        let alert = json!({"alert": {"title": format!("Odd {number}"), "severityValue": 1}});
        let answer = kit.mock("POST", &path(kit, "/inject"), &alert.to_string());
        assert!(answer.status.is_success(), "{}", text(&answer));
        let list = json(&kit.api("POST", "/api/v1/alerts/", r#"{"limit": 1}"#));
        list["data"][0]["_id"].as_str().unwrap().to_owned()
    };
    (0..count).map(one).collect()
}

fn alert(kit: &Kit, id: &str) -> Value {
    json(&kit.api("GET", &format!("/api/v1/alerts/{id}/"), ""))
}

fn version(kit: &Kit, id: &str) -> u64 {
    json(&kit.mock("GET", &path(kit, &format!("/alerts/{id}")), ""))["version"].as_u64().unwrap()
}

/// Everything that the lists of the API show, and the truth.
fn readable(tenant: &Arc<Tenant>) -> String {
    let kit = Kit::of(Arc::clone(tenant), false);
    let lists = ["/api/v1/activities/", "/api/v1/alerts/"].map(|path| kit.all(path, &json!({})));
    format!("{lists:?} {}", text(&kit.mock("GET", &path(&kit, "/truth"), "")))
}

#[test]
fn an_alert_that_a_client_has_read_is_closed_later_by_the_team() {
    let kit = Kit::tiny();
    set(&kit, &json!({"closes": 1, "within": "2h"}));
    let id = &inject(&kit, 1)[0];
    let before = alert(&kit, id);
    assert_eq!((&before["statusValue"], &before["resolutionStatusValue"]), (&json!(0), &json!(0)));
    assert_eq!(version(&kit, id), 0);
    kit.tenant.advance(Span::hours(2)).unwrap();
    let after = alert(&kit, id);
    assert_eq!(after["statusValue"], 1);
    assert!([3, 4, 5].contains(&after["resolutionStatusValue"].as_u64().unwrap()), "{after}");
    assert!(after["comment"].is_string() && after["handledByUser"].as_str().unwrap().contains('@'));
    assert_eq!(version(&kit, id), 2, "read, then closed");
    assert_eq!(after["timestamp"], before["timestamp"], "its own time stays");
    let closings = kit.all("/api/v1/activities/", &json!({"service": {"eq": [20_595]}}));
    let about = closings.iter().filter(|row| row.to_string().contains(id.as_str())).count();
    assert_eq!(about, 1, "{closings:?}");
}

#[test]
fn the_team_handles_the_shares_that_it_was_set_to() {
    let kit = Kit::tiny();
    set(&kit, &json!({"reads": 0.8, "closes": 0.3, "within": "1h"}));
    let ids = inject(&kit, 120);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let all: Vec<Value> = ids.iter().map(|id| alert(&kit, id)).collect();
    let count = |of: &dyn Fn(&Value) -> bool| all.iter().filter(|alert| of(alert)).count() * 100 / all.len();
    let (read, closed) =
        (count(&|alert| alert["statusValue"] == 1), count(&|alert| alert["resolveTime"].is_string()));
    assert!((70..90).contains(&read) && (20..42).contains(&closed), "{read} {closed}");
}

#[test]
fn nothing_that_the_team_or_a_scenario_does_is_seen_before_its_time() {
    let kit = Kit::tiny();
    set(&kit, &json!({"reads": 1, "closes": 1, "within": "20m"}));
    let ids = inject(&kit, 20);
    let oldest = json(&kit.api("POST", "/api/v1/alerts/", r#"{"limit": 1, "sortDirection": "asc"}"#));
    let other = oldest["data"][0]["_id"].as_str().unwrap().to_owned();
    let step = kit.tenant.now() + Span::seconds(150);
    let close = json!({"closeAlerts": {"alerts": [other], "as": "benign"}});
    let scenario = json!({"startScenario": {"name": "later", "steps": [{"at": step, "command": close}]}});
    assert_eq!(give(&kit, &scenario).0, 200);
    let from = kit.tenant.fork();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for second in 0..=130 {
        let now = kit.tenant.now();
        for id in ids.iter().chain([&other]) {
            let told = alert(&kit, id);
            if let Some(resolved) = told["resolveTime"].as_str() {
                assert!(mock_defender::model::time::VirtualTime::parse(resolved).unwrap() <= now, "{told}");
            }
            let version = version(&kit, id);
            assert!(
                seen.insert(id.clone(), version).is_none_or(|last| last <= version),
                "versions only rise"
            );
        }
        let open = alert(&kit, &other)["resolutionStatusValue"] == 0;
        assert_eq!(open, now < step, "second {}", second * 10);
        if second % 13 == 0 {
            // Whoever comes here at once sees the same.
            let at_once = from.fork();
            at_once.advance(now - from.now()).unwrap();
            let view = |tenant: &Tenant| {
                let view = tenant.read();
                view.state.alerts(view.now).map(|alert| alert.handling.clone()).collect::<Vec<_>>()
            };
            assert_eq!(view(&at_once), view(&kit.tenant));
        }
        kit.tenant.advance(Span::seconds(10)).unwrap();
    }
    assert!(ids.iter().all(|id| seen[id] == 2), "{seen:?}");
}

#[test]
fn what_the_team_does_does_not_depend_on_the_steps_in_which_time_passed() {
    let born = || {
        let mut spec = spec(3, Size::Tiny, START);
        spec.settings.security_team =
            SecurityTeam { reads: Some(Thousandths(900)), closes: Some(Thousandths(600)), within: None };
        Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)))
    };
    let live = |steps: &mut dyn FnMut() -> Span| {
        let tenant = born();
        let kit = Kit::of(Arc::clone(&tenant), false);
        for (hours, command) in [
            (2, json!({"playStory": {"name": "impossible-travel"}})),
            (9, json!({"setSecurityTeam": {"closes": 1, "within": "10m"}})),
            (30, json!({"setSecurityTeam": {}})),
            (40, json!({"rotateKeys": {}})),
        ] {
            let end = tenant.spec().start + Span::hours(hours);
            while tenant.now() < end {
                tenant.advance(steps().min(end - tenant.now())).unwrap();
                tenant.read();
            }
            assert_eq!(give(&kit, &command).0, 200, "{command}");
            inject(&kit, 3);
        }
        tenant
    };
    let once = live(&mut || Span::days(3));
    assert_eq!(readable(&live(&mut || Span::millis(299_999))), readable(&once));
    for case in 0..3 {
        let mut stream = Stream::new(case, "test", 0, "team");
        let mut steps = || Span::millis(i64::from(stream.between(1, 900_000)));
        assert_eq!(readable(&live(&mut steps)), readable(&once), "case {case}");
    }
    // A restart reads it back, a fork shares it, a reset forgets it.
    let file = TenantFile::read(&once.file().write()).unwrap();
    let again = Tenant::revived(&file, Wall::manual(once.spec().start), |_, refusal| panic!("{refusal}"));
    assert_eq!(readable(&Arc::new(again)), readable(&once));
    once.reset().unwrap();
    assert_eq!(readable(&once), readable(&born()));
}

#[test]
fn storylines_are_left_to_the_user_and_a_team_that_has_stopped_does_no_more() {
    let kit = Kit::attacked(1, 12);
    set(&kit, &json!({"closes": 1, "within": "6h"}));
    let play = kit.mock("POST", &path(&kit, "/play"), r#"{"storyline": "impossible-travel"}"#);
    assert!(play.status.is_success());
    kit.tenant.advance(Span::hours(12)).unwrap();
    let truth = json(&kit.mock("GET", &path(&kit, "/truth"), ""));
    let ids: Vec<&Value> = truth["storylines"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["alerts"].as_array().unwrap())
        .collect();
    assert!(ids.len() > 10);
    for id in ids {
        let told = alert(&kit, id.as_str().unwrap());
        assert_eq!((&told["statusValue"], &told["resolutionStatusValue"]), (&json!(0), &json!(0)), "{told}");
    }
    let left = inject(&kit, 30);
    kit.tenant.advance(Span::hours(1)).unwrap();
    set(&kit, &json!({}));
    let handled = |kit: &Kit| left.iter().filter(|id| version(kit, id) > 0).count();
    let by_then = handled(&kit);
    assert!(by_then < 30);
    kit.tenant.advance(Span::hours(8)).unwrap();
    assert_eq!(handled(&kit), by_then, "what was planned is dropped");
}

#[test]
fn what_a_user_has_closed_the_team_leaves_as_it_is() {
    let kit = Kit::tiny();
    set(&kit, &json!({"closes": 1, "within": "1h"}));
    let id = &inject(&kit, 1)[0];
    let close = json!({"filters": {"id": {"eq": [id]}}, "comment": "mine"});
    assert_eq!(kit.api("POST", "/api/v1/alerts/close_true_positive/", &close.to_string()).status, 200);
    let closed = alert(&kit, id);
    kit.tenant.advance(Span::hours(2)).unwrap();
    assert_eq!(alert(&kit, id), closed);
}

#[test]
fn a_team_that_can_not_be_is_refused_where_it_stands() {
    let kit = Kit::tiny();
    for (team, field, told) in [
        (json!({"reads": 1.2}), "reads", "from 0 to 1"),
        (json!({"closes": 7}), "closes", "from 0 to 1"),
        (json!({"within": "9m"}), "within", "from 10m to 7d"),
    ] {
        let (status, answer) = give(&kit, &json!({ "setSecurityTeam": team }));
        assert_eq!((status, &answer["error"]["target"]), (400, &json!(field)), "{answer}");
        assert!(answer.to_string().contains(told), "{answer}");
    }
}
