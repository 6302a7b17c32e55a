//! What may be brought to life, by whichever door it comes: a specification as a value, and a tenant file.
//!
//! A tenant file holds a specification that nobody has read as one, and steps that no tenant has decided. So before it
//! is played, its specification is held against the table of settings like any other, and its steps against what a
//! clock and the snapshots of a running tenant can do. What its commands say, the tenant decides when they are played.

use std::collections::BTreeMap;

use super::read;
use super::{Absent, Settled};
use crate::generate::world::figures::Figures;
use crate::model::spec::Specification;
use crate::model::time::{DAY, SLOT, Span, VirtualTime};
use crate::tenant::journal::{FileError, Runs, Step, TenantFile};
use crate::tenant::{
    FASTEST_RATE, LONGEST_ADVANCE, MOST_FORKS, MOST_SNAPSHOTS, MOST_STEPS, Mode, SnapshotError,
    is_snapshot_name,
};
use crate::yaml::{Node, Problem, Problems};

/// The most that the steps of a tenant file may make it live through, in activities: minutes of work.
const LONGEST_LIFE: i128 = 400_000_000;
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
    let life = judge_steps(file, Settled::default())?;
    if file.steps.len() > MOST_STEPS {
        let problem = format!("a tenant has at most {MOST_STEPS} steps, not {}", file.steps.len());
        return Err(FileError::Line { line: MOST_STEPS + 2, problem });
    }
    life.ends(file, wall)
}

/// Says whether a journal of this simulator's own can have been written by a running tenant. It has been lived once, so
/// that only damage is refused: how long it takes to play says nothing against it, whatever bounds there are by now.
///
/// # Errors
/// The first line that can't be, and why.
pub fn judge_journal(file: &TenantFile) -> Result<(), FileError> {
    judge_steps(file, Settled { lived: true, ..Settled::default() }).map(drop)
}

fn judge_steps(file: &TenantFile, settled: Settled) -> Result<Life, FileError> {
    let header = |problem: String| FileError::Line { line: 1, problem };
    let spec = &file.header.spec;
    judge_settled(spec, settled).map_err(|problems| header(told(&problems)))?;
    let forked = file.steps.iter().any(|step| matches!(step, Step::Forked { .. }));
    if forked != (file.header.fork != 0) {
        let problem = match forked {
            true => "`fork` is 0, but a step says that the tenant was forked off".to_owned(),
            false => {
                format!("`fork` is {}, but no step says where the tenant was forked off", file.header.fork)
            }
        };
        return Err(header(problem));
    }
    let mut life = Life::born(file, settled);
    for (index, step) in file.steps.iter().enumerate() {
        // The header is line 1.
        life.step(step).map_err(|problem| FileError::Line { line: index + 2, problem })?;
    }
    Ok(life)
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

/// How the clock of a tenant is known to run, between two steps of its file.
#[derive(Clone, Copy)]
enum Going {
    Still,
    /// At so many thousandths of the wall clock's pace since that showed this, where it is known.
    Since(Option<VirtualTime>, u32),
}

/// What is known of a tenant while its steps are looked through.
struct Life {
    /// Where it stands …
    now: VirtualTime,
    /// … and where it began, to which a reset leads.
    began: VirtualTime,
    begins: Going,
    going: Going,
    snapshots: BTreeMap<String, VirtualTime>,
    /// Activities of a day, near enough.
    per_day: i128,
    /// What it has lived through, all lives counted, in activities.
    lived: i128,
    /// Whether it was lived before, and how much it was does not matter.
    settled: Settled,
}

impl Life {
    fn born(file: &TenantFile, settled: Settled) -> Self {
        let spec = &file.header.spec;
        let figures = Figures::of(spec);
        let people = i128::from(figures.members) + i128::from(figures.guests);
        let begins = match file.header.begins {
            Mode::Frozen => Going::Still,
            Mode::FollowFromStart | Mode::FollowWall => Going::Since(None, 1_000),
        };
        Self {
            now: spec.start,
            began: spec.start,
            begins,
            going: begins,
            snapshots: BTreeMap::new(),
            per_day: (people * i128::from(figures.per_working_day.0) / 1_000).max(QUIET_DAY),
            lived: 0,
            settled,
        }
    }

    /// Lives on to where its clock stands by now.
    fn ends(mut self, file: &TenantFile, wall: VirtualTime) -> Result<(), FileError> {
        // Where its clock stands by now is told by the last step about it.
        let last = file.steps.iter().rev().find_map(|step| match step {
            Step::Clock { now, wall, runs } => Some((*now, *wall, *runs)),
            _ => None,
        });
        let stands = match (last, file.header.begins) {
            (Some((now, then, Runs::Follow)), _) => now + (wall - then),
            (None, Mode::FollowWall) => wall,
            (Some(_), _) | (None, Mode::FollowFromStart | Mode::Frozen) => self.now,
        };
        self.lives_to(stands).map_err(|problem| FileError::Line { line: file.steps.len() + 1, problem })
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Command { at, command } => {
                if !self.settled.lived {
                    command.fits().map_err(|too_big| too_big.to_string())?;
                }
                self.moved(*at, None)
            }
            Step::Clock { now, wall, runs } => {
                self.moved(*now, Some(*wall))?;
                self.going = match *runs {
                    Runs::Frozen => Going::Still,
                    Runs::Follow => Going::Since(Some(*wall), 1_000),
                    Runs::Rate(milli) if (1..=FASTEST_RATE * 1_000).contains(&milli) => {
                        Going::Since(Some(*wall), milli)
                    }
                    Runs::Rate(milli) => {
                        let most = FASTEST_RATE * 1_000;
                        return Err(format!(
                            "a clock runs at a rate of 1 to {most} thousandths, not {milli}"
                        ));
                    }
                };
                Ok(())
            }
            Step::Forked { at } => {
                self.moved(*at, None)?;
                // A fork has its parent's life, not its snapshots, and its clock goes on like the parent's did when it
                // was forked off, which no step says.
                self.snapshots.clear();
                (self.began, self.begins, self.going) =
                    (*at, Going::Since(None, 1_000), Going::Since(None, 1_000));
                Ok(())
            }
            Step::Snapshot { at, name } => {
                self.moved(*at, None)?;
                if !is_snapshot_name(name) {
                    return Err(SnapshotError::Name.to_string());
                }
                self.snapshots.insert(name.clone(), *at);
                match self.snapshots.len() > MOST_SNAPSHOTS {
                    true => Err(SnapshotError::Full.to_string()),
                    false => Ok(()),
                }
            }
            Step::Restore { name } => {
                let to = self.snapshots.get(name);
                self.now = *to.ok_or_else(|| format!("no step before it took a snapshot {name:?}"))?;
                Ok(())
            }
            Step::Numbers { given } if *given > MOST_FORKS => {
                Err(format!("{given} forks can't have been made: a tenant counts up to {MOST_FORKS}"))
            }
            Step::Numbers { .. } => Ok(()),
            Step::Reset {} => {
                (self.now, self.going) = (self.began, self.begins);
                Ok(())
            }
        }
    }

    /// A step was taken at `to`, while the wall clock showed `wall`, if that is said.
    fn moved(&mut self, to: VirtualTime, wall: Option<VirtualTime>) -> Result<(), String> {
        let now = self.now;
        // What is decided at one time may be written down in another order, within the slot that is computed.
        if to < now - SLOT {
            return Err(format!(
                "{to} lies before {now}, where the tenant stands by then: time never runs backwards"
            ));
        }
        let most = match (self.going, wall) {
            (Going::Still, _) => Some(LONGEST_ADVANCE),
            (Going::Since(Some(since), milli), Some(wall)) => {
                let passed = (wall - since).as_millis().max(0).saturating_mul(i64::from(milli)) / 1_000;
                Some(LONGEST_ADVANCE + Span::millis(passed) + SLOT)
            }
            // How long the clock has run is not known.
            (Going::Since(..), _) => None,
        };
        if most.is_some_and(|most| to - now > most) {
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
        if self.lived > LONGEST_LIFE && !self.settled.lived {
            return Err(format!(
                "up to {to} the steps make a company of this size live through more than {LONGEST_LIFE} activities, \
                 which takes too long to play; import an earlier export, or of a smaller company"
            ));
        }
        Ok(())
    }
}
