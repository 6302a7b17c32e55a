//! Commands about applications: what is registered, and how registrations change.

use std::borrow::Cow;
use std::sync::Arc;

use crate::catalogue::resources::RESOURCES;
use crate::gateway::{Ctx, Refused};
use crate::generate::birth::registrations;
use crate::identity::assertion::Certificate;
use crate::identity::redirect;
use crate::model::base64;
use crate::model::identity::{AppChange, IdentityCommand};
use crate::model::ids::Kind;
use crate::model::registration::{
    Audience, FederatedCredential, Permission, Platform, Redirect, Registration, Secret,
};
use crate::services::control::body;
use crate::services::control::commands::dto::{CommandDto, RedirectUri};
use crate::tenant::Directory;

use super::{app, resource_id, short};

/// The audience of federated credentials that name none.
/// Source: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations>
const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";

/// No list of a command has more members.
const MOST: usize = 100;

impl RedirectUri {
    fn read(&self) -> Result<Redirect, Refused> {
        let redirect = match self {
            Self::Web(uri) => Redirect { platform: Platform::Web, uri: uri.clone().into() },
            Self::Of(redirect) => redirect.clone(),
        };
        match redirect::check(&redirect.uri) {
            Ok(()) => Ok(redirect),
            Err(why) => {
                let expected = format!("a URI that can be registered, and not one {why}");
                Err(body::bad_field("redirectUris", &expected, &redirect.uri))
            }
        }
    }
}

/// A permission by its value; the resource is the first that offers it, unless the value says which:
/// `https://graph.microsoft.com/User.Read`.
pub(super) fn permission(
    directory: &Directory,
    field: &str,
    name: &str,
    delegated: bool,
) -> Result<Permission, Refused> {
    let (resource, value) =
        name.rsplit_once('/').map_or((None, name), |(resource, value)| (Some(resource), value));
    let resource = resource.map(|name| resource_id(directory, name)).transpose()?;
    let offered =
        RESOURCES.iter().filter(|known| resource.is_none_or(|id| id == known.id())).find_map(|known| {
            let held = known.permissions.iter().find(|held| {
                let kind = if delegated { held.delegated } else { held.application };
                kind.is_some() && held.value.eq_ignore_ascii_case(value)
            })?;
            Some(Permission { resource: known.id(), value: held.value.into() })
        });
    let own = || {
        let app = directory.apps.iter().find(|app| {
            let registration = &app.registration;
            let named = resource.is_none_or(|id| id == registration.client_id);
            delegated && named && registration.scopes.iter().any(|scope| scope.eq_ignore_ascii_case(value))
        })?;
        Some(Permission { resource: app.registration.client_id, value: value.to_owned().into() })
    };
    offered.or_else(own).ok_or_else(|| {
        let kind = if delegated { "delegated" } else { "application" };
        let expected = format!(
            "a permission that a resource offers as {kind} permission, such as SecurityAlert.Read.All"
        );
        body::bad_field(field, &expected, name)
    })
}

/// The application that a command registers.
pub(super) fn registration(ctx: &Ctx<'_>, written: &CommandDto) -> Result<Registration, Refused> {
    let directory = &ctx.view.state.core().directory;
    let CommandDto::AddApplication {
        name,
        display_name,
        public,
        multi_tenant,
        redirect_uris,
        permissions,
        delegated_permissions,
        scopes,
        secret,
        consented,
        implicit,
        logout_url,
    } = written
    else {
        return Err(body::bad_field("addApplication", "an application", ""));
    };
    for (field, length) in [
        ("redirectUris", redirect_uris.len()),
        ("permissions", permissions.len()),
        ("delegatedPermissions", delegated_permissions.len()),
        ("scopes", scopes.len()),
    ] {
        if length > MOST {
            return Err(body::bad_field(field, "at most 100 members", &length.to_string()));
        }
    }
    let ids = ctx.world().ids;
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
        .collect::<Result<_, Refused>>()?;
    added.consented = *consented;
    added.implicit = *implicit;
    added.logout_url = logout_url.as_deref().map(logout).transpose()?;
    if !public {
        let value = match secret {
            Some(value) => short("secret", value)?.into(),
            None => registrations::secret_value(ctx.world().spec.seed, ordinal).into(),
        };
        added.secrets = vec![Secret { value, ends: None }];
    } else if let Some(secret) = secret {
        return Err(body::bad_field("secret", "nothing, since the application is public", secret));
    }
    Ok(added)
}

/// The change of an application that a command means.
pub(super) fn changed_app(ctx: &Ctx<'_>, written: &CommandDto) -> Result<IdentityCommand, Refused> {
    let directory = &ctx.view.state.core().directory;
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
            redirect_uris,
        } => {
            change.enabled = *enabled;
            change.installed = *installed;
            change.assignment_required = *assignment_required;
            change.audience =
                multi_tenant.map(|many| if many { Audience::MultiTenant } else { Audience::SingleTenant });
            change.implicit = *implicit;
            change.logout_url = logout_url.as_deref().map(logout).transpose()?;
            let redirects = redirect_uris.as_ref().map(|list| list.iter().map(RedirectUri::read).collect());
            change.redirects = redirects.transpose()?;
            app
        }
        CommandDto::AddSecret { app, .. }
        | CommandDto::EndSecrets { app }
        | CommandDto::AddCertificate { app, .. }
        | CommandDto::AddFederatedCredential { app, .. } => app,
        _ => return Err(body::bad_field("app", "an application", "")),
    };
    let app = app(directory, name)?;
    let registration = &app.registration;
    if registration.public && !matches!(written, CommandDto::SetApplication { .. }) {
        return Err(body::bad_field(
            "app",
            "an application that is not public: a public one keeps no secret",
            name,
        ));
    }
    let full = |field: &str, length: usize| {
        if length < MOST {
            Ok(())
        } else {
            Err(body::bad_field(field, "at most 100 in an application", "more"))
        }
    };
    match written {
        CommandDto::AddSecret { value, ends, .. } => {
            full("value", registration.secrets.len())?;
            let ordinal = 20_000 + (directory.apps.len() * MOST + registration.secrets.len()) as u64;
            let value = match value {
                Some(value) => short("value", value)?.into(),
                None => registrations::secret_value(ctx.world().spec.seed, ordinal).into(),
            };
            // The newest first: it is the one that the information block shows.
            let secrets =
                [Secret { value, ends: *ends }].into_iter().chain(registration.secrets.iter().cloned());
            change.secrets = Some(secrets.collect());
        }
        CommandDto::EndSecrets { .. } => {
            let ended = |secret: &Secret| Secret { ends: Some(ctx.now()), ..secret.clone() };
            change.secrets = Some(registration.secrets.iter().map(ended).collect());
        }
        CommandDto::AddCertificate { certificate, .. } => {
            full("certificate", registration.certificates.len())?;
            let read = Certificate::from_pem_or_base64(certificate).ok_or_else(|| {
                let expected = "a certificate with an RSA or P-256 key: PEM, or DER as base64";
                body::bad_field("certificate", expected, &certificate.chars().take(40).collect::<String>())
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

/// Where an application hears that somebody has signed out: loaded in a frame, so it is an address of the web.
fn logout(url: &str) -> Result<Arc<str>, Refused> {
    let web = url.starts_with("https://") || url.starts_with("http://localhost");
    match redirect::check(url) {
        Ok(()) if web => Ok(url.into()),
        _ => Err(body::bad_field("logoutUrl", "an https URI, or http on localhost, without fragment", url)),
    }
}
