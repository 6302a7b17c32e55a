//! Scenarios: commands that the tenant gives itself when it is time for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::command::{Command, ScenarioCommand};
use crate::model::index::{AlertNo, RunNo};
use crate::model::scenario::{Promise, ScheduledCommand, StartedScenario, redeemed};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment};

/// No scenario has more steps.
pub const MOST_STEPS: usize = 10_000;
/// No tenant ever starts more scenarios.
const MOST_RUNS: usize = 1_024;

/// The scenarios that were started, in this order.
#[derive(Clone, Debug, Default)]
pub struct Scenarios(imbl::Vector<Arc<Run>>);

/// A scenario that was started.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its number.
    pub number: RunNo,
    /// Its name.
    pub name: Arc<str>,
    /// When it was started.
    pub since: VirtualTime,
    /// When it was stopped.
    pub stopped: Option<VirtualTime>,
    /// Its steps, in order of time.
    pub steps: Arc<[ScheduledCommand]>,
    /// What came of the steps that were given, in this order.
    pub done: imbl::Vector<StepDone>,
    made: BTreeMap<Promise, AlertNo>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepDone {
    /// When it was given.
    pub at: VirtualTime,
    /// What it made, or why it was refused.
    pub outcome: Result<Made, Arc<str>>,
}

/// What falls due.
#[derive(Clone, Debug)]
pub(in crate::tenant) enum Due {
    /// A step of a scenario.
    Step { run: RunNo, place: usize },
}

/// Why a command about scenarios is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioRefusal {
    /// Too many steps.
    #[error("a scenario has 1 to {MOST_STEPS} steps, not {count}")]
    Steps {
        /// How many it has.
        count: usize,
    },
    /// Too many scenarios.
    #[error("a tenant starts at most {MOST_RUNS} scenarios; fork or reset it")]
    Full,
    /// A step would lie in the past.
    #[error("step {step} would be given at {at}, which is over")]
    Past {
        /// Counted from 1.
        step: usize,
        /// When.
        at: VirtualTime,
    },
    /// A step that starts or stops scenarios.
    #[error("step {step} starts or stops a scenario: include its steps instead")]
    Nested {
        /// Counted from 1.
        step: usize,
    },
    /// None has this number.
    #[error("there is no scenario {run} in this tenant")]
    Unknown {
        /// The number.
        run: RunNo,
    },
    /// It was stopped before.
    #[error("scenario {run} was stopped already")]
    Stopped {
        /// The number.
        run: RunNo,
    },
}

impl Scenarios {
    /// Those that were started at or before `now`.
    pub fn until(&self, now: VirtualTime) -> impl Iterator<Item = &Arc<Run>> {
        self.0.iter().filter(move |run| run.since <= now)
    }
}

impl Run {
    /// What came of a step that was given at or before `now`.
    pub fn outcome(&self, place: usize, now: VirtualTime) -> Option<&StepDone> {
        self.done.get(place).filter(|done| done.at <= now)
    }

    /// The alert that a promise became.
    pub fn kept(&self, promise: Promise) -> Option<AlertNo> {
        self.made.get(&promise).copied()
    }
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &ScenarioCommand,
) -> Result<Made, ScenarioRefusal> {
    match command {
        ScenarioCommand::StartScenario(started) => start(core, moment, started).map(Made::Run),
        ScenarioCommand::StopScenario { run } => stop(core, moment, *run).map(|()| Made::Nothing),
    }
}

fn start(core: &mut Core, moment: Moment<'_>, started: &StartedScenario) -> Result<RunNo, ScenarioRefusal> {
    let StartedScenario { name, steps } = started;
    if steps.is_empty() || steps.len() > MOST_STEPS {
        return Err(ScenarioRefusal::Steps { count: steps.len() });
    }
    for (place, step) in steps.iter().enumerate() {
        if matches!(*step.command, Command::Scenarios(_)) {
            return Err(ScenarioRefusal::Nested { step: place + 1 });
        }
        if step.at < moment.at {
            return Err(ScenarioRefusal::Past { step: place + 1, at: step.at });
        }
    }
    let number = RunNo::at(core.scenarios.0.len()).filter(|run| run.index() < MOST_RUNS);
    let number = number.ok_or(ScenarioRefusal::Full)?;
    core.scenarios.0.push_back(Arc::new(Run {
        number,
        name: Arc::clone(name),
        since: moment.at,
        stopped: None,
        steps: Arc::clone(steps),
        done: imbl::Vector::new(),
        made: BTreeMap::new(),
    }));
    for (place, step) in steps.iter().enumerate() {
        if step.at == moment.at {
            // Whoever starts it at this instant sees what it does at once.
            give(core, moment, number, place);
        } else {
            core.schedule(step.at, super::Due::Scenarios(Due::Step { run: number, place }));
        }
    }
    Ok(number)
}

fn stop(core: &mut Core, moment: Moment<'_>, number: RunNo) -> Result<(), ScenarioRefusal> {
    let run = core.scenarios.0.get_mut(number.index()).ok_or(ScenarioRefusal::Unknown { run: number })?;
    if run.stopped.is_some() {
        return Err(ScenarioRefusal::Stopped { run: number });
    }
    Arc::make_mut(run).stopped = Some(moment.at);
    core.faults.end_of_run(moment.at, number);
    Ok(())
}

pub(super) fn run(core: &mut Core, moment: Moment<'_>, due: &Due) {
    let Due::Step { run, place } = *due;
    give(core, moment, run, place);
}

/// Gives a step, unless its scenario was stopped.
fn give(core: &mut Core, moment: Moment<'_>, number: RunNo, place: usize) {
    let Some(run) = core.scenarios.0.get(number.index()).filter(|run| run.stopped.is_none()) else { return };
    let Some(step) = run.steps.get(place).cloned() else { return };
    let outcome = match redeemed(&step.command, &|promise| run.kept(promise)) {
        Ok(command) => super::decide_for(core, moment, Some(number), &command)
            .map_err(|refusal| refusal.to_string().into()),
        Err(_) => Err("an alert that an earlier step should have made is not there".into()),
    };
    let Some(run) = core.scenarios.0.get_mut(number.index()) else { return };
    let run = Arc::make_mut(run);
    if let (Some(promise), Ok(Made::Alert(alert))) = (step.makes, &outcome) {
        run.made.insert(promise, *alert);
    }
    run.done.push_back(StepDone { at: moment.at, outcome });
}
