//! Activities: list, count, fetch, feedback.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>.

use http::StatusCode;

use crate::facts::{ActivityFacts, ids};
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::index::RowNo;
use crate::model::json::json;
use crate::views::activities::{Activities, CREATED, DATE, FIELDS};
use crate::wire::cloudapps::activity;

use super::fields;
use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::scan::scan;
use super::{API, INVESTIGATE};

/// Activities.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/activities", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List activities (filters in the query or in a JSON body)")
        .witness("cloudapps_activities::filters_in_the_query_select_like_those_in_the_body"),
    API.post("/api/v1/activities", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List activities")
        .witness("cloudapps_activities::date_windows_read_every_activity_once"),
    API.get("/api/v1/activities/{id}", fetch)
        .permissions(INVESTIGATE)
        .summary("Fetch one activity")
        .witness("cloudapps_activities::a_listed_activity_is_fetched_by_its_id"),
    API.post("/api/v1/activities/{id}/feedback", feedback)
        .permissions(INVESTIGATE)
        .summary("Give feedback on an activity")
        .witness("cloudapps_other_routes::feedback_on_an_activity_is_taken"),
    API.post("/api/v1/activities/count", count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count activities (undocumented)")
        .witness("cloudapps_other_routes::totals_are_counted_apart_when_asked_to"),
    API.get("/api/v1/activities/metadata", metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of activities (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
];

pub(super) const SORTABLE: &[Sortable] =
    &[Sortable { name: "date", column: DATE }, Sortable { name: "created", column: CREATED }];

/// `GET` and `POST /api/v1/activities/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let source = Activities::new(&ctx.view);
    let list = ListRequest::read(ctx)?;
    if list.switch("isScan")? {
        return scan(ctx, &list, &source);
    }
    let (page, has_next) = list.page(ctx, &source, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| ActivityFacts::at(&ctx.view, RowNo::new(*row)));
    list.answer(records, activity::write, has_next, page.total)
}

/// `POST /api/v1/activities/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &Activities::new(&ctx.view), FIELDS)
}

/// `GET /api/v1/activities/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("activities", FIELDS, SORTABLE))
}

/// `POST /api/v1/activities/{id}/feedback`: taken and thanked for. The documentation's sample answer is a list
/// envelope, which looks like a copied text; clients look at the status alone.
pub(super) fn feedback(ctx: &Ctx<'_>) -> Handled {
    named(ctx)?;
    fields::read(ctx)?;
    Ok(Answer::json(StatusCode::OK, &json!({})))
}

/// `GET /api/v1/activities/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let found = named(ctx)?;
    let mut body = Vec::with_capacity(4 << 10);
    activity::write(&found, &mut body);
    Ok(written(body))
}

/// The activity that the path names.
fn named<'a>(ctx: &'a Ctx<'_>) -> Result<ActivityFacts<'a>, Refused> {
    let id = ctx.param("id");
    let row = ids::activity_row(&ctx.view, id);
    row.and_then(|row| ActivityFacts::at(&ctx.view, row)).ok_or_else(|| {
        let reason =
            format!("path: this tenant has no activity {id:?} (tenants and forks each have their own ids)");
        Refused::from(CloudAppsRefusal::NoActivity { id: id.to_owned() }).because(reason)
    })
}
