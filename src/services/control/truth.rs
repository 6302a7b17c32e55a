//! Ground truth: which records belong to which storyline, what each alert is, and which behaviors
//! there are.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::truth::{behaviors, labels, truth};

/// `GET …/truth`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(
        StatusCode::OK,
        &json!({
            "storylines": truth(&ctx.view), "alerts": labels(&ctx.view), "behaviors": behaviors(&ctx.view),
        }),
    ))
}
