//! The words of delegated permissions, by resource.

use crate::catalogue::resources::{CLOUD_APPS, DEFENDER_ENDPOINT, DEFENDER_XDR, GRAPH, RESOURCE_MANAGER};

use super::{Consenter, DelegatedWords, Rows};

/// Title and description for users, then for administrators.
type Texts = [&'static str; 4];

const fn delegated(value: &'static str, texts: Texts, consenter: Consenter) -> DelegatedWords {
    let [user_title, user_text, admin_title, admin_text] = texts;
    DelegatedWords {
        value,
        user_consent_display_name: user_title,
        user_consent_description: user_text,
        admin_consent_display_name: admin_title,
        admin_consent_description: admin_text,
        consenter,
    }
}

/// One that users may consent to.
const fn user(value: &'static str, texts: Texts) -> DelegatedWords {
    delegated(value, texts, Consenter::User)
}

/// One that needs an administrator.
const fn admin(value: &'static str, texts: Texts) -> DelegatedWords {
    delegated(value, texts, Consenter::Admin)
}

/// One that needs an administrator and says the same to everybody.
const fn alike(value: &'static str, title: &'static str, text: &'static str) -> DelegatedWords {
    admin(value, [title, text, title, text])
}

/// Every resource's.
pub(super) const ALL: &[Rows<DelegatedWords>] = &[
    (
        CLOUD_APPS,
        &[
            alike("investigation.read", "investigation.read", "View alerts, activities and policies."),
            alike(
                "investigation.manage",
                "investigation.manage",
                "Manage alerts, activities, policies, and other investigation-related information.",
            ),
            alike(
                "discovery.read",
                "discovery.read",
                "View discovery alerts, reports, apps, and other related information.",
            ),
            alike(
                "discovery.manage",
                "discovery.manage",
                "Manage discovery alerts, reports, apps, and other related information.",
            ),
            alike("settings.read", "settings.read", "View all settings."),
            alike("settings.manage", "settings.manage", "Manage all settings."),
        ],
    ),
    (
        GRAPH,
        &[
            user(
                "User.Read",
                [
                    "Sign you in and read your profile",
                    "Allows you to sign in to the app with your organizational account and let the app \
                     read your profile. It also allows the app to read basic company information.",
                    "Sign in and read user profile",
                    "Allows users to sign in to the app, and allows the app to read the profile of \
                     signed-in users. It also allows the app to read basic company information of \
                     signed-in users.",
                ],
            ),
            user(
                "openid",
                [
                    "Sign you in",
                    "Allows you to sign in to the app with your work or school account and allows the app \
                     to read your basic profile information.",
                    "Sign users in",
                    "Allows users to sign in to the app with their work or school accounts and allows the \
                     app to see basic user profile information.",
                ],
            ),
            user(
                "profile",
                [
                    "View your basic profile",
                    "Allows the app to see your basic profile (for example name, picture, user name, email \
                     address).",
                    "View users' basic profile",
                    "Allows the app to see your users' basic profile (for example name, picture, user \
                     name, email address).",
                ],
            ),
            user(
                "email",
                [
                    "View your email address",
                    "Allows the app to read your primary email address.",
                    "View users' email address",
                    "Allows the app to read your users' primary email address.",
                ],
            ),
            user(
                "offline_access",
                [
                    "Maintain access to data you have given it access to",
                    "Allows the app to see and update the data you gave it access to, even when you are \
                     not currently using the app. This does not give the app any additional permissions.",
                    "Maintain access to data you have given it access to",
                    "Allows the app to see and update the data you gave it access to, even when users are \
                     not currently using the app. This does not give the app any additional permissions.",
                ],
            ),
            admin(
                "SecurityAlert.Read.All",
                [
                    "Read all alerts",
                    "Allows the app to read all security alerts that you have access to.",
                    "Read all security alerts",
                    "Allows the app to read all security alerts, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "SecurityAlert.ReadWrite.All",
                [
                    "Read and write all alerts",
                    "Allows the app to read and write all alerts that you have access to.",
                    "Read and write to all security alerts",
                    "Allows the app to read and write to all security alerts, on behalf of the signed-in \
                     user.",
                ],
            ),
            admin(
                "SecurityIncident.Read.All",
                [
                    "Read security incidents",
                    "Allows the app to read all security incidents that you have access to.",
                    "Read incidents",
                    "Allows the app to read security incidents, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "SecurityIncident.ReadWrite.All",
                [
                    "Read and write to security incidents",
                    "Allows the app to read and write to all security incidents that you have access to.",
                    "Read and write to incidents",
                    "Allows the app to read and write security incidents, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "SecurityEvents.Read.All",
                [
                    "Read your organization's security events",
                    "Allows the app to read your organization's security events on your behalf.",
                    "Read your organization's security events",
                    "Allows the app to read your organization's security events on behalf of the signed-in \
                     user.",
                ],
            ),
            admin(
                "SecurityEvents.ReadWrite.All",
                [
                    "Read and update your organization's security events",
                    "Allows the app to read your organization's security events on your behalf. Also \
                     allows the app to update editable properties in security events on your behalf.",
                    "Read and update your organization's security events",
                    "Allows the app to read your organization's security events on behalf of the signed-in \
                     user. Also allows the app to update editable properties in security events on behalf \
                     of the signed-in user.",
                ],
            ),
            admin(
                "SecurityActions.Read.All",
                [
                    "Read your organization's security actions",
                    "Allows the app to read security actions, on your behalf.",
                    "Read your organization's security actions",
                    "Allows the app to read security actions, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "SecurityActions.ReadWrite.All",
                [
                    "Read and update your organization's security actions",
                    "Allows the app to read or update security actions, on your behalf.",
                    "Read and update your organization's security actions",
                    "Allows the app to read or update security actions, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "ThreatHunting.Read.All",
                [
                    "Run hunting queries",
                    "Allows the app to run hunting queries that you can execute.",
                    "Run hunting queries",
                    "Allows the app to run hunting queries, on behalf of the signed-in user.",
                ],
            ),
            admin(
                "CloudApp-Discovery.Read.All",
                [
                    "Read discovered cloud applications data",
                    "Allows the app to read details of discovered cloud apps in the organization, on your \
                     behalf.",
                    "Read discovered cloud applications data",
                    "Allows the app to read details of discovered cloud apps in the organization, on \
                     behalf of the signed-in user.",
                ],
            ),
            admin(
                "AuditLog.Read.All",
                [
                    "Read audit log data",
                    "Allows the app to read and query your audit log activities, on your behalf.",
                    "Read audit log data",
                    "Allows the app to read and query your audit log activities, on behalf of the \
                     signed-in user.",
                ],
            ),
            admin(
                "IdentityRiskyUser.Read.All",
                [
                    "Read identity risky user information",
                    "Allows the app to read identity risky user information for all users in your \
                     organization on your behalf.",
                    "Read identity risky user information",
                    "Allows the app to read identity risky user information for all users in your \
                     organization on behalf of the signed-in user.",
                ],
            ),
            admin(
                "Directory.Read.All",
                [
                    "Read directory data",
                    "Allows the app to read data in your organization's directory.",
                    "Read directory data",
                    "Allows the app to read data in your organization's directory, such as users, groups \
                     and apps.",
                ],
            ),
            admin(
                "User.Read.All",
                [
                    "Read all users' full profiles",
                    "Allows the app to read the full set of profile properties, reports, and managers of \
                     other users in your organization, on your behalf.",
                    "Read all users' full profiles",
                    "Allows the app to read the full set of profile properties, reports, and managers of \
                     other users in your organization, on behalf of the signed-in user.",
                ],
            ),
        ],
    ),
    (
        DEFENDER_XDR,
        &[
            admin(
                "AdvancedHunting.Read",
                [
                    "Run advanced hunting queries",
                    "Allows the app to run advanced hunting queries that you can execute.",
                    "Run advanced hunting queries",
                    "Allows the app to run advanced hunting queries that the signed-in user can execute.",
                ],
            ),
            admin(
                "Incident.Read",
                [
                    "Read incidents",
                    "Allows the app to read any incident that you can access.",
                    "Read incidents",
                    "Allows the app to read any incident that the signed-in user can access.",
                ],
            ),
            admin(
                "Incident.ReadWrite",
                [
                    "Read and write incidents",
                    "Allows the app to create, read or update any incident that you can create, read or \
                     update.",
                    "Read and write incidents",
                    "Allows the app to create, read or update any incident that the signed-in user can \
                     create, read or update.",
                ],
            ),
            admin(
                "CustomDetections.ReadWrite",
                [
                    "Read and write custom detection rules",
                    "Allows the app to create or update any custom detection rule that you can.",
                    "Read and write custom detection rules",
                    "Allows the app to create or update any custom detection rule that the signed-in user \
                     can.",
                ],
            ),
        ],
    ),
    (
        DEFENDER_ENDPOINT,
        &[
            admin(
                "AdvancedQuery.Read",
                [
                    "Run advanced queries",
                    "Allows the app to run advanced queries that you can execute.",
                    "Run advanced queries",
                    "Allows the app to run advanced queries that the signed-in user can execute.",
                ],
            ),
            admin(
                "Alert.Read",
                [
                    "Read alerts",
                    "Allows the app to read any alert that you can access.",
                    "Read alerts",
                    "Allows the app to read any alert that the signed-in user can access.",
                ],
            ),
            admin(
                "Alert.ReadWrite",
                [
                    "Read and write alerts",
                    "Allows the app to create or update any alert that you can create or update.",
                    "Read and write alerts",
                    "Allows the app to create or update any alert that the signed-in user can create or \
                     update.",
                ],
            ),
            admin(
                "Machine.Read",
                [
                    "Read machine information",
                    "Allows the app to read machine profiles (including the commands that were sent to \
                     each machine) that you can access.",
                    "Read machine information",
                    "Allows the app to read machine profiles (including the commands that were sent to \
                     each machine) that the signed-in user can access.",
                ],
            ),
            admin(
                "Machine.Isolate",
                [
                    "Isolate machine",
                    "Allows the app to isolate a machine on your behalf.",
                    "Isolate machine",
                    "Allows the app to isolate a machine on behalf of the signed-in user.",
                ],
            ),
        ],
    ),
    (
        RESOURCE_MANAGER,
        &[user(
            "user_impersonation",
            [
                "Access Azure Resource Manager as you",
                "Allows the app to access Azure Resource Manager as you.",
                "Access Azure Resource Manager as organization users",
                "Allows the app to access Azure Resource Manager acting as users in the organization.",
            ],
        )],
    ),
];
