//! Commands as JSON: the same data as in scenarios, with names where the journal has indexes.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::commands::{CommandDto, resolve, to_dto};
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::command::{Command, JournalEntry};
use crate::model::time::VirtualTime;
use crate::tenant::CommandRefusal as Denied;

use super::body;
use super::refusals::ControlRefusal;

#[derive(Serialize)]
struct Journaled {
    number: u64,
    at: VirtualTime,
    command: CommandDto,
}

/// `GET …/commands`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let journaled = |entry: &JournalEntry| Journaled {
        number: entry.number,
        at: entry.at,
        command: to_dto(ctx.world(), &entry.command),
    };
    let journal: Vec<Journaled> = ctx.view.state.journal().iter().map(|entry| journaled(entry)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"commands": journal})))
}

/// `POST …/commands`: all are read and resolved before the first is given. Those behind one that registers an
/// application may name it, so they are resolved when it is their turn.
pub fn give(ctx: &Ctx<'_>) -> Handled {
    // Untagged reading would lose the position of an error, so the form is looked at first.
    let many = ctx.body().trim_ascii().first() == Some(&b'[');
    let given: Vec<CommandDto> = if many { body::read(ctx)? } else { vec![body::read(ctx)?] };
    let registers = given.iter().position(|command| matches!(command, CommandDto::AddApplication { .. }));
    let (early, late) = given.split_at(registers.map_or(given.len(), |at| at + 1));
    let commands = early.iter().map(|command| resolved(ctx, command)).collect::<Result<Vec<_>, _>>()?;
    let mut accepted = Vec::new();
    for command in commands {
        accepted.push(submit(ctx, command, accepted.len())?);
    }
    for command in late {
        let command = resolved(&ctx.refreshed(), command).map_err(|refused| {
            let problem = format!("{}; {}", refused.reason(), before(accepted.len()));
            Refused::from(ControlRefusal::Conflict { problem })
        })?;
        accepted.push(submit(ctx, command, accepted.len())?);
    }
    Ok(Answer::json(StatusCode::OK, &json!({"accepted": accepted})))
}

pub(super) fn resolved(ctx: &Ctx<'_>, written: &CommandDto) -> Result<Command, Refused> {
    let device_codes = |user_code: &str| {
        let entry = ctx.gateway.registry.by_id(ctx.view.state.identity().id);
        entry.and_then(|entry| entry.devices.find(user_code))
    };
    Ok(resolve(&ctx.view, written, &device_codes)?)
}

/// Gives one command, behind `done` others.
fn submit(ctx: &Ctx<'_>, command: Command, done: usize) -> Result<Json, Refused> {
    let outcome = ctx.submit(command).map_err(|refusal| {
        let problem = format!("{refusal}; {}", before(done));
        Refused::from(match refusal {
            Denied::Changed { expected, found, .. } => ControlRefusal::Changed { problem, expected, found },
            _ => ControlRefusal::Conflict { problem },
        })
    })?;
    Ok(json!({"number": outcome.number, "at": outcome.at}))
}

fn before(done: usize) -> String {
    match done {
        1 => "1 command before it was accepted".to_owned(),
        done => format!("{done} commands before it were accepted"),
    }
}
