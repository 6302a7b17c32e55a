//! The vendor's own clients, all public, that exist in every tenant, and what its resources let them do without consent.
//!
//! Sources: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>,
//! <https://github.com/secureworks/family-of-client-ids-research> (families, and scopes that tokens were seen with).

use crate::model::ids::Guid;

use super::resources::{self, AZURE_AD_GRAPH, GRAPH};

/// A client of the vendor.
#[derive(Debug)]
pub struct FirstParty {
    /// Client id.
    pub id: &'static str,
    /// Display name.
    pub name: &'static str,
    /// It shares its refresh tokens with its family, and the vendor's resources trust it without consent.
    pub family: bool,
    /// What it may do at Microsoft Graph then.
    graph: &'static [&'static str],
    /// Of a portal: where its users come back to after they signed in.
    pub portal: Option<&'static str>,
}

const fn family(id: &'static str, name: &'static str, graph: &'static [&'static str]) -> FirstParty {
    FirstParty { id, name, family: true, graph, portal: None }
}

const fn single(id: &'static str, name: &'static str) -> FirstParty {
    FirstParty { id, name, family: false, graph: &[], portal: None }
}

const fn portal(id: &'static str, name: &'static str, redirect: &'static str) -> FirstParty {
    FirstParty { id, name, family: false, graph: &[], portal: Some(redirect) }
}

/// The Defender portal.
pub const DEFENDER_PORTAL: &str = "80ccca67-54bd-44ab-8625-4b79c4dc7775";
/// The portal of Security Copilot.
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-copilot-ai-security>
pub const COPILOT_PORTAL: &str = "bb5ffd56-39eb-458c-a53a-775ba21277da";
/// The former portal of Defender for Cloud Apps (the client id is the simulator's own).
pub const CLASSIC_PORTAL: &str = "2b6a4c39-8d0e-4f51-9a7c-6e3d5b1f0c84";

/// The programs of Office.
pub const OFFICE: &str = "d3590ed6-52b3-4102-aeff-aad2292ab01c";
/// Teams.
pub const TEAMS: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";

/// Every one.
pub const ALL: &[FirstParty] = &[
    // The scopes of its present version (unverified).
    family(
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "Microsoft Azure CLI",
        &[
            "Application.ReadWrite.All",
            "AppRoleAssignment.ReadWrite.All",
            "AuditLog.Read.All",
            "DelegatedPermissionGrant.ReadWrite.All",
            "Directory.AccessAsUser.All",
            "Group.ReadWrite.All",
            "User.Read.All",
            "User.ReadWrite.All",
        ],
    ),
    family(
        "1950a258-227b-4e31-a9cf-717495945fc2",
        "Microsoft Azure PowerShell",
        &["AuditLog.Read.All", "Directory.AccessAsUser.All"],
    ),
    single("14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools"),
    single("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"),
    // What the two studios may do at Microsoft Graph (unverified).
    family("872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "Visual Studio", &["User.Read"]),
    family("aebc6443-996d-45c2-90f0-388ff96faa56", "Visual Studio Code", &["User.Read"]),
    family(
        OFFICE,
        "Microsoft Office",
        &[
            "AuditLog.Read.All",
            "Calendars.Read.Shared",
            "Calendars.ReadWrite",
            "Contacts.ReadWrite",
            "DeviceManagementConfiguration.ReadWrite.All",
            "Directory.AccessAsUser.All",
            "Directory.Read.All",
            "Files.Read",
            "Files.Read.All",
            "Files.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Mail.ReadWrite",
            "Notes.Create",
            "People.Read",
            "People.Read.All",
            "User.Read.All",
            "User.ReadBasic.All",
            "User.ReadWrite",
        ],
    ),
    family(
        TEAMS,
        "Microsoft Teams",
        &[
            "Channel.ReadBasic.All",
            "Contacts.ReadWrite.Shared",
            "Files.ReadWrite.All",
            "MailboxSettings.ReadWrite",
            "Notes.ReadWrite.All",
            "People.Read",
            "Place.Read.All",
            "Sites.ReadWrite.All",
            "Tasks.ReadWrite",
            "User.ReadBasic.All",
        ],
    ),
    single("1b730954-1685-4b74-9bfd-dac224a7b894", "Azure Active Directory PowerShell"),
    single("fb78d390-0c51-40cd-8e17-fdbfab77341b", "Microsoft Exchange REST API Based Powershell"),
    single("9bc3ab49-b65d-410a-85ad-de819febfddc", "SharePoint Online Management Shell"),
    portal(
        DEFENDER_PORTAL,
        "Microsoft 365 Security and Compliance Center",
        "https://security.microsoft.com/signin",
    ),
    portal(COPILOT_PORTAL, "Security Copilot", "https://securitycopilot.microsoft.com/signin"),
    portal(CLASSIC_PORTAL, "Microsoft Cloud App Security", "https://portal.cloudappsecurity.com/signin"),
];

/// The delegated permissions of a resource that it gives a client of a family without consent: at Microsoft Graph those
/// of the client; of a resource that lets others act as the user, that; of any other one all that it offers
/// (unverified).
pub fn scopes(client: Guid, resource: Guid) -> Vec<&'static str> {
    const ACT_AS_USER: &str = "user_impersonation";
    let Some(known) = ALL.iter().find(|known| known.family && Guid::literal(known.id) == client) else {
        return Vec::new();
    };
    match resources::by_id(resource) {
        Some(resource) if resource.app_id == GRAPH => known.graph.to_vec(),
        Some(resource) if resource.app_id == AZURE_AD_GRAPH => vec![ACT_AS_USER],
        Some(resource) if !resource.emulated || resource.permission(ACT_AS_USER).is_some() => {
            vec![ACT_AS_USER]
        }
        Some(resource) => {
            let offered = resource.permissions().iter().filter(|offered| offered.is_delegated());
            offered.map(|offered| offered.value).collect()
        }
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_preauthorized_for_first_party_clients_exist_in_microsoft_graph() {
        let graph = resources::by_id(Guid::literal(GRAPH)).unwrap();
        for client in ALL {
            assert!(client.id.parse::<Guid>().is_ok());
            for scope in client.graph {
                assert!(graph.permission(scope).is_some_and(|known| known.is_delegated()), "{scope}");
            }
        }
    }
}
