//! Microsoft Graph, as far as it is played: facts about who signed in (`/oidc/userinfo`).
//!
//! Must never know: other services. Sources: <https://learn.microsoft.com/entra/identity-platform/userinfo>,
//! <https://learn.microsoft.com/graph/errors>,
//! <https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation>.

pub mod refusals;
pub mod userinfo;

use crate::catalogue::resources::GRAPH;
use crate::gateway::Service;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts};
use crate::gateway::profile::{
    Authentication, PathRules, Segments, ServiceProfile, any_user, no_claim, no_hint,
};
use crate::gateway::route::{BodyPolicy, Route, Routes};

pub use refusals::GraphRefusal;

/// How Microsoft Graph shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Graph,
    // https://learn.microsoft.com/graph/deployments
    hosts: Hosts {
        clouds: &[
            CloudHosts { cloud: Cloud::Worldwide, plain: &["graph.microsoft.com"], of_tenants: None },
            CloudHosts { cloud: Cloud::GccHigh, plain: &["graph.microsoft.us"], of_tenants: None },
        ],
        domains: &["microsoft.com", "microsoft.us"],
        own_prefix: "",
    },
    shares_hosts: false,
    segments: Segments { first: &["oidc", "v1.0", "beta"], claims: no_claim },
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::Bearer {
        audiences: &[GRAPH, "https://graph.microsoft.com", "https://graph.microsoft.us"],
        api_tokens: false,
        continuous: true,
    },
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: no_hint,
    refuse: refusals::from_gateway,
    refusals: GraphRefusal::CATALOGUE,
    advise: refusals::advise,
    routes: &[ROUTES],
};

/// How its routes are declared.
const API: Routes = Routes::of(Service::Graph, BodyPolicy::Buffered(64 << 10));

/// What Microsoft Graph answers.
pub static ROUTES: &[Route] = &[
    API.get("/oidc/userinfo", userinfo::get).summary(FACTS).witness(FACTS_WITNESS),
    API.post("/oidc/userinfo", userinfo::get).summary(FACTS).witness(FACTS_WITNESS),
    API.options("/oidc/userinfo", userinfo::preflight)
        .summary("Whether a web page of another origin may ask for these facts")
        .witness("entra_userinfo::cors_preflight_and_post_work_at_userinfo"),
];

const FACTS: &str = "Facts about the user behind a token";
const FACTS_WITNESS: &str = "entra_userinfo::userinfo_says_who_signed_in_as_the_id_token_does";
