//! What a restart brings back, case by case: the promises that a simulation holds together, one at a time.

use mock_defender::model::time::Span;
use mock_defender::tenant::{Aim, ClockError, ClockStop, LONGEST_ADVANCE, Runs};

use super::disk::SimulatedDisk;
use super::server::{Server, shown, wall};

/// How the clock of the first tenant begins.
const FROZEN: u64 = 0;
const FROM_START: u64 = 1;
const WITH_THE_WALL: u64 = 2;

struct Kept {
    disk: SimulatedDisk,
    server: Server,
    first: u64,
}

impl Kept {
    fn born(first: u64) -> Self {
        let disk = SimulatedDisk::new(1);
        let server = Server::on(&disk, first, &wall()).unwrap();
        Self { disk, server, first }
    }

    /// Killed, and started again so much later.
    fn restarted(&self, later: Span) -> Self {
        let wall = mock_defender::tenant::Wall::manual(self.server.wall.now() + later);
        let disk = self.disk.after_kill();
        let server = Server::on(&disk, self.first, &wall).unwrap();
        Self { disk, server, first: self.first }
    }

    /// After a restart every tenant shows what it would show if it had gone on.
    fn comes_back(&self, later: Span, what: &str) -> Self {
        let back = self.restarted(later);
        self.server.wall.set(back.server.wall.now());
        let all = |server: &Server| -> Vec<String> {
            server.registry.list().iter().map(|entry| shown(&entry.tenant)).collect()
        };
        assert_eq!(all(&back.server), all(&self.server), "{what}");
        back
    }
}

#[test]
fn a_clock_comes_back_as_it_was_shown_whatever_was_done_to_it() {
    let hour = Span::hours(1);
    for first in [FROZEN, FROM_START, WITH_THE_WALL] {
        let kept = Kept::born(first);
        let tenant = kept.server.tenant(0);
        tenant.advance(Span::days(10)).unwrap();
        tenant.reset().unwrap();
        kept.comes_back(hour, "ten days on, and reset");
        tenant.freeze().unwrap();
        tenant.snapshot("frozen").unwrap();
        tenant.run_at(60_000).unwrap();
        kept.comes_back(hour, "at a rate");
        tenant.restore("frozen").unwrap();
        assert_eq!(tenant.clock().runs, Runs::Frozen, "as it ran when the snapshot was taken");
        kept.comes_back(hour, "restored");
        tenant.follow().unwrap();
        tenant.reset().unwrap();
        kept.comes_back(hour, "let go, and reset").comes_back(hour, "and once more");
    }
}

#[test]
fn a_fork_that_is_kept_comes_back_with_the_clock_that_it_was_forked_off_with() {
    let kept = Kept::born(FROZEN);
    kept.server.tenant(0).run_at(2_000).unwrap();
    kept.server.step(&super::steps::Step::Fork(0, true));
    let fork = kept.server.tenant(1);
    fork.freeze().unwrap();
    let back = kept.comes_back(Span::hours(1), "a fork");
    back.server.tenant(1).reset().unwrap();
    assert_eq!(back.server.tenant(1).clock().runs, Runs::Rate(2_000));
    back.comes_back(Span::hours(1), "a fork that was reset");
}

#[test]
fn a_clock_that_ran_too_long_without_being_read_stands_and_says_why() {
    let kept = Kept::born(FROM_START);
    let back = kept.restarted(LONGEST_ADVANCE + Span::days(100));
    let tenant = back.server.tenant(0);
    assert_eq!(tenant.now(), tenant.began() + LONGEST_ADVANCE);
    assert_eq!(tenant.clock_stop(), Some(ClockStop::TooFar));
    tenant.advance(Span::hours(1)).unwrap();
    assert_eq!(tenant.clock_stop(), None, "it runs on");
    back.comes_back(Span::days(3), "a clock that stood");
}

#[test]
fn a_clock_that_is_read_now_and_then_never_stops() {
    let kept = Kept::born(FROM_START);
    let tenant = kept.server.tenant(0);
    for _ in 0..12 {
        kept.server.wall.set(kept.server.wall.now() + Span::days(60));
        tenant.read();
    }
    assert_eq!((tenant.clock_stop(), tenant.now() - tenant.began()), (None, Span::days(720)));
    kept.comes_back(Span::days(60), "after years");
}

#[test]
fn a_change_of_the_clock_is_done_whole_or_not_at_all() {
    let kept = Kept::born(FROM_START);
    let tenant = kept.server.tenant(0);
    let before = tenant.clock();
    let back = Aim::To(tenant.now() - Span::hours(1));
    assert_eq!(tenant.move_clock(back, Some(Runs::Frozen), &|| true), Err(ClockError::Backwards));
    assert_eq!(tenant.clock(), before);
}

#[test]
fn what_was_undone_is_not_in_the_journal_and_is_not_played() {
    let kept = Kept::born(FROZEN);
    let tenant = kept.server.tenant(0);
    tenant.snapshot("kept").unwrap();
    for _ in 0..40 {
        tenant.advance(Span::days(30)).unwrap();
        tenant.reset().unwrap();
        tenant.advance(Span::days(30)).unwrap();
        tenant.restore("kept").unwrap();
    }
    let lines = |disk: &SimulatedDisk| -> usize {
        let journals =
            disk.files().into_iter().filter(|path| path.extension().is_some_and(|end| end == "journal"));
        journals.map(|path| disk.content(&path).unwrap().iter().filter(|byte| **byte == b'\n').count()).sum()
    };
    assert!(lines(&kept.disk) < 40, "{} lines", lines(&kept.disk));
    assert!(tenant.file().steps.len() < 8, "{}", tenant.file().write());
    // Played, it goes nowhere that it does not stand.
    let furthest = tenant.file().steps.iter().filter_map(|step| step.instant()).max();
    assert_eq!(furthest, Some(tenant.began()));
    kept.comes_back(Span::hours(1), "after eighty lives");
}

#[test]
fn branches_that_snapshots_keep_come_back_each_with_its_own() {
    let kept = Kept::born(FROZEN);
    let tenant = kept.server.tenant(0);
    let command = |on| kept.server.step(&super::steps::Step::Command(0, super::steps::Order::Enable(on)));
    tenant.advance(Span::hours(1)).unwrap();
    tenant.snapshot("trunk").unwrap();
    command(false);
    tenant.advance(Span::hours(2)).unwrap();
    tenant.snapshot("one").unwrap();
    tenant.restore("trunk").unwrap();
    tenant.advance(Span::minutes(5)).unwrap();
    command(true);
    tenant.snapshot("other").unwrap();
    // The place where both parted has no name any more.
    tenant.reset().unwrap();
    tenant.snapshot("trunk").unwrap();
    tenant.advance(Span::days(1)).unwrap();
    let back = kept.comes_back(Span::hours(1), "with three snapshots");
    for name in ["one", "other", "trunk", "one"] {
        for server in [&kept.server, &back.server] {
            server.tenant(0).restore(name).unwrap();
            server.tenant(0).advance(Span::hours(3)).unwrap();
        }
        assert_eq!(shown(&back.server.tenant(0)), shown(&tenant), "{name}");
    }
    back.comes_back(Span::hours(1), "and again");
}
