//! Mounted into a `wiremock::MockServer`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mock_defender::{Delivered, MockDefender, Mount};
use serde_json::json;
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::*;

/// Sends a request to the server and reads the answer; runs off the reactor.
async fn send(server: &MockServer, head: String, body: &'static str) -> String {
    let address = *server.address();
    let work = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(stream, "{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test]
async fn a_mounted_simulator_answers_for_every_origin() {
    let (server, mock) = (MockServer::start().await, tiny());
    mock.mount(&server).await;
    let host = server.address();
    let head =
        format!("POST /api/v1/alerts/?n=1 HTTP/1.1\r\nhost: {host}\r\nauthorization: {}", token(&mock));
    let answer = send(&server, head, r#"{"limit": 1}"#).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"total\":"), "{answer}");
    // Links name the server that was asked.
    let document = "common/v2.0/.well-known/openid-configuration";
    let answer = send(&server, format!("GET /{document} HTTP/1.1\r\nhost: {host}"), "").await;
    assert!(answer.contains(&format!("http://{host}/")), "{answer}");
    // A genuine host by its field.
    let head = format!("GET /{document} HTTP/1.1\r\nhost: login.microsoftonline.com");
    assert!(send(&server, head, "").await.contains("login.microsoftonline.com/"));
    let paths: Vec<String> =
        mock.requests().iter().map(|entry| format!("{}?{}", entry.path, entry.query)).collect();
    assert_eq!(paths, ["/api/v1/alerts/?n=1".to_owned(), format!("/{document}?"), format!("/{document}?")]);
}

#[tokio::test]
async fn other_wiremock_mocks_take_precedence() {
    let server = MockServer::start().await;
    let teapot = Mock::given(method("GET")).and(path("/api/v1/alerts/"));
    teapot.respond_with(ResponseTemplate::new(418)).up_to_n_times(1).mount(&server).await;
    let mock = tiny();
    mock.mount(&server).await;
    let status = async || {
        let head =
            format!("GET /api/v1/alerts/ HTTP/1.1\r\nhost: x.localhost\r\nauthorization: {}", token(&mock));
        send(&server, head, "").await[9..12].to_owned()
    };
    assert_eq!((status().await.as_str(), status().await.as_str()), ("418", "200"));
}

#[tokio::test]
async fn a_mounted_fork_outlives_its_handle_and_answers_for_its_own_tenant() {
    let (server, mock) = (MockServer::start().await, tiny());
    let fork = mock.fork().unwrap();
    let (id, token) = (fork.tenant().id, token(&fork));
    Mock::given(path_regex("^/")).respond_with(Mount::of(&fork)).mount(&server).await;
    drop(fork);
    let head = format!("GET /api/v1/alerts/ HTTP/1.1\r\nhost: localhost\r\nauthorization: {token}");
    assert!(send(&server, head, "").await.starts_with("HTTP/1.1 200 "));
    // Nothing but the mount says which tenant this is about.
    assert!(
        send(&server, "GET /api/v1/alerts/ HTTP/1.1\r\nhost: localhost".to_owned(), "")
            .await
            .starts_with("HTTP/1.1 401 ")
    );
    assert!(mock.requests().is_empty());
    server.reset().await;
    let gone = ask(&mock, "GET", &format!("/_mock/tenants/{id}"), "", "");
    assert_eq!(gone.status(), 404);
    let _: &MockDefender = &mock;
}

#[tokio::test]
async fn a_mounted_simulator_passes_on_latency_and_sends_at_once_what_else_a_fault_would_break() {
    let (server, mock) = (MockServer::start().await, tiny());
    mock.mount(&server).await;
    let asking =
        || format!("GET /api/v1/alerts/ HTTP/1.1\r\nhost: localhost\r\nauthorization: {}", token(&mock));
    let plain = ask(&mock, "GET", "/api/v1/alerts/", &token(&mock), "");
    assert_eq!(plain.extensions().get::<Delivered>(), None);
    let body_of = |answer: &str| answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap();
    let whole = body_of(&send(&server, asking(), "").await);
    assert!(whole.starts_with("{\"data\":["), "{whole}");
    for (effect, delivered) in [
        (json!({"latency": {"fixed": "0.4s"}}), Delivered::Late(Duration::from_millis(400))),
        (json!({"reset": {"after": 20}}), Delivered::Reset(Some(20))),
        (json!({"reset": {}}), Delivered::Reset(None)),
        (json!({"hang": {"for": "5m"}}), Delivered::Hang(Duration::from_secs(300))),
    ] {
        mock.fault(json!({"when": {"times": 2}, "effect": effect})).unwrap();
        let told = ask(&mock, "GET", "/api/v1/alerts/", &token(&mock), "");
        assert_eq!(told.extensions().get::<Delivered>(), Some(&delivered));
        let begun = tokio::time::Instant::now();
        let sent = tokio::time::timeout(Duration::from_secs(60), send(&server, asking(), "")).await.unwrap();
        // What is not answered at all has no body that could come.
        let none = matches!(delivered, Delivered::Reset(None) | Delivered::Hang(_));
        assert_eq!(body_of(&sent), if none { "" } else { &*whole }, "{delivered:?}");
        if let Delivered::Late(delay) = delivered {
            assert!(begun.elapsed() >= delay);
        }
    }
}
