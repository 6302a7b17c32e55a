//! The simulator inside a test process: many of them, dropped anywhere, asked in parallel, raced.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod broken_connections;
mod dropping;
mod forks;
#[path = "../kit/embedded.rs"]
mod kit;
mod many;
#[cfg(feature = "wiremock")]
mod mount;
mod races;
