//! The journal as text: what a tenant was born from, and every step that its life was pushed by from outside.
//!
//! One line, one JSON object. On disk each line begins with a checksum, so that a torn one is known; in an exported
//! file it need not. Played from its first line the same generator tells the same life, byte for byte.

pub mod script;
pub mod store;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::generate::GENERATOR;
use crate::model::command::Command;
use crate::model::spec::Specification;
use crate::model::time::VirtualTime;

use super::timeline::clock::{Clock, Mode};
use script::Script;

/// Number of this format.
const FORMAT: u32 = 1;

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
            Self::Command { at, .. } | Self::Forked { at } | Self::Snapshot { at, .. } => Some(*at),
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

/// A line as it is kept on disk: 16 digits of checksum, a blank, the line.
pub fn sealed(line: &str) -> String {
    format!("{:016x} {line}", checksum(line.trim_end().as_bytes()))
}

/// FNV-1a, 64 bits: enough to tell a torn line; not meant against anybody.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The line without its checksum; `None` if it has one that is wrong.
fn unsealed(line: &str) -> Option<&str> {
    if line.starts_with('{') {
        return Some(line);
    }
    let (sum, rest) = line.split_once(' ')?;
    (u64::from_str_radix(sum, 16) == Ok(checksum(rest.as_bytes()))).then_some(rest)
}

impl TenantFile {
    /// Reads a file whose every line must be whole.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let (file, torn) = Self::recover(text)?;
        match torn {
            None => Ok(file),
            Some(line) => Err(FileError::Line {
                line,
                problem: "the checksum does not fit, or the line is cut off".into(),
            }),
        }
    }

    /// Reads a file whose last line may be torn: the number of that line is answered, and it is left out.
    #[doc(hidden)]
    pub fn recover(text: &str) -> Result<(Self, Option<usize>), FileError> {
        let mut header = None;
        let mut steps = Vec::new();
        let lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).collect();
        for (index, line) in lines.iter().enumerate() {
            let number = index + 1;
            let last = number == lines.len();
            let problem = |problem: String| FileError::Line { line: number, problem };
            let whole = unsealed(line.trim_end()).filter(|_| line.ends_with('\n') || line.starts_with('{'));
            let parsed = whole.map(Line::read);
            match (parsed, &header) {
                (Some(Ok(Line::Tenant(found))), None) => header = Some(*found),
                (Some(Ok(Line::Step(step))), Some(_)) => steps.push(Arc::new(step)),
                (Some(Ok(_)), _) => {
                    return Err(problem(
                        "the first line, and only the first, says what the tenant is born from".into(),
                    ));
                }
                (None | Some(Err(_)), Some(header)) if last => {
                    return Ok((Self { header: Header::clone(header), steps }, Some(number)));
                }
                (Some(Err(error)), _) => return Err(problem(error.to_string())),
                (None, _) => return Err(problem("the checksum does not fit".into())),
            }
        }
        let header: Header = header.ok_or(FileError::Empty)?;
        if header.format != FORMAT {
            return Err(FileError::Line {
                line: 1,
                problem: format!("format {} is not known here", header.format),
            });
        }
        Ok((Self { header, steps }, None))
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

    /// The file as text, without checksums.
    pub fn write(&self) -> String {
        let mut text = self.header.line();
        self.steps.iter().for_each(|step| text.push_str(&step.line()));
        text
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
            Step::Restore { name: "a".into(), clock: Some(Clock::frozen(start)) },
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
        let on_disk: String = file().write().split_inclusive('\n').map(sealed).collect();
        assert_eq!(TenantFile::read(&on_disk), Ok(file()));
    }

    #[test]
    fn a_torn_last_line_is_left_out_wherever_it_is_torn() {
        let on_disk: String = file().write().split_inclusive('\n').map(sealed).collect();
        let before_last = on_disk.trim_end().rfind('\n').unwrap() + 1;
        for cut in before_last + 1..on_disk.len() {
            let (found, torn) = TenantFile::recover(&on_disk[..cut]).unwrap();
            assert_eq!(
                (found.steps.len(), torn),
                (file().steps.len() - 1, Some(file().steps.len() + 1)),
                "cut at {cut}"
            );
        }
        assert_eq!(TenantFile::recover(&on_disk[..before_last]).unwrap().1, None);
    }

    #[test]
    fn damage_before_the_end_is_an_error() {
        let on_disk: String = file().write().split_inclusive('\n').map(sealed).collect();
        let damaged = on_disk.replacen("closeAlerts", "closealerts", 1);
        assert!(matches!(TenantFile::recover(&damaged), Err(FileError::Line { line: 2, .. })));
        assert_eq!(TenantFile::read(""), Err(FileError::Empty));
    }
}
