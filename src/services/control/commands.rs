//! Commands as JSON: the same data as in scenarios, with names where the journal has indexes.
//!
//! Names are resolved here; the journal holds plain data.

mod dto;
mod identity;

use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::generate::World;
use crate::model::command::{By, Command, JournalEntry};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::person::Persona;
use crate::model::time::VirtualTime;
use crate::tenant::CommandRefusal as Denied;
use crate::wire::cloudapps::read;

use super::refusals::ControlRefusal;
use super::{body, play};
use dto::CommandDto;

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(CommandDto),
    Many(Vec<CommandDto>),
}

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
    let text = ctx.body().trim_ascii();
    let many = text.first() == Some(&b'[');
    // Untagged reading would lose the position of an error, so the form is looked at first.
    let given = if many { OneOrMany::Many(body::read(ctx)?) } else { OneOrMany::One(body::read(ctx)?) };
    let given = match given {
        OneOrMany::One(command) => vec![command],
        OneOrMany::Many(commands) => commands,
    };
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

fn resolved(ctx: &Ctx<'_>, written: &CommandDto) -> Result<Command, Refused> {
    let world = ctx.world();
    let command = match written {
        CommandDto::CloseAlerts { alerts, r#as, comment, by, .. } => Command::CloseAlerts {
            alerts: ordinals(ctx, alerts)?,
            resolution: *r#as,
            comment: comment.as_deref().map(Arc::from),
            by: someone(world, by.as_deref())?,
        },
        CommandDto::ReopenAlerts { alerts, by, .. } => {
            Command::ReopenAlerts { alerts: ordinals(ctx, alerts)?, by: someone(world, by.as_deref())? }
        }
        CommandDto::MarkAlert { alert: id, read, by, .. } => {
            Command::MarkAlert { alert: alert(ctx, *id)?, read: *read, by: someone(world, by.as_deref())? }
        }
        CommandDto::PlayStory { name, user, at, size } => {
            play::command(ctx, name, user.as_deref(), *at, *size)?
        }
        CommandDto::InjectActivity(record) => {
            Command::InjectActivity { activity: Arc::new(read::activity(&ctx.view, record)?) }
        }
        CommandDto::InjectAlert(record) => {
            Command::InjectAlert { alert: Arc::new(read::alert(&ctx.view, record)?) }
        }
        CommandDto::SetTokenStamps { stamps } => Command::SetTokenStamps { stamps: *stamps },
        CommandDto::SetUserEnabled { user: name, enabled } => {
            Command::SetUserEnabled { user: user(world, "user", name)?, enabled: *enabled }
        }
        about_the_directory => identity::command(ctx, about_the_directory)?,
    };
    Ok(match written.if_version() {
        Some(version) => Command::IfVersion { version, command: Box::new(command) },
        None => command,
    })
}

/// Ordinals of alerts, ascending, without repeats.
fn ordinals(ctx: &Ctx<'_>, ids: &[Hex24]) -> Result<Arc<[u32]>, Refused> {
    let mut ordinals = ids.iter().map(|id| alert(ctx, *id)).collect::<Result<Vec<u32>, _>>()?;
    ordinals.sort_unstable();
    ordinals.dedup();
    Ok(ordinals.into())
}

fn alert(ctx: &Ctx<'_>, id: Hex24) -> Result<u32, Refused> {
    let found = ctx.view.state.alert_by_id(id, ctx.now());
    found
        .map(|alert| alert.ordinal)
        .ok_or_else(|| body::bad_field("alerts", "the id of an alert of this tenant", &id.to_string()))
}

/// A user by persona, principal name or object id.
pub(super) fn user(world: &World, field: &str, name: &str) -> Result<u32, Refused> {
    let persona = Persona::ALL.into_iter().find(|persona| persona.name() == name);
    let by_id = || name.parse::<Guid>().ok().and_then(|id| world.person_by_id(id));
    persona
        .and_then(|persona| world.persona(persona))
        .or_else(|| world.person_by_upn(name))
        .or_else(by_id)
        .ok_or_else(|| body::bad_field(field, "a persona, a user principal name or an object id", name))
}

/// Who gives the command: a user, an application by its short name, or (if nothing is said) the operator.
fn someone(world: &World, name: Option<&str>) -> Result<By, Refused> {
    let Some(name) = name else { return Ok(By::Operator) };
    if let Some(index) = world.registrations.iter().position(|app| app.name == name) {
        return Ok(By::Application(index as u16));
    }
    user(world, "by", name).map(By::Person)
}

fn fields(text: &str) -> Map<String, Json> {
    serde_json::from_str(text).unwrap_or_default()
}

fn to_dto(world: &World, command: &Command) -> CommandDto {
    let alert_id = |ordinal: u32| world.ids.hex24(Kind::Alert, u64::from(ordinal));
    let name = |by: &By| match by {
        By::Person(index) => world.people.get(*index as usize).map(|person| person.upn.clone()),
        By::Application(index) => {
            world.registrations.get(usize::from(*index)).map(|app| app.name.to_string())
        }
        By::Operator => None,
    };
    match command {
        Command::IfVersion { version, command } => to_dto(world, command).expecting(*version),
        Command::CloseAlerts { alerts, resolution, comment, by } => CommandDto::CloseAlerts {
            alerts: alerts.iter().map(|ordinal| alert_id(*ordinal)).collect(),
            r#as: *resolution,
            comment: comment.as_deref().map(str::to_owned),
            by: name(by),
            if_version: None,
        },
        Command::ReopenAlerts { alerts, by } => CommandDto::ReopenAlerts {
            alerts: alerts.iter().map(|ordinal| alert_id(*ordinal)).collect(),
            by: name(by),
            if_version: None,
        },
        Command::MarkAlert { alert, read, by } => {
            CommandDto::MarkAlert { alert: alert_id(*alert), read: *read, by: name(by), if_version: None }
        }
        Command::PlayStory { name, user, begins, size } => CommandDto::PlayStory {
            name: name.to_string(),
            user: world.people.get(*user as usize).map(|person| person.upn.clone()),
            at: Some(*begins),
            size: Some(*size),
        },
        Command::InjectActivity { activity } => CommandDto::InjectActivity(fields(&activity.fields)),
        Command::InjectAlert { alert } => CommandDto::InjectAlert(fields(&alert.fields)),
        Command::SetTokenStamps { stamps } => CommandDto::SetTokenStamps { stamps: *stamps },
        Command::Directory(command) => CommandDto::Directory(command.clone()),
        Command::SetUserEnabled { user, enabled } => CommandDto::SetUserEnabled {
            user: world.people.get(*user as usize).map(|person| person.upn.clone()).unwrap_or_default(),
            enabled: *enabled,
        },
    }
}
