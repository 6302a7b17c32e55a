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
mod cloud;
mod consent;
mod copilot_dialog;
pub mod device;
pub mod discovery;
pub mod flow;
mod hint;
pub mod instance;
mod issue;
pub mod logout;
mod memberships;
pub mod misc;
mod need;
pub mod pages;
mod paths;
mod people;
pub mod personas;
pub mod presenter;
pub mod refusals;
mod reply;
mod sealed;
mod session;
mod tie;
pub mod token;
mod wire;

use crate::gateway::hosts::{Cloud, CloudHosts, Hosts};
use crate::gateway::profile::{Authentication, PathRules, Segments, ServiceProfile, any_user};
use crate::gateway::route::{BodyPolicy, Route, Routes};
use crate::gateway::{Ctx, Refused, Service};
use crate::model::ids::Guid;

pub use refusals::EntraRefusal;

/// How Entra ID shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Entra,
    // https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
    hosts: Hosts {
        clouds: &[
            CloudHosts {
                cloud: Cloud::Worldwide,
                plain: &[
                    "login.microsoftonline.com",
                    "login.windows.net",
                    "login.microsoft.com",
                    "sts.windows.net",
                ],
                of_tenants: None,
            },
            CloudHosts {
                cloud: Cloud::GccHigh,
                plain: &["login.microsoftonline.us", "login.usgovcloudapi.net"],
                of_tenants: None,
            },
        ],
        domains: &[
            "microsoftonline.com",
            "windows.net",
            "microsoft.com",
            "microsoftonline.us",
            "usgovcloudapi.net",
        ],
        own_prefix: "",
    },
    shares_hosts: false,
    segments: Segments { first: &["device", "error"], claims: paths::claims },
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::None,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: hint::hint,
    refuse: refusals::from_gateway,
    refusals: EntraRefusal::CATALOGUE,
    advise: refusals::advise,
    routes: &[ROUTES],
};

/// How its routes are declared.
const API: Routes = Routes::of(Service::Entra, BodyPolicy::Buffered(64 << 10));

/// What Entra ID answers.
pub static ROUTES: &[Route] = &[
    API.get("/{tenant}/v2.0/.well-known/openid-configuration", discovery::v2)
        .summary("OpenID Connect discovery document, version 2.0")
        .witness("entra_discovery::discovery_names_the_host_that_was_asked"),
    API.get("/{tenant}/.well-known/openid-configuration", discovery::v1)
        .summary("OpenID Connect discovery document, version 1.0")
        .witness("entra_discovery::v1_discovery_differs_from_v2_as_in_the_genuine_service"),
    API.get("/{tenant}/discovery/v2.0/keys", discovery::keys_v2)
        .summary("Signing keys, version 2.0")
        .witness("entra_discovery::both_key_sets_publish_the_same_keys"),
    API.get("/{tenant}/discovery/keys", discovery::keys_v1)
        .summary("Signing keys, version 1.0")
        .witness("entra_discovery::both_key_sets_publish_the_same_keys"),
    API.get("/common/discovery/instance", instance::discover)
        .summary("Metadata of the cloud that an authority belongs to")
        .witness("entra_discovery::instance_discovery_confirms_own_and_genuine_hosts_only"),
    API.post("/{tenant}/oauth2/v2.0/token", token::v2)
        .summary("Token endpoint, version 2.0: every grant")
        .witness("entra_token::an_application_gets_a_token_for_its_secret"),
    API.options("/{tenant}/oauth2/v2.0/token", token::preflight)
        .summary("Whether a web page of another origin may ask for tokens")
        .witness("entra_token::cors_preflight_of_the_token_endpoint_is_answered")
        .shaped(),
    API.post("/{tenant}/oauth2/token", token::v1)
        .summary("Token endpoint, version 1.0: every grant")
        .witness("entra_token::v1_token_answers_hold_numbers_as_strings"),
    API.get("/{tenant}/oauth2/v2.0/authorize", authorize::v2)
        .summary("Sign-in and consent, version 2.0")
        .witness("entra_sign_in::a_user_signs_in_consents_and_the_code_gives_tokens"),
    API.post("/{tenant}/oauth2/v2.0/authorize", authorize::v2)
        .summary("Sign-in and consent, version 2.0, with the parameters in a form")
        .witness("entra_sign_in::the_authorize_request_may_be_posted"),
    API.get("/{tenant}/oauth2/authorize", authorize::v1)
        .summary("Sign-in and consent, version 1.0")
        .witness("entra_sign_in::v1_code_flow_takes_a_resource_and_answers_numbers_as_strings"),
    API.post("/{tenant}/oauth2/authorize", authorize::v1)
        .summary("Sign-in and consent, version 1.0, with the parameters in a form")
        .witness("entra_sign_in::the_authorize_request_may_be_posted"),
    API.post("/{tenant}/login", flow::answered)
        .summary("The answer to a page: user name, password, second factor, consent")
        .witness("entra_sign_in::a_user_signs_in_consents_and_the_code_gives_tokens"),
    API.post("/{tenant}/persona", personas::click)
        .summary("One click signs in as a test user (the simulator's own, for its start page)")
        .witness("entra_sign_in::a_click_on_the_start_page_begins_a_session"),
    API.post("/{tenant}/presenter", presenter::act)
        .summary("The presenter panel (the simulator's own)")
        .witness("portals/everywhere::a_sign_in_goes_on_after_the_panel_was_used")
        .heavy(),
    API.get("/{tenant}/v2.0/adminconsent", admin_consent::v2)
        .summary("An administrator's consent for everybody, with scopes")
        .witness("entra_consent::admin_consent_grants_permissions_for_the_whole_tenant"),
    API.get("/{tenant}/adminconsent", admin_consent::v1)
        .summary("An administrator's consent for everybody to all that is registered")
        .witness("entra_consent::admin_consent_grants_permissions_for_the_whole_tenant"),
    API.post("/{tenant}/oauth2/v2.0/devicecode", device::start_v2)
        .summary("Device flow, version 2.0: codes for a device")
        .witness("entra_device::a_device_gets_tokens_after_a_user_approves_it"),
    API.post("/{tenant}/oauth2/devicecode", device::start_v1)
        .summary("Device flow, version 1.0: codes for a device")
        .witness("entra_device::v1_numbers_in_answers_are_strings"),
    API.get("/device", device::page)
        .summary("The page at which a person types the code of a device")
        .witness("entra_device::a_device_gets_tokens_after_a_user_approves_it"),
    API.post("/device", device::typed)
        .summary("A person has typed the code of a device")
        .witness("entra_device::a_device_gets_tokens_after_a_user_approves_it"),
    API.get("/common/oauth2/deviceauth", device::page)
        .summary("The same page under its older name")
        .witness("entra_device::a_device_gets_tokens_after_a_user_approves_it"),
    API.post("/common/oauth2/deviceauth", device::typed)
        .summary("A person has typed the code of a device")
        .witness("entra_device::a_device_gets_tokens_after_a_user_approves_it"),
    API.get("/{tenant}/oauth2/v2.0/logout", logout::logout)
        .summary("Signing out, version 2.0")
        .witness("entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only"),
    API.post("/{tenant}/oauth2/v2.0/logout", logout::logout)
        .summary("Signing out, version 2.0, with the parameters in a form")
        .witness("entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only"),
    API.get("/{tenant}/oauth2/logout", logout::logout)
        .summary("Signing out, version 1.0")
        .witness("entra_sign_in::signing_out_forgets_the_session_and_returns_to_registered_uris_only"),
    API.get("/common/userrealm/{user}", misc::user_realm)
        .summary("Whether a user's domain is managed or federated")
        .witness("entra_token::the_realm_of_every_user_is_managed"),
    API.get("/{tenant}/openid/userinfo", misc::user_info)
        .summary("Facts about the user behind a token, version 1.0")
        .witness("entra_userinfo::v1_has_its_own_userinfo_endpoint"),
    API.get("/common/oauth2/nativeclient", misc::native_client)
        .summary("The blank page on which native programs wait for an answer")
        .witness("entra_sign_in::native_programs_read_the_answer_from_a_blank_page"),
    API.get("/error", misc::error)
        .summary("What the number of an error means")
        .witness("entra_errors::every_aadsts_number_is_explained_on_the_error_page"),
];

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
