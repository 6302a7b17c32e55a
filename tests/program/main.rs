//! The built program, and the server in it: arguments, files, sockets, signals.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[cfg(unix)]
mod binary;
#[cfg(unix)]
mod cli;
mod export;
#[cfg(unix)]
mod first_use;
#[cfg(unix)]
mod gauntlet;
mod journal;
#[cfg(unix)]
mod kept;
#[path = "../kit/mod.rs"]
mod kit;
#[cfg(unix)]
mod scenarios_by_command;
mod server;
#[cfg(unix)]
mod steer;
