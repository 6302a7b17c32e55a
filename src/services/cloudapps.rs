//! The Defender for Cloud Apps REST API.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction> and the pages below it. Where the
//! documentation is silent the handlers say "(unverified)".

mod activities;
mod alerts;
mod close;
mod entities;
mod extensions;
mod fields;
mod files;
mod ip_ranges;
mod list_request;
mod metadata;
mod refusals;
mod scan;

use crate::catalogue::resources::CLOUD_APPS_LICENCES;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts, TenantHosts};
use crate::gateway::profile::{Authentication, PathRules, Segments, no_claim, no_hint};
use crate::gateway::route::{Access, BodyPolicy, Permissions, Route, Routes};
use crate::gateway::throttle::{Limit, Per};
use crate::gateway::{Service, ServiceProfile};
use crate::model::person::Role;

pub use refusals::CloudAppsRefusal;

/// Application id of the API, and its URI form.
const AUDIENCES: &[&str] =
    &["05a65629-4c1b-48c1-a78b-804c4abdd4af", "spn:05a65629-4c1b-48c1-a78b-804c4abdd4af"];

/// The names in a cloud of the government of the United States, which has one region.
/// Source: <https://learn.microsoft.com/enterprise-mobility-security/solutions/ems-cloud-app-security-govt-service-description>
const fn government(cloud: Cloud, plain: &'static [&'static str], below: &'static str) -> CloudHosts {
    let of_tenants = TenantHosts { below, regions: &["us1"], link_region: "us1" };
    CloudHosts { cloud, plain, of_tenants: Some(of_tenants) }
}

/// How the API shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::CloudApps,
    // Regions: https://learn.microsoft.com/defender-cloud-apps/network-requirements
    hosts: Hosts {
        clouds: &[
            CloudHosts {
                cloud: Cloud::Worldwide,
                plain: &["portal.cloudappsecurity.com"],
                of_tenants: Some(TenantHosts {
                    below: "portal.cloudappsecurity.com",
                    regions: &["us", "us2", "us3", "eu", "eu2"],
                    link_region: "us2",
                }),
            },
            government(Cloud::Gcc, &["portal.cloudappsecuritygov.com"], "portal.cloudappsecuritygov.com"),
            government(Cloud::GccHigh, &["portal.cloudappsecurity.us"], "portal.cloudappsecurity.us"),
        ],
        domains: &["cloudappsecurity.com", "cloudappsecuritygov.com", "cloudappsecurity.us"],
        own_prefix: "",
    },
    shares_hosts: false,
    segments: Segments { first: &["api", "cas"], claims: no_claim },
    paths: PathRules { ignore_case: false, optional_first: Some("cas") },
    authentication: Authentication::Bearer { audiences: AUDIENCES, api_tokens: true, continuous: false },
    user_may,
    licences: &CLOUD_APPS_LICENCES,
    // 30 requests a minute and tenant: https://learn.microsoft.com/defender-cloud-apps/api-introduction
    throttles: &[(Limit { requests: 30, seconds: 60 }, Per::Tenant)],
    hint: no_hint,
    refuse: refusals::from_gateway,
    refusals: CloudAppsRefusal::CATALOGUE,
    advise: refusals::advise,
    routes: ROUTES,
};

/// Roles whose holders see everything in Defender for Cloud Apps, and those of them who may also change it.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/manage-admins>
const READERS: [Role; 7] = [
    Role::GlobalAdministrator,
    Role::SecurityAdministrator,
    Role::CloudAppSecurityAdministrator,
    Role::SecurityOperator,
    Role::ComplianceAdministrator,
    Role::SecurityReader,
    Role::GlobalReader,
];

/// See [`READERS`].
const WRITERS: usize = 5;

/// A user needs a role of the product, whatever the application may do on the user's behalf.
fn user_may(roles: &[Role], access: Access) -> bool {
    let enough = match access {
        Access::Read => &READERS[..],
        Access::Write => &READERS[..WRITERS],
    };
    roles.iter().any(|role| enough.contains(role))
}

/// Permissions that have the same names for applications and for those who act for a user.
const fn either(names: &'static [&'static str], access: Access) -> Permissions {
    Permissions { application: names, delegated: names, access }
}

const INVESTIGATE: Permissions = either(&["investigation.read", "investigation.manage"], Access::Read);
const READ_ALERTS: Permissions = either(
    &["investigation.read", "investigation.manage", "discovery.read", "discovery.manage"],
    Access::Read,
);
const CLOSE_ALERTS: Permissions = either(&["investigation.manage", "discovery.manage"], Access::Write);

/// What the product asks for its other settings.
const READ_SETTINGS: Permissions = either(&["settings.read", "settings.manage"], Access::Read);
const CHANGE_SETTINGS: Permissions = either(&["settings.manage"], Access::Write);

/// Ranges of addresses belong to both.
const READ_RANGES: Permissions =
    either(&["investigation.read", "investigation.manage", "settings.read", "settings.manage"], Access::Read);
const CHANGE_RANGES: Permissions = either(&["investigation.manage", "settings.manage"], Access::Write);

/// How the routes are declared; the largest JSON body that is read.
const API: Routes = Routes::of(Service::CloudApps, BodyPolicy::Buffered(1 << 20));

/// The routes. The gateway accepts each with and without trailing slash and under `/cas` as well.
pub static ROUTES: &[Route] = &[
    API.get("/api/v1/alerts", alerts::list)
        .scans()
        .permissions(READ_ALERTS)
        .summary("List alerts (filters in the query or in a JSON body)")
        .witness("cloudapps_alerts::a_json_body_on_get_filters_like_one_on_post"),
    API.post("/api/v1/alerts", alerts::list)
        .scans()
        .permissions(READ_ALERTS)
        .summary("List alerts")
        .witness("cloudapps_alerts::pages_follow_each_other_without_gap_or_repeat"),
    API.get("/api/v1/alerts/{id}", alerts::fetch)
        .permissions(READ_ALERTS)
        .summary("Fetch one alert")
        .witness("cloudapps_alerts::a_listed_alert_is_fetched_by_its_id"),
    API.post("/api/v1/alerts/{id}/read", alerts::read)
        .permissions(READ_ALERTS)
        .summary("Mark an alert as read")
        .witness("cloudapps_alerts::read_and_unread_change_the_status"),
    API.post("/api/v1/alerts/{id}/unread", alerts::unread)
        .permissions(READ_ALERTS)
        .summary("Mark an alert as unread")
        .witness("cloudapps_alerts::read_and_unread_change_the_status"),
    API.post("/api/v1/alerts/close_benign", close::benign)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as benign")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/close_false_positive", close::false_positive)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as false positive")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/close_true_positive", close::true_positive)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Close alerts as true positive")
        .witness("cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen"),
    API.post("/api/v1/alerts/{id}/dismiss", close::dismiss)
        .permissions(CLOSE_ALERTS)
        .summary("Dismiss one alert (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/dismiss_bulk", close::dismiss_bulk)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Dismiss alerts (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/resolve", close::resolve)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Resolve alerts (no longer documented)")
        .witness("cloudapps_other_routes::undocumented_dismiss_and_resolve_routes_still_close_alerts"),
    API.post("/api/v1/alerts/reopen", close::reopen)
        .scans()
        .permissions(CLOSE_ALERTS)
        .summary("Open closed alerts again (undocumented)")
        .witness("cloudapps_other_routes::a_reopened_alert_has_no_trace_of_its_closing"),
    API.post("/api/v1/alerts/count", alerts::count)
        .scans()
        .permissions(READ_ALERTS)
        .summary("Count alerts (undocumented)")
        .witness("cloudapps_other_routes::totals_are_counted_apart_when_asked_to"),
    API.get("/api/v1/alerts/metadata", alerts::metadata)
        .permissions(READ_ALERTS)
        .summary("Filters and orders of alerts (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.get("/api/v1/activities", activities::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List activities (filters in the query or in a JSON body)")
        .witness("cloudapps_activities::filters_in_the_query_select_like_those_in_the_body"),
    API.post("/api/v1/activities", activities::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List activities")
        .witness("cloudapps_activities::date_windows_read_every_activity_once"),
    API.get("/api/v1/activities/{id}", activities::fetch)
        .permissions(INVESTIGATE)
        .summary("Fetch one activity")
        .witness("cloudapps_activities::a_listed_activity_is_fetched_by_its_id"),
    API.post("/api/v1/activities/{id}/feedback", activities::feedback)
        .permissions(INVESTIGATE)
        .summary("Give feedback on an activity")
        .witness("cloudapps_other_routes::feedback_on_an_activity_is_taken"),
    API.post("/api/v1/activities/count", activities::count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count activities (undocumented)")
        .witness("cloudapps_other_routes::totals_are_counted_apart_when_asked_to"),
    API.get("/api/v1/activities/metadata", activities::metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of activities (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.get("/api/v1/entities", entities::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users and accounts (filters in the query or in a JSON body)")
        .witness("cloudapps_entities::a_json_body_on_get_filters_users_as_connectors_ask"),
    API.post("/api/v1/entities", entities::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users and accounts")
        .witness("cloudapps_entities::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/entities/{key}", entities::fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch a user or an account")
        .witness("cloudapps_entities::a_key_names_its_entity_however_it_is_spelled"),
    API.get("/api/v1/entities/{key}/retrieve_tree", entities::tree)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch a user with the user's accounts")
        .witness("cloudapps_entities::a_tree_holds_the_user_and_the_accounts"),
    API.post("/api/v1/entities/count", entities::count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count users and accounts (undocumented)")
        .witness("cloudapps_entities::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/entities/metadata", entities::metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of users and accounts (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.post("/api/v1/entities/resolve_entity", entities::resolve)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Say whom an id names (undocumented)")
        .witness("cloudapps_entities::whom_an_id_names_is_told"),
    API.post("/api/v1/standalone_entities", entities::list_standalone)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List users without their accounts in apps (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users"),
    API.post("/api/v1/standalone_entities/count", entities::count_standalone)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count users without their accounts in apps (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users"),
    API.get("/api/v1/standalone_entities/metadata", entities::metadata_standalone)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of users (undocumented)")
        .witness("cloudapps_entities::entities_on_their_own_leave_out_the_accounts_of_users")
        .shaped(),
    API.get("/api/v1/activities_locations/by_user", entities::locations)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Countries from which a user acted (undocumented)")
        .witness("cloudapps_entities::countries_of_a_user_are_those_of_the_activities"),
    API.get("/api/v1/autocomplete/entities", entities::offers)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Users and accounts by a part of their names (undocumented)")
        .witness("cloudapps_entities::offers_hold_what_is_searched_for"),
    API.get("/api/v1/autocomplete/users", entities::offered_users)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Users by a part of their names (undocumented)")
        .witness("cloudapps_entities::offers_hold_what_is_searched_for"),
    // No permission for files is documented: that of investigations is taken (unverified).
    API.get("/api/v1/files", files::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List files (filters in the query or in a JSON body)")
        .witness("cloudapps_files::a_json_body_on_get_filters_files_as_connectors_ask"),
    API.post("/api/v1/files", files::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List files")
        .witness("cloudapps_files::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/files/{id}", files::fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch one file")
        .witness("cloudapps_files::a_listed_file_is_fetched_by_its_id"),
    API.post("/api/v1/files/count", files::count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count files (undocumented)")
        .witness("cloudapps_files::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/files/metadata", files::metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of files (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.get("/api/v1/subnet", ip_ranges::list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/v1/subnet", ip_ranges::list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/v1/subnet/create_rule", ip_ranges::create)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/v1/subnet/metadata", ip_ranges::metadata)
        .permissions(READ_RANGES)
        .summary("Filters and orders of ranges (undocumented)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say")
        .shaped(),
    API.get("/api/v1/subnet/{id}", ip_ranges::fetch)
        .permissions(READ_RANGES)
        .summary("Fetch a range of addresses (undocumented)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.delete("/api/v1/subnet/{id}", ip_ranges::delete)
        .permissions(CHANGE_RANGES)
        .summary("Remove a range of addresses")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.post("/api/v1/subnet/{id}/update_rule", ip_ranges::update)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses anew")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/subnet", ip_ranges::list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/subnet", ip_ranges::list)
        .scans()
        .permissions(READ_RANGES)
        .summary("List ranges of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say"),
    API.post("/api/subnet/create_rule", ip_ranges::create)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/subnet/metadata", ip_ranges::metadata)
        .permissions(READ_RANGES)
        .summary("Filters and orders of ranges (undocumented) (the path without a version)")
        .witness("cloudapps_ip_ranges::every_filter_selects_what_the_records_say")
        .shaped(),
    API.get("/api/subnet/{id}", ip_ranges::fetch)
        .permissions(READ_RANGES)
        .summary("Fetch a range of addresses (undocumented) (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.delete("/api/subnet/{id}", ip_ranges::delete)
        .permissions(CHANGE_RANGES)
        .summary("Remove a range of addresses (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.post("/api/subnet/{id}/update_rule", ip_ranges::update)
        .permissions(CHANGE_RANGES)
        .summary("Describe a range of addresses anew (the path without a version)")
        .witness("cloudapps_ip_ranges::a_range_lives_as_clients_create_update_and_delete_it"),
    API.get("/api/tags", ip_ranges::tags)
        .permissions(READ_RANGES)
        .summary("Tags of addresses (undocumented)")
        .witness("cloudapps_ip_ranges::tags_are_named_by_id_by_name_and_as_objects"),
    API.get("/api/v1/settings/security-extensions", extensions::get)
        .permissions(READ_SETTINGS)
        .summary("What is connected from outside, Copilot for Security included (the simulator's own)")
        .witness("security_extensions::the_rows_stand_in_order_and_tell_how_each_stands")
        .without_subscription(),
    API.put("/api/v1/settings/security-extensions/copilot", extensions::put_copilot)
        .permissions(CHANGE_SETTINGS)
        .summary("Switch Copilot for Security on or off (the simulator's own)")
        .witness("security_extensions::switching_on_asks_for_consent_and_accepting_connects")
        .without_subscription(),
];
