//! What is noticed again joins the alert about it as further evidence, if the tenant is set so. (Public pages tell that
//! alerts get further evidence, not of which policies and for how long: unverified.)

use crate::model::alert::{Alert, Resolution};
use crate::model::index::{AlertNo, RowNo};
use crate::model::time::SLOT;
use crate::tenant::timeline::fold::Core;

use super::super::{Due, Moment};
use super::change::change;
use super::detectors::Detection;
use super::raise::{amounts_to, concerned, evidence};

/// No alert has more activities behind it because of this.
const MOST_ACTIVITIES: usize = 2_000;

/// A detector has noticed again what its policy has said before of that person.
pub(super) fn again(core: &mut Core, moment: Moment<'_>, detection: &Detection) {
    let Some(within) = core.settings.alerting.join_within else { return };
    let from = moment.at - within;
    let about = |alert: &Alert| {
        alert.injected.is_none()
            && alert.seen.policy == detection.policy
            && alert.seen.person == detection.person
    };
    let mut recent = core.alerts.iter().rev().take_while(|alert| alert.seen.stored >= from);
    match recent.find(|alert| about(alert)) {
        Some(alert) if alert.handling.resolution == Resolution::Open => {
            let ordinal = alert.ordinal;
            let rows = evidence(core, moment, detection);
            join(core, moment, ordinal, rows);
        }
        Some(_) => {}
        None => {
            // The alert itself may not have been raised yet: detectors take their time, each its own.
            let raises = |due: &Due| match due {
                Due::Alerts(super::Due::Raise(other)) => {
                    (other.policy, other.actor) == (detection.policy, detection.actor)
                }
                _ => false,
            };
            if let Some(raised) = core.first_due(raises) {
                let due = Due::Alerts(super::Due::Again(detection.clone()));
                core.schedule(raised.slot_floor() + SLOT + SLOT, due);
            }
        }
    }
}

fn join(core: &mut Core, moment: Moment<'_>, ordinal: AlertNo, rows: Vec<RowNo>) {
    let Some(alert) = core.alerts.get(ordinal.index()) else { return };
    let mut rows: Vec<RowNo> = alert.seen.activities.iter().copied().chain(rows).collect();
    rows.sort_unstable();
    rows.dedup();
    if rows.len() > MOST_ACTIVITIES {
        return;
    }
    let (apps, addresses, _) = concerned(core, moment, &rows);
    let amounts = amounts_to(core, moment, alert.seen.policy, &rows);
    change(core, moment.at, ordinal, |alert| {
        alert.seen.activities = rows.into();
        alert.seen.apps = apps.into();
        alert.seen.addresses = addresses.into();
        alert.seen.evidence = amounts;
    });
}
