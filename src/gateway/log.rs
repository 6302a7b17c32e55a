//! The request log: what clients sent to a tenant, what they got, and what was held against it.
//!
//! A ring with a budget of bytes, and one for all tenants of a server together: then the largest log makes room. Secrets never reach it; see [`redact`](super::redact).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

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

/// Bytes that the entries of all tenants of a server may take.
pub const BUDGET_TOGETHER: usize = 64 << 20;

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

/// What all logs of a server have in common: how many entries were filed, and how many bytes they take.
pub struct Filing {
    last: AtomicU64,
    bytes: AtomicUsize,
    budget: usize,
    logs: Mutex<Vec<Weak<Mutex<Ring>>>>,
}

impl Default for Filing {
    fn default() -> Self {
        Self::within(BUDGET_TOGETHER)
    }
}

impl Filing {
    fn within(budget: usize) -> Self {
        Self { last: AtomicU64::new(0), bytes: AtomicUsize::new(0), budget, logs: Mutex::default() }
    }

    /// The number of the last one. Whoever looks into every log after having read it finds all up to it.
    pub fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Bytes that the entries of all logs take.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Acquire)
    }

    /// The oldest entries of the largest logs make room, until what is left is within the budget. No log is locked by
    /// the caller.
    fn make_room(&self) {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.retain(|log| log.strong_count() > 0);
        while self.bytes() > self.budget {
            let bytes_of = |log: &Arc<Mutex<Ring>>| log.lock().unwrap_or_else(PoisonError::into_inner).bytes;
            let Some(largest) = logs.iter().filter_map(Weak::upgrade).max_by_key(bytes_of) else { return };
            let mut ring = largest.lock().unwrap_or_else(PoisonError::into_inner);
            let freed = ring.evict_oldest();
            self.bytes.fetch_sub(freed, Ordering::AcqRel);
            if freed == 0 {
                return;
            }
        }
    }
}

/// The log of one tenant.
pub struct RequestLog {
    ring: Arc<Mutex<Ring>>,
    filing: Arc<Filing>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self::of(&Arc::default())
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        self.clear();
    }
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

impl Ring {
    /// The oldest entry makes room for others: how many bytes.
    fn evict_oldest(&mut self) -> usize {
        let Some(oldest) = self.entries.pop_front() else { return 0 };
        let bytes = oldest.bytes();
        self.bytes -= bytes;
        self.evicted += 1;
        self.evicted_to = self.evicted_to.max(oldest.id);
        bytes
    }
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
        let ring = Arc::default();
        filing.logs.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&ring));
        Self { ring, filing: Arc::clone(filing) }
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
        let bytes = entry.bytes();
        ring.bytes += bytes;
        ring.entries.push_back(entry);
        // Under the lock, too, so that nobody takes off what is not yet added.
        self.filing.bytes.fetch_add(bytes, Ordering::AcqRel);
        while ring.bytes > BUDGET {
            self.filing.bytes.fetch_sub(ring.evict_oldest(), Ordering::AcqRel);
        }
        drop(ring);
        if self.filing.bytes() > self.filing.budget {
            self.filing.make_room();
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
        self.filing.bytes.fetch_sub(ring.bytes, Ordering::AcqRel);
        *ring = Ring { last: ring.last, ..Ring::default() };
        count
    }

    /// Bytes that its entries take.
    pub fn bytes(&self) -> usize {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u64, bytes: usize) -> Entry {
        Entry {
            id,
            place: 0,
            filed: 0,
            at: VirtualTime::of_day(20_000),
            service: None,
            tenant_by: By::Unresolved,
            method: Method::GET,
            secure: false,
            version: "HTTP/1.1",
            host: "localhost".into(),
            path: "/".repeat(bytes),
            query: String::new(),
            route: None,
            scheme: None,
            caller: None,
            application: None,
            headers: Headers::default(),
            request_bytes: 0,
            body: Body::None,
            status: 404,
            answer_type: None,
            answer_bytes: 0,
            refusal: None,
            fault: None,
            reason: None,
            micros: 0,
        }
    }

    fn fill(log: &RequestLog, entries: u64, bytes: usize) {
        for _ in 0..entries {
            log.close(entry(log.open(), bytes));
        }
    }

    #[test]
    fn all_logs_together_have_a_budget_and_the_largest_makes_room() {
        let filing = Arc::new(Filing::within(100_000));
        let [large, small, gone] = [0; 3].map(|_| RequestLog::of(&filing));
        fill(&gone, 20, 1_000);
        fill(&small, 5, 1_000);
        drop(gone);
        assert_eq!(filing.bytes(), small.bytes(), "what is dropped takes nothing");
        fill(&large, 200, 1_000);
        assert!(filing.bytes() <= 100_000 && filing.bytes() > 90_000, "{}", filing.bytes());
        assert_eq!(filing.bytes(), large.bytes() + small.bytes());
        assert_eq!((small.list().entries.len(), small.list().evicted), (5, 0));
        let kept = large.list();
        assert_eq!(kept.entries.last().map(|entry| entry.id), Some(200));
        assert_eq!(
            (kept.evicted, kept.evicted_to),
            (200 - kept.entries.len() as u64, kept.entries[0].id - 1)
        );
        // Others that come later make the large one smaller, as long as it is the largest.
        fill(&small, 300, 1_000);
        assert!(small.list().entries.len() + 1 >= large.list().entries.len());
        assert!(large.list().entries.len() > 20, "an even share");
        large.clear();
        assert_eq!(filing.bytes(), small.bytes());
    }
}
