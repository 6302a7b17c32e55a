//! What clients sent to any tenant: the same questions as about one, asked of all logs together.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::verify::Ask;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::operations::requests::all;

use super::body;
use super::requests::{filter, not_logged, which};

/// `GET /_mock/requests`: tenant by tenant, oldest first within each.
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::list(ctx.gateway, &filter(ctx)?)))
}

/// `DELETE /_mock/requests`
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"cleared": all::clear(ctx.gateway)})))
}

/// `GET /_mock/requests/unmatched`
pub(super) fn unmatched(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"unmatched": all::unmatched(ctx.gateway)})))
}

/// `GET /_mock/requests.har`: oldest first, whichever tenant they were for.
pub(super) fn archive(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::archive(ctx.gateway, &filter(ctx)?)))
}

/// `GET /_mock/requests/permissions`: of one application in two tenants, twice.
pub(super) fn permissions(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::permissions(ctx.gateway)))
}

/// `GET /_mock/requests/{id}/explain`
pub(super) fn explained(ctx: &Ctx<'_>) -> Handled {
    let explanation = all::explain(ctx.gateway, which(ctx)?).map_err(not_logged(ctx))?;
    Ok(Answer::json(StatusCode::OK, &explanation))
}

/// `POST /_mock/requests/verify`: all logs as one, in the order in which the requests came.
pub(super) fn verify(ctx: &Ctx<'_>) -> Handled {
    let ask: Ask = body::read(ctx)?;
    Ok(Answer::json(StatusCode::OK, &all::verify(ctx.gateway, &ask)?))
}
