//! What passes between a transport and the gateway: a buffered request with the facts of its arrival, and an answer.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, StatusCode, header, request};

use super::handshakes::EndedHandshake;
use super::plan::Planned;
use super::server_faults::DisturbedHandshake;
use super::stray::Stray;

/// What the transport knows about a request besides its bytes; carried in the request's extensions.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// It came over TLS.
    pub secure: bool,
    /// The server name of the TLS handshake, lower case. Shared, like the next, by all requests of a connection.
    pub sni: Option<Arc<str>>,
    /// User name of the proxy authorisation, if it came through `CONNECT` or as a proxy request: names a tenant.
    pub proxy_user: Option<Arc<str>>,
    /// The port that the client believes it talks to: the one named in `CONNECT` or in the target of a plain
    /// proxy request, else the listener's.
    pub port: u16,
    /// Where the connection came from.
    pub peer: IpAddr,
    /// Whether the body arrived whole.
    pub body: BodyState,
}

/// Whether a body arrived whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyState {
    /// All of it is there (or there was none).
    #[default]
    Complete,
    /// It is larger than the route allows; what arrived was dropped.
    TooLarge,
    /// The client took too long, or broke off.
    Incomplete,
}

/// Whether somebody still waits for the answer; carried in the extensions of heavy requests.
#[derive(Clone, Debug, Default)]
pub struct Presence(Arc<AtomicBool>);

impl Presence {
    /// The client has gone.
    pub fn leave(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// It has not gone, as far as is known.
    pub fn is_there(&self) -> bool {
        !self.0.load(Ordering::Acquire)
    }
}

/// Is asked, by the name of a fault that would act on a request, whether it may; carried in the extensions of requests
/// by those who want to know what a fault does to a client. The fault counts the request either way.
#[derive(Clone)]
pub struct FaultGate(pub Arc<dyn Fn(&str) -> bool + Send + Sync>);

/// How much of a body the transport shall buffer before it calls the gateway, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, `Date` included. The transport adds only framing (`content-length`, `connection`).
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How it is sent, if not at once and whole.
    pub delivery: Option<Box<Delivery>>,
}

/// How an answer is sent. All of it is real time and touches no tenant.
pub enum Delivery {
    /// After so long.
    Late(Duration),
    /// Piece by piece: so many bytes, each after so long.
    Drip {
        /// Bytes of a piece; at least 1.
        bytes: usize,
        /// Time before each.
        every: Duration,
    },
    /// Not at all: after so long the connection ends.
    Hang(Duration),
    /// Until the connection is reset: before the status was sent, or after so many bytes of the body.
    Reset(Option<usize>),
    /// So many bytes of the body, though the whole length was announced; then the connection ends.
    Truncated(usize),
    /// Piece by piece, each made when there is room for it: a long text never stands in memory as a whole.
    Pieces(Pieces),
    /// As it is followed: what comes is sent when it is there, until the client leaves or the server stops.
    Feed(Box<dyn Feed>),
}

/// A long body that is made as it is sent.
pub struct Pieces {
    /// The bytes of all pieces.
    pub length: usize,
    /// The pieces, none of them empty. Made on the reactor, so each of them is made quickly.
    pub pieces: Box<dyn Iterator<Item = Bytes> + Send>,
}

/// What a client follows.
pub trait Feed: Send + 'static {
    /// What has come since it was asked last. Asked several times a second, on the reactor.
    fn next(&mut self) -> Option<Bytes>;
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(delay) => f.debug_tuple("Late").field(delay).finish(),
            Self::Drip { bytes, every } => {
                f.debug_struct("Drip").field("bytes", bytes).field("every", every).finish()
            }
            Self::Hang(length) => f.debug_tuple("Hang").field(length).finish(),
            Self::Reset(after) => f.debug_tuple("Reset").field(after).finish(),
            Self::Truncated(kept) => f.debug_tuple("Truncated").field(kept).finish(),
            Self::Pieces(pieces) => f.debug_tuple("Pieces").field(&pieces.length).finish(),
            Self::Feed(_) => f.write_str("Feed"),
        }
    }
}

/// Room that is made for a body of unknown size: most have less.
const USUAL_BODY: usize = 1_024;

impl Answer {
    /// The status that the client sees; 0 if it sees none.
    pub fn sent_status(&self) -> u16 {
        match self.delivery.as_deref() {
            Some(Delivery::Hang(_) | Delivery::Reset(None)) => 0,
            _ => self.status.as_u16(),
        }
    }

    /// How many bytes the body has, as far as that is known before it is sent.
    pub fn length(&self) -> usize {
        match self.delivery.as_deref() {
            Some(Delivery::Pieces(pieces)) => pieces.length,
            _ => self.body.len(),
        }
    }

    /// The same answer for who asks without a transport: what is made as it is sent is made at once.
    #[must_use]
    pub fn whole(mut self) -> Self {
        match self.delivery.take().map(|delivery| *delivery) {
            Some(Delivery::Pieces(Pieces { length, pieces })) => {
                let mut body = BytesMut::with_capacity(length);
                pieces.for_each(|piece| body.extend_from_slice(&piece));
                self.body = body.freeze();
            }
            delivery => self.delivery = delivery.map(Box::new),
        }
        self
    }

    /// An answer with a JSON body, written without blanks.
    pub fn json<T: serde::Serialize + ?Sized>(status: StatusCode, value: &T) -> Self {
        let mut body = Vec::with_capacity(USUAL_BODY);
        // Serialising our own wire types can not fail: no maps with non-text keys, no failing `Serialize`.
        if serde_json::to_writer(&mut body, value).is_err() {
            body.clear();
        }
        Self::with_type(status, "application/json", body)
    }

    /// An answer with a body of this content type.
    pub fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into(), delivery: None }
    }

    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), delivery: None }
    }

    /// No answer: the transport sends nothing of it. Who asks without a transport sees a 503 without a body.
    pub fn unanswered(delivery: Delivery) -> Self {
        Self { delivery: Some(Box::new(delivery)), ..Self::empty(StatusCode::SERVICE_UNAVAILABLE) }
    }

    /// Adds a header whose value is known to be legal.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = header::HeaderValue::from_str(value) {
            self.headers.insert(header::HeaderName::from_static(name), value);
        }
        self
    }
}

/// What a transport needs from the rooms below it.
pub trait RequestHandler: Send + Sync + 'static {
    /// What is to become of a request with this head. The authority asked for is that of its URI, if it has one, else
    /// the `Host` field; over HTTP/1 the field says the same as the URI.
    fn plan(&self, head: &request::Parts, arrival: &Arrival) -> Planned;

    /// Answers one request by its plan. Never panics on what came from outside; may compute, never waits.
    fn call(&self, planned: Planned, request: &Request<Bytes>, arrival: &Arrival) -> Answer;

    /// The call may take long or wait, so that it is made off the reactor. Asked just before it: what others do
    /// meanwhile counts, too.
    fn is_heavy(&self, planned: &Planned, method: &Method) -> bool;

    /// This host name (lower case, no port) is one that the simulator plays: a genuine name, or one of its own.
    fn plays(&self, host: &str) -> bool;

    /// Refuses a request to a proxy for a host that is not played. The first line of the answer's text says why.
    fn refuse_stray(&self, stray: &Stray<'_>, arrival: &Arrival) -> Answer;

    /// A client ended a connection in its handshake, or right after it.
    fn handshake_ended(&self, ended: &EndedHandshake);

    /// There are faults of the server: without, the next two need not be asked.
    fn is_disturbed(&self) -> bool {
        false
    }

    /// What a fault of the server makes of a tunnel or a request to a host that is played, before anything else. Counts it.
    fn disturb(&self, _asked: &Stray<'_>, _arrival: &Arrival) -> Option<Answer> {
        None
    }

    /// What a fault of the server makes of a handshake for a genuine host. Counts it.
    fn disturb_handshake(&self, _host: &str) -> Option<DisturbedHandshake> {
        None
    }

    /// True if [`tick`](Self::tick) would have something to compute.
    fn is_behind(&self) -> bool;

    /// Keeps up with the clock, so that requests find everything computed. Called off the reactor, now and then.
    fn tick(&self);
}
