//! Commands about SIEM agents, which are named by name or id.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts::{self, ids};
use crate::model::field_error::FieldError;
use crate::model::index::SiemAgentNo;
use crate::model::json::json;
use crate::model::siem_agent::{SiemCommand, SiemFormat};
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{needing, object, text};
use super::{named, not_about, short, someone};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<SiemCommand, FieldError> {
    Ok(match written {
        CommandDto::AddSiemAgent { name, format, by } => SiemCommand::AddSiemAgent {
            name: Arc::from(short("name", name)?),
            format: *format,
            by: someone(view, by.as_deref())?,
        },
        CommandDto::SetSiemAgentRunning { agent: name, running } => {
            SiemCommand::SetSiemAgentRunning { agent: agent(view, name)?, running: *running }
        }
        CommandDto::RenewSiemAgentToken { agent: name, by } => {
            SiemCommand::RenewSiemAgentToken { agent: agent(view, name)?, by: someone(view, by.as_deref())? }
        }
        CommandDto::RemoveSiemAgent { agent: name, by } => {
            SiemCommand::RemoveSiemAgent { agent: agent(view, name)?, by: someone(view, by.as_deref())? }
        }
        _ => return Err(not_about("SIEM agents")),
    })
}

/// The agent with this name or id.
fn agent(view: &TenantView, name: &str) -> Result<SiemAgentNo, FieldError> {
    let agents = facts::siem_agents(view);
    let by_name = agents.all().find(|(_, agent)| &*agent.name == name);
    let found = by_name
        .or_else(|| agents.all().find(|(number, _)| ids::siem_agent(view, *number).to_string() == name));
    found.map(|(number, _)| number).ok_or_else(|| {
        let names: Vec<&str> = agents.all().map(|(_, agent)| &*agent.name).take(20).collect();
        let expected = match names.is_empty() {
            true => "a SIEM agent of this tenant, which has none (addSiemAgent adds one)".to_owned(),
            false => format!("a SIEM agent of this tenant by name or id: {}", names.join(", ")),
        };
        FieldError::text("agent", &expected, name)
    })
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &SiemCommand) -> CommandDto {
    // Of one that was removed, the name may be another's.
    let id = |agent: &SiemAgentNo| ids::siem_agent(view, *agent).to_string();
    match command {
        SiemCommand::AddSiemAgent { name, format, by } => {
            CommandDto::AddSiemAgent { name: name.to_string(), format: *format, by: named(view, by) }
        }
        SiemCommand::SetSiemAgentRunning { agent, running } => {
            CommandDto::SetSiemAgentRunning { agent: id(agent), running: *running }
        }
        SiemCommand::RenewSiemAgentToken { agent, by } => {
            CommandDto::RenewSiemAgentToken { agent: id(agent), by: named(view, by) }
        }
        SiemCommand::RemoveSiemAgent { agent, by } => {
            CommandDto::RemoveSiemAgent { agent: id(agent), by: named(view, by) }
        }
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let format = json!({"enum": SiemFormat::ALL.map(SiemFormat::name)});
    let add = object(json!({"name": text(), "format": format, "by": text()}));
    let running = object(json!({"agent": text(), "running": {"type": "boolean"}}));
    let one = || needing(object(json!({"agent": text(), "by": text()})), &["agent"]);
    vec![
        ("addSiemAgent", needing(add, &["name", "format"])),
        ("setSiemAgentRunning", needing(running, &["agent", "running"])),
        ("renewSiemAgentToken", one()),
        ("removeSiemAgent", one()),
    ]
}
