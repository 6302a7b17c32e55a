//! `mock-defender fault`

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::faults::chaos::Chaos;
use crate::model::json::json;
use crate::yaml::Node;

use super::Outcome;
use super::ask::{Server, escaped, json as read_json, read_file};

/// Disturb the requests to a tenant of a running server: which, when, and how. Or, with --server, handshakes, tunnels
/// and requests by host, before anything is known of a tenant.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender fault add 'effect: {respond: {status: 503}}'\n  mock-defender fault add '{\"match\": {\"service\": \"cloud-apps\"}, \"when\": {\"times\": 3}, \"effect\": {\"throttle\": {\"wait\": \"30s\"}}}'\n  mock-defender fault add --id slow 'effect: {latency: {between: {least: 1s, most: 5s}}}'\n  mock-defender fault add --chaos mild\n  mock-defender fault list --lines > faults.sh\n  mock-defender fault remove slow\n  mock-defender fault add --server '{host: login.microsoftonline.com, times: 2, effect: {tls: expired}}'"
)]
pub(super) struct Fault {
    #[command(flatten)]
    server: Server,
    /// The faults of the server, not those of a tenant
    #[arg(long = "server", global = true, conflicts_with = "tenant")]
    of_server: bool,
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
        match &self.action {
            Action::List { lines } => {
                let answer = self.ask("GET", "/faults", b"")?;
                let again = if self.of_server { again_of_server } else { again };
                self.tell(&answer, if *lines { again } else { line })?;
            }
            Action::Add { id: Some(_), .. } | Action::Add { chaos: Some(_), .. } if self.of_server => {
                return Err("--id and --chaos are for faults of a tenant; leave out --server".into());
            }
            Action::Add { fault, id, chaos } => {
                let body = match fault {
                    Some(text) => new(text, id.as_deref())?,
                    None => json!({"chaos": chaos}),
                };
                let answer = self.ask("POST", "/faults", body.to_string().as_bytes())?;
                self.tell(&answer, |fault| fault["id"].as_str().map(str::to_owned))?;
            }
            Action::Remove { id, .. } => {
                let id = id.as_deref().map(|id| format!("/{}", escaped(id))).unwrap_or_default();
                self.ask("DELETE", &format!("/faults{id}"), b"")?;
            }
        }
        Ok(())
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Value> {
        match self.of_server {
            true => read_json(&self.server.ask(method, path, body)?),
            false => self.server.of_tenant(method, path, body),
        }
    }

    fn tell(&self, answer: &Value, told: fn(&Value) -> Option<String>) -> std::io::Result<()> {
        if self.server.print_json(answer)? {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        for line in answer["faults"].as_array().into_iter().flatten().filter_map(told) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// The fault that is written in a text or in a file.
fn new(text: &str, id: Option<&str>) -> Result<Value, Box<dyn std::error::Error>> {
    let is_file = text == "-" || !text.trim_start().starts_with('{') && Path::new(text).is_file();
    let (name, bytes) = if is_file { (text, read_file(text)?) } else { ("FAULT", text.as_bytes().to_vec()) };
    let written = String::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))?;
    // JSON first: of a text that begins like it the reader of JSON tells best what is wrong.
    let read: Result<Map<String, Value>, String> = if written.trim_start().starts_with('{') {
        serde_json::from_slice(written.as_bytes())
            .map_err(|error| error.to_string())
            .or_else(|error| yaml(&written).map_err(|_| error))
    } else {
        yaml(&written).map_err(|error| {
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

/// The members of a map that is written in YAML.
fn yaml(text: &str) -> Result<Map<String, Value>, String> {
    match Node::parse(text).map_err(|problem| problem.to_string())?.json() {
        Value::Object(members) => Ok(members),
        other => Err(format!("expected a map, got {other}")),
    }
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
    let (id, text) = (fault["id"].as_str()?, fault["fault"].to_string());
    Some(format!("mock-defender fault add --id {} {}", quoted(id), quoted(&text)))
}

/// The same of the server, which names its faults itself.
fn again_of_server(fault: &Value) -> Option<String> {
    Some(format!("mock-defender fault add --server {}", quoted(&fault["fault"].to_string())))
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
