//! Promises about the house itself: routes, witnesses, documents.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod kit;

use std::collections::BTreeSet;
use std::path::Path;

use kit::Kit;
use mock_defender::services;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file of this name, in whichever test program it stands.
fn witness(file: &str) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let programs = std::fs::read_dir(&tests).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = programs
        .chain([tests.clone()])
        .map(|program| program.join(file).with_extension("rs"))
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(found.len(), 1, "{file}: {found:?}");
    std::fs::read_to_string(&found[0]).unwrap()
}

#[test]
fn every_route_has_a_witness_that_exists() {
    for profile in services::all() {
        for route in profile.routes {
            let (file, test) = route.witness.split_once("::").expect("file::test");
            let source = witness(file);
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

/// Every source of a room, with its path: `src/{room}.rs` and what lies below `src/{room}/`.
fn sources(room: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join(format!("src/{room}.rs"))];
    let mut folders = vec![root.join("src").join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    let read = |path: &Path| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    paths.iter().map(|path| read(path)).collect()
}

#[test]
fn services_never_call_each_other() {
    for (service, others) in [
        ("entra", ["cloudapps", "graph", "control"]),
        ("cloudapps", ["entra", "graph", "control"]),
        ("graph", ["entra", "cloudapps", "control"]),
        ("control", ["entra", "cloudapps", "graph"]),
    ] {
        for (path, source) in sources(&format!("services/{service}")) {
            for other in others {
                assert!(!source.contains(&format!("services::{other}")), "{path} calls {other}");
            }
        }
    }
}

#[test]
fn what_services_say_of_a_tenant_comes_from_facts() {
    let rooms = ["wire", "services/cloudapps", "services/graph", "services/entra"];
    let files = ["services/control/directory", "services/control/truth", "gateway/authentication"]
        .map(|file| format!("src/{file}.rs"));
    let files = files.map(|file| {
        let source = read(&file);
        (file, source)
    });
    for (path, source) in rooms.iter().flat_map(|room| sources(room)).chain(files) {
        for reached in ["crate::generate", ".core()"] {
            assert!(!source.contains(reached), "{path} reaches for {reached}");
        }
    }
}

#[test]
fn records_are_written_without_knowing_who_asks() {
    for room in ["facts", "wire"] {
        for (path, source) in sources(room) {
            for above in ["crate::gateway", "crate::services", "crate::identity::", "http::"] {
                assert!(!source.contains(above), "{path} reaches up for {above}");
            }
        }
    }
}
