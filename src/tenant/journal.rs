//! The journal as text: what a tenant was born from, and every step that its life was pushed by from outside.
//!
//! One line, one JSON object. Played from its first line the same generator tells the same life, byte for byte. In an
//! exported file the lines stand as they are; in a data directory each is sealed ([`sealing`]), so that what a crash
//! tore is told from what was damaged ([`reading`]).

mod clean_stop;
pub mod disk;
pub mod reading;
pub mod script;
mod sealing;
pub mod store;
mod writer;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::generate::GENERATOR;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::VirtualTime;

use super::timeline::clock::{Clock, Mode, Runs};
use script::Script;

/// Number of this format. In the data directory the lines of format 1 had checksums of their own, and no chain.
const FORMAT: u32 = 2;

/// The formats that are read.
const KNOWN: std::ops::RangeInclusive<u32> = 1..=FORMAT;

const FIRST_LINE: &str = "the first line, and only the first, says what the tenant is born from";

/// The first line: what the tenant is born from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// Number of the format.
    pub format: u32,
    /// Number of the generator that the life was told by.
    pub generator: u32,
    /// The specification.
    pub spec: Specification,
    /// 0 for a tenant itself; forks have the number of their line of descent.
    #[serde(default)]
    pub fork: u64,
    /// How its clock begins.
    pub begins: Mode,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// An accepted command.
    Command {
        /// When it was decided.
        at: VirtualTime,
        /// The command.
        command: Command,
    },
    /// The clock was set, advanced, frozen or let go; a running one says now and then how far it has come.
    Clock(Clock),
    /// The tenant was forked off here: what came before is its parent's life.
    Forked {
        /// When.
        at: VirtualTime,
        /// How its clock runs from there on; files of before do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        runs: Option<Runs>,
    },
    /// A snapshot was taken.
    Snapshot {
        /// When.
        at: VirtualTime,
        /// Its name.
        name: String,
    },
    /// A snapshot was restored.
    Restore {
        /// Its name.
        name: String,
        /// The clock from there on; files of before do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<Clock>,
    },
    /// Back to birth.
    Reset {
        /// The clock from there on; files of before do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<Clock>,
    },
    /// A place that a later line of the same file goes back to: stands where a file is written anew, without what was
    /// undone (see [`script`]).
    Mark {
        /// Counted from 0.
        place: u32,
    },
    /// Back to such a place.
    Back {
        /// Which.
        place: u32,
    },
    /// Forks may have been given the numbers up to this: none of them is given again, whatever became of the fork.
    /// No part of the tenant's life, so going back changes nothing about it.
    Numbers {
        /// The highest of them.
        given: u64,
    },
}

/// A whole file.
#[derive(Clone, Debug, PartialEq)]
pub struct TenantFile {
    /// What it is born from.
    #[doc(hidden)]
    pub header: Header,
    /// What happened from outside, in order.
    #[doc(hidden)]
    pub steps: Vec<Arc<Step>>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty: the first line of a tenant file says what the tenant is born from")]
    Empty,
    /// A line that can't be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Written by another generator.
    #[error(
        "the file was written by generator {theirs}, this is generator {ours}: its history would read differently. \
         Export it with the version that wrote it, or play its commands onto a new birth with --rebirth"
    )]
    Generator {
        /// Theirs.
        theirs: u32,
        /// Ours.
        ours: u32,
    },
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin<H> {
    tenant: H,
}

enum Line {
    Tenant(Box<Header>),
    Step(Step),
}

impl Line {
    /// Reads a line; its first name says as what.
    fn read(text: &str) -> serde_json::Result<Self> {
        let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
        if inside.is_some_and(|inside| inside.starts_with("\"tenant\"")) {
            let Begin { tenant } = serde_json::from_slice(text.as_bytes())?;
            return Ok(Self::Tenant(tenant));
        }
        serde_json::from_slice(text.as_bytes()).map(Self::Step)
    }
}

impl Header {
    /// The header of a tenant that this generator brings to life.
    pub const fn new(spec: Specification, fork: u64, begins: Mode) -> Self {
        Self { format: FORMAT, generator: GENERATOR, spec, fork, begins }
    }

    /// Its line, with the line feed.
    pub fn line(&self) -> String {
        text(&Begin { tenant: self })
    }
}

impl Step {
    /// When it was, if it says so.
    pub const fn instant(&self) -> Option<VirtualTime> {
        match self {
            Self::Command { at, .. } | Self::Forked { at, .. } | Self::Snapshot { at, .. } => Some(*at),
            Self::Clock(clock) => Some(clock.now),
            Self::Restore { .. }
            | Self::Reset { .. }
            | Self::Mark { .. }
            | Self::Back { .. }
            | Self::Numbers { .. } => None,
        }
    }

    /// Its line, with the line feed.
    pub fn line(&self) -> String {
        text(self)
    }
}

fn text(line: &impl Serialize) -> String {
    // Serialising our own plain data can not fail.
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}

fn is_known(header: &Header) -> Result<(), FileError> {
    if KNOWN.contains(&header.format) {
        return Ok(());
    }
    let problem = format!("format {} is not known here, only {FORMAT} and below", header.format);
    Err(FileError::Line { line: 1, problem })
}

impl TenantFile {
    /// Reads a file whose every line must be whole: an exported one, or a journal of a data directory.
    pub fn read(text: &str) -> Result<Self, FileError> {
        if !text.trim_start().starts_with('{') && !text.trim().is_empty() {
            let kept = reading::read(text.as_bytes(), None).map_err(|damaged| damaged.error)?;
            return match kept.torn {
                None => Ok(kept.file),
                Some(line) => Err(FileError::Line {
                    line: usize::try_from(line).unwrap_or(usize::MAX),
                    problem: "it is cut off".to_owned(),
                }),
            };
        }
        let mut header = None;
        let mut steps = Vec::new();
        for (index, line) in text.lines().filter(|line| !line.trim().is_empty()).enumerate() {
            let problem = |problem: String| FileError::Line { line: index + 1, problem };
            let read = Line::read(line).map_err(|error| match error.is_eof() {
                true => problem("it is cut off".to_owned()),
                false => problem(error.to_string()),
            });
            match (read?, &header) {
                (Line::Tenant(found), None) => {
                    is_known(&found)?;
                    header = Some(*found);
                }
                (Line::Step(step), Some(_)) => steps.push(Arc::new(step)),
                _ => return Err(problem(FIRST_LINE.to_owned())),
            }
        }
        Ok(Self { header: header.ok_or(FileError::Empty)?, steps })
    }

    /// The same tenant without what was undone: what has to be played to bring back where it stands, and its snapshots.
    #[must_use]
    pub fn living(&self) -> Self {
        let mut script = Script::<()>::default();
        self.steps.iter().for_each(|step| script.take(Arc::clone(step), || ()));
        Self { header: self.header.clone(), steps: script.written() }
    }

    /// The file was written by this generator.
    pub fn is_ours(&self) -> Result<(), FileError> {
        if self.header.generator == GENERATOR {
            return Ok(());
        }
        Err(FileError::Generator { theirs: self.header.generator, ours: GENERATOR })
    }

    /// The line of that number, counted from 0, without a checksum, with its line feed.
    pub fn line(&self, number: usize) -> Option<String> {
        match number.checked_sub(1) {
            None => Some(self.header.line()),
            Some(step) => self.steps.get(step).map(|step| step.line()),
        }
    }

    /// All its lines.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        (0..).map_while(|number| self.line(number))
    }

    /// The file as text, without checksums.
    pub fn write(&self) -> String {
        self.lines().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alert::Resolution;
    use crate::model::command::{AlertCommand, By};
    use crate::model::index::{AlertNo, AppIx};
    use crate::model::spec::Size;
    use crate::tenant::timeline::clock::Runs;

    fn file() -> TenantFile {
        let start = VirtualTime::of_day(20_000);
        let spec = Specification::plain(3, Size::Tiny, start);
        let close = AlertCommand::CloseAlerts {
            alerts: [1, 2].map(AlertNo::new).into(),
            resolution: Resolution::Benign,
            comment: Some("x\ny".into()),
            by: By::Application(AppIx::new(0)),
        };
        let steps = vec![
            Step::Command { at: start, command: close.into() },
            Step::Clock(Clock { now: start, wall: start, runs: Runs::Rate(1_500) }),
            Step::Snapshot { at: start, name: "a".into() },
            Step::Restore {
                name: "a".into(),
                clock: Some(Clock { now: start, wall: start, runs: Runs::Frozen }),
            },
            Step::Reset { clock: None },
        ];
        TenantFile {
            header: Header::new(spec, 0, Mode::FollowWall),
            steps: steps.into_iter().map(Arc::new).collect(),
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        assert_eq!(TenantFile::read(&file().write()), Ok(file()));
        let (_, sealed) = sealing::Chain::whole(&file().write());
        assert_eq!(TenantFile::read(std::str::from_utf8(&sealed).unwrap()), Ok(file()));
        let cut = file().write();
        let cut = TenantFile::read(&cut[..cut.len() - 9]);
        assert_eq!(cut, Err(FileError::Line { line: 6, problem: "it is cut off".into() }));
        let torn = &sealed[..sealed.len() - 1];
        assert!(matches!(
            TenantFile::read(std::str::from_utf8(torn).unwrap()),
            Err(FileError::Line { line: 6, .. })
        ));
        assert_eq!(TenantFile::read(""), Err(FileError::Empty));
    }
}
