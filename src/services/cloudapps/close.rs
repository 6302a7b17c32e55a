//! Closing alerts in bulk: benign, false positive, true positive.
//!
//! Unknown keys and nulls are ignored (clients send `reason`, `reasonID`, `feetbackText`); closing a closed alert
//! counts it again (unverified).
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts-close-benign> and its siblings.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::model::alert::Resolution;
use crate::model::command::Command;
use crate::model::ids::Hex24;
use crate::views::alerts::{Alerts, FIELDS};

use super::grid::{Grid, select};
use super::refusals::Refusal;

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

fn close(ctx: &Ctx<'_>, resolution: Resolution, counter: &str) -> Handled {
    let grid = Grid::read(ctx)?;
    let filters = grid.filters()?.ok_or_else(|| {
        Refused::from(Refusal::NoFilters)
            .because("field \"filters\": expected an object that selects alerts, got nothing; {} selects all")
    })?;
    let comment: Option<Arc<str>> = grid.text("comment")?.filter(|text| !text.is_empty()).map(Arc::from);
    let rows = select(ctx, &Alerts::new(&ctx.reading), FIELDS, &filters)?;
    let alerts: Arc<[u32]> = rows.iter().map(|row| *row as u32).collect();
    if !alerts.is_empty() {
        let command = Command::CloseAlerts { alerts: Arc::clone(&alerts), resolution, comment, by: ctx.by() };
        ctx.submit(command)
            .map_err(|refusal| Refused::from(Refusal::NoFilters).because(refusal.to_string()))?;
    }
    let mut answer = Map::new();
    answer.insert(counter.to_owned(), alerts.len().into());
    let missing = not_found(ctx, &filters);
    if !missing.is_empty() {
        answer.insert("alertsNotFound".to_owned(), missing.into());
    }
    Ok(Answer::json(StatusCode::OK, &answer))
}

/// The ids that were asked for by name and do not exist, in the order in which they were asked for.
fn not_found(ctx: &Ctx<'_>, filters: &Map<String, Json>) -> Vec<String> {
    let wanted = filters.get("id").or_else(|| filters.get("ID")).and_then(|operators| operators.get("eq"));
    let ids = match wanted {
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(id)) => vec![id.as_str()],
        _ => Vec::new(),
    };
    let exists =
        |id: &str| id.parse::<Hex24>().is_ok_and(|id| ctx.reading.state.alert_by_id(id, ctx.now()).is_some());
    ids.into_iter().filter(|id| !exists(id)).map(str::to_owned).collect()
}
