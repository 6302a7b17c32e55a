//! What a command looks like, as a JSON Schema.

use serde_json::{Map, Value as Json};

use super::json_schema::object;
use super::{
    accounts, alert_policies, alerts, applications, connectors, consent, copilot, faults, governance, groups,
    ip_ranges, policies, records, scenarios, settings, siem_agents, storylines, tokens,
};

use crate::model::json::json;

/// The names of the commands, in the order in which they are described.
pub const NAMES: [&str; 71] = [
    "closeAlerts",
    "reopenAlerts",
    "markAlert",
    "playStory",
    "injectActivity",
    "injectAlert",
    "setTokenStamps",
    "setIngestion",
    "setAlerting",
    "setSecurityTeam",
    "setServiceDate",
    "addFault",
    "removeFault",
    "removeFaults",
    "startScenario",
    "stopScenario",
    "setUserEnabled",
    "addApplication",
    "setApplication",
    "addSecret",
    "endSecrets",
    "addCertificate",
    "addFederatedCredential",
    "trustIssuer",
    "consent",
    "revokeConsent",
    "assignUser",
    "addGroup",
    "addGroupMembers",
    "removeGroupMembers",
    "setUser",
    "revokeSessions",
    "setConditionalAccess",
    "removeConditionalAccess",
    "setPolicies",
    "rotateKeys",
    "failNext",
    "answerDevice",
    "setCopilotToggle",
    "openCopilotDialog",
    "answerCopilotDialog",
    "setCopilotEnabled",
    "setCopilotCapacity",
    "setSubscriptions",
    "setCopilotNetwork",
    "setCopilotChannel",
    "setClassicPortal",
    "setBrowser",
    "switchCopilotSource",
    "refreshCopilotSources",
    "expireCopilotSession",
    "setCopilotTimes",
    "addSiemAgent",
    "setSiemAgentRunning",
    "renewSiemAgentToken",
    "removeSiemAgent",
    "setPolicyEnabled",
    "governUser",
    "governApp",
    "connectApp",
    "disableConnector",
    "enableConnector",
    "removeConnector",
    "testConnector",
    "breakConnector",
    "repairConnector",
    "addIpRange",
    "changeIpRange",
    "removeIpRange",
    "discovery",
    "directory",
];

/// A command: an object with one member, named by what is to be done.
pub fn schema() -> Json {
    let raw = json!({
        "type": "object",
        "description": "A command about the directory as the journal has it, with indexes and ids.",
    });
    let discovery = json!({
        "type": "object",
        "description": "A command about Cloud Discovery as the journal has it, with numbers and ids.",
    });
    let nouns = [
        alerts::schemas(),
        storylines::schemas(),
        records::schemas(),
        tokens::schemas(),
        settings::schemas(),
        faults::schemas(),
        scenarios::schemas(),
        copilot::schemas(),
        siem_agents::schemas(),
        alert_policies::schemas(),
        governance::schemas(),
        connectors::schemas(),
        ip_ranges::schemas(),
        accounts::schemas(),
        applications::schemas(),
        consent::schemas(),
        groups::schemas(),
        policies::schemas(),
    ];
    let mut written: Vec<_> =
        nouns.into_iter().flatten().chain([("discovery", discovery), ("directory", raw)]).collect();
    written.sort_by_key(|(name, _)| NAMES.iter().position(|known| known == name));
    let written: Map<String, Json> =
        written.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let mut schema = object(Json::Object(written));
    schema["minProperties"] = 1.into();
    schema["maxProperties"] = 1.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandDto;

    /// The names that are read, as the reader tells them to whoever wrote another.
    fn read() -> Vec<String> {
        let said = serde_json::from_str::<CommandDto>(r#"{"other": {}}"#).unwrap_err().to_string();
        said.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_command_that_is_read_is_described() {
        let described = schema();
        let described: Vec<_> = described["properties"].as_object().unwrap().keys().collect();
        assert_eq!(read(), NAMES);
        assert_eq!(described, NAMES);
    }

    #[test]
    fn the_page_for_people_names_every_command() {
        let page = include_str!("commands.md");
        let told: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert_eq!(told, NAMES);
    }
}
