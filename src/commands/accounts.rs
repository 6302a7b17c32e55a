//! Commands about accounts.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::field_error::FieldError;
use crate::model::identity::{AccountChange, IdentityCommand};
use crate::model::json::json;
use crate::model::person::Role;
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{needing, object, text, texts};
use super::{not_about, short, user};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    let one = |name: &str| user(view, "user", name);
    Ok(match written {
        CommandDto::SetUser { user, .. } => {
            IdentityCommand::SetUser { user: one(user)?, change: Arc::new(account(written)?) }
        }
        CommandDto::RevokeSessions { user } => IdentityCommand::RevokeSessions { user: one(user)? },
        _ => return Err(not_about("an account")),
    })
}

fn account(written: &CommandDto) -> Result<AccountChange, FieldError> {
    let CommandDto::SetUser {
        user: _,
        enabled,
        roles,
        licences,
        password,
        password_expired,
        mfa,
        risk,
        guest,
        locked,
    } = written
    else {
        return Ok(AccountChange::default());
    };
    let roles = roles.as_ref().map(|names| names.iter().map(|name| role(name)).collect()).transpose()?;
    let texts = |list: &Vec<String>| {
        list.iter().map(|text| short("licences", text).map(Arc::from)).collect::<Result<Vec<_>, _>>()
    };
    let password = password.as_deref().map(|text| short("password", text)).transpose()?;
    Ok(AccountChange {
        enabled: *enabled,
        roles,
        licences: licences.as_ref().map(texts).transpose()?,
        password: password.map(Arc::from),
        password_expired: *password_expired,
        mfa: *mfa,
        risk: *risk,
        guest: *guest,
        locked: *locked,
    })
}

fn role(name: &str) -> Result<Role, FieldError> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let wanted = plain(name);
    let found = Role::ALL.into_iter().find(|role| plain(role.name()) == wanted || role.template() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        FieldError::text("roles", &names.join(", "), name)
    })
}

/// How a user is named.
pub(super) fn user_schema() -> Json {
    json!({"type": "string", "description": "A persona, a user principal name or an object id."})
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let bool = || json!({"type": "boolean"});
    let enabled = object(json!({"user": text(), "enabled": bool()}));
    let roles = json!({"type": "array", "items": {"enum": Role::ALL.map(Role::name)}});
    let set = object(json!({
        "user": user_schema(), "enabled": bool(), "roles": roles, "licences": texts(), "password": text(),
        "passwordExpired": bool(), "mfa": {"enum": ["off", "required", "unregistered"]},
        "risk": {"enum": ["none", "low", "medium", "high"]}, "guest": bool(), "locked": bool(),
    }));
    vec![
        ("setUserEnabled", needing(enabled, &["user", "enabled"])),
        ("setUser", needing(set, &["user"])),
        ("revokeSessions", needing(object(json!({"user": user_schema()})), &["user"])),
    ]
}
