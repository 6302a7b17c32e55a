//! `mock-defender serve --detach`, `status`, `logs` and `stop`: one server in the background per user.
//!
//! Its process id, address and log are in the user's state directory. Signals are sent by `kill`, so only where there
//! is one: on Unix.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use crate::model::json::json;
use crate::server::CertificateAuthority;
use crate::tenant::journal::disk::create_private;

use super::Outcome;
use super::ask::{self, Server};

/// How often a server that was asked to stop is looked at, and how long in between.
const LOOKS: u32 = 150;
const PAUSE: Duration = Duration::from_millis(100);

#[allow(clippy::disallowed_methods, reason = "this thread waits for a process; no reactor runs on it")]
fn pause() {
    std::thread::sleep(PAUSE);
}

/// Says whether a server answers, and what it holds.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender status\n  mock-defender status --url http://localhost:9443 --json"
)]
pub(super) struct Status {
    #[command(flatten)]
    server: Server,
}

/// Print what the server in the background has told.
#[derive(Args)]
#[command(after_help = "Examples:\n  mock-defender logs\n  tail -f \"$(mock-defender logs --path)\"")]
pub(super) struct Logs {
    /// Print the file's path instead of its content
    #[arg(long)]
    path: bool,
}

/// Stop the server in the background.
#[derive(Args)]
#[command(after_help = "Examples:\n  mock-defender serve --detach && mock-defender stop")]
pub(super) struct Stop {}

fn place(name: &str) -> Result<PathBuf, Box<dyn std::error::Error>> {
    Ok(CertificateAuthority::default_dir()?.join(name))
}

/// What is written down of the server in the background, if its process is there.
fn running() -> Result<Option<Value>, Box<dyn std::error::Error>> {
    let file = place("server.json")?;
    let Ok(text) = fs::read(&file) else { return Ok(None) };
    let written: Value = serde_json::from_slice(&text).unwrap_or_default();
    let alive = written["pid"].as_u64().is_some_and(is_ours);
    if !alive {
        // The process is gone although `stop` was not called: it crashed or was killed.
        let _ = fs::remove_file(&file);
    }
    Ok(alive.then_some(written))
}

/// Where the server in the background is, if there is one.
pub(super) fn address() -> Option<String> {
    Some(running().ok()??["proxy"].as_str()?.to_owned())
}

/// A process of this number runs, and is a mock-defender: numbers are used again.
fn is_ours(pid: u64) -> bool {
    let asked =
        Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).stderr(Stdio::null()).output();
    let said = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let said = said.or_else(|_| fs::read_to_string(format!("/proc/{pid}/cmdline"))).unwrap_or_default();
    said.contains("mock-defender") && said.contains("serve")
}

/// Starts this very command again, without `--detach`, in the background; waits until it is ready.
pub(super) fn detach() -> Outcome {
    if !cfg!(unix) {
        return Err(
            "--detach works on Unix only; here, start `mock-defender serve` in a window of its own".into()
        );
    }
    if let Some(running) = running()? {
        let (pid, url) = (&running["pid"], running["proxy"].as_str().unwrap_or_default());
        return Err(format!("a server runs in the background already ({url}, process {pid}): stop it with `mock-defender stop`").into());
    }
    let log = place("server.log")?;
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
    }
    // The operator's token may be told there.
    let told = create_private(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
    let arguments = std::env::args_os().skip(1).filter(|argument| argument != "--detach");
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(told);
    #[cfg(unix)]
    {
        // Of its own group, so that Ctrl-C here does not end it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.spawn()?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    if line.is_empty() {
        child.wait()?;
        let said = fs::read_to_string(&log).unwrap_or_default();
        let said = said.trim_end();
        return Err(said.strip_prefix("mock-defender: ").unwrap_or(said).to_owned().into());
    }
    let ready: Value = serde_json::from_slice(line.as_bytes())?;
    let written = json!({"pid": child.id(), "url": ready["url"], "proxy": ready["proxy"], "log": log});
    let file = place("server.json")?;
    fs::write(&file, format!("{written}\n"))
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    eprint!(
        "{}",
        fs::read_to_string(&log).unwrap_or_default().replace("Stop: Ctrl-C", "Stop: mock-defender stop")
    );
    let mut out = std::io::stdout();
    out.write_all(line.as_bytes())?;
    Ok(out.flush()?)
}

impl Status {
    pub(super) fn run(self) -> Outcome {
        let info = ask::json(&self.server.get("/info")?)?;
        let background = running()?.filter(|written| written["url"] == info["url"]);
        if self.server.json {
            let mut answer = info;
            answer["pid"] = background.map(|written| written["pid"].clone()).unwrap_or_default();
            self.server.print_json(&answer)?;
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        writeln!(out, "mock-defender {} answers at {}", text(&info["version"]), text(&info["url"]))?;
        if let Some(written) = background {
            writeln!(out, "  in the background, process {}, log {}", written["pid"], text(&written["log"]))?;
        }
        for tenant in info["tenants"].as_array().into_iter().flatten() {
            writeln!(
                out,
                "  {} ({}), clock at {}",
                text(&tenant["name"]),
                text(&tenant["id"]),
                text(&tenant["now"])
            )?;
        }
        Ok(())
    }
}

impl Logs {
    pub(super) fn run(self) -> Outcome {
        let file = place("server.log")?;
        let mut out = std::io::stdout();
        if self.path {
            return Ok(writeln!(out, "{}", file.display())?);
        }
        let text = fs::read(&file).map_err(|error| {
            format!("no log at {} ({error}): `mock-defender serve --detach` writes one", file.display())
        })?;
        Ok(out.write_all(&text)?)
    }
}

impl Stop {
    pub(super) fn run(self) -> Outcome {
        let Some(written) = running()? else {
            return Err(
                "no server runs in the background; one that was started otherwise is stopped with Ctrl-C"
                    .into(),
            );
        };
        let pid = written["pid"].as_u64().unwrap_or_default();
        let sent = Command::new("kill").args(["-s", "TERM", &pid.to_string()]).status()?;
        if !sent.success() {
            return Err(format!("process {pid} can not be asked to stop").into());
        }
        for _ in 0..LOOKS {
            if !is_ours(pid) {
                let _ = fs::remove_file(place("server.json")?);
                writeln!(std::io::stdout(), "Stopped {}.", written["proxy"].as_str().unwrap_or_default())?;
                return Ok(());
            }
            pause();
        }
        let waited = (PAUSE * LOOKS).as_secs();
        Err(format!("process {pid} was asked to stop and still runs after {waited} seconds").into())
    }
}
