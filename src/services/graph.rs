//! Microsoft Graph, as far as it is played: facts about who signed in (`/oidc/userinfo`).
//!
//! Must never know: other services. Sources: <https://learn.microsoft.com/entra/identity-platform/userinfo>,
//! <https://learn.microsoft.com/graph/errors>,
//! <https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation>.

pub mod refusals;
pub mod userinfo;

use http::Method;

use crate::door::face::{Authentication, Face, PathRules, any_user, no_hint};
use crate::door::route::{Fidelity, Handled, OPEN, Route, Scope};
use crate::door::{Ctx, Service};
use crate::identity::resources::GRAPH;

pub use refusals::Refusal;

/// How Microsoft Graph shows itself to the door.
pub static FACE: Face = Face {
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
    refuse: refusals::from_door,
};

/// What Microsoft Graph answers.
pub static ROUTES: &[Route] = &[route(Method::GET, userinfo::get), route(Method::POST, userinfo::get)];

const fn route(method: Method, handler: fn(&Ctx<'_>) -> Handled) -> Route {
    Route {
        service: Service::Graph,
        method,
        path: "/oidc/userinfo",
        summary: "Facts about the user behind a token",
        permissions: OPEN,
        body_limit: 64 << 10,
        heavy: false,
        scope: Scope::Tenant,
        fidelity: Fidelity::Real,
        witness: "entra_userinfo::userinfo_says_who_signed_in_as_the_id_token_does",
        handler,
    }
}
