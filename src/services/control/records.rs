//! Records of a tenant as the simulator keeps them: what no emulated service shows of them.

use http::StatusCode;
use serde_json::json;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::ids::Hex24;

use super::refusals::ControlRefusal;

/// `GET …/alerts/{id}`
pub(super) fn alert(ctx: &Ctx<'_>) -> Handled {
    let name = ctx.param("id");
    let id = name.parse::<Hex24>().ok();
    let found = id.and_then(|id| Some((id, ctx.view.state.alert_by_id(id, ctx.now())?)));
    let (id, alert) = found.ok_or_else(|| ControlRefusal::NoAlert { name: name.to_owned() })?;
    let handling = &alert.handling;
    let body = json!({
        "id": id,
        "version": handling.version,
        "raised": alert.raised,
        "read": handling.read,
        "resolution": handling.resolution,
        "resolved": handling.resolved,
        "by": handling.by,
        "comment": handling.comment,
    });
    Ok(Answer::json(StatusCode::OK, &body))
}
