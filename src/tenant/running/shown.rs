//! What readers see of a running tenant: one value, replaced as a whole, so that state, clock and journal are always
//! of one instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::journal::script::Script;
use crate::tenant::timeline::clock::{Clock, ClockStop, Runs};
use crate::tenant::timeline::state::State;
use crate::tenant::wall::Wall;

/// Where a tenant's life stands, and how it came there.
#[derive(Clone)]
pub(super) struct Life {
    pub(super) state: Arc<State>,
    pub(super) script: Script<Snapshot>,
}

/// What is kept of a snapshot, beside the way to it.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) view: TenantView,
    /// How the clock ran.
    pub(super) runs: Runs,
}

/// What is shown.
pub(super) struct Shown {
    pub(super) life: Life,
    pub(super) clock: Arc<ShownClock>,
    /// How often it went back to an earlier state.
    pub(super) lives: u64,
}

/// A clock, with the latest instant that anybody was told by it: it never runs backwards, even if the wall clock does.
pub(super) struct ShownClock {
    pub(super) clock: Clock,
    /// It stands at what was told last, though it ought to run: while a change of it is written down, when the journal
    /// is lost, and while a file is played.
    held: bool,
    told: AtomicI64,
}

/// In place of what was told last: another clock takes its place, ask that.
const REPLACED: i64 = i64::MAX;

impl ShownClock {
    /// A clock that has told `told` already.
    pub(super) fn new(clock: Clock, told: VirtualTime) -> Arc<Self> {
        Arc::new(Self { clock, held: false, told: AtomicI64::new(told.millis()) })
    }

    /// A clock that stands at `at`, whichever way it runs.
    pub(super) fn standing(clock: Clock, at: VirtualTime) -> Arc<Self> {
        Arc::new(Self { clock, held: true, told: AtomicI64::new(at.millis()) })
    }

    /// What it shows; `None` once another takes its place.
    pub(super) fn now(&self, wall: &Wall) -> Option<VirtualTime> {
        let mut told = self.told.load(Ordering::Acquire);
        if self.held || self.clock.stands_still() {
            return (told != REPLACED).then(|| VirtualTime::from_millis(told));
        }
        let shows = self.clock.now(wall.now()).millis();
        while told != REPLACED {
            if shows <= told {
                return Some(VirtualTime::from_millis(told));
            }
            match self.told.compare_exchange_weak(told, shows, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(VirtualTime::from_millis(shows)),
                Err(now) => told = now,
            }
        }
        None
    }

    /// Nobody is told anything by it from here on: what it shows while the wall clock shows `wall`, or the last instant
    /// that anybody was told, if that is later. Whoever does this puts another clock in its place at once, since readers
    /// wait for that.
    pub(super) fn replace(&self, wall: VirtualTime) -> VirtualTime {
        let told = VirtualTime::from_millis(self.told.swap(REPLACED, Ordering::AcqRel));
        if self.held { told } else { told.max(self.clock.now(wall)) }
    }

    /// Why it stands still, though it ought to run; `lost` says that the journal is.
    pub(super) fn stop(&self, now: VirtualTime, lost: bool) -> Option<ClockStop> {
        if lost {
            return Some(ClockStop::Journal);
        }
        (!self.clock.stands_still() && now >= self.clock.end()).then_some(ClockStop::TooFar)
    }
}
