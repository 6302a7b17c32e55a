//! What a tenant remembers: exported files, journals on disk, servers that are killed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, spec, tenant, text};

/// Everything that a client can read of a tenant, but for its requests.
fn readable(kit: &Kit) -> String {
    let mut all = String::new();
    for path in ["/api/v1/alerts/", "/api/v1/activities/"] {
        for direction in ["asc", "desc"] {
            all.push_str(&text(&kit.api("POST", path, &json!({"sortDirection": direction}).to_string())));
        }
    }
    for rest in ["clock", "commands", "truth", "snapshots"] {
        all.push_str(&text(&kit.mock(
            "GET",
            &format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id),
            "",
        )));
    }
    all
}

/// A life with every kind of step.
fn live(kit: &Kit) {
    let path = |rest: &str| format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id);
    let advance = |by: &str| kit.mock("POST", &path("clock/advance"), &json!({"by": by}).to_string());
    advance("PT9H7M3S");
    kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}, "comment": "first"}"#);
    kit.mock("POST", &path("snapshots"), r#"{"name": "a"}"#);
    advance("PT20H");
    kit.mock("POST", &path("commands"), r#"{"setUserEnabled": {"user": "user", "enabled": false}}"#);
    advance("P1D");
    kit.mock("POST", &path("snapshots"), r#"{"name": "b"}"#);
    kit.mock("POST", &path("snapshots/a/restore"), "");
    advance("PT11H");
    kit.api("POST", "/api/v1/alerts/reopen/", r#"{"filters": {}}"#);
    let answer = kit.mock(
        "POST",
        &path("commands"),
        r#"{"setUserEnabled": {"user": "security-reader", "enabled": false}}"#,
    );
    assert_eq!(answer.status, 200, "{}", text(&answer));
    advance("PT13H");
}

/// A server with another tenant, so that an import does not meet its own original.
fn elsewhere(file: &str) -> Kit {
    let kit = Kit::new(99, Size::Tiny);
    let answer = kit.mock("POST", "/_mock/tenants/import", file);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let id = json(&answer)["id"].as_str().unwrap().parse().unwrap();
    let tenant = Arc::clone(&kit.gateway.registry.by_id(id).unwrap().tenant);
    kit.about(tenant)
}

#[test]
fn an_exported_tenant_is_imported_byte_for_byte() {
    let kit = Kit::tiny();
    live(&kit);
    let file = text(&kit.mock("GET", &format!("/_mock/tenants/{}/export", kit.tenant.identity().id), ""));
    assert!(file.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{file}");
    let back = elsewhere(&file);
    assert_eq!(readable(&back), readable(&kit));
    // It goes on the same way, too.
    for kit in [&kit, &back] {
        kit.tenant.advance(Span::hours(30)).unwrap();
    }
    assert_eq!(readable(&back), readable(&kit));
    let again = back.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(again.status, 409);
}

#[test]
fn a_fork_is_restored_with_its_identity() {
    let parent = Kit::tiny();
    live(&parent);
    let fork = Kit::of(Arc::new(parent.tenant.fork()), false);
    let forked = readable(&fork);
    fork.tenant.advance(Span::hours(5)).unwrap();
    let back = elsewhere(&fork.tenant.file().write());
    assert_eq!(back.tenant.identity(), fork.tenant.identity());
    assert_eq!(readable(&back), readable(&fork));
    for kit in [&fork, &back] {
        kit.mock("POST", &format!("/_mock/tenants/{}/reset", kit.tenant.identity().id), "");
    }
    assert_eq!(readable(&fork), forked);
    assert_eq!(readable(&back), forked);
}

#[test]
fn running_clocks_are_restored_from_the_journal() {
    let wall = Wall::manual(at("2026-12-01T10:00:00Z"));
    let revived = |tenant: &Tenant| {
        let later = Wall::manual(wall.now() + Span::days(2));
        Tenant::revived(&tenant.file(), later, |step, refusal| panic!("{step:?} {refusal}"))
    };
    let follows = Tenant::born(&spec(1, Size::Tiny, START), Mode::FollowWall, wall.clone());
    assert_eq!(revived(&follows).now(), wall.now() + Span::days(2));
    let offset = Tenant::born(&spec(1, Size::Tiny, START), Mode::FollowFromStart, wall.clone());
    assert_eq!(revived(&offset).now(), at(START) + Span::days(2));
    let frozen = tenant(1, Size::Tiny);
    frozen.advance(Span::hours(3)).unwrap();
    assert_eq!(revived(&frozen).now(), at(START) + Span::hours(3));
}

#[test]
fn tenant_files_that_can_not_be_replayed_are_refused_with_the_reason() {
    let kit = Kit::tiny();
    let refused = |file: &str| {
        let answer = kit.mock("POST", "/_mock/tenants/import", file);
        assert_eq!(answer.status, 400);
        json(&answer)["error"]["message"].as_str().unwrap().to_owned()
    };
    let file = tenant(7, Size::Tiny).file().write();
    assert!(refused("").contains("empty"));
    assert!(refused("{\"reset\": 1}\n").contains("line 1"), "{}", refused("{\"reset\": 1}\n"));
    let other = file.replacen("\"generator\":", "\"generator\":9", 1);
    assert!(refused(&other).contains("--rebirth"), "{}", refused(&other));
    let foreign = format!(
        "{file}{}\n",
        json!({"command": {"at": START, "command": {"markAlert": {"alert": 9999, "read": true, "by": "operator"}}}})
    );
    assert!(refused(&foreign).contains("there is no alert"), "{}", refused(&foreign));
    let torn = &file[..file.len() - 9];
    assert!(refused(torn).contains("line 2"), "{}", refused(torn));
}

/// A directory of this test's own.
fn fresh(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("journal-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

struct Server {
    child: Child,
    port: u16,
    token: String,
}

impl Server {
    fn start(dir: &Path) -> Self {
        let mut command = Command::new(program());
        let flags = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--ca",
            "ephemeral",
            "--size",
            "tiny",
            "--start",
            START,
            "--freeze",
        ];
        command.args(flags).arg("--data-dir").arg(dir.join("data"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            let mut words = String::new();
            child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
            panic!("not ready: {line:?} {words}");
        };
        let url = ready["url"].as_str().unwrap();
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        let token = ready["tenants"][0]["apiToken"].as_str().unwrap().to_owned();
        Self { child, port, token }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> std::io::Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.token,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
        body.and_then(|body| serde_json::from_str(body).ok())
            .ok_or_else(|| std::io::Error::other(answer.clone()))
    }

    fn commands(&self) -> Vec<Value> {
        self.send("GET", "/_mock/tenants/contoso/commands", "").unwrap()["commands"]
            .as_array()
            .unwrap()
            .clone()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The program; the continuous integration names one that starts faster, since it is started often.
fn program() -> String {
    std::env::var("MOCK_DEFENDER_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mock-defender").to_owned())
}

/// How often the server is killed; the continuous integration raises it.
fn kills() -> u64 {
    std::env::var("MOCK_DEFENDER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

#[test]
fn a_killed_server_remembers_every_command_that_it_acknowledged() {
    let dir = fresh("kill");
    let mut acknowledged: u64 = 0;
    for round in 0..kills() {
        let server = Arc::new(Server::start(&dir));
        let known = server.commands().len() as u64;
        // What was not acknowledged may have been written, too: at most one command per client.
        assert!(
            (acknowledged..=acknowledged + 4).contains(&known),
            "round {round}: {acknowledged} acknowledged, {known} known"
        );
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let server = Arc::clone(&server);
                std::thread::spawn(move || {
                    let body =
                        json!({"setUserEnabled": {"user": "user", "enabled": client % 2 == 0}}).to_string();
                    let give = || server.send("POST", "/_mock/tenants/contoso/commands", &body);
                    (0..200).take_while(|_| give().is_ok_and(|answer| answer["accepted"].is_array())).count()
                        as u64
                })
            })
            .collect();
        std::thread::park_timeout(std::time::Duration::from_millis(5 + round % 7 * 9));
        let killer = Command::new("kill").arg("-9").arg(server.child.id().to_string()).status().unwrap();
        assert!(killer.success());
        acknowledged = known + clients.into_iter().map(|client| client.join().unwrap()).sum::<u64>();
        Arc::into_inner(server).unwrap().kill();
    }
    assert!(acknowledged > kills(), "the clients got through: {acknowledged}");
    let server = Server::start(&dir);
    let commands = server.commands();
    assert!((0..).zip(&commands).all(|(index, command)| command["number"] == index + 1));
    server.kill();
}

#[test]
fn a_torn_last_line_is_cut_off_and_the_rest_comes_back() {
    let dir = fresh("torn");
    let server = Server::start(&dir);
    for enabled in [false, true] {
        let body = json!({"setUserEnabled": {"user": "user", "enabled": enabled}}).to_string();
        server.send("POST", "/_mock/tenants/contoso/commands", &body).unwrap();
    }
    server.kill();
    let journal = fs::read_dir(dir.join("data")).unwrap().map(|file| file.unwrap().path());
    let journal =
        journal.into_iter().find(|path| path.extension().is_some_and(|end| end == "journal")).unwrap();
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, &whole[..whole.len() - 5]).unwrap();
    let server = Server::start(&dir);
    assert_eq!(server.commands().len(), 1);
    // A second server on the directory is refused, in words.
    let mut second = Command::new(env!("CARGO_BIN_EXE_mock-defender"));
    second
        .args(["serve", "--listen", "127.0.0.1:0", "--ca", "ephemeral", "--data-dir"])
        .arg(dir.join("data"));
    let refused = second.output().unwrap();
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("held by another running server"), "{words}");
    let body = json!({"setUserEnabled": {"user": "user", "enabled": true}}).to_string();
    server.send("POST", "/_mock/tenants/contoso/commands", &body).unwrap();
    server.kill();
    let server = Server::start(&dir);
    assert_eq!(server.commands().len(), 2);
    // A tenant more is kept, until it is deleted.
    server.send("POST", "/_mock/tenants", r#"{"name": "Fabrikam", "size": "tiny"}"#).unwrap();
    server.kill();
    let server = Server::start(&dir);
    assert_eq!(server.send("GET", "/_mock/tenants", "").unwrap()["tenants"][1]["name"], "Fabrikam");
    server.send("DELETE", "/_mock/tenants/fabrikam", "").unwrap_err();
    server.kill();
    let server = Server::start(&dir);
    assert_eq!(server.send("GET", "/_mock/tenants", "").unwrap()["tenants"].as_array().unwrap().len(), 1);
    server.kill();
}
