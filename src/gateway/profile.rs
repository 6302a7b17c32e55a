//! What the gateway must know of a service without knowing the service: its hosts and paths, whom it lets in, how
//! often, its routes, and how it words the refusals that the gateway itself makes.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::identity::TokenError;
use crate::model::ids::Guid;
use crate::model::person::Role;
use crate::model::time::VirtualTime;
use crate::tenant::NotWritten;

use super::hosts::Hosts;
use super::refusal::{Catalogue, Refused, Row};
use super::registry::{Entry, Registry};
use super::route::{Access, Route};
use super::router::next_segment;
use super::service::Service;
use super::throttle::{Limit, Per};

/// A service's profile: data and one function.
pub struct ServiceProfile {
    /// Whose profile.
    pub service: Service,
    /// Its genuine host names.
    pub hosts: Hosts,
    /// Its host names are those of another service, too: it answers there what that one has no path for.
    pub shares_hosts: bool,
    /// Which paths are its own where the host does not say.
    pub segments: Segments,
    /// How its paths are read.
    pub paths: PathRules,
    /// Whom it lets in.
    pub authentication: Authentication,
    /// Whether a user with these roles may look or change, besides what the application on the user's behalf may.
    pub user_may: fn(&[Role], Access) -> bool,
    /// Part numbers of products: without one of them a tenant has not subscribed to the service. None is needed where the
    /// list is empty.
    pub licences: &'static [&'static str],
    /// How often, and whose requests are counted together.
    pub throttles: &'static [(Limit, Per)],
    /// Which tenant a request means, where what it carries says so besides path, host and `Authorization`.
    pub hint: fn(&Registry, &Request<Bytes>) -> Hint,
    /// Words a refusal that the gateway makes.
    pub refuse: fn(GatewayRefusal) -> Refused,
    /// Everything that it refuses, by name.
    pub refusals: Catalogue,
    /// What to do about a refusal of this row, or about what the request log says of an answer that is none.
    pub advise: fn(Option<&Row>, Option<&str>) -> Option<&'static str>,
    /// What it answers.
    pub routes: &'static [&'static [Route]],
}

impl ServiceProfile {
    /// Its routes, however they are grouped.
    pub fn all_routes(&self) -> impl Iterator<Item = &'static Route> {
        self.routes.iter().copied().flatten()
    }
}

/// Which paths belong to a service on the simulator's own names, where all services answer.
pub struct Segments {
    /// First segments that are its own; the empty one is the root.
    pub first: &'static [&'static str],
    /// Whether it claims a path with this first and second segment, where no service has the first.
    pub claims: fn(&str, Option<&str>) -> bool,
}

/// A service that has no other paths than those below its first segments.
pub fn no_claim(_first: &str, _second: Option<&str>) -> bool {
    false
}

/// The service that a path belongs to.
pub fn service_of_path(
    mut profiles: impl Iterator<Item = &'static ServiceProfile> + Clone,
    path: &str,
) -> Option<&'static ServiceProfile> {
    let (first, rest) = next_segment(path).unwrap_or_default();
    let second = next_segment(rest).map(|(second, _)| second);
    let owner = profiles.clone().find(|profile| profile.segments.first.contains(&first));
    owner.or_else(|| profiles.find(|profile| (profile.segments.claims)(first, second)))
}

/// Which tenant a request means by what it carries.
#[derive(Default)]
pub struct Hint {
    /// That of something it carries which belongs to one tenant alone: a code, a refresh token, a form of a page.
    pub sealed: Option<Arc<Entry>>,
    /// That of something it names: a user, a client.
    pub named: Option<Arc<Entry>>,
}

/// A service whose requests carry nothing of the kind.
pub fn no_hint(_registry: &Registry, _request: &Request<Bytes>) -> Hint {
    Hint::default()
}

/// A service that asks for no roles.
pub fn any_user(_roles: &[Role], _access: Access) -> bool {
    true
}

/// How a service reads paths.
#[derive(Clone, Copy, Debug, Default)]
pub struct PathRules {
    /// Upper and lower case name the same path.
    pub ignore_case: bool,
    /// A first segment that may be there or not.
    pub optional_first: Option<&'static str>,
}

/// Whom a service lets in.
#[derive(Clone, Copy, Debug)]
pub enum Authentication {
    /// Anyone; routes look for themselves.
    None,
    /// Whoever operates the simulator: no web page of another origin; with the operator's token where one is set.
    Operator,
    /// Who bears a token for one of these audiences, or (if `api_tokens`) an API token of the portal.
    Bearer {
        /// Application ids and URIs, without trailing slash.
        audiences: &'static [&'static str],
        /// `Authorization: Token …` is accepted.
        api_tokens: bool,
        /// Access is evaluated continuously: a token that can be challenged is refused once its user is disabled or
        /// has lost the session.
        continuous: bool,
    },
}

/// A refusal that the gateway makes before a handler, or instead of what one said.
#[derive(Clone, Debug)]
pub enum GatewayRefusal {
    /// No route has this path.
    NoRoute {
        /// The method.
        method: String,
        /// The path.
        path: String,
    },
    /// The path is known, the method is not.
    Method {
        /// The method that was used.
        method: String,
        /// The methods that are.
        allowed: String,
    },
    /// The body is larger than the route takes.
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The body broke off.
    Incomplete,
    /// Path or host name a tenant that does not exist here.
    UnknownTenant {
        /// As it was written.
        name: String,
    },
    /// A proxy is asked for a host that is not played.
    NotPlayed {
        /// The host.
        host: String,
        /// What is there in reality, if that is known.
        what: Option<&'static str>,
    },
    /// Path or host and credential name different tenants.
    WrongTenant,
    /// No credential, or one that does not hold.
    Unauthenticated(Unauthenticated),
    /// The caller lacks the permission.
    Forbidden {
        /// Any of these would do.
        needs: &'static [&'static str],
    },
    /// The application may, but its user has no role that lets him.
    NoRole {
        /// The user.
        user: String,
    },
    /// The tenant has not subscribed to the service.
    NotSubscribed,
    /// Too many requests.
    Throttled {
        /// Milliseconds of virtual time until the next one is let through, if the client shall be told.
        wait_millis: Option<i64>,
    },
    /// A web page of another origin asks for the control API.
    CrossSite,
    /// The tenant's journal did not take what the request was to change.
    JournalLost(NotWritten),
    /// No service is played under this host name.
    UnknownHost {
        /// The host.
        host: String,
    },
}

/// Why a caller is not let in.
#[derive(Clone, Debug)]
pub enum Unauthenticated {
    /// No `Authorization` header.
    Missing,
    /// A scheme or form that the service does not read.
    Malformed,
    /// A JSON web token under the scheme of API tokens.
    JwtAsApiToken,
    /// An API token under the scheme of JSON web tokens.
    ApiTokenAsBearer,
    /// An API token that this tenant did not issue.
    UnknownApiToken,
    /// A bearer token that does not hold.
    Token(TokenError),
    /// A bearer token of an application that the tenant does not have.
    UnknownApplication {
        /// The application it names.
        client: Guid,
    },
    /// A bearer token of a user that the tenant does not have.
    UnknownUser,
    /// A token whose user is disabled or has lost the session: the client shall get one that is newer.
    Challenged {
        /// From when on tokens count.
        valid_from: VirtualTime,
    },
    /// A bearer token for another audience.
    WrongAudience {
        /// The audience it names.
        got: String,
    },
}
