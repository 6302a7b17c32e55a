//! The clock of a tenant: show, set forward, freeze, follow, advance, stop on the way.

use http::StatusCode;
use serde::Deserialize;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::json::json;
use crate::model::time::Span;
use crate::operations::clock::{self, Patch, Shown};

use super::body;

/// `GET …/clock`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(shown(&clock::show(ctx.tenant)))
}

fn shown(clock: &Shown) -> Answer {
    Answer::json(StatusCode::OK, clock)
}

/// `PATCH …/clock`: `{"now": …, "mode": "follow" | "frozen" | "rate", "rate": …, "tokenStamps": "virtual" | "wall"}`
pub(super) fn patch(ctx: &Ctx<'_>) -> Handled {
    let patch: Patch = body::read(ctx)?;
    Ok(shown(&clock::patch(ctx.tenant, &patch, &|| ctx.is_awaited())?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    by: String,
}

/// `POST …/clock/advance`: `{"by": "PT1H"}`
pub(super) fn advance(ctx: &Ctx<'_>) -> Handled {
    let advance: Advance = body::read(ctx)?;
    let by = Span::parse(&advance.by)
        .ok_or_else(|| body::bad_field("by", "an ISO 8601 duration such as PT1H or P7D", &advance.by))?;
    clock::advance(ctx.tenant, by, &|| ctx.is_awaited())?;
    Ok(shown(&clock::show(ctx.tenant)))
}

/// `DELETE …/clock/advance`: waits for nothing, so that it is answered however much waits for the advance.
pub(super) fn stop(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"stopping": clock::stop(ctx.tenant)})))
}
