//! Tenants: list, create, get, delete; and the information block that tests lean on.

use std::borrow::Cow;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::gateway::registry::{Persistence, RegistryError};
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Gateway, Refused, Service};
use crate::identity::api_token;
use crate::model::directory::App;
use crate::model::ids::Guid;
use crate::model::person::Persona;
use crate::model::registration::{Audience, Permission};
use crate::model::spec::Size;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;
use crate::specification::{self, Absent, Fault, Problems};
use crate::tenant::journal::{FileError, TenantFile};
use crate::tenant::{Directory, SnapshotError, Tenant};

use super::body::{self, duration};
use super::refusals::ControlRefusal;

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
    let (world, identity) = (tenant.world(), tenant.identity());
    let view = tenant.read();
    let directory = &view.state.core().directory;
    let apps = directory.apps.iter().filter(|app| app.installed).map(|app| app_info(directory, app));
    let users = Persona::ALL.into_iter().filter_map(|persona| {
        let user = world.persona(persona)?;
        let person = world.person(user);
        let core = view.state.core();
        Some(UserInfo {
            persona,
            upn: person.upn.clone(),
            display_name: person.display_name.clone(),
            password: directory.password_of(user, person).to_owned(),
            roles: core.roles(world, user, view.now).iter().map(|role| role.name()).collect(),
            enabled: core.enabled(user, view.now),
        })
    });
    TenantInfo {
        id: identity.id,
        name: world.company.name.clone(),
        domain: world.company.domain.clone(),
        seed: world.spec.seed,
        size: world.spec.size,
        start: world.spec.start,
        now: tenant.now(),
        token_stamps: tenant.read().state.token_stamps(),
        cloud_apps_url: format!("https://{}", gateway.hosts.of(Service::CloudApps).link(&identity.label)),
        api_token: api_token::mint(identity),
        apps: apps.collect(),
        users: users.collect(),
    }
}

/// What the block says of an application, as it stands now.
fn app_info(directory: &Directory, app: &App) -> AppInfo {
    let registration = &app.registration;
    let client = registration.client_id;
    let granted = directory.grants.keys().any(|(of, _, whose)| *of == client && whose.is_none());
    let values = |list: &[Permission]| list.iter().map(|permission| permission.value.clone()).collect();
    AppInfo {
        name: registration.name.to_string(),
        display_name: registration.display_name.to_string(),
        client_id: client,
        secret: registration.secret().to_owned(),
        consented: granted || directory.roles_of(client).next().is_some(),
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

/// `GET /_mock/tenants`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let tenants: Vec<TenantInfo> =
        ctx.gateway.registry.list().iter().map(|entry| tenant_info(ctx.gateway, &entry.tenant)).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"tenants": tenants})))
}

/// `POST /_mock/tenants`: a specification as JSON or, where the content type says so, as YAML.
pub(super) fn create(ctx: &Ctx<'_>) -> Handled {
    let wall = ctx.gateway.settings.wall.clone();
    let yaml = ctx.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("yaml"));
    let body = if yaml { body::any_text(ctx)? } else { body::text(ctx)? };
    let absent = Absent::starting(VirtualTime::of_day(wall.now().day()));
    let birth = specification::read(body, absent).map_err(|problems| misread(&problems))?;
    let born = Tenant::born(&birth.spec, birth.mode(), wall);
    let entry = ctx.gateway.registry.add(born, Persistence::OnDisk).map_err(refused)?;
    entry.tenant.read();
    Ok(Answer::json(StatusCode::CREATED, &tenant_info(ctx.gateway, &entry.tenant)))
}

/// The first thing that is wrong with a specification.
fn misread(problems: &Problems) -> Refused {
    let Some(problem) = problems.0.first() else {
        return ControlRefusal::BadBody { problem: String::new() }.into();
    };
    match &problem.fault {
        Fault::Value { expected, got } => ControlRefusal::BadField {
            field: problem.key.clone(),
            expected: expected.clone(),
            got: got.clone(),
        }
        .into(),
        Fault::Contradiction(told) => {
            ControlRefusal::Contradiction { field: problem.key.clone(), problem: told.clone() }.into()
        }
        Fault::Unknown { name, known } => {
            // All of them, in the words in which other bodies are refused; the nearest first.
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let (known, line, column) = (known.join(", "), problem.line, problem.column);
            let told =
                format!("unknown field `{name}`, expected one of {known} at line {line} column {column}");
            ControlRefusal::BadBody { problem: told }.into()
        }
        Fault::Syntax(_) => ControlRefusal::BadBody { problem: problem.to_string() }.into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    /// How long the fork lives, by the wall clock: an ISO 8601 duration.
    ttl: Option<String>,
    /// Keep its journal, where the server has a data directory; forks live in memory otherwise.
    #[serde(default)]
    keep: bool,
}

/// `POST /_mock/tenants/{tenant}/fork`
pub(super) fn fork(ctx: &Ctx<'_>) -> Handled {
    let fork: Fork = body::read(ctx)?;
    let ttl = match &fork.ttl {
        None => None,
        Some(text) => {
            let length = duration(text).filter(|length| length.as_millis() > 0);
            Some(length.ok_or_else(|| body::bad_field("ttl", "an ISO 8601 duration such as PT10M", text))?)
        }
    };
    let expires = ttl.map(|ttl| ctx.gateway.settings.wall.now() + ttl);
    if fork.keep && expires.is_some() {
        return Err(body::bad_field("keep", "no `ttl` beside it: what is kept does not expire", "true"));
    }
    let kept = if fork.keep { Persistence::OnDisk } else { Persistence::InMemory(expires) };
    // Those whose time is over make room, though the server has not dropped them yet.
    ctx.gateway.registry.sweep(ctx.gateway.settings.wall.now());
    let entry = ctx.gateway.registry.add(ctx.tenant.fork(), kept).map_err(refused)?;
    Ok(Answer::json(StatusCode::CREATED, &tenant_info(ctx.gateway, &entry.tenant)))
}

/// `POST /_mock/tenants/{tenant}/reset`
pub(super) fn reset(ctx: &Ctx<'_>) -> Handled {
    ctx.tenant.reset();
    if ctx.tenant.has_lost_its_journal() {
        return Err(ControlRefusal::JournalLost { problem: SnapshotError::Journal.to_string() }.into());
    }
    // A clock that follows the wall clock has some catching up to do.
    ctx.tenant.read();
    Ok(Answer::json(StatusCode::OK, &tenant_info(ctx.gateway, ctx.tenant)))
}

/// `GET /_mock/tenants/{tenant}/export`: the whole tenant as one file, a line a step.
pub(super) fn export(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::with_type(StatusCode::OK, "application/x-ndjson", ctx.tenant.file().write()))
}

/// `POST /_mock/tenants/import`: brings such a file to life.
pub(super) fn import(ctx: &Ctx<'_>) -> Handled {
    let problem = |error: FileError| Refused::from(ControlRefusal::BadBody { problem: error.to_string() });
    let text = std::str::from_utf8(ctx.body());
    let text = text.map_err(|error| ControlRefusal::BadBody { problem: error.to_string() })?;
    let file = TenantFile::read(text).map_err(problem)?;
    file.is_ours().map_err(problem)?;
    let mut lost = Vec::new();
    let tenant = Tenant::revived(&file, ctx.gateway.settings.wall.clone(), |step, refusal| {
        lost.push(format!("{} ({refusal})", step.line().trim_end()));
    });
    if let Some(first) = lost.first() {
        let problem = format!("{} of its commands do not apply, the first is {first}", lost.len());
        return Err(ControlRefusal::BadBody { problem }.into());
    }
    let entry = ctx.gateway.registry.add(tenant, Persistence::OnDisk).map_err(refused)?;
    entry.tenant.read();
    Ok(Answer::json(StatusCode::CREATED, &tenant_info(ctx.gateway, &entry.tenant)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    name: String,
}

/// `GET /_mock/tenants/{tenant}/snapshots`
pub(super) fn snapshots(ctx: &Ctx<'_>) -> Handled {
    let snapshots = ctx.tenant.snapshots();
    let snapshots: Vec<_> = snapshots.iter().map(|(name, now)| json!({"name": name, "now": now})).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"snapshots": snapshots})))
}

/// `POST /_mock/tenants/{tenant}/snapshots`
pub(super) fn snapshot(ctx: &Ctx<'_>) -> Handled {
    let snapshot: NewSnapshot = body::read(ctx)?;
    let now = ctx.tenant.snapshot(&snapshot.name).map_err(|error| match error {
        SnapshotError::Name => {
            let expected = "1 to 64 letters, digits, hyphens, underscores or dots";
            body::bad_field("name", expected, &snapshot.name)
        }
        SnapshotError::Journal => ControlRefusal::JournalLost { problem: error.to_string() }.into(),
        _ => ControlRefusal::Conflict { problem: error.to_string() }.into(),
    })?;
    Ok(Answer::json(StatusCode::CREATED, &json!({"name": snapshot.name, "now": now})))
}

/// `POST /_mock/tenants/{tenant}/snapshots/{name}/restore`
pub(super) fn restore(ctx: &Ctx<'_>) -> Handled {
    let name = ctx.param("name");
    let now = ctx.tenant.restore(name).map_err(|error| match error {
        SnapshotError::Journal => ControlRefusal::JournalLost { problem: error.to_string() },
        _ => ControlRefusal::NoSnapshot { name: name.to_owned() },
    })?;
    Ok(Answer::json(StatusCode::OK, &json!({"name": name, "now": now})))
}

/// `GET /_mock/tenants/{tenant}`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &tenant_info(ctx.gateway, ctx.tenant)))
}

/// `DELETE /_mock/tenants/{tenant}`
pub(super) fn delete(ctx: &Ctx<'_>) -> Handled {
    ctx.gateway.registry.remove(ctx.tenant.identity().id).map_err(refused)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn refused(error: RegistryError) -> Refused {
    match error {
        RegistryError::Disk(_) => ControlRefusal::JournalLost { problem: error.to_string() }.into(),
        _ => ControlRefusal::Conflict { problem: error.to_string() }.into(),
    }
}
