//! The former portal of Defender for Cloud Apps, under the host names that the API has, too: since June 2024 it only
//! leads to the Defender portal; a tenant can be set to have it as it was.
//!
//! Must never know: other services. Source:
//! <https://learn.microsoft.com/defender-xdr/microsoft-365-security-center-defender-cloud-apps>.

mod pages;

use crate::catalogue::first_party::CLASSIC_PORTAL;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts, TenantHosts};
use crate::gateway::profile::{Authentication, PathRules, Segments, any_user, no_claim};
use crate::gateway::route::{Route, Routes};
use crate::gateway::{Service, ServiceProfile};
use crate::portal::{self, Names, Portal, Site, extensions, portal_refusals, site};

portal_refusals! {
    /// What the former portal refuses.
    ClassicRefusal of Service::Classic
}

/// The former portal among the portals.
pub(super) struct Classic;

impl Site for Classic {
    const PORTAL: &'static Portal = &PORTAL;
    type Refused = ClassicRefusal;
}

static PORTAL: Portal =
    Portal { service: Service::Classic, client: CLASSIC_PORTAL, brand: |_| "Cloud App Security", menu };

fn menu(_names: Names) -> Vec<(&'static str, &'static str, &'static str)> {
    vec![("Settings", "Security extensions", extensions::PATH)]
}

/// How the portal shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Classic,
    hosts: Hosts {
        clouds: &[CloudHosts {
            cloud: Cloud::Worldwide,
            plain: &["portal.cloudappsecurity.com"],
            of_tenants: Some(TenantHosts {
                below: "portal.cloudappsecurity.com",
                regions: &["us", "us2", "us3", "eu", "eu2"],
                link_region: "us2",
            }),
        }],
        domains: &["cloudappsecurity.com"],
        own_prefix: "/classic",
    },
    shares_hosts: true,
    segments: Segments { first: &["classic"], claims: no_claim },
    paths: PathRules { ignore_case: true, optional_first: Some("classic") },
    authentication: Authentication::None,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: portal::hint,
    refuse: |refusal| ClassicRefusal::from(portal::from_gateway(refusal)).into(),
    refusals: ClassicRefusal::CATALOGUE,
    advise: portal::advise,
    routes: &[ROUTES],
};

const PAGES: Routes = Routes::of(Service::Classic, site::FORMS);

/// What the portal answers.
pub static ROUTES: &[Route] = &[
    PAGES
        .get("/", pages::start)
        .summary("Leads to the Defender portal, or to the former one's own pages")
        .witness("portals::the_former_portal_leads_on_unless_it_is_kept"),
    PAGES
        .get(extensions::PATH, pages::extensions)
        .summary("Settings: security extensions, in the former portal")
        .witness("portals::the_former_portal_leads_on_unless_it_is_kept"),
    PAGES
        .post(extensions::TOGGLE, pages::switch)
        .summary("The switch of the connection to Copilot (the simulator's own)")
        .witness("portals::the_former_portal_leads_on_unless_it_is_kept"),
    site::signed_in::<Classic>(PAGES),
    site::signed_out::<Classic>(PAGES),
    site::presented::<Classic>(PAGES),
];
