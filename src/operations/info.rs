//! The information block of a tenant: everything that a client is configured with.

use std::borrow::Cow;

use serde::Serialize;

use crate::facts::{self, AppFacts, PersonFacts};
use crate::gateway::hosts::Cloud;
use crate::gateway::{Gateway, Service};
use crate::identity::api_token;
use crate::model::ids::Guid;
use crate::model::person::Persona;
use crate::model::registration::{Audience, Permission, Registration};
use crate::model::spec::Size;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;
use crate::tenant::Tenant;

/// The information block of one tenant. Tests lean on these names.
///
/// ```
/// let tenant = mock_defender::MockDefender::builder().start()?.tenant();
/// assert_eq!((tenant.name.as_str(), tenant.seed), ("Contoso", 1));
/// assert_eq!(tenant.api_token.len(), 64);
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantInfo {
    /// Entra tenant id.
    pub id: Guid,
    /// The company's name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Seed.
    pub seed: u64,
    /// Size.
    pub size: Size,
    /// Start.
    pub start: VirtualTime,
    /// What its clock shows.
    pub now: VirtualTime,
    /// Which time its tokens carry.
    pub token_stamps: TokenStamps,
    /// The "API URL" of the portal.
    pub cloud_apps_url: String,
    /// An API token of its global administrator.
    pub api_token: String,
    /// Its applications.
    pub apps: Vec<AppInfo>,
    /// Its personas.
    pub users: Vec<UserInfo>,
}

/// One application of the information block.
///
/// ```
/// let tenant = mock_defender::MockDefender::builder().start()?.tenant();
/// let names: Vec<_> = tenant.apps.iter().filter(|app| !app.consented).map(|app| app.name.as_str()).collect();
/// assert!(names.contains(&"unconsented"));
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// Name by which tests call it.
    pub name: String,
    /// Name that people are shown.
    pub display_name: String,
    /// Client id.
    pub client_id: Guid,
    /// Secret.
    pub secret: String,
    /// An administrator consented.
    pub consented: bool,
    /// What it asks for.
    pub permissions: Vec<Cow<'static, str>>,
    /// Delegated permissions that it asks for.
    pub delegated_permissions: Vec<Cow<'static, str>>,
    /// It can keep no secret.
    pub public: bool,
    /// It is meant for users of any tenant.
    pub multi_tenant: bool,
    /// Where the authorize endpoint may send its answers.
    pub redirect_uris: Vec<String>,
    /// Scopes that it offers to others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

/// One user of the information block.
///
/// ```
/// let tenant = mock_defender::MockDefender::builder().start()?.tenant();
/// assert!(tenant.users.iter().any(|user| user.roles.contains(&"Global Administrator")));
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    /// The persona.
    pub persona: Persona,
    /// Principal name.
    pub upn: String,
    /// Display name.
    pub display_name: String,
    /// Password.
    pub password: String,
    /// Directory roles.
    pub roles: Vec<&'static str>,
    /// May sign in.
    pub enabled: bool,
}

impl TenantInfo {
    /// The application of this name.
    ///
    /// ```
    /// let tenant = mock_defender::MockDefender::builder().start()?.tenant();
    /// assert!(tenant.app("read-only").is_some_and(|app| app.permissions.iter().any(|held| held == "investigation.read")));
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn app(&self, name: &str) -> Option<&AppInfo> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// The user who plays this persona.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Persona};
    ///
    /// let tenant = MockDefender::builder().start()?.tenant();
    /// assert!(tenant.user(Persona::Guest).is_some_and(|guest| guest.upn.contains("#EXT#")));
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn user(&self, persona: Persona) -> Option<&UserInfo> {
        self.users.iter().find(|user| user.persona == persona)
    }
}

/// The information block of a tenant of `gateway`.
pub fn tenant_info(gateway: &Gateway, tenant: &Tenant) -> TenantInfo {
    let (spec, identity) = (tenant.spec(), tenant.identity());
    let view = tenant.read();
    let company = facts::company(&view);
    let hosts = gateway.hosts.of(Service::CloudApps);
    let apps = AppFacts::all_registered(&view).filter(AppFacts::installed);
    let apps = apps.filter_map(|app| Some(app_info(&app, app.registration()?)));
    let users = Persona::ALL.into_iter().filter_map(|persona| {
        let user = PersonFacts::persona_of(&view, persona)?;
        Some(UserInfo {
            persona,
            upn: user.upn().to_owned(),
            display_name: user.display_name().to_owned(),
            password: user.password().to_owned(),
            roles: user.roles().iter().map(|role| role.name()).collect(),
            enabled: user.enabled(),
        })
    });
    TenantInfo {
        id: identity.id,
        name: company.name.clone(),
        domain: company.domain.clone(),
        seed: spec.seed,
        size: spec.size,
        start: spec.start,
        now: tenant.now(),
        token_stamps: view.state.token_stamps(),
        cloud_apps_url: format!("https://{}", hosts.link(Cloud::Worldwide, &identity.label)),
        api_token: api_token::mint(identity),
        apps: apps.collect(),
        users: users.collect(),
    }
}

/// What the block says of an application, as it stands now.
fn app_info(app: &AppFacts<'_>, registration: &Registration) -> AppInfo {
    let values = |list: &[Permission]| list.iter().map(|permission| permission.value.clone()).collect();
    AppInfo {
        name: registration.name.to_string(),
        display_name: registration.display_name.to_string(),
        client_id: registration.client_id,
        secret: registration.secret().to_owned(),
        consented: app.consented(),
        permissions: values(&registration.permissions),
        delegated_permissions: values(&registration.delegated),
        public: registration.public,
        multi_tenant: registration.audience == Audience::MultiTenant,
        redirect_uris: registration.redirects.iter().map(|redirect| redirect.uri.to_string()).collect(),
        scopes: registration
            .scopes
            .iter()
            .map(|scope| format!("{}/{scope}", registration.identifier_uri()))
            .collect(),
    }
}
