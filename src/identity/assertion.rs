//! Client assertions: tokens by which a client proves who it is, signed with the key of a certificate that it
//! registered, or by another issuer that it trusts (a federated credential).
//!
//! Which certificates and credentials an application has, and how a refusal is worded, is not known here. Nothing
//! remembers an assertion: the service takes one as often as it comes until it expires, and so do we.
//!
//! Judged liberally where clients differ in what they send: the certificate is named by `x5t`, `x5t#S256` or `kid`,
//! with or without padding; times may have fractions; a line end may follow. Never liberally in what is signed.
//!
//! Sources: RFC 7523, section 3, RFC 7515, RFC 8725,
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>,
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.

mod certificate;
mod public_key;
mod web_keys;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::model::base64;
use crate::model::time::{Span, VirtualTime};

use super::token::MAX_TOKEN;
use super::verifier::NOT_BEFORE_SKEW;

pub use certificate::Certificate;
use public_key::Algorithm;
pub use web_keys::{JsonWebKeys, MAX_KEYS};

/// How long after its end an assertion is still taken: clocks of clients differ.
pub const EXPIRY_SKEW: Span = Span::minutes(5);

/// Longest part of a presented value that an error repeats, in characters; a federated subject has at most so many.
const MAX_SHOWN: usize = 600;

/// A federated credential of an application: whose tokens are taken for its own assertions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Federated<'a> {
    /// Who issues them, letter by letter as in `iss`.
    pub issuer: &'a str,
    /// For whom, letter by letter as in `sub`.
    pub subject: &'a str,
    /// The audience, usually `api://AzureADTokenExchange`.
    pub audience: &'a str,
}

/// Why an assertion proves nothing. What was presented comes from outside, cut to a bounded length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// It is no signed token, or has a claim in another form, or demands what is not understood (`crit`).
    #[error("not a signed JSON web token")]
    Malformed,
    /// It lacks a claim without which it can not be judged.
    #[error("without the claim {0}")]
    MissingClaim(&'static str),
    /// It is signed with an algorithm that is not taken.
    #[error("signed with {alg:?}, but RS256, PS256 or ES256 is expected")]
    UnsupportedAlgorithm {
        /// The algorithm it names.
        alg: String,
    },
    /// Its issuer or subject is not the client.
    #[error("issued by or for {presented:?}, which is not the client")]
    WrongClient {
        /// The one of the two that is another.
        presented: String,
    },
    /// It names no certificate of the client.
    #[error("the certificate {thumbprint:?} is not registered")]
    UnknownCertificate {
        /// The thumbprint as upper-case hexadecimal digits; empty if it names none.
        thumbprint: String,
    },
    /// Its certificate is registered but not valid now. The signature holds.
    #[error("the certificate {thumbprint} is valid from {from} until {until} only")]
    CertificateOutOfTime {
        /// The thumbprint as upper-case hexadecimal digits.
        thumbprint: String,
        /// First instant at which the certificate is valid.
        from: VirtualTime,
        /// Last instant.
        until: VirtualTime,
    },
    /// The signature does not fit the key, or the algorithm does not.
    #[error("the signature does not hold under the key {key:?}")]
    BadSignature {
        /// The certificate's thumbprint, or the id of the issuer's key.
        key: String,
    },
    /// It is meant for somebody else.
    #[error("meant for {presented:?}")]
    WrongAudience {
        /// The audience it names.
        presented: String,
    },
    /// It is not valid now.
    #[error("valid from {from:?} until {until} only, and it is {now}")]
    OutOfTime {
        /// The instant of judging.
        now: VirtualTime,
        /// First instant at which it is valid (`nbf`, or `iat`), if it says so.
        from: Option<VirtualTime>,
        /// First instant at which it is not (`exp`).
        until: VirtualTime,
    },
    /// No federated credential is for this issuer.
    #[error("no federated credential for the issuer {presented:?}")]
    UnmatchedIssuer {
        /// The issuer it names.
        presented: String,
    },
    /// No federated credential for this issuer is for this subject.
    #[error("no federated credential for the subject {presented:?}")]
    UnmatchedSubject {
        /// The subject it names.
        presented: String,
    },
    /// No federated credential for this issuer and subject is for this audience.
    #[error("no federated credential for the audience {presented:?}")]
    UnmatchedAudience {
        /// The audience it names.
        presented: String,
    },
    /// Nobody registered the keys of the issuer.
    #[error("the keys of the issuer {issuer:?} are not known")]
    IssuerKeysUnknown {
        /// The issuer.
        issuer: String,
    },
    /// The issuer has no key of this id for this algorithm.
    #[error("the issuer has no key {kid:?} for it")]
    UnknownIssuerKey {
        /// The key id; empty if it names none.
        kid: String,
    },
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    // Floating point, since some clients write fractions of a second.
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// An assertion taken apart, believed or not.
struct ParsedAssertion<'a> {
    signed: &'a [u8],
    signature: Vec<u8>,
    algorithm: Algorithm,
    header: Header,
    claims: Claims,
}

/// Judges the assertion of a client that signs with the key of a registered certificate. `audiences` says whether
/// an audience is one of the endpoint's names.
///
/// # Errors
/// The first error, in the order form, algorithm, client, certificate, signature, the certificate's time, audience,
/// time. The genuine service counts an unknown certificate, one that is out of time and a bad signature as one
/// error and tells them apart in the text only.
pub fn judge(
    assertion: &str,
    client: &str,
    certificates: &[&Certificate],
    audiences: &dyn Fn(&str) -> bool,
    now: VirtualTime,
) -> Result<(), AssertionError> {
    let presented = ParsedAssertion::read(assertion)?;
    for who in [presented.issuer()?, presented.subject()?] {
        if !who.eq_ignore_ascii_case(client) {
            return Err(AssertionError::WrongClient { presented: shown(who) });
        }
    }
    let named = presented.header.thumbprints();
    let certificate = certificates
        .iter()
        .find(|certificate| named.iter().any(|print| certificate.has(print)))
        .ok_or_else(|| AssertionError::UnknownCertificate {
            thumbprint: named.first().map(|print| certificate::hex(print)).unwrap_or_default(),
        })?;
    let thumbprint = certificate.sha1_hex();
    if !certificate.key().verifies(presented.algorithm, presented.signed, &presented.signature) {
        return Err(AssertionError::BadSignature { key: thumbprint });
    }
    let (from, until) = certificate.validity();
    if now < from || until < now {
        return Err(AssertionError::CertificateOutOfTime { thumbprint, from, until });
    }
    let named = presented.audiences()?;
    if !named.iter().any(|audience| audiences(audience)) {
        return Err(AssertionError::WrongAudience { presented: shown(&named.join(" ")) });
    }
    presented.check_time(now)
}

/// The issuer that an assertion names, believed or not: only to tell the token of another issuer from one that the
/// client signed itself. `None` when it is no token or names none.
pub fn peek_issuer(assertion: &str) -> Option<String> {
    ParsedAssertion::read(assertion).ok()?.claims.iss
}

/// Judges the token of another issuer by the federated credentials of the client. `keys_of` finds the keys of an
/// issuer.
///
/// # Errors
/// The first error, in the order form, algorithm, issuer, subject, audience, key, signature, time.
pub fn judge_federated<'a>(
    assertion: &str,
    credentials: &[Federated<'_>],
    keys_of: &dyn Fn(&str) -> Option<&'a JsonWebKeys>,
    now: VirtualTime,
) -> Result<(), AssertionError> {
    let presented = ParsedAssertion::read(assertion)?;
    let (issuer, subject, audiences) = (presented.issuer()?, presented.subject()?, presented.audiences()?);
    let mut matching: Vec<_> = credentials.iter().filter(|one| one.issuer == issuer).collect();
    if matching.is_empty() {
        return Err(AssertionError::UnmatchedIssuer { presented: shown(issuer) });
    }
    matching.retain(|one| one.subject == subject);
    if matching.is_empty() {
        return Err(AssertionError::UnmatchedSubject { presented: shown(subject) });
    }
    if !matching.iter().any(|one| audiences.contains(&one.audience)) {
        return Err(AssertionError::UnmatchedAudience { presented: shown(&audiences.join(" ")) });
    }
    let keys = keys_of(issuer).ok_or_else(|| AssertionError::IssuerKeysUnknown { issuer: shown(issuer) })?;
    let kid = presented.header.kid.as_deref();
    let mut candidates = keys.candidates(kid, presented.algorithm).peekable();
    let name = || shown(kid.unwrap_or_default());
    if candidates.peek().is_none() {
        return Err(AssertionError::UnknownIssuerKey { kid: name() });
    }
    if !candidates.any(|key| key.verifies(presented.algorithm, presented.signed, &presented.signature)) {
        return Err(AssertionError::BadSignature { key: name() });
    }
    presented.check_time(now)
}

impl<'a> ParsedAssertion<'a> {
    fn read(assertion: &'a str) -> Result<Self, AssertionError> {
        // Clients that keep it in a file send the line end along.
        let assertion = assertion.trim();
        let parts: Vec<&str> = assertion.splitn(4, '.').collect();
        let (&[head, body, signature], true) = (parts.as_slice(), assertion.len() <= MAX_TOKEN) else {
            return Err(AssertionError::Malformed);
        };
        let header: Header = json(head)?;
        // RFC 7515, 4.1.11: extensions that the reader must understand; none are understood.
        if header.crit.is_some() {
            return Err(AssertionError::Malformed);
        }
        let claims = json(body)?;
        let signature = base64::decode_url(signature).ok_or(AssertionError::Malformed)?;
        let algorithm = Algorithm::read(&header.alg).ok_or_else(|| AssertionError::UnsupportedAlgorithm {
            alg: header.alg.chars().take(32).collect(),
        })?;
        let signed = &assertion.as_bytes()[..head.len() + 1 + body.len()];
        Ok(Self { signed, signature, algorithm, header, claims })
    }

    fn issuer(&self) -> Result<&str, AssertionError> {
        self.claims.iss.as_deref().ok_or(AssertionError::MissingClaim("iss"))
    }

    fn subject(&self) -> Result<&str, AssertionError> {
        self.claims.sub.as_deref().ok_or(AssertionError::MissingClaim("sub"))
    }

    fn audiences(&self) -> Result<Vec<&str>, AssertionError> {
        match &self.claims.aud {
            Some(Audience::One(audience)) => Ok(vec![audience]),
            Some(Audience::Several(all)) => Ok(all.iter().map(String::as_str).collect()),
            None => Err(AssertionError::MissingClaim("aud")),
        }
    }

    fn check_time(&self, now: VirtualTime) -> Result<(), AssertionError> {
        // Casting saturates, so a far date stays one.
        let instant = |seconds: f64| VirtualTime::from_millis((seconds * 1_000.0) as i64);
        let until = self.claims.exp.map(instant).ok_or(AssertionError::MissingClaim("exp"))?;
        let not_before = self.claims.nbf.map(instant);
        let early = not_before.is_some_and(|from| now + NOT_BEFORE_SKEW < from);
        if early || until + EXPIRY_SKEW <= now {
            let from = not_before.or(self.claims.iat.map(instant));
            return Err(AssertionError::OutOfTime { now, from, until });
        }
        Ok(())
    }
}

impl Header {
    /// The thumbprints by which it names its certificate; nothing that is none.
    fn thumbprints(&self) -> Vec<Vec<u8>> {
        [&self.x5t, &self.x5t_s256, &self.kid]
            .into_iter()
            .flatten()
            .filter_map(|text| base64::decode_any(text))
            .filter(|print| print.len() <= 32)
            .collect()
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, AssertionError> {
    let bytes = base64::decode_url(part).ok_or(AssertionError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| AssertionError::Malformed)
}

fn shown(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

#[cfg(test)]
mod tests;
