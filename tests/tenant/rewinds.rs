//! Forks of the past: the same life up to an instant, played again.

use std::sync::Arc;

use mock_defender::generate::Stream;
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::journal::Step;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use super::connection::give;
use crate::kit::{Kit, START, at, json, spec, tenant, text};

/// What a client sees of a tenant: every list in both directions, the connection, the truth, what commands were given.
/// What tells a tenant from its forks is left out: its id, its number, its host label, and what records have of them.
fn seen(tenant: &Arc<Tenant>) -> Vec<Value> {
    let kit = Kit::of(Arc::clone(tenant), false);
    let identity = tenant.identity();
    let mut all = vec![json!(tenant.now().to_string())];
    for path in ["/api/v1/alerts/", "/api/v1/activities/"] {
        for direction in ["asc", "desc"] {
            let body = json!({"sortDirection": direction, "limit": 100}).to_string();
            all.push(json(&kit.api("POST", path, &body)));
        }
    }
    for path in ["connection", "truth", "directory", "faults", "scenarios"] {
        all.push(json(&kit.mock("GET", &format!("/_mock/tenants/{}/{path}", identity.id), "")));
    }
    for told in &mut all {
        mask(told, tenant);
    }
    all
}

fn mask(told: &mut Value, tenant: &Tenant) {
    let identity = tenant.identity();
    match told {
        Value::Array(list) => list.iter_mut().for_each(|one| mask(one, tenant)),
        Value::Object(members) => members.values_mut().for_each(|one| mask(one, tenant)),
        Value::Number(number) if number.as_u64() == Some(u64::from(identity.number)) => {
            *told = json!("number")
        }
        Value::String(text) => {
            let number = format!("{}_", identity.number);
            let host = format!("{}.portal.cloudappsecurity.com", identity.label);
            let own = [identity.id.to_string(), host, number];
            *text = own.iter().fold(text.clone(), |text, own| text.replace(own.as_str(), "…"));
            // The second half of an activity's id is of its tenant.
            if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                text.truncate(32);
            }
        }
        _ => {}
    }
}

/// Where two readings differ first.
fn difference(now: &Value, then: &Value, place: &str) -> Option<String> {
    let told = || Some(format!("{place}: {now} instead of {then}"));
    match (now, then) {
        (Value::Array(now), Value::Array(then)) if now.len() == then.len() => (now.iter().zip(then))
            .enumerate()
            .find_map(|(at, (now, then))| difference(now, then, &format!("{place}/{at}"))),
        (Value::Object(now), Value::Object(then)) if now.len() == then.len() => now
            .iter()
            .find_map(|(name, now)| difference(now, then.get(name)?, &format!("{place}/{name}")))
            .or_else(|| now.keys().any(|name| !then.contains_key(name)).then(told).flatten()),
        (now, then) => (now != then).then(told).flatten(),
    }
}

fn same(rewound: &Arc<Tenant>, then: &[Value], words: &str) {
    let now = Value::Array(seen(rewound));
    assert_eq!(difference(&now, &Value::Array(then.to_vec()), ""), None, "{words}");
}

/// Commands as presenters and tests give them; not all of them apply at any time.
fn commands() -> Vec<Value> {
    vec![
        json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}),
        json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}),
        json!({"setCopilotToggle": {"on": false, "by": "security-admin"}}),
        json!({"expireCopilotSession": {}}),
        json!({"setCopilotNetwork": {"host": "graph.microsoft.com", "kind": "deny"}}),
        json!({"setCopilotCapacity": {"capacity": "provisioning"}}),
        json!({"revokeSessions": {"user": "global-admin"}}),
        json!({"setUserEnabled": {"user": "user", "enabled": false}}),
        json!({"setUserEnabled": {"user": "user", "enabled": true}}),
        json!({"playStory": {"name": "impossible-travel"}}),
        json!({"setBrowser": {"popups": false}}),
    ]
}

#[test]
fn a_rewound_tenant_shows_what_the_original_showed_at_that_instant() {
    for seed in 1..=3_u64 {
        let original = tenant(4, Size::Tiny);
        let mut stream = Stream::new(seed, "rewinds", 0, "steps");
        let mut remembered: Vec<(VirtualTime, Vec<Value>)> = Vec::new();
        let mut kept = None;
        let choices = commands();
        for _ in 0..16 {
            match stream.below(10) {
                0..=4 => {
                    let command = &choices[stream.below(11) as usize];
                    let _ = give(&original, command.clone());
                }
                5..=7 => {
                    let length = [1, 10, 59, 300, 4_321][stream.below(5) as usize];
                    original.advance(Span::seconds(length)).unwrap();
                }
                8 => {
                    original.snapshot("kept").unwrap();
                    kept = Some(remembered.clone());
                }
                // What is undone is forgotten, unless a snapshot has it.
                _ => match kept.clone() {
                    Some(then) => {
                        original.restore("kept").unwrap();
                        remembered = then;
                    }
                    None => {
                        original.reset().unwrap();
                        remembered.clear();
                    }
                },
            }
            // At one instant the last reading counts: that is what this instant came to.
            let now = original.now();
            remembered.retain(|(then, _)| *then != now);
            remembered.push((now, seen(&original)));
        }
        original.advance(Span::hours(3)).unwrap();
        let before = original.file();
        for (then, shown) in &remembered {
            let rewound = Arc::new(original.rewound(*then).expect("an instant of its life"));
            same(&rewound, shown, &format!("seed {seed} at {then}"));
        }
        let mut after = original.file();
        // That forks were given numbers is no part of its life.
        after.steps.retain(|step| !matches!(**step, Step::Numbers { .. }));
        assert_eq!(after, before, "nothing was changed by looking back");
    }
}

#[test]
fn an_instant_between_steps_is_lived_as_if_the_clock_had_stood_there() {
    let steps = |tenant: &Tenant| {
        give(tenant, json!({"setCopilotToggle": {"on": true, "by": "global-admin"}})).unwrap();
        tenant.advance(Span::seconds(5)).unwrap();
        give(tenant, json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}})).unwrap();
    };
    let long = tenant(4, Size::Tiny);
    steps(&long);
    long.advance(Span::hours(20)).unwrap();
    for seconds in [6, 60, 299, 300, 301, 3_604, 3_605, 3_606, 40_000] {
        let stepwise = tenant(4, Size::Tiny);
        steps(&stepwise);
        let then = at(START) + Span::seconds(seconds);
        stepwise.advance(then - stepwise.now()).unwrap();
        let rewound = Arc::new(long.rewound(then).unwrap());
        same(&rewound, &seen(&stepwise), &format!("{seconds} s after the start"));
        // And it goes on as that one does.
        rewound.advance(Span::hours(5)).unwrap();
        stepwise.advance(Span::hours(5)).unwrap();
        same(&rewound, &seen(&stepwise), &format!("five hours after {seconds} s"));
    }
}

#[test]
fn what_was_undone_is_no_part_of_the_life_that_is_gone_back_in() {
    let tenant = tenant(4, Size::Tiny);
    let on = json!({"setCopilotToggle": {"on": true, "by": "global-admin"}});
    give(&tenant, on).unwrap();
    tenant.advance(Span::minutes(5)).unwrap();
    tenant.snapshot("first").unwrap();
    let at_first = seen(&tenant);
    give(&tenant, json!({"answerCopilotDialog": {"accept": false, "by": "global-admin"}})).unwrap();
    tenant.advance(Span::hours(5)).unwrap();
    tenant.snapshot("late").unwrap();
    tenant.reset().unwrap();
    tenant.advance(Span::hours(2)).unwrap();
    let fresh = seen(&tenant);
    let two = tenant.now();
    tenant.advance(Span::hours(1)).unwrap();
    same(&Arc::new(tenant.rewound(two).unwrap()), &fresh, "after a reset");

    // A snapshot of the life before the reset is still that of the life before.
    tenant.restore("first").unwrap();
    let first = tenant.now();
    tenant.advance(Span::minutes(90)).unwrap();
    same(&Arc::new(tenant.rewound(first).unwrap()), &at_first, "after restoring a snapshot of before");
    let half = at(START) + Span::minutes(3);
    assert_eq!(super::connection::reasons(&tenant.rewound(half).unwrap()), ["consent_pending"]);
    tenant.restore("late").unwrap();
    let again = tenant.rewound(first + Span::seconds(1)).unwrap();
    assert_eq!(super::connection::reasons(&again), ["consent_declined"]);
}

#[test]
fn only_instants_of_the_own_life_can_be_gone_back_to() {
    let tenant = tenant(4, Size::Tiny);
    tenant.advance(Span::hours(1)).unwrap();
    let start = at(START);
    assert!(tenant.rewound(start - Span::millis(1)).is_none(), "before its birth");
    assert!(tenant.rewound(tenant.now() + Span::millis(1)).is_none(), "not yet");
    assert_eq!(tenant.rewound(start).unwrap().now(), start);
    let fork = tenant.fork();
    assert!(fork.rewound(start).is_none(), "that was its parent's life");
    assert_eq!(fork.rewound(fork.now()).unwrap().now(), fork.now());
}

#[test]
fn rewound_tenants_are_forks_with_a_birth_of_their_own() {
    let tenant = tenant(4, Size::Tiny);
    give(&tenant, json!({"setCopilotToggle": {"on": true, "by": "global-admin"}})).unwrap();
    tenant.advance(Span::hours(2)).unwrap();
    let hour = at(START) + Span::hours(1);
    let (one, two) = (tenant.rewound(hour).unwrap(), tenant.rewound(hour).unwrap());
    let ids = [tenant.identity().id, one.identity().id, two.identity().id, tenant.fork().identity().id];
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    let one = Arc::new(one);
    let born = seen(&one);
    give(&one, json!({"setCopilotToggle": {"on": false, "by": "global-admin"}})).unwrap();
    one.advance(Span::hours(9)).unwrap();
    one.reset().unwrap();
    assert_eq!(one.now(), hour, "reset leads to where it was forked off");
    same(&one, &born, "after its reset");
    // Its file brings it back.
    one.advance(Span::minutes(7)).unwrap();
    give(&one, json!({"setCopilotToggle": {"on": false, "by": "global-admin"}})).unwrap();
    let shown = seen(&one);
    let revived =
        Tenant::revived(&one.file(), Wall::manual(at(START)), |step, why| panic!("{step:?}: {why}"));
    assert_eq!(revived.identity().id, one.identity().id);
    same(&Arc::new(revived), &shown, "from its file");
}

#[test]
fn a_clock_that_runs_runs_on_from_the_instant() {
    let spec = spec(4, Size::Tiny, START);
    let wall = Wall::manual(spec.start);
    let tenant = Tenant::born(&spec, Mode::FollowFromStart, wall.clone());
    wall.set(at(START) + Span::hours(3));
    assert_eq!(tenant.now(), at(START) + Span::hours(3));
    let rewound = tenant.rewound(at(START) + Span::hours(1)).unwrap();
    assert_eq!(rewound.now(), at(START) + Span::hours(1));
    wall.set(at(START) + Span::minutes(190));
    assert_eq!(rewound.now(), at(START) + Span::minutes(70));
    assert_eq!(tenant.now(), at(START) + Span::minutes(190));
}

#[test]
fn a_rewound_tenant_stands_at_the_instant_and_answers_with_its_own_block() {
    let kit = Kit::tiny();
    let path = |rest: &str| format!("/_mock/tenants/{}{rest}", kit.tenant.identity().id);
    give(&kit.tenant, json!({"setCopilotToggle": {"on": true, "by": "global-admin"}})).unwrap();
    kit.tenant.advance(Span::hours(2)).unwrap();
    give(&kit.tenant, json!({"setCopilotToggle": {"on": false, "by": "global-admin"}})).unwrap();
    let ask = |body: &Value| kit.mock("POST", &path("/rewind"), &body.to_string());
    let answer = ask(&json!({"to": "2026-11-24T01:00:00Z"}));
    assert_eq!(answer.status.as_u16(), 201, "{}", text(&answer));
    let block = json(&answer);
    assert_eq!(block["now"], "2026-11-24T01:00:00.000Z");
    assert_ne!(block["id"], json!(kit.tenant.identity().id.to_string()));
    let id = block["id"].as_str().unwrap();
    let told = json(&kit.mock("GET", &format!("/_mock/tenants/{id}/connection"), ""));
    assert_eq!(told["reasons"], json!(["consent_pending"]), "it is on there");
    let alerts = format!("https://localhost:8443/api/v1/alerts/?tid={id}");
    let credential = format!("Token {}", block["apiToken"].as_str().unwrap());
    let answer = kit.send("GET", &alerts, &[("authorization", &credential)], "");
    assert_eq!(answer.status.as_u16(), 200, "{}", text(&answer));
    for (body, code, words) in [
        (json!({}), "BadBody", "to"),
        (json!({"to": "an hour ago"}), "BadField", "an instant such as"),
        (
            json!({"to": "2026-11-24T02:00:00.001Z"}),
            "BadField",
            "from 2026-11-24T00:00:00.000Z to 2026-11-24T02:00:00.000Z",
        ),
        (json!({"to": "2026-11-23T23:59:59Z"}), "BadField", "from 2026-11-24T00:00:00.000Z"),
        (json!({"to": "2026-11-24T01:00:00Z", "ttl": "soon"}), "BadField", "ttl"),
        (json!({"to": "2026-11-24T01:00:00Z", "ttl": "PT1M", "keep": true}), "BadField", "keep"),
        (json!({"to": "2026-11-24T01:00:00Z", "from": 1}), "BadBody", "from"),
    ] {
        let answer = ask(&body);
        let told = json(&answer);
        assert_eq!((answer.status.as_u16(), &told["error"]["code"]), (400, &json!(code)), "{body}: {told}");
        assert!(told["error"]["message"].as_str().unwrap().contains(words), "{body}: {told}");
    }
    let answer = ask(&json!({"to": "2026-11-24T01:00:00Z", "ttl": "PT10M"}));
    assert_eq!(answer.status.as_u16(), 201);
    assert!(json(&kit.mock("GET", &path(""), ""))["now"] == "2026-11-24T02:00:00.000Z");
}

#[test]
fn after_a_restart_new_forks_pass_over_those_that_were_kept() {
    let parent = tenant(4, Size::Tiny);
    parent.advance(Span::hours(1)).unwrap();
    let kept = [parent.fork(), parent.rewound(at(START)).unwrap()];
    let back = |tenant: &Tenant| {
        Tenant::revived(&tenant.file(), Wall::manual(at(START)), |step, why| panic!("{step:?}: {why}"))
    };
    let kit = Kit::of(Arc::new(back(&parent)), false);
    for fork in &kept {
        kit.join(back(fork));
    }
    let ask = |operation: &str, body: Value| {
        let path = format!("/_mock/tenants/{}/{operation}", kit.tenant.identity().id);
        kit.mock("POST", &path, &body.to_string())
    };
    for answer in [ask("fork", json!({})), ask("rewind", json!({"to": START})), ask("fork", json!({}))] {
        assert_eq!(answer.status.as_u16(), 201, "{}", text(&answer));
    }
}
