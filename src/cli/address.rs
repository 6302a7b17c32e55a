//! Where the running server is: what the command line says, else MOCK_DEFENDER_URL, else the server in the background,
//! else the usual place.

use super::background;

/// The usual place.
const USUAL: &str = "http://localhost:8443";

/// An address as somebody wrote it.
pub(super) struct Address {
    text: String,
    /// Where it was written, unless on the command line.
    source: Option<&'static str>,
}

impl Address {
    /// `said` is what the command line says.
    pub(super) fn of(said: Option<&str>) -> Self {
        if let Some(said) = said {
            return Self { text: said.to_owned(), source: None };
        }
        if let Some(text) = std::env::var("MOCK_DEFENDER_URL").ok().filter(|text| !text.trim().is_empty()) {
            return Self { text, source: Some("of MOCK_DEFENDER_URL") };
        }
        match background::address() {
            Some(text) => Self { text, source: Some("of the server in the background") },
            None => Self { text: USUAL.to_owned(), source: None },
        }
    }

    /// For messages: the address, and where it was written.
    pub(super) fn named(&self) -> String {
        match self.source {
            Some(source) => format!("{} ({source})", self.text.trim()),
            None => self.text.clone(),
        }
    }

    /// As it is asked: in clear, since the port takes both, `http://host:port`.
    pub(super) fn in_clear(&self) -> Result<String, String> {
        in_clear(&self.text).ok_or_else(|| {
            format!(
                "{}: expected a URL such as http://localhost:8443 or https://localhost:8443",
                self.named()
            )
        })
    }
}

/// `http://host:port`; what may be left out is the scheme, and the port, which is then that of the scheme.
fn in_clear(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let (usual, authority) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (80, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (443, rest),
        Some(_) => return None,
        None => (8443, text),
    };
    let authority: http::uri::Authority = authority.parse().ok()?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let has_port = authority.as_str() != authority.host();
    let port = if has_port { authority.port_u16()? } else { usual };
    Some(format!("http://{}:{port}", authority.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_addresses_are_parsed_with_and_without_scheme_and_port() {
        for (text, clear) in [
            ("http://localhost:9443", Some("http://localhost:9443")),
            ("https://localhost:9443/", Some("http://localhost:9443")),
            ("HTTPS://mock", Some("http://mock:443")),
            ("http://mock", Some("http://mock:80")),
            ("localhost:9443", Some("http://localhost:9443")),
            ("localhost", Some("http://localhost:8443")),
            ("[::1]:9443", Some("http://[::1]:9443")),
            ("https://[::1]", Some("http://[::1]:443")),
            (" 127.0.0.1:1 ", Some("http://127.0.0.1:1")),
            ("ftp://localhost:1", None),
            ("http://me@localhost:1", None),
            ("http://localhost:x", None),
            ("http://localhost:1/path", None),
            ("", None),
        ] {
            assert_eq!(in_clear(text).as_deref(), clear, "{text:?}");
        }
    }
}
