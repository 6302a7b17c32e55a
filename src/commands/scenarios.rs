//! Commands about scenarios: commands that are given later.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::command::{Command, ScenarioCommand};
use crate::model::field_error::FieldError;
use crate::model::index::RunNo;
use crate::model::json::json;
use crate::model::scenario::{Promise, ScheduledCommand, StartedScenario};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{count, instant, needing, object, text};
use super::{DeviceCodes, not_about, short};

/// A command that is given later, as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduledDto {
    /// When.
    pub at: VirtualTime,
    /// The place of the alert that it makes among those that the scenario names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub makes: Option<Promise>,
    /// The command.
    pub command: CommandDto,
}

/// The command that is meant. The names of a step are those of now; what it leaves open is as of when it is given.
pub(super) fn resolve(
    view: &TenantView,
    written: &CommandDto,
    device_codes: DeviceCodes<'_>,
) -> Result<Command, FieldError> {
    match written {
        CommandDto::StartScenario { name, steps } => {
            let steps = steps.iter().enumerate().map(|(place, step)| {
                let then = TenantView { state: view.state.clone(), now: step.at };
                let command = super::resolve(&then, &step.command, device_codes).map_err(|error| {
                    FieldError { field: format!("steps[{place}].command.{}", error.field), ..error }
                })?;
                Ok(ScheduledCommand { at: step.at, makes: step.makes, command: Box::new(command) })
            });
            let steps = steps.collect::<Result<Vec<_>, FieldError>>()?.into();
            let name = short("name", name)?.into();
            Ok(ScenarioCommand::StartScenario(StartedScenario { name, steps }).into())
        }
        CommandDto::StopScenario { run } => {
            Ok(ScenarioCommand::StopScenario { run: RunNo::new(*run) }.into())
        }
        _ => Err(not_about("scenarios")),
    }
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &ScenarioCommand) -> CommandDto {
    match command {
        ScenarioCommand::StartScenario(StartedScenario { name, steps }) => {
            let steps = steps.iter().map(|step| ScheduledDto {
                at: step.at,
                makes: step.makes,
                command: super::to_dto(view, &step.command),
            });
            CommandDto::StartScenario { name: name.to_string(), steps: steps.collect() }
        }
        ScenarioCommand::StopScenario { run } => CommandDto::StopScenario { run: run.get() },
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let command = json!({"type": "object", "description": "A command that starts or stops no scenario."});
    let step =
        needing(object(json!({"at": instant(), "makes": count(), "command": command})), &["at", "command"]);
    let start = object(json!({"name": text(), "steps": {"type": "array", "items": step}}));
    vec![
        ("startScenario", needing(start, &["name", "steps"])),
        ("stopScenario", needing(object(json!({"run": count()})), &["run"])),
    ]
}
