//! Commands that put a record into the tenant, in the form of the Cloud Apps API.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::model::command::{ActivityCommand, AlertCommand};
use crate::model::field_error::FieldError;
use crate::model::json::json;
use crate::tenant::TenantView;
use crate::wire::cloudapps::read::{self, Record};

/// The command that puts an activity in.
pub(super) fn activity(view: &TenantView, record: &Record) -> Result<ActivityCommand, FieldError> {
    Ok(ActivityCommand::InjectActivity { activity: Arc::new(read::activity(view, record)?) })
}

/// The command that puts an alert in.
pub(super) fn alert(view: &TenantView, record: &Record) -> Result<AlertCommand, FieldError> {
    Ok(AlertCommand::InjectAlert { alert: Arc::new(read::alert(view, record)?) })
}

/// A record as it was put in, as far as it is remembered.
pub(super) fn fields(text: &str) -> Map<String, Json> {
    serde_json::from_slice(text.as_bytes()).unwrap_or_default()
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let record = || json!({"type": "object", "description": "In the form of the Cloud Apps API."});
    vec![("injectActivity", record()), ("injectAlert", record())]
}
