//! The words of application permissions, by resource.

use crate::catalogue::resources::{CLOUD_APPS, DEFENDER_ENDPOINT, DEFENDER_XDR, GRAPH};

use super::{ApplicationWords, Rows};

const fn role(
    value: &'static str,
    display_name: &'static str,
    description: &'static str,
) -> ApplicationWords {
    ApplicationWords { value, display_name, description }
}

/// Every resource's.
pub(super) const ALL: &[Rows<ApplicationWords>] = &[
    (
        CLOUD_APPS,
        &[
            role("investigation.read", "investigation.read", "View alerts, activities and policies."),
            role(
                "investigation.manage",
                "investigation.manage",
                "Manage alerts, activities, policies, and other investigation-related information.",
            ),
            role(
                "discovery.read",
                "discovery.read",
                "View discovery alerts, reports, apps, and other related information.",
            ),
            role(
                "discovery.manage",
                "discovery.manage",
                "Manage discovery alerts, reports, apps, and other related information.",
            ),
            role("settings.read", "settings.read", "View all settings."),
            role("settings.manage", "settings.manage", "Manage all settings."),
        ],
    ),
    (
        GRAPH,
        &[
            role(
                "SecurityAlert.Read.All",
                "Read all security alerts",
                "Allows the app to read all security alerts, without a signed-in user.",
            ),
            role(
                "SecurityAlert.ReadWrite.All",
                "Read and write to all security alerts",
                "Allows the app to read and write to all security alerts, without a signed-in user.",
            ),
            role(
                "SecurityIncident.Read.All",
                "Read all security incidents",
                "Allows the app to read all security incidents, without a signed-in user.",
            ),
            role(
                "SecurityIncident.ReadWrite.All",
                "Read and write to all security incidents",
                "Allows the app to read and write to all security incidents, without a signed-in user.",
            ),
            role(
                "SecurityEvents.Read.All",
                "Read your organization's security events",
                "Allows the app to read your organization's security events without a signed-in user.",
            ),
            role(
                "SecurityEvents.ReadWrite.All",
                "Read and update your organization's security events",
                "Allows the app to read your organization's security events without a signed-in user. \
                 Also allows the app to update editable properties in security events.",
            ),
            role(
                "SecurityActions.Read.All",
                "Read your organization's security actions",
                "Allows the app to read security actions, without a signed-in user.",
            ),
            role(
                "SecurityActions.ReadWrite.All",
                "Read and update your organization's security actions",
                "Allows the app to read or update security actions, without a signed-in user.",
            ),
            role(
                "ThreatHunting.Read.All",
                "Run hunting queries",
                "Allows the app to run hunting queries, without a signed-in user.",
            ),
            role(
                "CloudApp-Discovery.Read.All",
                "Read all discovered cloud applications data",
                "Allows the app to read all details of discovered cloud apps in the organization, \
                 without a signed-in user.",
            ),
            role(
                "AuditLog.Read.All",
                "Read all audit log data",
                "Allows the app to read and query your audit log activities, without a signed-in user.",
            ),
            role(
                "IdentityRiskyUser.Read.All",
                "Read all identity risky user information",
                "Allows the app to read the identity risky user information for your organization \
                 without a signed-in user.",
            ),
            role(
                "Directory.Read.All",
                "Read directory data",
                "Allows the app to read data in your organization's directory, such as users, groups \
                 and apps, without a signed-in user.",
            ),
            role(
                "User.Read.All",
                "Read all users' full profiles",
                "Allows the app to read user profiles without a signed-in user.",
            ),
        ],
    ),
    (
        DEFENDER_XDR,
        &[
            role(
                "AdvancedHunting.Read.All",
                "Run advanced hunting queries",
                "Allows the app to run advanced hunting queries.",
            ),
            role("Incident.Read.All", "Read all incidents", "Allows the app to read any incident."),
            role(
                "Incident.ReadWrite.All",
                "Read and write all incidents",
                "Allows the app to create or update any incident.",
            ),
            role(
                "CustomDetections.ReadWrite.All",
                "Read and write all custom detection rules",
                "Allows the app to create or update any custom detection rule.",
            ),
        ],
    ),
    (
        DEFENDER_ENDPOINT,
        &[
            role("AdvancedQuery.Read.All", "Run advanced queries", "Allows the app to run advanced queries."),
            role("Alert.Read.All", "Read all alerts", "Allows the app to read any alert."),
            role(
                "Alert.ReadWrite.All",
                "Read and write all alerts",
                "Allows the app to create or update any alert.",
            ),
            role(
                "Machine.Read.All",
                "Read all machine profiles",
                "Allows the app to read all machine profiles, including the commands that were sent to \
                 each machine.",
            ),
            role("Machine.Isolate", "Isolate machine", "Allows the app to isolate a machine."),
        ],
    ),
];
