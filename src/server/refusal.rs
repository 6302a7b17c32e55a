//! Answers that the transport itself gives, in plain text, when there is nobody below to ask, or by hand.
//!
//! Few clients show the body of a refused tunnel, but most show the reason phrase of its status line, which may be any text
//! (RFC 9112 section 4): so the first line of what is wrong stands there, too.
//!
//! No `Date`: a server that has no clock sends none (RFC 9110 section 6.6.1), and the only clocks here are the
//! tenants'. Status 421: RFC 9110 section 15.5.20; 502: section 15.6.3.

use std::io;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::delivery::AnswerBody;
use super::stream::Peekable;
use crate::gateway::Answer;

/// How much of what a refused client still sends is read, so that it gets to see the refusal.
const LINGER: u64 = 64 << 10;

/// An answer of the transport.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) body: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    fn new(status: StatusCode, body: String) -> Self {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        Self { status, body, headers: vec![(header::CONTENT_TYPE, text)] }
    }

    pub(super) fn bad_request(why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("mock-defender: {why}\n"))
    }

    pub(super) fn head_too_large() -> Self {
        let body = "mock-defender: the request head is too large\n".into();
        Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, body)
    }

    /// As the front words it.
    pub(super) fn of(answer: Answer) -> Self {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let headers = answer.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        Self { status: answer.status, body, headers: headers.collect() }
    }

    pub(super) fn misdirected(host: &str, sni: &str) -> Self {
        let body =
            format!("mock-defender: this connection was made for {sni}; open another one for {host}\n");
        Self::new(StatusCode::MISDIRECTED_REQUEST, body)
    }

    pub(super) fn broken() -> Self {
        let body = "mock-defender failed at this request; its log says where\n".into();
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, body)
    }

    pub(super) fn into_response(self) -> Response<AnswerBody> {
        let mut response = Response::new(AnswerBody::Whole(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }

    /// Sends the refusal by hand and ends the connection. The caller bounds the time.
    pub(super) async fn send(self, stream: &mut Peekable) -> io::Result<()> {
        stream.write_all(self.written().as_bytes()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would reset the connection, and the client might lose the refusal.
        tokio::io::copy(&mut stream.take(LINGER), &mut tokio::io::sink()).await?;
        Ok(())
    }

    fn written(&self) -> String {
        let phrase = self.body.lines().next().unwrap_or_default();
        let phrase: String = phrase.chars().filter(|c| matches!(c, ' '..='~')).collect();
        let mut text = format!("HTTP/1.1 {} {phrase}\r\n", self.status.as_u16());
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
        }
        text.push_str(&format!(
            "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
            self.body.len(),
            self.body
        ));
        text
    }
}
