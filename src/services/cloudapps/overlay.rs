//! Records that were put in from outside: they show the fields that they were given.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value as Json};

use crate::wire::cloudapps::members::{Member, is_the_tenants_own};

/// A record with the fields that it was given when it was put in; what the tenant says itself stays as it is.
pub(super) fn with_fields<T: Serialize>(
    record: &T,
    fields: &str,
    members: &[Member],
) -> Option<Box<RawValue>> {
    let Ok(Json::Object(mut record)) = serde_json::to_value(record) else { return None };
    let fields: Map<String, Json> = serde_json::from_str(fields).unwrap_or_default();
    record.extend(fields.into_iter().filter(|(name, _)| !is_the_tenants_own(members, name)));
    to_raw_value(&record).ok()
}
