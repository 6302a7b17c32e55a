//! Long work of the program: it is left off by who leaves, and by the end of the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use mock_defender::model::spec::Size;
use serde_json::{Value, json};

use crate::binary::{Running, directory, interrupted, mock_defender};
use crate::kit::Kit;

/// A company whose birth takes half a minute at least where this is not optimised.
const HUGE: &str = r#"{"seed": 3, "users": 20000, "historyDays": 30, "freeze": true}"#;

/// Sends a request and does not wait for the answer.
fn send(server: &Running, method: &str, path: &str, body: &str) -> TcpStream {
    let host = server.proxy().replace("http://", "");
    let mut stream = TcpStream::connect(&host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    stream
}

/// The status of an answer, and its body.
fn answer(mut stream: TcpStream) -> (u16, Value) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let body = text.split_once("\r\n\r\n").unwrap_or_default().1;
    (text[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
}

fn journals(dir: &Path) -> usize {
    let ending = |path: &Path| path.extension().is_some_and(|ending| ending == "journal" || ending == "part");
    std::fs::read_dir(dir).unwrap().filter(|file| ending(&file.as_ref().unwrap().path())).count()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "no reactor runs on the thread of this test")]
fn a_birth_is_left_off_when_its_client_leaves_and_when_the_server_stops() {
    let dir = directory("long-work");
    let server = Running::start(&["--ca", "ephemeral", "--freeze", "--data-dir", dir.to_str().unwrap()]);
    drop(send(&server, "POST", "/_mock/tenants", HUGE));
    // It is in the log when it has ended.
    let ended = loop {
        let (_, log) = answer(send(&server, "GET", "/_mock/requests", ""));
        let all = log["requests"].as_array().unwrap().clone();
        if let Some(birth) = all.into_iter().find(|request| request["method"] == "POST") {
            break birth;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((&ended["status"], &ended["refusal"]), (&409.into(), &"Stopped".into()), "{ended}");
    let (_, tenants) = answer(send(&server, "GET", "/_mock/tenants", ""));
    assert_eq!((tenants["tenants"].as_array().unwrap().len(), journals(&dir)), (1, 1));

    let waiting = send(&server, "POST", "/_mock/tenants", HUGE);
    // Begun, since what comes later on another connection is answered.
    answer(send(&server, "GET", "/_mock/health", ""));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.stop().0, Some(0));
    let (status, body) = answer(waiting);
    assert_eq!((status, &body["error"]["code"]), (409, &"Stopped".into()), "{body}");
    assert_eq!(journals(&dir), 1);
}

#[test]
fn a_start_is_left_off_by_a_signal() {
    let dir = directory("long-start");
    let (spec, data) = (dir.join("huge.yaml"), dir.join("data"));
    std::fs::write(&spec, HUGE).unwrap();
    let [spec, kept] = [&spec, &data].map(|path| path.to_str().unwrap());
    let mut serve = mock_defender(&["serve", "--listen", "127.0.0.1:0", "--ca", "ephemeral"]);
    serve.args(["--tenant", spec, "--data-dir", kept]);
    let told = interrupted(&mut serve, || data.join("lock").exists()).fails(1);
    assert!(told.contains("left off on its way"), "{told}");
    assert_eq!(journals(&data), 0);
}

#[test]
fn an_export_of_many_megabytes_is_streamed_and_imported_again() {
    let kit = Kit::new(5, Size::Tiny);
    let faults = format!("/_mock/tenants/{}/faults", kit.tenant.identity().label);
    let body = "x".repeat(250_000);
    for _ in 0..24 {
        let fault = json!({"effect": {"respond": {"status": 503, "body": body}}}).to_string();
        assert_eq!(kit.mock("POST", &faults, &fault).status, 201);
    }
    let file = kit.tenant.file().write();
    assert!(file.len() > 5 << 20);
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let (status, told) = answer(send(&server, "POST", "/_mock/tenants/import", &file));
    assert_eq!(status, 201, "{told}");
    let mut export = String::new();
    let path = format!("/_mock/tenants/{}/export", kit.tenant.identity().id);
    send(&server, "GET", &path, "").read_to_string(&mut export).unwrap();
    let (head, export) = export.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains(&format!("content-length: {}", export.len())), "{head}");
    // But for the wall clock that its own clock was set by.
    let faults = |file: &str| {
        file.lines().filter(|line| line.contains("addFault")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(faults(export).len(), 24);
    assert!(faults(export) == faults(&file));
}
