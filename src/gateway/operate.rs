//! Operations of the control API without a request: how the library gives them.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::model::ids::Kind;

use super::authority::{Authority, Site};
use super::call::Gateway;
use super::caller::Caller;
use super::context::{Ctx, Inbound};
use super::exchange::{Arrival, BodyState};
use super::registry::Entry;
use super::route::{Handled, Handler};
use super::router::Params;

/// The port in links, since none was asked.
const PORT: u16 = 443;

impl Gateway {
    /// Runs a handler of the control API as the operator, about the tenant of `entry`. It leaves nothing in the
    /// request log: no client sent it.
    pub fn operate(&self, entry: &Arc<Entry>, handler: Handler, body: Bytes) -> Handled {
        let view = entry.tenant.read();
        let request_id = view.state.world().ids.guid(Kind::Request, entry.tenant.identity().fork << 40);
        let authority = Authority::new("https", "localhost".to_owned(), PORT, Site::Own { label: None });
        let arrival = Arrival {
            secure: true,
            sni: None,
            proxy_user: None,
            port: PORT,
            peer: Ipv4Addr::LOCALHOST.into(),
            body: BodyState::Complete,
        };
        let inbound = Inbound {
            gateway: self,
            request: &Request::new(body),
            arrival: &arrival,
            authority: &authority,
            route: None,
            params: Params::default(),
            view,
            request_id,
            note: Cell::new(None),
        };
        let lost = Cell::new(false);
        let ctx = Ctx::new(inbound, Caller::Anonymous, entry, &lost);
        match self.operators() {
            Some(profile) => self.handled(handler, &ctx, profile),
            None => handler(&ctx),
        }
    }
}
