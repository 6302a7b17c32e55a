//! Below the sockets: who is asked, by whom, for which tenant, and may they; what was answered and why.
//!
//! `Door::call` is synchronous and knows no network: the server, tests and the library all go through it.

pub mod exchange;

pub use exchange::{Answer, Arrival, BodyLimit, BodyState, Front};
