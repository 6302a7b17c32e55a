//! What becomes of a request, as far as its head says: which authority is asked, which service and route answer, how
//! much body they read. Worked out once; the transport reads the plan before it reads the body.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Uri, header, request};

use super::authority::{Authority, Site};
use super::call::Gateway;
use super::exchange::{Arrival, BodyLimit};
use super::profile::{ServiceProfile, service_of_path};
use super::router::Found;
use super::service::Service;

/// A body for which no route was found is not read further than this.
const STRAY_BODY: usize = 64 << 10;

/// The plan of one request.
pub struct Planned {
    /// The authority that is asked. One that can't be read is like one that is not played.
    pub(super) authority: Arc<Authority>,
    /// The service that answers, if one does.
    pub(super) profile: Option<&'static ServiceProfile>,
    /// Its route.
    pub(super) found: Found,
    body_limit: BodyLimit,
    heavy: bool,
    interruptible: bool,
    scans: bool,
}

impl Planned {
    /// The plan of a request that goes to no route: of a transport that is tested without a gateway.
    pub fn unrouted(body_limit: BodyLimit, heavy: bool) -> Self {
        let authority = Arc::new(unread(443));
        Self {
            authority,
            profile: None,
            found: Found::Nothing,
            body_limit,
            heavy,
            interruptible: heavy,
            scans: false,
        }
    }

    /// How much of the body to buffer.
    pub fn body_limit(&self) -> BodyLimit {
        self.body_limit
    }

    /// The route computes for long.
    pub fn is_heavy(&self) -> bool {
        self.heavy
    }

    /// The route looks through the lists of its tenant.
    pub fn scans(&self) -> bool {
        self.scans
    }

    /// The route computes for so long that it looks on its way whether somebody still waits.
    pub fn is_interruptible(&self) -> bool {
        self.interruptible
    }
}

/// What stands for an authority that can't be read.
fn unread(port: u16) -> Authority {
    Authority::new("https", "localhost".to_owned(), port, Site::Foreign)
}

impl Gateway {
    pub(super) fn planned(&self, head: &request::Parts, arrival: &Arrival) -> Planned {
        let authority = self.authority(&head.uri, &head.headers, arrival);
        let authority = authority.unwrap_or_else(|| Arc::new(unread(arrival.port)));
        let path = head.uri.path();
        let profiles = self.services.iter().map(|(profile, _)| *profile);
        let profile = match &authority.site {
            Site::Genuine { service, .. } => self.profile_under(*service, &authority.host, head),
            Site::Own { .. } => service_of_path(profiles, path),
            Site::Foreign => None,
        };
        let router = profile.and_then(|profile| self.router(profile.service));
        let found = router.map_or(Found::Nothing, |router| router.find(&head.method, path));
        let (body_limit, heavy, interruptible) = match &found {
            Found::Route(route, _) => (route.body_limit(), route.heavy, route.interruptible),
            Found::Method(_) | Found::Nothing => (STRAY_BODY, false, false),
        };
        let scans = matches!(&found, Found::Route(route, _) if route.scans);
        Planned { authority, profile, found, body_limit: BodyLimit(body_limit), heavy, interruptible, scans }
    }

    /// The service that is meant under a genuine name: the first that has it, unless another one has it, too, and the
    /// path with it.
    fn profile_under(
        &self,
        first: Service,
        host: &str,
        head: &request::Parts,
    ) -> Option<&'static ServiceProfile> {
        let found = |service| {
            self.router(service).map_or(Found::Nothing, |router| router.find(&head.method, head.uri.path()))
        };
        let answers = |profile: &&&'static ServiceProfile| {
            profile.shares_hosts
                && profile.hosts.read(host).is_some()
                && matches!(found(profile.service), Found::Route(..))
        };
        // What neither has is refused in the words of the first.
        let sharing = self.services.iter().map(|(profile, _)| profile).find(answers);
        sharing.copied().filter(|_| matches!(found(first), Found::Nothing)).or_else(|| self.profile(first))
    }

    fn authority(&self, uri: &Uri, headers: &HeaderMap, arrival: &Arrival) -> Option<Arc<Authority>> {
        let text = match uri.authority() {
            Some(authority) => authority.as_str(),
            None => headers.get(header::HOST).map_or(Ok(""), HeaderValue::to_str).ok()?,
        };
        // A user name in an authority is no part of the host.
        let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
        self.authorities.read(text, arrival.secure, arrival.port, &self.hosts)
    }
}
