//! Faults in the life of a tenant: journal, restart, forks, reset, scenarios of chaos; and what logs say of them.

use std::path::Path;

use mock_defender::faults::Chaos;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::{Registry, Revival};
use mock_defender::gateway::{Gateway, RequestHandler};
use mock_defender::model::spec::Size;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use super::{ALERTS, FAULTS, add, alerts, disturbed, down, listed, statuses};
use crate::kit::{self, Kit};

/// A kit whose tenant is kept in this directory.
fn kept(dir: &Path) -> Kit {
    let spec = kit::spec(1, Size::Tiny, kit::START);
    let wall = Wall::manual(spec.start);
    let store = JournalStore::open(dir).unwrap();
    let born = || Tenant::born(&spec, Mode::Frozen, wall.clone());
    let registry = Registry::kept(store, born, &wall, Revival::default(), |told| panic!("{told}")).unwrap();
    let settings = Settings { throttle: false, wall, ..Settings::default() };
    let gateway = Gateway::new(registry, &mock_defender::services::all(), settings).unwrap();
    let tenant = gateway.registry.first().tenant.clone();
    Kit::at(gateway, tenant)
}

#[test]
fn faults_survive_a_restart_and_their_counters_do_not() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let kit = kept(&dir);
    add(&kit, &json!({"id": "once", "match": {"path": ALERTS}, "when": {"times": 1}, "effect": down()}));
    add(&kit, &json!({"id": "third", "when": {"nth": 3}, "effect": {"respond": {"status": 500}}}));
    assert_eq!(statuses(&kit, 3), [503, 200, 200]);
    assert_eq!(listed(&kit)[1]["matched"], 2);
    drop(kit);

    let kit = kept(&dir);
    let [once, third] = &listed(&kit)[..] else { panic!("two faults") };
    assert_eq!((&once["ended"]["why"], &once["acted"]), (&json!("usedUp"), &json!(0)));
    assert_eq!((third.get("ended"), &third["matched"]), (None, &json!(0)));
    assert_eq!(statuses(&kit, 4), [200, 200, 500, 200], "it counts anew");
    drop(kit);
    let _ = std::fs::remove_dir_all(&dir);
}

#[test]
fn a_request_that_may_use_up_a_fault_of_a_kept_tenant_is_answered_off_the_reactor() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("heavy-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let is_heavy = |kit: &Kit| {
        let request = http::Request::get(kit.url(ALERTS)).body(()).unwrap();
        let arrival = mock_defender::gateway::Arrival {
            secure: true,
            sni: None,
            proxy_user: None,
            port: 443,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            body: mock_defender::gateway::BodyState::Complete,
        };
        let (head, ()) = request.into_parts();
        let planned = kit.gateway.plan(&head, &arrival);
        kit.gateway.is_heavy(&planned, &head.method)
    };
    let kit = kept(&dir);
    assert!(!is_heavy(&kit));
    add(&kit, &json!({"when": {"times": 1}, "effect": down()}));
    assert!(is_heavy(&kit));
    let in_memory = disturbed(json!({"when": {"times": 1}, "effect": down()}));
    assert!(!is_heavy(&in_memory), "there no command waits for anything");
    drop(kit);
    let _ = std::fs::remove_dir_all(&dir);
}

#[test]
fn a_fork_has_the_faults_of_its_parent_and_counts_for_itself() {
    let kit = disturbed(json!({"id": "two", "when": {"times": 2}, "effect": down()}));
    assert_eq!(statuses(&kit, 1), [503]);
    let fork = kit.join(kit.tenant.fork());
    let label = fork.identity().label.clone();
    let forked = kit.about(fork);
    let of_fork =
        || kit::json(&forked.mock("GET", &format!("/_mock/tenants/{label}/faults"), ""))["faults"][0].clone();
    assert_eq!((of_fork()["id"].clone(), of_fork()["acted"].clone()), (json!("two"), json!(0)));
    assert_eq!(statuses(&forked, 3), [503, 503, 200]);
    assert_eq!(of_fork()["ended"]["why"], "usedUp");
    let parent = kit::json(&forked.mock("GET", FAULTS, ""));
    assert_eq!((&parent["faults"][0]["acted"], parent["faults"][0].get("ended")), (&json!(1), None));
    // Its reset goes back to where it was forked off, with the fault as it was then.
    forked.mock("POST", &format!("/_mock/tenants/{label}/reset"), "");
    assert_eq!((of_fork()["acted"].clone(), of_fork().get("ended").cloned()), (json!(0), None));
    assert_eq!(statuses(&forked, 3), [503, 503, 200]);
}

#[test]
fn a_reset_takes_faults_away_and_a_snapshot_brings_them_back() {
    let kit = disturbed(json!({"id": "two", "when": {"times": 2}, "effect": down()}));
    kit.mock("POST", "/_mock/tenants/contoso/snapshots", r#"{"name":"before"}"#);
    assert_eq!(statuses(&kit, 3), [503, 503, 200]);
    kit.mock("POST", "/_mock/tenants/contoso/snapshots/before/restore", "");
    assert_eq!(listed(&kit)[0]["acted"], 0, "it is another life");
    assert_eq!(statuses(&kit, 3), [503, 503, 200]);
    kit.mock("POST", "/_mock/tenants/contoso/reset", "");
    assert!(listed(&kit).is_empty());
    assert_eq!(statuses(&kit, 1), [200]);
    add(&kit, &json!({"when": {"nth": 2}, "effect": down()}));
    assert_eq!(statuses(&kit, 2), [200, 503], "what counted under the same number before is gone");
}

#[test]
fn an_exported_tenant_brings_its_faults_along() {
    let kit =
        disturbed(json!({"id": "two", "match": {"client": "full"}, "when": {"times": 2}, "effect": down()}));
    let file = kit::text(&kit.mock("GET", "/_mock/tenants/contoso/export", ""));
    let file = mock_defender::TenantFile::read(&file).unwrap();
    let wall = Wall::manual(kit::at(kit::START));
    let revived = Kit::of(
        std::sync::Arc::new(Tenant::revived(&file, wall, |step, why| panic!("{step:?}: {why}"))),
        false,
    );
    assert_eq!(listed(&revived), listed(&kit));
}

#[test]
fn the_log_tells_a_disturbed_request_from_one_that_was_wrong() {
    let kit = disturbed(json!({"id": "busy", "when": {"nth": 2}, "effect": {"throttle": {"wait": "5s"}}}));
    let wrong = kit.send("GET", &kit.url(ALERTS), &[("authorization", "Token 0000")], "");
    assert_eq!((wrong.status.as_u16(), alerts(&kit).status.as_u16()), (401, 429));
    let log = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests?clients=true", ""));
    let [wrong, disturbed] = &log["requests"].as_array().unwrap()[..] else { panic!("{log}") };
    assert_eq!((wrong.get("fault"), &wrong["refusal"]), (None, &json!("InvalidToken")));
    assert_eq!((&disturbed["fault"], disturbed.get("refusal")), (&json!("busy"), None));
    assert_eq!(disturbed["reason"], "disturbed by fault busy (throttle)");

    let explained = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests/last/explain", ""));
    assert_eq!(explained["fault"], "busy");
    let text: Vec<&str> = explained["text"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(text[1].starts_with("Disturbed: the fault \"busy\" acted on it"), "{text:#?}");
    assert!(explained["advice"].as_str().unwrap().contains("fault remove busy"), "{explained}");

    let metrics = kit::text(&kit.mock("GET", "/_mock/metrics", ""));
    assert!(
        metrics.contains(r#"mock_defender_disturbed_total{service="cloud-apps",effect="throttle"} 1"#),
        "{metrics}"
    );
    assert!(!metrics.contains(r#"refusal="Throttled""#), "{metrics}");
}

#[test]
fn what_a_client_did_wrong_stands_beside_the_fault_that_acted_on_it() {
    let kit = disturbed(json!({"id": "slow", "effect": {"latency": {"fixed": "1s"}}}));
    kit.send("GET", &kit.url(ALERTS), &[("authorization", "Token 0000")], "");
    let log = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests?clients=true", ""));
    let entry = &log["requests"][0];
    assert_eq!(
        (&entry["fault"], &entry["refusal"], &entry["status"]),
        (&json!("slow"), &json!("InvalidToken"), &json!(401))
    );
    let reason = entry["reason"].as_str().unwrap();
    assert_eq!(reason, "this tenant did not issue that API token; disturbed by fault slow (latency)");
    let explained = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests/last/explain", ""));
    assert!(explained["advice"].as_str().unwrap().starts_with("Take credential and host"), "{explained}");
}

#[test]
fn a_request_that_is_not_answered_is_logged_without_a_status() {
    let kit = disturbed(json!({"effect": {"reset": {}}}));
    alerts(&kit);
    let log = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests?clients=true", ""));
    assert_eq!(log["requests"][0]["status"], 0);
    let explained = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests/last/explain", ""));
    assert!(explained["text"][0].as_str().unwrap().ends_with("was not answered."), "{explained}");
}

#[test]
fn chaos_brings_the_faults_of_its_level_and_the_same_run_twice() {
    let run = |level: &str| {
        let kit = disturbed(json!({"chaos": level}));
        let names = listed(&kit).into_iter().map(|fault| fault["id"].as_str().unwrap().to_owned());
        let names: Vec<String> = names.collect();
        assert!(names.iter().all(|name| name.starts_with("chaos-")), "{names:?}");
        (names.len(), statuses(&kit, 200))
    };
    let [mild, rough, evil] = Chaos::ALL.map(|level| run(level.name()));
    assert!(mild.0 < rough.0 && rough.0 < evil.0);
    let failed = |statuses: &[u16]| statuses.iter().filter(|status| **status != 200).count();
    assert!((1..30).contains(&failed(&mild.1)), "{:?}", mild.1);
    assert!(failed(&mild.1) < failed(&evil.1));
    assert_eq!(evil, run("evil"));

    let kit = disturbed(json!({"chaos": "mild"}));
    let answer = kit.mock("POST", FAULTS, r#"{"chaos": "evil"}"#);
    assert_eq!(answer.status, 409, "{}", kit::text(&answer));
    let answer = kit.mock("POST", FAULTS, r#"{"chaos": "wild"}"#);
    assert!(kit::text(&answer).contains("`mild`, `rough`, `evil`"), "{}", kit::text(&answer));
}

/// What a careful client does: it sends again what failed in passing, a few times.
#[test]
fn a_client_that_tries_again_comes_through_mild_chaos_with_the_truth() {
    let whole = kit::text(&alerts(&Kit::tiny()));
    let kit = disturbed(json!({"chaos": "mild"}));
    let mut again = 0;
    for _ in 0..500 {
        let passing = |answer: &mock_defender::gateway::Answer| matches!(answer.status.as_u16(), 429 | 503);
        let mut tries = (0..4).map(|_| alerts(&kit));
        let answer = tries.find(|answer| {
            again += u32::from(passing(answer));
            !passing(answer)
        });
        assert_eq!(kit::text(&answer.expect("one of four tries comes through")), whole);
    }
    assert!(again > 10, "{again}");
}
