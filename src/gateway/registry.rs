//! The tenants of a server, and how a request finds its own.

mod revival;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::facts::{self, ActivityFacts};
use crate::faults::Counters;
use crate::identity::api_token::ApiToken;
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;
use crate::tenant::journal::store::{JournalStore, Lost};
use crate::tenant::{NotWritten, Tenant, TenantIdentity, TenantView, Wall};

use super::blocks::Blocks;
use super::date::DateHeader;
use super::devices::Devices;
use super::log::{Filing, RequestLog};
use super::throttle::Throttle;

pub use revival::Revival;

/// No server holds more forks that nobody keeps; see [`Registry::pass`].
pub const MOST_PASSING: usize = 16;

/// No server holds more tenants, forks included.
pub const MOST_TENANTS: usize = 1_024;

/// So many tenants are looked at for each request.
const FEW: usize = 32;

/// A tenant with more activities than these is large: looking through them takes milliseconds.
const LARGE: u64 = 25_000;

/// A tenant with its traces.
pub struct Entry {
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// The requests it was sent.
    pub log: RequestLog,
    /// Codes that people type for a device.
    pub devices: Devices,
    /// Parts of files that wait to be put together.
    pub(super) blocks: Blocks,
    /// How often its services were asked.
    pub throttle: Throttle,
    /// How often its faults acted.
    pub faults: Counters,
    /// Its API token.
    pub(super) api_token: ApiToken,
    /// When that was used last, in milliseconds since the epoch; [`i64::MIN`] if never.
    api_token_used: AtomicI64,
    /// What its clock shows, as a header.
    pub(super) date: DateHeader,
    /// Wall time at which it is dropped; forks may have one.
    pub expires: Option<VirtualTime>,
}

/// Why a tenant can't be added or dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// One with this id or host label is there.
    #[error(
        "a tenant with id {id} or host label {label:?} exists already; give the new one another `name` or `seed`, or fork that one"
    )]
    Exists {
        /// Its id.
        id: Guid,
        /// Its label.
        label: String,
    },
    /// Too many.
    #[error("this server holds {MOST_TENANTS} tenants, which is the cap; delete some")]
    Full,
    /// The first tenant stays.
    #[error("the first tenant of a server can't be deleted: requests that name no tenant go to it")]
    First,
    /// No such tenant.
    #[error("there is no such tenant")]
    Unknown,
    /// It was left off on its way.
    #[error("the start was left off on its way, as was asked for; nothing is changed by it")]
    Unwanted,
    /// Its journal can't be kept.
    #[error("the tenant's journal can't be kept: {0}")]
    Disk(String),
    /// Its journal can't be dropped.
    #[error("the tenant's journal can't be dropped, so the tenant may come back after a restart: {0}")]
    Undeleted(String),
}

/// The tenants. There is always at least one; the first is the default.
pub struct Registry {
    entries: ArcSwap<Vec<Arc<Entry>>>,
    writer: Mutex<()>,
    store: Option<JournalStore>,
    filing: Arc<Filing>,
    /// The most activities that any tenant was seen to have.
    largest: AtomicU64,
    /// Forks that nobody keeps, oldest first.
    passing: Mutex<VecDeque<Guid>>,
}

/// Whether a tenant survives the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Its journal is kept on disk, where the server has a data directory.
    OnDisk,
    /// It lives in memory, until the wall clock shows this, if it is said.
    InMemory(Option<VirtualTime>),
}

impl Entry {
    fn new(tenant: Arc<Tenant>, expires: Option<VirtualTime>, filing: &Arc<Filing>) -> Arc<Self> {
        Arc::new(Self {
            api_token: ApiToken::of(tenant.identity()),
            api_token_used: AtomicI64::new(i64::MIN),
            date: DateHeader::default(),
            tenant,
            log: RequestLog::of(filing),
            devices: Devices::default(),
            blocks: Blocks::default(),
            throttle: Throttle::default(),
            faults: Counters::default(),
            expires,
        })
    }

    /// It is the tenant with this identity, or can't be told from it by a client.
    fn is_same(&self, identity: &TenantIdentity) -> bool {
        let own = self.tenant.identity();
        own.id == identity.id || own.label == identity.label
    }

    /// Notes that the API token was used.
    pub(super) fn use_api_token(&self, at: VirtualTime) {
        self.api_token_used.store(at.millis(), Ordering::Relaxed);
    }

    /// When the API token was used last, as far as this process knows.
    pub fn api_token_used(&self) -> Option<VirtualTime> {
        let used = self.api_token_used.load(Ordering::Relaxed);
        (used != i64::MIN).then(|| VirtualTime::from_millis(used))
    }

    /// Its tenant owns this domain; so do the tenant's forks.
    pub fn owns(&self, domain: &str) -> bool {
        facts::company_of(&self.tenant).domain.eq_ignore_ascii_case(domain)
    }
}

impl Registry {
    /// A registry with its default tenant, in memory.
    pub fn new(first: Arc<Tenant>) -> Self {
        let filing = Arc::default();
        Self {
            entries: ArcSwap::from_pointee(vec![Entry::new(first, None, &filing)]),
            writer: Mutex::new(()),
            store: None,
            filing,
            largest: AtomicU64::new(0),
            passing: Mutex::default(),
        }
        .with_sizes()
    }

    fn with_sizes(self) -> Self {
        self.entries.load().iter().for_each(|entry| self.note_size(&entry.tenant));
        self
    }

    /// Some tenant is so large, or was, that its lists are looked through off the reactor.
    pub fn is_large(&self) -> bool {
        self.largest.load(Ordering::Relaxed) > LARGE
    }

    /// Notes how large a tenant is, as far as it is computed.
    pub fn note_size(&self, tenant: &Tenant) {
        let state = tenant.peek();
        let now = state.horizon();
        self.largest.fetch_max(ActivityFacts::count(&TenantView { state, now }), Ordering::Relaxed);
    }

    /// A registry that keeps journals: of the tenants that are stored already, else of the one that `first` makes.
    /// `wall` is the clock that theirs follow, and `told` hears of everything that whoever runs the server should know:
    /// torn lines, what was salvaged, commands that no longer apply.
    pub fn kept(
        store: JournalStore,
        first: impl FnOnce() -> Tenant,
        wall: &Wall,
        how: Revival,
        told: impl FnMut(String),
    ) -> Result<Self, RegistryError> {
        Self::kept_while(store, || Some(first()), wall, how, told, &|| true)
    }

    /// The same, as long as `wanted` says so: it is asked several times a second. `first` may be told no, too.
    ///
    /// # Errors
    /// When a journal can't be brought back, or it is not wanted any more.
    pub fn kept_while(
        store: JournalStore,
        first: impl FnOnce() -> Option<Tenant>,
        wall: &Wall,
        how: Revival,
        mut told: impl FnMut(String),
        wanted: &dyn Fn() -> bool,
    ) -> Result<Self, RegistryError> {
        store.warnings().iter().for_each(|warning| told(warning.clone()));
        revival::none_is_missing(&store, how, &mut told)?;
        let filing = Arc::default();
        let mut entries: Vec<(String, Arc<Entry>)> = Vec::new();
        for name in store.names().map_err(disk)? {
            let tenant = revival::revive(&store, &name, wall, how, &mut told, wanted)?;
            let entry = Entry::new(Arc::new(tenant), None, &filing);
            for (of, other) in &entries {
                if other.is_same(entry.tenant.identity()) {
                    return Err(RegistryError::Disk(format!(
                        "{of}.journal and {name}.journal are of the same tenant {}: move one of them away",
                        entry.tenant.identity().id
                    )));
                }
                entry.tenant.notice(&other.tenant);
                other.tenant.notice(&entry.tenant);
            }
            entries.push((name, entry));
        }
        let registry = Self {
            entries: ArcSwap::from_pointee(entries.into_iter().map(|(_, entry)| entry).collect()),
            writer: Mutex::new(()),
            store: Some(store),
            filing,
            largest: AtomicU64::new(0),
            passing: Mutex::default(),
        }
        .with_sizes();
        if registry.entries.load().is_empty() {
            registry.add(first().ok_or(RegistryError::Unwanted)?, Persistence::OnDisk)?;
        }
        Ok(registry)
    }

    /// The server stops: what is on disk by now is all, and is marked so. Without a mark the next start looks closer.
    ///
    /// # Errors
    /// When the mark can't be left.
    pub fn stop(&self) -> Result<(), Lost> {
        self.store.as_ref().map_or(Ok(()), JournalStore::stop)
    }

    /// Journals are kept, so that commands wait for the disk.
    pub fn keeps(&self) -> bool {
        self.store.is_some()
    }

    /// How many requests were filed, whichever tenant they were for.
    pub fn filing(&self) -> &Filing {
        &self.filing
    }

    /// The default tenant.
    pub fn first(&self) -> Arc<Entry> {
        // Never empty: `remove` refuses the first.
        Arc::clone(&self.entries.load()[0])
    }

    /// Reading some tenant now would have to compute. Of those beyond the first few the server takes care now and then:
    /// looking at each for each request would cost more than it saves.
    pub fn some_is_behind(&self) -> bool {
        self.entries.load().iter().take(FEW).any(|entry| entry.tenant.is_behind())
    }

    /// Some tenant has faults, or had some: a request may use one up.
    pub fn has_faults(&self) -> bool {
        self.entries.load().iter().any(|entry| facts::fault::has_any(&entry.tenant))
    }

    /// All of them, in the order of creation.
    pub fn list(&self) -> Arc<Vec<Arc<Entry>>> {
        self.entries.load_full()
    }

    /// Adds a tenant.
    pub fn add(&self, tenant: Tenant, kept: Persistence) -> Result<Arc<Entry>, RegistryError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = self.entries.load();
        if entries.len() >= MOST_TENANTS {
            return Err(RegistryError::Full);
        }
        if tenant.is_unnumbered() {
            return Err(RegistryError::Disk(NotWritten::Refused.to_string()));
        }
        let identity = tenant.identity();
        if let Some(entry) = entries.iter().find(|entry| entry.is_same(identity)) {
            let identity = entry.tenant.identity();
            return Err(RegistryError::Exists { id: identity.id, label: identity.label.clone() });
        }
        // Forks of the one among the others are known by their numbers, though no journal may have told of them.
        for entry in entries.iter() {
            tenant.notice(&entry.tenant);
            entry.tenant.notice(&tenant);
        }
        let expires = match (kept, &self.store) {
            (Persistence::InMemory(expires), _) => expires,
            (Persistence::OnDisk, None) => None,
            (Persistence::OnDisk, Some(store)) => {
                // Ordered by name as they were created: the first stays the default.
                let name = format!("{:06}-{}", self.next_number(store)?, identity.id);
                let file = tenant.first_file();
                tenant.keep(store.begin(&name, &file.write()).map_err(disk)?, file.steps.len());
                None
            }
        };
        let entry = Entry::new(Arc::new(tenant), expires, &self.filing);
        self.note_size(&entry.tenant);
        let mut next = entries.to_vec();
        next.push(Arc::clone(&entry));
        self.entries.store(Arc::new(next));
        Ok(entry)
    }

    fn next_number(&self, store: &JournalStore) -> Result<u64, RegistryError> {
        let stored = store.names().map_err(disk)?;
        let numbers = stored.iter().filter_map(|name| name.split('-').next()?.parse::<u64>().ok());
        Ok(numbers.max().unwrap_or(0) + 1)
    }

    /// Drops a tenant.
    pub fn remove(&self, id: Guid) -> Result<(), RegistryError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = self.entries.load();
        match entries.iter().position(|entry| entry.tenant.identity().id == id) {
            None => Err(RegistryError::Unknown),
            Some(0) => Err(RegistryError::First),
            Some(index) => {
                let mut next = entries.to_vec();
                let entry = next.remove(index);
                // The tenant goes: an advance that is under way is of no use to anybody.
                entry.tenant.stop_advancing();
                // As long as it may come back it stays, so that it can be deleted again.
                entry.tenant.forget().map_err(|lost| RegistryError::Undeleted(lost.to_string()))?;
                self.entries.store(Arc::new(next));
                Ok(())
            }
        }
    }

    /// Notes a fork that nobody keeps, which was made at the tenant `at`; answers the oldest of those above
    /// [`MOST_PASSING`], which are to be dropped. The tenant where somebody is just now is none of them.
    pub fn pass(&self, fork: Guid, at: Guid) -> Vec<Guid> {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        passing.retain(|id| self.by_id(*id).is_some());
        passing.push_back(fork);
        let surplus = passing.len().saturating_sub(MOST_PASSING);
        let oldest: Vec<Guid> = passing.iter().copied().filter(|id| *id != at).take(surplus).collect();
        passing.retain(|id| !oldest.contains(id));
        oldest
    }

    /// Some tenant is to be dropped by now.
    pub fn has_expired(&self, wall: VirtualTime) -> bool {
        self.entries.load().iter().any(|entry| entry.expires.is_some_and(|at| at <= wall))
    }

    /// Drops the tenants whose time is over.
    pub fn sweep(&self, wall: VirtualTime) {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = self.entries.load().to_vec();
        next.retain(|entry| entry.expires.is_none_or(|at| at > wall));
        self.entries.store(Arc::new(next));
    }

    fn find(&self, wanted: impl Fn(&Tenant) -> bool) -> Option<Arc<Entry>> {
        self.entries.load().iter().find(|entry| wanted(&entry.tenant)).cloned()
    }

    /// The tenant with this id.
    pub fn by_id(&self, id: Guid) -> Option<Arc<Entry>> {
        self.find(|tenant| tenant.identity().id == id)
    }

    /// The tenant with this host label.
    pub fn by_label(&self, label: &str) -> Option<Arc<Entry>> {
        self.find(|tenant| tenant.identity().label.eq_ignore_ascii_case(label))
    }

    /// The first tenant that owns this domain.
    pub fn by_domain(&self, domain: &str) -> Option<Arc<Entry>> {
        self.entries.load().iter().find(|entry| entry.owns(domain)).cloned()
    }

    /// The tenant whose API tokens carry this tag.
    pub fn by_tag(&self, tag: [u8; 8]) -> Option<Arc<Entry>> {
        self.find(|tenant| tenant.identity().id.bits().to_be_bytes()[..8] == tag)
    }

    /// The tenant that a person calls by id, host label or domain.
    pub fn by_name(&self, name: &str) -> Option<Arc<Entry>> {
        name.parse()
            .ok()
            .and_then(|id| self.by_id(id))
            .or_else(|| self.by_label(name))
            .or_else(|| self.by_domain(name))
    }
}

fn disk(problem: impl std::fmt::Display) -> RegistryError {
    RegistryError::Disk(problem.to_string())
}
