//! HTTP/1.1 and HTTP/2 over a connection whose protocol is known: requests in, answers of the front out.
//!
//! Must never look at paths or write an answer of its own beyond the transport's refusals. RFC 9112, RFC 9113.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version, header, request};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::sync::Semaphore;

use super::admit::admit;
use super::body::{self, Bounds};
use super::delivery::{AnswerBody, BrokenOff, LOOK, Line, deliver};
use super::flood::Counted;
use super::limits::Limits;
use super::names::{self, Names};
use super::refusal::Refusal;
use super::socket::SocketControl;
use super::stop::Stop;
use super::stream::Peekable;
use crate::gateway::{Answer, Arrival, BodyState, Delivery, Planned, Presence, RequestHandler, Stray};

/// hyper's own bound on header fields, which costs no allocation.
const HYPER_FIELDS: usize = 100;
/// Smallest buffer that hyper takes.
const HYPER_BUFFER: usize = 8192;
/// How much of a body an HTTP/2 client may send ahead, per stream and per connection, in bytes.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;

/// The HTTP side of one server.
pub(super) struct Http {
    front: Arc<dyn RequestHandler>,
    names: Arc<Names>,
    limits: Limits,
    heavy: Arc<Semaphore>,
    /// Room for large bodies, in MiB.
    large: Arc<Semaphore>,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

impl Http {
    pub(super) fn new(front: Arc<dyn RequestHandler>, names: Arc<Names>, limits: &Limits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .auto_date_header(false)
            // A client may say with the end of its bytes that it has asked all it wanted.
            .half_close(true)
            .header_read_timeout(limits.header_read)
            .max_header_size(limits.header_bytes)
            .max_buf_size(limits.header_bytes.max(HYPER_BUFFER));
        if limits.header_count != HYPER_FIELDS {
            http1.max_headers(limits.header_count);
        }
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .auto_date_header(false)
            .keep_alive_interval(limits.ping)
            .keep_alive_timeout(limits.ping)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
        let heavy = Arc::new(Semaphore::new(limits.heavy.clamp(1, Semaphore::MAX_PERMITS)));
        let large = Arc::new(Semaphore::new(mebibytes(limits.large_bodies) as usize));
        Self { front, names, limits: limits.clone(), heavy, large, http1, http2 }
    }

    /// Serves the connection until it ends; `arrival` is what its requests have in common.
    pub(super) async fn serve(
        self: Arc<Self>,
        stream: Peekable,
        is_http2: bool,
        arrival: Arrival,
        control: Arc<SocketControl>,
        stop: &mut Stop,
    ) -> hyper::Result<()> {
        let http = self;
        let shared = Arc::new((http.clone(), Line { control, stop: stop.clone() }));
        let service = service_fn(move |request| {
            let (shared, arrival) = (shared.clone(), arrival.clone());
            async move { shared.0.respond(request, arrival, &shared.1).await }
        });
        if is_http2 {
            let Limits { control_frames, control_window, .. } = http.limits;
            let io = TokioIo::new(Counted::new(stream, control_frames, control_window));
            drive(http.http2.serve_connection(io, service), stop).await
        } else {
            drive(http.http1.serve_connection(TokioIo::new(stream), service), stop).await
        }
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        mut arrival: Arrival,
        line: &Line,
    ) -> Result<Response<AnswerBody>, BrokenOff> {
        let (mut head, body) = request.into_parts();
        if let Err(refusal) = admit(&mut head, &mut arrival, &self.names, self.limits.header_count) {
            return Ok(refusal.into_response());
        }
        if self.front.is_disturbed()
            && let Some(answer) = self.disturb(&head, &arrival)
        {
            let is_head = head.method == Method::HEAD;
            let (response, delivery) = parts_of(answer, is_head);
            return send(response, delivery, is_head, head.version, line).await;
        }
        let planned = self.front.plan(&head, &arrival);
        let bounds = Bounds {
            keep: planned.body_limit().0,
            discard: self.limits.body_discard,
            time: self.limits.body_read,
            on_request: head.headers.contains_key(header::EXPECT),
        };
        // Held until the request is answered.
        let _room = match bounds.keep {
            keep if keep > Limits::LARGE_BODY => {
                self.large.acquire_many(mebibytes(keep.min(self.limits.large_bodies))).await.ok()
            }
            _ => None,
        };
        let (body, state) = body::collect(body, bounds).await;
        arrival.body = state;
        let is_heavy = self.front.is_heavy(&planned, &head.method);
        // Without its end, the body can't be told from a next request.
        let version = head.version;
        let closes = state != BodyState::Complete && version < Version::HTTP_2;
        let is_head = head.method == Method::HEAD;

        let request = Request::from_parts(head, body);
        let answer = if is_heavy {
            self.call_aside(planned, request, arrival, line).await
        } else {
            call(&*self.front, planned, &request, &arrival)
        };
        let (mut response, delivery) = match answer {
            Some(answer) => parts_of(answer, is_head),
            None => (Refusal::broken().into_response(), None),
        };
        if closes {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        send(response, delivery, is_head, version, line).await
    }

    /// What a fault of the server makes of a request.
    fn disturb(&self, head: &request::Parts, arrival: &Arrival) -> Option<Answer> {
        let (host, port) = names::host_and_port(names::requested_authority(head)?)?;
        let asked = Stray {
            method: &head.method,
            host: &host,
            port,
            path: head.uri.path(),
            version: match head.version {
                Version::HTTP_10 => "HTTP/1.0",
                Version::HTTP_2 => "HTTP/2",
                _ => "HTTP/1.1",
            },
            headers: &head.headers,
        };
        self.front.disturb(&asked, arrival)
    }

    async fn call_aside(
        &self,
        planned: Planned,
        mut request: Request<Bytes>,
        arrival: Arrival,
        line: &Line,
    ) -> Option<Answer> {
        let presence = Presence::default();
        request.extensions_mut().insert(presence.clone());
        let _leaving = Leaving(presence.clone());
        let watched = planned.is_interruptible();
        let alone = request.version() < Version::HTTP_2;
        let turn = self.heavy.clone().acquire_owned().await.ok()?;
        let front = self.front.clone();
        let work = move || {
            let answer = call(&*front, planned, &request, &arrival);
            // Held by the work and not by the request: it may take a while until the work sees that the client left.
            drop(turn);
            answer
        };
        let mut work = tokio::task::spawn_blocking(work);
        let (mut stop, mut watch) = (line.stop.clone(), None);
        if watched {
            loop {
                tokio::select! {
                    answer = &mut work => return answer.ok()?,
                    // It leaves off at its next mark, and answers that it did.
                    () = stop.draining() => {
                        presence.leave();
                        break;
                    }
                    // Over HTTP/1 a client that has left does not say so, but is looked for.
                    () = tokio::time::sleep(LOOK) => {
                        watch = watch.or_else(|| alone.then(|| line.control.watch()));
                    }
                }
            }
        }
        work.await.ok()?
    }
}

fn mebibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX).max(1)
}

/// Dropped with the request that waits for an answer: when it is there, or when the client has left. Over HTTP/1 the
/// end of what a client sends is no sign of that, since it may go on reading, but where the answer takes long.
struct Leaving(Presence);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Lets the connection run; when the server stops, lets it finish the requests under way.
async fn drive<C>(connection: C, stop: &mut Stop) -> C::Output
where
    C: GracefulConnection,
{
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return result,
        () = stop.draining() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

/// As it stands, or as its delivery says.
async fn send(
    response: Response<AnswerBody>,
    delivery: Option<Box<Delivery>>,
    is_head: bool,
    version: Version,
    line: &Line,
) -> Result<Response<AnswerBody>, BrokenOff> {
    let Some(delivery) = delivery else { return Ok(response) };
    let has_body = !is_head && !is_bodiless(response.status());
    // Boxed, so that the others don't carry its size.
    Box::pin(deliver(*delivery, response, has_body, version, line)).await
}

/// One broken handler shall not take the connection, or on a small runtime the server, with it.
fn call(
    front: &dyn RequestHandler,
    planned: Planned,
    request: &Request<Bytes>,
    arrival: &Arrival,
) -> Option<Answer> {
    match catch_unwind(AssertUnwindSafe(|| front.call(planned, request, arrival))) {
        Ok(answer) => Some(answer),
        Err(panic) => {
            let (method, path) = (request.method(), request.uri().path());
            tracing::error!("{method} {path} failed: {}", message_of(&*panic));
            None
        }
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}

/// Statuses whose answers end with their head: RFC 9110 sections 15.3.5 and 15.4.5.
fn is_bodiless(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn parts_of(mut answer: Answer, is_head: bool) -> (Response<AnswerBody>, Option<Box<Delivery>>) {
    if is_head {
        // hyper leaves the body of an answer to HEAD away over HTTP/1 only.
        let length = HeaderValue::from(answer.length());
        answer.body = Bytes::new();
        if !matches!(answer.delivery.as_deref(), Some(Delivery::Feed(_))) {
            answer.headers.entry(header::CONTENT_LENGTH).or_insert(length);
        }
    }
    if is_bodiless(answer.status) {
        answer.body = Bytes::new();
    }
    let mut response = Response::new(AnswerBody::Whole(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    (response, answer.delivery)
}
