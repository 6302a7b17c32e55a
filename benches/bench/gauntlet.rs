//! What the gauntlet costs beside its client: all shipped scenarios with a client that is quick and never waits, beside
//! as many processes that end at once.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use mock_defender::gauntlet::client::Client;
use mock_defender::gauntlet::collected::Collect;
use mock_defender::gauntlet::course::Course;
use mock_defender::gauntlet::field::{self, Audience};
use mock_defender::gauntlet::run::{House, Options, Ran, RunError};
use mock_defender::scenario::shipped::SHIPPED;
use mock_defender::scenario::{Given, Shipped, read};
use serde_json::{Value, json};

use crate::kit::Effort;
use crate::kit::child;
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};

const QUICK: &str = "gauntlet-client";
const IDLE: &str = "gauntlet-idle";

/// Plays a part, if it is one of these.
pub(crate) fn play(part: &str) -> bool {
    match part {
        QUICK => poll(),
        IDLE => {}
        _ => return false,
    }
    true
}

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let courses: Vec<Course> = SHIPPED
        .iter()
        .map(|(name, text)| {
            let scenario =
                read(text, &Shipped, &Given::new()).unwrap_or_else(|error| panic!("{name}: {error}"));
            Course::new(scenario, None).unwrap_or_else(|error| panic!("{name}: {error}"))
        })
        .filter(|course| !course.scenario.is_of_the_connection())
        .collect();
    let this = std::env::current_exe().expect("the path of this program");
    let command = [this.as_os_str(), "--as".as_ref(), QUICK.as_ref()].map(OsString::from);
    let client = Client::new(&command, Path::new("/")).expect("this program is there");
    let options =
        Options { collect: Collect::Alerts, timeout: Duration::from_secs(60), proxy: false, keep: false };
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let [mut ours, mut idle, mut each] = [(); 3].map(|()| Samples::new(Unit::Seconds));
    for _ in 0..effort.pick(1, 3) {
        let house = House::new().expect("a folder and threads");
        let (rans, seconds) = time(|| field::run(&house, &courses, &client, &options, jobs, &mut Silence));
        let rans: Vec<Ran> = rans.into_iter().map(|ran| ran.expect("a run")).collect();
        ours.push(seconds);
        each.push(seconds * jobs as f64 / rans.iter().map(|ran| ran.rounds.len()).sum::<usize>() as f64);
        let rounds: usize = rans.iter().map(|ran| ran.rounds.len()).sum();
        idle.push(time(|| (0..rounds).for_each(|_| drop(child::myself(IDLE).status()))).1);
    }
    let mut table = Table::new("The gauntlet with a client that never waits");
    let beside = || Some(Beside("processes that end at once", &idle));
    table.row(&format!("{} scenarios", courses.len()), &ours, "≤ 60 s", beside());
    table.row("  a round, of one processor", &each, "", None);
    table.print();
}

/// Hears nothing.
struct Silence;

impl Audience for Silence {
    fn told(&mut self, _: &Course, _: &Result<Ran, RunError>) {}
    fn ended(&mut self, _: usize, _: usize) {}
}

/// A client that polls once, by pages, and tries again at once.
fn poll() {
    let seen = std::fs::read_to_string("seen").unwrap_or_default();
    let mut seen: BTreeSet<String> = seen.lines().map(str::to_owned).collect();
    for skip in (0..100).map(|page| 20 * page) {
        let body = json!({"filters": {}, "limit": 20, "skip": skip}).to_string();
        let Some(page) = (0..6).find_map(|_| ask(&body)) else { std::process::exit(3) };
        let alerts = page["data"].as_array().cloned().unwrap_or_default();
        for id in alerts.iter().filter_map(|alert| alert["_id"].as_str()) {
            if seen.insert(id.to_owned()) {
                println!("{id}");
            }
        }
        if alerts.len() < 20 {
            break;
        }
    }
    let _ = std::fs::write("seen", seen.into_iter().collect::<Vec<_>>().join("\n"));
}

fn ask(body: &str) -> Option<Value> {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let (url, token) = (variable("MOCK_DEFENDER_URL"), variable("MOCK_DEFENDER_API_TOKEN"));
    let host = url.strip_prefix("https://")?;
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
    let head = format!("Host: {host}\r\nAuthorization: Token {token}\r\nConnection: close\r\n");
    let head = format!("{head}Content-Type: application/json\r\nContent-Length: {}", body.len());
    write!(stream, "POST /api/v1/alerts/ HTTP/1.1\r\n{head}\r\n\r\n{body}").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    (head.get(9..12)? == "200").then(|| serde_json::from_str(body).ok())?
}
