//! The handlers that are also operations of the library: see [`Door::operate`](crate::door::Door::operate).

pub use super::commands::give;
pub use super::inject::inject;
pub use super::play::play;
pub use super::truth::get as truth;
