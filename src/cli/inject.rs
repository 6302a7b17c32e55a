//! `mock-defender inject`

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::Outcome;
use super::ask::{Server, read_file};

use crate::model::json::json;

/// Put an activity or alert into a tenant of a running server, in the form of the Cloud Apps API.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  echo '{\"title\": \"Strange\"}' | mock-defender inject alert -                  all that an alert needs\n  echo '{\"description\": \"Run command\"}' | mock-defender inject activity -           all that an activity needs\n  echo '{\"user\": {\"userName\": \"eve@example.org\"}, \"appId\": 11161, \"description\": \"Run command\"}' |\n    mock-defender inject activity -\n  mock-defender inject alert alert.json\n  echo '{\"title\": \"Strange\", \"severityValue\": 2}' | mock-defender inject alert -\n  mock-defender inject activity activity.json --tenant fabrikam"
)]
pub(super) struct Inject {
    #[command(flatten)]
    server: Server,
    /// What it is
    kind: Kind,
    /// The record as JSON in a file, or - for standard input
    file: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// An activity
    Activity,
    /// An alert
    Alert,
}

impl Inject {
    pub(super) fn run(self) -> Outcome {
        let record: Value = serde_json::from_slice(&read_file(&self.file)?)
            .map_err(|error| format!("{}: {error}", self.file))?;
        let body = match self.kind {
            Kind::Activity => json!({"activity": record}),
            Kind::Alert => json!({"alert": record}),
        };
        let answer = self.server.of_tenant("POST", "/inject", body.to_string().as_bytes())?;
        if !self.server.print_json(&answer)? {
            writeln!(std::io::stdout(), "{}", answer["id"].as_str().unwrap_or_default())?;
            let replaced = answer["replaced"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let replaced = replaced.collect::<Vec<_>>().join(", ");
            if !replaced.is_empty() {
                writeln!(std::io::stderr(), "The tenant says itself: {replaced}.")?;
            }
        }
        Ok(())
    }
}
