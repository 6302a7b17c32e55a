//! `mock-defender explain`

use std::io::Write;

use clap::Args;

use super::Outcome;
use super::ask::{Server, escaped, json};

/// Say what a running server held against a request, and what to do about it.
///
/// Looks through the logs of all tenants, unless --tenant names one.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender explain\n  mock-defender explain 17        the number in the header mock-defender-request of the answer"
)]
pub(super) struct Explain {
    #[command(flatten)]
    server: Server,
    /// The request's number, or `last`
    #[arg(default_value = "last", value_name = "ID")]
    request: String,
}

impl Explain {
    pub(super) fn run(self) -> Outcome {
        let path = format!("/requests/{}/explain", escaped(&self.request));
        let answer = match self.server.tenant {
            Some(_) => self.server.of_tenant("GET", &path, b"")?,
            None => json(&self.server.get(&path)?)?,
        };
        if self.server.print_json(&answer)? {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        for line in answer["text"].as_array().into_iter().flatten() {
            writeln!(out, "{}", line.as_str().unwrap_or_default())?;
        }
        Ok(())
    }
}
