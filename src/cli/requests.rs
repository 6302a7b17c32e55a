//! `mock-defender requests`

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use super::ask::{Server, escaped, json as read_json, read_file};
use super::{Outcome, counted};

use crate::model::json::json;

/// What clients sent to a running server: list, follow, clear, verify, near misses, permissions, HTTP archive.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender requests list --status 4xx\n  mock-defender requests follow --all\n  mock-defender requests verify --method POST --path '/api/v1/alerts/**' --exactly 1\n  echo '{\"order\": [{\"path\": \"/api/v1/alerts\"}, {\"path\": \"/api/v1/alerts/close_*\"}]}' | mock-defender requests verify -\n  mock-defender requests har > requests.har\n\nverify exits with 0 if it holds, else with 1: also where the log no longer holds what would decide it."
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
    /// Print a line for each as they come, until Ctrl-C
    Follow(Follow),
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

/// Which requests.
#[derive(Args)]
struct Wanted {
    /// Only this method
    #[arg(long)]
    method: Option<String>,
    /// Only paths that begin so, or fit the pattern (* within a segment, ** across)
    #[arg(long)]
    path: Option<String>,
    /// Only this status, or class of statuses such as 4xx
    #[arg(long)]
    status: Option<String>,
    /// Only of this service: entra, cloud-apps, graph, control. Default: all but control
    #[arg(long)]
    service: Option<String>,
    /// Only refused so
    #[arg(long, value_name = "NAME")]
    refusal: Option<String>,
    /// Those to the control API, too
    #[arg(long, conflicts_with = "service")]
    control: bool,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    wanted: Wanted,
    /// Only with a higher number
    #[arg(long, value_name = "ID")]
    since: Option<u64>,
    /// No more than the latest so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

#[derive(Args)]
struct Follow {
    #[command(flatten)]
    wanted: Wanted,
    /// Begin with those that have a higher number, instead of with the next that comes
    #[arg(long, value_name = "ID")]
    since: Option<u64>,
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
            Action::List(list) => {
                get(&format!("/requests{}", list.wanted.query(list.since, Some(list.limit))))?
            }
            Action::Follow(follow) => return self.follow(follow),
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
            writeln!(out, "{}", line(&entry))?;
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

/// A request in a line.
fn line(entry: &Value) -> String {
    let [at, method, host, path] =
        ["at", "method", "host", "path"].map(|field| entry[field].as_str().unwrap_or_default());
    format!("{:>6} {at} {} {method:<6} {host}{path}", entry["id"].to_string(), entry["status"])
}

/// How often a running server is asked for what has come since.
const PAUSE: Duration = Duration::from_millis(300);

impl Requests {
    /// Prints requests as they come.
    fn follow(&self, follow: &Follow) -> Outcome {
        // Where each tenant's log was left; handshakes that were told.
        let mut left: BTreeMap<String, u64> = BTreeMap::new();
        let mut told: Vec<Value> = Vec::new();
        let mut first = true;
        loop {
            for tenant in self.tenants()? {
                let path = |query: &str| format!("/tenants/{}/requests{query}", escaped(&tenant));
                let since = match left.get(&tenant).copied().or(follow.since) {
                    Some(since) => since,
                    // Of a tenant that came later, everything is new.
                    None if !first => 0,
                    None => {
                        let answer = read_json(&self.server.get(&path("?limit=1"))?)?;
                        told = answer["handshakes"].as_array().cloned().unwrap_or_default();
                        answer["requests"][0]["id"].as_u64().unwrap_or_default()
                    }
                };
                let query = follow.wanted.query(Some(since), None);
                let answer = read_json(&self.server.get(&path(&query))?)?;
                let requests = answer["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
                let mut out = std::io::stdout().lock();
                for entry in requests {
                    let reason =
                        entry["reason"].as_str().map(|reason| format!("  {reason}")).unwrap_or_default();
                    if self.server.json {
                        writeln!(out, "{entry}")?;
                    } else {
                        writeln!(out, "{}{reason}", line(entry))?;
                    }
                }
                let handshakes = answer["handshakes"].as_array().cloned().unwrap_or_default();
                for one in handshakes.iter().filter(|one| !told.contains(one) && !self.server.json) {
                    writeln!(out, "     - {}", super::distrusted(one))?;
                }
                told = handshakes;
                out.flush()?;
                let last = requests.last().and_then(|entry| entry["id"].as_u64()).unwrap_or(since);
                left.insert(tenant, last);
            }
            first = false;
            pause();
        }
    }

    /// The tenants whose requests are meant.
    fn tenants(&self) -> std::io::Result<Vec<String>> {
        if let Some(name) = &self.server.tenant {
            return Ok(vec![name.clone()]);
        }
        let list = read_json(&self.server.get("/tenants")?)?;
        let ids = list["tenants"].as_array().into_iter().flatten();
        let ids = ids.filter_map(|tenant| tenant["id"].as_str().map(str::to_owned));
        Ok(if self.all { ids.collect() } else { ids.take(1).collect() })
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this thread waits for a server elsewhere; no reactor runs on it"
)]
fn pause() {
    std::thread::sleep(PAUSE);
}

impl Wanted {
    fn query(&self, since: Option<u64>, limit: Option<usize>) -> String {
        let since = since.map(|since| since.to_string());
        let limit = limit.map(|limit| limit.to_string());
        let clients = (self.service.is_none() && !self.control).then(|| "true".to_owned());
        let fields = [
            ("method", &self.method),
            ("path", &self.path),
            ("status", &self.status),
            ("service", &self.service),
            ("refusal", &self.refusal),
            ("clients", &clients),
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
