//! Application registrations: what a test hands to its client, and what the directory knows of an application.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::Guid;
use super::time::VirtualTime;

/// An application as it is registered in its home tenant.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The short name by which the information block and tests call it: `full`, `read-only`, `unconsented`.
    pub name: Cow<'static, str>,
    /// Display name.
    pub display_name: Cow<'static, str>,
    /// Application (client) id.
    pub client_id: Guid,
    /// Object id of the service principal in the home tenant: the `oid` of its tokens.
    pub principal: Guid,
    /// Who may sign in with it.
    pub audience: Audience,
    /// It can't keep a secret: a program on somebody's machine.
    pub public: bool,
    /// Where answers of the authorize endpoint may go.
    pub redirects: Vec<Redirect>,
    /// Client secrets.
    pub secrets: Vec<Secret>,
    /// Certificates whose keys sign its assertions: DER as base64.
    pub certificates: Vec<Cow<'static, str>>,
    /// Tokens of other issuers that stand for a secret.
    pub federated: Vec<FederatedCredential>,
    /// An administrator consented to the application permissions below when the tenant came into being.
    pub consented: bool,
    /// Application permissions that the registration asks for.
    pub permissions: Vec<Permission>,
    /// Delegated permissions that the registration asks for.
    pub delegated: Vec<Permission>,
    /// Scopes that it offers to other applications under `api://{client id}`.
    pub scopes: Vec<Cow<'static, str>>,
    /// App roles that it offers, to applications and users alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub app_roles: Vec<Cow<'static, str>>,
    /// What tokens for it say on top of what they always say.
    #[serde(default, skip_serializing_if = "OptionalClaims::is_empty")]
    pub optional_claims: OptionalClaims,
    /// Which groups and directory roles of a user tokens for it tell.
    #[serde(default, skip_serializing_if = "GroupMembershipClaims::is_none")]
    pub group_membership_claims: GroupMembershipClaims,
    /// Access tokens for it are of version 1.0 (`requestedAccessTokenVersion`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_version: bool,
    /// Clients that are so close to it that who consents to them consents to it in one go (`knownClientApplications`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_clients: Vec<Guid>,
    /// The authorize endpoint gives out id tokens, not only codes.
    pub implicit: bool,
    /// Where it wants to hear that somebody has signed out (front-channel logout).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout_url: Option<Arc<str>>,
}

impl Registration {
    /// An application of this id that has nothing yet: single-tenant and confidential.
    pub fn bare(
        name: impl Into<Cow<'static, str>>,
        display_name: impl Into<Cow<'static, str>>,
        client_id: Guid,
        principal: Guid,
    ) -> Self {
        Self {
            name: name.into(),
            display_name: display_name.into(),
            client_id,
            principal,
            audience: Audience::SingleTenant,
            public: false,
            redirects: Vec::new(),
            secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
            consented: false,
            permissions: Vec::new(),
            delegated: Vec::new(),
            scopes: Vec::new(),
            app_roles: Vec::new(),
            optional_claims: OptionalClaims::default(),
            group_membership_claims: GroupMembershipClaims::None,
            first_version: false,
            known_clients: Vec::new(),
            implicit: false,
            logout_url: None,
        }
    }

    /// The identifier URI under which it offers its scopes.
    pub fn identifier_uri(&self) -> String {
        format!("api://{}", self.client_id)
    }

    /// The first secret, which the information block shows; empty for a client without any.
    pub fn secret(&self) -> &str {
        self.secrets.first().map_or("", |secret| &secret.value)
    }
}

/// The names of claims that an application wants in tokens, beside the usual ones.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/optional-claims-reference>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptionalClaims {
    /// In id tokens that it gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<Arc<str>>,
    /// In access tokens of users and applications for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_token: Vec<Arc<str>>,
}

impl OptionalClaims {
    /// It wants none.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.access_token.is_empty()
    }
}

/// Which groups and directory roles of a user tokens tell (`groupMembershipClaims`). `ApplicationGroup` is not played:
/// groups can't be assigned to applications here.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupMembershipClaims {
    /// Nothing of either.
    #[default]
    None,
    /// Security groups, and directory roles.
    SecurityGroup,
    /// Directory roles.
    DirectoryRole,
    /// Security groups, distribution lists (of which there are none here), directory roles.
    All,
}

impl GroupMembershipClaims {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::None, Self::SecurityGroup, Self::DirectoryRole, Self::All];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::SecurityGroup => "SecurityGroup",
            Self::DirectoryRole => "DirectoryRole",
            Self::All => "All",
        }
    }

    /// Tokens tell nothing of either.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Tokens tell security groups.
    pub fn tells_groups(self) -> bool {
        matches!(self, Self::SecurityGroup | Self::All)
    }

    /// Tokens tell directory roles. The reference of claims asks for `All` or `DirectoryRole`, that of applications
    /// says that `SecurityGroup` tells them, too (unverified).
    pub fn tells_roles(self) -> bool {
        !self.is_none()
    }
}

/// Whose users may sign in with an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// Those of its home tenant (`AzureADMyOrg`).
    #[default]
    SingleTenant,
    /// Those of any tenant (`AzureADMultipleOrgs`).
    MultiTenant,
}

/// A redirect URI with the platform that it is registered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redirect {
    /// The platform.
    pub platform: Platform,
    /// The URI.
    pub uri: Cow<'static, str>,
}

/// What kind of program a redirect URI belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// A server.
    Web,
    /// A page that redeems codes from the browser (cross-origin).
    Spa,
    /// A program on somebody's machine.
    Native,
}

/// A client secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// Its value.
    pub value: Arc<str>,
    /// First instant at which it is not valid any more; `None` for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<VirtualTime>,
}

/// Never shows the value.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// A trust in tokens of another issuer, instead of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FederatedCredential {
    /// `iss` of the token.
    pub issuer: Arc<str>,
    /// `sub` of the token.
    pub subject: Arc<str>,
    /// `aud` of the token.
    pub audience: Arc<str>,
}

/// One permission of a resource: an app role or a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// Application id of the resource.
    pub resource: Guid,
    /// The value in the `roles` or `scp` claim.
    pub value: Cow<'static, str>,
}
