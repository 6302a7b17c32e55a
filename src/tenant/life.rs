//! A running tenant: readers load a published snapshot without locks; one writer at a time makes the next.
//!
//! With a journal on disk the writer applies to a head of its own; the snapshot is published, and the caller goes
//! on, once the line is durable: readers see only what a restart would bring back.

mod revive;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;

use crate::generate::World;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::{DAY, Span, VirtualTime};

use super::Reading;
use super::apply::{self, Outcome, Refusal};
use super::clock::{Clock, ClockError, Mode};
use super::journal::{Runs, Step, sealed};
use super::keeper::{Kept, Lost, Ticket};
use super::planner::Planner;
use super::stamp::Stamp;
use super::state::State;
use super::wall::Wall;

/// The longest way that the clock may be moved at once.
pub const LONGEST_ADVANCE: Span = Span::days(400);

/// No tenant keeps more snapshots.
pub const MOST_SNAPSHOTS: usize = 64;

/// No journal has more steps.
pub const MOST_STEPS: usize = 1_000_000;

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
    /// The journal can't take it.
    #[error("the journal of this tenant can't be written any more; see the server's log")]
    Journal,
}

/// A running tenant.
pub struct Tenant {
    /// What it was when it came into being: at its start, or when it was forked off.
    birth: Reading,
    /// How its clock began; a fork's goes on like its parent's.
    first_mode: Option<Mode>,
    shown: Arc<Shown>,
    wall: Wall,
    writer: Mutex<Writer>,
    kept: OnceLock<Kept>,
    forks: AtomicI64,
}

/// What readers see.
struct Shown {
    state: ArcSwap<State>,
    clock: ArcSwap<Clock>,
    /// The latest instant that anybody was told: the clock never runs backwards, even if the wall clock does.
    latest: AtomicI64,
    /// Steps that are not durable yet.
    pending: AtomicUsize,
    /// A step was lost: nothing more is taken.
    lost: AtomicBool,
}

/// What only the writer knows.
struct Writer {
    planner: Planner,
    /// The newest state, durable or not.
    head: Arc<State>,
    /// Cheap to clone, so that a fork costs the same however much has happened.
    steps: imbl::Vector<Arc<Step>>,
    snapshots: BTreeMap<String, Reading>,
}

impl Tenant {
    /// Gives birth to a tenant: its history is computed up to the start. `mode` says how the clock goes on.
    pub fn born(spec: &Specification, mode: Mode, wall: Wall) -> Self {
        Self::born_as(spec, 0, mode, wall)
    }

    fn born_as(spec: &Specification, fork: u64, mode: Mode, wall: Wall) -> Self {
        let world = Arc::new(World::new(spec));
        let stamp = Stamp::new(spec.seed, &world.company.label, fork);
        let mut planner = Planner::new(Arc::clone(&world));
        let state = Arc::new(State::born(world, stamp, &mut planner));
        let clock = Clock::starting(mode, spec.start, wall.now());
        Self::running(Reading { state, now: spec.start }, Some(mode), clock, wall, planner)
    }

    fn running(birth: Reading, first_mode: Option<Mode>, clock: Clock, wall: Wall, planner: Planner) -> Self {
        let head = Arc::clone(&birth.state);
        let shown = Shown {
            state: ArcSwap::new(Arc::clone(&head)),
            clock: ArcSwap::from_pointee(clock),
            latest: AtomicI64::new(birth.now.millis()),
            pending: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
        };
        let writer = Writer { planner, head, steps: imbl::Vector::new(), snapshots: BTreeMap::new() };
        Self {
            birth,
            first_mode,
            shown: Arc::new(shown),
            wall,
            writer: Mutex::new(writer),
            kept: OnceLock::new(),
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
        **self.shown.clock.load()
    }

    /// The instant that its clock shows.
    pub fn now(&self) -> VirtualTime {
        let now = self.shown.clock.load().now(self.wall.now()).millis();
        VirtualTime::from_millis(self.shown.latest.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// The tenant at this instant. Computes what the clock has passed since, if it has passed a slot mark.
    pub fn read(&self) -> Reading {
        let now = self.now();
        let state = self.shown.state.load_full();
        if now <= state.horizon() {
            return Reading { state, now };
        }
        self.catch_up(&mut self.writer(), now);
        Reading { state: self.shown.state.load_full(), now }
    }

    /// True if reading now would have to compute: so the server can do it off its reactor.
    pub fn is_behind(&self) -> bool {
        self.now() > self.shown.state.load().horizon()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // What a panic may have left half done is a head that was not replaced and a planner that is only a cache.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes up to `now` and shows it.
    fn catch_up(&self, writer: &mut Writer, now: VirtualTime) {
        if now > writer.head.horizon() {
            writer.head = Arc::new(writer.head.advanced(now, &mut writer.planner));
        }
        if now <= self.shown.state.load().horizon() {
            return;
        }
        let (shown, head) = (Arc::clone(&self.shown), Arc::clone(&writer.head));
        match self.kept.get().filter(|_| self.shown.pending.load(Ordering::Acquire) > 0) {
            None => shown.state.store(head),
            // The head holds commands that are not durable yet: it is shown when they are.
            Some(kept) => {
                let _ = kept.append(String::new(), move || shown.state.store(head)).wait();
            }
        }
    }

    /// Takes a step: into the journal, and `show` once it is durable.
    fn step(
        &self,
        writer: &mut Writer,
        step: Step,
        show: impl FnOnce(&Shown) + Send + 'static,
    ) -> Option<Ticket> {
        let line = self.kept.get().map(|_| sealed(&step.line()));
        writer.steps.push_back(Arc::new(step));
        let shown = Arc::clone(&self.shown);
        let (Some(kept), Some(line)) = (self.kept.get(), line) else {
            show(&shown);
            return None;
        };
        shown.pending.fetch_add(1, Ordering::AcqRel);
        Some(kept.append(line, move || {
            show(&shown);
            shown.pending.fetch_sub(1, Ordering::AcqRel);
        }))
    }

    /// Waits for a step to be durable, without holding the writer's lock.
    fn settle(&self, ticket: Option<Ticket>) -> Result<(), Lost> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        if let Err(lost) = &outcome {
            tracing::error!("tenant {}: {lost}; it takes no more commands", self.stamp().id);
            self.shown.lost.store(true, Ordering::Release);
        }
        outcome
    }

    /// The journal takes another step.
    fn takes(&self, writer: &Writer) -> bool {
        !self.shown.lost.load(Ordering::Acquire) && writer.steps.len() < MOST_STEPS
    }

    /// Gives a command at the instant `at` of the request that carries it.
    pub fn submit(&self, at: VirtualTime, command: Command) -> Result<Outcome, Refusal> {
        let mut writer = self.writer();
        if !self.takes(&writer) {
            return Err(Refusal::Journal);
        }
        self.catch_up(&mut writer, at.max(self.now()));
        // Another command may have been decided at a later instant meanwhile: the journal's order is the order.
        let at = at.max(writer.head.fixed());
        let Writer { planner, head, .. } = &mut *writer;
        let (state, outcome) = apply::apply(head, at, &command, planner)?;
        let state = Arc::new(state);
        writer.head = Arc::clone(&state);
        let ticket = self.step(&mut writer, Step::Command { at, command }, |shown| shown.state.store(state));
        drop(writer);
        self.settle(ticket).map_err(|_| Refusal::Journal)?;
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
        self.set_clock(by, self.clock().into())
    }

    /// Sets the clock to a later instant, in its present mode.
    pub fn set_now(&self, to: VirtualTime) -> Result<VirtualTime, ClockError> {
        self.advance(to - self.now())
    }

    /// Freezes the clock where it stands.
    pub fn freeze(&self) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Frozen)
    }

    /// Lets the clock run with the wall clock from where it stands.
    pub fn follow(&self) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Follow)
    }

    /// Lets the clock run `milli / 1000` times as fast as the wall clock from where it stands.
    pub fn run_at(&self, milli: u32) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Rate(milli))
    }

    fn set_clock(&self, by: Span, runs: Runs) -> Result<VirtualTime, ClockError> {
        let mut writer = self.writer();
        if !self.takes(&writer) {
            return Err(ClockError::Journal);
        }
        let now = self.now() + by;
        if now > VirtualTime::LATEST {
            return Err(ClockError::End);
        }
        self.catch_up(&mut writer, now);
        let wall = self.wall.now();
        let clock = runs.showing(now, wall);
        let ticket =
            self.step(&mut writer, Step::Clock { now, wall, runs }, move |shown| shown.show(clock, now));
        drop(writer);
        self.settle(ticket).map_err(|_| ClockError::Journal)?;
        Ok(now)
    }

    /// Keeps the present under a name. Costs the same whatever the size; the same name again overwrites.
    pub fn snapshot(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let usable = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || name.len() > 64 || !name.chars().all(usable) {
            return Err(SnapshotError::Name);
        }
        let mut writer = self.writer();
        if writer.snapshots.len() >= MOST_SNAPSHOTS && !writer.snapshots.contains_key(name) {
            return Err(SnapshotError::Full);
        }
        if !self.takes(&writer) {
            return Err(SnapshotError::Journal);
        }
        let at = self.now();
        self.catch_up(&mut writer, at);
        let reading = Reading { state: Arc::clone(&writer.head), now: at };
        writer.snapshots.insert(name.to_owned(), reading);
        let ticket = self.step(&mut writer, Step::Snapshot { at, name: name.to_owned() }, |_| {});
        drop(writer);
        self.settle(ticket).map_err(|_| SnapshotError::Journal)?;
        Ok(at)
    }

    /// Names of the snapshots, with the instants they were taken at.
    pub fn snapshots(&self) -> Vec<(String, VirtualTime)> {
        self.writer().snapshots.iter().map(|(name, reading)| (name.clone(), reading.now)).collect()
    }

    /// Back to a snapshot: its records and journal, and its instant; the clock goes on from there in its mode.
    pub fn restore(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let mut writer = self.writer();
        let reading = writer.snapshots.get(name).cloned().ok_or(SnapshotError::Unknown)?;
        if !self.takes(&writer) {
            return Err(SnapshotError::Journal);
        }
        let now = reading.now;
        let clock = self.clock().showing(now, self.wall.now());
        let ticket = self.go_back(&mut writer, Step::Restore { name: name.to_owned() }, reading, clock);
        drop(writer);
        self.settle(ticket).map_err(|_| SnapshotError::Journal)?;
        Ok(now)
    }

    /// Back to birth (of a fork: to where it was forked off): the journal is dropped and the clock stands where it
    /// first stood.
    pub fn reset(&self) {
        let mut writer = self.writer();
        let (now, wall) = (self.birth.now, self.wall.now());
        let clock = match self.first_mode {
            Some(mode) => Clock::starting(mode, now, wall),
            None => self.clock().showing(now, wall),
        };
        let ticket = self.go_back(&mut writer, Step::Reset {}, self.birth.clone(), clock);
        if writer.snapshots.is_empty() {
            // Nothing leads back to what was: only how a fork came to be is still told.
            let forked = writer.steps.iter().rposition(|step| matches!(**step, Step::Forked { .. }));
            writer.steps.truncate(forked.map_or(0, |index| index + 1));
        }
        drop(writer);
        // A journal that can't be written any more has said so in the log.
        let _ = self.settle(ticket);
    }

    fn go_back(&self, writer: &mut Writer, step: Step, to: Reading, clock: Clock) -> Option<Ticket> {
        writer.head = Arc::clone(&to.state);
        self.step(writer, step, move |shown| {
            shown.clock.store(Arc::new(clock));
            shown.latest.store(to.now.millis(), Ordering::Release);
            shown.state.store(to.state);
        })
    }

    /// A tenant of its own that has lived the same life up to now: same people, apps and records, another GUID,
    /// number, host label and keys. Costs the same whatever the size. It lives in memory.
    #[must_use]
    pub fn fork(&self) -> Self {
        let ordinal = self.forks.fetch_add(1, Ordering::Relaxed) as u64 + 1;
        let reading = self.read();
        // Forks of forks draw their number from the whole line of descent.
        let lineage = self.stamp().fork.wrapping_mul(1_000_003).wrapping_add(ordinal);
        let stamp = Stamp::new(self.spec().seed, &self.world().company.label, lineage);
        let state = Arc::new(reading.state.stamped(stamp));
        // What is planned for the present days holds for the fork too, and need not be drawn and kept again.
        let planner = self.writer().planner.clone();
        let fork = Self::running(
            Reading { state, now: reading.now },
            None,
            self.clock(),
            self.wall.clone(),
            planner,
        );
        // Played from birth, the parent's steps bring the fork to where it begins.
        let mut steps = self.writer().steps.clone();
        steps.push_back(Arc::new(Step::Forked { at: reading.now }));
        fork.writer().steps = steps;
        fork
    }

    /// From here on the tenant's journal is kept on disk. Called once, before anybody else knows the tenant.
    pub fn keep(&self, kept: Kept) {
        // A second call would be a second journal; the first one stays.
        let _ = self.kept.set(kept);
    }

    /// The kept journal is dropped from the disk.
    pub fn forget(&self) {
        if let Some(kept) = self.kept.get() {
            let _ = kept.remove().wait();
        }
    }
}

impl Shown {
    fn show(&self, clock: Clock, now: VirtualTime) {
        self.clock.store(Arc::new(clock));
        self.latest.fetch_max(now.millis(), Ordering::AcqRel);
    }
}
