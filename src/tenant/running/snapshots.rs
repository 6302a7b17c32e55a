//! Tenants that start from an earlier state: snapshots and restoring them, reset, forks.

use std::sync::Arc;

use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::identity::TenantIdentity;
use crate::tenant::journal::Step;
use crate::tenant::journal::script::Script;
use crate::tenant::journal::store::NotWritten;
use crate::tenant::timeline::clock::{Clock, Runs};
use crate::tenant::timeline::state::State;
use crate::tenant::wall::Wall;

use super::shown::{Life, ShownClock, Snapshot};
use super::writing::NextClock;
use super::{Birth, FirstClock, Held, Tenant, Writer};

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
    #[error("{0}")]
    Journal(#[from] NotWritten),
}

/// A snapshot can have this name.
pub fn is_snapshot_name(name: &str) -> bool {
    let usable = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (1..=64).contains(&name.len()) && name.chars().all(usable)
}

impl Snapshot {
    /// What is kept of a life at `at`, whose clock runs so.
    pub(super) fn of(state: &Arc<State>, at: VirtualTime, runs: Runs) -> Self {
        Self { view: TenantView { state: Arc::clone(state), now: at }, runs }
    }
}

impl Tenant {
    /// Keeps the present under a name. Costs the same whatever the size; the same name again overwrites.
    pub fn snapshot(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        if !is_snapshot_name(name) {
            return Err(SnapshotError::Name);
        }
        let mut writer = self.writer();
        let script = &writer.head.script;
        if script.snapshots().len() >= MOST_SNAPSHOTS && script.snapshot(name).is_none() {
            return Err(SnapshotError::Full);
        }
        // How the clock runs is kept, too: a change of it that is under way comes first.
        self.takes(&writer)?;
        self.all_shown(&mut writer)?;
        let now = self.now();
        self.live_on(&mut writer, now, &mut || true);
        let at = now.max(writer.head.state.fixed());
        let ticket = self.step(&mut writer, Step::Snapshot { at, name: name.to_owned() }, NextClock::Same);
        drop(writer);
        self.settle(ticket)?;
        Ok(at)
    }

    /// Names of the snapshots, with the instants they were taken at.
    pub fn snapshots(&self) -> Vec<(String, VirtualTime)> {
        let shown = self.published.shown.load();
        shown.life.script.snapshots().map(|(name, kept)| (name.clone(), kept.view.now)).collect()
    }

    /// Back to a snapshot: its records and journal, its instant, and how its clock ran.
    pub fn restore(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        let mut writer = self.writer();
        let kept = writer.head.script.snapshot(name).cloned().ok_or(SnapshotError::Unknown)?;
        let clock = Clock { now: kept.view.now, wall: self.wall.now(), runs: kept.runs };
        let step = Step::Restore { name: name.to_owned(), clock: Some(clock) };
        self.go_back(&mut writer, step, &kept.view, clock)?;
        Ok(kept.view.now)
    }

    /// Back to birth (of a fork: to where it was forked off): what came since is dropped, and the clock is as it first
    /// was.
    ///
    /// # Errors
    /// When the journal can't be written any more.
    pub fn reset(&self) -> Result<(), NotWritten> {
        let clock = self.birth.clock(self.wall.now());
        self.go_back(&mut self.writer(), Step::Reset { clock: Some(clock) }, &self.birth.view, clock)
    }

    /// Stands at an earlier state, once that is durable. Nobody else writes meanwhile, since what comes next belongs to
    /// another life.
    fn go_back(
        &self,
        writer: &mut Writer,
        step: Step,
        to: &TenantView,
        clock: Clock,
    ) -> Result<(), NotWritten> {
        if self.has_lost_its_journal() {
            return Err(NotWritten::Refused);
        }
        self.all_shown(writer)?;
        writer.head.state = Arc::clone(&to.state);
        if matches!(step, Step::Reset { .. }) && writer.head.script.snapshots().len() == 0 {
            // Nothing leads back to the steps before.
            writer.held.clear();
        }
        let ticket = self.step(writer, step, NextClock::New(ShownClock::new(clock, to.now)));
        self.settle_held(writer, ticket)
    }

    /// The same tenant as it was born, standing at its start by this wall clock: what another birth from its
    /// specification would give, at the cost of a fork. Both have one identity, so they can't be in one registry; tests
    /// share births so. Not for forks, which were never born.
    pub fn as_born(&self, wall: Wall) -> Self {
        let planner = self.writer().planner.clone();
        Self::running(self.birth.clone(), Script::default(), wall, planner)
    }

    /// A tenant of its own that has lived the same life up to now: same people, apps and records, another GUID,
    /// number, host label and keys. Costs the same whatever the size. It lives in memory.
    #[must_use]
    pub fn fork(&self) -> Self {
        // Played from birth, the parent's steps bring the fork to where it begins.
        self.at_present(|shown, now| {
            let Life { state, script } = &shown.life;
            let view = TenantView { state: Arc::clone(state), now };
            let runs = shown.clock.clock.runs;
            self.as_forked(&view, script.forked(now, runs), runs)
        })
    }

    /// A life at an instant under an identity of its own, which came there by this script.
    pub(super) fn as_forked(&self, view: &TenantView, script: Script<Snapshot>, runs: Runs) -> Self {
        let (lineage, is_kept) = self.next_fork();
        let identity = TenantIdentity::new(self.spec().seed, &self.world().company.label, lineage);
        let state = Arc::new(view.state.stamped(identity));
        // The planned intents of the current days hold for the fork too: sharing them saves generating them again.
        let (planner, held) = {
            let writer = self.writer();
            (writer.planner.clone(), Held::inheriting(&writer.held))
        };
        let birth = Birth { view: TenantView { state, now: view.now }, clock: FirstClock::Forked(runs) };
        let fork = Self::running(birth, script, self.wall.clone(), planner);
        fork.writer().held = held;
        Self { is_numbered: is_kept, ..fork }
    }
}
