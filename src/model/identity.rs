//! Commands about who may sign in, with what, to what.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::directory::{ConditionalAccess, Failure, Mfa, Risk};
use super::ids::Guid;
use super::index::PersonIx;
use super::person::Role;
use super::registration::{FederatedCredential, Permission, Redirect, Registration, Secret};

/// A change of the directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum IdentityCommand {
    /// Register an application.
    AddApplication {
        /// The application; neither its client id nor its name is taken.
        registration: Arc<Registration>,
    },
    /// Change an application and its service principal. What is absent stays.
    SetApplication {
        /// The client.
        client: Guid,
        /// What changes.
        change: Arc<AppChange>,
    },
    /// Trust an issuer of federated tokens with these keys.
    TrustIssuer {
        /// `iss` of its tokens.
        issuer: Arc<str>,
        /// Its key set, as JSON text.
        keys: Arc<str>,
    },
    /// Consent to permissions of a client.
    Consent {
        /// The client.
        client: Guid,
        /// Its registration and home tenant, if it is of another tenant and consented to here for the first time.
        install: Option<(Arc<Registration>, Guid)>,
        /// For this user; for everybody where absent.
        user: Option<PersonIx>,
        /// Delegated permissions.
        scopes: Vec<Permission>,
        /// Application permissions.
        roles: Vec<Permission>,
        /// A tenant-wide consent takes the place of the earlier one, of the same resources.
        replace: bool,
        /// Who consents.
        by: By,
    },
    /// Take consent back. What is absent stands for all.
    RevokeConsent {
        /// The client.
        client: Guid,
        /// Of this resource.
        resource: Option<Guid>,
        /// Of this user's own consent only.
        user: Option<PersonIx>,
        /// Delegated permissions.
        delegated: bool,
        /// Application permissions: all of the resource, or these.
        application: Option<Vec<Arc<str>>>,
    },
    /// Ask an administrator for consent.
    RequestConsent {
        /// The client.
        client: Guid,
        /// Who asks.
        user: PersonIx,
        /// Why.
        reason: Arc<str>,
    },
    /// Let a user use an application that asks for assignment, or no longer.
    AssignUser {
        /// The client.
        client: Guid,
        /// The user.
        user: PersonIx,
        /// Is assigned.
        assigned: bool,
        /// With, or without, this app role of the application.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Arc<str>>,
    },
    /// Make a security group.
    AddGroup {
        /// Its object id, which no other has.
        id: Guid,
        /// Its display name, which no other has.
        name: Arc<str>,
        /// Who is in it.
        members: Vec<PersonIx>,
    },
    /// Put users into a group.
    AddGroupMembers {
        /// The group, by object id.
        group: Guid,
        /// Whom.
        members: Vec<PersonIx>,
    },
    /// Take users out of a group.
    RemoveGroupMembers {
        /// The group, by object id.
        group: Guid,
        /// Whom.
        members: Vec<PersonIx>,
    },
    /// Change an account. What is absent stays.
    SetUser {
        /// The user.
        user: PersonIx,
        /// What changes.
        change: Arc<AccountChange>,
    },
    /// Somebody gave a wrong password.
    WrongPassword {
        /// The user.
        user: PersonIx,
        /// What tells it from other passwords, without giving it away.
        attempt: Guid,
    },
    /// Sign-ins and tokens of the user from before now no longer count.
    RevokeSessions {
        /// The user.
        user: PersonIx,
    },
    /// Make or replace a Conditional Access policy.
    SetConditionalAccess {
        /// The policy.
        policy: Arc<ConditionalAccess>,
    },
    /// Remove a Conditional Access policy.
    RemoveConditionalAccess {
        /// Its name.
        name: Arc<str>,
    },
    /// Change policies of the tenant. What is absent stays.
    SetPolicies {
        /// What changes.
        change: Arc<PolicyChange>,
    },
    /// Sign with the next key. The old one is published for a day more.
    RotateKeys {},
    /// The next requests meet an error.
    FailNext {
        /// Which, how often.
        failure: Arc<Failure>,
    },
    /// A request met an error that was ordered.
    Failed {
        /// The AADSTS number.
        code: u32,
        /// The client that asked.
        client: Option<Guid>,
    },
    /// An authorization code is redeemed: it works once.
    RedeemCode {
        /// What tells the code from others.
        code: Guid,
    },
    /// Somebody decided about a device code.
    DecideDevice {
        /// What tells the code from others.
        device: Guid,
        /// Who.
        user: PersonIx,
        /// Yes, or no.
        accepted: bool,
        /// With a second factor.
        mfa: bool,
    },
    /// The tokens of a device code are handed out: once.
    RedeemDevice {
        /// What tells the code from others.
        device: Guid,
    },
}

/// What changes about an application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AppChange {
    /// Its service principal may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its service principal exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed: Option<bool>,
    /// Only who is assigned may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment_required: Option<bool>,
    /// Whose users may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<super::registration::Audience>,
    /// The authorize endpoint gives out id tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implicit: Option<bool>,
    /// Which groups tokens for it tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_membership_claims: Option<super::registration::GroupMembershipClaims>,
    /// Where it wants to hear that somebody has signed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logout_url: Option<Arc<str>>,
    /// Instead of the clients that are consented to together with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_clients: Option<Vec<Guid>>,
    /// Instead of its secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Vec<Secret>>,
    /// Instead of its redirect URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirects: Option<Vec<Redirect>>,
    /// Instead of its certificates: DER as base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Vec<std::borrow::Cow<'static, str>>>,
    /// Instead of its federated credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub federated: Option<Vec<FederatedCredential>>,
}

/// What changes about an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AccountChange {
    /// May sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Directory roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
    /// Licences, by SKU part number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licences: Option<Vec<Arc<str>>>,
    /// The password; a new one ends the sessions of the old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Arc<str>>,
    /// The password must be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_expired: Option<bool>,
    /// Second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<Mfa>,
    /// Risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// A guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest: Option<bool>,
    /// Locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
}

/// What changes about the policies of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PolicyChange {
    /// Users may consent to what needs no administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_consent: Option<bool>,
    /// Users may ask an administrator for consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_requests: Option<bool>,
    /// Lifetime of access and id tokens in seconds; 0 for the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// How old a sign-in may be in seconds; 0 for any age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_frequency: Option<u32>,
    /// Security defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_defaults: Option<bool>,
    /// `Cross-Origin-Opener-Policy: same-origin` on sign-in pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opener_isolation: Option<bool>,
    /// Browsers send cookies in frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third_party_cookies: Option<bool>,
    /// `resource` at the version 2.0 token endpoint is ignored instead of refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lenient_resource: Option<bool>,
    /// Parts of an error description stand on lines of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_lines: Option<bool>,
}
