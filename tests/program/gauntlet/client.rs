//! A client for the gauntlet: this test program itself, started anew as a process of its own. It polls once, by pages,
//! in clear over a new connection each time, and keeps what it has seen in a file. `GAUNTLET_CLIENT` says what is wrong
//! with it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, exit};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

/// Alerts of a page: one, so that a small company has several pages.
const PAGE: usize = 1;

/// How often a request is sent.
const ATTEMPTS: u32 = 6;

struct Answer {
    status: u16,
    wait: Option<f64>,
    body: String,
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// What it does when its process is started; no test, though the harness has to be told so.
#[test]
#[ignore = "a client that the other tests start as a process"]
fn a_client() {
    let fault = variable("GAUNTLET_CLIENT");
    match fault.as_str() {
        "panics" => panic!("something unforeseen"),
        "aborts" => std::process::abort(),
        // The process that it leaves behind keeps its output open.
        "hangs" => drop(Command::new("sleep").arg("600").spawn().unwrap().wait()),
        "is-elsewhere" => exit(i32::from(std::env::current_dir().unwrap().join("Cargo.toml").exists())),
        _ => poll(&fault),
    }
    exit(0);
}

fn poll(fault: &str) {
    let seen = std::fs::read_to_string("seen").unwrap_or_default();
    let mut seen: BTreeSet<String> = seen.lines().map(str::to_owned).collect();
    let mut report = Vec::new();
    let mut skip = 0;
    loop {
        let page = page(fault, skip);
        let alerts = page["data"].as_array().unwrap();
        for id in alerts.iter().filter_map(|alert| alert["_id"].as_str().map(str::to_owned)) {
            if seen.insert(id.clone()) || fault == "repeats" {
                report.push(id.clone());
            }
        }
        skip += PAGE;
        if alerts.len() < PAGE || fault == "reads-one-page" {
            break;
        }
    }
    if fault == "invents" {
        report.push("f".repeat(24));
    }
    std::fs::write("seen", seen.into_iter().collect::<Vec<_>>().join("\n")).unwrap();
    if fault == "reports-in-a-file" {
        std::fs::write(variable("MOCK_DEFENDER_REPORT"), json!({"ids": report}).to_string()).unwrap();
    } else if fault == "reports-nonsense" {
        std::fs::write(variable("MOCK_DEFENDER_REPORT"), "[").unwrap();
    } else {
        report.iter().for_each(|id| println!("{id}"));
    }
}

/// A page of alerts, asked for again as long as that may help.
fn page(fault: &str, skip: usize) -> Value {
    let body = json!({"filters": {}, "limit": PAGE, "skip": skip, "sortDirection": "asc"}).to_string();
    static FAILURES: AtomicU32 = AtomicU32::new(0);
    let attempts = if fault == "hammers" { 3 * ATTEMPTS } else { ATTEMPTS };
    for attempt in 0..attempts {
        let answer = ask(&body);
        match answer.as_ref().map(|answer| answer.status) {
            Some(200) => return serde_json::from_str(&answer.unwrap().body).unwrap(),
            Some(status) if fault == "gives-up" => {
                eprintln!("status {status}");
                exit(3);
            }
            _ => {}
        }
        // It takes what fails for the third time for a page without anything new.
        if fault == "skips-at-the-third-failure" && FAILURES.fetch_add(1, Ordering::Relaxed) == 2 {
            return json!({"data": [{}]});
        }
        let told = answer.and_then(|answer| answer.wait);
        let pause = match fault {
            "ignores-retry-after" | "hammers" => 0.0,
            _ => told.unwrap_or(0.02 * f64::from(1 << attempt)),
        };
        wait(Duration::from_secs_f64(pause));
    }
    eprintln!("no answer, {attempts} times");
    exit(3);
}

#[allow(clippy::disallowed_methods, reason = "a client waits as clients do; no reactor runs here")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}

fn ask(body: &str) -> Option<Answer> {
    let url = variable("MOCK_DEFENDER_URL");
    let host = url.strip_prefix("https://")?;
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    let (token, length) = (variable("MOCK_DEFENDER_API_TOKEN"), body.len());
    let head = format!("Host: {host}\r\nAuthorization: Token {token}\r\nConnection: close\r\n");
    let head = format!("{head}Content-Type: application/json\r\nContent-Length: {length}");
    write!(stream, "POST /api/v1/alerts/ HTTP/1.1\r\n{head}\r\n\r\n{body}").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.get(9..12)?.parse().ok()?;
    let wait =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("retry-after: ")?.parse().ok());
    Some(Answer { status, wait, body: body.to_owned() })
}
