//! A small HTTP/1.1 client that keeps its connections: one thread asks on all of them in turn, so that it takes
//! little of the processor from the server.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use mock_defender::tenant::wall::Stopwatch;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// One connection.
pub struct Connection<S> {
    stream: S,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Connection<TcpStream> {
    /// A connection in clear.
    pub fn clear(port: u16) -> Self {
        Self::over(tcp(port))
    }
}

impl Connection<StreamOwned<ClientConnection, TcpStream>> {
    /// A connection over TLS; the handshake happens with the first request.
    pub fn secure(port: u16, trust: &Arc<ClientConfig>) -> Self {
        let name = ServerName::try_from("localhost").expect("a server name");
        let client = ClientConnection::new(Arc::clone(trust), name).expect("a TLS client");
        Self::over(StreamOwned::new(client, tcp(port)))
    }
}

fn tcp(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server accepts connections");
    stream.set_nodelay(true).expect("a socket option");
    stream
}

/// Trusts the certificates in these PEM texts and nothing else.
pub fn trust(certificates: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for pem in certificates {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
        roots.add(certificate).expect("a certificate to trust");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(builder.expect("protocol versions").with_root_certificates(roots).with_no_client_auth())
}

impl<S: Read + Write> Connection<S> {
    fn over(stream: S) -> Self {
        Self { stream, buffer: vec![0; 64 << 10], filled: 0 }
    }

    /// Sends a request and waits for its answer.
    pub fn ask(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        let (status, body) = self.receive(|bytes| bytes.to_vec());
        Answer { status, body }
    }

    fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).expect("the server reads the request");
    }

    /// Reads one answer; what `look` makes of its body.
    fn receive<T>(&mut self, look: impl FnOnce(&[u8]) -> T) -> (u16, T) {
        let mut searched = 0;
        let head = loop {
            let from = usize::saturating_sub(searched, 3);
            let seen = &self.buffer[from..self.filled];
            if let Some(at) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break from + at + 4;
            }
            searched = self.filled;
            self.read_more();
        };
        let text = std::str::from_utf8(&self.buffer[..head]).expect("a head in ASCII");
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).expect("a status line");
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + length.expect("answers of the benches have a length");
        while self.filled < end {
            self.read_more();
        }
        let looked = look(&self.buffer[head..end]);
        self.buffer.copy_within(end..self.filled, 0);
        self.filled -= end;
        (status, looked)
    }

    fn read_more(&mut self) {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[self.filled..]).expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        self.filled += read;
    }
}

/// How long a load lasts.
#[derive(Clone, Copy)]
pub enum Length {
    Requests(u64),
    Time(Duration),
}

/// What a load came to.
pub struct Load {
    pub requests: u64,
    pub seconds: f64,
}

/// Asks on `connections` connections at a time, the next request as soon as the answer is there.
pub fn load(port: u16, request: &[u8], connections: usize, length: Length) -> Load {
    let mut all: Vec<_> = (0..connections).map(|_| Connection::clear(port)).collect();
    let answer = all[0].ask(request);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let watch = Stopwatch::start();
    all.iter_mut().for_each(|connection| connection.send(request));
    let mut requests = 0;
    loop {
        for connection in &mut all {
            let (status, ()) = connection.receive(|_| ());
            assert_eq!(status, 200, "the same request, another status");
            requests += 1;
            connection.send(request);
        }
        let enough = match length {
            Length::Requests(wanted) => requests >= wanted,
            Length::Time(time) => watch.elapsed() >= time,
        };
        if enough {
            break;
        }
    }
    let seconds = watch.elapsed().as_secs_f64();
    all.iter_mut().for_each(|connection| connection.receive(|_| ()).1);
    Load { requests, seconds }
}
