//! Cloud Discovery: what is known of a traffic log once it is read, where logs come from, and how apps are marked.
//!
//! Of a log nothing is kept but its summary: who used which app on which day from where, how often, and how much was
//! sent. Source: <https://learn.microsoft.com/defender-cloud-apps/set-up-cloud-discovery>

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::ids::Guid;
use super::index::StreamNo;
use super::time::VirtualTime;

/// A format in which traffic logs can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// The Common Event Format.
    Cef,
    /// The Log Event Extended Format.
    Leef,
    /// The extended log file format of the W3C.
    W3c,
    /// Squid's own.
    SquidNative,
    /// Squid's common log format.
    SquidCommon,
    /// Web logs of Zscaler.
    Zscaler,
    /// Logs of Palo Alto firewalls.
    PaloAlto,
}

impl LogFormat {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Cef,
        Self::Leef,
        Self::W3c,
        Self::SquidNative,
        Self::SquidCommon,
        Self::Zscaler,
        Self::PaloAlto,
    ];
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// A log of the expected format; some lines may not have been read.
    Parsed,
    /// A text without a single line.
    Empty,
    /// A text, but not one line is of the expected format.
    OtherFormat,
    /// No text.
    Binary,
    /// Packed by gzip, which is not unpacked here.
    Gzip,
    /// A zip archive, which is not unpacked here.
    Zip,
    /// A log of a type that is known by name only.
    Unread,
}

/// A line of a log that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// Why.
    pub why: Arc<str>,
}

/// What came of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogSummary {
    /// What it is.
    pub verdict: Verdict,
    /// Its bytes.
    pub bytes: u64,
    /// Its lines, without empty ones and comments.
    pub lines: u64,
    /// Lines that could not be read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bad: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<BadLine>,
    /// Transactions with apps of the catalogue.
    pub transactions: u64,
    /// Transactions with hosts of no app of the catalogue.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknown: u64,
    /// Transactions of which is not told who made them from where, since there are too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub merged: u64,
    /// The first and the last instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<(VirtualTime, VirtualTime)>,
    /// The users, in the order in which they stand in the log first.
    pub users: Vec<Arc<str>>,
    /// The addresses, likewise.
    pub addresses: Vec<Arc<str>>,
    /// The traffic, by app, day, user and address.
    pub traffic: Vec<Traffic>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What one user did with one app on one day from one address. In a journal line these are the plain numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 8]", into = "[u64; 8]")]
pub struct Traffic {
    /// Number of the app in the catalogue.
    pub app: u32,
    /// The day (UTC), since the epoch.
    pub day: u32,
    /// The user, counted from 1 in the list of the summary; 0 where none is told.
    pub user: u32,
    /// The address, likewise.
    pub address: u32,
    /// How often.
    pub transactions: u64,
    /// How often it was not let through; among the former.
    pub blocked: u64,
    /// Bytes that were sent.
    pub uploaded: u64,
    /// Bytes that came back.
    pub downloaded: u64,
}

impl From<[u64; 8]> for Traffic {
    fn from(row: [u64; 8]) -> Self {
        let [app, day, user, address, transactions, blocked, uploaded, downloaded] = row;
        // What does not fit is of a journal that somebody changed: it names nothing.
        let small = |number: u64| u32::try_from(number).unwrap_or(0);
        let [app, day, user, address] = [app, day, user, address].map(small);
        Self { app, day, user, address, transactions, blocked, uploaded, downloaded }
    }
}

impl From<Traffic> for [u64; 8] {
    fn from(row: Traffic) -> Self {
        let [app, day, user, address] = [row.app, row.day, row.user, row.address].map(u64::from);
        [app, day, user, address, row.transactions, row.blocked, row.uploaded, row.downloaded]
    }
}

/// By which way logs come in to a log collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Receiver {
    /// FTP.
    Ftp,
    /// FTP over TLS.
    Ftps,
    /// Syslog over UDP.
    SyslogUdp,
    /// Syslog over TCP.
    SyslogTcp,
    /// Syslog over TLS.
    SyslogTls,
}

impl Receiver {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ftp, Self::Ftps, Self::SyslogUdp, Self::SyslogTcp, Self::SyslogTls];

    /// Its whole name, as data sources have it.
    pub const fn full(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Ftps => "ftps",
            Self::SyslogUdp => "syslog-udp",
            Self::SyslogTcp => "syslog-tcp",
            Self::SyslogTls => "syslog-tls",
        }
    }

    /// Its type, and the protocol of syslog.
    pub fn parts(self) -> (&'static str, Option<&'static str>) {
        match self.full().split_once('-') {
            Some((kind, protocol)) => (kind, Some(protocol)),
            None => (self.full(), None),
        }
    }
}

/// A tag that the product has for apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppTag {
    /// The company lets people use it.
    Sanctioned,
    /// It does not.
    Unsanctioned,
    /// People are warned.
    Monitored,
}

impl AppTag {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sanctioned, Self::Unsanctioned, Self::Monitored];

    /// As the product calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sanctioned => "Sanctioned",
            Self::Unsanctioned => "Unsanctioned",
            Self::Monitored => "Monitored",
        }
    }

    /// The tag with this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.name().eq_ignore_ascii_case(name))
    }
}

/// A change about Cloud Discovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DiscoveryCommand {
    /// Add a data source: an appliance whose logs come in again and again.
    AddDataSource {
        /// Its name, which no other has.
        name: Arc<str>,
        /// Number of the type of its logs.
        log_type: u16,
        /// By which way they come in.
        receiver: Receiver,
        /// Names of users are not shown.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        anonymize: bool,
        /// Who.
        by: By,
    },
    /// Remove a data source. What its logs told stays in the view of all.
    RemoveDataSource {
        /// Which.
        source: StreamNo,
        /// Who.
        by: By,
    },
    /// A log has been written to where it was to be uploaded, and read; it replaces what was written there before. Given by
    /// the storage service.
    ReceiveLog {
        /// Where.
        blob: Guid,
        /// Name of the type that it was announced with.
        source: Arc<str>,
        /// What it says.
        log: Arc<LogSummary>,
    },
    /// Say that the log is there: it goes to a data source, or makes a report of its own.
    FinishLog {
        /// Where it was written.
        blob: Guid,
        /// Name of the data source or the report.
        stream: Arc<str>,
        /// It makes a report.
        snapshot: bool,
        /// Who.
        by: By,
    },
    /// Put a tag on an app, or take it away.
    TagApp {
        /// Number of the app.
        app: u32,
        /// The tag.
        tag: AppTag,
        /// It is put on.
        on: bool,
        /// Who.
        by: By,
    },
}
