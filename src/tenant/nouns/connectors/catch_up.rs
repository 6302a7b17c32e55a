//! How what was missed comes in once a connector delivers (again): by the minute, as fast as vendors let it through, the
//! oldest first. What happens meanwhile comes in at once, but for the time of a first synchronisation, at whose end all
//! is there.
//!
//! First accounts are fetched, then activities; a first synchronisation lasts four hours at most
//! (<https://learn.microsoft.com/defender-cloud-apps/protect-atlassian>, for one). How long either takes within that is
//! (unverified).

use crate::model::activity::Event;
use crate::model::connector::ConnectorStatus;
use crate::model::index::ConnectorNo;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::super::Moment;
use super::BACKFILL;

/// How long a first synchronisation fetches accounts only.
pub(super) const ACCOUNTS: Span = Span::minutes(15);
/// So many activities come in a minute, …
const ROWS: usize = 200;
/// … and more, where it would take more minutes than these.
const MOST_MINUTES: usize = 225;
/// Between two of its passes.
const PASS: Span = Span::minutes(1);

/// What falls due.
#[derive(Clone, Debug)]
pub(in crate::tenant) enum Due {
    /// A connector fetches some of what was missed.
    CatchUp(Pass),
}

/// A connector fetches what was missed.
#[derive(Clone, Debug)]
pub(in crate::tenant) struct Pass {
    connector: ConnectorNo,
    /// Void if it has begun anew since.
    round: u32,
    /// Nothing that happened before is fetched.
    since: VirtualTime,
    /// How many activities; settled by the first pass.
    rows: Option<usize>,
    /// Until when a first synchronisation lasts.
    until: Option<VirtualTime>,
}

fn minutes(missed: usize) -> usize {
    missed.div_ceil(ROWS).clamp(1, MOST_MINUTES)
}

/// How many activities of an app wait.
fn waiting(core: &Core, app: u32) -> usize {
    core.connectors.missed.get(&app).map_or(0, imbl::Vector::len)
}

/// Begins the first synchronisation of a connector at `at`, which is the present, or that of its next check.
pub(super) fn synchronise(core: &mut Core, number: ConnectorNo, at: VirtualTime) {
    let Some(app) = core.connectors.ever(number).map(|connector| connector.app) else { return };
    let missed = waiting(core, app);
    let Ok(connector) = core.connectors.edit(number) else { return };
    let lasts = minutes(if connector.ours { missed } else { 0 });
    if connector.well.is_none() {
        connector.accounts = at + ACCOUNTS;
    }
    connector.synced = at + ACCOUNTS + Span::minutes(lasts as i64);
    let (round, until, ours) = (connector.round, connector.synced, connector.ours);
    if ours {
        let rows = Some(missed.div_ceil(lasts).max(ROWS));
        let pass = Pass { connector: number, round, since: at - BACKFILL, rows, until: Some(until) };
        plan(core, at + ACCOUNTS + PASS, pass);
    }
}

/// Lets a connector that delivers again from `from` on fetch what it has missed. One that never was well begins with its
/// first synchronisation.
pub(super) fn fetch_what_was_missed(core: &mut Core, number: ConnectorNo, from: VirtualTime) {
    let Ok(connector) = core.connectors.edit(number) else { return };
    connector.round += 1;
    let connecting = connector.status(from) == ConnectorStatus::Connecting;
    if connecting && connector.well.is_none() {
        return synchronise(core, number, from);
    }
    if connector.ours {
        let until = connecting.then_some(connector.synced);
        let pass =
            Pass { connector: number, round: connector.round, since: from - BACKFILL, rows: None, until };
        plan(core, from + PASS, pass);
    }
}

fn plan(core: &mut Core, at: VirtualTime, pass: Pass) {
    core.schedule(at, super::super::Due::Connectors(Due::CatchUp(pass)));
}

pub(in crate::tenant::nouns) fn run(core: &mut Core, moment: Moment<'_>, due: Due) {
    let Due::CatchUp(mut pass) = due;
    let at = moment.at;
    let connector = core.connectors.ever(pass.connector).filter(|connector| connector.round == pass.round);
    let Some(app) = connector.map(|connector| connector.app) else { return };
    let waits = waiting(core, app);
    let rows = *pass.rows.get_or_insert_with(|| waits.div_ceil(MOST_MINUTES).max(ROWS));
    // At the end of a first synchronisation all is there, what has happened since it began included.
    let ends = pass.until.is_some_and(|until| at >= until);
    let now = if ends { waits } else { rows.min(waits) };
    for event in take(core, app, now).iter().filter(|event| event.timestamp() >= pass.since) {
        let lag = u32::try_from((at - event.timestamp()).as_millis()).unwrap_or(u32::MAX);
        core.record(moment.world, &Event { created: at, lag, ..*event });
    }
    let goes_on = if pass.until.is_some() { !ends } else { now < waits };
    if goes_on {
        let next = at + PASS;
        let next = pass.until.map_or(next, |until| next.min(until));
        plan(core, next, pass);
    }
}

/// The oldest of what an app has to tell, which no longer waits then.
fn take(core: &mut Core, app: u32, count: usize) -> imbl::Vector<Event> {
    let Some(mut taken) = core.connectors.missed.remove(&app) else { return imbl::Vector::new() };
    let rest = taken.split_off(count.min(taken.len()));
    if !rest.is_empty() {
        core.connectors.missed.insert(app, rest);
    }
    taken
}
