//! Signing out: of one account or all, and of the applications that were signed in to.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request>,
//! <https://openid.net/specs/openid-connect-frontchannel-1_0.html>.

use http::StatusCode;

use crate::gateway::Ctx;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::identity::client::Client;
use crate::identity::redirect::with_query;
use crate::model::base64;

use super::authorize::parameters;
use super::pages::{Frame, SignedOut};
use super::people;
use super::reply::{go, sent};
use super::sealed::SessionAccount;
use super::wire::field;
use super::{client, flow, hint, issue, session};
use crate::model::index::PersonIx;

/// `GET` and `POST …/logout`
pub fn logout(ctx: &Ctx<'_>) -> Handled {
    let query = parameters(ctx);
    let form = Form::read(query.as_bytes());
    let user = hinted(ctx, &form);
    let accounts = session::accounts(ctx);
    let leaving: Vec<&SessionAccount> =
        accounts.iter().filter(|known| user.is_none_or(|user| known.who.user == user)).collect();
    let asked = field(&form, "post_logout_redirect_uri");
    let next = asked.filter(|asked| {
        let trusted = trusted(ctx, &form, &leaving);
        trusted.iter().any(|client| client.redirect(asked).is_some())
    });
    if asked.is_some() && next.is_none() {
        ctx.note(
            "field `post_logout_redirect_uri`: expected a redirect URI of a client that was signed in to",
        );
    }
    let next = next.map(|next| returned(next, field(&form, "state")));
    if let (Some(next), true) = (&next, leaving.is_empty()) {
        return Ok(go(ctx, next));
    }
    let frame = Frame::alone("Signed out", Some(flow::company(ctx)), "");
    let frames = told(ctx, &leaving);
    let answer = sent(ctx, StatusCode::OK, &SignedOut { frame, frames, next: next.as_deref() });
    Ok(session::forget(ctx, answer, user))
}

/// Who signs out, if the request says so: by name, or by an id token.
fn hinted(ctx: &Ctx<'_>, form: &Form) -> Option<PersonIx> {
    let hint = field(form, "logout_hint").or_else(|| field(form, "login_hint"));
    hint.and_then(|hint| hint::person(ctx, hint)).or_else(|| {
        let token = field(form, "id_token_hint")?;
        people::by_id(ctx, claim(token, "oid")?.parse().ok()?)
    })
}

/// The clients that may be returned to: the one that asks, or where nobody says which, any that was signed in to.
fn trusted(ctx: &Ctx<'_>, form: &Form, leaving: &[&SessionAccount]) -> Vec<Client> {
    let id = field(form, "client_id").map(str::to_owned);
    match id.or_else(|| field(form, "id_token_hint").and_then(|token| claim(token, "aud"))) {
        Some(id) => client::find(ctx, &id).into_iter().collect(),
        None => used(ctx, leaving).collect(),
    }
}

/// The clients that somebody who leaves was signed in to.
fn used(ctx: &Ctx<'_>, leaving: &[&SessionAccount]) -> impl Iterator<Item = Client> {
    let ids = leaving.iter().flat_map(|known| &known.clients);
    ids.filter_map(|id| client::find(ctx, &id.to_string()))
}

/// The addresses at which applications hear of it, with the session that ends.
fn told(ctx: &Ctx<'_>, leaving: &[&SessionAccount]) -> Vec<String> {
    let issuer = issue::issuer(ctx, true);
    let of = |known: &&SessionAccount| {
        let session = known.who.session.to_string();
        let clients: Vec<Client> = used(ctx, &[*known]).collect();
        let urls = clients.into_iter().filter_map(|client| client.registration.logout_url.clone());
        urls.map(|url| with_query(&url, &[("iss", &issuer), ("sid", &session)])).collect::<Vec<_>>()
    };
    leaving.iter().flat_map(of).collect()
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
