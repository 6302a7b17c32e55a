//! How long anything keeps the reactor: while heavy requests are under way, another connection asks for the health all
//! the time, of a server whose reactor has one thread. The longest it waits is what the longest task takes, with what
//! the machine itself adds, which the first row shows.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::kit::Effort;
use crate::kit::client::Connection;
use crate::kit::house;
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};

/// A company whose lists take longest.
const LARGE: &str = r#"{"seed": 2, "size": "large", "name": "Fabrikam"}"#;

/// Alerts and activities of a large tenant by two filters and a sort.
const FILTERED: &str = r#"{"filters": {"severity": {"eq": [2]}}, "sortField": "date", "limit": 100}"#;

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let rounds = effort.pick(2, 5);
    let mut table = Table::new("The longest wait for a health answer meanwhile (reactor of one thread)");
    let server = house::serve_on_one_thread(&["--ca", "ephemeral", "--freeze"]);
    let (port, line) = house::ready(&server);
    let first = line["tenants"][0]["id"].as_str().expect("a tenant").to_owned();
    let quiet = waits(port, rounds, || thread::sleep(std::time::Duration::from_millis(200)));
    table.row("nothing", &quiet, "", None);
    let mut row = |what: &str, work: &mut dyn FnMut()| {
        let longest = waits(port, rounds, work);
        table.row(what, &longest, "≤ 10 ms", Some(Beside("nothing", &quiet)));
    };

    let asked = &mut |method: &str, path: &str, head: &str, body: &[u8]| ask(port, method, path, head, body);
    row("a large tenant is born, and deleted", &mut || {
        let id = id(&asked("POST", "/_mock/tenants", "", LARGE.as_bytes()));
        asked("DELETE", &format!("/_mock/tenants/{id}"), "", b"");
    });
    let made = asked("POST", "/_mock/tenants", "", LARGE.as_bytes());
    let large = id(&made);
    let token = made["tenant"]["apiToken"].as_str().or(made["apiToken"].as_str()).expect("an API token");
    let own = format!("Authorization: Token {token}\r\n");
    row("a page of its alerts, filtered", &mut || {
        asked("POST", "/api/v1/alerts/", &own, FILTERED.as_bytes());
    });
    row("a page of its activities, filtered", &mut || {
        asked("POST", "/api/v1/activities/", &own, FILTERED.as_bytes());
    });
    row("its clock advances a day", &mut || {
        asked("POST", &format!("/_mock/tenants/{large}/clock/advance"), "", br#"{"by": "P1D"}"#);
    });
    row("its truth", &mut || drop(asked("GET", &format!("/_mock/tenants/{large}/truth"), "", b"")));
    let file = export(port, &large);
    row("it is forked, reset and exported", &mut || {
        let fork = id(&asked("POST", &format!("/_mock/tenants/{large}/fork"), "", b"{}"));
        asked("POST", &format!("/_mock/tenants/{fork}/reset"), "", b"");
        export(port, &fork);
        asked("DELETE", &format!("/_mock/tenants/{fork}"), "", b"");
    });
    row("its export is refused, since it is there already", &mut || {
        asked("POST", "/_mock/tenants/import", "", &file);
    });
    let forks: Vec<String> =
        (0..1_000).map(|_| id(&asked("POST", &format!("/_mock/tenants/{first}/fork"), "", b"{}"))).collect();
    row("a thousand tenants are there", &mut || thread::sleep(std::time::Duration::from_millis(300)));
    let followers: Vec<TcpStream> = (0..8).map(|_| sent(port, "GET", "/_mock/events", "", b"")).collect();
    row("eight follow the events of a thousand tenants", &mut || {
        thread::sleep(std::time::Duration::from_secs(2));
    });
    drop(followers);
    row("all requests as an archive (HAR)", &mut || {
        drop(ask_raw(port, "GET", "/_mock/requests.har", "", b""))
    });
    row("all tenants are listed", &mut || drop(asked("GET", "/_mock/tenants", "", b"")));
    row("a fork is deleted", &mut || {
        let fork = id(&asked("POST", &format!("/_mock/tenants/{}/fork", forks[0]), "", b"{}"));
        asked("DELETE", &format!("/_mock/tenants/{fork}"), "", b"");
    });
    table.print();
}

/// The longest wait for a health answer in each round, while this goes on.
fn waits(port: u16, rounds: u32, mut work: impl FnMut()) -> Samples {
    let mut longest = Samples::new(Unit::Seconds);
    for _ in 0..rounds {
        let done = AtomicBool::new(false);
        let seconds = thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let mut connection = Connection::clear(port);
                let (health, mut longest) = (house::get("/_mock/health", ""), 0.0_f64);
                loop {
                    longest = longest.max(time(|| connection.ask(&health)).1);
                    if done.load(Ordering::Acquire) {
                        break longest;
                    }
                    thread::sleep(std::time::Duration::from_micros(200));
                }
            });
            work();
            done.store(true, Ordering::Release);
            watch.join().expect("the health was answered")
        });
        longest.push(seconds);
    }
    longest
}

/// Sends a request on a connection of its own.
fn sent(port: u16, method: &str, path: &str, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{head}\r\n"
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("the server reads");
    stream
}

/// The body of the answer, whatever its length.
fn ask_raw(port: u16, method: &str, path: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    sent(port, method, path, head, body).read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head") + 4;
    answer.split_off(end)
}

fn ask(port: u16, method: &str, path: &str, head: &str, body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(&ask_raw(port, method, path, head, body)).unwrap_or_default()
}

fn export(port: u16, tenant: &str) -> Vec<u8> {
    ask_raw(port, "GET", &format!("/_mock/tenants/{tenant}/export"), "", b"")
}

/// The id of a tenant that was made.
fn id(made: &serde_json::Value) -> String {
    let id = made["tenant"]["id"].as_str().or(made["id"].as_str());
    id.unwrap_or_else(|| panic!("no tenant was made: {made}")).to_owned()
}
