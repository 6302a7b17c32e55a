//! TLS as the server: a certificate for whichever played name the client asks for.
//!
//! Must never know what is spoken inside. Server names: RFC 6066 section 3; protocol negotiation: RFC 7301.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::server::{
    Acceptor, ClientHello, NoServerSessionStorage, ResolvesServerCert, ServerSessionMemoryCache,
};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{AlertDescription, CipherSuite, ServerConfig};
use tokio::io::AsyncWriteExt;
use tokio_rustls::LazyConfigAcceptor;

use super::authority::{AuthorityError, CertificateAuthority, Flaw, LeafName};
use super::names::Names;
use super::stream::Peekable;
use crate::gateway::{Arrival, DisturbedHandshake, EndedHandshake};
use crate::model::fault::TlsEffect;

/// A fatal `unrecognized_name` alert, in the clear: RFC 8446 section 6, RFC 6066 section 3.
const UNRECOGNIZED_NAME: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70];

/// Sessions that can be resumed; clients of one test suite are few.
const SESSIONS: usize = 256;

/// What came of a handshake that did not fail.
pub(super) enum Shaken {
    /// It is finished.
    Secured(Secured),
    /// A fault breaks it off: the stream is still open.
    Reset(Hello, Peekable),
    /// A fault leaves it unanswered.
    Hanging(Hello, Peekable),
}

/// A finished handshake.
pub(super) struct Secured {
    pub(super) stream: Peekable,
    pub(super) sni: Option<String>,
    pub(super) is_http2: bool,
    pub(super) hello: Hello,
}

/// What a client said of itself at the beginning, as far as kinds of clients differ in it.
#[derive(Clone, Default)]
pub(super) struct Hello {
    /// Whom it wants.
    pub(super) host: String,
    /// The protocols that it offers.
    pub(super) offered: Vec<String>,
    /// It offers reserved values, too (RFC 8701).
    pub(super) greased: bool,
    /// The fault that disturbs the handshake.
    pub(super) disturbed_by: Option<Arc<str>>,
}

impl Hello {
    fn of(hello: &ClientHello<'_>, expected: &str) -> Self {
        let offered = hello.alpn().into_iter().flatten();
        let reserved = |suite: &CipherSuite| {
            let [high, low] = u16::from(*suite).to_be_bytes();
            high == low && low & 0x0f == 0x0a
        };
        Self {
            host: hello.server_name().unwrap_or(expected).to_ascii_lowercase(),
            offered: offered.map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
            greased: hello.cipher_suites().iter().any(reserved),
            disturbed_by: None,
        }
    }
}

impl Hello {
    /// The end of the connection that began so.
    pub(super) fn ended(
        self,
        arrival: &Arrival,
        alert: Option<&'static str>,
        complete: bool,
        agent: Option<String>,
    ) -> EndedHandshake {
        let Self { host, offered, greased, disturbed_by } = self;
        EndedHandshake { peer: arrival.peer, host, alert, complete, offered, greased, agent, disturbed_by }
    }
}

/// A handshake that came to nothing.
pub(super) struct NotSecured {
    pub(super) error: io::Error,
    /// There, if the client has seen our certificate.
    pub(super) hello: Option<Hello>,
}

impl From<io::Error> for NotSecured {
    fn from(error: io::Error) -> Self {
        Self { error, hello: None }
    }
}

/// How a client ended a connection for want of trust, if that is what the error says: by an alert about our certificate,
/// or by just closing it.
pub(super) fn distrust(error: &io::Error) -> Option<Option<&'static str>> {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    if matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe) {
        return Some(None);
    }
    let alert = match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => alert,
        _ => return None,
    };
    Some(Some(match alert {
        AlertDescription::BadCertificate => "bad_certificate",
        AlertDescription::UnsupportedCertificate => "unsupported_certificate",
        AlertDescription::CertificateExpired => "certificate_expired",
        AlertDescription::CertificateUnknown => "certificate_unknown",
        AlertDescription::UnknownCA => "unknown_ca",
        _ => return None,
    }))
}

/// The TLS side of one server.
pub(super) struct Tls {
    authority: CertificateAuthority,
    template: ServerConfig,
    ready: Mutex<Ready>,
    most: usize,
}

/// For whom a certificate is, and what is wrong with it.
type Shown = (LeafName, Option<Flaw>);

/// Configurations by name; the oldest goes first when there are too many.
#[derive(Default)]
struct Ready {
    by_name: BTreeMap<Shown, Arc<ServerConfig>>,
    by_age: VecDeque<Shown>,
}

impl Tls {
    pub(super) fn new(authority: CertificateAuthority, most: usize) -> Result<Self, AuthorityError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut template = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(NoCertificate));
        template.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // Shared by all names: rustls resumes a session only under the name that it was made for.
        template.session_storage = ServerSessionMemoryCache::new(SESSIONS);
        Ok(Self { authority, template, ready: Mutex::default(), most: most.max(1) })
    }

    /// Shakes hands. `expected` is who the client wants if it does not say: the host of its `CONNECT`, or the
    /// address it came to. The caller bounds the time.
    pub(super) async fn accept(
        &self,
        stream: Peekable,
        names: &Names,
        expected: &str,
    ) -> Result<Shaken, NotSecured> {
        let mut start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let sni = start.client_hello().server_name().map(str::to_ascii_lowercase);
        if let Some(name) = sni.as_deref().filter(|name| !names.plays(name)) {
            let refusal = format!("{name:?} is not a name that is played here");
            start.io.write_all(&UNRECOGNIZED_NAME).await?;
            start.io.shutdown().await?;
            return Err(io::Error::new(io::ErrorKind::InvalidData, refusal).into());
        }
        let mut hello = Hello::of(&start.client_hello(), expected);
        let mut flaw = None;
        if let Some(DisturbedHandshake { fault, effect }) = names.disturb_handshake(&hello.host) {
            hello.disturbed_by = Some(fault);
            flaw = match effect {
                TlsEffect::Reset => return Ok(Shaken::Reset(hello, start.io)),
                TlsEffect::Hang => return Ok(Shaken::Hanging(hello, start.io)),
                TlsEffect::Expired => Some(Flaw::Expired),
                TlsEffect::WrongName => Some(Flaw::OtherName),
                TlsEffect::Untrusted => Some(Flaw::UnknownIssuer),
            };
        }
        let name = self.leaf_name(sni.as_deref().unwrap_or(expected));
        let config = self.config_for((name, flaw)).map_err(io::Error::other)?;
        let stream = match start.into_stream(config).await {
            Ok(stream) => stream,
            Err(error) => return Err(NotSecured { error, hello: Some(hello) }),
        };
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Shaken::Secured(Secured { stream: Peekable::new(stream), sni, is_http2, hello }))
    }

    fn leaf_name(&self, host: &str) -> LeafName {
        match host.parse::<IpAddr>() {
            Err(_) => LeafName::Host(host.to_owned()),
            // An address that the authority may not sign would spoil the names beside it in the certificate.
            Ok(address) if self.authority.may_sign(host) => LeafName::Address(address),
            Ok(_) => LeafName::Address(Ipv4Addr::LOCALHOST.into()),
        }
    }

    fn config_for(&self, name: Shown) -> Result<Arc<ServerConfig>, AuthorityError> {
        if let Some(config) = self.lock().by_name.get(&name) {
            return Ok(config.clone());
        }
        // Signed outside the lock; when two are made at once, the second is dropped.
        let mut config = self.template.clone();
        let leaf = match name.1 {
            None => self.authority.leaf(&name.0)?,
            Some(flaw) => {
                // A client that resumed a session would not look at the certificate.
                config.session_storage = Arc::new(NoServerSessionStorage {});
                config.send_tls13_tickets = 0;
                self.authority.flawed(&name.0, flaw)?
            }
        };
        config.cert_resolver = Arc::new(SingleCertAndKey::from(leaf));
        Ok(self.lock().insert(name, Arc::new(config), self.most))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ready {
    fn insert(&mut self, name: Shown, config: Arc<ServerConfig>, most: usize) -> Arc<ServerConfig> {
        if let Some(earlier) = self.by_name.get(&name) {
            return earlier.clone();
        }
        if self.by_name.len() >= most
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.by_name.remove(&oldest);
        }
        self.by_age.push_back(name.clone());
        self.by_name.insert(name, config.clone());
        config
    }
}

/// Stands in the template until a name is known.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesServerCert for NoCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_kept_ready_are_bounded() {
        let tls = Tls::new(CertificateAuthority::ephemeral(&["example"], &[]).unwrap(), 2).unwrap();
        let make = |host: &str| tls.config_for((LeafName::Host(host.into()), None)).unwrap();
        let first = make("a.localhost");
        assert!(Arc::ptr_eq(&first, &make("a.localhost")));
        make("b.localhost");
        make("c.localhost");
        assert_eq!(tls.lock().by_name.len(), 2);
        assert_eq!(tls.lock().by_age.len(), 2);
        assert!(!Arc::ptr_eq(&first, &make("a.localhost")));
    }
}
