//! The Common Event Format: `CEF:0|vendor|product|version|id|name|severity|key=value key=value`, also behind a header of
//! syslog.
//!
//! Source: the implementation standard of the format. By it `in` counts what went from the source to the destination,
//! and `out` what came back.

use super::host::host_of;
use super::line::{LineError, blocks, bytes, find, said};
use super::{Entry, clock};

/// Pipes between the head and the extension.
const PIPES: usize = 7;

pub(super) fn read(line: &[u8]) -> Result<Entry<'_>, LineError> {
    let other =
        LineError::Other { format: "CEF", expected: "CEF:0|vendor|product|version|id|name|severity|" };
    let at = find(line, b"CEF:").ok_or(other)?;
    let extension = extension(&line[at..]).ok_or(other)?;
    let mut found = Found::default();
    pairs(extension, |key, value| found.take(key, value));
    found.entry()
}

/// The values that matter.
#[derive(Default)]
struct Found<'l> {
    /// When it was received, ended, began: the first of them that is there counts.
    times: [&'l [u8]; 3],
    user: &'l [u8],
    source: &'l [u8],
    /// URL, host name, address.
    destinations: [&'l [u8]; 3],
    sent: &'l [u8],
    received: &'l [u8],
    action: &'l [u8],
}

impl<'l> Found<'l> {
    fn take(&mut self, key: &[u8], value: &'l [u8]) {
        let place = match key {
            b"rt" => &mut self.times[0],
            b"end" => &mut self.times[1],
            b"start" => &mut self.times[2],
            b"suser" => &mut self.user,
            b"src" => &mut self.source,
            b"request" => &mut self.destinations[0],
            b"dhost" => &mut self.destinations[1],
            b"dst" => &mut self.destinations[2],
            b"in" => &mut self.sent,
            b"out" => &mut self.received,
            b"act" => &mut self.action,
            _ => return,
        };
        *place = value.trim_ascii();
    }

    fn entry(self) -> Result<Entry<'l>, LineError> {
        let time = self.times.into_iter().find(|time| !time.is_empty()).unwrap_or_default();
        let hosts = self.destinations.into_iter().map(|place| host_of(said(place)));
        let host = hosts.into_iter().find(|host| !host.is_empty());
        Ok(Entry {
            at: clock::read(time).ok_or(LineError::Time("rt"))?,
            user: said(self.user),
            source: said(self.source),
            host: host.ok_or(LineError::Destination("request, dhost, dst"))?,
            uploaded: bytes("in", self.sent)?,
            downloaded: bytes("out", self.received)?,
            blocked: blocks(self.action),
        })
    }
}

/// What stands behind the head, in whose fields a pipe has a backslash in front.
fn extension(line: &[u8]) -> Option<&[u8]> {
    let mut pipes = 0;
    let mut escaped = false;
    for (at, byte) in line.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'|' => pipes += 1,
            _ => {}
        }
        if pipes == PIPES {
            return Some(&line[at + 1..]);
        }
    }
    None
}

/// Hands out keys and values. A value reaches to the blank before the next key; an equals sign in it has a backslash in
/// front, or what stands before it is no key.
fn pairs<'l>(text: &'l [u8], mut each: impl FnMut(&'l [u8], &'l [u8])) {
    let mut open: Option<(&[u8], usize)> = None;
    let mut word = 0;
    let mut is_key = true;
    let mut after_backslash = false;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b' ' => {
                word = at + 1;
                is_key = true;
            }
            b'=' if is_key && at > word && !after_backslash => {
                if let Some((key, from)) = open {
                    each(key, &text[from..word.saturating_sub(1).max(from)]);
                }
                open = Some((&text[word..at], at + 1));
                is_key = false;
            }
            _ => is_key &= byte.is_ascii_alphanumeric() || byte == b'_',
        }
        after_backslash = byte == b'\\' && !after_backslash;
    }
    if let Some((key, from)) = open {
        each(key, &text[from..]);
    }
}
