//! What a careless or hostile client can't do.

use std::time::Duration;

use mock_defender::server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::kit::*;

const SHORT: Duration = Duration::from_millis(100);

fn post(length: usize) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_up_to_the_bound_is_whole() {
    let answer = start().ask(post(BODY) + &"x".repeat(BODY)).await;
    assert!(answer.contains("body=Complete length=1024"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_is_put_together() {
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n";
    let answer = start().ask(request).await;
    assert!(answer.contains("body=Complete length=6"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversize_body_is_dropped_and_answered() {
    let size = 4 << 20;
    let answer = start().ask(post(size) + &"x".repeat(size)).await;
    assert!(answer.contains("body=TooLarge length=0"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_announced_too_large_is_not_asked_for() {
    let server = start();
    let head = post(BODY + 1).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    let answer = server.ask(head).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("body=TooLarge"), "{answer}");

    let unreadable = Limits { body_discard: 10, ..Limits::default() };
    let answer = start_with(unreadable).ask(post(BODY + 11)).await;
    assert!(answer.contains("body=TooLarge"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_or_stalls_is_incomplete() {
    let server = start_with(Limits { body_read: SHORT, ..Limits::default() });
    let answer = server.ask(post(10) + "short").await;
    assert!(answer.contains("body=Incomplete length=0"), "{answer}");

    let server = start();
    let mut stream = server.connect().await;
    stream.write_all((post(10) + "short").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.contains("body=Incomplete length=0"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_is_closed() {
    let server = start_with(Limits { sniff: SHORT, ..Limits::default() });
    assert_eq!(server.ask("").await, "");
    assert_eq!(server.ask("CONN").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_head_is_cut_off() {
    let server = start_with(Limits { header_read: SHORT, ..Limits::default() });
    for head in ["GET / HTTP/1.1\r\nHost: loc", "CONNECT localhost:443 HTTP/1.1\r\nHo"] {
        let answer = server.ask(head).await;
        assert!(!answer.contains("200"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_never_ends_is_cut_off() {
    let server = start_with(Limits { handshake: SHORT, ..Limits::default() });
    assert_eq!(server.ask(b"\x16\x03\x01\x02\x00\x01").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_fields_is_refused() {
    let server = start();
    for flood in ["a: b\r\n".repeat(200), format!("a: {}\r\n", "b".repeat(100_000)), "a".repeat(200_000)] {
        let answer = server.ask(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{flood}\r\n")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
        let answer = server.ask(format!("CONNECT localhost:1 HTTP/1.1\r\n{flood}\r\n")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert!(server.ask(get("/after", "localhost")).await.contains("GET /after "));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_is_closed_at_once() {
    let server = start_with(Limits { connections: 2, ..Limits::default() });
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        read_until(&mut stream, "length=0").await;
        held.push(stream);
    }
    assert_eq!(server.ask("").await, "");
    held.clear();
    soon(async { while server.ask(get("/after", "localhost")).await.is_empty() {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_loses_its_connection() {
    let server = start_with(Limits { connections: 1, write_stall: SHORT, ..Limits::default() });
    let mut deaf = server.connect().await;
    deaf.write_all(get("/large", "localhost").as_bytes()).await.unwrap();
    deaf.read_u8().await.unwrap();
    soon(async { while server.ask(get("/after", "localhost")).await.is_empty() {} }).await;
}

/// What a client of HTTP/2 begins with, and so many frames of one kind: `PING`s, or empty `SETTINGS`.
fn flood(kind: u8, count: usize) -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    let length = if kind == 6 { 8 } else { 0 };
    for _ in 0..count {
        bytes.extend([0, 0, length, kind, 0, 0, 0, 0, 0]);
        bytes.extend(vec![0; usize::from(length)]);
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_settings_or_pings_is_cut_off() {
    let server = start();
    for kind in [4, 6] {
        // Who sends some is answered and stays.
        let mut stream = server.connect().await;
        stream.write_all(&flood(kind, 500)).await.unwrap();
        let mut answers = vec![0; 500 * 9];
        soon(stream.read_exact(&mut answers)).await.unwrap();
        assert!(tokio::time::timeout(SHORT, stream.read_to_end(&mut Vec::new())).await.is_err(), "it stays");
        // Who goes on is not.
        let (mut reading, mut writing) = server.connect().await.into_split();
        let cut = tokio::spawn(async move {
            let some = flood(kind, 1_000);
            let mut cut = writing.write_all(&some).await.is_err();
            for _ in 0..500 {
                cut = cut || writing.write_all(&some[33..]).await.is_err();
            }
            cut
        });
        let mut bytes = vec![0; 64 << 10];
        while soon(reading.read(&mut bytes)).await.is_ok_and(|count| count > 0) {}
        assert!(soon(cut).await.unwrap(), "half a million of them were read");
    }
    // Time lets more of them through.
    let limits = Limits { control_frames: 60, control_window: SHORT, ..Limits::default() };
    let server = start_with(limits);
    let mut stream = server.connect().await;
    stream.write_all(&flood(6, 50)).await.unwrap();
    for _ in 0..3 {
        tokio::time::sleep(2 * SHORT).await;
        stream.write_all(&flood(6, 50)[33..]).await.unwrap();
    }
    assert!(tokio::time::timeout(SHORT, stream.read_to_end(&mut Vec::new())).await.is_err(), "it stays");
}
