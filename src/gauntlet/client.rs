//! The process of a client: what it is started with, and how it ends.
//!
//! It runs in a group of its own, so that what it has started ends with it. Its output goes to files, which nobody has
//! to read while it runs.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::tenant::wall::Stopwatch;

use super::judge::End;

/// How often a running client is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// No client writes more to its standard output or error, in bytes.
const MOST_OUTPUT: u64 = 64 << 20;

/// How much of the end of its standard error is looked at.
const LAST_WORDS: u64 = 16 << 10;

/// What programs say that fail unforeseen: Python, Rust, Go, Java, .NET, Node, and shells about programs of theirs.
const PANICS: [&str; 9] = [
    "Traceback (most recent call last)",
    "panicked at ",
    "panic: ",
    "Exception in thread ",
    "Unhandled exception",
    "UnhandledPromiseRejection",
    "Uncaught ",
    "Segmentation fault",
    STACK,
];

/// How a line of a stack of calls begins, of Node and .NET.
const STACK: &str = "\n    at ";

/// Variables that would send a client elsewhere than it shall go.
const ELSEWHERE: [&str; 8] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    program: OsString,
    arguments: Vec<OsString>,
}

/// A round of a client that has ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) end: End,
    /// The end of what it said on its standard error.
    pub(super) said: String,
    /// Real time.
    pub(super) took: Duration,
}

impl Client {
    /// The client that this command starts. Since it is run in a folder of its own, names of files that are relative to
    /// `here` are made absolute.
    ///
    /// # Errors
    /// When there is no command, or its program is not there.
    pub fn new(command: &[OsString], here: &Path) -> Result<Self, String> {
        let absolute = |word: &OsString| {
            let file = here.join(word);
            if Path::new(word).is_relative() && file.is_file() { file.into_os_string() } else { word.clone() }
        };
        let (program, arguments) = command.split_first().ok_or("there is no command to run")?;
        // A program without a slash is looked for as shells do, and not here.
        let is_path = Path::new(program).components().count() > 1;
        let program = if is_path { absolute(program) } else { program.clone() };
        if !is_path && !is_found(&program) {
            return Err(format!("no program {} is in PATH", program.display()));
        }
        if is_path && !Path::new(&program).is_file() {
            return Err(format!("there is no program {}", program.display()));
        }
        Ok(Self { program, arguments: arguments.iter().map(absolute).collect() })
    }

    /// Runs it to its end, or until its time is over. Its output goes to files beside `folder`, in which it runs.
    pub(super) fn run(
        &self,
        variables: &[(&'static str, String)],
        place: &Place,
        timeout: Duration,
        stopped: &AtomicBool,
    ) -> io::Result<Ended> {
        let watch = Stopwatch::start();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&place.folder).stdin(Stdio::null());
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdout(File::create(&place.output)?).stderr(File::create(&place.errors)?);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn()?;
        let group = child.id();
        let mut end = wait(child, place, timeout, stopped)?;
        end_group(group);
        let said = last_words(&place.errors);
        if let End::Exit(status) = end
            && status != 0
            && let Some(panic) = panic_in(&said)
        {
            end = End::Panic(status, panic);
        }
        Ok(Ended { end, said, took: watch.elapsed() })
    }
}

/// Where a round leaves what it writes.
pub(super) struct Place {
    /// Where the client runs: the same in every round.
    pub(super) folder: PathBuf,
    /// Its standard output in this round.
    pub(super) output: PathBuf,
    /// Its standard error in this round.
    pub(super) errors: PathBuf,
    /// Where it may report.
    pub(super) report: PathBuf,
}

impl Place {
    /// The place of a round; folders are made.
    pub(super) fn of(folder: &Path, round: u32) -> io::Result<Self> {
        let work = folder.join("work");
        fs::create_dir_all(&work)?;
        Ok(Self {
            folder: work,
            output: folder.join(format!("round-{round}.out")),
            errors: folder.join(format!("round-{round}.err")),
            report: folder.join(format!("round-{round}.json")),
        })
    }

    /// What it printed.
    pub(super) fn printed(&self) -> String {
        fs::read(&self.output).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

/// A program of this name is in PATH.
fn is_found(program: &OsString) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return true };
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&path).any(|folder| {
        let file = folder.join(program);
        file.is_file() || (!suffix.is_empty() && file.with_extension(&suffix[1..]).is_file())
    })
}

/// Waits for the end of a client, which comes in time or is brought about.
fn wait(mut child: Child, place: &Place, timeout: Duration, stopped: &AtomicBool) -> io::Result<End> {
    let watch = Stopwatch::start();
    let id = child.id();
    let (ended, end) = mpsc::channel();
    let waiting = std::thread::spawn(move || {
        // Nobody listens any more only if this thread was not joined, which it is.
        let _ = ended.send(child.wait());
    });
    let mut forced = None;
    let status = loop {
        match end.recv_timeout(LOOK) {
            Ok(status) => break status?,
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("a thread ended unforeseen")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let written = |file: &Path| fs::metadata(file).map_or(0, |file| file.len());
        if forced.is_some() {
            continue;
        }
        if watch.elapsed() >= timeout || stopped.load(Ordering::Acquire) {
            forced = Some(End::Timeout(timeout));
        } else if written(&place.output).max(written(&place.errors)) > MOST_OUTPUT {
            forced = Some(End::Flood(MOST_OUTPUT));
        }
        if forced.is_some() {
            end_group(id);
        }
    };
    // It has sent, so it ends.
    let _ = waiting.join();
    Ok(forced.unwrap_or_else(|| of_status(status)))
}

fn of_status(status: ExitStatus) -> End {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return End::Signal(signal);
    }
    End::Exit(status.code().unwrap_or(-1))
}

/// Ends what is left of a group of processes. By the program `kill`, since the language has no way of its own.
#[cfg(unix)]
fn end_group(id: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-s", "KILL", "--", &format!("-{id}")]);
    // Mostly nothing is left, which it then says.
    let _ = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(not(unix))]
fn end_group(id: u32) {
    let mut kill = Command::new("taskkill");
    kill.args(["/F", "/T", "/PID", &id.to_string()]);
    let _ = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

fn last_words(file: &Path) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(file)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LAST_WORDS)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// What a program says that fails unforeseen, in a line: of a Python traceback the last one.
fn panic_in(said: &str) -> Option<String> {
    let found = PANICS.iter().find(|panic| said.contains(**panic))?;
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = match *found {
        traceback if traceback.starts_with("Traceback") => lines().next_back(),
        // What failed stands above the calls that led there.
        STACK => said.split(STACK).next().and_then(|before| before.trim_end().lines().last()).map(str::trim),
        panic => lines().find(|line| line.contains(panic.trim_end())),
    };
    Some(line.unwrap_or(found).chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_fail_unforeseen_are_known_by_what_they_say() {
        let python = "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'data'\n";
        assert_eq!(panic_in(python).as_deref(), Some("KeyError: 'data'"));
        let rust = "\nthread 'main' panicked at src/main.rs:1:1:\nboom\n";
        assert_eq!(panic_in(rust).as_deref(), Some("thread 'main' panicked at src/main.rs:1:1:"));
        let node = "TypeError: x\n    at main (x.js:1:1)\n";
        assert_eq!(panic_in(node).as_deref(), Some("TypeError: x"));
        assert_eq!(panic_in("error: the service is not available\n"), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let made = |words: &[&str]| Client::new(&words.iter().map(OsString::from).collect::<Vec<_>>(), here);
        assert_eq!(made(&[]).unwrap_err(), "there is no command to run");
        assert!(made(&["./no-such-program"]).unwrap_err().ends_with("no-such-program"));
        assert!(made(&["no-such-program-anywhere"]).unwrap_err().contains("PATH"));
        let client = made(&["Cargo.toml/../Cargo.toml", "Cargo.toml", "--flag"]);
        assert!(client.is_err());
        let client = made(&["sh", "Cargo.toml", "--flag"]).unwrap();
        assert_eq!(client.arguments, [here.join("Cargo.toml").into_os_string(), "--flag".into()]);
    }
}
