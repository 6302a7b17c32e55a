//! What it costs that commands are remembered: lines of a journal, durable and not, beside rows of SQLite.
//!
//! SQLite is driven by the standard library of `python3`, where there is one: building it for a bench alone would take
//! longer than all of ours. What Python adds is some microseconds a row, which weigh where nothing waits for a disk.

use std::path::Path;
use std::process::Command as Program;
use std::sync::Arc;

use mock_defender::model::alert::Resolution;
use mock_defender::model::command::{AlertCommand, By};
use mock_defender::model::index::{AlertNo, AppIx};
use mock_defender::model::spec::Size;
use mock_defender::tenant::journal::Step;
use mock_defender::tenant::journal::store::{JournalHandle, JournalStore, Ticket};

use crate::kit::child::Directory;
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};
use crate::kit::{Effort, house};

/// Memory that looks like a disk: what is durable there at once shows the cost of everything else.
const MEMORY: &str = "/dev/shm";

/// Inserts argument 4 often the line of argument 5 into the file of argument 1, argument 3 of them per transaction;
/// prints the seconds that it took. Argument 2 is how durable.
const SQLITE: &str = "
import sqlite3, sys, time
file, synchronous, group, rows, line = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
db = sqlite3.connect(file, isolation_level=None)
db.execute('PRAGMA journal_mode=WAL')
db.execute('PRAGMA synchronous=' + synchronous)
db.execute('CREATE TABLE journal (number INTEGER PRIMARY KEY, line TEXT NOT NULL)')
started = time.perf_counter()
for _ in range(rows // group):
    if group == 1:
        db.execute('INSERT INTO journal (line) VALUES (?)', (line,))
    else:
        db.execute('BEGIN')
        for _ in range(group):
            db.execute('INSERT INTO journal (line) VALUES (?)', (line,))
        db.execute('COMMIT')
print(time.perf_counter() - started)
";

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("Journals (a line of some 170 bytes; SQLite: WAL, the same line as a row)");
    let disk = Directory::new("journal");
    lines(effort, disk.path(), "with fsync", "FULL", effort.pick(300, 2_000), &mut table);
    let memory = Path::new(MEMORY).join(format!("mock-defender-bench-{}", std::process::id()));
    if Path::new(MEMORY).is_dir() {
        std::fs::create_dir_all(&memory).expect("a directory for temporary files");
        lines(effort, &memory, "without", "OFF", effort.pick(5_000, 50_000), &mut table);
        // Left behind at worst: it is memory that goes with the machine.
        let _ = std::fs::remove_dir_all(&memory);
    }
    table.print();
}

/// Lines and commands a second in `dir`.
fn lines(effort: Effort, dir: &Path, how: &str, synchronous: &str, count: u32, table: &mut Table) {
    for group in [1, 64] {
        let mut samples = [(); 2].map(|()| Samples::new(Unit::PerSecond));
        for round in 0..effort.pick(3, 7) {
            let count = if group == 1 { count } else { count * 8 };
            let (store, kept) = journal(dir, &format!("lines-{group}-{round}"));
            let ((), seconds) = time(|| append(&kept, group, count));
            samples[0].push(f64::from(count) / seconds);
            drop((kept, store));
            let file = dir.join(format!("{group}-{round}.sqlite"));
            let seconds = sqlite(&file, synchronous, group, count);
            samples[1].push(seconds.map_or(f64::NAN, |seconds| f64::from(count) / seconds));
        }
        let what = match group {
            1 => format!("lines {how}, each waited for"),
            _ => format!("lines {how}, {group} waited for at a time"),
        };
        let beside = format!("SQLite rows, {group} a transaction");
        table.row(&what, &samples[0], "", Some(Beside(&beside, &samples[1])));
    }
    let mut samples = Samples::new(Unit::PerSecond);
    for round in 0..effort.pick(3, 7) {
        let (store, kept) = journal(dir, &format!("commands-{round}"));
        let tenant = house::tenant(Size::Small);
        tenant.keep(kept, 0);
        let alert = AlertNo::new(0);
        let give =
            |read| tenant.submit(tenant.now(), AlertCommand::MarkAlert { alert, read, by: By::Operator });
        let commands = count.min(10_000);
        let ((), seconds) = time(|| (0..commands).for_each(|n| assert!(give(n % 2 == 0).is_ok())));
        samples.push(f64::from(commands) / seconds);
        drop((tenant, store));
    }
    table.row(&format!("commands {how}, one after another"), &samples, "", None);
}

fn journal(dir: &Path, name: &str) -> (JournalStore, JournalHandle) {
    let store = JournalStore::open(&dir.join(name)).expect("a directory of journals");
    let kept = store.begin("journal", "").expect("a journal");
    (store, kept)
}

/// A line as a closed alert leaves it.
fn line() -> String {
    let comment = Some("Seen by the night shift".into());
    let by = By::Application(AppIx::new(0));
    let command = AlertCommand::CloseAlerts {
        alerts: Arc::from([AlertNo::new(7)]),
        resolution: Resolution::Benign,
        comment,
        by,
    };
    Step::Command { at: house::spec(Size::Tiny).start, command: command.into() }.line()
}

fn append(kept: &JournalHandle, group: u32, count: u32) {
    let line = line();
    for _ in 0..count / group {
        let waiting: Vec<Ticket> = (0..group).map(|_| kept.append(line.clone(), || {})).collect();
        waiting.into_iter().for_each(|ticket| ticket.wait().expect("a durable line"));
    }
}

/// Seconds; none where there is no Python with SQLite.
fn sqlite(file: &Path, synchronous: &str, group: u32, count: u32) -> Option<f64> {
    let mut python = Program::new("python3");
    python.args(["-c", SQLITE]).arg(file).arg(synchronous);
    python.args([group.to_string(), count.to_string(), line().trim_end().to_owned()]);
    let output = python.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
