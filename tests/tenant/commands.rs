//! Preconditions of commands: who comes late is told, and nothing of what it wanted is done.

use std::sync::{Arc, Barrier};
use std::thread;

use mock_defender::model::spec::Size;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

const RACERS: usize = 12;
const LAPS: u64 = 20;

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.stamp().label)
}

/// Ids of alerts of the tenant.
fn alerts(kit: &Kit) -> Vec<String> {
    let list = json(&kit.api("GET", "/api/v1/alerts/", ""));
    list["data"].as_array().unwrap().iter().map(|alert| alert["_id"].as_str().unwrap().to_owned()).collect()
}

/// An alert as the control API tells it.
fn record(kit: &Kit, id: &str) -> Value {
    json(&kit.mock("GET", &path(kit, &format!("/alerts/{id}")), ""))
}

fn version(kit: &Kit, id: &str) -> u64 {
    record(kit, id)["version"].as_u64().unwrap()
}

fn give(kit: &Kit, command: &Value) -> (u16, Value) {
    let answer = kit.mock("POST", &path(kit, "/commands"), &command.to_string());
    (answer.status.as_u16(), json(&answer))
}

/// Everything that the control API tells about alerts and commands.
fn told(kit: &Kit) -> Vec<Value> {
    let commands = json(&kit.mock("GET", &path(kit, "/commands"), ""));
    alerts(kit).iter().map(|id| record(kit, id)).chain([commands]).collect()
}

#[test]
fn of_commands_with_one_precondition_one_wins() {
    let kit = Kit::tiny();
    let id = &alerts(&kit)[0];
    let first = version(&kit, id);
    let start = Barrier::new(RACERS);
    let race = |racer: usize| {
        let compete = |lap: u64| {
            let comment = format!("{racer} in lap {lap}");
            // Opening competes with closing; only what is closed can be opened.
            let command = match (lap % 2 == 1, racer % 2 == 1) {
                (true, true) => json!({"reopenAlerts": {"alerts": [id], "ifVersion": first + lap}}),
                _ => json!({"closeAlerts": {
                    "alerts": [id], "as": "benign", "comment": comment, "ifVersion": first + lap
                }}),
            };
            start.wait();
            let (status, answer) = give(&kit, &command);
            start.wait();
            if status == 200 {
                let record = record(&kit, id);
                assert_eq!(record["version"], first + lap + 1);
                let opened = record["resolution"] == "open";
                assert!(if opened {
                    command.get("reopenAlerts").is_some()
                } else {
                    record["comment"] == comment
                });
                return 1;
            }
            assert_eq!(status, 412, "{answer}");
            let error = &answer["error"];
            assert_eq!(
                (&error["code"], &error["target"]),
                (&json!("PreconditionFailed"), &json!("ifVersion"))
            );
            assert_eq!(error["details"], json!([{"expected": first + lap, "got": first + lap + 1}]));
            0
        };
        (0..LAPS).map(compete).collect::<Vec<u64>>()
    };
    let race = &race;
    let won: Vec<Vec<u64>> = thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS).map(|racer| scope.spawn(move || race(racer))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    for lap in 0..LAPS as usize {
        assert_eq!(won.iter().map(|laps| laps[lap]).sum::<u64>(), 1, "lap {lap}");
    }
    // The journal holds the winners with their preconditions, and is replayed the same.
    let commands = told(&kit).pop().unwrap()["commands"].as_array().unwrap().clone();
    assert_eq!(commands.len() as u64, LAPS);
    assert!((first..).zip(&commands).all(|(version, entry)| {
        entry["command"].as_object().unwrap().values().all(|command| command["ifVersion"] == version)
    }));
    let file = text(&kit.mock("GET", &path(&kit, "/export"), ""));
    let twin = Kit::new(99, Size::Tiny);
    let answer = twin.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let tenant = Arc::clone(&twin.door.registry.by_id(kit.tenant.stamp().id).unwrap().tenant);
    assert_eq!(told(&twin.about(tenant)), told(&kit));
}

#[test]
fn a_precondition_of_many_alerts_holds_for_each_or_nothing_is_done() {
    let kit = Kit::small();
    let ids = alerts(&kit);
    let fresh: Vec<&String> = ids.iter().filter(|id| version(&kit, id) == 0).take(3).collect();
    let [one, two, three] = fresh[..] else { panic!("three alerts that nobody has touched") };
    // Whoever changes the alert, by whichever surface: it is another version.
    kit.api("POST", "/api/v1/alerts/close_benign/", &json!({"filters": {"id": {"eq": [two]}}}).to_string());
    assert_eq!(version(&kit, two), 1);
    let close = |alerts: &[&String], version: u64| {
        give(&kit, &json!({"closeAlerts": {"alerts": alerts, "as": "truePositive", "ifVersion": version}}))
    };
    let (status, answer) = close(&[one, two, three], 0);
    assert_eq!(status, 412);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains(two.as_str()) && message.contains("of version 1"), "{message}");
    assert_eq!([one, three].map(|id| record(&kit, id)["resolution"].clone()), ["open", "open"]);
    assert_eq!(close(&[one, three], 0).0, 200);
    assert_eq!([one, two, three].map(|id| version(&kit, id)), [1, 1, 1]);
    // What leaves an alert as it was makes no version of it.
    assert_eq!(give(&kit, &json!({"markAlert": {"alert": one, "read": true, "ifVersion": 1}})).0, 200);
    assert_eq!(version(&kit, one), 1);
    let missing = kit.mock("GET", &path(&kit, "/alerts/0123"), "");
    assert_eq!((missing.status.as_u16(), &json(&missing)["error"]["code"]), (404, &json!("AlertNotFound")));
}
