//! The graceful stop.

use std::time::Duration;

use mock_defender::server::Limits;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::kit::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished() {
    let mut server = start();
    let address = server.address;
    let mut idle = server.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    read_until(&mut idle, "length=0").await;
    let mut silent = server.connect().await;
    let mut busy = server.connect().await;
    busy.write_all(b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    soon(server.front.reached.notified()).await;

    server.begin_stop();

    assert_eq!(rest(&mut idle).await, "");
    assert_eq!(rest(&mut silent).await, "");
    assert!(soon(TcpStream::connect(address)).await.is_err());
    server.release();
    // To its end: the connection is closed then, whether or not it was told of the stop before the answer was ready.
    let answer = rest(&mut busy).await;
    assert!(answer.contains("GET /hold "), "{answer}");
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_cut_off() {
    let mut server = start_with(Limits { stop: Duration::from_millis(100), ..Limits::default() });
    let mut busy = server.connect().await;
    busy.write_all(b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    soon(server.front.reached.notified()).await;

    server.begin_stop();

    assert_eq!(rest(&mut busy).await, "");
    server.release();
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_dropped_closes_everything_at_once() {
    let server = start();
    let mut busy = server.connect().await;
    busy.write_all(b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    soon(server.front.reached.notified()).await;

    server.drop_it();

    assert_eq!(rest(&mut busy).await, "");
    server.release();
}
