//! The directory of a tenant as it stands: applications with their service principals, consent, accounts as commands
//! changed them, policies. Members are named as Microsoft Graph names them.
//!
//! Sources: <https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant>,
//! <https://learn.microsoft.com/graph/api/resources/approleassignment>.

mod groups;

use std::sync::Arc;

use serde::Serialize;

use crate::catalogue::resources;
use crate::facts::{self, AppFacts, PersonFacts, ids};
use crate::identity::{client, keys};
use crate::model::directory::{AccessControl, App, Mfa, Risk};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::registration::{Audience, FederatedCredential, Redirect};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{Directory, TenantView};

pub use groups::{Group, Memberships};

/// The directory.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot<'a> {
    /// Applications, with their service principals.
    pub applications: Vec<Application<'a>>,
    /// Delegated permissions that were consented to.
    #[serde(rename = "oauth2PermissionGrants")]
    pub grants: Vec<PermissionGrant>,
    /// Application permissions that were consented to.
    pub app_role_assignments: Vec<RoleAssignment<'a>>,
    /// Who is assigned to which application.
    pub user_assignments: Vec<UserAssignment<'a>>,
    /// Requests for consent that wait for an administrator.
    pub consent_requests: Vec<ConsentRequest<'a>>,
    /// Whose account is not as it was at birth.
    pub users: Vec<Account<'a>>,
    /// Security groups, with how many users are in them.
    pub groups: Vec<Group<'a>>,
    /// The groups of those who play a persona, and of those whose groups commands have changed.
    pub memberships: Vec<Memberships<'a>>,
    /// Conditional Access.
    pub conditional_access: Vec<AccessPolicy<'a>>,
    /// What the tenant allows.
    pub policies: Policies,
    /// Errors that were ordered.
    pub failures: Vec<OrderedFailure>,
    /// The id of the key that tokens are signed with.
    pub signing_key: String,
}

/// An application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Application<'a> {
    /// Name by which commands call it.
    pub name: &'a str,
    /// Name that people are shown.
    pub display_name: &'a str,
    /// Client id.
    pub app_id: Guid,
    /// Object id of its service principal, if it has one.
    pub service_principal_id: Option<Guid>,
    /// Its home tenant, if that is another one.
    pub app_owner_organization_id: Option<Guid>,
    /// Its service principal may sign in.
    pub account_enabled: bool,
    /// Only who is assigned to it may use it.
    pub app_role_assignment_required: bool,
    /// Whose users it is for.
    pub sign_in_audience: &'static str,
    /// It can keep no secret.
    pub is_public: bool,
    /// Which groups and directory roles tokens tell; `None` for none.
    pub group_membership_claims: &'static str,
    /// Where the authorize endpoint may send its answers.
    pub redirect_uris: &'a [Redirect],
    /// Its secrets. Never their values: these stand in the information block, which only tests read.
    pub password_credentials: Vec<Password>,
    /// How many certificates it has.
    pub key_credentials: usize,
    /// Tokens of other issuers that stand for a secret.
    pub federated_identity_credentials: &'a [FederatedCredential],
}

/// A secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Password {
    /// When it ends.
    pub end_date_time: Option<VirtualTime>,
}

/// Delegated permissions that were consented to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionGrant {
    /// Its id.
    pub id: Guid,
    /// The client.
    pub client_app_id: Guid,
    /// The resource.
    pub resource_app_id: Guid,
    /// What people call the resource.
    pub resource_display_name: Option<String>,
    /// `Principal` or `AllPrincipals`.
    pub consent_type: &'static str,
    /// The user, if it is for one.
    pub principal_id: Option<Guid>,
    /// The permissions.
    pub scope: String,
}

/// An application permission that was consented to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleAssignment<'a> {
    /// Its id.
    pub id: Guid,
    /// The client.
    pub principal_app_id: Guid,
    /// The resource.
    pub resource_app_id: Guid,
    /// What people call the resource.
    pub resource_display_name: Option<String>,
    /// The permission.
    pub app_role: &'a str,
}

/// A user who is assigned to an application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAssignment<'a> {
    /// The application.
    pub app_id: Guid,
    /// Principal name of the user.
    pub user: Option<&'a str>,
}

/// A request for consent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRequest<'a> {
    /// The client.
    pub app_id: Guid,
    /// What people call it.
    pub app_display_name: Option<String>,
    /// Principal name of who asks.
    pub user: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
    /// When it was asked.
    pub at: VirtualTime,
}

/// An account that is not as it was at birth.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account<'a> {
    /// Principal name.
    pub user_principal_name: &'a str,
    /// Object id.
    pub id: Guid,
    /// May sign in.
    pub account_enabled: bool,
    /// Directory roles.
    pub roles: Vec<&'static str>,
    /// Licences, if commands said which.
    pub licences: Option<Vec<Arc<str>>>,
    /// `off`, `required` or `unregistered`.
    pub mfa: &'static str,
    /// `none`, `low`, `medium` or `high`.
    pub risk_level: &'static str,
    /// The password has to be changed.
    pub password_expired: bool,
    /// Locked.
    pub locked: bool,
    /// A guest.
    pub guest: bool,
    /// Sessions and tokens from before do not count.
    pub sign_in_sessions_valid_from_date_time: Option<VirtualTime>,
}

/// A Conditional Access policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessPolicy<'a> {
    /// Its name.
    pub display_name: &'a str,
    /// Principal names of the users it is for; everybody where absent.
    pub users: Option<Vec<&'a str>>,
    /// For which clients and resources; any where absent.
    pub applications: Option<&'a [Guid]>,
    /// What it demands.
    pub control: &'static str,
}

/// What the tenant allows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policies {
    /// Users may consent to what needs no administrator.
    pub user_consent: bool,
    /// Users may ask an administrator for consent.
    pub consent_requests: bool,
    /// Lifetime of tokens in seconds, if it is not the usual one.
    pub token_lifetime: Option<i64>,
    /// How old a sign-in may be, in seconds.
    pub sign_in_frequency: Option<i64>,
    /// Security defaults.
    pub security_defaults: bool,
    /// `Cross-Origin-Opener-Policy: same-origin` on sign-in pages.
    pub opener_isolation: bool,
    /// Browsers send cookies in frames.
    pub third_party_cookies: bool,
    /// `resource` at the version 2.0 token endpoint is ignored instead of refused.
    pub lenient_resource: bool,
    /// Parts of an error description stand on lines of their own.
    pub description_lines: bool,
}

/// An error that was ordered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderedFailure {
    /// The AADSTS number.
    pub code: u32,
    /// How many requests still meet it.
    pub times: u32,
    /// Requests of this client only.
    pub app_id: Option<Guid>,
}

/// The directory as it stands.
pub fn show(view: &TenantView) -> Snapshot<'_> {
    let directory = facts::directory(view);
    let (groups, memberships) = groups::show(view);
    let requests = directory.requests(view.now).map(|request| ConsentRequest {
        app_id: request.client,
        app_display_name: name(view, request.client),
        user: upn(view, request.user),
        reason: &request.reason,
        at: request.at,
    });
    let assigned = directory.assigned.iter();
    let failures = directory.failures.iter();
    Snapshot {
        applications: directory.apps.iter().map(|app| application(app)).collect(),
        grants: grants(view, directory),
        app_role_assignments: assignments(view, directory),
        user_assignments: assigned
            .map(|(client, user)| UserAssignment { app_id: *client, user: upn(view, *user) })
            .collect(),
        consent_requests: requests.collect(),
        users: accounts(view),
        groups,
        memberships,
        conditional_access: access(view, directory),
        policies: policies(directory),
        failures: failures
            .map(|failure| OrderedFailure {
                code: failure.code,
                times: failure.times,
                app_id: failure.client,
            })
            .collect(),
        signing_key: keys::numbered(directory.signing_key()).kid().to_owned(),
    }
}

fn upn(view: &TenantView, user: PersonIx) -> Option<&str> {
    PersonFacts::of(view, user).map(|user| user.upn())
}

fn application(app: &App) -> Application<'_> {
    let own = &app.registration;
    Application {
        name: &own.name,
        display_name: &own.display_name,
        app_id: own.client_id,
        service_principal_id: app.installed.then_some(app.principal),
        app_owner_organization_id: app.home,
        account_enabled: app.enabled,
        app_role_assignment_required: app.assignment_required,
        sign_in_audience: match own.audience {
            Audience::SingleTenant => "AzureADMyOrg",
            Audience::MultiTenant => "AzureADMultipleOrgs",
        },
        is_public: own.public,
        group_membership_claims: own.group_membership_claims.name(),
        redirect_uris: &own.redirects,
        password_credentials: own
            .secrets
            .iter()
            .map(|secret| Password { end_date_time: secret.ends })
            .collect(),
        key_credentials: own.certificates.len(),
        federated_identity_credentials: &own.federated,
    }
}

/// What people call the application with this client id: one of the tenant, or a resource of the vendor.
fn name(view: &TenantView, id: Guid) -> Option<String> {
    let own = AppFacts::by_client(view, id).map(|app| app.display_name().to_owned());
    own.or_else(|| resources::by_id(id).map(|resource| resource.name.to_owned()))
        .or_else(|| Some(client::first_party(id)?.registration.display_name.to_string()))
}

fn grants(view: &TenantView, directory: &Directory) -> Vec<PermissionGrant> {
    let grants = directory.grants.iter();
    grants
        .map(|((client, resource, user), grant)| PermissionGrant {
            id: ids::grant(view, grant.ordinal),
            client_app_id: *client,
            resource_app_id: *resource,
            resource_display_name: name(view, *resource),
            consent_type: if user.is_some() { "Principal" } else { "AllPrincipals" },
            principal_id: user.and_then(|user| PersonFacts::of(view, user)).map(|user| user.id()),
            scope: grant.scopes.join(" "),
        })
        .collect()
}

fn assignments<'a>(view: &TenantView, directory: &'a Directory) -> Vec<RoleAssignment<'a>> {
    let roles = directory.roles.iter();
    roles
        .map(|((client, role), made)| RoleAssignment {
            id: ids::grant(view, *made),
            principal_app_id: *client,
            resource_app_id: role.resource,
            resource_display_name: name(view, role.resource),
            app_role: &role.value,
        })
        .collect()
}

/// Whose account is not as it was at birth.
fn accounts(view: &TenantView) -> Vec<Account<'_>> {
    let people = PersonFacts::all(view).filter(PersonFacts::changed);
    people
        .map(|person| {
            let account = person.account().cloned().unwrap_or_default();
            Account {
                user_principal_name: person.upn(),
                id: person.id(),
                account_enabled: person.enabled(),
                roles: person.roles().iter().map(|role| role.name()).collect(),
                licences: account.licences,
                mfa: match account.mfa {
                    Mfa::Off => "off",
                    Mfa::Required => "required",
                    Mfa::Unregistered => "unregistered",
                },
                risk_level: match account.risk {
                    Risk::None => "none",
                    Risk::Low => "low",
                    Risk::Medium => "medium",
                    Risk::High => "high",
                },
                password_expired: account.password_expired,
                locked: account.locked,
                guest: person.guest(),
                sign_in_sessions_valid_from_date_time: account.valid_from,
            }
        })
        .collect()
}

fn access<'a>(view: &'a TenantView, directory: &'a Directory) -> Vec<AccessPolicy<'a>> {
    let policies = directory.policies.access.iter();
    policies
        .map(|policy| AccessPolicy {
            display_name: &policy.name,
            users: policy
                .users
                .as_ref()
                .map(|users| users.iter().filter_map(|user| upn(view, *user)).collect()),
            applications: policy.applications.as_deref(),
            control: match policy.control {
                AccessControl::Block => "block",
                AccessControl::Mfa => "mfa",
                AccessControl::CompliantDevice => "compliantDevice",
                AccessControl::JoinedDevice => "joinedDevice",
            },
        })
        .collect()
}

fn policies(directory: &Directory) -> Policies {
    let policies = &directory.policies;
    let seconds = |span: Option<Span>| span.map(|span| span.as_millis() / 1_000);
    Policies {
        user_consent: !policies.no_user_consent,
        consent_requests: policies.consent_requests,
        token_lifetime: seconds(policies.token_lifetime),
        sign_in_frequency: seconds(policies.sign_in_frequency),
        security_defaults: policies.security_defaults,
        opener_isolation: policies.opener_isolation,
        third_party_cookies: !policies.no_third_party_cookies,
        lenient_resource: policies.lenient_resource,
        description_lines: policies.description_lines,
    }
}
