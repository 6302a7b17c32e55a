//! Records of a tenant as the simulator keeps them: what no emulated service shows of them.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::records;

use super::refusals::ControlRefusal;

/// `GET …/alerts/{id}`
pub(super) fn alert(ctx: &Ctx<'_>) -> Handled {
    let name = ctx.param("id");
    let found = name.parse().ok().and_then(|id| records::alert(&ctx.view, id));
    let handled = found.ok_or_else(|| ControlRefusal::NoAlert { name: name.to_owned() })?;
    Ok(Answer::json(StatusCode::OK, &handled))
}
