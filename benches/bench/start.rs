//! How soon the simulator is there, how big it is then, and how big it gets.

use std::sync::Arc;

use mock_defender::model::ids::Kind;
use mock_defender::model::spec::Size;
use rustls::ClientConfig;

use crate::kit::Effort;
use crate::kit::child::{BINARY, Child, Directory};
use crate::kit::client::{Connection, Length, load, trust};
use crate::kit::house;
use crate::kit::peers::{self, Identity};
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("Start and memory (size small, default clock)");
    let directory = Directory::new("start");
    start(effort, &directory, &mut table);
    growth(effort, &directory, &mut table);
    let size = std::fs::metadata(BINARY).expect("the release binary").len();
    table.row("size of the binary", &Samples::one(Unit::Bytes, size as f64), "≤ 20 MB", None);
    table.print();
}

/// One start: seconds to the first health answer and to the first page, bytes in memory then.
struct Started {
    health: f64,
    page: f64,
    memory: f64,
}

fn started(launch: impl FnOnce() -> (Child, u16, String), trust: &Arc<ClientConfig>) -> Started {
    let (((server, port, token), mut connection), first) = time(|| {
        let (server, port, token) = launch();
        let mut connection = Connection::secure(port, trust);
        assert_eq!(connection.ask(&house::get("/_mock/health", "")).status, 200);
        ((server, port, token), connection)
    });
    let _ = port;
    let memory = server.memory("VmRSS");
    let (status, second) = time(|| connection.ask(&house::get("/api/v1/alerts/", &token)).status);
    assert_eq!(status, 200);
    Started { health: first, page: first + second, memory }
}

fn start(effort: Effort, directory: &Directory, table: &mut Table) {
    let own_ca = directory.path().join("ca");
    let ca = own_ca.to_str().expect("a path in UTF-8").to_owned();
    let ready = directory.path().join("ready.json");
    let ready = ready.to_str().expect("a path in UTF-8").to_owned();
    let args = ["--ca", &ca, "--ready-file", &ready];
    // The authority is made once per machine: not a part of every start.
    drop(house::serve(&args));
    let ours_pem = std::fs::read_to_string(own_ca.join("ca.pem")).expect("the authority's certificate");

    let identity = Identity::new();
    let certificate = directory.file("peer.pem", identity.certificate.as_bytes());
    let key = directory.file("peer.key", identity.key.as_bytes());
    let body = directory.file("body", br#"{"ready":true}"#);
    let trust = trust(&[&ours_pem, &identity.certificate]);

    let samples = || [Samples::new(Unit::Seconds), Samples::new(Unit::Seconds), Samples::new(Unit::Bytes)];
    let (mut ours, mut bare) = (samples(), samples());
    let record = |samples: &mut [Samples; 3], started: &Started| {
        samples[0].push(started.health);
        samples[1].push(started.page);
        samples[2].push(started.memory);
    };
    for _ in 0..effort.pick(5, 15) {
        let launch = || {
            let server = house::serve(&args);
            let (port, line) = house::ready(&server);
            let token = line["tenants"][0]["apiToken"].as_str().expect("an API token");
            let token = format!("Token {token}");
            (server, port, token)
        };
        record(&mut ours, &started(launch, &trust));
        let launch = || {
            let server = peers::hyper(&body, Some([&certificate, &key]));
            let port = peers::port(&server);
            (server, port, String::new())
        };
        record(&mut bare, &started(launch, &trust));
    }
    let bare_hyper = |at: usize| Some(Beside("bare hyper", &bare[at]));
    table.row("process start to first health, HTTPS", &ours[0], "≤ 15 ms", bare_hyper(0));
    table.row("process start to first alerts page, HTTPS", &ours[1], "≤ 30 ms", bare_hyper(1));
    table.row("resident memory after start", &ours[2], "≤ 15 MB", bare_hyper(2));
}

/// wiremock keeps every request: a fifth of ours already costs it most of a gigabyte.
const PEER_SHARE: u64 = 5;

fn growth(effort: Effort, directory: &Directory, table: &mut Table) {
    let requests = effort.pick(100_000, 1_000_000);
    let twin = house::tenant(Size::Small);
    let alert = twin.world().ids.hex24(Kind::Alert, 0);
    let request = house::get(&format!("/api/v1/alerts/{alert}/"), &house::bearer(&twin));

    let server = house::serve(&["--ca", "ephemeral", "--start", house::START, "--freeze"]);
    let (port, _) = house::ready(&server);
    let body = Connection::clear(port).ask(&request).body;
    let mut ours = Samples::new(Unit::Bytes);
    let before = server.memory("VmRSS");
    load(port, &request, 8, Length::Requests(requests));
    ours.push(server.memory("VmRSS") - before);

    let server = peers::wiremock(&directory.file("body", &body));
    let port = peers::port(&server);
    Connection::clear(port).ask(&request);
    let mut theirs = Samples::new(Unit::Bytes);
    let before = server.memory("VmRSS");
    load(port, &request, 8, Length::Requests(requests / PEER_SHARE));
    theirs.push(server.memory("VmRSS") - before);

    let what = format!("memory growth after {}", Unit::Count.write(requests as f64));
    let name = format!("wiremock, {}", Unit::Count.write((requests / PEER_SHARE) as f64));
    table.row(&format!("{what} requests"), &ours, "≤ 32 MB", Some(Beside(&name, &theirs)));
}
