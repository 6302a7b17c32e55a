//! A running tenant: readers load a published snapshot without locks; one writer at a time makes the next.
//!
//! With a journal on disk the writer applies to a head of its own; the snapshot is published, and the caller goes
//! on, once the line is durable: readers see only what a restart would bring back.

mod advance;
mod held;
mod numbers;
mod replay;
mod snapshots;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;

use crate::generate::World;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::VirtualTime;

use super::CommandRefusal;
use super::TenantView;
use super::apply;
use super::apply::Outcome;
use super::identity::TenantIdentity;
use super::journal::store::{JournalHandle, Lost, Ticket};
use super::journal::{Step, sealed};
use super::timeline::clock::{Clock, Mode};
use super::timeline::planner::Planner;
use super::timeline::state::State;
use super::wall::Wall;
use advance::Advances;
use held::Held;
use numbers::ForkNumbers;

pub use advance::LONGEST_ADVANCE;
pub use held::{MOST_STEP_BYTES, MOST_STEP_BYTES_TOGETHER};
pub use numbers::MOST_FORKS;
pub use snapshots::{MOST_SNAPSHOTS, SnapshotError, is_snapshot_name};

/// No journal has more steps.
pub const MOST_STEPS: usize = 1_000_000;

/// Why work that is always wanted comes to its end.
const WANTED: &str = "work is only left off where it is not wanted any more";

/// A running tenant.
pub struct Tenant {
    /// What it was when it came into being: at its start, or when it was forked off.
    birth: TenantView,
    /// How its clock began; a fork's goes on like its parent's.
    first_mode: Option<Mode>,
    published: Arc<Published>,
    wall: Wall,
    writer: Mutex<Writer>,
    journal: OnceLock<JournalHandle>,
    numbers: Mutex<ForkNumbers>,
    advances: Advances,
}

/// What readers see.
struct Published {
    state: ArcSwap<State>,
    clock: ArcSwap<Clock>,
    /// The latest instant that anybody was told: the clock never runs backwards, even if the wall clock does.
    latest: AtomicI64,
    /// How often it went back to an earlier state.
    life: AtomicU64,
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
    held: Held,
    snapshots: BTreeMap<String, TenantView>,
}

impl Tenant {
    /// Gives birth to a tenant: its history is computed up to the start. `mode` says how the clock goes on.
    pub fn born(spec: &Specification, mode: Mode, wall: Wall) -> Self {
        Self::born_while(spec, mode, wall, &|| true).expect(WANTED)
    }

    /// The same, as long as `wanted` says so: it is asked several times a second. Told no, there is no tenant.
    pub fn born_while(
        spec: &Specification,
        mode: Mode,
        wall: Wall,
        wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::born_as(spec, 0, mode, wall, wanted)
    }

    fn born_as(
        spec: &Specification,
        fork: u64,
        mode: Mode,
        wall: Wall,
        wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let wanted = &mut || wanted();
        let world = Arc::new(World::new_while(spec, wanted)?);
        let identity = TenantIdentity::new(spec.seed, &world.company.label, fork);
        let mut planner = Planner::new(Arc::clone(&world));
        let state = Arc::new(State::born(world, identity, &mut planner, wanted)?);
        let clock = Clock::starting(mode, spec.start, wall.now());
        Some(Self::running(TenantView { state, now: spec.start }, Some(mode), clock, wall, planner))
    }

    fn running(
        birth: TenantView,
        first_mode: Option<Mode>,
        clock: Clock,
        wall: Wall,
        planner: Planner,
    ) -> Self {
        let head = Arc::clone(&birth.state);
        let published = Published {
            state: ArcSwap::new(Arc::clone(&head)),
            clock: ArcSwap::from_pointee(clock),
            latest: AtomicI64::new(birth.now.millis()),
            life: AtomicU64::new(0),
            pending: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
        };
        let writer = Writer {
            planner,
            head,
            steps: imbl::Vector::new(),
            held: Held::default(),
            snapshots: BTreeMap::new(),
        };
        Self {
            birth,
            first_mode,
            published: Arc::new(published),
            wall,
            writer: Mutex::new(writer),
            journal: OnceLock::new(),
            numbers: Mutex::default(),
            advances: Advances::default(),
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

    /// When it came into being: at its start, or when it was forked off.
    pub fn began(&self) -> VirtualTime {
        self.birth.now
    }

    /// Its identity.
    pub fn identity(&self) -> &TenantIdentity {
        self.birth.state.identity()
    }

    /// How its clock runs.
    pub fn clock(&self) -> Clock {
        **self.published.clock.load()
    }

    /// The instant that its clock shows.
    pub fn now(&self) -> VirtualTime {
        let now = self.published.clock.load().now(self.wall.now()).millis();
        VirtualTime::from_millis(self.published.latest.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// The tenant at this instant. Computes what the clock has passed since, if it has passed a slot mark.
    pub fn read(&self) -> TenantView {
        let now = self.now();
        let state = self.published.state.load_full();
        if now <= state.horizon() {
            return TenantView { state, now };
        }
        self.catch_up(&mut self.writer(), now);
        TenantView { state: self.published.state.load_full(), now }
    }

    /// The state that is shown, whether or not the clock has passed it.
    pub fn peek(&self) -> Arc<State> {
        self.published.state.load_full()
    }

    /// How often it went back to an earlier state: what is counted elsewhere about things of an earlier life, by
    /// numbers that are given anew, says nothing of this one.
    pub fn life(&self) -> u64 {
        self.published.life.load(Ordering::Acquire)
    }

    /// Computes what the clock has passed, as long as `wanted` says so, and shows it: whether that is all.
    pub fn catch_up_while(&self, wanted: &dyn Fn() -> bool) -> bool {
        let now = self.now();
        self.live_on(&mut self.writer(), now, &mut || wanted()) == now
    }

    /// True if reading now would have to compute: so the server can do it off its reactor.
    pub fn is_behind(&self) -> bool {
        self.now() > self.published.state.load().horizon()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // Poisoning is harmless: after a panic the head is the old one, and the planner is only a cache.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes up to `now` and shows it.
    fn catch_up(&self, writer: &mut Writer, now: VirtualTime) {
        self.live_on(writer, now, &mut || true);
    }

    /// Computes up to `now`, or to an earlier mark if `wanted` says no on the way, and shows it. Answers the last
    /// instant that its clock can show then.
    fn live_on(
        &self,
        writer: &mut Writer,
        now: VirtualTime,
        wanted: &mut dyn FnMut() -> bool,
    ) -> VirtualTime {
        if now > writer.head.horizon() {
            writer.head = Arc::new(writer.head.advanced(now, &mut writer.planner, wanted));
        }
        // Stopped on the way it stands at the mark that was reached, with the next slot computed, as ever.
        let now = if now > writer.head.horizon() { writer.head.fixed() } else { now };
        self.publish(now, writer);
        now
    }

    /// Shows what is computed.
    fn publish(&self, now: VirtualTime, writer: &Writer) {
        if now <= self.published.state.load().horizon() {
            return;
        }
        let (published, head) = (Arc::clone(&self.published), Arc::clone(&writer.head));
        match self.journal.get().filter(|_| self.published.pending.load(Ordering::Acquire) > 0) {
            None => published.state.store(head),
            // The head holds commands that are not durable yet: it is shown when they are.
            Some(journal) => {
                let _ = journal.append(String::new(), move || published.state.store(head)).wait();
            }
        }
    }

    /// Takes a step: into the journal, and `show` once it is durable.
    fn step(
        &self,
        writer: &mut Writer,
        step: Step,
        show: impl FnOnce(&Published) + Send + 'static,
    ) -> Option<Ticket> {
        let line = step.line();
        writer.held.add(line.len());
        let line = self.journal.get().map(|_| sealed(&line));
        writer.steps.push_back(Arc::new(step));
        let published = Arc::clone(&self.published);
        let (Some(journal), Some(line)) = (self.journal.get(), line) else {
            show(&published);
            return None;
        };
        published.pending.fetch_add(1, Ordering::AcqRel);
        Some(journal.append(line, move || {
            show(&published);
            published.pending.fetch_sub(1, Ordering::AcqRel);
        }))
    }

    /// Waits for a step to be durable, without holding the writer's lock.
    fn settle(&self, ticket: Option<Ticket>) -> Result<(), Lost> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        if let Err(lost) = &outcome {
            tracing::error!("tenant {}: {lost}; it takes no more commands", self.identity().id);
            self.published.lost.store(true, Ordering::Release);
        }
        outcome
    }

    /// A step could not be written to the journal on disk: the tenant stands where it stood before, and takes no more.
    pub fn has_lost_its_journal(&self) -> bool {
        self.published.lost.load(Ordering::Acquire)
    }

    /// The journal takes another step.
    fn takes(&self, writer: &Writer) -> bool {
        !self.has_lost_its_journal() && writer.steps.len() < MOST_STEPS && writer.held.has_room()
    }

    /// Gives a command at the instant `at` of the request that carries it.
    pub fn submit(&self, at: VirtualTime, command: impl Into<Command>) -> Result<Outcome, CommandRefusal> {
        let command = command.into();
        // Bounds are asked here and not of what is replayed: it was taken once.
        command.fits()?;
        let writer = self.writer();
        if !self.takes(&writer) {
            return Err(CommandRefusal::Journal);
        }
        self.decide(writer, at, command)
    }

    fn decide(
        &self,
        mut writer: MutexGuard<'_, Writer>,
        at: VirtualTime,
        command: Command,
    ) -> Result<Outcome, CommandRefusal> {
        self.catch_up(&mut writer, at.max(self.now()));
        // Another command may have been decided at a later instant meanwhile: the journal's order is the order.
        let at = at.max(writer.head.fixed());
        let Writer { planner, head, .. } = &mut *writer;
        let (state, outcome) = apply::apply(head, at, &command, planner)?;
        let state = Arc::new(state);
        writer.head = Arc::clone(&state);
        let ticket =
            self.step(&mut writer, Step::Command { at, command }, |published| published.state.store(state));
        drop(writer);
        self.settle(ticket).map_err(|_| CommandRefusal::Journal)?;
        Ok(outcome)
    }

    /// From here on the tenant's journal is journal on disk. Called once, before anybody else knows the tenant.
    pub fn keep(&self, journal: JournalHandle) {
        // A second call would be a second journal; the first one stays.
        let _ = self.journal.set(journal);
        self.numbers_are_kept();
    }

    /// The journal journal is dropped from the disk.
    pub fn forget(&self) {
        if let Some(journal) = self.journal.get() {
            let _ = journal.remove().wait();
        }
    }
}

impl Published {
    fn show(&self, clock: Clock, now: VirtualTime) {
        self.clock.store(Arc::new(clock));
        self.latest.fetch_max(now.millis(), Ordering::AcqRel);
    }
}
