//! Reading a journal that was kept on disk: which of its lines hold, and what became of the others.
//!
//! A crash can leave behind the lines of a last group that nobody was told of: cut off, or with zero bytes where a
//! sector was not written, and in any order of sectors. Such a *torn* end is no loss. Everything else is damage to lines
//! that may have been acknowledged:
//!
//! * a bad line at or before one of which a later line, the first one, or the mark of a clean stop says that it was
//!   durable;
//! * a bad line that is whole and holds no zero bytes: no crash makes such a line;
//! * any bad line after a clean stop.

use std::sync::Arc;

use super::sealing::{Chain, Mark, Sealed, sum_of, sum_of_format_1};
use super::{FileError, Header, Line, Step, TenantFile, is_known};

/// A journal as far as it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What it says.
    pub file: TenantFile,
    /// The number of the line that a crash tore, if it did: that line and whatever follows were acknowledged to nobody.
    pub torn: Option<u64>,
    /// It is of an earlier format, and is to be written anew before anything is added.
    pub is_old: bool,
    pub(super) chain: Chain,
    /// Bytes of the lines that hold.
    pub(super) length: u64,
    /// The last of them: nothing says of these that they are durable.
    pub(super) unsettled: Vec<u8>,
}

/// Damage to a journal, or a line that can't be understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Damaged {
    /// What is wrong, and where.
    pub error: FileError,
    /// What can be gone on with before the damage; nothing where the damage is in the first line, or is none of the
    /// disk's.
    pub before: Option<Box<Kept>>,
    /// How many lines would be left out then, as far as they can be counted.
    pub left_out: u64,
}

/// Where a journal stood when the server was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped {
    pub(super) chain: Chain,
}

/// Reads the bytes of a journal.
pub(super) fn read(bytes: &[u8], stopped: Option<Stopped>) -> Result<Kept, Damaged> {
    let mut reader = Reader::default();
    let mut rest = bytes;
    while let Some(end) = end_of_line(rest) {
        let (line, after) = rest.split_at(end);
        if let Err(problem) = reader.take(line)? {
            return reader.broken(problem, rest, stopped);
        }
        rest = after;
        let Some(Stopped { chain }) = stopped else { continue };
        if chain.lines == reader.chain.lines && chain.sum != reader.chain.sum {
            let problem = "another line stood here at the clean stop: the journal is another one";
            return Err(reader.damaged(chain.lines, problem.to_owned(), rest));
        }
    }
    let lines = reader.chain.lines;
    match stopped {
        Some(Stopped { chain }) if chain.lines > lines => {
            let problem = format!("it is missing: at the clean stop there were {} lines", chain.lines);
            let damaged = reader.damaged(lines + 1, problem, rest);
            Err(Damaged { left_out: chain.lines - lines, ..damaged })
        }
        _ => reader.kept(None).ok_or_else(|| FileError::Empty.into()),
    }
}

impl From<FileError> for Damaged {
    fn from(error: FileError) -> Self {
        Self { error, before: None, left_out: 0 }
    }
}

/// Where the first line ends, with its line feed, if it has one.
fn end_of_line(bytes: &[u8]) -> Option<usize> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(feed) => Some(feed + 1),
        None => Some(bytes.len()).filter(|length| *length > 0),
    }
}

#[derive(Default)]
struct Reader {
    is_old: bool,
    header: Option<Header>,
    steps: Vec<Arc<Step>>,
    chain: Chain,
    length: u64,
    /// Lines up to this number are known to have been durable.
    durable: u64,
    /// The lines after.
    unsettled: Vec<u8>,
}

impl Reader {
    /// Takes one more line, or says what is wrong with it. A line that holds and can't be understood is an error of
    /// another kind: it was written so.
    fn take(&mut self, bytes: &[u8]) -> Result<Result<(), String>, FileError> {
        let number = self.chain.lines + 1;
        let Some(line) = bytes.strip_suffix(b"\n") else { return Ok(Err("it is cut off".to_owned())) };
        if number == 1 {
            self.is_old = Sealed::read(line).is_none() && of_format_1(line).is_some();
        }
        let (text, chain) = if self.is_old {
            let Some(text) = of_format_1(line) else { return Ok(Err(problem(line, None, number))) };
            (text, Chain { sum: 0, lines: number })
        } else {
            let sealed = Sealed::read(line);
            let Some(sealed) = sealed.filter(|sealed| self.chain.takes(sealed)) else {
                return Ok(Err(problem(line, sealed.as_ref(), number)));
            };
            match sealed.mark {
                Mark::Whole(lines) => self.durable = self.durable.max(lines),
                Mark::Group => {
                    self.durable = self.durable.max(number - 1);
                    self.unsettled.clear();
                }
                Mark::Further => {}
            }
            if number > self.durable {
                self.unsettled.extend_from_slice(bytes);
            }
            (sealed.line, Chain { sum: sealed.sum, lines: number })
        };
        let unreadable = |problem: String| FileError::Line { line: place(number), problem };
        match (Line::read(text).map_err(|error| unreadable(error.to_string()))?, &self.header) {
            (Line::Tenant(header), None) => {
                is_known(&header)?;
                self.header = Some(*header);
            }
            (Line::Step(step), Some(_)) => self.steps.push(Arc::new(step)),
            _ => return Err(unreadable(super::FIRST_LINE.to_owned())),
        }
        self.chain = chain;
        self.length += bytes.len() as u64;
        Ok(Ok(()))
    }

    /// A line does not hold: `rest` begins with it.
    fn broken(self, problem: String, rest: &[u8], stopped: Option<Stopped>) -> Result<Kept, Damaged> {
        let number = self.chain.lines + 1;
        let line = &rest[..end_of_line(rest).unwrap_or_default()];
        let as_a_crash_leaves_it = !line.ends_with(b"\n") || line.contains(&0);
        // The lines of format 1 don't say what was durable: there, nothing stands after a torn one.
        let acknowledged = match self.is_old {
            true => rest.len() > line.len(),
            false => number <= self.durable.max(durable_by(rest, number)),
        };
        let torn = as_a_crash_leaves_it && !acknowledged && stopped.is_none() && self.header.is_some();
        match torn {
            true => self.kept(Some(number)).ok_or_else(|| FileError::Empty.into()),
            false => Err(self.damaged(number, problem, rest)),
        }
    }

    fn damaged(self, number: u64, problem: String, rest: &[u8]) -> Damaged {
        let lines = rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        Damaged {
            error: FileError::Line { line: place(number), problem },
            left_out: lines as u64,
            before: self.kept(None).map(Box::new),
        }
    }

    fn kept(self, torn: Option<u64>) -> Option<Kept> {
        let Self { is_old, header, steps, chain, length, unsettled, .. } = self;
        Some(Kept { file: TenantFile { header: header?, steps }, torn, is_old, chain, length, unsettled })
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Up to which number the lines after the first of `rest`, which is line `number`, say that lines were durable. They
/// need not hold themselves for that: the first line of a group was not written before.
fn durable_by(rest: &[u8], number: u64) -> u64 {
    let groups = rest.split(|byte| *byte == b'\n').skip(1).filter_map(Sealed::begins_group);
    groups.filter(|begun| *begun > number).max().map_or(0, |begun| begun - 1)
}

/// What is wrong with the line that stands where line `number` should.
fn problem(line: &[u8], sealed: Option<&Sealed<'_>>, number: u64) -> String {
    if line.first() == Some(&b'{') {
        return "it has no checksum, as every line of a journal in a data directory has; a file without belongs to \
                `tenant import` or `serve --tenant`"
            .to_owned();
    }
    match sealed {
        Some(sealed) if sealed.number > number => {
            format!("it is missing: line {} stands in its place", sealed.number)
        }
        Some(sealed) if sealed.number < number => {
            format!("line {} stands in its place once more", sealed.number)
        }
        _ if line.contains(&0) => "it holds zero bytes".to_owned(),
        _ => "the checksum does not fit: it was changed after it was written".to_owned(),
    }
}

/// The line without the checksum of format 1, if that fits.
fn of_format_1(line: &[u8]) -> Option<&str> {
    let (sum, text) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (sum_of(sum)? == sum_of_format_1(text.as_bytes())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;
    use crate::tenant::timeline::clock::Mode;

    /// A journal that was begun with two lines, to which groups of these many lines were added: its lines.
    fn lines(groups: &[usize]) -> (Chain, Vec<Vec<u8>>) {
        let start = VirtualTime::of_day(20_000);
        let spec = Specification::plain(3, Size::Tiny, start);
        let first = Header::new(spec, 0, Mode::FollowWall).line() + &Step::Reset { clock: None }.line();
        let (mut chain, mut bytes) = Chain::whole(&first);
        let mut snapshot = 0;
        for group in groups {
            for place in 0..*group {
                let mark = if place == 0 { Mark::Group } else { Mark::Further };
                let step = Step::Snapshot { at: start, name: format!("s{snapshot}") };
                chain.seal(mark, &step.line(), &mut bytes);
                snapshot += 1;
            }
        }
        (chain, bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect())
    }

    fn outcome(lines: &[Vec<u8>]) -> Result<(usize, Option<u64>), (usize, String)> {
        match read(&lines.concat(), None) {
            Ok(kept) => Ok((kept.file.steps.len() + 1, kept.torn)),
            Err(Damaged { error: FileError::Line { line, problem }, before, .. }) => {
                // What can be gone on with is all that stands before, and is a journal itself.
                if let Some(before) = before {
                    assert_eq!(before.file.steps.len() + 2, line, "{problem}");
                    let whole = &lines.concat()[..usize::try_from(before.length).unwrap()];
                    assert_eq!(read(whole, None).map(|kept| kept.chain), Ok(before.chain));
                }
                Err((line, problem))
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn refused(lines: &[Vec<u8>]) -> (usize, String) {
        outcome(lines).expect_err("damage is refused")
    }

    #[test]
    fn every_byte_that_is_changed_is_noticed_in_its_line() {
        let (_, good) = lines(&[1, 3, 1]);
        assert_eq!(outcome(&good), Ok((7, None)));
        for (index, line) in good.iter().enumerate() {
            for place in 0..line.len() {
                for change in [1, 0x20, 0x80] {
                    let mut bad = good.clone();
                    bad[index][place] ^= change;
                    let feed = place == line.len() - 1;
                    match outcome(&bad) {
                        // Without its line feed, or with a zero byte, the last line may have been torn.
                        Ok((6, Some(7))) if index == 6 && (feed || bad[6][place] == 0) => {}
                        Err((number, _)) => {
                            assert_eq!(number, index + 1, "byte {place} of line {}", index + 1)
                        }
                        other => panic!("byte {place} of line {}: {other:?}", index + 1),
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_that_is_lost_doubled_or_swapped_is_refused_with_its_number() {
        let (_, good) = lines(&[1, 2, 1]);
        let mut lost = good.clone();
        lost.remove(3);
        assert_eq!(refused(&lost), (4, "it is missing: line 5 stands in its place".to_owned()));
        let mut doubled = good.clone();
        doubled.insert(4, good[3].clone());
        assert_eq!(refused(&doubled), (5, "line 4 stands in its place once more".to_owned()));
        let mut swapped = good.clone();
        swapped.swap(3, 4);
        assert_eq!(refused(&swapped), (4, "it is missing: line 5 stands in its place".to_owned()));
        let mut foreign = good.clone();
        foreign[3] = lines(&[2, 1, 1]).1[3].clone();
        assert!(refused(&foreign).1.contains("checksum does not fit"), "{foreign:?}");
        let mut plain = good.clone();
        plain[3] = Step::Reset { clock: None }.line().into_bytes();
        let (line, problem) = refused(&plain);
        assert!(line == 4 && problem.contains("no checksum"), "{line} {problem}");
        let mut first = good;
        first.remove(0);
        assert_eq!(refused(&first).0, 1);
    }

    #[test]
    fn only_what_was_acknowledged_to_nobody_can_be_torn() {
        let (_, good) = lines(&[1, 3]);
        let bytes = good.concat();
        let first_two = good[..2].concat().len();
        let acknowledged = good[..3].concat().len();
        for cut in 1..bytes.len() {
            let found = read(&bytes[..cut], None);
            let at_end_of_line = bytes[cut - 1] == b'\n';
            match found {
                // The first two lines were written whole, so nothing tore them.
                Err(_) => assert!(cut < first_two && !at_end_of_line || cut < good[0].len(), "cut at {cut}"),
                Ok(kept) => {
                    assert_eq!(kept.torn.is_some(), !at_end_of_line, "cut at {cut}");
                    assert!(cut >= first_two || at_end_of_line, "cut at {cut}");
                }
            }
        }
        // A sector that was not written: zero bytes, with lines of the same group after.
        for hole in acknowledged..bytes.len() - 8 {
            let mut holed = bytes.clone();
            holed[hole..hole + 8].fill(0);
            let kept = read(&holed, None).unwrap_or_else(|damaged| panic!("hole at {hole}: {damaged:?}"));
            assert!(kept.torn.is_some() && kept.length <= hole as u64, "hole at {hole}");
            // With the first line of another group after it, it was acknowledged.
            let (mut chain, _) = lines(&[1, 3]);
            chain.seal(Mark::Group, &Step::Reset { clock: None }.line(), &mut holed);
            assert!(read(&holed, None).is_err(), "hole at {hole}");
        }
        for hole in 0..acknowledged - 8 {
            let mut holed = bytes.clone();
            holed[hole..hole + 8].fill(0);
            assert!(read(&holed, None).is_err(), "hole at {hole}");
        }
    }

    #[test]
    fn after_a_clean_stop_nothing_may_be_torn_or_missing() {
        let (chain, good) = lines(&[1, 2]);
        let bytes = good.concat();
        let stopped = Some(Stopped { chain });
        assert_eq!(read(&bytes, stopped).map(|kept| kept.chain), Ok(chain));
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut], stopped).is_err(), "cut at {cut}");
        }
        // Another journal of as many lines.
        assert!(read(&lines(&[2, 1]).1.concat(), stopped).is_err());
    }

    #[test]
    fn format_1_is_read_as_ever() {
        let (_, good) = lines(&[1, 1]);
        let old: Vec<Vec<u8>> = good
            .iter()
            .map(|line| {
                let text = Sealed::read(line.strip_suffix(b"\n").unwrap()).unwrap().line;
                let text = text.replacen("\"format\":2", "\"format\":1", 1);
                format!("{:016x} {text}\n", sum_of_format_1(text.as_bytes())).into_bytes()
            })
            .collect();
        let kept = read(&old.concat(), None).unwrap();
        assert!(kept.is_old && kept.torn.is_none() && kept.file.steps.len() == 3);
        let bytes = old.concat();
        let last = bytes.len() - old[3].len();
        for cut in last + 1..bytes.len() {
            assert_eq!(read(&bytes[..cut], None).unwrap().torn, Some(4), "cut at {cut}");
        }
        let mut bad = old.clone();
        bad[1][20] ^= 1;
        assert_eq!(refused(&bad).0, 2);
        let mut plain = old;
        plain[2] = Step::Reset { clock: None }.line().into_bytes();
        assert!(refused(&plain).1.contains("no checksum"));
    }
}
