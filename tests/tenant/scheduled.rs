//! Commands that a tenant gives itself later: seen from their instant on, whoever looked before it, and however the time
//! went by.

use std::sync::Arc;

use mock_defender::facts::PersonFacts;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::{Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, tenant, text};

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

fn after(span: Span) -> VirtualTime {
    at(START) + span
}

/// Disables a user a minute and a half after the start, marks an alert that an earlier step makes read, adds a fault and
/// ends it, and plays a storyline.
fn start(kit: &Kit) -> Value {
    let promised =
        kit.tenant.read().state.world().ids.alert(mock_defender::model::scenario::Promise(0).number());
    let step =
        |minutes: i64, command: Value| json!({"at": after(Span::minutes(minutes)), "command": command});
    let mut inject = step(2, json!({"injectAlert": {"title": "Promised", "severityValue": 2}}));
    inject["makes"] = 0.into();
    // Of a service that the test does not read: its answers would be those of a minute before.
    let fault = json!({"match": {"service": "graph"}, "effect": {"stale": {"by": "1m"}}});
    let steps = json!([
        {"at": after(Span::seconds(90)), "command": {"setUserEnabled": {"user": "user", "enabled": false}}},
        inject,
        step(3, json!({"closeAlerts": {"alerts": [promised], "as": "benign"}})),
        step(3, json!({"addFault": {"name": "old", "fault": fault}})),
        step(4, json!({"removeFault": {"name": "old"}})),
        step(60, json!({"playStory": {"name": "impossible-travel"}})),
        step(61, json!({"setUserEnabled": {"user": "user", "enabled": true}})),
    ]);
    let answer = kit.mock(
        "POST",
        &path(kit, "/commands"),
        &json!({"startScenario": {"name": "busy", "steps": steps}}).to_string(),
    );
    assert_eq!(answer.status.as_u16(), 200, "{}", text(&answer));
    json(&answer)
}

fn titles(kit: &Kit) -> Vec<(String, i64)> {
    let list = json(&kit.api("GET", "/api/v1/alerts/", ""));
    let told = |alert: &Value| {
        (alert["title"].as_str().unwrap_or_default().to_owned(), alert["statusValue"].as_i64().unwrap_or(-1))
    };
    list["data"].as_array().unwrap().iter().map(told).filter(|(title, _)| title == "Promised").collect()
}

fn may_sign_in(kit: &Kit) -> bool {
    let view = kit.tenant.read();
    let user = PersonFacts::persona_of(&view, Persona::User).unwrap().index();
    view.state.core().enabled(user, view.now)
}

fn faults(kit: &Kit) -> usize {
    let view = kit.tenant.read();
    mock_defender::facts::fault::all(&view).at(view.now).count()
}

#[test]
fn a_scheduled_command_is_seen_from_its_instant_on_and_not_before() {
    let kit = Kit::of(tenant(3, Size::Tiny), false);
    start(&kit);
    let mut seen = Vec::new();
    for _ in 0..10 {
        seen.push((may_sign_in(&kit), titles(&kit), faults(&kit)));
        kit.tenant.advance(Span::seconds(30)).unwrap();
    }
    let signs: Vec<bool> = seen.iter().map(|(may, ..)| *may).collect();
    assert_eq!(signs, [[true; 3].as_slice(), [false; 7].as_slice()].concat());
    let open_then_closed: Vec<Vec<i64>> =
        seen.iter().map(|(_, titles, _)| titles.iter().map(|(_, status)| *status).collect()).collect();
    assert_eq!(open_then_closed[3], [0_i64; 0]);
    assert_eq!(open_then_closed[4].len(), 1);
    assert_eq!(open_then_closed[4], open_then_closed[5], "still open");
    assert_ne!(open_then_closed[5], open_then_closed[6], "closed");
    let acting: Vec<usize> = seen.iter().map(|(.., faults)| *faults).collect();
    assert_eq!(acting, [0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
}

/// Everything that a client can read of a tenant.
fn readable(kit: &Kit) -> String {
    let lists = ["/api/v1/alerts/", "/api/v1/activities/"].map(|list| text(&kit.api("POST", list, "{}")));
    let told = ["/commands", "/truth", "/directory"].map(|rest| text(&kit.mock("GET", &path(kit, rest), "")));
    [lists.concat(), told.concat()].concat()
}

#[test]
fn scheduled_commands_do_the_same_however_the_time_goes_by() {
    let live = |steps: &[i64]| {
        let kit = Kit::of(tenant(3, Size::Tiny), false);
        kit.tenant.advance(Span::seconds(7)).unwrap();
        start(&kit);
        let end = after(Span::hours(30));
        for step in steps.iter().cycle() {
            let left = end - kit.tenant.now();
            if left <= Span::default() {
                break;
            }
            kit.tenant.advance(Span::seconds(*step).min(left)).unwrap();
        }
        kit
    };
    let once = readable(&live(&[30 * 3_600]));
    assert!(once.contains("Promised"));
    for steps in [[61].as_slice(), &[1, 299, 3_600], &[300], &[90, 30, 30, 1], &[45, 86_400]] {
        assert_eq!(readable(&live(steps)), once, "{steps:?}");
    }
}

#[test]
fn scheduled_commands_come_back_with_the_journal_and_along_into_forks() {
    let kit = Kit::of(tenant(3, Size::Tiny), false);
    start(&kit);
    kit.tenant.advance(Span::seconds(100)).unwrap();
    let fork = Arc::new(kit.tenant.fork());
    let file = kit.tenant.file();
    let revived = Arc::new(Tenant::revived(&file, Wall::manual(at(START)), |step, refusal| {
        panic!("{} ({refusal})", step.line());
    }));
    kit.tenant.advance(Span::hours(2)).unwrap();
    revived.advance(Span::hours(2)).unwrap();
    fork.advance(Span::hours(2)).unwrap();
    let told = readable(&kit);
    assert_eq!(readable(&Kit::of(revived, false)), told);
    let of_fork = Kit::of(fork, false);
    assert_eq!((titles(&of_fork), may_sign_in(&of_fork)), (titles(&kit), true));
    let alerts = |kit: &Kit| {
        let truth = json(&kit.mock("GET", &path(kit, "/truth"), ""));
        let played = truth["storylines"].as_array().unwrap().last().unwrap();
        (played["storyline"].clone(), played["alerts"].clone())
    };
    assert_eq!(alerts(&of_fork), alerts(&kit));
    assert_eq!(alerts(&kit).0, "impossible-travel");
}

#[test]
fn a_stopped_scenario_does_nothing_more_and_its_faults_end() {
    let kit = Kit::of(tenant(3, Size::Tiny), false);
    start(&kit);
    kit.tenant.advance(Span::seconds(190)).unwrap();
    assert_eq!((faults(&kit), may_sign_in(&kit)), (1, false));
    let stop = |run: u32| {
        let answer =
            kit.mock("POST", &path(&kit, "/commands"), &json!({"stopScenario": {"run": run}}).to_string());
        (answer.status.as_u16(), text(&answer))
    };
    assert_eq!(stop(0).0, 200);
    assert_eq!(faults(&kit), 0);
    let again = stop(0);
    assert!(again.0 == 409 && again.1.contains("stopped already"), "{again:?}");
    let unknown = stop(7);
    assert!(unknown.0 == 409 && unknown.1.contains("no scenario 7"), "{unknown:?}");
    kit.tenant.advance(Span::hours(2)).unwrap();
    assert!(!may_sign_in(&kit), "the step that would have enabled the user again was left out");
}

#[test]
fn steps_in_the_past_and_scenarios_within_scenarios_are_refused() {
    let kit = Kit::of(tenant(3, Size::Tiny), false);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let given = |steps: Value| {
        let command = json!({"startScenario": {"name": "wrong", "steps": steps}});
        let answer = kit.mock("POST", &path(&kit, "/commands"), &command.to_string());
        (answer.status.as_u16(), text(&answer))
    };
    let enable = json!({"setUserEnabled": {"user": "user", "enabled": true}});
    let past = given(json!([{"at": after(Span::minutes(59)), "command": enable}]));
    assert!(past.0 == 409 && past.1.contains("step 1 would be given at"), "{past:?}");
    let later = after(Span::hours(2));
    let nested = given(json!([{"at": later, "command": {"stopScenario": {"run": 0}}}]));
    assert!(nested.0 == 409 && nested.1.contains("starts or stops a scenario"), "{nested:?}");
    let none = given(json!([]));
    assert!(none.0 == 409 && none.1.contains("not 0"), "{none:?}");
    let stranger = json!({"setUserEnabled": {"user": "nobody", "enabled": true}});
    let unknown = given(json!([{"at": later, "command": stranger}]));
    assert_eq!(unknown.0, 400, "names are resolved at the start: {unknown:?}");
}
