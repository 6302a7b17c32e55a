//! Signing out: of one account or all, and of the applications that were signed in to.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request>,
//! <https://openid.net/specs/openid-connect-frontchannel-1_0.html>.

use http::StatusCode;

use crate::door::Ctx;
use crate::door::form::Form;
use crate::door::route::Handled;
use crate::identity::redirect::{is_registered, with_query};
use crate::model::base64;

use super::authorize::parameters;
use super::pages::{Frame, MARK, SignedOut};
use super::reply::{go, sent};
use super::wire::field;
use super::{client, session};

/// `GET` and `POST …/logout`
pub fn logout(ctx: &Ctx<'_>) -> Handled {
    let query = parameters(ctx);
    let form = Form::read(query.as_bytes());
    let hint = field(&form, "logout_hint").or_else(|| field(&form, "login_hint"));
    let user = hint.and_then(|hint| ctx.world().person_by_upn(hint)).or_else(|| {
        let token = field(&form, "id_token_hint")?;
        ctx.world().person_by_id(claim(token, "oid")?.parse().ok()?)
    });
    // A client is named, or known by the token that it was given.
    let id = field(&form, "client_id").map(str::to_owned);
    let id = id.or_else(|| field(&form, "id_token_hint").and_then(|token| claim(token, "aud")));
    let accounts = session::accounts(ctx);
    let leaving: Vec<_> =
        accounts.iter().filter(|known| user.is_none_or(|user| known.who.user == user)).collect();
    let redirects = |client: &str| -> Vec<String> {
        let known = client::find(ctx, client);
        known
            .map(|known| {
                known.registration.redirects.iter().map(|redirect| redirect.uri.to_string()).collect()
            })
            .unwrap_or_default()
    };
    // Where nobody says which client asks, any that was signed in to may be meant.
    let trusted: Vec<String> = match &id {
        Some(id) => redirects(id),
        None => leaving
            .iter()
            .flat_map(|known| &known.clients)
            .flat_map(|id| redirects(&id.to_string()))
            .collect(),
    };
    let asked = field(&form, "post_logout_redirect_uri");
    let next = asked.filter(|asked| trusted.iter().any(|known| is_registered(known, asked)));
    if asked.is_some() && next.is_none() {
        ctx.note(
            "field `post_logout_redirect_uri`: expected a redirect URI of a client that was signed in to",
        );
    }
    if let (Some(next), true) = (next, leaving.is_empty()) {
        return Ok(go(ctx, &returned(next, field(&form, "state"))));
    }
    let next = next.map(|next| returned(next, field(&form, "state")));
    let frame = Frame {
        title: "Signed out",
        tenant: &ctx.world().company.name,
        action: "",
        flow_token: "",
        simulated: MARK,
        notices: Vec::new(),
    };
    let answer = sent(ctx, StatusCode::OK, &SignedOut { frame, frames: Vec::new(), next: next.as_deref() });
    Ok(session::forget(ctx, answer, user))
}

fn returned(next: &str, state: Option<&str>) -> String {
    match state {
        Some(state) => with_query(next, &[("state", state)]),
        None => next.to_owned(),
    }
}

/// A claim of a token that only says who is meant; it need not hold.
fn claim(token: &str, name: &str) -> Option<String> {
    let claims = base64::decode_url(token.split('.').nth(1)?)?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    claims.get(name)?.as_str().map(str::to_owned)
}
