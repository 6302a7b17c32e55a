//! The fold over time: the clock, the planner of intents, the log, and the state at an instant.

pub mod clock;
pub mod digest;
pub mod fold;
pub mod log;
pub mod planner;
pub mod state;
