//! The command that starts a scenario in a tenant.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::commands::CommandDto;
use crate::commands::scenarios::ScheduledDto;
use crate::facts;
use crate::facts::ids;
use crate::model::field_error::FieldError;
use crate::model::json::json;
use crate::model::json::retyped;
use crate::model::scenario::Promise;
use crate::tenant::TenantView;

use super::labels::{self, Use};
use super::parameters;
use super::{Action, Scenario, Step};

/// The command that starts some of the steps of a scenario in a tenant, at the instant of `view`.
///
/// # Errors
/// When these are none.
pub fn of_steps(scenario: &Scenario, steps: &[&Step], view: &TenantView) -> Result<CommandDto, FieldError> {
    if steps.is_empty() {
        return Err(FieldError::text("steps", "a scenario in which something happens", "none"));
    }
    let alerts: BTreeMap<&str, Promise> = scenario.alerts().collect();
    let prefix = prefix(scenario, view);
    let fault = |step: usize, label: Option<&str>| match label {
        Some(label) => format!("{prefix}.{label}"),
        None => format!("{prefix}.{}", step + 1),
    };
    let mut written = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let at = view.now + step.at;
        let (makes, command) = match &step.action {
            Action::Command { command, makes } => {
                let mut command = command.clone();
                labels::replace(&mut command, &|used| match used {
                    Use::Alert(label) => Some(ids::alert(view, alerts.get(label)?.number()).to_string()),
                    Use::Now(span) => Some((at + span).to_string()),
                });
                // It was read before, with other ids in it.
                let command =
                    retyped(&command).map_err(|error| FieldError::text("do", "a command", &error))?;
                (*makes, command)
            }
            Action::Fault(added) => {
                let name = Some(fault(place, step.label.as_deref()));
                (None, CommandDto::AddFault { name, fault: added.clone() })
            }
            Action::End(label) => (None, CommandDto::RemoveFault { name: fault(place, Some(label)) }),
        };
        written.push(ScheduledDto { at, makes, command });
    }
    Ok(CommandDto::StartScenario { name: scenario.name.clone(), steps: written })
}

impl Scenario {
    /// The scenario as a file that takes over nothing and leaves nothing open, as JSON; without what it expects.
    pub fn flat(&self) -> Json {
        let steps: Vec<Json> = self.steps.iter().map(Step::written).collect();
        let mut flat = json!({
            "name": self.name, "summary": self.summary, "notice": self.notice, "remedy": self.remedy,
            "about": self.about, "recoverable": self.recoverable, "steps": steps,
        });
        parameters::protect(&mut flat);
        flat
    }

    /// The alerts that steps make under a name.
    pub fn alerts(&self) -> impl Iterator<Item = (&str, Promise)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Command { makes, .. } => Some((step.label.as_deref()?, (*makes)?)),
            _ => None,
        })
    }
}

impl Step {
    /// The step as a file could have it, with `at` counted from the start of the scenario.
    pub fn written(&self) -> Json {
        let mut written = Map::new();
        written.insert("at".to_owned(), json!(self.at));
        let (what, of) = match &self.action {
            Action::Command { command, .. } => ("do", command.clone()),
            Action::Fault(fault) => ("fault", json!(fault)),
            Action::End(label) => ("end", json!(label)),
        };
        written.insert(what.to_owned(), of);
        if let Some(label) = &self.label {
            written.insert("as".to_owned(), json!(label));
        }
        Json::Object(written)
    }

    /// The names of earlier steps without which it means nothing.
    pub fn needs(&self) -> Vec<String> {
        match &self.action {
            Action::Command { command, .. } => labels::named(command),
            Action::End(label) => vec![label.clone()],
            Action::Fault(_) => Vec::new(),
        }
    }
}

/// What the names of its faults begin with: its name, and the number of the run where the same scenario, or somebody
/// else, has used that before.
fn prefix(scenario: &Scenario, view: &TenantView) -> String {
    let runs = facts::fault::runs(view).count();
    let started = facts::fault::runs(view).any(|run| *run.name == *scenario.name);
    let begins = format!("{}.", scenario.name);
    let known = facts::fault::all(view).until(view.now).any(|fault| fault.name.starts_with(&begins));
    if started || known { format!("{}-{runs}", scenario.name) } else { scenario.name.clone() }
}
