//! Scenarios by the command line: listed, checked, started with a server and in a running one.

use std::path::Path;

use serde_json::Value;

use crate::binary::{Running, directory, run};

/// An alert that is closed after it was read, for which a client needs another scenario's steps.
const MINE: &str = "name: mine
include: [./other.yaml]
steps:
  - {after: 10m, do: {closeAlerts: {alerts: [$odd], as: benign}}}
expect:
  - {at: 5m, get: \"/api/v1/alerts/{odd}/\", as: apiToken, status: 200, json: {/resolutionStatusValue: 0}}
  - {get: \"/api/v1/alerts/{odd}/\", as: apiToken, status: 200, json: {/resolutionStatusValue: {not: 0}}}
";
const OTHER: &str = "name: other
parameters: {title: Odd}
steps:
  - {after: 1m, do: {injectAlert: {title: \"${title}\", severityValue: 2}}, as: odd}
";

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn scenarios_are_listed_by_word_and_shown_as_their_file() {
    let all = run(&["scenario", "list"]).succeeds();
    let some = run(&["scenario", "list", "throttling"]).succeeds();
    assert!(some.lines().count() > 3 && some.lines().count() < all.lines().count(), "{some}");
    assert!(some.contains("throttled-in-seconds") && !some.contains("session-revoked"), "{some}");
    let shown = run(&["scenario", "show", "throttled-in-seconds"]).succeeds();
    assert!(shown.starts_with("name: throttled-in-seconds\n"), "{shown}");
    let told = run(&["scenario", "show", "throttled-in-second"]).fails(1);
    assert!(told.contains("the nearest: throttled-in-seconds"), "{told}");
    let schema: Value = serde_json::from_str(&run(&["scenario", "schema"]).succeeds()).unwrap();
    assert!(schema["properties"]["steps"].is_object());
}

#[test]
fn files_are_checked_with_what_they_include_and_mistakes_are_told_where_they_stand() {
    let folder = directory("scenarios-checked");
    let mine = written(&folder, "mine.yaml", MINE);
    written(&folder, "other.yaml", OTHER);
    let told = run(&["scenario", "check", "--prove", &mine]).succeeds();
    assert!(told.contains("2 steps, 2 expectations"), "{told}");
    let wrong =
        written(&folder, "wrong.yaml", &MINE.replace("mine", "wrong").replace("closeAlerts", "closeAlert"));
    let told = run(&["scenario", "check", &wrong]).fails(1);
    assert!(
        told.contains(
            "wrong.yaml: line 4 column 23: unknown field `closeAlert`, expected one of closeAlerts"
        ),
        "{told}"
    );
    assert!(told.contains("1 of 1 scenario does not hold"), "{told}");
    let untrue = written(&folder, "untrue.yaml", &MINE.replace("mine", "untrue").replace("{not: 0}", "7"));
    let told = run(&["scenario", "check", &untrue]).fails(1);
    assert!(told.contains("/resolutionStatusValue: expected 7, got"), "{told}");
    let misnamed = written(&folder, "misnamed.yaml", MINE);
    run(&["scenario", "check", &misnamed]).fails(1);
}

#[test]
fn a_server_starts_with_a_scenario_and_others_are_started_and_stopped_in_it() {
    let folder = directory("scenarios-started");
    let mine = written(&folder, "mine.yaml", MINE);
    written(&folder, "other.yaml", OTHER);
    let server = Running::start(&["--ca", "ephemeral", "--freeze", "--scenario", "state-changes-after-read"]);
    let url = server.proxy();
    let says = |arguments: &[&str]| run(&[arguments, &["--url", &url]].concat()).succeeds();
    let info: Value = serde_json::from_str(&says(&["tenant", "list", "--json"])).unwrap();
    assert_eq!(info["tenants"][0]["seed"], 59, "the tenant is the scenario's own");
    let told = says(&["scenario", "start", &mine]);
    assert!(told.contains("mine") && told.contains("ahead"), "{told}");
    let refused =
        run(&["scenario", "start", "throttled-in-seconds", "--set", "wiat=1s", "--url", &url]).fails(1);
    assert!(refused.contains("there is no parameter"), "{refused}");
    says(&["clock", "advance", "PT5M"]);
    let told = says(&["scenario", "stop", "1"]);
    assert!(told.contains("Stopped scenario 1."), "{told}");
    let runs: Value = serde_json::from_str(&says(&["scenario", "list", "--started", "--json"])).unwrap();
    let outcomes = |run: usize| {
        let steps = runs["scenarios"][run]["steps"].as_array().unwrap().clone();
        steps.iter().map(|step| step["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(0), ["done", "ahead"]);
    assert_eq!(outcomes(1), ["done", "left out"]);
}
