//! The extended log file format of the W3C: a line `#Fields:` names the columns of those that follow.
//!
//! Source: <https://www.w3.org/TR/WD-logfile.html>, and the names that proxies use. `cs` is from the client to the server,
//! `sc` the other way. Times are UTC.

use super::host::host_of;
use super::line::{LineError, blocks, bytes, said, without_syslog};
use super::{Entry, clock};

/// No log has more columns; what stands behind is not read.
const MOST: usize = 96;

/// What is looked for, each with the names of columns that hold it, the better ones first.
const DATE: &[&str] = &["date"];
const TIME: &[&str] = &["time"];
/// Date and time in one column.
const STAMP: &[&str] = &["x-timestamp-unix", "x-timestamp-unix-utc", "timestamp", "datetime", "gmttime"];
const USER: &[&str] = &["cs-username", "c-username", "cs-userdn", "x-cs-username", "username"];
const SOURCE: &[&str] = &["c-ip", "x-client-address", "src-ip"];
const URL: &[&str] = &["cs-uri", "c-uri", "cs-url", "url"];
const HOST: &[&str] = &["cs-host", "cs(host)", "cs-uri-host", "r-host", "r-dns", "s-hostname", "dest-host"];
const ADDRESS: &[&str] = &["r-ip", "s-ip", "dest-ip", "s-supplier-ip"];
const SENT: &[&str] = &["cs-bytes", "c-bytes-sent", "bytes-sent"];
const RECEIVED: &[&str] = &["sc-bytes", "c-bytes-received", "bytes-received"];
const ACTION: &[&str] = &["sc-filter-result", "action", "s-action", "x-action"];

/// In which column what stands, if a log has said so.
#[derive(Default)]
pub(super) struct Columns {
    known: bool,
    count: usize,
    stamp: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    user: Option<usize>,
    source: Option<usize>,
    hosts: [Option<usize>; 3],
    sent: Option<usize>,
    received: Option<usize>,
    action: Option<usize>,
}

impl Columns {
    /// Reads a line that begins with `#`.
    pub(super) fn directive(&mut self, line: &[u8]) {
        const FIELDS: &[u8] = b"#Fields:";
        let Some(names) = line.get(..FIELDS.len()).filter(|head| head.eq_ignore_ascii_case(FIELDS)) else {
            return;
        };
        let names: Vec<&[u8]> = line[names.len()..]
            .split(u8::is_ascii_whitespace)
            .filter(|name| !name.is_empty())
            .take(MOST)
            .collect();
        let place = |wanted: &[&str]| {
            let of =
                |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted.as_bytes()));
            wanted.iter().copied().find_map(of)
        };
        *self = Self {
            known: true,
            count: names.len(),
            stamp: place(STAMP),
            date: place(DATE),
            time: place(TIME),
            user: place(USER),
            source: place(SOURCE),
            hosts: [place(HOST), place(URL), place(ADDRESS)],
            sent: place(SENT),
            received: place(RECEIVED),
            action: place(ACTION),
        };
    }

    /// Reads a line with values.
    pub(super) fn read<'l>(&self, line: &'l [u8]) -> Result<Entry<'l>, LineError> {
        if !self.known {
            return Err(LineError::NoColumns);
        }
        let mut values = [&b""[..]; MOST];
        let count = split(without_syslog(line), &mut values);
        if count < self.count {
            return Err(LineError::Fields { got: count, least: self.count });
        }
        let value = |place: Option<usize>| place.map_or(&b""[..], |place| values[place]);
        let at = match self.stamp {
            Some(place) => clock::read(values[place]),
            None => clock::read_apart(value(self.date), value(self.time)),
        };
        let hosts = self.hosts.map(|place| host_of(said(value(place))));
        Ok(Entry {
            at: at.ok_or(LineError::Time("date time"))?,
            user: said(value(self.user)),
            source: said(value(self.source)),
            host: hosts
                .into_iter()
                .find(|host| !host.is_empty())
                .ok_or(LineError::Destination("cs-host, cs-uri, r-ip"))?,
            uploaded: bytes("cs-bytes", value(self.sent))?,
            downloaded: bytes("sc-bytes", value(self.received))?,
            blocked: blocks(value(self.action)),
        })
    }
}

/// The values of a line, parted by blanks or tabs; one in quotes may have blanks. How many there are.
fn split<'l>(line: &'l [u8], values: &mut [&'l [u8]; MOST]) -> usize {
    let tabs = line.contains(&b'\t');
    let parts = |byte: &u8| *byte == b'\t' || (!tabs && *byte == b' ');
    let (mut at, mut count) = (0, 0);
    while at <= line.len() && count < MOST {
        let rest = &line[at..];
        let (value, next) = match rest.strip_prefix(b"\"") {
            Some(quoted) => {
                let end = quoted.iter().position(|byte| *byte == b'"').unwrap_or(quoted.len());
                let after = quoted[end..].iter().position(parts).map_or(quoted.len(), |gap| end + gap);
                (&quoted[..end], at + after + 2)
            }
            None => {
                let end = rest.iter().position(parts).unwrap_or(rest.len());
                (&rest[..end], at + end + 1)
            }
        };
        at = next;
        // Several blanks in a row part no more than one.
        if value.is_empty() && !tabs && rest.first() == Some(&b' ') {
            continue;
        }
        values[count] = value;
        count += 1;
    }
    count
}
