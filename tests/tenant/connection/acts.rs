//! What happens in the rows of tests.

use std::sync::Arc;

use mock_defender::model::spec::Size;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use super::{give, until};
use crate::kit::tenant;

/// Where a row begins.
pub(super) type Begins = fn() -> Arc<Tenant>;

/// What happens in a row.
pub(super) enum Act {
    /// A command is given.
    Give(Value),
    /// So many seconds after the start are reached.
    Until(i64),
}
use Act::{Give, Until};

pub(super) fn toggle(on: bool, by: &str) -> Act {
    Give(json!({"setCopilotToggle": {"on": on, "by": by}}))
}

pub(super) fn on() -> Act {
    toggle(true, "global-admin")
}

pub(super) fn off() -> Act {
    toggle(false, "global-admin")
}

pub(super) fn answer(accept: bool) -> Act {
    Give(json!({"answerCopilotDialog": {"accept": accept, "by": "global-admin"}}))
}

pub(super) fn refresh() -> Act {
    Give(json!({"refreshCopilotSources": {"user": "global-admin"}}))
}

pub(super) fn capacity(capacity: &str) -> Act {
    Give(json!({"setCopilotCapacity": {"capacity": capacity}}))
}

pub(super) fn licences(skus: &[&str]) -> Act {
    Give(json!({"setSubscriptions": {"skus": skus}}))
}

pub(super) fn enabled(enabled: bool) -> Act {
    Give(json!({"setCopilotEnabled": {"enabled": enabled}}))
}

pub(super) fn network(host: &str, kind: &str) -> Act {
    Give(json!({"setCopilotNetwork": {"host": host, "kind": kind}}))
}

pub(super) fn channel(channel: &str) -> Act {
    Give(json!({"setCopilotChannel": {"channel": channel}}))
}

pub(super) fn blocking(popups: bool, cookies: bool) -> Act {
    Give(json!({"setBrowser": {"popups": !popups, "thirdPartyCookies": !cookies}}))
}

pub(super) fn do_it(tenant: &Tenant, act: &Act) -> Result<(), String> {
    match act {
        Give(command) => give(tenant, command.clone()),
        Until(seconds) => {
            until(tenant, *seconds);
            Ok(())
        }
    }
}

pub(super) fn fresh() -> Arc<Tenant> {
    tenant(3, Size::Tiny)
}
