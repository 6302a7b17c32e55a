//! Entra ID: discovery documents, signing keys, tokens.
//!
//! The rules of who may have which token are in [`identity`](crate::identity); here is how they are asked for and
//! worded. Asked on a genuine name the answers name genuine hosts; asked on one of the simulator's own names they
//! stay on it, since client libraries follow the links that they are given.
//!
//! Must never know: other services. Sources: <https://learn.microsoft.com/entra/identity-platform/v2-protocols> and
//! the pages named in the files below.

pub mod discovery;
pub mod instance;
pub mod pages;
pub mod refusals;
pub mod token;
mod wire;

use http::Method;

use crate::door::face::{Authentication, Face, PathRules};
use crate::door::route::{Fidelity, Handled, OPEN, Route, Scope};
use crate::door::{Ctx, Refused, Service};
use crate::model::ids::Guid;

pub use refusals::Refusal;

/// How Entra ID shows itself to the door.
pub static FACE: Face = Face {
    service: Service::Entra,
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::None,
    throttle: None,
    refuse: refusals::from_door,
};

/// What Entra ID answers.
pub static ROUTES: &[Route] = &[
    get(
        "/{tenant}/v2.0/.well-known/openid-configuration",
        "OpenID Connect discovery document, version 2.0",
        "entra_discovery::discovery_names_the_host_that_was_asked",
        discovery::v2,
    ),
    get(
        "/{tenant}/.well-known/openid-configuration",
        "OpenID Connect discovery document, version 1.0",
        "entra_discovery::the_first_version_of_discovery_differs_where_the_genuine_one_does",
        discovery::v1,
    ),
    get(
        "/{tenant}/discovery/v2.0/keys",
        "Signing keys, version 2.0",
        "entra_discovery::both_key_sets_publish_the_same_keys",
        discovery::keys_v2,
    ),
    get(
        "/{tenant}/discovery/keys",
        "Signing keys, version 1.0",
        "entra_discovery::both_key_sets_publish_the_same_keys",
        discovery::keys_v1,
    ),
    get(
        "/common/discovery/instance",
        "Metadata of the cloud that an authority belongs to",
        "entra_discovery::instance_discovery_vouches_for_own_hosts_only",
        instance::discover,
    ),
    post(
        "/{tenant}/oauth2/v2.0/token",
        "Token endpoint, version 2.0: client credentials",
        "entra_token::an_application_gets_a_token_for_its_secret",
        token::v2,
    ),
    route(
        Method::OPTIONS,
        "/{tenant}/oauth2/v2.0/token",
        "Whether a web page of another origin may ask for tokens",
        "entra_token::a_web_page_may_ask_whether_it_may_ask",
        token::preflight,
    )
    .shaped(),
    post(
        "/{tenant}/oauth2/token",
        "Token endpoint, version 1.0: client credentials",
        "entra_token::the_first_version_of_the_token_endpoint_speaks_in_strings",
        token::v1,
    ),
];

const fn get(
    path: &'static str,
    summary: &'static str,
    witness: &'static str,
    handler: fn(&Ctx<'_>) -> Handled,
) -> Route {
    route(Method::GET, path, summary, witness, handler)
}

const fn post(
    path: &'static str,
    summary: &'static str,
    witness: &'static str,
    handler: fn(&Ctx<'_>) -> Handled,
) -> Route {
    route(Method::POST, path, summary, witness, handler)
}

const fn route(
    method: Method,
    path: &'static str,
    summary: &'static str,
    witness: &'static str,
    handler: fn(&Ctx<'_>) -> Handled,
) -> Route {
    Route {
        service: Service::Entra,
        method,
        path,
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

/// Which tenant a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// The tenant of the context.
    Tenant,
    /// Whichever tenant: `common` and `organizations`, in their spelling.
    Any(&'static str),
    /// The tenant of personal accounts.
    Consumers,
}

/// The tenant of personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl Named {
    /// Reads the path parameter, which the door has resolved already.
    fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        let name = ctx.param("tenant");
        for word in ["common", "organizations"] {
            if name.eq_ignore_ascii_case(word) {
                return Ok(Self::Any(word));
            }
        }
        if name.eq_ignore_ascii_case("consumers") {
            return Ok(Self::Consumers);
        }
        // The door knows tenants by host label, too; Entra ID does not.
        if !is_tenant_name(name) {
            return Err(Refusal::NoTenantName { name: name.to_owned() }.into());
        }
        Ok(Self::Tenant)
    }
}

/// A GUID or something like a domain.
fn is_tenant_name(name: &str) -> bool {
    name.parse::<Guid>().is_ok() || name.contains('.')
}
