//! The two files of an authority, written so that processes that start together end with the same ones.
//!
//! Knows file names and text, not what stands in a certificate. Reading takes no lock: each file appears whole by
//! a rename, the key before the certificate, so a certificate that can be seen has its key beside it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::AuthorityError;

/// Texts of the two files, in PEM form.
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Where the two files are.
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    directory: PathBuf,
    lock: PathBuf,
}

impl Files {
    pub(super) fn new(directory: &Path, stem: &str) -> Self {
        let file = |extension| directory.join(format!("{stem}.{extension}"));
        Self {
            certificate: file("pem"),
            key: file("key"),
            lock: file("lock"),
            directory: directory.to_path_buf(),
        }
    }

    pub(super) fn unusable(&self, file: &Path, what: &'static str) -> AuthorityError {
        AuthorityError::Unusable {
            file: file.to_path_buf(),
            what,
            certificate: self.certificate.clone(),
            key: self.key.clone(),
        }
    }

    /// Both texts; `None` when the authority was not made yet.
    pub(super) fn read(&self) -> Result<Option<Pair>, AuthorityError> {
        let Some(certificate) = read(&self.certificate)? else { return Ok(None) };
        let Some(key) = read(&self.key)? else {
            return Err(self.unusable(&self.key, "is missing"));
        };
        self.warn_if_key_is_open();
        Ok(Some(Pair { certificate, key }))
    }

    /// Writes what `make` gives, unless another process was quicker: then reads what that one wrote. `make` is
    /// given a key that is there already: it was left by a process that broke off.
    pub(super) fn create(
        &self,
        make: impl FnOnce(Option<&str>) -> Result<Pair, AuthorityError>,
    ) -> Result<Pair, AuthorityError> {
        let _lock = self.lock()?;
        if let Some(pair) = self.read()? {
            return Ok(pair);
        }
        let key = read(&self.key)?;
        let pair = make(key.as_deref())?;
        if key.is_none() {
            write_whole(&self.key, &pair.key, 0o600).map_err(failed(&self.key))?;
        }
        write_whole(&self.certificate, &pair.certificate, 0o644).map_err(failed(&self.certificate))?;
        Ok(pair)
    }

    /// Puts a certificate in the place of the one that is there.
    pub(super) fn replace_certificate(&self, certificate: &str) -> Result<(), AuthorityError> {
        let _lock = self.lock()?;
        write_whole(&self.certificate, certificate, 0o644).map_err(failed(&self.certificate))
    }

    /// Held by whoever writes, until it is dropped.
    fn lock(&self) -> Result<File, AuthorityError> {
        make_private_directory(&self.directory).map_err(failed(&self.directory))?;
        let lock =
            OpenOptions::new().create(true).append(true).open(&self.lock).map_err(failed(&self.lock))?;
        lock.lock().map_err(failed(&self.lock))?;
        Ok(lock)
    }

    #[cfg(unix)]
    fn warn_if_key_is_open(&self) {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(&self.key).is_ok_and(|key| key.permissions().mode() & 0o077 != 0) {
            tracing::warn!("{} can be read by other users: chmod 600 it", self.key.display());
        }
    }

    #[cfg(not(unix))]
    fn warn_if_key_is_open(&self) {}
}

fn failed(file: &Path) -> impl FnOnce(io::Error) -> AuthorityError {
    let file = file.to_path_buf();
    move |source| AuthorityError::Write { file, source }
}

fn read(file: &Path) -> Result<Option<String>, AuthorityError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(AuthorityError::Read { file: file.to_path_buf(), source }),
    }
}

fn make_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Called under the lock, so the name of the temporary file need not be unique.
fn write_whole(file: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(".new");
    // One left by a process that broke off may have other permissions.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut writer = create_new(Path::new(&temporary), mode)?;
    writer.write_all(text.as_bytes())?;
    writer.sync_all()?;
    fs::rename(&temporary, file)
}

fn create_new(file: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(file)
}
