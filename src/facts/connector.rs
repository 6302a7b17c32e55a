//! An app connector: what it connects, how it stands, what it has delivered.

use crate::catalogue::apps::App;
use crate::catalogue::connector_errors::{ConnectorError, ERRORS};
use crate::catalogue::connectors::{Connectable, connectable};
use crate::catalogue::{apps, kinds};
use crate::model::command::By;
use crate::model::connector::{Connector, ConnectorStatus};
use crate::model::ids::{Hex24, Kind};
use crate::model::index::ConnectorNo;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::{AppFacts, PersonFacts, ids};

/// An app connector.
#[derive(Clone, Copy)]
pub struct ConnectorFacts<'a> {
    view: &'a TenantView,
    number: ConnectorNo,
    connector: &'a Connector,
}

/// How an app of the company is looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Something is wrong with a connector of it.
    NeedsAttention,
    /// A connector of it delivers, or is about to.
    Protected,
    /// It has none, or one that is switched off.
    NotProtected,
}

impl<'a> ConnectorFacts<'a> {
    /// Those that there are, in the order of being made.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        super::connectors(view).all().map(move |(number, connector)| Self { view, number, connector })
    }

    /// The connector with this number, even if it was removed since.
    pub fn ever(view: &'a TenantView, number: ConnectorNo) -> Option<Self> {
        Some(Self { view, number, connector: super::connectors(view).ever(number)? })
    }

    /// Its number.
    pub fn number(&self) -> ConnectorNo {
        self.number
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> Hex24 {
        ids::connector(self.view, self.number)
    }

    /// The number of its app.
    pub fn app(&self) -> u32 {
        self.connector.app
    }

    /// What the catalogue says of its app.
    pub fn row(&self) -> Option<&'static Connectable> {
        connectable(self.connector.app)
    }

    /// The name of its app.
    pub fn title(&self) -> &'static str {
        self.row().map_or("", Connectable::title)
    }

    /// The name of the instance; `None` for apps that a company has once.
    pub fn instance_name(&self) -> Option<&'a str> {
        self.connector.instance.as_deref()
    }

    /// The number of the instance, from 0 on.
    pub fn inst(&self) -> u32 {
        self.connector.inst
    }

    /// The instance as filters name it: its number above that of the app, whose number alone is that of instance 0.
    pub fn instance(&self) -> u64 {
        (u64::from(self.connector.inst) << 20) + u64::from(self.connector.app)
    }

    /// What a person would call it.
    pub fn display_name(&self) -> String {
        match self.instance_name() {
            Some(instance) if instance != self.title() => format!("{} ({instance})", self.title()),
            _ => self.title().to_owned(),
        }
    }

    /// How it stands.
    pub fn status(&self) -> ConnectorStatus {
        self.connector.status(self.view.now)
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&'static ConnectorError> {
        ERRORS.get(usize::from(self.connector.failing(self.view.now)?.error))
    }

    /// What the page says is wrong with it.
    pub fn message(&self) -> Option<String> {
        let message = self.error()?.message;
        let tenant = self.view.state.identity().id.to_string();
        Some(message.replace("<tenant>", &tenant).replace("<host>", &super::company(self.view).label))
    }

    /// Who connected it, if somebody of the tenant did.
    pub fn creator(&self) -> Option<&'a str> {
        self.named(&self.connector.creator)
    }

    /// When it was connected.
    pub fn created(&self) -> VirtualTime {
        self.connector.created
    }

    /// When it was checked last.
    pub fn last_check(&self) -> VirtualTime {
        self.connector.last_check(self.view.now)
    }

    /// When it was found to be well last.
    pub fn last_connected(&self) -> Option<VirtualTime> {
        self.connector.last_connected(self.view.now)
    }

    /// It is switched off.
    pub fn disabled(&self) -> bool {
        self.connector.disabled.is_some()
    }

    fn named(&self, by: &By) -> Option<&'a str> {
        match by {
            By::Person(person) => PersonFacts::of(self.view, *person).map(|person| person.upn()),
            By::Application(app) => AppFacts::of(self.view, *app).map(|app| app.display_name()),
            By::Operator => None,
        }
    }

    /// How many accounts of its app are known: those of whoever has work to do in it. None before the first pass of its
    /// first synchronisation is over, and none in an account of the app in which nothing is done.
    pub fn accounts(&self) -> u64 {
        let known = self.connector.ours && self.connector.accounts <= self.view.now;
        let counts = known && self.row().is_some_and(|row| row.can('U'));
        let world = self.view.state.world();
        let everybody = PersonFacts::all(self.view).take_while(|_| counts);
        everybody.filter(|person| world.works_in(person.index(), self.connector.app)).count() as u64
    }

    /// The other apps that it delivers, by number.
    pub fn children(&self) -> impl Iterator<Item = u32> {
        let app = self.connector.app;
        let apps = self.view.state.world().apps.iter();
        apps.filter(move |known| known.connector == app && known.number != app).map(|known| known.number)
    }
}

/// When what each connector delivered last happened, in their order. Walks the log back from its end until each of them was
/// met: as far as the one that has been silent longest has been silent.
pub fn last_activities(view: &TenantView) -> Vec<Option<VirtualTime>> {
    let connectors: Vec<&Connector> = super::connectors(view).all().map(|(_, connector)| connector).collect();
    let of_app = |app: u32| connectors.iter().position(|known| known.ours && known.app == app);
    let of_kind: Vec<Option<usize>> =
        kinds::KINDS.iter().map(|kind| apps::app(kind.app).and_then(|app| of_app(app.connector))).collect();
    let mut last = vec![None; connectors.len()];
    let mut left = connectors.iter().filter(|connector| connector.ours).count();
    let chunks = view.state.core().log.chunks(view.now).rev();
    for (chunk, row) in chunks.flat_map(|(_, chunk, shown)| (0..shown).rev().map(move |row| (chunk, row))) {
        if left == 0 {
            break;
        }
        let Some(Some(at)) = of_kind.get(usize::from(chunk.kind[row])) else { continue };
        if last[*at].is_none() {
            last[*at] = Some(chunk.event(row).timestamp());
            left -= 1;
        }
    }
    last
}

/// The apps of the catalogue that the company has, each with its id.
pub fn apps_of_company(view: &TenantView) -> impl Iterator<Item = (&'static App, Hex24)> {
    let world = view.state.world();
    // Far above the numbers of connectors, which have ids of the same kind.
    let id = |app: &App| world.ids.hex24(Kind::Connector, 1 << 32 | u64::from(app.number));
    world.apps.iter().map(move |app| (*app, id(app)))
}

/// The apps that the company has, each with how it is looked after, in the order of the catalogue; then those that are
/// connected besides.
pub fn apps_in_care(view: &TenantView) -> Vec<(u32, Care)> {
    let own = view.state.world().apps.iter().map(|app| app.connector);
    let connected = super::connectors(view).all().map(|(_, connector)| connector.app);
    let mut found: Vec<(u32, Care)> = Vec::new();
    for app in own.filter(|app| *app != kinds::CLOUD_APPS).chain(connected) {
        if found.iter().all(|(known, _)| *known != app) {
            found.push((app, care_of(view, app)));
        }
    }
    found
}

fn care_of(view: &TenantView, app: u32) -> Care {
    let statuses = ConnectorFacts::all(view).filter(|connector| connector.app() == app);
    let cares = statuses.map(|connector| match connector.status() {
        ConnectorStatus::Connecting | ConnectorStatus::Connected => Care::Protected,
        ConnectorStatus::ConnectedWithWarnings | ConnectorStatus::Error => Care::NeedsAttention,
        ConnectorStatus::Disabled => Care::NotProtected,
    });
    cares.min_by_key(|care| *care as u8).unwrap_or(Care::NotProtected)
}
