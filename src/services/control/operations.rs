//! The handlers that are also operations of the library: see [`Gateway::operate`](crate::gateway::Gateway::operate).

pub use super::commands::give;
pub use super::inject::inject;
pub use super::play::play;
pub use super::truth::get as truth;
