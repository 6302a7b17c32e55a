//! Mints tokens on request: for any application, and with any defect.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::tokens::{self, Asked, MintRequest};

use super::body;

/// `POST …/tokens`
pub(super) fn mint(ctx: &Ctx<'_>) -> Handled {
    let request: MintRequest = body::read(ctx)?;
    let origin = ctx.authority.origin();
    let asked = Asked { request_id: ctx.request_id, origin, peer: ctx.arrival.peer };
    Ok(Answer::json(StatusCode::CREATED, &tokens::mint(&ctx.view, &asked, &request)?))
}
