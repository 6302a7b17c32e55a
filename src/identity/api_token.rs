//! The API token of the Cloud Apps portal: 64 hexadecimal digits behind `Authorization: Token`.
//!
//! The genuine token is opaque. Ours says to which tenant it belongs (so that no index is needed to find it) and
//! proves it: eight bytes of the tenant's id, then 24 bytes of an HMAC-SHA256 under the tenant's key.
//!
//! Source of the form: <https://learn.microsoft.com/defender-cloud-apps/api-authentication>

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

use crate::tenant::TenantIdentity;

/// The first eight bytes of a tenant id.
pub type Tag = [u8; 8];

/// The API token of a tenant, made once and compared with many.
pub struct ApiToken([u8; 32]);

impl ApiToken {
    /// That of the tenant with this identity.
    pub fn of(identity: &TenantIdentity) -> Self {
        Self(bytes(identity))
    }

    /// Whether `text` is this token. Case and surrounding blanks do not matter; the time it takes does not depend on
    /// where the texts differ.
    pub fn is(&self, text: &str) -> bool {
        read(text).is_some_and(|given| verify_slices_are_equal(&given, &self.0).is_ok())
    }
}

/// The API token of the tenant with this identity.
pub fn mint(identity: &TenantIdentity) -> String {
    bytes(identity).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The tag of the tenant that a token claims to belong to; `None` when the text is no token.
pub fn tag_of(text: &str) -> Option<Tag> {
    read(text).and_then(|bytes| bytes.first_chunk().copied())
}

/// The tag of the tenant with this identity.
pub fn tag(identity: &TenantIdentity) -> Tag {
    let [tag, _] = halves(identity.id.bits());
    tag
}

fn bytes(identity: &TenantIdentity) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &identity.key);
    let mut context = hmac::Context::with_key(&key);
    context.update(b"api-token");
    context.update(&identity.id.bits().to_be_bytes());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&tag(identity));
    bytes[8..].copy_from_slice(&context.sign().as_ref()[..24]);
    bytes
}

fn halves(bits: u128) -> [Tag; 2] {
    [((bits >> 64) as u64).to_be_bytes(), (bits as u64).to_be_bytes()]
}

fn read(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.trim().as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = (digit(0)? * 16 + digit(1)?) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_token_names_its_tenant_and_is_verified() {
        let identity = TenantIdentity::new(1, "contoso", 0);
        let token = mint(&identity);
        assert_eq!(token.len(), 64);
        assert!(token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        assert_eq!(tag_of(&token), Some(tag(&identity)));
        assert!(identity.id.to_string().replace('-', "").starts_with(&token[..16]));
        assert!(ApiToken::of(&identity).is(&token));
        assert!(ApiToken::of(&identity).is(&format!("  {} ", token.to_uppercase())));
    }

    #[test]
    fn an_api_token_of_another_tenant_is_refused() {
        let identity = TenantIdentity::new(1, "contoso", 0);
        for other in [
            TenantIdentity::new(1, "contoso", 1),
            TenantIdentity::new(2, "contoso", 0),
            TenantIdentity::new(1, "fabrikam", 0),
        ] {
            assert!(!ApiToken::of(&identity).is(&mint(&other)));
            // The tag alone proves nothing.
            let forged = format!("{}{}", &mint(&identity)[..16], &mint(&other)[16..]);
            assert_eq!(tag_of(&forged), Some(tag(&identity)));
            assert!(!ApiToken::of(&identity).is(&forged));
        }
    }

    #[test]
    fn malformed_api_tokens_have_no_tenant_tag() {
        let token = mint(&TenantIdentity::new(1, "contoso", 0));
        for text in
            ["", "x", &token[1..], &format!("{token}0"), &token.replace(&token[..1], "g"), &"é".repeat(32)]
        {
            assert_eq!(tag_of(text), None, "{text:?}");
            assert!(!ApiToken::of(&TenantIdentity::new(1, "contoso", 0)).is(text));
        }
    }
}
