//! Signatures of addresses to which something may be written without any other credential, until an instant.
//!
//! They are an HMAC-SHA256 over what the address says, under the tenant's key; so that issuing one writes nothing. What
//! is signed follows the shared access signatures of the vendor's storage, and leaves out what those say of other
//! services. Source: <https://learn.microsoft.com/rest/api/storageservices/create-service-sas>

use aws_lc_rs::hmac;

use crate::model::base64;
use crate::tenant::TenantIdentity;

use super::api_token::{self, Tag};

/// What names of containers begin with; the tag of the tenant follows.
const CONTAINER: &str = "logs-";

/// The container of a tenant.
pub fn container(identity: &TenantIdentity) -> String {
    format!("{CONTAINER}{:016x}", u64::from_be_bytes(api_token::tag(identity)))
}

/// The tag of the tenant whose container this is. Believed by nobody: only to find the tenant whose signature shall hold.
pub fn tag_of_container(name: &str) -> Option<Tag> {
    let digits = name.strip_prefix(CONTAINER).filter(|digits| digits.len() == 16)?;
    u64::from_str_radix(digits, 16).ok().map(u64::to_be_bytes)
}

/// What an address says of what it allows.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// What may be done: `w` for writing.
    pub permissions: &'a str,
    /// From when on, as it is written.
    pub start: &'a str,
    /// Until when, as it is written.
    pub expiry: &'a str,
    /// The version of the service that it is for.
    pub version: &'a str,
    /// The path of what is written.
    pub resource: &'a str,
}

impl Signed<'_> {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { permissions, start, expiry, version, resource } = self;
        format!("{permissions}\n{start}\n{expiry}\n/blob{resource}\n\n\nhttps\n{version}\nb\n\n\n\n\n\n\n")
    }

    /// Its signature, in base64.
    pub fn sign(&self, identity: &TenantIdentity) -> String {
        base64::encode_standard(hmac::sign(&key(identity), self.text().as_bytes()).as_ref())
    }

    /// The signature is that of the tenant. The time it takes does not depend on where it differs.
    pub fn holds(&self, identity: &TenantIdentity, signature: &str) -> bool {
        let Some(given) = base64::decode_standard(signature) else { return false };
        hmac::verify(&key(identity), self.text().as_bytes(), &given).is_ok()
    }
}

fn key(identity: &TenantIdentity) -> hmac::Key {
    let tenant = hmac::Key::new(hmac::HMAC_SHA256, &identity.key);
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&tenant, b"blob-signature").as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_what_was_signed_by_this_tenant_only() {
        let (own, other) = (TenantIdentity::new(1, "contoso", 0), TenantIdentity::new(1, "contoso", 1));
        let signed = Signed { permissions: "w", start: "a", expiry: "b", version: "c", resource: "/d/e" };
        let signature = signed.sign(&own);
        assert!(signed.holds(&own, &signature) && !signed.holds(&other, &signature));
        assert!(!Signed { expiry: "z", ..signed }.holds(&own, &signature));
        assert_eq!(tag_of_container(&container(&own)), Some(api_token::tag(&own)));
        assert_eq!((tag_of_container("logs-"), tag_of_container("x")), (None, None));
        assert!(!signed.holds(&own, &signature[1..]) && !signed.holds(&own, "é"));
    }
}
