//! What a handler sees: the request, the checked caller, the tenant at one instant. Not the clock, not the network.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};

use crate::generate::World;
use crate::model::command::{By, Command};
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;
use crate::tenant::{Outcome, Tenant, TenantView};

use super::authority::{Authority, Site};
use super::call::Gateway;
use super::caller::Caller;
use super::exchange::{Answer, Arrival, Presence};
use super::route::Route;
use super::router::Params;
use super::service::Service;

/// The context of one request.
pub struct Ctx<'a> {
    /// The gateway.
    pub gateway: &'a Gateway,
    /// The request, body included.
    pub request: &'a Request<Bytes>,
    /// How it came.
    pub arrival: &'a Arrival,
    /// The authority that was asked.
    pub authority: &'a Authority,
    /// The matched route; `None` while a request without one is refused.
    pub route: Option<&'static Route>,
    /// Parameters of the path.
    pub params: Params,
    /// The tenant it is about. Routes of `Scope::Any` may see the default tenant here.
    pub tenant: Arc<Tenant>,
    /// The tenant's state at the instant of this request.
    pub view: TenantView,
    /// Who calls.
    pub caller: Caller,
    /// The id of this request: trace ids and `x-ms-request-id`.
    pub request_id: Guid,
    /// What the request log shall say about a request that succeeds: an ignored field, say.
    pub note: std::cell::Cell<Option<String>>,
}

impl Ctx<'_> {
    /// The instant of this request; the only time a handler sees.
    pub fn now(&self) -> VirtualTime {
        self.view.now
    }

    /// The tenant's unchanging world.
    pub fn world(&self) -> &World {
        self.view.state.world()
    }

    /// The value of a header as text; `None` when absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The query string, raw.
    pub fn query(&self) -> &str {
        self.request.uri().query().unwrap_or_default()
    }

    /// The body, raw.
    pub fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// A path parameter; empty if the route has none of this name.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    /// The link to `path` of `service` for the authority that was asked: genuine host for genuine host, own
    /// origin for own origin. The only place where a URL is written.
    pub fn url(&self, service: Service, path: &str) -> String {
        self.authority.url(service, &self.view.state.identity().label, path)
    }

    /// The link to a page of the portal: as `url`, but the genuine host carries no region, as in alert records.
    pub fn portal_url(&self, path: &str) -> String {
        let label = &self.view.state.identity().label;
        match self.authority.site {
            Site::Genuine { .. } => format!("https://{label}.portal.cloudappsecurity.com{path}"),
            Site::Own { .. } | Site::Foreign => self.url(Service::CloudApps, path),
        }
    }

    /// Somebody still waits for the answer, as far as the transport tells.
    pub fn is_awaited(&self) -> bool {
        self.request.extensions().get::<Presence>().is_none_or(Presence::is_there)
    }

    /// The same request on the tenant's newest state, after a command of its own.
    pub fn refreshed(&self) -> Self {
        Self {
            params: self.params.clone(),
            tenant: Arc::clone(&self.tenant),
            view: self.tenant.read(),
            caller: self.caller.clone(),
            note: std::cell::Cell::new(None),
            ..*self
        }
    }

    /// Leaves a note in the request log.
    pub fn note(&self, text: impl Into<String>) {
        self.note.set(Some(text.into()));
    }

    /// Who gives the commands of this caller.
    pub fn by(&self) -> By {
        match &self.caller {
            Caller::Anonymous => By::Operator,
            Caller::Application { app, .. } => By::Application(*app),
            Caller::ApiToken { person } | Caller::User { person, .. } => By::Person(*person),
        }
    }

    /// Gives the tenant a command. The outcome says what changed.
    pub fn submit(&self, command: impl Into<Command>) -> Result<Outcome, crate::tenant::CommandRefusal> {
        self.tenant.submit(self.now(), command)
    }
}

impl Answer {
    /// An answer with a JSON body, written without blanks.
    pub fn json<T: serde::Serialize + ?Sized>(status: StatusCode, value: &T) -> Self {
        // Serialising our own wire types can not fail: no maps with non-text keys, no failing `Serialize`.
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self::with_type(status, "application/json", body)
    }

    /// An answer with a body of this content type.
    pub fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into() }
    }

    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Adds a header whose value is known to be legal.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = header::HeaderValue::from_str(value) {
            self.headers.insert(header::HeaderName::from_static(name), value);
        }
        self
    }
}
