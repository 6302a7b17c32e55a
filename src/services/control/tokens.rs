//! Tokens to order: for any application, and with any fault.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::door::route::{Handled, Route, Scope};
use crate::door::{Answer, Ctx, Refused};
use crate::identity::AccessClaims;
use crate::identity::forge::{Lies, forge};
use crate::identity::resources::{self, Target};
use crate::identity::token::{APPLICATION_LIFETIME, Common, Proof, Subject};
use crate::identity::{client, keys};
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;

use super::{READ, body, route};

pub(super) const MINT: Route = route(
    Method::POST,
    "/_mock/tenants/{tenant}/tokens",
    Scope::Tenant,
    READ,
    mint,
    "Mint an application's token with any claims and any fault: expired, for another audience, unsigned, …",
    "tokens::a_minted_token_opens_what_its_roles_open",
);

/// No token lives longer, in seconds.
const LONGEST: i64 = 3_650 * 86_400;

/// No token carries more roles.
const MOST_ROLES: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wish {
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
fn mint(ctx: &Ctx<'_>) -> Handled {
    let wish: Wish = body::read(ctx)?;
    let lies = Lies {
        expired: wish.expired,
        not_yet_valid: wish.not_yet_valid,
        wrong_audience: wish.wrong_audience,
        wrong_tenant: wish.wrong_tenant,
        bad_signature: wish.bad_signature,
        unsigned: wish.unsigned,
    };
    if let Some([one, other]) = lies.contradiction() {
        return Err(body::bad_field(other, &format!("nothing, since there is `{one}`"), "true"));
    }
    let issued = wish.issued_at.unwrap_or_else(|| ctx.now());
    if lies.expired && wish.issued_at.is_some() {
        let expected = "nothing, since there is `expired`, which says when the token was issued";
        return Err(body::bad_field("issuedAt", expected, &issued.to_string()));
    }
    let mut claims = claims(ctx, &wish, issued)?;
    if let Some(text) = &wish.lifetime {
        let seconds = body::duration(text).map(|length| length.as_millis() / 1_000);
        let seconds = seconds
            .filter(|seconds| (1..=LONGEST).contains(seconds))
            .ok_or_else(|| body::bad_field("lifetime", "an ISO 8601 duration from PT1S to P3650D", text))?;
        claims.exp = claims.nbf + seconds;
    }
    let key = keys::numbered(ctx.reading.state.core().directory.signing_key());
    let forged = forge(claims, lies, &wish.claims, key);
    let authorization = format!("Bearer {}", forged.token);
    let body = json!({
        "token": forged.token,
        "authorization": authorization,
        "header": forged.header,
        "claims": forged.claims,
    });
    Ok(Answer::json(StatusCode::CREATED, &body))
}

fn claims(ctx: &Ctx<'_>, wish: &Wish, issued: VirtualTime) -> Result<AccessClaims, Refused> {
    let directory = &ctx.reading.state.core().directory;
    let app = wish.app.as_deref().unwrap_or(if wish.user.is_some() { "delegated" } else { "full" });
    let id = app.parse::<Guid>().ok();
    let known = directory.app_named(app).or_else(|| directory.app(id?)).map(|(_, known)| known);
    let vendor = id.and_then(client::first_party);
    if known.is_none() && id.is_none() {
        let names: Vec<&str> = directory.apps.iter().map(|known| &*known.registration.name).collect();
        let expected = format!("{}, or a client id", names.join(", "));
        return Err(body::bad_field("app", &expected, app));
    }
    for (field, list) in [("roles", &wish.roles), ("scopes", &wish.scopes)] {
        if let Some(list) = list.as_ref().filter(|list| list.len() > MOST_ROLES) {
            return Err(body::bad_field(field, "at most 200 texts", &list.len().to_string()));
        }
    }
    if let (Some(roles), Some(_)) = (&wish.roles, &wish.user) {
        let expected = "nothing, since there is `user`: a user's token has `scopes`";
        return Err(body::bad_field("roles", expected, &roles.join(" ")));
    }
    if let (Some(scopes), None) = (&wish.scopes, &wish.user) {
        let expected = "nothing without `user`: an application's own token has `roles`";
        return Err(body::bad_field("scopes", expected, &scopes.join(" ")));
    }
    let audience = wish.audience.as_deref().unwrap_or(resources::CLOUD_APPS);
    let client = known.map(|known| known.registration.client_id).or(id).unwrap_or(Guid::from_bits(0));
    let display_name = known
        .map(|known| known.registration.display_name.to_string())
        .or_else(|| vendor.as_ref().map(|vendor| vendor.registration.display_name.to_string()))
        .unwrap_or_else(|| "An application of another tenant".to_owned());
    let public = known.is_some_and(|known| known.registration.public) || vendor.is_some();
    let common = Common {
        stamp: ctx.reading.state.stamp(),
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
    let origin = ctx.authority.origin();
    let target = resources::find(audience, Some(&origin), directory);
    if let Some(name) = &wish.user {
        let user = super::commands::user(ctx.world(), "user", name)?;
        let person = ctx.world().person(user);
        let guest = directory.is_guest(user, person);
        let subject = Subject { person, mfa: false, guest, address: ctx.arrival.peer, session: None };
        let scopes = match &wish.scopes {
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
    let roles = match (&wish.roles, &target) {
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
