//! Policies: list, count, fetch by type and id. Undocumented; called by the vendor's PowerShell module and by scripts
//! that keep copies of policies.

use crate::gateway::route::{Handled, Route};
use crate::gateway::{Ctx, Refused};
use crate::views::policies::{ALERTS, FIELDS, MODIFIED, SEVERITY, policies};
use crate::wire::cloudapps::policy;

use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, INVESTIGATE};

/// Policies.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/policies", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.post("/api/v1/policies", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.get("/api/v1/policies/{type}/{id}", fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch one policy (undocumented)")
        .witness("cloudapps_administration::a_policy_is_fetched_by_the_type_and_id_that_alerts_name"),
    API.post("/api/v1/policies/count", count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.get("/api/v1/policies/metadata", metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of policies (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
];

const SORTABLE: &[Sortable] = &[
    Sortable { name: "lastModified", column: MODIFIED },
    Sortable { name: "severity", column: SEVERITY },
    Sortable { name: "alertsCount", column: ALERTS },
];

/// `GET` and `POST /api/v1/policies/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let source = policies(&ctx.view);
    let list = ListRequest::read(ctx)?;
    let (page, has_next) = list.page(ctx, &source, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| source.record(*row));
    list.answer(records, |found, out| policy::write(found, out), has_next, page.total)
}

/// `POST /api/v1/policies/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &policies(&ctx.view), FIELDS)
}

/// `GET /api/v1/policies/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("policies", FIELDS, SORTABLE))
}

/// `GET /api/v1/policies/{type}/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let (kind, id) = (ctx.param("type"), ctx.param("id"));
    let found = crate::facts::PolicyFacts::all(&ctx.view);
    let found = found.iter().find(|policy| policy.id().to_string() == id && policy.policy_type() == kind);
    let found = found.ok_or_else(|| {
        let reason = format!("path: this tenant has no policy {id:?} of type {kind:?}");
        Refused::from(CloudAppsRefusal::NoPolicy { id: id.to_owned() }).because(reason)
    })?;
    let mut body = Vec::with_capacity(1 << 10);
    policy::write(found, &mut body);
    Ok(written(body))
}
