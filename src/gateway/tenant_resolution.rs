//! Which tenant a request is about: once, early, on unverified input.
//!
//! In this order: GUID in the path; `tid` of a bearer token; tag of an API token; tag of a code, refresh token or form;
//! proxy user name; host label; domain in the path or of a user name, home of a client; the default tenant. A tenant and its forks share a domain, so one in the path leaves the choice
//! among them to the rest. Where path or host and credential disagree, the request is refused.

use std::sync::Arc;

use http::{HeaderMap, header};

use crate::identity::{Verifier, api_token};

use super::authority::{Authority, Site};
use super::exchange::Arrival;
use super::profile::{GatewayRefusal, Hint};
use super::registry::{Entry, Registry};

/// The words that stand for "whichever tenant" in paths of Entra ID.
const ANY_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// A credential as it stands in the `Authorization` header: its scheme and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential<'a> {
    /// As written.
    pub scheme: &'a str,
    /// Trimmed.
    pub value: &'a str,
}

impl<'a> Credential<'a> {
    /// The credential of a request.
    pub fn of(headers: &'a HeaderMap) -> Option<Self> {
        let value = headers.get(header::AUTHORIZATION)?.as_bytes();
        // As `HeaderValue::to_str`, which looks at every letter of a long token: no header's value holds a control
        // character besides the tab.
        let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii())?.trim();
        let (scheme, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        Some(Self { scheme, value: value.trim() })
    }

    /// It has this scheme.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }
}

/// How the tenant of a request was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// The path names it.
    Path,
    /// The bearer token or API token names it.
    Credential,
    /// A code, refresh token, cookie or form of a page belongs to it.
    Sealed,
    /// The proxy's user name names it.
    Proxy,
    /// The host name names it.
    Host,
    /// It owns the domain of a user name, or the client that asks.
    Named,
    /// Nothing names one: it is the server's first.
    Default,
    /// What names one does not fit; the request is filed with the server's first.
    Unresolved,
}

/// Resolves the tenant of a request. `in_path` is the `{tenant}` parameter of the route, if it has one.
pub fn resolve(
    registry: &Registry,
    verifier: &Verifier,
    authority: &Authority,
    arrival: &Arrival,
    credential: Option<Credential<'_>>,
    hint: Hint,
    in_path: Option<&str>,
) -> Result<(Arc<Entry>, By), GatewayRefusal> {
    let by_credential = credential.and_then(|credential| {
        if credential.is("bearer") {
            verifier.peek_tid(credential.value).and_then(|id| registry.by_id(id))
        } else if credential.is("token") {
            api_token::tag_of(credential.value).and_then(|tag| registry.by_tag(tag))
        } else {
            None
        }
    });
    let by_proxy = match arrival.proxy_user.as_deref().filter(|user| !user.is_empty()) {
        Some(user) => {
            let unknown = || GatewayRefusal::UnknownTenant { name: user.to_owned() };
            Some(registry.by_name(user).ok_or_else(unknown)?)
        }
        None => None,
    };
    let by_host = match &authority.site {
        Site::Genuine { label, .. } | Site::Own { label } => {
            label.as_deref().and_then(|label| registry.by_label(label))
        }
        Site::Foreign => None,
    };
    let by_path = match in_path {
        Some(name) if !ANY_TENANT.iter().any(|word| name.eq_ignore_ascii_case(word)) => {
            let unknown = || GatewayRefusal::UnknownTenant { name: name.to_owned() };
            let mut named = [&by_credential, &hint.sealed, &by_proxy, &by_host].into_iter().flatten();
            let owner = named.find(|entry| entry.owns(name)).cloned();
            Some(owner.or_else(|| registry.by_name(name)).ok_or_else(unknown)?)
        }
        _ => None,
    };
    if let Some(credential) = &by_credential
        && [&by_path, &by_host].into_iter().flatten().any(|other| !Arc::ptr_eq(other, credential))
    {
        return Err(GatewayRefusal::WrongTenant);
    }
    let found = [
        (by_path, By::Path),
        (by_credential, By::Credential),
        (hint.sealed, By::Sealed),
        (by_proxy, By::Proxy),
        (by_host, By::Host),
        (hint.named, By::Named),
    ];
    let found = found.into_iter().find_map(|(entry, by)| Some((entry?, by)));
    Ok(found.unwrap_or_else(|| (registry.first(), By::Default)))
}
