//! What the company's own security team does with alerts: with some of the history, and from the tenant's start on only
//! if it is set to, since that is left to whoever uses the simulator.

use std::sync::Arc;

use crate::generate::Stream;
use crate::generate::stream::Chance;
use crate::model::alert::{Closing, Resolution};
use crate::model::index::{ActorCode, AlertNo, RowNo};
use crate::model::person::Persona;
use crate::model::spec::Thousandths;
use crate::model::time::{SLOT, Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::super::{Due, Moment};
use super::change::edit;
use super::record_closing;

/// Plans what the team does with a new alert: what it was set to, and otherwise that an analyst looks at some of the
/// alerts of the history.
pub(super) fn plan(core: &mut Core, moment: Moment<'_>, alert: AlertNo) {
    let Moment { world, at: raised } = moment;
    if !core.settings.security_team.is_usual() {
        plan_work(core, moment, alert);
        return;
    }
    let mut stream = Stream::new(world.spec.seed, "triage", alert.ordinal(), "");
    if !stream.chance(Chance::percent(55)) {
        return;
    }
    let resolution = CLOSINGS[stream.weighted(&[30, 30, 25, 15])];
    // The next working hours of the head office, some way into the day.
    let offset = world.offices.first().map_or(0, |office| office.utc_offset_minutes);
    let office = Span::minutes(i64::from(offset));
    let mut day = (raised + office).day() + 1;
    while !is_weekday(day) {
        day += 1;
    }
    let minute = i64::from(stream.between(9 * 60, 16 * 60));
    let due = VirtualTime::of_day(day) - office
        + Span::minutes(minute)
        + Span::seconds(i64::from(stream.below(60)));
    if due < world.spec.start && due > raised + SLOT {
        core.schedule(due, Due::Alerts(super::Due::Triage { alert, resolution }));
    }
}

/// How an alert ends, in the order of the weights; the first is left open.
const CLOSINGS: [Resolution; 4] =
    [Resolution::Open, Resolution::Benign, Resolution::FalsePositive, Resolution::TruePositive];

/// Plans what the team does with a new alert, as it was set to: reads it, and closes it after that, in its time.
fn plan_work(core: &mut Core, moment: Moment<'_>, alert: AlertNo) {
    let team = &core.settings.security_team;
    let mut stream = Stream::new(moment.world.spec.seed, "team", alert.ordinal(), "");
    let drawn = stream.below(1_000);
    let below = |share: Option<Thousandths>| share.is_some_and(|share| drawn < share.0);
    let closes = below(team.closes);
    if !closes && !below(team.reads) {
        return;
    }
    // Its effect lies at least one slot ahead (law of the timeline).
    let least = SLOT.as_millis() as u32;
    let read = stream.between(least, (team.within().as_millis() as u32).max(least));
    let close = stream.between(read, (team.within().as_millis() as u32).max(read));
    let resolution = CLOSINGS[1 + stream.weighted(&[30, 25, 15])];
    let mut plan =
        |millis: u32, due| core.schedule(moment.at + Span::millis(i64::from(millis)), Due::Alerts(due));
    plan(read, super::Due::Read { alert });
    if closes {
        plan(close, super::Due::Close { alert, resolution });
    }
}

/// The team does what it had planned, if it works still and nobody has closed the alert before.
pub(super) fn work(core: &mut Core, moment: Moment<'_>, alert: AlertNo, resolution: Resolution) {
    let Some(found) = core.alerts.get(alert.index()) else { return };
    let closed = found.handling.resolution != Resolution::Open;
    // What joins an alert may make it one of a storyline.
    let of_story = |row: &RowNo| core.log.row(*row, moment.at).is_some_and(|event| event.story.is_some());
    if !core.settings.security_team.is_usual() && !closed && !found.activities.iter().any(of_story) {
        look(core, moment, alert, resolution);
    }
}

/// An analyst looks at an alert: closes it, or only reads it.
pub(super) fn look(core: &mut Core, moment: Moment<'_>, alert: AlertNo, resolution: Resolution) {
    let Some(analyst) = moment.world.persona(Persona::SecurityAdmin) else { return };
    let upn: Arc<str> = moment.world.person(analyst).upn.as_str().into();
    edit(core, moment.at, alert, |handling| {
        handling.read = true;
        if resolution != Resolution::Open {
            handling.resolution = resolution;
            handling.resolved = Some(moment.at);
            handling.by = Some(upn);
            handling.comment = Some(comment(resolution).into());
        }
    });
    if resolution != Resolution::Open {
        let closing = Closing { alerts: 1, comment: Some(comment(resolution).into()) };
        record_closing(core, moment, ActorCode::of_person(analyst), alert, resolution, closing);
    }
}

/// Monday to Friday, of a day since the epoch (which was a Thursday).
fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

fn comment(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Benign => "Confirmed with the user",
        Resolution::FalsePositive => "Known behaviour, alert is not accurate",
        Resolution::TruePositive => "Incident handled, password reset",
        Resolution::Open => "",
    }
}
