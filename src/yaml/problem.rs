//! What can be wrong with a text, and where.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, counted from 1.
    pub line: u64,
    /// Column, counted from 1.
    pub column: u64,
    /// The setting, for example `offices[1].weight`; empty where the text as a whole is meant.
    pub key: String,
    /// What is wrong with it.
    pub error: BadField,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadField {
    /// The text is no YAML.
    Syntax(String),
    /// There is no such setting.
    Unknown {
        /// The last part of the key.
        name: String,
        /// What there is, the nearest first.
        known: Vec<String>,
    },
    /// The value is none that this setting can have.
    Value {
        /// What it can have.
        expected: String,
        /// What it has.
        got: String,
    },
    /// It contradicts something else.
    Contradiction(String),
}

/// How many of the nearest settings are told.
const NEAREST: usize = 3;

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) | Self::Contradiction(text) => f.write_str(text),
            Self::Unknown { name, known } => {
                let shown = &known[..known.len().min(NEAREST)];
                write!(f, "unknown field `{name}`, expected one of {}", shown.join(", "))?;
                if known.len() > NEAREST { f.write_str(", …") } else { Ok(()) }
            }
            Self::Value { expected, got } => write!(f, "expected {expected}, got {got}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}: ", self.line, self.column)?;
        match (&self.error, self.key.as_str()) {
            (BadField::Unknown { .. }, _) | (_, "") => write!(f, "{}", self.error),
            (_, key) => write!(f, "{key}: {}", self.error),
        }
    }
}

/// Everything that is wrong, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if at > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}
