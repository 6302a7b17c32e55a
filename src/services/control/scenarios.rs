//! Scenarios: those that are shipped, and those that were started in a tenant.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::json::json;
use crate::operations::{OperationError, scenarios};

use super::refusals::ControlRefusal;
use super::{body, subject};

/// `GET /_mock/scenarios`
pub(super) fn list(_ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"scenarios": scenarios::list()})))
}

/// `GET /_mock/scenarios/{name}`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &scenarios::show(ctx.param("name"))?))
}

/// `GET …/scenarios`
pub(super) fn started(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"scenarios": scenarios::runs(&ctx.view)})))
}

/// `POST …/scenarios`: `{"name": …, "parameters": {…}}`, or a whole scenario as JSON or, where the content type says so,
/// as YAML. One that is given so can take over shipped ones only.
pub(super) fn start(ctx: &Ctx<'_>) -> Handled {
    let yaml = ctx.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("yaml"));
    let text = if yaml { body::any_text(ctx)? } else { body::text(ctx)? };
    let scenario = scenarios::ordered(text)?;
    Ok(Answer::json(StatusCode::CREATED, &scenarios::start(&subject(ctx), &scenario)?))
}

/// `DELETE …/scenarios/{id}`
pub(super) fn stop(ctx: &Ctx<'_>) -> Handled {
    let number = ctx.param("id");
    let unknown = || {
        let problem = format!("no scenario {number:?} was started in this tenant");
        Refused::from(ControlRefusal::from(OperationError::NoScenario { problem }))
    };
    scenarios::stop(&subject(ctx), number.parse::<u32>().map_err(|_| unknown())?)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
