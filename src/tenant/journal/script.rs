//! Which steps of a journal still count.
//!
//! A journal only grows, but a reset or a restored snapshot undoes what came before. The steps that count are those on
//! the way to where the tenant stands, and on the ways to its snapshots: a tree, since ways part at snapshots. A tenant
//! keeps the ways as it goes, each shares its beginning with the others; written down, a way that parts is marked where
//! it does, and the next one goes back there. Playing such a file costs what the living ways cost, whatever was undone.
//!
//! Must never know: what a tenant looks like at any place of its way.

use std::sync::Arc;

use super::Step;
use crate::model::time::VirtualTime;
use crate::tenant::timeline::clock::{Clock, Runs};

/// The steps from birth to some place.
pub type Path = imbl::Vector<Arc<Step>>;

/// The ways to where a tenant stands and to its snapshots. Cheap to clone. `P` is what is kept of a snapshot beside the
/// way to it.
#[derive(Clone, Debug)]
pub struct Script<P> {
    /// To where a reset leads.
    begun: Path,
    path: Path,
    snapshots: imbl::OrdMap<String, (Path, P)>,
    /// Places that are gone back to: in files only.
    marks: imbl::OrdMap<u32, Path>,
    /// The highest number that a fork may have been given.
    numbers: u64,
}

impl<P> Default for Script<P> {
    fn default() -> Self {
        Self {
            begun: Path::new(),
            path: Path::new(),
            snapshots: imbl::OrdMap::new(),
            marks: imbl::OrdMap::new(),
            numbers: 0,
        }
    }
}

impl<P: Clone> Script<P> {
    /// One step further. `kept` says what is kept of a snapshot.
    pub fn take(&mut self, step: Arc<Step>, kept: impl FnOnce() -> P) {
        match &*step {
            Step::Command { .. } => self.path.push_back(step),
            Step::Clock(clock) => self.goes_on(Some(*clock)),
            Step::Forked { .. } => {
                // A fork has its parent's life, not its snapshots, and no forks yet.
                self.path.push_back(step);
                self.begun = self.path.clone();
                self.snapshots = imbl::OrdMap::new();
                self.marks = imbl::OrdMap::new();
                self.numbers = 0;
            }
            Step::Snapshot { name, .. } => {
                let name = name.clone();
                self.path.push_back(step);
                self.snapshots.insert(name, (self.path.clone(), kept()));
            }
            Step::Restore { name, clock } => {
                if let Some((path, _)) = self.snapshots.get(name) {
                    self.path = path.clone();
                    self.goes_on(*clock);
                }
            }
            Step::Reset { clock } => {
                self.path = self.begun.clone();
                self.goes_on(*clock);
            }
            Step::Mark { place } => {
                self.marks.insert(*place, self.path.clone());
            }
            Step::Back { place } => {
                if let Some(path) = self.marks.get(place) {
                    self.path = path.clone();
                }
            }
            Step::Numbers { given } => self.numbers = self.numbers.max(*given),
        }
    }

    /// From here on its clock is this, if that is said. Of those set at one instant, one after the other, the last one
    /// counts.
    pub fn goes_on(&mut self, clock: Option<Clock>) {
        let Some(clock) = clock else { return };
        let again = |step: &Arc<Step>| matches!(&**step, Step::Clock(before) if before.now == clock.now);
        if self.path.len() > self.begun.len() && self.path.last().is_some_and(again) {
            self.path.pop_back();
        }
        self.path.push_back(Arc::new(Step::Clock(clock)));
    }

    /// A file was played to its end: nothing goes back to a mark of it any more.
    pub fn is_played(&mut self) {
        self.marks = imbl::OrdMap::new();
    }

    /// The same way, without snapshots, for a tenant of its own that parts here.
    #[must_use]
    pub fn forked(&self, at: VirtualTime, runs: Runs) -> Self {
        let mut fork = Self { path: self.path.clone(), ..Self::default() };
        fork.path.push_back(Arc::new(Step::Forked { at, runs: Some(runs) }));
        fork.begun = fork.path.clone();
        fork
    }

    /// The same way, up to where a reset leads.
    #[must_use]
    pub fn of_birth(&self) -> Self {
        Self { begun: self.begun.clone(), path: self.begun.clone(), ..Self::default() }
    }

    /// The steps that lead from birth to where the tenant stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The steps since birth, or since it was forked off.
    pub fn since_birth(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.path.iter().skip(self.begun.len())
    }

    /// What is kept of the snapshots, by name.
    pub fn snapshots(&self) -> impl ExactSizeIterator<Item = (&String, &P)> {
        self.snapshots.iter().map(|(name, (_, kept))| (name, kept))
    }

    /// What is kept of one snapshot.
    pub fn snapshot(&self, name: &str) -> Option<&P> {
        self.snapshots.get(name).map(|(_, kept)| kept)
    }

    /// The steps that count, as a file has them: playing them leads to the same place, with the same snapshots.
    pub fn written(&self) -> Vec<Arc<Step>> {
        let mut ways: Vec<&Path> = self.snapshots.values().map(|(path, _)| path).collect();
        ways.push(&self.path);
        let mut writing = Writing { script: self, steps: Vec::with_capacity(self.path.len()), marks: 0 };
        writing.write(&ways, 0);
        if self.numbers > 0 {
            writing.steps.push(Arc::new(Step::Numbers { given: self.numbers }));
        }
        writing.steps
    }

    /// This step took a snapshot that is there no more, or is another by now.
    fn is_stale(&self, step: &Arc<Step>) -> bool {
        let Step::Snapshot { name, .. } = &**step else { return false };
        let taken = self.snapshots.get(name).and_then(|(path, _)| path.last());
        !taken.is_some_and(|taken| Arc::ptr_eq(taken, step))
    }
}

struct Writing<'s, P> {
    script: &'s Script<P>,
    steps: Vec<Arc<Step>>,
    marks: u32,
}

impl<P: Clone> Writing<'_, P> {
    /// Writes ways that are the same up to `from`; the last one ends where it ends.
    fn write(&mut self, ways: &[&Path], from: usize) {
        let [.., last] = ways else { return };
        let shared = ways.iter().map(|way| shared(way, last)).min().unwrap_or(from);
        for step in last.iter().skip(from).take(shared - from) {
            if !self.script.is_stale(step) {
                self.steps.push(Arc::clone(step));
            }
        }
        let mut rest: Vec<&Path> = ways.iter().copied().filter(|way| way.len() > shared).collect();
        if rest.is_empty() {
            return;
        }
        let place = self.marks;
        let parts = rest.len() > 1 || last.len() == shared;
        if parts {
            self.marks += 1;
            self.steps.push(Arc::new(Step::Mark { place }));
        }
        // The way that the last one takes is written last; where the last one ends here, it is gone back to.
        while let Some(way) = rest.first().copied() {
            let next = way.get(shared);
            let same = |other: &&Path| same_step(other.get(shared), next);
            let together: Vec<&Path> = rest.iter().copied().filter(same).collect();
            if together.iter().any(|way| std::ptr::eq(*way, *last)) && together.len() < rest.len() {
                // Behind the others.
                rest.sort_by_key(same);
                continue;
            }
            rest.retain(|way| !same(way));
            self.write(&together, shared);
            if !rest.is_empty() || last.len() == shared {
                self.steps.push(Arc::new(Step::Back { place }));
            }
        }
    }
}

fn same_step(one: Option<&Arc<Step>>, other: Option<&Arc<Step>>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if Arc::ptr_eq(one, other))
}

/// How many steps both ways begin with. Ways that have parted never meet again.
fn shared(one: &Path, other: &Path) -> usize {
    let (mut low, mut high) = (0, one.len().min(other.len()));
    while low < high {
        let middle = low + (high - low) / 2;
        if same_step(one.get(middle), other.get(middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
