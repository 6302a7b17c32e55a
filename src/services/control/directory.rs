//! The directory of a tenant as it stands.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::directory;

/// `GET …/directory`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &directory::show(&ctx.view)))
}
