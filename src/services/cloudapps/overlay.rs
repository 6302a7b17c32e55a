//! Records that were put in from outside: they show the fields that they were given.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value as Json};

/// A record with the fields that it was given when it was put in; those in `kept` stay as they are.
pub(super) fn with_fields<T: Serialize>(record: &T, fields: &str, kept: &[&str]) -> Option<Box<RawValue>> {
    let Ok(Json::Object(mut record)) = serde_json::to_value(record) else { return None };
    let fields: Map<String, Json> = serde_json::from_str(fields).unwrap_or_default();
    record.extend(fields.into_iter().filter(|(name, _)| !kept.contains(&name.as_str())));
    to_raw_value(&record).ok()
}
