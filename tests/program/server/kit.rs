//! Starts a server over a front that tells what it was given, and speaks to it byte by byte.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header, request};
use mock_defender::gateway::{
    Answer, Arrival, BodyLimit, Delivery, EndedHandshake, Feed, Planned, Presence, RequestHandler, Stray,
};
use mock_defender::server::{CertificateAuthority, Limits, Server};
use mock_defender::services::domains;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A name of a real service that the front plays.
pub(crate) const GENUINE: &str = "login.microsoftonline.com";
/// Another.
pub(crate) const OTHER: &str = "graph.microsoft.com";
/// How much body the front takes, in bytes.
pub(crate) const BODY: usize = 1024;

/// Long enough for anything that should happen, short enough to fail a test.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers with what it was given. `/panic` panics; `/hold` waits to be released; `/left` waits for its client to
/// leave; `/large` is more than a socket holds. What stands in a field `deliver` is how the answer is sent.
pub(crate) struct Teller {
    /// Told when `/hold` was reached.
    pub(crate) reached: Notify,
    /// Told when the client of `/left` has left.
    pub(crate) left: Notify,
    /// Told when the front was asked to keep up with the clock.
    pub(crate) ticked: Notify,
    /// The handshakes that clients ended.
    pub(crate) ended: Mutex<Vec<EndedHandshake>>,
    released: Mutex<mpsc::Receiver<()>>,
}

impl RequestHandler for Teller {
    fn plan(&self, head: &request::Parts, _: &Arrival) -> Planned {
        let heavy = ["/hold", "/left", "/panic/heavy"].contains(&head.uri.path());
        Planned::unrouted(BodyLimit(BODY), heavy)
    }

    fn call(&self, _: Planned, request: &Request<Bytes>, arrival: &Arrival) -> Answer {
        let mut body = format!(
            "{} {} host={} secure={} sni={} user={} port={} peer={} body={:?} length={}",
            request.method(),
            request.uri(),
            request.headers().get(header::HOST).map_or("-", |host| host.to_str().unwrap_or("?")),
            arrival.secure,
            arrival.sni.as_deref().unwrap_or("-"),
            arrival.proxy_user.as_deref().unwrap_or("-"),
            arrival.port,
            arrival.peer,
            arrival.body,
            request.body().len(),
        );
        match request.uri().path() {
            "/panic" | "/panic/heavy" => panic!("as asked"),
            "/hold" => {
                self.reached.notify_one();
                self.released.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            }
            "/left" => {
                self.reached.notify_one();
                let presence = request.extensions().get::<Presence>().unwrap();
                let mut patience = PATIENCE.as_millis();
                while presence.is_there() && patience > 0 {
                    std::thread::park_timeout(Duration::from_millis(1));
                    patience -= 1;
                }
                assert!(!presence.is_there());
                self.left.notify_one();
            }
            "/large" => body = "x".repeat(32 << 20),
            _ => {}
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_static("Mon, 02 Feb 2026 00:00:00 GMT"));
        let delivery =
            request.headers().get("deliver").map(|text| Box::new(delivery(text.to_str().unwrap())));
        Answer { status: StatusCode::OK, headers, body: body.into(), delivery }
    }

    fn plays(&self, host: &str) -> bool {
        [GENUINE, OTHER].contains(&host)
    }

    fn refuse_stray(&self, stray: &Stray<'_>, arrival: &Arrival) -> Answer {
        let user = arrival.proxy_user.as_deref().unwrap_or("-");
        let body = format!("{} {}: no outside connection for {user}\n", stray.method, stray.host);
        Answer::with_type(StatusCode::BAD_GATEWAY, "text/plain", body)
    }

    fn handshake_ended(&self, ended: &EndedHandshake) {
        self.ended.lock().unwrap().push(ended.clone());
    }

    fn is_behind(&self) -> bool {
        true
    }

    fn tick(&self) {
        self.ticked.notify_one();
    }

    fn is_heavy(&self, planned: &Planned, _: &Method) -> bool {
        planned.is_heavy()
    }
}

/// `late 100`, `drip 3 50`, `hang 1000`, `reset`, `reset 10`, `truncated 10`, `feed 3`: times in milliseconds.
fn delivery(text: &str) -> Delivery {
    let mut words = text.split(' ');
    let word = words.next().unwrap();
    let numbers: Vec<usize> = words.map(|number| number.parse().unwrap()).collect();
    let millis = |at: usize| Duration::from_millis(numbers[at] as u64);
    match word {
        "late" => Delivery::Late(millis(0)),
        "drip" => Delivery::Drip { bytes: numbers[0], every: millis(1) },
        "hang" => Delivery::Hang(millis(0)),
        "reset" => Delivery::Reset(numbers.first().copied()),
        "truncated" => Delivery::Truncated(numbers[0]),
        "feed" => Delivery::Feed(Box::new(Counting { next: 0, end: numbers[0] })),
        _ => panic!("no delivery: {text}"),
    }
}

/// A feed that has one number after the other, and then none any more.
struct Counting {
    next: usize,
    end: usize,
}

impl Feed for Counting {
    fn next(&mut self) -> Option<Bytes> {
        let number = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        Some(format!("<{number}>").into())
    }
}

/// A server that runs.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) authority: CertificateAuthority,
    pub(crate) front: Arc<Teller>,
    release: mpsc::Sender<()>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

pub(crate) fn start() -> Running {
    start_with(Limits::default())
}

pub(crate) fn start_with(limits: Limits) -> Running {
    let (release, released) = mpsc::channel();
    let front = Arc::new(Teller {
        reached: Notify::new(),
        left: Notify::new(),
        ticked: Notify::new(),
        ended: Mutex::default(),
        released: Mutex::new(released),
    });
    let authority = CertificateAuthority::ephemeral(&domains(), &[]).unwrap();
    let any_port = vec!["127.0.0.1:0".parse().unwrap()];
    let server = Server::bind(any_port, front.clone(), authority.clone(), Vec::new(), limits).unwrap();
    let address = server.local_addrs()[0];
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.run(async move {
        let _ = stopped.await;
    }));
    Running { address, authority, front, release, stop: Some(stop), task }
}

impl Running {
    pub(crate) async fn connect(&self) -> TcpStream {
        soon(TcpStream::connect(self.address)).await.unwrap()
    }

    /// Sends bytes and returns all that comes back until the server closes.
    pub(crate) async fn ask(&self, bytes: impl AsRef<[u8]>) -> String {
        exchange(self.connect().await, bytes).await
    }

    /// TLS for this server name, which may be an address, over a fresh connection.
    pub(crate) async fn secure(&self, name: &str) -> io::Result<TlsStream<TcpStream>> {
        let stream = self.connect().await;
        self.secure_over(stream, name).await
    }

    pub(crate) async fn secure_over<S>(&self, stream: S, name: &str) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        soon(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
    }

    /// Lets one `/hold` go.
    pub(crate) fn release(&self) {
        self.release.send(()).unwrap();
    }

    pub(crate) fn begin_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Drops the server as it runs.
    pub(crate) fn drop_it(&self) {
        self.task.abort();
    }

    /// Waits until the server has stopped.
    pub(crate) async fn stopped(self) {
        soon(self.task).await.unwrap();
    }
}

/// A whole request that asks for the connection to be closed after it.
pub(crate) fn get(path: &str, host: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

/// Sends bytes and returns all that comes back until the server closes.
pub(crate) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: impl AsRef<[u8]>,
) -> String {
    // The server may have closed already; what it said before is what counts.
    let _ = soon(stream.write_all(bytes.as_ref())).await;
    rest(&mut stream).await
}

/// All that comes until the server closes, or resets, the connection.
pub(crate) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = soon(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads up to and including `end`.
pub(crate) async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        text.push(char::from(soon(stream.read_u8()).await.unwrap()));
    }
    text
}

/// Opens a tunnel on the stream.
pub(crate) async fn tunnel(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), head: &str) {
    soon(stream.write_all(head.as_bytes())).await.unwrap();
    assert_eq!(read_until(stream, "\r\n\r\n").await, "HTTP/1.1 200 Connection established\r\n\r\n");
}

/// Fails the test when it takes too long.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it took too long")
}
