//! The head of a `CONNECT` request: which host is asked for, and as whom.
//!
//! Knows text only. Parsed here and not by hyper, because real clients send `CONNECT host:443 HTTP/1.0` with no
//! field at all, and bytes of the tunnel may follow at once. RFC 9110 section 9.3.6, RFC 9112 sections 2 and 3.2.3.

use std::str;

use super::basic;
use super::names;

/// What a `CONNECT` request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Connect {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: Option<String>,
    /// What the client calls itself.
    pub(super) agent: Option<String>,
    pub(super) version: &'static str,
}

/// Length of the head at the start of `bytes`, its empty line included, if it is whole. Lines may end without a
/// carriage return, as RFC 9112 section 2.2 lets a recipient accept.
pub(super) fn head_length(bytes: &[u8], already_searched: usize) -> Option<usize> {
    // The empty line may have begun before the end of what was searched.
    let from = already_searched.saturating_sub(2);
    (from..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\n', b'\n', ..] => Some(at + 2),
        [b'\n', b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

/// Reads a whole head; the error says what is wrong with it.
pub(super) fn parse(head: &[u8], most_fields: usize) -> Result<Connect, &'static str> {
    let text = str::from_utf8(head).map_err(|_| "the request is not text")?;
    let mut lines = text.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some("CONNECT"), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("the request line is not CONNECT HOST:PORT VERSION");
    };
    let version = match version {
        "HTTP/1.0" => "HTTP/1.0",
        "HTTP/1.1" => "HTTP/1.1",
        _ => return Err("the version is not HTTP/1.0 or HTTP/1.1"),
    };
    let Some((host, Some(port @ 1..))) = names::host_and_port(target) else {
        return Err("the target is not HOST:PORT");
    };
    let (mut user, mut agent) = (None, None);
    let fields = lines.take_while(|line| !line.is_empty());
    for (index, line) in fields.enumerate() {
        if index == most_fields {
            return Err("the request has too many header fields");
        }
        let (name, value) = line.split_once(':').ok_or("a header field has no colon")?;
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err("a header field has a malformed name");
        }
        if name.eq_ignore_ascii_case("proxy-authorization") {
            user = basic::user(value.trim()).map_err(|()| "the proxy authorization is malformed")?;
        } else if name.eq_ignore_ascii_case("user-agent") {
            agent = Some(value.trim().to_owned());
        }
    }
    Ok(Connect { host, port, user, agent, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Result<Connect, &'static str> {
        parse(head.as_bytes(), 10)
    }

    #[test]
    fn a_head_without_fields_is_enough() {
        let connect = read("CONNECT Login.microsoftonline.com:443 HTTP/1.0\r\n\r\n").unwrap();
        let (host, version) = ("login.microsoftonline.com".into(), "HTTP/1.0");
        assert_eq!(connect, Connect { host, port: 443, user: None, agent: None, version });
    }

    #[test]
    fn the_user_name_is_read() {
        let head = "CONNECT [::1]:8443 HTTP/1.1\r\nHost: x\r\nUser-Agent: curl/8\r\nproxy-authorization: Basic Y29udG9zbzo=\r\n\r\n";
        let read = read(head).unwrap();
        assert_eq!((read.host.as_str(), read.port), ("::1", 8443));
        assert_eq!((read.user.as_deref(), read.agent.as_deref()), (Some("contoso"), Some("curl/8")));
    }

    #[test]
    fn malformed_heads_are_refused() {
        for head in [
            "CONNECT host HTTP/1.1\r\n\r\n",
            "CONNECT host:0 HTTP/1.1\r\n\r\n",
            "CONNECT host:65536 HTTP/1.1\r\n\r\n",
            "CONNECT :443 HTTP/1.1\r\n\r\n",
            "CONNECT user@host:443 HTTP/1.1\r\n\r\n",
            "CONNECT http://host:443 HTTP/1.1\r\n\r\n",
            "CONNECT  host:443 HTTP/1.1\r\n\r\n",
            "CONNECT host:443\r\n\r\n",
            "CONNECT host:443 HTTP/2.0\r\n\r\n",
            "CONNECT host:443 HTTP/1.1\r\nno colon\r\n\r\n",
            "CONNECT host:443 HTTP/1.1\r\nspaced : x\r\n\r\n",
            "CONNECT host:443 HTTP/1.1\r\nProxy-Authorization: Basic %%%\r\n\r\n",
        ] {
            assert!(read(head).is_err(), "{head:?}");
        }
        let flood = format!("CONNECT host:443 HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(11));
        assert!(read(&flood).unwrap_err().contains("too many"));
    }

    #[test]
    fn the_end_of_a_head_is_found_wherever_the_search_stopped_before() {
        for (text, end) in [("a\r\n\r\nrest", 5), ("a\n\nrest", 3), ("a\n\r\nrest", 4)] {
            for searched in 0..end {
                assert_eq!(head_length(text.as_bytes(), searched), Some(end), "{text:?} from {searched}");
            }
        }
        assert_eq!(head_length(b"a\r\nb\r\n", 0), None);
    }
}
