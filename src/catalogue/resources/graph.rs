//! The permissions of Microsoft Graph that are known here: those of security, and what they need to be used.
//!
//! Source: <https://learn.microsoft.com/graph/permissions-reference>.

use super::{PermissionId, both, scope};

/// The security-related permissions of Microsoft Graph.
pub(super) const GRAPH_PERMISSIONS: &[PermissionId] = &[
    scope("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    scope("openid", "37f7f235-527c-4136-accd-4a02d197296e"),
    scope("profile", "14dad69e-099b-42c9-810b-d002981feec1"),
    scope("email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0"),
    scope("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"),
    both(
        "SecurityAlert.Read.All",
        "472e4a4d-bb4a-4026-98d1-0b0d74cb74a5",
        "bc257fb8-46b4-4b15-8713-01e91bfbe4ea",
    ),
    both(
        "SecurityAlert.ReadWrite.All",
        "ed4fca05-be46-441f-9803-1873825f8fdb",
        "471f2a7f-2a42-4d45-a2bf-594d0838070d",
    ),
    both(
        "SecurityIncident.Read.All",
        "45cc0394-e837-488b-a098-1918f48d186c",
        "b9abcc4f-94fc-4457-9141-d20ce80ec952",
    ),
    both(
        "SecurityIncident.ReadWrite.All",
        "34bf0e97-1971-4929-b999-9e2442d941d7",
        "128ca929-1a19-45e6-a3b8-435ec44a36ba",
    ),
    both(
        "SecurityEvents.Read.All",
        "bf394140-e372-4bf9-a898-299cfc7564e5",
        "64733abd-851e-478a-bffb-e47a14b18235",
    ),
    both(
        "SecurityEvents.ReadWrite.All",
        "d903a879-88e0-4c09-b0c9-82f6a1333f84",
        "6aedf524-7e1c-45a7-bd76-ded8cab8d0fc",
    ),
    both(
        "SecurityActions.Read.All",
        "5e0edab9-c148-49d0-b423-ac253e121825",
        "1638cddf-07a4-4de2-8645-69c96cacad73",
    ),
    both(
        "SecurityActions.ReadWrite.All",
        "f2bf083f-0179-402a-bedb-b2784de8a49b",
        "dc38509c-b87d-4da0-bd92-6bec988bac4a",
    ),
    both(
        "ThreatHunting.Read.All",
        "dd98c7f5-2d42-42d3-a0e4-633161547251",
        "b152eca8-ea73-4a48-8c98-1a6742673d99",
    ),
    both(
        "CloudApp-Discovery.Read.All",
        "64a59178-dad3-4673-89db-84fdcd622fec",
        "ad46d60e-1027-4b75-af88-7c14ccf43a19",
    ),
    both("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"),
    both(
        "IdentityRiskyUser.Read.All",
        "dc5007c0-2d7d-4c42-879c-2dab87571379",
        "d04bb851-cb7c-4146-97c7-ca3e71baf56c",
    ),
    both(
        "Directory.Read.All",
        "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        "06da0dbc-49e2-44d2-8312-53f166ab848a",
    ),
    both("User.Read.All", "df021288-bdef-4463-88db-98f22de89214", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
];
