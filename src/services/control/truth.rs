//! Ground truth: which records belong to which storyline, and what each alert is.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::truth::{labels, truth};

/// `GET …/truth`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"storylines": truth(&ctx.view), "alerts": labels(&ctx.view)})))
}
