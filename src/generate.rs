//! Seed to intents: the company, its people and addresses, and what they would do on each day.
//!
//! Everything here is a pure function of the specification. Nothing here knows the tenant's state, its clock or
//! any command; whether an intent comes true is decided in `tenant`.
//!
//! [`World::new`] makes what never changes after birth; [`cell`] makes the intents of one actor on one local
//! day, in any order and as often as asked. [`Stream`] is the only source of chance.

mod addresses;
mod administration;
mod agents;
mod app_objects;
pub mod apps;
pub mod branches;
mod calendar;
mod catalogues;
mod cell;
pub mod company;
mod desk;
pub mod directory;
pub mod figures;
mod files;
pub mod kinds;
mod machines;
mod mails;
mod names;
mod noise;
mod people;
pub mod policies;
pub mod principals;
pub mod registrations;
mod rhythm;
pub mod rules;
mod session;
pub mod sites;
mod slips;
pub mod stories;
pub mod stream;
mod teams;
mod themes;
pub mod things;
mod turnover;
pub mod world;

/// Number of the generator: bumped whenever the golden digest changes, that is, whenever an old seed and journal
/// would tell another story.
pub const GENERATOR: u32 = 1;

#[cfg(test)]
mod tests;

pub use cell::{MAX_LAG, cell};
pub use stream::Stream;
pub use world::World;
