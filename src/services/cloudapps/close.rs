//! Closing alerts in bulk: benign, false positive, true positive.
//!
//! Unknown keys and nulls are ignored (clients send `reason`, `reasonID`, `feetbackText`); closing a closed alert
//! counts it again (unverified).
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts-close-benign> and its siblings.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::facts::AlertFacts;
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::alert::Resolution;
use crate::model::command::AlertCommand;
use crate::model::command::size::comment_fits;
use crate::model::ids::Hex24;
use crate::model::index::AlertNo;
use crate::model::json::json;
use crate::views::alerts::{Alerts, FIELDS, alert_of_row};

use super::alerts::named;
use super::list_request::{ListRequest, select};
use super::refusals::CloudAppsRefusal;
use super::{API, CLOSE_ALERTS};

/// Closing alerts, and opening them again.
pub(super) const ROUTES: &[Route] = &[
    API.post("/api/v1/alerts/close_benign", benign)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as benign")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/close_false_positive", false_positive)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as false positive")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/close_true_positive", true_positive)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as true positive")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/{id}/dismiss", dismiss)
        .permissions(CLOSE_ALERTS)
        .summary("Dismiss one alert (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/dismiss_bulk", dismiss_bulk)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Dismiss alerts (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/resolve", resolve)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Resolve alerts (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/reopen", reopen)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Open closed alerts again (undocumented)")
        .witness("cloudapps_other_routes::a_reopened_alert_has_no_trace_of_its_closing"),
];

/// `POST /api/v1/alerts/close_benign/`
pub(super) fn benign(ctx: &Ctx<'_>) -> Handled {
    close(ctx, Resolution::Benign, "closed_benign")
}

/// `POST /api/v1/alerts/close_false_positive/`
pub(super) fn false_positive(ctx: &Ctx<'_>) -> Handled {
    close(ctx, Resolution::FalsePositive, "closed_false_positive")
}

/// `POST /api/v1/alerts/close_true_positive/`
pub(super) fn true_positive(ctx: &Ctx<'_>) -> Handled {
    close(ctx, Resolution::TruePositive, "closed_true_positive")
}

/// `POST /api/v1/alerts/dismiss_bulk/`: removed from the documentation in 2020, still called; closes as false
/// positive. Without filters it dismisses what is open: published scripts clear a tenant with it. That, and the
/// counter's name, are (unverified).
pub(super) fn dismiss_bulk(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let filters = list.filters()?.filter(|filters| !filters.is_empty());
    close_those(ctx, &list, filters.unwrap_or_else(open), Resolution::FalsePositive, "dismissed")
}

/// The filters that select what is open.
fn open() -> Map<String, Json> {
    Map::from_iter([("alertOpen".to_owned(), json!({"eq": true}))])
}

/// `POST /api/v1/alerts/resolve/`: as above; closes as true positive.
pub(super) fn resolve(ctx: &Ctx<'_>) -> Handled {
    close(ctx, Resolution::TruePositive, "resolved")
}

/// `POST /api/v1/alerts/{id}/dismiss/`: as above, for one alert; the answer's body is (unverified).
pub(super) fn dismiss(ctx: &Ctx<'_>) -> Handled {
    let alert = named(ctx)?.number();
    let comment = comment(&ListRequest::read(ctx)?)?;
    submit(
        ctx,
        AlertCommand::CloseAlerts {
            alerts: [alert].into(),
            resolution: Resolution::FalsePositive,
            comment,
            by: ctx.by(),
        },
    )?;
    Ok(Answer::json(StatusCode::OK, &json!({"dismissed": 1})))
}

/// `POST /api/v1/alerts/reopen/`: undocumented; the answer's body is (unverified).
pub(super) fn reopen(ctx: &Ctx<'_>) -> Handled {
    let filters = required_filters(&ListRequest::read(ctx)?)?;
    let alerts = selected(ctx, &filters)?;
    if !alerts.is_empty() {
        submit(ctx, AlertCommand::ReopenAlerts { alerts: Arc::clone(&alerts), by: ctx.by() })?;
    }
    Ok(Answer::json(StatusCode::OK, &counted(ctx, "reopened", &filters, alerts.len())))
}

fn close(ctx: &Ctx<'_>, resolution: Resolution, counter: &str) -> Handled {
    let list = ListRequest::read(ctx)?;
    let filters = required_filters(&list)?;
    close_those(ctx, &list, filters, resolution, counter)
}

fn close_those(
    ctx: &Ctx<'_>,
    list: &ListRequest,
    filters: Map<String, Json>,
    resolution: Resolution,
    counter: &str,
) -> Handled {
    let comment = comment(list)?;
    let alerts = selected(ctx, &filters)?;
    if !alerts.is_empty() {
        submit(
            ctx,
            AlertCommand::CloseAlerts { alerts: Arc::clone(&alerts), resolution, comment, by: ctx.by() },
        )?;
    }
    Ok(Answer::json(StatusCode::OK, &counted(ctx, counter, &filters, alerts.len())))
}

fn required_filters(list: &ListRequest) -> Result<Map<String, Json>, Refused> {
    list.filters()?.ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoFilters)
            .because("field \"filters\": expected an object that selects alerts, got nothing; {} selects all")
    })
}

fn comment(list: &ListRequest) -> Result<Option<Arc<str>>, Refused> {
    let Some(comment) = list.text("comment")?.filter(|text| !text.is_empty()) else { return Ok(None) };
    comment_fits(comment).map_err(|too_big| {
        Refused::from(CloudAppsRefusal::LongComment { most: too_big.most }).because(too_big.to_string())
    })?;
    Ok(Some(comment.into()))
}

/// The alerts that the filters select, ascending.
fn selected(ctx: &Ctx<'_>, filters: &Map<String, Json>) -> Result<Arc<[AlertNo]>, Refused> {
    // In a list an empty `eq` restricts nothing; whoever names no alert to act on surely means none (unverified).
    if named_ids(filters).and_then(Json::as_array).is_some_and(Vec::is_empty) {
        return Ok(Arc::from([]));
    }
    let rows = select(ctx, &Alerts::new(&ctx.view), FIELDS, &without_broken_ids(filters))?;
    Ok(rows.iter().filter_map(|row| alert_of_row(*row)).collect())
}

/// The ids that the filters name.
fn named_ids(filters: &Map<String, Json>) -> Option<&Json> {
    filters.get("id").or_else(|| filters.get("ID"))?.get("eq")
}

/// The filters without ids that no alert can have, as long as one is left: those just are not found (unverified). An
/// id of the XDR form (`ca…`) stays, and is refused: clients strip the prefix when they see the 400.
fn without_broken_ids(filters: &Map<String, Json>) -> Map<String, Json> {
    let mut filters = filters.clone();
    let name = if filters.contains_key("id") { "id" } else { "ID" };
    let Some(Json::Array(ids)) = filters.get_mut(name).and_then(|operators| operators.get_mut("eq")) else {
        return filters;
    };
    let sound = |id: &Json| id.as_str().is_some_and(|id| id.parse::<Hex24>().is_ok());
    let of_xdr = |id: &Json| {
        id.as_str().and_then(|id| id.get(..2)).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ca"))
    };
    if ids.iter().any(sound) {
        ids.retain(|id| sound(id) || of_xdr(id) || !id.is_string());
    }
    filters
}

/// The alerts exist: they were selected from what this request sees, and alerts never vanish.
fn submit(ctx: &Ctx<'_>, command: AlertCommand) -> Result<(), Refused> {
    let done = ctx.submit(command).map(drop);
    done.map_err(|refusal| Refused::from(CloudAppsRefusal::NoFilters).because(refusal.to_string()))
}

/// The counter, and the ids that were not found.
fn counted(ctx: &Ctx<'_>, counter: &str, filters: &Map<String, Json>, count: usize) -> Map<String, Json> {
    let mut answer = Map::new();
    answer.insert(counter.to_owned(), count.into());
    let missing = not_found(ctx, filters);
    if !missing.is_empty() {
        answer.insert("alertsNotFound".to_owned(), missing.into());
    }
    answer
}

/// The ids that were asked for by name and do not exist, in the order in which they were asked for.
fn not_found(ctx: &Ctx<'_>, filters: &Map<String, Json>) -> Vec<String> {
    let ids = match named_ids(filters) {
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(id)) => vec![id.as_str()],
        _ => Vec::new(),
    };
    let exists = |id: &str| id.parse::<Hex24>().is_ok_and(|id| AlertFacts::by_id(&ctx.view, id).is_some());
    ids.into_iter().filter(|id| !exists(id)).map(str::to_owned).collect()
}
