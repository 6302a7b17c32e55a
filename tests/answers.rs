//! Every answer of the API on tenants that stand still, pinned to the byte: whatever is rebuilt within shows here if
//! it shows outside.
//!
//! One script per service asks some hundred requests, through the front door alone. `tests/golden/answers.txt` has a
//! line for each, with a hash over status, headers and body. The answers themselves are written out where
//! `MOCK_DEFENDER_ANSWERS` names a directory: before a change and after it, and then `diff -r` tells what changed.
//! `MOCK_DEFENDER_BLESS=1` takes the answers as they are for the golden ones.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "answers/aadsts.rs"]
mod aadsts;
#[path = "answers/browser.rs"]
mod browser;
#[path = "answers/client.rs"]
mod client;
#[path = "answers/cloudapps.rs"]
mod cloudapps;
#[path = "answers/commands.rs"]
mod commands;
#[path = "answers/connectors.rs"]
mod connectors;
#[path = "answers/control.rs"]
mod control;
#[path = "answers/credentials.rs"]
mod credentials;
#[path = "answers/discovery.rs"]
mod discovery;
#[path = "answers/entra.rs"]
mod entra;
#[path = "answers/exchange.rs"]
mod exchange;
#[path = "answers/filters.rs"]
mod filters;
#[path = "answers/journal.rs"]
mod journal;
#[path = "answers/log.rs"]
mod log;
#[path = "answers/mask.rs"]
mod mask;
#[path = "answers/pages.rs"]
mod pages;
#[path = "answers/portals.rs"]
mod portals;
#[path = "answers/routes.rs"]
mod routes;
#[path = "answers/sessions.rs"]
mod sessions;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use client::Client;
use exchange::Exchange;
use routes::routes;

/// Differing lines are shown up to this many.
const SHOWN: usize = 12;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn blesses() -> bool {
    env::var_os("MOCK_DEFENDER_BLESS").is_some_and(|value| value == "1")
}

#[test]
fn every_answer_equals_the_golden_one() {
    let mut exchanges = Vec::new();
    let mut answered = BTreeSet::new();
    let scripts = [
        cloudapps::scripts(),
        control::scripts(),
        commands::scripts(),
        log::scripts(),
        entra::scripts(),
        aadsts::scripts(),
        pages::scripts(),
        portals::scripts(),
        sessions::scripts(),
        journal::scripts(),
        control::server_scripts(),
        cloudapps::later_scripts(),
        connectors::scripts(),
        discovery::scripts(),
    ];
    let scripts = scripts.into_iter().flatten();
    // Each at a simulator of its own, so that they may be written at once and read in order.
    let written: Vec<_> = thread::scope(|scope| {
        let writers: Vec<_> = scripts.map(|script| scope.spawn(|| run(script))).collect();
        writers.into_iter().map(|writer| writer.join().expect("its own message says why")).collect()
    });
    for (more, routes) in written {
        exchanges.extend(more);
        answered.extend(routes);
    }
    if let Some(folder) = env::var_os("MOCK_DEFENDER_ANSWERS") {
        exchange::dump(&exchanges, Path::new(&folder));
    }
    let silent = routes().silent(&answered);
    assert!(silent.is_empty(), "nothing in the script gets an answer out of {silent:#?}");
    compare(&exchange::lines(&exchanges));
}

fn run((builder, ask): Script) -> (Vec<Exchange>, BTreeSet<client::Asked>) {
    let client = Client::open(builder);
    ask(&client);
    client.close()
}

/// One script: how its simulator is built, and the function that sends its requests to it.
type Script = (mock_defender::Builder, fn(&Client));

fn compare(lines: &[String]) {
    let path = golden("answers.txt");
    if blesses() {
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        return;
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let known: Vec<&str> = known.lines().collect();
    let most = known.len().max(lines.len());
    let pairs = (0..most).map(|at| (known.get(at).copied(), lines.get(at).map(String::as_str)));
    let differing: Vec<String> = pairs
        .filter(|(old, new)| old != new)
        .map(|(old, new)| format!("- {}\n+ {}", old.unwrap_or("nothing"), new.unwrap_or("nothing")))
        .collect();
    let shown = differing.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    assert!(
        differing.is_empty(),
        "{} of {most} answers differ from {}:\n{shown}\n\
         To see how: MOCK_DEFENDER_ANSWERS=<directory> cargo test --test answers, before the change and after it, \
         then diff -r. If they are meant to differ: MOCK_DEFENDER_BLESS=1 cargo test --test answers",
        differing.len(),
        path.display(),
    );
}
