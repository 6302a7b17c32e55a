//! The rooms of the house: who may call whom. Calls go downwards only; see ARCHITECTURE.md.

use std::path::{Path, PathBuf};

/// The rooms from the bottom up; those of one line don't know each other.
const FLOORS: &[&[&str]] = &[
    &["model"],
    &["table", "catalogue", "yaml"],
    &["query", "generate", "discovery_logs"],
    &["tenant"],
    &["identity"],
    &["specification", "facts"],
    &["views"],
    &["wire"],
    &["commands"],
    &["faults", "scenario"],
    &["gateway"],
    &["operations"],
    &["portal"],
    &["services", "server"],
    &["gauntlet"],
    &["embed", "cli"],
];

/// Rooms that must know nothing of a tenant's state or of how worlds are drawn, although these lie below them.
const ABOVE_FACTS: &[&str] =
    &["wire", "gateway", "operations", "portal", "services", "server", "gauntlet", "cli", "embed"];

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![src.join(room).with_extension("rs")];
    let mut folders = vec![src.join(room)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            match path.extension() {
                None => folders.push(path),
                Some(ending) if ending == "rs" => found.push(path),
                Some(_) => {}
            }
        }
    }
    // A room may be one file.
    found.retain(|path| path.is_file());
    found.sort();
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

/// The code of a source: without comments, and without its unit tests and what they need, which stand at its end.
fn code(source: &str) -> String {
    let marks = source.match_indices("#[cfg(test)]\n").map(|(at, mark)| (at, at + mark.len()));
    let in_a_file_of_their_own = |after: usize| source[after..].starts_with("mod tests;");
    let end = marks.filter(|(_, after)| !in_a_file_of_their_own(*after)).map(|(at, _)| at).next();
    let end = end.unwrap_or(source.len());
    source[..end].lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a source names.
fn named(code: &str) -> Vec<&str> {
    let letters = |text: &str| text.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(text.len());
    code.match_indices("crate::").map(|(at, _)| &code[at + 7..]).map(|rest| &rest[..letters(rest)]).collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn every_folder_of_the_source_is_a_room_of_the_picture() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in std::fs::read_dir(src).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(floor(name).is_some() || ["lib", "main"].contains(&name), "src/{name} is no room");
    }
    for room in FLOORS.iter().flat_map(|rooms| *rooms) {
        assert!(!sources(room).is_empty(), "{room}");
    }
}

#[test]
fn calls_go_downwards_only() {
    let mut wrong = Vec::new();
    for (level, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            for (path, source) in sources(room) {
                for called in named(&code(&source)) {
                    if called != *room && floor(called).is_some_and(|other| other >= level) {
                        wrong.push(format!("{} calls {called}", path.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_above_the_facts_reaches_into_the_fold_or_the_generator() {
    let mut wrong = Vec::new();
    for room in ABOVE_FACTS {
        for (path, source) in sources(room) {
            let code = code(&source);
            for reach in ["crate::generate", ".core()", ".world()", "tenant::timeline"] {
                if code.contains(reach) {
                    wrong.push(format!("{}: {reach}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_services_never_call_each_other() {
    let services = ["entra", "cloudapps", "graph", "storage", "control"];
    for service in services {
        for (path, source) in sources(&format!("services/{service}")) {
            for other in services.iter().filter(|other| **other != service) {
                assert!(!source.contains(&format!("services::{other}")), "{} calls {other}", path.display());
            }
        }
    }
}

#[test]
fn services_see_their_tenant_at_one_instant_only() {
    // The tenant itself, with its clock, is the control API's.
    for service in ["entra", "cloudapps", "graph", "storage"] {
        for (path, source) in sources(&format!("services/{service}")) {
            for way in ["ctx.tenant", "ctx.entry()"] {
                assert!(!source.contains(way), "{} says {way}", path.display());
            }
        }
    }
}

#[test]
fn records_are_written_without_knowing_who_asks() {
    for (path, source) in sources("facts").into_iter().chain(sources("wire")) {
        let code = code(&source);
        for above in ["crate::gateway", "crate::services", "http::"] {
            assert!(!code.contains(above), "{} reaches up for {above}", path.display());
        }
    }
}

#[test]
fn the_gateway_decides_nothing_by_the_name_of_a_service() {
    for (path, source) in sources("gateway").into_iter().filter(|(path, _)| !path.ends_with("service.rs")) {
        let code = code(&source);
        for service in ["Entra", "CloudApps", "Graph", "Storage", "Control"] {
            assert!(!code.contains(&format!("Service::{service}")), "{} names {service}", path.display());
        }
    }
}

#[test]
fn the_gateway_knows_hosts_of_services_by_their_profiles() {
    for (path, source) in sources("gateway").into_iter().chain(sources("server")) {
        let code = code(&source);
        for host in mock_defender::services::all()
            .iter()
            .flat_map(|profile| profile.hosts.clouds)
            .flat_map(|names| names.plain)
        {
            assert!(!code.contains(host), "{} names {host}", path.display());
        }
    }
}

/// Whoever embeds the simulator shall not have to build what parses arguments.
#[test]
fn only_the_command_line_needs_what_its_feature_brings() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let feature = manifest.lines().find_map(|line| line.strip_prefix("cli = ")).unwrap();
    let brought: Vec<&str> = feature.split('"').filter_map(|part| part.strip_prefix("dep:")).collect();
    assert!(brought.contains(&"clap"), "{feature}");
    for krate in brought {
        let line = manifest.lines().find(|line| line.starts_with(&format!("{krate} = "))).unwrap();
        assert!(line.contains("optional = true"), "{line}");
        let name = format!("{}::", krate.replace('-', "_"));
        for room in FLOORS.iter().flat_map(|rooms| *rooms).filter(|room| **room != "cli") {
            for (path, source) in sources(room) {
                assert!(!code(&source).contains(&name), "{} needs {krate}", path.display());
            }
        }
    }
}
