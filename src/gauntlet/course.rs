//! What one run is: a scenario, the tenant that it happens in, and how the clock goes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::spec::{Size, Specification};
use crate::model::time::Span;
use crate::scenario::{STANDARD_START, Scenario, Step};
use crate::specification::{self, Absent, Problems, Settled};
use crate::tenant::{Mode, Tenant, Wall};

/// How the clock goes in a run, and how often the client is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How much virtual time passes with each request that is answered.
    pub tick: Span,
    /// How often the client is run.
    pub rounds: u32,
    /// How much virtual time passes between two rounds.
    pub between: Span,
    /// After so many requests of the run, so much more.
    pub jumps: Vec<(u64, Span)>,
}

impl Plan {
    /// What a scenario says, and what is usual where it says nothing.
    fn of(scenario: &Scenario) -> Self {
        let said = &scenario.gauntlet;
        Self {
            tick: said.tick.unwrap_or(Span::seconds(1)),
            rounds: said.rounds.unwrap_or(3),
            between: said.between.unwrap_or(Span::hours(1)),
            jumps: said.jumps.iter().map(|jump| (jump.after.requests, jump.by)).collect(),
        }
    }
}

/// What one run is.
#[derive(Clone, Debug)]
pub struct Course {
    /// The scenario.
    pub scenario: Scenario,
    /// Which of its steps happen, by place.
    pub steps: Vec<usize>,
    /// What the tenant is born from.
    pub specification: Specification,
    /// How the clock goes.
    pub plan: Plan,
    /// When one of its faults acts, if not always.
    pub acting: Option<Acting>,
}

/// Of the times that a fault would act, only these count, from 0 on; at the others it leaves requests as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The name of the fault in the tenant.
    pub fault: String,
    /// Which times.
    pub which: Range<u64>,
}

impl Course {
    /// A scenario from beginning to end, in its own tenant, with another seed if one is given.
    ///
    /// # Errors
    /// Everything that is wrong with its specification.
    pub fn new(scenario: Scenario, seed: Option<u64>) -> Result<Self, Problems> {
        let specification = specified(&scenario.tenant, seed)?;
        let (steps, plan) = ((0..scenario.steps.len()).collect(), Plan::of(&scenario));
        Ok(Self { scenario, steps, specification, plan, acting: None })
    }

    /// The scenario's name.
    pub fn name(&self) -> &str {
        &self.scenario.name
    }

    /// What happens, in order of time.
    pub fn steps(&self) -> Vec<&Step> {
        self.steps.iter().filter_map(|place| self.scenario.steps.get(*place)).collect()
    }
}

/// What a specification (YAML or JSON) says of a tenant of the gauntlet.
///
/// # Errors
/// Everything that is wrong with it.
pub fn specified(text: &str, seed: Option<u64>) -> Result<Specification, Problems> {
    let absent = Absent { size: Size::Tiny, ..Absent::starting(STANDARD_START) };
    let settled = Settled { seed, ..Settled::default() };
    specification::read_settled(text, absent, settled).map(|birth| birth.spec)
}

/// The tenants of the gauntlet: each specification is born once, and every run has it as it was born.
#[derive(Default)]
pub struct Births(Mutex<BTreeMap<String, Arc<OnceLock<Tenant>>>>);

impl Births {
    /// A tenant of its own, as it was born, with a clock that stands still.
    pub fn of(&self, specification: &Specification) -> Tenant {
        let wall = Wall::manual(specification.start);
        let key = serde_json::to_string(specification).unwrap_or_default();
        let place = {
            let mut born = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(born.entry(key).or_default())
        };
        // Outside the lock: others may be born at the same time.
        let tenant = place.get_or_init(|| Tenant::born(specification, Mode::Frozen, wall.clone()));
        tenant.as_born(wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_of_one_specification_are_born_once_and_live_apart() {
        let births = Births::default();
        let specification = specified("seed: 3", None).unwrap();
        let [one, other] = [0, 1].map(|_| births.of(&specification));
        assert_eq!(one.identity().id, other.identity().id);
        one.advance(Span::hours(2)).unwrap();
        assert_eq!(other.now(), specification.start);
        births.of(&specified("seed: 3", Some(4)).unwrap());
        assert_eq!(births.0.lock().unwrap().len(), 2);
    }
}
