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

use std::collections::BTreeMap;
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
    /// What it was when it came into being: at its start, or when it was forked off.
    birth: Reading,
    /// How its clock began; a fork's goes on like its parent's.
    first_mode: Option<Mode>,
    current: ArcSwap<State>,
    clock: ArcSwap<Clock>,
    /// The latest instant that anybody was told: the clock never runs backwards, even if the wall clock does.
    latest: AtomicI64,
    wall: Wall,
    writer: Mutex<Planner>,
    snapshots: Mutex<BTreeMap<String, Reading>>,
    forks: AtomicI64,
}

/// No tenant keeps more snapshots.
pub const MOST_SNAPSHOTS: usize = 64;

/// What can be wrong with a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The name.
    #[error("a snapshot's name has 1 to 64 letters, digits, hyphens, underscores or dots")]
    Name,
    /// Too many.
    #[error(
        "a tenant keeps {MOST_SNAPSHOTS} snapshots, which is the cap; take one under a name that exists to overwrite it"
    )]
    Full,
    /// No such snapshot.
    #[error("there is no such snapshot")]
    Unknown,
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
        Self::running(Reading { state, now: spec.start }, Some(mode), clock, wall, planner)
    }

    fn running(birth: Reading, first_mode: Option<Mode>, clock: Clock, wall: Wall, planner: Planner) -> Self {
        Self {
            latest: AtomicI64::new(birth.now.millis()),
            current: ArcSwap::new(Arc::clone(&birth.state)),
            birth,
            first_mode,
            clock: ArcSwap::from_pointee(clock),
            wall,
            writer: Mutex::new(planner),
            snapshots: Mutex::default(),
            forks: AtomicI64::new(0),
        }
    }

    /// What it was born from.
    pub fn spec(&self) -> &Specification {
        &self.birth.state.world().spec
    }

    /// Its unchanging world.
    pub fn world(&self) -> &World {
        self.birth.state.world()
    }

    /// Its identity.
    pub fn stamp(&self) -> &Stamp {
        self.birth.state.stamp()
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
        if by < Span::default() {
            return Err(ClockError::Backwards);
        }
        if by > LONGEST_ADVANCE {
            return Err(ClockError::TooFar { by_days: by.as_millis() / DAY.as_millis() });
        }
        let mut planner = self.writer();
        let to = self.now() + by;
        self.caught_up(to, &mut planner);
        self.show(self.clock(), to);
        Ok(to)
    }

    /// Sets the clock to a later instant, in its present mode.
    pub fn set_now(&self, to: VirtualTime) -> Result<VirtualTime, ClockError> {
        self.advance(to - self.now())
    }

    /// Freezes the clock where it stands.
    pub fn freeze(&self) -> VirtualTime {
        let _writer = self.writer();
        self.show(Clock::frozen(VirtualTime::default()), self.now())
    }

    /// Lets the clock run with the wall clock from where it stands.
    pub fn follow(&self) -> VirtualTime {
        let _writer = self.writer();
        self.show(Clock::following(VirtualTime::default(), VirtualTime::default()), self.now())
    }

    /// Lets the clock run `milli / 1000` times as fast as the wall clock from where it stands.
    pub fn run_at(&self, milli: u32) -> VirtualTime {
        let _writer = self.writer();
        self.show(Clock::at_rate(VirtualTime::default(), VirtualTime::default(), milli), self.now())
    }

    /// Puts a clock that runs like `clock` in place and lets it show `now`; the caller is the writer.
    fn show(&self, clock: Clock, now: VirtualTime) -> VirtualTime {
        self.clock.store(Arc::new(clock.showing(now, self.wall.now())));
        self.latest.fetch_max(now.millis(), Ordering::AcqRel);
        now
    }

    /// Keeps the present under a name. Costs the same whatever the size; the same name again overwrites.
    pub fn snapshot(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let usable = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || name.len() > 64 || !name.chars().all(usable) {
            return Err(SnapshotError::Name);
        }
        if snapshots.len() >= MOST_SNAPSHOTS && !snapshots.contains_key(name) {
            return Err(SnapshotError::Full);
        }
        let reading = self.read();
        let now = reading.now;
        snapshots.insert(name.to_owned(), reading);
        Ok(now)
    }

    /// Names of the snapshots, with the instants they were taken at.
    pub fn snapshots(&self) -> Vec<(String, VirtualTime)> {
        let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        snapshots.iter().map(|(name, reading)| (name.clone(), reading.now)).collect()
    }

    /// Back to a snapshot: its records and journal, and its instant; the clock goes on from there in its mode.
    pub fn restore(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = snapshots.get(name).ok_or(SnapshotError::Unknown)?;
        let _writer = self.writer();
        self.clock.store(Arc::new(self.clock().showing(reading.now, self.wall.now())));
        self.latest.store(reading.now.millis(), Ordering::Release);
        self.current.store(Arc::clone(&reading.state));
        Ok(reading.now)
    }

    /// Back to birth (of a fork: to where it was forked off): the journal is dropped and the clock stands where it
    /// first stood.
    pub fn reset(&self) {
        let _writer = self.writer();
        let (now, wall) = (self.birth.now, self.wall.now());
        let clock = match self.first_mode {
            Some(mode) => Clock::starting(mode, now, wall),
            None => self.clock().showing(now, wall),
        };
        self.clock.store(Arc::new(clock));
        self.latest.store(now.millis(), Ordering::Release);
        self.current.store(Arc::clone(&self.birth.state));
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
        let stamp = Stamp::new(spec.seed, &self.world().company.label, lineage);
        let state = Arc::new(reading.state.stamped(stamp));
        // What is planned for the present days holds for the fork too, and need not be drawn and kept again.
        let planner = self.writer().clone();
        Self::running(Reading { state, now: reading.now }, None, self.clock(), self.wall.clone(), planner)
    }
}
