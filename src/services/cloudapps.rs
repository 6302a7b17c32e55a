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
mod user_groups;

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

/// The routes, by what they are about. The gateway accepts each with and without trailing slash and under `/cas` as well.
pub static ROUTES: &[&[Route]] = &[
    alerts::ROUTES,
    close::ROUTES,
    activities::ROUTES,
    entities::ROUTES,
    files::ROUTES,
    ip_ranges::ROUTES,
    discovery::ROUTES,
    governance::ROUTES,
    policies::ROUTES,
    connectors::ROUTES,
    connector_changes::ROUTES,
    user_groups::ROUTES,
    administration::ROUTES,
    extensions::ROUTES,
];
