//! Answers that the transport itself gives, in plain text, when there is nobody below to ask.
//!
//! No `Date`: a server that has no clock sends none (RFC 9110 section 6.6.1), and the only clocks here are the
//! tenants'. Status 421: RFC 9110 section 15.5.20; 502: section 15.6.3.

use std::io;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::stream::Peekable;

/// How much of what a refused client still sends is read, so that it gets to see the refusal.
const LINGER: u64 = 64 << 10;

/// An answer of the transport.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

impl Refusal {
    pub(super) fn bad_request(why: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: format!("mock-defender: {why}\n") }
    }

    pub(super) fn head_too_large() -> Self {
        let body = "mock-defender: the request head is too large\n".into();
        Self { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, body }
    }

    pub(super) fn not_played(host: &str) -> Self {
        let body = format!(
            "mock-defender does not play {host}, and opens no outside connection.\nTo keep {host} out of the proxy, \
             add it to NO_PROXY.\n"
        );
        Self { status: StatusCode::BAD_GATEWAY, body }
    }

    pub(super) fn misdirected(host: &str, sni: &str) -> Self {
        let body =
            format!("mock-defender: this connection was made for {sni}; open another one for {host}\n");
        Self { status: StatusCode::MISDIRECTED_REQUEST, body }
    }

    pub(super) fn broken() -> Self {
        let body = "mock-defender failed at this request; its log says where\n".into();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, body }
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }

    /// Sends the refusal by hand and ends the connection. The caller bounds the time.
    pub(super) async fn send(self, stream: &mut Peekable) -> io::Result<()> {
        let text = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: \
             close\r\n\r\n{}",
            self.status.as_u16(),
            self.status.canonical_reason().unwrap_or_default(),
            self.body.len(),
            self.body
        );
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would reset the connection, and the client might lose the refusal.
        tokio::io::copy(&mut stream.take(LINGER), &mut tokio::io::sink()).await?;
        Ok(())
    }
}
