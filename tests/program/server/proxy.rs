//! The server as an HTTP proxy.

use super::kit::*;

#[tokio::test(flavor = "multi_thread")]
async fn connect_1_0_without_fields_opens_a_tunnel_for_tls() {
    let server = start();
    let mut stream = server.connect().await;
    tunnel(&mut stream, &format!("CONNECT {GENUINE}:443 HTTP/1.0\r\n\r\n")).await;
    let stream = server.secure_over(stream, GENUINE).await.unwrap();
    let answer = exchange(stream, get("/v2.0", GENUINE)).await;
    assert!(answer.contains(&format!("secure=true sni={GENUINE} user=- port=443")), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_user_and_the_port_are_told() {
    let server = start();
    let mut stream = server.connect().await;
    let head = format!(
        "CONNECT {GENUINE}:9 HTTP/1.1\r\nHost: {GENUINE}:9\r\nProxy-Authorization: Basic Y29udG9zbzo=\r\n\r\n"
    );
    tunnel(&mut stream, &head).await;
    let answer = exchange(stream, get("/", &format!("{GENUINE}:9"))).await;
    assert!(answer.contains("secure=false sni=- user=contoso port=9"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_sent_ahead_of_the_answer_belong_to_the_tunnel() {
    let (server, ahead) = (start(), get("/ahead", "localhost"));
    let port = server.address.port();
    let answer = server.ask(format!("CONNECT localhost:{port} HTTP/1.1\r\n\r\n{ahead}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("GET /ahead "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_name_the_host_of_the_tunnel_counts() {
    let server = start();
    let mut stream = server.connect().await;
    tunnel(&mut stream, &format!("CONNECT 127.0.0.9:{} HTTP/1.1\r\n\r\n", server.address.port())).await;
    server.secure_over(stream, "127.0.0.9").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_played_is_a_502_that_names_it() {
    let answer = start().ask("CONNECT www.example.com:443 HTTP/1.1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(answer.contains("www.example.com") && answer.contains("no outside connection"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_port_of_this_machine_is_another_server() {
    let server = start();
    let other = server.address.port() ^ 1;
    for host in ["localhost", "contoso.localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
        for port in [other, 443, 80] {
            let answer = server.ask(format!("CONNECT {host}:{port} HTTP/1.1\r\n\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 502 "), "{host}:{port}: {answer}");
        }
        let mut stream = server.connect().await;
        tunnel(&mut stream, &format!("CONNECT {host}:{} HTTP/1.1\r\n\r\n", server.address.port())).await;
        // Behind a tunnel to a genuine name it is the same machine still.
        let mut stream = server.connect().await;
        tunnel(&mut stream, &format!("CONNECT {GENUINE}:443 HTTP/1.1\r\n\r\n")).await;
        let answer = exchange(stream, format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{host}: {answer}");
    }
}

/// Few clients show the body of a refused tunnel; the reason phrase is what most of them print.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connect_explains_itself_in_the_status_line() {
    let head = "CONNECT www.example.com:443 HTTP/1.1\r\nProxy-Authorization: Basic Y29udG9zbzo=\r\n\r\n";
    let answer = start().ask(head).await;
    let first = answer.lines().next().unwrap();
    assert_eq!(first, "HTTP/1.1 502 CONNECT www.example.com: no outside connection for contoso");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_connect_is_a_400() {
    for head in [
        "CONNECT  HTTP/1.1\r\n\r\n",
        "CONNECT localhost HTTP/1.1\r\n\r\n",
        "CONNECT localhost:x HTTP/1.1\r\n\r\n",
    ] {
        let answer = start().ask(head).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tunnels_nest_at_most_twice() {
    let server = start();
    let mut stream = server.connect().await;
    let here = format!("CONNECT localhost:{} HTTP/1.1\r\n\r\n", server.address.port());
    tunnel(&mut stream, &here).await;
    tunnel(&mut stream, &format!("CONNECT {OTHER}:2 HTTP/1.1\r\n\r\n")).await;
    let answer = exchange(stream, here).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("too deeply"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_may_be_spoken_to_over_tls() {
    let server = start();
    let mut outer = server.secure("localhost").await.unwrap();
    tunnel(&mut outer, &format!("CONNECT {GENUINE}:443 HTTP/1.1\r\n\r\n")).await;
    let inner = server.secure_over(outer, GENUINE).await.unwrap();
    let answer = exchange(inner, get("/", GENUINE)).await;
    assert!(answer.contains(&format!("sni={GENUINE} user=- port=443")), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_proxy_request_is_for_the_host_of_its_target() {
    let request = format!(
        "GET http://{GENUINE}/common HTTP/1.1\r\nHost: ignored.example\r\nProxy-Authorization: Basic \
         Y29udG9zbzo=\r\nConnection: close\r\n\r\n"
    );
    let answer = start().ask(request).await;
    assert!(answer.contains(&format!("host={GENUINE} secure=false sni=- user=contoso port=80")), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_proxy_request_to_a_host_that_is_not_played_is_a_502() {
    let answer = start().ask("GET http://www.example.com/ HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("www.example.com"), "{answer}");
}
