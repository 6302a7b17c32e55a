//! A running tenant: readers load what is shown without locks; one writer at a time makes the next.
//!
//! With a journal on disk the writer applies to a head of its own; that is shown, and the caller goes on, once the line
//! is durable: readers see only what a restart would bring back.

mod advance;
mod held;
mod numbers;
mod replay;
mod shown;
mod snapshots;
mod writing;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::generate::World;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::{Span, VirtualTime};

use super::CommandRefusal;
use super::TenantView;
use super::apply;
use super::apply::Outcome;
use super::identity::TenantIdentity;
use super::journal::Step;
use super::journal::script::Script;
use super::journal::store::{JournalHandle, Lost, NotWritten};
use super::timeline::clock::{Clock, ClockStop, Mode, Runs};
use super::timeline::planner::Planner;
use super::timeline::state::State;
use super::wall::Wall;
use advance::Advances;
use held::Held;
use numbers::ForkNumbers;
use shown::{Life, ShownClock};
use writing::{NextClock, Published};

pub use advance::Aim;
pub use held::{MOST_STEP_BYTES, MOST_STEP_BYTES_TOGETHER};
pub use numbers::MOST_FORKS;
pub use snapshots::{MOST_SNAPSHOTS, SnapshotError, is_snapshot_name};

/// No journal has more steps.
pub const MOST_STEPS: usize = 1_000_000;

/// Why work that is always wanted comes to its end.
const WANTED: &str = "work is only left off where it is not wanted any more";

/// How far a running clock goes between two steps that say how far it has come.
const STRIDE: Span = Span::days(30);

/// A running tenant.
pub struct Tenant {
    birth: Birth,
    published: Arc<Published>,
    wall: Wall,
    writer: Mutex<Writer>,
    journal: OnceLock<JournalHandle>,
    numbers: Mutex<ForkNumbers>,
    /// Of a fork: no other ever gets its number.
    is_numbered: bool,
    advances: Advances,
}

/// How a tenant came into being: at its start, or when it was forked off. A reset leads there.
#[derive(Clone)]
struct Birth {
    view: TenantView,
    clock: FirstClock,
}

/// How its clock began.
#[derive(Clone, Copy)]
enum FirstClock {
    /// As the specification says.
    Born(Mode),
    /// As its parent's ran when it was forked off.
    Forked(Runs),
}

impl Birth {
    /// The clock of then, while the wall clock shows `wall`.
    fn clock(&self, wall: VirtualTime) -> Clock {
        match self.clock {
            FirstClock::Born(mode) => Clock::starting(mode, self.view.now, wall),
            FirstClock::Forked(runs) => Clock { now: self.view.now, wall, runs },
        }
    }
}

/// What only the writer knows.
struct Writer {
    planner: Planner,
    /// The newest life, durable or not.
    head: Life,
    /// Steps in the journal on disk, those that were undone included.
    lines: usize,
    held: Held,
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
        let view = TenantView { state, now: spec.start };
        Some(Self::running(Birth { view, clock: FirstClock::Born(mode) }, Script::default(), wall, planner))
    }

    /// A tenant that stands where it came into being, by this script.
    fn running(birth: Birth, mut script: Script<shown::Snapshot>, wall: Wall, planner: Planner) -> Self {
        let clock = birth.clock(wall.now());
        script.goes_on(Some(clock));
        let head = Life { state: Arc::clone(&birth.view.state), script };
        let clock = ShownClock::new(clock, birth.view.now);
        Self {
            birth,
            published: Arc::new(Published::new(head.clone(), clock)),
            wall,
            writer: Mutex::new(Writer { planner, head, lines: 0, held: Held::default() }),
            journal: OnceLock::new(),
            numbers: Mutex::default(),
            is_numbered: true,
            advances: Advances::default(),
        }
    }

    /// What it was born from.
    pub fn spec(&self) -> &Specification {
        &self.world().spec
    }

    /// Its unchanging world.
    pub fn world(&self) -> &World {
        self.birth.view.state.world()
    }

    /// Nobody may be told of it: the number that it was forked off with could be given again, since the journal of its
    /// parent can't be written.
    pub fn is_unnumbered(&self) -> bool {
        !self.is_numbered
    }

    /// When it came into being: at its start, or when it was forked off.
    pub fn began(&self) -> VirtualTime {
        self.birth.view.now
    }

    /// Its identity.
    pub fn identity(&self) -> &TenantIdentity {
        self.birth.view.state.identity()
    }

    /// How its clock runs.
    pub fn clock(&self) -> Clock {
        self.published.shown.load().clock.clock
    }

    /// Why its clock stands still, if it ought to run.
    pub fn clock_stop(&self) -> Option<ClockStop> {
        let now = self.now();
        self.published.shown.load().clock.stop(now, self.has_lost_its_journal())
    }

    /// The instant that its clock shows.
    pub fn now(&self) -> VirtualTime {
        loop {
            if let Some(now) = self.published.shown.load().clock.now(&self.wall) {
                return now;
            }
            // Another clock is being put in its place.
            std::thread::yield_now();
        }
    }

    /// The tenant at this instant. Computes what the clock has passed since, if it has passed a slot mark.
    pub fn read(&self) -> TenantView {
        self.at_present(|shown, now| TenantView { state: Arc::clone(&shown.life.state), now })
    }

    /// Looks at what is shown at this instant, all of it of this instant.
    fn at_present<T>(&self, look: impl FnOnce(&shown::Shown, VirtualTime) -> T) -> T {
        loop {
            let shown = self.published.shown.load();
            match shown.clock.now(&self.wall) {
                Some(now) if now <= shown.life.state.horizon() => return look(&shown, now),
                Some(_) => {
                    drop(shown);
                    self.catch_up(&mut self.writer());
                }
                None => std::thread::yield_now(),
            }
        }
    }

    /// The state that is shown, whether or not the clock has passed it.
    pub fn peek(&self) -> Arc<State> {
        Arc::clone(&self.published.shown.load().life.state)
    }

    /// How often it went back to an earlier state: what is counted elsewhere about things of an earlier life, by
    /// numbers that are given anew, says nothing of this one.
    pub fn life(&self) -> u64 {
        self.published.shown.load().lives
    }

    /// Computes what the clock has passed, as long as `wanted` says so, and shows it: whether that is all.
    pub fn catch_up_while(&self, wanted: &dyn Fn() -> bool) -> bool {
        let now = self.now();
        self.live_on(&mut self.writer(), now, &mut || wanted()) == now
    }

    /// True if reading now would have to compute: so the server can do it off its reactor.
    pub fn is_behind(&self) -> bool {
        self.now() > self.published.shown.load().life.state.horizon()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // Poisoning is harmless: after a panic the head is the old one, and the planner is only a cache.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes up to where the clock stands and shows it.
    fn catch_up(&self, writer: &mut Writer) {
        let now = self.now();
        self.live_on(writer, now, &mut || true);
        self.say_how_far(writer, now);
    }

    /// Computes up to `now`, or to an earlier mark if `wanted` says no on the way, and shows it. Answers the last
    /// instant that its clock can show then.
    fn live_on(
        &self,
        writer: &mut Writer,
        now: VirtualTime,
        wanted: &mut dyn FnMut() -> bool,
    ) -> VirtualTime {
        let Writer { planner, head, .. } = writer;
        if now > head.state.horizon() {
            head.state = Arc::new(head.state.advanced(now, planner, wanted));
        }
        // Stopped on the way it stands at the mark that was reached, with the next slot computed, as ever.
        let now = if now > head.state.horizon() { head.state.fixed() } else { now };
        self.publish(writer);
        now
    }

    /// A running clock that has come far since it was set says so in the journal: a server that comes back need not go
    /// further than a clock may go at once.
    fn say_how_far(&self, writer: &mut Writer, now: VirtualTime) {
        let clock = self.clock();
        if clock.stands_still()
            || now - clock.now < STRIDE
            || now >= clock.end()
            || self.takes(writer).is_err()
            || self.all_shown(writer).is_err()
        {
            return;
        }
        let (_, ticket) = self.set_clock(writer, clock.runs, now);
        // Who reads goes on all the same; that the journal is lost stands in the log.
        let _ = self.settle_held(writer, ticket);
    }

    /// Gives a command at the instant `at` of the request that carries it.
    pub fn submit(&self, at: VirtualTime, command: impl Into<Command>) -> Result<Outcome, CommandRefusal> {
        let command = command.into();
        // Bounds are asked here and not of what is replayed: it was taken once.
        command.fits()?;
        let writer = self.writer();
        self.takes(&writer)?;
        self.decide(writer, at, command)
    }

    fn decide(
        &self,
        mut writer: MutexGuard<'_, Writer>,
        at: VirtualTime,
        command: Command,
    ) -> Result<Outcome, CommandRefusal> {
        let now = self.now();
        self.live_on(&mut writer, now, &mut || true);
        if self.has_lost_its_journal() {
            return Err(NotWritten::Refused.into());
        }
        // Another command may have been decided at a later instant meanwhile: the journal's order is the order. And the
        // tenant may have gone back to an earlier instant since the request came.
        let at = at.min(now).max(writer.head.state.fixed());
        let Writer { planner, head, .. } = &mut *writer;
        let (state, outcome) = apply::apply(&head.state, at, &command, planner)?;
        head.state = Arc::new(state);
        let step = Step::Command { at, command };
        let ticket = self.step(&mut writer, step, NextClock::Same);
        drop(writer);
        self.settle(ticket)?;
        Ok(outcome)
    }

    /// From here on the tenant's journal is on disk, where it has so many steps now. Called once, before anybody else
    /// knows the tenant.
    pub fn keep(&self, journal: JournalHandle, steps: usize) {
        self.writer().lines = steps;
        // A second call would be a second journal; the first one stays.
        let _ = self.journal.set(journal);
        self.numbers_are_kept();
    }

    /// Its journal on disk is dropped for good, also if it was lost. On an error it may be there after a restart.
    pub fn forget(&self) -> Result<(), Lost> {
        self.journal.get().map_or(Ok(()), |journal| journal.remove().wait())
    }
}
