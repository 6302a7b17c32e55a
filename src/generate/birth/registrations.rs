//! The application registrations of a tenant: client ids, secrets and what they may do.
//!
//! Permission values: <https://learn.microsoft.com/defender-cloud-apps/api-authentication-application>,
//! <https://learn.microsoft.com/graph/permissions-reference>,
//! <https://learn.microsoft.com/defender-xdr/api-hello-world>.

use std::borrow::Cow;
use std::sync::Arc;

use crate::catalogue::resources::{CLOUD_APPS, DEFENDER_ENDPOINT, DEFENDER_XDR, GRAPH};
use crate::generate::stream::Stream;
use crate::model::ids::{Guid, Kind, Minter};
use crate::model::registration::{Audience, Permission, Platform, Redirect, Registration, Secret};
use crate::model::spec::Specification;
use crate::model::time::{Span, VirtualTime};

const ALL: &[(&str, &[&str])] = &[
    (
        CLOUD_APPS,
        &[
            "investigation.read",
            "investigation.manage",
            "discovery.read",
            "discovery.manage",
            "settings.read",
            "settings.manage",
        ],
    ),
    (
        GRAPH,
        &[
            "SecurityAlert.Read.All",
            "SecurityAlert.ReadWrite.All",
            "SecurityIncident.Read.All",
            "SecurityIncident.ReadWrite.All",
            "SecurityEvents.Read.All",
            "SecurityEvents.ReadWrite.All",
            "SecurityActions.Read.All",
            "SecurityActions.ReadWrite.All",
            "ThreatHunting.Read.All",
            "CloudApp-Discovery.Read.All",
            "AuditLog.Read.All",
            "IdentityRiskyUser.Read.All",
            "Directory.Read.All",
            "User.Read.All",
        ],
    ),
    (
        DEFENDER_XDR,
        &[
            "AdvancedHunting.Read.All",
            "Incident.Read.All",
            "Incident.ReadWrite.All",
            "CustomDetections.ReadWrite.All",
        ],
    ),
    (
        DEFENDER_ENDPOINT,
        &[
            "AdvancedQuery.Read.All",
            "Alert.Read.All",
            "Alert.ReadWrite.All",
            "Machine.Read.All",
            "Machine.Isolate",
        ],
    ),
];

/// Every application permission that a registration can ask for.
pub fn every() -> impl Iterator<Item = Permission> {
    ALL.iter().flat_map(|&(resource, values)| values.iter().map(move |value| permission(resource, *value)))
}

/// The values of every application permission.
pub fn every_value() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|&(_, values)| values.iter().copied())
}

/// Delegated permissions that a registration can ask for, with their resources: those of Microsoft Graph and of Cloud
/// Apps go by the same values as the application permissions.
pub fn every_delegated() -> impl Iterator<Item = (&'static str, &'static str)> {
    let same = ALL.iter().filter(|(resource, _)| [GRAPH, CLOUD_APPS].contains(resource));
    let same = same.flat_map(|&(resource, values)| values.iter().map(move |&value| (resource, value)));
    [(GRAPH, "User.Read")].into_iter().chain(same)
}

/// Delegated permissions of the usual connectors.
const DELEGATED: &[(&str, &str)] = &[
    (GRAPH, "User.Read"),
    (GRAPH, "SecurityAlert.Read.All"),
    (GRAPH, "SecurityIncident.Read.All"),
    (GRAPH, "ThreatHunting.Read.All"),
    (CLOUD_APPS, "investigation.read"),
    (CLOUD_APPS, "investigation.manage"),
];

/// The scope that the middle tier of a chain of services offers.
const OFFERED: &str = "access_as_user";

/// Where XSOAR wants the answer of the authorize endpoint, and what it tells people to register.
/// Source: <https://xsoar.pan.dev/docs/reference/articles/microsoft-integrations---authentication>
const CONNECTOR_REDIRECT: &str = "https://localhost/myapp";

/// Pages of Entra ID itself on which programs wait for an answer.
/// Source: <https://learn.microsoft.com/entra/identity-platform/reply-url>
const NATIVE_REDIRECT: &str = "https://login.microsoftonline.com/common/oauth2/nativeclient";

/// The certificate of the client `certificate`, whose key is a fixture too.
const CERTIFICATES: [&str; 2] = [
    include_str!("../../../fixtures/keys/client-certificate.pem"),
    include_str!("../../../fixtures/keys/client-ec-certificate.pem"),
];

/// How long ago the secret of `expired-secret` ran out when the tenant's clock first stands.
const SECRET_ENDED: Span = Span::days(9);

/// Names of the registrations that every tenant has.
pub const USUAL: [&str; 7] =
    ["full", "read-only", "unconsented", "delegated", "expired-secret", "certificate", "middle-tier"];

fn permission(resource: &str, value: impl Into<Cow<'static, str>>) -> Permission {
    Permission { resource: Guid::literal(resource), value: value.into() }
}

fn redirect(platform: Platform, uri: &'static str) -> Redirect {
    Redirect { platform, uri: uri.into() }
}

/// The base64 between the lines of a PEM file.
fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// The registrations; the index is the one that commands name.
pub(in crate::generate) fn registrations(spec: &Specification, ids: Minter) -> Vec<Arc<Registration>> {
    let usual = usual(spec, ids);
    let own = spec.settings.registrations.iter().zip(USUAL.len() as u64..).map(|(own, index)| {
        let asks = |permission: &Permission| own.permissions.iter().any(|value| *value == permission.value);
        let delegated =
            every_delegated().filter(|(_, value)| own.delegated_permissions.iter().any(|own| own == value));
        let display_name = own.display_name.as_ref().unwrap_or(&own.name).clone();
        let usual = if own.public { Platform::Native } else { Platform::Web };
        let platform = own.platform.unwrap_or(usual);
        let uris = own.redirect_uris.clone().unwrap_or_else(|| vec!["http://localhost".to_owned()]);
        Registration {
            audience: if own.multi_tenant { Audience::MultiTenant } else { Audience::SingleTenant },
            public: own.public,
            consented: own.consented,
            permissions: every().filter(asks).collect(),
            delegated: delegated.map(|(resource, value)| permission(resource, value)).collect(),
            secrets: if own.public { Vec::new() } else { vec![secret(spec.seed, index, None)] },
            redirects: uris.into_iter().map(|uri| Redirect { platform, uri: uri.into() }).collect(),
            scopes: own.scopes.iter().map(|scope| scope.clone().into()).collect(),
            implicit: own.implicit,
            ..bare(ids, index, own.name.clone(), display_name)
        }
    });
    usual.into_iter().chain(own).map(Arc::new).collect()
}

fn bare(
    ids: Minter,
    index: u64,
    name: impl Into<Cow<'static, str>>,
    display_name: impl Into<Cow<'static, str>>,
) -> Registration {
    let client_id = ids.guid(Kind::Application, index);
    Registration::bare(name, display_name, client_id, ids.guid(Kind::ServicePrincipal, index))
}

fn usual(spec: &Specification, ids: Minter) -> [Registration; 7] {
    let reading = |permission: &Permission| {
        let value = permission.value.to_ascii_lowercase();
        value.ends_with(".read") || value.ends_with(".read.all")
    };
    let bare = |index: u64, display_name: &'static str| bare(ids, index, USUAL[index as usize], display_name);
    let secrets = |index: u64| vec![secret(spec.seed, index, None)];
    let delegated = || DELEGATED.iter().map(|&(resource, value)| permission(resource, value));
    let web =
        || vec![redirect(Platform::Web, CONNECTOR_REDIRECT), redirect(Platform::Web, "http://localhost")];
    let middle_tier = ids.guid(Kind::Application, 6);
    let offered = Permission { resource: middle_tier, value: OFFERED.into() };
    [
        Registration {
            consented: true,
            permissions: every().collect(),
            delegated: delegated().collect(),
            redirects: web(),
            secrets: secrets(0),
            ..bare(0, "SIEM connector")
        },
        Registration {
            consented: true,
            permissions: every().filter(reading).collect(),
            secrets: secrets(1),
            ..bare(1, "Reporting dashboard")
        },
        Registration {
            audience: Audience::MultiTenant,
            permissions: every().collect(),
            delegated: delegated().collect(),
            redirects: web(),
            secrets: secrets(2),
            ..bare(2, "Automation pilot")
        },
        Registration {
            audience: Audience::MultiTenant,
            public: true,
            delegated: delegated().chain([offered]).collect(),
            redirects: vec![
                redirect(Platform::Native, "http://localhost"),
                redirect(Platform::Native, NATIVE_REDIRECT),
                redirect(Platform::Spa, "http://localhost/spa"),
            ],
            implicit: true,
            ..bare(3, "Analyst console")
        },
        Registration {
            consented: true,
            permissions: every().filter(reading).collect(),
            redirects: web(),
            secrets: vec![secret(spec.seed, 4, Some(spec.start - SECRET_ENDED))],
            ..bare(4, "Legacy exporter")
        },
        Registration {
            consented: true,
            permissions: every().filter(reading).collect(),
            redirects: web(),
            certificates: CERTIFICATES.iter().map(|pem| base64_of(pem).into()).collect(),
            ..bare(5, "Compliance exporter")
        },
        Registration {
            consented: true,
            permissions: every().filter(reading).collect(),
            delegated: delegated().filter(reading).collect(),
            redirects: web(),
            secrets: secrets(6),
            scopes: vec![OFFERED.into()],
            ..bare(6, "Case service")
        },
    ]
}

fn secret(seed: u64, index: u64, ends: Option<VirtualTime>) -> Secret {
    Secret { value: secret_value(seed, index).into(), ends }
}

/// Forty characters, the sixth of them a tilde, as Entra ID makes client secrets: `abc8Q~…`.
pub fn secret_value(seed: u64, index: u64) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const MORE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~";
    let mut chance = Stream::new(seed, "app", index, "secret");
    (0..40)
        .map(|at| match at {
            3 => char::from(b'0' + chance.below(10) as u8),
            4 => 'Q',
            5 => '~',
            0..=2 | 39 => char::from(*chance.pick(LETTERS)),
            _ => char::from(*chance.pick(MORE)),
        })
        .collect()
}
