//! Commands as JSON: the same data as in scenarios.

use http::StatusCode;

use crate::commands::CommandDto;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::commands;

use super::{body, subject};

/// `GET …/commands`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"commands": commands::list(&ctx.view)})))
}

/// `POST …/commands`: one, or a list of them.
pub(super) fn give(ctx: &Ctx<'_>) -> Handled {
    // Untagged reading would lose the position of an error, so the form is looked at first.
    let many = ctx.body().trim_ascii().first() == Some(&b'[');
    let given: Vec<CommandDto> = if many { body::read(ctx)? } else { vec![body::read(ctx)?] };
    let accepted = commands::give(&subject(ctx), &given)?;
    Ok(Answer::json(StatusCode::OK, &json!({"accepted": accepted})))
}
