//! Seed to intents: the company, its people and addresses, and what they would do on each day.
//!
//! Everything here is a pure function of the specification. Nothing here knows the tenant's state, its clock or
//! any command; whether an intent comes true is decided in `tenant`.

pub mod stream;

pub use stream::Stream;
pub mod world;

pub use world::World;
