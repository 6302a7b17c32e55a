//! Sixty-four clients, each with a fork of its own, on one server.

use std::sync::Barrier;
use std::thread;

use mock_defender::MockDefender;
use serde_json::json;

use crate::kit::*;

const CLIENTS: usize = 64;

/// Calls of all clients together; `MOCK_DEFENDER_CALLS` asks for more.
fn calls() -> usize {
    std::env::var("MOCK_DEFENDER_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(4_096)
}

/// One client: asks in every way that names its fork, through its own handle and through another's, and says how many
/// requests it sent.
struct Client<'a> {
    number: usize,
    fork: &'a MockDefender,
    server: &'a MockDefender,
    alerts: &'a [String],
    token: String,
    bearer: String,
    sent: u64,
    comment: Option<String>,
}

impl Client<'_> {
    fn query(&mut self) -> String {
        self.sent += 1;
        format!("client={}&n={}", self.number, self.sent)
    }

    /// The alert that this client closes and opens, in this fork's state.
    fn check(&self, answer: &http::Response<bytes::Bytes>) {
        let alert = json(answer);
        assert_eq!(alert["contextId"], self.fork.tenant().id.to_string(), "client {}", self.number);
        match &self.comment {
            Some(comment) => assert_eq!(alert["comment"], *comment, "client {}", self.number),
            None => assert!(alert.get("comment").is_none(), "client {}: {alert}", self.number),
        }
    }

    fn call(&mut self, n: usize) {
        let id = &self.alerts[self.number % self.alerts.len()];
        let label = format!("https://contoso-f{}.us2.portal.cloudappsecurity.com", self.number + 1);
        let query = self.query();
        let path = format!("/api/v1/alerts/{id}/?{query}");
        match n % 8 {
            // By token and by bearer, through whichever handle and host.
            0 => self.check(&ask(self.fork, "GET", &path, &self.token, "")),
            1 => self.check(&ask(self.server, "GET", &path, &self.token, "")),
            2 => self.check(&ask(self.server, "GET", &path, &self.bearer, "")),
            3 => {
                let url = format!("{label}{path}");
                self.check(&ask(self.server, "GET", &url, [&self.bearer, &self.token][n / 8 % 2], ""));
            }
            4 if self.comment.is_some() => {
                let body = json!({"filters": {"id": {"eq": [id]}}}).to_string();
                let url = format!("/api/v1/alerts/reopen/?{query}");
                assert_eq!(ask(self.server, "POST", &url, &self.token, &body).status(), 200);
                self.comment = None;
            }
            4 => {
                let comment = format!("client {} in call {n}", self.number);
                let url = format!("/api/v1/alerts/close_benign/?{query}");
                let answer = ask(self.server, "POST", &url, &self.bearer, &closing(id, &comment));
                assert_eq!(answer.status(), 200);
                self.comment = Some(comment);
            }
            // By host label alone, and by the handle alone: nobody is let in, but the refusal is the fork's.
            5 => assert_eq!(ask(self.server, "GET", &format!("{label}{path}"), "", "").status(), 401),
            6 => assert_eq!(ask(self.fork, "GET", &path, "", "").status(), 401),
            // By tenant id in the path of the token endpoint; seldom, since signing costs much.
            _ if n % 64 == 7 => self.bearer = bearer(self.server, self.fork, &query),
            _ => self.over_the_socket(n, &path),
        }
    }

    /// By the user name of the proxy, by label and by token, over the one socket of all.
    fn over_the_socket(&mut self, n: usize, path: &str) {
        let (target, host, more) = match n / 8 % 3 {
            0 => {
                let user = mock_defender::model::base64::encode_standard(
                    format!("contoso-f{}:", self.number + 1).as_bytes(),
                );
                let host = "portal.cloudappsecurity.com";
                (
                    format!("http://{host}{path}"),
                    host.to_owned(),
                    format!("proxy-authorization: Basic {user}"),
                )
            }
            1 => {
                (path.to_owned(), format!("contoso-f{}.localhost", self.number + 1), "accept: */*".to_owned())
            }
            _ => (path.to_owned(), "localhost".to_owned(), format!("authorization: {}", self.token)),
        };
        let answer = exchange(self.server, &format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{more}"));
        let expected = if more.starts_with("authorization") { "HTTP/1.1 200 " } else { "HTTP/1.1 401 " };
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[test]
fn sixty_four_concurrent_clients_on_forks_never_see_each_other() {
    let server = MockDefender::builder().seed(1).start().unwrap();
    let alerts = alert_ids(&server);
    let noticed = server.requests().len();
    let forks: Vec<MockDefender> = (0..CLIENTS).map(|_| server.fork().unwrap()).collect();
    let (each, together) = (calls().div_ceil(CLIENTS), Barrier::new(CLIENTS));
    let sent: Vec<u64> = thread::scope(|scope| {
        let client = |(number, fork)| {
            let (server, alerts, together) = (&server, &alerts, &together);
            scope.spawn(move || {
                let bearer = bearer(server, fork, &format!("client={number}"));
                let token = token(fork);
                let mut client =
                    Client { number, fork, server, alerts, token, bearer, sent: 1, comment: None };
                together.wait();
                (0..each).for_each(|n| client.call(n));
                client.sent
            })
        };
        let clients: Vec<_> = forks.iter().enumerate().map(client).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    for (number, fork) in forks.iter().enumerate() {
        let log = fork.requests();
        assert_eq!(log.len() as u64 + fork.evicted_requests(), sent[number], "client {number}");
        let own = format!("client={number}");
        let is_own = |query: &str| query == own || query.starts_with(&format!("{own}&"));
        if let Some(foreign) = log.iter().find(|entry| !is_own(&entry.query)) {
            panic!("client {number} finds {foreign:?}");
        }
        let mut ids: Vec<u64> = log.iter().map(|entry| entry.id).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "client {number}: numbers twice");
    }
    // The tenant that all were forked off was not touched.
    assert_eq!(server.requests().len(), noticed);
    assert!(alerts.iter().all(|id| alert(&server, id).get("comment").is_none()));
}

#[test]
fn a_tenant_that_two_credentials_disagree_about_is_refused() {
    let server = tiny();
    let forks = [server.fork().unwrap(), server.fork().unwrap()];
    let host = |fork: &MockDefender| format!("{}/api/v1/alerts/", fork.tenant().cloud_apps_url);
    let status = |at: &MockDefender, with: &MockDefender| {
        ask(&server, "GET", &host(at), &token(with), "").status().as_u16()
    };
    assert_eq!((status(&forks[0], &forks[0]), status(&forks[0], &forks[1])), (200, 401));
}
