//! What is fixed of Security Copilot: its application, and what it asks consent for.
//!
//! Application ids as sign-in logs show them. Which permissions the connection asks for is the simulator's own choice:
//! what reading alerts, activities and discovery through the Cloud Apps API and Microsoft Graph takes.

use crate::model::ids::Guid;
use crate::model::registration::{Audience, Permission, Platform, Redirect, Registration};

use super::resources::{CLOUD_APPS, GRAPH};

/// The application that consent is given to.
pub const API: &str = "bb3d68c2-d09e-4455-94a0-e323996dbaa3";

/// The tenant of the vendor in which it is registered.
/// Source: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>
const HOME: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// What the source is called among the plug-ins of Copilot: name, and name for people.
pub const PLUGIN: (&str, &str) = ("CloudApps", "Microsoft Defender for Cloud Apps");

/// Where the dialog of consent leads back to (the simulator's own).
const CONSENT_BACK: &str = "https://security.microsoft.com/copilot/consent";

/// What it asks for.
const SCOPES: [(&str, &str); 4] = [
    (CLOUD_APPS, "investigation.read"),
    (CLOUD_APPS, "discovery.read"),
    (GRAPH, "SecurityAlert.Read.All"),
    (GRAPH, "ThreatHunting.Read.All"),
];

/// The tenant in which it is registered.
pub fn home() -> Guid {
    Guid::literal(HOME)
}

/// Its registration.
pub fn registration() -> Registration {
    let client = Guid::literal(API);
    let scopes =
        SCOPES.map(|(resource, value)| Permission { resource: Guid::literal(resource), value: value.into() });
    Registration {
        audience: Audience::MultiTenant,
        delegated: scopes.into(),
        redirects: vec![Redirect { platform: Platform::Web, uri: CONSENT_BACK.into() }],
        ..Registration::bare("security-copilot", "Security Copilot", client, client)
    }
}
