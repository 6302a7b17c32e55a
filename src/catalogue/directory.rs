//! What administrators change: licences, policies, settings, attributes of users, rights on mailboxes.
//!
//! Sources: <https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference> (product names),
//! <https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities> (properties).

/// A licence: string id of the product, its name.
pub(crate) const LICENCES: &[(&str, &str)] = &[
    ("SPE_E5", "Microsoft 365 E5"),
    ("SPE_E3", "Microsoft 365 E3"),
    ("POWER_BI_PRO", "Power BI Pro"),
    ("VISIOCLIENT", "Visio Plan 2"),
    ("PROJECTPROFESSIONAL", "Project Plan 3"),
    ("Microsoft_365_Copilot", "Microsoft 365 Copilot"),
];

/// Properties of users that change, each with an old and a new value; empty values are told by the person.
pub(crate) const ATTRIBUTES: &[(&str, &str, &str)] = &[
    ("TelephoneNumber", "", "+1 555 0100"),
    ("Mobile", "+1 555 0142", "+1 555 0178"),
    ("PhysicalDeliveryOfficeName", "2nd floor", "4th floor"),
    ("JobTitle", "Interim", ""),
    ("Department", "Unassigned", ""),
    ("UsageLocation", "", "US"),
    ("ShowInAddressList", "False", "True"),
];

/// Rights on mailboxes.
pub(crate) const RIGHTS: &[&str] = &["FullAccess", "ReadPermission", "ChangePermission"];

/// A policy of the directory: name, what changes, from, to.
pub(crate) struct PolicyRow(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// How many of the first policies are of Conditional Access.
pub(crate) const CONDITIONAL_ACCESS: u32 = 6;

/// The policies of the directory.
pub(crate) const DIRECTORY_POLICIES: &[PolicyRow] = &[
    PolicyRow(
        "CA001 Require MFA for administrators",
        "State",
        "enabledForReportingButNotEnforced",
        "enabled",
    ),
    PolicyRow("CA002 Require MFA for all users", "ExcludeGroups", "2 groups", "3 groups"),
    PolicyRow("CA003 Block legacy authentication", "ExcludeUsers", "1 user", "2 users"),
    PolicyRow("CA004 Require compliant device", "Platforms", "windows", "windows, macOS"),
    PolicyRow("CA005 Sign-in frequency for guests", "SignInFrequency", "24 hours", "12 hours"),
    PolicyRow("CA006 Block countries", "ExcludeLocations", "AllTrusted", "AllTrusted, Travel week 42"),
    PolicyRow("Authentication methods policy", "Fido2.State", "disabled", "enabled"),
    PolicyRow("Authorization policy", "AllowInvitesFrom", "everyone", "adminsAndGuestInviters"),
    PolicyRow("Consent policy", "PermissionGrantPolicy", "legacy", "microsoft-user-default-low"),
    PolicyRow("Password protection", "LockoutThreshold", "10", "8"),
];

/// The place of the policy that an intruder loosens: legacy authentication.
pub(crate) const LEGACY_AUTHENTICATION: u32 = 2;

/// A setting of an app: where it is found, what it is called, from, to.
pub(crate) struct SettingRow(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// The settings; runs of them belong to kinds, see [`settings_of`].
pub(crate) const SETTINGS: &[SettingRow] = &[
    SettingRow("SharePoint", "SharingCapability", "ExternalUserAndGuestSharing", "ExternalUserSharingOnly"),
    SettingRow("SharePoint", "DefaultSharingLinkType", "AnonymousAccess", "Internal"),
    SettingRow("SharePoint", "RequireAnonymousLinksExpireInDays", "-1", "30"),
    SettingRow("Exchange", "External mail disclaimer", "", "PrependDisclaimer"),
    SettingRow("Exchange", "Block executable attachments", "", "RejectMessage"),
    SettingRow("Exchange", "Journal for legal hold", "", "BlindCopyTo"),
    SettingRow("Manage Users", "Changed profile of a user", "Standard User", "Sales User"),
    SettingRow("Manage Users", "Assigned permission set", "", "Report Builder"),
    SettingRow("Custom Objects", "Created custom field", "", "Renewal Date"),
    SettingRow("Security Controls", "Changed session timeout", "2 hours", "4 hours"),
    SettingRow("Sharing Settings", "Changed default access for Opportunity", "Private", "Read Only"),
    SettingRow("Settings", "API token", "", "Dashboard export"),
    SettingRow("Settings", "API token", "", "Ticket sync"),
    SettingRow("Policies", "Mass download by a single user", "Severity: Medium", "Severity: High"),
    SettingRow("Policies", "Logon from a risky IP address", "Alerts per day: 5", "Alerts per day: 10"),
    SettingRow("Settings", "Head office", "28 addresses", "30 addresses"),
    SettingRow("Settings", "VPN gateways", "Category: Other", "Category: VPN"),
    SettingRow("Domains", "LiveType", "Managed", "Federated"),
    SettingRow("Domains", "FederationSettings.SigningCertificate", "2 certificates", "3 certificates"),
    SettingRow("Exchange", "UnifiedAuditLogIngestionEnabled", "True", "False"),
    SettingRow("Exchange", "UnifiedAuditLogIngestionEnabled", "False", "True"),
    SettingRow("Flows", "Tell me about mail from my manager", "", "Outlook, Teams"),
    SettingRow("Flows", "Copy new files", "", "SharePoint, HTTP"),
    SettingRow("Flows", "Start an approval when a file is added", "", "SharePoint, Approvals"),
    SettingRow("Flows", "Post new tickets in a channel", "", "Outlook, Teams"),
];

/// Where the settings of SharePoint, Exchange, Salesforce and of the product (tokens, policies, ranges) lie; then those of
/// domains (how people sign in, whom they trust), the audit log and flows.
pub(crate) const RUNS: [(u32, u32); 10] =
    [(0, 3), (3, 3), (6, 5), (11, 2), (13, 2), (15, 2), (17, 1), (18, 1), (19, 2), (21, 4)];

/// An inbox rule: its name, then the parameters of the cmdlet. `{}` is replaced by somebody or something fitting.
pub(crate) struct RuleRow(pub(crate) &'static str, pub(crate) &'static [(&'static str, &'static str)]);

/// How many of the first rules are what anybody might make.
pub(crate) const ORDINARY_RULES: u32 = 8;

/// The rules.
pub(crate) const RULES: &[RuleRow] = &[
    RuleRow("Newsletters", &[("SubjectContainsWords", "newsletter"), ("MoveToFolder", "Newsletters")]),
    RuleRow("From my manager", &[("From", "{manager}"), ("ApplyCategory", "Important")]),
    RuleRow("Project {project}", &[("SubjectContainsWords", "{project}"), ("MoveToFolder", "{project}")]),
    RuleRow("Travel", &[("FromAddressContainsWords", "travel"), ("MoveToFolder", "Travel")]),
    RuleRow("Invitations", &[("MessageTypeMatches", "Calendaring"), ("MoveToFolder", "Calendar")]),
    RuleRow("Tickets", &[("SubjectContainsWords", "INC00"), ("MoveToFolder", "Tickets")]),
    RuleRow(
        "Social",
        &[("SubjectContainsWords", "Yammer"), ("MoveToFolder", "Social"), ("MarkAsRead", "True")],
    ),
    RuleRow("Cc only", &[("SentOnlyToMe", "False"), ("MyNameInCcBox", "True"), ("MoveToFolder", "Cc")]),
    RuleRow(
        ".",
        &[
            ("SubjectOrBodyContainsWords", "invoice;payment;bank;wire"),
            ("MoveToFolder", "RSS Feeds"),
            ("MarkAsRead", "True"),
            ("StopProcessingRules", "True"),
        ],
    ),
    RuleRow(
        "..",
        &[
            ("SubjectOrBodyContainsWords", "invoice;payment;iban"),
            ("ForwardTo", "{forward}"),
            ("StopProcessingRules", "True"),
        ],
    ),
    RuleRow(
        "a",
        &[
            ("SubjectOrBodyContainsWords", "sign-in;security;password;verify"),
            ("DeleteMessage", "True"),
            ("StopProcessingRules", "True"),
        ],
    ),
    RuleRow(",", &[("From", "{manager}"), ("MoveToFolder", "Conversation History"), ("MarkAsRead", "True")]),
    RuleRow(".", &[("SubjectContainsWords", "lunch;cake"), ("ApplyCategory", "Important")]),
    RuleRow("..", &[("From", "{manager}"), ("MoveToFolder", "Boss")]),
    RuleRow("a", &[("SubjectContainsWords", "{project}"), ("MoveToFolder", "{project}")]),
    RuleRow("Copies for home", &[("SubjectContainsWords", "travel;ticket"), ("ForwardTo", "{forward}")]),
];

/// Rules of people who are in a hurry, or joke: called like those of attackers.
pub(crate) const ODD_RULES: std::ops::Range<u32> = 12..16;

/// Hides mail about payments.
pub(crate) const HIDE_PAYMENTS: u32 = 8;
/// Sends mail about payments outside.
pub(crate) const FORWARD_PAYMENTS: u32 = 9;
/// Destroys mail about security.
pub(crate) const HIDE_SECURITY: u32 = 10;
