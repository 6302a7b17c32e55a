//! The Defender portal, as far as it is played: its start, and the settings of what is connected to Defender for Cloud
//! Apps.
//!
//! Must never know: other services. Pages: <https://learn.microsoft.com/defender-xdr/portals>.

mod consent;
mod home;
mod settings;

use crate::catalogue::first_party::DEFENDER_PORTAL;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts};
use crate::gateway::profile::{Authentication, PathRules, Segments, any_user, no_claim};
use crate::gateway::route::{Route, Routes};
use crate::gateway::{Service, ServiceProfile};
use crate::portal::{self, Names, Portal, Site, address, extensions, portal_refusals, site};

portal_refusals! {
    /// What the Defender portal refuses.
    DefenderRefusal of Service::Defender
}

/// The Defender portal among the portals.
pub(super) struct Defender;

impl Site for Defender {
    const PORTAL: &'static Portal = &PORTAL;
    type Refused = DefenderRefusal;
}

static PORTAL: Portal =
    Portal { service: Service::Defender, client: DEFENDER_PORTAL, brand: |_| "Microsoft Defender", menu };

fn menu(names: Names) -> Vec<(&'static str, &'static str, &'static str)> {
    let _ = names;
    vec![
        ("Microsoft Defender", "Home", home::PATH),
        ("Settings", "Security extensions", extensions::PATH),
        ("Settings › Cloud apps", "System", extensions::SYSTEM),
    ]
}

/// How the portal shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Defender,
    hosts: Hosts {
        clouds: &[CloudHosts {
            cloud: Cloud::Worldwide,
            plain: &["security.microsoft.com"],
            of_tenants: None,
        }],
        domains: &["microsoft.com"],
        own_prefix: "/defender",
    },
    shares_hosts: false,
    segments: Segments { first: &["defender"], claims: no_claim },
    paths: PathRules { ignore_case: true, optional_first: Some("defender") },
    authentication: Authentication::None,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: portal::hint,
    refuse: |refusal| DefenderRefusal::from(portal::from_gateway(refusal)).into(),
    refusals: DefenderRefusal::CATALOGUE,
    advise: portal::advise,
    routes: &[ROUTES],
};

const PAGES: Routes = Routes::of(Service::Defender, site::FORMS);

/// What the portal answers.
pub static ROUTES: &[Route] = &[
    PAGES
        .get(home::PATH, home::show)
        .summary("The portal's start page")
        .witness("portals::a_portal_signs_its_visitors_in_and_out")
        .shaped(),
    PAGES
        .get(extensions::PATH, settings::extensions)
        .summary("Settings: security extensions")
        .witness("portals::the_switch_asks_for_consent_and_connects"),
    PAGES
        .get(extensions::SYSTEM, settings::system)
        .summary("Settings, cloud apps, system: the same page under its present name")
        .witness("portals::both_menu_paths_lead_to_one_page"),
    PAGES
        .post(extensions::TOGGLE, settings::switch)
        .summary("The switch of the connection to Copilot (the simulator's own)")
        .witness("portals::the_switch_asks_for_consent_and_connects"),
    PAGES
        .get(address::CONSENT_BACK, consent::back)
        .summary("Where the dialog of consent comes back to (the simulator's own)")
        .witness("portals::the_switch_asks_for_consent_and_connects"),
    site::signed_in::<Defender>(PAGES),
    site::signed_out::<Defender>(PAGES),
    site::presented::<Defender>(PAGES),
];
