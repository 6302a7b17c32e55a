//! The envelope of a list.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction>.

use serde_json::Value as Json;

use crate::wire::json::object;

/// What a list says besides its records.
pub struct List {
    /// There are more.
    pub has_next: bool,
    /// Records per page, at most.
    pub max: usize,
    /// How many there are, and that this is exact; left out in some lists.
    pub total: Option<u64>,
    /// Whether there are more than `total`; scans do not say.
    pub more_than_total: Option<bool>,
    /// The client asked to count separately.
    pub perform_async_total: Option<bool>,
    /// Only in scans, and not on the last page: how the client asks on.
    pub next_query_filters: Option<Json>,
}

/// Bytes of a record, more or less: what is set aside for each.
const RECORD: usize = 3 << 10;

/// Writes what is offered while somebody types.
pub fn write_records<R>(records: impl Iterator<Item = R>, write: impl Fn(&R, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    object(&mut out, |answer| {
        answer.array("records", |list| records.for_each(|record| write(&record, list.item())));
    });
    out
}

/// Writes a list whose records `write` writes.
pub fn write<R>(list: &List, records: impl Iterator<Item = R>, write: impl Fn(&R, &mut Vec<u8>)) -> Vec<u8> {
    let expected = records.size_hint().1.unwrap_or_default();
    let mut out = Vec::with_capacity(256 + expected * RECORD);
    object(&mut out, |answer| {
        answer.array("data", |data| {
            for record in records {
                write(&record, data.item());
            }
        });
        answer.set("hasNext", list.has_next).set("max", list.max);
        answer.some("total", list.total).some("moreThanTotal", list.more_than_total);
        answer.some("performAsyncTotal", list.perform_async_total);
        answer.some("nextQueryFilters", list.next_query_filters.as_ref());
    });
    out
}
