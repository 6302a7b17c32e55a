//! Commands as JSON: the same data as in scenarios, with names where the journal has indexes.
//!
//! Names are resolved here; the journal holds plain data.

use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::generate::World;
use crate::model::alert::Resolution;
use crate::model::command::{By, Command, JournalEntry};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::person::Persona;
use crate::model::time::VirtualTime;

use super::refusals::Refusal;
use super::{body, inject, play};

/// A command as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Written {
    /// Close alerts.
    #[serde(rename_all = "camelCase")]
    CloseAlerts {
        alerts: Vec<Hex24>,
        r#as: Resolution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Open closed alerts again.
    ReopenAlerts {
        alerts: Vec<Hex24>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Mark an alert read or unread.
    MarkAlert {
        alert: Hex24,
        read: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Tell a story: by default now, about somebody whom it suits, as big as is usual.
    #[serde(rename_all = "camelCase")]
    PlayStory {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<VirtualTime>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u32>,
    },
    /// Put an activity in, in the wire form of the Cloud Apps API.
    InjectActivity(Map<String, Json>),
    /// Put an alert in, in the wire form of the Cloud Apps API.
    InjectAlert(Map<String, Json>),
    /// Let a user sign in, or not.
    SetUserEnabled { user: String, enabled: bool },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Written),
    Many(Vec<Written>),
}

#[derive(Serialize)]
struct Journaled {
    number: u64,
    at: VirtualTime,
    command: Written,
}

/// `GET …/commands`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let journal: Vec<Journaled> =
        ctx.reading.state.journal().iter().map(|entry| written(ctx.world(), entry)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"commands": journal})))
}

/// `POST …/commands`: all are read and resolved before the first is given.
pub fn give(ctx: &Ctx<'_>) -> Handled {
    let text = ctx.body().trim_ascii();
    let many = text.first() == Some(&b'[');
    // Untagged reading would lose the position of an error, so the form is looked at first.
    let given = if many { OneOrMany::Many(body::read(ctx)?) } else { OneOrMany::One(body::read(ctx)?) };
    let given = match given {
        OneOrMany::One(command) => vec![command],
        OneOrMany::Many(commands) => commands,
    };
    let commands = given.iter().map(|command| resolved(ctx, command)).collect::<Result<Vec<_>, _>>()?;
    let mut accepted = Vec::new();
    for command in commands {
        let outcome = ctx.submit(command).map_err(|refusal| {
            let done = match accepted.len() {
                1 => "1 command before it was accepted".to_owned(),
                done => format!("{done} commands before it were accepted"),
            };
            Refused::from(Refusal::Conflict { problem: format!("{refusal}; {done}") })
        })?;
        accepted.push(json!({"number": outcome.number, "at": outcome.at}));
    }
    Ok(Answer::json(StatusCode::OK, &json!({"accepted": accepted})))
}

fn resolved(ctx: &Ctx<'_>, written: &Written) -> Result<Command, Refused> {
    let world = ctx.world();
    Ok(match written {
        Written::CloseAlerts { alerts, r#as, comment, by } => Command::CloseAlerts {
            alerts: ordinals(ctx, alerts)?,
            resolution: *r#as,
            comment: comment.as_deref().map(Arc::from),
            by: someone(world, by.as_deref())?,
        },
        Written::ReopenAlerts { alerts, by } => {
            Command::ReopenAlerts { alerts: ordinals(ctx, alerts)?, by: someone(world, by.as_deref())? }
        }
        Written::MarkAlert { alert: id, read, by } => {
            Command::MarkAlert { alert: alert(ctx, *id)?, read: *read, by: someone(world, by.as_deref())? }
        }
        Written::PlayStory { name, user, at, size } => play::command(ctx, name, user.as_deref(), *at, *size)?,
        Written::InjectActivity(record) => inject::activity(ctx, record)?,
        Written::InjectAlert(record) => inject::alert(ctx, record)?,
        Written::SetUserEnabled { user: name, enabled } => {
            Command::SetUserEnabled { user: user(world, "user", name)?, enabled: *enabled }
        }
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
    let found = ctx.reading.state.alert_by_id(id, ctx.now());
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

fn written(world: &World, entry: &JournalEntry) -> Journaled {
    let alert_id = |ordinal: u32| world.ids.hex24(Kind::Alert, u64::from(ordinal));
    let name = |by: &By| match by {
        By::Person(index) => world.people.get(*index as usize).map(|person| person.upn.clone()),
        By::Application(index) => {
            world.registrations.get(usize::from(*index)).map(|app| app.name.to_string())
        }
        By::Operator => None,
    };
    let command = match &entry.command {
        Command::CloseAlerts { alerts, resolution, comment, by } => Written::CloseAlerts {
            alerts: alerts.iter().map(|ordinal| alert_id(*ordinal)).collect(),
            r#as: *resolution,
            comment: comment.as_deref().map(str::to_owned),
            by: name(by),
        },
        Command::ReopenAlerts { alerts, by } => Written::ReopenAlerts {
            alerts: alerts.iter().map(|ordinal| alert_id(*ordinal)).collect(),
            by: name(by),
        },
        Command::MarkAlert { alert, read, by } => {
            Written::MarkAlert { alert: alert_id(*alert), read: *read, by: name(by) }
        }
        Command::PlayStory { name, user, begins, size } => Written::PlayStory {
            name: name.to_string(),
            user: world.people.get(*user as usize).map(|person| person.upn.clone()),
            at: Some(*begins),
            size: Some(*size),
        },
        Command::InjectActivity { activity } => Written::InjectActivity(fields(&activity.fields)),
        Command::InjectAlert { alert } => Written::InjectAlert(fields(&alert.fields)),
        Command::SetUserEnabled { user, enabled } => Written::SetUserEnabled {
            user: world.people.get(*user as usize).map(|person| person.upn.clone()).unwrap_or_default(),
            enabled: *enabled,
        },
    };
    Journaled { number: entry.number, at: entry.at, command }
}
