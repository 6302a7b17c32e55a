//! What clients sent to any tenant: the same questions as about one, asked of all logs together.

use std::collections::BTreeSet;

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::facts;
use crate::gateway::har;
use crate::gateway::least_privilege;
use crate::gateway::log::{Entry, Listed};
use crate::gateway::route::Handled;
use crate::gateway::verify;
use crate::gateway::verify::Ask;
use crate::gateway::{Answer, Ctx};
use crate::model::ids::Guid;

use super::body;
use super::requests::{Wanted, bad, lost};

#[derive(Serialize)]
struct Of<T> {
    tenant: Guid,
    #[serde(flatten)]
    of: T,
}

/// `GET /_mock/requests`: tenant by tenant, oldest first within each.
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let wanted = Wanted::read(ctx)?;
    let mut requests = Vec::new();
    let mut evicted = 0;
    for tenant in ctx.gateway.registry.list().iter() {
        let listed = wanted.of(tenant.log.list());
        let id = tenant.tenant.identity().id;
        requests.extend(listed.entries.into_iter().map(|of| Of { tenant: id, of }));
        evicted += listed.evicted;
    }
    Ok(Answer::json(StatusCode::OK, &json!({"requests": requests, "evicted": evicted})))
}

/// `DELETE /_mock/requests`
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    let cleared: usize = ctx.gateway.registry.list().iter().map(|entry| entry.log.clear()).sum();
    Ok(Answer::json(StatusCode::OK, &json!({"cleared": cleared})))
}

/// `GET /_mock/requests/unmatched`
pub(super) fn unmatched(ctx: &Ctx<'_>) -> Handled {
    let tenants = ctx.gateway.registry.list();
    let lost: Vec<Json> = tenants.iter().flat_map(|tenant| lost(ctx, tenant)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"unmatched": lost})))
}

/// `GET /_mock/requests.har`: oldest first, whichever tenant they were for.
pub(super) fn archive(ctx: &Ctx<'_>) -> Handled {
    let wanted = Wanted::read(ctx)?;
    let tenants = ctx.gateway.registry.list();
    let mut entries: Vec<Entry> =
        tenants.iter().flat_map(|tenant| wanted.of(tenant.log.list()).entries).collect();
    entries.sort_by_key(|entry| entry.place);
    Ok(Answer::json(StatusCode::OK, &har::archive(entries.iter())))
}

/// `GET /_mock/requests/permissions`: of one application in two tenants, twice.
pub(super) fn permissions(ctx: &Ctx<'_>) -> Handled {
    let routes: Vec<_> = ctx.gateway.routes().collect();
    let (mut callers, mut evicted) = (Vec::new(), 0);
    let (mut known, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for tenant in ctx.gateway.registry.list().iter() {
        let view = tenant.tenant.read();
        let directory = facts::directory(&view);
        let listed = tenant.log.list();
        evicted += listed.evicted;
        known.extend(directory.apps.iter().map(|app| app.registration.name.to_string()));
        let applications = listed.entries.iter().filter_map(|entry| entry.application);
        let called = applications.filter_map(|index| directory.app_at(index));
        asked.extend(called.map(|app| app.registration.name.to_string()));
        let id = tenant.tenant.identity().id;
        let needs = least_privilege::needs(&listed.entries, &routes, directory);
        callers.extend(needs.into_iter().map(|of| Of { tenant: id, of }));
    }
    let silent: Vec<_> = known.difference(&asked).collect();
    let body = json!({"callers": callers, "neverCalled": silent, "evicted": evicted});
    Ok(Answer::json(StatusCode::OK, &body))
}

/// `POST /_mock/requests/verify`: all logs as one, in the order in which the requests came.
pub(super) fn verify(ctx: &Ctx<'_>) -> Handled {
    let ask: Ask = body::read(ctx)?;
    for (field, given) in [("since", ask.since), ("until", ask.until)] {
        if let Some(number) = given {
            let expected = "nothing: every tenant counts its own requests";
            return Err(body::bad_field(field, expected, &number.to_string()));
        }
    }
    let mut sent = Vec::new();
    let mut evicted = 0;
    for tenant in ctx.gateway.registry.list().iter() {
        let listed = tenant.log.list();
        evicted += listed.evicted;
        let id = tenant.tenant.identity().id;
        sent.extend(listed.entries.into_iter().map(|of| Of { tenant: id, of }));
    }
    sent.sort_by_key(|sent| sent.of.place);
    // Judged by their places in that order, and told by tenant and number.
    let owners: Vec<Json> =
        sent.iter().map(|sent| json!({"tenant": sent.tenant, "id": sent.of.id})).collect();
    let entries = (1..).zip(sent).map(|(id, sent)| Entry { id, ..sent.of }).collect();
    let listed = Listed { entries, evicted, evicted_to: evicted };
    let mut verdict = json!(verify::verify(&ask, &listed).map_err(bad)?);
    let owner = |place: &Json| {
        let index = usize::try_from(place.as_u64()?).ok()?.checked_sub(1)?;
        let mut owner = owners.get(index)?.clone();
        owner["place"] = place.clone();
        Some(owner)
    };
    let matched = verdict["matched"].as_array().into_iter().flatten();
    verdict["matched"] = matched.filter_map(owner).collect::<Vec<Json>>().into();
    if let Some(owner) = verdict.get("nearest").and_then(|nearest| owner(&nearest["id"])) {
        for field in ["tenant", "id", "place"] {
            verdict["nearest"][field] = owner[field].clone();
        }
    }
    Ok(Answer::json(StatusCode::OK, &verdict))
}
