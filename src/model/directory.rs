//! What the directory of a tenant knows beyond its people and registrations: accounts as commands changed them,
//! consent, policies.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::Guid;
use super::index::PersonIx;
use super::person::Role;
use super::registration::Registration;
use super::time::{Span, VirtualTime};

/// An application in a tenant: its registration, and the service principal that stands for it here.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The application object; of an application of another tenant, the copy made at the first consent.
    pub registration: Arc<Registration>,
    /// Its home tenant, if that is another one.
    pub home: Option<Guid>,
    /// Object id of the service principal here.
    pub principal: Guid,
    /// The service principal exists. Without it the tenant does not know the application.
    pub installed: bool,
    /// The service principal may sign in.
    pub enabled: bool,
    /// Only who is assigned to it may use it.
    pub assignment_required: bool,
}

impl App {
    /// The service principal exists and may sign in.
    pub fn may_sign_in(&self) -> bool {
        self.installed && self.enabled
    }
}

/// A security group that a command made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// Display name.
    pub name: Arc<str>,
}

/// Delegated permissions that were consented to: an `oauth2PermissionGrant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its place in the order of making, from which its id comes.
    pub ordinal: u64,
    /// The scopes, in the order in which they were added.
    pub scopes: Vec<Arc<str>>,
}

/// What commands changed about a person's account. What is `None` or false is as born.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// Directory roles, instead of those at birth.
    pub roles: Option<Vec<Role>>,
    /// Licences (SKU part numbers), instead of the usual one.
    pub licences: Option<Vec<Arc<str>>>,
    /// A password, instead of that at birth.
    pub password: Option<Arc<str>>,
    /// The password must be changed at the next sign-in.
    pub password_expired: bool,
    /// Second factor.
    pub mfa: Mfa,
    /// How risky the account looks.
    pub risk: Risk,
    /// A guest, or none, against what it was at birth.
    pub guest: Option<bool>,
    /// Locked until an administrator unlocks it.
    pub locked: bool,
    /// Locked until then, after too many wrong passwords.
    pub locked_until: Option<VirtualTime>,
    /// Wrong passwords since the last lockout.
    pub wrong_passwords: u32,
    /// What tells the last few of them from others: who tries one again is not counted again.
    pub last_wrong: Vec<Guid>,
    /// Sign-ins and tokens from before this instant no longer count (`signInSessionsValidFromDateTime`).
    pub valid_from: Option<VirtualTime>,
    /// Why they don't: the password was changed.
    pub password_changed: bool,
}

/// Whether a second factor is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mfa {
    /// No.
    #[default]
    Off,
    /// Yes, and one is registered.
    Required,
    /// Yes, and none is registered yet.
    Unregistered,
}

/// How risky a user looks to the protection of identities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Risk {
    /// Not at all.
    #[default]
    None,
    /// A little.
    Low,
    /// Somewhat.
    Medium,
    /// So much that sign-in is blocked.
    High,
}

/// A Conditional Access policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionalAccess {
    /// Its name: the same name again replaces it.
    pub name: Arc<str>,
    /// Whom it is about; everybody where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<PersonIx>>,
    /// With which client or for which resource, by application id; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications: Option<Vec<Guid>>,
    /// What it demands.
    pub control: AccessControl,
}

/// What a Conditional Access policy demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccessControl {
    /// Access is blocked (AADSTS53003).
    Block,
    /// A second factor (AADSTS50076, 50079).
    Mfa,
    /// A device that is managed and compliant (AADSTS53000).
    CompliantDevice,
    /// A device that is joined to the domain (AADSTS53001).
    JoinedDevice,
}

/// Policies of the tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    /// Users may not consent, not even to what needs no administrator.
    pub no_user_consent: bool,
    /// Users may ask an administrator for consent.
    pub consent_requests: bool,
    /// Lifetime of access and id tokens, instead of the usual ones.
    pub token_lifetime: Option<Span>,
    /// How old a sign-in may be.
    pub sign_in_frequency: Option<Span>,
    /// Security defaults are on (AADSTS530035 for what they block: the password grant).
    pub security_defaults: bool,
    /// Sign-in pages are sent with `Cross-Origin-Opener-Policy: same-origin`.
    pub opener_isolation: bool,
    /// Browsers withhold cookies in frames: hidden sign-ins find no session.
    pub no_third_party_cookies: bool,
    /// `resource` at the version 2.0 token endpoint is ignored instead of refused.
    pub lenient_resource: bool,
    /// Parts of an error description stand on lines of their own, as before the end of 2023.
    pub description_lines: bool,
    /// Conditional Access, in the order of making.
    pub access: Vec<Arc<ConditionalAccess>>,
}

/// An error that the next requests meet whatever they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The AADSTS number.
    pub code: u32,
    /// How many requests still meet it.
    pub times: u32,
    /// Requests of this client only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Guid>,
    /// Seconds of `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// What a person decided about a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceDecision {
    /// Signed in and said yes.
    Accepted {
        /// Who.
        user: PersonIx,
        /// With a second factor.
        mfa: bool,
        /// When.
        at: VirtualTime,
    },
    /// Said no.
    Declined,
    /// The tokens were handed out.
    Redeemed,
}

/// A user's wish that an administrator consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRequest {
    /// The client.
    pub client: Guid,
    /// Who asks.
    pub user: PersonIx,
    /// Why, in the user's words.
    pub reason: Arc<str>,
    /// When it was asked.
    pub at: VirtualTime,
}
