//! The SIEM agents of a tenant. How one stands follows from what was heard of it and the clock; nothing falls due.
//!
//! Must never know: HTTP, pages, wording.

use std::sync::Arc;

use crate::catalogue::kinds;
use crate::catalogue::service_dates::SIEM_AGENTS_ENDED;
use crate::model::command::By;
use crate::model::index::{ObjectNo, SiemAgentNo};
use crate::model::service_date::ServiceDate;
use crate::model::siem_agent::{Heard, SiemAgent, SiemCommand, SiemFormat};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, activities};

/// No tenant is given more agents, those included that were removed.
pub const MOST_SIEM_AGENTS: usize = 1_000;

/// The agents, in the order of being added. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct SiemAgents {
    /// Those that were removed included.
    made: imbl::Vector<Arc<SiemAgent>>,
    /// When somebody changed something about them last, and who.
    changed: Option<(VirtualTime, By)>,
}

/// Why a command about SIEM agents is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiemRefusal {
    /// The services are of a month in which none is added any more.
    #[error(
        "no SIEM agent can be added since {SIEM_AGENTS_ENDED}, and the services of this tenant are those of {date}: \
         `setServiceDate` takes it back"
    )]
    Ended {
        /// The month whose services the tenant meets.
        date: ServiceDate,
    },
    /// The name is taken.
    #[error("there is a SIEM agent named {name:?} already")]
    Exists {
        /// The name.
        name: Arc<str>,
    },
    /// There are too many.
    #[error("a tenant has at most {MOST_SIEM_AGENTS} SIEM agents, those included that were removed")]
    TooMany,
    /// There is no such agent (any more).
    #[error("there is no SIEM agent with number {0} in this tenant")]
    NoAgent(SiemAgentNo),
}

impl SiemAgents {
    /// The agents that there are, in the order of being added.
    pub fn all(&self) -> impl Iterator<Item = (SiemAgentNo, &SiemAgent)> {
        let made = self.made.iter().map(|agent| &**agent);
        SiemAgentNo::numbered(made).filter(|(_, agent)| !agent.removed)
    }

    /// The agent with this number, even if it was removed.
    pub fn ever(&self, number: SiemAgentNo) -> Option<&SiemAgent> {
        self.made.get(number.index()).map(|agent| &**agent)
    }

    /// When somebody added, changed or removed one last, and who.
    pub fn changed(&self) -> Option<&(VirtualTime, By)> {
        self.changed.as_ref()
    }

    fn add(
        &mut self,
        date: ServiceDate,
        at: VirtualTime,
        name: &Arc<str>,
        format: SiemFormat,
        by: &By,
    ) -> Result<SiemAgentNo, SiemRefusal> {
        if date >= SIEM_AGENTS_ENDED {
            return Err(SiemRefusal::Ended { date });
        }
        if self.all().any(|(_, agent)| agent.name == *name) {
            return Err(SiemRefusal::Exists { name: Arc::clone(name) });
        }
        if self.made.len() >= MOST_SIEM_AGENTS {
            return Err(SiemRefusal::TooMany);
        }
        let number = SiemAgentNo::at(self.made.len()).ok_or(SiemRefusal::TooMany)?;
        let name = Arc::clone(name);
        let (changed, heard) = ((at, by.clone()), Heard::Never);
        let agent = SiemAgent { name, format, created: at, changed, token_made: at, heard, removed: false };
        self.made.push_back(Arc::new(agent));
        Ok(number)
    }

    /// Changes an agent that is there.
    fn edit(&mut self, number: SiemAgentNo, edit: impl FnOnce(&mut SiemAgent)) -> Result<(), SiemRefusal> {
        let agent = self.made.get_mut(number.index()).filter(|agent| !agent.removed);
        edit(Arc::make_mut(agent.ok_or(SiemRefusal::NoAgent(number))?));
        Ok(())
    }
}

impl SiemAgent {
    /// Nothing more is heard of it.
    fn falls_silent(&mut self, at: VirtualTime) {
        if self.heard == Heard::Now {
            self.heard = Heard::Until(at);
        }
    }
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &SiemCommand,
) -> Result<Made, SiemRefusal> {
    let (at, date) = (moment.at, core.settings.service_date);
    let agents = &mut core.siem_agents;
    let (number, by, kind) = match command {
        SiemCommand::AddSiemAgent { name, format, by } => {
            (agents.add(date, at, name, *format, by)?, by, kinds::ADD_SIEM_AGENT)
        }
        SiemCommand::SetSiemAgentRunning { agent, running } => {
            agents.edit(*agent, |agent| match running {
                true => agent.heard = Heard::Now,
                false => agent.falls_silent(at),
            })?;
            return Ok(Made::Nothing);
        }
        SiemCommand::RenewSiemAgentToken { agent, by } => {
            agents.edit(*agent, |agent| {
                agent.falls_silent(at);
                (agent.token_made, agent.changed) = (at, (at, by.clone()));
            })?;
            (*agent, by, kinds::RENEW_SIEM_AGENT_TOKEN)
        }
        SiemCommand::RemoveSiemAgent { agent, by } => {
            agents.edit(*agent, |agent| {
                agent.falls_silent(at);
                (agent.removed, agent.changed) = (true, (at, by.clone()));
            })?;
            (*agent, by, kinds::REMOVE_SIEM_AGENT)
        }
    };
    agents.changed = Some((at, by.clone()));
    let actor = activities::actor_of(core, moment.world, by);
    activities::record_command(core, moment, actor, kind, ObjectNo::of_siem_agent(number));
    Ok(Made::Nothing)
}
