//! Commands: the only writes. Plain data with resolved ids and values, never filters, names or relative times.
//!
//! A command is one of its noun's. In a journal line it stands under its own name (`{"closeAlerts": {…}}`), whatever
//! noun it belongs to, so lines stay readable when a noun moves.

pub mod size;

use std::fmt;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::alert::Resolution;
use super::alerting::Alerting;
use super::connector::ConnectorCommand;
use super::copilot::CopilotCommand;
use super::discovery::DiscoveryCommand;
use super::fault::Fault;
use super::governance::GovernanceCommand;
use super::identity::IdentityCommand;
use super::index::{AlertNo, AppIx, FaultNo, PersonIx, RunNo};
use super::ingestion::Ingestion;
use super::injected::{InjectedActivity, InjectedAlert};
use super::ip_range::IpRangeCommand;
use super::policy::PolicyCommand;
use super::scenario::StartedScenario;
use super::security_team::SecurityTeam;
use super::service_date::ServiceDate;
use super::siem_agent::SiemCommand;
use super::stamps::TokenStamps;
use super::time::VirtualTime;

/// A change that somebody asks for. The tenant decides whether it is accepted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// About the directory: applications, consent, accounts, policies.
    Directory(IdentityCommand),
    /// A command about alerts, accepted only while each of them is of this version.
    IfVersion {
        /// See [`Handling::version`](super::alert::Handling::version).
        version: u32,
        /// The command.
        command: Box<Command>,
    },
    /// About alerts.
    #[serde(untagged)]
    Alerts(AlertCommand),
    /// About activities.
    #[serde(untagged)]
    Activities(ActivityCommand),
    /// About storylines.
    #[serde(untagged)]
    Storylines(StorylineCommand),
    /// About settings of the tenant.
    #[serde(untagged)]
    Settings(SettingCommand),
    /// About who may sign in.
    #[serde(untagged)]
    Accounts(AccountCommand),
    /// About faults.
    #[serde(untagged)]
    Faults(FaultCommand),
    /// About scenarios.
    #[serde(untagged)]
    Scenarios(ScenarioCommand),
    /// About the connection of Copilot.
    #[serde(untagged)]
    Copilot(CopilotCommand),
    /// About the SIEM agents.
    #[serde(untagged)]
    Siem(SiemCommand),
    /// About the policies of the product.
    #[serde(untagged)]
    Policies(PolicyCommand),
    /// About the app connectors.
    #[serde(untagged)]
    Connectors(ConnectorCommand),
    /// About Cloud Discovery.
    #[serde(untagged)]
    Discovery(DiscoveryCommand),
    /// Governance actions.
    #[serde(untagged)]
    Governance(GovernanceCommand),
    /// About ranges of addresses.
    #[serde(untagged)]
    IpRanges(IpRangeCommand),
}

/// A change of alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AlertCommand {
    /// Close alerts. Closing a closed alert again overwrites how it was closed.
    CloseAlerts {
        /// Which, ascending, without repeats.
        alerts: Arc<[AlertNo]>,
        /// How; never `Open`.
        resolution: Resolution,
        /// The comment, if one was given.
        comment: Option<Arc<str>>,
        /// Who closes.
        by: By,
    },
    /// Open closed alerts again. Opening an open alert changes nothing.
    ReopenAlerts {
        /// Which, ascending, without repeats.
        alerts: Arc<[AlertNo]>,
        /// Who opens.
        by: By,
    },
    /// Mark an alert read or unread.
    MarkAlert {
        /// The alert.
        alert: AlertNo,
        /// Read, or unread.
        read: bool,
        /// Who marks.
        by: By,
    },
    /// Put an alert into the tenant.
    InjectAlert {
        /// The alert.
        alert: Arc<InjectedAlert>,
    },
}

/// A change of the activity log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ActivityCommand {
    /// Put an activity into the tenant.
    InjectActivity {
        /// The activity.
        activity: Arc<InjectedActivity>,
    },
}

/// A change of what the storylines do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StorylineCommand {
    /// Let a storyline happen.
    PlayStory {
        /// Name of the storyline.
        name: Arc<str>,
        /// The person whom it happens to, or who does it.
        user: PersonIx,
        /// When it begins; not before the command.
        begins: VirtualTime,
        /// How big it is.
        size: u32,
    },
}

/// A change of a setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SettingCommand {
    /// Say which time tokens carry.
    SetTokenStamps {
        /// Which.
        stamps: TokenStamps,
    },
    /// Say how records come in, from now on.
    SetIngestion(Arc<Ingestion>),
    /// Say what becomes of alerts after they were raised, from now on.
    SetAlerting(Alerting),
    /// Say what the company's own security team does with new alerts, from now on.
    SetSecurityTeam(Arc<SecurityTeam>),
    /// Say of which month the services are, from now on.
    SetServiceDate {
        /// Which.
        date: ServiceDate,
    },
}

/// A change of who may sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccountCommand {
    /// Let a user sign in, or not. A disabled user's activities stop and sign-ins fail.
    SetUserEnabled {
        /// The person.
        user: PersonIx,
        /// May sign in.
        enabled: bool,
    },
}

/// A change of the faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FaultCommand {
    /// Add a fault, behind those that are there.
    AddFault {
        /// Its name; no other that is there has it.
        name: Arc<str>,
        /// The fault.
        fault: Arc<Fault>,
    },
    /// End a fault.
    RemoveFault {
        /// Its name.
        name: Arc<str>,
    },
    /// End a fault that has acted as often as it shall. Given by the gateway.
    UseUpFault {
        /// Which.
        fault: FaultNo,
    },
    /// End all faults.
    RemoveFaults {},
}

/// A change of the scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ScenarioCommand {
    /// Start a scenario: its steps are given when it is time for them.
    StartScenario(StartedScenario),
    /// Stop a scenario: steps that lie ahead are left out, and its faults end.
    StopScenario {
        /// Which.
        run: RunNo,
    },
}

impl AlertCommand {
    /// The alerts that it changes.
    pub fn alerts(&self) -> &[AlertNo] {
        match self {
            Self::CloseAlerts { alerts, .. } | Self::ReopenAlerts { alerts, .. } => alerts,
            Self::MarkAlert { alert, .. } => std::slice::from_ref(alert),
            Self::InjectAlert { .. } => &[],
        }
    }
}

impl Command {
    /// The alerts that it changes.
    pub fn alerts(&self) -> &[AlertNo] {
        match self {
            Self::Alerts(command) => command.alerts(),
            Self::IfVersion { command, .. } => command.alerts(),
            _ => &[],
        }
    }
}

macro_rules! of_its_noun {
    ($($variant:ident($noun:ty)),+ $(,)?) => {$(
        impl From<$noun> for Command {
            fn from(command: $noun) -> Self {
                Self::$variant(command)
            }
        }
    )+};
}
of_its_noun! {
    Alerts(AlertCommand),
    Activities(ActivityCommand),
    Storylines(StorylineCommand),
    Settings(SettingCommand),
    Directory(IdentityCommand),
    Accounts(AccountCommand),
    Faults(FaultCommand),
    Scenarios(ScenarioCommand),
    Copilot(CopilotCommand),
    Siem(SiemCommand),
    Policies(PolicyCommand),
    Connectors(ConnectorCommand),
    Discovery(DiscoveryCommand),
    Governance(GovernanceCommand),
    IpRanges(IpRangeCommand),
}

/// The names under which commands stand in a line, for the error that names them.
const NAMES: &[&str] = &[
    "closeAlerts",
    "reopenAlerts",
    "markAlert",
    "injectAlert",
    "injectActivity",
    "playStory",
    "setTokenStamps",
    "setIngestion",
    "setAlerting",
    "setSecurityTeam",
    "setServiceDate",
    "directory",
    "setUserEnabled",
    "addFault",
    "removeFault",
    "useUpFault",
    "removeFaults",
    "startScenario",
    "stopScenario",
    "setCopilotToggle",
    "openCopilotDialog",
    "answerCopilotDialog",
    "setCopilotEnabled",
    "setCopilotCapacity",
    "setSubscriptions",
    "setCopilotNetwork",
    "setCopilotChannel",
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
    "connectApp",
    "disableConnector",
    "enableConnector",
    "removeConnector",
    "testConnector",
    "breakConnector",
    "repairConnector",
    "addDataSource",
    "removeDataSource",
    "receiveLog",
    "finishLog",
    "tagApp",
    "governUser",
    "governApp",
    "addIpRange",
    "changeIpRange",
    "removeIpRange",
    "ifVersion",
];

#[derive(Deserialize)]
struct Conditional {
    version: u32,
    command: Box<Command>,
}

/// An object with one member, whose name says which noun reads it.
impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByName;
        impl<'de> Visitor<'de> for ByName {
            type Value = Command;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a command: an object with one member, named by what is to be done")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Command, A::Error> {
                let Some(name) = map.next_key::<String>()? else {
                    return Err(A::Error::invalid_length(0, &self));
                };
                Ok(match name.as_str() {
                    "closeAlerts" | "reopenAlerts" | "markAlert" | "injectAlert" => {
                        AlertCommand::deserialize(named(name, map))?.into()
                    }
                    "injectActivity" => ActivityCommand::deserialize(named(name, map))?.into(),
                    "playStory" => StorylineCommand::deserialize(named(name, map))?.into(),
                    "setTokenStamps" | "setIngestion" | "setAlerting" | "setSecurityTeam"
                    | "setServiceDate" => SettingCommand::deserialize(named(name, map))?.into(),
                    "setUserEnabled" => AccountCommand::deserialize(named(name, map))?.into(),
                    "addFault" | "removeFault" | "useUpFault" | "removeFaults" => {
                        FaultCommand::deserialize(named(name, map))?.into()
                    }
                    "startScenario" | "stopScenario" => {
                        ScenarioCommand::deserialize(named(name, map))?.into()
                    }
                    "setCopilotToggle"
                    | "openCopilotDialog"
                    | "answerCopilotDialog"
                    | "setCopilotEnabled"
                    | "setCopilotCapacity"
                    | "setSubscriptions"
                    | "setCopilotNetwork"
                    | "setCopilotChannel"
                    | "setBrowser"
                    | "switchCopilotSource"
                    | "refreshCopilotSources"
                    | "expireCopilotSession"
                    | "setCopilotTimes" => CopilotCommand::deserialize(named(name, map))?.into(),
                    "addSiemAgent" | "setSiemAgentRunning" | "renewSiemAgentToken" | "removeSiemAgent" => {
                        SiemCommand::deserialize(named(name, map))?.into()
                    }
                    "setPolicyEnabled" => PolicyCommand::deserialize(named(name, map))?.into(),
                    "connectApp" | "disableConnector" | "enableConnector" | "removeConnector"
                    | "testConnector" | "breakConnector" | "repairConnector" => {
                        ConnectorCommand::deserialize(named(name, map))?.into()
                    }
                    "addDataSource" | "removeDataSource" | "receiveLog" | "finishLog" | "tagApp" => {
                        DiscoveryCommand::deserialize(named(name, map))?.into()
                    }
                    "governUser" | "governApp" => GovernanceCommand::deserialize(named(name, map))?.into(),
                    "addIpRange" | "changeIpRange" | "removeIpRange" => {
                        IpRangeCommand::deserialize(named(name, map))?.into()
                    }
                    "directory" => Command::Directory(map.next_value()?),
                    "ifVersion" => {
                        let Conditional { version, command } = map.next_value()?;
                        Command::IfVersion { version, command }
                    }
                    other => return Err(A::Error::unknown_variant(other, NAMES)),
                })
            }
        }
        deserializer.deserialize_map(ByName)
    }
}

/// A map whose first name was read already.
struct Named<A> {
    name: Option<String>,
    rest: A,
}

fn named<'de, A: MapAccess<'de>>(name: String, rest: A) -> MapAccessDeserializer<Named<A>> {
    MapAccessDeserializer::new(Named { name: Some(name), rest })
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Named<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.name.take() {
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// A user.
    Person(PersonIx),
    /// An application of the tenant's directory.
    Application(AppIx),
    /// The control API or the library: nobody inside the tenant.
    Operator,
}

impl By {
    /// How records name the operator.
    pub const OPERATOR: &'static str = "mock-defender operator";
}

/// An accepted command with its place in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// 1, 2, 3, …
    pub number: u64,
    /// The instant of the tenant's clock at which it was accepted.
    pub at: VirtualTime,
    /// What was accepted.
    pub command: Command,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as the first journals have them.
    #[test]
    fn every_command_is_read_and_written_under_its_own_name() {
        let lines = [
            r#"{"closeAlerts":{"alerts":[1,2],"resolution":"benign","comment":"x","by":{"person":3}}}"#,
            r#"{"reopenAlerts":{"alerts":[1],"by":{"application":0}}}"#,
            r#"{"markAlert":{"alert":1,"read":true,"by":"operator"}}"#,
            r#"{"playStory":{"name":"impossible-travel","user":4,"begins":"2026-01-01T00:00:00.000Z","size":3}}"#,
            r#"{"setTokenStamps":{"stamps":"wall"}}"#,
            r#"{"setAlerting":{"joinWithin":"PT12H"}}"#,
            r#"{"setSecurityTeam":{"reads":0.9,"closes":0.5,"within":"PT4H"}}"#,
            r#"{"setIngestion":{"lags":[{"app":"Box","from":"PT5M","to":"PT1H","share":0.25}],"grain":"PT1M"}}"#,
            r#"{"setServiceDate":{"date":"2025-05"}}"#,
            r#"{"addSiemAgent":{"name":"north","format":"genericCef","by":{"person":3}}}"#,
            r#"{"setSiemAgentRunning":{"agent":0,"running":true}}"#,
            r#"{"renewSiemAgentToken":{"agent":0,"by":"operator"}}"#,
            r#"{"removeSiemAgent":{"agent":0,"by":"operator"}}"#,
            r#"{"setPolicyEnabled":{"policy":0,"enabled":true,"by":"operator"}}"#,
            r#"{"connectApp":{"app":10489,"instance":"north","by":{"person":3}}}"#,
            r#"{"disableConnector":{"connector":0,"by":"operator"}}"#,
            r#"{"enableConnector":{"connector":0,"by":"operator"}}"#,
            r#"{"removeConnector":{"connector":0,"by":"operator"}}"#,
            r#"{"testConnector":{"connector":0,"by":"operator"}}"#,
            r#"{"breakConnector":{"connector":0,"error":4,"warning":false}}"#,
            r#"{"repairConnector":{"connector":0}}"#,
            r#"{"addDataSource":{"name":"edge","logType":155,"receiver":"syslogUdp","by":"operator"}}"#,
            r#"{"removeDataSource":{"source":1,"by":"operator"}}"#,
            r#"{"receiveLog":{"blob":"0f0e0d0c-1111-4222-8333-444455556666","source":"SQUID_NATIVE","log":{"verdict":"parsed","bytes":90,"lines":1,"transactions":1,"users":["kim"],"addresses":[],"traffic":[[11627,19884,1,0,1,0,0,700]]}}}"#,
            r#"{"finishLog":{"blob":"0f0e0d0c-1111-4222-8333-444455556666","stream":"edge","snapshot":false,"by":"operator"}}"#,
            r#"{"governUser":{"user":3,"action":"suspend","by":"operator"}}"#,
            r#"{"governApp":{"app":"0f0e0d0c-1111-4222-8333-444455556666","action":"ban","by":{"person":3}}}"#,
            r#"{"tagApp":{"app":11627,"tag":"unsanctioned","on":true,"by":"operator"}}"#,
            r#"{"addIpRange":{"range":{"name":"hq","category":1,"subnets":["192.0.2.0/24"],"tags":["hq"]},"by":"operator"}}"#,
            r#"{"changeIpRange":{"number":0,"range":{"name":"hq","category":4,"subnets":["::1"]},"by":{"person":3}}}"#,
            r#"{"removeIpRange":{"number":0,"by":"operator"}}"#,
            r#"{"setUserEnabled":{"user":1,"enabled":false}}"#,
            r#"{"addFault":{"name":"slow","fault":{"effect":{"latency":{"fixed":"PT1S"}}}}}"#,
            r#"{"removeFault":{"name":"slow"}}"#,
            r#"{"useUpFault":{"fault":7}}"#,
            r#"{"removeFaults":{}}"#,
            r#"{"startScenario":{"name":"s","steps":[{"at":"2026-01-01T00:00:00.000Z","command":{"removeFaults":{}}}]}}"#,
            r#"{"stopScenario":{"run":0}}"#,
            r#"{"directory":{"rotateKeys":{}}}"#,
            r#"{"ifVersion":{"version":2,"command":{"markAlert":{"alert":1,"read":true,"by":"operator"}}}}"#,
        ];
        for line in lines {
            let command: Command = serde_json::from_str(line).unwrap();
            let again: Command = serde_json::from_str(&serde_json::to_string(&command).unwrap()).unwrap();
            assert_eq!(again, command);
            assert!(NAMES.iter().any(|name| line.starts_with(&format!("{{\"{name}\":"))), "{line}");
            assert_eq!(serde_json::to_string(&command).unwrap().len(), line.len(), "{line}");
        }
    }

    #[test]
    fn an_unknown_command_is_refused_by_name() {
        let refused = serde_json::from_str::<Command>(r#"{"openPodBayDoors":{}}"#).unwrap_err().to_string();
        assert!(refused.contains("openPodBayDoors") && refused.contains("closeAlerts"), "{refused}");
        assert!(serde_json::from_str::<Command>("{}").is_err());
        assert!(serde_json::from_str::<Command>("7").is_err());
    }
}
