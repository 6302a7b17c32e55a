//! Promises about the house itself: routes, witnesses, documents.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod kit;
#[path = "house/limits.rs"]
mod limits;
#[path = "house/rooms.rs"]
mod rooms;
#[path = "house/scenarios.rs"]
mod scenarios;
#[path = "house/seed.rs"]
mod seed;

use std::collections::BTreeSet;
use std::path::Path;

use kit::Kit;
use mock_defender::services;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file of this name, in whichever test program it stands.
///
/// The record of answers is no test of one endpoint: its modules are not looked at.
fn witness(file: &str) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let programs = std::fs::read_dir(&tests).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = programs
        .chain([tests.clone()])
        .filter(|program| !program.ends_with("answers"))
        .map(|program| program.join(file).with_extension("rs"))
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(found.len(), 1, "{file}: {found:?}");
    std::fs::read_to_string(&found[0]).unwrap()
}

#[test]
fn every_route_has_a_witness_that_exists() {
    for profile in services::all() {
        for route in profile.all_routes() {
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
    // the services apart. There the paths of portals stand behind a first segment of theirs.
    let kit = Kit::tiny();
    let mut seen = BTreeSet::new();
    for route in kit.gateway.routes() {
        let prefix = kit.gateway.profile(route.service).unwrap().hosts.own_prefix;
        let path = [prefix, route.path].concat();
        let example =
            path.replace("{tenant}", "contoso.onmicrosoft.com").replace("{id}", "1").replace("{name}", "x");
        assert_eq!(kit.gateway.service_of_path(&example), Some(route.service), "{example}");
        assert!(seen.insert((route.method.as_str(), path)), "{} {}", route.method, route.path);
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

#[test]
fn rooms_are_hidden_from_the_documentation_and_embedding_is_not() {
    let source = read("src/lib.rs");
    let lines: Vec<&str> = source.lines().collect();
    let rooms: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("pub mod ")).collect();
    assert!(rooms.len() > 10);
    for at in rooms {
        assert_eq!(lines[at - 1], "#[cfg_attr(not(clippy), doc(hidden))]", "{}", lines[at]);
    }
    assert!(source.contains("pub use embed::{"));
}

/// What the README calls absent, and the paths that would show that it is not.
const ABSENT: [(&str, &str); 6] = [
    ("Defender XDR", "/api/incidents"),
    ("entities", "/api/v1/entities"),
    ("files", "/api/v1/files"),
    ("IP address ranges", "/api/v1/subnet"),
    ("policies", "/api/v1/policies"),
    ("connectors", "/api/v1/app_connectors"),
];

#[test]
fn the_readmes_not_yet_list_is_what_has_no_route() {
    let readme = read("README.md");
    let sentence =
        readme.lines().find_map(|line| line.strip_prefix("Not yet: ")).expect("a line that says so");
    let list = sentence.split_once(". ").map_or(sentence, |(list, _)| list);
    let mut said: BTreeSet<&str> = list.split(", ").collect();
    let services = services::all();
    let paths = || services.iter().flat_map(|profile| profile.all_routes()).map(|route| route.path);
    // Of Graph it is said what there is.
    let graph = services.iter().find(|profile| profile.service.name() == "graph").unwrap();
    let played: BTreeSet<String> = graph.all_routes().map(|route| format!("`{}`", route.path)).collect();
    let beyond = format!("Microsoft Graph beyond {}", played.into_iter().collect::<Vec<_>>().join(" and "));
    assert!(said.remove(beyond.as_str()), "expected {beyond:?} in {list:?}");
    for (words, path) in ABSENT {
        let is_played = paths().any(|played| played == path || played.starts_with(&format!("{path}/")));
        assert_eq!(said.remove(words), !is_played, "{words}: {path} is played: {is_played}");
    }
    assert!(said.is_empty(), "say in ABSENT which path would show that these are played: {said:?}");
}
