//! Signing in to a portal and out of it.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>,
//! <https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html>.

use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::facts::PersonFacts;
use crate::gateway::form::Form;
use crate::gateway::{Answer, Ctx, Service};
use crate::identity::redirect::with_query;
use crate::identity::seal::{Purpose, open, seal};
use crate::model::base64;
use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};

use super::address::{asked, here};
use super::cookies::{begun, cookie, ended, with_cookie};
use super::send::back_to;
use super::visitor::{forget, remember};
use super::{Portal, Refusal};

/// Where the sign-in comes back to.
pub const BACK: &str = "/signin";

/// How the names of the cookies begin that tie an answer to the browser that asked for it; the number of the sign-in
/// follows. Each has its own, since two tabs may begin at once, neither knowing of the other.
const STATE_COOKIE: &str = "mock-signing-in-";

/// No browser has more sign-ins under way: another one leaves the oldest behind.
const MOST_UNDER_WAY: usize = 8;

/// How long a sign-in may take.
const PATIENCE: Span = Span::hours(1);

/// What travels with a sign-in and comes back.
#[derive(Serialize, Deserialize)]
struct Sealed {
    back: String,
    issued: VirtualTime,
    serial: Guid,
}

/// Sends the browser to the sign-in, perhaps of somebody; afterwards it comes back to the page that it asked for, or to
/// this path.
pub fn begin(ctx: &Ctx<'_>, portal: &Portal, back: Option<&str>, who: Option<&str>) -> Answer {
    let back = back.map_or_else(|| asked(ctx), str::to_owned);
    let identity = ctx.view.state.identity();
    let sealed = Sealed { back, issued: ctx.now(), serial: ctx.request_id };
    let state = seal(identity, Purpose::PortalState, &sealed);
    let (nonce, redirect) = (ctx.request_id.to_string(), here(ctx, portal.service, BACK));
    let endpoint = ctx.url(Service::Entra, &format!("/{}/oauth2/v2.0/authorize", identity.id));
    let mut fields = vec![
        ("client_id", portal.client),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("scope", "openid profile"),
        ("redirect_uri", &redirect),
        ("nonce", &nonce),
        ("state", &state),
    ];
    fields.extend(who.map(|who| ("login_hint", who)));
    let to = with_query(&endpoint, &fields);
    // The answer is posted by a page of Entra ID, which may be another site.
    let answer = Answer::empty(StatusCode::FOUND)
        .header(header::LOCATION.as_str(), &to)
        .header("cache-control", "no-store");
    begun(ctx, answer, STATE_COOKIE, &state_cookie(ctx.request_id), "None", MOST_UNDER_WAY)
}

/// The name of the cookie of a sign-in.
fn state_cookie(serial: Guid) -> String {
    format!("{STATE_COOKIE}{serial}")
}

/// Takes the answer of the sign-in.
///
/// # Errors
/// Entra ID says no, or the answer is none to a question of this browser.
pub fn finish(ctx: &Ctx<'_>, portal: &Portal) -> Result<Answer, Refusal> {
    let form = Form::read(ctx.body());
    let value = |name: &str| form.get(name).filter(|value| !value.is_empty());
    let stray = |problem: &str| failed(problem.to_owned());
    let state = value("state").ok_or_else(|| stray("field `state`: missing"))?;
    let identity = ctx.view.state.identity();
    let sealed: Sealed = open(identity, Purpose::PortalState, state)
        .map_err(|error| failed(format!("field `state`: {error}")))?;
    if cookie(ctx, &state_cookie(sealed.serial)).is_none() {
        return Err(stray(
            "field `state`: another browser asked, or its cookie is gone: the answer was taken already, or others were asked for since",
        ));
    }
    if ctx.now() - sealed.issued > PATIENCE {
        return Err(stray("field `state`: the sign-in took longer than an hour of the tenant's time"));
    }
    if let Some(error) = value("error") {
        return Err(failed(value("error_description").unwrap_or(error).to_owned()));
    }
    let token = value("id_token").ok_or_else(|| stray("field `id_token`: missing"))?;
    let nonce = nonce_of(token);
    let token =
        ctx.gateway.judge(token, ctx).map_err(|error| failed(format!("field `id_token`: {error}")))?;
    if token.aud != portal.client {
        return Err(failed(format!("field `id_token`: it is for {}", token.aud)));
    }
    if nonce != Some(sealed.serial.to_string()) {
        return Err(stray("field `id_token`: it answers another sign-in"));
    }
    let user = token.oid.and_then(|oid| PersonFacts::by_id(&ctx.view, oid));
    let user = user.ok_or_else(|| stray("field `id_token`: the tenant has no such user"))?;
    let answer = remember(ctx, back_to(&sealed.back), user.index());
    Ok(with_cookie(answer, &ended(ctx, &state_cookie(sealed.serial), "None")))
}

/// Nobody is signed in after all.
fn failed(problem: String) -> Refusal {
    Refusal::SignIn { problem }
}

/// What a token says about the request that it answers. Whether it is genuine is judged elsewhere.
fn nonce_of(token: &str) -> Option<String> {
    let claims = base64::decode_url(token.split('.').nth(1)?)?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("nonce")?.as_str()?.to_owned())
}

/// Signs out: of the portal, and of Entra ID.
pub fn out(ctx: &Ctx<'_>) -> Answer {
    let tenant = ctx.view.state.identity().id;
    let to = ctx.url(Service::Entra, &format!("/{tenant}/oauth2/v2.0/logout"));
    forget(ctx, back_to(&to))
}
