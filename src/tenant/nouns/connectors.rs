//! The app connectors of a tenant: which apps are connected, how each connector stands, and what becomes of activities
//! while one is down.
//!
//! Commands alone change a connector; its checks and the end of its synchronisation follow from instants that it holds.
//! What an app has to tell while its connector is down waits here, seven days of it at most, and comes in late
//! (`catch_up`).
//!
//! Must never know: HTTP, wording of surfaces.

mod catch_up;
mod change;

use std::sync::Arc;

use crate::catalogue::{apps, kinds};
use crate::generate::World;
use crate::model::activity::Event;
use crate::model::command::By;
use crate::model::connector::Connector;
use crate::model::index::{ConnectorNo, KindCode, RowNo};
use crate::model::person::Persona;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

pub(in crate::tenant) use catch_up::Due;
pub(super) use catch_up::run;
pub(super) use change::decide;

/// No tenant is given more connectors, those included that were removed.
pub const MOST_CONNECTORS: usize = 1_000;

/// How far back a connector fetches what it has missed.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/enable-instant-visibility-protection-and-governance-actions-for-your-apps>
/// (seven days before the connection); that it is so after an error, too, is (unverified).
pub const BACKFILL: Span = Span::days(7);

/// The connectors, in the order of being made. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Connectors {
    /// Those that were removed included.
    made: imbl::Vector<Arc<Connector>>,
    /// What has happened in apps whose connector was down, by the number of the app, in the order in which it would have
    /// come in: [`BACKFILL`] of it at most.
    missed: imbl::OrdMap<u32, imbl::Vector<Event>>,
    /// A command was about them: until then everything comes in.
    touched: bool,
}

/// Why a command about connectors is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorRefusal {
    /// No such app.
    #[error("there is no app with number {0} that can be connected")]
    NoApp(u32),
    /// The app has no named instances.
    #[error("{app} is connected once, and its connector has no name: leave `instance` out")]
    Nameless {
        /// The app.
        app: &'static str,
    },
    /// There is one already.
    #[error(
        "{what} is connected already: `removeConnector` removes its connector, another `instance` is another account"
    )]
    Exists {
        /// The app, and the instance.
        what: String,
    },
    /// There are too many.
    #[error("a tenant has at most {MOST_CONNECTORS} connectors, those included that were removed")]
    TooMany,
    /// There is no such connector (any more).
    #[error("there is no connector with number {0} in this tenant")]
    NoConnector(ConnectorNo),
    /// It is switched off.
    #[error("the connector is disabled: `enableConnector` switches it on")]
    Disabled,
    /// It is on.
    #[error("the connector is not disabled")]
    NotDisabled,
    /// No such error.
    #[error("there is no error {0} of connectors")]
    NoError(u16),
    /// The error is another app's.
    #[error("the error {error:?} is one of {of}: this connector can have {those}")]
    OfAnother {
        /// The error.
        error: &'static str,
        /// Whose it is.
        of: &'static str,
        /// Those that it can have.
        those: String,
    },
    /// Nothing is wrong with it.
    #[error("nothing is wrong with the connector")]
    Well,
    /// It was mended, and that is not noticed yet.
    #[error("the connector is mended, and the check at {at} will notice it; `testConnector` does at once")]
    Mended {
        /// When.
        at: VirtualTime,
    },
}

impl Connectors {
    /// Those of the apps that the company has connected, since `at`.
    pub(in crate::tenant) fn born(world: &World, at: VirtualTime) -> Self {
        let creator = world.persona(Persona::GlobalAdmin).map_or(By::Operator, By::Person);
        let mut made = imbl::Vector::<Arc<Connector>>::new();
        for app in &world.apps {
            let known = made.iter().any(|connector| connector.app == app.connector);
            if app.connector != kinds::CLOUD_APPS && !known {
                made.push_back(Arc::new(Connector {
                    app: app.connector,
                    instance: change::usual_name(app.connector),
                    inst: 0,
                    creator: creator.clone(),
                    created: at,
                    ours: true,
                    checked: at,
                    accounts: at,
                    synced: at,
                    well: None,
                    failure: None,
                    disabled: None,
                    removed: false,
                    round: 0,
                }));
            }
        }
        Self { made, ..Self::default() }
    }

    /// The connectors that there are, in the order of being made.
    pub fn all(&self) -> impl Iterator<Item = (ConnectorNo, &Connector)> {
        let made = self.made.iter().map(|connector| &**connector);
        ConnectorNo::numbered(made).filter(|(_, connector)| !connector.removed)
    }

    /// The connector with this number, even if it was removed.
    pub fn ever(&self, number: ConnectorNo) -> Option<&Connector> {
        self.made.get(number.index()).map(|connector| &**connector)
    }

    /// The connector that tells what the company does in an app.
    pub fn of_app(&self, app: u32) -> Option<(ConnectorNo, &Connector)> {
        self.all().find(|(_, connector)| connector.app == app && connector.ours)
    }

    /// What happens in an app comes in at `at`. What no connector ever delivered always does.
    fn takes(&self, app: u32, at: VirtualTime) -> bool {
        if !self.touched {
            return true;
        }
        match self.of_app(app) {
            Some((_, connector)) => connector.status(at).delivers(),
            None => !self.made.iter().any(|connector| connector.app == app && connector.ours),
        }
    }

    /// Keeps an activity that does not come in.
    fn miss(&mut self, app: u32, event: &Event) {
        let missed = self.missed.entry(app).or_default();
        let limit = event.created - BACKFILL;
        while missed.front().is_some_and(|oldest| oldest.timestamp() < limit) {
            missed.pop_front();
        }
        missed.push_back(*event);
    }

    /// One of the activities that have not come in is of this kind.
    pub(super) fn misses(&self, wanted: impl Fn(&Event) -> bool) -> bool {
        self.missed.values().flatten().any(wanted)
    }
}

/// Lets an activity come in at its `created`, or keeps it until the connector of its app delivers again: the number of
/// its row, if it came in.
pub(super) fn deliver(core: &mut Core, world: &World, event: &Event) -> Option<RowNo> {
    if let Some(app) = connector_of(event.kind).filter(|app| !core.connectors.takes(*app, event.created)) {
        core.connectors.miss(app, event);
        return None;
    }
    Some(core.record(world, event))
}

/// The app whose connector delivers activities of a kind.
fn connector_of(kind: KindCode) -> Option<u32> {
    let app = kinds::KINDS.get(kind.index())?.app;
    apps::app(app).map(|app| app.connector)
}
