//! `mock-defender env`

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::Outcome;
use super::ask::{self, Server};

/// Print the environment that points clients at a running server.
///
/// Asks the server for what it needs, so start that first. Certificates: each family of clients reads a variable of
/// its own, so all of them are set.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  eval \"$(mock-defender env)\"\n  eval \"$(mock-defender env --url http://localhost:9443 --app read-only)\"\n  mock-defender env --format dotenv > .env"
)]
pub(super) struct Env {
    #[command(flatten)]
    server: Server,
    /// The application whose id and secret to print: full, read-only or unconsented
    #[arg(long, value_name = "NAME", default_value = "full")]
    app: String,
    /// As shell commands, or as lines of a .env file
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "shell")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// `export NAME='value'`
    Shell,
    /// `NAME=value`
    Dotenv,
}

impl Env {
    pub(super) fn run(self) -> Outcome {
        let info: Value = ask::json(&self.server.get("/info")?)?;
        let mut out = std::io::stdout().lock();
        for (name, value) in self.variables(&info)? {
            match self.format {
                Format::Shell => writeln!(out, "export {name}='{}'", value.replace('\'', "'\\''"))?,
                Format::Dotenv => writeln!(out, "{name}={value}")?,
            }
        }
        Ok(())
    }

    fn variables(&self, info: &Value) -> Result<Vec<(&'static str, String)>, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let tenant = &info["tenants"][0];
        let apps = tenant["apps"].as_array().map(Vec::as_slice).unwrap_or_default();
        let app = apps.iter().find(|app| app["name"] == self.app.as_str());
        let names = || apps.iter().filter_map(|app| app["name"].as_str()).collect::<Vec<_>>().join(", ");
        let app =
            app.ok_or_else(|| format!("the server has no application {:?}; it has {}", self.app, names()))?;
        let ca = text(&info["ca"]);
        let mut variables = vec![
            ("MOCK_DEFENDER_URL", text(&info["url"])),
            ("HTTPS_PROXY", text(&info["proxy"])),
            ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
            ("AZURE_TENANT_ID", text(&tenant["id"])),
            ("AZURE_CLIENT_ID", text(&app["clientId"])),
            ("AZURE_CLIENT_SECRET", text(&app["secret"])),
            ("MDCA_URL", text(&tenant["cloudAppsUrl"])),
            ("MDCA_TOKEN", text(&tenant["apiToken"])),
        ];
        if !ca.is_empty() {
            // requests; OpenSSL, Go, Rust, .NET, curl; Node.
            for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
                variables.push((name, ca.clone()));
            }
        }
        Ok(variables)
    }
}
