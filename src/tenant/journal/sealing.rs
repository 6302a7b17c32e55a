//! How a line stands on disk: `SUM NUMBER MARK LINE`, such as
//!
//! ```text
//! 6f0c6ee5a9d4b3c1 1 =2 {"tenant":{"format":2,…}}
//! 1d3e0bd2f6f2a7e9 2 - {"clock":{…}}
//! c01f9a6be2d7a845 3 + {"command":{…}}
//! ```
//!
//! The sum covers the sum of the line before, the number, the mark and the line: whatever was changed, lost, doubled or
//! swapped breaks the chain there. The number counts from 1. The mark says what was durable when the line was written:
//!
//! * `=N`: the file was written as a whole, so its first N lines were durable before it had its name;
//! * `+`: the first line of a group, which is written only once the group before is durable: so is every line before;
//! * `-`: goes with the line before.

/// No seal is longer, in bytes.
pub(super) const SEAL: usize = 48;

/// What was known to be durable when a line was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// So many lines from the first were written with the file as a whole.
    Whole(u64),
    /// Whatever stands before.
    Group,
    /// As much as at the line before.
    Further,
}

/// The end of a chain of lines: what the next one is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// The sum of its last line.
    pub(super) sum: u64,
    /// How many lines it has.
    pub(super) lines: u64,
}

/// A line with its seal, as it was written. Whether it holds is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sealed<'l> {
    pub(super) sum: u64,
    pub(super) number: u64,
    pub(super) mark: Mark,
    pub(super) line: &'l str,
}

impl Chain {
    /// Adds a line, which may end with a line feed.
    pub(super) fn seal(&mut self, mark: Mark, line: &str, out: &mut Vec<u8>) {
        use std::io::Write as _;
        let line = line.trim_end();
        let number = self.lines + 1;
        let sum = sum(self.sum, number, mark, line);
        let (first, second) = mark.written();
        // Writing to memory can't fail.
        let _ = write!(out, "{sum:016x} {number} {first}");
        if let Some(second) = second {
            let _ = write!(out, "{second}");
        }
        let _ = writeln!(out, " {line}");
        *self = Self { sum, lines: number };
    }

    /// All lines of a text that is written as a whole.
    pub(super) fn whole(text: &str) -> (Self, Vec<u8>) {
        let lines = text.lines().count() as u64;
        let mut chain = Self::default();
        let mut out = Vec::with_capacity(text.len() + text.lines().count() * SEAL);
        for (index, line) in text.lines().enumerate() {
            let mark = if index == 0 { Mark::Whole(lines) } else { Mark::Further };
            chain.seal(mark, line, &mut out);
        }
        (chain, out)
    }

    /// The line goes on with this chain.
    pub(super) fn takes(&self, sealed: &Sealed<'_>) -> bool {
        sealed.number == self.lines + 1 && sealed.holds_after(self.sum)
    }
}

impl Sealed<'_> {
    /// Reads the seal of a line without its line feed.
    pub(super) fn read(line: &[u8]) -> Option<Sealed<'_>> {
        let text = std::str::from_utf8(line).ok()?;
        let mut parts = text.splitn(4, ' ');
        let mut next = || parts.next();
        let (sum, number, mark, line) = (next()?, next()?, next()?, next()?);
        Some(Sealed { sum: sum_of(sum)?, number: number_of(number)?, mark: Mark::read(mark)?, line })
    }

    /// The number of a line that begins a group, as far as its seal can be read, whatever became of the rest of it.
    pub(super) fn begins_group(line: &[u8]) -> Option<u64> {
        let mut parts = line.splitn(4, |byte| *byte == b' ');
        let (sum, number, mark) = (parts.next()?, parts.next()?, parts.next()?);
        let number = number_of(std::str::from_utf8(number).ok()?)?;
        (sum.len() == 16 && mark == b"+").then_some(number)
    }

    /// Its sum is that of its content after a line with the sum `before`.
    pub(super) fn holds_after(&self, before: u64) -> bool {
        self.sum == sum(before, self.number, self.mark, self.line)
    }
}

impl Mark {
    fn written(self) -> (char, Option<u64>) {
        match self {
            Self::Whole(lines) => ('=', Some(lines)),
            Self::Group => ('+', None),
            Self::Further => ('-', None),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "+" => Some(Self::Group),
            "-" => Some(Self::Further),
            _ => number_of(text.strip_prefix('=')?).map(Self::Whole),
        }
    }
}

/// A sum in the one way in which it is written.
pub(super) fn sum_of(text: &str) -> Option<u64> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == 16 && text.bytes().all(is_digit)).then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// A number in the one way in which it is written.
fn number_of(text: &str) -> Option<u64> {
    (text == "0" || !text.starts_with(['0', '+'])).then(|| text.parse().ok()).flatten()
}

/// Of a line after one with the sum `before`.
fn sum(before: u64, number: u64, mark: Mark, line: &str) -> u64 {
    let (mark, lines) = mark.written();
    let start = mixed(mixed(mixed(before, number), u64::from(mark)), lines.unwrap_or_default());
    digest(start, line.as_bytes())
}

/// 64 bits over some bytes: enough to tell accidents; not meant against anybody. Eight bytes at a time, and each step
/// can be undone, so that a change within eight bytes is always noticed.
pub(super) fn digest(start: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(start, |hash, word| mixed(hash, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    mixed(mixed(hash, u64::from_le_bytes(last)), bytes.len() as u64)
}

const fn mixed(hash: u64, word: u64) -> u64 {
    let hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// FNV-1a, 64 bits: the checksum of format 1.
pub(super) fn sum_of_format_1(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
