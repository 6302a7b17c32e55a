//! From a tenant to its file, and back: the steps of a journal played again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::time::VirtualTime;
use crate::tenant::journal::script::Script;
use crate::tenant::journal::{Header, Step, TenantFile};
use crate::tenant::timeline::clock::{Clock, Mode};
use crate::tenant::timeline::state::State;
use crate::tenant::wall::Wall;
use crate::tenant::{CommandRefusal, TenantView};

use super::shown::{ShownClock, Snapshot};
use super::writing::NextClock;
use super::{Birth, FirstClock, Tenant, WANTED};

impl Tenant {
    /// The whole tenant as a file: what it was born from, every step that led to where it stands and to its snapshots,
    /// and where its clock stands. All of one instant, and nothing that is not durable.
    pub fn file(&self) -> TenantFile {
        self.at_present(|shown, now| {
            let clock = Clock { now, wall: self.wall.now(), runs: shown.clock.clock.runs };
            let mut script = shown.life.script.clone();
            // One that has run too far stands here by how it was set.
            if shown.clock.stop(now, false).is_none() {
                script.goes_on(Some(clock));
            }
            self.file_of(&script, self.numbers_given())
        })
    }

    /// The file that a journal on disk begins with: the same, but for where its clock stands. What that shows comes from
    /// how it was set last, here and after a restart alike.
    pub fn first_file(&self) -> TenantFile {
        self.file_of(&self.writer().head.script, self.numbers_given())
    }

    /// `given`: the numbers up to this are not given to forks again.
    pub(super) fn file_of(&self, script: &Script<Snapshot>, given: Option<u64>) -> TenantFile {
        let mut steps = script.written();
        steps.extend(given.map(|given| Arc::new(Step::Numbers { given })));
        let begins = match self.birth.clock {
            FirstClock::Born(mode) => mode,
            FirstClock::Forked(_) => Mode::FollowFromStart,
        };
        TenantFile { header: Header::new(self.spec().clone(), self.identity().fork, begins), steps }
    }

    /// Brings the tenant of a file to life, as it was. What was undone is not played. `skipped` is told of commands that
    /// do not apply any more, which can happen only with a file of another generator.
    pub fn revived(file: &TenantFile, wall: Wall, skipped: impl FnMut(&Arc<Step>, &CommandRefusal)) -> Self {
        Self::revived_while(file, wall, skipped, &|| true).expect(WANTED)
    }

    /// The same, as long as `wanted` says so: it is asked several times a second. Told no, there is no tenant.
    pub fn revived_while(
        file: &TenantFile,
        wall: Wall,
        mut skipped: impl FnMut(&Arc<Step>, &CommandRefusal),
        wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let Header { spec, fork, begins, .. } = &file.header;
        let mut tenant = Self::born_as(spec, *fork, *begins, wall, wanted)?;
        tenant.stand(tenant.clock(), spec.start);
        let mut marks = BTreeMap::new();
        for step in &file.living().steps {
            if step.instant().is_some_and(|at| !tenant.stand_at_while(at, wanted)) || !wanted() {
                return None;
            }
            if let Err(refusal) = tenant.replay(step, &mut marks) {
                skipped(step, &refusal);
            }
        }
        let (now, clock, wall) = (tenant.now(), tenant.clock(), tenant.wall.now());
        // Where the wall clock was set back meanwhile, it stands no earlier than it did.
        let clock = if wall < clock.wall { Clock { now, wall, ..clock } } else { clock };
        tenant.published.put_clock(&ShownClock::new(clock, now));
        tenant.writer().head.script.is_played();
        Some(tenant)
    }

    /// A tenant of its own that has lived the same life up to `at`, and stands there: a fork of the past. What was undone
    /// by going back to a snapshot or to birth was no part of that life. It lives in memory, and its clock goes on like
    /// this one's.
    ///
    /// `None` for an instant that lies ahead, or before the tenant was born or forked off.
    pub fn rewound(&self, at: VirtualTime) -> Option<Self> {
        self.has_lived(at).then(|| self.rewound_while(at, &|| true))?
    }

    /// The instant is one of its life, since it was born or forked off.
    pub fn has_lived(&self, at: VirtualTime) -> bool {
        (self.birth.view.now..=self.now()).contains(&at)
    }

    /// The same as [`rewound`](Self::rewound), as long as `wanted` says so. Told no, there is no tenant.
    pub fn rewound_while(&self, at: VirtualTime, wanted: &dyn Fn() -> bool) -> Option<Self> {
        let (script, runs) = self.at_present(|shown, now| {
            let lived = (self.birth.view.now..=now).contains(&at);
            lived.then(|| (shown.life.script.clone(), shown.clock.clock.runs))
        })?;
        let mut past = self.as_forked(&self.birth.view, script.of_birth(), runs);
        past.stand(past.clock(), self.birth.view.now);
        for step in script.since_birth() {
            // Snapshots were not its own. What was taken then is taken again: the life before it is the same.
            if let Some(then) = step.instant().filter(|then| *then <= at)
                && !matches!(**step, Step::Snapshot { .. })
            {
                past.stand_at_while(then, wanted).then_some(())?;
                let _ = past.replay(step, &mut BTreeMap::new());
            }
        }
        past.stand_at_while(at, wanted).then_some(())?;
        let birth =
            Birth { view: TenantView { state: past.peek(), now: at }, clock: FirstClock::Forked(runs) };
        let (script, planner, held) = {
            let mut writer = past.writer();
            (writer.head.script.forked(at, runs), writer.planner.clone(), std::mem::take(&mut writer.held))
        };
        let rewound = Self::running(birth, script, self.wall.clone(), planner);
        rewound.writer().held = held;
        Some(Self { is_numbered: past.is_numbered, ..rewound })
    }

    /// Plays a step, while the clock stands and is moved by steps only.
    fn replay(&mut self, step: &Arc<Step>, marks: &mut Marks) -> Result<(), CommandRefusal> {
        if let Some(at) = step.instant() {
            self.stand_at(at);
        }
        match &**step {
            Step::Command { at, command } => drop(self.decide(self.writer(), *at, command.clone())?),
            Step::Clock(clock) => {
                let clock = NextClock::New(ShownClock::standing(*clock, self.now()));
                self.step(&mut self.writer(), Step::clone(step), clock);
            }
            Step::Snapshot { .. } => {
                self.step(&mut self.writer(), Step::clone(step), NextClock::Same);
            }
            Step::Forked { runs, .. } => {
                let runs = runs.unwrap_or(self.clock().runs);
                self.numbers_begin();
                self.step(&mut self.writer(), Step::clone(step), NextClock::Same);
                self.birth = Birth { view: self.read(), clock: FirstClock::Forked(runs) };
            }
            Step::Mark { place } => {
                let state = Arc::clone(&self.writer().head.state);
                marks.insert(*place, (state, self.now(), self.clock()));
                self.step(&mut self.writer(), Step::clone(step), NextClock::Same);
            }
            Step::Back { place } => {
                if let Some((state, now, clock)) = marks.get(place) {
                    self.writer().head.state = Arc::clone(state);
                    let clock = NextClock::New(ShownClock::standing(*clock, *now));
                    self.step(&mut self.writer(), Step::clone(step), clock);
                }
            }
            Step::Numbers { given } => self.numbers_are_taken(*given),
            // A file that is played has neither: what was undone is left out of it.
            Step::Restore { .. } | Step::Reset { .. } => {}
        }
        Ok(())
    }

    /// Moves a standing clock on, without a step of its own.
    fn stand_at(&self, at: VirtualTime) {
        self.stand_at_while(at, &|| true);
    }

    /// The same, as long as `wanted` says so: whether it stands there.
    fn stand_at_while(&self, at: VirtualTime, wanted: &dyn Fn() -> bool) -> bool {
        let at = at.max(self.now());
        let reached = self.live_on(&mut self.writer(), at, &mut || wanted());
        if reached == at {
            self.stand(self.clock(), at);
        }
        reached == at
    }

    /// The clock stands at `at`, whichever way it runs.
    fn stand(&self, clock: Clock, at: VirtualTime) {
        self.published.put_clock(&ShownClock::standing(clock, at));
    }
}

/// Places that are gone back to: the state there, where the clock stood, and how it was set.
type Marks = BTreeMap<u32, (Arc<State>, VirtualTime, Clock)>;
