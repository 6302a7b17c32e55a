//! The front of a run's server: answers as the gateway does, moves the clock behind each answer, and keeps the log.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header, request};

use crate::gateway::call::NUMBER;
use crate::gateway::exchange::{Delivery, FaultGate};
use crate::gateway::{
    Answer, Arrival, EndedHandshake, Gateway, Planned, RequestHandler, Service, Stray, log::Entry,
};
use crate::model::time::Span;
use crate::tenant::ClockError;
use crate::tenant::wall::Stopwatch;

use super::course::{Acting, Course, Plan};
use super::log::{Exchange, Sending, Wait, Wall};

/// Requests of a run that are kept; more are answered, and counted.
const MOST_KEPT: usize = 20_000;

/// The front.
pub(super) struct Ticking {
    gateway: Arc<Gateway>,
    plan: Plan,
    /// Says when faults act, if not always.
    gate: Option<FaultGate>,
    watch: Stopwatch,
    round: AtomicU32,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    log: Vec<Exchange>,
    answered: u64,
    /// When the client was last answered.
    last: Duration,
    /// Why the clock did not move as it should.
    stuck: Option<ClockError>,
}

impl Ticking {
    pub(super) fn new(gateway: Arc<Gateway>, course: &Course) -> Self {
        Self {
            gateway,
            plan: course.plan.clone(),
            gate: course.acting.clone().map(gate),
            watch: Stopwatch::start(),
            round: AtomicU32::new(1),
            kept: Mutex::default(),
        }
    }

    /// From now on requests belong to this round.
    pub(super) fn begin(&self, round: u32) {
        self.round.store(round, Ordering::Release);
        self.kept().last = self.watch.elapsed();
    }

    /// Moves the clock on.
    pub(super) fn advance(&self, by: Span) -> Result<(), ClockError> {
        self.gateway.registry.first().tenant.advance(by).map(drop)
    }

    /// What was asked, in the order of answers; how many requests that are not kept; why the clock did not move.
    pub(super) fn log(&self) -> (Vec<Exchange>, u64, Option<ClockError>) {
        let kept = self.kept();
        (kept.log.clone(), kept.answered - kept.log.len() as u64, kept.stuck)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what was answered, and moves the clock.
    fn note(&self, asked: Duration, answer: &Answer) {
        let Some(entry) = self.entry(&answer.headers) else { return };
        // What is asked of the simulator itself is no request of a client.
        if entry.service.is_some_and(Service::is_operators) {
            return;
        }
        let mut kept = self.kept();
        kept.answered += 1;
        let answered = self.watch.elapsed() + lateness(answer.delivery.as_deref());
        let pause = asked.saturating_sub(kept.last);
        kept.last = kept.last.max(answered);
        if kept.log.len() < MOST_KEPT {
            let number = kept.answered;
            let wall = Wall { asked, answered, pause };
            let round = self.round.load(Ordering::Acquire);
            kept.log.push(exchange(number, round, &entry, answer, wall));
        }
        // Under the lock, so that ticks and jumps come one after the other.
        let jumps = self.plan.jumps.iter().filter(|(after, _)| *after == kept.answered);
        let by = jumps.fold(self.plan.tick, |by, (_, jump)| by + *jump);
        if by > Span::default()
            && let Err(error) = self.advance(by)
        {
            kept.stuck.get_or_insert(error);
        }
    }

    fn entry(&self, headers: &HeaderMap) -> Option<Entry> {
        let number = headers.get(NUMBER)?.to_str().ok()?.parse().ok()?;
        self.gateway.registry.first().log.get(number).ok()
    }

    /// The next answer moves the clock far.
    fn jumps_next(&self) -> bool {
        !self.plan.jumps.is_empty() && {
            let next = self.kept().answered + 1;
            self.plan.jumps.iter().any(|(after, _)| *after == next)
        }
    }
}

/// Lets a fault act at some of the times that it would.
fn gate(acting: Acting) -> FaultGate {
    let times = AtomicU64::new(0);
    FaultGate(Arc::new(move |fault: &str| {
        fault != acting.fault || acting.which.contains(&times.fetch_add(1, Ordering::AcqRel))
    }))
}

/// How long after the call an answer is sent.
fn lateness(delivery: Option<&Delivery>) -> Duration {
    match delivery {
        Some(Delivery::Late(delay)) => *delay,
        _ => Duration::ZERO,
    }
}

fn exchange(number: u64, round: u32, entry: &Entry, answer: &Answer, wall: Wall) -> Exchange {
    Exchange {
        number,
        round,
        at: entry.at,
        method: entry.method.to_string(),
        host: host(&entry.host).to_owned(),
        path: entry.path.clone(),
        query: entry.query.clone(),
        body: entry.body.value(),
        status: entry.status,
        fault: entry.fault.clone(),
        sending: Sending::of(answer.delivery.as_deref()),
        refusal: entry.refusal.map(|row| row.name),
        reason: entry.reason.clone(),
        wait: wait(answer),
        wall,
    }
}

/// A host without its port.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// How long an answer tells its client to wait: by header (RFC 9110, 10.2.3), or in the words of the Cloud Apps API.
fn wait(answer: &Answer) -> Option<Wait> {
    let throttles = answer.status == StatusCode::TOO_MANY_REQUESTS;
    if answer.status.as_u16() < 400 {
        return None;
    }
    let said = header_text(answer, header::RETRY_AFTER)
        .and_then(|said| waited(said, answer))
        .or_else(|| throttles.then(|| told_in(&answer.body)).flatten());
    match said {
        Some(time) => Some(Wait::For(time)),
        None if throttles => Some(Wait::Unsaid),
        None => None,
    }
}

fn header_text(answer: &Answer, name: header::HeaderName) -> Option<&str> {
    answer.headers.get(name)?.to_str().ok().map(str::trim)
}

fn waited(said: &str, answer: &Answer) -> Option<Duration> {
    if let Ok(seconds) = said.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let instant = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
    let (then, now) = (instant(said)?, instant(header_text(answer, header::DATE)?)?);
    Duration::try_from(then.duration_since(now)).ok()
}

/// "Expected available in 5 seconds."
fn told_in(body: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("available in ")?;
    let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    rest[number.len()..].trim_start().starts_with("second").then_some(())?;
    Duration::try_from_secs_f64(number.parse().ok()?).ok()
}

impl RequestHandler for Ticking {
    fn plan(&self, head: &request::Parts, arrival: &Arrival) -> Planned {
        self.gateway.plan(head, arrival)
    }

    fn call(&self, planned: Planned, request: &Request<Bytes>, arrival: &Arrival) -> Answer {
        let asked = self.watch.elapsed();
        let answer = match &self.gate {
            None => self.gateway.call(planned, request, arrival),
            Some(gate) => {
                let mut request = request.clone();
                request.extensions_mut().insert(gate.clone());
                self.gateway.call(planned, &request, arrival)
            }
        };
        self.note(asked, &answer);
        answer
    }

    fn is_heavy(&self, planned: &Planned, method: &Method) -> bool {
        self.jumps_next() || self.gateway.is_heavy(planned, method)
    }

    fn plays(&self, host: &str) -> bool {
        self.gateway.plays(host)
    }

    fn refuse_stray(&self, stray: &Stray<'_>, arrival: &Arrival) -> Answer {
        let asked = self.watch.elapsed();
        let answer = self.gateway.refuse_stray(stray, arrival);
        self.note(asked, &answer);
        answer
    }

    fn handshake_ended(&self, ended: &EndedHandshake) {
        self.gateway.handshake_ended(ended);
    }

    fn is_behind(&self) -> bool {
        self.gateway.is_behind()
    }

    fn tick(&self) {
        self.gateway.tick();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, headers: &[(&'static str, &str)], body: &'static str) -> Option<Wait> {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer::with_type(status, "application/json", body);
        wait(&headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value)))
    }

    #[test]
    fn every_way_to_tell_a_client_to_wait_is_read() {
        let seconds = |seconds: f64| Some(Wait::For(Duration::from_secs_f64(seconds)));
        assert_eq!(told(429, &[("retry-after", "30")], ""), seconds(30.0));
        assert_eq!(told(503, &[("retry-after", "1.5")], ""), seconds(1.5));
        let date =
            [("date", "Tue, 24 Nov 2026 00:00:10 GMT"), ("retry-after", "Tue, 24 Nov 2026 00:00:12 GMT")];
        assert_eq!(told(429, &date, ""), seconds(2.0));
        let text = "{\"detail\":\"Request was throttled. Expected available in 5 seconds.\"}";
        assert_eq!(told(429, &[], text), seconds(5.0));
        assert_eq!(told(429, &[], "slow down"), Some(Wait::Unsaid));
        assert_eq!(told(200, &[], text), None);
        assert_eq!(told(503, &[], ""), None);
    }

    #[test]
    fn hosts_lose_their_port() {
        assert_eq!(host("localhost:40123"), "localhost");
        assert_eq!(host("graph.microsoft.com"), "graph.microsoft.com");
        assert_eq!(host("[::1]:443"), "[::1]");
    }
}
