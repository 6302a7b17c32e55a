//! The resources that tokens can be asked for, and the ids of their permissions.
//!
//! The ids are published facts; whoever reads a registration's required permissions, an app role assignment or a
//! consent grant meets them. What they are called on a consent page: [`super::permissions`]. Sources:
//! <https://learn.microsoft.com/graph/permissions-reference>,
//! <https://learn.microsoft.com/defender-cloud-apps/api-authentication-application>,
//! <https://learn.microsoft.com/defender-xdr/api-create-app-web>,
//! <https://learn.microsoft.com/defender-endpoint/api/exposed-apis-create-app-nativeapp>,
//! <https://github.com/maciejporebski/azure-ad-first-party-apps-permissions> (ids as service principals show them),
//! <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>.

mod graph;

use crate::model::ids::Guid;

use graph::GRAPH_PERMISSIONS;

/// Microsoft Cloud App Security.
pub const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
/// Microsoft Graph.
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Microsoft Threat Protection: the Defender XDR API.
pub const DEFENDER_XDR: &str = "8ee8fdad-f234-4243-8f3b-15c294843740";
/// WindowsDefenderATP: the Defender for Endpoint API.
pub const DEFENDER_ENDPOINT: &str = "fc780465-2017-40d4-a0c5-307022471b92";
/// Application id of Azure Resource Manager.
pub const RESOURCE_MANAGER: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
/// Application id of Azure AD Graph, the predecessor of Microsoft Graph.
pub const AZURE_AD_GRAPH: &str = "00000002-0000-0000-c000-000000000000";

/// A resource that tokens can be asked for.
#[derive(Debug)]
pub struct Resource {
    /// Application id.
    pub app_id: &'static str,
    /// Display name of its service principal.
    pub name: &'static str,
    /// Identifier URIs, without trailing slash: each is as good as the id.
    pub uris: &'static [&'static str],
    /// It belongs to the cloud that is simulated: a token for the simulator's own origin carries the permissions of
    /// this resource too.
    pub emulated: bool,
    /// Its tokens name the client and the directory roles.
    pub directory: bool,
    /// Its permissions, as far as they are known here.
    pub permissions: &'static [PermissionId],
}

/// A permission of a resource with its published ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionId {
    /// The value in `roles` or `scp`.
    pub value: &'static str,
    /// Id as an application permission (app role).
    pub application: Option<&'static str>,
    /// Id as a delegated permission (scope).
    pub delegated: Option<&'static str>,
}

impl PermissionId {
    /// It can be given to act on behalf of a user.
    pub fn is_delegated(&self) -> bool {
        self.delegated.is_some()
    }
}

impl Resource {
    /// Its application id.
    pub fn id(&self) -> Guid {
        Guid::literal(self.app_id)
    }

    /// Whether `text` names this resource: its id or one of its URIs, with or without a trailing slash or the
    /// prefix `spn:`, in any case.
    pub fn answers_to(&self, text: &str) -> bool {
        let bare = text.strip_prefix("spn:").unwrap_or(text);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        self.app_id.eq_ignore_ascii_case(bare) || self.uris.iter().any(|uri| uri.eq_ignore_ascii_case(bare))
    }
}

/// The resource with this application id.
pub fn by_id(app_id: Guid) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.id() == app_id)
}

const fn both(value: &'static str, application: &'static str, delegated: &'static str) -> PermissionId {
    PermissionId { value, application: Some(application), delegated: Some(delegated) }
}

const fn role(value: &'static str, application: &'static str) -> PermissionId {
    PermissionId { value, application: Some(application), delegated: None }
}

const fn scope(value: &'static str, delegated: &'static str) -> PermissionId {
    PermissionId { value, application: None, delegated: Some(delegated) }
}

/// One id in both forms, as Cloud Apps has it.
const fn same(value: &'static str, id: &'static str) -> PermissionId {
    both(value, id, id)
}

/// Every resource.
pub const RESOURCES: &[Resource] = &[
    Resource {
        app_id: CLOUD_APPS,
        name: "Microsoft Cloud App Security",
        uris: &[],
        emulated: true,
        directory: false,
        permissions: &[
            same("investigation.read", "83bc8d83-2679-44ef-b813-d5f556fc4474"),
            same("investigation.manage", "a832eaa3-0cfc-4a2b-9af1-27c5b092dd40"),
            same("discovery.read", "e9aa7b67-ea0d-435b-ab36-592cd9b23d61"),
            same("discovery.manage", "f6e78c1a-b9c7-42d3-b067-220689a7a2e9"),
            same("settings.read", "8e41f311-31d5-43aa-bb79-8fd4e14a8745"),
            same("settings.manage", "cb792285-1541-416c-a581-d8ede4ebc219"),
        ],
    },
    Resource {
        app_id: GRAPH,
        name: "Microsoft Graph",
        uris: &["https://graph.microsoft.com"],
        emulated: true,
        directory: true,
        permissions: GRAPH_PERMISSIONS,
    },
    Resource {
        app_id: DEFENDER_XDR,
        name: "Microsoft Threat Protection",
        uris: &["https://api.security.microsoft.com"],
        emulated: true,
        directory: false,
        permissions: &[
            role("AdvancedHunting.Read.All", "7734e8e5-8dde-42fc-b5ae-6eafea078693"),
            role("Incident.Read.All", "a9790345-4595-42e4-971a-ccdc79f19b7c"),
            role("Incident.ReadWrite.All", "8d90f441-09cf-4fdc-ab45-e874fa3a28e8"),
            role("CustomDetections.ReadWrite.All", "a7deff90-e2f5-4e4e-83a3-2c74e7002e28"),
            scope("AdvancedHunting.Read", "15f11de4-5113-4268-a2d1-0bad43d781f9"),
            scope("Incident.Read", "12c153a4-4204-4224-aa3c-4626e2f47c2b"),
            scope("Incident.ReadWrite", "2af415cc-88cf-4146-a0c8-444c3a80d5db"),
            scope("CustomDetections.ReadWrite", "ddbb8d0c-c86b-4ece-bcb7-0f031a9cf103"),
        ],
    },
    Resource {
        app_id: DEFENDER_ENDPOINT,
        name: "WindowsDefenderATP",
        uris: &[
            "https://api.securitycenter.microsoft.com",
            "https://api.securitycenter.windows.com",
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
        ],
        emulated: true,
        directory: false,
        permissions: &[
            role("AdvancedQuery.Read.All", "93489bf5-0fbc-4f2d-b901-33f2fe08ff05"),
            role("Alert.Read.All", "71fe6b80-7034-4028-9ed8-0f316df9c3ff"),
            role("Alert.ReadWrite.All", "0f7000ec-157b-497f-b70e-ef0b0584f140"),
            role("Machine.Read.All", "ea8291d3-4b9a-44b5-bc3a-6cea3026dc79"),
            both(
                "Machine.Isolate",
                "7e4e1300-e1b9-4102-88ba-f0cb6e6d5974",
                "479231ef-3b86-4933-ae6b-1fa84bba9e31",
            ),
            scope("AdvancedQuery.Read", "1fb6e712-1bd9-4184-b1c0-5e71e759196b"),
            scope("Alert.Read", "b2069dc0-9fe9-4e6d-9aca-ccf3dd503819"),
            scope("Alert.ReadWrite", "cbc3b413-21e6-416d-95a4-af87687efbd0"),
            scope("Machine.Read", "fbd3d33a-b1f5-4573-906c-51b39682fbcf"),
        ],
    },
    Resource {
        app_id: RESOURCE_MANAGER,
        name: "Windows Azure Service Management API",
        uris: &["https://management.azure.com", "https://management.core.windows.net"],
        emulated: true,
        directory: false,
        permissions: &[scope("user_impersonation", "41094075-9dad-400e-a0bd-54e686782033")],
    },
    Resource {
        // Id and name (unverified).
        app_id: "bb5ffd56-39eb-458c-a53a-775ba21277da",
        name: "Security Copilot API",
        uris: &[],
        emulated: true,
        directory: false,
        permissions: &[],
    },
    Resource {
        app_id: AZURE_AD_GRAPH,
        name: "Windows Azure Active Directory",
        uris: &["https://graph.windows.net"],
        emulated: false,
        directory: true,
        permissions: &[],
    },
    Resource {
        app_id: "c5393580-f805-4401-95e8-94b7a6ef2fc2",
        name: "Office 365 Management APIs",
        uris: &["https://manage.office.com"],
        emulated: false,
        directory: false,
        permissions: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ids_and_names_are_unambiguous() {
        for (at, resource) in RESOURCES.iter().enumerate() {
            assert!(resource.app_id.parse::<Guid>().is_ok());
            assert!(resource.uris.iter().all(|uri| !uri.ends_with('/')));
            for other in &RESOURCES[at + 1..] {
                assert!(!other.answers_to(resource.app_id));
                assert!(resource.uris.iter().all(|uri| !other.answers_to(uri)));
            }
            let ids = resource.permissions.iter().flat_map(|p| [p.application, p.delegated]).flatten();
            for id in ids {
                assert!(id.parse::<Guid>().is_ok(), "{id}");
            }
            for (at, permission) in resource.permissions.iter().enumerate() {
                let same = |other: &PermissionId| {
                    other.value.eq_ignore_ascii_case(permission.value)
                        || (other.application.is_some() && other.application == permission.application)
                        || (other.delegated.is_some() && other.delegated == permission.delegated)
                };
                assert!(!resource.permissions[at + 1..].iter().any(same), "{permission:?}");
            }
        }
    }
}
