//! What the company's own security team does with alerts. From the tenant's start on that is left to whoever uses the
//! simulator.

use std::sync::Arc;

use crate::generate::Stream;
use crate::generate::stream::Chance;
use crate::model::alert::{Closing, Resolution};
use crate::model::index::{ActorCode, AlertNo};
use crate::model::person::Persona;
use crate::model::time::{SLOT, Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::super::{Due, Moment};
use super::{edit, record_closing};

/// Plans for some of the alerts of the history that an analyst looks at them.
pub(super) fn plan(core: &mut Core, moment: Moment<'_>, alert: AlertNo) {
    let Moment { world, at: raised } = moment;
    let mut stream = Stream::new(world.spec.seed, "triage", alert.ordinal(), "");
    if !stream.chance(Chance::percent(55)) {
        return;
    }
    let resolution = match stream.weighted(&[30, 30, 25, 15]) {
        0 => Resolution::Open,
        1 => Resolution::Benign,
        2 => Resolution::FalsePositive,
        _ => Resolution::TruePositive,
    };
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

/// An analyst looks at an alert: closes it, or only reads it.
pub(super) fn look(core: &mut Core, moment: Moment<'_>, alert: AlertNo, resolution: Resolution) {
    let Some(analyst) = moment.world.persona(Persona::SecurityAdmin) else { return };
    let upn: Arc<str> = moment.world.person(analyst).upn.as_str().into();
    edit(core, alert, |handling| {
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
