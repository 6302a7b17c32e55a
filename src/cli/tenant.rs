//! `mock-defender tenant`

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::gateway::call::Settings;
use crate::model::json::json;
use crate::model::spec::Size;
use crate::model::time::VirtualTime;
use crate::operations::tenants;
use crate::specification;

use super::ask::{Server, escaped, json as read_json, read_file};
use super::spec::named;
use super::{Outcome, instant};

/// List, create, fork, rewind, reset, snapshot, restore, export, import and delete the tenants of a running server.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender tenant list\n  mock-defender tenant create --name Fabrikam --seed 7 --size tiny\n  mock-defender tenant create --spec company.yaml\n  mock-defender tenant fork --ttl PT10M --json\n  mock-defender tenant snapshot before && mock-defender tenant restore before\n  mock-defender tenant export contoso.ndjson"
)]
pub(super) struct Tenant {
    #[command(flatten)]
    server: Server,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the tenants
    List,
    /// Create a tenant
    Create(Create),
    /// A tenant of its own that has lived the same life
    Fork {
        /// How long it lives, by the wall clock: an ISO 8601 duration
        #[arg(long, value_name = "DURATION")]
        ttl: Option<String>,
        /// Keep its journal, where the server has a data directory
        #[arg(long)]
        keep: bool,
    },
    /// A fork of the past: a tenant of its own that has lived the same life up to an instant
    Rewind {
        /// The instant: not before the tenant was born or forked off, and not after its clock
        #[arg(value_name = "TIME", value_parser = instant)]
        to: VirtualTime,
        /// How long it lives, by the wall clock: an ISO 8601 duration
        #[arg(long, value_name = "DURATION")]
        ttl: Option<String>,
        /// Keep its journal, where the server has a data directory
        #[arg(long)]
        keep: bool,
    },
    /// Back to birth, or to where a fork was forked off
    Reset,
    /// Keep the present under a name; without one, list what is kept
    Snapshot {
        /// The name
        name: Option<String>,
    },
    /// Back to a snapshot
    Restore {
        /// Its name
        name: String,
    },
    /// Write the whole tenant as one file
    Export {
        /// The file; default: standard output
        file: Option<String>,
    },
    /// Bring such a file to life
    Import {
        /// The file, or - for standard input
        file: String,
    },
    /// Drop a tenant
    Delete {
        /// Its id, host label or domain
        name: String,
    },
}

#[derive(Args)]
struct Create {
    /// A specification (YAML), or - for standard input; see `mock-defender spec`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "seed", "size", "start", "freeze"])]
    spec: Option<String>,
    /// The company's name
    #[arg(long)]
    name: Option<String>,
    /// The seed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How big it is: tiny, small, medium or large
    #[arg(long, value_name = "SIZE")]
    size: Option<Size>,
    /// The instant at which its clock first stands
    #[arg(long, value_name = "TIME", value_parser = instant)]
    start: Option<VirtualTime>,
    /// Let its clock stand still
    #[arg(long)]
    freeze: bool,
}

impl Tenant {
    pub(super) fn run(self) -> Outcome {
        let server = &self.server;
        let answer = match &self.action {
            Action::List => read_json(&server.get("/tenants")?)?,
            Action::Create(Create { spec: Some(file), .. }) => {
                let text = specified(file)?;
                read_json(&server.ask_with("POST", "/tenants", "application/yaml", text.as_bytes())?)?
            }
            Action::Create(create) => {
                let body = create.body().to_string();
                read_json(&server.ask("POST", "/tenants", body.as_bytes())?)?
            }
            Action::Fork { ttl, keep } => {
                let body = lifetime(json!({"keep": keep}), ttl.as_deref());
                server.of_tenant("POST", "/fork", body.to_string().as_bytes())?
            }
            Action::Rewind { to, ttl, keep } => {
                let body = lifetime(json!({"to": to.to_string(), "keep": keep}), ttl.as_deref());
                server.of_tenant("POST", "/rewind", body.to_string().as_bytes())?
            }
            Action::Reset => server.of_tenant("POST", "/reset", b"")?,
            Action::Snapshot { name: None } => server.of_tenant("GET", "/snapshots", b"")?,
            Action::Snapshot { name: Some(name) } => {
                server.of_tenant("POST", "/snapshots", json!({"name": name}).to_string().as_bytes())?
            }
            Action::Restore { name } => {
                server.of_tenant("POST", &format!("/snapshots/{}/restore", escaped(name)), b"")?
            }
            Action::Export { file } => {
                let text = server.raw_of_tenant("GET", "/export", b"")?;
                match file {
                    Some(file) => {
                        std::fs::write(file, text).map_err(|error| format!("cannot write {file}: {error}"))?
                    }
                    None => std::io::stdout().write_all(&text)?,
                }
                return Ok(());
            }
            Action::Import { file } => {
                read_json(&server.ask("POST", "/tenants/import", &read_file(file)?)?)?
            }
            Action::Delete { name } => {
                read_json(&server.ask("DELETE", &format!("/tenants/{}", escaped(name)), b"")?)?
            }
        };
        if !server.print_json(&answer)? {
            self.tell(&answer)?;
        }
        Ok(())
    }

    fn tell(&self, answer: &Value) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match &self.action {
            Action::List => {
                for tenant in answer["tenants"].as_array().into_iter().flatten() {
                    let [name, domain, id] = ["name", "domain", "id"].map(|field| text(&tenant[field]));
                    let [size, now] = ["size", "now"].map(|field| text(&tenant[field]));
                    writeln!(out, "{name:<20} {domain:<32} {id}  {size:<6} {now}")?;
                }
                Ok(())
            }
            Action::Snapshot { name: None } => {
                for snapshot in answer["snapshots"].as_array().into_iter().flatten() {
                    writeln!(out, "{:<32} {}", text(&snapshot["name"]), text(&snapshot["now"]))?;
                }
                Ok(())
            }
            Action::Snapshot { .. } => {
                writeln!(out, "Kept {} as {}.", text(&answer["now"]), text(&answer["name"]))
            }
            Action::Restore { .. } => writeln!(out, "Back at {}.", text(&answer["now"])),
            Action::Delete { name } => writeln!(out, "Deleted {name}."),
            Action::Reset => writeln!(out, "{} is back at {}.", text(&answer["name"]), text(&answer["now"])),
            Action::Create(_)
            | Action::Fork { .. }
            | Action::Rewind { .. }
            | Action::Import { .. }
            | Action::Export { .. } => {
                writeln!(out, "{}, clock at {}", text(&answer["name"]), text(&answer["now"]))?;
                writeln!(out, "  Tenant ID        {}", text(&answer["id"]))?;
                writeln!(out, "  Client ID        {}", text(&answer["apps"][0]["clientId"]))?;
                writeln!(out, "  Client secret    {}", text(&answer["apps"][0]["secret"]))?;
                writeln!(out, "  API token        {}", text(&answer["apiToken"]))?;
                writeln!(out, "  API URL          {}", text(&answer["cloudAppsUrl"]))
            }
        }
    }
}

/// With how long a fork lives.
fn lifetime(mut body: Value, ttl: Option<&str>) -> Value {
    if let Some(ttl) = ttl {
        body["ttl"] = ttl.into();
    }
    body
}

/// The specification in a file: what is wrong with it is told here, all at once and where it stands.
fn specified(file: &str) -> Result<String, Box<dyn std::error::Error>> {
    let text = String::from_utf8(read_file(file)?).map_err(|error| format!("{file}: {error}"))?;
    if specification::is_tenant_file(&text) {
        return Err(format!("{file}: this is a tenant file; `mock-defender tenant import` takes it").into());
    }
    tenants::specified(&text, &Settings::default()).map_err(|problems| named(Path::new(file), &problems))?;
    Ok(text)
}

impl Create {
    fn body(&self) -> Value {
        let mut body = Map::new();
        // If not given, the server's own setting applies.
        if self.freeze {
            body.insert("freeze".to_owned(), true.into());
        }
        let size = self.size.map(|size| size.to_string());
        let start = self.start.map(|start| start.to_string());
        for (field, value) in [("name", &self.name), ("size", &size), ("start", &start)] {
            if let Some(value) = value {
                body.insert(field.to_owned(), value.as_str().into());
            }
        }
        if let Some(seed) = self.seed {
            body.insert("seed".to_owned(), seed.into());
        }
        Value::Object(body)
    }
}
