//! The clock of a tenant: show, set forward, freeze, follow, advance, stop on the way.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::command::SettingCommand;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;
use crate::tenant::ClockError;
use crate::tenant::timeline::clock::FASTEST_RATE;

use super::body::{self, duration};
use super::refusals::ControlRefusal;

/// `GET …/clock`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    show(ctx)
}

fn show(ctx: &Ctx<'_>) -> Handled {
    let clock = ctx.tenant.clock();
    let body = json!({
        "now": ctx.tenant.now(),
        "mode": clock.mode_name(),
        "rate": clock.rate(),
        "advancing": ctx.tenant.advancing(),
        "tokenStamps": ctx.tenant.read().state.token_stamps(),
    });
    Ok(Answer::json(StatusCode::OK, &body))
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NewMode {
    Follow,
    Frozen,
    Rate,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Patch {
    now: Option<VirtualTime>,
    mode: Option<NewMode>,
    /// Virtual seconds per second, for the mode `rate`.
    rate: Option<f64>,
    token_stamps: Option<TokenStamps>,
}

/// `PATCH …/clock`: `{"now": …, "mode": "follow" | "frozen" | "rate", "rate": …, "tokenStamps": "virtual" | "wall"}`
pub(super) fn patch(ctx: &Ctx<'_>) -> Handled {
    let patch: Patch = body::read(ctx)?;
    let pace = match patch.rate {
        None => None,
        Some(rate) if rate > 0.0 && rate <= f64::from(FASTEST_RATE) => Some((rate * 1_000.0) as u32),
        Some(rate) => {
            let expected = "virtual seconds per second: above 0, at most 10000";
            return Err(body::bad_field("rate", expected, &rate.to_string()));
        }
    };
    if pace.is_none() && matches!(patch.mode, Some(NewMode::Rate)) {
        return Err(body::bad_field("rate", "a number, since the mode is `rate`", "nothing"));
    }
    // Frozen first and set then, so that a frozen clock stands exactly where it was set to.
    match patch.mode {
        Some(NewMode::Frozen) => ctx.tenant.freeze().map_err(refused)?,
        Some(NewMode::Follow) => ctx.tenant.follow().map_err(refused)?,
        Some(NewMode::Rate) | None => match pace {
            Some(milli) => ctx.tenant.run_at(milli.max(1)).map_err(refused)?,
            None => ctx.now(),
        },
    };
    if let Some(now) = patch.now {
        ctx.tenant.set_now_while(now, &|| ctx.is_awaited()).map_err(refused)?;
    }
    if let Some(stamps) = patch.token_stamps {
        // At what the clock shows by now, which may be later than the request.
        let set = ctx.refreshed().submit(SettingCommand::SetTokenStamps { stamps });
        set.map_err(|refusal| Refused::from(ControlRefusal::Conflict { problem: refusal.to_string() }))?;
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
    ctx.tenant.advance_while(by, &|| ctx.is_awaited()).map_err(refused)?;
    show(ctx)
}

/// `DELETE …/clock/advance`: waits for nothing, so that it is answered however much waits for the advance.
pub(super) fn stop(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"stopping": ctx.tenant.stop_advancing()})))
}

fn refused(error: ClockError) -> Refused {
    match error {
        ClockError::Stopped { .. } => ControlRefusal::Stopped { problem: error.to_string() }.into(),
        ClockError::Journal => ControlRefusal::JournalLost { problem: error.to_string() }.into(),
        _ => ControlRefusal::Conflict { problem: error.to_string() }.into(),
    }
}
