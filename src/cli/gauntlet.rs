//! `mock-defender gauntlet`

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value as Json;

use crate::gauntlet::bisect::bisect;
use crate::gauntlet::client::Client;
use crate::gauntlet::collected::Collect;
use crate::gauntlet::course::{Course, specified};
use crate::gauntlet::field::{self, Audience};
use crate::gauntlet::junit::{self, Case};
use crate::gauntlet::report;
use crate::gauntlet::run::{House, Options, Ran, RunError};
use crate::model::json::json;
use crate::model::spec::Specification;
use crate::scenario::library::{self, Beside};
use crate::scenario::shipped::SHIPPED;
use crate::scenario::{Given, Library as _, Scenario, Shipped, read};
use crate::tenant::wall::Stopwatch;

use super::{Outcome, counted};

/// Run a client once per scenario, each on a tenant of its own, and judge what it collected and how it asked.
///
/// The client polls once and ends, as if called by a scheduler; it is run several times in one folder, with virtual time
/// in between. It finds the simulator by its environment (MOCK_DEFENDER_URL, MOCK_DEFENDER_API_TOKEN, AZURE_TENANT_ID,
/// AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_AUTHORITY_HOST, and the certificate in REQUESTS_CA_BUNDLE, SSL_CERT_FILE,
/// CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS), and prints the id of each alert once, when it has stored it, on a line of its
/// own; or writes a JSON list of the ids of this run to the file MOCK_DEFENDER_REPORT. Exit status 0 says that the run
/// went well, any other that it could not go on.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  mock-defender gauntlet -- python3 connector.py\n  mock-defender gauntlet --scenario throttled-in-seconds --keep -- ./connector --once\n  mock-defender gauntlet --about throttling --junit gauntlet.xml -- node connector.mjs\n  mock-defender gauntlet bisect --scenario page-fails-for-ever -- python3 connector.py"
)]
pub(super) struct Gauntlet {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    how: How,
    /// Run only these scenarios: names of shipped ones, or files; may be given several times. Default: all shipped ones
    /// but those in which nothing happens to clients of the APIs, only to the connection of Copilot
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Vec<String>,
    /// Run only scenarios that are about this, such as throttling; may be given several times
    #[arg(long, value_name = "WORD")]
    about: Vec<String>,
    /// How many run at the same time. Default: as many as there are processors
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Write what came of it as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write what came of it as JSON, with all requests; - is standard output
    #[arg(long, value_name = "FILE|-")]
    json: Option<PathBuf>,
    /// The client and its arguments. Names of files are made absolute, since it runs in a folder of its own
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Subcommand)]
enum Action {
    Bisect(Bisect),
}

/// How clients are run.
#[derive(Args)]
struct How {
    /// What the client collects
    #[arg(long, value_name = "WHAT", value_enum, default_value = "alerts")]
    collect: What,
    /// How often it is run in each scenario. Default: as the scenario says, else 3 times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// How many seconds of real time a run of it may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    timeout: u32,
    /// Another seed than that of the scenarios: another company, and other draws of faults
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A specification (YAML) of the tenant, in place of that of the scenarios
    #[arg(long, value_name = "SPEC")]
    tenant: Option<PathBuf>,
    /// Send it to the genuine hosts through the proxy (HTTPS_PROXY), instead of to MOCK_DEFENDER_URL
    #[arg(long)]
    proxy: bool,
    /// Keep folder, output and reports of the client where it fails
    #[arg(long)]
    keep: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum What {
    /// Alerts of the Cloud Apps API
    Alerts,
    /// Activities of the Cloud Apps API
    Activities,
}

/// Find the request at which a client is lost in a scenario.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender gauntlet bisect --scenario page-fails-for-ever -- python3 connector.py"
)]
struct Bisect {
    #[command(flatten)]
    how: How,
    /// The scenario: the name of a shipped one, or a file
    #[arg(long, value_name = "NAME|FILE")]
    scenario: String,
    /// The client and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl How {
    fn options(&self) -> Options {
        Options {
            collect: match self.collect {
                What::Alerts => Collect::Alerts,
                What::Activities => Collect::Activities,
            },
            timeout: Duration::from_secs(u64::from(self.timeout)),
            proxy: self.proxy,
            keep: self.keep,
        }
    }

    /// The tenant that was chosen, if one was.
    fn specification(&self) -> Result<Option<Specification>, Box<dyn std::error::Error>> {
        let Some(path) = &self.tenant else { return Ok(None) };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let specification =
            specified(&text, self.seed).map_err(|problems| super::spec::named(path, &problems))?;
        Ok(Some(specification))
    }

    /// The run that was asked for.
    fn course(
        &self,
        asked: &str,
        tenant: Option<&Specification>,
    ) -> Result<Course, Box<dyn std::error::Error>> {
        let mut course = Course::new(scenario(asked)?, self.seed)
            .map_err(|problems| format!("{asked}: tenant: {problems}"))?;
        if let Some(tenant) = tenant {
            course.specification = tenant.clone();
        }
        if let Some(rounds) = self.rounds {
            course.plan.rounds = rounds;
        }
        Ok(course)
    }

    /// The line that runs this again.
    fn replay(&self, course: &Course, asked: &str, command: &[OsString]) -> String {
        let mut words: Vec<String> =
            ["mock-defender", "gauntlet", "--scenario", asked].map(str::to_owned).into();
        words.extend(["--seed".to_owned(), course.specification.seed.to_string()]);
        if let Some(tenant) = &self.tenant {
            words.extend(["--tenant".to_owned(), tenant.display().to_string()]);
        }
        if let Some(rounds) = self.rounds {
            words.extend(["--rounds".to_owned(), rounds.to_string()]);
        }
        if self.timeout != 60 {
            words.extend(["--timeout".to_owned(), self.timeout.to_string()]);
        }
        if self.collect == What::Activities {
            words.extend(["--collect".to_owned(), "activities".to_owned()]);
        }
        words.extend(self.proxy.then(|| "--proxy".to_owned()));
        words.push("--".to_owned());
        words.extend(command.iter().map(|word| word.to_string_lossy().into_owned()));
        report::quoted(&words)
    }
}

/// A scenario as it was asked for: by name or file.
struct Asked {
    asked: String,
    course: Course,
}

impl Gauntlet {
    pub(super) fn run(self) -> Outcome {
        if let Some(Action::Bisect(bisect)) = self.action {
            return bisect.run();
        }
        let watch = Stopwatch::start();
        let client = client(&self.command)?;
        let asked = self.courses()?;
        let courses: Vec<Course> = asked.iter().map(|asked| asked.course.clone()).collect();
        let replays: Vec<String> =
            asked.iter().map(|asked| self.how.replay(&asked.course, &asked.asked, &self.command)).collect();
        let house = Arc::new(House::new()?);
        stop_when_asked(&house);
        let jobs = self.jobs.map_or_else(processors, usize::from);
        let json_only = self.json.as_ref().is_some_and(|path| path.as_os_str() == "-");
        let mut teller = Teller { quiet: json_only, bar: std::io::stderr().is_terminal() };
        let rans = field::run(&house, &courses, &client, &self.how.options(), jobs, &mut teller);
        let took = watch.elapsed();
        let told: Vec<String> = courses
            .iter()
            .zip(&rans)
            .zip(&replays)
            .map(|((course, ran), replay)| match ran {
                Ok(ran) if !ran.verdict.passed => report::failure(course, ran, replay),
                _ => String::new(),
            })
            .collect();
        if !json_only {
            let mut out = std::io::stdout().lock();
            for text in told.iter().filter(|text| !text.is_empty()) {
                writeln!(out, "\n{}", text.trim_end())?;
            }
        }
        let passed = rans.iter().flatten().filter(|ran| ran.verdict.passed).count();
        if let Some(path) = &self.json {
            let parts = courses.iter().zip(&rans).zip(&replays);
            let parts: Vec<Json> =
                parts.map(|((course, ran), replay)| report::json(course, ran, replay)).collect();
            let document = json!({
                "passed": passed,
                "failed": rans.len() - passed,
                "scenarios": parts,
                "wall": {"seconds": took.as_secs_f64()},
            });
            write_out(path, &format!("{document:#}\n"))?;
        }
        if let Some(path) = &self.junit {
            let cases: Vec<Case<'_>> = courses
                .iter()
                .zip(&rans)
                .zip(told)
                .map(|((course, ran), told)| Case { course, ran, told })
                .collect();
            write_out(path, &junit::document(&cases, took))?;
        }
        let all = counted(rans.len() as u64, "scenario", "scenarios");
        if house.is_stopped() {
            return Err(format!("stopped; {passed} of {all} were passed before").into());
        }
        if passed < rans.len() {
            return Err(
                format!("{} of {all} not passed ({})", rans.len() - passed, report::seconds(took)).into()
            );
        }
        if !json_only {
            writeln!(std::io::stdout(), "\nPassed {all} in {}.", report::seconds(took))?;
        }
        Ok(())
    }

    fn courses(&self) -> Result<Vec<Asked>, Box<dyn std::error::Error>> {
        let tenant = self.how.specification()?;
        let are_named = !self.scenario.is_empty();
        let names: Vec<String> = if are_named {
            self.scenario.clone()
        } else {
            SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect()
        };
        let mut all = Vec::new();
        for asked in names {
            let course = self.how.course(&asked, tenant.as_ref())?;
            let is_about = |word: &String| course.scenario.about.iter().any(|about| about == word);
            let concerns = are_named || !course.scenario.is_of_the_connection();
            if concerns && (self.about.is_empty() || self.about.iter().any(is_about)) {
                all.push(Asked { asked, course });
            }
        }
        if all.is_empty() {
            let mut words: Vec<String> = Vec::new();
            for (name, _) in SHIPPED {
                let scenario = self.how.course(name, None)?.scenario;
                if !scenario.is_of_the_connection() {
                    words.extend(scenario.about);
                }
            }
            words.sort();
            words.dedup();
            let told = format!(
                "no scenario is about {}; they are about {}",
                self.about.join(", "),
                words.join(", ")
            );
            return Err(told.into());
        }
        Ok(all)
    }
}

/// A scenario that is shipped, or that of a file: a name with a dot or a slash.
fn scenario(asked: &str) -> Result<Scenario, Box<dyn std::error::Error>> {
    let told = |problems: crate::scenario::Problems| {
        let lines = problems.0.iter().map(|problem| match problem.file {
            Some(_) => problem.to_string(),
            None => format!("{asked}: {problem}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    if asked.contains(['/', '.', '\\']) {
        let path = Path::new(asked);
        let found = library::file(path)?;
        return Ok(read(&found.text, &Beside::file(path), &Given::new()).map_err(told)?);
    }
    Ok(read(&Shipped.find(asked)?.text, &Shipped, &Given::new()).map_err(told)?)
}

impl Bisect {
    fn run(self) -> Outcome {
        let client = client(&self.command)?;
        let tenant = self.how.specification()?;
        let course = self.how.course(&self.scenario, tenant.as_ref())?;
        let house = Arc::new(House::new()?);
        stop_when_asked(&house);
        let shows = std::io::stderr().is_terminal();
        let mut told = |what: &str| {
            if shows {
                eprint!("\r\x1b[Ktrying with {what} ");
            }
        };
        let found = bisect(&house, &course, &client, &self.how.options(), &mut told);
        if shows {
            eprint!("\r\x1b[K");
        }
        let replay = self.how.replay(&course, &self.scenario, &self.command);
        let text = report::found(&course, &found?, &replay);
        writeln!(std::io::stdout(), "{}", text.trim_end())?;
        Ok(())
    }
}

fn client(command: &[OsString]) -> Result<Client, Box<dyn std::error::Error>> {
    Ok(Client::new(command, &std::env::current_dir()?)?)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Ends the clients at Ctrl-C: they are in groups of their own, where it does not reach them.
fn stop_when_asked(house: &Arc<House>) {
    let listening = Arc::downgrade(house);
    house.runtime().spawn(async move {
        stop_asked().await;
        if let Some(house) = listening.upgrade() {
            house.stop();
        }
    });
}

/// Waits for Ctrl-C, or for a request of the system to terminate.
async fn stop_asked() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn write_out(path: &Path, text: &str) -> Outcome {
    if path.as_os_str() == "-" {
        return Ok(std::io::stdout().write_all(text.as_bytes())?);
    }
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Tells how it goes: a line for each scenario, and for people a bar.
struct Teller {
    quiet: bool,
    bar: bool,
}

/// Characters of the bar.
const WIDTH: usize = 30;

impl Audience for Teller {
    fn told(&mut self, course: &Course, ran: &Result<Ran, RunError>) {
        if self.bar {
            eprint!("\r\x1b[K");
        }
        if !self.quiet {
            // Nobody may be reading, which is told at the end.
            let _ = writeln!(std::io::stdout(), "{}", report::line(course, ran));
        }
    }

    fn ended(&mut self, count: usize, of: usize) {
        if !self.bar {
            return;
        }
        let done = WIDTH * count / of.max(1);
        if count < of {
            eprint!("\r[{}{}] {count}/{of} ", "=".repeat(done), " ".repeat(WIDTH - done));
        } else {
            eprint!("\r\x1b[K");
        }
    }
}
