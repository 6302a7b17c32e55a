//! Commands about alerts.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts::{AlertFacts, ids};
use crate::model::field_error::FieldError;
use crate::model::ids::Hex24;
use crate::model::index::AlertNo;
use crate::model::json::json;
use crate::model::scenario::Promise;
use crate::tenant::TenantView;

use super::json_schema::{needing, object, text};

/// Alerts, ascending, without repeats.
pub(super) fn alerts(view: &TenantView, ids: &[Hex24]) -> Result<Arc<[AlertNo]>, FieldError> {
    let mut alerts = ids.iter().map(|id| alert(view, *id)).collect::<Result<Vec<_>, _>>()?;
    alerts.sort_unstable();
    alerts.dedup();
    Ok(alerts.into())
}

pub(super) fn alert(view: &TenantView, id: Hex24) -> Result<AlertNo, FieldError> {
    // One that a step of a scenario makes is not there yet.
    let promised = || ids::alert_no(view, id).filter(|number| Promise::of(*number).is_some());
    AlertFacts::by_id(view, id)
        .map(|alert| alert.number())
        .or_else(promised)
        .ok_or_else(|| FieldError::text("alerts", "the id of an alert of this tenant", &id.to_string()))
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let who = || {
        let told =
            "A persona, a user principal name, an object id, or an application; default: the operator.";
        json!({"type": "string", "description": told})
    };
    let id = || json!({"type": "string", "pattern": "^[0-9a-f]{24}$"});
    let alerts = || json!({"type": "array", "items": id()});
    let version = || {
        let told =
            "Refused with 412 unless each of the alerts is of this version, as GET …/alerts/{id} tells it.";
        json!({"type": "integer", "minimum": 0, "description": told})
    };
    let closings = json!({"enum": ["benign", "falsePositive", "truePositive"]});
    let close = object(json!({
        "alerts": alerts(), "as": closings, "comment": text(), "by": who(), "ifVersion": version(),
    }));
    let reopen = object(json!({"alerts": alerts(), "by": who(), "ifVersion": version()}));
    let mark =
        object(json!({"alert": id(), "read": {"type": "boolean"}, "by": who(), "ifVersion": version()}));
    vec![
        ("closeAlerts", needing(close, &["alerts", "as"])),
        ("reopenAlerts", needing(reopen, &["alerts"])),
        ("markAlert", needing(mark, &["alert", "read"])),
    ]
}
