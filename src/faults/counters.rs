//! How often faults were asked and acted: a trace of one tenant, lost at restart and empty in a fork.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::model::index::FaultNo;

/// No tenant's counters are more; those of the faults that came first make room, which have ended.
const MOST: usize = 1_024;

/// How often a fault was met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Requests that it is about, within its window and before it was used up.
    pub matched: u64,
    /// Those on which it acted.
    pub acted: u64,
}

/// The counters of a tenant's faults.
#[derive(Default)]
pub struct Counters(Mutex<Life>);

/// A reset gives the numbers of faults anew, so the counters are of one life.
#[derive(Default)]
struct Life {
    number: u64,
    counts: BTreeMap<FaultNo, Count>,
}

/// What came of a request that a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Its place among the requests that the fault is about: 1, 2, 3, …
    pub ordinal: u64,
    /// The fault acts on it.
    pub acts: bool,
    /// It was the last time.
    pub is_last: bool,
}

impl Counters {
    /// Counts a request that a fault is about. `most` is how often the fault may act, and `comes` says of an ordinal
    /// whether it does. `None` if it has acted as often as it may: then nothing is counted.
    pub fn meet(
        &self,
        life: u64,
        fault: FaultNo,
        most: Option<u64>,
        comes: impl FnOnce(u64) -> bool,
    ) -> Option<Drawn> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.number != life {
            *kept = Life { number: life, counts: BTreeMap::new() };
        }
        while kept.counts.len() >= MOST && !kept.counts.contains_key(&fault) {
            kept.counts.pop_first();
        }
        let count = kept.counts.entry(fault).or_default();
        if most.is_some_and(|most| count.acted >= most) {
            return None;
        }
        count.matched += 1;
        let acts = comes(count.matched);
        count.acted += u64::from(acts);
        let is_last = acts && most.is_some_and(|most| count.acted >= most);
        Some(Drawn { ordinal: count.matched, acts, is_last })
    }

    /// How often a fault was met in this life of the tenant.
    pub fn of(&self, life: u64, fault: FaultNo) -> Count {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.number == life {
            kept.counts.get(&fault).copied().unwrap_or_default()
        } else {
            Count::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_is_used_up_counts_no_more() {
        let counters = Counters::default();
        let fault = FaultNo::new(0);
        let met: Vec<_> = (0..4).map(|_| counters.meet(0, fault, Some(2), |ordinal| ordinal > 1)).collect();
        let drawn = |ordinal, acts, is_last| Some(Drawn { ordinal, acts, is_last });
        assert_eq!(met, [drawn(1, false, false), drawn(2, true, false), drawn(3, true, true), None]);
        assert_eq!(counters.of(0, fault), Count { matched: 3, acted: 2 });
    }

    #[test]
    fn another_life_begins_to_count_anew() {
        let counters = Counters::default();
        let fault = FaultNo::new(0);
        counters.meet(0, fault, None, |_| true);
        assert_eq!(counters.of(1, fault), Count::default());
        assert_eq!(counters.meet(1, fault, None, |_| true).map(|drawn| drawn.ordinal), Some(1));
    }

    #[test]
    fn the_counters_of_a_tenant_are_bounded() {
        let counters = Counters::default();
        for number in 0..3_000 {
            counters.meet(0, FaultNo::new(number), None, |_| true);
        }
        assert_eq!(counters.0.lock().unwrap().counts.len(), MOST);
        assert_eq!(counters.of(0, FaultNo::new(2_999)).acted, 1);
    }
}
