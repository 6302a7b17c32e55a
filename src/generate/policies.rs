//! The tenant's threat detection and activity policies: what raises alerts, and how those alerts read.
//!
//! Names, titles, tactics and severities follow the product's documentation:
//! <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> and
//! <https://learn.microsoft.com/defender-cloud-apps/policy-template-reference>.
//! Alert type numbers other than those of impossible travel, risky sign-in and file policy are (unverified).

use crate::model::activity::Action;
use crate::model::alert::Severity;

/// One policy of the catalogue.
pub struct Policy {
    /// Name in the list of policies.
    pub name: &'static str,
    /// Title of its alerts.
    pub title: &'static str,
    /// Text of its alerts; `{user}` is replaced by display name and principal name.
    pub description: &'static str,
    /// Type, as the Cloud Apps API words it.
    pub policy_type: &'static str,
    /// Number of the alert type (`idValue`).
    pub id_value: u32,
    /// Severity of its alerts.
    pub severity: Severity,
    /// Risk categories (`stories`).
    pub stories: &'static [u8],
    /// Stages of the kill chain (`intent`).
    pub intent: &'static [u8],
    /// MITRE ATT&CK tactic and technique.
    pub mitre: (&'static str, &'static str),
    /// What makes it speak.
    pub rule: Rule,
}

/// What makes a policy speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One person in two countries within a time that no journey takes.
    ImpossibleTravel,
    /// So many failed sign-ins within so many seconds.
    FailedSignIns {
        /// Count.
        count: u32,
        /// Window.
        seconds: i64,
    },
    /// So many downloads within so many seconds.
    Downloads {
        /// Count.
        count: u32,
        /// Window.
        seconds: i64,
    },
    /// An administrative activity from an address that is not the company's.
    AdministrationFromOutside,
    /// A sign-in from a risky address.
    RiskySignIn,
    /// Sharing with somebody outside.
    ExternalSharing,
}

impl Rule {
    /// An activity of this kind can be evidence for it.
    pub fn covers(self, action: Action, administrative: bool) -> bool {
        match self {
            Self::ImpossibleTravel | Self::RiskySignIn => true,
            Self::FailedSignIns { .. } => matches!(action, Action::FailedSignIn | Action::SignIn),
            Self::Downloads { .. } => action == Action::Download,
            Self::AdministrationFromOutside => administrative,
            Self::ExternalSharing => action == Action::ShareExternal,
        }
    }
}

/// The policies; an alert's `policy` is an index into them.
pub const POLICIES: &[Policy] = &[
    Policy {
        name: "Impossible travel",
        title: "Impossible travel activity",
        description: "{user} was active in two countries within a time shorter than the journey between them takes.",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_716,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[2],
        mitre: ("Initial Access", "T1078"),
        rule: Rule::ImpossibleTravel,
    },
    Policy {
        name: "Multiple failed login attempts",
        title: "Multiple failed login attempts",
        description: "{user} failed to sign in more often within a short time than is usual.",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_717,
        severity: Severity::Low,
        stories: &[0],
        intent: &[6],
        mitre: ("Credential Access", "T1110"),
        rule: Rule::FailedSignIns { count: 10, seconds: 600 },
    },
    Policy {
        name: "Mass download by a single user",
        title: "Mass download by a single user",
        description: "{user} downloaded more than 50 files within one hour.",
        policy_type: "AUDIT",
        id_value: 15_728_641,
        severity: Severity::High,
        stories: &[0, 3],
        intent: &[11],
        mitre: ("Exfiltration", "T1567"),
        rule: Rule::Downloads { count: 50, seconds: 3_600 },
    },
    Policy {
        name: "Administrative activity from a non-corporate IP address",
        title: "Administrative activity from a non-corporate IP address",
        description: "{user} performed an administrative activity from an address outside of the corporate ranges.",
        policy_type: "AUDIT",
        id_value: 15_728_641,
        severity: Severity::Low,
        stories: &[0, 1],
        intent: &[4],
        mitre: ("Privilege Escalation", "T1078"),
        rule: Rule::AdministrationFromOutside,
    },
    Policy {
        name: "Logon from a risky IP address",
        title: "Logon from a risky IP address",
        description: "{user} signed in from an address in the category Risky.",
        policy_type: "AUDIT",
        id_value: 15_728_641,
        severity: Severity::High,
        stories: &[0, 7],
        intent: &[2],
        mitre: ("Initial Access", "T1090"),
        rule: Rule::RiskySignIn,
    },
    Policy {
        name: "File shared with an external address",
        title: "File shared with an external address",
        description: "{user} shared a file with somebody outside of the company.",
        policy_type: "FILE",
        id_value: 15_728_642,
        severity: Severity::Low,
        stories: &[3, 5],
        intent: &[11],
        mitre: ("Exfiltration", "T1567"),
        rule: Rule::ExternalSharing,
    },
];

/// The policy that speaks by this rule; every rule has one.
pub fn speaking_by(rule: impl Fn(Rule) -> bool) -> u16 {
    POLICIES.iter().position(|policy| rule(policy.rule)).unwrap_or(0) as u16
}
