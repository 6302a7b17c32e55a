//! Plain programs that print a table each, linked into one: `cargo bench` runs all, `cargo bench -- requests` some.
//! With `--quick` it takes a minute instead of many.

mod discovery;
mod embed;
mod gauntlet;
mod journal;
mod kit;
mod large;
mod reactor;
mod requests;
mod start;

use std::process::{Command, ExitCode};

use kit::{Effort, asked, child, peers};

/// Something to be measured: its name, and what measures and prints.
type Subject = (&'static str, fn(Effort));

/// All of them, in the order of a whole run.
const SUBJECTS: [Subject; 8] = [
    ("start", start::run),
    ("requests", requests::run),
    ("journal", journal::run),
    ("large", large::run),
    ("embed", embed::run),
    ("gauntlet", gauntlet::run),
    ("reactor", reactor::run),
    ("discovery", discovery::run),
];

fn main() -> ExitCode {
    if let Some((part, args)) = child::part() {
        let known = peers::play(&part, &args)
            || large::play(&part, &args)
            || embed::play(&part)
            || gauntlet::play(&part);
        assert!(known, "no part is called {part}");
        return ExitCode::SUCCESS;
    }
    let Some(effort) = asked() else { return ExitCode::SUCCESS };
    let (flags, mut names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|arg| arg.starts_with('-'));
    if names.is_empty() {
        names = SUBJECTS.map(|(name, _)| name.to_owned()).into();
    }
    let known = |name: &String| SUBJECTS.iter().find(|(subject, _)| subject == name);
    if let Some(unknown) = names.iter().find(|name| known(name).is_none()) {
        eprintln!("nothing is called {unknown}: there are {}", SUBJECTS.map(|(name, _)| name).join(", "));
        return ExitCode::FAILURE;
    }
    if let [name] = &names[..] {
        known(name).iter().for_each(|(_, run)| run(effort));
        return ExitCode::SUCCESS;
    }
    // Each in a process of its own, so that none measures what another has left in memory.
    let run = |name: &String| {
        let this = std::env::current_exe().expect("the path of this program");
        Command::new(this).arg(name).args(&flags).status().expect("this program starts").success()
    };
    if names.iter().all(run) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
