//! `mock-defender connection`

use std::io::Write;

use clap::Args;

use super::Outcome;
use super::ask::Server;

/// How the connection of Copilot for Security to a tenant of a running server stands: connected or not, why not, and what
/// happened to it. It is changed by `mock-defender command give`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender connection\n  mock-defender command give '{\"setCopilotToggle\": {\"on\": true, \"by\": \"global-admin\"}}'\n  mock-defender command give '{\"answerCopilotDialog\": {\"accept\": true, \"by\": \"global-admin\"}}'"
)]
pub(super) struct Connection {
    #[command(flatten)]
    server: Server,
}

impl Connection {
    pub(super) fn run(self) -> Outcome {
        let answer = self.server.of_tenant("GET", "/connection", b"")?;
        if self.server.print_json(&answer)? {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let reasons: Vec<String> = answer["reasons"].as_array().into_iter().flatten().map(word).collect();
        match reasons[..] {
            [] => writeln!(out, "{}", word(&answer["status"]))?,
            _ => writeln!(out, "{}: {}", word(&answer["status"]), reasons.join(", "))?,
        }
        for event in answer["events"].as_array().into_iter().flatten() {
            let reason = event["reason"].as_str().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let by = event["by"].as_str().map(|by| format!(" by {by}")).unwrap_or_default();
            writeln!(out, "  {} {}{reason}{by}", word(&event["at"]), word(&event["event"]))?;
        }
        Ok(())
    }
}
