//! `mock-defender truth`

use std::io::Write;

use clap::Args;

use super::ask::Server;
use super::{Outcome, counted};

/// What was really going on in a tenant of a running server: the storylines, with their activities and alerts.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender truth\n  mock-defender truth --json | python3 -m json.tool"
)]
pub(super) struct Truth {
    #[command(flatten)]
    server: Server,
}

impl Truth {
    pub(super) fn run(self) -> Outcome {
        let answer = self.server.of_tenant("GET", "/truth", b"")?;
        if self.server.print_json(&answer)? {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        for story in answer["storylines"].as_array().into_iter().flatten() {
            let text = |field: &str| story[field].as_str().unwrap_or_default();
            let count = |field: &str| story[field].as_array().map_or(0, Vec::len) as u64;
            writeln!(out, "{} from {}: {}", text("storyline"), text("begins"), text("summary"))?;
            let activities = counted(count("activities"), "activity", "activities");
            let alerts = counted(count("alerts"), "alert", "alerts");
            writeln!(out, "  {activities} and {alerts} so far")?;
            for alert in story["alerts"].as_array().into_iter().flatten() {
                writeln!(out, "  alert {}", alert.as_str().unwrap_or_default())?;
            }
        }
        Ok(())
    }
}
