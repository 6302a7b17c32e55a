//! Scenarios: which there are, starting and stopping them, how far they are, and whether they tell the truth.

mod asked;
mod check;
mod connection;
mod judged;
mod placeholders;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::commands::to_dto;
use crate::facts::{self, AlertFacts};
use crate::model::command::ScenarioCommand;
use crate::model::index::RunNo;
use crate::model::json::tree;
use crate::model::scenario::redeemed;
use crate::model::time::VirtualTime;
use crate::scenario::shipped::SHIPPED;
use crate::scenario::{self, Given, Library, Parameter, Problems, Scenario, Shipped, Step};
use crate::tenant::nouns::ScenarioRefusal;
use crate::tenant::nouns::scenarios::Run;
use crate::tenant::{CommandRefusal, Made, TenantView};
use crate::yaml::{Node, Value};

use super::commands::resolved;
use super::{OperationError, Subject};

pub use check::{Checked, Failure, MakeGateway, Proof, check, prove};

/// What is told of a scenario where several are listed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// What happens.
    pub summary: String,
    /// How a client notices.
    pub notice: String,
    /// What a good client does.
    pub remedy: String,
    /// Words to find it by.
    pub about: Vec<String>,
    /// Public reports of real clients that failed so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen_in: Vec<String>,
    /// A careful client ends with exactly the truth.
    pub recoverable: bool,
    /// What can be chosen.
    pub parameters: BTreeMap<String, Parameter>,
}

/// All that is told of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// What is told in lists, too.
    #[serde(flatten)]
    pub summary: Summary,
    /// Its file.
    pub file: String,
    /// Its steps.
    pub steps: Vec<Json>,
}

/// A scenario that was started in a tenant.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let run = mock.scenario("state-changes-after-read")?;
/// assert_eq!((run.id, run.name.as_str(), run.steps.len()), (0, "state-changes-after-read", 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScenarioRun {
    /// Its number: 0, 1, 2, … in the order of starting.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// When it was started.
    pub since: VirtualTime,
    /// When it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<VirtualTime>,
    /// Its steps, in order of time.
    pub steps: Vec<ScenarioStep>,
}

/// A step of a scenario that was started.
///
/// ```
/// use mock_defender::StepOutcome;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let run = mock.scenario("state-changes-after-read")?;
/// assert_eq!(run.steps[0].outcome, StepOutcome::Ahead);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScenarioStep {
    /// When.
    pub at: VirtualTime,
    /// The command as it is written.
    pub command: Json,
    /// What became of it.
    pub outcome: StepOutcome,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of a step.
///
/// ```
/// use std::time::Duration;
/// use mock_defender::StepOutcome;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.scenario("state-changes-after-read")?;
/// mock.advance(Duration::from_secs(3 * 3_600))?;
/// assert!(mock.scenarios()[0].steps.iter().all(|step| step.outcome == StepOutcome::Done));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepOutcome {
    /// Its time has not come.
    Ahead,
    /// It was done.
    Done,
    /// The tenant refused it.
    Refused,
    /// The scenario was stopped before.
    #[serde(rename = "left out")]
    LeftOut,
}

/// The shipped scenarios with their usual parameters.
fn shipped() -> &'static BTreeMap<&'static str, Result<Scenario, Problems>> {
    static READ: LazyLock<BTreeMap<&str, Result<Scenario, Problems>>> = LazyLock::new(|| {
        SHIPPED.iter().map(|(name, text)| (*name, scenario::read(text, &Shipped, &Given::new()))).collect()
    });
    &READ
}

impl Summary {
    /// A word is said of it, or stands in its name or in what happens, in any case.
    pub fn is_about(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let said = |text: &String| text.to_lowercase() == word;
        let stands = |text: &str| text.to_lowercase().contains(&word);
        self.about.iter().any(said) || stands(&self.name) || stands(&self.summary)
    }

    fn of(scenario: &Scenario) -> Self {
        let Scenario { name, summary, notice, remedy, about, seen_in, recoverable, parameters, .. } =
            scenario.clone();
        Self { name, summary, notice, remedy, about, seen_in, recoverable, parameters }
    }
}

/// The scenarios that are shipped, by name.
pub fn list() -> Vec<Summary> {
    // A test reads them all, so none is left out.
    shipped().values().filter_map(|scenario| scenario.as_ref().ok()).map(Summary::of).collect()
}

/// A shipped scenario.
///
/// # Errors
/// When none has this name.
pub fn show(name: &str) -> Result<Detail, OperationError> {
    let scenario = named(name, &Given::new())?;
    let file = SHIPPED.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
    Ok(Detail {
        summary: Summary::of(&scenario),
        file: file.to_owned(),
        steps: scenario.steps.iter().map(Step::written).collect(),
    })
}

/// A shipped scenario, with these parameters.
///
/// # Errors
/// When none has this name, or it does not take the parameters.
pub fn named(name: &str, given: &Given) -> Result<Scenario, OperationError> {
    let known = shipped().get(name).filter(|_| given.is_empty());
    if let Some(scenario) = known {
        return Ok(scenario.clone()?);
    }
    let found = Shipped.find(name).map_err(|problem| OperationError::NoScenario { problem })?;
    Ok(scenario::read(&found.text, &Shipped, given)?)
}

/// The scenario that a text orders: the name of a shipped one, `{"name": …, "parameters": {…}}`, or a whole scenario as
/// YAML or JSON, which can take over shipped ones only.
///
/// # Errors
/// Everything that is wrong with it.
pub fn ordered(text: &str) -> Result<Scenario, OperationError> {
    #[derive(Deserialize)]
    struct Order {
        name: String,
        #[serde(default)]
        parameters: Given,
    }
    let one = |problem| Problems(vec![scenario::Problem { file: None, problem }]);
    let node = Node::parse(text).map_err(one)?;
    let is_order = |key: &str| ["name", "parameters"].contains(&key);
    match &node.value {
        Value::Text(name) => named(name, &Given::new()),
        Value::Map(members) if members.iter().all(|(key, ..)| is_order(key)) => {
            let Order { name, parameters } = node.read("").map_err(one)?;
            named(&name, &parameters)
        }
        _ => Ok(scenario::read(text, &Shipped, &Given::new())?),
    }
}

/// How often a start is tried again when the clock has gone on meanwhile.
const TRIES: usize = 8;

/// Starts a scenario in a tenant, now. Names in its steps are those of now.
///
/// # Errors
/// When a step names what is not there, or the tenant takes no more scenarios.
pub fn start(subject: &Subject<'_>, scenario: &Scenario) -> Result<ScenarioRun, OperationError> {
    start_steps(subject, scenario, &scenario.steps.iter().collect::<Vec<_>>())
}

/// The same with some of its steps, of which there is at least one.
///
/// # Errors
/// As `start`; and when there are no steps.
pub fn start_steps(
    subject: &Subject<'_>,
    scenario: &Scenario,
    steps: &[&Step],
) -> Result<ScenarioRun, OperationError> {
    // One after the other, since the names of faults depend on what was started before.
    static STARTING: Mutex<()> = Mutex::new(());
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    for tries in 1.. {
        let view = subject.tenant.read();
        let written = scenario::start::of_steps(scenario, steps, &view)?;
        let command = resolved(subject, &view, &written)?;
        match subject.tenant.submit(view.now, command) {
            Ok(outcome) => {
                let view = subject.tenant.read();
                let run = match outcome.made {
                    Made::Run(number) => find(&view, number),
                    _ => None,
                };
                return run.map(|run| shown(&view, run)).ok_or_else(gone);
            }
            // The clock runs, and another command was decided at a later instant.
            Err(CommandRefusal::Scenario(ScenarioRefusal::Past { .. })) if tries < TRIES => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Err(gone())
}

fn gone() -> OperationError {
    OperationError::Conflict {
        problem: "the tenant went back to where the scenario had not been started yet".to_owned(),
    }
}

/// Stops a scenario: what lies ahead is left out, and its faults end.
///
/// # Errors
/// When there is none of this number, or it was stopped before.
pub fn stop(subject: &Subject<'_>, number: u32) -> Result<(), OperationError> {
    let run = RunNo::new(number);
    if find(&subject.view, run).is_none() {
        let problem = format!("no scenario {number} was started in this tenant");
        return Err(OperationError::NoScenario { problem });
    }
    subject.tenant.submit(subject.view.now, ScenarioCommand::StopScenario { run })?;
    Ok(())
}

fn find(view: &TenantView, number: RunNo) -> Option<&Run> {
    facts::fault::runs(view).find(|run| run.number == number).map(|run| &**run)
}

/// The scenarios that were started in a tenant, in this order, and how far they are.
pub fn runs(view: &TenantView) -> Vec<ScenarioRun> {
    facts::fault::runs(view).map(|run| shown(view, run)).collect()
}

/// A scenario that was started.
fn shown(view: &TenantView, run: &Run) -> ScenarioRun {
    let stopped = run.stopped.filter(|at| *at <= view.now);
    let steps = run.steps.iter().enumerate().map(|(place, step)| {
        let (outcome, reason) = match (run.outcome(place, view.now).map(|done| &done.outcome), stopped) {
            (Some(Ok(_)), _) => (StepOutcome::Done, None),
            (Some(Err(reason)), _) => (StepOutcome::Refused, Some(reason.to_string())),
            (None, Some(_)) => (StepOutcome::LeftOut, None),
            (None, None) => (StepOutcome::Ahead, None),
        };
        // With the ids of the alerts that were made, as far as they were.
        let command = redeemed(&step.command, &|promise| {
            run.kept(promise).filter(|alert| AlertFacts::at(view, *alert).is_some())
        });
        let command = command.as_ref().unwrap_or(&step.command);
        let command = tree(&to_dto(view, command));
        ScenarioStep { at: step.at, command, outcome, reason }
    });
    ScenarioRun {
        id: run.number.get(),
        name: run.name.to_string(),
        since: run.since,
        stopped,
        steps: steps.collect(),
    }
}
