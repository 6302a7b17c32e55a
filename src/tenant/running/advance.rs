//! Advancing a tenant's clock. A long advance takes time to compute, and can be interrupted at a slot mark.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::journal::{Runs, Step};
use crate::tenant::timeline::clock::ClockError;

use super::Tenant;

/// The longest way that the clock may be moved at once.
pub const LONGEST_ADVANCE: Span = Span::days(400);

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

impl Tenant {
    /// Moves the clock forward by `by`.
    pub fn advance(&self, by: Span) -> Result<VirtualTime, ClockError> {
        self.advance_while(by, &|| true)
    }

    /// The same, as long as `wanted` says so: it is asked once per hour of the tenant's. Told no, it stops at the
    /// slot mark that is reached, which is where the clock stands then, and answers [`ClockError::Stopped`].
    pub fn advance_while(&self, by: Span, wanted: &dyn Fn() -> bool) -> Result<VirtualTime, ClockError> {
        if by < Span::default() {
            return Err(ClockError::Backwards);
        }
        if by > LONGEST_ADVANCE {
            return Err(ClockError::TooFar { by_days: by.as_millis() / DAY.as_millis() });
        }
        self.set_clock(by, self.clock().into(), wanted)
    }

    /// Sets the clock to a later instant, in its present mode, as long as that is wanted.
    pub fn set_now_while(
        &self,
        to: VirtualTime,
        wanted: &dyn Fn() -> bool,
    ) -> Result<VirtualTime, ClockError> {
        self.advance_while(to - self.now(), wanted)
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

    /// Freezes the clock where it stands.
    pub fn freeze(&self) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Frozen, &|| true)
    }

    /// Lets the clock run with the wall clock from where it stands.
    pub fn follow(&self) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Follow, &|| true)
    }

    /// Lets the clock run `milli / 1000` times as fast as the wall clock from where it stands.
    pub fn run_at(&self, milli: u32) -> Result<VirtualTime, ClockError> {
        self.set_clock(Span::default(), Runs::Rate(milli), &|| true)
    }

    fn set_clock(&self, by: Span, runs: Runs, wanted: &dyn Fn() -> bool) -> Result<VirtualTime, ClockError> {
        let advance = Advance::begun(&self.advances);
        let mut writer = self.writer();
        if !self.takes(&writer) {
            return Err(ClockError::Journal);
        }
        let aim = self.now() + by;
        if aim > VirtualTime::LATEST {
            return Err(ClockError::End);
        }
        let mut now = self.live_on(&mut writer, aim, &mut || advance.goes_on() && wanted());
        let stopped = now < aim;
        if stopped {
            // A running clock may have passed that mark meanwhile.
            now = now.max(self.now());
            self.catch_up(&mut writer, now);
        }
        let wall = self.wall.now();
        let clock = runs.showing(now, wall);
        let ticket = self
            .step(&mut writer, Step::Clock { now, wall, runs }, move |published| published.show(clock, now));
        drop(writer);
        self.settle(ticket).map_err(|_| ClockError::Journal)?;
        if stopped { Err(ClockError::Stopped { at: now }) } else { Ok(now) }
    }
}
