//! Clients that don't trust the server's authority.

use std::sync::Arc;
use std::time::Duration;

use mock_defender::gateway::EndedHandshake;

use super::kit::*;
use tokio::io::AsyncWriteExt as _;

/// What the front was told, once it was.
async fn told(server: &Running) -> EndedHandshake {
    for _ in 0..500 {
        if let Some(ended) = server.front.ended.lock().unwrap().pop() {
            return ended;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the front was not told")
}

/// A client without any authority shakes hands over the stream, and fails.
async fn distrust(stream: tokio::net::TcpStream, name: &str) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = name.to_owned().try_into().unwrap();
    assert!(tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tls_certificate_alert_is_reported_with_the_clients_name() {
    let server = start();
    let mut stream = server.connect().await;
    tunnel(&mut stream, &format!("CONNECT {GENUINE}:443 HTTP/1.1\r\nUser-Agent: curl/8.5.0\r\n\r\n")).await;
    distrust(stream, GENUINE).await;
    let ended = told(&server).await;
    assert_eq!((ended.alert, ended.complete), (Some("unknown_ca"), false));
    assert_eq!((ended.host.as_str(), ended.agent.as_deref()), (GENUINE, Some("curl/8.5.0")));
    assert_eq!((ended.offered, ended.greased), (vec!["http/1.1".to_owned()], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_after_the_handshake_is_reported_unless_it_sent_a_request() {
    let server = start();
    let stream = server.secure("localhost").await.unwrap();
    assert!(exchange(stream, get("/", "localhost")).await.contains("200 OK"));
    drop(server.secure("localhost").await.unwrap());
    let ended = told(&server).await;
    assert_eq!((ended.alert, ended.complete), (None, true));
    assert!(server.front.ended.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_end_for_other_reasons_are_not_reported() {
    let server = start();
    // A look at the port, a name that is not played, and the beginning of a handshake.
    drop(server.connect().await);
    assert!(server.secure("www.example.com").await.is_err());
    server.connect().await.write_all(&[0x16, 3, 1, 0, 2, 1]).await.unwrap();
    // In the order in which connections came: were one of them told, it would be first.
    distrust(server.connect().await, "localhost").await;
    assert_eq!(told(&server).await.alert, Some("unknown_ca"));
    assert!(server.front.ended.lock().unwrap().is_empty());
}
