//! Finds where a client is lost: the first step of the scenario without which it survives, and of a fault the first
//! request without whose disturbance it survives.
//!
//! Each question is a run of its own, in a tenant as it was born. It is asked as if everything behind the answer failed,
//! too: a client that fails by chance gets an answer that holds for the runs that were made.

use std::ops::Range;

use serde_json::Value as Json;

use crate::model::time::VirtualTime;
use crate::scenario::{Action, Step};

use super::client::Client;
use super::course::{Acting, Course};
use super::judge::Kind;
use super::log::Exchange;
use super::run::{House, Options, Ran, RunError};

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is not lost at all.
    Survives,
    /// It fails though nothing happens.
    Always(Box<Ran>),
    /// It ends well where it should not: there is no request at which it was lost.
    Nowhere(Box<Ran>),
    /// At a step.
    Step(Box<Lost>),
}

/// Where a client is lost.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The step, counted from 1.
    pub step: usize,
    /// When it happens.
    pub at: VirtualTime,
    /// What it is, as it is written.
    pub what: Json,
    /// The request: of a fault the one that it disturbed, else the first behind the step.
    pub request: Option<Exchange>,
    /// Of a fault: which of its disturbances that was, counted from 1.
    pub disturbance: Option<u64>,
    /// Of a fault: the client is lost if this disturbance is the only one.
    pub alone: bool,
    /// The run with everything up to there, and nothing behind it.
    pub ran: Ran,
    /// The scenario up to there.
    pub course: Course,
}

/// Asks, and counts how often.
struct Asker<'a> {
    house: &'a House,
    client: &'a Client,
    options: &'a Options,
    told: &'a mut dyn FnMut(&str),
    runs: usize,
    /// What the whole run came to.
    kind: Kind,
    recoverable: bool,
}

/// Finds where a client is lost in a scenario. `told` hears about each run.
///
/// # Errors
/// When a run can't be made.
pub fn bisect(
    house: &House,
    course: &Course,
    client: &Client,
    options: &Options,
    told: &mut dyn FnMut(&str),
) -> Result<Found, RunError> {
    told("the whole scenario");
    let whole = house.run(course, client, options, "000-whole")?;
    let Some(kind) = whole.verdict.worst().map(|finding| finding.kind).filter(|_| !whole.verdict.passed)
    else {
        return Ok(Found::Survives);
    };
    if kind == Kind::NoticedNothing {
        return Ok(Found::Nowhere(Box::new(whole)));
    }
    let recoverable = course.scenario.recoverable;
    let mut asker = Asker { house, client, options, told, runs: 0, kind, recoverable };
    // What ends a fault is no step of its own: without it the fault would do more than it did.
    let is_end = |place: &&usize| matches!(course.scenario.steps[**place].action, Action::End(_));
    let (ends, events): (Vec<usize>, Vec<usize>) = course.steps.iter().partition(is_end);
    let up_to = |count: usize| {
        let mut steps = [&events[..count], &ends[..]].concat();
        steps.sort_unstable();
        Course { steps, ..course.clone() }
    };
    if let Some(ran) = asker.fails(&up_to(0), "nothing")? {
        return Ok(Found::Always(Box::new(ran)));
    }
    let mut last = whole;
    let (mut low, mut high) = (0, events.len());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match asker.fails(&up_to(middle), &format!("{middle} of {} steps", events.len()))? {
            Some(ran) => (high, last) = (middle, ran),
            None => low = middle,
        }
    }
    let shortened = up_to(high);
    let place = events[high - 1];
    let step = &course.scenario.steps[place];
    let at = course.specification.start + step.at;
    let lost = Lost {
        step: place + 1,
        at,
        what: written(step),
        request: last.log.iter().find(|exchange| exchange.at >= at).cloned(),
        disturbance: None,
        alone: false,
        ran: last,
        course: shortened,
    };
    match step.action {
        Action::Fault(_) => asker.disturbance(lost, place),
        Action::Command { .. } | Action::End(_) => Ok(Found::Step(Box::new(lost))),
    }
}

impl Asker<'_> {
    /// The run, if the client fails in it as it did in the whole.
    fn fails(&mut self, course: &Course, what: &str) -> Result<Option<Ran>, RunError> {
        self.runs += 1;
        (self.told)(what);
        let mut course = course.clone();
        // Where nothing helps, giving up is right only once everything has happened.
        course.scenario.recoverable = true;
        let name = format!("{:03}", self.runs);
        let ran = self.house.run(&course, self.client, self.options, &name)?;
        let same = ran.verdict.findings.iter().any(|finding| finding.kind == self.kind);
        let fails = if self.recoverable { !ran.verdict.passed } else { same };
        Ok(fails.then_some(ran))
    }

    /// Of the disturbances of a fault, the first without which the client survives.
    fn disturbance(&mut self, mut lost: Lost, place: usize) -> Result<Found, RunError> {
        let name = fault_name(&lost.course, place);
        let disturbed = |ran: &Ran| -> Vec<Exchange> {
            let by_it = |exchange: &&Exchange| exchange.fault.as_deref() == Some(&*name);
            ran.log.iter().filter(by_it).cloned().collect()
        };
        let all = disturbed(&lost.ran).len() as u64;
        let acting = |course: &Course, which: Range<u64>| Course {
            acting: Some(Acting { fault: name.clone(), which }),
            ..course.clone()
        };
        let course = lost.course.clone();
        let (mut low, mut high) = (0, all);
        while high > low + 1 {
            let middle = low + (high - low) / 2;
            let what = format!("{middle} of {all} disturbances");
            match self.fails(&acting(&course, 0..middle), &what)? {
                Some(ran) => (high, lost.ran) = (middle, ran),
                None => low = middle,
            }
        }
        if high == 0 {
            // It was there, and acted on nothing that this client asked.
            return Ok(Found::Step(Box::new(lost)));
        }
        lost.request = disturbed(&lost.ran).into_iter().nth(high as usize - 1);
        lost.disturbance = Some(high);
        let only = acting(&course, high - 1..high);
        lost.alone = high == 1 || self.fails(&only, &format!("the disturbance {high} alone"))?.is_some();
        lost.course = acting(&course, 0..high);
        Ok(Found::Step(Box::new(lost)))
    }
}

/// What the fault of a step is called in a tenant where nothing else was started.
fn fault_name(course: &Course, place: usize) -> String {
    let scenario = &course.scenario;
    match &scenario.steps[place].label {
        Some(label) => format!("{}.{label}", scenario.name),
        None => {
            let among = course.steps.iter().position(|step| *step == place).unwrap_or_default();
            format!("{}.{}", scenario.name, among + 1)
        }
    }
}

/// A step as it is written.
fn written(step: &Step) -> Json {
    match &step.action {
        Action::Command { command, .. } => crate::model::json::json!({"do": command}),
        Action::Fault(fault) => crate::model::json::json!({"fault": fault}),
        Action::End(label) => crate::model::json::json!({"end": label}),
    }
}
