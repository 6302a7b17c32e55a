//! A long life in a short test: mixed requests, a clock that moves, forks that come and expire. Memory and request
//! logs stay within their bounds. In a program of its own: memory is that of the process.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "kit/effort.rs"]
mod effort;
#[path = "kit/embedded.rs"]
#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use std::fs;
use std::time::Duration;

use kit::*;
use mock_defender::{DEFAULT_START, LoggedRequest, MockDefender, Span, Wall};
use serde_json::json;

/// Requests in a round.
const REQUESTS: u64 = 500;

/// The byte budget of a request log.
const BUDGET: usize = 4 << 20;

/// Rounds until memory is as big as it gets: retention is full, every ring has gone round.
const WARM: u64 = 15;

/// What memory may grow by in all further rounds together; the allocator's own breath included.
const SLACK: u64 = 24 << 20;

/// All rounds together.
fn rounds() -> u64 {
    WARM + effort::pick(2, 45)
}

/// Bytes of resident memory; 0 where the system does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// At least what an entry takes.
fn bytes(entry: &LoggedRequest) -> usize {
    let reason = entry.reason.as_ref().map_or(0, String::len);
    size_of::<LoggedRequest>() + entry.path.len() + entry.query.len() + entry.host.len() + reason
}

/// One request of many kinds; what was asked matters less than that everything is.
fn ask_something(mock: &MockDefender, token: &str, alerts: &[String], n: u64) {
    let id = &alerts[n as usize % alerts.len()];
    let long = "x".repeat(n as usize % 2_000);
    let status = match n % 10 {
        0 => ask(mock, "POST", "/api/v1/activities/", token, r#"{"limit": 20}"#).status(),
        1 => ask(mock, "POST", "/api/v1/alerts/", token, r#"{"filters": {"alertOpen": {"eq": true}}}"#)
            .status(),
        2 => ask(mock, "POST", "/api/v1/alerts/close_benign/", token, &closing(id, &long)).status(),
        3 => {
            let body = json!({"filters": {"id": {"eq": [id]}}}).to_string();
            ask(mock, "POST", "/api/v1/alerts/reopen/", token, &body).status()
        }
        4 => ask(mock, "GET", &format!("/api/v1/nothing/{long}"), token, "").status(),
        5 => ask(mock, "GET", &format!("/api/v1/alerts/?a={long}"), "Token wrong", "").status(),
        6 if n % 100 == 6 => {
            bearer(mock, mock, "n");
            return;
        }
        7 if n % 50 == 7 => {
            assert!(exchange(mock, "GET /_mock/health HTTP/1.1\r\nhost: localhost").contains("ready"));
            return;
        }
        _ => ask(mock, "GET", &format!("/api/v1/alerts/{id}/?n={n}"), token, "").status(),
    };
    assert!(status.as_u16() < 500, "{status} in request {n}");
}

#[test]
fn memory_is_flat_and_logs_keep_their_budget() {
    let wall = Wall::manual(DEFAULT_START);
    let mock = MockDefender::builder().seed(4).wall(wall.clone()).start().unwrap();
    let token = token(&mock);
    let alerts = alert_ids(&mock);
    let tenants = || json(&ask(&mock, "GET", "/_mock/tenants", "", ""))["tenants"].as_array().unwrap().len();
    let fork = format!("/_mock/tenants/{}/fork", mock.tenant().id);
    let (mut warm, mut largest) = (0, 0);
    for round in 0..rounds() {
        (0..REQUESTS).for_each(|n| ask_something(&mock, &token, &alerts, round * REQUESTS + n));
        mock.advance(Duration::from_secs(2 * 3_600 + 7)).unwrap();
        for n in 0..20 {
            let made = ask(&mock, "POST", &fork, "", r#"{"ttl": "PT1M"}"#);
            assert_eq!(made.status(), 201, "fork {n} of round {round}");
        }
        let own = mock.fork().unwrap();
        own.advance(Duration::from_secs(3_600)).unwrap();
        drop(own);
        assert!(tenants() >= 21);
        wall.set(wall.now() + Span::minutes(2));
        assert_eq!(tenants(), 1, "forks outlive their time in round {round}");
        // The journal is what may grow; a tenant that is steered for ever is begun anew now and then.
        if round % 10 == 9 {
            mock.reset();
        }
        let log = mock.requests();
        assert!(log.iter().map(bytes).sum::<usize>() <= BUDGET);
        assert_eq!(log.last().unwrap().id, log.len() as u64 + mock.evicted_requests());
        match round {
            _ if round < WARM => warm = resident(),
            _ => largest = largest.max(resident()),
        }
    }
    assert!(mock.evicted_requests() > 0, "no log was ever full: more rounds are needed");
    let grown = largest.saturating_sub(warm);
    println!("{} kB after the first {WARM} rounds, at most {} kB later", warm / 1024, largest / 1024);
    assert!(grown <= SLACK, "{} kB after the first {WARM} rounds, {} kB later", warm / 1024, largest / 1024);
}
