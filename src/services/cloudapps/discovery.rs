//! Cloud Discovery: uploads of traffic logs, where they come from, which apps they tell of, and what blocks those.
//!
//! Sources: <https://learn.microsoft.com/defender-cloud-apps/api-discovery> and the pages below it. What the portal and
//! clients ask beyond it is undocumented; members of its answers are (unverified) but where they are said to be on record.

pub(super) mod apps;
pub(super) mod block_scripts;
pub(super) mod sources;
pub(super) mod tags;
pub(super) mod upload;

use http::StatusCode;

use crate::facts::StreamFacts;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::ids::Hex24;
use crate::model::json::{Tree, json};
use crate::tenant::CommandRefusal;
use crate::tenant::nouns::DiscoveryRefusal;
use crate::wire::cloudapps::discovery as wire;

use super::fields::bad_value;
use super::list_request::{ListRequest, MAX, written};
use super::refusals::CloudAppsRefusal;

/// Days of the time frame that is looked at, where a request names none.
const USUAL_DAYS: i64 = 30;

/// `GET /api/discovery/streams/`. The documentation prints one stream alone; recorded answers have a list.
pub(super) fn streams(ctx: &Ctx<'_>) -> Handled {
    let mut body = b"{\"streams\":[".to_vec();
    for (place, stream) in StreamFacts::all(&ctx.view).enumerate() {
        if place > 0 {
            body.push(b',');
        }
        wire::write_stream(&stream, &mut body);
    }
    body.extend_from_slice(b"]}");
    Ok(written(body))
}

/// The stream that a request names by `streamId`, else the view of all; and the days that it names.
fn asked<'a>(ctx: &'a Ctx<'_>, list: &ListRequest) -> Result<(StreamFacts<'a>, i64), Refused> {
    let stream = match list.text("streamId")?.filter(|id| !id.is_empty()) {
        Some(id) => {
            let known = id.parse::<Hex24>().ok().and_then(|id| StreamFacts::by_id(&ctx.view, id));
            known.ok_or_else(|| {
                bad_value(id, "streamId", "the `_id` of a stream of /api/discovery/streams/")
            })?
        }
        None => StreamFacts::global(&ctx.view)
            .ok_or_else(|| CloudAppsRefusal::NoObject { id: "Global view".to_owned() })?,
    };
    // The documentation writes it another way than clients do.
    let name = if list.has("timeFrame") { "timeFrame" } else { "timeframe" };
    let days = list.count(name, USUAL_DAYS as usize)?;
    match wire::TIME_FRAMES.iter().any(|frame| usize::from(*frame) == days) {
        true => Ok((stream, days as i64)),
        false => Err(bad_value(&days.to_string(), name, "7, 30 or 90")),
    }
}

/// An answer whose records stand in `data`.
fn data(records: Vec<Tree>) -> Answer {
    Answer::json(StatusCode::OK, &json!({"data": records}))
}

/// The records of a list that is short, page by page.
fn paged<R>(list: &ListRequest, records: Vec<R>, write: impl Fn(&R, &mut Vec<u8>)) -> Handled {
    let total = records.len();
    let (skip, limit) = (list.count("skip", 0)?, list.count("limit", MAX)?.min(MAX));
    let has_next = skip.saturating_add(limit) < total && limit > 0;
    list.answer(records.into_iter().skip(skip).take(limit), write, has_next, total as u64)
}

/// A command that is not taken.
fn refused(refusal: CommandRefusal) -> Refused {
    let reason = refusal.to_string();
    let row = match &refusal {
        CommandRefusal::Discovery(refusal) => match refusal {
            DiscoveryRefusal::NoSource { name } => CloudAppsRefusal::NoDataSource { name: name.to_string() },
            DiscoveryRefusal::NoApp(number) => CloudAppsRefusal::NoObject { id: number.to_string() },
            DiscoveryRefusal::Name { name } | DiscoveryRefusal::Exists { name } => {
                CloudAppsRefusal::BadValue { value: name.to_string() }
            }
            DiscoveryRefusal::LogType(number) => CloudAppsRefusal::BadValue { value: number.to_string() },
            DiscoveryRefusal::NoLog(blob) => CloudAppsRefusal::BadValue { value: blob.to_string() },
            DiscoveryRefusal::Protected { app } => CloudAppsRefusal::BadValue { value: (*app).to_owned() },
            DiscoveryRefusal::TooMany => CloudAppsRefusal::BadValue { value: "displayName".to_owned() },
        },
        _ => CloudAppsRefusal::JournalLost,
    };
    Refused::from(row).because(reason)
}
