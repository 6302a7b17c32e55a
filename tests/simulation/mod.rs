//! Deterministic simulation: steps drawn by a seed, on a disk and a wall clock that are played, held against a twin that
//! keeps nothing. What fails is one line (a seed and the places of few steps), which is kept as a regression.

mod restarts;
mod run;
mod server;
mod shrink;
mod steps;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::disk;
use crate::kit::effort::pick;
use run::{Met, run};
use shrink::shrunk;
use steps::{STEPS, Script};

/// Situations that every run of enough seeds meets. One that it never met was not tested.
const SOMETIMES: [&str; 14] = [
    "a clock ran on while the server was down",
    "a clock stopped since it had run too far",
    "a journal was written anew",
    "a start failed with the disk",
    "a step of which nobody knew was not there",
    "a step of which nobody knew was there",
    "a step was refused by the journal",
    "a tenant was exported",
    "a tenant was forked while a command was being written",
    "a tenant without its journal was read",
    "another tenant than the first came back",
    "the machine died",
    "the server was killed",
    "the server was stopped",
];

/// Runs a seed whole. A failure is shrunk, and told with the line that runs it again.
fn seed(seed: u64, met: &mut Met) -> Result<(), String> {
    let script = Script::of(seed);
    let all: Vec<usize> = (0..STEPS).collect();
    let Err(problem) = run(&script, &all, met) else { return Ok(()) };
    let places = shrunk(&script, &all);
    let shown: Vec<String> = places.iter().map(usize::to_string).collect();
    let problem = run(&script, &places, &mut Met::new()).err().unwrap_or(problem);
    let steps: Vec<String> = places.iter().map(|place| format!("  {:?}", script.steps[*place])).collect();
    Err(format!("{seed}: {}\n{}\n{problem}", shown.join(" "), steps.join("\n")))
}

/// `MOCK_DEFENDER_SIMULATION=FIRST,COUNT` runs other seeds.
fn asked() -> Option<(u64, u64)> {
    let asked = std::env::var("MOCK_DEFENDER_SIMULATION").ok()?;
    let (first, count) = asked.split_once(',')?;
    Some((first.parse().ok()?, count.parse().ok()?))
}

#[test]
fn what_was_shown_is_what_comes_back_whatever_happens_to_the_disk() {
    let (first, count) = asked().unwrap_or((0, pick(200, 10_000)));
    let (next, failed, met) = (AtomicU64::new(first), Mutex::new(Vec::new()), Mutex::new(Met::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let mut own = Met::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= first + count || failed.lock().unwrap().len() >= 3 {
                        break;
                    }
                    if let Err(problem) = seed(number, &mut own) {
                        failed.lock().unwrap().push(problem);
                    }
                }
                let mut met = met.lock().unwrap();
                own.into_iter().for_each(|(what, times)| *met.entry(what).or_default() += times);
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "add the first line of each to tests/simulation/regressions.txt:\n{}",
        failed.join("\n\n")
    );
    let met = met.into_inner().unwrap();
    let never: Vec<_> = SOMETIMES.iter().filter(|what| !met.contains_key(**what)).collect();
    assert!(never.is_empty(), "never met: {never:?} of {met:?}");
}

#[test]
fn what_a_simulation_has_found_stays_mended() {
    for line in include_str!("regressions.txt").lines().filter(|line| !line.starts_with('#')) {
        let (seed, places) = line.split_once(':').unwrap();
        let places: Vec<usize> = places.split_whitespace().map(|place| place.parse().unwrap()).collect();
        let script = Script::of(seed.trim().parse().unwrap());
        let told = run(&script, &places, &mut Met::new());
        assert_eq!(told, Ok(()), "{line}");
    }
}
