//! The mark of a clean stop: a file beside the journals that says where each of them stood when the server was stopped.
//! As long as it is there nothing can be torn, and nothing can be missing. It is taken away before anything is changed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::disk::{Disk, write_all};
use super::reading::Stopped;
use super::sealing::{Chain, digest, sum_of};

const NAME: &str = "clean-stop";
const PART: &str = "clean-stop.part";

/// The journals by name. `None` if there is no mark, or none that holds.
pub(super) fn read(disk: &dyn Disk, dir: &Path) -> io::Result<Option<BTreeMap<String, Stopped>>> {
    match disk.read(&dir.join(NAME)) {
        Ok(bytes) => Ok(parsed(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parsed(bytes: &[u8]) -> Option<BTreeMap<String, Stopped>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (journals, sum) = text.trim_end().rsplit_once('\n')?;
    let journals = format!("{journals}\n");
    if sum_of(sum) != Some(digest(0, journals.as_bytes())) {
        return None;
    }
    let journal = |line: &str| {
        let mut parts = line.rsplitn(3, ' ');
        let (sum, lines, name) = (parts.next()?, parts.next()?, parts.next()?);
        let chain = Chain { sum: sum_of(sum)?, lines: lines.parse().ok()? };
        Some((name.to_owned(), Stopped { chain }))
    };
    journals.lines().skip(1).map(journal).collect()
}

/// Leaves the mark.
pub(super) fn write<'n>(
    disk: &dyn Disk,
    dir: &Path,
    journals: impl Iterator<Item = (&'n str, Chain)>,
) -> io::Result<()> {
    let mut text =
        "the server was stopped, and these journals ended so: name, lines, sum of the last\n".to_owned();
    for (name, chain) in journals {
        text.push_str(&format!("{name} {} {:016x}\n", chain.lines, chain.sum));
    }
    text.push_str(&format!("{:016x}\n", digest(0, text.as_bytes())));
    let part = dir.join(PART);
    let written = || {
        let mut file = disk.create(&part)?;
        write_all(&mut *file, text.as_bytes())?;
        file.sync()?;
        disk.rename(&part, &dir.join(NAME))
    };
    if let Err(error) = written() {
        // Swept at the next start at the latest.
        let _ = disk.remove(&part);
        return Err(error);
    }
    disk.sync_dir(dir)
}

/// Takes it away, for good.
pub(super) fn remove(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    match disk.remove(&dir.join(NAME)) {
        Ok(()) => disk.sync_dir(dir),
        Err(error) if error.kind() == io::ErrorKind::NotFound => disk.sync_dir(dir),
        Err(error) => Err(error),
    }
}
