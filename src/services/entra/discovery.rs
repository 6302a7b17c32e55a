//! Discovery documents and signing keys.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc> and the genuine documents, which
//! anybody may fetch; order and names of the members are theirs.

use serde::Serialize;

use crate::facts;
use crate::gateway::authority::Site;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused, Service};
use crate::identity::keys::{self, SigningKey};

use super::cloud::{self, CloudNames};
use super::{CONSUMERS, Named, wire};

/// The placeholder that stands for the tenant in the issuer of documents that belong to no tenant.
const ANY_ISSUER: &str = "{tenantid}";

/// A tenant as a document writes it.
struct DocumentTenant {
    /// In paths.
    path: String,
    /// In the issuer.
    issuer: String,
    region: Option<&'static str>,
}

impl DocumentTenant {
    /// Asked by domain, the genuine documents answer with the id.
    fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        let subject = |path: String, issuer: &str, region| Self { path, issuer: issuer.to_owned(), region };
        Ok(match Named::read(ctx)? {
            Named::Tenant => {
                let id = ctx.view.state.identity().id.to_string();
                subject(id.clone(), &id, Some(names(ctx).region_scope))
            }
            Named::Any(word) => subject(word.to_owned(), ANY_ISSUER, None),
            Named::Consumers => subject("consumers".to_owned(), CONSUMERS, None),
        })
    }

    fn issuer(&self, ctx: &Ctx<'_>, v2: bool) -> String {
        cloud::issuer(ctx, &self.issuer, v2)
    }

    fn url(&self, ctx: &Ctx<'_>, path: &str) -> String {
        ctx.url(Service::Entra, &format!("/{}{path}", self.path))
    }
}

#[derive(Serialize)]
struct Document {
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 3],
    jwks_uri: String,
    response_modes_supported: [&'static str; 3],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    response_types_supported: &'static [&'static str],
    scopes_supported: &'static [&'static str],
    issuer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    microsoft_multi_refresh_token: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_uri_parameter_supported: Option<bool>,
    userinfo_endpoint: String,
    authorization_endpoint: String,
    device_authorization_endpoint: String,
    http_logout_supported: bool,
    frontchannel_logout_supported: bool,
    end_session_endpoint: String,
    claims_supported: &'static [&'static str],
    kerberos_endpoint: String,
    tenant_region_scope: Option<&'static str>,
    cloud_instance_name: &'static str,
    cloud_graph_host_name: &'static str,
    msgraph_host: &'static str,
    rbac_url: &'static str,
}

const CLAIMS_V2: &[&str] = &[
    "sub",
    "iss",
    "cloud_instance_name",
    "cloud_instance_host_name",
    "cloud_graph_host_name",
    "msgraph_host",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "nonce",
    "preferred_username",
    "name",
    "tid",
    "ver",
    "at_hash",
    "c_hash",
    "email",
];

const CLAIMS_V1: &[&str] = &[
    "sub",
    "iss",
    "cloud_instance_name",
    "cloud_instance_host_name",
    "cloud_graph_host_name",
    "msgraph_host",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "amr",
    "nonce",
    "email",
    "given_name",
    "family_name",
    "nickname",
];

/// The document of version 2.0.
pub fn v2(ctx: &Ctx<'_>) -> Handled {
    let subject = DocumentTenant::read(ctx)?;
    let document = Document {
        jwks_uri: subject.url(ctx, "/discovery/v2.0/keys"),
        response_types_supported: &["code", "id_token", "code id_token", "id_token token"],
        scopes_supported: &["openid", "profile", "email", "offline_access"],
        issuer: subject.issuer(ctx, true),
        microsoft_multi_refresh_token: None,
        request_uri_parameter_supported: Some(false),
        userinfo_endpoint: userinfo_v2(ctx),
        claims_supported: CLAIMS_V2,
        ..document(ctx, &subject, "/oauth2/v2.0")
    };
    Ok(wire::cacheable(ctx, &document))
}

/// The document of version 1.0, less the genuine one's `check_session_iframe`: nothing is served there.
pub fn v1(ctx: &Ctx<'_>) -> Handled {
    let subject = DocumentTenant::read(ctx)?;
    Ok(wire::cacheable(ctx, &document(ctx, &subject, "/oauth2")))
}

/// The document of version 1.0, with its endpoints under `front`.
fn document(ctx: &Ctx<'_>, subject: &DocumentTenant, front: &str) -> Document {
    let at = |path: &str| subject.url(ctx, &format!("{front}{path}"));
    let names = names(ctx);
    Document {
        token_endpoint: at("/token"),
        token_endpoint_auth_methods_supported: [
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        // The key set of version 1.0 is the same for all tenants, so its address is below `common`.
        jwks_uri: ctx.url(Service::Entra, "/common/discovery/keys"),
        response_modes_supported: ["query", "fragment", "form_post"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
        response_types_supported: &["code", "id_token", "code id_token", "token id_token", "token"],
        scopes_supported: &["openid"],
        issuer: subject.issuer(ctx, false),
        microsoft_multi_refresh_token: Some(true),
        request_uri_parameter_supported: None,
        userinfo_endpoint: subject.url(ctx, "/openid/userinfo"),
        authorization_endpoint: at("/authorize"),
        device_authorization_endpoint: at("/devicecode"),
        http_logout_supported: true,
        frontchannel_logout_supported: true,
        end_session_endpoint: at("/logout"),
        claims_supported: CLAIMS_V1,
        kerberos_endpoint: subject.url(ctx, "/kerberos"),
        tenant_region_scope: subject.region,
        cloud_instance_name: names.instance,
        cloud_graph_host_name: "graph.windows.net",
        msgraph_host: names.graph,
        rbac_url: names.rbac,
    }
}

/// What the cloud that was asked calls itself.
fn names(ctx: &Ctx<'_>) -> &'static CloudNames {
    CloudNames::of(ctx.authority.site.cloud())
}

/// Facts about the user come from Microsoft Graph, at its own host where there is one.
fn userinfo_v2(ctx: &Ctx<'_>) -> String {
    match ctx.authority.site {
        Site::Genuine { .. } => format!("https://{}/oidc/userinfo", names(ctx).graph),
        _ => ctx.url(Service::Entra, "/oidc/userinfo"),
    }
}

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Key>,
}

/// A key of a key set. The genuine sets name no `alg`.
#[derive(Serialize)]
struct Key {
    kty: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    kid: &'static str,
    x5t: &'static str,
    n: &'static str,
    e: &'static str,
    x5c: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_instance_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
}

impl Key {
    /// `named`: who issues with it, and in which cloud.
    fn new(key: &'static SigningKey, named: Option<(String, &'static CloudNames)>) -> Self {
        let public = key.public();
        Self {
            kty: "RSA",
            usage: "sig",
            kid: public.kid,
            x5t: public.kid,
            n: public.n,
            e: public.e,
            x5c: [public.certificate],
            cloud_instance_name: named.as_ref().map(|(_, names)| names.instance),
            issuer: named.map(|(issuer, _)| issuer),
        }
    }
}

/// The keys that the tenant publishes now.
fn published(ctx: &Ctx<'_>) -> impl Iterator<Item = &'static SigningKey> {
    facts::directory(&ctx.view).published_keys(ctx.now()).map(keys::numbered)
}

/// The keys of version 2.0, which name their issuer.
pub fn keys_v2(ctx: &Ctx<'_>) -> Handled {
    let issuer = DocumentTenant::read(ctx)?.issuer(ctx, true);
    let keys = published(ctx).map(|key| Key::new(key, Some((issuer.clone(), names(ctx))))).collect();
    Ok(wire::cacheable(ctx, &KeySet { keys }))
}

/// The keys of version 1.0.
pub fn keys_v1(ctx: &Ctx<'_>) -> Handled {
    DocumentTenant::read(ctx)?;
    let keys = published(ctx).map(|key| Key::new(key, None)).collect();
    Ok(wire::cacheable(ctx, &KeySet { keys }))
}
