//! What tokens say of the groups of a user, and what instead where these are too many.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference> (`groups`,
//! `hasgroups`, `groups:src1`), OpenID Connect Core 1.0, 5.6.2 (distributed claims).

use serde::Serialize;

use crate::model::ids::Guid;

/// No token names more groups.
const MOST: usize = 200;

/// No token in the fragment of an address names more groups.
const MOST_IN_A_FRAGMENT: usize = 5;

/// Where the claim comes from, if not from the token.
const SOURCE: &str = "src1";

/// The claims about the groups of a user: none of them, the groups, or what stands for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupClaims {
    /// The claims that are told elsewhere.
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
    /// Where they are told.
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    pub claim_sources: Option<ClaimSources>,
    /// Object ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// There are more than an address can hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hasgroups: bool,
}

/// Which source tells a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimNames {
    /// The name of the source of the groups.
    pub groups: &'static str,
}

/// The sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimSources {
    /// The only one.
    pub src1: ClaimSource,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimSource {
    /// The address that tells the claim.
    pub endpoint: String,
}

impl GroupClaims {
    /// Of a user of `tenant` who is in these groups, in a token that travels in the fragment of an address or not. The
    /// order of the ids is kept.
    pub fn of(tenant: Guid, user: Guid, groups: &[Guid], fragment: bool) -> Self {
        if fragment && groups.len() > MOST_IN_A_FRAGMENT {
            return Self { hasgroups: true, ..Self::default() };
        }
        if groups.len() <= MOST {
            return Self { groups: groups.iter().map(Guid::to_string).collect(), ..Self::default() };
        }
        // The documentation shows Microsoft Graph here; tokens name the older API, and clients that follow it ask
        // Microsoft Graph instead. Whether they still do since that API was switched off, and what tokens of the
        // government cloud name, is (unverified).
        // Source: <https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/get-signed-in-users-groups-in-access-token>
        let endpoint = format!("https://graph.windows.net/{tenant}/users/{user}/getMemberObjects");
        Self {
            claim_names: Some(ClaimNames { groups: SOURCE }),
            claim_sources: Some(ClaimSources { src1: ClaimSource { endpoint } }),
            ..Self::default()
        }
    }
}
