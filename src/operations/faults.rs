//! Disturbing the requests to a tenant: which faults it has, adding them, removing them.

use serde::{Deserialize, Serialize};

use crate::commands::CommandDto;
use crate::facts;
use crate::faults::Count;
use crate::faults::chaos::{Chaos, PREFIX};
use crate::faults::matching::is_service;
use crate::gateway::{Gateway, Row, Service, ServiceProfile};
use crate::model::command::FaultCommand;
use crate::model::fault::{Effect, Fault, Occasion, RequestMatch};
use crate::model::field_error::FieldError;
use crate::model::index::RunNo;
use crate::model::time::VirtualTime;
use crate::tenant::nouns::faults::{FaultEnd, PlacedFault};
use crate::tenant::{Made, TenantView};

use super::commands::resolved;
use super::{OperationError, Subject};

/// A fault of a tenant, and how often it was met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaultState {
    /// Its name.
    pub id: String,
    /// Which requests it is about, when it acts, and how.
    pub fault: Fault,
    /// When it was added.
    pub since: VirtualTime,
    /// The number of the scenario that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<RunNo>,
    /// Requests that it was about, since the server started, the tenant was forked off, or it was reset.
    pub matched: u64,
    /// Those on which it acted.
    pub acted: u64,
    /// When and why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// When and why a fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ended {
    /// When.
    pub at: VirtualTime,
    /// Why.
    pub why: EndedBy,
}

/// Why a fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndedBy {
    /// Somebody removed it.
    Removed,
    /// It has acted as often as it should.
    UsedUp,
}

/// A fault that is to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFault {
    /// Its name; one is made, if none is said.
    pub id: Option<String>,
    /// What it does.
    pub fault: Fault,
}

/// What is to be added, as it is written: a fault, or a level of chaos.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Written {
    id: Option<String>,
    #[serde(default, rename = "match")]
    matches: Option<RequestMatch>,
    when: Option<Occasion>,
    effect: Option<Effect>,
    chaos: Option<Chaos>,
}

impl Written {
    /// Adds what is written.
    ///
    /// # Errors
    /// When it is neither a fault nor a level of chaos, can't be played, or the tenant does not take it.
    pub fn give(self, subject: &Subject<'_>) -> Result<Vec<FaultState>, OperationError> {
        match self {
            Self { id: None, matches: None, when: None, effect: None, chaos: Some(level) } => {
                add_chaos(subject, level)
            }
            of_a_fault => Ok(vec![add(subject, of_a_fault.fault()?)?]),
        }
    }

    /// The fault that is written.
    ///
    /// # Errors
    /// When it is none.
    pub fn fault(self) -> Result<NewFault, FieldError> {
        if let Some(level) = self.chaos {
            return Err(FieldError::text("chaos", "a level alone, or a fault without one", level.name()));
        }
        let effect = self.effect.ok_or_else(|| FieldError::value("effect", WHAT, "nothing".to_owned()))?;
        let (matches, when) = (self.matches.unwrap_or_default(), self.when.unwrap_or_default());
        Ok(NewFault { id: self.id, fault: Fault { matches, when, effect } })
    }
}

/// What a fault needs.
const WHAT: &str = "what becomes of the requests, such as {\"respond\": {\"status\": 503}}";

/// The faults that a tenant has, in the order in which they are tried; the last that have ended included.
pub fn list(subject: &Subject<'_>) -> Vec<FaultState> {
    let placed = facts::fault::all(&subject.view).until(subject.view.now);
    placed.map(|placed| state(subject, placed)).collect()
}

fn state(subject: &Subject<'_>, placed: &PlacedFault) -> FaultState {
    let entry = subject.gateway.registry.by_id(subject.view.state.identity().id);
    let count =
        entry.map_or_else(Count::default, |entry| entry.faults.of(entry.tenant.life(), placed.number));
    FaultState {
        id: placed.name.to_string(),
        fault: Fault::clone(&placed.fault),
        since: placed.since,
        scenario: placed.run,
        matched: count.matched,
        acted: count.acted,
        ended: placed.ended.map(|(at, why)| Ended {
            at,
            why: match why {
                FaultEnd::Removed => EndedBy::Removed,
                FaultEnd::UsedUp => EndedBy::UsedUp,
            },
        }),
    }
}

/// Adds a fault.
///
/// # Errors
/// When it can't be played, or the tenant does not take it.
pub fn add(subject: &Subject<'_>, new: NewFault) -> Result<FaultState, OperationError> {
    let command = CommandDto::AddFault { name: new.id, fault: Box::new(new.fault) };
    let command = resolved(subject, &subject.view, &command)?;
    let outcome = subject.tenant.submit(subject.view.now, command)?;
    let view = subject.tenant.read();
    let after = Subject { gateway: subject.gateway, tenant: subject.tenant, view };
    let added = match outcome.made {
        Made::Fault(number) => facts::fault::by_number(&after.view, number),
        _ => None,
    };
    added.map(|placed| state(&after, placed)).ok_or_else(|| OperationError::Conflict {
        problem: "the fault was removed again in the moment in which it was added".to_owned(),
    })
}

/// Adds the faults of a level of chaos.
///
/// # Errors
/// When the tenant has some already, or does not take them.
pub fn add_chaos(subject: &Subject<'_>, level: Chaos) -> Result<Vec<FaultState>, OperationError> {
    if has_chaos(&subject.view) {
        let problem = format!(
            "there is chaos in this tenant already; remove the faults whose names begin with {PREFIX} first"
        );
        return Err(OperationError::Conflict { problem });
    }
    let faults = level.faults().into_iter();
    faults
        .map(|(name, fault)| add(subject, NewFault { id: Some(name), fault: Fault::clone(&fault) }))
        .collect()
}

/// The tenant has faults of chaos that have not ended.
pub fn has_chaos(view: &TenantView) -> bool {
    facts::fault::all(view).at(view.now).any(|placed| placed.name.starts_with(PREFIX))
}

/// The tenant has a fault of this name that has not ended.
pub fn is_there(subject: &Subject<'_>, name: &str) -> bool {
    facts::fault::all(&subject.view).at(subject.view.now).any(|placed| *placed.name == *name)
}

/// Removes the fault of this name.
///
/// # Errors
/// When there is none, or the tenant does not take it.
pub fn remove(subject: &Subject<'_>, name: &str) -> Result<(), OperationError> {
    subject.tenant.submit(subject.view.now, FaultCommand::RemoveFault { name: name.into() })?;
    Ok(())
}

/// Removes all.
///
/// # Errors
/// When the tenant does not take it.
pub fn clear(subject: &Subject<'_>) -> Result<(), OperationError> {
    subject.tenant.submit(subject.view.now, FaultCommand::RemoveFaults {})?;
    Ok(())
}

/// Whether the faults that a command adds, now or later, name services and refusals that there are.
///
/// # Errors
/// The field that does not.
pub(super) fn check(gateway: &Gateway, written: &CommandDto) -> Result<(), FieldError> {
    match written {
        CommandDto::AddFault { fault, .. } => known(gateway, fault),
        CommandDto::StartScenario { steps, .. } => {
            steps.iter().try_for_each(|step| check(gateway, &step.command))
        }
        _ => Ok(()),
    }
}

fn known(gateway: &Gateway, fault: &Fault) -> Result<(), FieldError> {
    let profile = match fault.matches.service.as_deref() {
        None => None,
        Some(name) => Some(service(gateway, name)?),
    };
    let Effect::Refuse { refusal, with } = &fault.effect else { return Ok(()) };
    let profile = profile.ok_or_else(|| {
        let expected = format!("{}, since a refusal is one of a service's own", services());
        FieldError::value("match.service", &expected, "nothing".to_owned())
    })?;
    let catalogue = profile.refusals;
    let row = catalogue.rows.iter().find(|row| *row.name == **refusal).ok_or_else(|| {
        let names: Vec<&str> = catalogue.rows.iter().map(|row| row.name).collect();
        let expected = format!("a refusal of {}: {}", profile.service.name(), names.join(", "));
        FieldError::text("effect.refuse.refusal", &expected, refusal)
    })?;
    for (name, text) in with {
        if !row.placeholders.contains(&&**name) {
            return Err(FieldError::text("effect.refuse.with", &placeholders(row), name));
        }
        let alone = |placeholder: &str| (*placeholder == **name).then(|| text.to_string());
        if (catalogue.named)(row.name, &alone).is_none() {
            let field = format!("effect.refuse.with.{name}");
            return Err(FieldError::text(&field, "a whole number", text));
        }
    }
    Ok(())
}

fn placeholders(row: &Row) -> String {
    match row.placeholders {
        [] => format!("nothing: the text of {} has no placeholders", row.name),
        names => format!("placeholders of {}: {}", row.name, names.join(", ")),
    }
}

fn service(gateway: &Gateway, name: &str) -> Result<&'static ServiceProfile, FieldError> {
    let mut all = Service::ALL.into_iter().filter(|service| !service.is_operators());
    let service = all.find(|service| is_service(name, service.name()));
    let profile = service.and_then(|service| gateway.profile(service));
    profile.ok_or_else(|| FieldError::text("match.service", &services(), name))
}

fn services() -> String {
    let all = Service::ALL.into_iter().filter(|service| !service.is_operators());
    format!("a service: {}", all.map(Service::name).collect::<Vec<_>>().join(", "))
}
