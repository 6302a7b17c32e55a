//! Commands about the directory, as they are written: with names where the journal has ids.
//!
//! Applications are named by short name or client id, users by persona, principal name or object id, roles by display
//! name.

mod apps;

use std::sync::Arc;

use crate::catalogue::resources::RESOURCES;
use crate::gateway::{Ctx, Refused};
use crate::identity::assertion::JsonWebKeys;
use crate::identity::resources;
use crate::model::command::{By, Command};
use crate::model::directory::{App, ConditionalAccess, Failure};
use crate::model::identity::{AccountChange, IdentityCommand, PolicyChange};
use crate::model::ids::Guid;
use crate::model::person::Role;
use crate::model::registration::Permission;
use crate::services::control::body;
use crate::tenant::Directory;

use self::apps::{changed_app, permission, registration};
use super::dto::CommandDto;
use super::user;

/// No text of a command is longer.
const LONGEST: usize = 1_024;

/// Most often that an ordered error is met.
const MOST_TIMES: u32 = 1_000_000;

/// The command that is meant.
pub(super) fn command(ctx: &Ctx<'_>, written: &CommandDto) -> Result<Command, Refused> {
    resolved(ctx, written).map(Command::Directory)
}

fn resolved(ctx: &Ctx<'_>, written: &CommandDto) -> Result<IdentityCommand, Refused> {
    let world = ctx.world();
    let directory = &ctx.view.state.core().directory;
    let one = |name: &str| user(world, "user", name);
    Ok(match written {
        CommandDto::AddApplication { .. } => {
            let registration = Arc::new(registration(ctx, written)?);
            IdentityCommand::AddApplication { registration }
        }
        CommandDto::AddSecret { .. }
        | CommandDto::EndSecrets { .. }
        | CommandDto::AddCertificate { .. }
        | CommandDto::AddFederatedCredential { .. }
        | CommandDto::SetApplication { .. } => changed_app(ctx, written)?,
        CommandDto::TrustIssuer { issuer, keys } => {
            JsonWebKeys::read(keys).map_err(|problem| {
                body::bad_field(
                    "keys",
                    &format!("a JSON Web Key Set (RFC 7517): {problem}"),
                    &keys.to_string(),
                )
            })?;
            let issuer = short("issuer", issuer)?.into();
            IdentityCommand::TrustIssuer { issuer, keys: keys.to_string().into() }
        }
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
                client: app(directory, name)?.registration.client_id,
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
        CommandDto::AssignUser { app: name, user, assigned } => IdentityCommand::AssignUser {
            client: app(directory, name)?.registration.client_id,
            user: one(user)?,
            assigned: assigned.unwrap_or(true),
        },
        CommandDto::SetUser { user, .. } => {
            IdentityCommand::SetUser { user: one(user)?, change: Arc::new(account(written)?) }
        }
        CommandDto::RevokeSessions { user } => IdentityCommand::RevokeSessions { user: one(user)? },
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
        CommandDto::RotateKeys {} => IdentityCommand::RotateKeys {},
        CommandDto::FailNext { code, times, app: name, retry_after } => {
            if !crate::identity::errors::is_known(*code) {
                let expected = "the number of an AADSTS error that the simulator can answer; see the table in its documentation";
                return Err(body::bad_field("code", expected, &code.to_string()));
            }
            let times = times.unwrap_or(1);
            if !(1..=MOST_TIMES).contains(&times) {
                return Err(body::bad_field("times", "a number from 1 to 1000000", &times.to_string()));
            }
            let client = name.as_deref().map(|name| client(directory, name)).transpose()?;
            let failure = Arc::new(Failure { code: *code, times, client, retry_after: *retry_after });
            IdentityCommand::FailNext { failure }
        }
        CommandDto::AnswerDevice { user_code, user, accept, mfa } => {
            let entry = ctx.gateway.registry.by_id(ctx.view.state.identity().id);
            let code = entry.and_then(|entry| entry.devices.find(user_code));
            let code = code.ok_or_else(|| {
                body::bad_field("userCode", "a code that a device of this tenant was given", user_code)
            })?;
            IdentityCommand::DecideDevice {
                device: crate::identity::seal::fingerprint(&code),
                user: one(user)?,
                accepted: *accept,
                mfa: mfa.unwrap_or(false),
            }
        }
        CommandDto::Directory(raw) => raw.clone(),
        // The others are about no directory, and are not handed on to here.
        _ => return Err(body::bad_field("command", "a command about the directory", "another")),
    })
}

fn short<'t>(field: &str, text: &'t str) -> Result<&'t str, Refused> {
    if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(body::bad_field(field, "a text of 1 to 1024 characters", text));
    }
    Ok(text)
}

/// The application of a name or client id.
fn app<'d>(directory: &'d Directory, name: &str) -> Result<&'d Arc<App>, Refused> {
    let by_id = || name.parse().ok().and_then(|id: Guid| directory.app(id));
    let found = directory.app_named(name).or_else(by_id).map(|(_, app)| app);
    found.ok_or_else(|| {
        let names: Vec<&str> = directory.apps.iter().map(|app| &*app.registration.name).collect();
        body::bad_field("app", &format!("{}, or a client id", names.join(", ")), name)
    })
}

/// A client that need not be one of the tenant's applications.
fn client(directory: &Directory, name: &str) -> Result<Guid, Refused> {
    name.parse().or_else(|_| app(directory, name).map(|app| app.registration.client_id))
}

fn resource_id(directory: &Directory, name: &str) -> Result<Guid, Refused> {
    let named = RESOURCES.iter().find(|known| known.name.eq_ignore_ascii_case(name));
    let target = || resources::find(name, None, directory).and_then(|target| target.ids().first().copied());
    named.map(|known| known.id()).or_else(target).ok_or_else(|| {
        let names: Vec<&str> = RESOURCES.iter().map(|known| known.name).collect();
        body::bad_field(
            "resource",
            &format!("{}, an application id or an identifier URI", names.join(", ")),
            name,
        )
    })
}

fn account(written: &CommandDto) -> Result<AccountChange, Refused> {
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

fn role(name: &str) -> Result<Role, Refused> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let wanted = plain(name);
    let found = Role::ALL.into_iter().find(|role| plain(role.name()) == wanted || role.template() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        body::bad_field("roles", &names.join(", "), name)
    })
}

/// Lifetimes that a token lifetime policy may set.
/// Source: <https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes>
fn policies(change: &PolicyChange) -> Result<(), Refused> {
    match change.token_lifetime {
        Some(seconds) if seconds != 0 && !(600..=86_400).contains(&seconds) => Err(body::bad_field(
            "tokenLifetime",
            "seconds from 600 (ten minutes) to 86400 (a day), or 0 for the usual lifetime",
            &seconds.to_string(),
        )),
        _ => Ok(()),
    }
}
