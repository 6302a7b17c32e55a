//! Dropping instances: anywhere, any number, without waiting for anything.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use mock_defender::MockDefender;
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use crate::kit::*;

/// A request whose end has not been sent yet: the server has something under way.
fn under_way(mock: &MockDefender) -> std::net::TcpStream {
    let mut stream = connect(mock);
    write!(stream, "POST /api/v1/alerts/ HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nexpect: 100-continue\r\nauthorization: {}\r\n\r\n", token(mock)).unwrap();
    // The server asks for the body: so the request has begun.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Ends the request and reads its answer. It would not be there if dropping had waited for the request, since this
/// comes after the drop, nor if dropping had cut it off.
fn ends_well(mut stream: std::net::TcpStream) {
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Drops an instance with a request under way, in some context.
fn drop_within(context: impl FnOnce(MockDefender)) {
    let mock = tiny();
    let stream = under_way(&mock);
    context(mock);
    ends_well(stream);
}

#[test]
fn dropping_in_synchronous_code_does_not_block() {
    drop_within(drop);
    drop_within(|mock| std::thread::spawn(|| drop(mock)).join().unwrap());
}

#[test]
fn dropping_in_async_code_does_not_block() {
    let single = Builder::new_current_thread().enable_all().build().unwrap();
    let many = Builder::new_multi_thread().enable_all().build().unwrap();
    for runtime in [&single, &many] {
        drop_within(|mock| runtime.block_on(async { drop(mock) }));
        drop_within(|mock| runtime.block_on(async { tokio::spawn(async { drop(mock) }).await.unwrap() }));
        drop_within(|mock| {
            runtime.block_on(async { tokio::task::spawn_blocking(|| drop(mock)).await.unwrap() })
        });
    }
    // With the runtime itself, which drops its tasks then.
    drop_within(|mock| {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.spawn(async move {
            std::future::pending::<()>().await;
            drop(mock);
        });
        drop(runtime);
    });
}

#[test]
fn dropping_during_a_panic_does_not_block() {
    drop_within(|mock| {
        let failed = catch_unwind(AssertUnwindSafe(|| {
            let _kept = mock;
            std::panic::resume_unwind(Box::new("a failed test"));
        }));
        assert!(failed.is_err());
    });
}

#[test]
fn dropping_a_channel_of_a_hundred_instances_does_not_block() {
    // One thread, which nobody else runs on: whatever waited for a task here would wait for ever.
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, receiver) = mpsc::channel(100);
    let mut streams = Vec::new();
    runtime.block_on(async {
        for _ in 0..100 {
            let mock = tiny();
            streams.push(under_way(&mock));
            sender.try_send(mock).unwrap();
        }
        let refused = sender.try_send(tiny()).unwrap_err();
        drop(refused);
        let waiting = {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send(tiny()).await.is_err() })
        };
        tokio::task::yield_now().await;
        drop(receiver);
        drop(sender);
        assert!(waiting.await.unwrap());
    });
    streams.into_iter().for_each(ends_well);
}

#[test]
fn dropped_instances_take_no_more_connections() {
    let mock = tiny();
    let address = mock.http_url().strip_prefix("http://").unwrap().to_owned();
    drop(mock);
    // Stopping goes on in the background: soon, though not at once.
    let refused = || std::net::TcpStream::connect(&address).is_err();
    let mut tries = 0;
    while !refused() {
        tries += 1;
        assert!(tries < 2_000, "still listening");
        std::thread::yield_now();
        #[allow(clippy::disallowed_methods, reason = "no reactor runs on the thread of this test")]
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn a_fork_keeps_the_server_alive_and_removes_its_tenant_on_drop() {
    let mock = tiny();
    let fork = mock.fork().unwrap();
    let other = mock.fork().unwrap();
    let gone = other.tenant().id;
    let tenant = |id| ask(&fork, "GET", &format!("/_mock/tenants/{id}"), "", "").status().as_u16();
    assert_eq!(tenant(gone), 200);
    drop(other);
    assert_eq!(tenant(gone), 404);
    drop(mock);
    assert_eq!(ask(&fork, "GET", "/api/v1/alerts/", &token(&fork), "").status(), 200);
    assert!(exchange(&fork, "GET /_mock/health HTTP/1.1\r\nhost: localhost").starts_with("HTTP/1.1 200 "));
}

#[test]
fn thousands_of_forks_one_after_another_never_fill_the_server() {
    let mock = tiny();
    for _ in 0..3_000 {
        mock.fork().unwrap();
    }
    let kept: Vec<MockDefender> = (0..1_023).map(|_| mock.fork().unwrap()).collect();
    assert!(mock.fork().unwrap_err().to_string().contains("1024 tenants"));
    drop(kept);
    mock.fork().unwrap();
}
