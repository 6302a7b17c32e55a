//! The server as a client sees it: raw bytes over TCP, TLS that trusts the authority's certificate, real tools
//! where the machine has them.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "server/authority.rs"]
mod authority;
#[path = "server/bounds.rs"]
mod bounds;
#[path = "server/kit.rs"]
mod kit;
#[path = "server/protocols.rs"]
mod protocols;
#[path = "server/proxy.rs"]
mod proxy;
#[path = "server/stopping.rs"]
mod stopping;
#[path = "server/tools.rs"]
mod tools;
