//! What the formats share: why a line can't be read, numbers, and the words for what an appliance did.

/// Why a line can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is longer than any line may be.
    #[error("the line is longer than {} bytes", super::LONGEST_LINE)]
    TooLong,
    /// It does not begin as lines of the format do.
    #[error("the line does not begin as a line of {format}: {expected}")]
    Other {
        /// The format.
        format: &'static str,
        /// What it should begin with.
        expected: &'static str,
    },
    /// It has too few fields.
    #[error("the line has {got} fields, and at least {least} are needed")]
    Fields {
        /// So many.
        got: usize,
        /// So many should be there.
        least: usize,
    },
    /// No time can be read in it.
    #[error("field {0:?} holds no time that can be read")]
    Time(&'static str),
    /// It does not say where the traffic went.
    #[error("none of the fields {0} says where the traffic went")]
    Destination(&'static str),
    /// A number of bytes is none.
    #[error("field {0:?} holds no number of bytes")]
    Bytes(&'static str),
    /// A W3C log has not said which columns it has.
    #[error("no `#Fields:` line stands before it")]
    NoColumns,
}

/// A number of bytes; none where nothing is said.
pub(super) fn bytes(field: &'static str, text: &[u8]) -> Result<u64, LineError> {
    let text = text.trim_ascii();
    if text.is_empty() || text == b"-" {
        return Ok(0);
    }
    number(text).ok_or(LineError::Bytes(field))
}

/// A whole number of digits only.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| sum * 10 + u64::from(digit))
    })
}

/// A text, or nothing where a hyphen stands for it.
pub(super) fn said(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    if text == b"-" { b"" } else { text }
}

/// Whether the word for what an appliance did says that it let nothing through.
pub(super) fn blocks(action: &[u8]) -> bool {
    const WORDS: [&[u8]; 7] = [b"block", b"den", b"drop", b"reset", b"reject", b"prevent", b"quarantine"];
    WORDS.iter().any(|word| contains(action, word))
}

/// Whether a text contains a word of lower-case letters, in any case.
fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// A line without the header of syslog in front of it, if it has one: RFC 3164 (`<134>Jun 10 12:00:00 host `, with
/// `tag: ` behind) or RFC 5424 (`<134>1 2024-06-10T12:00:00Z host app process message - `).
pub(super) fn without_syslog(line: &[u8]) -> &[u8] {
    let Some(end) = line.iter().take(6).position(|byte| *byte == b'>').filter(|_| line[0] == b'<') else {
        return line;
    };
    let rest = &line[end + 1..];
    if let Some(rest) = rest.strip_prefix(b"1 ") {
        return after_words(rest, 6);
    }
    // `Jun 10 12:00:00 host `: the day may have a blank in front.
    let dated = rest.get(15) == Some(&b' ') && rest.get(9) == Some(&b':') && rest.get(12) == Some(&b':');
    let rest = if dated { after_words(&rest[16..], 1) } else { rest };
    let word = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
    match rest[..word].last() {
        Some(b':') => rest.get(word + 1..).unwrap_or_default(),
        _ => rest,
    }
}

/// What follows so many words and the blank after each.
fn after_words(mut text: &[u8], words: usize) -> &[u8] {
    for _ in 0..words {
        let Some(at) = text.iter().position(|byte| *byte == b' ') else { return b"" };
        text = &text[at + 1..];
    }
    text
}

/// Where a word stands in a line.
pub(super) fn find(line: &[u8], word: &[u8]) -> Option<usize> {
    let first = word[0];
    let mut from = 0;
    while let Some(at) = line[from..].iter().position(|byte| *byte == first) {
        if line[from + at..].starts_with(word) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
