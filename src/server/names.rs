//! Host names: which are the server's own, which are genuine, and how one is read from an authority.
//!
//! Knows no sockets and no certificates. A host is always lower case, without port, brackets or final dot.
//! Grammar: RFC 3986 section 3.2; `localhost` and below: RFC 6761 section 6.3.

use std::net::IpAddr;
use std::sync::Arc;

use http::uri::Authority;
use http::{header, request};

use super::refusal::Refusal;
use crate::gateway::{Answer, Arrival, DisturbedHandshake, EndedHandshake, RequestHandler, Stray};

/// Longest host name, RFC 1035 section 2.3.4.
const LONGEST: usize = 253;

/// The names that one server answers to.
pub(super) struct Names {
    own: Vec<String>,
    front: Arc<dyn RequestHandler>,
}

impl Names {
    /// Own names as given on the command line, or the text of an address that is listened on.
    pub(super) fn new(own: &[String], front: Arc<dyn RequestHandler>) -> Self {
        Self { own: own.iter().filter_map(|name| normal(name)).collect(), front }
    }

    /// The host is one of the server's own names: path routing and the control API answer there.
    pub(super) fn is_own(&self, host: &str) -> bool {
        is_local(host) || self.own.iter().any(|own| own == host)
    }

    /// The simulator answers for this host.
    pub(super) fn plays(&self, host: &str) -> bool {
        self.is_own(host) || self.front.plays(host)
    }

    /// How a proxy says no to a request for a host that is not played.
    pub(super) fn refuse(&self, stray: &Stray<'_>, arrival: &Arrival) -> Refusal {
        Refusal::of(self.front.refuse_stray(stray, arrival))
    }

    /// Tells the front of a connection that a client ended for want of trust.
    pub(super) fn distrusted(&self, ended: &EndedHandshake) {
        self.front.handshake_ended(ended);
    }

    /// What a fault makes of a handshake for this host. Own names are spared: the control API must stay reachable there.
    pub(super) fn disturb_handshake(&self, host: &str) -> Option<DisturbedHandshake> {
        let asked = self.front.is_disturbed() && self.is_genuine(host);
        asked.then(|| self.front.disturb_handshake(host)).flatten()
    }

    /// What a fault makes of a tunnel. Own names are spared, too.
    pub(super) fn disturb_tunnel(&self, asked: &Stray<'_>, arrival: &Arrival) -> Option<Answer> {
        let is_asked = self.front.is_disturbed() && self.is_genuine(asked.host);
        is_asked.then(|| self.front.disturb(asked, arrival)).flatten()
    }

    /// The host is the name of a real service that the simulator plays.
    pub(super) fn is_genuine(&self, host: &str) -> bool {
        !self.is_own(host) && self.front.plays(host)
    }
}

/// `localhost`, a name below it, or a loopback address.
pub(super) fn is_local(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `name`, or a name below it, is what `host` is.
pub(super) fn is_within(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The host in its normal form, if it can be one.
pub(super) fn normal(host: &str) -> Option<String> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    let bare = host.strip_suffix('.').unwrap_or(host);
    let well_formed = (1..=LONGEST).contains(&bare.len())
        && bare.split('.').all(|label| !label.is_empty())
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    well_formed.then(|| bare.to_ascii_lowercase())
}

/// Host and port of an authority; user information is refused.
pub(super) fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    if authority.contains('@') {
        return None;
    }
    let parsed: Authority = authority.parse().ok()?;
    let host = normal(parsed.host())?;
    let port = match authority[parsed.host().len()..].strip_prefix(':') {
        None | Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
    };
    Some((host, port))
}

/// The authority that a request is for: of its target if that names one, else of its `Host` field.
pub(super) fn requested_authority(head: &request::Parts) -> Option<&str> {
    match head.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => head.headers.get(header::HOST)?.to_str().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_split_and_normalised() {
        let read = |text| host_and_port(text).map(|(host, port)| (host, port.unwrap_or(0)));
        assert_eq!(read("Login.MicrosoftOnline.com.:443"), Some(("login.microsoftonline.com".into(), 443)));
        assert_eq!(read("localhost"), Some(("localhost".into(), 0)));
        assert_eq!(read("[::1]:8443"), Some(("::1".into(), 8443)));
        assert_eq!(read("[::ffff:127.0.0.1]:1"), Some(("127.0.0.1".into(), 1)));
        for bad in [
            "",
            ":443",
            "a..b:1",
            "user@host:1",
            "host:65536",
            "host:+1",
            "h ost:1",
            "[::1",
            "host:1:2",
            "::1",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_below_a_name_are_within_it() {
        assert!(is_within("microsoft.com", "microsoft.com"));
        assert!(is_within("graph.microsoft.com", "microsoft.com"));
        assert!(!is_within("notmicrosoft.com", "microsoft.com"));
    }

    #[test]
    fn loopback_is_local() {
        for host in ["localhost", "contoso.localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "notlocalhost"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
