//! What a simulation does: steps drawn by a seed. Which kinds of steps and faults there are at all is drawn, too, so
//! that rare ones meet without others between.

use super::disk::{Chance, Fault};

/// Steps of a simulation.
pub(crate) const STEPS: usize = 40;

/// One step. A tenant is named by its place among those that are there, counted round.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// The wall clock goes on by so many milliseconds.
    Wait(i64),
    /// A command.
    Command(usize, Order),
    /// A clock is moved by so many milliseconds.
    Advance(usize, i64),
    /// A clock is let run otherwise, and moved.
    Clock(usize, Run, i64),
    /// A snapshot is taken.
    Snapshot(usize, u8),
    /// A snapshot is restored.
    Restore(usize, u8),
    /// Back to birth.
    Reset(usize),
    /// A fork, kept on disk or not.
    Fork(usize, bool),
    /// Back by so many milliseconds, in a fork that is kept.
    Rewind(usize, i64),
    /// Another tenant.
    Create(u64),
    /// A tenant is deleted.
    Delete(usize),
    /// A tenant is exported, and the file brought to life elsewhere.
    Export(usize),
    /// A command, and while its line is being written the tenant is forked and exported.
    Meanwhile(usize, Order),
    /// The server ends, and another one starts so many milliseconds later.
    Restart(End, i64),
    /// The disk has room for so many bytes more.
    Room(usize),
}

/// What a command asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    Enable(bool),
    Close,
    Reopen,
    Stamps(bool),
    Toggle(bool),
    Decline,
}

/// How a clock runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Run {
    Follow,
    Frozen,
    /// So many times as fast as the wall clock.
    Rate(u32),
}

/// How a server ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// By itself.
    Stop,
    /// Killed: what it wrote is there.
    Kill,
    /// With its machine: what was not durable is there or not, by this seed.
    Crash(u64),
}

/// What a seed draws.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    /// How the clock of the first tenant begins.
    pub(crate) first: u64,
    pub(crate) steps: Vec<Step>,
    /// What befalls the disk, in a thousand calls.
    pub(crate) faults: (u64, Vec<Fault>),
}

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

impl Script {
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x51);
        let kinds: Vec<u64> = (0..16).filter(|_| chance.below(3) > 0).collect();
        let kinds = if kinds.is_empty() { vec![1, 2, 13] } else { kinds };
        let faults: Vec<Fault> = Fault::ALL.into_iter().filter(|_| chance.below(4) == 0).collect();
        let rate = if faults.is_empty() { 0 } else { [5, 20, 60][chance.below(3) as usize] };
        let first = chance.below(3);
        // What has lived so long takes long to come back: one seed in four does.
        let longest = if matches!(seed % 8, 1 | 7) { 500 * DAY } else { 2 * DAY };
        let steps = (0..STEPS)
            .map(|_| match chance.below(6) {
                // What leads anywhere at all is always there.
                0 => Step::Command(chance.below(3) as usize, order(&mut chance)),
                1 if chance.below(3) == 0 => restart(&mut chance, longest),
                _ => drawn(kinds[chance.below(kinds.len() as u64) as usize], &mut chance, longest),
            })
            .collect();
        Self { seed, first, steps, faults: (rate, faults) }
    }
}

fn order(chance: &mut Chance) -> Order {
    let yes = chance.below(2) == 0;
    [Order::Enable(yes), Order::Close, Order::Reopen, Order::Stamps(yes), Order::Toggle(yes), Order::Decline]
        [chance.below(6) as usize]
}

fn restart(chance: &mut Chance, longest: i64) -> Step {
    let end = match chance.below(3) {
        0 => End::Stop,
        1 => End::Kill,
        _ => End::Crash(chance.below(1_000)),
    };
    let down = match chance.below(60) {
        0..=4 => 0,
        5..=9 => HOUR,
        10..=12 => DAY,
        // Longer than a clock may run without being read, perhaps.
        13 => longest,
        _ => SECOND,
    };
    Step::Restart(end, down)
}

fn drawn(kind: u64, chance: &mut Chance, longest: i64) -> Step {
    let tenant = chance.below(4) as usize;
    let way = [0, 1, SECOND, 10 * SECOND, 301 * SECOND, HOUR, 2 * HOUR, 9 * HOUR][chance.below(8) as usize];
    let name = chance.below(3) as u8;
    match kind {
        0 | 1 => Step::Wait([1, 999, 7 * SECOND, 400 * SECOND, HOUR][chance.below(5) as usize]),
        2 => Step::Advance(tenant, way),
        3 => Step::Clock(tenant, Run::Frozen, way),
        4 => Step::Clock(tenant, Run::Follow, way),
        5 => {
            // At the last one some hours are longer than a clock may run without being read.
            let fastest = if longest > 400 * DAY { 2_000 } else { 60 };
            let times = [1, 2, 2, 7, 7, 60, 60, fastest][chance.below(8) as usize];
            Step::Clock(tenant, Run::Rate(times), way)
        }
        6 => Step::Snapshot(tenant, name),
        7 => Step::Restore(tenant, name),
        8 => Step::Reset(tenant),
        9 => Step::Fork(tenant, chance.below(2) == 0),
        10 => Step::Rewind(tenant, way),
        11 => Step::Create(chance.below(5)),
        12 => Step::Delete(tenant),
        13 => Step::Export(tenant),
        14 => Step::Meanwhile(tenant, order(chance)),
        _ if chance.below(3) == 0 => Step::Room([0, 100, 5_000, usize::MAX][chance.below(4) as usize]),
        _ => restart(chance, longest),
    }
}
