//! Keeps journals on disk: one thread for all tenants of a directory, one `fsync` for as many lines as are waiting.
//!
//! A line is durable before its effect is shown: what is handed in with it runs once it is, in the order of handing
//! in. When the disk fails, what waits is told so, and so is everything that comes later for that journal.
//!
//! What stands in the directory, for a journal `NAME`:
//!
//! | file | what |
//! |---|---|
//! | `NAME.journal` | the journal: sealed lines, see `sealing` |
//! | `NAME.torn` | the end that the last crash tore, which was cut off |
//! | `NAME.damaged` | what was damaged when it was started with `--salvage`, whole |
//! | `….part` | not written to its end: swept at the start |
//! | `clean-stop` | where every journal stood when the server was stopped |
//! | `lock` | held by the server that runs |

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::clean_stop;
use super::disk::{Disk, RealDisk, write_all};
use super::reading::{self, Damaged, Kept, Stopped};
use super::sealing::Chain;
use super::writer::{Adopted, Mend, Task, Work, Writer};

/// Lines per group at most: the first of them should not wait for ever.
const GROUP: usize = 4_096;

/// Endings of the files.
pub(super) const ENDING: &str = "journal";
pub(super) const PART: &str = "part";
pub(super) const TORN: &str = "torn";
const DAMAGED: &str = "damaged";

/// A directory of journals, held by this process alone.
pub struct JournalStore {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    hands: Hands,
    /// Where the journals stood at a clean stop, if it was one.
    stopped: Option<BTreeMap<String, Stopped>>,
    warnings: Vec<String>,
    /// Locked as long as this lives.
    _lock: Box<dyn Send + Sync>,
}

/// The journal of one tenant.
#[derive(Clone)]
pub struct JournalHandle {
    name: Arc<str>,
    hands: Hands,
}

struct Job {
    task: Task,
    then: Box<dyn FnOnce() + Send>,
    ticket: Arc<Completion>,
}

/// Who does the jobs.
#[derive(Clone)]
enum Hands {
    /// A thread of the store.
    Thread(Sender<Job>),
    /// Whoever waits for one, so that everything happens in an order that a test can repeat.
    Waiting(Arc<Queue>),
}

struct Queue {
    jobs: Mutex<Vec<Job>>,
    writer: Mutex<Writer>,
}

#[derive(Default)]
struct Completion {
    outcome: Mutex<Option<Result<(), Lost>>>,
    told: Condvar,
}

/// Waits for a line to be durable.
pub struct Ticket {
    completion: Arc<Completion>,
    queue: Option<Arc<Queue>>,
}

/// Why a tenant did not do what it was asked to: its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// It takes nothing more, or a line could not be written. Nothing was done, and nothing will be found of it.
    #[error("the journal of this tenant can't be written any more; see the server's log")]
    Refused,
    /// A line may have been written or not.
    #[error(
        "the journal of this tenant could not be written to its end, so whether this was done is not known before the \
         server is started again; see its log"
    )]
    Unknown,
    /// It is as long as a journal may be.
    #[error(
        "the journal of this tenant is full: it has 1,000,000 steps, or 256 MiB of them, or those of all tenants together \
         have 1 GiB; reset this tenant, or delete others"
    )]
    Full,
}

impl From<Lost> for NotWritten {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Refused(_) => Self::Refused,
            Lost::Unknown(_) => Self::Unknown,
        }
    }
}

/// What was asked for is not known to be durable. The journal takes nothing more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// It is not in the journal, and will not be found there after a restart.
    #[error("the journal can't be written: {0}")]
    Refused(String),
    /// It may be in the journal or not: the next start tells.
    #[error("whether the journal was written is not known before the next start: {0}")]
    Unknown(String),
}

impl Lost {
    pub(super) fn refused(error: io::Error) -> Self {
        Self::Refused(error.to_string())
    }

    /// Why, in the words of the system.
    pub fn why(&self) -> &str {
        let (Self::Refused(why) | Self::Unknown(why)) = self;
        why
    }

    /// It may be there after a restart.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

impl Ticket {
    /// Blocks until the line is durable, or lost.
    pub fn wait(self) -> Result<(), Lost> {
        if let Some(queue) = &self.queue {
            queue.work();
        }
        let mut outcome = self.completion.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = outcome.clone() {
                return outcome;
            }
            outcome = self.completion.told.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl JournalStore {
    /// Takes hold of a directory, which is made if it is not there. Fails if another server holds it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Self::open_on(Arc::new(RealDisk), dir)
    }

    /// The same on another disk.
    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path) -> io::Result<Self> {
        Self::held(disk, dir, |writer| {
            let (jobs, waiting) = channel();
            let work = move || write_all_groups(writer, &waiting);
            std::thread::Builder::new().name("journal".into()).spawn(work)?;
            Ok(Hands::Thread(jobs))
        })
    }

    /// The same without a thread: jobs are done by whoever waits for one, in the order in which they were handed in.
    pub fn open_without_thread(disk: Arc<dyn Disk>, dir: &Path) -> io::Result<Self> {
        Self::held(disk, dir, |writer| {
            let queue = Queue { jobs: Mutex::default(), writer: Mutex::new(writer) };
            Ok(Hands::Waiting(Arc::new(queue)))
        })
    }

    fn held(
        disk: Arc<dyn Disk>,
        dir: &Path,
        hands: impl FnOnce(Writer) -> io::Result<Hands>,
    ) -> io::Result<Self> {
        let named = |what: &str, error: io::Error| {
            io::Error::new(error.kind(), format!("{what} {}: {error}", dir.display()))
        };
        disk.make_dir(dir).map_err(|error| named("cannot make the data directory", error))?;
        let lock = disk.lock(&dir.join("lock")).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => {
                let why = format!(
                    "the data directory {} is held by another running server; stop that one first",
                    dir.display()
                );
                io::Error::new(error.kind(), why)
            }
            _ => named("cannot hold the lock of the data directory", error),
        })?;
        let names = disk.list(dir).map_err(|error| named("cannot read the data directory", error))?;
        let stopped =
            clean_stop::read(&*disk, dir).map_err(|error| named("cannot read the data directory", error))?;
        let mut warnings = Vec::new();
        if disk.is_open_to_others(dir).unwrap_or(false) {
            warnings.push(format!(
                "the data directory {} is open to other users of this machine, and secrets stand in it; close it with \
                 chmod 700",
                dir.display()
            ));
        }
        // What was begun and never written to its end. Where it can't be removed, it is in nobody's way.
        for part in names.iter().filter(|name| has_ending(name, PART)) {
            let _ = disk.remove(&dir.join(part));
        }
        // Made by an earlier version, they may be readable for all.
        for journal in names.iter().filter(|name| has_ending(name, ENDING)) {
            let _ = disk.tighten(&dir.join(journal));
        }
        // What an earlier server could not make durable, a file that it removed, say, is gone on with from here: a crash
        // of the machine must not bring another state back.
        match disk.sync_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::ReadOnlyFilesystem => {
                return Err(named("cannot make durable what stands in the data directory", error));
            }
            _ => {}
        }
        let hands = hands(Writer::new(Arc::clone(&disk), dir, stopped.is_some()))?;
        Ok(Self { disk, dir: dir.to_owned(), hands, stopped, warnings, _lock: lock })
    }

    /// What whoever runs the server should know about the directory.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The names of the journals that are there, in order.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let files = self.disk.list(&self.dir)?;
        let ending = |name: &String| name.strip_suffix(ENDING)?.strip_suffix('.').map(str::to_owned);
        let mut names: Vec<String> = files.iter().filter_map(ending).collect();
        names.sort();
        Ok(names)
    }

    /// The journals that were there at the clean stop, and are not any more.
    pub fn missing(&self) -> io::Result<Vec<String>> {
        let names = self.names()?;
        let stopped = self.stopped.iter().flat_map(BTreeMap::keys);
        Ok(stopped.filter(|name| names.binary_search(name).is_err()).cloned().collect())
    }

    /// Goes on without a journal that is missing.
    pub fn give_up(&self, name: &str) -> Result<(), Lost> {
        JournalHandle { name: name.into(), hands: self.hands.clone() }.remove().wait()
    }

    /// A journal that is there, as far as it holds.
    pub fn read(&self, name: &str) -> io::Result<Result<Kept, Damaged>> {
        let bytes = self.disk.read(&self.path(name, ENDING))?;
        let stopped = self.stopped.as_ref().and_then(|journals| journals.get(name));
        Ok(reading::read(&bytes, stopped.copied()))
    }

    /// Begins a journal with these lines: whole at once.
    pub fn begin(&self, name: &str, text: &str) -> Result<JournalHandle, Lost> {
        let handle = self.adopt(name, Chain::default(), 0, Some(Mend::Write(text.to_owned())));
        match handle.mend().wait() {
            Ok(()) => Ok(handle),
            // Nobody is told of a tenant whose journal can't be begun, so it must not come back.
            Err(lost) => match handle.remove().wait() {
                Ok(()) => Err(Lost::Refused(lost.why().to_owned())),
                Err(_) => Err(Lost::Unknown(lost.why().to_owned())),
            },
        }
    }

    /// Goes on with a journal that was read. What it needs before anything can be added is done by
    /// [`JournalHandle::mend`], or else with the first line.
    pub fn resume(&self, name: &str, kept: &Kept) -> JournalHandle {
        let is_settled = self.stopped.as_ref().is_some_and(|journals| journals.contains_key(name));
        let mend = (!is_settled).then(|| Mend::Settle(kept.unsettled.clone()));
        self.adopt(name, kept.chain, kept.length, mend)
    }

    /// Goes on with a journal that was read, with these lines in place of what it says.
    pub fn rewrite(&self, name: &str, kept: &Kept, text: &str) -> JournalHandle {
        self.adopt(name, kept.chain, kept.length, Some(Mend::Write(text.to_owned())))
    }

    fn adopt(&self, name: &str, chain: Chain, length: u64, mend: Option<Mend>) -> JournalHandle {
        let handle = JournalHandle { name: name.into(), hands: self.hands.clone() };
        let there = self.disk.identity(&self.path(name, ENDING)).ok();
        let number = there.and_then(|there| there.number);
        // Waits for nothing: what is handed in later comes later.
        let _ = handle.hand(Work::Adopt(Adopted { chain, length, number, mend }), || {});
        handle
    }

    /// Keeps a copy of a journal that is damaged, beside it: the name of the file.
    pub fn set_aside(&self, name: &str) -> io::Result<String> {
        let bytes = self.disk.read(&self.path(name, ENDING))?;
        let there = self.disk.list(&self.dir)?;
        let names = (1..).map(|number| match number {
            1 => format!("{name}.{DAMAGED}"),
            _ => format!("{name}.{DAMAGED}-{number}"),
        });
        let copy = names.into_iter().find(|copy| !there.contains(copy)).unwrap_or_default();
        let path = self.dir.join(&copy);
        let written = self.disk.create(&path).and_then(|mut file| {
            write_all(&mut *file, &bytes)?;
            file.sync()
        });
        match written.and_then(|()| self.disk.sync_dir(&self.dir)) {
            Ok(()) => Ok(copy),
            Err(error) => {
                let _ = self.disk.remove(&path);
                Err(error)
            }
        }
    }

    /// Leaves the mark of a clean stop, once everything that was handed in is durable.
    pub fn stop(&self) -> Result<(), Lost> {
        JournalHandle { name: "".into(), hands: self.hands.clone() }.hand(Work::Stop, || {}).wait()
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.dir.join(format!("{name}.{ending}"))
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))
}

impl JournalHandle {
    /// Adds a line; `then` runs once it is durable, before the ticket is told. An empty line adds nothing, and only
    /// waits for those before it.
    pub fn append(&self, line: String, then: impl FnOnce() + Send + 'static) -> Ticket {
        self.hand(Work::Append(line), then)
    }

    /// Writes the journal anew with these lines, whole at once, in its turn; `then` runs once that is durable. Where it
    /// can't be done (a full disk), the journal stays as it was and the line `otherwise` is added instead; without one
    /// that is refused, like everything after.
    pub fn replace(
        &self,
        text: String,
        otherwise: Option<String>,
        then: impl FnOnce() + Send + 'static,
    ) -> Ticket {
        self.hand(Work::Replace { text, otherwise }, then)
    }

    /// Does now what the journal needs before anything can be added. Where that fails it is tried again with the first
    /// line.
    pub fn mend(&self) -> Ticket {
        self.hand(Work::Mend, || {})
    }

    /// Drops the journal, also after it was lost. Refused, it is still there; unknown, it may come back.
    pub fn remove(&self) -> Ticket {
        self.hand(Work::Remove, || {})
    }

    fn hand(&self, work: Work, then: impl FnOnce() + Send + 'static) -> Ticket {
        let completion = Arc::new(Completion::default());
        let job = Job {
            task: Task { journal: Arc::clone(&self.name), work },
            then: Box::new(then),
            ticket: Arc::clone(&completion),
        };
        let queue = match &self.hands {
            Hands::Thread(jobs) => {
                if let Err(unsent) = jobs.send(job) {
                    tell(&unsent.0.ticket, Err(Lost::Refused("its thread has ended".into())));
                }
                None
            }
            Hands::Waiting(queue) => {
                queue.jobs.lock().unwrap_or_else(PoisonError::into_inner).push(job);
                Some(Arc::clone(queue))
            }
        };
        Ticket { completion, queue }
    }
}

impl Queue {
    fn work(&self) {
        let jobs = std::mem::take(&mut *self.jobs.lock().unwrap_or_else(PoisonError::into_inner));
        write_group(&mut self.writer.lock().unwrap_or_else(PoisonError::into_inner), jobs);
    }
}

fn tell(completion: &Completion, outcome: Result<(), Lost>) {
    *completion.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    completion.told.notify_all();
}

/// The journal thread: ends when nobody can hand in a line any more.
fn write_all_groups(mut writer: Writer, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        write_group(&mut writer, std::iter::once(first).chain(waiting.try_iter().take(GROUP - 1)).collect());
    }
}

fn write_group(writer: &mut Writer, group: Vec<Job>) {
    let (tasks, told): (Vec<_>, Vec<_>) =
        group.into_iter().map(|Job { task, then, ticket }| (task, (then, ticket))).unzip();
    for ((then, ticket), outcome) in told.into_iter().zip(writer.group(tasks)) {
        if outcome.is_ok() {
            then();
        }
        tell(&ticket, outcome);
    }
}
