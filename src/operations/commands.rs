//! Giving a tenant commands, and the journal of those that were accepted.

use serde::{Deserialize, Serialize};

use crate::commands::{CommandDto, resolve, to_dto};
use crate::model::command::Command;
use crate::model::field_error::FieldError;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::{OperationError, Subject, faults};

/// A command was accepted.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let done = mock.command(serde_json::json!({"setUserEnabled": {"user": "user", "enabled": false}}))?;
/// assert_eq!((done.number, done.at), (1, mock.now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Accepted {
    /// Its place in the journal: 1, 2, 3, …
    pub number: u64,
    /// When it was decided.
    pub at: VirtualTime,
}

/// A command of the journal.
#[derive(Clone, Debug, Serialize)]
pub struct Journaled {
    /// Its place: 1, 2, 3, …
    pub number: u64,
    /// When it was decided.
    pub at: VirtualTime,
    /// The command as it is written.
    pub command: CommandDto,
}

/// The accepted commands, oldest first.
pub fn list(view: &TenantView) -> Vec<Journaled> {
    let journal = view.state.journal().iter();
    journal
        .map(|entry| Journaled { number: entry.number, at: entry.at, command: to_dto(view, &entry.command) })
        .collect()
}

/// Gives commands, one after the other. All are resolved before the first is given; but those behind one that
/// registers an application or makes a group may name it, so they are resolved when it is their turn.
///
/// # Errors
/// At the first that names what is not there or is refused. Those before it stay given.
pub fn give(subject: &Subject<'_>, given: &[CommandDto]) -> Result<Vec<Accepted>, OperationError> {
    let registers = given.iter().position(|command| {
        matches!(command, CommandDto::AddApplication { .. } | CommandDto::AddGroup { .. })
    });
    let (early, late) = given.split_at(registers.map_or(given.len(), |at| at + 1));
    let view = &subject.view;
    let commands =
        early.iter().map(|command| resolved(subject, view, command)).collect::<Result<Vec<_>, _>>()?;
    let mut accepted = Vec::new();
    for command in commands {
        accepted.push(submit(subject, command, accepted.len())?);
    }
    for command in late {
        let command = resolved(subject, &subject.tenant.read(), command).map_err(|error| {
            let problem = format!("{error}.; {}", before(accepted.len()));
            OperationError::Conflict { problem }
        })?;
        accepted.push(submit(subject, command, accepted.len())?);
    }
    Ok(accepted)
}

/// The command that is meant, at the instant of `view`.
pub(super) fn resolved(
    subject: &Subject<'_>,
    view: &TenantView,
    written: &CommandDto,
) -> Result<Command, FieldError> {
    faults::check(subject.gateway, written)?;
    let device_codes = |user_code: &str| {
        let entry = subject.gateway.registry.by_id(view.state.identity().id);
        entry.and_then(|entry| entry.devices.find(user_code))
    };
    resolve(view, written, &device_codes)
}

/// Gives one command, behind `done` others.
fn submit(subject: &Subject<'_>, command: Command, done: usize) -> Result<Accepted, OperationError> {
    let outcome = subject.tenant.submit(subject.view.now, command);
    let outcome = outcome.map_err(|refusal| OperationError::of(&refusal, &format!("; {}", before(done))))?;
    Ok(Accepted { number: outcome.number, at: outcome.at })
}

fn before(done: usize) -> String {
    match done {
        1 => "1 command before it was accepted".to_owned(),
        done => format!("{done} commands before it were accepted"),
    }
}
