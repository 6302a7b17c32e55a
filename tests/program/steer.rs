//! Subcommands that steer a running server, as people and scripts call them.

use std::net::TcpListener;

use mock_defender::generate::stories;
use serde_json::Value;

use crate::binary::{Running, directory, finish, interrupted, mock_defender, run};

/// A server, and its subcommands.
struct Steered(Running);

impl Steered {
    fn start() -> Self {
        Self(Running::start(&["--ca", "ephemeral", "--start", "2026-11-24T00:00:00Z", "--freeze"]))
    }

    fn with<'a>(&self, arguments: &[&'a str], url: &'a str) -> Vec<&'a str> {
        let mut all = arguments.to_vec();
        all.extend(["--url", url]);
        all
    }

    fn says(&self, arguments: &[&str]) -> String {
        run(&self.with(arguments, &self.0.proxy())).succeeds()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        run(&self.with(arguments, &self.0.proxy())).fails(1)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        serde_json::from_str(&self.says(&all)).unwrap()
    }

    /// Asks the Cloud Apps API in clear.
    fn asked(&self, path: &str, authorization: &str) -> u16 {
        use std::io::{Read, Write};
        let host = self.0.proxy().replace("http://", "");
        let mut stream = std::net::TcpStream::connect(&host).unwrap();
        let head = "HTTP/1.1\r\nConnection: close\r\n";
        write!(stream, "GET {path} {head}Host: {host}\r\nAuthorization: {authorization}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer[9..12].parse().unwrap()
    }
}

#[test]
fn tenants_are_created_forked_exported_and_deleted_by_subcommands() {
    let server = Steered::start();
    let created = server.json(&["tenant", "create", "--name", "Fabrikam", "--seed", "7", "--size", "tiny"]);
    assert_eq!(created["domain"], "fabrikam.onmicrosoft.com");
    let list = server.says(&["tenant", "list"]);
    assert!(list.contains("contoso.onmicrosoft.com") && list.contains("Fabrikam"), "{list}");
    let fork = server.says(&["tenant", "fork", "--ttl", "PT10M", "--tenant", "fabrikam"]);
    assert!(fork.contains("Client secret"), "{fork}");
    server.says(&["clock", "advance", "PT1H", "--tenant", "fabrikam"]);
    let half = "2026-11-24T00:30:00Z";
    let past = server.json(&["tenant", "rewind", half, "--ttl", "PT10M", "--tenant", "fabrikam"]);
    assert_eq!(past["now"], "2026-11-24T00:30:00.000Z");
    let said = server.refuses(&["tenant", "rewind", "2026-11-24T02:00:00Z", "--tenant", "fabrikam"]);
    assert!(said.contains("an instant of the tenant's life"), "{said}");

    assert!(server.says(&["tenant", "snapshot", "before"]).contains("before"));
    server.says(&["clock", "advance", "PT8H"]);
    assert!(server.says(&["tenant", "snapshot"]).contains("before"));
    assert_eq!(server.says(&["tenant", "restore", "before"]), "Back at 2026-11-24T00:00:00.000Z.\n");
    assert!(server.says(&["tenant", "reset"]).contains("is back at 2026-11-24T00:00:00.000Z"));

    let file = directory("export").join("tenant.ndjson");
    let file = file.to_str().unwrap();
    server.says(&["tenant", "export", file, "--tenant", "fabrikam"]);
    assert_eq!(server.says(&["tenant", "delete", "fabrikam"]), "Deleted fabrikam.\n");
    assert!(server.says(&["tenant", "import", file]).starts_with("Fabrikam, clock at"));
    let said = server.refuses(&["tenant", "delete", "nobody"]);
    assert_eq!(said, "mock-defender: There is no tenant \"nobody\". GET /_mock/tenants lists them.\n");
}

#[test]
fn a_specification_file_becomes_a_tenant_of_the_running_server() {
    let server = Steered::start();
    let file = directory("spec").join("company.yaml");
    let path = file.to_str().unwrap();
    let text = "# a bakery\nname: Golden Crust\nseed: 7\nsize: tiny\nfreeze: on\nstart: 2026-11-24T00:00:00Z\nusers: 24\n";
    std::fs::write(&file, text).unwrap();
    let created = server.json(&["tenant", "create", "--spec", path]);
    assert_eq!((&created["name"], &created["seed"]), (&Value::from("Golden Crust"), &Value::from(7)));
    assert_eq!(created["now"], "2026-11-24T00:00:00.000Z");
    assert!(server.says(&["tenant", "list"]).contains("goldencrust.onmicrosoft.com"));
    // Everything that is wrong with it is told, where it stands.
    std::fs::write(&file, "users: 3\nname: Golden Crust\nuesrs: 4\n").unwrap();
    let said = server.refuses(&["tenant", "create", "--spec", path]);
    assert!(said.contains(&format!("{path}: line 1 column 8: users: expected a whole number")), "{said}");
    assert!(said.contains(&format!("{path}: line 3 column 1: unknown field `uesrs`")), "{said}");
    let export = directory("spec-export").join("tenant.ndjson");
    server.says(&["tenant", "export", export.to_str().unwrap()]);
    let said = server.refuses(&["tenant", "create", "--spec", export.to_str().unwrap()]);
    assert!(said.contains("tenant import"), "{said}");
}

#[test]
fn the_clock_is_moved() {
    let server = Steered::start();
    assert_eq!(server.says(&["clock", "show"]), "2026-11-24T00:00:00.000Z  stands still\n");
    assert!(server.says(&["clock", "set", "2026-11-24T06:00:00Z"]).starts_with("2026-11-24T06:00:00.000Z"));
    assert!(server.says(&["clock", "rate", "60"]).ends_with("runs 60.0 seconds a second\n"));
    assert!(server.says(&["clock", "follow"]).ends_with("runs with the wall clock\n"));
    assert_eq!(server.json(&["clock", "freeze"])["mode"], "frozen");
    assert!(server.refuses(&["clock", "set", "2026-11-23T00:00:00Z"]).contains("reset"));
    assert!(server.refuses(&["clock", "advance", "soon"]).contains("PT1H"));
    assert!(server.says(&["clock", "stamps", "wall"]).ends_with("tokens carry the wall clock's time\n"));
    assert!(server.says(&["clock", "stamps", "virtual"]).ends_with("stands still\n"));
    assert_eq!(server.says(&["clock", "stop"]), "Advances told to stop: 0\n");
}

#[test]
fn an_interrupted_advance_stops_and_says_where() {
    let server = Steered::start();
    server.json(&["tenant", "create", "--name", "Fabrikam", "--start", "2026-11-24T00:00:00Z", "--freeze"]);
    let url = server.0.proxy();
    let ended = interrupted(
        &mut mock_defender(&["clock", "advance", "P400D", "--url", &url, "--tenant", "fabrikam"]),
        || server.json(&["clock", "show", "--tenant", "fabrikam"])["advancing"] == 1,
    );
    let said = ended.fails(1);
    let stands = server.json(&["clock", "show", "--tenant", "fabrikam"]);
    assert!(said.contains(stands["now"].as_str().unwrap()), "{said} {stands}");
    assert_eq!(stands["advancing"], 0);
}

#[test]
fn faults_are_added_listed_and_removed_by_subcommands() {
    let server = Steered::start();
    let token = server.says(&["token", "--app", "read-only"]);
    let asked = || server.asked("/api/v1/alerts/", &format!("Bearer {}", token.trim()));
    let outage = r#"{"match":{"path":"/api/**"},"when":{"times":2},"effect":{"respond":{"status":503,"body":"it's down"}}}"#;
    assert_eq!(server.says(&["fault", "add", "--id", "outage", outage]), "outage\n");
    let file = directory("fault").join("fault.yaml");
    std::fs::write(&file, "match: {service: graph}\neffect:\n  reset: {after: 10}\n").unwrap();
    assert_eq!(server.says(&["fault", "add", file.to_str().unwrap()]), "fault-1\n");
    assert_eq!(asked(), 503);
    let list = server.says(&["fault", "list"]);
    assert!(list.starts_with("outage               acted 1 of 1  {\"match\""), "{list}");
    let explained = server.says(&["explain"]);
    assert!(explained.contains("the fault \"outage\" acted on it"), "{explained}");

    // The lines bring them back, at the same server or at another; what a shell makes of them is what was meant.
    let lines = server.says(&["fault", "list", "--lines"]);
    let line = lines.lines().next().unwrap();
    let begin = format!("mock-defender fault add --id 'outage' '{}'", outage.replace('\'', r"'\''"));
    assert_eq!(line, begin);
    server.says(&["fault", "remove", "outage"]);
    assert_eq!(asked(), 200);
    assert!(server.refuses(&["fault", "remove", "outage"]).contains("no fault \"outage\" now"));
    server.says(&["fault", "remove", "--all"]);
    assert_eq!(server.says(&["fault", "list", "--lines"]), "");

    assert_eq!(server.says(&["fault", "add", "--chaos", "mild"]).lines().count(), 5);
    assert!(server.refuses(&["fault", "add", "no-such-file.yaml"]).contains("there is none of this name"));
    assert!(server.refuses(&["fault", "add", "{effect: {explode: {}}}"]).contains("`respond`"));

    let expired = "{host: login.microsoftonline.com, times: 2, effect: {tls: expired}}";
    assert_eq!(server.says(&["fault", "add", "--server", expired]), "server-1\n");
    let lines = server.says(&["fault", "list", "--server", "--lines"]);
    assert_eq!(
        lines,
        "mock-defender fault add --server '{\"host\":\"login.microsoftonline.com\",\"times\":2,\"effect\":{\"tls\":\"expired\"}}'\n"
    );
    server.says(&["fault", "remove", "--server", "server-1"]);
    assert_eq!(server.says(&["fault", "list", "--server"]), "");
}

#[test]
fn the_cli_lists_requests_of_all_tenants() {
    let server = Steered::start();
    server.json(&["tenant", "create", "--name", "Fabrikam", "--size", "tiny"]);
    for tenant in ["contoso", "fabrikam"] {
        let token = server.says(&["token", "--app", "read-only", "--tenant", tenant]);
        assert_eq!(server.asked("/api/v1/alerts/", &format!("Bearer {}", token.trim())), 200);
    }
    let verify = ["requests", "verify", "--all", "--path", "/api/v1/alerts", "--exactly", "2"];
    assert_eq!(server.says(&verify), "Verified: 2 requests.\n");
    assert_eq!(
        server.says(&["requests", "permissions", "--all"]).matches("application read-only").count(),
        2
    );
    assert!(server.says(&["requests", "har", "--all"]).contains("\"version\":\"1.2\""));
}

#[test]
fn a_storyline_is_played_and_its_truth_printed_by_subcommands() {
    let server = Steered::start();
    let list = run(&["play", "--list"]).succeeds();
    assert_eq!(list.lines().collect::<Vec<_>>(), stories::names());
    let played = server.json(&["play", stories::IMPOSSIBLE_TRAVEL, "--at", "2026-11-24T02:00:00Z"]);
    assert_eq!(played["begins"], "2026-11-24T02:00:00.000Z");
    let truth = server.says(&["truth"]);
    assert!(truth.contains(played["summary"].as_str().unwrap()), "{truth}");
    assert!(server.refuses(&["play", "nothing"]).contains("storyline"));

    let file = directory("inject").join("alert.json");
    std::fs::write(&file, r#"{"title": "Strange", "severityValue": 2}"#).unwrap();
    let id = server.says(&["inject", "alert", file.to_str().unwrap()]);
    assert_eq!(id.trim().len(), 24, "{id}");
    assert!(server.refuses(&["inject", "alert", "/nowhere.json"]).contains("cannot read /nowhere.json"));
}

#[test]
fn requests_are_listed_verified_and_explained() {
    let server = Steered::start();
    let token = server.says(&["token", "--app", "read-only"]);
    assert_eq!(server.asked("/api/v1/alerts/", &format!("Bearer {}", token.trim())), 200);
    let expired = server.json(&["token", "--expired"]);
    assert_eq!(server.asked("/api/v1/alerts/", expired["authorization"].as_str().unwrap()), 401);
    let explained = server.says(&["explain"]);
    assert!(explained.contains("expired at") && explained.contains("What to do:"), "{explained}");
    assert_eq!(server.asked("/api/v1/alert/", "Token x"), 404);
    let unmatched = server.says(&["requests", "unmatched"]);
    assert!(unmatched.contains("perhaps GET /api/v1/alerts"), "{unmatched}");
    let list = server.says(&["requests", "list", "--service", "cloud-apps"]);
    assert!(list.lines().filter(|line| line.contains("/api/v1/alert")).count() >= 3, "{list}");

    let path = ["--path", "/api/v1/alerts"];
    let verify = |more: &[&'static str]| [&["requests", "verify"], &path[..], more].concat();
    assert_eq!(server.says(&verify(&["--status", "200", "--exactly", "1"])), "Verified: 1 request.\n");
    let said = server.refuses(&verify(&["--method", "DELETE"]));
    assert!(said.contains("not verified: expected at least 1, got 0"), "{said}");
    assert!(said.contains("method: expected \"DELETE\", got \"GET\""), "{said}");
    assert!(server.says(&["requests", "permissions"]).contains("investigation.read"));
    assert!(server.says(&["requests", "har"]).contains("\"version\":\"1.2\""));
    assert!(server.says(&["requests", "clear"]).starts_with("Forgot "));
}

#[test]
fn the_doctor_says_who_holds_the_port_and_what_misleads_clients() {
    let state = directory("doctor");
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}", holder.local_addr().unwrap().port());
    let doctor = |url: &str, proxy: &str| {
        let mut command = mock_defender(&["doctor", "--url", url, "--json"]);
        command.env_clear().env("XDG_STATE_HOME", &state).env("PATH", std::env::var_os("PATH").unwrap());
        let output = command.env("HTTPS_PROXY", proxy).output().unwrap();
        let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.success(), findings.as_array().unwrap().clone())
    };
    // A listener that never answers would be waited for: it closes what comes.
    std::thread::spawn(move || holder.incoming().for_each(drop));
    let (fine, findings) = doctor(&url, "http://proxy.example:3128");
    assert!(!fine);
    let of =
        |about: &str| findings.iter().find(|one| one["about"].as_str().unwrap().starts_with(about)).unwrap();
    assert_eq!(of("port")["grade"], "bad");
    if cfg!(target_os = "linux") {
        let this = format!("(process {})", std::process::id());
        assert!(of("port")["found"].as_str().unwrap().contains(&this), "{}", of("port"));
    }
    assert_eq!(of("HTTPS_PROXY")["grade"], "bad");
    assert_eq!(of("certificate authority")["grade"], "note");

    let server = Running::start(&["--ca", state.join("mock-defender").to_str().unwrap()]);
    let (fine, findings) = doctor(&server.proxy(), &server.proxy());
    assert!(fine, "{findings:?}");
}

#[test]
fn a_server_in_the_background_is_found_and_stopped() {
    let state = directory("background");
    let with = |arguments: &[&str]| finish(mock_defender(arguments).env("XDG_STATE_HOME", &state));
    let serve = ["serve", "--detach", "--listen", "localhost:0", "--size", "tiny"];
    let ready: Value = serde_json::from_str(&with(&serve).succeeds()).unwrap();
    let url = ready["proxy"].as_str().unwrap();
    let status = with(&["status", "--url", url]).succeeds();
    assert!(status.contains("in the background") && status.contains("Contoso"), "{status}");
    assert!(with(&serve).fails(1).contains("stop it with `mock-defender stop`"));
    assert!(with(&["logs"]).succeeds().contains("is ready"));
    assert_eq!(with(&["stop"]).succeeds(), format!("Stopped {url}.\n"));
    assert!(with(&["status", "--url", url]).fails(1).contains("no server at"));
    assert!(with(&["stop"]).fails(1).contains("no server runs in the background"));
    // What keeps a server from starting is told here, not only in the log.
    let said = with(&["serve", "--detach", "--listen", "192.0.2.1:1", "--size", "tiny"]).fails(1);
    assert!(said.contains("cannot listen on 192.0.2.1:1"), "{said}");
}

#[test]
fn tables_of_a_new_tenant_and_of_a_running_one_are_the_same() {
    let (own, running) = (directory("tables/own"), directory("tables/running"));
    let server = Steered::start();
    let start = ["--start", "2026-11-24T00:00:00Z", "--size", "tiny"];
    let new = [&["export", "--tables", own.to_str().unwrap()], &start[..]].concat();
    run(&new).succeeds();
    server.says(&["export", "--tables", running.to_str().unwrap()]);
    let read = |dir: &std::path::Path, name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    for name in ["people.ndjson", "activities.ndjson", "alerts.ndjson", "storylines.ndjson"] {
        assert!(!read(&own, name).is_empty(), "{name}");
        assert!(read(&own, name) == read(&running, name), "{name}");
    }
    run(&[&new[..], &["--format", "csv"]].concat()).succeeds();
    assert!(read(&own, "people.csv").starts_with("id,userPrincipalName,"));
}

/// The lines of the README's section, as they stand there, and what it says beside them.
#[test]
fn the_connection_of_copilot_is_switched_on_consented_to_and_lost_as_the_readme_says() {
    let server = Steered::start();
    let readme = include_str!("../../README.md");
    let section = readme.split("## Disconnected\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines: Vec<&str> = section.lines().filter(|line| line.starts_with("mock-defender ")).collect();
    let mut told = Vec::new();
    for line in &lines {
        let (asked, _) = line.split_once('#').unwrap_or((line, ""));
        let rest = asked.trim_end().strip_prefix("mock-defender ").unwrap();
        let parts: Vec<&str> = match rest.split_once('\'') {
            Some((words, quoted)) => {
                words.split_whitespace().chain([quoted.trim_end_matches('\'')]).collect()
            }
            None => rest.split_whitespace().collect(),
        };
        let said = server.says(&parts);
        if parts == ["connection"] {
            told.push(said.lines().next().unwrap().to_owned());
        }
    }
    assert_eq!(told, ["Connected", "Disconnected: session_revoked"]);
    assert!(server.says(&["connection"]).contains("consent_accepted by"), "events follow the status");
}
