//! The clock of a tenant: show, set forward, freeze, follow, advance, stop on the way.

use serde::{Deserialize, Serialize};

use crate::model::command::SettingCommand;
use crate::model::field_error::FieldError;
use crate::model::stamps::TokenStamps;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{Aim, ClockError, FASTEST_RATE, Runs, Tenant};

use super::OperationError;

/// What a clock shows and how it runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// What it shows.
    pub now: VirtualTime,
    /// `follow`, `frozen` or `rate`.
    pub mode: &'static str,
    /// Virtual seconds per second.
    pub rate: f64,
    /// How many advances are under way.
    pub advancing: usize,
    /// Why it stands still, if it ought to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Which time tokens carry.
    pub token_stamps: TokenStamps,
}

/// How a clock is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NewMode {
    /// With the wall clock, from where it stands.
    Follow,
    /// Not at all.
    Frozen,
    /// At a rate.
    Rate,
}

/// A change of a clock: what is said, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Patch {
    /// What it shall show.
    pub now: Option<VirtualTime>,
    /// How it shall run.
    pub mode: Option<NewMode>,
    /// Virtual seconds per second, for the mode `rate`.
    pub rate: Option<f64>,
    /// Which time tokens shall carry.
    pub token_stamps: Option<TokenStamps>,
}

/// What the clock of a tenant shows.
pub fn show(tenant: &Tenant) -> Shown {
    let clock = tenant.clock();
    Shown {
        now: tenant.now(),
        mode: clock.mode_name(),
        rate: clock.rate(),
        advancing: tenant.advancing(),
        stopped: tenant.clock_stop().map(|why| why.to_string()),
        token_stamps: tenant.read().state.token_stamps(),
    }
}

/// Changes the clock of a tenant. A long way forward is left off where `wanted` says no.
///
/// # Errors
/// When the change makes no sense, or leads backwards or too far.
pub fn patch(tenant: &Tenant, patch: &Patch, wanted: &dyn Fn() -> bool) -> Result<Shown, OperationError> {
    let pace = match patch.rate {
        None => None,
        Some(rate) if rate > 0.0 && rate <= f64::from(FASTEST_RATE) => Some((rate * 1_000.0) as u32),
        Some(rate) => {
            let expected = "virtual seconds per second: above 0, at most 10000";
            return Err(FieldError::text("rate", expected, &rate.to_string()).into());
        }
    };
    if pace.is_none() && matches!(patch.mode, Some(NewMode::Rate)) {
        return Err(FieldError::text("rate", "a number, since the mode is `rate`", "nothing").into());
    }
    let runs = match (patch.mode, pace) {
        (Some(NewMode::Frozen), _) => Some(Runs::Frozen),
        (Some(NewMode::Follow), _) => Some(Runs::Follow),
        (Some(NewMode::Rate) | None, pace) => pace.map(|milli| Runs::Rate(milli.max(1))),
    };
    // Both at once: refused, none of it is done.
    if runs.is_some() || patch.now.is_some() {
        let aim = patch.now.map_or(Aim::By(Span::default()), Aim::To);
        tenant.move_clock(aim, runs, wanted)?;
    }
    if let Some(stamps) = patch.token_stamps {
        tenant.submit(tenant.now(), SettingCommand::SetTokenStamps { stamps })?;
    }
    Ok(show(tenant))
}

/// Moves the clock of a tenant on and says what it shows then. It is left off where `wanted` says no.
///
/// # Errors
/// When it is too far at once, or somebody stopped it on the way.
pub fn advance(tenant: &Tenant, by: Span, wanted: &dyn Fn() -> bool) -> Result<VirtualTime, ClockError> {
    tenant.move_clock(Aim::By(by), None, wanted)
}

/// Stops the advances that are under way, at the next slot mark; how many were told. Waits for nothing.
pub fn stop(tenant: &Tenant) -> usize {
    tenant.stop_advancing()
}
