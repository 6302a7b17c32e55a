//! A tenant's clock: how virtual time follows the wall clock, or does not.

use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::journal::store::NotWritten;

/// How the clock of a new tenant goes on after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// Show the wall clock's time.
    FollowWall,
    /// Begin at the start and run at the pace of the wall clock.
    FollowFromStart,
    /// Stand still at the start.
    Frozen,
}

/// How a clock runs, apart from what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Runs {
    /// With the wall clock.
    Follow,
    /// Not.
    Frozen,
    /// At a pace: thousandths of a virtual second per second.
    Rate(u32),
}

/// A clock: what it showed when it was set, and how it has run since. So it is journaled, and nothing else decides what
/// it shows: a server that comes back goes on from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Clock {
    /// What it showed …
    pub now: VirtualTime,
    /// … while the wall clock showed this.
    pub wall: VirtualTime,
    /// How it runs since.
    pub runs: Runs,
}

/// The fastest pace of a clock: a day in 8.64 seconds.
pub const FASTEST_RATE: u32 = 10_000;

/// The longest way that a clock goes at once: that it can be moved, and that it runs without being read, as while no
/// server is there. What lies between has to be computed when it is read again.
pub const LONGEST_ADVANCE: Span = Span::days(400);

/// Why a clock that ought to run stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockStop {
    /// What happens can't be written down.
    #[error("the journal of this tenant can't be written any more; see the server's log")]
    Journal,
    /// It has gone further than a clock may go at once.
    #[error(
        "the clock has run {} days without being read, which is the cap; set it or advance it, and it runs on",
        LONGEST_ADVANCE.as_millis() / DAY.as_millis()
    )]
    TooFar,
}

/// A change of the clock that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time never runs backwards.
    #[error(
        "a tenant's clock never runs backwards; reset the tenant to begin again at its start, or restore a snapshot"
    )]
    Backwards,
    /// The journal can't take it.
    #[error("{0}")]
    Journal(#[from] NotWritten),
    /// Further than the cap.
    #[error("{by_days} days at once is too far; the clock can be moved by at most 400 days at a time")]
    TooFar {
        /// What was asked.
        by_days: i64,
    },
    /// Somebody stopped it on the way.
    #[error("the clock was stopped on its way and stands at {at}")]
    Stopped {
        /// Where.
        at: VirtualTime,
    },
    /// Later than any instant that can be written.
    #[error("a tenant's clock ends at {}", VirtualTime::LATEST)]
    End,
}

impl Clock {
    /// The clock of a tenant that starts at `start` while the wall clock shows `wall`.
    pub fn starting(mode: Mode, start: VirtualTime, wall: VirtualTime) -> Self {
        match mode {
            // A start in the future would make time run backwards: it then begins at the start.
            Mode::FollowWall if start <= wall => Self { now: start, wall: start, runs: Runs::Follow },
            Mode::FollowWall | Mode::FollowFromStart => Self { now: start, wall, runs: Runs::Follow },
            Mode::Frozen => Self { now: start, wall, runs: Runs::Frozen },
        }
    }

    /// What it shows while the wall clock shows `wall`, unless it was told to have shown more.
    pub fn now(&self, wall: VirtualTime) -> VirtualTime {
        let passed = (wall - self.wall).as_millis();
        let way = match self.runs {
            Runs::Frozen => return self.now,
            Runs::Follow => passed,
            Runs::Rate(milli) => passed.saturating_mul(i64::from(milli)) / 1_000,
        };
        self.now + Span::millis(way.min((self.end() - self.now).as_millis()))
    }

    /// The last instant that it shows, unless it is set anew.
    pub fn end(&self) -> VirtualTime {
        (self.now + LONGEST_ADVANCE).min(VirtualTime::LATEST)
    }

    /// It shows the same until it is moved.
    pub fn stands_still(&self) -> bool {
        self.runs == Runs::Frozen
    }

    /// Virtual seconds per second.
    pub fn rate(&self) -> f64 {
        match self.runs {
            Runs::Follow => 1.0,
            Runs::Rate(milli) => f64::from(milli) / 1_000.0,
            Runs::Frozen => 0.0,
        }
    }

    /// The word for its mode.
    pub const fn mode_name(&self) -> &'static str {
        match self.runs {
            Runs::Follow => "follow",
            Runs::Rate(_) => "rate",
            Runs::Frozen => "frozen",
        }
    }
}
