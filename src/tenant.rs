//! The fold: a tenant is a seed and a journal.
//!
//! Intents come from [`generate`](crate::generate), pass through the state and become records; commands are the only
//! writes. The laws of the timeline (see `ARCHITECTURE.md`) live in [`timeline`]; [`running`] holds the
//! running tenant: one published snapshot for readers, one writer.
//!
//! Must never know: HTTP, wire formats, who is allowed to do what.

pub mod apply;
pub mod codebook;
pub mod identity;
pub mod journal;
pub mod nouns;
mod per_person;
pub mod running;
pub mod timeline;
pub mod wall;

use std::sync::Arc;

use crate::model::time::VirtualTime;

pub use crate::tenant::codebook::Codebook;
pub use crate::tenant::identity::TenantIdentity;
pub use crate::tenant::journal::store::NotWritten;
pub use crate::tenant::nouns::directory::Directory;
pub use crate::tenant::running::{
    Aim, MOST_FORKS, MOST_SNAPSHOTS, MOST_STEPS, SnapshotError, Tenant, is_snapshot_name,
};
pub use crate::tenant::timeline::clock::{
    Clock, ClockError, ClockStop, FASTEST_RATE, LONGEST_ADVANCE, Mode, Runs,
};
pub use crate::tenant::timeline::state::State;
pub use apply::Outcome;
pub use nouns::{CommandRefusal, Made};
pub use wall::Wall;

/// The tenant's state at one instant.
#[derive(Clone)]
pub struct TenantView {
    /// The snapshot.
    pub state: Arc<State>,
    /// The instant.
    pub now: VirtualTime,
}
