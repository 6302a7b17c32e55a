//! `mock-defender scenario`

use std::fmt::Display;
use std::io::{IsTerminal as _, Write};
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::gateway::Gateway;
use crate::gateway::call::Settings;
use crate::gateway::registry::Registry;
use crate::model::json::json;
use crate::operations::scenarios::{self, check, prove};
use crate::scenario::library::{self, Beside};
use crate::scenario::shipped::SHIPPED;
use crate::scenario::{self as files, Given, Library as _, Scenario, Shipped};
use crate::services;
use crate::tenant::Tenant;
use crate::yaml::Node;

use super::ask::Server;
use super::{Outcome, counted};

/// Rehearse what goes wrong with real connectors: list and show the scenarios that are shipped, start one in a tenant of
/// a running server, and check scenarios of your own.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  mock-defender scenario list\n  mock-defender scenario show throttled-in-seconds\n  mock-defender scenario start throttled-in-seconds --set wait=5s && mock-defender clock advance PT1H\n  mock-defender scenario list --started\n  mock-defender scenario check --prove mine.yaml\n  mock-defender scenario schema > scenario.schema.json   # for editors"
)]
pub(super) struct ScenarioCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the scenarios that are shipped, or those that were started in a tenant
    List {
        #[command(flatten)]
        server: Server,
        /// Those that were started in a tenant of a running server, and how far they are
        #[arg(long)]
        started: bool,
        /// Only shipped ones that all of these words are said of, or stand in the name or summary of
        #[arg(value_name = "WORD", conflicts_with = "started")]
        words: Vec<String>,
    },
    /// Show a shipped scenario: its file
    Show {
        #[command(flatten)]
        server: Server,
        /// Its name
        name: String,
    },
    /// Read scenarios, play each in a tenant of its own, and say what does not come true
    Check {
        /// Take each step away in turn, too: something that is expected must then fail
        #[arg(long)]
        prove: bool,
        /// Names of shipped scenarios, or files; default: all that are shipped
        #[arg(value_name = "FILE|NAME")]
        which: Vec<String>,
    },
    /// Start a scenario in a tenant of a running server, now
    Start {
        #[command(flatten)]
        server: Server,
        /// The name of a shipped scenario, or a file
        #[arg(value_name = "FILE|NAME")]
        which: String,
        /// A value for a parameter; may be given several times
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
    },
    /// Stop a scenario: leave out what lies ahead, and end its faults
    Stop {
        #[command(flatten)]
        server: Server,
        /// Its number, as `scenario list --started` shows it
        id: u32,
    },
    /// Print the JSON Schema of scenario files, for editors
    Schema,
}

impl ScenarioCommand {
    pub(super) fn run(self) -> Outcome {
        match self.action {
            Action::List { server, started: true, .. } => started(&server),
            Action::List { server, words, .. } => list(&server, &words),
            Action::Show { server, name } => show(&server, &name),
            Action::Check { prove, which } => checked(&which, prove),
            Action::Start { server, which, set } => start(&server, &which, &set),
            Action::Stop { server, id } => {
                let answer = server.of_tenant("DELETE", &format!("/scenarios/{id}"), b"")?;
                if !server.print_json(&answer)? {
                    writeln!(std::io::stdout(), "Stopped scenario {id}.")?;
                }
                Ok(())
            }
            Action::Schema => {
                writeln!(std::io::stdout(), "{:#}", files::schema::schema())?;
                Ok(())
            }
        }
    }
}

fn list(server: &Server, words: &[String]) -> Outcome {
    let mut all = scenarios::list();
    all.retain(|scenario| words.iter().all(|word| scenario.is_about(word)));
    if server.print_json(&json!({"scenarios": all}))? {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    for scenario in all {
        writeln!(out, "{:<36} {}", scenario.name, scenario.summary)?;
    }
    Ok(())
}

fn show(server: &Server, name: &str) -> Outcome {
    let detail = scenarios::show(name)?;
    if !server.print_json(&json!(detail))? {
        write!(std::io::stdout(), "{}", detail.file)?;
    }
    Ok(())
}

fn started(server: &Server) -> Outcome {
    let answer = server.of_tenant("GET", "/scenarios", b"")?;
    if server.print_json(&answer)? {
        return Ok(());
    }
    for run in answer["scenarios"].as_array().into_iter().flatten() {
        tell(run)?;
    }
    Ok(())
}

/// A scenario that was started, and its steps.
fn tell(run: &Value) -> std::io::Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = std::io::stdout().lock();
    let stopped = run["stopped"].as_str().map_or_else(String::new, |at| format!(", stopped {at}"));
    writeln!(
        out,
        "{:>3}  {}, since {}{stopped}",
        run["id"].as_u64().unwrap_or_default(),
        text(&run["name"]),
        text(&run["since"])
    )?;
    for step in run["steps"].as_array().into_iter().flatten() {
        let command = step["command"].to_string();
        let command: String = command.chars().take(100).collect();
        let reason = step["reason"].as_str().map_or_else(String::new, |reason| format!(": {reason}"));
        writeln!(out, "     {}  {:<8}  {command}{reason}", text(&step["at"]), text(&step["outcome"]))?;
    }
    Ok(())
}

fn start(server: &Server, which: &str, set: &[String]) -> Outcome {
    let given = given(set)?;
    let body = match is_file(which) {
        false => json!({"name": which, "parameters": given}),
        // With all that it takes over, which only this machine has.
        true => read(which, &given)?.flat(),
    };
    let answer = server.of_tenant("POST", "/scenarios", body.to_string().as_bytes())?;
    if !server.print_json(&answer)? {
        tell(&answer)?;
    }
    Ok(())
}

/// Values of parameters: `wait=30s`.
pub(super) fn given(set: &[String]) -> Result<Given, String> {
    set.iter()
        .map(|text| {
            let (name, value) =
                text.split_once('=').ok_or_else(|| format!("--set {text}: expected NAME=VALUE"))?;
            let value = Node::parse(value).map_err(|error| format!("--set {text}: {error}"))?;
            Ok((name.to_owned(), value.json()))
        })
        .collect()
}

/// It is a file, and no name of a shipped scenario.
fn is_file(which: &str) -> bool {
    which.contains(['/', '\\', '.'])
}

/// The scenario of a file, or a shipped one.
///
/// # Errors
/// Everything that is wrong with it, each behind the name of the file.
pub(super) fn read(which: &str, given: &Given) -> Result<Scenario, String> {
    let (found, read) = if is_file(which) {
        let found = library::file(Path::new(which))?;
        let read = files::read(&found.text, &Beside::file(Path::new(which)), given);
        (found, read)
    } else {
        let found = Shipped.find(which)?;
        let read = files::read(&found.text, &Shipped, given);
        (found, read)
    };
    read.map_err(|problems| {
        let told = |problem: &files::Problem| match problem.file {
            None => format!("{}: {problem}", found.file),
            Some(_) => problem.to_string(),
        };
        problems.0.iter().map(told).collect::<Vec<_>>().join("\n")
    })
}

/// A gateway to a tenant, with every service.
fn gateway(tenant: Tenant) -> Gateway {
    Gateway::new(Registry::new(std::sync::Arc::new(tenant)), &services::all(), Settings::default())
        .expect("the routes are the same for every start, and tests/house.rs proves them unambiguous")
}

fn checked(which: &[String], proven: bool) -> Outcome {
    let shipped = || SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let which: Vec<String> = if which.is_empty() { shipped() } else { which.to_vec() };
    let is_watched = std::io::stderr().is_terminal();
    let mut wrong = 0_u64;
    for (at, name) in which.iter().enumerate() {
        if is_watched {
            eprint!("\r\x1b[K{}/{} {name}", at + 1, which.len());
        }
        let outcome = one(name, proven);
        if is_watched {
            eprint!("\r\x1b[K");
        }
        match outcome {
            Ok(told) => writeln!(std::io::stdout(), "ok      {name}: {told}")?,
            Err(told) => {
                wrong += 1;
                eprintln!("FAILED  {name}");
                for line in told.lines() {
                    eprintln!("        {line}");
                }
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    Err(format!("{wrong} of {} not hold", counted(which.len() as u64, "scenario does", "scenarios do"))
        .into())
}

/// Checks one: what it comes to, or what is wrong.
fn one(which: &str, proven: bool) -> Result<String, String> {
    let scenario = read(which, &Given::new())?;
    let stem = Path::new(which).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if is_file(which) && stem.as_deref() != Some(scenario.name.as_str()) {
        return Err(format!("it is named {:?}, its file is not", scenario.name));
    }
    let told = |error: &dyn Display| error.to_string();
    if proven {
        let proof = prove(&scenario, &gateway).map_err(|error| told(&error))?;
        if !proof.holds() {
            return Err(told(&proof));
        }
    } else {
        let checked = check(&scenario, &gateway).map_err(|error| told(&error))?;
        if !checked.holds() {
            return Err(told(&checked));
        }
    }
    let steps = counted(scenario.steps.len() as u64, "step", "steps");
    let expected = counted(scenario.expect.len() as u64, "expectation", "expectations");
    Ok(format!("{steps}, {expected}"))
}
