//! The connection of Copilot for Security.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::connection::show;

/// `GET …/connection`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &show(&ctx.view)))
}
