//! How big a command may be: what clients put into a tenant stays there, in its journal and on its disk.
//!
//! The bounds are the simulator's own; the genuine services document none of them.

use super::{ActivityCommand, AlertCommand, Command};

/// Characters of a comment on an alert.
pub const LONGEST_COMMENT: usize = 4_096;

/// Bytes of a record that is put in, as JSON.
pub const LARGEST_RECORD: usize = 64 << 10;

/// Bytes of the texts of one command, taken together.
pub const LARGEST_TEXTS: usize = 1 << 20;

/// A command, or a part of it, is too big.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} has {got} {unit}, more than {most}")]
pub struct TooBig {
    /// What is too big.
    pub what: &'static str,
    /// How big it is.
    pub got: usize,
    /// The most that it can be.
    pub most: usize,
    /// What is counted.
    pub unit: &'static str,
}

impl Command {
    /// Says whether a tenant can keep it, as far as its size goes.
    ///
    /// # Errors
    /// What of it is too big.
    pub fn fits(&self) -> Result<(), TooBig> {
        let bytes = |what, got, most| {
            if got > most { Err(TooBig { what, got, most, unit: "bytes" }) } else { Ok(()) }
        };
        match self {
            Self::IfVersion { command, .. } => return command.fits(),
            Self::Alerts(AlertCommand::CloseAlerts { comment, .. }) => {
                // Alerts are numbers, and as many as there are.
                return comment.as_deref().map_or(Ok(()), comment_fits);
            }
            Self::Alerts(AlertCommand::ReopenAlerts { .. } | AlertCommand::MarkAlert { .. }) => return Ok(()),
            Self::Alerts(AlertCommand::InjectAlert { .. })
            | Self::Activities(ActivityCommand::InjectActivity { .. }) => {
                return bytes("record", written(self).len(), LARGEST_RECORD);
            }
            _ => {}
        }
        let line = written(self);
        // Most are short as a whole.
        let got = if line.len() > LARGEST_TEXTS { texts(&line) } else { 0 };
        bytes("text of the command", got, LARGEST_TEXTS)
    }
}

/// Says whether a comment is one that alerts can have.
///
/// # Errors
/// How long it is, if it is too long.
pub fn comment_fits(comment: &str) -> Result<(), TooBig> {
    // No text has more characters than bytes.
    if comment.len() <= LONGEST_COMMENT {
        return Ok(());
    }
    match comment.chars().count() {
        got if got > LONGEST_COMMENT => {
            Err(TooBig { what: "comment", got, most: LONGEST_COMMENT, unit: "characters" })
        }
        _ => Ok(()),
    }
}

fn written(command: &Command) -> Vec<u8> {
    // Serialising our own plain data can not fail.
    serde_json::to_vec(command).unwrap_or_default()
}

/// Bytes between quotes.
fn texts(json: &[u8]) -> usize {
    let (mut inside, mut escaped, mut count) = (false, false, 0);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
        count += usize::from(inside);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alert::Resolution;
    use crate::model::command::By;
    use crate::model::index::AlertNo;

    fn close(alerts: u32, comment: &str) -> Command {
        let alerts = (0..alerts).map(AlertNo::new).collect();
        let (resolution, by) = (Resolution::Benign, By::Operator);
        AlertCommand::CloseAlerts { alerts, resolution, comment: Some(comment.into()), by }.into()
    }

    #[test]
    fn a_comment_is_bounded_in_characters_whatever_the_number_of_alerts() {
        let longest = "é".repeat(LONGEST_COMMENT);
        assert_eq!(close(300_000, &longest).fits(), Ok(()));
        let told = close(1, &format!("{longest}é")).fits().unwrap_err().to_string();
        assert_eq!(told, "the comment has 4097 characters, more than 4096");
        let within = Command::IfVersion { version: 1, command: Box::new(close(1, &format!("{longest}!"))) };
        assert!(within.fits().is_err());
    }

    #[test]
    fn texts_are_counted_by_what_stands_in_quotes() {
        assert_eq!(texts(br#"{"a":"b\"c","d":[1234567,2345678]}"#), r#""a"b\"c"d"#.len());
    }
}
