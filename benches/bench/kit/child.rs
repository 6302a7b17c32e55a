//! Child processes: the simulator's own binary, peers, and pieces of work whose memory is measured alone.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The release binary.
pub const BINARY: &str = env!("CARGO_BIN_EXE_mock-defender");

/// A child process that has written its first line; killed when dropped.
pub struct Child {
    process: std::process::Child,
    /// The line.
    pub line: String,
    // Kept open, so that later lines find a reader.
    _rest: BufReader<std::process::ChildStdout>,
}

impl Child {
    /// Starts it and waits for its first line on standard output.
    pub fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut rest = BufReader::new(process.stdout.take().expect("a piped output"));
        let mut line = String::new();
        rest.read_line(&mut line).expect("the first line of the child");
        assert!(!line.is_empty(), "{command:?} ended without a line");
        Self { process, line, _rest: rest }
    }

    /// A field of its `/proc/…/status`, in bytes; not a number where there is no such file.
    pub fn memory(&self, field: &str) -> f64 {
        memory_of(&self.process.id().to_string(), field)
    }

    /// Seconds of processor time that it has used, in steps of 10 ms; not a number where that can't be seen.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        // Fields 14 and 15, counted behind the name, which may hold blanks: proc_pid_stat(5).
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: Vec<f64> =
            behind_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
        if ticks.len() == 2 { (ticks[0] + ticks[1]) / 100.0 } else { f64::NAN }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Memory of this process.
pub fn own_memory(field: &str) -> f64 {
    memory_of("self", field)
}

/// Another number of this process's `/proc/…/status`: its threads, say.
pub fn own_number(field: &str) -> f64 {
    number_of("self", field)
}

fn memory_of(process: &str, field: &str) -> f64 {
    number_of(process, field) * 1024.0
}

fn number_of(process: &str, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
}

/// This program again, in the part `part`; see [`part`].
pub fn myself(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.args(["--as", part]);
    command
}

/// The part that this process was started to play, with its arguments; none if it is the bench itself.
pub fn part() -> Option<(String, Vec<String>)> {
    let mut args = std::env::args().skip(1);
    (args.next()? == "--as").then(|| (args.next().unwrap_or_default(), args.collect()))
}

/// A directory that vanishes with the value.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mock-defender-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory for temporary files");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("a temporary file");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Left behind at worst: it is a temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
