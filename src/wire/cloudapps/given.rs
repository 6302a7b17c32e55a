//! Records that were put in from outside: they show the fields that they were given.

use serde_json::{Map, Value as Json};

/// Puts `fields` (a JSON object) into the record that `out` ends with, from byte `start` on; those in `kept` stay as
/// they are.
pub(super) fn put_in(fields: &str, kept: &[&str], start: usize, out: &mut Vec<u8>) {
    // Both were JSON objects when they were made.
    let mut record: Map<String, Json> = serde_json::from_slice(&out[start..]).unwrap_or_default();
    let fields: Map<String, Json> = serde_json::from_slice(fields.as_bytes()).unwrap_or_default();
    record.extend(fields.into_iter().filter(|(name, _)| !kept.contains(&name.as_str())));
    out.truncate(start);
    // Writing to a vector can not fail, and a `Value` can always be serialised.
    serde_json::to_writer(out, &record).expect("a map of values");
}
