//! Mints tokens on request: for any application, and with any defect.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::commands::user;
use crate::facts;
use crate::identity::AccessClaims;
use crate::identity::forge::{Forged, TokenDefects, forge};
use crate::identity::resources::{self, Target};
use crate::identity::token::{APPLICATION_LIFETIME, Common, Proof, Subject};
use crate::identity::{client, keys};
use crate::model::field_error::FieldError;
use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;

/// No token lives longer, in seconds.
const LONGEST: i64 = 3_650 * 86_400;

/// No token carries more roles.
const MOST_ROLES: usize = 200;

/// Which token is to be minted. What is not said is as the token endpoint would have it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(expecting = "an object that says what the token shall be")]
pub struct MintRequest {
    /// The resource as it is asked for: id or URI.
    pub audience: Option<String>,
    /// A registration by name or client id, or the client id of one that the tenant does not have.
    pub app: Option<String>,
    /// Instead of what the application was granted.
    pub roles: Option<Vec<String>>,
    /// On behalf of whom: a persona, a user principal name or an object id.
    pub user: Option<String>,
    /// Instead of what the application was granted for the user.
    pub scopes: Option<Vec<String>>,
    /// How long it is valid: an ISO 8601 duration.
    pub lifetime: Option<String>,
    /// When it was issued; now, if that is not said.
    pub issued_at: Option<VirtualTime>,
    /// Replaces claims, adds them, or (`null`) removes them.
    #[serde(default)]
    pub claims: Map<String, Json>,
    // Flattening would lose the names of unknown fields.
    /// It was valid until an hour ago.
    #[serde(default)]
    pub expired: bool,
    /// It will be valid in an hour.
    #[serde(default)]
    pub not_yet_valid: bool,
    /// It is for another resource.
    #[serde(default)]
    pub wrong_audience: bool,
    /// It is of a tenant that is not here.
    #[serde(default)]
    pub wrong_tenant: bool,
    /// Its signature does not hold.
    #[serde(default)]
    pub bad_signature: bool,
    /// It has no signature, and says so (`alg: none`).
    #[serde(default)]
    pub unsigned: bool,
}

/// By whom and where a token is ordered, as far as the token says so.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The id that stands for the token.
    pub request_id: Guid,
    /// The server's own origin, which is a resource, too.
    pub origin: &'a str,
    /// The address of who asks.
    pub peer: IpAddr,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Minted {
    /// The token.
    pub token: String,
    /// The value of the header that carries it.
    pub authorization: String,
    /// Its header.
    pub header: Json,
    /// Its claims.
    pub claims: Map<String, Json>,
}

/// Mints a token.
///
/// # Errors
/// The field that contradicts another, or names what is not there.
pub fn mint(view: &TenantView, asked: &Asked<'_>, request: &MintRequest) -> Result<Minted, FieldError> {
    let defects = TokenDefects {
        expired: request.expired,
        not_yet_valid: request.not_yet_valid,
        wrong_audience: request.wrong_audience,
        wrong_tenant: request.wrong_tenant,
        bad_signature: request.bad_signature,
        unsigned: request.unsigned,
    };
    if let Some([one, other]) = defects.contradiction() {
        return Err(FieldError::text(other, &format!("nothing, since there is `{one}`"), "true"));
    }
    let issued = request.issued_at.unwrap_or(view.now);
    if defects.expired && request.issued_at.is_some() {
        let expected = "nothing, since there is `expired`, which says when the token was issued";
        return Err(FieldError::text("issuedAt", expected, &issued.to_string()));
    }
    let mut claims = claims(view, asked, request, issued)?;
    if let Some(text) = &request.lifetime {
        let seconds = Span::parse(text).map(|length| length.as_millis() / 1_000);
        let seconds = seconds
            .filter(|seconds| (1..=LONGEST).contains(seconds))
            .ok_or_else(|| FieldError::text("lifetime", "an ISO 8601 duration from PT1S to P3650D", text))?;
        claims.exp = claims.nbf + seconds;
    }
    let key = keys::numbered(facts::directory(view).signing_key());
    let Forged { token, header, claims } = forge(claims, defects, &request.claims, key);
    Ok(Minted { authorization: format!("Bearer {token}"), token, header, claims })
}

fn claims(
    view: &TenantView,
    asked: &Asked<'_>,
    request: &MintRequest,
    issued: VirtualTime,
) -> Result<AccessClaims, FieldError> {
    let directory = facts::directory(view);
    let app = request.app.as_deref().unwrap_or(if request.user.is_some() { "delegated" } else { "full" });
    let id = app.parse::<Guid>().ok();
    let known = directory.app_named(app).or_else(|| directory.app(id?)).map(|(_, known)| known);
    let vendor = id.and_then(client::first_party);
    if known.is_none() && id.is_none() {
        let names: Vec<&str> = directory.apps.iter().map(|known| &*known.registration.name).collect();
        let expected = format!("{}, or a client id", names.join(", "));
        return Err(FieldError::text("app", &expected, app));
    }
    for (field, list) in [("roles", &request.roles), ("scopes", &request.scopes)] {
        if let Some(list) = list.as_ref().filter(|list| list.len() > MOST_ROLES) {
            return Err(FieldError::text(field, "at most 200 texts", &list.len().to_string()));
        }
    }
    if let (Some(roles), Some(_)) = (&request.roles, &request.user) {
        let expected = "nothing, since there is `user`: a user's token has `scopes`";
        return Err(FieldError::text("roles", expected, &roles.join(" ")));
    }
    if let (Some(scopes), None) = (&request.scopes, &request.user) {
        let expected = "nothing without `user`: an application's own token has `roles`";
        return Err(FieldError::text("scopes", expected, &scopes.join(" ")));
    }
    let audience = request.audience.as_deref().unwrap_or(crate::catalogue::resources::CLOUD_APPS);
    let client = known.map(|known| known.registration.client_id).or(id).unwrap_or(Guid::from_bits(0));
    let display_name = known
        .map(|known| known.registration.display_name.to_string())
        .or_else(|| vendor.as_ref().map(|vendor| vendor.registration.display_name.to_string()))
        .unwrap_or_else(|| "An application of another tenant".to_owned());
    let public = known.is_some_and(|known| known.registration.public) || vendor.is_some();
    let target = resources::find(audience, Some(asked.origin), directory);
    // As that of a token that is asked for at the server's own origin: over TLS, also where this is asked in clear.
    let host = asked.origin.split_once("://").map_or(asked.origin, |(_, host)| host);
    let (tenant, v2) = (view.state.identity().id, target.is_some_and(|target| target.takes_second_version()));
    let issuer = format!("https://{host}/{tenant}/{}", if v2 { "v2.0" } else { "" });
    let own_id = target.filter(|_| v2).and_then(|target| target.ids().first().map(Guid::to_string));
    let common = Common {
        identity: view.state.identity(),
        issuer: &issuer,
        issued,
        lived: issued,
        lifetime: APPLICATION_LIFETIME,
        serial: asked.request_id.bits(),
        audience: own_id.as_deref().unwrap_or(audience),
        v2,
        client,
        display_name: &display_name,
        proof: if public { Proof::None } else { Proof::Secret },
        directory: false,
        wids: &[],
        challenges: false,
        own: target.and_then(|target| target.own()).map(|own| &*own.optional_claims.access_token),
    };
    if let Some(name) = &request.user {
        let user = user(view, "user", name)?;
        let person = facts::person(view, user);
        let guest = directory.is_guest(user, person);
        let subject = Subject { person, mfa: false, guest, address: asked.peer, session: None };
        let scopes = match &request.scopes {
            Some(scopes) => scopes.clone(),
            None => target
                .iter()
                .flat_map(Target::ids)
                .flat_map(|id| directory.scopes_of(client, id, Some(user)))
                .map(|scope| scope.to_string())
                .collect(),
        };
        return Ok(AccessClaims::for_user(&common, &subject, &scopes));
    }
    let roles = match (&request.roles, &target) {
        (Some(roles), _) => roles.clone(),
        // What the token endpoint would put in.
        (None, Some(target)) => {
            let held = directory.roles_of(client).filter(|role| target.includes(role.resource));
            held.map(|role| role.value.to_string()).collect()
        }
        (None, None) => Vec::new(),
    };
    let principal = known.map_or(Guid::from_bits(!client.bits()), |known| known.principal);
    Ok(AccessClaims::for_application(&common, principal, &roles))
}
