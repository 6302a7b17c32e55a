//! The control API: what tests and people ask of the simulator itself.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod concurrent_forks;
mod console;
mod control;
#[path = "../kit/embedded.rs"]
#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod embedded;
mod faults;
#[path = "../fuzz/mod.rs"]
mod fuzz;
#[path = "../kit/mod.rs"]
mod kit;
mod metrics_and_openapi;
mod mistakes;
#[path = "../kit/oauth.rs"]
mod oauth;
mod portals;
mod requests;
mod server_faults;
mod started_scenarios;
