//! Below the sockets: who is asked, by whom, for which tenant, and may they; what was answered and why.
//!
//! `Gateway::call` is synchronous and knows no network: the server, tests and the library all go through it. It knows
//! no service either: the services hand it their routes and faces as data.

mod admission;
mod authentication;
mod authorities;
pub mod authority;
pub mod blocks;
pub mod call;
pub mod caller;
pub mod context;
mod date;
pub mod devices;
mod disturbance;
pub mod exchange;
pub mod explain;
pub mod form;
mod front;
pub mod handshakes;
pub mod har;
pub mod hosts;
pub mod least_privilege;
pub mod log;
pub mod matcher;
pub mod metrics;
pub mod nearest;
pub mod plan;
pub mod profile;
mod reasons;
pub mod redact;
pub mod refusal;
pub mod registry;
pub mod route;
pub mod router;
pub mod server_faults;
pub mod service;
pub mod stray;
pub mod tenant_resolution;
pub mod throttle;
pub mod verify;

pub use crate::gateway::authority::Authority;
pub use crate::gateway::call::Gateway;
pub use crate::gateway::caller::Caller;
pub use crate::gateway::context::{Ctx, Inbound};
pub use crate::gateway::exchange::{
    Answer, Arrival, BodyLimit, BodyState, Delivery, Feed, Pieces, Presence, RequestHandler,
};
pub use crate::gateway::handshakes::EndedHandshake;
pub use crate::gateway::plan::Planned;
pub use crate::gateway::profile::{GatewayRefusal, ServiceProfile};
pub use crate::gateway::refusal::{Catalogue, Refused, Row, ServiceRefusal};
pub use crate::gateway::route::{Fidelity, Permissions, Route, Routes};
pub use crate::gateway::server_faults::DisturbedHandshake;
pub use crate::gateway::service::Service;
pub use crate::gateway::stray::Stray;
