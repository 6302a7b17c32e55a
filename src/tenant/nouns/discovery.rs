//! Cloud Discovery: where traffic logs come from, what they told, and how apps are tagged.
//!
//! A log arrives in two steps, as it does at the product: it is written to where it was to be uploaded (and read at once,
//! by whoever got it), and then said to be there. From then on its task stands in the governance log, and what it told is
//! seen once that task is done. Must never know: HTTP, the bytes of a log.

use std::sync::Arc;

use crate::catalogue::cloud_apps;
use crate::catalogue::kinds::CLOUD_APPS;
use crate::catalogue::log_types;
use crate::generate::Stream as Chance;
use crate::model::command::By;
use crate::model::discovery::{AppTag, DiscoveryCommand, LogSummary, Receiver, Verdict};
use crate::model::ids::Guid;
use crate::model::index::StreamNo;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::governance::{self, GovernanceEntry, Outcome, Parameter, Task};
use super::{Made, Moment};

/// No tenant is given more streams, those included that were removed.
pub const MOST_STREAMS: usize = 1_000;

/// No tenant remembers more logs; the oldest leave.
pub const MOST_LOGS: usize = 2_000;

/// The logs of a tenant have no more rows of traffic altogether; the oldest leave.
pub const MOST_TRAFFIC: usize = 200_000;

/// No more logs wait for being said to be there; the oldest leave.
pub const MOST_WAITING: usize = 64;

/// Letters of a name of a data source.
pub const LONGEST_SOURCE: usize = 64;

/// Transactions that are older are not looked at.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/troubleshooting-cloud-discovery>
pub const OLDEST: Span = Span::days(90);

/// Services of Microsoft that can't be unsanctioned, as far as they are in the catalogue.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/governance-discovery>
const NEVER_UNSANCTIONED: [u32; 4] = [CLOUD_APPS, 35931, 27423, 11394];

/// The state. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// The view of all is the first.
    streams: imbl::Vector<Arc<Stream>>,
    waiting: imbl::Vector<Arc<Waiting>>,
    logs: imbl::Vector<Arc<StreamLog>>,
    /// Rows of traffic of `logs`.
    traffic: usize,
    /// What commands said about tags of apps.
    tags: imbl::OrdMap<(u32, AppTag), bool>,
}

/// A stream: where logs come from, or which of them are seen together.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub kind: StreamKind,
    /// When it was made.
    pub created: VirtualTime,
    /// When it was removed, if it was.
    pub removed: Option<VirtualTime>,
}

/// What a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// Everything that data sources told.
    All,
    /// A data source.
    Source {
        /// Number of the type of its logs.
        log_type: u16,
        /// By which way they come in.
        receiver: Receiver,
        /// Names of users are not shown.
        anonymize: bool,
    },
    /// A report about one log.
    Snapshot {
        /// Number of its type.
        log_type: u16,
    },
}

/// A log that was written and not yet said to be there.
#[derive(Clone, Debug)]
struct Waiting {
    blob: Guid,
    source: Arc<str>,
    log: Arc<LogSummary>,
}

/// A log of a stream.
#[derive(Clone, Debug)]
pub struct StreamLog {
    /// The stream.
    pub stream: StreamNo,
    /// When it was said to be there.
    pub at: VirtualTime,
    /// When it is known what it told.
    pub decided: VirtualTime,
    /// Its task succeeded.
    pub success: bool,
    /// What it told.
    pub log: Arc<LogSummary>,
}

/// Why a command about Cloud Discovery is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryRefusal {
    /// The name is none that a data source can have.
    #[error(
        "{name:?} is no name of a data source: 1 to {LONGEST_SOURCE} letters, digits, hyphens and underscores"
    )]
    Name {
        /// The name.
        name: Arc<str>,
    },
    /// The name is taken.
    #[error("there is a data source named {name:?} already")]
    Exists {
        /// The name.
        name: Arc<str>,
    },
    /// No type of logs has this number.
    #[error("no type of logs has the number {0}")]
    LogType(u16),
    /// There are too many.
    #[error("a tenant has at most {MOST_STREAMS} streams, those included that were removed")]
    TooMany,
    /// There is no such data source.
    #[error("there is no data source {name:?} in this tenant")]
    NoSource {
        /// Its name or number.
        name: Arc<str>,
    },
    /// Nothing was written there.
    #[error("no log has been written to {0}, or it has been said to be there already")]
    NoLog(Guid),
    /// No such app.
    #[error("the catalogue has no app with number {0}")]
    NoApp(u32),
    /// The app can't be unsanctioned.
    #[error("{app} is one of the services that can't be unsanctioned")]
    Protected {
        /// Its name.
        app: &'static str,
    },
}

impl Discovery {
    /// As a tenant is born: with the view of all, in which nothing is to be seen.
    pub(in crate::tenant) fn born(at: VirtualTime) -> Self {
        let all =
            Stream { name: Arc::from("Global view"), kind: StreamKind::All, created: at, removed: None };
        Self {
            streams: imbl::Vector::unit(Arc::new(all)),
            waiting: imbl::Vector::new(),
            logs: imbl::Vector::new(),
            traffic: 0,
            tags: imbl::OrdMap::new(),
        }
    }

    /// The streams that there are, in the order of being made: the view of all is the first.
    pub fn streams(&self) -> impl Iterator<Item = (StreamNo, &Stream)> {
        let made = self.streams.iter().map(|stream| &**stream);
        StreamNo::numbered(made).filter(|(_, stream)| stream.removed.is_none())
    }

    /// The stream with this number, even if it was removed.
    pub fn ever(&self, number: StreamNo) -> Option<&Stream> {
        self.streams.get(number.index()).map(|stream| &**stream)
    }

    /// The logs that are remembered, in the order of being said to be there.
    pub fn logs(&self) -> impl DoubleEndedIterator<Item = &StreamLog> {
        self.logs.iter().map(|log| &**log)
    }

    /// What a command said about a tag of an app.
    pub fn told(&self, app: u32, tag: AppTag) -> Option<bool> {
        self.tags.get(&(app, tag)).copied()
    }

    fn add(&mut self, stream: Stream) -> Result<StreamNo, DiscoveryRefusal> {
        if self.streams.len() >= MOST_STREAMS {
            return Err(DiscoveryRefusal::TooMany);
        }
        let number = StreamNo::at(self.streams.len()).ok_or(DiscoveryRefusal::TooMany)?;
        self.streams.push_back(Arc::new(stream));
        Ok(number)
    }

    /// The data source with this name.
    fn source(&self, name: &str) -> Option<StreamNo> {
        let named =
            |stream: &Stream| matches!(stream.kind, StreamKind::Source { .. }) && *stream.name == *name;
        self.streams().find(|(_, stream)| named(stream)).map(|(number, _)| number)
    }

    fn receive(&mut self, waiting: Waiting) {
        self.waiting.retain(|other| other.blob != waiting.blob);
        if self.waiting.len() >= MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Arc::new(waiting));
    }

    fn remember(&mut self, log: StreamLog) {
        self.traffic += log.log.traffic.len();
        self.logs.push_back(Arc::new(log));
        while self.logs.len() > 1 && (self.logs.len() > MOST_LOGS || self.traffic > MOST_TRAFFIC) {
            let Some(oldest) = self.logs.pop_front() else { return };
            self.traffic -= oldest.log.traffic.len();
        }
    }
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &DiscoveryCommand,
) -> Result<Made, DiscoveryRefusal> {
    let discovery = &mut core.discovery;
    match command {
        DiscoveryCommand::AddDataSource { name, log_type, receiver, anonymize, .. } => {
            let legal = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            if name.is_empty() || name.len() > LONGEST_SOURCE || !name.chars().all(legal) {
                return Err(DiscoveryRefusal::Name { name: Arc::clone(name) });
            }
            if discovery.source(name).is_some() {
                return Err(DiscoveryRefusal::Exists { name: Arc::clone(name) });
            }
            log_types::numbered(*log_type).ok_or(DiscoveryRefusal::LogType(*log_type))?;
            let kind = StreamKind::Source { log_type: *log_type, receiver: *receiver, anonymize: *anonymize };
            let stream = Stream { name: Arc::clone(name), kind, created: moment.at, removed: None };
            discovery.add(stream).map(Made::Stream)
        }
        DiscoveryCommand::RemoveDataSource { source, .. } => {
            let is_source = |stream: &Stream| {
                matches!(stream.kind, StreamKind::Source { .. }) && stream.removed.is_none()
            };
            let stream = discovery.streams.get_mut(source.index()).filter(|stream| is_source(stream));
            let unknown = || DiscoveryRefusal::NoSource { name: source.to_string().into() };
            Arc::make_mut(stream.ok_or_else(unknown)?).removed = Some(moment.at);
            Ok(Made::Nothing)
        }
        DiscoveryCommand::ReceiveLog { blob, source, log } => {
            discovery.receive(Waiting { blob: *blob, source: Arc::clone(source), log: Arc::clone(log) });
            Ok(Made::Nothing)
        }
        DiscoveryCommand::FinishLog { blob, stream, snapshot, by } => {
            finish(core, moment, *blob, stream, *snapshot, by)
        }
        DiscoveryCommand::TagApp { app, tag, on, .. } => {
            let known = cloud_apps::app(*app).ok_or(DiscoveryRefusal::NoApp(*app))?;
            if *tag == AppTag::Unsanctioned && *on && NEVER_UNSANCTIONED.contains(app) {
                return Err(DiscoveryRefusal::Protected { app: known.name });
            }
            discovery.tags.insert((*app, *tag), *on);
            let opposite = match tag {
                AppTag::Sanctioned => Some(AppTag::Unsanctioned),
                AppTag::Unsanctioned => Some(AppTag::Sanctioned),
                AppTag::Monitored => None,
            };
            // The last tag wins.
            if let Some(opposite) = opposite.filter(|_| *on) {
                discovery.tags.insert((*app, opposite), false);
            }
            Ok(Made::Nothing)
        }
    }
}

/// A log is said to be there: its stream.
fn finish(
    core: &mut Core,
    moment: Moment<'_>,
    blob: Guid,
    name: &Arc<str>,
    snapshot: bool,
    by: &By,
) -> Result<Made, DiscoveryRefusal> {
    let discovery = &mut core.discovery;
    let known = discovery.source(name);
    if known.is_none() && !snapshot {
        return Err(DiscoveryRefusal::NoSource { name: Arc::clone(name) });
    }
    let place = discovery.waiting.iter().position(|waiting| waiting.blob == blob);
    let Waiting { source, log, .. } = match place {
        Some(place) => Waiting::clone(&discovery.waiting[place]),
        None => return Err(DiscoveryRefusal::NoLog(blob)),
    };
    let stream = match known.filter(|_| !snapshot) {
        Some(stream) => stream,
        None => {
            let number = log_types::named(&source).map_or(0, |place| log_types::LOG_TYPES[place].0);
            let kind = StreamKind::Snapshot { log_type: number };
            discovery.add(Stream { name: Arc::clone(name), kind, created: moment.at, removed: None })?
        }
    };
    discovery.waiting.retain(|waiting| waiting.blob != blob);
    let mut chance =
        Chance::new(moment.world.spec.seed, "dscparse", core.governance.next().ordinal(), "delay");
    // Seconds to a quarter of an hour, mostly a few minutes.
    let seconds = 15 + chance.below(945).min(chance.below(945));
    let decided = moment.at + Span::seconds(i64::from(seconds));
    let outcome = outcome(&source, &log, moment.at);
    let success = outcome.success;
    discovery.remember(StreamLog { stream, at: moment.at, decided, success, log });
    let task = Task::ParseLog { stream };
    let entry = GovernanceEntry { task, app: CLOUD_APPS, at: moment.at, by: by.clone(), decided, outcome };
    governance::record(core, entry);
    Ok(Made::Stream(stream))
}

/// How the task of a log ends. Of the templates, that of success is on record, and that another one ends in
/// `_UNEXPECTED_FORMAT` and names the data source; what the others are called is (unverified), and so is what is told of
/// lines that could not be read.
fn outcome(source: &Arc<str>, log: &LogSummary, now: VirtualTime) -> Outcome {
    macro_rules! template {
        ($name:literal) => {
            concat!("REPOOPER_COMPLETION_STATUS_BASELOGPARSER_", $name)
        };
    }
    let too_old = log.between.is_some_and(|(_, last)| last < now - OLDEST);
    let (success, template) = match log.verdict {
        Verdict::Parsed if too_old => (false, template!("OLD_TRANSACTIONS")),
        Verdict::Parsed if log.transactions == 0 => (false, template!("NO_RELEVANT_TRANSACTIONS")),
        Verdict::Parsed => (true, template!("PARSED_LOG_FILE_ALL_RELEVANT")),
        Verdict::Empty => (false, template!("EMPTY_FILE")),
        Verdict::OtherFormat => (false, template!("UNEXPECTED_FORMAT")),
        Verdict::Binary | Verdict::Gzip | Verdict::Zip => (false, template!("UNSUPPORTED_FILE_TYPE")),
        Verdict::Unread => (false, template!("UNSUPPORTED_LOG_TYPE")),
    };
    let mut parameters = Vec::new();
    let mut number = |name, number: u64| parameters.push((name, Parameter::Number(number)));
    if log.verdict == Verdict::Parsed {
        let mut apps: Vec<u32> = log.traffic.iter().map(|row| row.app).collect();
        apps.sort_unstable();
        apps.dedup();
        number("transactionsCount", log.transactions);
        number("cloudServicesCount", apps.len() as u64);
    }
    if log.bad > 0 {
        number("unreadLinesCount", log.bad);
    }
    if let Some(first) = &log.first_bad {
        number("firstUnreadLine", first.line);
        parameters.push(("firstUnreadLineReason", Parameter::Text(Arc::clone(&first.why))));
    }
    if !success {
        parameters.push(("dataSource", Parameter::Text(Arc::clone(source))));
    }
    let found = match log.verdict {
        Verdict::Binary => Some("the file is no text"),
        Verdict::Gzip => {
            Some("the file is packed by gzip, which is not unpacked here: upload the log itself")
        }
        Verdict::Zip => Some("the file is a zip archive, which is not unpacked here: upload the log itself"),
        Verdict::Unread => Some("logs of this type are known by name only, and not read here"),
        _ => None,
    };
    parameters.extend(found.map(|found| ("reason", Parameter::Text(Arc::from(found)))));
    Outcome { success, template, parameters }
}
