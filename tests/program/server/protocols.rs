//! HTTP in clear and over TLS: what the front is told, and what the transport says itself.

use tokio::io::AsyncWriteExt;

use super::kit::*;

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_requests_are_served() {
    let server = start();
    let answer = server.ask(get("/a?b=c", "localhost:8443")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let told = format!(
        "GET /a?b=c host=localhost:8443 secure=false sni=- user=- port={} peer=127.0.0.1 body=Complete length=0",
        server.address.port()
    );
    assert!(answer.ends_with(&told), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_date_header_is_set_once_by_the_handler() {
    let answer = start().ask(get("/", "localhost")).await;
    assert_eq!(answer.to_lowercase().matches("\r\ndate: ").count(), 1, "{answer}");
    assert!(answer.contains("02 Feb 2026"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_answered_with_the_length_alone() {
    let server = start();
    let whole = server.ask(get("/", "localhost")).await;
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    let answer = server.ask(get("/", "localhost").replace("GET", "HEAD")).await;
    // The front's answer names the method, which is one letter longer.
    assert!(answer.contains(&format!("content-length: {}\r\n", body.len() + 1)), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_end_its_side_after_the_request() {
    let server = start();
    let mut stream = server.connect().await;
    stream.write_all(b"GET /half HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(rest(&mut stream).await.contains("GET /half "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_kept_alive() {
    let server = start();
    let mut stream = server.connect().await;
    for path in ["/first", "/second"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(read_until(&mut stream, "length=0").await.contains(path));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_names_the_server_name() {
    let server = start();
    let answer = exchange(server.secure(GENUINE).await.unwrap(), get("/", GENUINE)).await;
    assert!(answer.contains(&format!("secure=true sni={GENUINE}")), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn https_without_a_server_name_is_good_for_loopback() {
    let server = start();
    for name in ["127.0.0.1", "::1"] {
        let stream = server.secure(name).await.unwrap();
        assert!(exchange(stream, get("/", "127.0.0.1")).await.contains("secure=true sni=-"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subdomains_of_localhost_are_served() {
    let server = start();
    let answer = exchange(server.secure("contoso.localhost").await.unwrap(), get("/", "localhost")).await;
    assert!(answer.contains("sni=contoso.localhost"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_name_that_is_not_played_is_refused() {
    let error = start().secure("www.example.com").await.unwrap_err();
    assert!(error.to_string().contains("UnrecognisedName"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_genuine_host_than_the_server_name_is_misdirected() {
    let server = start();
    let answer = exchange(server.secure(GENUINE).await.unwrap(), get("/", OTHER)).await;
    assert!(answer.starts_with("HTTP/1.1 421 "), "{answer}");
    assert!(answer.contains(OTHER) && answer.contains(GENUINE), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_names_are_never_a_421() {
    let server = start();
    for (name, host) in [(GENUINE, "localhost:8443"), ("localhost", GENUINE)] {
        let answer = exchange(server.secure(name).await.unwrap(), get("/", host)).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{name} {host}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_handler_is_a_500_and_the_server_goes_on() {
    let server = start();
    for path in ["/panic", "/panic/heavy"] {
        let answer = server.ask(get(path, "localhost")).await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    }
    assert!(server.ask(get("/after", "localhost")).await.contains("GET /after "));
}

/// Frames of RFC 9113: an empty `SETTINGS`, and a `HEADERS` that is a whole request (RFC 7541: 2 is `:method GET`,
/// 6 is `:scheme http`, 4 and 1 are the names of `:path` and `:authority`).
fn http2_get(path: &str) -> Vec<u8> {
    let mut fields = vec![0x82, 0x86];
    for (name, value) in [(4, path), (1, "localhost")] {
        fields.extend([name, u8::try_from(value.len()).unwrap()]);
        fields.extend(value.bytes());
    }
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    bytes.extend([0, 0, u8::try_from(fields.len()).unwrap(), 1, 5, 0, 0, 0, 1]);
    bytes.extend(fields);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_an_http_2_connection_cancels_the_request() {
    let server = start();
    let mut stream = server.connect().await;
    soon(stream.write_all(&http2_get("/left"))).await.unwrap();
    soon(server.front.reached.notified()).await;
    drop(stream);
    soon(server.front.left.notified()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicate_host_or_origin_headers_are_a_bad_request() {
    let server = start();
    for twice in
        ["Host: localhost\r\nHost: login.microsoftonline.com", "Host: a\r\nOrigin: https://a\r\nOrigin: null"]
    {
        let answer = server.ask(format!("GET / HTTP/1.1\r\n{twice}\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("more than one"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_a_bad_request() {
    let server = start();
    for garbage in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"\x80\x2e\x01\x03\x01\r\n\r\n",
        b"HELO there\r\n\r\n",
        b"CONNECTING\r\n\r\n",
    ] {
        let answer = server.ask(garbage).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{garbage:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_ticks_its_handler() {
    let server = start();
    soon(server.front.ticked.notified()).await;
}
