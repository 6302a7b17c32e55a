//! Seed to intents: the company, its people and addresses, and what they would do on each day.
//!
//! Everything here is a pure function of the specification. Nothing here knows the tenant's state, its clock or
//! any command; whether an intent comes true is decided in `tenant`.
//!
//! [`World::new`] makes what never changes after birth; [`cell`] makes the intents of one actor on one local
//! day, in any order and as often as asked; [`post`] says of everybody's intents of one local day which letters they are
//! about, and who opens what they share. [`Stream`] is the only source of chance.
//!
//! | folder | what lives there |
//! |---|---|
//! | [`world`] | the company as data that every code in an event refers to |
//! | [`birth`] | who works there, which applications it has, who comes and goes |
//! | [`objects`] | what is worked on (files, mails, teams, records of apps): pure functions of an object number |
//! | [`days`] | what everybody does on a day |
//! | [`stories`] | attacks and misdeeds, with their truth |

pub mod birth;
mod chacha;
pub mod days;
pub mod objects;
pub mod stories;
pub mod stream;
pub mod world;

/// Number of the generator: bumped whenever the golden digest changes, that is, whenever an old seed and journal
/// would tell another story.
pub const GENERATOR: u32 = 5;

#[cfg(test)]
mod tests;

pub use days::cell::{MAX_LAG, cell};
pub use days::post;
pub use stream::Stream;
pub use world::World;
