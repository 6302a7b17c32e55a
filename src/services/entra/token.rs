//! The token endpoints, in both versions: which grant is asked for, and what all grants have in common.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-protocols> and the pages named in the files
//! below. In which order the genuine service checks what is wrong with a request is (unverified): here the form comes
//! first, then the tenant, the scope, the client, its credential, what it redeems, and the resource last.

mod application;
mod code;
mod device;
mod on_behalf_of;
mod password;
mod refresh;

use std::sync::Arc;

use http::StatusCode;

use crate::catalogue::resources::{self, AZURE_AD_GRAPH};
use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::token::{OPTIONAL_CLAIMS, Proof};

use super::Named;
use super::client::{self, PresentedCredential};
use super::need::RequestedResource;
use super::refusals::{self, EntraRefusal};
use super::wire::field;

/// Every parameter that is read; none may stand twice. All others are ignored: clients send telemetry along.
const PARAMETERS: [&str; 19] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "resource",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "device_code",
    "assertion",
    "requested_token_use",
    "username",
    "password",
    "claims",
    "client_info",
    "nonce",
];

/// A request for a token, as all grants have it.
struct GrantRequest<'r> {
    form: &'r Form,
    named: Named,
    v2: bool,
    presented: PresentedCredential,
}

/// The endpoint of version 2.0.
pub fn v2(ctx: &Ctx<'_>) -> Handled {
    endpoint(ctx, true)
}

/// The endpoint of version 1.0.
pub fn v1(ctx: &Ctx<'_>) -> Handled {
    endpoint(ctx, false)
}

/// Answers the question that a browser asks before a page of another origin may send a request. Whether the page
/// gets a token is decided when it asks for one. The allowed headers (unverified).
pub fn preflight(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::empty(StatusCode::OK)
        .header("access-control-allow-origin", ctx.header("origin").unwrap_or("*"))
        .header("access-control-allow-methods", "POST, OPTIONS")
        .header("access-control-allow-headers", ctx.header("access-control-request-headers").unwrap_or("*"))
        .header("x-ms-request-id", &ctx.request_id.to_string()))
}

fn endpoint(ctx: &Ctx<'_>, v2: bool) -> Handled {
    let answer = answer(ctx, v2)?;
    // CORS: a page may read the answer to its own request.
    Ok(match ctx.header("origin") {
        Some(origin) => answer.header("access-control-allow-origin", origin),
        None => answer,
    })
}

fn answer(ctx: &Ctx<'_>, v2: bool) -> Handled {
    // The content type does not matter: whatever it says, the body is read as a form, as the genuine service does.
    let form = Form::read(ctx.body());
    if let Some(name) =
        PARAMETERS.into_iter().find(|name| form.fields().filter(|(known, _)| known == name).count() > 1)
    {
        return Err(EntraRefusal::DuplicateParameter { name: name.into() }.into());
    }
    let grant =
        field(&form, "grant_type").ok_or(EntraRefusal::MissingParameter { name: "grant_type".into() })?;
    let handler: fn(&Ctx<'_>, &GrantRequest<'_>) -> Handled = match grant {
        "client_credentials" => application::grant,
        "authorization_code" => code::grant,
        "refresh_token" => refresh::grant,
        "device_code" | "urn:ietf:params:oauth:grant-type:device_code" => device::grant,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => on_behalf_of::grant,
        "password" => password::grant,
        _ => return Err(EntraRefusal::UnsupportedGrant { grant: grant.to_owned() }.into()),
    };
    let named = Named::read(ctx)?;
    let lenient = facts::directory(&ctx.view).policies.lenient_resource;
    if v2 && field(&form, "resource").is_some() && !lenient {
        return Err(EntraRefusal::ResourceParameter.into());
    }
    // The scope of an application is judged before the client is.
    if grant == "client_credentials" {
        application::check(&form, v2)?;
    }
    let presented = PresentedCredential::read(ctx, &form)?;
    if let Some(ordered) = client::ordered(ctx, &presented.id) {
        return Ok(refusals::words(ctx, ordered.row, &refusals::plain(ordered.row), ordered.retry_after));
    }
    handler(ctx, &GrantRequest { form: &form, named, v2, presented })
}

impl GrantRequest<'_> {
    fn field(&self, name: &'static str) -> Option<&str> {
        field(self.form, name)
    }

    fn required(&self, name: &'static str) -> Result<&str, Refused> {
        self.field(name).ok_or_else(|| EntraRefusal::MissingParameter { name: name.into() }.into())
    }

    /// The client, which must be one that the tenant knows.
    fn client(&self, ctx: &Ctx<'_>) -> Result<Client, Refused> {
        client::known(ctx, &self.presented.id, self.named)
    }

    /// What the client proves itself with, for what it does on behalf of a user. What a page holds is redeemed by
    /// the page, without a credential.
    fn proof(&self, ctx: &Ctx<'_>, client: &Client, page: bool) -> Result<Proof, Refused> {
        match ctx.header("origin") {
            Some(_) if page => return Ok(Proof::None),
            Some(origin) => return Err(EntraRefusal::CrossOrigin { origin: origin.to_owned() }.into()),
            None if page => return Err(EntraRefusal::SameOrigin.into()),
            None => {}
        }
        if !client.registration.public {
            return self.presented.prove(ctx, client, EntraRefusal::MissingSecret);
        }
        self.presented.prove(ctx, client, EntraRefusal::PublicClient)
    }

    /// What the request itself asks for.
    fn asked(&self, ctx: &Ctx<'_>) -> Result<Option<RequestedResource<'_>>, Refused> {
        if !self.v2 {
            let (resource, scope) = (self.field("resource"), self.field("scope"));
            return Ok(RequestedResource::of_first_version(ctx, resource, scope));
        }
        self.field("scope").map(|scope| RequestedResource::of_scope(scope, true)).transpose()
    }

    /// What is asked for: of the request, else what was asked for before.
    fn need<'n>(
        &'n self,
        ctx: &Ctx<'_>,
        before: &'n str,
        before_v2: bool,
    ) -> Result<RequestedResource<'n>, Refused> {
        match self.asked(ctx)? {
            Some(asked) => Ok(asked),
            // As at the authorize endpoint of that version.
            None if before.is_empty() && !before_v2 => Ok(RequestedResource::of_resource(AZURE_AD_GRAPH)),
            None => RequestedResource::read(before, before_v2),
        }
    }

    fn client_info(&self) -> bool {
        self.field("client_info") == Some("1")
    }
}

/// The client can answer claims challenges, as it says in the `claims` parameter.
pub(super) fn can_challenge(claims: Option<&str>) -> bool {
    let read = |text: &str| serde_json::from_slice::<serde_json::Value>(text.as_bytes()).ok();
    claims.and_then(read).is_some_and(|claims| {
        let values = claims.pointer("/access_token/xms_cc/values").and_then(|values| values.as_array());
        values.is_some_and(|values| values.iter().any(|value| value == "CP1"))
    })
}

/// The optional claims that the `claims` parameter asks for in the id token, as newer libraries do of themselves.
/// Source: OpenID Connect Core 1.0, section 5.5.
pub(super) fn id_claims(claims: Option<&str>) -> Vec<Arc<str>> {
    let read = |text: &str| serde_json::from_slice::<serde_json::Value>(text.as_bytes()).ok();
    let asked =
        claims.and_then(read).and_then(|mut claims| claims.get_mut("id_token").map(|asked| asked.take()));
    let names = OPTIONAL_CLAIMS.into_iter();
    names
        .filter(|name| asked.as_ref().is_some_and(|asked| asked.get(name).is_some()))
        .map(Arc::from)
        .collect()
}

/// A resource as answers of version 1.0 repeat it; Azure AD Graph, which stands for none, as it is.
pub(super) fn spelled(resource: &str) -> String {
    match resource.parse() {
        _ if resource == AZURE_AD_GRAPH => resource.to_owned(),
        Ok(id) if resources::by_id(id).is_some() => format!("spn:{resource}"),
        _ => resource.to_owned(),
    }
}
