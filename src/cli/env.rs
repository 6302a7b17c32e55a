//! `mock-defender env`

use std::fs;
use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::server::CertificateAuthority;

use super::Outcome;
use super::ask::{self, Server};

/// Print the environment that points clients at a running server.
///
/// Asks the server for what it needs, so start that first. Certificates: each family of clients reads a variable of
/// its own, so all of them are set. Node reads no proxy variable by itself: newer ones do with NODE_USE_ENV_PROXY, older
/// ones are given a small file that is written beside the certificate (NODE_OPTIONS).
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

/// Sends a Node program's connections through the proxy.
const NODE_PROXY: &str = include_str!("env/node-proxy.cjs");

/// The file's name, in the user's state directory. What `doctor` looks for.
pub(super) const NODE_PROXY_FILE: &str = "mock-defender-node-proxy.cjs";

/// `NODE_OPTIONS` with the option that loads the file, which is written if it is not there as it should be.
fn node_options(said: Option<&str>) -> Result<String, Box<dyn std::error::Error>> {
    let file = CertificateAuthority::default_dir()?.join(NODE_PROXY_FILE);
    if fs::read_to_string(&file).is_ok_and(|text| text == NODE_PROXY) {
        return Ok(with_preload(said, &file));
    }
    let cannot = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir).map_err(cannot)?;
    }
    fs::write(&file, NODE_PROXY).map_err(cannot)?;
    Ok(with_preload(said, &file))
}

/// Options that were said before stay. Node takes a path with blanks in double quotes, where a backslash escapes.
fn with_preload(said: Option<&str>, file: &std::path::Path) -> String {
    let path = file.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    let option = format!("--require \"{path}\"");
    match said.map(str::trim).filter(|said| !said.is_empty()) {
        Some(said) if said.contains(&option) => said.to_owned(),
        Some(said) => format!("{said} {option}"),
        None => option,
    }
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

    fn variables(&self, info: &Value) -> Result<Vec<(&'static str, String)>, Box<dyn std::error::Error>> {
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
            ("NODE_USE_ENV_PROXY", "1".to_owned()),
            ("NODE_OPTIONS", node_options(std::env::var("NODE_OPTIONS").ok().as_deref())?),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_node_are_kept_and_not_repeated() {
        let file = std::path::Path::new("/a b/c.cjs");
        let alone = with_preload(None, file);
        assert_eq!(alone, "--require \"/a b/c.cjs\"");
        assert_eq!(with_preload(Some(&alone), file), alone);
        let both = with_preload(Some("--trace-warnings"), file);
        assert_eq!(both, format!("--trace-warnings {alone}"));
        assert_eq!(with_preload(Some(&both), file), both);
    }
}
