//! What an embedded simulator costs a test: its start, its socket, its memory; beside a started `MockServer`.

use mock_defender::{MockDefender, Size};
use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::MockServer;

use crate::kit::Effort;
use crate::kit::child::{self, Child};
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};

/// How many are alive at once when memory is looked at.
const ALIVE: usize = 200;

// What is held alive, as parts to play.
const IN_MEMORY: &str = "embedded";
const LISTENING: &str = "embedded-listening";
const MOCK_SERVERS: &str = "embedded-beside";

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("Embedded in a test process (clock frozen, throttle off)");
    starts(effort, &mut table);
    memory(&mut table);
    table.print();
}

fn started(size: Size) -> MockDefender {
    MockDefender::builder().size(size).start().expect("the defaults can be had")
}

fn starts(effort: Effort, table: &mut Table) {
    let runtime = Runtime::new().expect("a runtime");
    // What is made once per process is not a part of every start: runtime, authority, tables.
    started(Size::Tiny).listen().expect("a socket");
    drop(runtime.block_on(MockServer::start()));
    let mut samples = [(); 6].map(|()| Samples::new(Unit::Seconds));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..effort.pick(20, 100) {
        let mut take = |at: usize, seconds: f64| samples[at].push(seconds);
        // Kept, so that neither side is handed one that was used before.
        let (server, seconds) = time(|| runtime.block_on(MockServer::start()));
        theirs.push(server);
        take(0, seconds);
        let (mock, seconds) = time(|| started(Size::Tiny));
        take(1, seconds);
        take(2, time(|| mock.listen().expect("a socket")).1);
        let (fork, seconds) = time(|| mock.fork().expect("room for a fork"));
        take(3, seconds);
        take(4, time(|| drop(fork)).1);
        ours.push(mock);
    }
    for _ in 0..effort.pick(3, 10) {
        samples[5].push(time(|| started(Size::Small)).1);
    }
    let beside = || Some(Beside("MockServer::start", &samples[0]));
    table.row("start, tiny", &samples[1], "≤ 1 ms", beside());
    table.row("  its socket, when a URL is asked for", &samples[2], "", beside());
    table.row("a fork", &samples[3], "", beside());
    table.row("  dropping it", &samples[4], "", None);
    table.row("start, small", &samples[5], "", beside());
    let mut drops = [(); 2].map(|()| Samples::new(Unit::Seconds));
    ours.into_iter().for_each(|mock| drops[0].push(time(|| drop(mock)).1));
    theirs.into_iter().for_each(|server| drops[1].push(time(|| drop(server)).1));
    table.row("dropping one that listens", &drops[0], "", Some(Beside("MockServer", &drops[1])));
}

fn memory(table: &mut Table) {
    let figures = |part: &str| -> [Samples; 2] {
        let child = Child::start(&mut child::myself(part));
        let line: serde_json::Value = serde_json::from_str(&child.line).expect("a line of JSON");
        let figure = |name: &str, unit| Samples::one(unit, line[name].as_f64().expect("a number"));
        [figure("bytes", Unit::Bytes), figure("threads", Unit::Count)]
    };
    let [in_memory, _] = figures(IN_MEMORY);
    let [listening, threads] = figures(LISTENING);
    let [wiremock, their_threads] = figures(MOCK_SERVERS);
    let beside = || Some(Beside("200 × MockServer", &wiremock));
    table.row("memory of 200 alive, tiny", &in_memory, "≤ 60 MB", beside());
    table.row("memory of 200 alive and listening", &listening, "", beside());
    let beside = Some(Beside("200 × MockServer", &their_threads));
    table.row("threads with 200 alive and listening", &threads, "", beside);
}

/// Plays the part that this process was started for, if it is one of these.
pub(crate) fn play(part: &str) -> bool {
    let known = [IN_MEMORY, LISTENING, MOCK_SERVERS].contains(&part);
    if known {
        hold(part);
    }
    known
}

/// In a process of its own: holds so many alive, and says what they take. The first warms up what all share.
fn hold(part: &str) {
    let runtime = Runtime::new().expect("a runtime");
    let start = |part: &str| -> Box<dyn std::any::Any> {
        match part {
            MOCK_SERVERS => Box::new(runtime.block_on(MockServer::start())),
            _ => {
                let mock = started(Size::Tiny);
                if part == LISTENING {
                    mock.listen().expect("a socket");
                }
                Box::new(mock)
            }
        }
    };
    let _first = start(part);
    let before = child::own_memory("VmRSS");
    let alive: Vec<_> = (0..ALIVE).map(|_| start(part)).collect();
    let bytes = child::own_memory("VmRSS") - before;
    let threads = child::own_number("Threads");
    println!("{}", json!({"bytes": bytes, "threads": threads}));
    drop(alive);
}
