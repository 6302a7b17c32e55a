//! Alerts: list, fetch, read, unread.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts>.

use http::StatusCode;

use crate::facts::AlertFacts;
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::model::command::AlertCommand;
use crate::model::ids::Hex24;
use crate::model::json::json;
use crate::views::alerts::{Alerts, DATE, FIELDS, SEVERITY, alert_of_row};
use crate::wire::cloudapps::{Links, alert};

use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, READ_ALERTS};

/// Alerts.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/alerts", list)
        .scans()
        .permissions(READ_ALERTS)
        .summary("List alerts (filters in the query or in a JSON body)")
        .witness("cloudapps_alerts::a_json_body_on_get_filters_like_one_on_post"),
    API.post("/api/v1/alerts", list)
        .scans()
        .permissions(READ_ALERTS)
        .summary("List alerts")
        .witness("cloudapps_alerts::pages_follow_each_other_without_gap_or_repeat"),
    API.get("/api/v1/alerts/{id}", fetch)
        .permissions(READ_ALERTS)
        .summary("Fetch one alert")
        .witness("cloudapps_alerts::a_listed_alert_is_fetched_by_its_id"),
    API.post("/api/v1/alerts/{id}/read", read)
        .permissions(READ_ALERTS)
        .summary("Mark an alert as read")
        .witness("cloudapps_alerts::read_and_unread_change_the_status"),
    API.post("/api/v1/alerts/{id}/unread", unread)
        .permissions(READ_ALERTS)
        .summary("Mark an alert as unread")
        .witness("cloudapps_alerts::read_and_unread_change_the_status"),
    API.post("/api/v1/alerts/count", count)
        .scans()
        .permissions(READ_ALERTS)
        .summary("Count alerts (undocumented)")
        .witness("cloudapps_other_routes::totals_are_counted_apart_when_asked_to"),
    API.get("/api/v1/alerts/metadata", metadata)
        .permissions(READ_ALERTS)
        .summary("Filters and orders of alerts (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
];

const SORTABLE: &[Sortable] =
    &[Sortable { name: "date", column: DATE }, Sortable { name: "severity", column: SEVERITY }];

/// `GET` and `POST /api/v1/alerts/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let source = Alerts::new(&ctx.view);
    let list = ListRequest::read(ctx)?;
    let (page, has_next) = list.page(ctx, &source, FIELDS, SORTABLE)?;
    let numbers = page.rows.iter().filter_map(|row| alert_of_row(*row));
    let records = numbers.filter_map(|number| AlertFacts::at(&ctx.view, number));
    let links = links(ctx);
    list.answer(records, |found, out| alert::write(found, &links, out), has_next, page.total)
}

/// `POST /api/v1/alerts/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    ListRequest::read(ctx)?.total(ctx, &Alerts::new(&ctx.view), FIELDS)
}

/// `GET /api/v1/alerts/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("alerts", FIELDS, SORTABLE))
}

/// `GET /api/v1/alerts/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let found = named(ctx)?;
    let mut body = Vec::with_capacity(2 << 10);
    alert::write(&found, &links(ctx), &mut body);
    Ok(written(body))
}

/// `POST /api/v1/alerts/{id}/read/`; the answer's body is (unverified).
pub(super) fn read(ctx: &Ctx<'_>) -> Handled {
    mark(ctx, true)
}

/// `POST /api/v1/alerts/{id}/unread/`; the answer's body is (unverified).
pub(super) fn unread(ctx: &Ctx<'_>) -> Handled {
    mark(ctx, false)
}

fn mark(ctx: &Ctx<'_>, read: bool) -> Handled {
    let alert = named(ctx)?.number();
    ctx.submit(AlertCommand::MarkAlert { alert, read, by: ctx.by() }).map_err(|refusal| {
        Refused::from(CloudAppsRefusal::NoAlert { id: ctx.param("id").to_owned() })
            .because(refusal.to_string())
    })?;
    Ok(Answer::json(StatusCode::OK, &json!({})))
}

/// The links of records, as the authority that was asked names them.
fn links(ctx: &Ctx<'_>) -> Links {
    Links { portal: ctx.page_url(Service::CloudApps, "") }
}

/// The alert that the path names. An id of the XDR form (`ca…`), or of no form at all, is a bad value, not an
/// unknown alert: clients strip the prefix when they see the 400.
pub(super) fn named<'a>(ctx: &'a Ctx<'_>) -> Result<AlertFacts<'a>, Refused> {
    let text = ctx.param("id");
    let id: Hex24 = text.parse().map_err(|_| {
        Refused::from(CloudAppsRefusal::BadValue { value: text.to_owned() })
            .because(format!("path: expected an alert id of 24 hexadecimal digits, got {text:?}"))
    })?;
    AlertFacts::by_id(&ctx.view, id).ok_or_else(|| {
        let unknown = CloudAppsRefusal::NoAlert { id: text.to_owned() };
        Refused::from(unknown).because(format!("path: this tenant has no alert {text}"))
    })
}
