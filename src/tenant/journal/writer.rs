//! Changes the journals of a directory, one group of jobs at a time: whatever a group adds is written first, then made
//! durable, then told.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::clean_stop;
use super::disk::{Disk, DiskFile, write_all};
use super::sealing::{Chain, Mark, SEAL};
use super::store::{ENDING, Lost, PART, TORN};

/// What is to be done with a journal.
pub(super) enum Work {
    /// From here on it is known.
    Adopt(Adopted),
    /// Add a line; an empty one only waits for those before it.
    Append(String),
    /// Write it anew; where that can't be done, add this line instead.
    Replace { text: String, otherwise: Option<String> },
    /// Do now what it needs before anything can be added.
    Mend,
    /// It is no longer kept.
    Remove,
    /// Leave the mark of a clean stop, for all journals.
    Stop,
}

/// A journal as it stands.
pub(super) struct Adopted {
    pub(super) chain: Chain,
    pub(super) length: u64,
    /// Which file it is, if it is there and that can be told.
    pub(super) number: Option<(u64, u64)>,
    pub(super) mend: Option<Mend>,
}

/// What a journal needs before anything can be added.
pub(super) enum Mend {
    /// The server was killed: whatever is torn at the end is kept beside, and cut off, and these bytes before, which were
    /// found there, may not be durable.
    Settle(Vec<u8>),
    /// It is written anew with this text, or for the first time.
    Write(String),
}

struct Journal {
    name: Arc<str>,
    path: PathBuf,
    /// Open since the first change.
    file: Option<Box<dyn DiskFile>>,
    /// Which file it is, since it was read or written whole: another may be given its name.
    number: Option<(u64, u64)>,
    /// The end of what is durable …
    chain: Chain,
    /// … and its bytes.
    length: u64,
    mend: Option<Mend>,
    /// Why nothing more is taken.
    lost: Option<String>,
}

pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    journals: BTreeMap<Arc<str>, Journal>,
    /// The mark of a clean stop is there, or is not; where that is not known it may be.
    marked: Option<bool>,
}

/// A job's journal, its work, and what becomes of it.
pub(super) struct Task {
    pub(super) journal: Arc<str>,
    pub(super) work: Work,
}

/// The lines of a group that one journal waits for, by the place of their tasks.
type Waiting = BTreeMap<Arc<str>, Vec<(usize, String)>>;

impl Writer {
    pub(super) fn new(disk: Arc<dyn Disk>, dir: &Path, is_marked: bool) -> Self {
        // A mark that was taken away may still come back, or be there and not hold.
        let marked = is_marked.then_some(true);
        Self { disk, dir: dir.to_owned(), journals: BTreeMap::new(), marked }
    }

    /// Does what a group asks: what became of each task, in their order.
    pub(super) fn group(&mut self, tasks: Vec<Task>) -> Vec<Result<(), Lost>> {
        let mut outcomes = vec![Ok(()); tasks.len()];
        let mut waiting = Waiting::new();
        for (index, Task { journal, work }) in tasks.into_iter().enumerate() {
            match work {
                Work::Append(line) => waiting.entry(journal).or_default().push((index, line)),
                Work::Stop => {
                    self.append_all(std::mem::take(&mut waiting), &mut outcomes);
                    outcomes[index] = self.stop();
                }
                work => {
                    let before = waiting.remove_entry(&journal);
                    self.append_all(before.into_iter().collect(), &mut outcomes);
                    outcomes[index] = self.work(&journal, work);
                }
            }
        }
        self.append_all(waiting, &mut outcomes);
        outcomes
    }

    fn append_all(&mut self, waiting: Waiting, outcomes: &mut [Result<(), Lost>]) {
        let mut written = Vec::new();
        for (name, lines) in waiting {
            let wrote = self.write(&name, lines.iter().map(|(_, line)| line.as_str()));
            let places: Vec<usize> = lines.into_iter().map(|(index, _)| index).collect();
            match wrote {
                Ok(None) => {}
                Ok(Some(end)) => written.push((name, end, places)),
                Err(lost) => places.into_iter().for_each(|index| outcomes[index] = Err(lost.clone())),
            }
        }
        // All are written before the first is waited for: the file system makes them durable together.
        for (name, end, places) in written {
            if let Err(lost) = self.sync(&name, end) {
                places.into_iter().for_each(|index| outcomes[index] = Err(lost.clone()));
            }
        }
    }

    fn journal(&mut self, name: &Arc<str>) -> Result<&mut Journal, Lost> {
        let unknown = || Lost::Refused("no such journal is kept".to_owned());
        self.journals.get_mut(name).ok_or_else(unknown)
    }

    /// Writes the lines of a group: where the journal ends once they are durable, if there are any.
    fn write<'l>(
        &mut self,
        name: &Arc<str>,
        lines: impl Iterator<Item = &'l str>,
    ) -> Result<Option<(Chain, u64)>, Lost> {
        let journal = self.journal(name)?;
        if let Some(why) = &journal.lost {
            return Err(Lost::Refused(why.clone()));
        }
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let wrote = self.make_ready(name).map_err(Lost::refused).and_then(|()| self.add(name, &lines));
        wrote.inspect_err(|lost| self.lose(name, lost)).map(Some)
    }

    /// From here on the journal takes nothing more.
    fn lose(&mut self, name: &Arc<str>, lost: &Lost) {
        if let Some(journal) = self.journals.get_mut(name) {
            journal.lost.get_or_insert_with(|| lost.why().to_owned());
        }
    }

    /// Everything that has to be so before a journal is changed: it is mended, open, and the one that is known.
    fn make_ready(&mut self, name: &Arc<str>) -> io::Result<()> {
        self.unmark()?;
        self.mend(name)?;
        let Some(journal) = self.journals.get_mut(name) else { return Err(io::ErrorKind::NotFound.into()) };
        let path = &*journal.path;
        let found = self.disk.identity(path).map_err(|error| gone(path, &error))?;
        if journal.file.is_none() {
            let file = self.disk.open(path).map_err(|error| gone(path, &error))?;
            journal.number = journal.number.or(file.identity()?.number);
            journal.file = Some(file);
        }
        if found.number != journal.number || found.length != journal.length {
            let why = "was replaced or changed by somebody else under the running server";
            return Err(io::Error::other(format!("{} {why}", path.display())));
        }
        Ok(())
    }

    /// Adds the lines of a group, or leaves the file as it was.
    fn add(&mut self, name: &Arc<str>, lines: &[&str]) -> Result<(Chain, u64), Lost> {
        let journal = self.journal(name)?;
        let room = lines.iter().map(|line| line.len() + SEAL).sum();
        let (mut chain, mut bytes) = (journal.chain, Vec::with_capacity(room));
        for (index, line) in lines.iter().enumerate() {
            chain.seal(if index == 0 { Mark::Group } else { Mark::Further }, line, &mut bytes);
        }
        let Some(file) = &mut journal.file else { return Err(not_open()) };
        let Err(error) = write_all(&mut **file, &bytes) else {
            return Ok((chain, journal.length + bytes.len() as u64));
        };
        match file.cut(journal.length).and_then(|()| file.sync()) {
            Ok(()) => Err(Lost::refused(error)),
            Err(second) => {
                Err(Lost::Unknown(format!("{error}; and what was written can't be taken back: {second}")))
            }
        }
    }

    fn sync(&mut self, name: &Arc<str>, (chain, length): (Chain, u64)) -> Result<(), Lost> {
        let journal = self.journal(name)?;
        let Some(file) = &mut journal.file else {
            return Err(Lost::Refused("it is not open".to_owned()));
        };
        let Err(error) = file.sync() else {
            (journal.chain, journal.length) = (chain, length);
            return Ok(());
        };
        // The lines may be durable or not. That they are not shown is likelier to stay true if they are taken back.
        let _ = file.cut(journal.length).and_then(|()| file.sync());
        let lost = Lost::Unknown(error.to_string());
        self.lose(name, &lost);
        Err(lost)
    }

    fn work(&mut self, name: &Arc<str>, work: Work) -> Result<(), Lost> {
        match work {
            Work::Adopt(Adopted { chain, length, number, mend }) => {
                let (path, name) = (self.path(name, ENDING), Arc::clone(name));
                let journal = Journal { name, path, file: None, number, chain, length, mend, lost: None };
                self.journals.insert(Arc::clone(&journal.name), journal);
                Ok(())
            }
            Work::Replace { text, otherwise } => self.replace(name, &text, otherwise.as_deref()),
            Work::Mend => self.mend(name).map_err(Lost::refused),
            Work::Remove => self.remove(name),
            // Groups see to these themselves.
            Work::Append(_) | Work::Stop => Ok(()),
        }
    }

    fn replace(&mut self, name: &Arc<str>, text: &str, otherwise: Option<&str>) -> Result<(), Lost> {
        if let Some(why) = &self.journal(name)?.lost {
            return Err(Lost::Refused(why.clone()));
        }
        let done = self.make_ready(name).and_then(|()| self.write_whole(name, text));
        let done = match (done, otherwise) {
            (Ok(named), _) => named,
            (Err(_), Some(line)) => {
                let Some(end) = self.write(name, std::iter::once(line))? else { return Ok(()) };
                return self.sync(name, end);
            }
            (Err(error), None) => Err(Lost::refused(error)),
        };
        done.inspect_err(|lost| self.lose(name, lost))
    }

    /// Writes a journal whole at once. An error leaves the old one; so does the inner one, unless the system dies before
    /// the directory is written for another reason.
    fn write_whole(&mut self, name: &Arc<str>, text: &str) -> io::Result<Result<(), Lost>> {
        let (path, part) = (self.path(name, ENDING), self.path(name, PART));
        let (chain, bytes) = Chain::whole(text);
        let written = self.write_part(&part, &bytes).and_then(|()| self.disk.rename(&part, &path));
        if let Err(error) = written {
            // Swept at the next start at the latest.
            let _ = self.disk.remove(&part);
            return Err(error);
        }
        let number = self.disk.identity(&path).ok().and_then(|written| written.number);
        if let Some(journal) = self.journals.get_mut(name) {
            (journal.chain, journal.length, journal.number) = (chain, bytes.len() as u64, number);
            (journal.file, journal.mend) = (None, None);
        }
        Ok(self.disk.sync_dir(&self.dir).map_err(|error| Lost::Unknown(error.to_string())))
    }

    fn write_part(&self, part: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.disk.create(part)?;
        write_all(&mut *file, bytes)?;
        file.sync()
    }

    /// Does what the journal needs before anything can be added.
    fn mend(&mut self, name: &Arc<str>) -> io::Result<()> {
        if self.journals.get(name).is_some_and(|journal| journal.mend.is_some()) {
            self.unmark()?;
        }
        let (path, torn) = (self.path(name, ENDING), self.path(name, TORN));
        let Some(journal) = self.journals.get_mut(name) else { return Err(io::ErrorKind::NotFound.into()) };
        let Some(mend) = journal.mend.take() else { return Ok(()) };
        let length = journal.length;
        let done = match &mend {
            Mend::Settle(last) => self.settle(&path, &torn, length, last),
            Mend::Write(text) => {
                self.write_whole(name, text).and_then(|named| named.map_err(io::Error::other))
            }
        };
        if done.is_err()
            && let Some(journal) = self.journals.get_mut(name)
        {
            journal.mend = Some(mend);
        }
        done
    }

    fn settle(&self, path: &Path, torn: &Path, length: u64, last: &[u8]) -> io::Result<()> {
        if self.disk.identity(path)?.length > length {
            let bytes = self.disk.read(path)?;
            let end = usize::try_from(length).ok().and_then(|length| bytes.get(length..)).unwrap_or_default();
            self.write_part(torn, end).and_then(|()| self.disk.sync_dir(&self.dir)).inspect_err(|_| {
                let _ = self.disk.remove(torn);
            })?;
        }
        let mut file = self.disk.open(path)?;
        file.cut(length)?;
        self.disk.write_again(path, length.saturating_sub(last.len() as u64), last)?;
        file.sync()
    }

    fn remove(&mut self, name: &Arc<str>) -> Result<(), Lost> {
        self.unmark().map_err(Lost::refused)?;
        if let Some(journal) = self.journals.get_mut(name) {
            journal.file = None;
        }
        match self.disk.remove(&self.path(name, ENDING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Lost::refused(error)),
            Ok(()) | Err(_) => {}
        }
        self.lose(name, &Lost::Refused("its tenant was deleted".to_owned()));
        // The copy of a torn end goes with it.
        let _ = self.disk.remove(&self.path(name, TORN));
        self.disk.sync_dir(&self.dir).map_err(|error| Lost::Unknown(error.to_string()))?;
        self.journals.remove(name);
        Ok(())
    }

    /// Before anything is changed the mark of a clean stop goes.
    fn unmark(&mut self) -> io::Result<()> {
        if self.marked != Some(false) {
            clean_stop::remove(&*self.disk, &self.dir)?;
            self.marked = Some(false);
        }
        Ok(())
    }

    /// Journals that are lost, or were not looked after, are not in the mark: nothing is known of their end.
    fn stop(&mut self) -> Result<(), Lost> {
        if self.marked == Some(true) {
            // Nothing was changed since.
            return Ok(());
        }
        self.marked = None;
        let known = self.journals.values().filter(|journal| journal.lost.is_none() && journal.mend.is_none());
        clean_stop::write(&*self.disk, &self.dir, known.map(|journal| (&*journal.name, journal.chain)))
            .map_err(Lost::refused)?;
        self.marked = Some(true);
        Ok(())
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.dir.join(format!("{name}.{ending}"))
    }
}

/// Does not happen: what is written to was opened before.
fn not_open() -> Lost {
    Lost::Refused("it is not open".to_owned())
}

fn gone(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} is gone: {error}", path.display()))
}
