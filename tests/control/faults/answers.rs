//! What faults make of the answers of a service.

use serde_json::{Value, json};

use super::{ALERTS, NOW, add, alerts, disturbed, header};
use crate::kit::{self, Kit, text};

fn items(value: &Value) -> Vec<Value> {
    value["data"].as_array().unwrap().iter().map(|alert| alert["_id"].clone()).collect()
}

/// The answer about alerts as it is, and as such a fault makes it.
fn changed(effect: Value) -> (Value, Value) {
    let kit = Kit::tiny();
    let whole = kit::json(&alerts(&kit));
    assert!(items(&whole).len() > 2, "a list worth changing");
    add(&kit, &json!({"effect": effect}));
    (whole, kit::json(&alerts(&kit)))
}

#[test]
fn members_of_an_answer_are_changed_and_the_rest_is_left() {
    let (whole, edited) = changed(json!({"edit": [
        {"set": {"at": "/data/*/severityValue", "to": "high"}},
        {"remove": {"at": "/data/0/title"}},
        {"set": {"at": "/total", "to": -1}},
    ]}));
    let mut expected = whole;
    expected["total"] = json!(-1);
    expected["data"][0].as_object_mut().unwrap().shift_remove("title");
    for alert in expected["data"].as_array_mut().unwrap() {
        alert["severityValue"] = json!("high");
    }
    assert_eq!(edited.to_string(), expected.to_string());
}

#[test]
fn items_of_a_list_are_missing_come_twice_or_in_another_order() {
    let list = |change: Value| changed(json!({"list": change}));
    let (whole, changed) = list(json!({"change": "drop", "items": "first"}));
    assert_eq!(items(&changed), items(&whole)[1..]);
    assert_eq!(changed["total"], whole["total"], "the rest says what it said");
    let (whole, changed) = list(json!({"change": "duplicate"}));
    assert_eq!(items(&changed).len(), 2 * items(&whole).len());
    assert_eq!(items(&changed)[..2], [items(&whole)[0].clone(), items(&whole)[0].clone()]);
    let (whole, changed) = list(json!({"change": "reverse", "at": "/data"}));
    assert_eq!(items(&changed), items(&whole).into_iter().rev().collect::<Vec<_>>());
    let (whole, changed) = list(json!({"change": "shuffle"}));
    let sorted = |value: &Value| {
        let mut ids: Vec<String> = items(value).iter().map(Value::to_string).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(&changed), sorted(&whole));
}

#[test]
fn what_can_not_be_changed_stays_and_the_log_says_why() {
    let kit = disturbed(json!({"id": "odd", "effect": {"list": {"change": "drop", "at": "/nowhere"}}}));
    let plain = text(&alerts(&Kit::tiny()));
    assert_eq!(text(&alerts(&kit)), plain);
    let log = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/requests?clients=true", ""));
    let reason = log["requests"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("fault odd") && reason.contains("no such list"), "{reason}");
}

#[test]
fn bytes_are_damaged_at_places_that_are_the_same_in_every_run() {
    let run = || alerts(&disturbed(json!({"effect": {"corrupt": {"bytes": 4}}}))).body;
    let (damaged, whole) = (run(), alerts(&Kit::tiny()).body);
    assert_eq!(damaged.len(), whole.len());
    let differing = damaged.iter().zip(whole.iter()).filter(|(a, b)| a != b).count();
    assert!((1..=4).contains(&differing), "{differing}");
    assert_eq!(damaged, run());
}

#[test]
fn an_answer_names_another_type_or_is_a_page() {
    let answer = alerts(&disturbed(json!({"effect": {"contentType": "text/html"}})));
    assert_eq!((header(&answer, "content-type"), answer.status.as_u16()), (Some("text/html"), 200));
    assert_eq!(text(&answer), text(&alerts(&Kit::tiny())));
    let answer = alerts(&disturbed(json!({"effect": {"html": {"status": 502}}})));
    assert_eq!((header(&answer, "content-type"), answer.status.as_u16()), (Some("text/html"), 502));
    assert!(text(&answer).contains("<h1>502 Bad Gateway</h1>"), "{}", text(&answer));
    let answer = alerts(&disturbed(json!({"effect": {"html": {"status": 200, "title": "A & B"}}})));
    assert!(text(&answer).contains("<title>A &amp; B</title>"));
}

#[test]
fn a_stale_answer_lacks_what_came_lately_and_its_date_is_that_of_now() {
    let kit = Kit::tiny();
    let total = |kit: &Kit| kit::json(&alerts(kit))["total"].as_u64().unwrap();
    let before = total(&kit);
    let alert = kit::json(&kit.mock("POST", "/_mock/tenants/contoso/inject", r#"{"alert":{"title":"Odd"}}"#));
    assert_eq!(total(&kit), before + 1);
    add(&kit, &json!({"id": "replica", "effect": {"stale": {"by": "1s"}}}));
    assert_eq!(total(&kit), before);
    assert_eq!(header(&alerts(&kit), "date"), Some("Tue, 24 Nov 2026 00:00:00 GMT"));

    // What it is told is not stale: the tenant is changed at the instant of the request.
    let id = alert["id"].as_str().unwrap();
    let body = json!({"filters": {"id": {"eq": [id]}}}).to_string();
    kit.api("POST", "/api/v1/alerts/mark_read/", &body);
    let commands = kit::json(&kit.mock("GET", "/_mock/tenants/contoso/commands", ""));
    for command in commands["commands"].as_array().unwrap() {
        assert_eq!(command["at"], NOW);
    }
    kit.mock("DELETE", "/_mock/tenants/contoso/faults", "");
    add(&kit, &json!({"effect": {"stale": {"by": "7d"}}}));
    assert_eq!(kit.api("GET", ALERTS, "").status, 200, "before its history a tenant is empty");
}
