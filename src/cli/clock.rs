//! `mock-defender clock`

use std::io::Write;
use std::sync::mpsc;

use clap::{Args, Subcommand};

use crate::model::json::json;
use crate::model::time::VirtualTime;

use super::ask::Server;
use super::{Outcome, instant};

/// The exit status of a program that Ctrl-C ends, as shells count it.
const INTERRUPTED: i32 = 130;

/// Show and move the clock of a tenant of a running server. It never runs backwards.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender clock show\n  mock-defender clock advance PT8H      people go on working, tokens expire\n  mock-defender clock set 2026-12-24T18:00:00Z --tenant fabrikam\n  mock-defender clock rate 60           a minute a second"
)]
pub(super) struct Clock {
    #[command(flatten)]
    server: Server,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// What it shows and how it runs
    Show,
    /// Advance it by an ISO 8601 duration
    Advance {
        /// For example PT1H or P7D
        by: String,
    },
    /// Let it stand still
    Freeze,
    /// Let it run with the wall clock from where it stands
    Follow,
    /// Set it forward
    Set {
        /// For example 2026-12-24T18:00:00Z
        #[arg(value_parser = instant)]
        to: VirtualTime,
    },
    /// Stop the advance that is under way; Ctrl-C at `clock advance` does the same
    Stop,
    /// Which time tokens carry: virtual (the tenant's), or wall for clients that look at it themselves
    Stamps {
        /// virtual or wall
        #[arg(value_parser = ["virtual", "wall"])]
        stamps: String,
    },
    /// Let it run so many seconds a second
    Rate {
        /// Above 0, at most 10000
        rate: f64,
    },
}

impl Clock {
    pub(super) fn run(mut self) -> Outcome {
        if let Action::Advance { .. } | Action::Set { .. } = self.action {
            // A long advance may take minutes: wait without a timeout.
            self.server.waits = true;
            stop_on_interrupt(self.server.clone());
        }
        let patch = |body: serde_json::Value| ("PATCH", "/clock", body.to_string());
        let (method, path, body) = match self.action {
            Action::Show => ("GET", "/clock", String::new()),
            Action::Advance { by } => ("POST", "/clock/advance", json!({"by": by}).to_string()),
            Action::Freeze => patch(json!({"mode": "frozen"})),
            Action::Follow => patch(json!({"mode": "follow"})),
            Action::Set { to } => patch(json!({"now": to})),
            Action::Stop => ("DELETE", "/clock/advance", String::new()),
            Action::Stamps { stamps } => patch(json!({"tokenStamps": stamps})),
            Action::Rate { rate } => patch(json!({"mode": "rate", "rate": rate})),
        };
        let answer = self.server.of_tenant(method, path, body.as_bytes())?;
        if self.server.print_json(&answer)? {
            return Ok(());
        }
        if let Some(stopping) = answer["stopping"].as_u64() {
            writeln!(std::io::stdout(), "Advances told to stop: {stopping}")?;
        } else {
            let now = answer["now"].as_str().unwrap_or_default();
            let how = match answer["mode"].as_str() {
                Some("frozen") => "stands still".to_owned(),
                Some("rate") => format!("runs {} seconds a second", answer["rate"]),
                _ => "runs with the wall clock".to_owned(),
            };
            let tokens = match answer["tokenStamps"].as_str() {
                Some("wall") => "; tokens carry the wall clock's time",
                _ => "",
            };
            writeln!(std::io::stdout(), "{now}  {how}{tokens}")?;
        }
        Ok(())
    }
}

/// The server can't tell a client that was interrupted from one that only waits, so it is told; a second Ctrl-C ends
/// the program at once.
fn stop_on_interrupt(server: Server) {
    let (listening, listens) = mpsc::channel();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        let interrupted = |listening: Option<mpsc::Sender<()>>| {
            runtime.block_on(async {
                let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
                tokio::select! {
                    biased;
                    heard = &mut interrupt => return heard.is_ok(),
                    // The first poll installs the signal handler; only then may the caller go on.
                    () = std::future::ready(()) => drop(listening),
                }
                interrupt.await.is_ok()
            })
        };
        let stop = || server.of_tenant("DELETE", "/clock/advance", b"").is_ok();
        if !interrupted(Some(listening)) || (stop() && !interrupted(None)) {
            return;
        }
        std::process::exit(INTERRUPTED);
    });
    // Told by being dropped, also where nothing can be listened to.
    let _ = listens.recv();
}
