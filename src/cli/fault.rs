//! `mock-defender fault`

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::faults::chaos::Chaos;

use super::Outcome;
use super::ask::{Server, escaped, read_file};

/// Disturb the requests to a tenant of a running server: which, when, and how.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender fault add 'effect: {respond: {status: 503}}'\n  mock-defender fault add '{\"match\": {\"service\": \"cloud-apps\"}, \"when\": {\"times\": 3}, \"effect\": {\"throttle\": {\"wait\": \"30s\"}}}'\n  mock-defender fault add --id slow 'effect: {latency: {between: {least: 1s, most: 5s}}}'\n  mock-defender fault add --chaos mild\n  mock-defender fault list --lines > faults.sh\n  mock-defender fault remove slow"
)]
pub(super) struct Fault {
    #[command(flatten)]
    server: Server,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List them, those that have ended included, with how often they acted
    List {
        /// As command lines that add them again; those that have ended are left out
        #[arg(long)]
        lines: bool,
    },
    /// Add one, or a level of chaos
    Add {
        /// The fault as JSON or YAML: the text itself, a file, or - for standard input
        #[arg(required_unless_present = "chaos", conflicts_with = "chaos")]
        fault: Option<String>,
        /// Its name; default: one is made
        #[arg(long, value_name = "NAME", conflicts_with = "chaos")]
        id: Option<String>,
        /// Many faults at once: mild, rough or evil
        #[arg(long, value_name = "LEVEL")]
        chaos: Option<Chaos>,
    },
    /// Remove one by its name, or all of them
    Remove {
        /// Its name
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All
        #[arg(long)]
        all: bool,
    },
}

impl Fault {
    pub(super) fn run(self) -> Outcome {
        let server = &self.server;
        match self.action {
            Action::List { lines } => {
                let answer = server.of_tenant("GET", "/faults", b"")?;
                if !server.print_json(&answer)? {
                    tell(&answer, if lines { again } else { line })?;
                }
            }
            Action::Add { fault, id, chaos } => {
                let body = match (fault, chaos) {
                    (Some(text), _) => new(&text, id)?,
                    (None, chaos) => json!({"chaos": chaos}),
                };
                let answer = server.of_tenant("POST", "/faults", body.to_string().as_bytes())?;
                if !server.print_json(&answer)? {
                    tell(&answer, |fault| fault["id"].as_str().map(str::to_owned))?;
                }
            }
            Action::Remove { id, .. } => {
                let path = id.map_or_else(|| "/faults".to_owned(), |id| format!("/faults/{}", escaped(&id)));
                server.of_tenant("DELETE", &path, b"")?;
            }
        }
        Ok(())
    }
}

/// The fault that is written in a text or in a file.
fn new(text: &str, id: Option<String>) -> Result<Value, Box<dyn std::error::Error>> {
    let is_file = text == "-" || !text.trim_start().starts_with('{') && Path::new(text).is_file();
    let (name, bytes) = if is_file { (text, read_file(text)?) } else { ("FAULT", text.as_bytes().to_vec()) };
    let written = String::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))?;
    // JSON first: of a text that begins like it the reader of JSON tells best what is wrong.
    let read: Result<Map<String, Value>, String> = if written.trim_start().starts_with('{') {
        serde_json::from_str(&written)
            .map_err(|error| error.to_string())
            .or_else(|error| serde_saphyr::from_str(&written).map_err(|_| error))
    } else {
        serde_saphyr::from_str(&written).map_err(|error| {
            let hint =
                if written.contains(':') { "" } else { "; if a file is meant, there is none of this name" };
            format!("{error}{hint}")
        })
    };
    let mut fault = read.map_err(|error| format!("{name}: {error}"))?;
    if let Some(id) = id {
        fault.insert("id".to_owned(), id.into());
    }
    Ok(Value::Object(fault))
}

fn tell(answer: &Value, told: fn(&Value) -> Option<String>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in answer["faults"].as_array().into_iter().flatten().filter_map(told) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A fault in a line.
fn line(fault: &Value) -> Option<String> {
    let ended = match fault["ended"]["why"].as_str() {
        None => String::new(),
        Some("usedUp") => "  used up".to_owned(),
        Some(_) => "  removed".to_owned(),
    };
    let id = fault["id"].as_str()?;
    Some(format!("{id:<20} acted {} of {}{ended}  {}", fault["acted"], fault["matched"], fault["fault"]))
}

/// The command line that adds a fault again.
fn again(fault: &Value) -> Option<String> {
    if fault.get("ended").is_some() {
        return None;
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let (id, text) = (fault["id"].as_str()?, fault["fault"].to_string());
    Some(format!("mock-defender fault add --id {} {}", quoted(id), quoted(&text)))
}
