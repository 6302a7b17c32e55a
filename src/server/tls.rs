//! TLS as the server: a certificate for whichever played name the client asks for.
//!
//! Must never know what is spoken inside. Server names: RFC 6066 section 3; protocol negotiation: RFC 7301.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::server::{Acceptor, ClientHello, ResolvesServerCert, ServerSessionMemoryCache};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::io::AsyncWriteExt;
use tokio_rustls::LazyConfigAcceptor;

use super::authority::{AuthorityError, CertificateAuthority, LeafName};
use super::names::Names;
use super::stream::Peekable;

/// A fatal `unrecognized_name` alert, in the clear: RFC 8446 section 6, RFC 6066 section 3.
const UNRECOGNIZED_NAME: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70];

/// Sessions that can be resumed; clients of one test suite are few.
const SESSIONS: usize = 256;

/// A finished handshake.
pub(super) struct Secured {
    pub(super) stream: Peekable,
    pub(super) sni: Option<String>,
    pub(super) is_http2: bool,
}

/// The TLS side of one server.
pub(super) struct Tls {
    authority: CertificateAuthority,
    template: ServerConfig,
    ready: Mutex<Ready>,
    most: usize,
}

/// Configurations by name; the oldest goes first when there are too many.
#[derive(Default)]
struct Ready {
    by_name: BTreeMap<LeafName, Arc<ServerConfig>>,
    by_age: VecDeque<LeafName>,
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
    ) -> io::Result<Secured> {
        let mut start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let sni = start.client_hello().server_name().map(str::to_ascii_lowercase);
        if let Some(name) = sni.as_deref().filter(|name| !names.plays(name)) {
            let refusal = format!("{name:?} is not a name that is played here");
            start.io.write_all(&UNRECOGNIZED_NAME).await?;
            start.io.shutdown().await?;
            return Err(io::Error::new(io::ErrorKind::InvalidData, refusal));
        }
        let name = self.leaf_name(sni.as_deref().unwrap_or(expected));
        let config = self.config_for(name).map_err(io::Error::other)?;
        let stream = start.into_stream(config).await?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Secured { stream: Peekable::new(stream), sni, is_http2 })
    }

    fn leaf_name(&self, host: &str) -> LeafName {
        match host.parse::<IpAddr>() {
            Err(_) => LeafName::Host(host.to_owned()),
            // An address that the authority may not sign would spoil the names beside it in the certificate.
            Ok(address) if self.authority.may_sign(host) => LeafName::Address(address),
            Ok(_) => LeafName::Address(Ipv4Addr::LOCALHOST.into()),
        }
    }

    fn config_for(&self, name: LeafName) -> Result<Arc<ServerConfig>, AuthorityError> {
        if let Some(config) = self.lock().by_name.get(&name) {
            return Ok(config.clone());
        }
        // Signed outside the lock; when two are made at once, the second is dropped.
        let leaf = self.authority.leaf(&name)?;
        let mut config = self.template.clone();
        config.cert_resolver = Arc::new(SingleCertAndKey::from(leaf));
        Ok(self.lock().insert(name, Arc::new(config), self.most))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ready {
    fn insert(&mut self, name: LeafName, config: Arc<ServerConfig>, most: usize) -> Arc<ServerConfig> {
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
        let make = |host: &str| tls.config_for(LeafName::Host(host.into())).unwrap();
        let first = make("a.localhost");
        assert!(Arc::ptr_eq(&first, &make("a.localhost")));
        make("b.localhost");
        make("c.localhost");
        assert_eq!(tls.lock().by_name.len(), 2);
        assert_eq!(tls.lock().by_age.len(), 2);
        assert!(!Arc::ptr_eq(&first, &make("a.localhost")));
    }
}
