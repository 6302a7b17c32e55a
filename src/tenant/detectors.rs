//! Detectors: folds over the log that notice what a policy looks for.
//!
//! Their state lives in the tenant and depends only on the rows seen so far; what they notice becomes an alert at
//! least one slot later.

mod travel;

use std::sync::Arc;

use crate::generate::policies::{POLICIES, Policy, Rule};
use crate::generate::world::IpCategory;
use crate::model::activity::{Action, Event};
use crate::model::time::{Span, VirtualTime};

use super::lens::Lens;
use travel::Travel;

/// One policy speaks about one person at most once within this time.
const QUIET: Span = Span::hours(24);

/// What a detector noticed.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspicion {
    /// Index of the policy.
    pub policy: u16,
    /// The person.
    pub actor: u32,
    /// Activities that happened from here …
    pub from: VirtualTime,
    /// … to here, both included, are the evidence …
    pub to: VirtualTime,
    /// … if they come from this address, where one is given.
    pub address: Option<u32>,
}

/// The state of all detectors.
#[derive(Clone)]
pub struct Detectors {
    travel: Travel,
    failures: Arc<Vec<Count>>,
    downloads: Arc<Vec<Count>>,
    /// (policy, person) → until when that policy has said enough about that person.
    quiet: imbl::OrdMap<(u16, u32), VirtualTime>,
}

/// How many since when.
#[derive(Clone, Copy, Default)]
struct Count {
    since: VirtualTime,
    count: u32,
}

impl Detectors {
    /// Detectors that have seen nothing of `people` people.
    pub fn new(people: usize) -> Self {
        Self {
            travel: Travel::new(people),
            failures: Arc::new(vec![Count::default(); people]),
            downloads: Arc::new(vec![Count::default(); people]),
            quiet: imbl::OrdMap::new(),
        }
    }

    /// Sees one more row of the log. Applications and others who are no people of the directory are not looked at.
    pub fn see(&mut self, lens: Lens<'_>, event: &Event) -> Option<Suspicion> {
        if event.actor as usize >= lens.world.people.len() {
            return None;
        }
        let (action, administrative) = lens.action(event.kind);
        let at = event.timestamp();
        let mut found = None;
        if action != Action::FailedSignIn
            && let Some(since) = self.travel.see(lens, event)
        {
            let policy = policy_of(|rule| rule == Rule::ImpossibleTravel);
            found = Some(suspicion(policy, event, since, at + Span::hours(2), None));
        }
        let found = found.or_else(|| match action {
            Action::FailedSignIn => count(&mut self.failures, event, |rule| match rule {
                Rule::FailedSignIns { count, seconds } => Some((count, seconds)),
                _ => None,
            }),
            Action::Download => count(&mut self.downloads, event, |rule| match rule {
                Rule::Downloads { count, seconds } => Some((count, seconds)),
                _ => None,
            }),
            Action::ShareExternal => Some(suspicion(
                policy_of(|rule| rule == Rule::ExternalSharing),
                event,
                at,
                at,
                Some(event.address),
            )),
            Action::SignIn if category(lens, event) == IpCategory::Risky => {
                let policy = policy_of(|rule| rule == Rule::RiskySignIn);
                Some(suspicion(policy, event, at, at + Span::hours(1), Some(event.address)))
            }
            _ if administrative && is_outside(category(lens, event)) => {
                let policy = policy_of(|rule| rule == Rule::AdministrationFromOutside);
                Some(suspicion(policy, event, at, at, Some(event.address)))
            }
            _ => None,
        })?;
        self.is_news(&found, event.created).then_some(found)
    }

    fn is_news(&mut self, found: &Suspicion, at: VirtualTime) -> bool {
        let key = (found.policy, found.actor);
        if self.quiet.get(&key).is_some_and(|until| *until > at) {
            return false;
        }
        self.quiet.insert(key, at + QUIET);
        true
    }
}

fn policy_of(rule: impl Fn(Rule) -> bool) -> u16 {
    crate::generate::policies::speaking_by(rule)
}

fn suspicion(
    policy: u16,
    event: &Event,
    from: VirtualTime,
    to: VirtualTime,
    address: Option<u32>,
) -> Suspicion {
    Suspicion { policy, actor: event.actor, from, to, address }
}

fn category(lens: Lens<'_>, event: &Event) -> IpCategory {
    // Of a row that does not say from where, nothing can be held against the place.
    lens.address(event.address).map_or(IpCategory::Corporate, |address| address.place.category)
}

fn is_outside(category: IpCategory) -> bool {
    !matches!(category, IpCategory::Corporate | IpCategory::Administrative | IpCategory::Vpn)
}

/// Counts an event in its person's window; a full window is a suspicion.
fn count(
    counts: &mut Arc<Vec<Count>>,
    event: &Event,
    limits: impl Fn(Rule) -> Option<(u32, i64)>,
) -> Option<Suspicion> {
    let (policy, (limit, seconds)) = POLICIES
        .iter()
        .enumerate()
        .find_map(|(index, policy): (usize, &Policy)| Some((index as u16, limits(policy.rule)?)))?;
    let at = event.timestamp();
    let slot = Arc::make_mut(counts).get_mut(event.actor as usize)?;
    // A row that was stored late may have happened before the window: it then begins nothing new.
    if at < slot.since {
        return None;
    }
    if at - slot.since > Span::seconds(seconds) {
        *slot = Count { since: at, count: 0 };
    }
    slot.count += 1;
    (slot.count == limit)
        .then(|| suspicion(policy, event, slot.since, slot.since + Span::seconds(seconds), None))
}
