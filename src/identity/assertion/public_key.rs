//! The public keys that judge assertions, in the three algorithms that are taken.
//!
//! Where a key came from is not known here. The algorithm is the caller's choice from a closed list, and a key
//! judges by those of its own kind only (RFC 8725, section 3.1).
//!
//! Source: RFC 7518, sections 3.3 to 3.5.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use crate::identity::keys::{components, element};

/// An algorithm that an assertion can be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

/// A public key, known to be one.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Modulus and exponent, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// An uncompressed point of P-256: 65 bytes.
    P256(Vec<u8>),
}

impl Algorithm {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

impl PublicKey {
    /// The RSA key of this modulus and exponent. 2048 to 8192 bits.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let bare = |bytes: &[u8]| {
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            bytes[zeros..].to_vec()
        };
        let (n, e) = (bare(n), bare(e));
        (256..=1024).contains(&n.len()).then_some(())?;
        RsaPublicKeyComponents { n: &n, e: &e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
        Some(Self::Rsa { n, e })
    }

    /// The key at this point of P-256; `None` when no such point defects on the curve.
    pub(super) fn p256(point: &[u8]) -> Option<Self> {
        (point.len() == 65 && point[0] == 4).then_some(())?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()?;
        Some(Self::P256(point.to_vec()))
    }

    /// The key of a DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1), given what the sequence contains.
    pub(super) fn of_certificate(info: &[u8]) -> Option<Self> {
        const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
        const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
        const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let (algorithm, rest) = element(info, 0x30)?;
        let (name, parameters) = element(algorithm, 0x06)?;
        let (bits, _) = element(rest, 0x03)?;
        // The first byte counts the unused bits at the end: none in a key.
        let key = bits.strip_prefix(&[0])?;
        if name == RSA {
            let (n, e) = components(key)?;
            return Self::rsa(n, e);
        }
        let (curve, _) = element(parameters, 0x06)?;
        if name == ELLIPTIC && curve == P256 { Self::p256(key) } else { None }
    }

    /// Whether it is a key for this algorithm.
    pub(super) fn serves(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256),
            Self::P256(_) => algorithm == Algorithm::Es256,
        }
    }

    /// Whether `signature` is this key's signature of `message` in this algorithm.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (self, algorithm) {
            (Self::Rsa { n, e }, Algorithm::Rs256) => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            (Self::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
            }
            // RFC 7518 wants the two numbers side by side; some clients send what their library gives, ASN.1.
            (Self::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
                    || UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                        .verify(message, signature)
                        .is_ok()
            }
            (Self::Rsa { .. }, Algorithm::Es256) | (Self::P256(_), Algorithm::Rs256 | Algorithm::Ps256) => {
                false
            }
        }
    }
}
