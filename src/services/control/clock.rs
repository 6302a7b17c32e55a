//! The clock of a tenant: show, set forward, freeze, follow, advance.

use http::StatusCode;
use jiff::SpanRelativeTo;
use serde::Deserialize;
use serde_json::json;

use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::ClockError;

use super::body;
use super::refusals::Refusal;

/// `GET …/clock`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    show(ctx)
}

fn show(ctx: &Ctx<'_>) -> Handled {
    let clock = ctx.tenant.clock();
    let body = json!({"now": ctx.tenant.now(), "mode": clock.mode_name(), "rate": 1});
    Ok(Answer::json(StatusCode::OK, &body))
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NewMode {
    Follow,
    Frozen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    now: Option<VirtualTime>,
    mode: Option<NewMode>,
}

/// `PATCH …/clock`: `{"now": …, "mode": "follow" | "frozen"}`
pub(super) fn patch(ctx: &Ctx<'_>) -> Handled {
    let patch: Patch = body::read(ctx)?;
    // Frozen first and set then, so that a frozen clock stands exactly where it was set to.
    match patch.mode {
        Some(NewMode::Frozen) => ctx.tenant.freeze(),
        Some(NewMode::Follow) => ctx.tenant.follow(),
        None => ctx.now(),
    };
    if let Some(now) = patch.now {
        ctx.tenant.set_now(now).map_err(refused)?;
    }
    show(ctx)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    by: String,
}

/// `POST …/clock/advance`: `{"by": "PT1H"}`
pub(super) fn advance(ctx: &Ctx<'_>) -> Handled {
    let advance: Advance = body::read(ctx)?;
    let by = duration(&advance.by)
        .ok_or_else(|| body::bad_field("by", "an ISO 8601 duration such as PT1H or P7D", &advance.by))?;
    ctx.tenant.advance(by).map_err(refused)?;
    show(ctx)
}

/// Reads an ISO 8601 duration; days have 24 hours.
fn duration(text: &str) -> Option<Span> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(length.as_millis()).ok().map(Span::millis)
}

fn refused(error: ClockError) -> Refused {
    Refusal::Conflict { problem: error.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_iso_8601() {
        assert_eq!(duration("PT1H"), Some(Span::hours(1)));
        assert_eq!(duration("P7DT30M"), Some(Span::days(7) + Span::minutes(30)));
        assert_eq!(duration("soon"), None);
    }
}
