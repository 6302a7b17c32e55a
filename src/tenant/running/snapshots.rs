//! Tenants that start from an earlier state: snapshots and restoring them, reset, forks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::identity::TenantIdentity;
use crate::tenant::journal::Step;
use crate::tenant::journal::store::Ticket;
use crate::tenant::timeline::clock::{Clock, Mode};
use crate::tenant::wall::Wall;

use super::{Held, Tenant, Writer};

/// No tenant keeps more snapshots.
pub const MOST_SNAPSHOTS: usize = 64;

/// What can be wrong with a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The name.
    #[error("a snapshot's name has 1 to 64 letters, digits, hyphens, underscores or dots")]
    Name,
    /// Too many.
    #[error(
        "a tenant keeps {MOST_SNAPSHOTS} snapshots, which is the cap; take one under a name that exists to overwrite it"
    )]
    Full,
    /// No such snapshot.
    #[error("there is no such snapshot")]
    Unknown,
    /// The journal can't take it.
    #[error("the journal of this tenant can't be written any more; see the server's log")]
    Journal,
}

/// A snapshot can have this name.
pub fn is_snapshot_name(name: &str) -> bool {
    let usable = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (1..=64).contains(&name.len()) && name.chars().all(usable)
}

impl Tenant {
    /// Keeps the present under a name. Costs the same whatever the size; the same name again overwrites.
    pub fn snapshot(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        if !is_snapshot_name(name) {
            return Err(SnapshotError::Name);
        }
        let mut writer = self.writer();
        if writer.snapshots.len() >= MOST_SNAPSHOTS && !writer.snapshots.contains_key(name) {
            return Err(SnapshotError::Full);
        }
        if !self.takes(&writer) {
            return Err(SnapshotError::Journal);
        }
        let at = self.now();
        self.catch_up(&mut writer, at);
        let view = TenantView { state: Arc::clone(&writer.head), now: at };
        writer.snapshots.insert(name.to_owned(), view);
        let ticket = self.step(&mut writer, Step::Snapshot { at, name: name.to_owned() }, |_| {});
        drop(writer);
        self.settle(ticket).map_err(|_| SnapshotError::Journal)?;
        Ok(at)
    }

    /// Names of the snapshots, with the instants they were taken at.
    pub fn snapshots(&self) -> Vec<(String, VirtualTime)> {
        self.writer().snapshots.iter().map(|(name, view)| (name.clone(), view.now)).collect()
    }

    /// Back to a snapshot: its records and journal, and its instant; the clock goes on from there in its mode.
    pub fn restore(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let mut writer = self.writer();
        let view = writer.snapshots.get(name).cloned().ok_or(SnapshotError::Unknown)?;
        if !self.takes(&writer) {
            return Err(SnapshotError::Journal);
        }
        let now = view.now;
        let clock = self.clock().showing(now, self.wall.now());
        let ticket = self.go_back(&mut writer, Step::Restore { name: name.to_owned() }, view, clock);
        drop(writer);
        self.settle(ticket).map_err(|_| SnapshotError::Journal)?;
        Ok(now)
    }

    /// Back to birth (of a fork: to where it was forked off): the journal is dropped and the clock stands where it
    /// first stood.
    pub fn reset(&self) {
        let mut writer = self.writer();
        let (now, wall) = (self.birth.now, self.wall.now());
        let clock = match self.first_mode {
            Some(mode) => Clock::starting(mode, now, wall),
            None => self.clock().showing(now, wall),
        };
        let ticket = self.go_back(&mut writer, Step::Reset {}, self.birth.clone(), clock);
        if writer.snapshots.is_empty() {
            // Without snapshots nothing can return to the steps before, so they are dropped up to the fork.
            let forked = writer.steps.iter().rposition(|step| matches!(**step, Step::Forked { .. }));
            writer.steps.truncate(forked.map_or(0, |index| index + 1));
            writer.held.clear();
        }
        drop(writer);
        // A journal that can't be written any more has said so in the log.
        let _ = self.settle(ticket);
    }

    fn go_back(&self, writer: &mut Writer, step: Step, to: TenantView, clock: Clock) -> Option<Ticket> {
        writer.head = Arc::clone(&to.state);
        self.step(writer, step, move |published| {
            published.clock.store(Arc::new(clock));
            published.latest.store(to.now.millis(), Ordering::Release);
            published.state.store(to.state);
            published.life.fetch_add(1, Ordering::AcqRel);
        })
    }

    /// The same tenant as it was born, standing at its start by this wall clock: what another birth from its
    /// specification would give, at the cost of a fork. Both have one identity, so they can't be in one registry; tests
    /// share births so. Not for forks, which were never born.
    pub fn as_born(&self, wall: Wall) -> Self {
        let mode = self.first_mode.unwrap_or(Mode::Frozen);
        let clock = Clock::starting(mode, self.birth.now, wall.now());
        let planner = self.writer().planner.clone();
        Self::running(self.birth.clone(), self.first_mode, clock, wall, planner)
    }

    /// A tenant of its own that has lived the same life up to now: same people, apps and records, another GUID,
    /// number, host label and keys. Costs the same whatever the size. It lives in memory.
    #[must_use]
    pub fn fork(&self) -> Self {
        let view = self.read();
        let at = view.now;
        let fork = self.as_forked(view);
        // Played from birth, the parent's steps bring the fork to where it begins.
        let (mut steps, held) = {
            let writer = self.writer();
            (writer.steps.clone(), Held::inheriting(&writer.held))
        };
        steps.push_back(Arc::new(Step::Forked { at }));
        {
            let mut writer = fork.writer();
            (writer.steps, writer.held) = (steps, held);
        }
        fork
    }

    /// The same life at an instant under an identity of its own, without any step yet.
    pub(super) fn as_forked(&self, view: TenantView) -> Self {
        let lineage = self.next_fork();
        let identity = TenantIdentity::new(self.spec().seed, &self.world().company.label, lineage);
        let state = Arc::new(view.state.stamped(identity));
        // The planned intents of the current days hold for the fork too: sharing them saves generating them again.
        let planner = self.writer().planner.clone();
        Self::running(TenantView { state, now: view.now }, None, self.clock(), self.wall.clone(), planner)
    }
}
