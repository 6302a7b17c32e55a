//! The nouns of a tenant, a folder each: what they hold, how their commands are decided, what falls due, and what they
//! learn from the log.
//!
//! A noun has plain functions: `decide` (a command), `run` (something that is due) and, where it watches the log,
//! `see` (one more row). Here they are put together: a noun has one line in each of the enums and functions below.

pub mod activities;
pub mod alerts;
pub mod behaviors;
pub(super) mod company;
pub mod connectors;
pub mod copilot;
pub mod directory;
pub mod discovery;
pub mod faults;
pub mod governance;
pub mod ip_ranges;
pub mod policies;
pub mod scenarios;
pub mod settings;
pub mod siem_agents;
pub mod storylines;

use crate::generate::World;
use crate::model::activity::Event;
use crate::model::command::Command;
use crate::model::command::size::TooBig;
use crate::model::index::{AlertNo, FaultNo, IpRangeNo, RowNo, RunNo, StoryNo, StreamNo};
use crate::model::time::VirtualTime;

use super::journal::store::NotWritten;
use super::timeline::fold::Core;

pub use activities::ActivityRefusal;
pub use alerts::AlertRefusal;
pub use connectors::ConnectorRefusal;
pub use copilot::CopilotRefusal;
pub use directory::DirectoryRefusal;
pub use discovery::DiscoveryRefusal;
pub use faults::FaultRefusal;
pub use governance::GovernanceRefusal;
pub use ip_ranges::IpRangeRefusal;
pub use policies::PolicyRefusal;
pub use scenarios::ScenarioRefusal;
pub use settings::SettingRefusal;
pub use siem_agents::SiemRefusal;
pub use storylines::StorylineRefusal;

/// The instant at which something is decided or falls due, in which world.
#[derive(Clone, Copy)]
pub(super) struct Moment<'w> {
    pub(super) world: &'w World,
    pub(super) at: VirtualTime,
}

/// Something that is due at an instant.
#[derive(Clone, Debug)]
pub(super) enum Due {
    Activities(activities::Due),
    Alerts(alerts::Due),
    Scenarios(scenarios::Due),
    Copilot(copilot::Due),
    Governance(governance::Due),
    Connectors(connectors::Due),
}

impl Due {
    /// It changes what readers can't tell the instant of: accounts, settings, how alerts are handled. Rows and alerts
    /// that it stores carry theirs, so that they can be there before their time.
    pub(super) fn changes_the_undated(&self) -> bool {
        match self {
            Self::Activities(_) | Self::Alerts(_) | Self::Connectors(_) => false,
            Self::Scenarios(_) | Self::Copilot(_) | Self::Governance(_) => true,
        }
    }
}

/// What a command made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Nothing new.
    Nothing,
    /// An activity.
    Activity(RowNo),
    /// An alert.
    Alert(AlertNo),
    /// A storyline.
    Story(StoryNo),
    /// A fault.
    Fault(FaultNo),
    /// A started scenario.
    Run(RunNo),
    /// A stream of Cloud Discovery, or what was added to one.
    Stream(StreamNo),
    /// A range of addresses.
    IpRange(IpRangeNo),
}

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandRefusal {
    /// By the alerts.
    #[error("{0}")]
    Alert(#[from] AlertRefusal),
    /// By the activity log.
    #[error("{0}")]
    Activity(#[from] ActivityRefusal),
    /// By the storylines.
    #[error("{0}")]
    Storyline(#[from] StorylineRefusal),
    /// By the directory.
    #[error("{0}")]
    Directory(#[from] DirectoryRefusal),
    /// By the faults.
    #[error("{0}")]
    Fault(#[from] FaultRefusal),
    /// By the settings.
    #[error("{0}")]
    Setting(#[from] SettingRefusal),
    /// By the scenarios.
    #[error("{0}")]
    Scenario(#[from] ScenarioRefusal),
    /// By the connection of Copilot.
    #[error("{0}")]
    Copilot(#[from] CopilotRefusal),
    /// By the SIEM agents.
    #[error("{0}")]
    Siem(#[from] SiemRefusal),
    /// By the policies.
    #[error("{0}")]
    Policy(#[from] PolicyRefusal),
    /// By the app connectors.
    #[error("{0}")]
    Connector(#[from] ConnectorRefusal),
    /// By Cloud Discovery.
    #[error("{0}")]
    Discovery(#[from] DiscoveryRefusal),
    /// By governance actions.
    #[error("{0}")]
    Governance(#[from] GovernanceRefusal),
    /// By the ranges of addresses.
    #[error("{0}")]
    IpRange(#[from] IpRangeRefusal),
    /// It is too big to be kept.
    #[error("{0}")]
    Size(#[from] TooBig),
    /// The journal can't take it.
    #[error("{0}")]
    Journal(#[from] NotWritten),
}

/// Decides a command: `core` has lived up to the instant of `moment` and not beyond.
pub(super) fn decide(core: &mut Core, moment: Moment<'_>, command: &Command) -> Result<Made, CommandRefusal> {
    decide_for(core, moment, None, command)
}

/// Decides a command that a scenario gives, if one does.
fn decide_for(
    core: &mut Core,
    moment: Moment<'_>,
    run: Option<RunNo>,
    command: &Command,
) -> Result<Made, CommandRefusal> {
    let made = match command {
        Command::Alerts(command) => alerts::decide(core, moment, command)?,
        Command::Activities(command) => activities::decide(core, moment, command)?,
        Command::Storylines(command) => storylines::decide(core, moment, command)?,
        Command::Settings(command) => settings::decide(core, command)?,
        Command::Directory(command) => directory::decide(core, moment, command)?,
        Command::Accounts(command) => directory::decide_account(core, moment, command)?,
        Command::Faults(command) => faults::decide(core, moment, run, command)?,
        Command::Scenarios(command) => scenarios::decide(core, moment, command)?,
        Command::Copilot(command) => copilot::decide(core, moment, command)?,
        Command::Siem(command) => siem_agents::decide(core, moment, command)?,
        Command::Policies(command) => policies::decide(core, moment, command)?,
        Command::Connectors(command) => connectors::decide(core, moment, command)?,
        Command::Discovery(command) => discovery::decide(core, moment, command)?,
        Command::Governance(command) => governance::decide(core, moment, command)?,
        Command::IpRanges(command) => ip_ranges::decide(core, moment, command)?,
        Command::IfVersion { version, command } => {
            alerts::must_be_of_version(core, moment, command.alerts(), *version)?;
            return decide_for(core, moment, run, command);
        }
    };
    copilot::observe(core, moment);
    Ok(made)
}

/// Runs what is due at the instant of `moment`.
pub(super) fn run(core: &mut Core, moment: Moment<'_>, due: Due) {
    match due {
        Due::Activities(due) => activities::run(core, moment, due),
        Due::Alerts(due) => alerts::run(core, moment, due),
        Due::Scenarios(due) => scenarios::run(core, moment, &due),
        Due::Copilot(due) => copilot::run(core, moment, due),
        Due::Governance(due) => governance::run(core, moment, &due),
        Due::Connectors(due) => connectors::run(core, moment, due),
    }
}

/// Shows a new row of the log to the nouns that watch it.
pub(super) fn see(core: &mut Core, world: &World, row: RowNo, event: &Event) {
    storylines::truth::see(core, row, event);
    alerts::see(core, world, row, event);
}
