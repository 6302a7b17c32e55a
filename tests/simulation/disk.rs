//! A disk in memory that fails where a real one may, at any of its calls.
//!
//! What was made durable and what was not are kept apart: the content of a file by its `sync`, names by that of their
//! directory. After a crash a choice of the rest is there: whole, not at all, cut off at any byte, or by the sector with
//! zero bytes between and sectors half written. After a failed sync nobody knows whether the content is durable, and a
//! later sync does not bring back what was lost. No thread and no clock: the same calls with the same seed give the same.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mock_defender::tenant::journal::disk::{Disk, DiskFile, Identity};

/// Bytes that are written together.
const SECTOR: usize = 512;

/// What can go wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A write takes some of the bytes only.
    Short,
    /// The call fails (EIO). A write may have taken some of the bytes.
    Failed,
    /// There is no room (ENOSPC): for calls that need some.
    Full,
    /// A sync fails (EIO), and what it should have made durable may be or not.
    LostSync,
    /// The machine dies in this call: it and everything after fails. See [`SimulatedDisk::after_crash`].
    Crash,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] = [Self::Short, Self::Failed, Self::Full, Self::LostSync, Self::Crash];
}

/// When something goes wrong.
#[derive(Clone, Debug, Default)]
pub(crate) enum Plan {
    /// Never.
    #[default]
    Never,
    /// At these calls, counted from 1.
    At(BTreeMap<u64, Fault>),
    /// By chance, so many times in a thousand calls, one of these.
    Chance { in_a_thousand: u64, faults: Vec<Fault> },
}

/// What kind of call it is: not every fault can befall every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Write,
    Sync,
    /// Needs room for a name or a file.
    Make,
    Other,
}

impl Call {
    fn can(self, fault: Fault) -> bool {
        match fault {
            Fault::Short => self == Self::Write,
            Fault::Full => matches!(self, Self::Write | Self::Make),
            Fault::LostSync => self == Self::Sync,
            Fault::Failed => self != Self::Sync,
            Fault::Crash => true,
        }
    }
}

/// Numbers by a seed.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Less than `bound`.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn place(&mut self, range: Range<usize>) -> usize {
        range.start + self.below((range.len() + 1) as u64) as usize
    }
}

/// The disk. Clones are the same one.
#[derive(Clone)]
pub(crate) struct SimulatedDisk(Arc<Mutex<State>>, Meanwhile);

/// What is done within the next sync of a file, before that is durable.
type Meanwhile = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

#[derive(Clone)]
struct State {
    plan: Plan,
    chance: Chance,
    calls: u64,
    /// The faults that befell a call.
    met: Vec<(u64, Fault, &'static str)>,
    /// Bytes that all files together may have.
    room: usize,
    is_off: bool,
    files: BTreeMap<u64, Content>,
    made: u64,
    names: BTreeMap<PathBuf, u64>,
    durable_names: BTreeMap<PathBuf, u64>,
    /// Changes of names since: each is done as a whole, or not.
    renamed: Vec<Vec<(PathBuf, Option<u64>)>>,
    locks: BTreeSet<PathBuf>,
    renames: u64,
}

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
    /// Bytes that a failed sync has lost: no later one writes them.
    lost: Vec<Range<usize>>,
}

impl SimulatedDisk {
    pub(crate) fn new(seed: u64) -> Self {
        Self::of(State {
            plan: Plan::Never,
            chance: Chance::of(seed),
            calls: 0,
            met: Vec::new(),
            room: usize::MAX,
            is_off: false,
            files: BTreeMap::new(),
            made: 0,
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            renamed: Vec::new(),
            locks: BTreeSet::new(),
            renames: 0,
        })
    }

    fn of(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)), Meanwhile::default())
    }

    /// Does this within the next sync of a file, while what is written is not durable yet.
    pub(crate) fn meanwhile(&self, what: impl FnOnce() + Send + 'static) {
        *self.1.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(what));
    }

    /// Takes that back, if there was no sync.
    pub(crate) fn nothing_meanwhile(&self) {
        *self.1.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The machine is off: a crash befell some call.
    pub(crate) fn is_off(&self) -> bool {
        self.state().is_off
    }

    /// How often a file was put in another's place.
    pub(crate) fn renames(&self) -> u64 {
        self.state().renames
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on things go wrong by this plan.
    pub(crate) fn plan(&self, plan: Plan) {
        self.state().plan = plan;
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Which faults befell which call, in order.
    pub(crate) fn met(&self) -> Vec<(u64, Fault, &'static str)> {
        self.state().met.clone()
    }

    /// All files together may have so many bytes more than now.
    pub(crate) fn leave_room(&self, bytes: usize) {
        let mut state = self.state();
        state.room = state.used().saturating_add(bytes);
    }

    /// The disk as the next process finds it, when this one was killed (in the call in which [`Fault::Crash`] befell it,
    /// if it did): nothing is lost, and nothing more durable.
    pub(crate) fn after_kill(&self) -> Self {
        let mut state = self.state().clone();
        state.locks.clear();
        (state.is_off, state.plan) = (false, Plan::Never);
        Self::of(state)
    }

    /// The disk as the next start finds it, when the machine died: with some of what was not durable.
    pub(crate) fn after_crash(&self, seed: u64) -> Self {
        let mut state = self.state().clone();
        let mut chance = Chance::of(seed);
        let mut names = state.durable_names.clone();
        for change in &state.renamed {
            if chance.below(2) == 0 {
                names_change(&mut names, change);
            }
        }
        for content in state.files.values_mut() {
            let bytes = content.after_crash(&mut chance);
            *content = Content { now: bytes.clone(), durable: bytes, lost: Vec::new() };
        }
        state.files.retain(|file, _| names.values().any(|named| named == file));
        state.durable_names.clone_from(&names);
        (state.names, state.renamed) = (names, Vec::new());
        (state.is_off, state.plan, state.chance) = (false, Plan::Never, chance);
        state.locks.clear();
        Self::of(state)
    }

    /// The files that are there, by path.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    /// What is in a file now, if it is there.
    pub(crate) fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        let file = state.names.get(path)?;
        Some(state.files[file].now.clone())
    }

    /// Somebody else puts another file there, or takes it away. It is durable.
    pub(crate) fn meddle(&self, path: &Path, content: Option<Vec<u8>>) {
        let mut state = self.state();
        let Some(bytes) = content else {
            state.names.remove(path);
            state.durable_names.remove(path);
            return;
        };
        state.made += 1;
        let file = state.made;
        state.files.insert(file, Content { now: bytes.clone(), durable: bytes, lost: Vec::new() });
        state.names.insert(path.to_owned(), file);
        state.durable_names.insert(path.to_owned(), file);
    }
}

fn names_change(names: &mut BTreeMap<PathBuf, u64>, change: &[(PathBuf, Option<u64>)]) {
    for (path, file) in change {
        match file {
            Some(file) => names.insert(path.clone(), *file),
            None => names.remove(path),
        };
    }
}

impl Content {
    /// What a sync makes durable.
    fn settle(&mut self) {
        self.durable.clone_from(&self.now);
        let length = self.durable.len();
        for lost in &self.lost {
            self.durable[lost.start.min(length)..lost.end.min(length)].fill(0);
        }
    }

    /// A sync has failed: the pages count as written, wherever they are.
    fn lose(&mut self, chance: &mut Chance) {
        let unsynced = self.durable.len().min(self.now.len())..self.now.len();
        match chance.below(3) {
            0 => self.settle(),
            1 => self.lost.push(unsynced),
            _ => {
                let cut = chance.place(unsynced.clone());
                self.lost.push(cut..unsynced.end);
                self.settle();
                self.durable.truncate(cut.max(unsynced.start));
            }
        }
    }

    fn cut(&mut self, length: usize) {
        self.now.truncate(length);
        self.lost.retain_mut(|lost| {
            lost.end = lost.end.min(length);
            lost.start < lost.end
        });
    }

    fn after_crash(&self, chance: &mut Chance) -> Vec<u8> {
        let mut new = self.now.clone();
        for lost in &self.lost {
            new[lost.clone()].fill(0);
        }
        let old = &self.durable;
        if new.len() <= old.len() {
            return if chance.below(2) == 0 { old.clone() } else { new };
        }
        match chance.below(4) {
            0 => old.clone(),
            1 => new,
            2 => {
                new.truncate(chance.place(old.len()..new.len()));
                new
            }
            _ => {
                let mut mixed = old.clone();
                mixed.resize(new.len(), 0);
                for start in (0..new.len()).step_by(SECTOR) {
                    let end = (start + SECTOR).min(new.len());
                    let written = match chance.below(3) {
                        0 => start,
                        1 => end,
                        _ => chance.place(start..end),
                    };
                    mixed[start..written].copy_from_slice(&new[start..written]);
                }
                mixed
            }
        }
    }
}

impl State {
    fn used(&self) -> usize {
        self.names.values().map(|file| self.files[file].now.len()).sum()
    }

    /// One more call: the fault that befalls it.
    fn call(&mut self, call: Call, name: &'static str) -> io::Result<Option<Fault>> {
        if self.is_off {
            return Err(io::Error::other("the machine is off"));
        }
        self.calls += 1;
        let fault = match &self.plan {
            Plan::Never => None,
            Plan::At(at) => at.get(&self.calls).copied(),
            Plan::Chance { in_a_thousand, faults } => {
                let of = (self.chance.below(1_000) < *in_a_thousand).then_some(faults);
                of.map(|faults| faults[self.chance.below(faults.len() as u64) as usize])
            }
        };
        let fault = fault.filter(|fault| call.can(*fault));
        if let Some(fault) = fault {
            self.met.push((self.calls, fault, name));
        }
        match fault {
            Some(Fault::Crash) => self.is_off = true,
            Some(Fault::Full) if call != Call::Write => return Err(full()),
            Some(Fault::Failed) if call != Call::Write => return Err(failed()),
            _ => {}
        }
        Ok(fault)
    }

    /// The same for calls that do nothing by halves: what a crash leaves of them is as for any change not yet durable.
    fn whole(&mut self, call: Call, name: &'static str) -> io::Result<bool> {
        Ok(self.call(call, name)? == Some(Fault::Crash))
    }

    fn change(&mut self, change: Vec<(PathBuf, Option<u64>)>) {
        names_change(&mut self.names, &change);
        self.renamed.push(change);
    }

    fn find(&self, path: &Path) -> io::Result<u64> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn content(&mut self, file: u64) -> &mut Content {
        self.files.entry(file).or_default()
    }

    fn identity(&self, file: u64) -> Identity {
        Identity { number: Some((1, file)), length: self.files[&file].now.len() as u64 }
    }
}

fn full() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "No space left on device (simulated)")
}

fn failed() -> io::Error {
    io::Error::other("Input/output error (simulated)")
}

fn off(is_off: bool) -> io::Result<()> {
    if is_off { Err(io::Error::other("the machine dies (simulated)")) } else { Ok(()) }
}

impl Disk for SimulatedDisk {
    fn make_dir(&self, _: &Path) -> io::Result<()> {
        off(self.state().whole(Call::Other, "make_dir")?)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut state = self.state();
        off(state.whole(Call::Other, "list")?)?;
        let inside = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        off(state.whole(Call::Other, "read")?)?;
        let file = state.find(path)?;
        Ok(state.content(file).now.clone())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        let dies = state.whole(Call::Make, "create")?;
        if state.used() >= state.room {
            return Err(full());
        }
        let file = match state.find(path) {
            Ok(file) => {
                state.content(file).cut(0);
                file
            }
            Err(_) => {
                state.made += 1;
                let file = state.made;
                state.content(file);
                state.change(vec![(path.to_owned(), Some(file))]);
                file
            }
        };
        off(dies)?;
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        off(state.whole(Call::Other, "open")?)?;
        let file = state.find(path)?;
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn write_again(&self, path: &Path, from: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.call(Call::Write, "write_again")?;
        let file = state.find(path)?;
        let content = state.content(file);
        let from = from as usize;
        assert_eq!(content.now.get(from..from + bytes.len()), Some(bytes), "what stands there stays");
        content.lost.retain_mut(|lost| {
            lost.end = lost.end.min(from);
            lost.start < lost.end
        });
        match fault {
            None | Some(Fault::Short) => Ok(()),
            Some(Fault::Full) => Err(full()),
            Some(_) => Err(failed()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let dies = state.whole(Call::Make, "rename")?;
        let file = state.find(from)?;
        state.renames += 1;
        state.change(vec![(from.to_owned(), None), (to.to_owned(), Some(file))]);
        off(dies)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let dies = state.whole(Call::Other, "remove")?;
        state.find(path)?;
        state.change(vec![(path.to_owned(), None)]);
        off(dies)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.call(Call::Sync, "sync_dir")?;
        let State { names, durable_names, renamed, chance, .. } = &mut *state;
        if fault.is_none() {
            durable_names.clone_from(names);
            renamed.clear();
            return Ok(());
        }
        renamed.retain(|change| {
            let settles = chance.below(2) == 0;
            if settles {
                names_change(durable_names, change);
            }
            !settles
        });
        Err(failed())
    }

    fn identity(&self, path: &Path) -> io::Result<Identity> {
        let mut state = self.state();
        off(state.whole(Call::Other, "identity")?)?;
        let file = state.find(path)?;
        Ok(state.identity(file))
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>> {
        let mut state = self.state();
        off(state.whole(Call::Other, "lock")?)?;
        if !state.locks.insert(path.to_owned()) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        Ok(Box::new(Lock { disk: self.clone(), path: path.to_owned() }))
    }

    fn tighten(&self, _: &Path) -> io::Result<()> {
        off(self.state().whole(Call::Other, "tighten")?)
    }

    fn is_open_to_others(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

struct Lock {
    disk: SimulatedDisk,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.disk.state().locks.remove(&self.path);
    }
}

struct SimulatedFile {
    disk: SimulatedDisk,
    file: u64,
}

impl DiskFile for SimulatedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.state();
        let fault = state.call(Call::Write, "write")?;
        let room = state.room.saturating_sub(state.used());
        let taken = match fault {
            None => bytes.len().min(room),
            Some(_) => state.chance.place(0..bytes.len().saturating_sub(1)).min(room),
        };
        state.content(self.file).now.extend_from_slice(&bytes[..taken]);
        if state.chance.below(3) == 0 {
            // The system may write pages back at any time, without being asked.
            state.content(self.file).settle();
        }
        match fault {
            Some(Fault::Short) if taken > 0 => Ok(taken),
            Some(Fault::Full) => Err(full()),
            Some(_) => Err(failed()),
            None if taken == 0 && !bytes.is_empty() => Err(full()),
            None => Ok(taken),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let meanwhile = self.disk.1.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        let mut state = self.disk.state();
        let fault = state.call(Call::Sync, "sync")?;
        let State { files, chance, .. } = &mut *state;
        let content = files.entry(self.file).or_default();
        match fault {
            None => content.settle(),
            Some(Fault::Crash) => {}
            Some(_) => content.lose(chance),
        }
        if fault.is_none() { Ok(()) } else { Err(failed()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let dies = state.whole(Call::Other, "cut")?;
        state.content(self.file).cut(length as usize);
        off(dies)
    }

    fn identity(&self) -> io::Result<Identity> {
        let mut state = self.disk.state();
        off(state.whole(Call::Other, "identity of an open file")?)?;
        Ok(state.identity(self.file))
    }
}
