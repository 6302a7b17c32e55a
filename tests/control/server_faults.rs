//! Faults of the server through the control API. What they do to connections is tested over sockets.

use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

fn add(kit: &Kit, fault: &Value) -> (u16, Value) {
    let answer = kit.mock("POST", "/_mock/faults", &fault.to_string());
    (answer.status.as_u16(), json(&answer))
}

fn listed(kit: &Kit) -> Value {
    json(&kit.mock("GET", "/_mock/faults", ""))["faults"].clone()
}

#[test]
fn faults_are_added_listed_and_removed() {
    let kit = Kit::tiny();
    assert_eq!(listed(&kit), json!([]));
    let fault = json!({"host": "*.microsoftonline.com", "times": 2, "effect": {"tls": "wrongName"}});
    let entry = json!({"id": "server-1", "fault": fault, "matched": 0, "acted": 0});
    assert_eq!(add(&kit, &fault), (201, json!({"faults": [entry]})));
    let other = json!({"effect": {"connect": {"status": 407}}});
    assert_eq!(add(&kit, &other).1["faults"][0]["id"], "server-2");
    assert_eq!(listed(&kit)[0], entry);
    assert_eq!(listed(&kit)[1]["fault"], other);

    assert_eq!(kit.mock("DELETE", "/_mock/faults/server-1", "").status, 204);
    let again = kit.mock("DELETE", "/_mock/faults/server-1", "");
    assert_eq!((again.status.as_u16(), &json(&again)["error"]["code"]), (404, &json!("FaultNotFound")));
    assert_eq!(listed(&kit)[0]["id"], "server-2");
    assert_eq!(kit.mock("DELETE", "/_mock/faults", "").status, 204);
    assert_eq!(listed(&kit), json!([]));
    assert_eq!(add(&kit, &other).1["faults"][0]["id"], "server-3");
}

#[test]
fn a_fault_that_would_lock_everybody_out_is_refused() {
    let kit = Kit::tiny();
    for host in
        ["localhost", "*", "LOCAL*", "*.localhost", "fabrikam.localhost", "127.0.0.*", "127.0.0.9", "::1"]
    {
        for effect in [json!({"tls": "reset"}), json!({"connect": "hang"})] {
            let (status, answer) = add(&kit, &json!({"host": host, "effect": effect}));
            assert_eq!((status, &answer["error"]["target"]), (400, &json!("host")), "{host}");
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains("the control API must stay reachable"), "{message}");
        }
        // Requests are told apart by their path, so that these may be disturbed there.
        assert_eq!(add(&kit, &json!({"host": host, "effect": {"host": "reset"}})).0, 201, "{host}");
    }
}

#[test]
fn what_can_not_be_played_is_refused_by_its_field() {
    let kit = Kit::tiny();
    for (fault, code, word) in [
        (json!({"times": 0, "effect": {"tls": "reset"}}), "BadField", "times"),
        (json!({"effect": {"host": {"status": 200}}}), "BadField", "effect.host.status"),
        (json!({"effect": {"tls": "slow"}}), "BadBody", "slow"),
        (json!({"effect": {"drip": 1}}), "BadBody", "drip"),
        (json!({"hosts": "x", "effect": {"tls": "reset"}}), "BadBody", "hosts"),
        (json!({"host": "x"}), "BadBody", "effect"),
    ] {
        let (status, answer) = add(&kit, &fault);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(word), "{answer}");
    }
    let fault = json!({"effect": {"host": {"status": 503}}});
    for _ in 0..64 {
        assert_eq!(add(&kit, &fault).0, 201);
    }
    let answer = kit.mock("POST", "/_mock/faults", &fault.to_string());
    assert_eq!(answer.status, 409);
    assert!(text(&answer).contains("64 faults already: remove one first"), "{}", text(&answer));
}
