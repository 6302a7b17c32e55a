//! People of a tenant, as born. What commands change about them lives in the tenant's state.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ids::Guid;
use super::index::{AddressCode, AgentCode, OfficeIx, PersonIx};

/// One user object: a member of the company, or a guest.
#[derive(Clone, Debug)]
pub struct Person {
    /// Entra object id.
    pub id: Guid,
    /// User principal name, lower case but for the `#EXT#` of guests.
    pub upn: String,
    /// "Given Surname".
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub surname: String,
    /// Department by name; empty for guests.
    pub department: Cow<'static, str>,
    /// Job title; empty for guests.
    pub title: String,
    /// The manager; `None` for the head of the company and for guests.
    pub manager: Option<PersonIx>,
    /// The office.
    pub office: OfficeIx,
    /// Directory roles, by template.
    pub roles: Vec<Role>,
    /// A persona that tests lean on, if this person plays one.
    pub persona: Option<Persona>,
    /// A guest of another organisation.
    pub guest: bool,
    /// May not sign in (from birth).
    pub disabled: bool,
    /// The password that the sign-in pages accept.
    pub password: String,
    /// The address from which this person works at home.
    pub home: AddressCode,
    /// The browsers and apps this person uses, the usual one first.
    pub agents: Vec<AgentCode>,
}

/// The users that tests can name without knowing the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Persona {
    /// Global Administrator.
    GlobalAdmin,
    /// Security Administrator.
    SecurityAdmin,
    /// Cloud App Security Administrator.
    CloudAppSecurityAdmin,
    /// Security Reader.
    SecurityReader,
    /// A member without roles.
    User,
    /// A guest of another organisation.
    Guest,
    /// A member whose account is disabled.
    Disabled,
}

impl Persona {
    /// Every persona, in the order of the information block.
    pub const ALL: [Self; 7] = [
        Self::GlobalAdmin,
        Self::SecurityAdmin,
        Self::CloudAppSecurityAdmin,
        Self::SecurityReader,
        Self::User,
        Self::Guest,
        Self::Disabled,
    ];

    /// The name by which the control API and the command line call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GlobalAdmin => "global-admin",
            Self::SecurityAdmin => "security-admin",
            Self::CloudAppSecurityAdmin => "cloud-app-security-admin",
            Self::SecurityReader => "security-reader",
            Self::User => "user",
            Self::Guest => "guest",
            Self::Disabled => "disabled",
        }
    }
}

/// A directory role, by its published template id.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Everything.
    GlobalAdministrator,
    /// Security products and alerts.
    SecurityAdministrator,
    /// Reads and handles alerts.
    SecurityOperator,
    /// Reads security products.
    SecurityReader,
    /// Defender for Cloud Apps.
    CloudAppSecurityAdministrator,
    /// Application registrations and consent.
    ApplicationAdministrator,
    /// Users and groups.
    UserAdministrator,
    /// Exchange Online.
    ExchangeAdministrator,
    /// SharePoint Online.
    SharePointAdministrator,
    /// Reads everything.
    GlobalReader,
    /// Application registrations and consent, proxies aside.
    CloudApplicationAdministrator,
    /// Roles, and consent to anything.
    PrivilegedRoleAdministrator,
    /// Compliance.
    ComplianceAdministrator,
}

impl Role {
    /// Every role, in the order of their codes.
    pub const ALL: [Self; 13] = [
        Self::GlobalAdministrator,
        Self::SecurityAdministrator,
        Self::SecurityOperator,
        Self::SecurityReader,
        Self::CloudAppSecurityAdministrator,
        Self::ApplicationAdministrator,
        Self::UserAdministrator,
        Self::ExchangeAdministrator,
        Self::SharePointAdministrator,
        Self::GlobalReader,
        Self::CloudApplicationAdministrator,
        Self::PrivilegedRoleAdministrator,
        Self::ComplianceAdministrator,
    ];

    /// The role's display name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "Global Administrator",
            Self::SecurityAdministrator => "Security Administrator",
            Self::SecurityOperator => "Security Operator",
            Self::SecurityReader => "Security Reader",
            Self::CloudAppSecurityAdministrator => "Cloud App Security Administrator",
            Self::ApplicationAdministrator => "Application Administrator",
            Self::UserAdministrator => "User Administrator",
            Self::ExchangeAdministrator => "Exchange Administrator",
            Self::SharePointAdministrator => "SharePoint Administrator",
            Self::GlobalReader => "Global Reader",
            Self::CloudApplicationAdministrator => "Cloud Application Administrator",
            Self::PrivilegedRoleAdministrator => "Privileged Role Administrator",
            Self::ComplianceAdministrator => "Compliance Administrator",
        }
    }

    /// The role's template id.
    pub const fn template(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "62e90394-69f5-4237-9190-012177145e10",
            Self::SecurityAdministrator => "194ae4cb-b126-40b2-bd5b-6091b380977d",
            Self::SecurityOperator => "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
            Self::SecurityReader => "5d6b6bb7-de71-4623-b4af-96380a352509",
            Self::CloudAppSecurityAdministrator => "892c5842-a9a6-463a-8041-72aa08ca3cf6",
            Self::ApplicationAdministrator => "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
            Self::UserAdministrator => "fe930be7-5e62-47db-91af-98c3a49a38b1",
            Self::ExchangeAdministrator => "29232cdf-9323-42fd-ade2-1d097af3e4de",
            Self::SharePointAdministrator => "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
            Self::GlobalReader => "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
            Self::CloudApplicationAdministrator => "158c047a-c907-4556-b7ef-446551a6b5f7",
            Self::PrivilegedRoleAdministrator => "e8611ab8-c189-46e8-94e1-60213ab1f814",
            Self::ComplianceAdministrator => "17315797-102d-40b4-93e0-432062caca18",
        }
    }
}
