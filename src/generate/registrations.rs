//! The application registrations of a tenant: client ids, secrets and what they may do.
//!
//! Permission values: <https://learn.microsoft.com/defender-cloud-apps/api-authentication-application>,
//! <https://learn.microsoft.com/graph/permissions-reference>,
//! <https://learn.microsoft.com/defender-xdr/api-hello-world>.

use std::borrow::Cow;

use super::stream::Stream;
use crate::model::ids::{Kind, Minter};
use crate::model::registration::{Permission, Registration};
use crate::model::spec::Specification;

/// Microsoft Cloud App Security.
pub const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
/// Microsoft Graph.
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Microsoft Threat Protection: the Defender XDR API.
pub const DEFENDER_XDR: &str = "8ee8fdad-f234-4243-8f3b-15c294843740";
/// WindowsDefenderATP: the Defender for Endpoint API.
pub const DEFENDER_ENDPOINT: &str = "fc780465-2017-40d4-a0c5-307022471b92";

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

/// Every permission that a registration can ask for.
pub fn every() -> impl Iterator<Item = Permission> {
    ALL.iter().flat_map(|&(resource, values)| values.iter().map(move |&value| Permission { resource, value }))
}

/// Names of the registrations that every tenant has.
pub const USUAL: [&str; 3] = ["full", "read-only", "unconsented"];

/// The registrations; the index is the one that commands name.
pub(super) fn registrations(spec: &Specification, ids: Minter) -> Vec<Registration> {
    let seed = spec.seed;
    let reading = |permission: &Permission| {
        let value = permission.value.to_ascii_lowercase();
        value.ends_with(".read") || value.ends_with(".read.all")
    };
    type Row = (Cow<'static, str>, Cow<'static, str>, bool, Vec<Permission>);
    let rows: [Row; 3] = [
        (USUAL[0].into(), "SIEM connector".into(), true, every().collect()),
        (USUAL[1].into(), "Reporting dashboard".into(), true, every().filter(reading).collect()),
        (USUAL[2].into(), "Automation pilot".into(), false, every().collect()),
    ];
    let own = spec.settings.registrations.iter().map(|own| {
        let asks = |permission: &Permission| own.permissions.iter().any(|value| value == permission.value);
        let display_name = own.display_name.as_ref().unwrap_or(&own.name).clone();
        (own.name.clone().into(), display_name.into(), own.consented, every().filter(asks).collect())
    });
    rows.into_iter()
        .chain(own)
        .enumerate()
        .map(|(index, (name, display_name, consented, permissions))| Registration {
            name,
            display_name,
            client_id: ids.guid(Kind::Application, index as u64),
            principal: ids.guid(Kind::ServicePrincipal, index as u64),
            secret: secret(seed, index as u64),
            consented,
            permissions,
        })
        .collect()
}

/// Forty characters, the sixth of them a tilde, as Entra ID makes client secrets: `abc8Q~…`.
fn secret(seed: u64, index: u64) -> String {
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
