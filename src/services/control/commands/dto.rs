//! Commands as they are written: with names where the journal has ids.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::model::alert::Resolution;
use crate::model::directory::{AccessControl, Mfa, Risk};
use crate::model::identity::{IdentityCommand, PolicyChange};
use crate::model::ids::Hex24;
use crate::model::registration::Redirect;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;

/// A command as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(super) enum CommandDto {
    /// Close alerts.
    CloseAlerts {
        alerts: Vec<Hex24>,
        r#as: Resolution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Only while each of the alerts is of this version, as `GET …/alerts/{id}` tells it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Open closed alerts again.
    ReopenAlerts {
        alerts: Vec<Hex24>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Mark an alert read or unread.
    MarkAlert {
        alert: Hex24,
        read: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Tell a story: by default now, about somebody whom it suits, as big as is usual.
    PlayStory {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<VirtualTime>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u32>,
    },
    /// Put an activity in, in the wire form of the Cloud Apps API.
    InjectActivity(Map<String, Json>),
    /// Put an alert in, in the wire form of the Cloud Apps API.
    InjectAlert(Map<String, Json>),
    /// Say which time tokens carry: `virtual` or `wall`.
    SetTokenStamps { stamps: TokenStamps },
    /// Let a user sign in, or not.
    SetUserEnabled { user: String, enabled: bool },
    /// Register an application.
    AddApplication {
        name: String,
        display_name: Option<String>,
        #[serde(default)]
        public: bool,
        #[serde(default)]
        multi_tenant: bool,
        #[serde(default)]
        redirect_uris: Vec<RedirectUri>,
        #[serde(default)]
        permissions: Vec<String>,
        #[serde(default)]
        delegated_permissions: Vec<String>,
        #[serde(default)]
        scopes: Vec<String>,
        secret: Option<String>,
        #[serde(default)]
        consented: bool,
        #[serde(default)]
        implicit: bool,
        logout_url: Option<String>,
    },
    /// Change an application or its service principal.
    SetApplication {
        app: String,
        enabled: Option<bool>,
        installed: Option<bool>,
        assignment_required: Option<bool>,
        multi_tenant: Option<bool>,
        implicit: Option<bool>,
        redirect_uris: Option<Vec<RedirectUri>>,
        logout_url: Option<String>,
    },
    /// Add a client secret.
    AddSecret { app: String, value: Option<String>, ends: Option<VirtualTime> },
    /// Let every client secret end now.
    EndSecrets { app: String },
    /// Register a certificate: PEM, or DER as base64.
    AddCertificate { app: String, certificate: String },
    /// Trust tokens of another issuer instead of a secret.
    AddFederatedCredential { app: String, issuer: String, subject: String, audience: Option<String> },
    /// Say with which keys an issuer of federated tokens signs.
    TrustIssuer { issuer: String, keys: Json },
    /// Consent as an administrator: to all that is registered, or to what is named.
    Consent {
        app: String,
        user: Option<String>,
        scopes: Option<Vec<String>>,
        permissions: Option<Vec<String>>,
    },
    /// Take consent back: all of it, or of one resource, of one user, of application permissions by name.
    RevokeConsent {
        app: String,
        resource: Option<String>,
        user: Option<String>,
        permissions: Option<Vec<String>>,
    },
    /// Assign a user to an application, or no longer.
    AssignUser { app: String, user: String, assigned: Option<bool> },
    /// Change an account.
    SetUser {
        user: String,
        enabled: Option<bool>,
        roles: Option<Vec<String>>,
        licences: Option<Vec<String>>,
        password: Option<String>,
        password_expired: Option<bool>,
        mfa: Option<Mfa>,
        risk: Option<Risk>,
        guest: Option<bool>,
        locked: Option<bool>,
    },
    /// End the sessions of a user: what was issued before counts no longer.
    RevokeSessions { user: String },
    /// Make or replace a Conditional Access policy.
    SetConditionalAccess {
        name: String,
        users: Option<Vec<String>>,
        apps: Option<Vec<String>>,
        control: AccessControl,
    },
    /// Remove one.
    RemoveConditionalAccess { name: String },
    /// Change policies of the tenant.
    SetPolicies(PolicyChange),
    /// Sign with the next key.
    RotateKeys {},
    /// Let the next requests meet an error, by its AADSTS number.
    FailNext { code: u32, times: Option<u32>, app: Option<String>, retry_after: Option<u32> },
    /// Answer a device code as the user would at its page.
    AnswerDevice { user_code: String, user: String, accept: bool, mfa: Option<bool> },
    /// A command as the journal has it, with indexes and ids.
    Directory(IdentityCommand),
}

impl CommandDto {
    pub(super) fn if_version(&self) -> Option<u32> {
        match self {
            Self::CloseAlerts { if_version, .. }
            | Self::ReopenAlerts { if_version, .. }
            | Self::MarkAlert { if_version, .. } => *if_version,
            _ => None,
        }
    }

    pub(super) fn expecting(mut self, version: u32) -> Self {
        if let Self::CloseAlerts { if_version, .. }
        | Self::ReopenAlerts { if_version, .. }
        | Self::MarkAlert { if_version, .. } = &mut self
        {
            *if_version = Some(version);
        }
        self
    }
}

/// A redirect URI: a text, for the platform `web`, or with its platform.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum RedirectUri {
    Web(String),
    Of(Redirect),
}
