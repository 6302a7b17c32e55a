//! Faults of the server as clients of its socket meet them.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use mock_defender::MockDefender;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::kit::{self, tiny};

const HOST: &str = "login.microsoftonline.com";
const OTHER: &str = "graph.microsoft.com";
/// Fails a test.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough to say that nothing comes.
const SHORT: Duration = Duration::from_secs(1);

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it took too long")
}

/// A connection to the socket of the simulator.
async fn connect(mock: &MockDefender) -> TcpStream {
    let address = mock.http_url().strip_prefix("http://").unwrap().to_owned();
    soon(TcpStream::connect(address)).await.unwrap()
}

/// What comes back for these bytes until the server ends the connection, and how it ended.
async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: &str,
) -> (String, Result<(), ErrorKind>) {
    soon(stream.write_all(bytes.as_bytes())).await.unwrap();
    let mut read = Vec::new();
    let end = soon(stream.read_to_end(&mut read)).await;
    (String::from_utf8_lossy(&read).into_owned(), end.map(drop).map_err(|error| error.kind()))
}

fn get(path: &str, host: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

fn tunnel(host: &str) -> String {
    format!("CONNECT {host}:443 HTTP/1.1\r\nUser-Agent: curl/8.5.0\r\n\r\n")
}

/// A client that trusts the simulator, and resumes sessions.
fn trusting(mock: &MockDefender) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(mock.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Shakes hands with `host` through a tunnel.
async fn secure(
    mock: &MockDefender,
    tls: &TlsConnector,
    host: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut stream = connect(mock).await;
    // Other ports of this machine are no names of the simulator.
    let own = format!("{host}:{}", stream.peer_addr().unwrap().port());
    let to = if host.ends_with("localhost") {
        tunnel(host).replace(&format!("{host}:443"), &own)
    } else {
        tunnel(host)
    };
    stream.write_all(to.as_bytes()).await.unwrap();
    let mut established = [0; "HTTP/1.1 200 Connection established\r\n\r\n".len()];
    soon(stream.read_exact(&mut established)).await.unwrap();
    soon(tls.connect(host.to_owned().try_into().unwrap(), stream)).await
}

/// A request that works, through a tunnel and over TLS.
async fn works(mock: &MockDefender, tls: &TlsConnector, host: &str) {
    let stream = secure(mock, tls, host).await.unwrap();
    let (answer, _) = exchange(stream, &get("/common/discovery/v2.0/keys", host)).await;
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
}

fn reasons(mock: &MockDefender) -> Vec<String> {
    mock.requests().into_iter().filter_map(|entry| entry.reason).collect()
}

fn handshakes(mock: &MockDefender) -> Vec<Value> {
    let answer = kit::json(&kit::ask(mock, "GET", "/_mock/requests", "", ""));
    answer["handshakes"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_certificate_is_wrong_as_the_fault_says_even_for_a_client_that_could_resume() {
    let mock = tiny();
    for (effect, told) in
        [("expired", "Expired"), ("wrongName", "NotValidForName"), ("untrusted", "UnknownIssuer")]
    {
        let tls = trusting(&mock);
        works(&mock, &tls, HOST).await;
        mock.server_fault(json!({"host": "*.MicrosoftOnline.com", "times": 1, "effect": {"tls": effect}}))
            .unwrap();
        works(&mock, &tls, OTHER).await;
        let error = format!("{:?}", secure(&mock, &tls, HOST).await.unwrap_err());
        assert!(error.contains(told), "{effect}: {error}");
        works(&mock, &tls, HOST).await;
        let last = mock.server_faults().pop().unwrap();
        assert_eq!((last.matched, last.acted), (2, 1), "{effect}");
        mock.remove_server_fault(&last.id);
    }
    // The clients have done nothing wrong.
    let told = handshakes(&mock);
    assert_eq!(told.len(), 3, "{told:?}");
    for (one, number) in told.iter().zip(1..) {
        assert_eq!(one["disturbedBy"], format!("server-{number}"));
        let text = one["text"].as_str().unwrap();
        assert!(text.contains(&format!("disturbed by fault server-{number}")), "{text}");
        assert!(!text.contains("trust"), "{text}");
        assert_eq!(one["advice"], format!("mock-defender fault remove --server server-{number}"));
    }
}

#[tokio::test]
async fn a_handshake_is_reset_or_hangs() {
    let mock = tiny();
    let tls = trusting(&mock);
    mock.server_fault(json!({"host": HOST, "times": 1, "effect": {"tls": "reset"}})).unwrap();
    assert_eq!(secure(&mock, &tls, HOST).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    mock.server_fault(json!({"host": HOST, "times": 1, "effect": {"tls": "hang"}})).unwrap();
    assert!(tokio::time::timeout(SHORT, secure(&mock, &tls, HOST)).await.is_err());
    works(&mock, &tls, HOST).await;
    let told = handshakes(&mock);
    let by: Vec<&str> = told.iter().map(|one| one["disturbedBy"].as_str().unwrap()).collect();
    assert_eq!(by, ["server-1", "server-2"]);
}

#[tokio::test]
async fn a_tunnel_is_refused_reset_or_hangs() {
    let mock = tiny();
    let tls = trusting(&mock);
    mock.server_fault(json!({"host": HOST, "times": 1, "effect": {"connect": {"status": 407}}})).unwrap();
    let (answer, _) = exchange(connect(&mock).await, &tunnel(HOST)).await;
    assert!(
        answer.starts_with("HTTP/1.1 407 407 Proxy Authentication Required, by fault server-1\r\n"),
        "{answer}"
    );
    assert!(answer.to_lowercase().contains("\r\nproxy-authenticate: basic"), "{answer}");
    mock.server_fault(json!({"host": HOST, "times": 1, "effect": {"connect": {"status": 502}}})).unwrap();
    assert!(exchange(connect(&mock).await, &tunnel(HOST)).await.0.starts_with("HTTP/1.1 502 "));
    mock.server_fault(json!({"times": 1, "effect": {"connect": "reset"}})).unwrap();
    let reset = exchange(connect(&mock).await, &tunnel(HOST)).await;
    assert_eq!(reset, (String::new(), Err(ErrorKind::ConnectionReset)));
    mock.server_fault(json!({"times": 1, "effect": {"connect": "hang"}})).unwrap();
    let asking = tunnel(HOST);
    let hanging = exchange(connect(&mock).await, &asking);
    assert!(tokio::time::timeout(SHORT, hanging).await.is_err());
    works(&mock, &tls, HOST).await;

    let of = |number: usize, end: &str| format!("disturbed by fault server-{number}: {end}");
    let expected = [
        of(1, "refused with 407"),
        of(2, "refused with 502"),
        of(3, "its connection was reset"),
        of(4, "nothing came back"),
    ];
    assert_eq!(reasons(&mock), expected);
    let log = mock.requests();
    assert_eq!(log[..4].iter().map(|entry| entry.status).collect::<Vec<_>>(), [407, 502, 0, 0]);
    assert!(
        log[..4].iter().all(|entry| entry.fault.is_some() && &*entry.host == "login.microsoftonline.com:443")
    );
    // None of them is a request to a host that is not played.
    let unmatched = kit::json(&kit::ask(&mock, "GET", "/_mock/requests/unmatched", "", ""));
    assert_eq!(unmatched["unmatched"], json!([]));
    let explained = kit::json(&kit::ask(&mock, "GET", "/_mock/requests/2/explain", "", ""));
    assert_eq!(explained["reason"], of(2, "refused with 502"));
    assert!(
        explained["advice"].as_str().unwrap().contains("mock-defender fault remove --server server-2"),
        "{explained}"
    );
}

#[tokio::test]
async fn own_names_are_spared_by_faults_of_all_handshakes_and_tunnels() {
    let mock = tiny();
    let tls = trusting(&mock);
    mock.server_fault(json!({"effect": {"tls": "reset"}})).unwrap();
    mock.server_fault(json!({"effect": {"connect": "reset"}})).unwrap();
    works(&mock, &tls, "localhost").await;
    works(&mock, &tls, "contoso.localhost").await;
    assert_eq!(exchange(connect(&mock).await, &tunnel(HOST)).await.1, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn requests_to_a_host_are_refused_reset_or_hang_but_never_those_to_the_control_api() {
    let mock = tiny();
    let tls = trusting(&mock);
    let over_tls =
        async |host: &str| exchange(secure(&mock, &tls, host).await.unwrap(), &get("/v1.0/me", host)).await;
    mock.server_fault(json!({"host": "graph.*", "times": 1, "effect": {"host": {"status": 503}}})).unwrap();
    let (answer, _) = over_tls(OTHER).await;
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
    assert!(answer.ends_with("503 Service Unavailable, by fault server-1\n"), "{answer}");
    assert!(over_tls(OTHER).await.0.starts_with("HTTP/1.1 404 "));

    // All hosts: own names, too, but for the control API.
    mock.server_fault(json!({"effect": {"host": "reset"}})).unwrap();
    let reset = (String::new(), Err(ErrorKind::ConnectionReset));
    assert_eq!(over_tls(OTHER).await, reset);
    assert_eq!(exchange(connect(&mock).await, &get("/api/v1/alerts/", "localhost")).await, reset);
    let (answer, _) = exchange(connect(&mock).await, &get("/_mock/faults", "localhost")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"server-2\""), "{answer}");
    let remove = get("/_mock/faults/server-2", "localhost").replace("GET", "DELETE");
    assert!(exchange(connect(&mock).await, &remove).await.0.starts_with("HTTP/1.1 204 "));
    assert!(over_tls(OTHER).await.0.starts_with("HTTP/1.1 404 "));

    mock.server_fault(json!({"host": OTHER, "effect": {"host": "hang"}})).unwrap();
    assert!(tokio::time::timeout(SHORT, over_tls(OTHER)).await.is_err());
    let disturbed = reasons(&mock).into_iter().filter(|reason| reason.starts_with("disturbed by fault"));
    let expected = [
        "disturbed by fault server-1: refused with 503",
        "disturbed by fault server-2: its connection was reset",
        "disturbed by fault server-2: its connection was reset",
        "disturbed by fault server-3: nothing came back",
    ];
    assert_eq!(disturbed.collect::<Vec<_>>(), expected);
}
