//! Changes of an alert. Outcomes lie up to a slot ahead of who looks, and some answers are stale on purpose, so an alert
//! remembers what it was before its last changes, and readers see what it was at their instant.

use std::sync::Arc;

use crate::model::alert::{Alert, Former, Handling};
use crate::model::index::AlertNo;
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

/// Of more changes the oldest are no longer told apart.
const MOST_FORMER: usize = 16;

/// Changes how an alert was handled; the alert exists. What leaves it as it was is no new version.
pub(super) fn edit(core: &mut Core, at: VirtualTime, ordinal: AlertNo, edit: impl FnOnce(&mut Handling)) {
    change(core, at, ordinal, |alert| edit(&mut alert.handling));
}

/// Changes an alert, which exists.
pub(super) fn change(core: &mut Core, at: VirtualTime, ordinal: AlertNo, change: impl FnOnce(&mut Alert)) {
    let Some(place) = core.alerts.get_mut(ordinal.index()) else { return };
    let mut alert = Alert::clone(place);
    change(&mut alert);
    if alert == **place {
        return;
    }
    alert.handling.version = place.handling.version + 1;
    let mut former = place.former.to_vec();
    // Nobody looks between two changes of one instant.
    if former.last().is_none_or(|last| last.until < at) {
        former.push(Former {
            until: at,
            alert: Arc::new(Alert { former: Arc::default(), ..Alert::clone(place) }),
        });
    }
    former.drain(..former.len().saturating_sub(MOST_FORMER));
    alert.former = former.into();
    *place = Arc::new(alert);
}
