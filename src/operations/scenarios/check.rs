//! Whether a scenario tells the truth: it is played in a tenant of its own, and what it expects is asked for. And whether
//! what it expects comes of its steps: each is taken away in turn, and then something must be missed.

use std::fmt;

use serde_json::Value as Json;

use crate::facts::AlertFacts;
use crate::gateway::Gateway;
use crate::model::index::RunNo;
use crate::model::json::tree;
use crate::operations::info::tenant_info;
use crate::operations::{OperationError, Subject, clock};
use crate::scenario::{Asked, Expectation, Expected, Origin, STANDARD_START, Scenario, Step};
use crate::specification::{self, Absent, Problems};
use crate::tenant::{Mode, Tenant, Wall};

use super::asked::Client;
use super::connection;
use super::judged::differences;
use super::placeholders::Placeholders;
use super::{ScenarioRun, StepOutcome, find, runs, start_steps};

/// No more of a body is told, in characters.
const MOST_TOLD: usize = 300;

/// Makes a gateway to a tenant: who asks knows the services.
pub type MakeGateway<'a> = &'a dyn Fn(Tenant) -> Gateway;

/// What a check came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What did not come true, in order of time: nothing, if the scenario tells the truth.
    pub failures: Vec<Failure>,
}

/// Something that did not come true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What: an expectation or a step, by its place in the file.
    pub what: String,
    /// How it differs.
    pub differences: Vec<String>,
    /// The beginning of the answer's body.
    pub body: String,
    /// It is about what was expected, and not about a step.
    of_expectation: bool,
}

/// What a proof came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The check of the whole, without which there is nothing to prove.
    pub checked: Checked,
    /// The steps that can be taken away without being missed, each with its place.
    pub idle: Vec<String>,
}

impl Checked {
    /// Everything came true.
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Proof {
    /// Everything came true, and would not without any one of the steps.
    pub fn holds(&self) -> bool {
        self.checked.holds() && self.idle.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        for difference in &self.differences {
            write!(f, "\n  {difference}")?;
        }
        if !self.body.is_empty() {
            write!(f, "\n  body: {}", self.body)?;
        }
        Ok(())
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> = self.failures.iter().map(Failure::to_string).collect();
        f.write_str(&told.join("\n"))
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.checked.fmt(f)?;
        let told: Vec<String> = self
            .idle
            .iter()
            .map(|step| {
                format!("{step} proves nothing: without it everything that is expected comes true as well")
            })
            .collect();
        f.write_str(&told.join("\n"))
    }
}

/// Plays a scenario in a tenant of its own, whose clock stands still but for its steps, and asks for what it expects.
///
/// # Errors
/// When no tenant can be made of it, or it can't be started.
pub fn check(scenario: &Scenario, make: MakeGateway<'_>) -> Result<Checked, OperationError> {
    let stage = Stage::of(scenario)?;
    stage.played(&all(scenario), make)
}

/// Checks a scenario; if everything comes true, takes each of its steps away in turn, together with those that name what
/// it makes. Answers the steps that nobody misses.
///
/// # Errors
/// As `check`.
pub fn prove(scenario: &Scenario, make: MakeGateway<'_>) -> Result<Proof, OperationError> {
    let stage = Stage::of(scenario)?;
    let checked = stage.played(&all(scenario), make)?;
    let mut idle = Vec::new();
    if checked.holds() {
        for without in 0..scenario.steps.len() {
            let rest = left(scenario, without);
            let is_missed = stage.played(&rest, make)?.failures.iter().any(|failure| failure.of_expectation);
            if !is_missed {
                idle.push(step_named(without, &scenario.steps[without]));
            }
        }
    }
    Ok(Proof { checked, idle })
}

fn all(scenario: &Scenario) -> Vec<&Step> {
    scenario.steps.iter().collect()
}

/// The steps that are left without one, and without those that mean nothing without it.
fn left(scenario: &Scenario, without: usize) -> Vec<&Step> {
    let mut missing: Vec<&str> = Vec::new();
    let mut left = Vec::new();
    for (place, step) in scenario.steps.iter().enumerate() {
        let is_needed = place != without && !step.needs().iter().any(|name| missing.contains(&name.as_str()));
        if is_needed {
            left.push(step);
        } else {
            missing.extend(step.label.as_deref());
        }
    }
    left
}

fn place(origin: &Origin) -> String {
    let (line, _) = origin.place;
    match &origin.file {
        Some(file) => format!("{file} line {line}"),
        None => format!("line {line}"),
    }
}

fn step_named(place_of: usize, step: &Step) -> String {
    format!("step {} ({}, at {})", place_of + 1, place(&step.origin), step.at)
}

fn expectation_named(place_of: usize, expectation: &Expectation) -> String {
    let Expectation { what, at, origin } = expectation;
    let (what, who) = match what {
        Expected::Answer(asked) => {
            ([&asked.sent.method, " ", &asked.sent.target].concat(), asked.sent.caller.as_deref())
        }
        Expected::Connection(test) => ("connection".to_owned(), test.shown_to.as_deref()),
    };
    let who = who.map_or_else(String::new, |who| format!(" as {who}"));
    format!("expectation {} ({}): {what}{who}, at {at}", place_of + 1, place(origin))
}

/// A tenant to play a scenario in, again and again.
struct Stage<'s> {
    scenario: &'s Scenario,
    born: Tenant,
}

impl<'s> Stage<'s> {
    fn of(scenario: &'s Scenario) -> Result<Self, OperationError> {
        let spec = birth(scenario)?;
        Ok(Self { scenario, born: Tenant::born(&spec.spec, Mode::Frozen, Wall::manual(spec.spec.start)) })
    }

    fn played(&self, steps: &[&Step], make: MakeGateway<'_>) -> Result<Checked, OperationError> {
        let begins = self.born.now();
        let gateway = make(self.born.as_born(Wall::manual(begins)));
        let entry = gateway.registry.first();
        let tenant = &*entry.tenant;
        let mut placeholders = Placeholders::default();
        let mut client = Client::new(&gateway, tenant);
        let info = || tree(&tenant_info(&gateway, tenant));
        placeholders.info = info();
        let mut failures = Vec::new();
        for expectation in &self.scenario.expect {
            if let Expected::Answer(asked) = &expectation.what
                && let Err(told) = client.prepare(&asked.sent, &placeholders)
            {
                failures.push(failed(self.number(expectation), expectation, vec![told], String::new()));
            }
        }
        let subject = Subject::now(&gateway, tenant);
        let run = match steps {
            [] => None,
            steps => Some(start_steps(&subject, self.scenario, steps)?),
        };
        for (number, expectation) in self.scenario.expect.iter().enumerate() {
            let until = begins + expectation.at;
            if until > tenant.now() {
                clock::advance(tenant, until - tenant.now(), &|| true)?;
            }
            placeholders.info = info();
            self.name_alerts(tenant, run.as_ref(), &mut placeholders);
            let missed = match &expectation.what {
                Expected::Answer(asked) => missed(&client, asked, &mut placeholders),
                Expected::Connection(test) => connection::missed(&tenant.read(), test),
            };
            failures.extend(missed.map(|(told, body)| failed(number, expectation, told, body)));
        }
        failures.extend(self.refused(tenant, steps));
        Ok(Checked { failures })
    }

    fn number(&self, expectation: &Expectation) -> usize {
        self.scenario.expect.iter().position(|other| std::ptr::eq(other, expectation)).unwrap_or_default()
    }

    /// The ids of the alerts that were made so far.
    fn name_alerts(&self, tenant: &Tenant, run: Option<&ScenarioRun>, placeholders: &mut Placeholders) {
        let view = tenant.read();
        let Some(run) = run.and_then(|run| find(&view, RunNo::new(run.id))) else { return };
        for (label, promise) in self.scenario.alerts() {
            // What lies ahead within the slot is computed, but not there.
            if let Some(alert) = run.kept(promise).and_then(|number| AlertFacts::at(&view, number)) {
                placeholders.named.insert(label.to_owned(), Json::from(alert.id().to_string()));
            }
        }
    }

    /// The steps that the tenant refused.
    fn refused(&self, tenant: &Tenant, steps: &[&Step]) -> Vec<Failure> {
        let refused = runs(&tenant.read()).into_iter().flat_map(|run| run.steps).zip(steps);
        let refused = refused.filter(|(shown, _)| shown.outcome == StepOutcome::Refused);
        refused
            .map(|(shown, step)| {
                let place = self.scenario.steps.iter().position(|other| std::ptr::eq(other, *step));
                Failure {
                    what: format!("{} was refused", step_named(place.unwrap_or_default(), step)),
                    differences: vec![shown.reason.unwrap_or_default()],
                    body: String::new(),
                    of_expectation: false,
                }
            })
            .collect()
    }
}

/// What a tenant of the scenario's own is born from.
///
/// # Errors
/// When its specification does not hold.
pub(super) fn birth(scenario: &Scenario) -> Result<specification::Birth, Problems> {
    specification::read(&scenario.tenant, Absent { freeze: true, ..Absent::starting(STANDARD_START) })
}

fn failed(number: usize, expectation: &Expectation, differences: Vec<String>, body: String) -> Failure {
    Failure { what: expectation_named(number, expectation), differences, body, of_expectation: true }
}

/// What differs from what was expected, and the beginning of the answer's body.
pub(super) type Missed = Option<(Vec<String>, String)>;

/// Asks for what is expected; what differs.
fn missed(client: &Client<'_>, asked: &Asked, placeholders: &mut Placeholders) -> Missed {
    let times = if asked.each.is_empty() { asked.times as usize } else { asked.each.len() };
    let mut last = None;
    let mut statuses = Vec::new();
    for _ in 0..times.max(1) {
        match client.ask(&asked.sent, placeholders) {
            Ok(answer) => {
                statuses.push(answer.status.as_u16());
                last = Some(answer);
            }
            Err(told) => return Some((vec![told], String::new())),
        }
    }
    let answer = last?;
    let mut told = match differences(&asked.test, &answer, placeholders) {
        Ok(told) => told,
        Err(told) => vec![told],
    };
    if !asked.each.is_empty() && asked.each != statuses {
        told.insert(0, format!("each: expected {:?}, got {statuses:?}", asked.each));
    }
    let json = if asked.keep.is_empty() {
        Json::Null
    } else {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    };
    for (name, pointer) in &asked.keep {
        match json.pointer(pointer) {
            Some(value) => drop(placeholders.named.insert(name.clone(), value.clone())),
            None => told.push(format!("{pointer}: expected a value to keep as {name}, got nothing")),
        }
    }
    if told.is_empty() {
        return None;
    }
    Some((told, String::from_utf8_lossy(&answer.body).chars().take(MOST_TOLD).collect()))
}
