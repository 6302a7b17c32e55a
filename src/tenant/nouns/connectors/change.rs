//! What commands change about connectors, and what of that the product's own log tells.

use std::sync::Arc;

use crate::catalogue::connector_errors::{ERRORS, Remedy};
use crate::catalogue::connectors::{Backfill, connectable};
use crate::catalogue::kinds;
use crate::generate::World;
use crate::model::command::By;
use crate::model::connector::{Connector, ConnectorCommand, ConnectorStatus, Failure, OfConnector};
use crate::model::index::{ConnectorNo, KindCode, ObjectNo};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::super::{Made, Moment, activities, alerts};
use super::catch_up::{fetch_what_was_missed, synchronise};
use super::{ConnectorRefusal, Connectors, MOST_CONNECTORS};

pub(in crate::tenant::nouns) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &ConnectorCommand,
) -> Result<Made, ConnectorRefusal> {
    let at = moment.at;
    let (number, by, kind): (ConnectorNo, &By, KindCode) = match command {
        ConnectorCommand::ConnectApp { app, instance, by } => {
            let number = core.connectors.connect(moment.world, at, *app, instance.as_ref(), by)?;
            synchronise(core, number, at);
            (number, by, kinds::CONNECT_APP)
        }
        ConnectorCommand::DisableConnector(OfConnector { connector, by }) => {
            core.connectors.disable(*connector, at, by)?;
            (*connector, by, kinds::DISABLE_CONNECTOR)
        }
        ConnectorCommand::EnableConnector(OfConnector { connector, by }) => {
            if core.connectors.enable(*connector, at)? {
                synchronise(core, *connector, at);
            }
            (*connector, by, kinds::CHANGE_CONNECTOR_TOKEN)
        }
        ConnectorCommand::RemoveConnector(OfConnector { connector, by }) => {
            let removed = core.connectors.edit(*connector)?;
            removed.removed = true;
            removed.round += 1;
            (*connector, by, kinds::REMOVE_CONNECTOR)
        }
        ConnectorCommand::TestConnector(OfConnector { connector, by }) => {
            if core.connectors.test(*connector, at)? {
                fetch_what_was_missed(core, *connector, at);
            }
            (*connector, by, kinds::TEST_CONNECTOR)
        }
        ConnectorCommand::BreakConnector { connector, error, warning } => {
            if core.connectors.fail(*connector, at, *error, *warning)? {
                fetch_what_was_missed(core, *connector, at);
            }
            if let Some(round) =
                core.connectors.ever(*connector).map(|known| known.round).filter(|_| !warning)
            {
                alerts::plan_dead_connector(core, at, *connector, round);
            }
            return Ok(Made::Nothing);
        }
        ConnectorCommand::RepairConnector { connector } => {
            if let Some(from) = core.connectors.repair(*connector, at)? {
                fetch_what_was_missed(core, *connector, from);
            }
            return Ok(Made::Nothing);
        }
    };
    let actor = activities::actor_of(core, moment.world, by);
    activities::record_command(core, moment, actor, kind, ObjectNo::of_connector(number));
    Ok(Made::Nothing)
}

/// The name of an instance to which nobody gave one.
pub(super) fn usual_name(app: u32) -> Option<Arc<str>> {
    connectable(app).filter(|app| !app.single()).map(|app| app.name.into())
}

impl Connectors {
    /// A connector that is there, to be changed.
    pub(super) fn edit(&mut self, number: ConnectorNo) -> Result<&mut Connector, ConnectorRefusal> {
        let found = self.made.get_mut(number.index()).filter(|connector| !connector.removed);
        self.touched |= found.is_some();
        found.map(Arc::make_mut).ok_or(ConnectorRefusal::NoConnector(number))
    }

    fn connect(
        &mut self,
        world: &World,
        at: VirtualTime,
        app: u32,
        instance: Option<&Arc<str>>,
        by: &By,
    ) -> Result<ConnectorNo, ConnectorRefusal> {
        let row = connectable(app).ok_or(ConnectorRefusal::NoApp(app))?;
        if row.single() && instance.is_some() {
            return Err(ConnectorRefusal::Nameless { app: row.name });
        }
        let instance = instance.cloned().or_else(|| usual_name(app));
        let those: Vec<&Connector> =
            self.all().map(|(_, connector)| connector).filter(|connector| connector.app == app).collect();
        if those.iter().any(|connector| connector.instance == instance) {
            let what = match &instance {
                Some(instance) => format!("{} as {instance:?}", row.name),
                None => row.name.to_owned(),
            };
            return Err(ConnectorRefusal::Exists { what });
        }
        // One more than there are is free at the latest.
        let inst = (0..=those.len() as u32)
            .find(|inst| those.iter().all(|connector| connector.inst != *inst))
            .unwrap_or_default();
        let ours = world.apps.iter().any(|used| used.connector == app)
            && !those.iter().any(|connector| connector.ours);
        let number = ConnectorNo::at(self.made.len()).filter(|_| self.made.len() < MOST_CONNECTORS);
        let number = number.ok_or(ConnectorRefusal::TooMany)?;
        self.made.push_back(Arc::new(Connector {
            app,
            instance,
            inst,
            creator: by.clone(),
            created: at,
            ours,
            checked: at,
            accounts: at,
            synced: at,
            well: None,
            failure: None,
            disabled: None,
            removed: false,
            round: 0,
        }));
        self.touched = true;
        if row.backfill == Backfill::FromConnection {
            self.missed.remove(&app);
        }
        Ok(number)
    }

    fn disable(&mut self, number: ConnectorNo, at: VirtualTime, by: &By) -> Result<(), ConnectorRefusal> {
        let connector = self.edit(number)?;
        if connector.disabled.is_some() {
            return Err(ConnectorRefusal::Disabled);
        }
        connector.well = connector.last_connected(at);
        connector.disabled = Some((at, by.clone()));
        connector.round += 1;
        Ok(())
    }

    /// Runs the wizard again: whether it is connected now.
    fn enable(&mut self, number: ConnectorNo, at: VirtualTime) -> Result<bool, ConnectorRefusal> {
        let connector = self.edit(number)?;
        if connector.disabled.take().is_none() {
            return Err(ConnectorRefusal::NotDisabled);
        }
        connector.heal(at, |remedy| remedy != Remedy::Outside);
        connector.checked = at;
        connector.round += 1;
        let (app, stops) = (connector.app, connector.status(at) == ConnectorStatus::Error);
        if connectable(app).is_some_and(|row| row.backfill == Backfill::FromConnection) {
            self.missed.remove(&app);
        }
        Ok(!stops)
    }

    /// Checks it now: whether it delivers again because of that.
    fn test(&mut self, number: ConnectorNo, at: VirtualTime) -> Result<bool, ConnectorRefusal> {
        let connector = self.edit(number)?;
        if connector.disabled.is_some() {
            return Err(ConnectorRefusal::Disabled);
        }
        let before = connector.status(at);
        connector.well = connector.last_connected(at);
        connector.checked = at;
        connector.heal(at, |remedy| remedy == Remedy::Test);
        Ok(before == ConnectorStatus::Error && connector.status(at) != before)
    }

    /// Lets it fail: whether it delivers again because a warning has taken the place of an error.
    fn fail(
        &mut self,
        number: ConnectorNo,
        at: VirtualTime,
        error: u16,
        warning: bool,
    ) -> Result<bool, ConnectorRefusal> {
        let row = ERRORS.get(usize::from(error)).ok_or(ConnectorRefusal::NoError(error))?;
        let connector = self.edit(number)?;
        if !row.fits(connector.app) {
            let those = ERRORS.iter().filter(|row| row.fits(connector.app)).map(|row| row.name);
            let those = those.collect::<Vec<_>>().join(", ");
            return Err(ConnectorRefusal::OfAnother {
                error: row.name,
                of: row.of().unwrap_or_default(),
                those,
            });
        }
        if connector.disabled.is_some() {
            return Err(ConnectorRefusal::Disabled);
        }
        let before = connector.status(at);
        connector.well = connector.last_connected(at);
        connector.checked = at;
        connector.failure = Some(Failure { error, warning, heals: None });
        if !warning {
            connector.round += 1;
        }
        Ok(warning && before == ConnectorStatus::Error)
    }

    /// Mends it: from when on it delivers again, if it did not.
    fn repair(
        &mut self,
        number: ConnectorNo,
        at: VirtualTime,
    ) -> Result<Option<VirtualTime>, ConnectorRefusal> {
        let connector = self.edit(number)?;
        let failing = *connector.failing(at).ok_or(ConnectorRefusal::Well)?;
        if let Some(at) = failing.heals {
            return Err(ConnectorRefusal::Mended { at });
        }
        let off = connector.disabled.is_some();
        let heals = if off { at } else { connector.next_check(at) };
        connector.failure = Some(Failure { heals: Some(heals), ..failing });
        Ok((!off && !failing.warning).then_some(heals))
    }
}

impl Connector {
    /// What is wrong with it ends now if it was mended, or if what is done now mends it.
    fn heal(&mut self, at: VirtualTime, mends: impl Fn(Remedy) -> bool) {
        let Some(failure) = self.failing(at).copied() else { return };
        let remedy = ERRORS.get(usize::from(failure.error)).map(|row| row.remedy);
        if failure.heals.is_some() || remedy.is_some_and(mends) {
            self.failure = Some(Failure { heals: Some(at), ..failure });
        }
    }
}
