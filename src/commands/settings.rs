//! Commands about settings of the tenant. They are written as in specifications.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::catalogue::apps;
use crate::model::command::SettingCommand;
use crate::model::field_error::FieldError;
use crate::model::ingestion::MOST_LAGS;
use crate::model::json::json;
use crate::model::service_date::ServiceDate;

use super::dto::CommandDto;
use super::json_schema::{needing, object};
use super::not_about;

/// The command that is meant.
pub(super) fn resolve(written: &CommandDto) -> Result<SettingCommand, FieldError> {
    match written {
        CommandDto::SetIngestion(ingestion) => {
            ingestion.check(&apps::names())?;
            Ok(SettingCommand::SetIngestion(Arc::new(ingestion.clone())))
        }
        CommandDto::SetAlerting(alerting) => {
            alerting.check()?;
            Ok(SettingCommand::SetAlerting(*alerting))
        }
        CommandDto::SetSecurityTeam(team) => {
            team.check()?;
            Ok(SettingCommand::SetSecurityTeam(Arc::new(team.clone())))
        }
        CommandDto::SetServiceDate { date } => Ok(SettingCommand::SetServiceDate { date: *date }),
        _ => Err(not_about("settings")),
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let length = |what: &str| json!({"type": "string", "description": format!("A length of time such as 90s: {what}.")});
    let share = json!({"type": "number", "minimum": 0, "maximum": 1});
    let lag = object(json!({
        "app": {"enum": apps::names()}, "from": length("the shortest"), "to": length("the longest"), "share": &share,
    }));
    let lags = json!({"type": "array", "items": needing(lag, &["from"]), "maxItems": MOST_LAGS});
    let ingestion = object(json!({"lags": lags, "grain": length("times are rounded down to it")}));
    let team = object(json!({"reads": share, "closes": share, "within": length("by when it has done so")}));
    let alerting = object(json!({"joinWithin": length("what is noticed again joins an alert for so long")}));
    let month = json!({"type": "string", "pattern": ServiceDate::PATTERN});
    let date = needing(object(json!({"date": month})), &["date"]);
    vec![
        ("setIngestion", ingestion),
        ("setAlerting", alerting),
        ("setSecurityTeam", team),
        ("setServiceDate", date),
    ]
}
