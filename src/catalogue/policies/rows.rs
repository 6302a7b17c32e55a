//! The policies themselves.

use super::{Policy, Rule};
use crate::model::alert::Severity;

/// The policies; an alert's `policy` is an index into them.
pub const POLICIES: &[Policy] = &[
    Policy {
        name: "Impossible travel",
        title: "Impossible travel activity",
        description: "<p>The user {user} was involved in an impossible travel incident.<br>The user was \
                      active from {journey}, less than the journey takes.{remarks}</p>",
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
        description: "<p>The user {user} failed to sign in {attempts} within {minutes}, more often than is \
                      usual.<br>The attempts, and the sign-ins around them, came from {from}.{remarks}</p>",
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
        description: "<p>The user {user} downloaded {files} of {apps} within {minutes}.<br>The policy \
                      speaks at {limit} files within {window}.<br>They were downloaded from \
                      {from}.{remarks}</p>",
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
        description: "<p>The user {user} performed {activities} with administrative rights in {apps} from \
                      outside of the corporate addresses.<br>The user was active from {from}.{remarks}</p>",
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
        description: "<p>The user {user} signed in from an address in the category Risky.<br>The user was \
                      active from {from}: {activities} within {minutes}.{remarks}</p>",
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
        description: "<p>The user {user} shared {files} of {apps} with somebody outside of the \
                      company.<br>The user was active from {from}.{remarks}</p>",
        policy_type: "FILE",
        id_value: 15_728_642,
        severity: Severity::Low,
        stories: &[3, 5],
        intent: &[11],
        mitre: ("Exfiltration", "T1567"),
        rule: Rule::ExternalSharing,
    },
    Policy {
        name: "Suspicious inbox manipulation rules",
        title: "Suspicious inbox manipulation rule",
        description: "<p>The user {user} made an inbox rule that hides, deletes or forwards mail in a way \
                      that attackers do.<br>It is one of {activities} within {minutes} from \
                      {from}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_730,
        severity: Severity::High,
        stories: &[0],
        intent: &[3],
        mitre: ("Persistence", "T1564.008"),
        rule: Rule::InboxRule,
    },
    Policy {
        name: "Suspicious inbox forwarding",
        title: "Suspicious inbox forwarding",
        description: "<p>The user {user} made a rule that forwards mail to an address outside of the \
                      company.<br>It is one of {activities} within {minutes} from {from}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_731,
        severity: Severity::High,
        stories: &[0],
        intent: &[10],
        mitre: ("Collection", "T1114.003"),
        rule: Rule::Scripted,
    },
    Policy {
        name: "Ransomware activity",
        title: "Ransomware activity",
        description: "<p>The user {user} changed and renamed files of {apps} at a rate and in a way that \
                      ransomware does.<br>Seen from {from}: {activities} within {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_722,
        severity: Severity::High,
        stories: &[0],
        intent: &[13],
        mitre: ("Impact", "T1486"),
        rule: Rule::Renames,
    },
    Policy {
        name: "Activity from infrequent country",
        title: "Activity from infrequent country",
        description: "<p>The user {user} was active in a country from which this user has not been active \
                      recently.<br>Seen from {from}: {activities} within {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_718,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[2],
        mitre: ("Initial Access", "T1078"),
        rule: Rule::InfrequentCountry,
    },
    Policy {
        name: "Activity performed by terminated user",
        title: "Activity performed by terminated user",
        description: "<p>The user {user}, whose account was closed, is active in {apps}.<br>Seen from \
                      {from}: {activities} within {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_723,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[3],
        mitre: ("Persistence", "T1078"),
        rule: Rule::ClosedAccount,
    },
    Policy {
        name: "Unusual administrative activity (by user)",
        title: "Suspicious administrative activity",
        description: "<p>The user {user} performed administrative activities that are unusual for this \
                      user.<br>Seen from {from}: {activities} in {apps} within {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_721,
        severity: Severity::Medium,
        stories: &[0, 1],
        intent: &[4],
        mitre: ("Privilege Escalation", "T1098"),
        rule: Rule::NightAdministration,
    },
    Policy {
        name: "Unusual file deletion activity (by user)",
        title: "Mass delete",
        description: "<p>The user {user} deleted {items} of {apps} within {minutes}, more than is usual \
                      for this user.<br>They were deleted from {from}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_724,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[13],
        mitre: ("Impact", "T1485"),
        rule: Rule::UnusualDeletions,
    },
    Policy {
        name: "Unusual ISP for an OAuth app",
        title: "Unusual ISP for an OAuth app",
        description: "<p>An application of the user {user} was used through an internet provider that it \
                      has not used before.<br>Seen from {from}: {activities} in {apps} within \
                      {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_732,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[6],
        mitre: ("Credential Access", "T1528"),
        rule: Rule::NewProvider,
    },
    Policy {
        name: "Unusual addition of credentials to an OAuth app",
        title: "Unusual addition of credentials to an OAuth app",
        description: "<p>The user {user} added credentials to an application in an unusual way.<br>It is \
                      one of {activities} within {minutes} from {from}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_733,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[6],
        mitre: ("Credential Access", "T1098.001"),
        rule: Rule::Scripted,
    },
    Policy {
        name: "Misleading OAuth app name",
        title: "Misleading OAuth app name",
        description: "<p>The user {user} consented to an application whose name holds foreign letters that \
                      look like Latin ones.<br>Seen from {from}: {activities} in {apps} within \
                      {minutes}.{remarks}</p>",
        policy_type: "APP_PERMISSION_ANOMALY",
        id_value: 15_728_650,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[2],
        mitre: ("Initial Access", "T1566"),
        rule: Rule::ForeignLetters,
    },
    Policy {
        name: "Malicious OAuth app consent",
        title: "Malicious OAuth app consent",
        description: "<p>The user {user} consented to an application that is known to be \
                      malicious.<br>Seen from {from}: {activities} in {apps} within \
                      {minutes}.{remarks}</p>",
        policy_type: "APP_PERMISSION_ANOMALY",
        id_value: 15_728_651,
        severity: Severity::High,
        stories: &[0],
        intent: &[2],
        mitre: ("Initial Access", "T1528"),
        rule: Rule::Scripted,
    },
    Policy {
        name: "Data exfiltration to unsanctioned apps",
        title: "Data exfiltration to unsanctioned apps",
        description: "<p>The user {user} moved an unusual amount of data to an app that is not \
                      sanctioned.<br>Seen from {from}: {activities} in {apps} within \
                      {minutes}.{remarks}</p>",
        policy_type: "ANOMALY_DISCOVERY",
        id_value: 15_859_740,
        severity: Severity::Medium,
        stories: &[0, 4],
        intent: &[11],
        mitre: ("Exfiltration", "T1567"),
        rule: Rule::Handover,
    },
    Policy {
        name: "Unusual file download (by user)",
        title: "Unusual file download (by user)",
        description: "<p>The user {user} downloaded {items} of {apps} within {minutes}, many times as many \
                      as on other days.<br>They were downloaded from {from}.{remarks}</p>",
        policy_type: "ANOMALY_DETECTION",
        id_value: 15_859_749,
        severity: Severity::Medium,
        stories: &[0],
        intent: &[11],
        mitre: ("Exfiltration", "T1530"),
        rule: Rule::UnusualDownloads,
    },
    // `ALERT_MANAGEMENT_DISCONNECTED_API`; its text, type and severity are (unverified).
    Policy {
        name: "System alert: App connector error",
        title: "System alert: App connector error",
        description: "<p>The app connector of {apps} has stopped working: nothing of it comes in. See \
                      Connected apps for the error.</p>",
        policy_type: "SYSTEM_ALERT",
        id_value: 15_794_945,
        severity: Severity::Medium,
        stories: &[],
        intent: &[],
        mitre: ("", ""),
        rule: Rule::DeadConnector,
    },
];
