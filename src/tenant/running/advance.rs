//! Advancing a tenant's clock. A long advance takes time to compute, and can be interrupted at a slot mark.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::journal::Step;
use crate::tenant::journal::store::Ticket;
use crate::tenant::timeline::clock::{Clock, ClockError, LONGEST_ADVANCE, Runs};

use super::shown::ShownClock;
use super::writing::NextClock;
use super::{Tenant, Writer};

/// Advances that any tenant of this process goes now.
static GOING: AtomicUsize = AtomicUsize::new(0);

/// The advances that a tenant's clock is moved.
#[derive(Default)]
pub(super) struct Advances {
    going: AtomicUsize,
    /// How often they were told to stop: whichever began before does.
    stops: AtomicU64,
}

/// One of them, as long as it lasts.
struct Advance<'t> {
    advances: &'t Advances,
    stops: u64,
}

impl<'t> Advance<'t> {
    fn begun(advances: &'t Advances) -> Self {
        let stops = advances.stops.load(Ordering::Acquire);
        advances.going.fetch_add(1, Ordering::AcqRel);
        GOING.fetch_add(1, Ordering::AcqRel);
        Self { advances, stops }
    }

    fn goes_on(&self) -> bool {
        self.advances.stops.load(Ordering::Acquire) == self.stops
    }
}

impl Drop for Advance<'_> {
    fn drop(&mut self) {
        self.advances.going.fetch_sub(1, Ordering::AcqRel);
        GOING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// How far a clock is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// By so much.
    By(Span),
    /// To this instant.
    To(VirtualTime),
}

impl Aim {
    /// Where it is, from `now`.
    fn from(self, now: VirtualTime) -> Result<VirtualTime, ClockError> {
        let by = match self {
            Self::By(by) => by,
            Self::To(to) => to - now,
        };
        if by < Span::default() {
            return Err(ClockError::Backwards);
        }
        if by > LONGEST_ADVANCE {
            return Err(ClockError::TooFar { by_days: by.as_millis() / DAY.as_millis() });
        }
        match now + by {
            aim if aim > VirtualTime::LATEST => Err(ClockError::End),
            aim => Ok(aim),
        }
    }
}

impl Tenant {
    /// Moves the clock forward by `by`.
    pub fn advance(&self, by: Span) -> Result<VirtualTime, ClockError> {
        self.move_clock(Aim::By(by), None, &|| true)
    }

    /// Moves the clock, and lets it run so from there (as before, if nothing is said), as long as `wanted` says so: it
    /// is asked once per hour of the tenant's. Told no, the clock stops at the slot mark that is reached, and
    /// [`ClockError::Stopped`] is answered.
    ///
    /// # Errors
    /// When the way is none, or too far, or the journal can't take it: then the clock is as before.
    pub fn move_clock(
        &self,
        aim: Aim,
        runs: Option<Runs>,
        wanted: &dyn Fn() -> bool,
    ) -> Result<VirtualTime, ClockError> {
        let advance = Advance::begun(&self.advances);
        let mut writer = self.writer();
        self.takes(&writer)?;
        self.all_shown(&mut writer)?;
        let aim = aim.from(self.now())?;
        let reached = self.live_on(&mut writer, aim, &mut || advance.goes_on() && wanted());
        let runs = runs.unwrap_or(self.clock().runs);
        let (now, ticket) = self.set_clock(&mut writer, runs, reached);
        drop(writer);
        self.settle(ticket)?;
        if reached < aim { Err(ClockError::Stopped { at: now }) } else { Ok(now) }
    }

    /// Lets the clock run so from where it stands, which is `at_least` here or later. What it shows from now on is what
    /// is written down; everything is shown, and lived up to there.
    pub(super) fn set_clock(
        &self,
        writer: &mut Writer,
        runs: Runs,
        at_least: VirtualTime,
    ) -> (VirtualTime, Option<Ticket>) {
        let wall = self.wall.now();
        // A running clock may have passed it meanwhile.
        let now = self.hold_clock(wall).max(at_least);
        self.live_on(writer, now, &mut || true);
        let clock = Clock { now, wall, runs };
        (now, self.step(writer, Step::Clock(clock), NextClock::New(ShownClock::new(clock, now))))
    }

    /// Freezes the clock where it stands.
    pub fn freeze(&self) -> Result<VirtualTime, ClockError> {
        self.let_run(Runs::Frozen)
    }

    /// Lets the clock run with the wall clock from where it stands.
    pub fn follow(&self) -> Result<VirtualTime, ClockError> {
        self.let_run(Runs::Follow)
    }

    /// Lets the clock run `milli / 1000` times as fast as the wall clock from where it stands.
    pub fn run_at(&self, milli: u32) -> Result<VirtualTime, ClockError> {
        self.let_run(Runs::Rate(milli))
    }

    fn let_run(&self, runs: Runs) -> Result<VirtualTime, ClockError> {
        self.move_clock(Aim::By(Span::default()), Some(runs), &|| true)
    }

    /// Tells the advances that the clock is moved now to stop at the next mark, and does not wait for it: how many.
    pub fn stop_advancing(&self) -> usize {
        let going = self.advancing();
        self.advances.stops.fetch_add(1, Ordering::AcqRel);
        going
    }

    /// How many advances its clock is moved now.
    pub fn advancing(&self) -> usize {
        self.advances.going.load(Ordering::Acquire)
    }

    /// Whether some tenant of this process moves its clock now: others may have to wait for it.
    pub fn any_advances() -> bool {
        GOING.load(Ordering::Acquire) > 0
    }
}
