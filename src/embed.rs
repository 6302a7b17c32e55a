//! The simulator inside a Rust test: [`MockDefender`] starts it, steers it and asks it, with or without a socket.
//!
//! An instance is memory and nothing else until somebody wants its address: the socket is opened by the first
//! [`url`](MockDefender::url), on any free port, and served by one small runtime that all instances of the process
//! share. So a process may hold hundreds, and none of them costs a thread.
//!
//! Must never know how anything is decided: the methods here are the [`operations`](crate::operations) that the control
//! API offers, under the same names, without a request and without leaving one in the request log.

mod address;
mod background;
mod builder;
mod delivered;
mod error;
#[cfg(feature = "wiremock")]
mod mount;
mod server_faults;
mod snapshots;
mod steer;

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use tokio::sync::oneshot;

use crate::gateway::exchange::{Arrival, BodyState};
use crate::gateway::{Gateway, log, registry};
use crate::operations::info::{TenantInfo, tenant_info};

pub use crate::faults::Chaos;
pub use crate::operations::commands::Accepted;
pub use crate::operations::connection::{ConnectionState, DialogState, EventState, GivenState};
pub use crate::operations::faults::{Ended, EndedBy, FaultState};
pub use crate::operations::inject::Injected;
pub use crate::operations::play::{Play, Played};
pub use crate::operations::scenarios::{ScenarioRun, ScenarioStep, StepOutcome};
pub use crate::operations::truth::{
    AlertVerdict as Verdict, AttackStep, Attacker, Behavior, Entities, ExpectedAlert, Label, RaisedAlert,
    StoryApplication, StoryQuestion, Storyline, Victim,
};
pub use builder::{Builder, DEFAULT_START};
pub use delivered::Delivered;
pub use error::{CommandError, ListenError, StartError};
#[cfg(feature = "wiremock")]
pub use mount::Mount;

/// The port in the links of an answer to a request that names no port.
const HTTPS: u16 = 443;

/// A running simulator, and in it one tenant: the first of the instance, or a [`fork`](Self::fork) of it.
///
/// ```
/// use mock_defender::MockDefender;
///
/// let mock = MockDefender::builder().seed(7).start()?;
/// let request = http::Request::get("/api/v1/alerts/")
///     .header("authorization", format!("Token {}", mock.tenant().api_token))
///     .body("")?;
/// assert_eq!(mock.ask(request).status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It stops when it is dropped, without waiting for anything: in async code, outside it, in a panic. Requests under
/// way are answered in the background. The socket, if it was opened, lives as long as the instance or one of its
/// forks; a fork's tenant vanishes with its handle.
pub struct MockDefender {
    handle: Arc<Handle>,
}

/// What a handle holds, and what is mounted elsewhere under it.
struct Handle {
    simulator: Arc<Simulator>,
    entry: Arc<registry::Entry>,
    is_fork: bool,
}

/// What a tenant and its forks share.
struct Simulator {
    gateway: Arc<Gateway>,
    /// Held while the socket is opened.
    opening: Mutex<()>,
    /// Tells the server to stop, by being dropped. There once the socket is open.
    _open: OnceLock<oneshot::Sender<()>>,
}

impl MockDefender {
    /// What can be chosen before the start.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Size};
    ///
    /// let mock = MockDefender::builder().seed(7).size(Size::Tiny).name("Fabrikam").start()?;
    /// assert_eq!(mock.tenant().domain, "fabrikam.onmicrosoft.com");
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn opened(gateway: Gateway) -> Self {
        let entry = gateway.registry.first();
        let simulator =
            Simulator { gateway: Arc::new(gateway), opening: Mutex::new(()), _open: OnceLock::new() };
        Self::living(Handle { simulator: Arc::new(simulator), entry, is_fork: false })
    }

    fn living(handle: Handle) -> Self {
        Self { handle: Arc::new(handle) }
    }

    /// Everything that a client is configured with: tenant id, API token, applications with their secrets, users.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Persona};
    ///
    /// let tenant = MockDefender::builder().start()?.tenant();
    /// let app = tenant.app("full").expect("every tenant has it");
    /// assert!(app.consented && !app.secret.is_empty());
    /// assert!(tenant.user(Persona::GlobalAdmin).is_some());
    /// assert_eq!(tenant.cloud_apps_url, "https://contoso.us2.portal.cloudappsecurity.com");
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn tenant(&self) -> TenantInfo {
        tenant_info(&self.handle.simulator.gateway, &self.handle.entry.tenant)
    }

    /// Answers a request in this process, without a socket, as if it had come over TLS (over plain HTTP, if its URI
    /// says `http:`).
    ///
    /// The host decides as it does over the network: genuine names mean their service, and a request that names no
    /// host at all asks `localhost`, where the path decides. Through the handle of a fork it reaches the fork,
    /// unless it names another tenant itself.
    ///
    /// The answer comes at once and whole: where a fault disturbs how it is sent, its extensions hold a [`Delivered`]. What
    /// would not be answered at all comes as a 503 without a body.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// let keys = http::Request::get("https://login.microsoftonline.com/common/discovery/v2.0/keys").body("")?;
    /// let answer = mock.ask(keys);
    /// assert_eq!(answer.status(), 200);
    /// assert!(answer.body().starts_with(b"{\"keys\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask<B: Into<Bytes>>(&self, request: Request<B>) -> Response<Bytes> {
        let mut request = request.map(Into::into);
        if request.uri().authority().is_none() {
            let local = header::HeaderValue::from_static("localhost");
            request.headers_mut().entry(header::HOST).or_insert(local);
        }
        let secure = request.uri().scheme_str() != Some("http");
        self.handle.answer(request, secure)
    }
}

impl Handle {
    fn answer(&self, request: Request<Bytes>, secure: bool) -> Response<Bytes> {
        let gateway = &self.simulator.gateway;
        let wall = gateway.settings.wall.now();
        // A running server sweeps periodically; an embedded instance without a socket has to do it here.
        if gateway.registry.has_expired(wall) {
            gateway.registry.sweep(wall);
        }
        let arrival = Arrival {
            secure,
            sni: None,
            proxy_user: self.is_fork.then(|| self.entry.tenant.identity().id.to_string().into()),
            port: port_of(&request).unwrap_or(HTTPS),
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            body: BodyState::Complete,
        };
        let answer = gateway.ask_as(request, arrival);
        let mut response = Response::new(answer.body);
        Delivered::note(&mut response, answer.delivery.as_deref());
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}

impl MockDefender {
    /// What clients sent to this tenant, oldest first, with what was held against it. The log has a budget of bytes:
    /// [`evicted_requests`](Self::evicted_requests) says how many have made room for others.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// mock.ask(http::Request::get("/api/v1/alerts/").body("")?);
    /// let [request] = &mock.requests()[..] else { panic!("one request") };
    /// assert_eq!((request.method.as_str(), request.path.as_str(), request.status), ("GET", "/api/v1/alerts/", 401));
    /// assert!(request.reason.as_deref().is_some_and(|reason| reason.contains("Authorization")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn requests(&self) -> Vec<log::Entry> {
        self.handle.entry.log.list().entries
    }

    /// How many entries of the request log are gone: while it is 0, [`requests`](Self::requests) is complete.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.evicted_requests(), 0);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn evicted_requests(&self) -> u64 {
        self.handle.entry.log.list().evicted
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.is_fork {
            // The control API may have deleted it already, which is fine.
            let _ = self.simulator.gateway.registry.remove(self.entry.tenant.identity().id);
        }
    }
}

impl std::fmt::Debug for MockDefender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.handle.simulator.gateway.listening.get().map(|listening| &listening.url);
        f.debug_struct("MockDefender")
            .field("tenant", &self.handle.entry.tenant.identity().label)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}

/// The port that a request names, in its target or in its `Host` field.
fn port_of(request: &Request<Bytes>) -> Option<u16> {
    let of_host = |headers: &HeaderMap| {
        let authority: http::uri::Authority = headers.get(header::HOST)?.to_str().ok()?.parse().ok()?;
        authority.port_u16()
    };
    request.uri().port_u16().or_else(|| of_host(request.headers()))
}
