//! Where the authority of a user lives on each system.
//!
//! Knows the environment only. XDG Base Directory Specification 0.8: state that should outlive a restart.

use std::ffi::OsString;
use std::path::PathBuf;

use super::AuthorityError;

const NAME: &str = "mock-defender";

/// The default directory, from the variables that `environment` looks up.
pub(super) fn default_dir(environment: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, AuthorityError> {
    // A relative path is to be ignored, says the specification; an empty variable is as good as none.
    let directory = |name| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(state) = directory("XDG_STATE_HOME") {
        return Ok(state.join(NAME));
    }
    if cfg!(windows) {
        let local = directory("LOCALAPPDATA").ok_or(AuthorityError::NoDirectory("LOCALAPPDATA"))?;
        return Ok(local.join(NAME));
    }
    let home = directory("HOME").ok_or(AuthorityError::NoDirectory("XDG_STATE_HOME or HOME"))?;
    let state = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
    Ok(home.join(state).join(NAME))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_state_directory_comes_before_home() {
        let with = |state: Option<&'static str>, home: Option<&'static str>| {
            default_dir(move |name| match name {
                "XDG_STATE_HOME" => state.map(OsString::from),
                "HOME" => home.map(OsString::from),
                _ => None,
            })
        };
        assert_eq!(with(Some("/state"), Some("/home/u")).unwrap(), PathBuf::from("/state/mock-defender"));
        let fallback = with(Some("relative"), Some("/home/u")).unwrap();
        assert!(fallback.starts_with("/home/u") && fallback.ends_with("mock-defender"), "{fallback:?}");
        assert!(with(Some(""), None).unwrap_err().to_string().contains("--ca DIR"));
    }
}
