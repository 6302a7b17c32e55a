//! The program as people and scripts start it: what it prints, where, and how it exits.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use mock_defender::services;
use serde_json::Value;

use crate::binary::{self, Running, directory, mock_defender, run};

#[test]
fn the_help_of_every_subcommand_has_an_example() {
    let help = run(&["--help"]).succeeds();
    let list = help.split("Commands:\n").nth(1).expect("a list of subcommands").split("\n\n").next();
    let names: Vec<&str> = list
        .expect("an end of the list")
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.len() >= 4, "{help}");
    for name in names {
        let help = run(&[name, "--help"]).succeeds();
        let examples = help.split("Options:").nth(1).expect("options, and then examples");
        assert!(examples.contains(&format!("mock-defender {name}")), "{help}");
    }
}

#[test]
fn an_unknown_flag_is_named() {
    let said = run(&["serve", "--frieze"]).fails(2);
    assert!(said.contains("unexpected argument '--frieze'") && said.contains("'--freeze'"), "{said}");
}

#[test]
fn an_invalid_flag_value_is_named_with_the_valid_ones() {
    for (flag, value, taught) in [
        ("--start", "yesterday", "an instant looks like 2026-11-24T00:00:00Z"),
        ("--size", "huge", "choose tiny, small, medium or large"),
        ("--seed", "-1", "unexpected argument '-1'"),
        ("--throttle", "some", "possible values: real, off"),
    ] {
        let said = run(&["serve", flag, value]).fails(2);
        assert!(said.contains(value) && said.contains(taught), "{flag} {value}: {said}");
    }
    let said = run(&["serve", "--log", "a=b=c"]).fails(2);
    assert!(said.contains("'a=b=c' for '--log"), "{said}");
}

#[test]
fn the_ready_line_on_standard_output_is_that_of_the_ready_file() {
    let file = directory("ready").join("ready.json");
    let server = Running::start(&["--ca", "ephemeral", "--ready-file", file.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(file).unwrap(), server.line);
    let ready: Value = serde_json::from_str(&server.line).unwrap();
    assert_eq!(ready["ready"], true);
    assert!(ready["url"].as_str().unwrap().starts_with("https://localhost:"), "{ready}");
    assert_eq!(ready["ca"], Value::Null);
    assert_eq!(ready["tenants"][0]["domain"], "contoso.onmicrosoft.com");
    // People get the same on standard error, and standard output stays for scripts.
    let (status, more, told) = server.stop();
    assert_eq!((status, more.as_str()), (Some(0), ""));
    assert!(told.contains(ready["tenants"][0]["apps"][0]["secret"].as_str().unwrap()), "{told}");
}

#[test]
fn a_request_to_terminate_is_a_success() {
    let server = Running::start(&["--ca", "ephemeral"]);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn an_address_that_is_taken_is_named() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let said = run(&["serve", "--ca", "ephemeral", "--size", "tiny", "--listen", &address]).fails(1);
    assert!(said.starts_with(&format!("mock-defender: cannot listen on {address}: ")), "{said}");
}

#[test]
fn ca_prints_the_certificate_or_its_file() {
    let state = directory("ca");
    let ca = |argument: &[&str]| {
        let mut command = mock_defender(&["ca"]);
        binary::finish(command.args(argument).env("XDG_STATE_HOME", &state)).succeeds()
    };
    let file = ca(&["--path"]);
    let pem = fs::read_to_string(file.trim_end()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    assert_eq!(ca(&[]), pem);
    let other = state.join("other");
    let file = ca(&["--path", "--dir", other.to_str().unwrap()]);
    assert!(file.starts_with(other.to_str().unwrap()), "{file}");
}

#[test]
fn env_prints_what_a_shell_can_evaluate() {
    let ca = directory("env").join("it's $HOME's");
    let server = Running::start(&["--ca", ca.to_str().unwrap()]);
    let (url, ready) = (server.proxy(), server.ready());
    let script = "eval \"$(\"$0\" env --url \"$1\" --app read-only)\"; \
        printf '%s\\n' \"$REQUESTS_CA_BUNDLE\" \"$HTTPS_PROXY\" \"$AZURE_CLIENT_ID\" \"$MDCA_TOKEN\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, binary::PATH, &url]).env("XDG_STATE_HOME", directory("env-state"));
    let printed = binary::finish(&mut shell).succeeds();
    let tenant = &ready["tenants"][0];
    let expected = [&ready["ca"], &ready["proxy"], &tenant["apps"][1]["clientId"], &tenant["apiToken"]];
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected.map(|value| value.as_str().unwrap()));

    let said = run(&["env", "--url", &url, "--app", "nobody"]).fails(1);
    assert!(said.contains("it has full, read-only, unconsented"), "{said}");
}

#[test]
fn env_without_a_server_says_how_to_start_one() {
    // Nothing listens on the first port.
    let said = run(&["env", "--url", "http://localhost:1"]).fails(1);
    assert!(said.starts_with("mock-defender: no server at http://localhost:1 "), "{said}");
    assert!(said.contains("start one with `mock-defender serve`"), "{said}");
}

#[test]
fn completions_know_every_subcommand() {
    let help = run(&["--help"]).succeeds();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]).succeeds();
        for name in ["serve", "clock", "requests", "completions"] {
            assert!(help.contains(name) && script.contains(name), "{shell}: {name}");
        }
    }
    assert!(run(&["completions", "tcl"]).fails(2).contains("bash"));
    // Where there is a bash, it can read what is meant for it.
    let file = directory("completions").join("mock-defender.bash");
    fs::write(&file, run(&["completions", "bash"]).succeeds()).unwrap();
    if let Ok(read) = Command::new("bash").arg("-n").arg(&file).output() {
        assert!(read.status.success(), "{read:?}");
    }
}

#[test]
fn routes_lists_every_route() {
    let list = run(&["routes"]).succeeds();
    for route in services::all().iter().flat_map(|profile| profile.all_routes()) {
        let found = |line: &str| line.contains(route.method.as_str()) && line.contains(route.summary);
        assert!(list.lines().any(found), "{} {}", route.method, route.path);
    }
    assert_eq!(run(&["routes", "--markdown"]).succeeds().trim_end(), services::parity_table().trim_end());
}

#[test]
fn spec_writes_checks_and_serves_a_specification() {
    let dir = directory("spec");
    let file = dir.join("company.yaml");
    let path = file.to_str().unwrap();
    fs::write(&file, run(&["spec", "default", "--size", "tiny"]).succeeds()).unwrap();
    let said = run(&["spec", "check", path]).succeeds();
    assert_eq!(said, format!("{path}: nothing is wrong; seed 1, 10 members, 1 guest, 2 days of history\n"));
    let schema: Value = serde_json::from_str(&run(&["spec", "schema"]).succeeds()).unwrap();
    assert_eq!(schema["properties"]["users"]["minimum"], 10);
    assert!(run(&["spec", "--help"]).succeeds().contains("historyDays"));

    fs::write(&file, "name: Golden Crust\nuesrs: 12\nsize: 3\n").unwrap();
    let told = format!(
        "mock-defender: {path}: line 2 column 1: unknown field `uesrs`, expected one of users, guests, seed, …\n\
         {path}: line 3 column 7: size: expected one of tiny, small, medium, large, got 3\n"
    );
    assert_eq!(run(&["spec", "check", path]).fails(1), told);
    assert_eq!(run(&["serve", "--ca", "ephemeral", "--tenant", path]).fails(1), told);

    fs::write(&file, "name: Golden Crust\nsize: tiny\nseed: 3\nusers: 12\n").unwrap();
    let server = Running::start(&[
        "--ca",
        "ephemeral",
        "--tenant",
        path,
        "--seed",
        "5",
        "--start",
        "2026-01-05T09:00:00Z",
        "--freeze",
    ]);
    let tenant = &server.ready()["tenants"][0];
    assert_eq!((&tenant["domain"], &tenant["seed"]), (&"goldencrust.onmicrosoft.com".into(), &5.into()));
    assert_eq!(tenant["now"], "2026-01-05T09:00:00.000Z");
}

#[test]
fn the_demonstration_says_what_to_click_and_serves_its_start_page() {
    let mut command = mock_defender(&["demo", "disconnected", "--no-browser", "--"]);
    command.args(["--size", "tiny", "--ca", "ephemeral", "--listen", "127.0.0.1:0"]);
    let server = Running::of(command);
    let page = server.proxy();
    let host = page.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    std::io::Write::write_all(
        &mut stream,
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("value=\"global-admin\""), "{answer}");
    let (status, _, told) = server.stop();
    assert_eq!(status, Some(0));
    for step in [&format!("The demonstration is ready: {page}"), "  1. ", "  2. ", "  3. "] {
        assert!(told.contains(step), "{told}");
    }
    // What `serve` would not take is told as `serve` tells it.
    let said = run(&["demo", "disconnected", "--", "--sise", "tiny"]).fails(1);
    assert!(said.contains("--sise") && said.contains("--size"), "{said}");
}
