//! What clients sent.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::door::log::Entry;
use crate::door::route::Handled;
use crate::door::{Answer, Ctx};
use crate::model::ids::Guid;

#[derive(Serialize)]
struct Sent {
    tenant: Guid,
    #[serde(flatten)]
    entry: Entry,
}

/// `GET …/requests`
pub(super) fn of_tenant(ctx: &Ctx<'_>) -> Handled {
    let id = ctx.tenant.stamp().id;
    let (entries, evicted) = ctx.door.registry.by_id(id).map(|entry| entry.log.list()).unwrap_or_default();
    Ok(Answer::json(StatusCode::OK, &json!({"requests": entries, "evicted": evicted})))
}

/// `GET /_mock/requests`: tenant by tenant, oldest first within each.
pub(super) fn of_all(ctx: &Ctx<'_>) -> Handled {
    let mut requests = Vec::new();
    let mut evicted = 0;
    for tenant in ctx.door.registry.list().iter() {
        let (entries, gone) = tenant.log.list();
        let id = tenant.tenant.stamp().id;
        requests.extend(entries.into_iter().map(|entry| Sent { tenant: id, entry }));
        evicted += gone;
    }
    Ok(Answer::json(StatusCode::OK, &json!({"requests": requests, "evicted": evicted})))
}
