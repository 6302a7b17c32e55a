//! Tokens to order: for any application, and with any fault.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::door::route::{Handled, Route, Scope};
use crate::door::{Answer, Ctx, Refused};
use crate::identity::AccessClaims;
use crate::identity::forge::{Lies, forge};
use crate::identity::resources::{self, Target};
use crate::identity::token::{Application, Proof};
use crate::model::ids::Guid;
use crate::model::registration::Registration;
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
    let forged = forge(claims, lies, &wish.claims);
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
    let registrations = &ctx.world().registrations;
    let app = wish.app.as_deref().unwrap_or("full");
    let id = app.parse::<Guid>().ok();
    let known = registrations.iter().find(|known| known.name == app || Some(known.client_id) == id);
    if known.is_none() && id.is_none() {
        let names: Vec<&str> = registrations.iter().map(|known| &*known.name).collect();
        let expected = format!("{}, or a client id", names.join(", "));
        return Err(body::bad_field("app", &expected, app));
    }
    let audience = wish.audience.as_deref().unwrap_or(resources::CLOUD_APPS);
    let roles = match &wish.roles {
        Some(roles) if roles.len() > MOST_ROLES => {
            return Err(body::bad_field("roles", "at most 200 texts", &roles.len().to_string()));
        }
        Some(roles) => roles.iter().map(String::as_str).collect(),
        None => known.map(|known| granted(known, audience, &ctx.authority.origin())).unwrap_or_default(),
    };
    let client = known.map(|known| known.client_id).or(id).unwrap_or(Guid::from_bits(0));
    let application = Application {
        audience,
        client,
        display_name: known.map_or("An application of another tenant", |known| &known.display_name),
        principal: known.map_or(Guid::from_bits(!client.bits()), |known| known.principal),
        proof: Proof::Secret,
        roles: &roles,
        wids: &[],
    };
    let stamp = ctx.reading.state.stamp();
    Ok(AccessClaims::for_application(&application, stamp, issued, ctx.request_id.bits()))
}

/// What the token endpoint would put in.
fn granted(app: &Registration, audience: &str, origin: &str) -> Vec<&'static str> {
    let target = resources::find(audience, Some(origin));
    let held = |target: Target| {
        let of = app.permissions.iter().filter(move |held| app.consented && target.includes(held.resource));
        of.map(|held| held.value).collect()
    };
    target.map(held).unwrap_or_default()
}
