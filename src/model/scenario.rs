//! Scenarios as a tenant has them: commands that it gives itself at set instants.
//!
//! What people write is told in [`scenario`](crate::scenario); here names are resolved. An alert that a step of the same
//! scenario makes has no number yet when the scenario starts: commands name it by a *promised* number, for which the
//! real one is put in once it is made.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::command::Command;
use super::index::AlertNo;
use super::json;
use super::time::VirtualTime;

/// A command that is given later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduledCommand {
    /// When.
    pub at: VirtualTime,
    /// What its alert is called by commands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub makes: Option<Promise>,
    /// The command.
    pub command: Box<Command>,
}

/// An alert that a step of a scenario makes: 0 is the first that a step names, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Promise(pub u16);

/// No scenario names more alerts.
pub const MOST_PROMISES: u16 = 1_024;

/// The promised number of the first promise; no tenant has so many alerts.
const FIRST_PROMISED: u32 = u32::MAX - MOST_PROMISES as u32;

impl Promise {
    /// The number that stands for the alert until it is made.
    pub const fn number(self) -> AlertNo {
        AlertNo::new(FIRST_PROMISED + self.0 as u32)
    }

    /// The promise that a number stands for, if it is none of a real alert.
    pub fn of(number: AlertNo) -> Option<Self> {
        Self::of_number(number.ordinal())
    }

    fn of_number(number: u64) -> Option<Self> {
        let place = number.checked_sub(u64::from(FIRST_PROMISED))?;
        u16::try_from(place).ok().filter(|place| *place < MOST_PROMISES).map(Self)
    }
}

/// Which members of commands hold numbers of alerts.
const MEMBERS: [&str; 2] = ["alert", "alerts"];

/// The command with real numbers in place of promised ones.
///
/// # Errors
/// The first promise that was not kept.
pub fn redeemed(command: &Command, kept: &dyn Fn(Promise) -> Option<AlertNo>) -> Result<Command, Promise> {
    let names_one = command.alerts().iter().any(|alert| Promise::of(*alert).is_some());
    if !names_one {
        return Ok(command.clone());
    }
    // By way of its JSON, where a member's name says what its numbers mean: no noun has to know of promises.
    let mut written = json::tree(command);
    redeem(&mut written, kept)?;
    Ok(json::retyped(&written).unwrap_or_else(|_| command.clone()))
}

fn redeem(value: &mut Json, kept: &dyn Fn(Promise) -> Option<AlertNo>) -> Result<(), Promise> {
    let Some(members) = value.as_object_mut() else { return Ok(()) };
    for (name, member) in members {
        match member {
            Json::Array(numbers) if MEMBERS.contains(&name.as_str()) => {
                numbers.iter_mut().try_for_each(|number| redeem_number(number, kept))?;
            }
            number @ Json::Number(_) if MEMBERS.contains(&name.as_str()) => redeem_number(number, kept)?,
            other => redeem(other, kept)?,
        }
    }
    Ok(())
}

fn redeem_number(number: &mut Json, kept: &dyn Fn(Promise) -> Option<AlertNo>) -> Result<(), Promise> {
    if let Some(promise) = number.as_u64().and_then(Promise::of_number) {
        *number = kept(promise).ok_or(promise)?.get().into();
    }
    Ok(())
}

/// What was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartedScenario {
    /// Its name.
    pub name: Arc<str>,
    /// Its steps, in order of time.
    pub steps: Arc<[ScheduledCommand]>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alert::Resolution;
    use crate::model::command::{AlertCommand, By};

    #[test]
    fn promised_alerts_are_put_in_once_they_are_made() {
        let alerts = [AlertNo::new(3), Promise(1).number()];
        let close = AlertCommand::CloseAlerts {
            alerts: alerts.into(),
            resolution: Resolution::Benign,
            comment: None,
            by: By::Operator,
        };
        let command = Command::IfVersion { version: 2, command: Box::new(close.into()) };
        let kept = |promise: Promise| (promise == Promise(1)).then_some(AlertNo::new(70));
        let redeemed_command = redeemed(&command, &kept).unwrap();
        assert_eq!(redeemed_command.alerts(), [AlertNo::new(3), AlertNo::new(70)]);
        assert_eq!(redeemed(&command, &|_| None), Err(Promise(1)));
        assert_eq!(Promise::of(AlertNo::new(3)), None);
    }
}
