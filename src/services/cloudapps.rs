//! The Defender for Cloud Apps REST API.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction> and the pages below it. Where the
//! documentation is silent the handlers say "(unverified)".

mod activities;
mod alerts;
mod close;
mod connector_changes;
mod connectors;
mod extensions;
mod fields;
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

/// Who may see how apps are connected: whoever may see settings, or what comes in by that (unverified).
const READ_CONNECTORS: Permissions =
    either(&["settings.read", "settings.manage", "investigation.read", "investigation.manage"], Access::Read);

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
