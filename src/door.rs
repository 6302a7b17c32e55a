//! Below the sockets: who is asked, by whom, for which tenant, and may they; what was answered and why.
//!
//! `Door::call` is synchronous and knows no network: the server, tests and the library all go through it. It knows
//! no service either: the services hand it their routes and faces as data.

mod admission;
pub mod authority;
pub mod call;
pub mod caller;
pub mod context;
pub mod devices;
pub mod exchange;
pub mod explain;
pub mod face;
pub mod form;
pub mod har;
pub mod least;
pub mod log;
pub mod matcher;
pub mod meter;
pub mod nearest;
pub mod operate;
pub mod redact;
pub mod refusal;
pub mod registry;
pub mod resolve;
pub mod route;
pub mod router;
pub mod service;
pub mod throttle;
pub mod verify;

pub use authority::Authority;
pub use call::Door;
pub use caller::Caller;
pub use context::Ctx;
pub use exchange::{Answer, Arrival, BodyLimit, BodyState, Front, Presence};
pub use face::{DoorRefusal, Face};
pub use refusal::{Refusal, Refused, Row};
pub use route::{Fidelity, Permissions, Route};
pub use service::Service;
