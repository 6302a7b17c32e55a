//! What happens on a server, for whoever follows it: requests as they are answered, and that tenants, clocks, faults or
//! scenarios have changed.
//!
//! A follower keeps what it told last and compares; nothing is collected for it, so a server that nobody follows pays
//! nothing, and one who follows slowly holds up nobody and misses what has made room meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::facts;
use crate::gateway::Gateway;
use crate::gateway::log::Entry;
use crate::gateway::registry::{self, Registry};
use crate::gateway::server_faults::ServerFaults;
use crate::model::ids::Guid;
use crate::model::index::FaultNo;
use crate::model::time::VirtualTime;
use crate::tenant::{Clock, Tenant, TenantView};

use super::requests::all::Of;

/// No more requests are told at once.
const MOST_REQUESTS: usize = 128;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A request was answered.
    Request(Box<Of<Entry>>),
    /// So many requests can't be told any more: they made room, were cleared, or their tenant is gone.
    Missed(u64),
    /// The list of tenants has changed, or one of their clocks is moved or runs otherwise.
    Tenants(Vec<TenantClock>),
    /// Faults of this tenant came, acted or ended; of the server, if none is named.
    Faults(Option<Guid>),
    /// Scenarios of this tenant were started or stopped, or steps were given.
    Scenarios(Guid),
}

/// A tenant and its clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TenantClock {
    /// Entra tenant id.
    pub id: Guid,
    /// The company's name.
    pub name: String,
    /// Host label.
    pub label: String,
    /// Its domain.
    pub domain: String,
    /// What its clock shows.
    pub now: VirtualTime,
    /// `follow`, `frozen` or `rate`.
    pub mode: &'static str,
    /// Virtual seconds per second.
    pub rate: f64,
    /// How many advances are under way.
    pub advancing: usize,
}

/// Follows a server.
pub struct Follower {
    registry: Arc<Registry>,
    server_faults: Arc<ServerFaults>,
    /// The request that was told last, by its place in the order of answers.
    filed: u64,
    known: Option<Known>,
    known_faults: [u64; 4],
}

/// What the tenants were like when they were told last.
type Known = BTreeMap<Guid, Mark>;

/// What is compared of a tenant.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    clock: Clock,
    advancing: usize,
    faults: FaultMark,
    scenarios: ScenarioMark,
}

/// The life of the tenant, the fault that was added last, how many are there, how often they were met and acted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct FaultMark(u64, Option<FaultNo>, usize, u64, u64);

/// How many scenarios were started, how many of them were stopped, how many steps were given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ScenarioMark(usize, usize, usize);

/// The tenant as far as it is computed: at this instant, or at an earlier one where its clock has gone further. Neither
/// computes nor waits, since a reactor asks.
fn glance(tenant: &Tenant) -> TenantView {
    let state = tenant.peek();
    let now = tenant.now().min(state.horizon());
    TenantView { state, now }
}

impl Mark {
    fn of(entry: &registry::Entry) -> Self {
        let view = glance(&entry.tenant);
        Self {
            clock: entry.tenant.clock(),
            advancing: entry.tenant.advancing(),
            faults: FaultMark::of(entry, &view),
            scenarios: ScenarioMark::of(&view),
        }
    }
}

impl FaultMark {
    fn of(entry: &registry::Entry, view: &TenantView) -> Self {
        let faults = facts::fault::all(view);
        if faults.is_empty() {
            return Self::default();
        }
        let life = entry.tenant.life();
        let last = faults.until(view.now).last().map(|fault| fault.number);
        let mut mark = Self(life, last, faults.at(view.now).count(), 0, 0);
        for fault in faults.until(view.now) {
            let count = entry.faults.of(life, fault.number);
            mark.3 += count.matched;
            mark.4 += count.acted;
        }
        mark
    }
}

impl ScenarioMark {
    fn of(view: &TenantView) -> Self {
        let mut mark = Self::default();
        for run in facts::fault::runs(view) {
            let ahead = run.done.iter().rev().take_while(|done| done.at > view.now).count();
            mark.0 += 1;
            mark.1 += usize::from(run.stopped.is_some_and(|at| at <= view.now));
            mark.2 += run.done.len() - ahead;
        }
        mark
    }
}

impl Follower {
    /// Follows the server from now on, or from behind the request that had this place in the order of answers. A place
    /// that was not given yet is one of an earlier life of the server: then everything is told that is still there.
    pub fn new(gateway: &Gateway, after: Option<u64>) -> Self {
        let (registry, server_faults) = (Arc::clone(&gateway.registry), Arc::clone(&gateway.server_faults));
        let last = registry.filing().last();
        let filed = after.map_or(last, |after| if after > last { 0 } else { after });
        Self { registry, server_faults, filed, known: None, known_faults: [0; 4] }
    }

    /// The place of the request that was told last.
    pub fn place(&self) -> u64 {
        self.filed
    }

    /// What has happened since it was asked last. The first time that is how the tenants are; of many requests some are
    /// left for the next time.
    pub fn news(&mut self) -> Vec<Event> {
        let mut news = Vec::new();
        let entries = self.registry.list();
        let marks: Known =
            entries.iter().map(|entry| (entry.tenant.identity().id, Mark::of(entry))).collect();
        self.changes(&entries, &marks, &mut news);
        self.known = Some(marks);
        let of_server = self.server_faults.mark();
        if std::mem::replace(&mut self.known_faults, of_server) != of_server {
            news.push(Event::Faults(None));
        }
        self.requests(&entries, &mut news);
        news
    }

    fn changes(&self, entries: &[Arc<registry::Entry>], marks: &Known, news: &mut Vec<Event>) {
        let clocks = |marks: &Known| -> Vec<(Guid, Clock, usize)> {
            marks.iter().map(|(id, mark)| (*id, mark.clock, mark.advancing)).collect()
        };
        if self.known.as_ref().is_none_or(|known| clocks(known) != clocks(marks)) {
            news.push(Event::Tenants(entries.iter().map(|entry| clock_of(entry)).collect()));
        }
        for (id, mark) in marks {
            let known = self.known.as_ref().and_then(|known| known.get(id));
            if known.map(|known| known.faults).unwrap_or_default() != mark.faults {
                news.push(Event::Faults(Some(*id)));
            }
            if known.map(|known| known.scenarios).unwrap_or_default() != mark.scenarios {
                news.push(Event::Scenarios(*id));
            }
        }
    }

    fn requests(&mut self, entries: &[Arc<registry::Entry>], news: &mut Vec<Event>) {
        let last = self.registry.filing().last();
        if last == self.filed {
            return;
        }
        let mut found: Vec<Of<Entry>> = Vec::new();
        for entry in entries {
            let tenant = entry.tenant.identity().id;
            let of_tenant = entry.log.filed(self.filed, last, MOST_REQUESTS);
            found.extend(of_tenant.into_iter().map(|of| Of { tenant, of }));
        }
        found.sort_by_key(|found| found.of.filed);
        let until = found.get(MOST_REQUESTS).map_or(last, |next| next.of.filed - 1);
        found.truncate(MOST_REQUESTS);
        let missed = (until - self.filed).saturating_sub(found.len() as u64);
        if missed > 0 {
            news.push(Event::Missed(missed));
        }
        news.extend(found.into_iter().map(|found| Event::Request(Box::new(found))));
        self.filed = until;
    }
}

fn clock_of(entry: &registry::Entry) -> TenantClock {
    let (tenant, company) = (&entry.tenant, facts::company_of(&entry.tenant));
    let clock = tenant.clock();
    TenantClock {
        id: tenant.identity().id,
        name: company.name.clone(),
        label: tenant.identity().label.clone(),
        domain: company.domain.clone(),
        now: tenant.now(),
        mode: clock.mode_name(),
        rate: clock.rate(),
        advancing: tenant.advancing(),
    }
}
