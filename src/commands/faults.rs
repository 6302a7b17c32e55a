//! Commands about faults.

pub mod schema;

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts;
use crate::model::command::FaultCommand;
use crate::model::fault::Fault;
use crate::model::field_error::FieldError;
use crate::model::json::json;
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{needing, object, text};
use super::{not_about, someone_by_id};

/// Who uses an API token, as [`RequestMatch::client`](crate::model::fault::RequestMatch) has it.
pub const API_TOKEN: &str = "apiToken";

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<FaultCommand, FieldError> {
    Ok(match written {
        CommandDto::AddFault { name, fault } => {
            let fault = resolved(view, fault)?;
            let name = name.as_deref().map_or_else(|| facts::fault::next_name(view), str::to_owned);
            FaultCommand::AddFault { name: name.into(), fault: Arc::new(fault) }
        }
        CommandDto::RemoveFault { name } => FaultCommand::RemoveFault { name: name.as_str().into() },
        CommandDto::RemoveFaults {} => FaultCommand::RemoveFaults {},
        _ => return Err(not_about("faults")),
    })
}

/// The fault with its client by id, if it can be played.
fn resolved(view: &TenantView, written: &Fault) -> Result<Fault, FieldError> {
    written.check()?;
    let mut fault = written.clone();
    if let Some(client) = fault.matches.client.as_deref().filter(|client| *client != API_TOKEN) {
        fault.matches.client = Some(someone_by_id(view, "match.client", client)?.into());
    }
    Ok(fault)
}

/// A command of the journal as it is written.
pub(super) fn to_dto(
    command: &FaultCommand,
    name_of: impl Fn(crate::model::index::FaultNo) -> String,
) -> CommandDto {
    match command {
        FaultCommand::AddFault { name, fault } => {
            CommandDto::AddFault { name: Some(name.to_string()), fault: Box::new(Fault::clone(fault)) }
        }
        FaultCommand::RemoveFault { name } => CommandDto::RemoveFault { name: name.to_string() },
        FaultCommand::UseUpFault { fault } => CommandDto::RemoveFault { name: name_of(*fault) },
        FaultCommand::RemoveFaults {} => CommandDto::RemoveFaults {},
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let add = object(json!({"name": text(), "fault": schema::schema()}));
    vec![
        ("addFault", needing(add, &["fault"])),
        ("removeFault", needing(object(json!({"name": text()})), &["name"])),
        ("removeFaults", object(json!({}))),
    ]
}
