//! What the simulator is measured beside: a bare hyper server and a wiremock server, each in a process of its own
//! (the bench starts itself again and plays the part).

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::child::{self, Child};

const HYPER: &str = "hyper";
const WIREMOCK: &str = "wiremock";

/// A certificate for `localhost` with its key, as PEM.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Identity {
    pub fn new() -> Self {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        Self { certificate: signed.cert.pem(), key: signed.signing_key.serialize_pem() }
    }
}

/// A bare hyper server that answers every request with the bytes in `body`; over TLS if `tls` names the files of
/// certificate and key.
pub fn hyper(body: &Path, tls: Option<[&Path; 2]>) -> Child {
    let mut command = child::myself(HYPER);
    command.arg(body).args(tls.into_iter().flatten());
    Child::start(&mut command)
}

/// A wiremock server that answers every `GET` with the bytes in `body`.
pub fn wiremock(body: &Path) -> Child {
    let mut command: Command = child::myself(WIREMOCK);
    Child::start(command.arg(body))
}

/// The port that a peer listens on.
pub fn port(peer: &Child) -> u16 {
    peer.line.trim().parse().expect("a peer's first line is its port")
}

/// Plays the peer that this process was started as, if it is one of these.
pub fn play(part: &str, files: &[String]) -> bool {
    let play: fn(Bytes, &[String]) = match part {
        HYPER => |body, identity| play_hyper(body, acceptor(identity)),
        WIREMOCK => |body, _| play_wiremock(&body),
        _ => return false,
    };
    let (body, identity) = files.split_first().expect("the file with the bytes to answer");
    play(Bytes::from(std::fs::read(body).expect("the bytes to answer")), identity);
    true
}

fn acceptor(files: &[String]) -> Option<TlsAcceptor> {
    let [certificate, key] = files else { return None };
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate file");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key file");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key");
    Some(TlsAcceptor::from(Arc::new(config)))
}

fn play_hyper(body: Bytes, tls: Option<TlsAcceptor>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        println!("{}", listener.local_addr().expect("the address listened on").port());
        loop {
            let (socket, _) = listener.accept().await.expect("a connection");
            socket.set_nodelay(true).expect("a socket option");
            let (body, tls) = (body.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    // If it fails, the client went away during the handshake: the bench is over.
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(socket).await {
                            answer(stream, body).await;
                        }
                    }
                    None => answer(socket, body).await,
                }
            });
        }
    });
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, body: Bytes) {
    let service = service_fn(move |_| {
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("mock-defender-request", "1")
            .body(Full::new(body.clone()))
            .expect("legal headers");
        async move { Ok::<_, Infallible>(response) }
    });
    // Ends with an error when the client leaves: no news.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn play_wiremock(body: &[u8]) {
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(method("GET")).respond_with(answer).mount(&server).await;
        println!("{}", server.address().port());
        std::future::pending::<()>().await;
    });
}
