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

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::ids::Guid;

use super::permissions::Consenter;

/// Microsoft Cloud App Security.
pub const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
/// Microsoft Graph.
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Microsoft Graph's names as a resource, in the worldwide cloud and in that of the government of the United States.
const GRAPH_URIS: &[&str] = &["https://graph.microsoft.com", "https://graph.microsoft.us"];
/// Microsoft Threat Protection: the Defender XDR API.
pub const DEFENDER_XDR: &str = "8ee8fdad-f234-4243-8f3b-15c294843740";
/// WindowsDefenderATP: the Defender for Endpoint API.
pub const DEFENDER_ENDPOINT: &str = "fc780465-2017-40d4-a0c5-307022471b92";
/// Application id of Azure Resource Manager.
pub const RESOURCE_MANAGER: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
/// Application id of Azure AD Graph, the predecessor of Microsoft Graph.
pub const AZURE_AD_GRAPH: &str = "00000002-0000-0000-c000-000000000000";

/// The part numbers of the products that bring a licence for Defender for Cloud Apps.
/// Source: <https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference>
pub const CLOUD_APPS_LICENCES: [&str; 4] =
    ["SPE_E5", "IDENTITY_THREAT_PROTECTION", "INFORMATION_PROTECTION_COMPLIANCE", "ADALLOM_STANDALONE"];

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
    /// Part numbers of products: an organisation needs one of them; none, if the list is empty.
    pub licences: &'static [&'static str],
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
    /// Who may consent to it as a delegated permission.
    pub consenter: Consenter,
}

impl PermissionId {
    /// It can be given to act on behalf of a user.
    pub fn is_delegated(&self) -> bool {
        self.delegated.is_some()
    }

    /// Reads a line of the list.
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ');
        let value = words.next()?;
        let mut id = || words.next().map(|id| (id != "-").then_some(id));
        let (delegated, application) = (id()?, id()?);
        let consenter = match words.next()? {
            "user" => Consenter::User,
            _ => Consenter::Admin,
        };
        Some(Self { value, application, delegated, consenter })
    }
}

impl Resource {
    /// Its application id.
    pub fn id(&self) -> Guid {
        Guid::literal(self.app_id)
    }

    /// Its permissions, as far as they are known here.
    pub fn permissions(&self) -> &'static [PermissionId] {
        static LISTED: LazyLock<BTreeMap<&str, Vec<PermissionId>>> = LazyLock::new(|| {
            let sections = LIST.split("\n[").skip(1);
            let section = |text: &'static str| {
                let (id, rest) = text.split_once(']').unwrap_or_default();
                (id, rest.lines().skip(1).filter_map(PermissionId::read).collect())
            };
            sections.map(section).collect()
        });
        LISTED.get(self.app_id).map_or(&[], Vec::as_slice)
    }

    /// The permission with this value, in any case.
    pub fn permission(&self, value: &str) -> Option<&'static PermissionId> {
        self.permissions().iter().find(|known| known.value.eq_ignore_ascii_case(value))
    }

    /// Whether `text` names this resource: its id or one of its URIs, with or without a trailing slash or the
    /// prefix `spn:`, in any case.
    pub fn answers_to(&self, text: &str) -> bool {
        let bare = text.strip_prefix("spn:").unwrap_or(text);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        self.app_id.eq_ignore_ascii_case(bare) || self.uris.iter().any(|uri| is_uri(uri, bare))
    }
}

/// The resource with this application id.
pub fn by_id(app_id: Guid) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.id() == app_id)
}

/// Whether `text` is the identifier URI `uri`, of which a host may begin with `*.`: one label, whichever.
fn is_uri(uri: &str, text: &str) -> bool {
    let Some((scheme, domain)) = uri.split_once('*') else { return uri.eq_ignore_ascii_case(text) };
    let parts =
        text.split_at_checked(scheme.len()).and_then(|(front, rest)| Some((front, rest.find('.')?, rest)));
    parts.is_some_and(|(front, dot, host)| {
        let label = &host[..dot];
        front.eq_ignore_ascii_case(scheme)
            && !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && host[dot..].eq_ignore_ascii_case(domain)
    })
}

/// The list of permissions, a section for each resource. A token names permissions in the order of the list.
const LIST: &str = include_str!("../../fixtures/permissions.txt");

const fn emulated(app_id: &'static str, name: &'static str, uris: &'static [&'static str]) -> Resource {
    Resource { app_id, name, uris, emulated: true, directory: false, licences: &[] }
}

const fn other(app_id: &'static str, name: &'static str, uris: &'static [&'static str]) -> Resource {
    Resource { app_id, name, uris, emulated: false, directory: false, licences: &[] }
}

/// Every resource.
pub const RESOURCES: &[Resource] = &[
    Resource { licences: &CLOUD_APPS_LICENCES, ..emulated(CLOUD_APPS, "Microsoft Cloud App Security", &[]) },
    Resource { directory: true, ..emulated(GRAPH, "Microsoft Graph", GRAPH_URIS) },
    emulated(DEFENDER_XDR, "Microsoft Threat Protection", &["https://api.security.microsoft.com"]),
    emulated(
        DEFENDER_ENDPOINT,
        "WindowsDefenderATP",
        &[
            "https://api.securitycenter.microsoft.com",
            "https://api.securitycenter.windows.com",
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
        ],
    ),
    emulated(
        RESOURCE_MANAGER,
        "Windows Azure Service Management API",
        &["https://management.azure.com", "https://management.core.windows.net"],
    ),
    // Id and name (unverified).
    emulated("bb5ffd56-39eb-458c-a53a-775ba21277da", "Security Copilot API", &[]),
    Resource {
        directory: true,
        ..other(AZURE_AD_GRAPH, "Windows Azure Active Directory", &["https://graph.windows.net"])
    },
    other(
        "c5393580-f805-4401-95e8-94b7a6ef2fc2",
        "Office 365 Management APIs",
        &["https://manage.office.com"],
    ),
    other(
        "00000002-0000-0ff1-ce00-000000000000",
        "Office 365 Exchange Online",
        &["https://outlook.office365.com", "https://outlook.office.com", "https://ps.outlook.com"],
    ),
    other(
        "00000003-0000-0ff1-ce00-000000000000",
        "Office 365 SharePoint Online",
        &["https://*.sharepoint.com", "https://microsoft.sharepoint-df.com"],
    ),
    other("cfa8b339-82a2-471a-a3c9-0fc0be7a4093", "Azure Key Vault", &["https://vault.azure.net"]),
    other(
        "e406a681-f3d4-42a8-90b6-c2b029497af1",
        "Azure Storage",
        &["https://storage.azure.com", "https://*.blob.core.windows.net"],
    ),
    other("ca7f3f0b-7d91-482c-8e09-c5d840d0eac5", "Log Analytics API", &["https://api.loganalytics.io"]),
    other("022907d3-0f1b-48f7-badc-1ba6abab6d66", "Azure SQL Database", &["https://database.windows.net"]),
    other("80369ed6-5f11-4dd9-bef3-692475845e77", "Microsoft.EventHubs", &["https://eventhubs.azure.net"]),
    other("80a10ef9-8168-493d-abf9-3297c4ef6e3c", "Microsoft.ServiceBus", &["https://servicebus.azure.net"]),
    other(
        "499b84ac-1321-427f-aa17-267ca6975798",
        "Azure DevOps",
        &["https://app.vssps.visualstudio.com", "https://analytics.dev.azure.com"],
    ),
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
            let ids = resource.permissions().iter().flat_map(|p| [p.application, p.delegated]).flatten();
            for id in ids {
                assert!(id.parse::<Guid>().is_ok(), "{id}");
            }
            for (at, permission) in resource.permissions().iter().enumerate() {
                let same = |other: &PermissionId| {
                    other.value.eq_ignore_ascii_case(permission.value)
                        || (other.application.is_some() && other.application == permission.application)
                        || (other.delegated.is_some() && other.delegated == permission.delegated)
                };
                assert!(!resource.permissions()[at + 1..].iter().any(same), "{permission:?}");
            }
        }
    }

    #[test]
    fn every_section_and_line_of_the_list_is_read() {
        let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
        let read: usize = RESOURCES.iter().map(|resource| resource.permissions().len()).sum();
        assert_eq!(read, lines.count());
        for section in LIST.lines().filter(|line| line.starts_with('[')) {
            let (id, name) = section[1..].split_once("] ").unwrap();
            assert_eq!(by_id(id.parse().unwrap()).map(|resource| resource.name), Some(name));
        }
        let graph = by_id(Guid::literal(GRAPH)).unwrap();
        assert!(graph.permissions().len() > 700);
        let mail = graph.permission("mail.read").unwrap();
        assert_eq!(mail.consenter, Consenter::User);
        assert_eq!(mail.delegated, Some("570282fd-fa5c-430d-a7fd-fc8dc98a9dca"));
        assert_eq!(mail.application, Some("810c84a8-4a9e-49e6-bf7d-12d183f40d01"));
    }

    #[test]
    fn a_host_of_any_label_is_one_label() {
        let sharepoint = by_id(Guid::literal("00000003-0000-0ff1-ce00-000000000000")).unwrap();
        for good in ["https://contoso.sharepoint.com", "https://contoso-my.SharePoint.com/"] {
            assert!(sharepoint.answers_to(good), "{good}");
        }
        for bad in [
            "https://sharepoint.com",
            "https://.sharepoint.com",
            "https://a.b.sharepoint.com",
            "https://a/b.sharepoint.com",
            "https://contoso.sharepoint.com.evil.example",
            "http://contoso.sharepoint.com",
            "https:/é.sharepoint.com",
        ] {
            assert!(!sharepoint.answers_to(bad), "{bad}");
        }
    }
}
