//! The only module that may look at the system clock, or at unseeded randomness.
//!
//! Everything above takes its time from a tenant's clock, which asks here; tests put a hand-moved clock in place.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::model::time::VirtualTime;

/// A wall clock: the system's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub enum Wall {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until it is set: milliseconds since the epoch.
    Manual(Arc<AtomicI64>),
}

impl Wall {
    /// A hand-moved clock that shows `at`.
    pub fn manual(at: VirtualTime) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.millis())))
    }

    /// What it shows.
    pub fn now(&self) -> VirtualTime {
        match self {
            Self::System => system_now(),
            Self::Manual(at) => VirtualTime::from_millis(at.load(Ordering::Acquire)),
        }
    }

    /// Sets a hand-moved clock; does nothing to the system's.
    pub fn set(&self, to: VirtualTime) {
        if let Self::Manual(at) = self {
            at.store(to.millis(), Ordering::Release);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
fn system_now() -> VirtualTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    VirtualTime::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 32 random hexadecimal digits for the operator's token; never reaches an emulated answer.
pub fn random_token() -> String {
    let mut bytes = [0u8; 16];
    // Fails only where the system has no source of randomness at all; a fixed token would then be no secret.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return String::new();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Measures real durations for the request log and for progress; never reaches an answer.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts one.
    #[allow(clippy::disallowed_methods, reason = "real durations are measured here alone")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Since it was started.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
