//! The command line: one file per subcommand. Parses nothing by itself and computes nothing: it calls the library.

mod address;
mod ask;
mod background;
mod ca;
mod clock;
mod command;
mod completions;
mod connection;
mod demo;
mod doctor;
mod env;
mod explain;
mod export;
mod fault;
mod gauntlet;
mod inject;
mod listen;
mod play;
mod requests;
mod routes;
mod scenario;
mod serve;
mod spec;
mod tenant;
mod token;
mod truth;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::model::time::VirtualTime;

/// Plays the Microsoft cloud around Defender for Cloud Apps, offline: Entra ID with sign-in and consent, and
/// the Cloud Apps API, with a seeded tenant that looks like a company.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "Start here:\n  mock-defender serve            start on https://localhost:8443 with a company of 50 people\n  eval \"$(mock-defender env)\"    point the clients of this shell at it\n  mock-defender demo disconnected   show how Copilot's connection is lost and comes back\n  mock-defender routes           what is emulated, and how far\n\nIndependent of, and not endorsed by, Microsoft."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The subcommands. Their help stands at the structs: a doc comment at a variant would replace it.
#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Demo(demo::Demo),
    Routes(routes::Routes),
    Ca(ca::Ca),
    Env(env::Env),
    Status(background::Status),
    Logs(background::Logs),
    Stop(background::Stop),
    Doctor(doctor::Doctor),
    Tenant(tenant::Tenant),
    Clock(clock::Clock),
    #[command(name = "command")]
    Give(command::Command),
    Play(play::Play),
    Fault(fault::Fault),
    Inject(inject::Inject),
    Truth(truth::Truth),
    Connection(connection::Connection),
    Requests(requests::Requests),
    Scenario(scenario::ScenarioCommand),
    Explain(explain::Explain),
    Token(token::Token),
    Spec(spec::Spec),
    Export(export::Export),
    Gauntlet(Box<gauntlet::Gauntlet>),
    Completions(completions::Completions),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Demo(demo) => demo.run(),
        Command::Routes(routes) => routes.run(),
        Command::Ca(ca) => ca.run(),
        Command::Env(env) => env.run(),
        Command::Status(status) => status.run(),
        Command::Logs(logs) => logs.run(),
        Command::Stop(stop) => stop.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Tenant(tenant) => tenant.run(),
        Command::Clock(clock) => clock.run(),
        Command::Give(command) => command.run(),
        Command::Play(play) => play.run(),
        Command::Fault(fault) => fault.run(),
        Command::Inject(inject) => inject.run(),
        Command::Truth(truth) => truth.run(),
        Command::Connection(connection) => connection.run(),
        Command::Requests(requests) => requests.run(),
        Command::Scenario(scenario) => scenario.run(),
        Command::Explain(explain) => explain.run(),
        Command::Token(token) => token.run(),
        Command::Spec(spec) => spec.run(),
        Command::Export(export) => export.run(),
        Command::Gauntlet(gauntlet) => gauntlet.run(),
        Command::Completions(completions) => completions.run(Cli::command()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has had enough, as `head` does: that is no failure.
        Err(problem) if is_broken_pipe(&*problem) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("mock-defender: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(problem: &(dyn std::error::Error + 'static)) -> bool {
    let error = problem.downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// An instant on the command line.
fn instant(text: &str) -> Result<VirtualTime, String> {
    VirtualTime::parse(text).ok_or_else(|| "an instant looks like 2026-11-24T00:00:00Z".to_owned())
}

/// So many of something: "1 alert", "2 alerts".
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Clients of one kind that don't trust the server, as the control API tells of them, in a sentence.
fn distrusted(one: &serde_json::Value) -> String {
    let text = |field: &str| one[field].as_str().unwrap_or_default();
    let times = match one["count"].as_u64() {
        Some(count) if count > 1 => format!(" ({count} times)"),
        _ => String::new(),
    };
    let aim = if one["disturbedBy"].is_null() { "To trust it" } else { "To end that" };
    format!("{}{times}. {aim}: {}.", text("text"), text("advice"))
}

/// What went wrong, in words for the person at the terminal.
type Outcome = Result<(), Box<dyn std::error::Error>>;
