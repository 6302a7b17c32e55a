//! The portal of Security Copilot, as far as it is played: what it reads from, and whether that is connected.
//!
//! Must never know: other services. That a source has a status is the simulator's own; the switch for each is
//! <https://learn.microsoft.com/copilot/security/manage-plugins>.

mod sources;

use crate::catalogue::first_party::COPILOT_PORTAL;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts};
use crate::gateway::profile::{Authentication, PathRules, Segments, any_user, no_claim};
use crate::gateway::route::{Route, Routes};
use crate::gateway::{Service, ServiceProfile};
use crate::portal::{self, Names, Portal, SOURCES, Site, portal_refusals, site};

portal_refusals! {
    /// What the portal of Security Copilot refuses.
    CopilotPortalRefusal of Service::Copilot
}

/// The portal of Security Copilot among the portals.
pub(super) struct CopilotPortal;

impl Site for CopilotPortal {
    const PORTAL: &'static Portal = &PORTAL;
    type Refused = CopilotPortalRefusal;
}

static PORTAL: Portal =
    Portal { service: Service::Copilot, client: COPILOT_PORTAL, brand: Names::copilot, menu };

fn menu(names: Names) -> Vec<(&'static str, &'static str, &'static str)> {
    vec![("Workspace", names.sources(), SOURCES)]
}

/// How the portal shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Copilot,
    hosts: Hosts {
        clouds: &[CloudHosts {
            cloud: Cloud::Worldwide,
            plain: &["securitycopilot.microsoft.com"],
            of_tenants: None,
        }],
        domains: &["microsoft.com"],
        own_prefix: "/copilot",
    },
    shares_hosts: false,
    segments: Segments { first: &["copilot"], claims: no_claim },
    paths: PathRules { ignore_case: true, optional_first: Some("copilot") },
    authentication: Authentication::None,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: portal::hint,
    refuse: |refusal| CopilotPortalRefusal::from(portal::from_gateway(refusal)).into(),
    refusals: CopilotPortalRefusal::CATALOGUE,
    advise: portal::advise,
    routes: &[ROUTES],
};

const PAGES: Routes = Routes::of(Service::Copilot, site::FORMS);

/// What the portal answers.
pub static ROUTES: &[Route] = &[
    PAGES
        .get("/", sources::start)
        .summary("Leads to the data sources")
        .witness("portals::the_data_sources_say_whether_the_connection_is_there"),
    PAGES
        .get(SOURCES, sources::show)
        .summary("Data sources: switch, status, reason, remedy")
        .witness("portals::the_data_sources_say_whether_the_connection_is_there"),
    PAGES
        .post(sources::REFRESH, sources::refresh)
        .summary("Look at the data sources anew")
        .witness("portals::the_data_sources_say_whether_the_connection_is_there"),
    PAGES
        .post(sources::SWITCH, sources::switch)
        .summary("Switch a source on or off for oneself")
        .witness("portals::a_source_is_switched_off_for_oneself_only"),
    site::signed_in::<CopilotPortal>(PAGES),
    site::signed_out::<CopilotPortal>(PAGES),
    site::presented::<CopilotPortal>(PAGES),
];
