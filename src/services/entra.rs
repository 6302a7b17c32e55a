//! Entra ID: discovery documents, signing keys, tokens.
//!
//! The rules of who may have which token are in [`identity`](crate::identity); here is how they are asked for and
//! worded. Asked on a genuine name the answers name genuine hosts; asked on one of the simulator's own names they
//! stay on it, since client libraries follow the links that they are given.
//!
//! Must never know: other services. Sources: <https://learn.microsoft.com/entra/identity-platform/v2-protocols> and
//! the pages named in the files below.

pub mod admin_consent;
mod answers;
pub mod authorize;
mod client;
mod consent;
pub mod device;
pub mod discovery;
pub mod flow;
mod hint;
pub mod instance;
mod issue;
pub mod logout;
pub mod misc;
mod need;
pub mod pages;
pub mod refusals;
mod reply;
mod sealed;
mod session;
pub mod token;
mod wire;

use http::Method;

use crate::gateway::profile::{Authentication, PathRules, ServiceProfile, any_user};
use crate::gateway::route::{Fidelity, Handled, OPEN, Route, Scope};
use crate::gateway::{Ctx, Refused, Service};
use crate::model::ids::Guid;

pub use refusals::EntraRefusal;

/// How Entra ID shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Entra,
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::None,
    user_may: any_user,
    throttle: None,
    hint: hint::hint,
    refuse: refusals::from_gateway,
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
        "Token endpoint, version 2.0: every grant",
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
        "Token endpoint, version 1.0: every grant",
        "entra_token::the_first_version_of_the_token_endpoint_speaks_in_strings",
        token::v1,
    ),
    get(
        "/{tenant}/oauth2/v2.0/authorize",
        "Sign-in and consent, version 2.0",
        "entra_sign_in::a_user_signs_in_consents_and_the_code_gives_tokens",
        authorize::v2,
    ),
    post(
        "/{tenant}/oauth2/v2.0/authorize",
        "Sign-in and consent, version 2.0, with the parameters in a form",
        "entra_sign_in::the_authorize_request_may_be_posted",
        authorize::v2,
    ),
    get(
        "/{tenant}/oauth2/authorize",
        "Sign-in and consent, version 1.0",
        "entra_sign_in::the_first_version_names_a_resource_and_speaks_in_strings",
        authorize::v1,
    ),
    post(
        "/{tenant}/oauth2/authorize",
        "Sign-in and consent, version 1.0, with the parameters in a form",
        "entra_sign_in::the_authorize_request_may_be_posted",
        authorize::v1,
    ),
    post(
        "/{tenant}/login",
        "The answer to a page: user name, password, second factor, consent",
        "entra_sign_in::a_user_signs_in_consents_and_the_code_gives_tokens",
        flow::answered,
    ),
    get(
        "/{tenant}/v2.0/adminconsent",
        "An administrator's consent for everybody, with scopes",
        "entra_consent::an_administrator_consents_for_everybody",
        admin_consent::v2,
    ),
    get(
        "/{tenant}/adminconsent",
        "An administrator's consent for everybody to all that is registered",
        "entra_consent::an_administrator_consents_for_everybody",
        admin_consent::v1,
    ),
    post(
        "/{tenant}/oauth2/v2.0/devicecode",
        "Device flow, version 2.0: codes for a device",
        "entra_device::a_device_gets_its_tokens_once_somebody_has_said_yes",
        device::start_v2,
    ),
    post(
        "/{tenant}/oauth2/devicecode",
        "Device flow, version 1.0: codes for a device",
        "entra_device::the_first_version_speaks_in_strings",
        device::start_v1,
    ),
    get(
        "/device",
        "The page at which a person types the code of a device",
        "entra_device::a_device_gets_its_tokens_once_somebody_has_said_yes",
        device::page,
    ),
    post(
        "/device",
        "A person has typed the code of a device",
        "entra_device::a_device_gets_its_tokens_once_somebody_has_said_yes",
        device::typed,
    ),
    get(
        "/common/oauth2/deviceauth",
        "The same page under its older name",
        "entra_device::a_device_gets_its_tokens_once_somebody_has_said_yes",
        device::page,
    ),
    post(
        "/common/oauth2/deviceauth",
        "A person has typed the code of a device",
        "entra_device::a_device_gets_its_tokens_once_somebody_has_said_yes",
        device::typed,
    ),
    get(
        "/{tenant}/oauth2/v2.0/logout",
        "Signing out, version 2.0",
        "entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only",
        logout::logout,
    ),
    post(
        "/{tenant}/oauth2/v2.0/logout",
        "Signing out, version 2.0, with the parameters in a form",
        "entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only",
        logout::logout,
    ),
    get(
        "/{tenant}/oauth2/logout",
        "Signing out, version 1.0",
        "entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only",
        logout::logout,
    ),
    get(
        "/common/userrealm/{user}",
        "Whether a user's domain is managed or federated",
        "entra_token::the_realm_of_every_user_is_managed",
        misc::user_realm,
    ),
    get(
        "/{tenant}/openid/userinfo",
        "Facts about the user behind a token, version 1.0",
        "entra_userinfo::the_first_version_has_a_page_of_facts_of_its_own",
        misc::user_info,
    ),
    get(
        "/common/oauth2/nativeclient",
        "The blank page on which native programs wait for an answer",
        "entra_sign_in::native_programs_read_the_answer_from_a_blank_page",
        misc::native_client,
    ),
    get(
        "/error",
        "What the number of an error means",
        "entra_errors::every_number_is_explained_at_the_error_page",
        misc::error,
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

/// The directory of personal accounts, as refusals call it.
const PERSONAL_ACCOUNTS: &str = "Microsoft Accounts";

/// The tenant of personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl Named {
    /// Reads the path parameter, which the gateway has resolved already.
    fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        Self::of(ctx.param("tenant"))
    }

    /// What a name in a path stands for.
    fn of(name: &str) -> Result<Self, Refused> {
        for word in ["common", "organizations"] {
            if name.eq_ignore_ascii_case(word) {
                return Ok(Self::Any(word));
            }
        }
        if name.eq_ignore_ascii_case("consumers") {
            return Ok(Self::Consumers);
        }
        // The gateway knows tenants by host label, too; Entra ID does not.
        if !is_tenant_name(name) {
            return Err(EntraRefusal::NoTenantName { name: name.to_owned() }.into());
        }
        Ok(Self::Tenant)
    }
}

/// A GUID or something like a domain.
fn is_tenant_name(name: &str) -> bool {
    name.parse::<Guid>().is_ok() || name.contains('.')
}
