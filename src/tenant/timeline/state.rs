//! A snapshot of a tenant: everything up to a slot mark that lies just ahead.
//!
//! Outcomes are computed one slot ahead (absolute marks) and shown up to `created ≤ now`; so a reader inside the
//! slot needs no writer. Where something is due in the slot that changes what carries no instant (a step of a scenario
//! that closes an account, say), it is computed up to that only, and further once the clock is there. `base` is the state at the last instant that can no longer change (the slot's beginning,
//! or the last command), `head` is `base` lived through the rest of the slot. A command lives `base` up to its
//! instant, changes it, and recomputes the unseen rest.

use std::sync::Arc;

use crate::generate::World;
use crate::generate::stories::Storyline;
use crate::model::activity::Event;
use crate::model::alert::Alert;
use crate::model::command::{Command, JournalEntry};
use crate::model::ids::{Guid, Hex24};
use crate::model::index::{AlertNo, RowNo};
use crate::model::service_date::ServiceDate;
use crate::model::stamps::TokenStamps;
use crate::model::time::{SLOT, Span, VirtualTime};

use super::fold::Core;
use super::planner::Planner;
use crate::tenant::codebook::Codebook;
use crate::tenant::identity::TenantIdentity;

/// A snapshot. Cloning it is cheap.
#[derive(Clone)]
pub struct State {
    world: Arc<World>,
    identity: Arc<TenantIdentity>,
    base: Core,
    fixed: VirtualTime,
    head: Core,
    horizon: VirtualTime,
    journal: imbl::Vector<Arc<JournalEntry>>,
}

/// How far is lived between two looks at whether that is still wanted, …
const STRIDE: Span = Span::hours(1);
/// … but a slot at a time on days with more intents than these, so that it takes a fraction of a second at most.
const CROWDED: usize = 200_000;

/// The slot mark at or after `at`: the end of the slot `(mark - SLOT, mark]` that `at` lies in.
fn mark_after(at: VirtualTime) -> VirtualTime {
    (at + SLOT - Span::millis(1)).slot_floor()
}

/// How far a tenant that has lived up to some instant in the slot of `to` can be computed ahead.
fn lookahead(base: &Core, to: VirtualTime) -> VirtualTime {
    let before = |at: VirtualTime| at - Span::millis(1);
    base.next_undated().map_or(mark_after(to), |at| before(at).min(mark_after(to)))
}

/// An alert as it was at an instant: changes may lie ahead of who looks.
fn as_it_was(alert: &Arc<Alert>, now: VirtualTime) -> &Arc<Alert> {
    alert.former.iter().find(|former| now < former.until).map_or(alert, |former| &former.alert)
}

impl State {
    /// The tenant at its start, history lived through. `None` if `wanted` says no on the way.
    pub(in crate::tenant) fn born(
        world: Arc<World>,
        identity: TenantIdentity,
        planner: &mut Planner,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let start = world.spec.start;
        let history = Span::days(i64::from(world.spec.history_days()));
        let birth = VirtualTime::of_day(start.day()) - history;
        let core = Core::empty(&world, birth);
        let unborn = Self {
            world,
            identity: Arc::new(identity),
            base: core.clone(),
            fixed: birth,
            head: core,
            horizon: birth,
            journal: imbl::Vector::new(),
        };
        let born = unborn.advanced(start, planner, wanted);
        (born.horizon >= start).then_some(born)
    }

    /// The same tenant with the slot of `to` computed; `to` lies beyond the horizon. It stops at an earlier mark,
    /// which is fixed then, if `wanted` says no on the way; where not even a first step was done, it may stand where it stood.
    pub(in crate::tenant) fn advanced(
        &self,
        to: VirtualTime,
        planner: &mut Planner,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Self {
        let aim = mark_after(to) - SLOT;
        let (mut base, mut fixed) = (self.head.clone(), self.horizon);
        let mut stopped = false;
        while fixed < aim && !stopped {
            stopped = !wanted();
            if !stopped {
                let stride = if planner.planned(fixed.day()) > CROWDED { SLOT } else { STRIDE };
                let next = aim.min((fixed + stride).slot_floor());
                // With the slot after it, so that standing there would cost no planning.
                let last = mark_after(next + Span::millis(1)).day();
                if planner.plan_while(fixed.day(), last, wanted) {
                    base.run(&self.world, planner, fixed, next);
                    fixed = next;
                } else {
                    stopped = true;
                }
            }
        }
        if stopped && fixed == self.horizon && !planner.has(mark_after(fixed + Span::millis(1)).day()) {
            return self.clone();
        }
        while let Some(at) = base.next_undated().filter(|at| *at <= to && !stopped) {
            base.run(&self.world, planner, fixed, at);
            fixed = at;
        }
        let reached = if stopped { fixed } else { to };
        let horizon = lookahead(&base, reached.max(fixed + Span::millis(1)));
        let mut head = base.clone();
        head.run(&self.world, planner, fixed, horizon);
        Self { base, fixed, head, horizon, ..self.clone() }
    }

    /// The same tenant after `change` at `at`, which lies in the slot that is computed.
    pub(in crate::tenant) fn changed<E>(
        &self,
        at: VirtualTime,
        command: &Command,
        planner: &mut Planner,
        change: impl FnOnce(&mut Core) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut base = self.base.clone();
        base.run(&self.world, planner, self.fixed, at);
        change(&mut base)?;
        let horizon = lookahead(&base, at.max(self.horizon));
        let mut head = base.clone();
        head.run(&self.world, planner, at, horizon);
        let mut journal = self.journal.clone();
        let number = journal.len() as u64 + 1;
        journal.push_back(Arc::new(JournalEntry { number, at, command: command.clone() }));
        Ok(Self { base, fixed: at, head, horizon, journal, ..self.clone() })
    }

    /// The same life under another identity.
    pub(in crate::tenant) fn stamped(&self, identity: TenantIdentity) -> Self {
        Self { identity: Arc::new(identity), ..self.clone() }
    }

    /// The last instant that is computed.
    pub fn horizon(&self) -> VirtualTime {
        self.horizon
    }

    /// The last instant that can no longer change.
    pub fn fixed(&self) -> VirtualTime {
        self.fixed
    }

    /// The unchanging world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The tenant's identity.
    pub fn identity(&self) -> &TenantIdentity {
        &self.identity
    }

    /// What changes; holds what is not yet to be seen, so every look at it names the instant.
    pub fn core(&self) -> &Core {
        &self.head
    }

    /// Accepted commands, oldest first.
    pub fn journal(&self) -> &imbl::Vector<Arc<JournalEntry>> {
        &self.journal
    }

    /// Every storyline: the planned ones, then those that were played.
    pub fn storylines(&self) -> impl Iterator<Item = &Storyline> {
        self.world.storylines.iter().chain(self.head.played.iter().map(|story| &**story))
    }

    /// Which time tokens carry.
    pub fn token_stamps(&self) -> TokenStamps {
        self.head.settings.token_stamps
    }

    /// The month whose services the tenant meets.
    pub fn service_date(&self) -> ServiceDate {
        self.head.settings.service_date
    }

    /// What the codes of rows mean.
    pub fn codebook(&self) -> Codebook<'_> {
        Codebook::new(&self.world, &self.head.additions)
    }

    /// How many alerts were stored at or before `now`.
    pub fn alert_count(&self, now: VirtualTime) -> usize {
        let (mut low, mut high) = (0, self.head.alerts.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.head.alerts.get(middle).is_some_and(|alert| alert.seen.stored <= now) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Alerts stored at or before `now`, oldest first.
    pub fn alerts(&self, now: VirtualTime) -> impl DoubleEndedIterator<Item = &Arc<Alert>> {
        self.head.alerts.iter().take(self.alert_count(now)).map(move |alert| as_it_was(alert, now))
    }

    /// An alert, if it was stored at or before `now`.
    pub fn alert(&self, number: AlertNo, now: VirtualTime) -> Option<&Arc<Alert>> {
        let alert = self.head.alerts.get(number.index())?;
        (alert.seen.stored <= now).then(|| as_it_was(alert, now))
    }

    /// The alert with this number and those stored before it, newest first; changes that lie ahead of who looks
    /// included.
    pub fn alerts_back_from(&self, number: AlertNo) -> impl Iterator<Item = &Arc<Alert>> {
        let until = self.head.alerts.len().min(number.index() + 1);
        self.head.alerts.focus().narrow(..until).into_iter().rev()
    }

    /// The alert with this id.
    pub fn alert_by_id(&self, id: Hex24, now: VirtualTime) -> Option<&Arc<Alert>> {
        self.alert(self.world.ids.alert_no(id)?, now)
    }

    /// The activity of a row.
    pub fn activity(&self, row: RowNo, now: VirtualTime) -> Option<Event> {
        self.head.log.row(row, now)
    }

    /// The activity of a row that a storyline or an alert rests on, if it was stored at or before `now`: even once it has
    /// left the log.
    pub fn activity_ever(&self, row: RowNo, now: VirtualTime) -> Option<Event> {
        self.activity(row, now).or_else(|| self.head.truth.kept(row))
    }

    /// The row behind the GUID of an activity.
    pub fn activity_row(&self, id: Guid) -> Option<RowNo> {
        self.world.ids.row_no(id)
    }
}
