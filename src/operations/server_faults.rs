//! Disturbing the connections to the server: which faults it has, adding them, removing them. None outlives the server.

use crate::gateway::Gateway;
use crate::gateway::server_faults::MOST;
use crate::model::fault::{ServerEffect, ServerFault};
use crate::model::field_error::FieldError;

use super::OperationError;

pub use crate::gateway::server_faults::ServerFaultState;

/// The faults of the server, in the order in which they are tried; those that have acted as often as they should included.
pub fn list(gateway: &Gateway) -> Vec<ServerFaultState> {
    gateway.server_faults.list()
}

/// Adds a fault. Those of TLS and of tunnels spare the simulator's own names, and so may not name one; those of requests
/// spare the control API.
///
/// # Errors
/// When it can't be played, names an own name, or there are too many.
pub fn add(gateway: &Gateway, fault: ServerFault) -> Result<ServerFaultState, OperationError> {
    fault.check()?;
    let spares_own = !matches!(fault.effect, ServerEffect::Host(_));
    if let Some(pattern) = fault.host.as_deref().filter(|_| spares_own)
        && let Some(own) = gateway.own_name_in(pattern)
    {
        let expected = format!(
            "genuine names only, such as *.microsoftonline.com (or no host, which means all of them), since at {own} the \
             control API must stay reachable"
        );
        return Err(FieldError::text("host", &expected, pattern).into());
    }
    gateway.server_faults.add(fault).ok_or_else(|| OperationError::Conflict {
        problem: format!("the server has {MOST} faults already: remove one first"),
    })
}

/// Removes a fault; `false` if there is none of this id.
pub fn remove(gateway: &Gateway, id: &str) -> bool {
    gateway.server_faults.remove(id)
}

/// Removes all of them.
pub fn clear(gateway: &Gateway) {
    gateway.server_faults.clear();
}
