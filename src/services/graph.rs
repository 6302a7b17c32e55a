//! Microsoft Graph, as far as it is played: facts about who signed in (`/oidc/userinfo`).
//!
//! Must never know: other services. Sources: <https://learn.microsoft.com/entra/identity-platform/userinfo>,
//! <https://learn.microsoft.com/graph/errors>,
//! <https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation>.

pub mod refusals;
pub mod userinfo;

use http::Method;

use crate::catalogue::resources::GRAPH;
use crate::gateway::profile::{Authentication, PathRules, ServiceProfile, any_user, no_hint};
use crate::gateway::route::{Fidelity, Handled, OPEN, Route, Scope};
use crate::gateway::{Ctx, Service};

pub use refusals::GraphRefusal;

/// How Microsoft Graph shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Graph,
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::Bearer {
        audiences: &[GRAPH, "https://graph.microsoft.com"],
        api_tokens: false,
        continuous: true,
    },
    user_may: any_user,
    throttle: None,
    hint: no_hint,
    refuse: refusals::from_gateway,
};

/// What Microsoft Graph answers.
pub static ROUTES: &[Route] = &[
    route(Method::GET, FACTS, FACTS_WITNESS, userinfo::get),
    route(Method::POST, FACTS, FACTS_WITNESS, userinfo::get),
    route(
        Method::OPTIONS,
        "Whether a web page of another origin may ask for these facts",
        "entra_userinfo::a_web_page_may_ask_for_facts_about_its_user",
        userinfo::preflight,
    ),
];

const FACTS: &str = "Facts about the user behind a token";
const FACTS_WITNESS: &str = "entra_userinfo::userinfo_says_who_signed_in_as_the_id_token_does";

const fn route(
    method: Method,
    summary: &'static str,
    witness: &'static str,
    handler: fn(&Ctx<'_>) -> Handled,
) -> Route {
    Route {
        service: Service::Graph,
        method,
        path: "/oidc/userinfo",
        summary,
        permissions: OPEN,
        body_limit: 64 << 10,
        heavy: false,
        scope: Scope::Tenant,
        fidelity: Fidelity::Real,
        witness,
        handler,
    }
}
