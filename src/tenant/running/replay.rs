//! From a tenant to its file, and back: the steps of a journal played again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::time::VirtualTime;
use crate::tenant::CommandRefusal;
use crate::tenant::journal::{Header, Runs, Step, TenantFile};
use crate::tenant::timeline::clock::{Clock, Mode};
use crate::tenant::wall::Wall;

use super::{Tenant, WANTED};

impl Tenant {
    /// The whole tenant as a file: what it was born from, every step since, and where its clock stands.
    pub fn file(&self) -> TenantFile {
        let mut steps: Vec<Step> = self.writer().steps.iter().map(|step| Step::clone(step)).collect();
        steps.extend(self.numbers_given().map(|given| Step::Numbers { given }));
        steps.push(Step::Clock { now: self.now(), wall: self.wall.now(), runs: self.clock().into() });
        let begins = self.first_mode.unwrap_or(Mode::FollowFromStart);
        TenantFile { header: Header::new(self.spec().clone(), self.identity().fork, begins), steps }
    }

    /// Brings the tenant of a file to life, as it was. `skipped` is told of commands that do not apply any more,
    /// which can happen only with a file of another generator.
    pub fn revived(file: &TenantFile, wall: Wall, skipped: impl FnMut(&Step, &CommandRefusal)) -> Self {
        Self::revived_while(file, wall, skipped, &|| true).expect(WANTED)
    }

    /// The same, as long as `wanted` says so: it is asked several times a second. Told no, there is no tenant.
    pub fn revived_while(
        file: &TenantFile,
        wall: Wall,
        mut skipped: impl FnMut(&Step, &CommandRefusal),
        wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        // During replay the clock is frozen and moved by the journal's steps only.
        let mut tenant = Self::born_as(&file.header.spec, file.header.fork, Mode::Frozen, wall, wanted)?;
        let mut last = None;
        for step in &file.steps {
            if step.instant().is_some_and(|at| !tenant.stand_at_while(at, wanted)) || !wanted() {
                return None;
            }
            if let Err(refusal) = tenant.replay(step) {
                skipped(step, &refusal);
            }
            if let Step::Clock { now, wall, runs } = step {
                last = Some((*now, *wall, *runs));
            }
        }
        let (now, wall) = (tenant.now(), tenant.wall.now());
        let clock = match last {
            // A following clock is the wall clock plus an offset: it has gone on while the server was down.
            Some((then, wall_then, Runs::Follow)) if wall >= wall_then => Clock::following(then, wall_then),
            Some((_, _, runs)) => runs.showing(now, wall),
            None => Clock::starting(file.header.begins, file.header.spec.start, wall),
        };
        tenant.published.clock.store(Arc::new(clock));
        tenant.first_mode = tenant.first_mode.map(|_| file.header.begins);
        Some(tenant)
    }

    /// A tenant of its own that has lived the same life up to `at`, and stands there: a fork of the past. What was undone
    /// by going back to a snapshot or to birth was no part of that life. It lives in memory, and its clock goes on like
    /// this one's.
    ///
    /// `None` for an instant that lies ahead, or before the tenant was born or forked off.
    pub fn rewound(&self, at: VirtualTime) -> Option<Self> {
        self.has_lived(at).then(|| self.rewound_while(at, &|| true).expect(WANTED))
    }

    /// The instant is one of its life, since it was born or forked off.
    pub fn has_lived(&self, at: VirtualTime) -> bool {
        (self.birth.now..=self.now()).contains(&at)
    }

    /// The same as [`rewound`](Self::rewound) for an instant that it has lived, as long as `wanted` says so. Told no,
    /// there is no tenant.
    pub fn rewound_while(&self, at: VirtualTime, wanted: &dyn Fn() -> bool) -> Option<Self> {
        let steps = self.writer().steps.clone();
        let forked = steps.iter().rposition(|step| matches!(**step, Step::Forked { .. }));
        let before = steps.iter().take(forked.map_or(0, |place| place + 1)).cloned();
        let mut past = self.as_forked(self.birth.clone());
        let clock = past.clock();
        past.published.clock.store(Arc::new(Clock::frozen(self.birth.now)));
        for step in lived(steps.iter().skip(forked.map_or(0, |place| place + 1))) {
            if let Some(then) = step.instant().filter(|then| *then <= at) {
                past.stand_at_while(then, wanted).then_some(())?;
                // What was taken then is taken again: the life before it is the same.
                let _ = past.replay(&step);
            }
        }
        past.stand_at_while(at, wanted).then_some(())?;
        let mut steps: imbl::Vector<Arc<Step>> = before.collect();
        steps.append(past.writer().steps.clone());
        steps.push_back(Arc::new(Step::Forked { at }));
        past.writer().steps = steps;
        past.writer().snapshots.clear();
        past.birth = past.read();
        past.published.clock.store(Arc::new(Runs::from(clock).showing(at, past.wall.now())));
        Some(past)
    }

    fn replay(&mut self, step: &Step) -> Result<(), CommandRefusal> {
        match step {
            Step::Command { at, command } => {
                self.stand_at(*at);
                self.decide(self.writer(), *at, command.clone()).map(drop)?;
            }
            Step::Clock { now: at, .. } | Step::Forked { at } => {
                self.stand_at(*at);
                self.writer().steps.push_back(Arc::new(step.clone()));
            }
            Step::Snapshot { at, name } => {
                self.stand_at(*at);
                let _ = self.snapshot(name);
            }
            Step::Restore { name } => {
                let _ = self.restore(name);
            }
            Step::Reset {} => self.reset(),
            Step::Numbers { given } => self.numbers_are_taken(*given),
        }
        if matches!(step, Step::Forked { .. }) {
            // A fork has its parent's life, not its snapshots, and no forks yet.
            self.numbers_begin();
            self.writer().snapshots.clear();
            self.birth = self.read();
            self.first_mode = None;
        }
        Ok(())
    }

    /// Moves a frozen clock on, without a step of its own.
    fn stand_at(&self, at: VirtualTime) {
        self.stand_at_while(at, &|| true);
    }

    /// The same, as long as `wanted` says so: whether it stands there.
    fn stand_at_while(&self, at: VirtualTime, wanted: &dyn Fn() -> bool) -> bool {
        let at = at.max(self.now());
        let reached = self.live_on(&mut self.writer(), at, &mut || wanted());
        if reached == at {
            self.published.show(Clock::frozen(at), at);
        }
        reached == at
    }
}

/// The steps that led to where a tenant stands: without what was undone.
fn lived<'s>(steps: impl Iterator<Item = &'s Arc<Step>>) -> Vec<Arc<Step>> {
    let (mut lived, mut kept) = (Vec::new(), BTreeMap::new());
    for step in steps {
        match &**step {
            Step::Reset {} => lived.clear(),
            Step::Restore { name } => lived = kept.get(name).cloned().unwrap_or_default(),
            Step::Snapshot { name, .. } => {
                kept.insert(name.clone(), lived.clone());
            }
            // Stands in files only.
            Step::Numbers { .. } => {}
            Step::Command { .. } | Step::Clock { .. } | Step::Forked { .. } => lived.push(Arc::clone(step)),
        }
    }
    lived
}
