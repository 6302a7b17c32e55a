//! The fold: a tenant is a seed and a journal.
//!
//! Intents come from [`generate`](crate::generate), pass through the state and become records; commands are the only
//! writes. The laws of the timeline (see `ARCHITECTURE.md`) live in [`fold`] and [`state`]; [`life`] holds the
//! running tenant: one published snapshot for readers, one writer.
//!
//! Must never know: HTTP, wire formats, who is allowed to do what.

pub mod apply;
pub mod clock;
pub mod detectors;
pub mod directory;
pub mod fold;
pub mod journal;
pub mod keeper;
pub mod lens;
pub mod life;
pub mod log;
mod per_person;
pub mod planner;
pub mod stamp;
mod standing;
pub mod state;
pub mod truth;
pub mod wall;

use std::sync::Arc;

use crate::model::time::VirtualTime;

pub use apply::{Outcome, Refusal};
pub use clock::{Clock, ClockError, Mode};
pub use directory::Directory;
pub use lens::Lens;
pub use life::{SnapshotError, Tenant};
pub use stamp::Stamp;
pub use state::State;
pub use wall::Wall;

/// The tenant's state at one instant.
#[derive(Clone)]
pub struct Reading {
    /// The snapshot.
    pub state: Arc<State>,
    /// The instant.
    pub now: VirtualTime,
}
