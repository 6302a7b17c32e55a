//! The local certificate authority: made once per machine, trusted by clients, signs what the server shows.
//!
//! Must never know requests or tenants. Whoever trusts it shall risk little: critical name constraints let it
//! speak for the emulated domains, `localhost` and loopback only, and its key never leaves the machine.
//!
//! Further own names (`--name`) would widen what a trusted authority can do. So they never touch `ca.pem`: each
//! set of them has an authority of its own, `ca-` and a digest of the set, beside it.
//!
//! An authority that was made before some emulated domain was known lacks that one and keeps working for the others:
//! it is replaced on demand only ([`CertificateAuthority::renew`]), since clients have to trust the new one.
//!
//! Certificates: RFC 5280; the directory: XDG Base Directory Specification 0.8.

mod certificate;
mod constraints;
mod files;
mod place;

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest;
use rcgen::{CertificateParams, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, TrustAnchor};
use rustls::sign::{CertifiedKey, SigningKey};

use super::names;
use files::{Files, Pair};

pub(super) use certificate::{Flaw, LeafName};

/// Why there is no certificate authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file of it can't be read.
    #[error(
        "cannot read {}: {source}; make it readable for this user, or keep the certificate authority elsewhere \
         with --ca DIR",
        file.display()
    )]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or directory of it can't be written.
    #[error(
        "cannot write {}: {source}; keep the certificate authority elsewhere with --ca DIR, or in memory with \
         --ca ephemeral",
        file.display()
    )]
    Write {
        /// The file or directory.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The files are not what this program wrote.
    #[error(
        "{} {what}; put the right file back, or delete {} and {} to have a new certificate authority made \
         (clients must then trust the new one)",
        file.display(), certificate.display(), key.display()
    )]
    Unusable {
        /// The file that is wrong.
        file: PathBuf,
        /// What is wrong with it.
        what: &'static str,
        /// The certificate file of the pair.
        certificate: PathBuf,
        /// The key file of the pair.
        key: PathBuf,
    },
    /// An own name that is neither a host name nor an address.
    #[error("{0:?} is neither a host name nor an address")]
    Name(String),
    /// No directory is known for it.
    #[error("no directory for the certificate authority: set {0}, or name one with --ca DIR")]
    NoDirectory(&'static str),
    /// Making a key or a certificate failed.
    #[error("making a key or certificate failed: {0}")]
    Crypto(#[from] rcgen::Error),
    /// The TLS library refuses a key or certificate.
    #[error("the TLS library refuses a key or certificate: {0}")]
    Tls(#[from] rustls::Error),
}

/// A certificate authority, and the key of the leaf certificates that it signs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CertificateAuthority(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    file: Option<PathBuf>,
    emulated: Vec<&'static str>,
    missing: Vec<&'static str>,
    extra: Vec<String>,
    leaf_key: KeyPair,
    leaf_signer: Arc<dyn SigningKey>,
    /// An authority that nobody trusts; made when it is first asked for.
    unknown: OnceLock<Issuer<'static, KeyPair>>,
}

impl CertificateAuthority {
    /// The authority kept in `dir` for the names below these emulated domains and for these own names; made if it is
    /// not there yet.
    ///
    /// Names that every authority may sign (`localhost`, loopback, the emulated domains) add nothing to the set.
    /// Processes that start together end with the same one.
    ///
    /// # Errors
    /// When files can't be read or written, or are not what this program wrote.
    pub fn load_or_create(
        dir: &Path,
        emulated: &[&'static str],
        own_names: &[String],
    ) -> Result<Self, AuthorityError> {
        let extra = extra_names(emulated, own_names)?;
        let files = Files::new(dir, &stem(&extra));
        let pair = match files.read()? {
            Some(pair) => pair,
            None => files.create(|key| match key {
                Some(key) => Ok(Pair {
                    certificate: self_signed(&parse_key(&files, key)?, emulated, &extra)?,
                    key: key.into(),
                }),
                None => new_pair(emulated, &extra),
            })?,
        };
        let key = parse_key(&files, &pair.key)?;
        let known = check_pair(&files, &pair, &key, emulated, &extra)?;
        let missing = emulated.iter().copied().filter(|domain| !known.contains(domain)).collect();
        Self::assemble(key, pair.certificate, Some(files.certificate), (known, missing), extra)
    }

    /// The authority kept in `dir`, with a new certificate for all of these names where the one that is there lacks
    /// some. It keeps its key: clients that trust the old certificate go on with the names of that one. One that is
    /// not there yet is made. The flag says whether the certificate is another than before.
    ///
    /// # Errors
    /// As [`load_or_create`](Self::load_or_create).
    pub fn renew(
        dir: &Path,
        emulated: &[&'static str],
        own_names: &[String],
    ) -> Result<(Self, bool), AuthorityError> {
        let present = Self::load_or_create(dir, emulated, own_names)?;
        if present.missing().is_empty() {
            return Ok((present, false));
        }
        let files = Files::new(dir, &stem(&present.0.extra));
        let certificate = self_signed(present.0.issuer.key(), emulated, &present.0.extra)?;
        files.replace_certificate(&certificate)?;
        Ok((Self::load_or_create(dir, emulated, own_names)?, true))
    }

    /// An authority that lives and dies in memory.
    ///
    /// # Errors
    /// When an own name is malformed.
    pub fn ephemeral(emulated: &[&'static str], own_names: &[String]) -> Result<Self, AuthorityError> {
        let extra = extra_names(emulated, own_names)?;
        let key = KeyPair::generate()?;
        let pem = self_signed(&key, emulated, &extra)?;
        Self::assemble(key, pem, None, (emulated.to_vec(), Vec::new()), extra)
    }

    /// Where the authority of this user lives when no other place is named.
    ///
    /// # Errors
    /// When the environment names no home directory.
    pub fn default_dir() -> Result<PathBuf, AuthorityError> {
        place::default_dir(|name| std::env::var_os(name))
    }

    /// Its certificate, for clients to trust.
    pub fn pem(&self) -> &str {
        &self.0.pem
    }

    /// The file with its certificate, unless it is ephemeral.
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// Emulated domains that its certificate was made without: clients refuse it for names there.
    pub fn missing(&self) -> &[&'static str] {
        &self.0.missing
    }

    /// What to tell whoever uses it, if it lacks names.
    pub fn advice(&self) -> Option<String> {
        let file = self.file().filter(|_| !self.missing().is_empty())?;
        let names: String = self.0.extra.iter().map(|name| format!(" --name {name}")).collect();
        Some(format!(
            "{} was made before names below {} were played: clients that trust it refuse these names. If you need \
             them, say `mock-defender ca renew --dir {}{names}`, and have clients trust the new certificate",
            file.display(),
            self.missing().join(", "),
            file.parent().unwrap_or(Path::new(".")).display(),
        ))
    }

    /// Clients would accept a leaf for this host (lower case, no port, no brackets).
    pub fn may_sign(&self, host: &str) -> bool {
        if host.parse::<IpAddr>().is_ok() {
            return names::is_local(host) || self.0.extra.iter().any(|name| name == host);
        }
        permitted_domains(&self.0.emulated, &self.0.extra).any(|domain| names::is_within(host, domain))
    }

    /// A certificate for this name, with its key.
    pub(super) fn leaf(&self, name: &LeafName) -> Result<Arc<CertifiedKey>, AuthorityError> {
        let params = certificate::leaf(name, &self.0.leaf_key)?;
        let signed = params.signed_by(&self.0.leaf_key, &self.0.issuer)?;
        Ok(Arc::new(CertifiedKey::new(vec![signed.der().clone()], self.0.leaf_signer.clone())))
    }

    /// A certificate for this name that is wrong on purpose, with its key.
    pub(super) fn flawed(&self, name: &LeafName, flaw: Flaw) -> Result<Arc<CertifiedKey>, AuthorityError> {
        let params = certificate::flawed(name, flaw, &self.0.leaf_key)?;
        let issuer = if flaw == Flaw::UnknownIssuer { self.unknown()? } else { &self.0.issuer };
        let signed = params.signed_by(&self.0.leaf_key, issuer)?;
        Ok(Arc::new(CertifiedKey::new(vec![signed.der().clone()], self.0.leaf_signer.clone())))
    }

    fn unknown(&self) -> Result<&Issuer<'static, KeyPair>, AuthorityError> {
        if let Some(known) = self.0.unknown.get() {
            return Ok(known);
        }
        let made = Issuer::new(certificate::unknown_authority(), KeyPair::generate()?);
        // When two are made at once, the second is dropped.
        Ok(self.0.unknown.get_or_init(|| made))
    }

    /// `emulated`: the domains that the certificate permits, and those that it lacks.
    fn assemble(
        key: KeyPair,
        pem: String,
        file: Option<PathBuf>,
        emulated: (Vec<&'static str>, Vec<&'static str>),
        extra: Vec<String>,
    ) -> Result<Self, AuthorityError> {
        let (emulated, missing) = emulated;
        let issuer = Issuer::new(params(&key, &emulated, &extra), key);
        // One key for all leaves: minting one is then a single signature, cheap enough for a handshake.
        let leaf_key = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialized_der().to_vec()));
        let leaf_signer = rustls::crypto::aws_lc_rs::sign::any_ecdsa_type(&der)?;
        let unknown = OnceLock::new();
        let inner = Inner { issuer, pem, file, emulated, missing, extra, leaf_key, leaf_signer, unknown };
        Ok(Self(Arc::new(inner)))
    }
}

/// The own names that lie outside what every authority may sign, normalised, sorted, without doubles.
fn extra_names(emulated: &[&'static str], own_names: &[String]) -> Result<Vec<String>, AuthorityError> {
    let mut extra = Vec::new();
    for name in own_names {
        let host = names::normal(name).ok_or_else(|| AuthorityError::Name(name.clone()))?;
        let common = names::is_local(&host)
            || permitted_domains(emulated, &[]).any(|domain| names::is_within(&host, domain));
        if !common {
            extra.push(host);
        }
    }
    extra.sort();
    extra.dedup();
    Ok(extra)
}

fn permitted_domains<'a>(
    emulated: &'a [&'static str],
    extra: &'a [String],
) -> impl Iterator<Item = &'a str> + Clone {
    let named = extra.iter().map(String::as_str).filter(|name| name.parse::<IpAddr>().is_err());
    emulated.iter().copied().chain(["localhost"]).chain(named)
}

fn addresses(extra: &[String]) -> Vec<IpAddr> {
    extra.iter().filter_map(|name| name.parse().ok()).collect()
}

fn stem(extra: &[String]) -> String {
    if extra.is_empty() {
        return "ca".into();
    }
    let digest = digest::digest(&digest::SHA256, extra.join("\n").as_bytes());
    let hex: String = digest.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("ca-{hex}")
}

fn new_pair(emulated: &[&'static str], extra: &[String]) -> Result<Pair, AuthorityError> {
    let key = KeyPair::generate()?;
    Ok(Pair { certificate: self_signed(&key, emulated, extra)?, key: key.serialize_pem() })
}

fn self_signed(key: &KeyPair, emulated: &[&'static str], extra: &[String]) -> Result<String, AuthorityError> {
    Ok(params(key, emulated, extra).self_signed(key)?.pem())
}

fn params(key: &KeyPair, emulated: &[&'static str], extra: &[String]) -> CertificateParams {
    certificate::authority(key, permitted_domains(emulated, extra), &addresses(extra))
}

fn parse_key(files: &Files, pem: &str) -> Result<KeyPair, AuthorityError> {
    KeyPair::from_pkcs8_pem_and_sign_algo(pem, &PKCS_ECDSA_P256_SHA256)
        .map_err(|_| files.unusable(&files.key, "is not an ECDSA P-256 key in PKCS #8 PEM form"))
}

/// Clients see only the certificate, so it must be the one that this key and these names make, or make without some of
/// the emulated domains. The domains that it has.
fn check_pair(
    files: &Files,
    pair: &Pair,
    key: &KeyPair,
    emulated: &[&'static str],
    extra: &[String],
) -> Result<Vec<&'static str>, AuthorityError> {
    let unusable = |what| files.unusable(&files.certificate, what);
    let found = anchor(&pair.certificate).ok_or_else(|| unusable("is not a certificate in PEM form"))?;
    let names = constraints::host_names(found.name_constraints.as_deref().unwrap_or_default());
    let known: Vec<_> =
        names.iter().filter_map(|name| emulated.iter().copied().find(|domain| domain == name)).collect();
    let expected =
        anchor(&self_signed(key, &known, extra)?).ok_or_else(|| unusable("can't be made again"))?;
    if found.subject_public_key_info != expected.subject_public_key_info {
        return Err(unusable("does not belong to the key beside it"));
    }
    if found != expected {
        return Err(unusable("was made for other host names, or by another program"));
    }
    Ok(known)
}

fn anchor(pem: &str) -> Option<TrustAnchor<'static>> {
    let mut store = RootCertStore::empty();
    store.add(CertificateDer::from_pem_slice(pem.as_bytes()).ok()?).ok()?;
    store.roots.pop()
}
