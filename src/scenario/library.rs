//! Where scenarios are found by name: those that are shipped, and for the command line the files beside what is read.

use std::path::{Path, PathBuf};

use super::shipped::SHIPPED;

/// No file is larger, in bytes.
pub const LARGEST: usize = 256 << 10;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What messages call it.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Where scenarios are found by name.
pub trait Library {
    /// The scenario of this name.
    ///
    /// # Errors
    /// Why it can't be had, and what can.
    fn find(&self, name: &str) -> Result<Found, String>;
}

/// The scenarios that are shipped.
#[derive(Clone, Copy, Debug)]
pub struct Shipped;

impl Library for Shipped {
    fn find(&self, name: &str) -> Result<Found, String> {
        let found = SHIPPED.iter().find(|(known, _)| *known == name);
        found.map(|(name, text)| Found { file: (*name).to_owned(), text: (*text).to_owned() }).ok_or_else(
            || {
                let known: Vec<&'static str> = SHIPPED.iter().map(|(name, _)| *name).collect();
                let near = crate::yaml::nearest(name, &known);
                format!(
                    "no shipped scenario is called {name:?}; the nearest: {}",
                    near[..near.len().min(3)].join(", ")
                )
            },
        )
    }
}

/// The scenarios that are shipped, and the files of a folder: a name with a dot or a slash is a path from there.
#[derive(Clone, Debug)]
pub struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// Those beside a file.
    pub fn file(file: &Path) -> Self {
        Self { folder: file.parent().map(Path::to_path_buf).unwrap_or_default() }
    }
}

impl Library for Beside {
    fn find(&self, name: &str) -> Result<Found, String> {
        if name.contains(['/', '.', '\\']) {
            return file(&self.folder.join(name));
        }
        Shipped.find(name)
    }
}

/// The text of a file.
///
/// # Errors
/// Why it can't be had.
pub fn file(path: &Path) -> Result<Found, String> {
    use std::io::Read as _;
    let shown = path.display().to_string();
    let mut text = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST as u64 + 1).read_to_end(&mut text))
        .map_err(|error| format!("{shown}: {error}"))?;
    let text = String::from_utf8(text).map_err(|error| format!("{shown}: {error}"))?;
    Ok(Found { file: shown, text })
}
