//! The server as a client sees it: raw bytes over TCP, TLS that trusts the authority's certificate, real tools
//! where the machine has them.

mod authority;
mod bounds;
mod deliveries;
mod kit;
mod protocols;
mod proxy;
mod stopping;
mod tools;
mod untrusted_authority;
