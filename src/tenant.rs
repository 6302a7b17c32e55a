//! The fold: a tenant is a seed and a journal.
//!
//! Intents come from [`generate`](crate::generate), pass through the state and become records; commands are the only
//! writes. The laws of the timeline (see `ARCHITECTURE.md`) live in [`fold`] and [`state`]; this file holds the
//! running tenant: one published snapshot for readers, one writer.
//!
//! Must never know: HTTP, wire formats, who is allowed to do what.

pub mod apply;
pub mod clock;
pub mod detectors;
pub mod fold;
pub mod log;
pub mod planner;
pub mod stamp;
pub mod state;
pub mod truth;
pub mod wall;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::generate::World;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::{DAY, Span, VirtualTime};

pub use apply::{Outcome, Refusal};
pub use clock::{Clock, ClockError, Mode};
pub use stamp::Stamp;
pub use state::State;
pub use wall::Wall;

use planner::Planner;

/// The longest way that the clock may be moved at once.
pub const LONGEST_ADVANCE: Span = Span::days(400);

/// A running tenant.
pub struct Tenant {
    birth: Arc<State>,
    first_clock: Clock,
    current: ArcSwap<State>,
    clock: ArcSwap<Clock>,
    /// The latest instant that anybody was told: the clock never runs backwards, even if the wall clock does.
    latest: AtomicI64,
    wall: Wall,
    writer: Mutex<Planner>,
    forks: AtomicI64,
}

/// The tenant's state at one instant.
#[derive(Clone)]
pub struct Reading {
    /// The snapshot.
    pub state: Arc<State>,
    /// The instant.
    pub now: VirtualTime,
}

impl Tenant {
    /// Gives birth to a tenant: its history is computed up to the start. `mode` says how the clock goes on.
    pub fn born(spec: &Specification, mode: Mode, wall: Wall) -> Self {
        let world = Arc::new(World::new(spec));
        let stamp = Stamp::new(spec.seed, &world.company.label, 0);
        let mut planner = Planner::new(Arc::clone(&world));
        let state = Arc::new(State::born(world, stamp, &mut planner));
        let clock = Clock::starting(mode, spec.start, wall.now());
        Self::running(state, clock, wall, planner)
    }

    fn running(state: Arc<State>, clock: Clock, wall: Wall, planner: Planner) -> Self {
        Self {
            birth: Arc::clone(&state),
            first_clock: clock,
            latest: AtomicI64::new(state.fixed().millis()),
            current: ArcSwap::new(state),
            clock: ArcSwap::from_pointee(clock),
            wall,
            writer: Mutex::new(planner),
            forks: AtomicI64::new(0),
        }
    }

    /// What it was born from.
    pub fn spec(&self) -> &Specification {
        &self.birth.world().spec
    }

    /// Its unchanging world.
    pub fn world(&self) -> &World {
        self.birth.world()
    }

    /// Its identity.
    pub fn stamp(&self) -> &Stamp {
        self.birth.stamp()
    }

    /// How its clock runs.
    pub fn clock(&self) -> Clock {
        **self.clock.load()
    }

    /// The instant that its clock shows.
    pub fn now(&self) -> VirtualTime {
        let now = self.clock.load().now(self.wall.now()).millis();
        VirtualTime::from_millis(self.latest.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// The tenant at this instant. Computes what the clock has passed since, if it has passed a slot mark.
    pub fn read(&self) -> Reading {
        let now = self.now();
        let state = self.current.load_full();
        if now <= state.horizon() {
            return Reading { state, now };
        }
        let mut planner = self.writer();
        let state = self.caught_up(now, &mut planner);
        Reading { state, now }
    }

    /// True if reading now would have to compute: so the server can do it off its reactor.
    pub fn is_behind(&self) -> bool {
        self.now() > self.current.load().horizon()
    }

    fn writer(&self) -> MutexGuard<'_, Planner> {
        // A panic while writing left the published snapshot untouched and the planner is only a cache.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn caught_up(&self, now: VirtualTime, planner: &mut Planner) -> Arc<State> {
        let state = self.current.load_full();
        if now <= state.horizon() {
            return state;
        }
        let state = Arc::new(state.advanced(now, planner));
        self.current.store(Arc::clone(&state));
        state
    }

    /// Gives a command at the instant `at` of the request that carries it.
    pub fn submit(&self, at: VirtualTime, command: Command) -> Result<Outcome, Refusal> {
        let mut planner = self.writer();
        let state = self.caught_up(at.max(self.now()), &mut planner);
        // Another command may have been decided at a later instant meanwhile: the journal's order is the order.
        let at = at.max(state.fixed());
        let (state, outcome) = apply::apply(&state, at, &command, &mut planner)?;
        self.current.store(Arc::new(state));
        Ok(outcome)
    }

    /// Moves the clock forward by `by`.
    pub fn advance(&self, by: Span) -> Result<VirtualTime, ClockError> {
        let now = self.now();
        self.set_clock(self.clock().advanced(by, now)?, now + by)
    }

    /// Sets the clock to a later instant, in its present mode.
    pub fn set_now(&self, to: VirtualTime) -> Result<VirtualTime, ClockError> {
        self.advance(to - self.now())
    }

    /// Freezes the clock where it stands.
    pub fn freeze(&self) -> VirtualTime {
        let now = self.now();
        self.clock.store(Arc::new(Clock::frozen(now)));
        now
    }

    /// Lets the clock run with the wall clock from where it stands.
    pub fn follow(&self) -> VirtualTime {
        let now = self.now();
        self.clock.store(Arc::new(Clock::following(now, self.wall.now())));
        now
    }

    fn set_clock(&self, clock: Clock, to: VirtualTime) -> Result<VirtualTime, ClockError> {
        let by = to - self.now();
        if by > LONGEST_ADVANCE {
            return Err(ClockError::TooFar { by_days: by.as_millis() / DAY.as_millis() });
        }
        let mut planner = self.writer();
        self.caught_up(to, &mut planner);
        self.clock.store(Arc::new(clock));
        self.latest.fetch_max(to.millis(), Ordering::AcqRel);
        Ok(self.now())
    }

    /// Back to birth: the journal is dropped and the clock stands where it first stood.
    pub fn reset(&self) {
        let _planner = self.writer();
        let clock = self.first_clock;
        self.clock.store(Arc::new(clock));
        self.latest.store(self.spec().start.millis(), Ordering::Release);
        self.current.store(Arc::clone(&self.birth));
    }

    /// A tenant of its own that has lived the same life up to now: same people, apps and records, another GUID,
    /// number, host label and keys. Costs the same whatever the size.
    #[must_use]
    pub fn fork(&self) -> Self {
        let ordinal = self.forks.fetch_add(1, Ordering::Relaxed) as u64 + 1;
        let reading = self.read();
        let spec = self.spec();
        // Forks of forks draw their number from the whole line of descent.
        let lineage = self.stamp().fork.wrapping_mul(1_000_003).wrapping_add(ordinal);
        let stamp = Stamp::new(spec.seed, &self.birth.world().company.label, lineage);
        let state = Arc::new(reading.state.stamped(stamp));
        // What is planned for the present days holds for the fork too, and need not be drawn and kept again.
        let planner = self.writer().clone();
        let fork = Self::running(state, self.clock(), self.wall.clone(), planner);
        fork.latest.store(reading.now.millis(), Ordering::Release);
        fork
    }
}
