//! The faults of a tenant.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::faults::{self, Written};

use super::refusals::ControlRefusal;
use super::{body, subject};

/// `GET …/faults`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"faults": faults::list(&subject(ctx))})))
}

/// `POST …/faults`: one fault, or a level of chaos.
pub(super) fn add(ctx: &Ctx<'_>) -> Handled {
    let added = body::read::<Written>(ctx)?.give(&subject(ctx))?;
    Ok(Answer::json(StatusCode::CREATED, &json!({"faults": added})))
}

/// `DELETE …/faults/{id}`
pub(super) fn remove(ctx: &Ctx<'_>) -> Handled {
    let (subject, name) = (subject(ctx), ctx.param("id"));
    if !faults::is_there(&subject, name) {
        return Err(ControlRefusal::NoFault { name: name.to_owned() }.into());
    }
    faults::remove(&subject, name)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `DELETE …/faults`
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    faults::clear(&subject(ctx))?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
