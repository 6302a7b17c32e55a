//! Connections that clients ended because of our certificate, or as if because of it: the commonest first mistake is
//! an authority that is not trusted, and such a client never gets as far as a request.
//!
//! Counted by peer and kind of client; the first of each is told on the server's log. Must never know sockets:
//! the transport says what it saw. Alerts: RFC 8446 section 6.2.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::call::{Gateway, Listening};
use super::redact;

/// No more are kept apart; the one that was seen longest ago makes room.
const MOST: usize = 64;

/// A connection that ended in the handshake, or after it before a request.
#[derive(Clone, Debug)]
pub struct EndedHandshake {
    /// Where it came from.
    pub peer: IpAddr,
    /// Whom the client wanted.
    pub host: String,
    /// The client's alert by its name in the standard; it just closed the connection, if there is none.
    pub alert: Option<&'static str>,
    /// The handshake was complete.
    pub complete: bool,
    /// The protocols that it offered (ALPN).
    pub offered: Vec<String>,
    /// It offered reserved values at random, as browsers do (RFC 8701).
    pub greased: bool,
    /// What it called itself when it asked for the tunnel.
    pub agent: Option<String>,
    /// The fault of the server that disturbed the handshake: the client is not to blame.
    pub disturbed_by: Option<Arc<str>>,
}

/// A family of clients which take their authorities from the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientKind {
    /// curl and libcurl.
    Curl,
    /// Python: requests, MSAL, the Azure CLI.
    Python,
    /// Node.
    Node,
    /// Java.
    Java,
    /// Go.
    Go,
    /// .NET and PowerShell.
    DotNet,
    /// A browser.
    Browser,
    /// It could not be told.
    Unknown,
}

impl ClientKind {
    /// Told from what the client called itself, else from how libraries differ in saying no: OpenSSL says
    /// `unknown_ca`, Go `bad_certificate`, Java `certificate_unknown`, and Node hangs up. A guess, and worded as one.
    fn of(ended: &EndedHandshake) -> Self {
        const AGENTS: [(&str, ClientKind); 14] = [
            ("curl/", ClientKind::Curl),
            ("python", ClientKind::Python),
            ("azurecli", ClientKind::Python),
            ("go-http-client", ClientKind::Go),
            ("java/", ClientKind::Java),
            ("apache-httpclient", ClientKind::Java),
            ("okhttp", ClientKind::Java),
            (".net", ClientKind::DotNet),
            ("dotnet", ClientKind::DotNet),
            ("powershell", ClientKind::DotNet),
            ("node", ClientKind::Node),
            ("undici", ClientKind::Node),
            ("axios", ClientKind::Node),
            ("mozilla/", ClientKind::Browser),
        ];
        let agent = ended.agent.as_deref().unwrap_or_default().to_ascii_lowercase();
        if let Some((_, kind)) = AGENTS.iter().find(|(part, _)| agent.contains(part)) {
            return *kind;
        }
        let offers = |name: &str| ended.offered.iter().any(|offered| offered == name);
        match (ended.alert, ended.complete) {
            _ if ended.greased => Self::Browser,
            (Some("bad_certificate"), _) => Self::Go,
            (Some("certificate_unknown"), _) => Self::Java,
            (Some("unknown_ca"), false) if offers("h2") => Self::Curl,
            (Some("unknown_ca"), false) if offers("http/1.1") => Self::Python,
            (Some("unknown_ca"), true) => Self::DotNet,
            (None, _) if ended.offered == ["http/1.1"] => Self::Node,
            (None, false) if offers("h2") => Self::Java,
            _ => Self::Unknown,
        }
    }

    /// Its name in a sentence.
    fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Node => "Node",
            Self::Java => "Java",
            Self::Go => "Go",
            Self::DotNet => ".NET",
            Self::Browser => "a browser",
            Self::Unknown => "a client",
        }
    }

    /// How it is made to trust the authority whose certificate is in `file`.
    fn advice(self, file: &str) -> String {
        match self {
            Self::Curl => format!("set CURL_CA_BUNDLE={file}, or say --cacert {file}"),
            Self::Python => format!(
                "set REQUESTS_CA_BUNDLE={file} (requests, MSAL, Azure CLI) and SSL_CERT_FILE={file} (httpx, aiohttp, urllib)"
            ),
            Self::Node => format!("set NODE_EXTRA_CA_CERTS={file} before Node starts"),
            Self::Java => format!(
                "make a trust store, `keytool -importcert -noprompt -alias mock-defender -file {file} -storepass changeit \
                 -keystore trust.p12`, and set JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=$PWD/trust.p12"
            ),
            Self::Go => format!("set SSL_CERT_FILE={file} (on Linux; elsewhere Go asks the system's store)"),
            Self::DotNet => {
                format!("set SSL_CERT_FILE={file} (on Linux; elsewhere .NET asks the system's store)")
            }
            Self::Browser => format!("import {file} among the browser's authorities"),
            Self::Unknown => format!(
                "it takes the certificate from a variable of its own: SSL_CERT_FILE (OpenSSL, Go, .NET), CURL_CA_BUNDLE, \
                 REQUESTS_CA_BUNDLE (Python) or NODE_EXTRA_CA_CERTS (Node), each = {file}"
            ),
        }
    }
}

/// Handshakes of one kind of client from one address, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Distrust {
    /// Where they came from.
    pub peer: IpAddr,
    /// What kind of client it was, as far as it can be told.
    pub client: ClientKind,
    /// Whom the last one wanted.
    pub host: String,
    /// Its alert; it just closed the connection, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<&'static str>,
    /// The fault of the server that disturbed them: the client is not to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disturbed_by: Option<Arc<str>>,
    /// How many.
    pub count: u64,
    /// How many requests the server had answered before the last of them, to whichever tenant.
    pub after_requests: u64,
    /// For people.
    pub text: String,
    /// What to do.
    pub advice: String,
}

impl Distrust {
    /// All of it in one sentence, with what to do.
    pub fn told(&self) -> String {
        let times = if self.count == 1 { String::new() } else { format!(" ({} times)", self.count) };
        let aim = if self.disturbed_by.is_some() { "To end that" } else { "To trust it" };
        format!("{}{times}. {aim}: {}.", self.text, self.advice)
    }
}

/// What is known of them. Of the server, not of a tenant: who does not get as far as a request names none.
#[derive(Default)]
pub struct Handshakes(Mutex<Vec<Distrust>>);

impl Handshakes {
    /// All of them, the one that was seen last at the end.
    pub fn list(&self) -> Vec<Distrust> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts one; true if it is the first of its kind.
    fn count(&self, one: Distrust) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = |one: &Distrust| (one.peer, one.client, one.disturbed_by.clone());
        let same = |other: &Distrust| kind(other) == kind(&one);
        let earlier = known.iter().position(same).map(|at| known.remove(at));
        let is_first = earlier.is_none();
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(Distrust { count: earlier.map_or(0, |earlier| earlier.count) + 1, ..one });
        is_first
    }
}

/// The file with the authority's certificate, or where to fetch it.
fn certificate(listening: Option<&Listening>) -> String {
    match listening {
        Some(Listening { ca_file: Some(file), .. }) => file.clone(),
        Some(Listening { proxy, .. }) => {
            format!("the file that `curl -o ca.pem {proxy}/_mock/ca.pem` writes")
        }
        None => "the authority's certificate".to_owned(),
    }
}

impl Gateway {
    /// Takes down that a connection ended so, and tells the first of its kind.
    pub(super) fn distrusted(&self, ended: &EndedHandshake) {
        let client = ClientKind::of(ended);
        let (peer, host) = (ended.peer, redact::cut(&ended.host));
        let disturbed_by = ended.disturbed_by.clone();
        let text = match (ended.alert, ended.complete) {
            _ if disturbed_by.is_some() => disturbed(client, ended, &host),
            (Some(alert), _) => format!(
                "{} at {peer} does not trust this server's certificate for {host} (TLS alert {alert})",
                client.name()
            ),
            (None, true) => format!(
                "{} at {peer} hung up on {host} right after the TLS handshake, without a request: as clients do that don't \
                 trust the certificate",
                client.name()
            ),
            (None, false) => format!(
                "{} at {peer} hung up on {host} in the TLS handshake: as clients do that don't trust the certificate",
                client.name()
            ),
        };
        let advice = match &disturbed_by {
            Some(fault) => format!("mock-defender fault remove --server {fault}"),
            None => client.advice(&certificate(self.listening.get())),
        };
        let after_requests = self.answered();
        let (alert, count) = (ended.alert, 1);
        let blamed = disturbed_by.is_none();
        let one = Distrust { peer, client, host, alert, disturbed_by, count, after_requests, text, advice };
        let told = one.told();
        if self.handshakes.count(one) && blamed {
            tracing::warn!("{told} `mock-defender env` prints the variables of all clients.");
        }
    }
}

/// Of a handshake that was disturbed on purpose.
fn disturbed(client: ClientKind, ended: &EndedHandshake, host: &str) -> String {
    let fault = ended.disturbed_by.as_deref().unwrap_or_default();
    let end = match ended.alert {
        Some(alert) => format!("said {alert}"),
        None => "got no further".to_owned(),
    };
    let (client, peer) = (client.name(), ended.peer);
    format!("the TLS handshake of {client} at {peer} for {host} was disturbed by fault {fault}, and it {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(alert: Option<&'static str>, complete: bool, offered: &[&str]) -> EndedHandshake {
        EndedHandshake {
            peer: [127, 0, 0, 1].into(),
            host: "localhost".to_owned(),
            alert,
            complete,
            offered: offered.iter().map(|&name| name.to_owned()).collect(),
            greased: false,
            agent: None,
            disturbed_by: None,
        }
    }

    #[test]
    fn client_kinds_are_recognised_by_user_agent_or_tls_alert() {
        let both: &[&str] = &["h2", "http/1.1"];
        for (alert, complete, offered, kind) in [
            (Some("unknown_ca"), false, both, ClientKind::Curl),
            (Some("unknown_ca"), false, &["http/1.1"], ClientKind::Python),
            (Some("bad_certificate"), false, both, ClientKind::Go),
            (Some("certificate_unknown"), false, both, ClientKind::Java),
            (None, false, &["http/1.1"], ClientKind::Node),
            (None, false, both, ClientKind::Java),
            (None, false, &[], ClientKind::Unknown),
        ] {
            assert_eq!(ClientKind::of(&ended(alert, complete, offered)), kind, "{alert:?} {offered:?}");
        }
        for (agent, kind) in [("curl/8", ClientKind::Curl), ("Java/17.0.15", ClientKind::Java)] {
            let named =
                EndedHandshake { agent: Some(agent.to_owned()), ..ended(Some("unknown_ca"), false, &[]) };
            assert_eq!(ClientKind::of(&named), kind, "{agent}");
        }
    }

    #[test]
    fn failed_handshakes_are_counted_per_peer_and_bounded() {
        let handshakes = Handshakes::default();
        let one = |number: u8| Distrust {
            peer: [127, 0, 0, number].into(),
            client: ClientKind::Curl,
            host: String::new(),
            alert: None,
            disturbed_by: None,
            count: 1,
            after_requests: 0,
            text: String::new(),
            advice: String::new(),
        };
        assert!(handshakes.count(one(0)));
        assert!(!handshakes.count(one(0)));
        assert_eq!(handshakes.list()[0].count, 2);
        for number in (1..).take(MOST) {
            handshakes.count(one(number));
        }
        assert_eq!(handshakes.list().len(), MOST);
        assert!(handshakes.list().iter().all(|known| known.peer != one(0).peer));
    }
}
