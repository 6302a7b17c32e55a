//! Records of a tenant as the simulator keeps them: what no emulated service shows of them.

use http::{Method, StatusCode};

use crate::gateway::route::{Handled, Route, Scope};
use crate::gateway::{Answer, Ctx};
use crate::operations::records;

use super::refusals::ControlRefusal;
use super::{READ, route};

pub(super) const ALERT: Route = route(
    Method::GET,
    "/_mock/tenants/{tenant}/alerts/{id}",
    Scope::Tenant,
    READ,
    alert,
    "How an alert was handled, and its version, which commands can have as a precondition",
    "commands::of_commands_with_one_precondition_one_wins",
);

/// `GET …/alerts/{id}`
fn alert(ctx: &Ctx<'_>) -> Handled {
    let name = ctx.param("id");
    let found = name.parse().ok().and_then(|id| records::alert(&ctx.view, id));
    let handled = found.ok_or_else(|| ControlRefusal::NoAlert { name: name.to_owned() })?;
    Ok(Answer::json(StatusCode::OK, &handled))
}
