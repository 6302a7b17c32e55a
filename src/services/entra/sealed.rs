//! What codes, tokens, cookies and forms of Entra ID carry, sealed under the tenant's key.
//!
//! Issuing one writes nothing; what must happen only once is a command when it is redeemed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::gateway::Ctx;
use crate::identity::pkce;
use crate::identity::signin::Presence;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::time::{Span, VirtualTime};

use super::people;

/// How long an authorization code lives.
pub(super) const CODE_LIFETIME: Span = Span::minutes(10);
/// How long a device code lives, and how often a device may ask, in seconds.
pub(super) const DEVICE_LIFETIME: i64 = 900;
/// See [`DEVICE_LIFETIME`].
pub(super) const DEVICE_INTERVAL: i64 = 5;
/// A refresh token that is not used for so long has expired.
pub(super) const REFRESH_LIFETIME: Span = Span::days(90);
/// A refresh token of a page, and those that come from it, live so long altogether.
pub(super) const PAGE_REFRESH_LIFETIME: Span = Span::hours(24);
/// A session that nobody wanted to keep ends after so long without use.
pub(super) const SESSION_LIFETIME: Span = Span::hours(24);
/// A session that somebody wanted to keep.
pub(super) const KEPT_SESSION_LIFETIME: Span = Span::days(90);
/// How long a page may stand open.
pub(super) const FLOW_LIFETIME: Span = Span::hours(1);

/// Somebody who has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignedIn {
    /// Who.
    pub user: PersonIx,
    /// When the password was given.
    pub since: VirtualTime,
    /// With a second factor.
    pub mfa: bool,
    /// The session.
    pub session: Guid,
}

impl SignedIn {
    /// The person is there: a company that was made smaller under the same name and seed still opens what it sealed.
    pub(super) fn is_somebody(&self, ctx: &Ctx<'_>) -> bool {
        people::known(ctx, self.user)
    }

    pub(super) fn presence(&self) -> Presence {
        Presence { user: self.user, since: self.since, mfa: self.mfa }
    }
}

/// An authorization code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Code {
    pub client: Guid,
    pub who: SignedIn,
    pub redirect: String,
    /// The scope of version 2.0, or the resource of version 1.0.
    pub asked: String,
    pub v2: bool,
    pub challenge: Option<(Challenge, String)>,
    pub nonce: Option<String>,
    pub issued: VirtualTime,
    /// It was issued to a page.
    pub page: bool,
    /// The client can answer claims challenges.
    pub challenges: bool,
    /// The id token shall say when the password was given.
    pub tell_time: bool,
    /// Optional claims that the request asked for in the id token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_claims: Vec<Arc<str>>,
    pub serial: Guid,
}

/// How a challenge was made from its verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Challenge {
    S256,
    Plain,
}

impl From<pkce::Method> for Challenge {
    fn from(method: pkce::Method) -> Self {
        match method {
            pkce::Method::S256 => Self::S256,
            pkce::Method::Plain => Self::Plain,
        }
    }
}

impl From<Challenge> for pkce::Method {
    fn from(challenge: Challenge) -> Self {
        match challenge {
            Challenge::S256 => Self::S256,
            Challenge::Plain => Self::Plain,
        }
    }
}

/// A refresh token: good for any resource that the client was granted, for this user and client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refresh {
    pub client: Guid,
    pub who: SignedIn,
    /// What the first token was asked for, for a request that asks for nothing.
    pub asked: String,
    pub v2: bool,
    pub issued: VirtualTime,
    /// When the page got its first one.
    pub page: Option<VirtualTime>,
    pub serial: Guid,
}

/// A device code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Device {
    pub client: Guid,
    pub asked: String,
    pub v2: bool,
    pub challenges: bool,
    pub issued: VirtualTime,
    pub serial: Guid,
}

/// The cookie of a browser: who signed in with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub accounts: Vec<SessionAccount>,
}

/// An account in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionAccount {
    pub who: SignedIn,
    /// Somebody wanted to stay signed in.
    pub kept: bool,
    /// When it was last used.
    pub used: VirtualTime,
    /// Clients that were signed in to, for signing out.
    pub clients: Vec<Guid>,
}

impl SessionAccount {
    pub(super) fn is_alive(&self, now: VirtualTime) -> bool {
        now - self.used < if self.kept { KEPT_SESSION_LIFETIME } else { SESSION_LIFETIME }
    }
}

/// What a form of a page belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Flow {
    /// What it leads to.
    pub goal: FlowGoal,
    /// Who signs in, once that is known.
    pub user: Option<PersonIx>,
    /// Who has signed in.
    pub who: Option<SignedIn>,
    /// Somebody else than those who are signed in.
    pub other: bool,
    /// Stay signed in.
    pub keep: bool,
    /// What was asked on the last page was answered with yes.
    pub consented: bool,
    pub issued: VirtualTime,
    pub serial: Guid,
}

/// What a flow leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FlowGoal {
    /// An answer of the authorize endpoint: the tenant's name in the path, and the parameters.
    Authorize { tenant: String, v2: bool, query: String },
    /// An administrator's consent.
    AdminConsent { tenant: String, v2: bool, query: String },
    /// A yes or no to a device; the code itself.
    Device { code: String },
}

impl FlowGoal {
    /// Where it began: the tenant as the path named it, the path behind that, and the parameters; `None` for a device.
    pub(super) fn began(&self) -> Option<(&str, &'static str, &str)> {
        let (tenant, path, query) = match self {
            Self::Authorize { tenant, v2: true, query } => (tenant, "/oauth2/v2.0/authorize", query),
            Self::Authorize { tenant, v2: false, query } => (tenant, "/oauth2/authorize", query),
            Self::AdminConsent { tenant, v2: true, query } => (tenant, "/v2.0/adminconsent", query),
            Self::AdminConsent { tenant, v2: false, query } => (tenant, "/adminconsent", query),
            Self::Device { .. } => return None,
        };
        Some((tenant, path, query))
    }
}
