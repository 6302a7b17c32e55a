//! The token endpoints: client credentials in both versions.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
//! <https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow>.
//! In which order the genuine service checks what is wrong with a request is (unverified): here the form comes
//! first, then the tenant, the scope, the client, its credential, and the resource last.

use http::{StatusCode, header};
use serde::Serialize;

use crate::door::authority::Site;
use crate::door::form::{self, Form};
use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::identity::grants::{self, Ask, Credential, Grant, GrantFault};
use crate::identity::resources::{self, AZURE_AD_GRAPH, Target};
use crate::identity::scope::{self, ScopeFault};
use crate::identity::token::{APPLICATION_LIFETIME, AccessClaims, Application, mint};
use crate::model::base64;

use super::Named;
use super::refusals::Refusal;
use super::wire::{self, field};

/// Every parameter that is read; none may stand twice. All others are ignored: clients send telemetry along.
const PARAMETERS: [&str; 7] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "resource",
];

/// Grants that the genuine service knows beside client credentials.
const OTHER_GRANTS: [&str; 8] = [
    "authorization_code",
    "refresh_token",
    "password",
    "device_code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:saml1_1-bearer",
];

/// The directory role that tokens of applications show at directory resources: that of an application without any.
const NO_ROLE: &str = "0997a1d0-0d1d-4acb-b408-d5ca73121e90";

/// The directory of personal accounts, as refusals call it.
const PERSONAL_ACCOUNTS: &str = "Microsoft Accounts";

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

/// The endpoint of version 2.0.
pub fn v2(ctx: &Ctx<'_>) -> Handled {
    let (form, named) = read(ctx)?;
    if field(&form, "resource").is_some() {
        return Err(Refusal::ResourceParameter.into());
    }
    let scope = field(&form, "scope").ok_or(Refusal::MissingParameter { name: "scope" })?;
    let resource = scope::resource(scope).map_err(|fault| match fault {
        ScopeFault::NotDefault => Refusal::NotDefaultScope { scope: scope.to_owned() },
        ScopeFault::SeveralResources => Refusal::InvalidScope { scope: scope.to_owned() },
    })?;
    let (_, access_token) = issue(ctx, &form, named, resource)?;
    let answer = TokenV2 {
        token_type: "Bearer",
        expires_in: APPLICATION_LIFETIME,
        ext_expires_in: APPLICATION_LIFETIME,
        access_token,
    };
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &answer))
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

/// The endpoint of version 1.0. It takes the resource from `resource`, in the body or (unverified) in the query;
/// the documentation of Cloud Apps names it in `scope`. With neither, the genuine endpoint issues a token for Azure
/// AD Graph, see <https://github.com/DuendeArchive/IdentityModel/issues/74>.
pub fn v1(ctx: &Ctx<'_>) -> Handled {
    let (form, named) = read(ctx)?;
    let query = Form::read(ctx.query().as_bytes());
    let scope = field(&form, "scope").and_then(|scope| match scope::resource(scope) {
        Ok(resource) => Some(resource),
        Err(_) => resources::find(scope, None).map(|_| scope),
    });
    let asked = field(&form, "resource").or_else(|| field(&query, "resource")).or(scope);
    if asked.is_none() {
        ctx.note("the request names no resource, so the token is for Azure AD Graph: expected the field `resource`");
    }
    let (claims, access_token) = issue(ctx, &form, named, asked.unwrap_or(AZURE_AD_GRAPH))?;
    let answer = TokenV1 {
        token_type: "Bearer",
        expires_in: APPLICATION_LIFETIME.to_string(),
        ext_expires_in: APPLICATION_LIFETIME.to_string(),
        expires_on: claims.exp.to_string(),
        not_before: claims.nbf.to_string(),
        resource: match asked {
            Some(id) if resources::by_id(&id.to_ascii_lowercase()).is_some() => format!("spn:{id}"),
            Some(uri) => uri.to_owned(),
            None => AZURE_AD_GRAPH.to_owned(),
        },
        access_token,
    };
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &answer))
}

/// Reads what both versions have in common: the form, the grant and the tenant. The content type does not matter:
/// whatever it says, the body is read as a form, as the genuine service does.
fn read(ctx: &Ctx<'_>) -> Result<(Form, Named), Refused> {
    let form = Form::read(ctx.body());
    if let Some(name) =
        PARAMETERS.into_iter().find(|name| form.fields().filter(|(known, _)| known == name).count() > 1)
    {
        return Err(Refusal::DuplicateParameter { name }.into());
    }
    let grant = field(&form, "grant_type").ok_or(Refusal::MissingParameter { name: "grant_type" })?;
    if grant != "client_credentials" {
        let refused = Refused::from(Refusal::UnsupportedGrant { grant: grant.to_owned() });
        return Err(if OTHER_GRANTS.contains(&grant) {
            refused.because(format!(
                "the simulator does not play the grant {grant} yet, only client_credentials"
            ))
        } else {
            refused
        });
    }
    Ok((form, Named::read(ctx)?))
}

/// Issues a token for `resource`, if the client may have one.
fn issue(
    ctx: &Ctx<'_>,
    form: &Form,
    named: Named,
    resource: &str,
) -> Result<(AccessClaims, String), Refused> {
    let (basic_id, basic_secret) = basic(ctx).unwrap_or_default();
    let client = field(form, "client_id")
        .or(some(&basic_id))
        .ok_or(Refusal::MissingParameter { name: "client_id" })?;
    let directory = &ctx.world().company.name;
    match named {
        Named::Tenant => {}
        Named::Any(_) => return Err(Refusal::NoTenant.into()),
        Named::Consumers => {
            let directory = PERSONAL_ACCOUNTS.to_owned();
            return Err(Refusal::UnknownClient { client: client.to_owned(), directory }.into());
        }
    }
    let credential =
        match (field(form, "client_assertion"), field(form, "client_secret").or(some(&basic_secret))) {
            (Some(_), _) if field(form, "client_assertion_type").is_none() => {
                return Err(Refusal::MissingParameter { name: "client_assertion_type" }.into());
            }
            (Some(assertion), _) => Credential::Assertion(assertion),
            (None, Some(secret)) => Credential::Secret(secret),
            (None, None) => Credential::None,
        };
    if let Some(origin) = ctx.header("origin") {
        return Err(Refusal::CrossOrigin { origin: origin.to_owned() }.into());
    }
    let own_origin = matches!(ctx.authority.site, Site::Own { .. }).then(|| ctx.authority.origin());
    let ask = Ask { client_id: client, credential, resource, own_origin: own_origin.as_deref() };
    let grant =
        grants::client_credentials(&ctx.world().registrations, &ask).map_err(|fault| match fault {
            GrantFault::UnknownClient => {
                Refusal::UnknownClient { client: client.to_owned(), directory: directory.clone() }
            }
            GrantFault::PublicClient => Refusal::PublicClient,
            GrantFault::MissingCredential => Refusal::MissingCredential,
            GrantFault::WrongSecret => Refusal::WrongSecret { client: client.to_owned() },
            GrantFault::MalformedAssertion => Refusal::MalformedAssertion,
            GrantFault::UnknownCertificate { thumbprint } => {
                Refusal::UnknownCertificate { thumbprint, client: client.to_owned() }
            }
            GrantFault::UnknownResource => {
                Refusal::UnknownResource { resource: resource.to_owned(), directory: directory.clone() }
            }
        })?;
    let claims = claims(ctx, &grant, resource);
    let token = mint(&claims);
    Ok((claims, token))
}

fn claims(ctx: &Ctx<'_>, grant: &Grant<'_>, audience: &str) -> AccessClaims {
    let directory = matches!(grant.target, Target::Resource(resource) if resource.directory);
    let application = Application {
        audience,
        client: grant.registration.client_id,
        display_name: &grant.registration.display_name,
        principal: grant.registration.principal,
        proof: grant.proof,
        roles: &grant.roles,
        wids: if directory { &[NO_ROLE] } else { &[] },
    };
    AccessClaims::for_application(&application, ctx.reading.state.stamp(), ctx.now(), ctx.request_id.bits())
}

/// Client id and secret of HTTP Basic authentication, both form-encoded in it (RFC 6749, 2.3.1).
fn basic(ctx: &Ctx<'_>) -> Option<(String, String)> {
    let text = ctx.header(header::AUTHORIZATION.as_str())?.trim();
    let (scheme, value) = text.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| base64::decode_standard(value.trim()))??;
    let colon = decoded.iter().position(|&byte| byte == b':')?;
    Some((form::decode(&decoded[..colon]), form::decode(&decoded[colon + 1..])))
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
