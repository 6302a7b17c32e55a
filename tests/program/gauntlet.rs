//! The gauntlet as people and build servers start it: what it says of clients that fail, each in its own way.

mod client;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binary::{Ended, directory, finish, mock_defender};

/// A scenario in which what `steps` say happens, on a tenant with several pages of alerts.
fn scenario(folder: &Path, name: &str, recoverable: bool, plan: &str, steps: &str) -> PathBuf {
    let file = folder.join(format!("{name}.yaml"));
    let text = format!(
        "name: {name}\nsummary: Something happens.\nnotice: It is seen.\nremedy: Be careful.\nabout: [trial]\n\
         recoverable: {recoverable}\ntenant: {{seed: 7, size: tiny}}\ngauntlet: {plan}\nsteps:\n{steps}\
         expect:\n  - {{get: /api/v1/alerts/, as: apiToken, status: 200}}\n"
    );
    fs::write(&file, text).unwrap();
    file
}

/// Two quick rounds.
const PLAN: &str = "{rounds: 2, between: 10m}";

const NOTHING: &str = "  - do: {setUserEnabled: {user: user, enabled: true}}\n";

/// Runs a client with this fault; what it prints as JSON is read by [`judged`].
fn gauntlet(fault: &str, arguments: &[&str]) -> Ended {
    finish(gauntlet_command(fault, arguments).env("GAUNTLET_CLIENT", fault))
}

fn gauntlet_command(fault: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = mock_defender(&["gauntlet"]);
    command.args(arguments).arg("--").arg(std::env::current_exe().unwrap());
    command.args(["--exact", "gauntlet::client::a_client", "--ignored", "--nocapture", "--quiet"]);
    command.env("GAUNTLET_CLIENT", fault);
    command
}

/// What comes of a client with this fault in a scenario.
fn judged(fault: &str, scenario: &Path, more: &[&str]) -> Value {
    let file = scenario.with_extension(format!("{fault}.json"));
    let mut arguments = vec!["--scenario", scenario.to_str().unwrap(), "--json", file.to_str().unwrap()];
    arguments.extend(more);
    let output = gauntlet_command(fault, &arguments).output().unwrap();
    let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{output:?}"));
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(output.status.success(), told["failed"] == 0, "{output:?}");
    told["scenarios"][0].clone()
}

/// The kinds of what was found, the worst first, or `survived`.
fn kinds(judged: &Value) -> String {
    let findings = judged["findings"].as_array().unwrap_or_else(|| panic!("{judged:#}"));
    let kinds: Vec<&str> = findings.iter().map(|finding| finding["kind"].as_str().unwrap()).collect();
    if kinds.is_empty() { judged["verdict"].as_str().unwrap().to_owned() } else { kinds.join(" ") }
}

/// The requests of a run without real time.
fn requests(judged: &Value) -> Vec<Value> {
    let mut requests = judged["requests"].as_array().unwrap().clone();
    for request in &mut requests {
        assert!(request.as_object_mut().unwrap().shift_remove("wall").is_some());
    }
    requests
}

#[test]
fn clients_are_judged_by_what_they_report_and_how_they_end() {
    let folder = directory("gauntlet-reports");
    let file = scenario(&folder, "quiet", true, PLAN, NOTHING);
    for (fault, expected) in [
        ("none", "survived"),
        ("reports-in-a-file", "survived"),
        ("reads-one-page", "lost"),
        ("repeats", "duplicated"),
        ("invents", "invented"),
        ("panics", "crashed"),
        ("aborts", "crashed"),
        ("reports-nonsense", "crashed"),
    ] {
        let found = judged(fault, &file, &[]);
        assert_eq!(kinds(&found), expected, "{fault}: {found:#}");
    }
    let lost = judged("reads-one-page", &file, &[]);
    let count = lost["findings"][0]["count"].as_u64().unwrap();
    assert_eq!(count + 1, lost["due"].as_u64().unwrap(), "{lost:#}");
    assert!(lost["replay"].as_str().unwrap().contains("--scenario"), "{lost:#}");
}

#[test]
fn who_takes_too_long_is_ended_with_all_that_it_has_started() {
    let folder = directory("gauntlet-hung");
    let file = scenario(&folder, "quiet", true, PLAN, NOTHING);
    let found = judged("hangs", &file, &["--timeout", "1"]);
    assert_eq!(kinds(&found), "hung", "{found:#}");
    assert_eq!(found["rounds"].as_array().unwrap().len(), 1);
}

#[test]
fn a_client_runs_in_a_folder_of_its_own() {
    let folder = directory("gauntlet-folder");
    let file = scenario(&folder, "quiet", true, "{rounds: 1}", NOTHING);
    let found = judged("is-elsewhere", &file, &[]);
    assert_eq!(kinds(&found), "lost", "{found:#}");
}

const THROTTLED: &str = "  - fault: {match: {service: cloudApps}, when: {times: 3}, effect: {throttle: {wait: 1s}}}\n    as: too-many\n";

const FAILING: &str = "  - fault: {match: {service: cloudApps}, when: {after: 1, times: 2}, effect: {respond: {status: 500}}}\n";

const FOR_EVER: &str =
    "  - after: 1s\n    fault: {match: {service: cloudApps}, effect: {respond: {status: 500}}}\n";

#[test]
fn clients_are_judged_by_how_they_meet_faults() {
    let folder = directory("gauntlet-faults");
    let throttled = scenario(&folder, "throttled", true, PLAN, THROTTLED);
    let failing = scenario(&folder, "failing", true, PLAN, FAILING);
    let for_ever = scenario(&folder, "for-ever", false, PLAN, FOR_EVER);
    for (fault, file, expected, passes) in [
        ("none", &throttled, "survived", true),
        ("ignores-retry-after", &throttled, "keptAsking", false),
        ("none", &failing, "survived", true),
        ("gives-up", &failing, "gaveUp", false),
        ("none", &for_ever, "gaveUp", true),
        ("hammers", &for_ever, "gaveUp hammered", false),
        ("reads-one-page", &for_ever, "gaveUp", true),
    ] {
        let found = judged(fault, file, &[]);
        assert_eq!(kinds(&found), expected, "{fault} {file:?}: {found:#}");
        assert_eq!(found["passed"], passes, "{fault} {file:?}: {found:#}");
    }
    let found = judged("ignores-retry-after", &throttled, &[]);
    let disturbed: Vec<&Value> = found["requests"].as_array().unwrap().iter().take(4).collect();
    let told: Vec<_> = disturbed.iter().map(|one| (&one["status"], &one["fault"], &one["wait"])).collect();
    let name = Value::from("throttled.too-many");
    let (refused, wait) = (Value::from(429), Value::from(1.0));
    assert_eq!(told[..3], [(&refused, &name, &wait); 3]);
    assert_eq!(told[3], (&Value::from(200), &Value::Null, &Value::Null));
}

#[test]
fn the_request_at_which_a_client_is_lost_is_found() {
    let folder = directory("gauntlet-bisect");
    let late =
        "  - fault: {match: {service: cloudApps}, effect: {latency: {fixed: 1ms}}, when: {times: 1}}\n";
    let failing = "  - fault: {match: {service: cloudApps}, when: {times: 5}, effect: {respond: {status: 500}}}\n    as: failure\n";
    let after = "  - after: 2h\n    do: {injectAlert: {title: Odd, severityValue: 2}}\n";
    let steps = [NOTHING, late, failing, after].concat();
    let file = scenario(&folder, "several", true, "{rounds: 1}", &steps);
    let bisect = |fault: &str| {
        let mut command = mock_defender(&["gauntlet", "bisect", "--scenario", file.to_str().unwrap(), "--"]);
        command.arg(std::env::current_exe().unwrap()).env("GAUNTLET_CLIENT", fault);
        command.args(["--exact", "gauntlet::client::a_client", "--ignored", "--nocapture", "--quiet"]);
        finish(&mut command).succeeds()
    };
    let found = bisect("skips-at-the-third-failure");
    assert!(
        found.starts_with("several: lost at step 3, at 2026-11-24T00:00:00.000Z: {\"fault\":"),
        "{found}"
    );
    // The first request is only late, and the fault begins behind it.
    for part in ["It survives if request 4 is left in peace:", "It takes the 3 requests", "lost 1"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert!(bisect("repeats").contains("several: the client passes"), "one round");
    assert!(bisect("reads-one-page").contains("the client fails though nothing happens"));
}

#[test]
fn a_sequential_client_sees_the_same_in_every_run() {
    let folder = directory("gauntlet-same");
    let steps = "  - after: 5s\n    do: {injectAlert: {title: Odd, severityValue: 2}}\n";
    let plan = "{tick: 2s, rounds: 3, between: 1h, jumps: [{after: {requests: 2}, by: 2h}]}";
    let file = scenario(&folder, "same", true, plan, steps);
    let [one, other] = [0, 1].map(|_| judged("none", &file, &[]));
    assert_eq!(kinds(&one), "survived", "{one:#}");
    assert_eq!(requests(&one), requests(&other));
    // Two seconds with each request, an hour between rounds, and after the second request two hours more.
    let at = requests_at(&one);
    let times = ["00:00:00", "00:00:02", "02:00:04"];
    let expected: Vec<String> = times.iter().map(|time| format!("2026-11-24T{time}.000Z")).collect();
    assert_eq!(&at[..3], expected, "{at:?}");
    let second = one["requests"].as_array().unwrap().iter().find(|request| request["round"] == 2).unwrap();
    assert!(second["at"].as_str().unwrap().starts_with("2026-11-24T03:00:"), "{second}");
}

fn requests_at(judged: &Value) -> Vec<&str> {
    judged["requests"].as_array().unwrap().iter().map(|request| request["at"].as_str().unwrap()).collect()
}

#[test]
fn failures_are_told_with_their_requests_and_the_line_that_replays_them() {
    let folder = directory("gauntlet-told");
    let [quiet, other] =
        ["quiet", "other"].map(|name| scenario(&folder, name, true, PLAN, NOTHING).display().to_string());
    let junit = folder.join("gauntlet.xml");
    let arguments =
        ["--scenario", &quiet, "--scenario", &other, "--junit", junit.to_str().unwrap(), "--jobs", "2"];
    let output = gauntlet_command("reads-one-page", &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("FAILED  quiet") && lines[1].starts_with("FAILED  other"), "{said}");
    for part in ["lost ", "POST /api/v1/alerts/", "2026-11-24 00:10:01Z", "mock-defender gauntlet --scenario"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("mock-defender: 2 of 2 scenarios not passed"), "{error}");
    // The line does it again.
    let replay = lines.iter().find_map(|line| line.trim().strip_prefix("again:")).unwrap().trim();
    let again = replay.replacen("mock-defender", crate::binary::PATH, 1);
    let mut shell = std::process::Command::new("sh");
    let output = shell.args(["-c", &again]).env("GAUNTLET_CLIENT", "reads-one-page").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("FAILED  quiet"), "{again}");

    let document = fs::read_to_string(&junit).unwrap();
    let counts = elements(&document);
    assert_eq!((counts["testsuite"], counts["testcase"], counts["failure"]), (1, 2, 2), "{document}");
    assert!(document.contains("type=\"lost\""), "{document}");
    let passed = gauntlet("none", &["--scenario", &quiet, "--junit", junit.to_str().unwrap()]).succeeds();
    assert!(passed.contains("passed  quiet") && passed.contains("Passed 1 scenario in "), "{passed}");
    let document = fs::read_to_string(&junit).unwrap();
    assert!(!elements(&document).contains_key("failure"), "{document}");
}

#[test]
fn scenarios_of_the_connection_are_left_out_unless_they_are_named() {
    let told = gauntlet("none", &["--about", "connection"]).fails(1);
    assert!(told.contains("no scenario is about connection; they are about "), "{told}");
    assert!(!told.contains("setUp"), "{told}");
    let passed = gauntlet("none", &["--scenario", "disconnected-toggle-off"]).succeeds();
    assert!(passed.contains("passed  disconnected-toggle-off"), "{passed}");
}

/// How often each element stands in a document, which must be well-formed.
fn elements(document: &str) -> BTreeMap<&str, usize> {
    let body = document.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let (mut open, mut counts) = (Vec::new(), BTreeMap::new());
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        assert!(escaped(&rest[..start]) && (!open.is_empty() || rest[..start].trim().is_empty()), "{rest}");
        let end = start + rest[start..].find('>').expect("an end of the tag");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{document}");
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split(' ').next().unwrap();
        let quotes: Vec<&str> = tag.split('"').collect();
        assert!(quotes.len() % 2 == 1 && escaped(tag) && !tag.contains('<'), "{tag}");
        *counts.entry(name).or_default() += 1;
        if !is_empty {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    counts
}

/// A text holds no ampersand but those of entities.
fn escaped(text: &str) -> bool {
    text.split('&')
        .skip(1)
        .all(|rest| ["lt;", "gt;", "amp;", "quot;"].iter().any(|name| rest.starts_with(name)))
}

#[test]
fn what_can_not_be_run_is_said_before_anything_is_run() {
    let said = finish(&mut mock_defender(&["gauntlet", "--", "no-such-program-anywhere"])).fails(1);
    assert!(said.contains("no program no-such-program-anywhere is in PATH"), "{said}");
    let said = gauntlet("none", &["--scenario", "throttled-in-second"]).fails(1);
    assert!(said.contains("throttled-in-seconds"), "{said}");
    let said = gauntlet("none", &["--about", "weather"]).fails(1);
    assert!(
        said.contains("no scenario is about weather; they are about ") && said.contains("throttling"),
        "{said}"
    );
    let folder = directory("gauntlet-wrong");
    let file = folder.join("wrong.yaml");
    fs::write(&file, "name: wrong\nstepps: []\n").unwrap();
    let said = gauntlet("none", &["--scenario", file.to_str().unwrap()]).fails(1);
    assert!(said.contains("wrong.yaml: line 2 column 1"), "{said}");
}
