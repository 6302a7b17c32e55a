//! `mock-defender routes`

use std::io::Write;

use clap::Args;

use crate::services;

use super::Outcome;

/// List every emulated route with its permissions, how far it goes, and the test that shows it.
#[derive(Args)]
#[command(
    after_help = "`real`: state, rules and errors are worked out. `shaped`: the contract is right, the content thin.\nWhat is not listed is absent and answers the service's own 404.\n\nExamples:\n  mock-defender routes\n  mock-defender routes | grep alerts"
)]
pub(super) struct Routes {
    /// Print a Markdown table, as it stands in the README
    #[arg(long)]
    markdown: bool,
}

impl Routes {
    pub(super) fn run(self) -> Outcome {
        let mut out = std::io::stdout().lock();
        if self.markdown {
            writeln!(out, "{}", services::parity_table())?;
            return Ok(());
        }
        for profile in services::all() {
            for route in profile.all_routes() {
                let fidelity = format!("{:?}", route.fidelity).to_lowercase();
                let (service, method) = (route.service.name(), route.method.as_str());
                writeln!(
                    out,
                    "{service:<11} {method:<6} {:<45} {fidelity:<7} {}",
                    route.path, route.summary
                )?;
                if !route.permissions.application.is_empty() {
                    writeln!(out, "{:<19}needs any of {}", "", route.permissions.application.join(", "))?;
                }
            }
        }
        Ok(())
    }
}
