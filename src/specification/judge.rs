//! What may be brought to life, by whichever door it comes: a specification as a value, and a tenant file.
//!
//! A tenant file holds a specification that nobody has read as one, and steps that no tenant has decided. So before it
//! is played, its specification is held against the table of settings like any other, and its steps against what a
//! clock and the snapshots of a running tenant can do. What its commands say, the tenant decides when they are played.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::read;
use super::{Absent, Settled};
use crate::generate::world::figures::Figures;
use crate::model::command::size::TooBig;
use crate::model::spec::Specification;
use crate::model::time::{DAY, SLOT, VirtualTime};
use crate::tenant::journal::{FileError, Step, TenantFile};
use crate::tenant::{
    Clock, FASTEST_RATE, LONGEST_ADVANCE, MOST_FORKS, MOST_SNAPSHOTS, MOST_STEPS, Runs, SnapshotError,
    is_snapshot_name,
};
use crate::yaml::{Node, Problem, Problems};

/// The most that the steps of a tenant file may make it live through, in activities: minutes of work.
pub const LONGEST_LIFE: i128 = 400_000_000;
/// What a day costs where nobody does anything: its slots are computed all the same, each like so many activities.
const QUIET_DAY: i128 = 288 * 10;

/// Says whether a specification is one that could have been written down: every value within what the table of settings
/// allows, and none that contradicts another.
///
/// # Errors
/// Everything that is wrong with it. Lines and columns are those of its JSON, which is one line.
pub fn judge(spec: &Specification) -> Result<(), Problems> {
    judge_settled(spec, Settled::default())
}

fn judge_settled(spec: &Specification, settled: Settled) -> Result<(), Problems> {
    let node = Node::parse(&written(spec)).map_err(|problem| Problems(vec![problem]))?;
    read::read_node(&node, Absent::starting(spec.start), settled).map(drop)
}

/// A specification as JSON that the table of settings describes: the settings stand beside the seed.
fn written(spec: &Specification) -> String {
    // Serialising our own plain data can not fail.
    let text = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let Specification { seed, size, start, name, settings } = spec;
    let mut all = format!("{{\"seed\":{seed},\"size\":\"{size}\",\"start\":\"{start}\"");
    if let Some(name) = name {
        all.push_str(&format!(",\"name\":{}", text(serde_json::to_string(name))));
    }
    let settings = text(serde_json::to_string(settings));
    // Without its braces.
    let inner = settings.get(1..settings.len().saturating_sub(1)).unwrap_or_default();
    if !inner.is_empty() {
        all.push(',');
        all.push_str(inner);
    }
    all.push('}');
    all
}

/// Says whether a tenant file can have been written by a running tenant, as far as that can be known without playing it.
/// `wall` is what the wall clock shows: a clock that follows it has gone on since.
///
/// # Errors
/// The first line that can't be, and why.
pub fn judge_file(file: &TenantFile, wall: VirtualTime) -> Result<(), FileError> {
    judge_steps(file, Settled::default())?;
    if file.steps.len() > MOST_STEPS {
        let problem = format!("a tenant has at most {MOST_STEPS} steps, not {}", file.steps.len());
        return Err(FileError::Line { line: MOST_STEPS + 2, problem });
    }
    for (index, step) in file.steps.iter().enumerate() {
        if let Step::Command { command, .. } = &**step {
            let problem = |too_big: TooBig| FileError::Line { line: index + 2, problem: too_big.to_string() };
            command.fits().map_err(problem)?;
        }
    }
    // What was undone is not played, however long it took.
    let mut life = Life::born(file, LONGEST_LIFE);
    let living = file.living();
    for step in &living.steps {
        let line = || file.steps.iter().position(|one| Arc::ptr_eq(one, step)).map_or(1, |place| place + 2);
        life.step(step).map_err(|problem| FileError::Line { line: line(), problem })?;
    }
    let stands = life.clock.now(wall).max(life.now);
    life.lives_to(stands).map_err(|problem| FileError::Line { line: file.steps.len() + 1, problem })
}

/// Says whether a journal of this simulator's own can have been written by a running tenant. It has been lived once, so
/// that only damage is refused: how long it takes to play says nothing against it, whatever bounds there are by now.
///
/// # Errors
/// The first line that can't be, and why.
pub fn judge_journal(file: &TenantFile) -> Result<(), FileError> {
    judge_steps(file, Settled { lived: true, ..Settled::default() })
}

fn judge_steps(file: &TenantFile, settled: Settled) -> Result<(), FileError> {
    let header = |problem: String| FileError::Line { line: 1, problem };
    let spec = &file.header.spec;
    judge_settled(spec, settled).map_err(|problems| header(told(&problems)))?;
    let forked = file.steps.iter().any(|step| matches!(**step, Step::Forked { .. }));
    if forked != (file.header.fork != 0) {
        let problem = match forked {
            true => "`fork` is 0, but a step says that the tenant was forked off".to_owned(),
            false => {
                format!("`fork` is {}, but no step says where the tenant was forked off", file.header.fork)
            }
        };
        return Err(header(problem));
    }
    let mut life = Life::born(file, i128::MAX);
    for (index, step) in file.steps.iter().enumerate() {
        // The header is line 1.
        life.step(step).map_err(|problem| FileError::Line { line: index + 2, problem })?;
    }
    Ok(())
}

/// A clock can have been set to run so.
fn can_run(runs: Runs) -> Result<(), String> {
    let most = FASTEST_RATE * 1_000;
    match runs {
        Runs::Rate(milli) if !(1..=most).contains(&milli) => {
            Err(format!("a clock runs at a rate of 1 to {most} thousandths, not {milli}"))
        }
        _ => Ok(()),
    }
}

/// What is wrong with the specification of a header. Where in its line helps nobody.
fn told(problems: &Problems) -> String {
    let one = |problem: &Problem| match problem.key.as_str() {
        "" => problem.error.to_string(),
        key => format!("`{key}`: {}", problem.error),
    };
    let all: Vec<String> = problems.0.iter().map(one).collect();
    format!("the specification is not valid: {}", all.join("; "))
}

/// What is known of a tenant while its steps are looked through.
struct Life {
    /// Where it stands …
    now: VirtualTime,
    /// … and how its clock was set.
    clock: Clock,
    /// Where it began, to which a reset leads, and its clock there.
    began: (VirtualTime, Clock),
    snapshots: BTreeMap<String, (VirtualTime, Clock)>,
    marks: BTreeMap<u32, (VirtualTime, Clock)>,
    /// Activities of a day, near enough.
    per_day: i128,
    /// What it has lived through, all lives counted, in activities …
    lived: i128,
    /// … and the most that it may.
    most: i128,
}

impl Life {
    fn born(file: &TenantFile, most: i128) -> Self {
        let spec = &file.header.spec;
        let figures = Figures::of(spec);
        let people = i128::from(figures.members) + i128::from(figures.guests);
        // The wall clock of then is not known; the start is as good as any.
        let clock = Clock::starting(file.header.begins, spec.start, spec.start);
        Self {
            now: spec.start,
            clock,
            began: (spec.start, clock),
            snapshots: BTreeMap::new(),
            marks: BTreeMap::new(),
            per_day: (people * i128::from(figures.per_working_day.0) / 1_000).max(QUIET_DAY),
            lived: 0,
            most,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Command { at, .. } => self.moved(*at),
            Step::Clock(clock) => self.set(*clock),
            Step::Forked { at, runs } => {
                // A clock may have been moved over the instant at which the fork stands.
                self.goes(*at, self.clock.end().max(self.now) + LONGEST_ADVANCE)?;
                let runs = runs.unwrap_or(self.clock.runs);
                can_run(runs)?;
                self.clock = Clock { now: *at, runs, ..self.clock };
                // A fork has its parent's life, not its snapshots.
                self.snapshots.clear();
                self.began = (*at, self.clock);
                Ok(())
            }
            Step::Snapshot { at, name } => {
                self.moved(*at)?;
                if !is_snapshot_name(name) {
                    return Err(SnapshotError::Name.to_string());
                }
                self.snapshots.insert(name.clone(), (*at, self.clock));
                match self.snapshots.len() > MOST_SNAPSHOTS {
                    true => Err(SnapshotError::Full.to_string()),
                    false => Ok(()),
                }
            }
            Step::Restore { name, clock } => {
                let to = self.snapshots.get(name);
                let to = *to.ok_or_else(|| format!("no step before it took a snapshot {name:?}"))?;
                self.back(to, *clock)
            }
            Step::Reset { clock } => self.back(self.began, *clock),
            Step::Mark { place } => {
                self.marks.insert(*place, (self.now, self.clock));
                Ok(())
            }
            Step::Back { place } => {
                let to = self.marks.get(place);
                let to = *to.ok_or_else(|| format!("no step before it is mark {place}"))?;
                self.back(to, None)
            }
            Step::Numbers { given } if *given > MOST_FORKS => {
                Err(format!("{given} forks can't have been made: a tenant counts up to {MOST_FORKS}"))
            }
            Step::Numbers { .. } => Ok(()),
        }
    }

    /// Back to an earlier place; the clock is set anew there, if that is said.
    fn back(&mut self, to: (VirtualTime, Clock), clock: Option<Clock>) -> Result<(), String> {
        (self.now, self.clock) = to;
        clock.map_or(Ok(()), |clock| self.set(clock))
    }

    /// The clock was set.
    fn set(&mut self, clock: Clock) -> Result<(), String> {
        can_run(clock.runs)?;
        self.goes(clock.now, self.clock.now(clock.wall).max(self.now) + LONGEST_ADVANCE)?;
        self.clock = clock;
        Ok(())
    }

    /// A step was taken at `to`.
    fn moved(&mut self, to: VirtualTime) -> Result<(), String> {
        self.goes(to, self.clock.end().max(self.now))
    }

    /// Time went on to `to`, which can't be later than `latest`.
    fn goes(&mut self, to: VirtualTime, latest: VirtualTime) -> Result<(), String> {
        let now = self.now;
        // What is decided at one time may be written down in another order, within the slot that is computed.
        if to < now - SLOT {
            return Err(format!(
                "{to} lies before {now}, where the tenant stands by then: time never runs backwards"
            ));
        }
        if to > latest + SLOT {
            let days = LONGEST_ADVANCE.as_millis() / DAY.as_millis();
            return Err(format!(
                "{to} lies too far behind {now}, where the tenant stands by then: a clock is moved by at most {days} \
                 days at a time"
            ));
        }
        self.lives_to(to)
    }

    fn lives_to(&mut self, to: VirtualTime) -> Result<(), String> {
        let way = (to - self.now).as_millis().max(0);
        self.lived += i128::from(way) * self.per_day / i128::from(DAY.as_millis());
        self.now = self.now.max(to);
        if self.lived > self.most {
            return Err(format!(
                "up to {to} the steps make a company of this size live through more than {LONGEST_LIFE} activities, \
                 which takes too long to play; import an earlier export, or of a smaller company"
            ));
        }
        Ok(())
    }
}
