//! Tokens to order.

use http::{Method, StatusCode};

use crate::gateway::route::{Handled, Route, Scope};
use crate::gateway::{Answer, Ctx};
use crate::operations::tokens::{self, Asked, MintRequest};

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

/// `POST …/tokens`
fn mint(ctx: &Ctx<'_>) -> Handled {
    let request: MintRequest = body::read(ctx)?;
    let origin = ctx.authority.origin();
    let asked = Asked { request_id: ctx.request_id, origin: &origin, peer: ctx.arrival.peer };
    Ok(Answer::json(StatusCode::CREATED, &tokens::mint(&ctx.view, &asked, &request)?))
}
