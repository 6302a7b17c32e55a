//! The fields of an activity record, in their order and types as recorded.
//!
//! Types are not always as one would guess: `entityData` is an object with the keys "0", "1" and "2", numbers of
//! `resolvedActor` are text, `_id` has one of several shapes.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>; recorded answers of three apps.

use serde::Serialize;
use serde_json::Value as Json;

use crate::model::ids::{Guid, Hex24};

/// One activity.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActivityRecord<'a> {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) uid: String,
    pub(super) tenant_id: u32,
    pub(super) aad_tenant_id: Guid,
    pub(super) app_id: u32,
    pub(super) saas_id: u32,
    pub(super) src_app_id: u32,
    pub(super) app_name: &'a str,
    pub(super) timestamp: i64,
    pub(super) timestamp_raw: i64,
    pub(super) instantiation: i64,
    pub(super) instantiation_raw: i64,
    pub(super) created: i64,
    pub(super) created_raw: i64,
    pub(super) event_type: u32,
    pub(super) event_type_value: &'a str,
    pub(super) event_type_name: &'a str,
    pub(super) generic_event_type: &'a str,
    pub(super) event_routing: Routing,
    pub(super) device: Device<'a>,
    pub(super) location: Option<Location<'a>>,
    pub(super) user: User<'a>,
    pub(super) user_agent: Option<UserAgent<'a>>,
    pub(super) internals: Internals,
    pub(super) main_info: MainInfo<'a>,
    pub(super) confidence_level: u8,
    pub(super) source: u8,
    pub(super) lograbber_service: Json,
    pub(super) collected: Json,
    pub(super) raw_data_json: Json,
    pub(super) resolved_actor: ResolvedActor<'a>,
    pub(super) classifications: &'a [&'a str],
    pub(super) entity_data: Json,
    #[serde(rename = "description_id")]
    pub(super) description_id: &'a str,
    #[serde(rename = "description_metadata")]
    pub(super) description_metadata: Json,
    pub(super) description: &'a str,
    pub(super) severity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<Session>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failed_user_data: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) adallom: Option<Json>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Routing {
    pub(super) auditing: bool,
    pub(super) lograbber: bool,
    pub(super) scuba_unpacker: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) admin_event: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device<'a> {
    #[serde(rename = "clientIP")]
    pub(super) client_ip: String,
    pub(super) user_agent: &'a str,
    pub(super) country_code: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'a> {
    pub(super) country_code: &'a str,
    pub(super) city: &'a str,
    pub(super) region_code: &'a str,
    pub(super) region: &'a str,
    pub(super) postal_code: &'a str,
    pub(super) longitude: f64,
    pub(super) latitude: f64,
    pub(super) organization_searchable: &'a str,
    pub(super) anonymous_proxy: bool,
    pub(super) is_satellite_provider: bool,
    pub(super) category: u8,
    pub(super) category_value: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User<'a> {
    pub(super) user_name: &'a str,
    pub(super) user_tags: &'a [Hex24],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserAgent<'a> {
    pub(super) family: &'a str,
    pub(super) name: &'a str,
    pub(super) operating_system: OperatingSystem<'a>,
    pub(super) r#type: &'a str,
    pub(super) type_name: &'a str,
    pub(super) version: &'a str,
    pub(super) major: &'a str,
    pub(super) minor: &'a str,
    pub(super) device_type: &'a str,
    pub(super) native_browser: bool,
    pub(super) os: &'a str,
    pub(super) browser: &'a str,
    pub(super) tags: &'a [&'a str],
}

#[derive(Serialize)]
pub(super) struct OperatingSystem<'a> {
    pub(super) name: &'a str,
    pub(super) family: &'a str,
}

#[derive(Serialize)]
pub(super) struct Internals {
    #[serde(rename = "otherIPs")]
    pub(super) other_ips: [String; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MainInfo<'a> {
    pub(super) event_objects: Vec<Json>,
    pub(super) raw_operation_name: &'a str,
    pub(super) pretty_operation_name: &'a str,
    pub(super) r#type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    pub(super) session_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResolvedActor<'a> {
    pub(super) id: Guid,
    pub(super) saas_id: &'a str,
    pub(super) instance_id: &'a str,
    pub(super) tags: &'a [Hex24],
    pub(super) obj_type: &'a str,
    pub(super) name: &'a str,
    pub(super) role: &'a str,
    pub(super) resolved: bool,
}
