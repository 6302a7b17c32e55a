//! The throttle of a service: so many requests within a sliding window of virtual time, per tenant.
//!
//! Sliding, because that is how the framework behind the Cloud Apps API counts: the wait it announces is the time
//! until the oldest request of the window leaves it. A trace: lost at restart, empty in a fork.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::model::time::{Span, VirtualTime};

use super::profile::Limit;

/// The requests of one service in one tenant.
#[derive(Default)]
pub struct Throttle(Mutex<VecDeque<VirtualTime>>);

impl Throttle {
    /// Counts a request at `now`, or says how many milliseconds until one is let through.
    pub fn admit(&self, limit: Limit, now: VirtualTime) -> Result<(), i64> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = Span::seconds(limit.seconds);
        while seen.front().is_some_and(|first| *first + window <= now) {
            seen.pop_front();
        }
        match seen.front() {
            Some(first) if seen.len() >= limit.requests => Err((*first + window - now).as_millis()),
            _ => {
                seen.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let (throttle, limit) = (Throttle::default(), Limit { requests: 2, seconds: 60 });
        let at = |seconds: i64| VirtualTime::from_millis(seconds * 1_000);
        assert_eq!(throttle.admit(limit, at(0)), Ok(()));
        assert_eq!(throttle.admit(limit, at(30)), Ok(()));
        assert_eq!(throttle.admit(limit, at(45)), Err(15_000));
        assert_eq!(throttle.admit(limit, at(60)), Ok(()));
        assert_eq!(throttle.admit(limit, at(61)), Err(29_000));
    }
}
