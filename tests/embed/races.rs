//! Commands that compete for one record: the outcome is that of the journal's order.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::kit::*;

const RACERS: usize = 16;
const LAPS: usize = 24;

/// All alerts, and the journal.
fn told(mock: &MockDefender) -> (Vec<Value>, Value) {
    let alerts = alert_ids(mock).iter().map(|id| alert(mock, id)).collect();
    let id = mock.tenant().id;
    (alerts, json(&ask(mock, "GET", &format!("/_mock/tenants/{id}/commands"), "", "")))
}

/// Lets every racer run its laps at once.
fn race(run: impl Fn(usize, usize) + Sync) {
    let start = Barrier::new(RACERS);
    thread::scope(|scope| {
        for racer in 0..RACERS {
            let (run, start) = (&run, &start);
            scope.spawn(move || {
                start.wait();
                (0..LAPS).for_each(|lap| run(racer, lap));
            });
        }
    });
}

#[test]
fn closing_and_opening_one_alert_at_once_leaves_what_the_journal_says() {
    let mock = tiny();
    let id = &alert_ids(&mock)[0];
    let token = token(&mock);
    race(|racer, lap| {
        let by_filter = json!({"filters": {"id": {"eq": [id]}}}).to_string();
        let answer = match racer % 4 {
            0 => ask(
                &mock,
                "POST",
                "/api/v1/alerts/close_benign/",
                &token,
                &closing(id, &format!("{racer}/{lap}")),
            ),
            1 => ask(&mock, "POST", "/api/v1/alerts/reopen/", &token, &by_filter),
            2 => {
                mock.command(json!({"markAlert": {"alert": id, "read": lap % 2 == 0}})).unwrap();
                return;
            }
            _ => {
                mock.advance(Duration::from_secs(61)).unwrap();
                return;
            }
        };
        assert_eq!(answer.status(), 200);
    });
    let (_, journal) = told(&mock);
    let numbers: Vec<u64> = journal["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=(RACERS / 4 * 3 * LAPS) as u64).collect::<Vec<_>>());
    let twin = MockDefender::builder().tenant_file(mock.export()).start().unwrap();
    assert_eq!(told(&twin), told(&mock));
}

#[test]
fn commands_of_one_precondition_are_accepted_once_each_and_in_one_order() {
    let mock = tiny();
    let stories = mock.truth().len();
    let accepted = std::sync::Mutex::new(BTreeSet::new());
    let accept = |number| assert!(accepted.lock().unwrap().insert(number), "number {number} was given twice");
    race(|racer, lap| match racer % 3 {
        0 => accept(
            mock.command(json!({"setUserEnabled": {"user": "user", "enabled": lap % 2 == 1}}))
                .unwrap()
                .number,
        ),
        1 => {
            // Refused by whoever finds the instant gone by; accepted otherwise.
            let at = mock.now();
            let played = mock.play(mock_defender::Play::of("impossible-travel").at(at));
            if let Err(refused) = played {
                assert!(refused.to_string().contains("past") || refused.code == "BadField", "{refused:?}");
            }
        }
        _ => drop(mock.advance(Duration::from_millis(1)).unwrap()),
    });
    let commands = told(&mock).1;
    let commands = commands["commands"].as_array().unwrap();
    let played = commands.iter().filter(|entry| entry["command"].get("playStory").is_some()).count();
    assert_eq!(mock.truth().len(), stories + played);
    assert_eq!(commands.len(), played + accepted.lock().unwrap().len());
    let twin = MockDefender::builder().tenant_file(mock.export()).start().unwrap();
    for mock in [&mock, &twin] {
        mock.advance(Duration::from_secs(86_400)).unwrap();
    }
    assert_eq!(told(&twin), told(&mock));
    assert_eq!(twin.truth(), mock.truth());
}

#[test]
fn forks_never_see_half_a_command() {
    let mock = tiny();
    let ids = alert_ids(&mock);
    // Both alerts are closed and opened together; no fork may ever see one without the other.
    let pair = [&ids[0], &ids[1]];
    race(|racer, _| match racer % 3 {
        0 => drop(mock.command(json!({"closeAlerts": {"alerts": pair, "as": "benign"}})).unwrap()),
        1 => drop(mock.command(json!({"reopenAlerts": {"alerts": pair}})).unwrap()),
        _ => {
            let fork = mock.fork().unwrap();
            let [one, two] = pair.map(|id| alert(&fork, id)["resolveTime"].clone());
            assert_eq!(one.is_null(), two.is_null(), "{one} {two}");
        }
    });
}
