//! Sealed values: what an authorization code, refresh token, device code, session cookie or flow token says travels
//! in the text itself, under the tenant's key, so that issuing one writes nothing anywhere.
//!
//! Whoever holds the text can neither read it nor change it, nor use it for another purpose or at another tenant.
//! What the content means, how long it holds and whether it was used already is the caller's matter. The genuine
//! texts are opaque; only their look is copied (codes and refresh tokens begin with `1.A`, see the sample responses
//! of <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>).
//!
//! The nonce is made from key and content (the idea of RFC 5297), since the tenant has no source of chance: the
//! same content gives the same text, so contents that must differ carry a serial. Cipher: AES-256-GCM
//! (NIST SP 800-38D).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hmac};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::base64;
use crate::model::ids::Guid;
use crate::tenant::TenantIdentity;

use super::api_token::{self, Tag};

/// Longest text that is looked at, in bytes.
pub const MAX_TEXT: usize = 32 * 1024;

/// Bytes of nonce and authenticator around the content, and of the tag before them.
const FRAME: usize = size_of::<Tag>() + NONCE_LEN + 16;

/// What a sealed value is for. A text that was sealed for one purpose does not open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code.
    Code,
    /// A refresh token.
    Refresh,
    /// A device code.
    Device,
    /// The cookie of a signed-in session.
    Session,
    /// What a page of a sign-in hands to the next one.
    Flow,
    /// The cookie by which a portal knows who signed in to it.
    Portal,
    /// What a portal sends along to the sign-in and wants back.
    PortalState,
}

/// Why a text does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It has not the form of a sealed value, is far too long, or its content is not what the caller expects: that
    /// of another version, say.
    #[error("not a sealed value")]
    Malformed,
    /// Another tenant sealed it, by its own word.
    #[error("sealed by another tenant")]
    Foreign,
    /// It was not sealed by this tenant for this purpose, or it was changed since.
    #[error("the seal does not hold")]
    Forged,
}

impl Purpose {
    /// How the text begins. No prefix begins another one, so the tag is found without knowing the purpose.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Code | Self::Refresh | Self::Session | Self::Portal => "1.A",
            Self::Device => "D",
            Self::Flow | Self::PortalState => "AQAB",
        }
    }

    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"code",
            Self::Refresh => b"refresh",
            Self::Device => b"device",
            Self::Session => b"session",
            Self::Flow => b"flow",
            Self::Portal => b"portal",
            Self::PortalState => b"portal-state",
        }
    }
}

/// Seals a value for this purpose under the key of the tenant with this identity.
///
/// Content that makes the text longer than [`MAX_TEXT`] is sealed, and does not open.
///
/// # Panics
/// When the value can not be written as JSON, which depends on its type alone (a map whose keys are no texts).
pub fn seal<T: Serialize>(identity: &TenantIdentity, purpose: Purpose, value: &T) -> String {
    let content = serde_json::to_vec(value).expect("sealed values are plain members, which always serialise");
    let keys = Keys::of(identity, purpose);
    let nonce = keys.nonce(&content);
    let tag = api_token::tag(identity);
    let mut sealed = content;
    keys.cipher
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated(tag, purpose)),
            &mut sealed,
        )
        .expect("AES-GCM seals anything shorter than 64 GiB");
    let mut bytes = Vec::with_capacity(FRAME + sealed.len());
    bytes.extend_from_slice(&tag);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    format!("{}{}", purpose.prefix(), base64::encode_url(&bytes))
}

/// What was sealed for this purpose under the key of the tenant with this identity.
///
/// # Errors
/// The first error, in the order form, tenant, seal, content.
pub fn open<T: DeserializeOwned>(
    identity: &TenantIdentity,
    purpose: Purpose,
    text: &str,
) -> Result<T, SealError> {
    let mut bytes = body(text).and_then(base64::decode_url).ok_or(SealError::Malformed)?;
    let (tag, rest) = bytes.split_first_chunk_mut::<8>().ok_or(SealError::Malformed)?;
    let (nonce, sealed) = rest.split_first_chunk_mut::<NONCE_LEN>().ok_or(SealError::Malformed)?;
    if *tag != api_token::tag(identity) {
        return Err(SealError::Foreign);
    }
    // The seal does not cover how the text begins, and whatever opens must have one spelling only: what may be used
    // once is known by its text.
    if !text.starts_with(purpose.prefix()) {
        return Err(SealError::Forged);
    }
    let content = Keys::of(identity, purpose)
        .cipher
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated(*tag, purpose)), sealed)
        .map_err(|_| SealError::Forged)?;
    serde_json::from_slice(content).map_err(|_| SealError::Malformed)
}

/// The tag of the tenant that a text claims to belong to; `None` when it is no sealed value. Cheap, and believed by
/// nobody: only to find the tenant that shall open it.
pub fn tag_of(text: &str) -> Option<Tag> {
    // Twelve letters are nine bytes.
    base64::decode_url(body(text)?.get(..12)?)?.first_chunk().copied()
}

/// What follows the prefix of a text that is neither too long nor too short.
fn body(text: &str) -> Option<&str> {
    let prefixes = [Purpose::Code, Purpose::Device, Purpose::Flow].map(Purpose::prefix);
    let body = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))?;
    (text.len() <= MAX_TEXT && body.len() > FRAME / 3 * 4).then_some(body)
}

/// What the seal vouches for beside the content.
fn associated(tag: Tag, purpose: Purpose) -> Vec<u8> {
    [&tag, purpose.label()].concat()
}

/// The keys of one purpose.
struct Keys {
    cipher: LessSafeKey,
    nonce: hmac::Key,
}

impl Keys {
    fn of(identity: &TenantIdentity, purpose: Purpose) -> Self {
        let tenant = hmac::Key::new(hmac::HMAC_SHA512, &identity.key);
        let both = hmac::sign(&tenant, &[b"seal/", purpose.label()].concat());
        // 64 bytes: one half for each use, so that no key serves two algorithms.
        let (cipher, nonce) = both.as_ref().split_at(32);
        Self {
            cipher: LessSafeKey::new(
                UnboundKey::new(&AES_256_GCM, cipher).expect("32 bytes are a key of AES-256"),
            ),
            nonce: hmac::Key::new(hmac::HMAC_SHA256, nonce),
        }
    }

    /// Depends on all of the content, so two contents share it by accident only; 96 bits make that unlikely for
    /// as many values as a tenant ever issues.
    fn nonce(&self, content: &[u8]) -> [u8; NONCE_LEN] {
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&hmac::sign(&self.nonce, content).as_ref()[..NONCE_LEN]);
        nonce
    }
}

/// What tells a sealed text from every other, in commands.
pub fn fingerprint(text: &str) -> Guid {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    Guid::from_bits(digest.as_ref().first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Purpose; 5] =
        [Purpose::Code, Purpose::Refresh, Purpose::Device, Purpose::Session, Purpose::Flow];

    fn identity() -> TenantIdentity {
        TenantIdentity::new(1, "contoso", 0)
    }

    type Value = (u64, String);

    fn value() -> Value {
        (7, "content é".to_owned())
    }

    fn error(purpose: Purpose, text: &str) -> SealError {
        open::<Value>(&identity(), purpose, text).unwrap_err()
    }

    #[test]
    fn a_sealed_value_opens_and_names_its_tenant() {
        for purpose in ALL {
            let text = seal(&identity(), purpose, &value());
            assert_eq!(open::<Value>(&identity(), purpose, &text), Ok(value()));
            assert_eq!(tag_of(&text), Some(api_token::tag(&identity())));
            assert!(text.starts_with(purpose.prefix()));
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{text}");
        }
    }

    #[test]
    fn sealing_is_deterministic_and_hides_its_content() {
        let text = |serial: u64| seal(&identity(), Purpose::Code, &(serial, "content"));
        assert_eq!(text(1), text(1));
        let (one, two) = (text(1), text(2));
        // Prefix and tag are eleven and a bit letters of base64 behind three; then nonce and content differ.
        let shared = one.bytes().zip(two.bytes()).take_while(|(a, b)| a == b).count();
        assert!((13..18).contains(&shared), "{shared}");
        assert!(!one.contains("content"));
    }

    #[test]
    fn a_sealed_value_of_another_purpose_is_refused() {
        for sealed in ALL {
            let text = seal(&identity(), sealed, &value());
            let bare = text.strip_prefix(sealed.prefix()).unwrap();
            for asked in ALL.into_iter().filter(|asked| *asked != sealed) {
                assert_eq!(error(asked, &text), SealError::Forged);
                assert_eq!(error(asked, &format!("{}{bare}", asked.prefix())), SealError::Forged);
            }
        }
    }

    #[test]
    fn a_sealed_value_of_another_tenant_is_refused() {
        for other in [
            TenantIdentity::new(1, "contoso", 1),
            TenantIdentity::new(2, "contoso", 0),
            TenantIdentity::new(1, "fabrikam", 0),
        ] {
            let text = seal(&other, Purpose::Refresh, &value());
            assert_eq!(error(Purpose::Refresh, &text), SealError::Foreign);
            // Under the tag of this tenant it is forged.
            let mut bytes = base64::decode_url(body(&text).unwrap()).unwrap();
            bytes[..8].copy_from_slice(&api_token::tag(&identity()));
            let renamed = format!("1.A{}", base64::encode_url(&bytes));
            assert_eq!(error(Purpose::Refresh, &renamed), SealError::Forged);
        }
    }

    #[test]
    fn a_sealed_value_with_any_bit_flipped_is_refused() {
        let text = seal(&identity(), Purpose::Session, &value());
        let bytes = base64::decode_url(body(&text).unwrap()).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            let expected = if at < 64 { SealError::Foreign } else { SealError::Forged };
            assert_eq!(error(Purpose::Session, &format!("1.A{}", base64::encode_url(&bytes))), expected);
        }
    }

    #[test]
    fn malformed_sealed_values_are_refused() {
        let text = seal(&identity(), Purpose::Code, &value());
        for end in 0..text.len() {
            assert_ne!(open::<Value>(&identity(), Purpose::Code, &text[..end]), Ok(value()));
        }
        let long = "A".repeat(MAX_TEXT);
        for odd in [
            "",
            "1.A",
            "D",
            "AQAB",
            "1.AAAAAAAAAAAAA",
            &text[3..],
            &format!("0.A{}", &text[3..]),
            &format!("{text}="),
            &format!("{text} "),
            &format!("{text}\0"),
            &format!("1.A{}", "é".repeat(60)),
            &format!("1.A{}", "\u{1F600}".repeat(60)),
            &format!("1.A{long}"),
        ] {
            assert_eq!(error(Purpose::Code, odd), SealError::Malformed, "{odd:.80?}");
        }
        for odd in ["", "1.A", &format!("1.A{}", "é".repeat(60)), &format!("1.A{long}"), &text[..20]] {
            assert_eq!(tag_of(odd), None, "{odd:.80?}");
        }
    }

    #[test]
    fn a_sealed_value_of_another_type_is_refused() {
        let text = seal(&identity(), Purpose::Code, &["a", "b", "c"]);
        assert_eq!(error(Purpose::Code, &text), SealError::Malformed);
    }

    #[test]
    fn content_beyond_the_bound_does_not_open() {
        let long = |bytes| seal(&identity(), Purpose::Code, &(7u64, "x".repeat(bytes)));
        assert!(open::<Value>(&identity(), Purpose::Code, &long(24_000)).is_ok());
        assert_eq!(error(Purpose::Code, &long(25_000)), SealError::Malformed);
    }
}
