//! Runs the built program, bounded in time, and says what it printed when something else was expected. Signals are
//! sent by `kill`, so only where there is one.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// The program.
pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_mock-defender");

/// Long enough for anything that the program should do at once, short enough to fail a test.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program with these arguments.
pub(crate) fn mock_defender(arguments: &[&str]) -> Command {
    let mut command = Command::new(PATH);
    command.args(arguments);
    command
}

/// A run that has ended.
pub(crate) struct Ended(Output);

impl Ended {
    /// What it printed; its exit status must be 0.
    pub(crate) fn succeeds(self) -> String {
        assert!(self.0.status.success(), "expected success, got {:?}", self.0);
        text(self.0.stdout)
    }

    /// What it said about the failure, on standard error only; its exit status must be `status`.
    pub(crate) fn fails(self, status: i32) -> String {
        assert_eq!(self.0.status.code(), Some(status), "{:?}", self.0);
        assert!(self.0.stdout.is_empty(), "{:?}", self.0);
        text(self.0.stderr)
    }
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    finish(&mut mock_defender(arguments))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Ended {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.expect("a program that can be run");
    let id = child.id();
    bounded(id, move || Ended(child.wait_with_output().expect("an exit")))
}

/// Runs a command, interrupts it as Ctrl-C does once `reached`, and waits for its end.
pub(crate) fn interrupted(command: &mut Command, reached: impl Fn() -> bool) -> Ended {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("a program that can be run");
    while !reached() {
        assert!(child.try_wait().expect("a state").is_none(), "it ended before");
    }
    signal("INT", child.id());
    let id = child.id();
    bounded(id, move || Ended(child.wait_with_output().expect("an exit")))
}

/// Does what waits for the process `id`, which is killed if it takes too long.
fn bounded<T: Send + 'static>(id: u32, wait: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || done.send(wait()));
    result.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        signal("KILL", id);
        panic!("expected an end within {PATIENCE:?}")
    })
}

fn signal(name: &str, id: u32) {
    let status = Command::new("kill").args(["-s", name, &id.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "expected to send {name} to {id}");
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// A fresh directory for the test of that name.
pub(crate) fn directory(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("a directory that can be removed");
    }
    std::fs::create_dir_all(&directory).expect("a directory that can be made");
    directory
}

/// A server that is ready; killed when dropped.
pub(crate) struct Running {
    child: Option<Child>,
    stdout: Option<BufReader<ChildStdout>>,
    /// The line that it printed when it was ready.
    pub(crate) line: String,
}

impl Running {
    /// Starts `serve` with a small company on any free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = mock_defender(&["serve"]);
        // A scenario brings a company of its own.
        if !arguments.contains(&"--scenario") {
            command.args(["--size", "tiny"]);
        }
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments).envs(variables.iter().copied());
        Self::of(command)
    }

    /// Starts a command that serves.
    pub(crate) fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a program that can be run");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (stdout, line) = bounded(child.id(), move || {
            let mut line = String::new();
            stdout.read_line(&mut line).expect("a line of text");
            (stdout, line)
        });
        let mut running = Self { child: Some(child), stdout: Some(stdout), line };
        if running.line.is_empty() {
            let ended = running.child.take().map(Child::wait_with_output);
            panic!("expected a ready line, got {ended:?}");
        }
        running
    }

    /// The ready line.
    pub(crate) fn ready(&self) -> Value {
        serde_json::from_str(&self.line).expect("JSON")
    }

    /// Its address in clear.
    pub(crate) fn proxy(&self) -> String {
        self.ready()["proxy"].as_str().expect("an address").to_owned()
    }

    /// Asks it to terminate: exit status, what more it printed, and what it told on standard error.
    pub(crate) fn stop(mut self) -> (Option<i32>, String, String) {
        let (child, stdout) = (self.child.take().expect("a process"), self.stdout.take());
        signal("TERM", child.id());
        bounded(child.id(), move || {
            let mut more = String::new();
            stdout.expect("a pipe").read_to_string(&mut more).expect("text");
            let output = child.wait_with_output().expect("an exit");
            (output.status.code(), more, text(output.stderr))
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself, and then the test has said so.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
