//! Keeps journals on disk: one thread for all tenants of a directory, one `fsync` for as many lines as are waiting.
//!
//! A line is durable before its effect is shown: what is handed in with it runs once it is, in the order of handing
//! in. When the disk fails, what waits is told so, and so is everything that comes later for that journal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Lines per group at most: the first of them should not wait for ever.
const GROUP: usize = 4_096;

/// Ending of the files.
const ENDING: &str = "journal";

/// A directory of journals, held by this process alone.
pub struct JournalStore {
    dir: PathBuf,
    jobs: Sender<Job>,
    /// Locked as long as this lives.
    _lock: File,
}

/// The journal of one tenant.
#[derive(Clone)]
pub struct JournalHandle {
    name: Arc<str>,
    jobs: Sender<Job>,
}

struct Job {
    journal: Arc<str>,
    work: Work,
    then: Box<dyn FnOnce() + Send>,
    ticket: Arc<Completion>,
}

enum Work {
    /// Add a line.
    Append(String),
    /// The journal is no longer kept.
    Remove,
}

#[derive(Default)]
struct Completion {
    outcome: Mutex<Option<Result<(), Lost>>>,
    told: Condvar,
}

/// Waits for a line to be durable.
pub struct Ticket(Arc<Completion>);

/// The line could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal can't be written: {0}")]
pub struct Lost(pub String);

impl Ticket {
    /// Blocks until the line is durable, or lost.
    pub fn wait(self) -> Result<(), Lost> {
        let mut outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = outcome.clone() {
                return outcome;
            }
            outcome = self.0.told.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl JournalStore {
    /// Takes hold of a directory, which is made if it is not there. Fails if another server holds it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let named = |what: &str, error: io::Error| {
            io::Error::new(error.kind(), format!("{what} {}: {error}", dir.display()))
        };
        std::fs::create_dir_all(dir).map_err(|error| named("cannot make the data directory", error))?;
        let path = dir.join("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|error| named("cannot open the lock of the data directory", error))?;
        if lock.try_lock().is_err() {
            let why = format!(
                "the data directory {} is held by another running server; stop that one first",
                dir.display()
            );
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
        }
        let (jobs, waiting) = channel();
        let thread_dir = dir.to_owned();
        std::thread::Builder::new().name("journal".into()).spawn(move || write_all(&thread_dir, &waiting))?;
        Ok(Self { dir: dir.to_owned(), jobs, _lock: lock })
    }

    /// The journals that are there, by name, as text.
    pub fn stored(&self) -> io::Result<Vec<(String, String)>> {
        let mut found = BTreeMap::new();
        for file in std::fs::read_dir(&self.dir)? {
            let path = file?.path();
            if path.extension().is_some_and(|ending| ending == ENDING)
                && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
            {
                found.insert(name.to_owned(), String::from_utf8_lossy(&std::fs::read(&path)?).into_owned());
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Begins a journal, or (with `text`) writes it anew: whole at once.
    pub fn begin(&self, name: &str, text: &str) -> io::Result<JournalHandle> {
        let path = self.dir.join(format!("{name}.{ENDING}"));
        let part = self.dir.join(format!("{name}.part"));
        let mut file = File::create(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&part, &path)?;
        sync_dir(&self.dir)?;
        Ok(self.resume(name))
    }

    /// Goes on with a journal that is there.
    pub fn resume(&self, name: &str) -> JournalHandle {
        JournalHandle { name: name.into(), jobs: self.jobs.clone() }
    }
}

/// Makes a rename durable. On Windows directories can't be opened, and need not be.
fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

impl JournalHandle {
    /// Adds a line; `then` runs once it is durable, before the ticket is told.
    pub fn append(&self, line: String, then: impl FnOnce() + Send + 'static) -> Ticket {
        self.hand(Work::Append(line), then)
    }

    /// Drops the journal.
    pub fn remove(&self) -> Ticket {
        self.hand(Work::Remove, || {})
    }

    fn hand(&self, work: Work, then: impl FnOnce() + Send + 'static) -> Ticket {
        let completion = Arc::new(Completion::default());
        let job = Job {
            journal: Arc::clone(&self.name),
            work,
            then: Box::new(then),
            ticket: Arc::clone(&completion),
        };
        if let Err(unsent) = self.jobs.send(job) {
            tell(&unsent.0.ticket, Err(Lost("its thread has ended".into())));
        }
        Ticket(completion)
    }
}

fn tell(completion: &Completion, outcome: Result<(), Lost>) {
    *completion.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    completion.told.notify_all();
}

/// The journal thread: ends when nobody can hand in a line any more.
fn write_all(dir: &Path, waiting: &Receiver<Job>) {
    let mut files: BTreeMap<Arc<str>, File> = BTreeMap::new();
    let mut lost: BTreeMap<Arc<str>, Lost> = BTreeMap::new();
    while let Ok(first) = waiting.recv() {
        let group: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(GROUP - 1)).collect();
        let mut touched = BTreeSet::new();
        for job in &group {
            let done = if lost.contains_key(&job.journal) { Ok(()) } else { work(dir, &mut files, job) };
            if let Err(error) = done {
                lost.insert(Arc::clone(&job.journal), Lost(error.to_string()));
            }
            touched.insert(Arc::clone(&job.journal));
        }
        for journal in touched {
            if let Some(file) = files.get(&journal)
                && let Err(error) = file.sync_data()
            {
                lost.entry(journal).or_insert(Lost(error.to_string()));
            }
        }
        for job in group {
            match lost.get(&job.journal) {
                Some(why) => tell(&job.ticket, Err(why.clone())),
                None => {
                    (job.then)();
                    tell(&job.ticket, Ok(()));
                }
            }
        }
    }
}

fn work(dir: &Path, files: &mut BTreeMap<Arc<str>, File>, job: &Job) -> io::Result<()> {
    let path = dir.join(format!("{}.{ENDING}", job.journal));
    match &job.work {
        Work::Append(line) => {
            let file = match files.entry(Arc::clone(&job.journal)) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(OpenOptions::new().append(true).open(&path)?)
                }
            };
            file.write_all(line.as_bytes())
        }
        Work::Remove => {
            files.remove(&job.journal);
            std::fs::remove_file(&path)?;
            sync_dir(dir)
        }
    }
}
