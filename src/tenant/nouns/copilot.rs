//! The connection of Copilot for Security to Defender for Cloud Apps: what is stored of it, how commands change it, what
//! falls due.
//!
//! It stands on the directory as it is: consent is a grant there, and taking that back, or ending the sessions of who
//! consented, shows here at the same instant. Must never know: HTTP, pages, wording.

mod change;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalogue::resources::CLOUD_APPS_LICENCES;
use crate::model::command::By;
use crate::model::copilot::{
    Blocked, BrowserProfile, Capacity, Channel, ClassicPortal, ConnectionEvent, ConnectionTimes, Consent,
    Happened, NetworkKind, Reason, Session, SourceHost,
};
use crate::model::ids::Guid;
use crate::model::index::{PersonIx, RowNo};
use crate::model::time::VirtualTime;

pub use change::CopilotRefusal;
pub(super) use change::{decide, observe, run};

/// No connection remembers more events.
const MOST_EVENTS: usize = 4_096;

/// What falls due.
#[derive(Clone, Copy, Debug)]
pub(in crate::tenant) enum Due {
    /// The time of a session is over.
    SessionEnds { since: VirtualTime },
    /// The time of a consent is over.
    ConsentEnds { since: VirtualTime },
    /// Somebody looks at the network.
    Check,
    /// Capacity has been made.
    Provisioned { since: VirtualTime },
}

/// The connection and what it depends on.
#[derive(Clone, Debug)]
pub struct Connection {
    /// It is switched on.
    pub on: bool,
    /// When it was switched last.
    pub toggled: Option<VirtualTime>,
    /// When it was switched off last.
    pub last_off: Option<VirtualTime>,
    /// It was switched on again too soon, and not off since.
    pub too_soon: bool,
    /// How consent stands.
    pub consent: Consent,
    /// The consent that was given last.
    pub given: Option<Given>,
    /// How the session stands.
    pub session: Session,
    /// When it was made, and when its time is over.
    pub session_time: Option<(VirtualTime, VirtualTime)>,
    /// The dialog of consent that was asked for last.
    pub dialog: Option<Dialog>,
    /// Copilot is set up in the tenant.
    pub copilot_enabled: bool,
    /// The capacity.
    pub capacity: Capacity,
    /// Since when it is as it is, if that was ever changed.
    pub capacity_since: Option<VirtualTime>,
    /// Part numbers of the products that the tenant has licences for.
    pub subscriptions: Arc<BTreeSet<Arc<str>>>,
    /// What becomes of requests to a host.
    pub network: BTreeMap<SourceHost, NetworkKind>,
    /// What became of them when somebody looked last.
    pub seen: BTreeMap<SourceHost, NetworkKind>,
    /// When somebody looked last.
    pub checked: Option<VirtualTime>,
    /// The channel between both products.
    pub channel: Channel,
    /// The usual browser.
    pub browser: Arc<BrowserProfile>,
    /// Who has switched the source off for himself.
    pub switched_off: imbl::OrdSet<PersonIx>,
    /// What somebody saw who looked at the sources, and when.
    pub pages: imbl::OrdMap<PersonIx, Arc<Page>>,
    /// What is found at the address of the former portal.
    pub classic_portal: ClassicPortal,
    /// Lengths of time.
    pub times: ConnectionTimes,
    /// What happened, oldest first.
    pub events: imbl::Vector<Arc<ConnectionEvent>>,
    /// Whether somebody is to look at the network.
    check_is_due: bool,
    /// The reason that was told last; `Some(None)` while connected.
    told: Option<Option<Reason>>,
    /// A prerequisite was missing when it was looked at last.
    lacked: Option<Reason>,
    dialogs: u32,
}

/// A consent that was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// By whom.
    pub by: By,
    /// When.
    pub at: VirtualTime,
    /// The client that it was given to.
    pub client: Guid,
    /// The resources that it lets it ask.
    pub resources: Vec<Guid>,
    /// When its time is over.
    pub until: Option<VirtualTime>,
}

/// A dialog of consent.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// Its number: 1, 2, 3, …
    pub number: u32,
    /// When it was asked for.
    pub since: VirtualTime,
    /// When it stops waiting.
    pub until: VirtualTime,
    /// What the browser does to it.
    pub blocked: Option<Blocked>,
    /// It was shown.
    pub opened: bool,
    /// It was answered.
    pub answered: bool,
}

/// What somebody saw of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// When.
    pub at: VirtualTime,
    /// The reasons; none while connected.
    pub reasons: Vec<Reason>,
}

impl Connection {
    /// That of a tenant at birth: switched off, with everything that it needs.
    pub fn born() -> Self {
        Self {
            on: false,
            toggled: None,
            last_off: None,
            too_soon: false,
            consent: Consent::None,
            given: None,
            session: Session::None,
            session_time: None,
            dialog: None,
            copilot_enabled: true,
            capacity: Capacity::Ok,
            capacity_since: None,
            subscriptions: Arc::new(["SPE_E5".into()].into()),
            network: BTreeMap::new(),
            seen: BTreeMap::new(),
            checked: None,
            channel: Channel::Open,
            browser: Arc::default(),
            switched_off: imbl::OrdSet::new(),
            pages: imbl::OrdMap::new(),
            classic_portal: ClassicPortal::default(),
            times: ConnectionTimes::default(),
            events: imbl::Vector::new(),
            check_is_due: false,
            told: None,
            lacked: None,
            dialogs: 0,
        }
    }

    /// The tenant has a licence for Defender for Cloud Apps.
    pub fn is_licensed(&self) -> bool {
        self.subscribes_to(&CLOUD_APPS_LICENCES)
    }

    /// The tenant has one of these products, by part number, or none is needed.
    pub fn subscribes_to(&self, licences: &[&str]) -> bool {
        licences.is_empty() || licences.iter().any(|sku| self.subscriptions.contains(*sku))
    }

    /// The dialog of consent that waits for an answer now.
    pub fn waiting_dialog(&self, now: VirtualTime) -> Option<&Dialog> {
        let waits = |dialog: &&Dialog| !dialog.answered && now < dialog.until;
        self.dialog.as_ref().filter(|_| self.consent == Consent::Pending).filter(waits)
    }

    /// A dialog of this number was asked for once.
    pub fn has_asked(&self, dialog: u32) -> bool {
        (1..=self.dialogs).contains(&dialog)
    }

    /// What becomes of requests to a host.
    pub fn network(&self, host: SourceHost) -> NetworkKind {
        self.network.get(&host).copied().unwrap_or_default()
    }

    /// Milliseconds until it may be switched on again without being too soon.
    pub fn wait(&self, now: VirtualTime) -> i64 {
        let free = self.last_off.map_or(now, |off| off + self.times.reconnect_wait);
        (free - now).as_millis().max(0)
    }

    fn happened(&mut self, at: VirtualTime, what: Happened, by: Option<By>) {
        if self.events.len() >= MOST_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(Arc::new(ConnectionEvent { at, what, by, activity: None }));
    }

    /// Notes which activity tells of what happened last of this kind.
    fn told_by(&mut self, what: Happened, activity: RowNo) {
        let last = self.events.iter().rposition(|event| event.what == what);
        if let Some(event) = last.and_then(|place| self.events.get_mut(place)) {
            Arc::make_mut(event).activity = Some(activity);
        }
    }
}
