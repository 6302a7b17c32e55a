//! The command line: one file per subcommand. Parses nothing by itself and computes nothing: it calls the library.

mod ask;
mod ca;
mod env;
mod export;
mod routes;
mod serve;
mod spec;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Plays the Microsoft cloud around Defender for Cloud Apps, offline: Entra ID tokens and the Cloud Apps API, with a
/// seeded tenant that looks like a company.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "Start here:\n  mock-defender serve            start on https://localhost:8443 with a company of 50 people\n  eval \"$(mock-defender env)\"    point the clients of this shell at it\n  mock-defender routes           what is emulated, and how far\n\nIndependent of, and not endorsed by, Microsoft."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The subcommands. Their help stands at the structs: a doc comment at a variant would replace it.
#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Routes(routes::Routes),
    Ca(ca::Ca),
    Env(env::Env),
    Spec(spec::Spec),
    Export(export::Export),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Routes(routes) => routes.run(),
        Command::Ca(ca) => ca.run(),
        Command::Env(env) => env.run(),
        Command::Spec(spec) => spec.run(),
        Command::Export(export) => export.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("mock-defender: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// What went wrong, in words for the person at the terminal.
type Outcome = Result<(), Box<dyn std::error::Error>>;
