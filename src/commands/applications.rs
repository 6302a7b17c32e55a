//! Commands about applications: what is registered, and how registrations change.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts;
use crate::generate::birth::registrations;
use crate::identity::assertion::Certificate;
use crate::identity::redirect;
use crate::identity::token::OPTIONAL_CLAIMS;
use crate::model::base64;
use crate::model::directory::App;
use crate::model::field_error::FieldError;
use crate::model::identity::{AppChange, IdentityCommand};
use crate::model::ids::{Guid, Kind};
use crate::model::json::json;
use crate::model::registration::{
    Audience, FederatedCredential, GroupMembershipClaims, Platform, Redirect, Registration, Secret,
};
use crate::tenant::{Directory, TenantView};

use super::consent::permission;
use super::dto::{CommandDto, RedirectUri};
use super::json_schema::{flag, instant, needing, object, text, texts};
use super::short;

/// The audience of federated credentials that name none.
/// Source: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations>
const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";

/// No list of a command has more members.
const MOST: usize = 100;

impl RedirectUri {
    fn read(&self) -> Result<Redirect, FieldError> {
        let redirect = match self {
            Self::Web(uri) => Redirect { platform: Platform::Web, uri: uri.clone().into() },
            Self::Of(redirect) => redirect.clone(),
        };
        match redirect::check(&redirect.uri) {
            Ok(()) => Ok(redirect),
            Err(why) => {
                let expected = format!("a URI that can be registered, and not one {why}");
                Err(FieldError::text("redirectUris", &expected, &redirect.uri))
            }
        }
    }
}

/// The command that registers an application.
pub(super) fn added(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    Ok(IdentityCommand::AddApplication { registration: Arc::new(registration(view, written)?) })
}

fn registration(view: &TenantView, written: &CommandDto) -> Result<Registration, FieldError> {
    let directory = facts::directory(view);
    let CommandDto::AddApplication {
        name,
        display_name,
        public,
        multi_tenant,
        redirect_uris,
        permissions,
        delegated_permissions,
        scopes,
        app_roles,
        optional_claims,
        group_membership_claims,
        access_token_version,
        secret,
        consented,
        implicit,
        logout_url,
    } = written
    else {
        return Err(FieldError::text("addApplication", "an application", ""));
    };
    for (field, length) in [
        ("redirectUris", redirect_uris.len()),
        ("permissions", permissions.len()),
        ("delegatedPermissions", delegated_permissions.len()),
        ("scopes", scopes.len()),
        ("appRoles", app_roles.len()),
        ("optionalClaims", optional_claims.id_token.len() + optional_claims.access_token.len()),
    ] {
        if length > MOST {
            return Err(FieldError::text(field, "at most 100 members", &length.to_string()));
        }
    }
    let ids = view.state.world().ids;
    // Below a thousand are those of birth, and those that an application of the company's life has.
    let ordinal = 10_000 + directory.apps.len() as u64;
    let (client, principal) =
        (ids.guid(Kind::Application, ordinal), ids.guid(Kind::ServicePrincipal, ordinal));
    let name: Cow<'static, str> = short("name", name)?.to_owned().into();
    let display_name = match display_name {
        Some(text) => Cow::Owned(short("displayName", text)?.to_owned()),
        None => name.clone(),
    };
    let mut added = Registration::bare(name, display_name, client, principal);
    added.public = *public;
    added.audience = if *multi_tenant { Audience::MultiTenant } else { Audience::SingleTenant };
    added.redirects = redirect_uris.iter().map(RedirectUri::read).collect::<Result<_, _>>()?;
    let read = |list: &[String], field, delegated| {
        list.iter().map(|name| permission(directory, field, name, delegated)).collect::<Result<Vec<_>, _>>()
    };
    added.permissions = read(permissions, "permissions", false)?;
    added.delegated = read(delegated_permissions, "delegatedPermissions", true)?;
    added.scopes = scopes
        .iter()
        .map(|scope| Ok(short("scopes", scope)?.to_owned().into()))
        .collect::<Result<_, FieldError>>()?;
    added.app_roles = app_roles
        .iter()
        .map(|role| Ok(short("appRoles", role)?.to_owned().into()))
        .collect::<Result<_, FieldError>>()?;
    for claim in optional_claims.id_token.iter().chain(&optional_claims.access_token) {
        if !OPTIONAL_CLAIMS.contains(&&**claim) {
            return Err(FieldError::text("optionalClaims", &OPTIONAL_CLAIMS.join(", "), claim));
        }
    }
    added.optional_claims.clone_from(optional_claims);
    added.group_membership_claims = group_claims(group_membership_claims.as_deref())?.unwrap_or_default();
    added.first_version = match access_token_version {
        None | Some(2) => false,
        Some(1) => true,
        Some(other) => {
            return Err(FieldError::text("accessTokenVersion", "1 or 2", &other.to_string()));
        }
    };
    added.consented = *consented;
    added.implicit = *implicit;
    added.logout_url = logout_url.as_deref().map(logout).transpose()?;
    if !public {
        let value = match secret {
            Some(value) => short("secret", value)?.into(),
            None => registrations::secret_value(view.state.world().spec.seed, ordinal).into(),
        };
        added.secrets = vec![Secret { value, ends: None }];
    } else if let Some(secret) = secret {
        return Err(FieldError::text("secret", "nothing, since the application is public", secret));
    }
    Ok(added)
}

/// The change of an application that a command means.
pub(super) fn changed(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    let directory = facts::directory(view);
    let mut change = AppChange::default();
    let name = match written {
        CommandDto::SetApplication {
            app,
            enabled,
            installed,
            assignment_required,
            multi_tenant,
            implicit,
            logout_url,
            group_membership_claims,
            redirect_uris,
            known_client_applications,
        } => {
            change.enabled = *enabled;
            change.installed = *installed;
            change.assignment_required = *assignment_required;
            change.audience =
                multi_tenant.map(|many| if many { Audience::MultiTenant } else { Audience::SingleTenant });
            change.implicit = *implicit;
            change.group_membership_claims = group_claims(group_membership_claims.as_deref())?;
            change.logout_url = logout_url.as_deref().map(logout).transpose()?;
            let redirects = redirect_uris.as_ref().map(|list| list.iter().map(RedirectUri::read).collect());
            change.redirects = redirects.transpose()?;
            let known = known_client_applications.as_ref();
            let known = known.map(|list| list.iter().map(|name| client(directory, name)).collect());
            change.known_clients = known.transpose()?;
            app
        }
        CommandDto::AddSecret { app, .. }
        | CommandDto::EndSecrets { app }
        | CommandDto::AddCertificate { app, .. }
        | CommandDto::AddFederatedCredential { app, .. } => app,
        _ => return Err(FieldError::text("app", "an application", "")),
    };
    let app = app(directory, name)?;
    let registration = &app.registration;
    if registration.public && !matches!(written, CommandDto::SetApplication { .. }) {
        return Err(FieldError::text(
            "app",
            "an application that is not public: a public one keeps no secret",
            name,
        ));
    }
    let full = |field: &str, length: usize| {
        if length < MOST {
            Ok(())
        } else {
            Err(FieldError::text(field, "at most 100 in an application", "more"))
        }
    };
    match written {
        CommandDto::AddSecret { value, ends, .. } => {
            full("value", registration.secrets.len())?;
            let ordinal = 20_000 + (directory.apps.len() * MOST + registration.secrets.len()) as u64;
            let value = match value {
                Some(value) => short("value", value)?.into(),
                None => registrations::secret_value(view.state.world().spec.seed, ordinal).into(),
            };
            // The newest first: it is the one that the information block shows.
            let secrets =
                [Secret { value, ends: *ends }].into_iter().chain(registration.secrets.iter().cloned());
            change.secrets = Some(secrets.collect());
        }
        CommandDto::EndSecrets { .. } => {
            let ended = |secret: &Secret| Secret { ends: Some(view.now), ..secret.clone() };
            change.secrets = Some(registration.secrets.iter().map(ended).collect());
        }
        CommandDto::AddCertificate { certificate, .. } => {
            full("certificate", registration.certificates.len())?;
            let read = Certificate::from_pem_or_base64(certificate).ok_or_else(|| {
                let expected = "a certificate with an RSA or P-256 key: PEM, or DER as base64";
                FieldError::text("certificate", expected, &certificate.chars().take(40).collect::<String>())
            })?;
            let added = Cow::Owned(base64::encode_standard(read.der()));
            change.certificates = Some(registration.certificates.iter().cloned().chain([added]).collect());
        }
        CommandDto::AddFederatedCredential { issuer, subject, audience, .. } => {
            full("issuer", registration.federated.len())?;
            let audience = audience.as_deref().unwrap_or(FEDERATED_AUDIENCE);
            let added = FederatedCredential {
                issuer: short("issuer", issuer)?.into(),
                subject: short("subject", subject)?.into(),
                audience: short("audience", audience)?.into(),
            };
            change.federated = Some(registration.federated.iter().cloned().chain([added]).collect());
        }
        _ => {}
    }
    Ok(IdentityCommand::SetApplication { client: registration.client_id, change: Arc::new(change) })
}

/// Which groups tokens tell.
fn group_claims(name: Option<&str>) -> Result<Option<GroupMembershipClaims>, FieldError> {
    let Some(name) = name else { return Ok(None) };
    let known = GroupMembershipClaims::ALL.into_iter().find(|known| known.name() == name);
    known.map(Some).ok_or_else(|| {
        let names = GroupMembershipClaims::ALL.map(GroupMembershipClaims::name).join(", ");
        let why = match name {
            "ApplicationGroup" => " (groups can't be assigned to applications here)",
            _ => "",
        };
        FieldError::text("groupMembershipClaims", &format!("{names}{why}"), name)
    })
}

/// Where an application hears that somebody has signed out: loaded in a frame, so it is an address of the web.
fn logout(url: &str) -> Result<Arc<str>, FieldError> {
    let web = url.starts_with("https://") || url.starts_with("http://localhost");
    match redirect::check(url) {
        Ok(()) if web => Ok(url.into()),
        _ => Err(FieldError::text("logoutUrl", "an https URI, or http on localhost, without fragment", url)),
    }
}

/// The application of a name or client id.
pub(super) fn app<'d>(directory: &'d Directory, name: &str) -> Result<&'d Arc<App>, FieldError> {
    let by_id = || name.parse().ok().and_then(|id: Guid| directory.app(id));
    let found = directory.app_named(name).or_else(by_id).map(|(_, app)| app);
    found.ok_or_else(|| {
        let names: Vec<&str> = directory.apps.iter().map(|app| &*app.registration.name).collect();
        FieldError::text("app", &format!("{}, or a client id", names.join(", ")), name)
    })
}

/// A client that need not be one of the tenant's applications.
pub(super) fn client(directory: &Directory, name: &str) -> Result<Guid, FieldError> {
    name.parse().or_else(|_| app(directory, name).map(|app| app.registration.client_id))
}

/// How an application is named.
pub(super) fn app_schema() -> Json {
    json!({"type": "string", "description": "An application by short name or client id."})
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let bool = || json!({"type": "boolean"});
    let redirects = || {
        let platform = json!({"enum": ["web", "spa", "native"]});
        let own = needing(object(json!({"platform": platform, "uri": text()})), &["platform", "uri"]);
        json!({"type": "array", "maxItems": 100, "items": {"oneOf": [text(), own]}})
    };
    let names = json!({"type": "array", "items": {"enum": OPTIONAL_CLAIMS}, "maxItems": 100});
    let claims = object(json!({"idToken": names, "accessToken": names}));
    let groups = || json!({"enum": GroupMembershipClaims::ALL.map(GroupMembershipClaims::name)});
    let version = json!({"enum": [1, 2], "default": 2});
    let add = object(json!({
        "name": text(), "displayName": text(), "public": flag(), "multiTenant": flag(),
        "redirectUris": redirects(), "permissions": texts(), "delegatedPermissions": texts(),
        "scopes": texts(), "appRoles": texts(), "optionalClaims": claims,
        "groupMembershipClaims": groups(), "accessTokenVersion": version,
        "secret": text(), "consented": flag(), "implicit": flag(), "logoutUrl": text(),
    }));
    let set = object(json!({
        "app": app_schema(), "enabled": bool(), "installed": bool(), "assignmentRequired": bool(),
        "multiTenant": bool(), "implicit": bool(), "groupMembershipClaims": groups(), "redirectUris": redirects(),
        "logoutUrl": text(),
        "knownClientApplications": {"type": "array", "items": app_schema(), "maxItems": 100},
    }));
    let secret = object(json!({"app": app_schema(), "value": text(), "ends": instant()}));
    let certificate = json!({"type": "string", "description": "PEM, or DER as base64."});
    let certificate = object(json!({"app": app_schema(), "certificate": certificate}));
    let federated =
        object(json!({"app": app_schema(), "issuer": text(), "subject": text(), "audience": text()}));
    vec![
        ("addApplication", needing(add, &["name"])),
        ("setApplication", needing(set, &["app"])),
        ("addSecret", needing(secret, &["app"])),
        ("endSecrets", needing(object(json!({"app": app_schema()})), &["app"])),
        ("addCertificate", needing(certificate, &["app", "certificate"])),
        ("addFederatedCredential", needing(federated, &["app", "issuer", "subject"])),
    ]
}
