//! Commands as people write them: with names where the journal has indexes and ids.
//!
//! The same data in the control API, on the command line, in scenarios and in tests. [`resolve`] turns what is written
//! into what the journal holds, [`to_dto`] the journal's into what is written; [`schema`](schema::schema) describes
//! it, and `commands/commands.md` says it to people.
//!
//! Must never know: HTTP, and whether a command will be accepted. That is the tenant's to decide.

mod accounts;
mod alerts;
mod applications;
mod consent;
pub mod dto;
mod policies;
mod records;
pub mod schema;
mod storylines;
mod tokens;

use std::sync::Arc;

use crate::generate::World;
use crate::model::command::{By, Command};
use crate::model::fault::FieldFault;
use crate::model::identity::IdentityCommand;
use crate::model::ids::{Guid, Kind};
use crate::model::person::Persona;
use crate::tenant::TenantView;

pub use dto::CommandDto;

/// No text of a command is longer.
const LONGEST: usize = 1_024;

/// The device code behind a code that people type: a trace, which the tenant's state does not hold.
pub type DeviceCodes<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The command that is meant, at the instant of `view`.
///
/// # Errors
/// The field that names what is not there, or holds what it can't.
pub fn resolve(
    view: &TenantView,
    written: &CommandDto,
    device_codes: DeviceCodes<'_>,
) -> Result<Command, FieldFault> {
    let world = view.state.world();
    let command = match written {
        CommandDto::CloseAlerts { alerts, r#as, comment, by, .. } => Command::CloseAlerts {
            alerts: alerts::ordinals(view, alerts)?,
            resolution: *r#as,
            comment: comment.as_deref().map(Arc::from),
            by: someone(world, by.as_deref())?,
        },
        CommandDto::ReopenAlerts { alerts, by, .. } => Command::ReopenAlerts {
            alerts: alerts::ordinals(view, alerts)?,
            by: someone(world, by.as_deref())?,
        },
        CommandDto::MarkAlert { alert: id, read, by, .. } => Command::MarkAlert {
            alert: alerts::alert(view, *id)?,
            read: *read,
            by: someone(world, by.as_deref())?,
        },
        CommandDto::PlayStory { name, user, at, size } => {
            storylines::play(view, name, user.as_deref(), *at, *size)?
        }
        CommandDto::InjectActivity(record) => records::activity(view, record)?,
        CommandDto::InjectAlert(record) => records::alert(view, record)?,
        CommandDto::SetTokenStamps { stamps } => Command::SetTokenStamps { stamps: *stamps },
        CommandDto::SetUserEnabled { user: name, enabled } => {
            Command::SetUserEnabled { user: user(world, "user", name)?, enabled: *enabled }
        }
        about_the_directory => Command::Directory(about_directory(view, about_the_directory, device_codes)?),
    };
    Ok(match written.if_version() {
        Some(version) => Command::IfVersion { version, command: Box::new(command) },
        None => command,
    })
}

/// A command about the directory. Applications are named by short name or client id, users by persona, principal name
/// or object id, roles by display name.
fn about_directory(
    view: &TenantView,
    written: &CommandDto,
    device_codes: DeviceCodes<'_>,
) -> Result<IdentityCommand, FieldFault> {
    match written {
        CommandDto::AddApplication { .. } => applications::added(view, written),
        CommandDto::SetApplication { .. }
        | CommandDto::AddSecret { .. }
        | CommandDto::EndSecrets { .. }
        | CommandDto::AddCertificate { .. }
        | CommandDto::AddFederatedCredential { .. } => applications::changed(view, written),
        CommandDto::Consent { .. } | CommandDto::RevokeConsent { .. } | CommandDto::AssignUser { .. } => {
            consent::resolve(view, written)
        }
        CommandDto::SetUser { .. } | CommandDto::RevokeSessions { .. } => accounts::resolve(view, written),
        CommandDto::SetConditionalAccess { .. }
        | CommandDto::RemoveConditionalAccess { .. }
        | CommandDto::SetPolicies(_) => policies::resolve(view, written),
        CommandDto::TrustIssuer { .. }
        | CommandDto::RotateKeys {}
        | CommandDto::FailNext { .. }
        | CommandDto::AnswerDevice { .. } => tokens::resolve(view, written, device_codes),
        CommandDto::Directory(raw) => Ok(raw.clone()),
        _ => Err(not_about("the directory")),
    }
}

/// Of a command that is handed on to a noun that it is not about, which none is.
fn not_about(noun: &str) -> FieldFault {
    FieldFault::text("command", &format!("a command about {noun}"), "another")
}

/// A user by persona, principal name or object id.
pub fn user(world: &World, field: &str, name: &str) -> Result<u32, FieldFault> {
    let persona = Persona::ALL.into_iter().find(|persona| persona.name() == name);
    let by_id = || name.parse::<Guid>().ok().and_then(|id| world.person_by_id(id));
    persona
        .and_then(|persona| world.persona(persona))
        .or_else(|| world.person_by_upn(name))
        .or_else(by_id)
        .ok_or_else(|| FieldFault::text(field, "a persona, a user principal name or an object id", name))
}

/// Who gives the command: a user, an application by its short name, or (if nothing is said) the operator.
fn someone(world: &World, name: Option<&str>) -> Result<By, FieldFault> {
    let Some(name) = name else { return Ok(By::Operator) };
    if let Some(index) = world.registrations.iter().position(|app| app.name == name) {
        return Ok(By::Application(index as u16));
    }
    user(world, "by", name).map(By::Person)
}

/// A text that is kept: neither empty nor endless.
fn short<'t>(field: &str, text: &'t str) -> Result<&'t str, FieldFault> {
    if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(FieldFault::text(field, "a text of 1 to 1024 characters", text));
    }
    Ok(text)
}

/// A command of the journal as it is written.
pub fn to_dto(world: &World, command: &Command) -> CommandDto {
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
        Command::InjectActivity { activity } => CommandDto::InjectActivity(records::fields(&activity.fields)),
        Command::InjectAlert { alert } => CommandDto::InjectAlert(records::fields(&alert.fields)),
        Command::SetTokenStamps { stamps } => CommandDto::SetTokenStamps { stamps: *stamps },
        Command::Directory(command) => CommandDto::Directory(command.clone()),
        Command::SetUserEnabled { user, enabled } => CommandDto::SetUserEnabled {
            user: world.people.get(*user as usize).map(|person| person.upn.clone()).unwrap_or_default(),
            enabled: *enabled,
        },
    }
}
