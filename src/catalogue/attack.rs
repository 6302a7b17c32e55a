//! What attackers do, as MITRE ATT&CK names it: <https://attack.mitre.org/techniques/enterprise/> (version 16).

/// A technique, for one of the tactics that it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technique {
    /// What it is for, for example `Initial Access`.
    pub tactic: &'static str,
    /// Its id, that of a sub-technique included: `T1078` or `T1078.004`.
    pub id: &'static str,
    /// Its name; of a sub-technique, without that of the technique above it.
    pub name: &'static str,
}

impl Technique {
    /// The id of the technique itself: of `T1078.004`, `T1078`.
    pub fn technique(&self) -> &'static str {
        self.id.split('.').next().unwrap_or(self.id)
    }

    /// The whole id, if it is a sub-technique.
    pub fn sub_technique(&self) -> Option<&'static str> {
        self.id.contains('.').then_some(self.id)
    }
}

macro_rules! techniques {
    ($($constant:ident = $tactic:literal, $id:literal, $name:literal;)*) => {
        $(pub(crate) const $constant: Technique = Technique { tactic: $tactic, id: $id, name: $name };)*
    };
}

techniques! {
    SPEARPHISHING_LINK = "Initial Access", "T1566.002", "Spearphishing Link";
    CLOUD_ACCOUNTS = "Initial Access", "T1078.004", "Cloud Accounts";
    CLOUD_ACCOUNTS_KEPT = "Persistence", "T1078.004", "Cloud Accounts";
    CLOUD_ACCOUNTS_RAISED = "Privilege Escalation", "T1078.004", "Cloud Accounts";
    ADDITIONAL_CLOUD_ROLES = "Privilege Escalation", "T1098.003", "Additional Cloud Roles";
    ADDITIONAL_CLOUD_CREDENTIALS = "Persistence", "T1098.001", "Additional Cloud Credentials";
    ACCOUNT_MANIPULATION = "Persistence", "T1098", "Account Manipulation";
    CONDITIONAL_ACCESS_POLICIES = "Persistence", "T1556.009", "Conditional Access Policies";
    PASSWORD_SPRAYING = "Credential Access", "T1110.003", "Password Spraying";
    ADVERSARY_IN_THE_MIDDLE = "Credential Access", "T1557", "Adversary-in-the-Middle";
    MFA_REQUEST_GENERATION = "Credential Access", "T1621", "Multi-Factor Authentication Request Generation";
    STEAL_WEB_SESSION_COOKIE = "Credential Access", "T1539", "Steal Web Session Cookie";
    STEAL_APPLICATION_TOKEN = "Credential Access", "T1528", "Steal Application Access Token";
    WEB_SESSION_COOKIE = "Lateral Movement", "T1550.004", "Web Session Cookie";
    INTERNAL_SPEARPHISHING = "Lateral Movement", "T1534", "Internal Spearphishing";
    DEVICE_REGISTRATION = "Persistence", "T1098.005", "Device Registration";
    APPLICATION_TOKEN = "Lateral Movement", "T1550.001", "Application Access Token";
    MATCH_LEGITIMATE_NAME = "Defense Evasion", "T1036.005", "Match Legitimate Name or Location";
    EMAIL_HIDING_RULES = "Defense Evasion", "T1564.008", "Email Hiding Rules";
    CLEAR_MAILBOX_DATA = "Defense Evasion", "T1070.008", "Clear Mailbox Data";
    REMOTE_EMAIL_COLLECTION = "Collection", "T1114.002", "Remote Email Collection";
    EMAIL_FORWARDING_RULE = "Collection", "T1114.003", "Email Forwarding Rule";
    SHAREPOINT = "Collection", "T1213.002", "Sharepoint";
    CRM_SOFTWARE = "Collection", "T1213.004", "Customer Relationship Management Software";
    DATA_FROM_CLOUD_STORAGE = "Collection", "T1530", "Data from Cloud Storage";
    MULTI_HOP_PROXY = "Command and Control", "T1090.003", "Multi-hop Proxy";
    EXFILTRATION_TO_CLOUD_STORAGE = "Exfiltration", "T1567.002", "Exfiltration to Cloud Storage";
    TRANSFER_TO_CLOUD_ACCOUNT = "Exfiltration", "T1537", "Transfer Data to Cloud Account";
    FINANCIAL_THEFT = "Impact", "T1657", "Financial Theft";
    DATA_ENCRYPTED = "Impact", "T1486", "Data Encrypted for Impact";
    TRUSTED_RELATIONSHIP = "Initial Access", "T1199", "Trusted Relationship";
    SPEARPHISHING_SERVICE = "Initial Access", "T1566.003", "Spearphishing via Service";
    MALICIOUS_LINK = "Execution", "T1204.001", "Malicious Link";
    SERVERLESS_EXECUTION = "Execution", "T1648", "Serverless Execution";
    EMAIL_DELEGATE_PERMISSIONS = "Persistence", "T1098.002", "Additional Email Delegate Permissions";
    TRUST_MODIFICATION = "Privilege Escalation", "T1484.002", "Trust Modification";
    MULTI_FACTOR_MODIFIED = "Defense Evasion", "T1556.006", "Multi-Factor Authentication";
    DISABLE_CLOUD_LOGS = "Defense Evasion", "T1562.008", "Disable or Modify Cloud Logs";
    DISABLE_TOOLS = "Defense Evasion", "T1562.001", "Disable or Modify Tools";
    CLEAR_PERSISTENCE = "Defense Evasion", "T1070.009", "Clear Persistence";
    CREATE_CLOUD_INSTANCE = "Defense Evasion", "T1578.002", "Create Cloud Instance";
    PASSWORD_GUESSING = "Credential Access", "T1110.001", "Password Guessing";
    SAML_TOKENS = "Credential Access", "T1606.002", "SAML Tokens";
    CREDENTIALS_IN_FILES = "Credential Access", "T1552.001", "Credentials In Files";
    CLOUD_GROUPS = "Discovery", "T1069.003", "Cloud Groups";
    CLOUD_STORAGE_DISCOVERY = "Discovery", "T1619", "Cloud Storage Object Discovery";
    CLOUD_INFRASTRUCTURE_DISCOVERY = "Discovery", "T1580", "Cloud Infrastructure Discovery";
    CODE_REPOSITORIES = "Collection", "T1213.003", "Code Repositories";
    REMOTE_DATA_STAGING = "Collection", "T1074.002", "Remote Data Staging";
    AUTOMATED_EXFILTRATION = "Exfiltration", "T1020", "Automated Exfiltration";
    TRANSFER_SIZE_LIMITS = "Exfiltration", "T1030", "Data Transfer Size Limits";
    EXFILTRATION_OVER_WEB = "Exfiltration", "T1567", "Exfiltration Over Web Service";
    INHIBIT_RECOVERY = "Impact", "T1490", "Inhibit System Recovery";
    COMPUTE_HIJACKING = "Impact", "T1496.001", "Compute Hijacking";
    DATA_DESTRUCTION = "Impact", "T1485", "Data Destruction";
}
