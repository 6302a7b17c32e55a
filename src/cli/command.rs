//! `mock-defender command`

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::ask::{Server, read_file};
use super::{Outcome, counted};

/// Give commands to a tenant of a running server, or list those it has taken: close alerts, disable users, consent,
/// expire secrets, demand a second factor, …
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender command give '{\"setUser\": {\"user\": \"user\", \"mfa\": \"required\"}}'\n  mock-defender command give '{\"consent\": {\"app\": \"delegated\"}}' '{\"endSecrets\": {\"app\": \"full\"}}'\n  mock-defender command give @commands.json      one command, or a list\n  mock-defender command list\n\nWhat there is: the schema Command in GET /_mock/openapi.json."
)]
pub(super) struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Give one command or several, in this order
    Give {
        #[command(flatten)]
        server: Server,
        /// A command as JSON, or @FILE (@- for standard input) with one command or a list
        #[arg(required = true, value_name = "COMMAND")]
        commands: Vec<String>,
    },
    /// List the commands that were accepted, oldest first
    List {
        #[command(flatten)]
        server: Server,
    },
}

impl Command {
    pub(super) fn run(self) -> Outcome {
        match self.action {
            Action::Give { server, commands } => {
                let mut given = Vec::new();
                for text in &commands {
                    match read(text)? {
                        Value::Array(many) => given.extend(many),
                        one => given.push(one),
                    }
                }
                let count = given.len();
                let answer =
                    server.of_tenant("POST", "/commands", Value::Array(given).to_string().as_bytes())?;
                if !server.print_json(&answer)? {
                    writeln!(
                        std::io::stdout(),
                        "{} accepted.",
                        counted(count as u64, "command", "commands")
                    )?;
                }
            }
            Action::List { server } => {
                let answer = server.of_tenant("GET", "/commands", b"")?;
                if !server.print_json(&answer)? {
                    for entry in answer["commands"].as_array().into_iter().flatten() {
                        let at = entry["at"].as_str().unwrap_or_default();
                        writeln!(std::io::stdout(), "{:>5}  {at}  {}", entry["number"], entry["command"])?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A command or a list of them: the text itself, or what stands in the file that it names.
fn read(text: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let (name, bytes) = match text.strip_prefix('@') {
        Some(file) => (file, read_file(file)?),
        None => ("COMMAND", text.as_bytes().to_vec()),
    };
    Ok(serde_json::from_slice(&bytes).map_err(|error| format!("{name}: {error}"))?)
}
