//! What a client asks for on behalf of a user, and how that stands.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/scopes-oidc>.

use crate::catalogue::resources::AZURE_AD_GRAPH;
use crate::facts;
use crate::gateway::{Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::delegation::{self, ConsentStatus, DelegationError};
use crate::identity::resources::Target;
use crate::identity::scope::{self, Asked, OpenId, Part};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;

use super::client;
use super::refusals::EntraRefusal;

/// What is asked for, as text and as read.
pub(super) struct RequestedResource<'w> {
    /// The scope of version 2.0, or the resource of version 1.0.
    pub text: String,
    /// The text is of version 2.0.
    pub v2: bool,
    /// The resource as the client spells it.
    pub resource: &'w str,
    /// Scopes of that resource.
    pub parts: Vec<Part<'w>>,
    /// Scopes of OpenID Connect.
    pub openid: OpenId,
}

impl<'w> RequestedResource<'w> {
    /// What a scope parameter of version 2.0 asks for: of one resource.
    ///
    /// # Errors
    /// A scope that can't be read, or of several resources.
    pub(super) fn of_scope(scope: &'w str, one: bool) -> Result<Self, Refused> {
        let asked = Asked::read(scope).map_err(|_| EntraRefusal::InvalidScope { scope: scope.to_owned() })?;
        if one && asked.has_several_resources() {
            return Err(EntraRefusal::SeveralResources { scope: scope.to_owned() }.into());
        }
        let (resource, parts) = asked.first_resource().unwrap_or(("", Vec::new()));
        Ok(Self { text: scope.to_owned(), v2: true, resource, parts, openid: asked.openid })
    }

    /// What a resource parameter of version 1.0 asks for: everything that was granted, and always both tokens.
    pub(super) fn of_resource(resource: &'w str) -> Self {
        let all = Part { text: "", resource, value: ".default" };
        let openid = OpenId { openid: true, profile: true, email: false, offline: true };
        // Without a resource, version 1.0 takes Azure AD Graph; such a request only signs in and needs no permissions.
        let parts = if resource == AZURE_AD_GRAPH { Vec::new() } else { vec![all] };
        Self { text: resource.to_owned(), v2: false, resource, parts, openid }
    }

    /// What `resource` or, without one, `scope` names at version 1.0; `None` where neither does.
    pub(super) fn of_first_version(
        ctx: &Ctx<'_>,
        resource: Option<&'w str>,
        scope: Option<&'w str>,
    ) -> Option<Self> {
        if let Some(resource) = resource {
            return Some(Self::of_resource(resource));
        }
        let (resource, parts) =
            scope::first_version(scope?, |text| client::known_target(ctx, text).is_some())?;
        Some(match parts.iter().all(Part::is_default) {
            true => Self::of_resource(resource),
            false => Self { parts, ..Self::of_resource(resource) },
        })
    }

    pub(super) fn read(text: &'w str, v2: bool) -> Result<Self, Refused> {
        if v2 { Self::of_scope(text, false) } else { Ok(Self::of_resource(text)) }
    }
}

/// How what is asked for stands: the target, and what was consented to.
///
/// # Errors
/// A resource or scope that is not there; with a user, also a resource of which nothing could be asked for.
pub(super) fn consent_status<'c>(
    ctx: &'c Ctx<'_>,
    client: &Client,
    user: Option<PersonIx>,
    need: &RequestedResource<'_>,
) -> Result<(Target<'c>, ConsentStatus), Refused> {
    let target = client::target(ctx, need.resource)?;
    let directory = facts::directory(&ctx.view);
    if is_itself(client, target) && need.parts.iter().all(Part::is_default) {
        not_by_uri(client, target, need)?;
        return Ok((target, delegation::for_itself(directory, client, user)));
    }
    let mut consent =
        delegation::consent_status(directory, client, user, target, &need.parts).map_err(|error| {
            let (id, name) = (client.id().to_string(), client.registration.display_name.to_string());
            Refused::from(match error {
                DelegationError::UnknownScope { scope } => {
                    EntraRefusal::UnknownScope { app: name, scope, resource: target.name().to_owned() }
                }
                DelegationError::NothingListed => EntraRefusal::NothingListed { client: id, name },
                DelegationError::NotListed { listed } => {
                    let listed: Vec<String> = listed.iter().map(Guid::to_string).collect();
                    let asked = need.resource.to_owned();
                    EntraRefusal::NotListed { client: id, name, resource: asked, listed: listed.join(", ") }
                }
            })
        })?;
    // First-party clients have a fixed set of preauthorized scopes; users can not consent to more.
    if client.preauthorized && !consent.missing.is_empty() && !matches!(target, Target::App(_)) {
        let names: Vec<&str> = consent.missing.iter().map(|permission| &*permission.value).collect();
        let reason = format!("{} may not use {}", client.registration.display_name, names.join(", "));
        return Err(Refused::from(EntraRefusal::NotPreauthorized).because(reason));
    }
    // A request for OpenID scopes alone needs consent too: the user must allow the client to know who they are.
    if need.parts.is_empty()
        && need.openid != OpenId::default()
        && user.is_some_and(|user| !delegation::is_known_to(directory, client, user))
    {
        consent.missing.push(delegation::IDENTITY);
    }
    Ok((target, consent))
}

fn is_itself(client: &Client, target: Target<'_>) -> bool {
    target.includes(client.id()) && matches!(target, Target::App(_))
}

/// A client that wants a token for itself names itself by its id. One that signs somebody in for a named scope of its
/// own may say its URI, and meets this when it refreshes: see
/// <https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/5198>.
///
/// # Errors
/// It names itself by its identifier URI.
pub(super) fn not_by_uri(
    client: &Client,
    target: Target<'_>,
    need: &RequestedResource<'_>,
) -> Result<(), Refused> {
    if !is_itself(client, target) || need.resource.parse::<Guid>().is_ok() {
        return Ok(());
    }
    let (client, name) = (client.id().to_string(), client.registration.display_name.to_string());
    Err(EntraRefusal::ItselfByUri { client, name }.into())
}
