//! What a client may do on behalf of a user, and what is missing for what it asks for.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview>,
//! <https://learn.microsoft.com/entra/identity-platform/consent-types-developer>.

use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::person::Role;
use crate::model::registration::Permission;
use crate::tenant::Directory;

use super::client::Client;
use super::resources::Target;
use super::scope::Part;
use crate::catalogue::first_party;
use crate::catalogue::permissions::Consenter;
use crate::catalogue::resources::{self, RESOURCES};

/// Why a scope can't be granted whoever consents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// The resource does not offer it.
    #[error("the resource offers no scope {scope:?}")]
    UnknownScope {
        /// The scope.
        scope: String,
    },
    /// Everything is asked for, nothing was granted, and the registration asks for nothing of any resource.
    #[error("the registration asks for no delegated permission")]
    NothingListed,
    /// Everything is asked for, nothing was granted, and the registration asks for nothing of this resource.
    #[error("the registration asks for no delegated permission of the resource")]
    NotListed {
        /// The resources of which it asks for something.
        listed: Vec<Guid>,
    },
}

/// What is granted of what is asked for, and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentStatus {
    /// Scopes that a token carries.
    pub granted: Vec<String>,
    /// What somebody has to consent to first.
    pub missing: Vec<Permission>,
}

/// How the scopes `parts`, all of `target`, stand for `user`.
///
/// # Errors
/// A scope that the target does not offer; with a user, also a target of which nothing could be consented to.
pub fn consent_status(
    directory: &Directory,
    client: &Client,
    user: Option<PersonIx>,
    target: Target<'_>,
    parts: &[Part<'_>],
) -> Result<ConsentStatus, DelegationError> {
    let granted: Vec<String> = granted(directory, client, user, target);
    let mut missing = Vec::new();
    for part in parts {
        if part.is_default() {
            // `.default` accepts whatever was granted; only without any grant are the registered permissions asked for.
            if granted.is_empty() {
                match usual(client, target) {
                    Ok(usual) => missing.extend(usual),
                    // This user may have consented to more than is registered.
                    Err(_) if user.is_none() => {}
                    Err(error) => return Err(error),
                }
            }
            continue;
        }
        let known = target.scope(part.value);
        let known = known.ok_or_else(|| DelegationError::UnknownScope { scope: part.value.to_owned() })?;
        if !granted.iter().any(|scope| scope.eq_ignore_ascii_case(&known.value)) {
            missing.push(known);
        }
    }
    missing.dedup();
    Ok(ConsentStatus { granted, missing })
}

/// How it stands when `client` asks for everything of itself, which is no resource apart from it: whoever let the client
/// know who he is has consented, and who has not is asked for whatever is registered. Where the client offers no scope
/// of its own that was granted, the token says `User.Read` (unverified).
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/scopes-oidc#client-requests-its-own-default-scope>
pub fn for_itself(directory: &Directory, client: &Client, user: Option<PersonIx>) -> ConsentStatus {
    let target = Target::App(&client.registration);
    let mut granted = granted(directory, client, user, target);
    let mut missing = Vec::new();
    if user.is_some_and(|user| !is_known_to(directory, client, user)) {
        missing.clone_from(&client.registration.delegated);
        if missing.is_empty() {
            missing.push(IDENTITY);
        }
    }
    if granted.is_empty() {
        granted.push("User.Read".to_owned());
    }
    ConsentStatus { granted, missing }
}

/// That a user lets a client know who he is.
pub const IDENTITY: Permission =
    Permission { resource: Guid::literal(resources::GRAPH), value: std::borrow::Cow::Borrowed("openid") };

/// The user, or an administrator for everybody, consented to anything of this client.
pub fn is_known_to(directory: &Directory, client: &Client, user: PersonIx) -> bool {
    let of_user = |whose: &Option<PersonIx>| whose.is_none() || *whose == Some(user);
    client.preauthorized || directory.grants.keys().any(|(of, _, whose)| *of == client.id() && of_user(whose))
}

/// What is asked for where everything is: what is registered, of every resource. The vendor's own clients have their
/// registrations elsewhere: signing in, or whatever an application of the tenant offers.
fn usual(client: &Client, target: Target<'_>) -> Result<Vec<Permission>, DelegationError> {
    let registered = &client.registration.delegated;
    if registered.iter().any(|permission| target.includes(permission.resource)) {
        return Ok(registered.clone());
    }
    let values: Vec<&str> = match target {
        Target::App(offering) => offering.scopes.iter().map(|scope| &**scope).collect(),
        _ => vec!["User.Read", "user_impersonation"],
    };
    let offered: Vec<Permission> = values.into_iter().filter_map(|value| target.scope(value)).collect();
    if client.first_party && !offered.is_empty() {
        return Ok(offered);
    }
    if registered.is_empty() {
        return Err(DelegationError::NothingListed);
    }
    let mut listed: Vec<Guid> = registered.iter().map(|permission| permission.resource).collect();
    listed.dedup();
    Err(DelegationError::NotListed { listed })
}

/// Every scope of `target` that the client may use on behalf of `user`.
fn granted(
    directory: &Directory,
    client: &Client,
    user: Option<PersonIx>,
    target: Target<'_>,
) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for id in target.ids() {
        let scopes = if client.preauthorized {
            first_party::scopes(client.id(), id).iter().map(|&scope| scope.to_owned()).collect()
        } else {
            let scopes = directory.scopes_of(client.id(), id, user);
            scopes.iter().map(|scope| scope.to_string()).collect::<Vec<_>>()
        };
        all.extend(scopes.into_iter().filter(|scope| !OPENID.contains(&scope.as_str())));
    }
    all.sort_unstable_by_key(|scope| scope.to_ascii_lowercase());
    all.dedup();
    all
}

/// The scopes of OpenID Connect, which are granted along with anything.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Only an administrator may consent to it.
pub fn needs_admin(permission: &Permission) -> bool {
    // Scopes of the tenant's own applications are for their users.
    let Some(resource) = resources::by_id(permission.resource) else { return false };
    resource.permission(&permission.value).is_none_or(|known| known.consenter == Consenter::Admin)
}

/// How far somebody's right to consent goes.
///
/// Source: <https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent#prerequisites>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consenting {
    /// For oneself, to what needs no administrator.
    User,
    /// For everybody, but not to application permissions of Microsoft Graph.
    Applications,
    /// To anything.
    Anything,
}

/// How far the right of who holds `roles` goes.
pub fn consenting(roles: &[Role]) -> Consenting {
    let held = |role: &Role| match role {
        Role::GlobalAdministrator | Role::PrivilegedRoleAdministrator => Consenting::Anything,
        Role::ApplicationAdministrator | Role::CloudApplicationAdministrator => Consenting::Applications,
        _ => Consenting::User,
    };
    roles.iter().map(held).max().unwrap_or(Consenting::User)
}

impl Consenting {
    /// It covers these permissions, for oneself.
    pub fn covers_scopes(self, scopes: &[Permission], users_may: bool) -> bool {
        match self {
            Self::User => users_may && !scopes.iter().any(needs_admin),
            Self::Applications | Self::Anything => true,
        }
    }

    /// It covers these application permissions, for everybody.
    pub fn covers_roles(self, roles: &[Permission]) -> bool {
        let graph = Guid::literal(resources::GRAPH);
        match self {
            Self::User => false,
            Self::Applications => !roles.iter().any(|role| role.resource == graph),
            Self::Anything => true,
        }
    }
}

/// The application permissions of `target` that a client holds in its own right, as tokens spell them.
pub fn application_roles(directory: &Directory, client: &Client, target: Target<'_>) -> Vec<String> {
    let mut roles: Vec<&Permission> =
        directory.roles_of(client.id()).filter(|role| target.includes(role.resource)).collect();
    // In the order in which the resource lists them, not in that of the directory.
    let place = |role: &Permission| {
        let at = RESOURCES.iter().position(|known| known.id() == role.resource)?;
        let in_list = RESOURCES[at].permissions().iter().position(|known| known.value == role.value)?;
        Some((at, in_list))
    };
    roles.sort_by_cached_key(|role| place(role));
    roles.into_iter().map(|role| role.value.to_string()).collect()
}
