//! Facts about the user behind a token, as OpenID Connect asks for them.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/userinfo>.

use http::StatusCode;
use serde::Serialize;

use crate::facts::PersonFacts;
use crate::gateway::caller::Caller;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Service};
use crate::identity::token::pairwise;

use super::refusals::GraphRefusal;

#[derive(Serialize)]
struct UserInfo<'a> {
    sub: String,
    name: &'a str,
    family_name: &'a str,
    given_name: &'a str,
    picture: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

/// `GET` and `POST /oidc/userinfo`
pub fn get(ctx: &Ctx<'_>) -> Handled {
    let Caller::User { person, client, token } = &ctx.caller else {
        return Err(GraphRefusal::NoUser.into());
    };
    let holds = |scope: &str| token.scp.iter().any(|held| held == scope);
    if !holds("openid") {
        return Err(GraphRefusal::Forbidden.into());
    }
    let person = PersonFacts::of(&ctx.view, *person).ok_or(GraphRefusal::NoUser)?;
    let identity = ctx.view.state.identity();
    let info = UserInfo {
        sub: pairwise(identity, &client.to_string(), person.id()),
        name: person.display_name(),
        family_name: person.surname(),
        given_name: person.given_name(),
        picture: ctx.url(Service::Graph, "/v1.0/me/photo/$value"),
        email: holds("email").then(|| person.upn()),
    };
    Ok(Answer::json(StatusCode::OK, &info).header("access-control-allow-origin", "*"))
}

/// Answers the question that a browser asks before a page of another origin may send a request with a token.
pub fn preflight(ctx: &Ctx<'_>) -> Handled {
    let headers = ctx.header("access-control-request-headers").unwrap_or("*");
    Ok(Answer::empty(StatusCode::OK)
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-methods", "GET, POST, OPTIONS")
        .header("access-control-allow-headers", headers)
        .header("access-control-max-age", "86400"))
}
