//! What is known of a request at its two stages: [`Inbound`] before anybody knows who calls, [`Ctx`] after.
//!
//! A handler sees the request, the checked caller, and the tenant at one instant. Not the clock, not the network. (The
//! control API moves clocks: it, and nobody else, takes the tenant itself.)

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::facts;
use crate::model::command::{By, Command};
use crate::model::ids::{Guid, Minter};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{CommandRefusal, NotWritten, Outcome, Tenant, TenantView};

use super::authority::{Authority, Site};
use super::blocks::Blocks;
use super::call::Gateway;
use super::caller::Caller;
use super::exchange::{Arrival, Presence};
use super::registry::Entry;
use super::route::Route;
use super::router::Params;
use super::service::Service;

/// A request whose tenant is known and whose caller is not: what authentication looks at, and what a refusal is worded
/// from.
pub struct Inbound<'a> {
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
    /// The state of the tenant it is about, at the instant of this request. Routes of `Scope::Any` may see that of the
    /// default tenant here.
    pub view: TenantView,
    /// The id of this request: trace ids and `x-ms-request-id`.
    pub request_id: Guid,
    /// What the request log shall say about a request that succeeds: an ignored field, say.
    pub note: Cell<Option<String>>,
}

/// The context of a handler: a request, and who sent it.
pub struct Ctx<'a> {
    inbound: Inbound<'a>,
    entry: &'a Arc<Entry>,
    /// The tenant itself, with its clock: for the control API.
    pub tenant: &'a Arc<Tenant>,
    /// Who calls.
    pub caller: Caller,
    lost: &'a Cell<Option<NotWritten>>,
    /// The instant of the request, at which its commands are given: that of the view, unless the view is stale.
    at: VirtualTime,
}

impl Inbound<'_> {
    /// The instant of this request; the only time a handler sees.
    pub fn now(&self) -> VirtualTime {
        self.view.now
    }

    /// The ids that are the tenant's own.
    pub fn ids(&self) -> Minter {
        facts::ids::minter(&self.view)
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
        self.gateway.url(self.authority, service, &self.view.state.identity().label, path)
    }

    /// The link to a page of `service`: as `url`, but a genuine host of a tenant carries no region.
    pub fn page_url(&self, service: Service, path: &str) -> String {
        let hosts = self.gateway.hosts.of(service);
        match self.authority.site {
            Site::Genuine { cloud, .. } => {
                format!("https://{}{path}", hosts.page(cloud, &self.view.state.identity().label))
            }
            Site::Own { .. } | Site::Foreign => self.url(service, path),
        }
    }

    /// Somebody still waits for the answer, as far as the transport tells.
    pub fn is_awaited(&self) -> bool {
        self.request.extensions().get::<Presence>().is_none_or(Presence::is_there)
    }

    /// Leaves a note in the request log.
    pub fn note(&self, text: impl Into<String>) {
        self.note.set(Some(text.into()));
    }
}

impl<'a> Ctx<'a> {
    /// `lost` tells afterwards whether the journal took every command.
    pub(super) fn new(
        inbound: Inbound<'a>,
        caller: Caller,
        entry: &'a Arc<Entry>,
        lost: &'a Cell<Option<NotWritten>>,
    ) -> Self {
        let at = inbound.now();
        Self { inbound, entry, tenant: &entry.tenant, caller, lost, at }
    }

    /// The same request, whose handler sees what the tenant showed a while before.
    pub(super) fn looking_back(mut self, by: Span) -> Self {
        self.inbound.view.now = self.at - by;
        self
    }

    /// The journal did not take a command that was given here.
    pub(super) fn lost(&self) -> Option<NotWritten> {
        self.lost.get()
    }

    /// What was known before the caller.
    pub(super) fn into_inbound(mut self) -> Inbound<'a> {
        self.inbound.view.now = self.at;
        self.inbound
    }

    /// The tenant with its traces: for the control API.
    pub fn entry(&self) -> &'a Arc<Entry> {
        self.entry
    }

    /// The same request on the tenant's newest state, after a command of its own.
    pub fn refreshed(&self) -> Self {
        let inbound = Inbound {
            params: self.params.clone(),
            view: self.tenant.read(),
            note: Cell::new(None),
            ..self.inbound
        };
        Self { inbound, caller: self.caller.clone(), ..*self }
    }

    /// Parts of files that wait to be put together.
    pub fn blocks(&self) -> &'a Blocks {
        &self.entry.blocks
    }

    /// When the tenant's API token was used last, this request included.
    pub fn api_token_used(&self) -> Option<VirtualTime> {
        self.entry.api_token_used()
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
    ///
    /// # Errors
    /// Why the tenant does not take it. Where that is the journal, the request is answered with the service's 503,
    /// whatever the handler makes of it.
    pub fn submit(&self, command: impl Into<Command>) -> Result<Outcome, CommandRefusal> {
        let outcome = self.tenant.submit(self.at, command);
        if let Err(CommandRefusal::Journal(why)) = outcome {
            self.lost.set(Some(why));
        }
        outcome
    }
}

impl<'a> Deref for Ctx<'a> {
    type Target = Inbound<'a>;

    fn deref(&self) -> &Inbound<'a> {
        &self.inbound
    }
}
