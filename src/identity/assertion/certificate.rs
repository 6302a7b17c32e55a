//! The certificates that applications register: thumbprints, validity, public key.
//!
//! Nobody's chain is checked, and no extension is read: the service takes self-signed certificates and trusts them
//! since an owner of the application registered them.
//!
//! Sources: RFC 5280, section 4.1 (form),
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials> (thumbprints).

use std::fmt;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use crate::identity::keys::element;
use crate::model::base64;
use crate::model::time::VirtualTime;

use super::public_key::PublicKey;

/// Longest certificate that is read, in bytes of DER.
const MAX_DER: usize = 16 * 1024;

/// A certificate that an application registered.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    sha1: Vec<u8>,
    sha256: Vec<u8>,
    from: VirtualTime,
    until: VirtualTime,
    key: PublicKey,
}

impl Certificate {
    /// Reads a certificate in DER. `None` for anything else, and for a certificate whose key is neither RSA of 2048
    /// to 8192 bits nor of the curve P-256.
    pub fn read(der: &[u8]) -> Option<Self> {
        (der.len() <= MAX_DER).then_some(())?;
        let (certificate, after) = element(der, 0x30)?;
        after.is_empty().then_some(())?;
        let (signed, _) = element(certificate, 0x30)?;
        // The version is left out when it is the first.
        let rest = element(signed, 0xa0).map_or(signed, |(_, rest)| rest);
        let (_serial, rest) = element(rest, 0x02)?;
        let (_algorithm, rest) = element(rest, 0x30)?;
        let (_issuer, rest) = element(rest, 0x30)?;
        let (validity, rest) = element(rest, 0x30)?;
        let (_subject, rest) = element(rest, 0x30)?;
        let (key, _extensions) = element(rest, 0x30)?;
        let (from, rest) = time(validity)?;
        let (until, _) = time(rest)?;
        Some(Self {
            der: der.to_vec(),
            sha1: digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().to_vec(),
            sha256: digest(&SHA256, der).as_ref().to_vec(),
            from,
            until,
            key: PublicKey::of_certificate(key)?,
        })
    }

    /// Reads a certificate as people send it: in PEM, or as the base64 of its DER or of its PEM file, with or
    /// without line ends.
    pub fn from_pem_or_base64(text: &str) -> Option<Self> {
        // Base64 of base64, and some lines around it.
        (text.len() <= MAX_DER * 2).then_some(())?;
        let bytes = decode(pem_body(text).unwrap_or(text))?;
        match std::str::from_utf8(&bytes).ok().and_then(pem_body) {
            Some(body) => Self::read(&decode(body)?),
            None => Self::read(&bytes),
        }
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The SHA-1 thumbprint as people know it: 40 hexadecimal digits in upper case.
    pub fn sha1_hex(&self) -> String {
        hex(&self.sha1)
    }

    /// The SHA-256 thumbprint: 64 hexadecimal digits in upper case.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }

    /// The SHA-1 thumbprint as an assertion names it (`x5t`): base64url without padding.
    pub fn thumbprint_x5t(&self) -> String {
        base64::encode_url(&self.sha1)
    }

    /// The SHA-256 thumbprint as an assertion names it (`x5t#S256`): base64url without padding.
    pub fn thumbprint_x5t_s256(&self) -> String {
        base64::encode_url(&self.sha256)
    }

    /// First and last instant of its validity, at most [`VirtualTime::LATEST`].
    pub fn validity(&self) -> (VirtualTime, VirtualTime) {
        (self.from, self.until)
    }

    /// Whether these bytes are one of its thumbprints.
    pub(super) fn has(&self, thumbprint: &[u8]) -> bool {
        thumbprint == self.sha1 || thumbprint == self.sha256
    }

    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("sha1", &self.sha1_hex()).finish_non_exhaustive()
    }
}

/// Upper-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What stands between the lines of the first certificate of a PEM text (RFC 7468).
fn pem_body(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    rest.split_once("-----END CERTIFICATE-----").map(|(body, _)| body)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let bare: String = text.split_ascii_whitespace().collect();
    base64::decode_any(&bare)
}

/// The time at the front (RFC 5280, section 4.1.2.5), and what follows it.
fn time(der: &[u8]) -> Option<(VirtualTime, &[u8])> {
    let (digits, rest, century) = match element(der, 0x17) {
        // Two digits: 1950 to 2049.
        Some((digits, rest)) => (digits, rest, if *digits.first()? < b'5' { "20" } else { "19" }),
        None => element(der, 0x18).map(|(digits, rest)| (digits, rest, ""))?,
    };
    let text = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let bare = text.strip_suffix('Z')?;
    (bare.len() == 14 && bare.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let part = |from: usize, to: usize| &bare[from..to];
    let instant = match part(0, 4) {
        // "No well-defined expiration date" is 99991231235959Z.
        year if year >= "9000" => VirtualTime::LATEST,
        year if year < "1970" => VirtualTime::default(),
        year => VirtualTime::parse(&format!(
            "{year}-{}-{}T{}:{}:{}Z",
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14)
        ))?,
    };
    Some((instant, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: &str = include_str!("../../../fixtures/keys/client-certificate.pem");
    const ELLIPTIC: &str = include_str!("../../../fixtures/keys/client-ec-certificate.pem");

    #[test]
    fn the_fixtures_are_certificates_with_the_thumbprints_that_openssl_prints() {
        // From `openssl x509 -noout -fingerprint -sha1` and `-sha256`, without colons.
        for (pem, sha1, sha256) in [
            (
                RSA,
                "3F79E0A1E1E7259AAA61F2F56C0B0F0CF5567343",
                "F4C4E303208E3BC42437B43A8CAD8AF39846FD57DF8F58102501671E1474E395",
            ),
            (
                ELLIPTIC,
                "F250AFA9D0B53B8B4ECE9175BB08F413612CD3AD",
                "A8DC755754F71CA1ADD94B63C7EDFA8A2B7C3CF1497B1B20D0A9BE4DFFA5BE1B",
            ),
        ] {
            let certificate = Certificate::from_pem_or_base64(pem).unwrap();
            assert_eq!((certificate.sha1_hex(), certificate.sha256_hex()), (sha1.into(), sha256.into()));
            assert_eq!(certificate.thumbprint_x5t().len(), 27);
            assert_eq!(certificate.thumbprint_x5t_s256().len(), 43);
            let instant = |text| VirtualTime::parse(text).unwrap();
            let expected = (instant("2020-01-01T00:00:00Z"), instant("2120-01-01T00:00:00Z"));
            assert_eq!(certificate.validity(), expected);
        }
    }

    #[test]
    fn a_certificate_is_read_as_pem_or_base64() {
        let certificate = Certificate::from_pem_or_base64(RSA).unwrap();
        let base64 = base64::encode_standard(certificate.der());
        for text in [
            base64.clone(),
            base64::encode_url(certificate.der()),
            format!(" {base64}\r\n"),
            RSA.replace('\n', "\r\n"),
            format!("subject=CN = x\n{RSA}{ELLIPTIC}"),
            base64::encode_standard(RSA.as_bytes()),
        ] {
            assert_eq!(Certificate::from_pem_or_base64(&text).as_ref(), Some(&certificate), "{text:.40}");
        }
        assert_eq!(Certificate::read(certificate.der()), Some(certificate));
    }

    #[test]
    fn truncated_or_corrupted_certificates_never_panic() {
        let der = Certificate::from_pem_or_base64(ELLIPTIC).unwrap().der().to_vec();
        for end in 0..der.len() {
            assert_eq!(Certificate::read(&der[..end]), None);
        }
        assert_eq!(Certificate::read(&[&der[..], &[0]].concat()), None);
        // Changed anywhere it may still be one, but reading it ends.
        for at in 0..der.len() {
            for value in [0, 0x7f, 0x80, 0x84, 0xff, der[at] ^ 1] {
                let mut der = der.clone();
                der[at] = value;
                let _ = Certificate::read(&der);
            }
        }
        let key = include_str!("../../../fixtures/keys/client-key.pem");
        for text in ["", "x", "-----BEGIN CERTIFICATE-----", "MIIB", key, &"A".repeat(100_000)] {
            assert_eq!(Certificate::from_pem_or_base64(text), None, "{text:.40}");
        }
    }

    #[test]
    fn validity_is_read_as_utc_time_and_generalized_time() {
        let read = |tag: u8, text: &str| {
            let der = [&[tag, text.len() as u8], text.as_bytes()].concat();
            time(&der).map(|(instant, _)| instant.to_seconds_text())
        };
        assert_eq!(read(0x17, "491231235959Z").as_deref(), Some("2049-12-31T23:59:59Z"));
        assert_eq!(read(0x17, "700101000000Z").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(read(0x17, "500101000000Z").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(read(0x18, "21200229120000Z").as_deref(), Some("2120-02-29T12:00:00Z"));
        assert_eq!(read(0x18, "99991231235959Z").as_deref(), Some("9000-01-01T00:00:00Z"));
        for odd in ["", "Z", "21200230120000Z", "2120010112000Z", "21200101120000", "2120010112000éZ"] {
            assert_eq!(read(0x18, odd), None, "{odd:?}");
        }
    }
}
