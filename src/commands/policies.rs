//! Commands about policies: Conditional Access, and what the tenant allows.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts;
use crate::model::directory::ConditionalAccess;
use crate::model::field_error::FieldError;
use crate::model::identity::{IdentityCommand, PolicyChange};
use crate::model::json::json;
use crate::tenant::TenantView;

use super::applications::app;
use super::consent::resource_id;
use super::dto::CommandDto;
use super::json_schema::{count, needing, object, text, texts};
use super::{not_about, short, user};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    let directory = facts::directory(view);
    let one = |name: &str| user(view, "user", name);
    Ok(match written {
        CommandDto::SetConditionalAccess { name, users, apps, control } => {
            let users =
                users.as_ref().map(|names| names.iter().map(|name| one(name)).collect()).transpose()?;
            let of = |name: &String| match app(directory, name) {
                Ok(app) => Ok(app.registration.client_id),
                Err(_) => resource_id(directory, name),
            };
            let applications = apps.as_ref().map(|names| names.iter().map(of).collect()).transpose()?;
            let name = short("name", name)?.into();
            let policy = Arc::new(ConditionalAccess { name, users, applications, control: *control });
            IdentityCommand::SetConditionalAccess { policy }
        }
        CommandDto::RemoveConditionalAccess { name } => {
            IdentityCommand::RemoveConditionalAccess { name: name.as_str().into() }
        }
        CommandDto::SetPolicies(change) => {
            policies(change)?;
            IdentityCommand::SetPolicies { change: Arc::new(change.clone()) }
        }
        _ => return Err(not_about("policies")),
    })
}

/// Lifetimes that a token lifetime policy may set.
/// Source: <https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes>
fn policies(change: &PolicyChange) -> Result<(), FieldError> {
    match change.token_lifetime {
        Some(seconds) if seconds != 0 && !(600..=86_400).contains(&seconds) => Err(FieldError::text(
            "tokenLifetime",
            "seconds from 600 (ten minutes) to 86400 (a day), or 0 for the usual lifetime",
            &seconds.to_string(),
        )),
        _ => Ok(()),
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let bool = || json!({"type": "boolean"});
    let access = object(json!({
        "name": text(), "users": texts(), "apps": texts(),
        "control": {"enum": ["block", "mfa", "compliantDevice", "joinedDevice"]},
    }));
    let policies = object(json!({
        "userConsent": bool(), "consentRequests": bool(), "tokenLifetime": count(),
        "signInFrequency": count(), "securityDefaults": bool(), "openerIsolation": bool(),
        "thirdPartyCookies": bool(), "lenientResource": bool(), "descriptionLines": bool(),
    }));
    vec![
        ("setConditionalAccess", needing(access, &["name", "control"])),
        ("removeConditionalAccess", needing(object(json!({"name": text()})), &["name"])),
        ("setPolicies", policies),
    ]
}
