//! Requests to a proxy for hosts that are not played: refused by the transport, since they never reach a service, and
//! told in the request log like any other.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::catalogue::real_routes;
use crate::tenant::wall::Stopwatch;

use super::authority::Site;
use super::call::{Gateway, NUMBER};
use super::exchange::{Answer, Arrival};
use super::log;
use super::profile::GatewayRefusal;
use super::redact::{self, Body, Headers};
use super::refusal::Row;
use super::registry::Entry;
use super::tenant_resolution::By;

/// A request for a host that is not played, or on which a fault of the server acts.
pub struct Stray<'a> {
    /// `CONNECT`, or the method of a plain proxy request.
    pub method: &'a Method,
    /// The host.
    pub host: &'a str,
    /// Its port, as far as it was said.
    pub port: Option<u16>,
    /// The path; empty for a tunnel.
    pub path: &'a str,
    /// Version of HTTP.
    pub version: &'static str,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// What the log says of why something was answered so.
pub(super) struct Why {
    pub(super) refusal: Option<&'static Row>,
    pub(super) fault: Option<Arc<str>>,
    pub(super) reason: String,
}

impl Gateway {
    /// Refuses it: a plain text for people. The answer's body says in its first line what is wrong.
    pub(super) fn refuse_stray(&self, stray: &Stray<'_>, arrival: &Arrival) -> Answer {
        let watch = Stopwatch::start();
        // Of a machine that is played only some ports are not.
        let host = match (self.hosts.site_of(stray.host), stray.port) {
            (Site::Own { .. }, Some(port)) => redact::cut(&format!("{}:{port}", stray.host)),
            _ => redact::cut(stray.host),
        };
        let refused = self.operators().map(|profile| {
            (profile.refuse)(GatewayRefusal::NotPlayed { host, what: real_routes::host(stray.host) })
        });
        let text = refused.as_ref().map_or_else(String::new, super::Refused::message);
        let body = format!("{text}\n");
        let mut answer = Answer::with_type(StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", body);
        let refusal = refused.as_ref().map(super::Refused::row);
        self.meter.count(None, answer.status.as_u16(), refusal, None);
        let why = Why { refusal, fault: None, reason: redact::cut(&text.replace('\n', " ")) };
        self.tell_of(stray, arrival, &watch, &mut answer, why);
        answer
    }

    /// Writes what never becomes a request, and its answer, into the log of the tenant that the proxy's user name says,
    /// else of the first one: which that is. The answer gets its number.
    pub(super) fn tell_of(
        &self,
        stray: &Stray<'_>,
        arrival: &Arrival,
        watch: &Stopwatch,
        answer: &mut Answer,
        why: Why,
    ) -> Arc<Entry> {
        let named = arrival.proxy_user.as_deref().and_then(|user| self.registry.by_name(user));
        let (entry, tenant_by) = match named {
            Some(entry) => (entry, By::Proxy),
            None => (self.registry.first(), By::Default),
        };
        let id = entry.log.open();
        answer.headers.insert(NUMBER, HeaderValue::from(id));
        let status = answer.sent_status();
        let host = match stray.port {
            Some(port) => format!("{}:{port}", stray.host),
            None => stray.host.to_owned(),
        };
        entry.log.close(log::Entry {
            id,
            place: self.requests.fetch_add(1, Ordering::Relaxed),
            filed: 0,
            at: entry.tenant.now(),
            service: None,
            tenant_by,
            method: redact::method(stray.method),
            secure: arrival.secure,
            version: stray.version,
            host: redact::cut(&host).into(),
            path: redact::path(stray.path),
            query: String::new(),
            route: None,
            scheme: None,
            caller: None,
            application: None,
            headers: Headers::of(stray.headers),
            request_bytes: 0,
            body: Body::None,
            status,
            answer_type: answer.headers.get(header::CONTENT_TYPE).cloned(),
            answer_bytes: if status == 0 { 0 } else { answer.body.len() },
            refusal: why.refusal,
            fault: why.fault,
            reason: Some(why.reason),
            micros: u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
        entry
    }
}
