//! The investigation priority of users (0 to 1,000), now and on the days before.
//!
//! It adds up what was known against a user in the week up to an instant: the alerts about them, with the weights and
//! the rule by which an alert tells the priority that its user had when it was raised, and (unverified) sign-ins that
//! failed, as far as they are more than people have on most days. Who has nothing against them has 0; who was never seen
//! has none.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/tutorial-ueba>.

use std::collections::BTreeMap;

use crate::model::index::ActorCode;
use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::TenantView;
use crate::tenant::timeline::digest::LogDigest;

use super::alert::{WEEK, WEIGHTS, priority};
use super::{AlertFacts, PersonFacts};

/// How many days its history has, today included (unverified).
const DAYS: usize = 14;
/// How many alerts are looked at, at most.
const MOST: usize = 20_000;
/// So many failed sign-ins of a day are nobody's concern, …
const USUAL: u32 = 5;
/// … and so many points a day adds at most.
const WORST: u32 = 20;

/// The priority of a user at the end of a day, or now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    /// The first instant of the day (UTC).
    pub day: VirtualTime,
    /// The priority.
    pub score: u32,
    /// Of how many of a hundred users it is above.
    pub percentile: u32,
}

/// The priorities of all users.
pub struct Priorities {
    /// The first instants of the days, oldest first.
    days: Vec<VirtualTime>,
    /// Of those who have something against them: at the end of each day.
    known: BTreeMap<ActorCode, [u32; DAYS]>,
    /// All scores above 0 of each day, ascending.
    ranks: Vec<Vec<u32>>,
    users: usize,
}

impl Priorities {
    /// Those at the instant of `view`, of whose log `digest` is.
    pub fn new(view: &TenantView, digest: &LogDigest) -> Self {
        let today = view.now.day();
        let first = today - (DAYS as i64 - 1);
        let days: Vec<VirtualTime> = (first..=today).map(VirtualTime::of_day).collect();
        let end = |day: usize| if day + 1 == DAYS { view.now } else { days[day] + DAY - Span::millis(1) };
        let mut known: BTreeMap<ActorCode, [u32; DAYS]> = BTreeMap::new();
        let oldest = days[0] - WEEK;
        let recent = AlertFacts::all(view).rev().take(MOST).take_while(|alert| alert.stored() > oldest);
        for alert in recent.filter(|alert| alert.actor().is_some_and(|actor| actor.user)) {
            let weight = WEIGHTS[usize::from(alert.severity() & 3)];
            let sums = known.entry(alert.actor_code()).or_default();
            for (day, sum) in sums.iter_mut().enumerate() {
                let (to, at) = (end(day), alert.raised());
                *sum += if at > to - WEEK && at <= to { weight } else { 0 };
            }
        }
        let mut failed: BTreeMap<(ActorCode, i64), u32> = BTreeMap::new();
        for (actor, day, times) in digest.failed_since(first - 6) {
            *failed.entry((actor, day)).or_default() += times;
        }
        let codebook = view.state.codebook();
        for ((actor, day), times) in failed {
            let points = times.saturating_sub(USUAL).min(WORST);
            if points == 0 || !codebook.actor(actor).is_some_and(|actor| actor.user) {
                continue;
            }
            let sums = known.entry(actor).or_default();
            for (at, sum) in (first..).zip(sums.iter_mut()) {
                *sum += if (at - 6..=at).contains(&day) { points } else { 0 };
            }
        }
        for (actor, sums) in &mut known {
            for sum in sums.iter_mut().filter(|sum| **sum > 0) {
                *sum = priority(view, *actor, *sum);
            }
        }
        let ranks = (0..DAYS).map(|day| {
            let mut scores: Vec<u32> =
                known.values().map(|sums| sums[day]).filter(|score| *score > 0).collect();
            scores.sort_unstable();
            scores
        });
        let ranks = ranks.collect();
        Self { days, known, ranks, users: PersonFacts::all(view).count().max(1) }
    }

    /// That of a user now.
    pub fn now(&self, user: ActorCode) -> u32 {
        self.known.get(&user).map_or(0, |scores| scores[DAYS - 1])
    }

    /// That of a user at the end of each day, oldest first; the last is now.
    pub fn history(&self, user: ActorCode) -> impl Iterator<Item = Priority> {
        let scores = self.known.get(&user).copied().unwrap_or_default();
        self.days.iter().zip(&self.ranks).zip(scores).map(|((day, ranks), score)| {
            let nothing = self.users.saturating_sub(ranks.len());
            let below = if score == 0 { 0 } else { nothing + ranks.partition_point(|other| *other < score) };
            Priority { day: *day, score, percentile: (100 * below.min(self.users) / self.users) as u32 }
        })
    }
}
