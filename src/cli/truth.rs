//! `mock-defender truth`

use std::io::Write;

use clap::Args;

use super::ask::Server;
use super::{Outcome, counted};

/// What was really going on in a tenant of a running server: the storylines, with their activities and alerts, and what
/// each alert is.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender truth\n  mock-defender truth --alerts\n  mock-defender truth --behaviors\n  mock-defender truth --questions\n  mock-defender truth --json | python3 -m json.tool"
)]
pub(super) struct Truth {
    #[command(flatten)]
    server: Server,
    /// Tell of each alert what it is, and why
    #[arg(long)]
    alerts: bool,
    /// Tell of each behavior what was noticed, and of whom
    #[arg(long)]
    behaviors: bool,
    /// Tell of each storyline what an investigation asks, and the answers
    #[arg(long)]
    questions: bool,
}

impl Truth {
    pub(super) fn run(self) -> Outcome {
        let answer = self.server.of_tenant("GET", "/truth", b"")?;
        if self.server.print_json(&answer)? {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        for story in answer["storylines"].as_array().into_iter().flatten() {
            let text = |field: &str| story[field].as_str().unwrap_or_default();
            let count = |field: &str| story[field].as_array().map_or(0, Vec::len) as u64;
            writeln!(out, "{} from {}: {}", text("storyline"), text("begins"), text("summary"))?;
            let activities = counted(count("activities"), "activity", "activities");
            let alerts = counted(count("alerts"), "alert", "alerts");
            writeln!(out, "  {activities} and {alerts} so far")?;
            let steps = story["attack"].as_array().into_iter().flatten();
            let steps: Vec<&str> = steps
                .filter_map(|step| step["subTechnique"].as_str().or(step["technique"].as_str()))
                .collect();
            writeln!(out, "  ATT&CK {}", steps.join(", "))?;
            writeln!(out, "  motive: {}", text("motive"))?;
            for alert in story["alerts"].as_array().into_iter().flatten() {
                writeln!(out, "  alert {}", alert.as_str().unwrap_or_default())?;
            }
            for asked in story["questions"].as_array().into_iter().flatten().filter(|_| self.questions) {
                writeln!(out, "  {}", asked["question"].as_str().unwrap_or_default())?;
                for answer in asked["answers"].as_array().into_iter().flatten() {
                    writeln!(out, "    {}", answer.as_str().unwrap_or_default())?;
                }
            }
        }
        let labels = || answer["alerts"].as_array().into_iter().flatten();
        for label in labels().filter(|_| self.alerts) {
            let text = |field: &str| label[field].as_str().unwrap_or_default();
            writeln!(out, "{} {}: {}, {}", text("alert"), text("title"), text("verdict"), text("reason"))?;
        }
        let behaviors = || answer["behaviors"].as_array().into_iter().flatten();
        for behavior in behaviors().filter(|_| self.behaviors) {
            let text = |field: &str| behavior[field].as_str().unwrap_or_default();
            writeln!(out, "{} {} {}: {}", text("id"), text("at"), text("title"), text("user"))?;
        }
        let counts = VERDICTS
            .map(|(verdict, name)| (labels().filter(|label| label["verdict"] == verdict).count(), name));
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, name)| format!("{count} {name}")).collect();
        writeln!(out, "{}: {}", counted(labels().count() as u64, "alert", "alerts"), counts.join(", "))?;
        let behaviors = behaviors().count();
        if behaviors > 0 {
            writeln!(out, "{}", counted(behaviors as u64, "behavior", "behaviors"))?;
        }
        Ok(())
    }
}

/// What alerts are, as the control API and as people call it.
const VERDICTS: [(&str, &str); 4] = [
    ("truePositive", "true positive"),
    ("benignPositive", "benign positive"),
    ("falsePositive", "false positive"),
    ("unknown", "put in from outside"),
];
