//! The tenant as plain tables.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use mock_defender::model::spec::Size;
use mock_defender::views::tables::TABLES;
use serde_json::{Value, json};

use crate::kit::{self, Kit, START};

/// A company in which somebody was made an administrator at night.
const SEED: &str = "12";

fn export(name: &str, format: &str) -> std::path::PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let done = Command::new(env!("CARGO_BIN_EXE_mock-defender"))
        .args(["export", "--size", "small", "--seed", SEED, "--start", START, "--format", format, "--tables"])
        .arg(&dir)
        .output()
        .unwrap();
    // Progress is for people: a pipe gets none.
    assert_eq!((done.status.success(), String::from_utf8_lossy(&done.stderr).as_ref()), (true, ""));
    dir
}

#[test]
fn tables_hold_what_the_services_show() {
    let dir = export("ndjson", "ndjson");
    let table = |name: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(dir.join(format!("{name}.ndjson"))).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let kit = Kit::new(SEED.parse().unwrap(), Size::Small);
    let total = |resource: &str| {
        let answer = kit.api("POST", &format!("/api/v1/{resource}/count/"), "");
        kit::json(&answer)["total"].as_u64().unwrap() as usize
    };
    let (activities, alerts) = (table("activities"), table("alerts"));
    assert_eq!((activities.len(), alerts.len()), (total("activities"), total("alerts")));
    let by_id: BTreeMap<&str, &Value> =
        activities.iter().map(|row| (row["id"].as_str().unwrap(), row)).collect();
    for record in kit::json(&kit.api("POST", "/api/v1/activities/", "{}"))["data"].as_array().unwrap() {
        let row = by_id[record["_id"].as_str().unwrap()];
        // Whose sign-in failed is not told by the API in this place.
        let user = &record["user"]["userName"];
        assert!(user.is_null() || *user == row["user"], "{row} {record}");
        assert_eq!(row["app"], record["appId"]);
        assert_eq!(row["ip"], record["device"]["clientIP"]);
        // The closing of an alert names no operation.
        let told = &record["mainInfo"]["rawOperationName"];
        assert!(
            row["operation"] == *told || told.is_null() && record["adallom"].is_object(),
            "{row} {record}"
        );
    }
    for alert in &alerts {
        assert!(
            alert["activities"].as_array().unwrap().iter().all(|id| by_id.contains_key(id.as_str().unwrap()))
        );
    }
    let applications = table("applications");
    for name in ["full", "read-only"] {
        assert!(applications.iter().any(|app| app["name"] == name), "{name}");
    }
    let acting =
        activities.iter().filter_map(|row| row["user"].as_str()).collect::<std::collections::BTreeSet<_>>();
    let services = applications.iter().filter(|app| acting.contains(app["displayName"].as_str().unwrap()));
    assert!(services.filter(|app| app["name"].is_null()).count() >= 4, "{applications:?}");
    // People as they are now: an account that was closed is closed, a role that was given is held.
    let people = table("people");
    let closed = people.iter().filter(|person| person["enabled"] == false);
    let closed: Vec<&str> = closed.map(|person| person["userPrincipalName"].as_str().unwrap()).collect();
    assert!(closed.len() >= 2, "{closed:?}");
    for row in activities.iter().filter(|row| row["operation"] == "Disable account.") {
        assert!(closed.contains(&row["object"].as_str().unwrap()), "{row}");
    }
    let promoted = activities.iter().find(|row| {
        row["operation"] == "Add member to role." && row["storyline"] == "privileged-role-grant-at-night"
    });
    let promoted = promoted.unwrap()["object"].as_str().unwrap();
    let person = people.iter().find(|person| person["userPrincipalName"] == promoted).unwrap();
    assert!(person["roles"].as_array().unwrap().contains(&json!("Global Administrator")), "{person}");
    for story in table("storylines") {
        for id in story["activities"].as_array().unwrap() {
            assert_eq!(by_id[id.as_str().unwrap()]["storyline"], story["storyline"]);
        }
    }
    let ordinary = activities.iter().filter(|row| row["storyline"] == json!(null)).count();
    assert!(ordinary > activities.len() * 8 / 10 && ordinary < activities.len());
}

#[test]
fn csv_has_a_header_and_as_many_fields_in_every_line() {
    let dir = export("csv", "csv");
    for table in TABLES {
        let text = std::fs::read_to_string(dir.join(format!("{}.csv", table.name))).unwrap();
        assert!(text.starts_with(&format!("{}\r\n", table.columns.join(","))));
        for line in text.split_terminator("\r\n") {
            let mut quoted = false;
            let commas = line.chars().filter(|letter| {
                quoted ^= *letter == '"';
                *letter == ',' && !quoted
            });
            assert_eq!(commas.count() + 1, table.columns.len(), "{line}");
        }
    }
}
