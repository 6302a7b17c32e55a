//! Commands about governance actions: what the product shall do about a user or an app.

use serde_json::Value as Json;

use crate::facts;
use crate::model::field_error::FieldError;
use crate::model::governance::{AppAction, GovernanceCommand, UserAction};
use crate::model::json::json;
use crate::tenant::TenantView;

use super::applications::app;
use super::dto::CommandDto;
use super::json_schema::{needing, object, text};
use super::{named, not_about, someone, user};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<GovernanceCommand, FieldError> {
    Ok(match written {
        CommandDto::GovernUser { user: name, action, by } => GovernanceCommand::GovernUser {
            user: user(view, "user", name)?,
            action: *action,
            by: someone(view, by.as_deref())?,
        },
        CommandDto::GovernApp { app: name, action, by } => GovernanceCommand::GovernApp {
            app: app(facts::directory(view), name)?.registration.client_id,
            action: *action,
            by: someone(view, by.as_deref())?,
        },
        _ => return Err(not_about("governance actions")),
    })
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &GovernanceCommand) -> CommandDto {
    match command {
        GovernanceCommand::GovernUser { user, action, by } => CommandDto::GovernUser {
            user: facts::person(view, *user).upn.clone(),
            action: *action,
            by: named(view, by),
        },
        GovernanceCommand::GovernApp { app, action, by } => {
            CommandDto::GovernApp { app: app.to_string(), action: *action, by: named(view, by) }
        }
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let of = |what: &str, names: &[&str]| {
        let fields = json!({what: text(), "action": {"enum": names}, "by": text()});
        needing(object(fields), &[what, "action"])
    };
    vec![
        ("governUser", of("user", &UserAction::ALL.map(UserAction::name))),
        ("governApp", of("app", &AppAction::ALL.map(AppAction::name))),
    ]
}
