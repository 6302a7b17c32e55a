//! `mock-defender token`

use std::io::Write;

use clap::Args;
use serde_json::{Map, Value};

use crate::model::time::VirtualTime;

use super::ask::Server;
use super::{Outcome, instant};

/// Mint a token of an application, or of a user through one, at a running server, sound or with any defect, and print it.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  curl -H \"Authorization: Bearer $(mock-defender token)\" …\n  mock-defender token --app read-only --lifetime PT5M\n  mock-defender token --expired\n  mock-defender token --user security-admin --scope investigation.read\n  mock-defender token --role investigation.read --json      with its claims"
)]
pub(super) struct Token {
    #[command(flatten)]
    server: Server,
    /// The application, by name or client id; default: `full`, or with --user `delegated`
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// The user on whose behalf: a persona, a user principal name or an object id
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// A scope instead of what was consented to, with --user; may be given several times
    #[arg(long, value_name = "SCOPE", requires = "user")]
    scope: Vec<String>,
    /// The resource, by id or URI; default: Cloud Apps
    #[arg(long, value_name = "RESOURCE")]
    audience: Option<String>,
    /// A role instead of what the application was granted; may be given several times
    #[arg(long, value_name = "ROLE", conflicts_with = "user")]
    role: Vec<String>,
    /// How long it is valid: an ISO 8601 duration; default: 3599 seconds
    #[arg(long, value_name = "DURATION")]
    lifetime: Option<String>,
    /// When it was issued; default: now, by the tenant's clock
    #[arg(long, value_name = "TIME", value_parser = instant)]
    issued_at: Option<VirtualTime>,
    /// Valid until an hour ago
    #[arg(long)]
    expired: bool,
    /// Valid from in an hour on
    #[arg(long)]
    not_yet_valid: bool,
    /// For another resource
    #[arg(long)]
    wrong_audience: bool,
    /// Of a tenant that is not here
    #[arg(long)]
    wrong_tenant: bool,
    /// With a signature that does not hold
    #[arg(long)]
    bad_signature: bool,
    /// Without a signature (`alg: none`)
    #[arg(long)]
    unsigned: bool,
}

impl Token {
    pub(super) fn run(self) -> Outcome {
        let mut body = Map::new();
        let issued = self.issued_at.map(|at| at.to_string());
        for (name, value) in [
            ("app", &self.app),
            ("user", &self.user),
            ("audience", &self.audience),
            ("lifetime", &self.lifetime),
            ("issuedAt", &issued),
        ] {
            if let Some(value) = value {
                body.insert(name.to_owned(), value.as_str().into());
            }
        }
        for (name, values) in [("roles", &self.role), ("scopes", &self.scope)] {
            if !values.is_empty() {
                body.insert(name.to_owned(), values.clone().into());
            }
        }
        for (name, told) in [
            ("expired", self.expired),
            ("notYetValid", self.not_yet_valid),
            ("wrongAudience", self.wrong_audience),
            ("wrongTenant", self.wrong_tenant),
            ("badSignature", self.bad_signature),
            ("unsigned", self.unsigned),
        ] {
            body.insert(name.to_owned(), told.into());
        }
        let answer = self.server.of_tenant("POST", "/tokens", Value::Object(body).to_string().as_bytes())?;
        if !self.server.print_json(&answer)? {
            writeln!(std::io::stdout(), "{}", answer["token"].as_str().unwrap_or_default())?;
        }
        Ok(())
    }
}
