//! Traffic logs of firewalls and proxies, as they are uploaded for Cloud Discovery: read line by line while they
//! arrive, into what each line says of who went where and how much was sent.
//!
//! Nothing of a log is kept but the line that is being read, whose length is bounded. A line that can't be read is
//! counted and told, and the next one is read. What is read is gathered into a summary of bounded size ([`gather`]).
//!
//! Must never know: tenants, HTTP, who uploads. Sources: <https://learn.microsoft.com/defender-cloud-apps/discovery-docker>
//! for what the product asks of a log, and the page of each format in its file.

pub mod gather;

mod cef;
mod clock;
mod csv;
mod host;
mod leef;
mod line;
mod palo_alto;
mod squid;
mod w3c;
mod zscaler;

use std::io::BufRead as _;

use crate::model::discovery::{BadLine, LogFormat, Verdict};
use crate::model::time::VirtualTime;

pub use line::LineError;

/// No line is longer, in bytes; a longer one is passed over, and counts as one that can't be read.
pub const LONGEST_LINE: usize = 64 << 10;

/// So many bytes are looked at to tell a text from what is none.
const HEAD: usize = 512;

/// What a line says. Texts are as they stand in it, empty where it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'l> {
    /// When. Formats that name no time zone are read as UTC.
    pub at: VirtualTime,
    /// Who, as the appliance knows the user.
    pub user: &'l [u8],
    /// From which address.
    pub source: &'l [u8],
    /// To which host, or to which address where no name is said: without scheme, port and path.
    pub host: &'l [u8],
    /// Bytes that went from the user to the host.
    pub uploaded: u64,
    /// Bytes that came back.
    pub downloaded: u64,
    /// The appliance did not let it through.
    pub blocked: bool,
}

/// What came of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether it is a log of the format, and if not, what it is.
    pub verdict: Verdict,
    /// Its bytes.
    pub bytes: u64,
    /// Its lines, without empty ones and comments.
    pub lines: u64,
    /// Lines that could not be read.
    pub bad: u64,
    /// The first of them.
    pub first_bad: Option<BadLine>,
}

/// Reads a log of one format.
pub struct LogReader {
    format: LogFormat,
    /// The columns that a W3C log has named.
    columns: w3c::Columns,
    /// The beginning, until it is known what it is.
    head: Option<Vec<u8>>,
    /// It is no text.
    refused: Option<Verdict>,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// The line is too long: what comes of it is passed over.
    skipping: bool,
    bytes: u64,
    /// Number of the line that is read, counted from 1, empty ones and comments included.
    number: u64,
    lines: u64,
    bad: u64,
    first_bad: Option<BadLine>,
}

impl LogReader {
    /// Begins a log of this format.
    pub fn new(format: LogFormat) -> Self {
        Self {
            format,
            columns: w3c::Columns::default(),
            head: Some(Vec::with_capacity(HEAD)),
            refused: None,
            partial: Vec::new(),
            skipping: false,
            bytes: 0,
            number: 0,
            lines: 0,
            bad: 0,
            first_bad: None,
        }
    }

    /// Reads on; each line that can be read is handed out.
    pub fn feed(&mut self, bytes: &[u8], each: &mut dyn FnMut(&Entry<'_>)) {
        self.bytes += bytes.len() as u64;
        if self.refused.is_some() {
            return;
        }
        let Some(head) = &mut self.head else { return self.lines_of(bytes, each) };
        head.extend_from_slice(bytes);
        if head.len() >= HEAD {
            self.begin(each);
        }
    }

    /// The end of the log. A last line need not end in a line feed; one that was cut off is a line that can't be read, or
    /// is read as far as it goes where all that matters is there.
    pub fn finish(mut self, each: &mut dyn FnMut(&Entry<'_>)) -> Report {
        self.begin(each);
        let rest = std::mem::take(&mut self.partial);
        if !rest.is_empty() && self.refused.is_none() {
            self.line(&rest, each);
        }
        let verdict = match self.refused {
            Some(verdict) => verdict,
            None if self.lines == 0 => Verdict::Empty,
            None if self.bad == self.lines => Verdict::OtherFormat,
            None => Verdict::Parsed,
        };
        let Self { bytes, lines, bad, first_bad, .. } = self;
        Report { verdict, bytes, lines, bad, first_bad }
    }

    /// Looks at the beginning, and reads it where it is text.
    fn begin(&mut self, each: &mut dyn FnMut(&Entry<'_>)) {
        let Some(head) = self.head.take() else { return };
        self.refused = what_it_is(&head);
        if self.refused.is_none() {
            let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
            self.lines_of(text, each);
        }
    }

    fn lines_of(&mut self, mut rest: &[u8], each: &mut dyn FnMut(&Entry<'_>)) {
        while !rest.is_empty() {
            let all = rest;
            // On bytes in memory this can't fail.
            let length = rest.skip_until(b'\n').unwrap_or(all.len());
            let (piece, ends) = match all[..length].strip_suffix(b"\n") {
                Some(piece) => (piece, true),
                None => (&all[..length], false),
            };
            if !self.skipping && self.partial.len() + piece.len() > LONGEST_LINE {
                self.skipping = true;
                self.partial.clear();
                self.number += 1;
                self.refuse_line(LineError::TooLong);
            }
            match (self.skipping, ends) {
                (true, ends) => self.skipping = !ends,
                (false, false) => self.partial.extend_from_slice(piece),
                (false, true) if self.partial.is_empty() => self.line(piece, each),
                (false, true) => {
                    let mut line = std::mem::take(&mut self.partial);
                    line.extend_from_slice(piece);
                    self.line(&line, each);
                    // Its room serves the next.
                    line.clear();
                    self.partial = line;
                }
            }
        }
    }

    fn line(&mut self, line: &[u8], each: &mut dyn FnMut(&Entry<'_>)) {
        self.number += 1;
        let line = line.trim_ascii_end();
        if line.is_empty() {
            return;
        }
        if line[0] == b'#' {
            self.columns.directive(line);
            return;
        }
        let read = match self.format {
            LogFormat::Cef => cef::read(line),
            LogFormat::Leef => leef::read(line),
            LogFormat::W3c => self.columns.read(line),
            LogFormat::SquidNative => squid::read_native(line),
            LogFormat::SquidCommon => squid::read_common(line),
            LogFormat::Zscaler => zscaler::read(line),
            LogFormat::PaloAlto => palo_alto::read(line),
        };
        match read {
            Ok(entry) => {
                self.lines += 1;
                each(&entry);
            }
            Err(why) => self.refuse_line(why),
        }
    }

    fn refuse_line(&mut self, why: LineError) {
        self.lines += 1;
        self.bad += 1;
        let number = self.number;
        self.first_bad.get_or_insert_with(|| BadLine { line: number, why: why.to_string().into() });
    }
}

/// What the beginning of a file shows it to be, where that is no text: RFC 1952 for gzip; other archives and whatever
/// holds a byte that no text has are told apart only by their name.
fn what_it_is(head: &[u8]) -> Option<Verdict> {
    const PACKED: [(&[u8], Verdict); 6] = [
        (b"\x1f\x8b", Verdict::Gzip),
        (b"PK\x03\x04", Verdict::Zip),
        (b"BZh", Verdict::Binary),
        (b"\xfd7zXZ\0", Verdict::Binary),
        (b"\x28\xb5\x2f\xfd", Verdict::Binary),
        (b"\xff\xfe", Verdict::Binary),
    ];
    let packed = PACKED.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, verdict)| *verdict);
    packed.or_else(|| head.contains(&0).then_some(Verdict::Binary))
}

#[cfg(test)]
mod tests;
