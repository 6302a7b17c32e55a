//! Promises about the house itself: routes, witnesses, documents.

mod kit;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kit::Kit;
use mock_defender::services;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_route_has_a_witness_that_exists() {
    for profile in services::all() {
        for route in profile.routes {
            let (file, test) = route.witness.split_once("::").expect("file::test");
            let source = read(&format!("tests/{file}.rs"));
            assert!(
                source.contains(&format!("fn {test}(")),
                "{} {}: no {}",
                route.method,
                route.path,
                route.witness
            );
        }
    }
}

#[test]
fn no_two_routes_answer_the_same_request() {
    // Building the gateway refuses two routes of one service; on the simulator's own names the path alone must tell
    // the services apart.
    let kit = Kit::tiny();
    let mut seen = BTreeSet::new();
    for route in kit.gateway.routes() {
        assert!(seen.insert((route.method.as_str(), route.path)), "{} {}", route.method, route.path);
        let example = route
            .path
            .replace("{tenant}", "contoso.onmicrosoft.com")
            .replace("{id}", "1")
            .replace("{name}", "x");
        assert_eq!(kit.gateway.service_of_path(&example), Some(route.service), "{example}");
    }
}

#[test]
fn the_readme_shows_the_parity_table() {
    let table = services::parity_table();
    assert!(
        read("README.md").contains(table.trim()),
        "run `mock-defender routes --markdown` and put it into README.md"
    );
}

/// The files below a folder, with their text.
fn files_below(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("a source");
                files.push((path, text));
            }
        }
    }
    files
}

/// The sources of a service.
fn sources(service: &str) -> Vec<String> {
    let below = files_below(&format!("src/services/{service}")).into_iter().map(|(_, text)| text);
    std::iter::once(read(&format!("src/services/{service}.rs"))).chain(below).collect()
}

#[test]
fn services_never_call_each_other() {
    for (service, others) in [
        ("entra", ["cloudapps", "graph", "control"]),
        ("cloudapps", ["entra", "graph", "control"]),
        ("graph", ["entra", "cloudapps", "control"]),
        ("control", ["entra", "cloudapps", "graph"]),
    ] {
        let sources = sources(service);
        for other in others {
            let call = format!("services::{other}");
            assert!(sources.iter().all(|source| !source.contains(&call)), "{service} calls {other}");
        }
    }
}

#[test]
fn services_see_their_tenant_at_one_instant_only() {
    // The tenant itself, with its clock, is the control API's.
    for service in ["entra", "cloudapps", "graph"] {
        for way in ["ctx.tenant", "ctx.entry()"] {
            assert!(sources(service).iter().all(|source| !source.contains(way)), "{service} says {way}");
        }
    }
}

#[test]
fn the_gateway_knows_hosts_of_services_by_their_profiles() {
    for (path, source) in ["src/gateway", "src/server"].into_iter().flat_map(files_below) {
        let code = source.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for host in services::all().iter().flat_map(|profile| profile.hosts.plain) {
            assert!(!code.contains(host), "{} names {host}", path.display());
        }
    }
}
