//! Tokens to order: for any application, and with any fault.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::facts;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::AccessClaims;
use crate::identity::forge::{TokenDefects, forge};
use crate::identity::resources::{self, Target};
use crate::identity::token::{APPLICATION_LIFETIME, Common, Proof, Subject};
use crate::identity::{client, keys};
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;

use super::body;

/// No token lives longer, in seconds.
const LONGEST: i64 = 3_650 * 86_400;

/// No token carries more roles.
const MOST_ROLES: usize = 200;

#[derive(Deserialize)]
#[serde(expecting = "an object that says what the token shall be")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MintRequest {
    /// The resource as it is asked for: id or URI.
    audience: Option<String>,
    /// A registration by name or client id, or the client id of one that the tenant does not have.
    app: Option<String>,
    /// Instead of what the application was granted.
    roles: Option<Vec<String>>,
    /// On behalf of whom: a persona, a user principal name or an object id.
    user: Option<String>,
    /// Instead of what the application was granted for the user.
    scopes: Option<Vec<String>>,
    lifetime: Option<String>,
    issued_at: Option<VirtualTime>,
    /// Replaces claims, adds them, or (`null`) removes them.
    #[serde(default)]
    claims: Map<String, Json>,
    // Flattening would lose the names of unknown fields.
    #[serde(default)]
    expired: bool,
    #[serde(default)]
    not_yet_valid: bool,
    #[serde(default)]
    wrong_audience: bool,
    #[serde(default)]
    wrong_tenant: bool,
    #[serde(default)]
    bad_signature: bool,
    #[serde(default)]
    unsigned: bool,
}

/// `POST …/tokens`
pub(super) fn mint(ctx: &Ctx<'_>) -> Handled {
    let request: MintRequest = body::read(ctx)?;
    let defects = TokenDefects {
        expired: request.expired,
        not_yet_valid: request.not_yet_valid,
        wrong_audience: request.wrong_audience,
        wrong_tenant: request.wrong_tenant,
        bad_signature: request.bad_signature,
        unsigned: request.unsigned,
    };
    if let Some([one, other]) = defects.contradiction() {
        return Err(body::bad_field(other, &format!("nothing, since there is `{one}`"), "true"));
    }
    let issued = request.issued_at.unwrap_or_else(|| ctx.now());
    if defects.expired && request.issued_at.is_some() {
        let expected = "nothing, since there is `expired`, which says when the token was issued";
        return Err(body::bad_field("issuedAt", expected, &issued.to_string()));
    }
    let mut claims = claims(ctx, &request, issued)?;
    if let Some(text) = &request.lifetime {
        let seconds = body::duration(text).map(|length| length.as_millis() / 1_000);
        let seconds = seconds
            .filter(|seconds| (1..=LONGEST).contains(seconds))
            .ok_or_else(|| body::bad_field("lifetime", "an ISO 8601 duration from PT1S to P3650D", text))?;
        claims.exp = claims.nbf + seconds;
    }
    let key = keys::numbered(facts::directory(&ctx.view).signing_key());
    let forged = forge(claims, defects, &request.claims, key);
    let authorization = format!("Bearer {}", forged.token);
    let body = json!({
        "token": forged.token,
        "authorization": authorization,
        "header": forged.header,
        "claims": forged.claims,
    });
    Ok(Answer::json(StatusCode::CREATED, &body))
}

fn claims(ctx: &Ctx<'_>, request: &MintRequest, issued: VirtualTime) -> Result<AccessClaims, Refused> {
    let directory = facts::directory(&ctx.view);
    let app = request.app.as_deref().unwrap_or(if request.user.is_some() { "delegated" } else { "full" });
    let id = app.parse::<Guid>().ok();
    let known = directory.app_named(app).or_else(|| directory.app(id?)).map(|(_, known)| known);
    let vendor = id.and_then(client::first_party);
    if known.is_none() && id.is_none() {
        let names: Vec<&str> = directory.apps.iter().map(|known| &*known.registration.name).collect();
        let expected = format!("{}, or a client id", names.join(", "));
        return Err(body::bad_field("app", &expected, app));
    }
    for (field, list) in [("roles", &request.roles), ("scopes", &request.scopes)] {
        if let Some(list) = list.as_ref().filter(|list| list.len() > MOST_ROLES) {
            return Err(body::bad_field(field, "at most 200 texts", &list.len().to_string()));
        }
    }
    if let (Some(roles), Some(_)) = (&request.roles, &request.user) {
        let expected = "nothing, since there is `user`: a user's token has `scopes`";
        return Err(body::bad_field("roles", expected, &roles.join(" ")));
    }
    if let (Some(scopes), None) = (&request.scopes, &request.user) {
        let expected = "nothing without `user`: an application's own token has `roles`";
        return Err(body::bad_field("scopes", expected, &scopes.join(" ")));
    }
    let audience = request.audience.as_deref().unwrap_or(crate::catalogue::resources::CLOUD_APPS);
    let client = known.map(|known| known.registration.client_id).or(id).unwrap_or(Guid::from_bits(0));
    let display_name = known
        .map(|known| known.registration.display_name.to_string())
        .or_else(|| vendor.as_ref().map(|vendor| vendor.registration.display_name.to_string()))
        .unwrap_or_else(|| "An application of another tenant".to_owned());
    let public = known.is_some_and(|known| known.registration.public) || vendor.is_some();
    let common = Common {
        identity: ctx.view.state.identity(),
        issued,
        lived: issued,
        lifetime: APPLICATION_LIFETIME,
        serial: ctx.request_id.bits(),
        audience,
        v2: false,
        client,
        display_name: &display_name,
        proof: if public { Proof::None } else { Proof::Secret },
        directory: false,
        wids: &[],
        challenges: false,
    };
    let origin = ctx.authority.origin().to_owned();
    let target = resources::find(audience, Some(&origin), directory);
    if let Some(name) = &request.user {
        let user = super::commands::user(ctx.world(), "user", name)?;
        let person = ctx.world().person(user);
        let guest = directory.is_guest(user, person);
        let subject = Subject { person, mfa: false, guest, address: ctx.arrival.peer, session: None };
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
