//! A tenant's clock: how virtual time follows the wall clock, or does not.

use crate::model::time::{Span, VirtualTime};

/// How the clock of a new tenant goes on after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Stands still.
    Frozen {
        /// Where.
        at: VirtualTime,
    },
}

/// A change of the clock that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time never runs backwards.
    #[error("a tenant's clock never runs backwards; reset the tenant to begin again at its start")]
    Backwards,
    /// Further than the cap.
    #[error("{by_days} days at once is too far; the clock can be moved by at most 400 days at a time")]
    TooFar {
        /// What was asked.
        by_days: i64,
    },
}

impl Clock {
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
            Self::Frozen { at } => at,
        }
    }

    /// The same clock, `by` later than `now`, which is what it shows.
    pub fn advanced(self, by: Span, now: VirtualTime) -> Result<Self, ClockError> {
        if by < Span::default() {
            return Err(ClockError::Backwards);
        }
        Ok(match self {
            Self::Follow { offset } => {
                Self::Follow { offset: Span::millis(offset.as_millis().saturating_add(by.as_millis())) }
            }
            Self::Frozen { .. } => Self::Frozen { at: now + by },
        })
    }

    /// The word for its mode.
    pub const fn mode_name(&self) -> &'static str {
        match self {
            Self::Follow { .. } => "follow",
            Self::Frozen { .. } => "frozen",
        }
    }
}
