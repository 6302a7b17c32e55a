//! mock-defender behaves, on one port and without a network, like the Microsoft cloud that an integration for
//! Microsoft Defender for Cloud Apps sees: Entra ID tokens, the Cloud Apps API, and a control API for tests.
//!
//! In a test, [`MockDefender`] starts it within the process:
//!
//! ```
//! use mock_defender::MockDefender;
//!
//! let mock = MockDefender::builder().start()?;
//! mock.play("impossible-travel")?;
//! mock.advance(std::time::Duration::from_secs(24 * 3_600))?;
//! assert!(!mock.truth().last().expect("it was played").alerts.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The one idea: **a tenant is a seed and a journal.** What people and apps would do (*intents*) is a pure
//! function of the specification; what happened (*records*) is intents passed through the tenant's state, which
//! only commands change. See `ARCHITECTURE.md` for the laws.
//!
//! The rooms, from the bottom up; calls go downwards only:
//!
//! | room | what lives there |
//! |---|---|
//! | [`model`] | the nouns as plain data: ids, times, records, commands |
//! | `table` | schema, types, columns in batches: the `Table` that a query reads |
//! | `query` | expressions, plan and execution; one front end per query language |
//! | [`generate`] | seed to intents: people, addresses, daily rhythm, storylines, catalogues |
//! | `tenant` | the fold: clock, timeline, detectors, commands, snapshots, forks |
//! | [`specification`] | specifications as people write them: settings, reading, messages, schema |
//! | `facts` | what a tenant holds, resolved: one record per noun, derived once for every surface |
//! | `views` | the tenant's data under the names that surfaces use |
//! | `wire` | the records of surfaces as bytes |
//! | `identity` | keys, tokens, grants, permissions: rules without HTTP |
//! | `gateway` | below the sockets: routes, callers, refusals, throttle, request log |
//! | `services` | one folder per emulated origin: routes, handlers, refusals |
//! | `server` | sockets, TLS, the certificate authority, the proxy |
//! | [`embed`] | the simulator as a value: what this crate shows at its root |
//!
//! Independent of, and not endorsed by, Microsoft.

pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod embed;
pub mod facts;
pub mod gateway;
pub mod generate;
pub mod identity;
pub mod model;
pub mod operations;
pub mod query;
pub mod server;
pub mod services;
pub mod specification;
pub mod table;
pub mod tenant;
pub mod views;
pub mod wire;

#[cfg(feature = "wiremock")]
pub use embed::Mount;
pub use embed::{
    Accepted, Attacker, Builder, CommandError, DEFAULT_START, Injected, ListenError, MockDefender, Play,
    Played, StartError, Storyline, Victim,
};

pub use crate::gateway::log::Entry as LoggedRequest;
pub use crate::gateway::registry::RegistryError;
pub use model::ids::{Guid, Hex24};
pub use model::person::Persona;
pub use model::spec::Size;
pub use model::time::{Span, VirtualTime};
pub use operations::info::{AppInfo, TenantInfo, UserInfo};
pub use tenant::journal::TenantFile;
pub use tenant::{ClockError, SnapshotError, Wall};

/// Holds the Rust code of the README to what it says, in `cargo test`; no part of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
