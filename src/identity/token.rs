//! Access tokens: what they say and how they are signed.
//!
//! The resource decides the version of an access token, not the endpoint that issues it; every resource that is
//! played here takes version 1.0. The issuer is the one that the discovery document of the same version names at the
//! authority where the token was asked for: whatever validates tokens is set up from that document. So it is genuine
//! under genuine names, and the own origin under an own name.
//!
//! Claims: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>; form: RFC 7515, 7519.

mod claims;
mod groups;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantIdentity;

use super::keys::SigningKey;
use crate::model::base64;

pub use groups::GroupClaims;

pub use claims::{AccessClaims, Common, OPTIONAL_CLAIMS, Subject};

/// Seconds for which an application's token, or an id token, is valid.
pub const APPLICATION_LIFETIME: i64 = 3_599;

/// Longest text that is looked at as a token, in bytes.
pub const MAX_TOKEN: usize = 32 * 1024;

/// How a client proved itself, as the claim `appidacr` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is public and can not.
    None,
    /// With a secret.
    Secret,
    /// With a certificate or a federated credential.
    Certificate,
}

impl Proof {
    /// The claim's value.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// The `sub` of a user at a client (in id tokens) or resource (in access tokens): stable, and unlike any other.
pub fn pairwise(identity: &TenantIdentity, party: &str, user: Guid) -> String {
    Opaque::new(identity, user.bits()).text(&format!("sub {party}"), 32)
}

/// The instant of the tenant's clock at which the token with this `uti` was issued; nonsense for one that the tenant
/// did not issue.
pub fn issued_at(identity: &TenantIdentity, uti: &str) -> Option<VirtualTime> {
    let bytes: [u8; 16] = base64::decode_url(uti)?.try_into().ok()?;
    let (unique, hidden) = bytes.split_first_chunk::<8>()?;
    let hidden = u64::from_be_bytes(hidden.try_into().ok()?);
    Some(VirtualTime::from_millis((Opaque::new(identity, 0).mask(unique) ^ hidden) as i64))
}

/// How long a user's access token is valid, in seconds: 60 to 90 minutes, drawn anew for each; a day for a client
/// that can answer challenges of a resource that gives them; or what policy says.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes>
pub fn user_lifetime(identity: &TenantIdentity, serial: u128, policy: Option<Span>, challenges: bool) -> i64 {
    let drawn = Opaque::new(identity, serial).number("lifetime");
    if challenges {
        return 20 * 3_600 + (drawn % (8 * 3_600)) as i64;
    }
    match policy {
        Some(lifetime) => lifetime.as_millis() / 1_000,
        None => 3_600 + (drawn % 1_800) as i64,
    }
}

/// How the opaque `aio` begins: clients must not read it, the issuer may. Tokens of version 2.0 say nowhere else
/// that there was a second factor.
const APPLICATION_AIO: &str = "k2RgY";
const PASSWORD_AIO: &str = "AVQAq/8TA";
pub(super) const MFA_AIO: &str = "AXQAi/8TA";

/// The region that every tenant is in.
pub const REGION_SCOPE: &str = "NA";

/// Texts that look random to whoever does not hold the tenant's key.
pub(super) struct Opaque {
    key: hmac::Key,
    serial: u128,
}

impl Opaque {
    pub(super) fn new(identity: &TenantIdentity, serial: u128) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &identity.key), serial }
    }

    fn tag(&self, label: &str) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(label.as_bytes());
        context.update(&self.serial.to_be_bytes());
        context.sign()
    }

    /// The first `length` (at most 32) bytes of an HMAC over label and serial.
    pub(super) fn bytes(&self, label: &str, length: usize) -> Vec<u8> {
        self.tag(label).as_ref()[..length.min(32)].to_vec()
    }

    /// The same as base64url.
    pub(super) fn text(&self, label: &str, length: usize) -> String {
        base64::encode_url(&self.bytes(label, length))
    }

    /// What is unique to a token: half of it is a digest of the serial, and the other half, for who holds the key,
    /// the instant at which the token was issued. Stamps may show another clock.
    fn unique(&self, issued: VirtualTime) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.tag("uti").as_ref()[..8]);
        let hidden = self.mask(&bytes[..8]) ^ issued.millis() as u64;
        bytes[8..].copy_from_slice(&hidden.to_be_bytes());
        base64::encode_url(&bytes)
    }

    fn mask(&self, of: &[u8]) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"issued");
        context.update(of);
        context.sign().as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    fn number(&self, label: &str) -> u64 {
        self.tag(label).as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
}

/// Signs claims of any shape with any of the test keys.
pub fn sign<C: Serialize>(claims: &C, key: &SigningKey) -> String {
    let kid = key.kid();
    signed(&format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{kid}","kid":"{kid}"}}"#), claims, key)
}

/// Signs claims under the header of version 2.0, which names the key once.
pub fn sign_v2<C: Serialize>(claims: &C, key: &SigningKey) -> String {
    signed(&format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{}"}}"#, key.kid()), claims, key)
}

fn signed<C: Serialize>(header: &str, claims: &C, key: &SigningKey) -> String {
    let claims = serde_json::to_vec(claims).expect("claims are plain members, which always serialise");
    let mut token = base64::encode_url(header.as_bytes());
    token.push('.');
    token.push_str(&base64::encode_url(&claims));
    let signature = key.sign(token.as_bytes());
    token.push('.');
    token.push_str(&base64::encode_url(&signature));
    token
}

/// The tenant that a token names, believed or not: only to find the tenant that shall judge it. `None` for
/// anything that is no token of a tenant.
pub fn peek_tid(token: &str) -> Option<Guid> {
    #[derive(Deserialize)]
    struct Peek {
        tid: Guid,
    }
    if token.len() > MAX_TOKEN {
        return None;
    }
    let mut parts = token.split('.').skip(1);
    let claims = base64::decode_url(parts.next()?)?;
    parts.next()?;
    serde_json::from_slice::<Peek>(&claims).ok().map(|peek| peek.tid)
}

/// Who a token says that its bearer is, believed or not: the client, and the user if there is one.
pub fn peek_bearer(token: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Peek {
        appid: Option<String>,
        azp: Option<String>,
        upn: Option<String>,
        unique_name: Option<String>,
        preferred_username: Option<String>,
    }
    let claims = token.split('.').nth(1).filter(|_| token.len() <= MAX_TOKEN);
    let claims = claims.and_then(base64::decode_url).unwrap_or_default();
    let Ok(peek) = serde_json::from_slice::<Peek>(&claims) else { return Vec::new() };
    let Peek { appid, azp, upn, unique_name, preferred_username } = peek;
    [appid, azp, upn, unique_name, preferred_username].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
