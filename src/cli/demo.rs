//! `mock-defender demo`

use std::io::IsTerminal as _;
use std::process::{Command, Stdio};

use clap::{Args, Parser, Subcommand};

use crate::facts;
use crate::gateway::Gateway;
use crate::gateway::call::Listening;

use super::Outcome;
use super::serve::Serve;

/// Start the simulator for a demonstration, open the browser, and say what to click.
#[derive(Args)]
pub(super) struct Demo {
    #[command(subcommand)]
    story: Story,
}

#[derive(Subcommand)]
enum Story {
    /// Copilot for Security loses its connection to Defender for Cloud Apps, and gets it back
    Disconnected(Disconnected),
}

/// How the server of a demonstration is started.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender demo disconnected\n  mock-defender demo disconnected --no-browser -- --size tiny --listen 127.0.0.1:9443"
)]
struct Disconnected {
    /// Open no browser; only say where the pages are
    #[arg(long)]
    no_browser: bool,
    /// What `mock-defender serve` takes, behind `--`
    #[arg(last = true, value_name = "SERVE-OPTIONS")]
    serve: Vec<String>,
}

/// The options of `serve` by themselves.
#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Options {
    #[command(flatten)]
    serve: Serve,
}

impl Demo {
    pub(super) fn run(self) -> Outcome {
        let Story::Disconnected(demo) = self.story;
        let options = Options::try_parse_from(&demo.serve).map_err(|error| error.to_string())?;
        options.serve.run_telling(&|ready| {
            told(ready.listening, ready.gateway);
            if !demo.no_browser && std::io::stderr().is_terminal() {
                open(address(ready.listening));
            }
        })
    }
}

/// What to click.
fn told(listening: &Listening, gateway: &Gateway) {
    let first = gateway.registry.first();
    let company = &facts::company_of(&first.tenant).name;
    eprintln!("The demonstration is ready: {} ({company})", address(listening));
    eprintln!();
    eprintln!(
        "  1. On the start page click the Global Administrator. In Security extensions switch Copilot for"
    );
    eprintln!("     Security on and accept the dialog: Connected.");
    eprintln!(
        "  2. In the presenter panel click what shall go wrong (\"Expire session\", say): Disconnected, with"
    );
    eprintln!("     the reason and the remedy, here and under Data sources of the Copilot portal.");
    eprintln!(
        "  3. Switch off, click \"+10 s\", switch on, accept: Connected again. \"Rewind\" shows the minute before."
    );
    eprintln!();
    eprintln!("  Stop: Ctrl-C");
}

/// The start page in clear, so that no browser warns of a certificate that it does not know yet.
fn address(listening: &Listening) -> &str {
    &listening.proxy
}

/// Opens the page in the browser of this desktop, if there is one; if not, the address has been told.
fn open(url: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let quiet = Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    // Whoever has no such program opens the address by hand.
    drop(quiet);
}
