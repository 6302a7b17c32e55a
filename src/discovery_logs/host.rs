//! The host of an address as logs write it: a URL, `host:port`, a host with a path, a name or an IP address alone.
//!
//! Source: RFC 3986 section 3.2.

/// The host; empty where there is none.
pub(super) fn host_of(url: &[u8]) -> &[u8] {
    let url = url.trim_ascii();
    let rest = match super::line::find(url, b"://") {
        // A scheme has letters, digits, `+`, `-` and `.` only; else it belongs to a query.
        Some(at) if url[..at].iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) => {
            &url[at + 3..]
        }
        _ => url,
    };
    let end = rest.iter().position(|byte| b"/?#\\".contains(byte)).unwrap_or(rest.len());
    let authority = &rest[..end];
    let authority = match authority.iter().rposition(|byte| *byte == b'@') {
        Some(at) => &authority[at + 1..],
        None => authority,
    };
    if let Some(inner) = authority.strip_prefix(b"[") {
        let end = inner.iter().position(|byte| *byte == b']').unwrap_or(inner.len());
        return &inner[..end];
    }
    let mut colons = authority.iter().enumerate().filter(|(_, byte)| **byte == b':').map(|(at, _)| at);
    let host = match (colons.next(), colons.next()) {
        (Some(at), None) => &authority[..at],
        // Several are those of an IPv6 address without brackets.
        _ => authority,
    };
    host.strip_suffix(b".").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_found_however_an_address_is_written() {
        for (written, host) in [
            ("https://files.example/a?b=http://other.example/", "files.example"),
            ("files.example:443", "files.example"),
            ("files.example/a:b@c", "files.example"),
            ("http://user:word@files.example.:8080#x", "files.example"),
            ("files.example?u=http://x/", "files.example"),
            ("198.18.3.4", "198.18.3.4"),
            ("http://[2001:db8::1]:80/", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("/path/only", ""),
            ("", ""),
        ] {
            assert_eq!(host_of(written.as_bytes()), host.as_bytes(), "{written}");
        }
    }
}
