//! What a store of journals asks of a disk, as small as it can be: so that a test can put a disk in place that fails
//! where a real one may.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// A disk.
pub trait Disk: Send + Sync {
    /// Makes a directory, with those above it, that nobody else may look into. Nothing happens if it is there.
    fn make_dir(&self, dir: &Path) -> io::Result<()>;

    /// The names of the files in a directory, in any order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// A whole file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes a file that nobody else may read, or empties the one that is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file that is there, to be added to.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Writes bytes again over those that stand there, so that the next sync makes them durable even if an earlier one
    /// failed: what a sync could not write counts as written afterwards.
    fn write_again(&self, path: &Path, from: u64, bytes: &[u8]) -> io::Result<()>;

    /// Gives a file another name. If a file of that name is there, it is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Takes a file's name away.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes names durable: what was created, renamed or removed in this directory.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Which file stands under a name now.
    fn identity(&self, path: &Path) -> io::Result<Identity>;

    /// Holds a lock as long as the answer lives. [`io::ErrorKind::ResourceBusy`] if somebody else does.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>>;

    /// Takes from others what they may do with a file, where files have such rights.
    fn tighten(&self, path: &Path) -> io::Result<()>;

    /// Others may look into this directory.
    fn is_open_to_others(&self, dir: &Path) -> io::Result<bool>;
}

/// An open file. It goes on being the same file when its name is given to another.
pub trait DiskFile: Send {
    /// Adds bytes at the end: how many of them were taken, which may be fewer than all.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Makes the content durable.
    fn sync(&mut self) -> io::Result<()>;

    /// Shortens the file to this many bytes.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Which file this is.
    fn identity(&self) -> io::Result<Identity>;
}

/// Which file it is, and how long: another one under its name has another identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The numbers of its device and on it, where files have such.
    pub number: Option<(u64, u64)>,
    /// Its length in bytes.
    pub length: u64,
}

/// Writes all of it.
pub(super) fn write_all(file: &mut dyn DiskFile, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(taken) => bytes = bytes.get(taken..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        match dir.parent() {
            Some(above) if !above.as_os_str().is_empty() => self.sync_dir(above),
            _ => Ok(()),
        }
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let names = std::fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name().into_string()));
        // A name that is no text is none of ours.
        names.filter_map(|name: io::Result<_>| name.map(Result::ok).transpose()).collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(RealFile(create_private(path)?)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(RealFile(OpenOptions::new().append(true).open(path)?)))
    }

    fn write_again(&self, path: &Path, from: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(io::SeekFrom::Start(from))?;
        file.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// On Windows directories can't be opened, and need not be.
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
    }

    fn identity(&self, path: &Path) -> io::Result<Identity> {
        std::fs::metadata(path).map(|found| identity(&found))
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>> {
        let made = private().create(true).truncate(false).open(path);
        // Where nothing can be written, a lock that is there does as well.
        let file = made.or_else(|error| File::open(path).map_err(|_| error))?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn tighten(&self, path: &Path) -> io::Result<()> {
        tighten(&File::open(path)?)
    }

    #[cfg(unix)]
    fn is_open_to_others(&self, dir: &Path) -> io::Result<bool> {
        use std::os::unix::fs::PermissionsExt as _;
        Ok(std::fs::metadata(dir)?.permissions().mode() & 0o077 != 0)
    }

    #[cfg(not(unix))]
    fn is_open_to_others(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

/// Makes a file that nobody else may read, or empties the one that is there and takes it from others.
pub fn create_private(path: &Path) -> io::Result<File> {
    let file = private().create(true).truncate(true).open(path)?;
    tighten(&file)?;
    Ok(file)
}

#[cfg(unix)]
fn tighten(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut rights = file.metadata()?.permissions();
    if rights.mode() & 0o077 == 0 {
        return Ok(());
    }
    rights.set_mode(0o600);
    file.set_permissions(rights)
}

#[cfg(not(unix))]
fn tighten(_: &File) -> io::Result<()> {
    Ok(())
}

/// How files are made, to be written, that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn identity(found: &std::fs::Metadata) -> Identity {
    #[cfg(unix)]
    let number = {
        use std::os::unix::fs::MetadataExt as _;
        Some((found.dev(), found.ino()))
    };
    #[cfg(not(unix))]
    let number = None;
    Identity { number, length: found.len() }
}

struct RealFile(File);

impl DiskFile for RealFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn identity(&self) -> io::Result<Identity> {
        self.0.metadata().map(|found| identity(&found))
    }
}
