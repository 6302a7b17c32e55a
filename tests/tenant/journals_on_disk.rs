//! Journals on a disk that fails at any of its calls: what was acknowledged is there afterwards, and what was refused is
//! not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use mock_defender::model::spec::Size;
use mock_defender::tenant::Mode;
use mock_defender::tenant::journal::store::{JournalHandle, JournalStore, Lost, Ticket};
use mock_defender::tenant::journal::{Header, Step};

use crate::disk::{Chance, Fault, Plan, SimulatedDisk};
use crate::kit::effort::pick;
use crate::kit::{START, at, spec};

/// Where the journals are.
const DIR: &str = "/data";

fn open(disk: &SimulatedDisk) -> std::io::Result<JournalStore> {
    JournalStore::open_without_thread(Arc::new(disk.clone()), Path::new(DIR))
}

fn header() -> String {
    Header::new(spec(1, Size::Tiny, START), 0, Mode::Frozen).line()
}

/// A line that can be told from others.
fn line(name: &str) -> String {
    Step::Snapshot { at: at(START), name: name.to_owned() }.line()
}

/// The names in the lines of a journal. `None` if it is not there.
fn names(store: &JournalStore, journal: &str) -> Option<Vec<String>> {
    if !store.names().unwrap().contains(&journal.to_owned()) {
        return None;
    }
    let kept = store.read(journal).unwrap();
    let kept = kept.unwrap_or_else(|damaged| panic!("{damaged:?}"));
    let name = |step: &Arc<Step>| match &**step {
        Step::Snapshot { name, .. } => name.clone(),
        other => panic!("{other:?}"),
    };
    Some(kept.file.steps.iter().map(name).collect())
}

/// What a journal may hold: nothing at all, or these names.
type Possible = BTreeSet<Option<Vec<String>>>;

/// What is known of a journal by what was told about it.
struct Known {
    disk: SimulatedDisk,
    possible: Possible,
}

impl Known {
    fn new(disk: &SimulatedDisk) -> Self {
        Self { disk: disk.clone(), possible: BTreeSet::from([None]) }
    }

    /// Something was asked for, and this was told.
    fn told(&mut self, outcome: &Result<(), Lost>, change: impl Fn(&mut Option<Vec<String>>)) {
        let died = self.disk.met().iter().any(|(_, fault, _)| *fault == Fault::Crash);
        let changed = self.possible.iter().map(|before| {
            let mut after = before.clone();
            change(&mut after);
            after
        });
        match outcome {
            Ok(()) => self.possible = changed.collect(),
            // Who dies tells nothing.
            Err(lost) if died || lost.is_unknown() => {
                self.possible = changed.collect::<Possible>().union(&self.possible).cloned().collect()
            }
            Err(_) => {}
        }
    }
}

fn adds(names: &[&str]) -> impl Fn(&mut Option<Vec<String>>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    move |journal| journal.iter_mut().for_each(|lines| lines.extend(names.iter().cloned()))
}

fn becomes(names: &[&str]) -> impl Fn(&mut Option<Vec<String>>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    move |journal| {
        if journal.is_some() {
            *journal = Some(names.clone());
        }
    }
}

/// The life of a journal, up to where it fails: what is known of it then.
fn live(disk: &SimulatedDisk) -> Known {
    let mut known = Known::new(disk);
    let Ok(store) = open(disk) else { return known };
    let begun = store.begin("a", &(header() + &line("first")));
    let outcome = begun.as_ref().map(drop).map_err(Clone::clone);
    known.told(&outcome, |journal| *journal = Some(vec!["first".to_owned()]));
    let Ok(journal) = begun else { return known };
    let add = |known: &mut Known, journal: &JournalHandle, names: &[&str]| {
        let tickets: Vec<Ticket> = names.iter().map(|name| journal.append(line(name), || {})).collect();
        let outcomes: Vec<_> = tickets.into_iter().map(Ticket::wait).collect();
        known.told(&outcomes[0], adds(&names[..1]));
        for (outcome, name) in outcomes[1..].iter().zip(&names[1..]) {
            known.told(outcome, adds(&[*name]));
        }
    };
    add(&mut known, &journal, &["one"]);
    let long = "long".repeat(16);
    add(&mut known, &journal, &["two", &long, &long, "three", &long, &long, &long, "four"]);
    let outcome = journal.replace(header() + &line("anew"), None, || {}).wait();
    known.told(&outcome, becomes(&["anew"]));
    add(&mut known, &journal, &["five", "six"]);
    let otherwise = journal.replace(header(), Some(line("instead")), || {});
    let outcome = otherwise.wait();
    // Which of the two it was, the journal tells.
    let before = known.possible.clone();
    known.told(&outcome, becomes(&[]));
    let by_line = before.into_iter().map(|mut journal| {
        adds(&["instead"])(&mut journal);
        journal
    });
    let shortened = known.possible.clone();
    if !matches!(outcome, Err(Lost::Refused(_))) {
        known.possible = by_line.chain(shortened).collect();
    }
    add(&mut known, &journal, &["last"]);
    let _ = store.stop();
    known
}

/// Everything a start after the fault must find so, with some choices of what a crash has left.
fn holds(disk: &SimulatedDisk, known: &Known, what: &str) {
    let restarts = (0..6).map(|seed| disk.after_crash(seed)).chain([disk.after_kill()]);
    for (restart, disk) in restarts.enumerate() {
        let store = open(&disk).unwrap();
        let found = names(&store, "a");
        assert!(
            known.possible.contains(&found),
            "{what}, restart {restart}: {found:?} of {:?}",
            known.possible
        );
        // It goes on, and the next start finds that, too.
        let Some(mut found) = found else { continue };
        let kept = store.read("a").unwrap().unwrap();
        let journal = store.resume("a", &kept);
        // What was found may be shown from here on.
        assert_eq!(journal.mend().wait(), Ok(()), "{what}, restart {restart}");
        let shown = names(&open(&disk.after_crash(2)).unwrap(), "a");
        assert_eq!(shown.as_ref(), Some(&found), "{what}, restart {restart}");
        assert_eq!(journal.append(line("more"), || {}).wait(), Ok(()), "{what}, restart {restart}");
        found.push("more".to_owned());
        let disk = disk.after_crash(1);
        assert_eq!(names(&open(&disk).unwrap(), "a"), Some(found), "{what}, restart {restart}");
        assert!(disk.files().iter().all(|path| path.extension().is_none_or(|end| end != "part")), "{what}");
    }
}

#[test]
fn whatever_call_of_the_disk_fails_the_journal_holds_what_was_told_of_it() {
    let whole = SimulatedDisk::new(0);
    let known = live(&whole);
    assert_eq!(known.possible.len(), 2, "nothing is unknown but which of two was done");
    holds(&whole, &known, "no fault");
    let calls = whole.calls();
    let mut met = BTreeMap::new();
    for call in 1..=calls {
        for fault in Fault::ALL {
            for seed in 0..pick(2, 8) {
                let disk = SimulatedDisk::new(seed);
                disk.plan(Plan::At(BTreeMap::from([(call, fault)])));
                let known = live(&disk);
                for (_, fault, name) in disk.met() {
                    *met.entry((fault, name)).or_insert(0) += 1;
                }
                if !disk.met().is_empty() {
                    holds(&disk, &known, &format!("seed {seed}: {:?}", disk.met()));
                }
            }
        }
    }
    for fault in Fault::ALL {
        assert!(met.keys().any(|(kind, _)| *kind == fault), "{fault:?} never happened: {met:?}");
    }
}

#[test]
fn several_faults_of_one_life_leave_what_was_told_of_it() {
    let mut lives = 0;
    for seed in 0..pick(120, 3_000) {
        let disk = SimulatedDisk::new(seed);
        // Each seed draws which faults there are.
        let mut chance = Chance::of(seed);
        let faults: Vec<Fault> = Fault::ALL.into_iter().filter(|_| chance.below(2) == 0).collect();
        if !faults.is_empty() {
            disk.plan(Plan::Chance { in_a_thousand: 20 + chance.below(150), faults });
        }
        let known = live(&disk);
        lives += u32::from(disk.met().len() > 1);
        disk.plan(Plan::Never);
        holds(&disk, &known, &format!("seed {seed}: {:?}", disk.met()));
    }
    assert!(lives > 9, "{lives} lives met more than one fault");
}

#[test]
fn what_a_failed_sync_has_passed_over_is_written_again_before_a_restart_shows_it() {
    let mut passed_over = 0;
    for seed in 0..12 {
        let disk = SimulatedDisk::new(seed);
        let store = open(&disk).unwrap();
        let journal = store.begin("a", &header()).unwrap();
        journal.append(line("one"), || {}).wait().unwrap();
        let calls = disk.calls();
        // Which file it is, the line, its sync, and the attempt to take it back.
        disk.plan(Plan::At(BTreeMap::from([(calls + 3, Fault::LostSync), (calls + 4, Fault::Failed)])));
        let outcome = journal.append(line("two"), || {}).wait();
        assert!(outcome.is_err_and(|lost| lost.is_unknown()));
        assert_eq!(disk.met().iter().map(|(.., name)| *name).collect::<Vec<_>>(), ["sync", "cut"]);
        // The system holds what the disk does not, until it goes down.
        let disk = disk.after_kill();
        let store = open(&disk).unwrap();
        let shown = names(&store, "a").unwrap();
        passed_over +=
            u32::from(names(&open(&disk.after_crash(seed)).unwrap(), "a").as_ref() != Some(&shown));
        let kept = store.read("a").unwrap().unwrap();
        assert_eq!(store.resume("a", &kept).mend().wait(), Ok(()));
        let after = (0..4).map(|crash| names(&open(&disk.after_crash(crash)).unwrap(), "a"));
        assert!(after.into_iter().all(|after| after.as_ref() == Some(&shown)), "seed {seed}: {shown:?}");
    }
    assert!(passed_over > 0, "no line was passed over");
}
