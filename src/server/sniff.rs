//! Which protocol a connection speaks, told from its first bytes.
//!
//! Must never take a byte off the stream. TLS: RFC 8446 section 5.1 (a handshake record starts with 22); HTTP/2:
//! RFC 9113 section 3.4 (the preface); `CONNECT`: RFC 9110 section 9.3.6.

use std::io;

use super::stream::Peekable;

/// What a client has begun to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Tls,
    Connect,
    Http1,
    Http2,
}

const HANDSHAKE: u8 = 0x16;
const CONNECT: &[u8] = b"CONNECT ";
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Waits until the protocol is plain; `None` when the client left without a word. The caller bounds the time.
pub(super) async fn sniff(stream: &mut Peekable) -> io::Result<Option<Protocol>> {
    loop {
        if let Some(protocol) = told_by(stream.seen()) {
            return Ok(Some(protocol));
        }
        if !stream.see_more().await? {
            // What came is too short for anything else: let HTTP/1.1 say so.
            return Ok((!stream.seen().is_empty()).then_some(Protocol::Http1));
        }
    }
}

fn told_by(seen: &[u8]) -> Option<Protocol> {
    if *seen.first()? == HANDSHAKE {
        return Some(Protocol::Tls);
    }
    for (word, protocol) in [(CONNECT, Protocol::Connect), (PREFACE, Protocol::Http2)] {
        if seen.starts_with(word) {
            return Some(protocol);
        }
        if word.starts_with(seen) {
            return None;
        }
    }
    Some(Protocol::Http1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_is_sniffed_from_the_fewest_bytes() {
        assert_eq!(told_by(b""), None);
        assert_eq!(told_by(b"\x16"), Some(Protocol::Tls));
        assert_eq!(told_by(b"CONNECT"), None);
        assert_eq!(told_by(b"CONNECT "), Some(Protocol::Connect));
        assert_eq!(told_by(b"CONNECTION"), Some(Protocol::Http1));
        assert_eq!(told_by(b"P"), None);
        assert_eq!(told_by(b"PO"), Some(Protocol::Http1));
        assert_eq!(told_by(PREFACE), Some(Protocol::Http2));
        assert_eq!(told_by(b"GET / HTTP/1.1"), Some(Protocol::Http1));
        assert_eq!(told_by(b"\0"), Some(Protocol::Http1));
    }
}
