//! Commands about consent: what applications may do, for whom, and who may use them.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::catalogue::copilot;
use crate::catalogue::resources::RESOURCES;
use crate::facts;
use crate::identity::resources;
use crate::model::command::By;
use crate::model::field_error::FieldError;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::json::json;
use crate::model::registration::{Permission, Registration};
use crate::tenant::{Directory, TenantView};

use super::accounts::user_schema;
use super::applications::{app, app_schema};
use super::dto::CommandDto;
use super::json_schema::{needing, object, text, texts};
use super::{not_about, user};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    let directory = facts::directory(view);
    let one = |name: &str| user(view, "user", name);
    Ok(match written {
        CommandDto::Consent { app: name, user: whose, scopes, permissions } => {
            let app = app(directory, name)?;
            let registration = &app.registration;
            let list = |names: &Option<Vec<String>>, all: &[Permission], field, delegated| match names {
                None => Ok(all.to_vec()),
                Some(names) => {
                    names.iter().map(|name| permission(directory, field, name, delegated)).collect()
                }
            };
            let user = whose.as_deref().map(one).transpose()?;
            IdentityCommand::Consent {
                client: registration.client_id,
                install: None,
                user,
                scopes: list(scopes, &registration.delegated, "scopes", true)?,
                // What a user consents to is never an application's own right.
                roles: if user.is_some() {
                    Vec::new()
                } else {
                    list(permissions, &registration.permissions, "permissions", false)?
                },
                replace: false,
                by: By::Operator,
            }
        }
        CommandDto::RevokeConsent { app: name, resource, user: whose, permissions } => {
            let resource = resource.as_deref().map(|name| resource_id(directory, name)).transpose()?;
            let user = whose.as_deref().map(one).transpose()?;
            let values = |names: &Vec<String>| names.iter().map(|name| name.as_str().into()).collect();
            IdentityCommand::RevokeConsent {
                client: client_of(directory, name)?,
                resource,
                user,
                delegated: permissions.is_none(),
                application: match (permissions, user) {
                    (Some(names), _) => Some(values(names)),
                    (None, Some(_)) => None,
                    (None, None) => Some(Vec::new()),
                },
            }
        }
        CommandDto::AssignUser { app: name, user, assigned, role } => {
            let registration = &app(directory, name)?.registration;
            IdentityCommand::AssignUser {
                client: registration.client_id,
                user: one(user)?,
                assigned: assigned.unwrap_or(true),
                role: role.as_ref().map(|role| app_role(registration, role)).transpose()?,
            }
        }
        _ => return Err(not_about("consent")),
    })
}

/// The client whose consent is taken back. That of Copilot may be meant before it is there: it comes with its first
/// consent, and steps of a scenario are read when that starts.
fn client_of(directory: &Directory, name: &str) -> Result<Guid, FieldError> {
    app(directory, name).map(|app| app.registration.client_id).or_else(|unknown| {
        let copilot = copilot::registration();
        let is_meant = name == copilot.name || name.parse() == Ok(copilot.client_id);
        if is_meant { Ok(copilot.client_id) } else { Err(unknown) }
    })
}

/// A permission by its value; the resource is the first that offers it, unless the value says which:
/// `https://graph.microsoft.com/User.Read`.
pub(super) fn permission(
    directory: &Directory,
    field: &str,
    name: &str,
    delegated: bool,
) -> Result<Permission, FieldError> {
    let (resource, value) =
        name.rsplit_once('/').map_or((None, name), |(resource, value)| (Some(resource), value));
    let resource = resource.map(|name| resource_id(directory, name)).transpose()?;
    let offered =
        RESOURCES.iter().filter(|known| resource.is_none_or(|id| id == known.id())).find_map(|known| {
            let held = known.permission(value).filter(|held| {
                let kind = if delegated { held.delegated } else { held.application };
                kind.is_some()
            })?;
            Some(Permission { resource: known.id(), value: held.value.into() })
        });
    let own = || {
        let app = directory.apps.iter().find(|app| {
            let registration = &app.registration;
            let named = resource.is_none_or(|id| id == registration.client_id);
            let offered = if delegated { &registration.scopes } else { &registration.app_roles };
            named && offered.iter().any(|offered| offered.eq_ignore_ascii_case(value))
        })?;
        Some(Permission { resource: app.registration.client_id, value: value.to_owned().into() })
    };
    offered.or_else(own).ok_or_else(|| {
        let kind = if delegated { "delegated" } else { "application" };
        let expected = format!(
            "a permission that a resource offers as {kind} permission, such as SecurityAlert.Read.All"
        );
        FieldError::text(field, &expected, name)
    })
}

/// An app role that an application offers.
fn app_role(registration: &Registration, name: &str) -> Result<Arc<str>, FieldError> {
    let offered = &registration.app_roles;
    let known = offered.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.map(|known| (&**known).into()).ok_or_else(|| {
        let expected = match offered.is_empty() {
            true => "nothing: the application offers no app roles".to_owned(),
            false => offered.join(", "),
        };
        FieldError::text("role", &expected, name)
    })
}

/// A resource by name, application id or identifier URI.
pub(super) fn resource_id(directory: &Directory, name: &str) -> Result<Guid, FieldError> {
    let named = RESOURCES.iter().find(|known| known.name.eq_ignore_ascii_case(name));
    let target = || resources::find(name, None, directory).and_then(|target| target.ids().first().copied());
    named.map(|known| known.id()).or_else(target).ok_or_else(|| {
        let names: Vec<&str> = RESOURCES.iter().map(|known| known.name).collect();
        FieldError::text(
            "resource",
            &format!("{}, an application id or an identifier URI", names.join(", ")),
            name,
        )
    })
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let consent = object(
        json!({"app": app_schema(), "user": user_schema(), "scopes": texts(), "permissions": texts()}),
    );
    let revoke = object(
        json!({"app": app_schema(), "resource": text(), "user": user_schema(), "permissions": texts()}),
    );
    let assign = object(json!({
        "app": app_schema(), "user": user_schema(), "assigned": {"type": "boolean"}, "role": text(),
    }));
    vec![
        ("consent", needing(consent, &["app"])),
        ("revokeConsent", needing(revoke, &["app"])),
        ("assignUser", needing(assign, &["app", "user"])),
    ]
}
