//! Specifications as people write them: YAML files, and the JSON of the control API.
//!
//! One `table` says of every setting what it is called, what it may be, what it is when it is absent, and what it
//! means. Reading with its messages, the JSON Schema, the commented default and the help of the command line are all
//! made of it. Everything that is wrong with a text is told at once, each with line, column, key and what is allowed.
//!
//! Must never know: files, the command line, HTTP.

mod check;
mod judge;
mod offices;
mod people;
mod read;
mod sample;
mod schema;
mod shape;
mod table;

use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;
use crate::tenant::Mode;
use crate::yaml::Node;

/// What a specification comes to in numbers.
pub use crate::generate::world::figures::Figures;
pub use crate::yaml::{BadField, Problem, Problems};
pub use check::LONGEST_HISTORY;
pub use judge::{LONGEST_LIFE, judge, judge_file, judge_journal};
pub use read::LONGEST;
pub use sample::{help, sample};
pub use schema::schema;

/// What a text says about the birth of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Birth {
    /// The specification.
    pub spec: Specification,
    /// The text says when the tenant starts.
    pub dated: bool,
    /// The clock stands still until it is moved.
    pub freeze: bool,
}

impl Birth {
    /// How the tenant's clock goes on.
    pub fn mode(&self) -> Mode {
        match (self.freeze, self.dated) {
            (true, _) => Mode::Frozen,
            (false, true) => Mode::FollowFromStart,
            (false, false) => Mode::FollowWall,
        }
    }
}

/// What stands in for settings that a text leaves out, and that are no part of the table's defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The seed.
    pub seed: u64,
    /// The size.
    pub size: Size,
    /// The start.
    pub start: VirtualTime,
    /// Somebody chose that start.
    pub dated: bool,
    /// The clock stands still until it is moved.
    pub freeze: bool,
}

impl Absent {
    /// Seed 1 and the usual size, starting here since a start is needed.
    pub fn starting(start: VirtualTime) -> Self {
        Self { seed: 1, size: Size::default(), start, dated: false, freeze: false }
    }
}

/// What is settled elsewhere, whatever a text says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The seed.
    pub seed: Option<u64>,
    /// The size.
    pub size: Option<Size>,
    /// The start.
    pub start: Option<VirtualTime>,
    /// It has been lived: what bounds the cost of a birth, or when there can be one, says nothing about it.
    pub lived: bool,
}

/// Reads a specification.
pub fn read(text: &str, absent: Absent) -> Result<Birth, Problems> {
    read::read(text, absent, Settled::default())
}

/// Reads a specification, parts of which are settled already.
pub fn read_settled(text: &str, absent: Absent, settled: Settled) -> Result<Birth, Problems> {
    read::read(text, absent, settled)
}

/// Reads a specification that is a part of another text.
///
/// # Errors
/// Everything that is wrong with it, with line and column in the whole text.
pub fn read_node(node: &Node, absent: Absent) -> Result<Birth, Problems> {
    read::read_node(node, absent, Settled::default())
}

/// True if a text is a tenant file (see `tenant::journal`) and no specification.
pub fn is_tenant_file(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let start = first.find('{').unwrap_or(0);
    let sealed = first[..start].trim_end().bytes().all(|byte| byte.is_ascii_hexdigit());
    let inside = first[start..].trim_start_matches('{').trim_start();
    sealed
        && ["\"tenant\"", "\"command\"", "\"clock\"", "\"forked\""].iter().any(|key| inside.starts_with(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_files_are_distinguished_from_specifications() {
        for (text, tenant_file) in [
            ("{\"tenant\":{\"format\":1}}\n{\"reset\":{}}", true),
            ("0123456789abcdef {\"tenant\":{\"format\":1}}", true),
            ("seed: 1\n", false),
            ("{\"seed\": 1}", false),
            ("# a comment\nname: Fabrikam {\"tenant\"}\n", false),
            ("", false),
        ] {
            assert_eq!(is_tenant_file(text), tenant_file, "{text}");
        }
    }
}
