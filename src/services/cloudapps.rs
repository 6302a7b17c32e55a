//! The Defender for Cloud Apps REST API.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction> and the pages below it. Where the
//! documentation is silent the handlers say "(unverified)".

mod activities;
mod alerts;
mod close;
mod fields;
mod list_request;
mod metadata;
mod refusals;
mod scan;

use http::Method;

use crate::gateway::profile::{Authentication, Limit, PathRules, no_hint};
use crate::gateway::route::{Fidelity, Handled, Permissions, Route, Scope};
use crate::gateway::{Ctx, Service, ServiceProfile};
use crate::model::person::Role;

pub use refusals::CloudAppsRefusal;

/// Application id of the API, and its URI form.
const AUDIENCES: &[&str] =
    &["05a65629-4c1b-48c1-a78b-804c4abdd4af", "spn:05a65629-4c1b-48c1-a78b-804c4abdd4af"];

/// How the API shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::CloudApps,
    paths: PathRules { ignore_case: false, optional_first: Some("cas") },
    authentication: Authentication::Bearer { audiences: AUDIENCES, api_tokens: true, continuous: false },
    // 30 requests a minute and tenant: https://learn.microsoft.com/defender-cloud-apps/api-introduction
    user_may,
    throttle: Some(Limit { requests: 30, seconds: 60 }),
    hint: no_hint,
    refuse: refusals::from_gateway,
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
fn user_may(roles: &[Role], route: &Route) -> bool {
    let reads = route.permissions.application.iter().any(|permission| permission.ends_with(".read"));
    let enough = if reads { &READERS[..] } else { &READERS[..WRITERS] };
    roles.iter().any(|role| enough.contains(role))
}

const INVESTIGATE: Permissions = Permissions { application: &["investigation.read", "investigation.manage"] };
const READ_ALERTS: Permissions = Permissions {
    application: &["investigation.read", "investigation.manage", "discovery.read", "discovery.manage"],
};
const CLOSE_ALERTS: Permissions = Permissions { application: &["investigation.manage", "discovery.manage"] };

/// The largest JSON body that is read.
const BODY: usize = 1 << 20;

const fn route(
    method: Method,
    path: &'static str,
    permissions: Permissions,
    handler: fn(&Ctx<'_>) -> Handled,
    summary: &'static str,
    witness: &'static str,
) -> Route {
    Route {
        service: Service::CloudApps,
        method,
        path,
        summary,
        permissions,
        body_limit: BODY,
        heavy: false,
        scope: Scope::Tenant,
        fidelity: Fidelity::Real,
        witness,
        handler,
    }
}

/// The routes. The gateway accepts each with and without trailing slash and under `/cas` as well.
pub static ROUTES: &[Route] = &[
    route(
        Method::GET,
        "/api/v1/alerts",
        READ_ALERTS,
        alerts::list,
        "List alerts (filters in the query or in a JSON body)",
        "cloudapps_alerts::a_json_body_on_get_filters_like_one_on_post",
    ),
    route(
        Method::POST,
        "/api/v1/alerts",
        READ_ALERTS,
        alerts::list,
        "List alerts",
        "cloudapps_alerts::pages_follow_each_other_without_gap_or_repeat",
    ),
    route(
        Method::GET,
        "/api/v1/alerts/{id}",
        READ_ALERTS,
        alerts::fetch,
        "Fetch one alert",
        "cloudapps_alerts::a_listed_alert_is_fetched_by_its_id",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/{id}/read",
        READ_ALERTS,
        alerts::read,
        "Mark an alert as read",
        "cloudapps_alerts::read_and_unread_change_the_status",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/{id}/unread",
        READ_ALERTS,
        alerts::unread,
        "Mark an alert as unread",
        "cloudapps_alerts::read_and_unread_change_the_status",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/close_benign",
        CLOSE_ALERTS,
        close::benign,
        "Close alerts as benign",
        "cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/close_false_positive",
        CLOSE_ALERTS,
        close::false_positive,
        "Close alerts as false positive",
        "cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/close_true_positive",
        CLOSE_ALERTS,
        close::true_positive,
        "Close alerts as true positive",
        "cloudapps_alerts::a_closed_alert_is_closed_wherever_it_is_seen",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/{id}/dismiss",
        CLOSE_ALERTS,
        close::dismiss,
        "Dismiss one alert (no longer documented)",
        "cloudapps_more::what_is_no_longer_documented_still_closes_alerts",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/dismiss_bulk",
        CLOSE_ALERTS,
        close::dismiss_bulk,
        "Dismiss alerts (no longer documented)",
        "cloudapps_more::what_is_no_longer_documented_still_closes_alerts",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/resolve",
        CLOSE_ALERTS,
        close::resolve,
        "Resolve alerts (no longer documented)",
        "cloudapps_more::what_is_no_longer_documented_still_closes_alerts",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/reopen",
        CLOSE_ALERTS,
        close::reopen,
        "Open closed alerts again (undocumented)",
        "cloudapps_more::a_reopened_alert_is_as_if_never_closed",
    ),
    route(
        Method::POST,
        "/api/v1/alerts/count",
        READ_ALERTS,
        alerts::count,
        "Count alerts (undocumented)",
        "cloudapps_more::totals_are_counted_apart_when_asked_to",
    ),
    route(
        Method::GET,
        "/api/v1/alerts/metadata",
        READ_ALERTS,
        alerts::metadata,
        "Filters and orders of alerts (undocumented)",
        "cloudapps_more::metadata_names_every_filter_with_its_operators",
    )
    .shaped(),
    route(
        Method::GET,
        "/api/v1/activities",
        INVESTIGATE,
        activities::list,
        "List activities (filters in the query or in a JSON body)",
        "cloudapps_activities::filters_in_the_query_select_like_those_in_the_body",
    ),
    route(
        Method::POST,
        "/api/v1/activities",
        INVESTIGATE,
        activities::list,
        "List activities",
        "cloudapps_activities::date_windows_read_every_activity_once",
    ),
    route(
        Method::GET,
        "/api/v1/activities/{id}",
        INVESTIGATE,
        activities::fetch,
        "Fetch one activity",
        "cloudapps_activities::a_listed_activity_is_fetched_by_its_id",
    ),
    route(
        Method::POST,
        "/api/v1/activities/{id}/feedback",
        INVESTIGATE,
        activities::feedback,
        "Give feedback on an activity",
        "cloudapps_more::feedback_on_an_activity_is_taken",
    ),
    route(
        Method::POST,
        "/api/v1/activities/count",
        INVESTIGATE,
        activities::count,
        "Count activities (undocumented)",
        "cloudapps_more::totals_are_counted_apart_when_asked_to",
    ),
    route(
        Method::GET,
        "/api/v1/activities/metadata",
        INVESTIGATE,
        activities::metadata,
        "Filters and orders of activities (undocumented)",
        "cloudapps_more::metadata_names_every_filter_with_its_operators",
    )
    .shaped(),
];
