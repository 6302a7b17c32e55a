//! `mock-defender play`

use std::io::Write;

use clap::Args;
use serde_json::{Map, Value};

use crate::model::time::VirtualTime;
use crate::operations::play::storylines;

use super::ask::Server;
use super::{Outcome, instant};

/// Tell a storyline in a tenant of a running server: an attack whose truth is known.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender play --list\n  mock-defender play impossible-travel --user security-admin\n  mock-defender play impossible-travel && mock-defender clock advance PT6H && mock-defender truth"
)]
pub(super) struct Play {
    #[command(flatten)]
    server: Server,
    /// The storyline
    #[arg(required_unless_present = "list")]
    storyline: Option<String>,
    /// List the storylines that there are
    #[arg(long)]
    list: bool,
    /// About whom: a persona, a user principal name or an object id; default: somebody whom it suits
    #[arg(long)]
    user: Option<String>,
    /// When it begins; default: now
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<VirtualTime>,
    /// How big it is; what that counts depends on the storyline
    #[arg(long, value_name = "N")]
    size: Option<u32>,
}

impl Play {
    pub(super) fn run(self) -> Outcome {
        let mut out = std::io::stdout().lock();
        let Some(storyline) = self.storyline.filter(|_| !self.list) else {
            let names = storylines();
            if self.server.json {
                writeln!(out, "{:#}", Value::from(names))?;
            } else {
                writeln!(out, "{}", names.join("\n"))?;
            }
            return Ok(());
        };
        drop(out);
        let mut body = Map::new();
        body.insert("storyline".to_owned(), storyline.into());
        if let Some(user) = self.user {
            body.insert("user".to_owned(), user.into());
        }
        if let Some(at) = self.at {
            body.insert("at".to_owned(), at.to_string().into());
        }
        if let Some(size) = self.size {
            body.insert("size".to_owned(), size.into());
        }
        let answer = self.server.of_tenant("POST", "/play", Value::Object(body).to_string().as_bytes())?;
        if !self.server.print_json(&answer)? {
            let text = |field: &str| answer[field].as_str().unwrap_or_default().to_owned();
            let [summary, begins] = ["summary", "begins"].map(text);
            writeln!(std::io::stdout(), "From {begins} on: {summary}")?;
        }
        Ok(())
    }
}
