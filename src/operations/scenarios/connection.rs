//! Whether the connection of Copilot stands as it was expected to; what differs, in words.

use crate::commands::user;
use crate::facts;
use crate::model::copilot::Reason;
use crate::scenario::{CONNECTED, ConnectionTest};
use crate::tenant::TenantView;

use super::check::Missed;

/// What differs from what was expected: of the connection itself, or of what somebody's page shows of it.
pub(super) fn missed(view: &TenantView, test: &ConnectionTest) -> Missed {
    let got = match &test.shown_to {
        None => Ok(facts::connection(view).reasons()),
        Some(who) => shown(view, who),
    };
    let told = match got {
        Ok(reasons) if reasons == test.reasons => return None,
        Ok(reasons) => format!("connection: expected {}, got {}", told(&test.reasons), told(&reasons)),
        Err(told) => told,
    };
    Some((vec![told], String::new()))
}

/// What the page of sources showed to somebody who loaded it last.
fn shown(view: &TenantView, who: &str) -> Result<Vec<Reason>, String> {
    let user = user(view, "as", who).map_err(|error| error.to_string())?;
    match facts::connection(view).pages.get(&user) {
        Some(page) => Ok(page.reasons.clone()),
        None => Err(format!("{who} has not looked at the sources: let refreshCopilotSources be a step")),
    }
}

fn told(reasons: &[Reason]) -> String {
    let names: Vec<&str> = reasons.iter().map(|reason| reason.name()).collect();
    if names.is_empty() { CONNECTED.to_owned() } else { format!("[{}]", names.join(", ")) }
}
