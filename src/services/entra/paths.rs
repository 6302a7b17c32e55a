//! Which paths are those of Entra ID where the host does not say.

use crate::model::ids::Guid;

/// Second segments that only paths of Entra ID have.
const SIGN_IN: [&str; 6] = ["oauth2", "v2.0", ".well-known", "discovery", "adminconsent", "openid"];

/// Whether a path with this first and second segment is one of Entra ID: the first names a tenant, or the second is
/// that of an endpoint.
pub(super) fn claims(first: &str, second: Option<&str>) -> bool {
    let is_sign_in = |second: &str| SIGN_IN.iter().any(|known| known.eq_ignore_ascii_case(second));
    // A text that is neither GUID nor domain: Entra ID's own refusal says what is wrong with it.
    is_tenant(first) || second.is_some_and(is_sign_in)
}

/// A GUID, a domain, or one of the words that stand for a tenant.
fn is_tenant(segment: &str) -> bool {
    let words = ["common", "organizations", "consumers"];
    words.iter().any(|word| segment.eq_ignore_ascii_case(word))
        || segment.parse::<Guid>().is_ok()
        || is_domain(segment)
}

/// `contoso.onmicrosoft.com`, but not `v1.0`: a top-level domain is made of letters.
fn is_domain(segment: &str) -> bool {
    segment.rsplit_once('.').is_some_and(|(front, top)| {
        !front.is_empty()
            && !front.starts_with('.')
            && top.len() >= 2
            && top.bytes().all(|b| b.is_ascii_alphabetic())
    })
}
