//! What a log says altogether: who used which app of the catalogue on which day from where, how often, and how much was
//! sent. Its size is bounded, whatever the log is; beyond the bounds it is not told who it was or from where.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::cloud_apps;
use crate::catalogue::log_types;
use crate::model::discovery::{LogSummary, Traffic, Verdict};
use crate::model::time::VirtualTime;

use super::{Entry, LogReader, Report};

/// No summary names more users.
pub const MOST_USERS: usize = 5_000;

/// No summary names more addresses.
pub const MOST_ADDRESSES: usize = 5_000;

/// The names of its users have no more bytes altogether, nor have those of its addresses: it has to fit into a journal
/// line.
pub const MOST_NAME_BYTES: usize = 200 << 10;

/// No name of a user or an address is longer, in bytes; a longer one is cut off.
pub const LONGEST_NAME: usize = 128;

/// No summary has more rows of traffic of which is told who and from where.
pub const MOST_ROWS: usize = 10_000;

/// No summary has more rows than twice as many: app and day alone are told of the rest.
const MOST_DAYS: usize = 2 * MOST_ROWS;

/// So many hosts are remembered with their app, so that none is looked up for each line.
const MOST_HOSTS: usize = 20_000;

/// Reads a log and gathers what it says.
pub struct Gathering {
    /// `None` for a log of a type that can't be read.
    reader: Option<LogReader>,
    bytes: u64,
    totals: Totals,
}

#[derive(Default)]
struct Totals {
    transactions: u64,
    unknown: u64,
    merged: u64,
    between: Option<(VirtualTime, VirtualTime)>,
    users: Names,
    addresses: Names,
    hosts: Names,
    /// The apps of the hosts, in the same order; 0 for one of none.
    apps: Vec<u32>,
    /// By app, day, user and address.
    rows: BTreeMap<(u32, u32, u32, u32), Sums>,
    lower: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    transactions: u64,
    blocked: u64,
    uploaded: u64,
    downloaded: u64,
}

impl Gathering {
    /// Begins a log of the type with this name.
    pub fn of(source: &str) -> Self {
        let reader = log_types::format_of(source).map(LogReader::new);
        Self { reader, bytes: 0, totals: Totals::default() }
    }

    /// Reads on.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let Self { reader, totals, .. } = self;
        if let Some(reader) = reader {
            reader.feed(bytes, &mut |entry| totals.add(entry));
        }
    }

    /// The end of the log.
    pub fn finish(self) -> LogSummary {
        let Self { reader, bytes, mut totals } = self;
        let report = match reader {
            Some(reader) => reader.finish(&mut |entry| totals.add(entry)),
            None => Report { verdict: Verdict::Unread, bytes, lines: 0, bad: 0, first_bad: None },
        };
        let traffic = totals.rows.iter().map(|(&(app, day, user, address), sums)| Traffic {
            app,
            day,
            user,
            address,
            transactions: sums.transactions,
            blocked: sums.blocked,
            uploaded: sums.uploaded,
            downloaded: sums.downloaded,
        });
        LogSummary {
            verdict: report.verdict,
            bytes: report.bytes,
            lines: report.lines,
            bad: report.bad,
            first_bad: report.first_bad,
            transactions: totals.transactions,
            unknown: totals.unknown,
            merged: totals.merged,
            between: totals.between,
            traffic: traffic.collect(),
            users: totals.users.texts,
            addresses: totals.addresses.texts,
        }
    }
}

impl Totals {
    fn add(&mut self, entry: &Entry<'_>) {
        let (first, last) = self.between.unwrap_or((entry.at, entry.at));
        self.between = Some((first.min(entry.at), last.max(entry.at)));
        let app = self.app_of(entry.host);
        if app == 0 {
            self.unknown += 1;
            return;
        }
        self.transactions += 1;
        let user = self.users.number(entry.user, (MOST_USERS, MOST_NAME_BYTES));
        let address = self.addresses.number(entry.source, (MOST_ADDRESSES, MOST_NAME_BYTES));
        let day = entry.at.day() as u32;
        let mut key = (app, day, user.unwrap_or(0), address.unwrap_or(0));
        if self.rows.len() >= MOST_ROWS && !self.rows.contains_key(&key) {
            key = (app, day, 0, 0);
            self.merged += 1;
        } else if user.is_none() || address.is_none() {
            self.merged += 1;
        }
        if self.rows.len() >= MOST_DAYS && !self.rows.contains_key(&key) {
            // Days without end: what is beyond counts for the last day that there is room for.
            let last = self.rows.range(..=key).next_back().filter(|(row, _)| row.0 == app);
            let Some(last) = last.map(|(row, _)| *row) else { return };
            key = last;
        }
        let sums = self.rows.entry(key).or_default();
        sums.transactions += 1;
        sums.blocked += u64::from(entry.blocked);
        sums.uploaded = sums.uploaded.saturating_add(entry.uploaded);
        sums.downloaded = sums.downloaded.saturating_add(entry.downloaded);
    }

    /// Number of the app that is reached at a host; 0 where there is none.
    fn app_of(&mut self, host: &[u8]) -> u32 {
        self.lower.clear();
        self.lower.extend_from_slice(host);
        self.lower.make_ascii_lowercase();
        if let Some(number) = self.hosts.known(&self.lower) {
            return self.apps[number as usize - 1];
        }
        let app = std::str::from_utf8(&self.lower).ok().and_then(cloud_apps::of_host);
        let app = app.map_or(0, |app| app.number);
        if self
            .hosts
            .number(&self.lower, (MOST_HOSTS, MOST_HOSTS * LONGEST_NAME))
            .is_some_and(|number| number as usize > self.apps.len())
        {
            self.apps.push(app);
        }
        app
    }
}

/// Texts, numbered from 1 in the order in which they come.
#[derive(Default)]
struct Names {
    texts: Vec<Arc<str>>,
    /// Their bytes altogether.
    bytes: usize,
    /// Open addressing: numbers, at a place that the text says; 0 where none is.
    places: Vec<u32>,
}

impl Names {
    /// The number of a text: 0 for an empty one, and `None` where there is no room for it.
    fn number(&mut self, text: &[u8], (most, bytes): (usize, usize)) -> Option<u32> {
        if text.is_empty() {
            return Some(0);
        }
        if let Some(known) = self.known(text) {
            return Some(known);
        }
        let name = cleaned(text);
        if self.texts.len() >= most || self.bytes + name.len() > bytes {
            return None;
        }
        self.bytes += name.len();
        self.texts.push(Arc::from(name));
        if self.texts.len() * 2 > self.places.len() {
            self.places = vec![0; (self.places.len() * 2).max(64)];
            (1..self.texts.len() as u32).for_each(|number| self.place(number));
        }
        let number = self.texts.len() as u32;
        self.place(number);
        Some(number)
    }

    fn known(&self, text: &[u8]) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let text = cleaned(text);
        let text = text.as_bytes();
        let numbers = self.from(hash(text)).map(|place| self.places[place]);
        let mut numbers = numbers.take_while(|number| *number != 0);
        numbers.find(|number| self.texts[*number as usize - 1].as_bytes() == text)
    }

    fn place(&mut self, number: u32) {
        let hash = hash(self.texts[number as usize - 1].as_bytes());
        let free = self.from(hash).find(|place| self.places[*place] == 0);
        // At most half of the places are taken.
        if let Some(free) = free {
            self.places[free] = number;
        }
    }

    fn from(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let most = self.places.len();
        (0..most).map(move |step| (hash as usize + step) & (most - 1))
    }
}

/// A name as it is kept: text, of bounded length, without control characters.
fn cleaned(text: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST_NAME)]);
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, " ").into(),
        false => text,
    }
}

/// FNV-1a, with its halves mixed. It decides nothing but where a text is looked for.
fn hash(text: &[u8]) -> u64 {
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    hash ^ (hash >> 32)
}
