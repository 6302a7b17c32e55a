//! The fixed test keys that sign tokens, and what a key set says of them.
//!
//! The keys are part of the source (see `fixtures/keys/README.md`), so that tokens are reproducible; they protect
//! nothing. Signing goes to aws-lc-rs directly instead of through `jsonwebtoken`: that crate parses the private key
//! anew at every signature, which costs more than the signature itself, and its only remedy is a process-wide
//! provider that a library must not install over the head of the program that embeds it.
//!
//! Form of the key set: <https://learn.microsoft.com/entra/identity-platform/signing-key-rollover>, RFC 7517.

use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};

use crate::model::base64;
use crate::tenant::nouns::directory::SIGNING_KEYS;

/// A key that signs tokens.
pub struct SigningKey {
    private: RsaKeyPair,
    public: ParsedPublicKey,
    kid: String,
    modulus: String,
    exponent: String,
    certificate: String,
}

/// The parts of a public key as a key set names them (RFC 7517 and 7518), all base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKeyData<'a> {
    /// Key id; also the certificate's thumbprint (`x5t`).
    pub kid: &'a str,
    /// Modulus.
    pub n: &'a str,
    /// Exponent.
    pub e: &'a str,
    /// The certificate, the only element of `x5c`.
    pub certificate: &'a str,
}

/// The private keys, PKCS#8, one behind the other.
const PRIVATE: &[u8] = include_bytes!("../../fixtures/keys/signing-keys.der");
/// Their certificates, in the same order.
const CERTIFICATES: &[u8] = include_bytes!("../../fixtures/keys/signing-certificates.der");

/// How many keys there are.
const COUNT: usize = SIGNING_KEYS as usize;

// One cell per key: a process that only verifies never parses the keys that it does not meet.
static KEYS: [OnceLock<SigningKey>; COUNT] = [const { OnceLock::new() }; COUNT];

/// The key of this number, counted on for ever as keys are rotated: they are taken in turns.
pub fn numbered(number: u32) -> &'static SigningKey {
    let place = place(number) as usize;
    KEYS[place].get_or_init(|| {
        let parts = (files(PRIVATE).nth(place), files(CERTIFICATES).nth(place));
        let key =
            parts.0.zip(parts.1).and_then(|(private, certificate)| SigningKey::new(private, certificate));
        key.expect("the fixture is an RSA key, which a test checks")
    })
}

/// The key with this id, and its place among all.
pub fn by_id(kid: &str) -> Option<(u32, &'static SigningKey)> {
    static KIDS: OnceLock<Vec<String>> = OnceLock::new();
    let kids = KIDS.get_or_init(|| files(CERTIFICATES).map(thumbprint).collect());
    let place = kids.iter().position(|known| known == kid)? as u32;
    Some((place, numbered(place)))
}

/// The place among all keys of the one with this number.
pub fn place(number: u32) -> u32 {
    number % SIGNING_KEYS
}

/// DER elements that lie one behind the other, each whole.
fn files(all: &'static [u8]) -> impl Iterator<Item = &'static [u8]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let (_, after) = element(rest, 0x30)?;
        let (file, behind) = rest.split_at(rest.len() - after.len());
        rest = behind;
        Some(file)
    })
}

/// The key id that a certificate stands for.
fn thumbprint(certificate: &[u8]) -> String {
    base64::encode_url(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref())
}

impl SigningKey {
    fn new(private: &[u8], certificate: &[u8]) -> Option<Self> {
        let private = RsaKeyPair::from_pkcs8(private).ok()?;
        let der = private.public_key().as_ref();
        let (modulus, exponent) = components(der)?;
        Some(Self {
            public: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).ok()?,
            kid: thumbprint(certificate),
            modulus: base64::encode_url(modulus),
            exponent: base64::encode_url(exponent),
            certificate: base64::encode_standard(certificate),
            private,
        })
    }

    /// The key id: base64url of the SHA-1 of the certificate, 27 characters.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What a key set says of it.
    pub fn public(&self) -> PublicKeyData<'_> {
        PublicKeyData { kid: &self.kid, n: &self.modulus, e: &self.exponent, certificate: &self.certificate }
    }

    /// RS256 (RFC 7518, section 3.3): RSASSA-PKCS1-v1_5 with SHA-256. The same message gives the same signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.private.public_modulus_len()];
        self.private
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a checked RSA key of 2048 bits signs any message into a buffer of its modulus' length");
        signature
    }

    /// Whether `signature` is this key's RS256 signature of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }
}

/// Never shows the private key, though it is no secret: habits matter.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Modulus and exponent of a DER `RSAPublicKey` (RFC 8017, A.1.1), without leading zeros.
pub(super) fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (modulus, rest) = element(sequence, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent))
}

/// The content of the DER element with this tag at the front, and what follows it.
pub(super) fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], mut rest) = der.split_first_chunk::<2>()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f).min(3))?;
        length = digits.iter().fold(0, |length, &digit| (length << 8) | usize::from(digit));
        rest = after;
    }
    (found == tag).then_some(())?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current() -> &'static SigningKey {
        numbered(0)
    }

    #[test]
    fn every_fixture_is_a_key_with_its_certificate() {
        assert_eq!((files(PRIVATE).count(), files(CERTIFICATES).count()), (COUNT, COUNT));
        let mut moduli = std::collections::BTreeSet::new();
        for (index, certificate) in files(CERTIFICATES).enumerate() {
            let key = numbered(index as u32);
            let n = base64::decode_url(&key.modulus).unwrap();
            assert_eq!(n.len(), 256, "RSA-2048");
            assert_eq!(key.exponent, "AQAB");
            assert!(certificate.windows(n.len()).any(|part| part == n), "the certificate is for this key");
            let subject = format!("mock-defender test signing key {} (not a secret)", index + 1);
            assert!(certificate.windows(subject.len()).any(|part| part == subject.as_bytes()));
            assert_eq!(by_id(key.kid()).map(|(place, _)| place), Some(index as u32));
            assert!(moduli.insert(n), "each is another key");
        }
        assert!(by_id("nobody").is_none());
    }

    #[test]
    fn the_key_id_is_the_sha_1_of_the_certificate() {
        // From `openssl dgst -sha1 -binary certificate-N.der | base64 | tr '+/' '-_'`.
        assert_eq!(current().kid(), "NEwLOpX76I8eWAzwMcdZihBjqwI");
        assert_eq!(numbered(1).kid(), "lFjy4WVzUk5OlV6fpD0KEf5rk4g");
        assert_eq!(numbered(2).kid(), "-eVvFoVKjiDQ4iIr5WbikxoDctI");
    }

    #[test]
    fn a_signature_verifies_for_its_own_message_and_key_only() {
        let signature = current().sign(b"message");
        assert!(current().verifies(b"message", &signature));
        assert!(!current().verifies(b"massage", &signature));
        assert!(!numbered(1).verifies(b"message", &signature));
        assert!(!current().verifies(b"message", &signature[1..]));
        assert!(!current().verifies(b"message", b""));
    }
}
