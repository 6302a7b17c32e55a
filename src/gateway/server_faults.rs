//! Faults of the server: disturbances of handshakes, tunnels and requests before anybody knows which tenant they are for.
//!
//! A bounded list, a trace of the process: gone at its end. The transport asks here and plays what it is told; what acted
//! is an entry of the request log, or of the [handshakes](super::handshakes), under the fault's id. The simulator's own
//! names are spared as far as anybody needs them to remove a fault again: the control API always, TLS and tunnels
//! altogether.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode, header};
use serde::Serialize;

use crate::faults::glob::glob;
use crate::model::fault::{ConnectEffect, ServerEffect, ServerFault, TlsEffect};
use crate::tenant::wall::Stopwatch;

use super::authority::Site;
use super::call::Gateway;
use super::exchange::{Answer, Arrival, Delivery};
use super::service::Service;
use super::stray::{Stray, Why};

/// No more are kept.
pub const MOST: usize = 64;
/// How long a hanging connection is kept at most, in real time.
const HANG: Duration = Duration::from_secs(600);

/// A fault of the server, and how often it was met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServerFaultState {
    /// `server-1`, `server-2`, … in the order of being added; never given twice.
    pub id: Arc<str>,
    /// Which hosts it is about, and what becomes of their connections.
    pub fault: ServerFault,
    /// Handshakes, tunnels or requests that it was about.
    pub matched: u64,
    /// Those on which it acted.
    pub acted: u64,
}

/// What becomes of a handshake, and by which fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisturbedHandshake {
    /// Its id.
    pub fault: Arc<str>,
    /// What becomes of it.
    pub effect: TlsEffect,
}

/// The faults of one server.
#[derive(Default)]
pub struct ServerFaults {
    /// There are some: all that a request has to know, if not.
    any: AtomicBool,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    added: u64,
    faults: Vec<ServerFaultState>,
}

impl ServerFaults {
    /// Whether there are any.
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Adds one, which must have been checked; `None` if there are as many as may be.
    pub fn add(&self, mut fault: ServerFault) -> Option<ServerFaultState> {
        let mut held = self.lock();
        if held.faults.len() >= MOST {
            return None;
        }
        fault.host = fault.host.map(|host| host.to_ascii_lowercase().into());
        held.added += 1;
        let id = format!("server-{}", held.added).into();
        let added = ServerFaultState { id, fault, matched: 0, acted: 0 };
        held.faults.push(added.clone());
        self.any.store(true, Ordering::Relaxed);
        Some(added)
    }

    /// All of them, in the order in which they are tried; those that have acted as often as they should included.
    pub fn list(&self) -> Vec<ServerFaultState> {
        self.lock().faults.clone()
    }

    /// How many were added, how many are there, how often they were met and acted: what changes with any of them.
    pub fn mark(&self) -> [u64; 4] {
        let held = self.lock();
        let sum = |of: fn(&ServerFaultState) -> u64| held.faults.iter().map(of).sum();
        [held.added, held.faults.len() as u64, sum(|fault| fault.matched), sum(|fault| fault.acted)]
    }

    /// Removes one; `false` if it is not there.
    pub fn remove(&self, id: &str) -> bool {
        let mut held = self.lock();
        let before = held.faults.len();
        held.faults.retain(|known| &*known.id != id);
        self.any.store(!held.faults.is_empty(), Ordering::Relaxed);
        held.faults.len() < before
    }

    /// Removes all.
    pub fn clear(&self) {
        let mut held = self.lock();
        held.faults.clear();
        self.any.store(false, Ordering::Relaxed);
    }

    /// The first that has such an effect, is about this host and not used up acts; all that are about it count it.
    fn act<E>(&self, host: &str, effect: impl Fn(&ServerEffect) -> Option<E>) -> Option<(Arc<str>, E)> {
        if !self.any() {
            return None;
        }
        let mut acting = None;
        for known in &mut self.lock().faults {
            let Some(effect) = effect(&known.fault.effect) else { continue };
            if known.fault.host.as_deref().is_some_and(|pattern| !glob(pattern, host, false)) {
                continue;
            }
            known.matched += 1;
            if acting.is_none() && known.fault.times.is_none_or(|times| known.acted < times) {
                known.acted += 1;
                acting = Some((known.id.clone(), effect));
            }
        }
        acting
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gateway {
    /// One of the simulator's own names that a pattern of host names covers.
    pub fn own_name_in(&self, pattern: &str) -> Option<String> {
        let pattern = pattern.to_ascii_lowercase();
        let always = ["localhost", "contoso.localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut own = always.into_iter().chain(self.settings.own_names.iter().cloned());
        own.find(|name| glob(&pattern, name, false)).or_else(|| {
            // A name without a star is that of one host.
            let is_own =
                pattern.ends_with(".localhost") || matches!(self.hosts.site_of(&pattern), Site::Own { .. });
            is_own.then_some(pattern)
        })
    }

    /// What becomes of a handshake for this host, which is no own name.
    pub(super) fn disturbed_handshake(&self, host: &str) -> Option<DisturbedHandshake> {
        let effect = |effect: &ServerEffect| match effect {
            ServerEffect::Tls(effect) => Some(*effect),
            _ => None,
        };
        self.server_faults.act(host, effect).map(|(fault, effect)| DisturbedHandshake { fault, effect })
    }

    /// What becomes of a tunnel (to a host that is no own name) or of a request, before anything else is done.
    pub(super) fn disturbed(&self, asked: &Stray<'_>, arrival: &Arrival) -> Option<Answer> {
        let is_tunnel = *asked.method == Method::CONNECT;
        let asks_control = !matches!(self.hosts.site_of(asked.host), Site::Genuine { .. })
            && self.service_of_path(asked.path).is_some_and(Service::is_operators);
        if asks_control {
            return None;
        }
        let (fault, effect) = self.server_faults.act(asked.host, |effect| match effect {
            ServerEffect::Connect(effect) if is_tunnel => Some(*effect),
            ServerEffect::Host(effect) if !is_tunnel => Some(*effect),
            _ => None,
        })?;
        Some(self.disturb(asked, arrival, fault, &effect))
    }

    fn disturb(
        &self,
        asked: &Stray<'_>,
        arrival: &Arrival,
        fault: Arc<str>,
        effect: &ConnectEffect,
    ) -> Answer {
        let watch = Stopwatch::start();
        let (mut answer, became) = answer(&fault, effect);
        let kind = if *asked.method == Method::CONNECT { "connect" } else { "host" };
        self.meter.count(None, answer.sent_status(), None, Some(kind));
        let reason = format!("disturbed by fault {fault}: {became}");
        let why = Why { refusal: None, fault: Some(fault), reason };
        let entry = self.tell_of(asked, arrival, &watch, &mut answer, why);
        answer.headers.insert(header::DATE, entry.date.at(entry.tenant.now()));
        answer
    }
}

/// What a client gets, and what became of its request in words.
fn answer(fault: &str, effect: &ConnectEffect) -> (Answer, String) {
    match effect {
        ConnectEffect::Reset => {
            (Answer::unanswered(Delivery::Reset(None)), "its connection was reset".to_owned())
        }
        ConnectEffect::Hang => (Answer::unanswered(Delivery::Hang(HANG)), "nothing came back".to_owned()),
        ConnectEffect::Status(code) => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            let text = format!("{status}, by fault {fault}\n");
            let answer = Answer::with_type(status, "text/plain; charset=utf-8", text);
            // Who asks for credentials says which: RFC 9110 sections 11.6.1 and 11.7.1.
            let answer = match status {
                StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                    answer.header("proxy-authenticate", "Basic realm=\"mock-defender\"")
                }
                StatusCode::UNAUTHORIZED => answer.header("www-authenticate", "Bearer"),
                _ => answer,
            };
            (answer, format!("refused with {}", status.as_u16()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> ServerFault {
        serde_json::from_str(json).expect(json)
    }

    fn tls(effect: &ServerEffect) -> Option<TlsEffect> {
        match effect {
            ServerEffect::Tls(effect) => Some(*effect),
            _ => None,
        }
    }

    #[test]
    fn the_first_fault_that_is_not_used_up_acts_and_all_that_are_about_the_host_count() {
        let faults = ServerFaults::default();
        assert!(!faults.any());
        for json in [
            r#"{"host":"*.Example","times":1,"effect":{"tls":"expired"}}"#,
            r#"{"host":"a.*","effect":{"tls":"reset"}}"#,
            r#"{"host":"a.*","effect":{"host":"reset"}}"#,
            r#"{"host":"b.*","effect":{"tls":"hang"}}"#,
        ] {
            faults.add(fault(json)).expect("there is room");
        }
        let acted = |host| faults.act(host, tls).map(|(id, effect)| (id.to_string(), effect));
        assert_eq!(acted("a.example"), Some(("server-1".to_owned(), TlsEffect::Expired)));
        assert_eq!(acted("a.example"), Some(("server-2".to_owned(), TlsEffect::Reset)));
        assert_eq!(acted("c.example"), None);
        let counts: Vec<_> = faults.list().iter().map(|known| (known.matched, known.acted)).collect();
        assert_eq!(counts, [(3, 1), (2, 1), (0, 0), (0, 0)]);
    }

    #[test]
    fn ids_are_never_given_twice_and_faults_are_bounded() {
        let faults = ServerFaults::default();
        let one = || faults.add(fault(r#"{"effect":{"host":{"status":503}}}"#));
        assert_eq!(one().map(|added| added.id.to_string()).as_deref(), Some("server-1"));
        assert!(faults.remove("server-1") && !faults.remove("server-1"));
        assert!(!faults.any());
        assert_eq!(one().map(|added| added.id.to_string()).as_deref(), Some("server-2"));
        faults.clear();
        assert!(!faults.any() && faults.list().is_empty());
        for _ in 0..MOST {
            assert!(one().is_some());
        }
        assert!(one().is_none());
    }
}
