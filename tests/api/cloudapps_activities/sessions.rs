//! Sessions of Entra ID and devices, as the records of sign-ins, mail and files tell them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{ACTIVITIES, account};
use crate::kit::lists::walk;
use crate::kit::{Kit, json as read};

/// Microsoft 365, Exchange, SharePoint, OneDrive.
const SERVICES: [u32; 4] = [11_161, 20_893, 20_892, 15_600];

fn records(kit: &Kit) -> Vec<Value> {
    // More of them than can be skipped over.
    let of = |service: u32| walk(kit, ACTIVITIES, &json!({"filters": {"service": {"eq": service}}}), 100);
    SERVICES.into_iter().flat_map(of).collect()
}

/// The session that a record tells.
fn session(record: &Value) -> Option<&str> {
    let raw = &record["rawDataJson"];
    raw["SessionId"].as_str().or(raw["AppAccessContext"]["AADSessionId"].as_str())
}

fn is_sign_in(record: &Value) -> bool {
    record["rawDataJson"]["EventType"] == "MCASLoginEvent"
}

#[test]
fn the_session_of_a_sign_in_is_carried_into_mail_and_files() {
    let kit = Kit::small();
    let records = records(&kit);
    let mut signed_in: BTreeMap<&str, Value> = BTreeMap::new();
    for record in records.iter().filter(|record| is_sign_in(record)) {
        let raw = &record["rawDataJson"];
        let user = !raw["Upn"].is_null();
        match raw["LoginErrorCode"].as_u64().unwrap() {
            0 => assert_eq!(session(record).is_some(), user, "{raw}"),
            50_074 | 50_140 => {}
            _ => assert_eq!(session(record), None, "{raw}"),
        }
        if let Some(session) = session(record) {
            let user = signed_in.entry(session).or_insert_with(|| account(record).unwrap());
            assert_eq!(Some(&*user), account(record).as_ref(), "a session has one user");
        }
    }
    let (mut carried, mut without) = (0, 0);
    for record in records.iter().filter(|record| !is_sign_in(record) && record["appId"] != 11_161) {
        let raw = &record["rawDataJson"];
        assert_eq!(raw["SessionId"].is_string(), raw["MailboxGuid"].is_string() && session(record).is_some());
        let Some(session) = session(record) else {
            assert!(record["resolvedActor"]["objType"] != "23" || raw["ClientIP"].is_null(), "{record}");
            continue;
        };
        assert_eq!(raw["AppAccessContext"]["AADSessionId"], session);
        match signed_in.get(session) {
            Some(user) => {
                assert_eq!(Some(user), account(record).as_ref());
                carried += 1;
            }
            None => without += 1,
        }
    }
    // What a phone fetches by itself, and what is done on the log's first day.
    println!("{carried} records in sessions with a sign-in, {without} without");
    assert!(carried > 10 * without, "{carried} {without}");
}

#[test]
fn devices_are_joined_registered_or_unknown_and_mostly_as_they_should_be() {
    let kit = Kit::small();
    let mut states: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut devices: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in records(&kit).iter().filter(|record| is_sign_in(record)) {
        let raw = &record["rawDataJson"];
        let trust = raw["DeviceTrustType"].as_str().unwrap().to_owned();
        let compliant = raw["IsDeviceCompliantAndManaged"].as_bool().unwrap();
        assert_eq!(raw["DeviceId"].is_null(), trust.is_empty());
        assert!(!trust.is_empty() || !compliant);
        if let Some(id) = raw["DeviceId"].as_str() {
            devices.entry(id.to_owned()).or_default().insert(account(record).unwrap().to_string());
        }
        *states.entry((trust, compliant)).or_default() += 1;
    }
    assert!(devices.values().all(|users| users.len() == 1), "a device is one person's");
    let count = |trust: &str| -> usize {
        states.iter().filter(|((told, _), _)| told == trust).map(|(_, count)| count).sum()
    };
    let total: usize = states.values().sum();
    for trust in ["Workplace", "AzureAd", "ServerAd", ""] {
        assert!(count(trust) * 20 > total, "{states:?}");
    }
    let known = states.iter().filter(|((trust, _), _)| !trust.is_empty());
    let bad: usize = known.clone().filter(|((_, compliant), _)| !compliant).map(|(_, count)| count).sum();
    let known: usize = known.map(|(_, count)| count).sum();
    assert!(bad > 0 && bad * 3 < known, "{states:?}");
}

/// The records of the truth about a storyline that is played now, in the order of happening.
fn played(kit: &Kit, storyline: &str) -> Vec<Value> {
    let path = format!("/_mock/tenants/{}", kit.tenant.identity().id);
    let body = json!({"storyline": storyline, "at": "2026-11-25T10:00:00Z"}).to_string();
    assert_eq!(kit.mock("POST", &format!("{path}/play"), &body).status, 201);
    kit.tenant.advance(mock_defender::model::time::Span::hours(40)).unwrap();
    let truth = read(&kit.mock("GET", &format!("{path}/truth"), ""));
    let story = truth["storylines"].as_array().unwrap().last().unwrap().clone();
    let ids = story["activities"].as_array().unwrap();
    let record = |id: &Value| read(&kit.api("GET", &format!("{ACTIVITIES}{}/", id.as_str().unwrap()), ""));
    let mut records: Vec<Value> = ids.iter().map(record).collect();
    records.sort_by_key(|record| record["timestamp"].as_i64());
    records
}

#[test]
fn a_stolen_session_is_found_by_its_id_at_two_addresses() {
    for storyline in ["adversary-in-the-middle", "refresh-token-theft"] {
        let kit = Kit::small();
        let story = played(&kit, storyline);
        let stolen: BTreeSet<&str> = story.iter().filter_map(session).collect();
        assert_eq!(stolen.len(), 1, "{storyline}: {stolen:?}");
        let user = account(&story[0]).unwrap();
        let all = records(&kit);
        // Who looks for the session finds it at the place where it began, and where it was taken to.
        let of_session: Vec<&Value> =
            all.iter().filter(|record| session(record).is_some_and(|id| stolen.contains(id))).collect();
        assert!(of_session.iter().all(|record| account(record).as_ref() == Some(&user)));
        let addresses: BTreeSet<&str> =
            of_session.iter().filter_map(|record| record["device"]["clientIP"].as_str()).collect();
        assert!(addresses.len() >= 2, "{storyline}: {addresses:?}");
        let attacker = story.last().unwrap()["device"]["clientIP"].as_str().unwrap();
        let interactive = of_session.iter().filter(|record| {
            is_sign_in(record)
                && record["rawDataJson"]["IsInteractiveComputed"] == true
                && record["device"]["clientIP"] == attacker
        });
        assert_eq!(interactive.count(), 0, "{storyline}: nobody has signed in there");
    }
}
