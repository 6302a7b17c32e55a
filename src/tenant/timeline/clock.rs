//! A tenant's clock: how virtual time follows the wall clock, or does not.

use crate::model::time::{Span, VirtualTime};

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

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Wall clock plus an offset.
    Follow {
        /// Virtual minus wall time.
        offset: Span,
    },
    /// Runs at another pace than the wall clock.
    Rate {
        /// What it showed …
        from: VirtualTime,
        /// … while the wall clock showed this.
        wall: VirtualTime,
        /// Thousandths of a virtual second per second.
        milli: u32,
    },
    /// Stands still.
    Frozen {
        /// Where.
        at: VirtualTime,
    },
}

/// The fastest pace of a clock: a day in 8.64 seconds.
pub const FASTEST_RATE: u32 = 10_000;

/// A change of the clock that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time never runs backwards.
    #[error(
        "a tenant's clock never runs backwards; reset the tenant to begin again at its start, or restore a snapshot"
    )]
    Backwards,
    /// The journal can't take it.
    #[error("the journal of this tenant can't be written any more; see the server's log")]
    Journal,
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
    /// It shows the same until it is moved.
    pub fn stands_still(&self) -> bool {
        matches!(self, Self::Frozen { .. })
    }

    /// The clock of a tenant that starts at `start` while the wall clock shows `wall`.
    pub fn starting(mode: Mode, start: VirtualTime, wall: VirtualTime) -> Self {
        match mode {
            // A start in the future would make time run backwards: it then begins at the start.
            Mode::FollowWall if start <= wall => Self::Follow { offset: Span::default() },
            Mode::FollowWall | Mode::FollowFromStart => Self::following(start, wall),
            Mode::Frozen => Self::frozen(start),
        }
    }

    /// A clock that shows `now` while the wall clock shows `wall`, and runs with it.
    pub fn following(now: VirtualTime, wall: VirtualTime) -> Self {
        Self::Follow { offset: now - wall }
    }

    /// A clock that stands at `at`.
    pub const fn frozen(at: VirtualTime) -> Self {
        Self::Frozen { at }
    }

    /// What it shows while the wall clock shows `wall`.
    pub fn now(&self, wall: VirtualTime) -> VirtualTime {
        match *self {
            Self::Follow { offset } => wall + offset,
            Self::Rate { from, wall: then, milli } => {
                from + Span::millis((wall - then).as_millis().saturating_mul(i64::from(milli)) / 1_000)
            }
            Self::Frozen { at } => at,
        }
    }

    /// A clock that shows `now` while the wall clock shows `wall`, and runs `milli / 1000` times as fast.
    pub const fn at_rate(now: VirtualTime, wall: VirtualTime, milli: u32) -> Self {
        Self::Rate { from: now, wall, milli }
    }

    /// The same way of running, but showing `now` while the wall clock shows `wall`.
    pub fn showing(self, now: VirtualTime, wall: VirtualTime) -> Self {
        match self {
            Self::Follow { .. } => Self::following(now, wall),
            Self::Rate { milli, .. } => Self::at_rate(now, wall, milli),
            Self::Frozen { .. } => Self::frozen(now),
        }
    }

    /// Virtual seconds per second.
    pub fn rate(&self) -> f64 {
        match self {
            Self::Follow { .. } => 1.0,
            Self::Rate { milli, .. } => f64::from(*milli) / 1_000.0,
            Self::Frozen { .. } => 0.0,
        }
    }

    /// The word for its mode.
    pub const fn mode_name(&self) -> &'static str {
        match self {
            Self::Follow { .. } => "follow",
            Self::Rate { .. } => "rate",
            Self::Frozen { .. } => "frozen",
        }
    }
}
