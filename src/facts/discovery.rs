//! Cloud Discovery as it shows at an instant: streams, and who used which app of the catalogue how much.
//!
//! What a log told is seen once its task is done. A list of apps goes through the rows of traffic of its stream, of which
//! a tenant has a bounded number ([`MOST_TRAFFIC`](crate::tenant::nouns::discovery::MOST_TRAFFIC)).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalogue::cloud_apps::{self, CloudApp};
use crate::catalogue::log_types::LOG_TYPES;
use crate::identity::seal;
use crate::model::discovery::AppTag;
use crate::model::ids::Hex24;
use crate::model::index::StreamNo;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::discovery::{Discovery, Stream, StreamKind, StreamLog};

use super::connector::ConnectorFacts;
use super::ids;

/// A stream at an instant.
#[derive(Clone, Copy)]
pub struct StreamFacts<'a> {
    view: &'a TenantView,
    number: StreamNo,
    stream: &'a Stream,
}

fn discovery(view: &TenantView) -> &Discovery {
    &view.state.core().discovery
}

impl<'a> StreamFacts<'a> {
    /// The streams that there are: the view of all, then data sources and reports in the order of being made.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        discovery(view).streams().map(move |(number, stream)| Self { view, number, stream })
    }

    /// The stream with this id, if it is there.
    pub fn by_id(view: &'a TenantView, id: Hex24) -> Option<Self> {
        let number = ids::stream_no(view, id)?;
        Self::all(view).find(|stream| stream.number == number)
    }

    /// The view of all.
    pub fn global(view: &'a TenantView) -> Option<Self> {
        Self::all(view).next()
    }

    /// Its number.
    pub fn number(&self) -> StreamNo {
        self.number
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> Hex24 {
        ids::stream(self.view, self.number)
    }

    /// What is stored of it.
    pub fn stream(&self) -> &'a Stream {
        self.stream
    }

    /// It shows what others told, and has no logs of its own.
    pub fn is_global(&self) -> bool {
        self.stream.kind == StreamKind::All
    }

    /// It is about one log.
    pub fn is_snapshot(&self) -> bool {
        matches!(self.stream.kind, StreamKind::Snapshot { .. })
    }

    /// Names of users are not shown.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.stream.kind, StreamKind::Source { anonymize: true, .. })
    }

    /// Number of the type of its logs; 0 where it has no one type.
    pub fn log_type(&self) -> u16 {
        match self.stream.kind {
            StreamKind::All => 0,
            StreamKind::Source { log_type, .. } | StreamKind::Snapshot { log_type } => log_type,
        }
    }

    /// The name of that type, where it has one.
    pub fn log_type_name(&self) -> Option<&'static str> {
        let number = self.log_type();
        LOG_TYPES.iter().find(|(known, _)| *known == number && number > 0).map(|(_, name)| *name)
    }

    /// Its logs that are read by now, oldest first.
    pub fn logs(&self) -> impl DoubleEndedIterator<Item = &'a StreamLog> + use<'a> {
        let Self { view, number, .. } = *self;
        let global = self.is_global();
        let of_sources = move |log: &StreamLog| {
            let kind = discovery(view).ever(log.stream).map(|stream| stream.kind);
            matches!(kind, Some(StreamKind::Source { .. }))
        };
        let now = view.now;
        discovery(view).logs().filter(move |log| {
            log.decided <= now && if global { of_sources(log) } else { log.stream == number }
        })
    }

    /// When data came in last that was read.
    pub fn last_data(&self) -> Option<VirtualTime> {
        self.logs().rev().find(|log| log.success).map(|log| log.at)
    }

    /// How many of its logs were read, and how many of them in vain.
    pub fn counts(&self) -> (usize, usize) {
        self.logs().fold((0, 0), |(all, failed), log| (all + 1, failed + usize::from(!log.success)))
    }
}

/// How much somebody or something was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Transactions.
    pub transactions: u64,
    /// Those of them that were not let through.
    pub blocked: u64,
    /// Bytes that were sent.
    pub uploaded: u64,
    /// Bytes that came back.
    pub downloaded: u64,
    /// The last day, since the epoch.
    pub last_day: u32,
}

impl Volume {
    /// All bytes.
    pub fn bytes(&self) -> u64 {
        self.uploaded.saturating_add(self.downloaded)
    }

    /// Midnight (UTC) of the last day.
    pub fn last_seen(&self) -> VirtualTime {
        VirtualTime::of_day(i64::from(self.last_day))
    }

    fn add(&mut self, more: &Self) {
        self.transactions += more.transactions;
        self.blocked += more.blocked;
        self.uploaded = self.uploaded.saturating_add(more.uploaded);
        self.downloaded = self.downloaded.saturating_add(more.downloaded);
        self.last_day = self.last_day.max(more.last_day);
    }
}

/// An app in the traffic of a stream.
#[derive(Clone, Debug)]
pub struct AppUsage {
    /// The app.
    pub app: &'static CloudApp,
    /// How much it was used.
    pub volume: Volume,
    /// By whom: places in [`Usage::users`].
    pub users: BTreeSet<u32>,
    /// From where: places in [`Usage::addresses`].
    pub addresses: BTreeSet<u32>,
}

/// A user or an address in the traffic of a stream.
#[derive(Clone, Debug)]
pub struct Party {
    /// The name, or what stands for it where names are not shown.
    pub name: Arc<str>,
    /// How much it used.
    pub volume: Volume,
    /// Which apps, by number.
    pub apps: BTreeSet<u32>,
}

/// What the traffic of a stream says of some days up to now.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// By app, in the order of numbers.
    pub apps: Vec<AppUsage>,
    /// By user, in the order of names.
    pub users: Vec<Party>,
    /// By address, in the order of names.
    pub addresses: Vec<Party>,
}

/// The traffic of a stream on the last `days` days, today included.
pub fn usage(stream: &StreamFacts<'_>, days: i64) -> Usage {
    let view = stream.view;
    let today = view.now.day();
    let mut apps: BTreeMap<u32, AppUsage> = BTreeMap::new();
    let (mut users, mut addresses) = (Parties::default(), Parties::default());
    for log in stream.logs().filter(|log| log.success) {
        let hidden = matches!(
            discovery(view).ever(log.stream).map(|stream| stream.kind),
            Some(StreamKind::Source { anonymize: true, .. })
        );
        let names = |names: &[Arc<str>], parties: &mut Parties, hidden: bool| -> Vec<u32> {
            names
                .iter()
                .map(|name| parties.place(&if hidden { hidden_name(view, name) } else { Arc::clone(name) }))
                .collect()
        };
        let of_users = names(&log.log.users, &mut users, hidden);
        let of_addresses = names(&log.log.addresses, &mut addresses, false);
        for row in &log.log.traffic {
            let day = i64::from(row.day);
            let Some(app) = cloud_apps::app(row.app).filter(|_| day <= today && day > today - days) else {
                continue;
            };
            let volume = Volume {
                transactions: row.transactions,
                blocked: row.blocked,
                uploaded: row.uploaded,
                downloaded: row.downloaded,
                last_day: row.day,
            };
            let of_app = apps.entry(row.app).or_insert_with(|| AppUsage {
                app,
                volume: Volume::default(),
                users: BTreeSet::new(),
                addresses: BTreeSet::new(),
            });
            of_app.volume.add(&volume);
            let named = |list: &[u32], number: u32| list.get((number as usize).checked_sub(1)?).copied();
            if let Some(place) = named(&of_users, row.user) {
                of_app.users.insert(place);
                users.add(place, row.app, &volume);
            }
            if let Some(place) = named(&of_addresses, row.address) {
                of_app.addresses.insert(place);
                addresses.add(place, row.app, &volume);
            }
        }
    }
    Usage { apps: apps.into_values().collect(), users: users.list, addresses: addresses.list }
}

/// What stands for a user whose name is not shown: always the same.
fn hidden_name(view: &TenantView, name: &str) -> Arc<str> {
    let id = view.state.identity().id;
    Arc::from(seal::fingerprint(&format!("{id} {name}")).to_string())
}

/// The names behind what stands for them.
pub fn shown_names(view: &TenantView, hidden: &[String]) -> Vec<(String, Arc<str>)> {
    let wanted: BTreeSet<&str> = hidden.iter().map(String::as_str).collect();
    let names: BTreeSet<&Arc<str>> = discovery(view).logs().flat_map(|log| &log.log.users).collect();
    let known = names.into_iter().map(|name| (hidden_name(view, name).to_string(), Arc::clone(name)));
    known.filter(|(hidden, _)| wanted.contains(hidden.as_str())).collect()
}

/// Users or addresses, each once.
#[derive(Default)]
struct Parties {
    places: BTreeMap<Arc<str>, u32>,
    list: Vec<Party>,
}

impl Parties {
    fn place(&mut self, name: &Arc<str>) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.list.len() as u32;
        self.places.insert(Arc::clone(name), place);
        self.list.push(Party { name: Arc::clone(name), volume: Volume::default(), apps: BTreeSet::new() });
        place
    }

    fn add(&mut self, place: u32, app: u32, volume: &Volume) {
        let party = &mut self.list[place as usize];
        party.volume.add(volume);
        party.apps.insert(app);
    }
}

/// An app wears a tag. One whose connector the company has is sanctioned, unless somebody said otherwise.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/governance-discovery>
pub fn wears(view: &TenantView, app: u32, tag: AppTag) -> bool {
    let told = discovery(view).told(app, tag);
    let connected = || {
        let mut connectors = ConnectorFacts::all(view);
        connectors.any(|connector| connector.app() == app || connector.children().any(|child| child == app))
    };
    told.unwrap_or_else(|| tag == AppTag::Sanctioned && connected())
}

/// The tags that an app wears.
pub fn tags(view: &TenantView, app: u32) -> impl Iterator<Item = AppTag> {
    AppTag::ALL.into_iter().filter(move |tag| wears(view, app, *tag))
}
