//! The Microsoft cloud as an integration for Microsoft Defender for Cloud Apps sees it, inside a Rust test and without
//! a network: Entra ID with sign-in and consent, the Cloud Apps API, and a company behind them whose people work and
//! are attacked.
//!
//! ```
//! use std::time::Duration;
//! use mock_defender::MockDefender;
//!
//! let mock = MockDefender::builder().seed(7).start()?;
//!
//! // For the client under test: a base URL or a proxy, a certificate, and what it signs in with.
//! let tenant = mock.tenant();
//! let app = tenant.app("full").expect("every tenant has it");
//! println!("{} {} {} {} {}", mock.url(), mock.ca_pem(), tenant.id, app.client_id, app.secret);
//!
//! // An attack, a day later: the truth names the alerts that the client should have found.
//! mock.play("impossible-travel")?;
//! mock.advance(Duration::from_secs(24 * 3_600))?;
//! assert!(!mock.truth().last().expect("it was played").alerts.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Clients
//!
//! Unmodified clients reach it in one of three ways:
//!
//! * by **base URL**: [`MockDefender::url`], or [`MockDefender::http_url`] in clear;
//! * by **proxy**, asking the genuine hosts: [`MockDefender::proxy_url`]; both trust [`MockDefender::ca_pem`];
//! * **without a socket**: [`MockDefender::ask`] answers an [`http::Request`] in the process.
//!
//! [`MockDefender::requests`] shows what they sent, and what was held against each request.
//!
//! # Time
//!
//! A tenant has its own clock. It stands still until [`MockDefender::advance`] moves it, so that the same seed and the
//! same steps give the same bytes, today and in a year; [`Builder::follow`] lets it run. While it moves, people go on
//! working, tokens expire and alerts are raised.
//!
//! # Many tests, one company
//!
//! An instance costs a fraction of a millisecond and no thread, and stops when it is dropped. A
//! [`fork`](MockDefender::fork) costs microseconds: the same company once more, with its own tenant id and tokens.
//! [`snapshot`](MockDefender::snapshot) and [`restore`](MockDefender::restore) go back within one;
//! [`export`](MockDefender::export) and [`Builder::tenant_file`] carry one into another process.
//!
//! # What goes wrong in a real tenant
//!
//! A disabled user, a consent that was taken back, a second factor, an error of the token endpoint: these are
//! [commands](MockDefender::command). Records of your own are [put in](MockDefender::inject), and a company of your
//! own is [written down](Builder::specification).
//!
//! # Features
//!
//! * `cli` (default): the program `mock-defender` and what only it needs. A test needs none of it, so say
//!   `default-features = false`.
//! * `wiremock`: mounts the simulator into a `wiremock::MockServer`, beside the mocks of other services.
//!
//! Independent of, and not endorsed by, Microsoft.

// Rooms, for the program, its tests and its benchmarks; how they lie is in ARCHITECTURE.md. None of them is part of
// what this crate promises, so they are hidden, but not from clippy: items of hidden modules may go without
// documentation, and a room's may not.
#[cfg_attr(not(clippy), doc(hidden))]
pub mod catalogue;
#[cfg(feature = "cli")]
#[cfg_attr(not(clippy), doc(hidden))]
pub mod cli;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod commands;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod discovery_logs;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod embed;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod facts;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod faults;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod gateway;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod gauntlet;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod generate;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod identity;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod model;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod operations;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod portal;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod query;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod scenario;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod server;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod services;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod specification;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod table;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod tenant;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod views;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod wire;
#[cfg_attr(not(clippy), doc(hidden))]
pub mod yaml;

#[cfg(feature = "wiremock")]
pub use embed::Mount;
pub use embed::{
    Accepted, AttackStep, Attacker, Behavior, Builder, Chaos, CommandError, ConnectionState, DEFAULT_START,
    Delivered, DialogState, Ended, EndedBy, Entities, EventState, ExpectedAlert, FaultState, GivenState,
    Injected, Label, ListenError, MockDefender, Play, Played, RaisedAlert, ScenarioRun, ScenarioStep,
    StartError, StepOutcome, StoryApplication, StoryQuestion, Storyline, Verdict, Victim,
};

// What embedding takes and hands out.
pub use gateway::log::Entry as LoggedRequest;
pub use gateway::redact::{Body as LoggedBody, Headers as LoggedHeaders};
pub use gateway::refusal::Row as RefusalRow;
pub use gateway::registry::RegistryError;
pub use gateway::service::Service;
pub use gateway::tenant_resolution::By as TenantFoundBy;
pub use model::ids::{Guid, Hex24};
pub use model::person::Persona;
pub use model::spec::Size;
pub use model::stamps::TokenStamps;
pub use model::time::{Span, VirtualTime};
pub use operations::info::{AppInfo, TenantInfo, UserInfo};
pub use operations::server_faults::ServerFaultState;
pub use server::AuthorityError;
pub use specification::{
    BadField as SpecificationError, Problem as SpecificationProblem, Problems as SpecificationProblems,
};
pub use tenant::journal::{FileError, TenantFile};
pub use tenant::{ClockError, SnapshotError, Wall};

/// Holds the Rust code of the README to what it says, in `cargo test`; no part of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
