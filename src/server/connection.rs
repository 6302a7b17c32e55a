//! The life of one connection: look at its first bytes, open tunnels and TLS as they come, then speak HTTP.
//!
//! Must never know what a request means. Proxying: RFC 9110 section 9.3.6 (`CONNECT`).

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use http::{HeaderMap, HeaderValue, Method, header};

use super::connect::{self, Connect};
use super::http::Http;
use super::limits::Limits;
use super::names::{self, Names};
use super::patience::Patient;
use super::refusal::Refusal;
use super::sniff::{Protocol, sniff};
use super::socket::{Socket, SocketControl};
use super::stop::Stop;
use super::stream::Peekable;
use super::tls::{self, Hello, NotSecured, Secured, Shaken, Tls};
use crate::gateway::{Answer, Arrival, BodyState, Delivery, Stray};

/// Tunnels in tunnels, and TLS in TLS: a client behind a proxy has two of each, nobody has more.
const DEEPEST: u32 = 2;

/// No connection that shall hang is kept longer.
const LONGEST_HANG: Duration = Duration::from_secs(600);

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// What connections of one server share.
pub(super) struct Room {
    pub(super) names: Arc<Names>,
    pub(super) tls: Tls,
    pub(super) http: Arc<Http>,
    pub(super) limits: Limits,
}

/// Serves one accepted socket until it ends or the server does.
pub(super) async fn serve(room: &Room, socket: TcpStream, peer: SocketAddr, stop: Stop) {
    let mut closed = stop.clone();
    tokio::select! {
        () = closed.closed() => {}
        result = live(room, socket, peer, stop) => {
            if let Err(error) = result {
                tracing::debug!("connection from {peer}: {error}");
            }
        }
    }
}

async fn live(room: &Room, socket: TcpStream, peer: SocketAddr, mut stop: Stop) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let local = socket.local_addr()?;
    let control = Arc::new(SocketControl::default());
    let socket = Socket::new(socket, control.clone());
    let stream = Peekable::new(Patient::new(socket, room.limits.write_stall));
    let opening = PendingConnection {
        stream,
        control: control.clone(),
        listening: local.port(),
        // Initial values: a CONNECT request and the TLS handshake replace them.
        agent: None,
        asked_for: local.ip().to_canonical().to_string(),
        arrival: Arrival {
            secure: false,
            sni: None,
            proxy_user: None,
            port: local.port(),
            peer: peer.ip().to_canonical(),
            body: BodyState::Complete,
        },
    };
    let opened = tokio::select! {
        () = stop.draining() => return Ok(()),
        opened = opening.open(room) => opened?,
    };
    let Some((opening, is_http2)) = opened else { return Ok(()) };
    let http = room.http.clone();
    http.serve(opening.stream, is_http2, opening.arrival, control, &mut stop).await.map_err(io::Error::other)
}

/// A connection on its way to HTTP.
struct PendingConnection {
    stream: Peekable,
    control: Arc<SocketControl>,
    /// The port that the server listens on.
    listening: u16,
    asked_for: String,
    /// What the client called itself when it asked for a tunnel.
    agent: Option<String>,
    arrival: Arrival,
}

impl PendingConnection {
    /// Opens layer by layer; the flag says whether what comes is HTTP/2. `None` when it ended on the way.
    async fn open(mut self, room: &Room) -> io::Result<Option<(Self, bool)>> {
        let limits = &room.limits;
        let (mut tunnels, mut secured) = (0, 0);
        loop {
            let Some(protocol) = within(limits.sniff, sniff(&mut self.stream)).await? else {
                return Ok(None);
            };
            match protocol {
                Protocol::Http1 => return Ok(Some((self, false))),
                Protocol::Http2 => return Ok(Some((self, true))),
                Protocol::Tls if secured == DEEPEST => return Ok(None),
                Protocol::Tls => {
                    secured += 1;
                    let (hello, negotiated_http2);
                    match within(limits.handshake, self.secure(room)).await? {
                        Handshake::Done(secured, of, is_http2) => {
                            (self, hello, negotiated_http2) = (*secured, of, is_http2);
                        }
                        Handshake::Hanging(stream) => return hang(stream).await.map(|()| None),
                    }
                    self.await_first_bytes(room, hello).await?;
                    if negotiated_http2 {
                        return Ok(Some((self, true)));
                    }
                }
                Protocol::Connect => {
                    let asked = within(limits.header_read, self.read_connect(limits)).await?;
                    let asked = asked.and_then(|connect| match connect {
                        _ if tunnels == DEEPEST => Err(Refusal::bad_request("tunnels are nested too deeply")),
                        connect if !self.leads_here(room, &connect) => Err(self.refuse(room, connect)),
                        connect => Ok(connect),
                    });
                    match asked {
                        Ok(connect) => match self.disturb(room, &connect).map(Disturbed::of) {
                            None => self.enter(connect).await?,
                            Some(Disturbed::Hangs) => return hang(self.stream).await.map(|()| None),
                            Some(Disturbed::Reset) => return self.reset(),
                            Some(Disturbed::Refused(refusal)) => {
                                return within(limits.header_read, refusal.send(&mut self.stream))
                                    .await
                                    .map(|()| None);
                            }
                        },
                        Err(refusal) => {
                            return within(limits.header_read, refusal.send(&mut self.stream))
                                .await
                                .map(|()| None);
                        }
                    }
                    tunnels += 1;
                }
            }
        }
    }

    async fn secure(self, room: &Room) -> io::Result<Handshake> {
        let Self { stream, control, listening, asked_for, agent, mut arrival } = self;
        match room.tls.accept(stream, &room.names, &asked_for).await {
            Ok(Shaken::Secured(Secured { stream, sni, is_http2, hello })) => {
                arrival.secure = true;
                arrival.sni = sni.map(Arc::from);
                let secured = Self { stream, control, listening, asked_for, agent, arrival };
                Ok(Handshake::Done(Box::new(secured), hello, is_http2))
            }
            Ok(Shaken::Reset(hello, stream)) => {
                control.reset();
                drop(stream);
                room.names.distrusted(&hello.ended(&arrival, None, false, agent));
                Err(ErrorKind::ConnectionReset.into())
            }
            Ok(Shaken::Hanging(hello, stream)) => {
                room.names.distrusted(&hello.ended(&arrival, None, false, agent));
                Ok(Handshake::Hanging(stream))
            }
            Err(NotSecured { error, hello }) => {
                if let (Some(hello), Some(alert)) = (hello, tls::distrust(&error)) {
                    room.names.distrusted(&hello.ended(&arrival, alert, false, agent));
                }
                Err(error)
            }
        }
    }

    /// Waits for what follows a handshake, where there is a clock for it: over HTTP/2 the preface. Some clients look at
    /// the certificate only now.
    async fn await_first_bytes(&mut self, room: &Room, hello: Hello) -> io::Result<()> {
        let asked = within(room.limits.sniff, sniff(&mut self.stream)).await;
        let alert = match &asked {
            Ok(Some(_)) => None,
            Ok(None) => Some(None),
            Err(error) => tls::distrust(error),
        };
        // Browsers open connections ahead of need, and close those that they had no use for.
        if let Some(alert) = alert.filter(|alert| alert.is_some() || !hello.greased) {
            room.names.distrusted(&hello.ended(&self.arrival, alert, true, self.agent.clone()));
        }
        asked.map(drop)
    }

    /// Ends the connection with a reset.
    fn reset<T>(self) -> io::Result<Option<T>> {
        self.control.reset();
        Ok(None)
    }

    /// A tunnel to this place ends at this server: at a name that it plays, and of its own machine at its own port only,
    /// since at other ports of that are other servers.
    fn leads_here(&self, room: &Room, connect: &Connect) -> bool {
        let elsewhere = names::is_local(&connect.host) && connect.port != self.listening;
        !elsewhere && room.names.plays(&connect.host)
    }

    /// The proxy's no to a tunnel.
    fn refuse(&self, room: &Room, connect: Connect) -> Refusal {
        self.asking(&connect, |stray, arrival| room.names.refuse(stray, arrival))
    }

    /// What a fault makes of a tunnel.
    fn disturb(&self, room: &Room, connect: &Connect) -> Option<Answer> {
        self.asking(connect, |stray, arrival| room.names.disturb_tunnel(stray, arrival))
    }

    /// Asks about a tunnel.
    fn asking<T>(&self, connect: &Connect, ask: impl FnOnce(&Stray<'_>, &Arrival) -> T) -> T {
        let agent = connect.agent.as_deref().and_then(|agent| HeaderValue::from_str(agent).ok());
        let headers: HeaderMap = agent.into_iter().map(|agent| (header::USER_AGENT, agent)).collect();
        let stray = Stray {
            method: &Method::CONNECT,
            host: &connect.host,
            port: Some(connect.port),
            path: "",
            version: connect.version,
            headers: &headers,
        };
        let proxy_user = connect.user.as_deref().map(Arc::from).or_else(|| self.arrival.proxy_user.clone());
        let arrival = Arrival { port: connect.port, proxy_user, ..self.arrival.clone() };
        ask(&stray, &arrival)
    }

    async fn read_connect(&mut self, limits: &Limits) -> io::Result<Result<Connect, Refusal>> {
        let mut searched = 0;
        loop {
            let seen = self.stream.seen();
            let length = connect::head_length(seen, searched);
            searched = seen.len();
            if length.unwrap_or(searched) > limits.header_bytes {
                return Ok(Err(Refusal::head_too_large()));
            }
            if let Some(length) = length {
                let head = self.stream.consume(length);
                return Ok(connect::parse(&head, limits.header_count).map_err(Refusal::bad_request));
            }
            if !self.stream.see_more().await? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn enter(&mut self, connect: Connect) -> io::Result<()> {
        self.asked_for = connect.host;
        self.agent = connect.agent;
        self.arrival.port = connect.port;
        if connect.user.is_some() {
            self.arrival.proxy_user = connect.user.map(Arc::from);
        }
        self.stream.write_all(ESTABLISHED).await?;
        self.stream.flush().await
    }
}

/// What came of a handshake.
enum Handshake {
    /// The connection goes on.
    Done(Box<PendingConnection>, Hello, bool),
    /// Nothing shall come back.
    Hanging(Peekable),
}

/// What becomes of a tunnel by a fault.
enum Disturbed {
    Refused(Refusal),
    Reset,
    Hangs,
}

impl Disturbed {
    fn of(answer: Answer) -> Self {
        match answer.delivery.as_deref() {
            Some(Delivery::Reset(_)) => Self::Reset,
            Some(Delivery::Hang(_)) => Self::Hangs,
            _ => Self::Refused(Refusal::of(answer)),
        }
    }
}

/// Says nothing until the client gives up.
async fn hang(mut stream: Peekable) -> io::Result<()> {
    match timeout(LONGEST_HANG, tokio::io::copy(&mut stream, &mut tokio::io::sink())).await {
        Ok(ended) => ended.map(drop),
        Err(_) => Ok(()),
    }
}

async fn within<T>(time: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(time, work).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}
