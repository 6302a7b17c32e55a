//! What one run is: a scenario, the tenant that it happens in, and how the clock goes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::commands::CommandDto;
use crate::commands::scenarios::ScheduledDto;
use crate::model::spec::{Size, Specification};
use crate::model::time::{Span, VirtualTime};
use crate::specification::{self, Absent, Problems, Settled};
use crate::tenant::{Mode, Tenant, Wall};

/// Where a tenant's clock first stands, unless its specification says: a Tuesday.
const START: VirtualTime = VirtualTime::of_day(20_781);

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

impl Default for Plan {
    fn default() -> Self {
        Self { tick: Span::seconds(1), rounds: 3, between: Span::hours(1), jumps: Vec::new() }
    }
}

/// What one run is.
#[derive(Clone, Debug)]
pub struct Course {
    /// The scenario's name.
    pub name: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// How a client notices.
    pub notice: String,
    /// What a good client does.
    pub remedy: String,
    /// A careful client ends with exactly the truth; else it ends by itself, with an error.
    pub recoverable: bool,
    /// What the tenant is born from.
    pub specification: Specification,
    /// How the clock goes.
    pub plan: Plan,
    /// What happens, from the start on.
    pub steps: Vec<(Span, CommandDto)>,
}

impl Course {
    /// A run in which nothing happens.
    pub fn empty(specification: Specification) -> Self {
        Self {
            name: "nothing-happens".to_owned(),
            summary: "Nothing happens.".to_owned(),
            notice: "It does not.".to_owned(),
            remedy: "It collects everything once.".to_owned(),
            recoverable: true,
            specification,
            plan: Plan::default(),
            steps: Vec::new(),
        }
    }

    /// The command that sets everything going, if anything happens.
    pub fn opening(&self, now: VirtualTime) -> Option<CommandDto> {
        let steps: Vec<ScheduledDto> = self
            .steps
            .iter()
            .map(|(at, command)| ScheduledDto { at: now + *at, makes: None, command: command.clone() })
            .collect();
        (!steps.is_empty()).then(|| CommandDto::StartScenario { name: self.name.clone(), steps })
    }
}

/// What a specification (YAML or JSON) says of a tenant of the gauntlet.
///
/// # Errors
/// Everything that is wrong with it.
pub fn specified(text: &str, seed: Option<u64>) -> Result<Specification, Problems> {
    let absent = Absent { size: Size::Tiny, ..Absent::starting(START) };
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
