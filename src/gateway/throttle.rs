//! The throttles of services: so many requests within a sliding window of virtual time, of a tenant or of each of its
//! applications.
//!
//! Sliding, because that is how the framework behind the Cloud Apps API counts: the wait it announces is the time
//! until the oldest request of the window leaves it. Not part of a tenant's state: lost at restart, empty in a fork.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};

use super::service::Service;

/// No tenant has more windows; of applications beyond, the one that has asked least lately starts anew.
const MOST_WINDOWS: usize = 1_024;

/// A limit on requests: so many within a window of virtual time.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Requests.
    pub requests: usize,
    /// Window, in seconds.
    pub seconds: i64,
}

/// Whose requests a limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// All that concern one tenant.
    Tenant,
    /// Those of each application in it; who is no application counts as one.
    Application,
}

/// The windows of one tenant.
#[derive(Default)]
pub struct Throttle(Mutex<BTreeMap<Key, Window>>);

/// A service, one of its limits, and whose requests it counts.
type Key = (Service, usize, Option<Guid>);

/// When the requests came that still count.
#[derive(Default)]
struct Window(VecDeque<VirtualTime>);

impl Window {
    /// How many milliseconds until a request is let through, if it is not now.
    fn wait(&mut self, limit: Limit, now: VirtualTime) -> Option<i64> {
        let length = Span::seconds(limit.seconds);
        while self.0.front().is_some_and(|first| *first + length <= now) {
            self.0.pop_front();
        }
        let first = self.0.front().filter(|_| self.0.len() >= limit.requests)?;
        Some((*first + length - now).as_millis())
    }
}

impl Throttle {
    /// Counts a request of `application` at `now` under each of the limits of a service. Or says how many milliseconds
    /// until it is let through, and counts it under none.
    pub fn admit(
        &self,
        service: Service,
        limits: &[(Limit, Per)],
        application: Option<Guid>,
        now: VirtualTime,
    ) -> Result<(), i64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |at: usize, per| (service, at, application.filter(|_| per == Per::Application));
        let waits = limits.iter().enumerate().filter_map(|(at, (limit, per))| {
            let key = key(at, *per);
            if windows.len() >= MOST_WINDOWS && !windows.contains_key(&key) {
                make_room(&mut windows);
            }
            windows.entry(key).or_default().wait(*limit, now)
        });
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        for (at, (_, per)) in limits.iter().enumerate() {
            windows.entry(key(at, *per)).or_default().0.push_back(now);
        }
        Ok(())
    }
}

/// Forgets the window of the application that has asked least lately. Those of the tenant stay: there are few.
fn make_room(windows: &mut BTreeMap<Key, Window>) {
    let of_applications = windows.iter().filter(|((.., application), _)| application.is_some());
    let oldest = of_applications.min_by_key(|(_, window)| window.0.back().copied()).map(|(key, _)| *key);
    if let Some(oldest) = oldest {
        windows.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_A_MINUTE: Limit = Limit { requests: 2, seconds: 60 };

    fn at(seconds: i64) -> VirtualTime {
        VirtualTime::from_millis(seconds * 1_000)
    }

    #[test]
    fn the_throttle_window_slides_with_virtual_time() {
        let throttle = Throttle::default();
        let admit =
            |seconds| throttle.admit(Service::CloudApps, &[(TWO_A_MINUTE, Per::Tenant)], None, at(seconds));
        assert_eq!(admit(0), Ok(()));
        assert_eq!(admit(30), Ok(()));
        assert_eq!(admit(45), Err(15_000));
        assert_eq!(admit(60), Ok(()));
        assert_eq!(admit(61), Err(29_000));
    }

    #[test]
    fn each_application_has_a_window_of_its_own_beside_that_of_the_tenant() {
        let throttle = Throttle::default();
        let five = Limit { requests: 5, seconds: 600 };
        let limits = [(TWO_A_MINUTE, Per::Application), (five, Per::Tenant)];
        let admit = |application, seconds| {
            throttle.admit(Service::Graph, &limits, Some(Guid::from_bits(application)), at(seconds))
        };
        assert_eq!((admit(1, 0), admit(1, 1)), (Ok(()), Ok(())));
        assert_eq!(admit(1, 2), Err(58_000));
        assert_eq!(
            (admit(2, 2), admit(2, 3)),
            (Ok(()), Ok(())),
            "the first application's do not count for it"
        );
        assert_eq!(admit(3, 4), Ok(()), "what was refused was not counted for the tenant");
        assert_eq!(admit(4, 5), Err(595_000), "the tenant's five are spent");
        let elsewhere = throttle.admit(Service::CloudApps, &limits, Some(Guid::from_bits(1)), at(6));
        assert_eq!(elsewhere, Ok(()), "another service counts for itself");
    }

    #[test]
    fn throttle_windows_are_bounded_and_the_most_recent_are_kept() {
        let throttle = Throttle::default();
        let limits =
            [(TWO_A_MINUTE, Per::Application), (Limit { requests: 10_000, seconds: 60 }, Per::Tenant)];
        let admit = |application, seconds| {
            throttle.admit(Service::Graph, &limits, Some(Guid::from_bits(application)), at(seconds))
        };
        for application in 0..2_000 {
            assert_eq!((admit(application, 1), admit(application, 1)), (Ok(()), Ok(())));
        }
        assert_eq!(throttle.0.lock().unwrap().len(), MOST_WINDOWS);
        assert_eq!(admit(1_999, 2), Err(59_000), "it asked last");
        assert_eq!(admit(0, 2), Ok(()), "it was forgotten");
    }
}
