//! Many clients at once, each on a fork of its own: whatever names a fork reaches that fork, and each log holds its
//! own client's calls and no other's. `MOCK_DEFENDER_CALLS` is the number of calls; the default takes seconds.

use std::net::Ipv4Addr;
use std::sync::{Arc, Barrier};
use std::thread;

use bytes::Bytes;
use http::Request;
use mock_defender::MockDefender;
use mock_defender::gateway::{Answer, Arrival, BodyState};
use mock_defender::identity::api_token;
use mock_defender::model::base64;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use crate::embedded;
use crate::kit::{Kit, json, text};
use crate::oauth::{CLOUD_APPS, encode};

const CLIENTS: usize = 64;

/// Calls between two looks at one's log.
const ROUND: usize = 25;

fn calls() -> usize {
    std::env::var("MOCK_DEFENDER_CALLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12_800)
}

/// One client and its fork.
struct Client<'k> {
    kit: &'k Kit,
    number: usize,
    fork: Arc<Tenant>,
    token: String,
    bearer: String,
    /// The host label of another client's fork.
    neighbour: String,
    alerts: Vec<String>,
    /// Calls since the log was cleared, by what named the fork.
    sent: Vec<&'static str>,
}

impl<'k> Client<'k> {
    fn new(kit: &'k Kit, number: usize, forks: &[Arc<Tenant>]) -> Self {
        let fork = Arc::clone(&forks[number]);
        let token = format!("Token {}", api_token::mint(fork.identity()));
        let neighbour = forks[(number + 1) % forks.len()].identity().label.clone();
        let (bearer, alerts, sent) = (String::new(), Vec::new(), Vec::new());
        let mut client = Self { kit, number, fork, token, bearer, neighbour, alerts, sent };
        let list = json(&client.call("credential", "GET", "https://localhost/api/v1/alerts/", "token", ""));
        let ids =
            list["data"].as_array().unwrap().iter().map(|alert| alert["_id"].as_str().unwrap().to_owned());
        client.alerts = ids.collect();
        client.sign_in();
        client
    }

    fn id(&self) -> String {
        self.fork.identity().id.to_string()
    }

    /// A token from the fork's own endpoint.
    fn sign_in(&mut self) {
        let app = self.fork.world().registrations.iter().find(|app| app.name == "full").unwrap();
        let form = encode(&[
            ("grant_type", "client_credentials"),
            ("client_id", &app.client_id.to_string()),
            ("client_secret", app.secret()),
            ("scope", &format!("{CLOUD_APPS}/.default")),
        ]);
        let url = format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", self.id());
        let answer = json(&self.call("path", "POST", &url, "form", &form));
        self.bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    }

    /// Sends a request that carries the client's mark, and what is to name its fork. `with` is the credential: one
    /// of the fork's own, the name at the proxy, or none.
    fn call(&mut self, by: &'static str, method: &str, url: &str, with: &str, body: &str) -> Answer {
        self.sent.push(by);
        self.send(method, &format!("{url}?client={}&by={by}", self.number), with, body)
    }

    fn send(&self, method: &str, url: &str, with: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(url);
        let mut proxy_user = None;
        match with {
            "token" => request = request.header("authorization", &self.token),
            "bearer" => request = request.header("authorization", &self.bearer),
            "form" => request = request.header("content-type", "application/x-www-form-urlencoded"),
            "proxy" => proxy_user = Some(self.fork.identity().label.as_str().into()),
            _ => {}
        }
        let peer = Ipv4Addr::LOCALHOST.into();
        let arrival =
            Arrival { secure: true, sni: None, proxy_user, port: 443, peer, body: BodyState::Complete };
        self.kit.gateway.ask_as(request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap(), arrival)
    }

    fn mock(&self, method: &str, rest: &str, body: &Value) -> Value {
        let url = format!("https://localhost/_mock/tenants/{}{rest}", self.id());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.send(method, &url, "", &body);
        assert!(answer.status.is_success(), "{method} {rest}: {}", text(&answer));
        json(&answer)
    }

    /// The `n`th of many kinds of calls; the answer must be of the own fork.
    fn act(&mut self, n: usize) {
        let label = self.fork.identity().label.clone();
        let portal = format!("https://{label}.us2.portal.cloudappsecurity.com");
        let alert = self.alerts[n % self.alerts.len()].clone();
        let discovery = "contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";
        match (n + self.number) % 12 {
            0 | 1 => {
                let (url, with) =
                    (format!("https://localhost/api/v1/alerts/{alert}/"), ["token", "bearer"][n % 2]);
                drop(self.shows_own_alert(&url, with));
            }
            2 => drop(self.shows_own_alert(&format!("{portal}/api/v1/alerts/{alert}/"), "token")),
            3 => drop(
                self.shows_own_alert(&format!("https://{label}.localhost/api/v1/alerts/{alert}/"), "bearer"),
            ),
            4 => {
                let answer = self.call("host", "GET", &format!("{portal}/api/v1/alerts/"), "", "");
                assert_eq!(answer.status, 401);
            }
            5 => {
                let answer = self.call("proxy", "GET", "https://localhost/api/v1/alerts/", "proxy", "");
                assert_eq!(answer.status, 401);
            }
            6 | 7 => {
                let url = format!("https://login.microsoftonline.com/{discovery}");
                self.issues_own_tokens("proxy", &url);
            }
            8 => self.issues_own_tokens("", &format!("https://{label}.localhost/{discovery}")),
            9 => {
                // Whoever's host it is: with this token nobody is let in, and nobody's log but the server's shows it.
                let url =
                    format!("https://{}.us2.portal.cloudappsecurity.com/api/v1/alerts/", self.neighbour);
                assert_eq!(self.send("GET", &url, "token", "").status, 401);
            }
            10 => {
                let comment = format!("client {} call {n}", self.number);
                let body = json!({"filters": {"id": {"eq": [alert]}}, "comment": comment}).to_string();
                let close = format!("{portal}/api/v1/alerts/close_benign/");
                assert_eq!(self.call("credential", "POST", &close, "token", &body).status, 200);
                let url = format!("https://localhost/api/v1/alerts/{alert}/");
                assert_eq!(self.shows_own_alert(&url, "token")["comment"], comment);
            }
            _ if n.is_multiple_of(5) => self.sign_in(),
            _ => drop(self.mock("POST", "/clock/advance", &json!({"by": "PT1S"}))),
        }
    }

    fn shows_own_alert(&mut self, url: &str, with: &str) -> Value {
        let answer = self.call("credential", "GET", url, with, "");
        assert_eq!(answer.status, 200, "{}", text(&answer));
        let alert = json(&answer);
        assert_eq!(alert["contextId"], self.id());
        alert
    }

    /// A domain in the path is that of all forks: something else must name the own one.
    fn issues_own_tokens(&mut self, with: &str, url: &str) {
        let answer = self.call("path", "GET", url, with, "");
        let issuer = json(&answer)["issuer"].as_str().unwrap().to_owned();
        assert!(issuer.contains(&self.id()), "{issuer}");
    }

    /// Looks at the own log, and clears it.
    fn settle(&mut self) {
        let sent = self.sent.len();
        let mark = self.number.to_string();
        for matcher in [json!({}), json!({"query": {"client": mark}})] {
            let ask = json!({"match": matcher, "count": {"exactly": sent}});
            let verdict = self.mock("POST", "/requests/verify", &ask);
            assert_eq!(verdict["verified"], true, "client {mark}, {sent} sent: {verdict}");
        }
        let ways: Vec<&str> = std::mem::take(&mut self.sent);
        let list = self.mock("GET", "/requests", &Value::Null);
        let of_clients =
            list["requests"].as_array().unwrap().iter().filter(|entry| entry["service"] != "control");
        let found: Vec<&str> = of_clients.map(|entry| entry["tenantBy"].as_str().unwrap()).collect();
        assert_eq!(found, ways);
        assert!(self.mock("DELETE", "/requests", &Value::Null)["cleared"].as_u64() >= Some(sent as u64));
    }
}

#[test]
fn concurrent_clients_on_forks_never_see_each_other() {
    let kit = Kit::tiny();
    let forks: Vec<_> = (0..CLIENTS).map(|_| kit.join(kit.tenant.fork())).collect();
    let each = calls() / CLIENTS;
    let start = Barrier::new(CLIENTS);
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (kit, forks, start) = (&kit, &forks, &start);
            scope.spawn(move || {
                let mut client = Client::new(kit, number, forks);
                client.settle();
                start.wait();
                for n in 0..each {
                    client.act(n);
                    if n % ROUND == ROUND - 1 {
                        client.settle();
                    }
                }
                client.settle();
            });
        }
    });
    // What named a fork and was refused there is in nobody's log but the first tenant's, and its records are as born.
    let strays = json(&kit.mock("GET", "/_mock/tenants/contoso/requests?service=cloud-apps", ""));
    let strays = strays["requests"].as_array().unwrap();
    assert!(!strays.is_empty() && strays.iter().all(|entry| entry["tenantBy"] == "unresolved"));
    let commands = json(&kit.mock("GET", "/_mock/tenants/contoso/commands", ""));
    assert_eq!(commands["commands"], json!([]));
}

/// The same over sockets, where the name at the proxy comes in the two ways in which clients send it.
#[test]
fn clients_of_one_socket_reach_their_forks_by_name_host_and_token() {
    let mock = MockDefender::builder().start().unwrap();
    mock.http_url();
    thread::scope(|scope| {
        for number in 0..16 {
            let mock = &mock;
            scope.spawn(move || {
                let fork = mock.fork().unwrap();
                (0..12).for_each(|n| over_a_socket(&fork, number, n));
                let requests = fork.requests();
                assert_eq!(requests.len(), 12);
                let mark = format!("client={number}");
                assert!(requests.iter().all(|request| request.query == mark), "{requests:?}");
            });
        }
    });
    assert!(mock.requests().is_empty(), "{:?}", mock.requests());
}

fn over_a_socket(fork: &MockDefender, number: usize, n: usize) {
    let tenant = fork.tenant();
    let (id, token) = (tenant.id.to_string(), embedded::token(fork));
    let label = tenant.cloud_apps_url.split(['/', '.']).nth(2).unwrap().to_owned();
    let proxy =
        format!("Proxy-Authorization: Basic {}", base64::encode_standard(format!("{label}:").as_bytes()));
    let host = "login.microsoftonline.com";
    let discovery = format!("/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?client={number}");
    let alerts = format!("/api/v1/alerts/?client={number}");
    let get = |target: &str, host: &str, more: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}{more}");
    let credential = format!("\r\nAuthorization: {token}");
    let head = match n % 4 {
        0 => get(&format!("http://{host}{discovery}"), host, &format!("\r\n{proxy}")),
        1 => format!("CONNECT {host}:80 HTTP/1.1\r\n{proxy}\r\n\r\n{}", get(&discovery, host, "")),
        2 => get(&alerts, &format!("{label}.localhost"), &credential),
        _ => get(&alerts, "localhost", &credential),
    };
    let answer = embedded::exchange(fork, &head);
    assert!(answer.contains("HTTP/1.1 200 OK") && answer.contains(&id), "{head}\n{answer}");
}
