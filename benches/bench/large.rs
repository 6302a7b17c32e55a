//! The tenant of a million activities: its birth, its forks, its pages, its commands.

use std::sync::Arc;

use mock_defender::catalogue::kinds::KINDS;
use mock_defender::facts::ids;
use mock_defender::gateway::Gateway;
use mock_defender::model::activity::Event;
use mock_defender::model::alert::Resolution;
use mock_defender::model::command::{AlertCommand, By};
use mock_defender::model::index::{ActorCode, AddressCode, AgentCode, AlertNo, KindCode, ObjectNo, PersonIx};
use mock_defender::model::spec::Size;
use mock_defender::model::time::VirtualTime;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use crate::kit::child::{self, Child};
use crate::kit::sample::{Samples, Unit, each, time, turns, yardstick};
use crate::kit::table::{Beside, Table};
use crate::kit::{Effort, house};

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("A large tenant (2,500 people, 30 days)");
    birth(effort, &mut table);
    let tenant = house::tenant(Size::Large);
    pages(effort, &tenant, &mut table);
    policies(effort, &tenant, &mut table);
    commands(effort, &tenant, &mut table);
    forks(effort, &tenant, &mut table);
    tiny(effort, &mut table);
    table.print();
}

/// Plays the part that this process was started for, if it is one of these.
pub(crate) fn play(part: &str, args: &[String]) -> bool {
    match part {
        "birth" => be_born(),
        "sort" => sort(args),
        "fork" => fork_often(args),
        _ => return false,
    }
    true
}

/// In a process of its own, so that its memory is nobody else's: gives birth and says what it took.
fn be_born() {
    let before = child::own_memory("VmRSS");
    let (tenant, seconds) = time(|| house::tenant(Size::Large));
    let view = tenant.read();
    let log = &view.state.core().log;
    let line = json!({
        "seconds": seconds,
        "rows": log.end().get() - log.first().get(),
        "bytes": log.bytes(),
        "peak": child::own_memory("VmHWM"),
        "after": child::own_memory("VmRSS") - before,
    });
    println!("{line}");
}

/// The peer of a birth: as many events, out of order, sorted by the time of being stored.
fn sort(args: &[String]) {
    let rows: u64 = args.first().and_then(|rows| rows.parse().ok()).expect("a number of rows");
    let event = |row: u64| {
        let at = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        Event {
            created: VirtualTime::from_millis(at as i64),
            lag: row as u32,
            actor: ActorCode::new((row % 2_500) as u32),
            kind: KindCode::new((row % 50) as u16),
            address: AddressCode::new(row as u32),
            agent: AgentCode::new(0),
            object: ObjectNo::new(row as u32),
            story: None,
        }
    };
    let (events, seconds) = time(|| {
        let mut events: Vec<Event> = (0..rows).map(event).collect();
        events.sort_by_key(|event| (event.created, event.actor));
        events
    });
    println!("{}", json!({"seconds": seconds, "rows": events.len(), "peak": child::own_memory("VmHWM")}));
}

fn said(child: &Child) -> Value {
    serde_json::from_str(&child.line).expect("the child's line is JSON")
}

fn birth(effort: Effort, table: &mut Table) {
    let mut seconds = [Samples::new(Unit::Seconds), Samples::new(Unit::Seconds)];
    let mut peaks = [Samples::new(Unit::Bytes), Samples::new(Unit::Bytes)];
    let mut rates = Samples::new(Unit::PerSecond);
    let (mut measure, mut resident) = (Samples::new(Unit::Seconds), Samples::new(Unit::Bytes));
    let (mut columns, mut rows) = (0.0, 0.0);
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    for _ in 0..effort.pick(2, 7) {
        let born = said(&Child::start(&mut child::myself("birth")));
        rows = number(&born["rows"]);
        columns = number(&born["bytes"]);
        seconds[0].push(number(&born["seconds"]));
        rates.push(rows / number(&born["seconds"]));
        peaks[0].push(number(&born["peak"]));
        resident.push(number(&born["after"]));
        let sorted = said(&Child::start(child::myself("sort").arg(rows.to_string())));
        seconds[1].push(number(&sorted["seconds"]));
        peaks[1].push(number(&sorted["peak"]));
        measure.push(time(yardstick).1);
    }
    let [ours, theirs] = &seconds;
    table.row("birth", ours, "≤ 1 s", Some(Beside("making and sorting as many events", theirs)));
    table.row("birth", ours, "", Some(Beside("20 M steps of xorshift", &measure)));
    table.row("activities", &Samples::one(Unit::Count, rows), "1 M", None);
    table.row("activities born", &rates, "", None);
    table.row(
        "peak resident memory of a birth",
        &peaks[0],
        "≤ 160 MB",
        Some(Beside("the sort's", &peaks[1])),
    );
    table.row("resident afterwards", &resident, "", None);
    table.row("columns, per activity", &Samples::one(Unit::Bytes, columns / rows), "≤ 96 B", None);
}

/// Pages of 100 by two filters and a sort, beside a plain loop over two columns.
fn pages(effort: Effort, tenant: &Arc<Tenant>, table: &mut Table) {
    let gateway = house::gateway(tenant);
    let token = house::token(tenant);
    let day = |back: i64| tenant.now().millis() - back * 86_400_000;
    let upn = |person: u32| tenant.world().person(PersonIx::new(person)).upn.clone();
    let selections: [(&str, Vec<Value>); 4] = [
        (
            "service and country",
            ["US", "DE", "GB", "IN"]
                .map(|country| json!({"service": {"eq": [20893]}, "location.country": {"eq": [country]}}))
                .into(),
        ),
        (
            "IP category and a day",
            (1..9)
                .map(|back| {
                    json!({
                        "ip.category": {"eq": [1, 4]},
                        "date": {"range": [{"start": day(back + 1), "end": day(back)}]},
                    })
                })
                .collect(),
        ),
        (
            "user and service",
            (0..8)
                .map(|person| {
                    json!({
                        "user.username": {"eq": [upn(person * 97)]}, "service": {"eq": [20892, 15600]},
                    })
                })
                .collect(),
        ),
        (
            "not a service, administrative",
            vec![json!({"service": {"neq": [20893]}, "activity.type": {"eq": true}})],
        ),
    ];
    for (name, filters) in selections {
        for direction in ["desc", "asc"] {
            let requests: Vec<_> = filters
                .iter()
                .map(|filters| {
                    let body = json!({
                        "filters": filters, "sortField": "date", "sortDirection": direction, "limit": 100,
                    });
                    house::request("POST", "/api/v1/activities/", &token, &body.to_string())
                })
                .collect();
            page(
                effort,
                &gateway,
                &format!("page of 100: {name}, date {direction}"),
                &requests,
                tenant,
                table,
            );
        }
    }
}

fn page(
    effort: Effort,
    gateway: &Gateway,
    what: &str,
    requests: &[http::Request<bytes::Bytes>],
    tenant: &Tenant,
    table: &mut Table,
) {
    let mut at = 0;
    let [ours, theirs] = turns(
        effort.pick(20, 120),
        || {
            at += 1;
            time(|| house::ask(gateway, &requests[at % requests.len()])).1
        },
        || time(|| scan(tenant)).1,
    );
    table.row(what, &ours, "", Some(Beside("plain loop over two columns", &theirs)));
    table.row("  p99", &ours.p99(), "≤ 10 ms", Some(Beside("plain loop, p99", &theirs.p99())));
}

/// The latest 100 activities of one app and one IP category, by hand.
fn scan(tenant: &Tenant) -> (u64, Vec<(i64, u64)>) {
    let view = tenant.read();
    let of_app: Vec<bool> = KINDS.iter().map(|kind| kind.app == 20_893).collect();
    let (mut total, mut best, mut bar) = (0, Vec::new(), i64::MIN);
    let keep_best = |best: &mut Vec<(i64, u64)>| {
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(100);
        best.get(99).map_or(i64::MIN, |last| last.0)
    };
    for (first, chunk, shown) in view.state.core().log.chunks(view.now).rev() {
        let base = chunk.base.millis();
        for row in 0..shown {
            if of_app[usize::from(chunk.kind[row])] && chunk.address[row] < 1_000 {
                total += 1;
                let happened = base + i64::from(chunk.created[row]) - i64::from(chunk.lag[row]);
                if happened > bar {
                    best.push((happened, first.plus(row).get()));
                }
            }
        }
        if best.len() > 1_000 {
            bar = keep_best(&mut best);
        }
    }
    keep_best(&mut best);
    (total, best)
}

fn closing(alert: u32) -> AlertCommand {
    let (resolution, comment) = (Resolution::Benign, None);
    AlertCommand::CloseAlerts {
        alerts: Arc::from([AlertNo::new(alert)]),
        resolution,
        comment,
        by: By::Operator,
    }
}

fn submit(tenant: &Tenant, command: AlertCommand) {
    tenant.submit(tenant.now(), command).expect("a command that is accepted");
}

fn commands(effort: Effort, tenant: &Arc<Tenant>, table: &mut Table) {
    let mut first = Samples::new(Unit::Seconds);
    let mut alert = 0;
    let [ours, theirs] = turns(
        effort.pick(50, 300),
        || {
            alert += 1;
            time(|| submit(tenant, closing(alert % 64))).1
        },
        || {
            // The least that copying an open tail on write takes: one chunk's columns.
            let column = vec![1_u8; 16 * 1024 * 26];
            each(1, || column.clone())
        },
    );
    table.row("closing an alert", &ours, "", Some(Beside("copying a chunk's columns", &theirs)));
    let mark =
        || submit(tenant, AlertCommand::MarkAlert { alert: AlertNo::new(1), read: true, by: By::Operator });
    let mut marks = Samples::new(Unit::Seconds);
    for _ in 0..effort.pick(50, 300) {
        marks.push(time(mark).1);
    }
    table.row("marking an alert as read", &marks, "", None);
    for _ in 0..effort.pick(3, 9) {
        let fork = tenant.fork();
        first.push(time(|| submit(&fork, closing(3))).1);
    }
    table.row("the first command of a fork", &first, "", None);
    tenant.reset().expect("in memory");
}

fn forks(effort: Effort, tenant: &Arc<Tenant>, table: &mut Table) {
    let rounds = effort.pick(5, 15);
    let measure = |work: &mut dyn FnMut()| {
        let mut samples = Samples::new(Unit::Seconds);
        for _ in 0..rounds {
            samples.push(each(100, &mut *work));
        }
        samples
    };
    let fork = measure(&mut || drop(tenant.fork()));
    table.row("fork", &fork, "≤ 1 ms", None);
    let reset = measure(&mut || tenant.reset().expect("in memory"));
    table.row("reset", &reset, "≤ 1 ms", None);

    for count in [100, 1_000] {
        let said = said(&Child::start(child::myself("fork").arg(count.to_string())));
        let bytes = |name: &str| Samples::one(Unit::Bytes, said[name].as_f64().unwrap_or(f64::NAN));
        let seconds = Samples::one(Unit::Seconds, said["seconds"].as_f64().unwrap_or(f64::NAN));
        let goal = if count == 1_000 { "≤ 500 MB" } else { "" };
        table.row(&format!("resident with {count} forks"), &bytes("idle"), goal, None);
        table.row("  once each has closed an alert", &bytes("written"), goal, None);
        table.row("  which took, all together", &seconds, "", None);
    }
}

/// In a process of its own, as for a birth: forks that many times, then gives each fork a command.
fn fork_often(args: &[String]) {
    let count: usize = args.first().and_then(|count| count.parse().ok()).expect("a number of forks");
    let tenant = house::tenant(Size::Large);
    let forks: Vec<Tenant> = (0..count).map(|_| tenant.fork()).collect();
    let idle = child::own_memory("VmRSS");
    let ((), seconds) = time(|| forks.iter().for_each(|fork| submit(fork, closing(3))));
    let written = child::own_memory("VmRSS");
    println!("{}", json!({"idle": idle, "written": written, "seconds": seconds}));
}

fn tiny(effort: Effort, table: &mut Table) {
    let mut samples = Samples::new(Unit::Seconds);
    for _ in 0..effort.pick(10, 40) {
        samples.push(time(|| house::gateway(&house::tenant(Size::Tiny))).1);
    }
    table.row("a tiny tenant with its gateway", &samples, "≤ 1 ms", None);
    let before = child::own_memory("VmRSS");
    let doors: Vec<Gateway> = (0..200).map(|_| house::gateway(&house::tenant(Size::Tiny))).collect();
    let grown = child::own_memory("VmRSS") - before;
    table.row("memory of 200 of them", &Samples::one(Unit::Bytes, grown), "≤ 60 MB", None);
    drop(doors);
}

/// Pages by the policy that raised an alert over the activity: what leads from a row to its alerts.
fn policies(effort: Effort, tenant: &Arc<Tenant>, table: &mut Table) {
    let gateway = house::gateway(tenant);
    let token = house::token(tenant);
    let view = tenant.read();
    let mut policies: Vec<String> =
        view.state.alerts(view.now).map(|alert| ids::policy(&view, alert).to_string()).collect();
    policies.sort();
    policies.dedup();
    let requests: Vec<_> = policies
        .iter()
        .map(|policy| {
            let body = json!({"filters": {"policy": {"eq": [policy]}}, "limit": 100});
            house::request("POST", "/api/v1/activities/", &token, &body.to_string())
        })
        .collect();
    let mut at = 0;
    let [ours, theirs] = turns(
        effort.pick(3, 30),
        || {
            at += 1;
            time(|| house::ask(&gateway, &requests[at % requests.len()])).1
        },
        || time(|| scan(tenant)).1,
    );
    table.row("page of 100: policy", &ours, "", Some(Beside("plain loop over two columns", &theirs)));
}
