//! Alerts: raised by detectors, by storylines and from outside; handled by commands and, in the history, by the
//! company's own security team.

mod change;
pub mod detectors;
mod join;
mod notes;
mod raise;
mod triage;

use std::sync::Arc;

use crate::catalogue::kinds;
use crate::generate::World;
use crate::model::alert::{Closing, Handling, Resolution};
use crate::model::command::{AlertCommand, By};
use crate::model::ids::Hex24;
use crate::model::index::{ActorCode, AddressCode, AlertNo, ObjectNo, PersonIx, PolicyIx, RowNo, StoryNo};
use crate::model::time::VirtualTime;
use crate::tenant::codebook::{Codebook, StrayCode};
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, activities};
use change::edit;
use detectors::Detection;

pub(in crate::tenant) use raise::{plan_scripted, see};

/// What falls due.
#[derive(Clone, Debug)]
pub(in crate::tenant) enum Due {
    /// What a detector noticed becomes an alert.
    Raise(Detection),
    /// What a detector noticed again joins the alert about it.
    Again(Detection),
    /// The product raises an alert about a storyline, where no detector of the tenant does.
    Scripted { story: StoryNo, policy: PolicyIx, person: PersonIx, begins: VirtualTime },
    /// Somebody of the company's own security team looks at an alert.
    Triage(triage::Visit),
    /// The team reads an alert, as it was set to.
    Read { alert: AlertNo },
    /// The team closes an alert, as it was set to.
    Close { alert: AlertNo, resolution: Resolution },
}

/// Why a command about alerts is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlertRefusal {
    /// No such alert (yet).
    #[error("there is no alert {id} in this tenant")]
    NoAlert {
        /// As the API would print it.
        id: Hex24,
    },
    /// The alert has changed, or was expected to have.
    #[error("alert {id} was expected to be of version {expected} and is of version {found}")]
    Changed {
        /// As the API would print it.
        id: Hex24,
        /// The version of the precondition.
        expected: u32,
        /// Its version.
        found: u32,
    },
    /// An alert names an activity that is not there.
    #[error("there is no activity in row {row} of this tenant")]
    NoActivity {
        /// The row.
        row: RowNo,
    },
    /// A code stands for nothing.
    #[error("{0}")]
    Code(#[from] StrayCode),
    /// An alert that is raised or closed later.
    #[error("an alert of {at} can't be stored: it lies in the future")]
    NotYet {
        /// When it was raised, or closed.
        at: VirtualTime,
    },
    /// Nothing can be closed as open.
    #[error("an alert is closed as benign, false positive or true positive; `open` is none of them")]
    NotAClosing,
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &AlertCommand,
) -> Result<Made, AlertRefusal> {
    let Moment { world, at } = moment;
    if let AlertCommand::CloseAlerts { resolution: Resolution::Open, .. } = command {
        return Err(AlertRefusal::NotAClosing);
    }
    must_exist(core, world, command.alerts())?;
    match command {
        AlertCommand::CloseAlerts { alerts, resolution, comment, by } => {
            let name: Arc<str> = name_of(core, world, by).into();
            let actor = activities::actor_of(core, world, by);
            for &ordinal in alerts.iter() {
                edit(core, at, ordinal, |handling| {
                    handling.read = true;
                    handling.resolution = *resolution;
                    handling.resolved = Some(at);
                    handling.by = Some(Arc::clone(&name));
                    handling.comment.clone_from(comment);
                });
                let closing = Closing { alerts: alerts.len(), comment: comment.clone() };
                record_closing(core, moment, actor, None, ordinal, *resolution, closing);
            }
        }
        AlertCommand::ReopenAlerts { alerts, .. } => {
            for &ordinal in alerts.iter() {
                edit(core, at, ordinal, |handling| {
                    let Handling { read, version, .. } = *handling;
                    *handling = Handling { read, version, ..Handling::default() };
                });
            }
        }
        AlertCommand::MarkAlert { alert, read, .. } => {
            edit(core, at, *alert, |handling| handling.read = *read);
        }
        AlertCommand::InjectAlert { alert } => {
            if let Some(row) = alert.activities.iter().find(|row| core.log.row(**row, at).is_none()) {
                return Err(AlertRefusal::NoActivity { row: *row });
            }
            let told = [Some(alert.raised), alert.handling.resolved];
            if let Some(later) = told.into_iter().flatten().find(|told| *told > at) {
                return Err(AlertRefusal::NotYet { at: later });
            }
            Codebook::new(world, &core.additions).stray_of_alert(alert).map_or(Ok(()), Err)?;
            return Ok(Made::Alert(raise::inject(core, moment, alert)));
        }
    }
    Ok(Made::Nothing)
}

pub(super) fn run(core: &mut Core, moment: Moment<'_>, due: Due) {
    match due {
        Due::Raise(detection) => raise::detected(core, moment, &detection),
        Due::Again(detection) => join::again(core, moment, &detection),
        Due::Scripted { story, policy, person, begins } => {
            raise::scripted(core, moment, story, policy, person, begins);
        }
        Due::Triage(visit) => triage::look(core, moment, visit),
        Due::Read { alert } => triage::work(core, moment, alert, Resolution::Open),
        Due::Close { alert, resolution } => triage::work(core, moment, alert, resolution),
    }
}

/// Each of the alerts is there, and of this version.
pub(super) fn must_be_of_version(
    core: &Core,
    moment: Moment<'_>,
    alerts: &[AlertNo],
    expected: u32,
) -> Result<(), AlertRefusal> {
    for &ordinal in alerts {
        must_exist(core, moment.world, &[ordinal])?;
        let found = core.alerts.get(ordinal.index()).map_or(0, |alert| alert.handling.version);
        if found != expected {
            return Err(AlertRefusal::Changed { id: id_of(moment.world, ordinal), expected, found });
        }
    }
    Ok(())
}

fn must_exist(core: &Core, world: &World, alerts: &[AlertNo]) -> Result<(), AlertRefusal> {
    match alerts.iter().find(|ordinal| ordinal.index() >= core.alerts.len()) {
        Some(missing) => Err(AlertRefusal::NoAlert { id: id_of(world, *missing) }),
        None => Ok(()),
    }
}

fn id_of(world: &World, ordinal: AlertNo) -> Hex24 {
    world.ids.alert(ordinal)
}

/// How a record names who handled it.
fn name_of(core: &Core, world: &World, by: &By) -> String {
    match by {
        By::Person(index) => world.people.get(index.index()).map(|person| person.upn.clone()),
        By::Application(index) => {
            let app = core.directory.app_at(*index);
            app.map(|app| app.registration.display_name.to_string())
        }
        By::Operator => None,
    }
    .unwrap_or_else(|| By::OPERATOR.to_owned())
}

/// The product logs what administrators do with alerts: from an address, or from their office.
fn record_closing(
    core: &mut Core,
    moment: Moment<'_>,
    actor: ActorCode,
    address: Option<AddressCode>,
    alert: AlertNo,
    resolution: Resolution,
    closing: Closing,
) {
    let kind =
        if resolution == Resolution::TruePositive { kinds::RESOLVE_ALERT } else { kinds::DISMISS_ALERT };
    let object = ObjectNo::of_alert(alert);
    // It is of the product's own log, for which no connector is needed.
    if let Some(row) = activities::record_act(core, moment, actor, kind, object, address) {
        core.closings.insert(row, closing);
    }
}

/// Forgets what is told of rows that have left the log.
pub(super) fn forget_closings(core: &mut Core) {
    let first = core.log.first();
    while core.closings.get_min().is_some_and(|(row, _)| *row < first) {
        core.closings = core.closings.without_min().1;
    }
}
