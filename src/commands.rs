//! Commands as people write them: with names where the journal has indexes and ids.
//!
//! The same data in the control API, on the command line, in scenarios and in tests. [`resolve`] turns what is written
//! into what the journal holds, [`to_dto`] the journal's into what is written; [`schema`](schema::schema) describes
//! it, and `commands/commands.md` says it to people.
//!
//! Must never know: HTTP, and whether a command will be accepted. That is the tenant's to decide.

mod accounts;
mod alert_policies;
mod alerts;
mod applications;
mod connectors;
mod consent;
mod copilot;
pub mod dto;
pub mod faults;
mod governance;
mod groups;
mod ip_ranges;
pub mod json_schema;
mod policies;
mod records;
pub mod scenarios;
pub mod schema;
mod settings;
mod siem_agents;
mod storylines;
mod tokens;

use std::sync::Arc;

use crate::facts::{self, PersonFacts, ids};
use crate::model::command::{
    AccountCommand, ActivityCommand, AlertCommand, By, Command, SettingCommand, StorylineCommand,
};
use crate::model::field_error::FieldError;
use crate::model::identity::IdentityCommand;
use crate::model::index::PersonIx;
use crate::model::ingestion::Ingestion;
use crate::model::person::Persona;
use crate::model::security_team::SecurityTeam;
use crate::tenant::TenantView;

pub use dto::CommandDto;

/// No text of a command is longer.
pub const LONGEST: usize = 1_024;

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
) -> Result<Command, FieldError> {
    let command: Command = match written {
        CommandDto::CloseAlerts { alerts, r#as, comment, by, .. } => AlertCommand::CloseAlerts {
            alerts: alerts::alerts(view, alerts)?,
            resolution: *r#as,
            comment: comment.as_deref().map(Arc::from),
            by: someone(view, by.as_deref())?,
        }
        .into(),
        CommandDto::ReopenAlerts { alerts, by, .. } => AlertCommand::ReopenAlerts {
            alerts: alerts::alerts(view, alerts)?,
            by: someone(view, by.as_deref())?,
        }
        .into(),
        CommandDto::MarkAlert { alert: id, read, by, .. } => AlertCommand::MarkAlert {
            alert: alerts::alert(view, *id)?,
            read: *read,
            by: someone(view, by.as_deref())?,
        }
        .into(),
        CommandDto::PlayStory { name, user, at, size } => {
            storylines::play(view, name, user.as_deref(), *at, *size)?.into()
        }
        CommandDto::InjectActivity(record) => records::activity(view, record)?.into(),
        CommandDto::InjectAlert(record) => records::alert(view, record)?.into(),
        CommandDto::SetTokenStamps { stamps } => SettingCommand::SetTokenStamps { stamps: *stamps }.into(),
        CommandDto::SetIngestion(_)
        | CommandDto::SetAlerting(_)
        | CommandDto::SetSecurityTeam(_)
        | CommandDto::SetServiceDate { .. } => settings::resolve(written)?.into(),
        CommandDto::SetUserEnabled { user: name, enabled } => {
            AccountCommand::SetUserEnabled { user: user(view, "user", name)?, enabled: *enabled }.into()
        }
        CommandDto::AddFault { .. } | CommandDto::RemoveFault { .. } | CommandDto::RemoveFaults {} => {
            faults::resolve(view, written)?.into()
        }
        CommandDto::SetCopilotToggle { .. }
        | CommandDto::OpenCopilotDialog { .. }
        | CommandDto::AnswerCopilotDialog { .. }
        | CommandDto::SetCopilotEnabled { .. }
        | CommandDto::SetCopilotCapacity { .. }
        | CommandDto::SetSubscriptions { .. }
        | CommandDto::SetCopilotNetwork { .. }
        | CommandDto::SetCopilotChannel { .. }
        | CommandDto::SetClassicPortal { .. }
        | CommandDto::SetBrowser(_)
        | CommandDto::SwitchCopilotSource { .. }
        | CommandDto::RefreshCopilotSources { .. }
        | CommandDto::ExpireCopilotSession {}
        | CommandDto::SetCopilotTimes(_) => copilot::resolve(view, written)?.into(),
        CommandDto::AddSiemAgent { .. }
        | CommandDto::SetSiemAgentRunning { .. }
        | CommandDto::RenewSiemAgentToken { .. }
        | CommandDto::RemoveSiemAgent { .. } => siem_agents::resolve(view, written)?.into(),
        CommandDto::GovernUser { .. } | CommandDto::GovernApp { .. } => {
            governance::resolve(view, written)?.into()
        }
        CommandDto::SetPolicyEnabled { .. } => alert_policies::resolve(view, written)?.into(),
        CommandDto::ConnectApp { .. }
        | CommandDto::DisableConnector(_)
        | CommandDto::EnableConnector(_)
        | CommandDto::RemoveConnector(_)
        | CommandDto::TestConnector(_)
        | CommandDto::BreakConnector { .. }
        | CommandDto::RepairConnector { .. } => connectors::resolve(view, written)?.into(),
        CommandDto::AddIpRange(_) | CommandDto::ChangeIpRange { .. } | CommandDto::RemoveIpRange { .. } => {
            ip_ranges::resolve(view, written)?.into()
        }
        CommandDto::StartScenario { .. } | CommandDto::StopScenario { .. } => {
            scenarios::resolve(view, written, device_codes)?
        }
        CommandDto::Discovery(raw) => raw.clone().into(),
        about_the_directory => about_directory(view, about_the_directory, device_codes)?.into(),
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
) -> Result<IdentityCommand, FieldError> {
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
        CommandDto::AddGroup { .. }
        | CommandDto::AddGroupMembers { .. }
        | CommandDto::RemoveGroupMembers { .. } => groups::resolve(view, written),
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
fn not_about(noun: &str) -> FieldError {
    FieldError::text("command", &format!("a command about {noun}"), "another")
}

/// A user by persona, principal name or object id.
pub fn user(view: &TenantView, field: &str, name: &str) -> Result<PersonIx, FieldError> {
    let persona = Persona::ALL.into_iter().find(|persona| persona.name() == name);
    let by_id = || PersonFacts::by_id(view, name.parse().ok()?);
    persona
        .and_then(|persona| PersonFacts::persona_of(view, persona))
        .or_else(|| PersonFacts::by_upn(view, name))
        .or_else(by_id)
        .map(|user| user.index())
        .ok_or_else(|| FieldError::text(field, "a persona, a user principal name or an object id", name))
}

/// Who gives the command: an application by its short name or client id, a user, or (if nothing is said) the operator.
fn someone(view: &TenantView, name: Option<&str>) -> Result<By, FieldError> {
    let Some(name) = name else { return Ok(By::Operator) };
    let directory = facts::directory(view);
    let by_id = || directory.app(name.parse().ok()?);
    if let Some((index, _)) = directory.app_named(name).or_else(by_id) {
        return Ok(By::Application(index));
    }
    user(view, "by", name).map(By::Person)
}

/// A client id or user principal name for the name of an application or a user.
fn someone_by_id(view: &TenantView, field: &str, name: &str) -> Result<String, FieldError> {
    let expected =
        "an application by short name or client id, a user by persona or principal name, or apiToken";
    let unknown = || FieldError::text(field, expected, name);
    match someone(view, Some(name)).map_err(|_| unknown())? {
        By::Application(app) => {
            let app = facts::directory(view).app_at(app).ok_or_else(unknown)?;
            Ok(app.registration.client_id.to_string())
        }
        By::Person(user) => PersonFacts::of(view, user).map(|user| user.upn().to_owned()).ok_or_else(unknown),
        By::Operator => Err(unknown()),
    }
}

/// How `someone` reads it: an application by its short name, or by its client id where another one has that name.
fn named(view: &TenantView, by: &By) -> Option<String> {
    match by {
        By::Person(index) => PersonFacts::of(view, *index).map(|user| user.upn().to_owned()),
        By::Application(index) => {
            let directory = facts::directory(view);
            let app = &directory.app_at(*index)?.registration;
            let first = directory.app_named(&app.name).is_some_and(|(named, _)| named == *index);
            Some(if first { app.name.to_string() } else { app.client_id.to_string() })
        }
        By::Operator => None,
    }
}

/// A text that is kept: neither empty nor endless.
fn short<'t>(field: &str, text: &'t str) -> Result<&'t str, FieldError> {
    if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(FieldError::text(field, "a text of 1 to 1024 characters", text));
    }
    Ok(text)
}

/// A command of the journal as it is written.
pub fn to_dto(view: &TenantView, command: &Command) -> CommandDto {
    let name = |by: &By| named(view, by);
    let upn = |user: PersonIx| PersonFacts::of(view, user).map(|user| user.upn().to_owned());
    match command {
        Command::IfVersion { version, command } => to_dto(view, command).expecting(*version),
        Command::Alerts(AlertCommand::CloseAlerts { alerts, resolution, comment, by }) => {
            CommandDto::CloseAlerts {
                alerts: alerts.iter().map(|alert| ids::alert(view, *alert)).collect(),
                r#as: *resolution,
                comment: comment.as_deref().map(str::to_owned),
                by: name(by),
                if_version: None,
            }
        }
        Command::Alerts(AlertCommand::ReopenAlerts { alerts, by }) => CommandDto::ReopenAlerts {
            alerts: alerts.iter().map(|alert| ids::alert(view, *alert)).collect(),
            by: name(by),
            if_version: None,
        },
        Command::Alerts(AlertCommand::MarkAlert { alert, read, by }) => CommandDto::MarkAlert {
            alert: ids::alert(view, *alert),
            read: *read,
            by: name(by),
            if_version: None,
        },
        Command::Alerts(AlertCommand::InjectAlert { alert }) => {
            CommandDto::InjectAlert(records::fields(&alert.fields))
        }
        Command::Activities(ActivityCommand::InjectActivity { activity }) => {
            CommandDto::InjectActivity(records::fields(&activity.fields))
        }
        Command::Storylines(StorylineCommand::PlayStory { name, user, begins, size }) => {
            CommandDto::PlayStory {
                name: name.to_string(),
                user: upn(*user),
                at: Some(*begins),
                size: Some(*size),
            }
        }
        Command::Settings(SettingCommand::SetTokenStamps { stamps }) => {
            CommandDto::SetTokenStamps { stamps: *stamps }
        }
        Command::Settings(SettingCommand::SetIngestion(ingestion)) => {
            CommandDto::SetIngestion(Ingestion::clone(ingestion))
        }
        Command::Settings(SettingCommand::SetAlerting(alerting)) => CommandDto::SetAlerting(*alerting),
        Command::Settings(SettingCommand::SetSecurityTeam(team)) => {
            CommandDto::SetSecurityTeam(SecurityTeam::clone(team))
        }
        Command::Settings(SettingCommand::SetServiceDate { date }) => {
            CommandDto::SetServiceDate { date: *date }
        }
        Command::Faults(command) => faults::to_dto(command, |number| {
            let fault = facts::fault::by_number(view, number);
            fault.map_or_else(|| format!("number {number}"), |fault| fault.name.to_string())
        }),
        Command::Scenarios(command) => scenarios::to_dto(view, command),
        Command::Copilot(command) => copilot::to_dto(view, command),
        Command::Siem(command) => siem_agents::to_dto(view, command),
        Command::Governance(command) => governance::to_dto(view, command),
        Command::Policies(command) => alert_policies::to_dto(view, command),
        Command::Connectors(command) => connectors::to_dto(view, command),
        Command::Discovery(command) => CommandDto::Discovery(command.clone()),
        Command::IpRanges(command) => ip_ranges::to_dto(view, command),
        Command::Directory(command) => CommandDto::Directory(command.clone()),
        Command::Accounts(AccountCommand::SetUserEnabled { user, enabled }) => {
            CommandDto::SetUserEnabled { user: upn(*user).unwrap_or_default(), enabled: *enabled }
        }
    }
}
