//! The faults of a tenant: which disturbances were asked for, since when, and until when.
//!
//! How a fault acts on a request, and how often it has, is none of the tenant's business; only that it is used up.

use std::sync::Arc;

use crate::model::command::FaultCommand;
use crate::model::fault::Fault;
use crate::model::field_error::FieldError;
use crate::model::index::{FaultNo, RunNo};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment};

/// No tenant has more faults at a time.
pub const MOST_FAULTS: usize = 256;
/// No more of those that have ended are remembered.
const MOST_ENDED: usize = 256;
/// No name of a fault is longer, in bytes.
const LONGEST_NAME: usize = 128;

/// The faults, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    all: imbl::Vector<Arc<PlacedFault>>,
    added: u32,
}

/// A fault of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedFault {
    /// Its number.
    pub number: FaultNo,
    /// Its name.
    pub name: Arc<str>,
    /// What it does.
    pub fault: Arc<Fault>,
    /// When it was added.
    pub since: VirtualTime,
    /// The scenario that it belongs to.
    pub run: Option<RunNo>,
    /// When and why it ended.
    pub ended: Option<(VirtualTime, FaultEnd)>,
}

/// Why a fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultEnd {
    /// Somebody removed it, or the scenario that it belongs to was stopped.
    Removed,
    /// It has acted as often as it should.
    UsedUp,
}

/// Why a command about faults is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultRefusal {
    /// A name that is none.
    #[error("a fault is called by 1 to {LONGEST_NAME} visible characters, not by {name:?}")]
    Name {
        /// As it was written.
        name: Arc<str>,
    },
    /// One of this name is there.
    #[error("a fault {name:?} is there already; remove it, or choose another name")]
    Exists {
        /// The name.
        name: Arc<str>,
    },
    /// Too many.
    #[error("a tenant has at most {MOST_FAULTS} faults at a time; remove some")]
    Full,
    /// None of this name is there.
    #[error("there is no fault {name:?} now")]
    Unknown {
        /// The name.
        name: Arc<str>,
    },
    /// It can't be played.
    #[error("{0}")]
    Field(#[from] FieldError),
}

impl PlacedFault {
    /// It acts at `now`.
    pub fn is_there(&self, now: VirtualTime) -> bool {
        self.since <= now && self.ended.is_none_or(|(at, _)| now < at)
    }
}

impl Faults {
    /// There were never any: the answer for nearly all requests.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All that were added at or before `now`, in the order in which they are tried; those that have ended included,
    /// as far as they are remembered.
    pub fn until(&self, now: VirtualTime) -> impl Iterator<Item = &Arc<PlacedFault>> {
        self.all.iter().filter(move |fault| fault.since <= now)
    }

    /// Those that act at `now`, in the order in which they are tried.
    pub fn at(&self, now: VirtualTime) -> impl Iterator<Item = &Arc<PlacedFault>> {
        self.all.iter().filter(move |fault| fault.is_there(now))
    }

    fn living(&self) -> usize {
        self.all.iter().filter(|fault| fault.ended.is_none()).count()
    }

    fn add(
        &mut self,
        at: VirtualTime,
        name: &Arc<str>,
        fault: &Arc<Fault>,
        run: Option<RunNo>,
    ) -> Result<FaultNo, FaultRefusal> {
        fault.check()?;
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(FaultRefusal::Name { name: Arc::clone(name) });
        }
        if self.all.iter().any(|other| other.name == *name && other.ended.is_none()) {
            return Err(FaultRefusal::Exists { name: Arc::clone(name) });
        }
        if self.living() >= MOST_FAULTS {
            return Err(FaultRefusal::Full);
        }
        while self.all.len() - self.living() > MOST_ENDED {
            let Some(oldest) = self.all.iter().position(|fault| fault.ended.is_some()) else { break };
            self.all.remove(oldest);
        }
        let number = FaultNo::new(self.added);
        self.added += 1;
        let (name, fault) = (Arc::clone(name), Arc::clone(fault));
        self.all.push_back(Arc::new(PlacedFault { number, name, fault, since: at, run, ended: None }));
        Ok(number)
    }

    /// Ends those that `wanted` says; how many.
    fn end(&mut self, at: VirtualTime, why: FaultEnd, wanted: impl Fn(&PlacedFault) -> bool) -> usize {
        let places: Vec<usize> = (0..self.all.len())
            .filter(|place| self.all[*place].ended.is_none() && wanted(&self.all[*place]))
            .collect();
        for place in &places {
            Arc::make_mut(&mut self.all[*place]).ended = Some((at, why));
        }
        places.len()
    }

    /// Ends those of a scenario.
    pub(super) fn end_of_run(&mut self, at: VirtualTime, run: RunNo) {
        self.end(at, FaultEnd::Removed, |fault| fault.run == Some(run));
    }
}

/// Decides a command; `run` is the scenario that gives it, if one does.
pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    run: Option<RunNo>,
    command: &FaultCommand,
) -> Result<Made, FaultRefusal> {
    let faults = &mut core.faults;
    match command {
        FaultCommand::AddFault { name, fault } => {
            return faults.add(moment.at, name, fault, run).map(Made::Fault);
        }
        FaultCommand::RemoveFault { name } => {
            if faults.end(moment.at, FaultEnd::Removed, |fault| fault.name == *name) == 0 {
                return Err(FaultRefusal::Unknown { name: Arc::clone(name) });
            }
        }
        // It may have been removed since: then it has ended, which is all that is wanted.
        FaultCommand::UseUpFault { fault: number } => {
            faults.end(moment.at, FaultEnd::UsedUp, |fault| fault.number == *number);
        }
        FaultCommand::RemoveFaults {} => {
            faults.end(moment.at, FaultEnd::Removed, |_| true);
        }
    }
    Ok(Made::Nothing)
}
