//! The Defender for Cloud Apps REST API.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction> and the pages below it. Where the
//! documentation is silent the handlers say "(unverified)".

mod activities;
mod administration;
mod alerts;
mod close;
mod connector_changes;
mod connectors;
mod discovery;
mod entities;
mod extensions;
mod fields;
mod files;
mod governance;
mod ip_ranges;
mod list_request;
mod metadata;
mod policies;
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

/// Cloud Discovery: reports, and uploads, tags and block scripts. The governance log is in no row of the documentation;
/// clients ask it with what reads alerts.
const READ_DISCOVERY: Permissions = either(&["discovery.read", "discovery.manage"], Access::Read);
const MANAGE_DISCOVERY: Permissions = either(&["discovery.manage"], Access::Write);

/// What the product asks for its other settings.
const READ_SETTINGS: Permissions = either(&["settings.read", "settings.manage"], Access::Read);
const CHANGE_SETTINGS: Permissions = either(&["settings.manage"], Access::Write);

/// Who may see how apps are connected: whoever may see settings, or what comes in by that (unverified).
const READ_CONNECTORS: Permissions =
    either(&["settings.read", "settings.manage", "investigation.read", "investigation.manage"], Access::Read);
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
    API.get("/api/v1/policies", policies::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.post("/api/v1/policies", policies::list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.get("/api/v1/policies/{type}/{id}", policies::fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch one policy (undocumented)")
        .witness("cloudapps_administration::a_policy_is_fetched_by_the_type_and_id_that_alerts_name"),
    API.post("/api/v1/policies/count", policies::count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count policies (undocumented)")
        .witness("cloudapps_administration::policies_are_listed_by_type_with_the_alerts_that_they_raised"),
    API.get("/api/v1/policies/metadata", policies::metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of policies (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
    API.get("/api/about/info", administration::info)
        .permissions(READ_SETTINGS)
        .summary("Data centre and number of the tenant (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/about/server_url", administration::server_url)
        .permissions(READ_SETTINGS)
        .summary("Address of the API (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/v1/settings", administration::settings)
        .permissions(READ_SETTINGS)
        .summary("Company, domains and settings (undocumented)")
        .witness("cloudapps_administration::the_tenant_tells_where_it_is_and_what_it_is_called"),
    API.get("/api/v1/manage_admin_access", administration::admins)
        .scans()
        .permissions(READ_SETTINGS)
        .summary("Who administers the product (undocumented)")
        .witness("cloudapps_administration::administrators_are_those_who_hold_a_role_of_the_product"),
    API.post("/api/v1/tokens", administration::tokens)
        .permissions(READ_SETTINGS)
        .summary("API tokens, without their values (undocumented)")
        .witness("cloudapps_administration::the_api_token_is_active_once_it_was_used"),
    API.get("/api/v1/agents/siem", administration::siem_agents)
        .permissions(READ_SETTINGS)
        .summary("SIEM agents (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.get("/api/v1/agents/siem/count", administration::siem_agent_count)
        .scans()
        .permissions(READ_SETTINGS)
        .summary("Count SIEM agents (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.post("/api/v1/agents/siem/{id}/generate", administration::new_siem_token)
        .permissions(CHANGE_SETTINGS)
        .summary("Give a SIEM agent a new token (undocumented)")
        .witness("cloudapps_administration::siem_agents_tell_how_they_stand_and_get_new_tokens"),
    API.get("/api/v1/autocomplete/activity-types", administration::activity_types)
        .permissions(INVESTIGATE)
        .summary("Search types of activities (undocumented)")
        .witness("cloudapps_administration::activity_types_are_searched_by_name_and_app"),
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
    API.get("/api/v1/app_connectors", connectors::list)
        .permissions(READ_CONNECTORS)
        .summary("List app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_tells_how_each_connector_stands"),
    API.post("/api/v1/app_connectors", connectors::list)
        .permissions(READ_CONNECTORS)
        .summary("List app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted"),
    API.post("/api/v1/app_connectors/count", connectors::count)
        .scans()
        .permissions(READ_CONNECTORS)
        .summary("Count app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted"),
    API.get("/api/v1/app_connectors/metadata", connectors::metadata)
        .permissions(READ_CONNECTORS)
        .summary("Filters and orders of app connectors (undocumented)")
        .witness("cloudapps_connectors::the_list_is_filtered_and_sorted")
        .shaped(),
    API.get("/api/v1/app_connectors/last_activity", connectors::last_activity)
        .permissions(READ_CONNECTORS)
        .summary("When what each connector delivered last happened (undocumented)")
        .witness("cloudapps_connectors::the_last_activity_of_each_connector_is_in_the_log"),
    API.get("/api/v1/app_connectors/table_config_values", connectors::table_config_values)
        .permissions(READ_CONNECTORS)
        .summary("What the page of connectors is filtered by (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_apps_count_by_status", connectors::apps_by_status)
        .permissions(READ_CONNECTORS)
        .summary("How many apps are connected and well (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_app_connectors_count_by_status", connectors::by_status)
        .permissions(READ_CONNECTORS)
        .summary("How many connectors have which status (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_instance_count_by_app", connectors::instances_by_app)
        .permissions(READ_CONNECTORS)
        .summary("How many connectors each app has (undocumented)")
        .witness("cloudapps_connectors::the_dashboard_counts_what_the_list_shows"),
    API.get("/api/v1/app_connectors/dashboard/get_supported_apps_metadata", connectors::supported_apps)
        .permissions(READ_CONNECTORS)
        .summary("Which apps can be connected, and what each delivers (undocumented)")
        .witness("cloudapps_connectors::supported_apps_tell_what_can_be_connected")
        .shaped(),
    API.get("/api/v1/app_connectors/{id}", connector_changes::fetch)
        .permissions(READ_CONNECTORS)
        .summary("Fetch one app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors"),
    API.post("/api/v1/app_connectors/connect", connector_changes::connect)
        .permissions(CHANGE_SETTINGS)
        .summary("Connect an app (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/test", connector_changes::test)
        .permissions(CHANGE_SETTINGS)
        .summary("Test an app connector now (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/disable", connector_changes::disable)
        .permissions(CHANGE_SETTINGS)
        .summary("Disable an app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/enable", connector_changes::enable)
        .permissions(CHANGE_SETTINGS)
        .summary("Connect an app again whose connector is disabled (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.delete("/api/v1/app_connectors/{id}", connector_changes::remove)
        .permissions(CHANGE_SETTINGS)
        .summary("Remove an app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.get("/api/app_connectors/get_app_connectors_config", connectors::config)
        .permissions(READ_CONNECTORS)
        .summary("How the connectors of an app are set up (undocumented)")
        .witness("cloudapps_connectors::the_configuration_is_that_of_the_connector_that_was_asked_for")
        .shaped(),
    API.get("/api/v1/connected_services/apps", connectors::connected_apps)
        .permissions(READ_CONNECTORS)
        .summary("List the connected apps with those that come with them (undocumented)")
        .witness("cloudapps_connectors::connected_services_name_the_apps_that_come_with_them"),
    API.get("/api/v1/connected_services/instances", connectors::connected_instances)
        .permissions(READ_CONNECTORS)
        .summary("List the connected instances (undocumented)")
        .witness("cloudapps_connectors::connected_services_name_the_apps_that_come_with_them"),
    API.get("/api/services", connectors::catalogue)
        .permissions(READ_CONNECTORS)
        .summary("List the apps of the company (undocumented)")
        .witness("cloudapps_connectors::services_are_connected_while_their_connector_delivers"),
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
    API.get("/api/v1/discovery/upload_url", discovery::upload::initiate)
        .permissions(MANAGE_DISCOVERY)
        .summary("Where to upload a traffic log to")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.post("/api/v1/discovery/done_upload", discovery::upload::finalize)
        .permissions(MANAGE_DISCOVERY)
        .summary("Say that a traffic log is uploaded (JSON or form)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.post("/api/v1/governance", governance::list)
        .permissions(READ_ALERTS)
        .summary("List the governance log (undocumented)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.get("/api/v1/governance/{id}", governance::fetch)
        .permissions(READ_ALERTS)
        .summary("Fetch one entry of the governance log (undocumented)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.post("/api/v1/governance/count", governance::count)
        .scans()
        .permissions(READ_ALERTS)
        .summary("Count entries of the governance log (undocumented)")
        .witness("discovery::the_governance_log_is_filtered_as_clients_filter_it"),
    API.get("/api/v1/governance/metadata", governance::metadata)
        .permissions(READ_ALERTS)
        .summary("Filters and orders of the governance log (undocumented)")
        .witness("discovery::the_governance_log_is_filtered_as_clients_filter_it"),
    API.get("/api/discovery/streams", discovery::streams)
        .permissions(READ_DISCOVERY)
        .summary("List the streams of Cloud Discovery")
        .witness("discovery::streams_show_what_came_in_through_them"),
    API.post("/api/v1/discovery/discovered_apps", discovery::apps::list)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List discovered apps (undocumented)")
        .witness("discovery::discovered_apps_agree_with_the_log_that_told_of_them"),
    API.post("/api/v1/discovery/discovered_apps/count", discovery::apps::count)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps (undocumented)")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.get("/api/v1/discovery/discovered_apps/metadata", discovery::apps::metadata)
        .permissions(READ_DISCOVERY)
        .summary("Filters and orders of discovered apps (undocumented)")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.post("/api/v1/discovery/discovered_apps/categories", discovery::apps::categories)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps by category")
        .witness("discovery::discovered_apps_are_filtered_counted_and_sorted"),
    API.post("/api/v1/discovery/discovered_apps/tags", discovery::apps::tag_counts)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Count discovered apps by tag (undocumented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/app_catalog", discovery::apps::catalogue)
        .permissions(READ_DISCOVERY)
        .summary("List the catalogue of cloud apps (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/app_catalog/categories", discovery::apps::catalogue_categories)
        .permissions(READ_DISCOVERY)
        .summary("Count the catalogue by category (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/app_catalog/count", discovery::apps::catalogue_count)
        .scans()
        .permissions(READ_DISCOVERY)
        .summary("Count apps of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/discovery/app_catalog/metadata", discovery::apps::catalogue_metadata)
        .permissions(READ_DISCOVERY)
        .summary("Filters and orders of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/saasdb/{appId}", discovery::apps::known_app)
        .permissions(READ_DISCOVERY)
        .summary("Fetch an app of the catalogue (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.get("/api/v1/discovery/categories", discovery::apps::all_categories)
        .permissions(READ_DISCOVERY)
        .summary("The categories of cloud apps (undocumented)")
        .witness("discovery::the_catalogue_is_listed_and_an_app_of_it_fetched"),
    API.post("/api/v1/discovery/users", discovery::apps::users)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List the users of discovered apps (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.post("/api/v1/discovery/ips", discovery::apps::ips)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("List the addresses that use discovered apps (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_apps", discovery::apps::top_apps)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The discovered apps that are used most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_categories", discovery::apps::top_categories)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The categories that are used most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/top_entities", discovery::apps::top_entities)
        .scans()
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("The users or addresses that use most (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.get("/api/v1/discovery/category_stats", discovery::apps::category_stats)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("What was used of each category (undocumented)")
        .witness("discovery::what_is_used_most_comes_first"),
    API.post("/api/v1/discovery/deanonymize_entity_names", discovery::apps::deanonymize)
        .heavy()
        .permissions(MANAGE_DISCOVERY)
        .summary("Show names of users that are hidden (undocumented)")
        .witness("discovery::names_of_users_may_be_hidden_and_shown_for_a_reason"),
    API.get("/api/v1/discovery/data_sources", discovery::sources::list)
        .permissions(READ_DISCOVERY)
        .summary("List data sources (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.post("/api/v1/discovery/data_sources", discovery::sources::add)
        .permissions(MANAGE_DISCOVERY)
        .summary("Add a data source (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.delete("/api/v1/discovery/data_sources/{id}", discovery::sources::remove)
        .permissions(MANAGE_DISCOVERY)
        .summary("Remove a data source (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.get("/api/v1/discovery/snapshot_reports", discovery::sources::snapshots)
        .permissions(READ_DISCOVERY)
        .summary("List reports about single logs (undocumented)")
        .witness("discovery::a_snapshot_makes_a_report_of_its_own"),
    API.get("/api/v1/discovery/continuous_reports", discovery::sources::continuous)
        .permissions(READ_DISCOVERY)
        .summary("List the streams that go on (undocumented)")
        .witness("discovery::a_snapshot_makes_a_report_of_its_own"),
    API.get("/api/v1/discovery/constants", discovery::sources::constants)
        .permissions(READ_DISCOVERY)
        .summary("The types of traffic logs by number (undocumented)")
        .witness("discovery::data_sources_are_added_and_removed"),
    API.get("/api/v1/discovery/app_tags", discovery::tags::list_in_data)
        .permissions(READ_DISCOVERY)
        .summary("List the tags of apps (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/app_tags", discovery::tags::list)
        .permissions(READ_DISCOVERY)
        .summary("List the tags of apps (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/discovery_app/{appId}/add_tag", discovery::tags::add)
        .permissions(MANAGE_DISCOVERY)
        .summary("Put a tag on an app (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.post("/api/v1/discovery/discovery_app/{appId}/remove_tag", discovery::tags::remove)
        .permissions(MANAGE_DISCOVERY)
        .summary("Take a tag from an app (no longer documented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.get("/api/discovery/get_unsanctioned_apps", discovery::tags::unsanctioned)
        .heavy()
        .permissions(READ_DISCOVERY)
        .summary("Discovered apps that are unsanctioned (undocumented)")
        .witness("discovery::tags_are_put_on_and_taken_away"),
    API.get("/api/discovery_block_scripts", discovery::block_scripts::script)
        .permissions(MANAGE_DISCOVERY)
        .summary("What blocks unsanctioned apps: a script, or pages of JSON")
        .witness("discovery::block_scripts_name_the_domains_of_what_is_unsanctioned"),
    API.get("/api/discovery/discovery_block_scripts", discovery::block_scripts::script)
        .permissions(MANAGE_DISCOVERY)
        .summary("The same under its former path")
        .witness("discovery::block_scripts_name_the_domains_of_what_is_unsanctioned"),
];
