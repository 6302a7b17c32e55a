//! Judges access tokens: form, algorithm, key, signature, time.
//!
//! Time is the tenant's and given by the caller; whether the token is meant for the resource, and what its bearer
//! may do, is not judged here. A signature that held once holds for ever, so the tokens last seen are remembered
//! with what they say; their times are judged anew at every call.
//!
//! Source: RFC 7515, section 5.2, RFC 7519, section 7.2, and RFC 8725 (one algorithm, decided here and not by the
//! token).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};

use super::keys;
use super::token::{MAX_TOKEN, MFA_AIO, peek_tid};
use crate::model::base64;

/// How far a token may lie in the future: clocks of clients differ.
pub const NOT_BEFORE_SKEW: Span = Span::minutes(5);

/// How many tokens are remembered.
pub const REMEMBERED: usize = 1_024;

/// What a token says, once its signature has been checked, under the names of the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The resource it is for, as it was asked for.
    pub aud: String,
    /// The tenant.
    pub tid: Guid,
    /// The client (`appid`, or `azp` in version 2.0).
    pub appid: Guid,
    /// Object id of the user or service principal.
    pub oid: Option<Guid>,
    /// Application permissions.
    pub roles: Vec<String>,
    /// Delegated permissions (`scp`); empty for an application.
    pub scp: Vec<String>,
    /// The user behind it gave a second factor.
    pub mfa: bool,
    /// The client can answer claims challenges (`xms_cc`).
    pub challenges: bool,
    /// Place of the key that signed it.
    pub key: u32,
    /// Unique to the token, as far as its issuer keeps its word.
    pub uti: Option<String>,
    /// When it was issued.
    pub iat: Option<VirtualTime>,
    /// First instant at which it is valid.
    pub nbf: Option<VirtualTime>,
    /// First instant at which it is not valid any more.
    pub exp: VirtualTime,
}

impl VerifiedToken {
    /// Judges the times, moved by `shift`: what defects between the clock that stamped the token and that of `now`.
    ///
    /// # Errors
    /// Expired, or not valid yet.
    pub fn in_time(&self, now: VirtualTime, shift: Span) -> Result<(), TokenError> {
        let ends = self.exp + shift;
        if now >= ends {
            return Err(TokenError::Expired { at: ends });
        }
        match self.nbf.map(|from| from + shift) {
            Some(from) if now + NOT_BEFORE_SKEW < from => Err(TokenError::NotYetValid { from }),
            _ => Ok(()),
        }
    }
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not three parts of base64url with JSON objects in the first two, or it is far too long.
    #[error("not a signed JSON web token")]
    NotAJwt,
    /// It names another algorithm than RS256.
    #[error("signed with {alg:?}, but only RS256 is accepted")]
    UnsupportedAlgorithm {
        /// The algorithm it names.
        alg: String,
    },
    /// It names no published key.
    #[error("signed with a key that is not published")]
    UnknownKey,
    /// The signature does not fit header, claims and key.
    #[error("the signature does not hold")]
    BadSignature,
    /// It was valid once.
    #[error("expired at {at}")]
    Expired {
        /// Since when it is not.
        at: VirtualTime,
    },
    /// It will be valid.
    #[error("not valid before {from}")]
    NotYetValid {
        /// From when on.
        from: VirtualTime,
    },
    /// It is sound, and of another tenant.
    #[error("issued by the tenant {tid}")]
    OtherTenant {
        /// The tenant that issued it.
        tid: Guid,
    },
    /// It lacks a claim without which it can not be judged, or has it in another form.
    #[error("without the claim {0}")]
    MissingClaim(&'static str),
}

/// Judges tokens and remembers those that held. One for the whole process is enough.
#[derive(Default)]
pub struct Verifier {
    seen: Mutex<Seen>,
}

/// Tokens whose signature held, by the end of their text: the end is signature, thus as good as a hash.
#[derive(Default)]
struct Seen {
    by_end: BTreeMap<[u8; 24], (Arc<str>, Arc<VerifiedToken>)>,
    in_order: VecDeque<[u8; 24]>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    aud: Option<String>,
    tid: Option<Guid>,
    appid: Option<Guid>,
    azp: Option<Guid>,
    oid: Option<Guid>,
    #[serde(default)]
    roles: Vec<String>,
    scp: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    aio: Option<String>,
    #[serde(default)]
    xms_cc: Vec<String>,
    uti: Option<String>,
    iat: Option<i64>,
    nbf: Option<i64>,
    exp: Option<i64>,
}

impl Verifier {
    /// A verifier that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the token says, if it holds at the instant `now` under one of the `published` keys, by number.
    ///
    /// # Errors
    /// The first error found, in the order form, algorithm, key, signature, claims, time.
    pub fn verify(
        &self,
        token: &str,
        now: VirtualTime,
        published: &[u32],
    ) -> Result<Arc<VerifiedToken>, TokenError> {
        let verified = self.signed(token, |place| published.iter().any(|key| keys::place(*key) == place))?;
        verified.in_time(now, Span::default())?;
        Ok(verified)
    }

    /// What the token says, if its signature holds under a key at a place that `is_published`; its times are not
    /// judged.
    ///
    /// # Errors
    /// See [`verify`](Self::verify).
    pub fn signed(
        &self,
        token: &str,
        is_published: impl Fn(u32) -> bool,
    ) -> Result<Arc<VerifiedToken>, TokenError> {
        let verified = match self.recall(token) {
            Some(verified) => verified,
            None => {
                let verified = Arc::new(read(token)?);
                self.remember(token, &verified);
                verified
            }
        };
        if !is_published(verified.key) {
            return Err(TokenError::UnknownKey);
        }
        Ok(verified)
    }

    /// The tenant that a token names, believed or not, as [`peek_tid`] does; a token that held is not read again.
    pub fn peek_tid(&self, token: &str) -> Option<Guid> {
        self.recall(token).map_or_else(|| peek_tid(token), |verified| Some(verified.tid))
    }

    fn recall(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        let end = token.as_bytes().last_chunk()?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, verified) = seen.by_end.get(end)?;
        (**text == *token).then(|| Arc::clone(verified))
    }

    fn remember(&self, token: &str, verified: &Arc<VerifiedToken>) {
        // Every token that holds ends in a signature of 342 characters.
        let Some(&end) = token.as_bytes().last_chunk() else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.by_end.insert(end, (token.into(), Arc::clone(verified))).is_none() {
            seen.in_order.push_back(end);
        }
        if seen.in_order.len() > REMEMBERED
            && let Some(oldest) = seen.in_order.pop_front()
        {
            seen.by_end.remove(&oldest);
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

/// Everything but the times.
fn read(token: &str) -> Result<VerifiedToken, TokenError> {
    if token.len() > MAX_TOKEN {
        return Err(TokenError::NotAJwt);
    }
    let parts: Vec<&str> = token.splitn(4, '.').collect();
    let &[header, claims, signature] = parts.as_slice() else { return Err(TokenError::NotAJwt) };
    let signed = &token[..header.len() + 1 + claims.len()];

    let header: Header = json(header)?;
    if header.alg != "RS256" {
        // Cut: it goes into logs and bodies, and it comes from outside.
        return Err(TokenError::UnsupportedAlgorithm { alg: header.alg.chars().take(32).collect() });
    }
    // RFC 7515, 4.1.11: extensions that the reader must understand; none are understood.
    if header.crit.is_some() {
        return Err(TokenError::NotAJwt);
    }
    let kid = header.kid.ok_or(TokenError::UnknownKey)?;
    let (place, key) = keys::by_id(&kid).ok_or(TokenError::UnknownKey)?;
    let signature = base64::decode_url(signature).ok_or(TokenError::NotAJwt)?;
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(TokenError::BadSignature);
    }

    let claims: Claims = json(claims)?;
    let aud = claims.aud.ok_or(TokenError::MissingClaim("aud"))?;
    // An id token is for the client itself, and names it there only.
    let for_client = || aud.parse().ok();
    let instant = |seconds: i64| VirtualTime::from_millis(seconds.saturating_mul(1_000));
    Ok(VerifiedToken {
        tid: claims.tid.ok_or(TokenError::MissingClaim("tid"))?,
        appid: claims.appid.or(claims.azp).or_else(for_client).ok_or(TokenError::MissingClaim("appid"))?,
        aud,
        oid: claims.oid,
        roles: claims.roles,
        scp: claims.scp.map(|scp| scp.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
        mfa: claims.amr.iter().any(|method| method == "mfa")
            || claims.aio.is_some_and(|aio| aio.starts_with(MFA_AIO)),
        challenges: claims.xms_cc.iter().any(|capability| capability == "CP1"),
        key: place,
        uti: claims.uti,
        iat: claims.iat.map(instant),
        nbf: claims.nbf.map(instant),
        exp: claims.exp.map(instant).ok_or(TokenError::MissingClaim("exp"))?,
    })
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = base64::decode_url(part).ok_or(TokenError::NotAJwt)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::NotAJwt)
}

#[cfg(test)]
mod tests;
