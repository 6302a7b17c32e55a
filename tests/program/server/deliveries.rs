//! Answers that are not sent at once and whole, as clients of both versions of HTTP see them.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use mock_defender::server::Limits;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::kit::*;

/// A request for this delivery that lets the connection go on.
fn asking(method: &str, delivery: &str) -> String {
    format!("{method} / HTTP/1.1\r\nHost: localhost\r\nDeliver: {delivery}\r\n\r\n")
}

/// All that comes, and how it ended.
async fn to_the_end(stream: &mut (impl AsyncRead + Unpin)) -> (String, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let end = soon(stream.read_to_end(&mut bytes)).await;
    (String::from_utf8_lossy(&bytes).into_owned(), end.map(drop).map_err(|error| error.kind()))
}

/// Asks over one connection of HTTP/1.1, and returns all that comes until it ends.
async fn asked(server: &Running, delivery: &str) -> (String, Result<(), ErrorKind>) {
    let mut stream = server.connect().await;
    stream.write_all(asking("GET", delivery).as_bytes()).await.unwrap();
    to_the_end(&mut stream).await
}

/// The body of an answer of HTTP/1.1, if it has come whole, and the length that was announced.
fn announced(answer: &str) -> (usize, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").expect(answer);
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (length.expect(head), body)
}

/// The clients of these tests read the time as users do, with a clock.
#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

struct Http2(SendRequest<Empty<Bytes>>);

impl Http2 {
    async fn to(server: &Running) -> Self {
        let io = TokioIo::new(server.connect().await);
        let (send, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        Self(send)
    }

    async fn ask(&mut self, delivery: Option<&str>) -> hyper::Result<Response<Incoming>> {
        let mut request = Request::get("http://localhost/").body(Empty::new()).unwrap();
        if let Some(delivery) = delivery {
            request.headers_mut().insert("deliver", delivery.parse().unwrap());
        }
        soon(self.0.send_request(request)).await
    }

    /// The connection has survived what became of the stream before.
    async fn goes_on(&mut self) {
        let answer = self.ask(None).await.unwrap();
        assert!(soon(answer.into_body().collect()).await.is_ok());
    }
}

/// What comes of a body, and whether it comes to its end.
async fn frames(answer: Response<Incoming>) -> (Vec<Bytes>, hyper::Result<()>) {
    let mut body = answer.into_body();
    let mut frames = Vec::new();
    while let Some(frame) = soon(body.frame()).await {
        match frame {
            Ok(frame) => frames.push(frame.into_data().unwrap()),
            Err(error) => return (frames, Err(error)),
        }
    }
    (frames, Ok(()))
}

#[tokio::test]
async fn a_late_answer_comes_whole_and_the_connection_goes_on() {
    let server = start();
    let begun = now();
    let mut stream = server.connect().await;
    stream.write_all(asking("GET", "late 300").as_bytes()).await.unwrap();
    read_until(&mut stream, "length=0").await;
    assert!(begun.elapsed() >= Duration::from_millis(300));
    let answer = exchange(stream, get("/next", "localhost")).await;
    assert!(answer.contains("GET /next "), "{answer}");

    let begun = now();
    let mut client = Http2::to(&server).await;
    let answer = client.ask(Some("late 300")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(frames(answer).await.1.is_ok());
    client.goes_on().await;
}

#[tokio::test]
async fn a_dripping_answer_comes_piece_by_piece_and_whole() {
    let server = start();
    let begun = now();
    let mut stream = server.connect().await;
    stream.write_all(asking("GET", "drip 40 60").as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "length=0").await;
    let (length, body) = announced(&answer);
    assert_eq!(length, body.len());
    assert!(begun.elapsed() >= Duration::from_millis(60) * (length.div_ceil(40) as u32));
    let answer = exchange(stream, get("/next", "localhost")).await;
    assert!(answer.contains("GET /next "), "{answer}");

    let mut client = Http2::to(&server).await;
    let answer = client.ask(Some("drip 40 60")).await.unwrap();
    let length: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let (pieces, end) = frames(answer).await;
    assert!(end.is_ok());
    assert_eq!(pieces.iter().map(Bytes::len).sum::<usize>(), length);
    assert_eq!(pieces.len(), length.div_ceil(40));
    client.goes_on().await;
}

#[tokio::test]
async fn a_hanging_answer_ends_without_a_byte() {
    let server = start();
    let begun = now();
    assert_eq!(asked(&server, "hang 300").await, (String::new(), Ok(())));
    assert!(begun.elapsed() >= Duration::from_millis(300));

    let mut client = Http2::to(&server).await;
    assert!(client.ask(Some("hang 300")).await.is_err());
    client.goes_on().await;
}

#[tokio::test]
async fn a_reset_before_the_status_is_a_reset_of_the_connection_or_of_the_stream() {
    let server = start();
    let reset = Err(ErrorKind::ConnectionReset);
    assert_eq!(asked(&server, "reset").await, (String::new(), reset));
    let mut secured = server.secure("localhost").await.unwrap();
    secured.write_all(asking("GET", "reset").as_bytes()).await.unwrap();
    assert_eq!(to_the_end(&mut secured).await, (String::new(), reset));

    let mut client = Http2::to(&server).await;
    let error = client.ask(Some("reset")).await.unwrap_err();
    assert!(format!("{error:?}").contains("Reset("), "{error:?}");
    client.goes_on().await;
}

#[tokio::test]
async fn a_reset_in_the_body_comes_after_so_many_bytes() {
    let server = start();
    for kept in [0, 10] {
        let (answer, end) = asked(&server, &format!("reset {kept}")).await;
        assert_eq!(end, Err(ErrorKind::ConnectionReset));
        let (length, body) = announced(&answer);
        assert!(length > 20);
        assert_eq!(body.len(), kept);
    }
    let mut client = Http2::to(&server).await;
    let answer = client.ask(Some("reset 10")).await.unwrap();
    let (pieces, end) = frames(answer).await;
    assert_eq!(pieces.concat().len(), 10);
    assert!(format!("{end:?}").contains("Reset("), "{end:?}");
    client.goes_on().await;
}

#[tokio::test]
async fn a_truncated_answer_announces_its_whole_length() {
    let server = start();
    let (answer, end) = asked(&server, "truncated 10").await;
    assert_eq!(end, Ok(()));
    let (length, body) = announced(&answer);
    assert!(length > 20);
    assert_eq!(body.len(), 10);

    let mut client = Http2::to(&server).await;
    let answer = client.ask(Some("truncated 10")).await.unwrap();
    let length: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    assert!(length > 20);
    let (pieces, end) = frames(answer).await;
    assert_eq!(pieces.concat().len(), 10);
    assert!(end.is_err());
    client.goes_on().await;
}

#[tokio::test]
async fn an_answer_that_ends_before_the_break_is_whole() {
    let server = start();
    for delivery in ["reset 4000", "truncated 4000"] {
        let mut stream = server.connect().await;
        stream.write_all(asking("GET", delivery).as_bytes()).await.unwrap();
        read_until(&mut stream, "length=0").await;
        let answer = exchange(stream, get("/next", "localhost")).await;
        assert!(answer.contains("GET /next "), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_only_late_hung_or_reset_as_a_whole() {
    let server = start();
    for delivery in ["drip 1 1000", "reset 0", "truncated 0", "feed 3", "late 1"] {
        let mut stream = server.connect().await;
        stream.write_all(asking("HEAD", delivery).as_bytes()).await.unwrap();
        let head = read_until(&mut stream, "\r\n\r\n").await;
        assert_eq!(head.contains("content-length: "), delivery != "feed 3", "{delivery}: {head}");
        let answer = exchange(stream, get("/next", "localhost")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{delivery}: {answer}");
        assert!(answer.contains("GET /next "), "{delivery}: {answer}");
    }
    let mut stream = server.connect().await;
    stream.write_all(asking("HEAD", "reset").as_bytes()).await.unwrap();
    assert_eq!(to_the_end(&mut stream).await, (String::new(), Err(ErrorKind::ConnectionReset)));
}

#[tokio::test]
async fn a_feed_is_followed_until_the_server_stops() {
    let mut server = start();
    let mut stream = server.connect().await;
    stream.write_all(asking("GET", "feed 3").as_bytes()).await.unwrap();
    let head = read_until(&mut stream, "\r\n\r\n").await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    for number in 0..3 {
        let piece = read_until(&mut stream, &format!("<{number}>\r\n")).await;
        assert_eq!(piece, format!("3\r\n<{number}>\r\n"));
    }
    let mut client = Http2::to(&server).await;
    let mut body = client.ask(Some("feed 2")).await.unwrap().into_body();
    for number in 0..2 {
        let piece = soon(body.frame()).await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(piece, format!("<{number}>"));
    }
    let begun = now();
    server.begin_stop();
    assert_eq!(to_the_end(&mut stream).await, ("0\r\n\r\n".to_owned(), Ok(())));
    let end = soon(body.frame()).await.map(|frame| frame.map(|frame| frame.into_data().unwrap()));
    assert!(end.is_none_or(|frame| frame.is_ok_and(|data| data.is_empty())));
    server.stopped().await;
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_stopped_server_waits_for_nothing_that_is_held_back() {
    let mut server = start();
    let mut streams = Vec::new();
    for delivery in ["hang 600000", "late 600000", "drip 1 600000"] {
        let mut stream = server.connect().await;
        stream.write_all(asking("GET", delivery).as_bytes()).await.unwrap();
        streams.push(stream);
    }
    let mut client = Http2::to(&server).await;
    let hanging = tokio::spawn(async move { client.ask(Some("hang 600000")).await.is_err() });
    tokio::time::sleep(Duration::from_millis(100)).await;

    let begun = now();
    server.begin_stop();

    let mut answers = Vec::new();
    for stream in &mut streams {
        answers.push(rest(stream).await);
    }
    assert_eq!(answers[0], "");
    // What was only held back is sent.
    for answer in &answers[1..] {
        assert!(answer.ends_with("length=0"), "{answer}");
    }
    assert!(hanging.await.unwrap());
    server.stopped().await;
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_connection() {
    let server = start_with(Limits { connections: 1, ..Limits::default() });
    for (delivery, secure) in [
        ("hang 600000", false),
        ("late 600000", false),
        ("drip 1 600000", false),
        ("feed 0", true),
        ("late 600000", true),
    ] {
        if secure {
            let mut stream = server.secure("localhost").await.unwrap();
            stream.write_all(asking("GET", delivery).as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _ = stream.shutdown().await;
        } else {
            let mut stream = server.connect().await;
            stream.write_all(asking("GET", delivery).as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The only connection that there may be is free again, soon.
        let begun = now();
        while !server.ask(get("/", "localhost")).await.contains("length=0") {
            assert!(begun.elapsed() < Duration::from_secs(10), "{delivery}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
