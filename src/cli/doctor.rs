//! `mock-defender doctor`

mod environment;
pub(super) mod port;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::model::time::{Span, VirtualTime};
use crate::server::CertificateAuthority;
use crate::tenant::Wall;

use super::Outcome;
use super::ask::{self, Server};

/// Check what usually goes wrong between a client and the simulator, and say what to do.
///
/// Looks at the certificate authority, the port, the clocks, and the variables of this environment that send clients
/// elsewhere or let them distrust the server. Exits with 1 if something is wrong.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender doctor\n  eval \"$(mock-defender env)\" && mock-defender doctor"
)]
pub(super) struct Doctor {
    #[command(flatten)]
    server: Server,
    /// Directory of the certificate authority, where `serve --ca` names another
    #[arg(long, value_name = "DIR")]
    ca: Option<PathBuf>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// It will not work so.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Finding {
    grade: Grade,
    /// What was looked at.
    about: String,
    /// How it is.
    found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    fn good(about: &str, found: impl Into<String>) -> Self {
        Self { grade: Grade::Good, about: about.to_owned(), found: found.into(), advice: None }
    }

    fn note(about: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { grade: Grade::Note, about: about.to_owned(), found: found.into(), advice: Some(advice.into()) }
    }

    fn bad(about: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { grade: Grade::Bad, ..Self::note(about, found, advice) }
    }
}

impl Doctor {
    pub(super) fn run(self) -> Outcome {
        let info = self.server.get("/info").ok().and_then(|answer| ask::json(&answer).ok());
        let (mut findings, pem) = self.authority();
        let url = self.server.url()?;
        let of_server = ask::ask(&url, "GET", "/_mock/ca.pem", None, (ask::JSON, b""));
        let of_server = of_server.ok().filter(|(status, _)| *status == 200).map(|(_, pem)| pem);
        if let (Some(of_server), Some(pem)) = (&of_server, &pem)
            && !of_server.is_empty()
            && of_server != pem.as_bytes()
        {
            findings.push(Finding::note(
                "server's authority",
                "the running server uses another authority than the one above",
                "trust the one that `mock-defender env` names, or say --ca DIR here as at `serve`",
            ));
        }
        findings.extend(port::look(&url));
        findings.extend(clocks(info.as_ref()));
        findings.extend(self.distrust());
        let trusted = of_server.and_then(|pem| String::from_utf8(pem).ok()).or(pem);
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        findings.extend(environment::proxies(&url, variable));
        findings.extend(environment::node(&url, variable));
        let read = |file: &str| std::fs::read_to_string(file).map_err(|error| error.to_string());
        findings.extend(environment::trust(trusted.as_deref(), variable, read));
        let bad = findings.iter().filter(|finding| finding.grade == Grade::Bad).count();
        let mut out = std::io::stdout().lock();
        if self.server.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&findings)?)?;
        } else {
            for finding in &findings {
                let grade = match finding.grade {
                    Grade::Good => "good",
                    Grade::Note => "note",
                    Grade::Bad => "BAD ",
                };
                writeln!(out, "{grade}  {}: {}", finding.about, finding.found)?;
                if let Some(advice) = &finding.advice {
                    writeln!(out, "      {advice}")?;
                }
            }
        }
        match bad {
            0 => Ok(()),
            1 => Err("one thing is wrong".into()),
            bad => Err(format!("{bad} things are wrong").into()),
        }
    }

    /// Clients that ended connections for want of trust.
    fn distrust(&self) -> Vec<Finding> {
        let answer = self.server.get("/requests?limit=0").ok().and_then(|answer| ask::json(&answer).ok());
        let handshakes =
            answer.and_then(|answer| answer["handshakes"].as_array().cloned()).unwrap_or_default();
        let finding = |one: &serde_json::Value| {
            let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
            let advice = format!("{}; if it does by now: mock-defender requests clear --all", text("advice"));
            Finding::note("a client's trust", text("text"), advice)
        };
        handshakes.iter().filter(|one| one["disturbedBy"].is_null()).map(finding).collect()
    }

    /// How the authority is, and its certificate. Makes none: that is for `serve` and `ca`.
    fn authority(&self) -> (Vec<Finding>, Option<String>) {
        let about = "certificate authority";
        let dir = match self.ca.clone().map_or_else(CertificateAuthority::default_dir, Ok) {
            Ok(dir) => dir,
            Err(error) => return (vec![Finding::bad(about, error.to_string(), "see above")], None),
        };
        let file = dir.join("ca.pem");
        if !file.exists() {
            let found = format!("none yet in {}", dir.display());
            let advice = "`mock-defender serve` makes one, and so does `mock-defender ca`";
            return (vec![Finding::note(about, found, advice)], None);
        }
        match CertificateAuthority::load_or_create(&dir, &crate::services::domains(), &[]) {
            Ok(authority) => {
                let found = format!("{} with its key", file.display());
                let finding = match authority.advice() {
                    None => Finding::good(about, found),
                    Some(advice) => Finding::note(about, format!("{found}, which lacks names"), advice),
                };
                (vec![finding], Some(authority.pem().to_owned()))
            }
            Err(error) => {
                let text = error.to_string();
                let (found, advice) = text.split_once("; ").unwrap_or((&text, "delete its files"));
                (vec![Finding::bad(about, found, advice)], None)
            }
        }
    }
}

/// How far clocks may differ before clients that check times themselves stumble.
const SKEW: Span = Span::minutes(5);

/// The system's clock against those of the tenants.
fn clocks(info: Option<&serde_json::Value>) -> Vec<Finding> {
    let wall = Wall::System.now();
    let mut findings = Vec::new();
    let tenants = info.and_then(|info| info["tenants"].as_array()).into_iter().flatten();
    for tenant in tenants {
        let about = format!("clock of {}", tenant["name"].as_str().unwrap_or_default());
        let Some(now) = tenant["now"].as_str().and_then(VirtualTime::parse) else { continue };
        let apart = if now > wall { now - wall } else { wall - now };
        findings.push(if apart <= SKEW {
            Finding::good(&about, format!("{now}, as the system's"))
        } else {
            Finding::note(
                &about,
                format!("{now}, while the system's shows {wall}"),
                "clients that judge token times by their own clock may refuse them; `mock-defender clock follow` \
                 lets it run on from there, a start without --start begins today",
            )
        });
    }
    if info.is_none() {
        findings.push(Finding::good("clock", format!("the system's shows {wall}")));
    }
    findings
}
