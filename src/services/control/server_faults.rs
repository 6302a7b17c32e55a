//! The faults of the server.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::server_faults;

use super::body;
use super::refusals::ControlRefusal;

/// `GET /_mock/faults`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"faults": server_faults::list(ctx.gateway)})))
}

/// `POST /_mock/faults`: one fault.
pub(super) fn add(ctx: &Ctx<'_>) -> Handled {
    let added = server_faults::add(ctx.gateway, body::read(ctx)?)?;
    Ok(Answer::json(StatusCode::CREATED, &json!({"faults": [added]})))
}

/// `DELETE /_mock/faults/{id}`
pub(super) fn remove(ctx: &Ctx<'_>) -> Handled {
    let id = ctx.param("id");
    if !server_faults::remove(ctx.gateway, id) {
        return Err(ControlRefusal::NoServerFault { id: id.to_owned() }.into());
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `DELETE /_mock/faults`
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    server_faults::clear(ctx.gateway);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
