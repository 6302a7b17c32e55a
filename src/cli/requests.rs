//! `mock-defender requests`

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::ask::{Server, escaped, json as read_json, read_file};
use super::{Outcome, counted};

/// What clients sent to a running server: list, clear, verify, near misses, permissions, HTTP archive.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender requests list --status 4xx\n  mock-defender requests verify --method POST --path '/api/v1/alerts/**' --exactly 1\n  echo '{\"order\": [{\"path\": \"/api/v1/alerts\"}, {\"path\": \"/api/v1/alerts/close_*\"}]}' | mock-defender requests verify -\n  mock-defender requests har > requests.har\n\nverify exits with 0 if it holds, else with 1: also where the log no longer holds what would decide it."
)]
pub(super) struct Requests {
    #[command(flatten)]
    server: Server,
    /// Of every tenant of the server
    #[arg(long, global = true, conflicts_with = "tenant")]
    all: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List them, the latest last
    List(List),
    /// Forget them
    Clear,
    /// Check that such requests were sent
    Verify(Verify),
    /// Those that no route answers, with the nearest routes
    Unmatched,
    /// Which permissions the callers needed, and which were granted in vain
    Permissions,
    /// All of them as an HTTP archive (HAR 1.2)
    Har,
}

#[derive(Args)]
struct List {
    /// Only this method
    #[arg(long)]
    method: Option<String>,
    /// Only paths that begin so, or fit the pattern (* within a segment, ** across)
    #[arg(long)]
    path: Option<String>,
    /// Only this status, or class of statuses such as 4xx
    #[arg(long)]
    status: Option<String>,
    /// Only of this service: entra, cloud-apps, control
    #[arg(long)]
    service: Option<String>,
    /// Only refused so
    #[arg(long, value_name = "NAME")]
    refusal: Option<String>,
    /// Only with a higher number
    #[arg(long, value_name = "ID")]
    since: Option<u64>,
    /// No more than the latest so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

#[derive(Args)]
struct Verify {
    /// The question as JSON in a file, or - for standard input; instead of the flags
    #[arg(conflicts_with_all = ["method", "path", "status", "caller", "exactly", "at_least", "at_most"])]
    file: Option<String>,
    /// The method
    #[arg(long)]
    method: Option<String>,
    /// The path: * stands for anything within a segment, ** for anything
    #[arg(long)]
    path: Option<String>,
    /// The status, or a class such as 4xx
    #[arg(long)]
    status: Option<String>,
    /// Who called; * stands for anything
    #[arg(long)]
    caller: Option<String>,
    /// Exactly so many
    #[arg(long, value_name = "N")]
    exactly: Option<usize>,
    /// So many or more (without a number: 1)
    #[arg(long, value_name = "N")]
    at_least: Option<usize>,
    /// So many or fewer
    #[arg(long, value_name = "N")]
    at_most: Option<usize>,
}

impl Requests {
    pub(super) fn run(self) -> Outcome {
        let raw = |method: &str, path: &str, body: &[u8]| match self.all {
            true => self.server.ask(method, path, body),
            false => self.server.raw_of_tenant(method, path, body),
        };
        let ask = |method: &str, path: &str, body: &[u8]| read_json(&raw(method, path, body)?);
        let get = |path: &str| ask("GET", path, b"");
        let answer = match &self.action {
            Action::List(list) => get(&format!("/requests{}", list.query()))?,
            Action::Clear => ask("DELETE", "/requests", b"")?,
            Action::Unmatched => get("/requests/unmatched")?,
            Action::Permissions => get("/requests/permissions")?,
            Action::Har => {
                std::io::stdout().write_all(&raw("GET", "/requests.har", b"")?)?;
                return Ok(());
            }
            Action::Verify(verify) => {
                let question = verify.question()?;
                ask("POST", "/requests/verify", &question)?
            }
        };
        let told = self.server.print_json(&answer)?;
        if let Action::Verify(_) = self.action {
            return verdict(&answer, told);
        }
        if !told {
            self.tell(&answer)?;
        }
        Ok(())
    }

    fn tell(&self, answer: &Value) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |field: &str| answer[field].as_array().cloned().unwrap_or_default();
        for entry in list("requests") {
            let [at, method, host, path] = ["at", "method", "host", "path"].map(|field| text(&entry[field]));
            writeln!(out, "{:>6} {at} {} {method:<6} {host}{path}", entry["id"], entry["status"])?;
            if let Some(reason) = entry["reason"].as_str() {
                writeln!(out, "{:>6} {reason}", "")?;
            }
        }
        for entry in list("unmatched") {
            let [method, host, path] = ["method", "host", "path"].map(|field| text(&entry[field]));
            writeln!(out, "{:>6} {} {method} {host}{path}", entry["id"], entry["status"])?;
            for nearest in entry["nearest"].as_array().into_iter().flatten() {
                writeln!(out, "{:>6} perhaps {}", "", text(nearest))?;
            }
        }
        for one in list("handshakes") {
            writeln!(out, "     - {}", super::distrusted(&one))?;
        }
        let joined = |value: &Value| {
            let names: Vec<String> = value.as_array().into_iter().flatten().map(text).collect();
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        };
        for caller in list("callers") {
            let calls = counted(caller["calls"].as_u64().unwrap_or_default(), "request", "requests");
            writeln!(out, "{} ({calls})", text(&caller["caller"]))?;
            for (words, field) in
                [("needed", "needed"), ("granted in vain", "unused"), ("not granted", "missing")]
            {
                writeln!(out, "  {words:<16} {}", joined(&caller[field]))?;
            }
        }
        if let Some(cleared) = answer["cleared"].as_u64() {
            writeln!(out, "Forgot {}.", counted(cleared, "request", "requests"))?;
        }
        if let Some(evicted) = answer["evicted"].as_u64().filter(|evicted| *evicted > 0) {
            writeln!(out, "{} made room.", counted(evicted, "older one", "older ones"))?;
        }
        Ok(())
    }
}

impl List {
    fn query(&self) -> String {
        let since = self.since.map(|since| since.to_string());
        let limit = Some(self.limit.to_string());
        let fields = [
            ("method", &self.method),
            ("path", &self.path),
            ("status", &self.status),
            ("service", &self.service),
            ("refusal", &self.refusal),
            ("since", &since),
            ("limit", &limit),
        ];
        let said = fields.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        format!("?{}", said.join("&"))
    }
}

impl Verify {
    fn question(&self) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        if let Some(file) = &self.file {
            return Ok(read_file(file)?);
        }
        let mut matcher = Map::new();
        for (name, value) in [("method", &self.method), ("path", &self.path), ("caller", &self.caller)] {
            if let Some(value) = value {
                matcher.insert(name.to_owned(), value.as_str().into());
            }
        }
        if let Some(status) = &self.status {
            let number = status.parse::<u16>().map_or_else(|_| Value::from(status.as_str()), Value::from);
            matcher.insert("status".to_owned(), number);
        }
        if matcher.is_empty() {
            return Err(
                "say which requests: a file, or one of --method, --path, --status and --caller".into()
            );
        }
        let mut count = Map::new();
        let numbers = [("exactly", self.exactly), ("atLeast", self.at_least), ("atMost", self.at_most)];
        for (name, number) in numbers {
            if let Some(number) = number {
                count.insert(name.to_owned(), number.into());
            }
        }
        Ok(json!({"match": matcher, "count": count}).to_string().into_bytes())
    }
}

fn verdict(answer: &Value, told: bool) -> Outcome {
    let reason = answer["reason"].as_str().unwrap_or_default();
    match answer["verified"].as_bool() {
        Some(true) => {
            if !told {
                let count = counted(answer["count"].as_u64().unwrap_or_default(), "request", "requests");
                writeln!(std::io::stdout(), "Verified: {count}.")?;
            }
            Ok(())
        }
        _ if told => Err(reason.into()),
        verified => {
            let mut said = match verified {
                Some(_) => format!("not verified: {reason}"),
                None => format!("inconclusive: {reason}"),
            };
            let nearest = &answer["nearest"];
            if let Some(request) = nearest["request"].as_str() {
                said.push_str(&format!("\nnearest: {} {request}", nearest["id"]));
                for one in nearest["differences"].as_array().into_iter().flatten() {
                    let field = one["field"].as_str().unwrap_or_default();
                    said.push_str(&format!("\n  {field}: expected {}, got {}", one["expected"], one["got"]));
                }
            }
            Err(said.into())
        }
    }
}
