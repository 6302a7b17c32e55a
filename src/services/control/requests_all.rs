//! What clients sent to any tenant: the same questions as about one, asked of all logs together.

use http::{Method, StatusCode};
use serde_json::json;

use crate::gateway::route::{Handled, Route, Scope};
use crate::gateway::verify::Ask;
use crate::gateway::{Answer, Ctx};
use crate::operations::requests::all;

use super::requests::filter;
use super::{HEAVY, READ, body, route};

pub(super) const LIST: Route = route(
    Method::GET,
    "/_mock/requests",
    Scope::Any,
    READ,
    list,
    "What clients sent to any tenant; filtered by query",
    "requests::requests_are_filtered_by_query",
);
pub(super) const CLEAR: Route = route(
    Method::DELETE,
    "/_mock/requests",
    Scope::Any,
    READ,
    clear,
    "Forget what clients sent to any tenant",
    "requests::logs_are_cleared_one_by_one_or_all_at_once",
);
pub(super) const HAR: Route = route(
    Method::GET,
    "/_mock/requests.har",
    Scope::Any,
    HEAVY,
    archive,
    "What clients sent to any tenant, as an HTTP archive (HAR 1.2); filtered by query",
    "requests::all_logs_are_asked_together",
);
pub(super) const UNMATCHED: Route = route(
    Method::GET,
    "/_mock/requests/unmatched",
    Scope::Any,
    READ,
    unmatched,
    "The same for any tenant",
    "requests::unmatched_requests_come_with_the_nearest_routes",
);
pub(super) const PERMISSIONS: Route = route(
    Method::GET,
    "/_mock/requests/permissions",
    Scope::Any,
    HEAVY,
    permissions,
    "Least privilege: what each caller's requests to any tenant needed, and what was granted in vain",
    "requests::all_logs_are_asked_together",
);
pub(super) const VERIFY: Route = route(
    Method::POST,
    "/_mock/requests/verify",
    Scope::Any,
    HEAVY,
    verify,
    "Whether such requests were sent, whichever tenants they reached; if not, how the nearest differs",
    "requests::all_logs_are_asked_together",
);

/// `GET /_mock/requests`: tenant by tenant, oldest first within each.
fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::list(ctx.gateway, &filter(ctx)?)))
}

/// `DELETE /_mock/requests`
fn clear(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"cleared": all::clear(ctx.gateway)})))
}

/// `GET /_mock/requests/unmatched`
fn unmatched(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"unmatched": all::unmatched(ctx.gateway)})))
}

/// `GET /_mock/requests.har`: oldest first, whichever tenant they were for.
fn archive(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::archive(ctx.gateway, &filter(ctx)?)))
}

/// `GET /_mock/requests/permissions`: of one application in two tenants, twice.
fn permissions(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all::permissions(ctx.gateway)))
}

/// `POST /_mock/requests/verify`: all logs as one, in the order in which the requests came.
fn verify(ctx: &Ctx<'_>) -> Handled {
    let ask: Ask = body::read(ctx)?;
    Ok(Answer::json(StatusCode::OK, &all::verify(ctx.gateway, &ask)?))
}
