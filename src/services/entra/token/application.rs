//! Client credentials: an application's own rights.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
//! <https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow>.

use http::StatusCode;
use serde::Serialize;

use crate::catalogue::resources::AZURE_AD_GRAPH;
use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::identity::delegation;
use crate::identity::keys;
use crate::identity::scope::{self, ScopeError};
use crate::identity::token::{APPLICATION_LIFETIME, AccessClaims, Common, sign, sign_v2};
use crate::services::entra::need::RequestedResource;
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::wire::{self, field};
use crate::services::entra::{Named, PERSONAL_ACCOUNTS};
use crate::services::entra::{client, issue};

use super::{GrantRequest, can_challenge, spelled};

/// The directory role that tokens of applications show at directory resources: that of an application without any.
const NO_ROLE: &str = "0997a1d0-0d1d-4acb-b408-d5ca73121e90";

/// Seconds for which a token is valid with which an application can be challenged: a day, whatever policy says.
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation-workload>.
const CHALLENGED_LIFETIME: i64 = 86_399;

/// An answer of version 2.0: times are numbers.
#[derive(Serialize)]
struct TokenV2 {
    token_type: &'static str,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
}

/// An answer of version 1.0: times are texts.
#[derive(Serialize)]
struct TokenV1 {
    token_type: &'static str,
    expires_in: String,
    ext_expires_in: String,
    expires_on: String,
    not_before: String,
    resource: String,
    access_token: String,
}

/// Judges the scope of version 2.0, which must be one resource with `/.default`.
pub(super) fn check(form: &Form, v2: bool) -> Result<(), Refused> {
    if !v2 {
        return Ok(());
    }
    let scope = field(form, "scope").ok_or(EntraRefusal::MissingParameter { name: "scope".into() })?;
    scope::resource(scope).map(|_| ()).map_err(|error| match error {
        ScopeError::SeveralResources => EntraRefusal::InvalidScope { scope: scope.to_owned() }.into(),
        _ => EntraRefusal::NotDefaultScope { scope: scope.to_owned() }.into(),
    })
}

/// The resource that is asked for. Version 1.0 takes it from `resource`, in the body or (unverified) in the query;
/// samples of Cloud Apps name it in `scope`, beside a permission even. With neither, the genuine endpoint issues a token
/// for Azure AD Graph, see <https://github.com/DuendeArchive/IdentityModel/issues/74>.
fn resource(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> String {
    let scope = asking.field("scope");
    if asking.v2 {
        return scope.and_then(|scope| scope::resource(scope).ok()).unwrap_or_default().to_owned();
    }
    let query = Form::read(ctx.query().as_bytes());
    let resource = asking.field("resource").or_else(|| field(&query, "resource"));
    match RequestedResource::of_first_version(ctx, resource, scope) {
        Some(asked) => asked.resource.to_owned(),
        None => {
            ctx.note(
                "the request names no resource, so the token is for Azure AD Graph: expected the field `resource`",
            );
            AZURE_AD_GRAPH.to_owned()
        }
    }
}

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    match asking.named {
        Named::Tenant => {}
        Named::Any(_) => return Err(EntraRefusal::NoTenant.into()),
        Named::Consumers => {
            let (client, directory) = (asking.presented.id.clone(), PERSONAL_ACCOUNTS.to_owned());
            return Err(EntraRefusal::UnknownClient { client, directory }.into());
        }
    }
    if let Some(origin) = ctx.header("origin") {
        return Err(EntraRefusal::CrossOrigin { origin: origin.to_owned() }.into());
    }
    let client = asking.client(ctx)?;
    // A public client has nothing to prove itself with, which is what it is told.
    let proof = match asking.presented.credential() {
        crate::identity::credential::Credential::None => return Err(EntraRefusal::MissingCredential.into()),
        _ => asking.presented.prove(ctx, &client, EntraRefusal::MissingCredential)?,
    };
    let resource = resource(ctx, asking);
    let target = client::target(ctx, &resource)?;
    let directory = facts::directory(&ctx.view);
    let roles = delegation::application_roles(directory, &client, target);
    if let Some(registration) = target.own()
        && let Some((_, app)) = directory.app(registration.client_id)
        && app.assignment_required
        && roles.is_empty()
    {
        let name = client.registration.display_name.to_string();
        return Err(EntraRefusal::AppNotAssigned { client: asking.presented.id.clone(), name }.into());
    }
    let v2 = target.takes_second_version();
    let id = target.ids().first().map(|id| id.to_string()).unwrap_or_default();
    let policy = directory.policies.token_lifetime;
    let challenges = can_challenge(asking.field("claims")) && target.evaluates_continuously();
    let lifetime = match policy {
        _ if challenges => CHALLENGED_LIFETIME,
        Some(span) => span.as_millis() / 1_000,
        None => APPLICATION_LIFETIME,
    };
    let issuer = issue::issuer(ctx, v2);
    let common = Common {
        identity: ctx.view.state.identity(),
        issuer: &issuer,
        issued: issue::stamped(ctx),
        lived: ctx.now(),
        lifetime,
        serial: ctx.request_id.bits(),
        audience: if v2 { &id } else { &resource },
        v2,
        client: client.id(),
        display_name: &client.registration.display_name,
        proof,
        directory: target.is_directory(),
        wids: if target.is_directory() { &[NO_ROLE] } else { &[] },
        challenges,
        own: target.own().map(|registration| &*registration.optional_claims.access_token),
    };
    let claims = AccessClaims::for_application(&common, client.principal(), &roles);
    let key = keys::numbered(directory.signing_key());
    let access_token = if v2 { sign_v2(&claims, key) } else { sign(&claims, key) };
    if asking.v2 {
        let answer =
            TokenV2 { token_type: "Bearer", expires_in: lifetime, ext_expires_in: lifetime, access_token };
        return Ok(wire::fresh(ctx, StatusCode::OK, 0, &answer));
    }
    let answer = TokenV1 {
        token_type: "Bearer",
        expires_in: lifetime.to_string(),
        ext_expires_in: lifetime.to_string(),
        expires_on: claims.exp.to_string(),
        not_before: claims.nbf.to_string(),
        resource: spelled(&resource),
        access_token,
    };
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &answer))
}
