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
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::ids::Hex24;
use crate::model::json::{Tree, json};
use crate::tenant::CommandRefusal;
use crate::tenant::nouns::DiscoveryRefusal;
use crate::wire::cloudapps::discovery as wire;

use super::fields::bad_value;
use super::list_request::{ListRequest, MAX, written};
use super::refusals::CloudAppsRefusal;
use super::{API, MANAGE_DISCOVERY, READ_DISCOVERY};

/// Cloud Discovery.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/discovery/upload_url", upload::initiate)
        .permissions(MANAGE_DISCOVERY)
        .summary("Where to upload a traffic log to")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.post("/api/v1/discovery/done_upload", upload::finalize)
        .permissions(MANAGE_DISCOVERY)
        .summary("Say that a traffic log is uploaded (JSON or form)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.get("/api/discovery/streams", streams)
        .permissions(READ_DISCOVERY)
        .summary("List the streams of Cloud Discovery")
        .witness("discovery::streams_show_what_came_in_through_them"),
    API.post("/api/v1/discovery/discovered_apps", apps::list)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List discovered apps (undocumented)")
        .witness("discovery::discovered_apps_agree_with_the_log_that_told_of_them"),
    API.post("/api/v1/discovery/discovered_apps/count", apps::count)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps (undocumented)")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.get("/api/v1/discovery/discovered_apps/metadata", apps::metadata)
        .permissions(READ_DISCOVERY)
        .summary("Filters and orders of discovered apps (undocumented)")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.post("/api/v1/discovery/discovered_apps/categories", apps::categories)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps by category")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.post("/api/v1/discovery/discovered_apps/tags", apps::tag_counts)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps by tag (undocumented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/app_catalog", apps::catalogue)
        .permissions(READ_DISCOVERY)
        .summary("List the catalogue of cloud apps (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/app_catalog/categories", apps::catalogue_categories)
        .permissions(READ_DISCOVERY)
        .summary("Count the catalogue by category (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/app_catalog/count", apps::catalogue_count)
        .scans()
        .permissions(READ_DISCOVERY)
        .summary("Count apps of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/discovery/app_catalog/metadata", apps::catalogue_metadata)
        .permissions(READ_DISCOVERY)
        .summary("Filters and orders of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/saasdb/{appId}", apps::known_app)
        .permissions(READ_DISCOVERY)
        .summary("Fetch an app of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/discovery/categories", apps::all_categories)
        .permissions(READ_DISCOVERY)
        .summary("The categories of cloud apps (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/users", apps::users)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List the users of discovered apps (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.post("/api/v1/discovery/ips", apps::ips)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List the addresses that use discovered apps (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_apps", apps::top_apps)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The discovered apps that are used most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_categories", apps::top_categories)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The categories that are used most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_entities", apps::top_entities)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The users or addresses that use most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/category_stats", apps::category_stats)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("What was used of each category (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.post("/api/v1/discovery/deanonymize_entity_names", apps::deanonymize)
        .heavy()
        .permissions(MANAGE_DISCOVERY)
        .summary("Show names of users that are hidden (undocumented)")
        .witness("discovery::names_of_users_may_be_hidden_and_shown_for_a_reason"),
    API.get("/api/v1/discovery/data_sources", sources::list)
        .permissions(READ_DISCOVERY)
        .summary("List data sources (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.post("/api/v1/discovery/data_sources", sources::add)
        .permissions(MANAGE_DISCOVERY)
        .summary("Add a data source (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.delete("/api/v1/discovery/data_sources/{id}", sources::remove)
        .permissions(MANAGE_DISCOVERY)
        .summary("Remove a data source (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.get("/api/v1/discovery/snapshot_reports", sources::snapshots)
        .permissions(READ_DISCOVERY)
        .summary("List reports about single logs (undocumented)")
        .witness("discovery::a_snapshot_makes_a_report_of_its_own"),
    API.get("/api/v1/discovery/continuous_reports", sources::continuous)
        .permissions(READ_DISCOVERY)
        .summary("List the streams that go on (undocumented)")
        .witness("discovery::a_snapshot_makes_a_report_of_its_own"),
    API.get("/api/v1/discovery/constants", sources::constants)
        .permissions(READ_DISCOVERY)
        .summary("The types of traffic logs by number (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.get("/api/v1/discovery/app_tags", tags::list_in_data)
        .permissions(READ_DISCOVERY)
        .summary("List the tags of apps (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/app_tags", tags::list)
        .permissions(READ_DISCOVERY)
        .summary("List the tags of apps (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/discovery_app/{appId}/add_tag", tags::add)
        .permissions(MANAGE_DISCOVERY)
        .summary("Put a tag on an app (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/discovery_app/{appId}/remove_tag", tags::remove)
        .permissions(MANAGE_DISCOVERY)
        .summary("Take a tag from an app (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.get("/api/discovery/get_unsanctioned_apps", tags::unsanctioned)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Discovered apps that are unsanctioned (undocumented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.get("/api/discovery_block_scripts", block_scripts::script)
        .permissions(MANAGE_DISCOVERY)
        .summary("What blocks unsanctioned apps: a script, or pages of JSON")
        .witness("discovery::block_scripts_name_the_domains_of_what_is_unsanctioned"),
    API.get("/api/discovery/discovery_block_scripts", block_scripts::script)
        .permissions(MANAGE_DISCOVERY)
        .summary("The same under its former path")
        .witness("discovery::block_scripts_name_the_domains_of_what_is_unsanctioned"),
];

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
