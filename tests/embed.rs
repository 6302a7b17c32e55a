//! The simulator inside a test process: many of them, dropped anywhere, asked in parallel, raced.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "embed/dropping.rs"]
mod dropping;
#[path = "embed/forks.rs"]
mod forks;
#[path = "embed/kit.rs"]
mod kit;
#[path = "embed/many.rs"]
mod many;
#[cfg(feature = "wiremock")]
#[path = "embed/mount.rs"]
mod mount;
#[path = "embed/races.rs"]
mod races;
