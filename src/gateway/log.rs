//! The request log: what clients sent to a tenant, what they got, and what was held against it.
//!
//! A ring with a budget of bytes. Secrets never reach it; see [`redact`](super::redact).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderValue, Method};
use serde::{Serialize, Serializer};

use crate::model::index::AppIx;
use crate::model::time::VirtualTime;

use super::redact::{Body, Headers};
use super::refusal::Row;
use super::service::Service;
use super::tenant_resolution::By;

/// Bytes that the entries of one tenant may take.
pub const BUDGET: usize = 4 << 20;

/// One request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// 1, 2, 3, … within the tenant; the answer's `mock-defender-request` header carries it.
    pub id: u64,
    /// Its place among all requests of the server, whichever tenant they were for.
    #[serde(skip)]
    pub place: u64,
    /// Its place in the order in which requests were answered, whichever tenant they were for: 1, 2, 3, …; given when it
    /// is filed.
    #[serde(skip)]
    pub filed: u64,
    /// Virtual time of the request.
    pub at: VirtualTime,
    /// The service that answered, if any did.
    pub service: Option<Service>,
    /// How the tenant was found.
    pub tenant_by: By,
    /// Method.
    #[serde(serialize_with = "method")]
    pub method: Method,
    /// It came over TLS.
    pub secure: bool,
    /// Version of HTTP.
    pub version: &'static str,
    /// Host that was asked, with port.
    pub host: Arc<str>,
    /// Path as sent.
    pub path: String,
    /// Query as sent, secrets cut out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// Template of the matched route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<&'static str>,
    /// Scheme of the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Cow<'static, str>>,
    /// Who called, once checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The application of the directory, if one called.
    #[serde(skip)]
    pub application: Option<AppIx>,
    /// Headers, as far as they are kept; none of requests to the control API.
    #[serde(serialize_with = "headers", skip_serializing_if = "none_kept")]
    pub headers: Headers,
    /// Bytes of the request's body.
    pub request_bytes: usize,
    /// The request's body, as far as it is kept.
    #[serde(serialize_with = "body", skip_serializing_if = "is_empty")]
    pub body: Body,
    /// Status of the answer; 0 if none was sent.
    pub status: u16,
    /// Content type of the answer.
    #[serde(skip)]
    pub answer_type: Option<HeaderValue>,
    /// Bytes of the answer's body.
    pub answer_bytes: usize,
    /// The refusal's row in the service's catalogue; shown by its name.
    #[serde(serialize_with = "name", skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static Row>,
    /// The name of the fault that acted on it: what came of it is not to be held against the client alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Arc<str>>,
    /// What the simulator held against the request, or noticed about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Microseconds of real time.
    pub micros: u64,
}

fn method<S: Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

fn headers<S: Serializer>(headers: &Headers, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(headers.iter().map(|(name, value)| [name, value]))
}

fn none_kept(headers: &Headers) -> bool {
    headers.bytes() == 0
}

fn body<S: Serializer>(body: &Body, serializer: S) -> Result<S::Ok, S::Error> {
    match body {
        Body::Left(why) => serializer.collect_str(&format_args!("not kept: {why}")),
        body => body.value().serialize(serializer),
    }
}

fn is_empty(body: &Body) -> bool {
    *body == Body::None
}

fn name<S: Serializer>(row: &Option<&'static Row>, serializer: S) -> Result<S::Ok, S::Error> {
    row.map(|row| row.name).serialize(serializer)
}

impl Entry {
    /// No route was found for it.
    pub fn is_unmatched(&self) -> bool {
        self.route.is_none()
            && self.fault.is_none()
            && (matches!(self.status, 404 | 405 | 421) || self.is_stray())
    }

    /// It asked the proxy for a host that is not played.
    pub fn is_stray(&self) -> bool {
        self.status == 502 && self.service.is_none() && self.fault.is_none()
    }

    fn bytes(&self) -> usize {
        let texts = self.host.len() + self.path.len() + self.query.len() + self.method.as_str().len();
        let optional =
            [self.scheme.as_deref(), self.caller.as_deref(), self.reason.as_deref(), self.fault.as_deref()];
        size_of::<Self>()
            + texts
            + self.headers.bytes()
            + self.body.bytes()
            + optional.iter().map(|text| text.map_or(0, str::len)).sum::<usize>()
    }
}

/// How many entries were filed, in all logs of a server together.
#[derive(Debug, Default)]
pub struct Filing(AtomicU64);

impl Filing {
    /// The number of the last one. Whoever looks into every log after having read it finds all up to it.
    pub fn last(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::AcqRel) + 1
    }
}

/// The log of one tenant.
#[derive(Default)]
pub struct RequestLog {
    ring: Mutex<Ring>,
    filing: Arc<Filing>,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    last: u64,
    evicted: u64,
    /// The highest number that made room.
    evicted_to: u64,
}

/// What a log holds at one moment.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// How many made room for others since the log was last cleared.
    pub evicted: u64,
    /// The highest number among those.
    pub evicted_to: u64,
}

impl RequestLog {
    /// A log of a server whose entries are counted there.
    pub fn of(filing: &Arc<Filing>) -> Self {
        Self { ring: Mutex::default(), filing: Arc::clone(filing) }
    }

    /// Takes the next number.
    pub fn open(&self) -> u64 {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.last += 1;
        ring.last
    }

    /// Files an entry under the number that it took; the oldest make room.
    pub fn close(&self, mut entry: Entry) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        // Counted under the lock, so that whoever knows of the number waits here until the entry is there.
        entry.filed = self.filing.next();
        ring.bytes += entry.bytes();
        ring.entries.push_back(entry);
        while ring.bytes > BUDGET
            && let Some(oldest) = ring.entries.pop_front()
        {
            ring.bytes -= oldest.bytes();
            ring.evicted += 1;
            ring.evicted_to = ring.evicted_to.max(oldest.id);
        }
    }

    /// What it holds.
    pub fn list(&self) -> Listed {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries: Vec<Entry> = ring.entries.iter().cloned().collect();
        let (evicted, evicted_to) = (ring.evicted, ring.evicted_to);
        drop(ring);
        // Entries are stored in the order of answers; ids are given in the order of arrival.
        entries.sort_by_key(|entry| entry.id);
        Listed { entries, evicted, evicted_to }
    }

    /// The entries that were filed after `after` and not after `until`, in that order: at most so many.
    pub fn filed(&self, after: u64, until: u64, most: usize) -> Vec<Entry> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let first = ring.entries.partition_point(|entry| entry.filed <= after);
        ring.entries.range(first..).take_while(|entry| entry.filed <= until).take(most).cloned().collect()
    }

    /// The entry with this number, and whether one that is not there made room.
    pub fn get(&self, id: u64) -> Result<Entry, bool> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.entries.iter().find(|entry| entry.id == id).cloned().ok_or(id <= ring.evicted_to)
    }

    /// Forgets every entry; the numbers go on. Says how many there were.
    pub fn clear(&self) -> usize {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let count = ring.entries.len();
        *ring = Ring { last: ring.last, ..Ring::default() };
        count
    }

    /// Bytes that its entries take.
    pub fn bytes(&self) -> usize {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}
