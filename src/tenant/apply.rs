//! The only arbiter of commands: preconditions are decided here, and only accepted commands reach the journal.

use crate::generate::World;
use crate::generate::stories::{self, StoryFault};
use crate::model::alert::{Handling, Resolution};
use crate::model::command::{By, Command};
use crate::model::ids::Hex24;
use crate::model::index::{ActorCode, AlertNo, PersonIx, RowNo, StoryNo};
use crate::model::time::{Span, VirtualTime};

use super::nouns::directory::DirectoryRefusal;
use super::timeline::fold::{Core, RETENTION};
use super::timeline::planner::Planner;
use super::timeline::state::State;

/// No tenant tells more storylines.
pub const MOST_STORIES: u16 = 10_000;

/// What an accepted command did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its number in the journal.
    pub number: u64,
    /// The instant at which it was decided.
    pub at: VirtualTime,
    /// What it made.
    pub made: Made,
}

/// What a command made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Nothing new.
    Nothing,
    /// An activity.
    Activity(RowNo),
    /// An alert.
    Alert(AlertNo),
    /// A storyline.
    Story(StoryNo),
}

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandRefusal {
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
    /// No such user.
    #[error("there is no user with index {index} in this tenant")]
    NoUser {
        /// The index.
        index: PersonIx,
    },
    /// A change of the directory that can't be made.
    #[error("{0}")]
    Directory(#[from] DirectoryRefusal),
    /// A storyline that can't be told so.
    #[error("{0}")]
    Story(#[from] StoryFault),
    /// A storyline that would have begun already.
    #[error("a storyline can't begin in the past: {begins} is before {now}")]
    InThePast {
        /// When it should begin.
        begins: VirtualTime,
        /// When the command was given.
        now: VirtualTime,
    },
    /// Too many storylines.
    #[error("a tenant tells at most {MOST_STORIES} storylines")]
    TooManyStories,
    /// An activity that happens later, or so early that it would be gone.
    #[error("an activity of {at} can't be stored: it lies in the future, or more than 30 days back")]
    NotInTheLog {
        /// When it happened.
        at: VirtualTime,
    },
    /// Too many kinds of activities that the catalogue does not have.
    #[error("no more kinds of activities can be told apart in this tenant")]
    TooManyKinds,
    /// An alert names an activity that is not there.
    #[error("there is no activity in row {row} of this tenant")]
    NoActivity {
        /// The row.
        row: RowNo,
    },
    /// An alert that is raised or closed later.
    #[error("an alert of {at} can't be stored: it lies in the future")]
    NotYet {
        /// When it was raised, or closed.
        at: VirtualTime,
    },
    /// The journal can't take it.
    #[error("the journal of this tenant is full or can't be written any more; see the server's log")]
    Journal,
    /// Nothing can be closed as open.
    #[error("an alert is closed as benign, false positive or true positive; `open` is none of them")]
    NotAClosing,
}

/// Decides `command` at `at`: the next snapshot and the outcome, or the refusal. `at` lies in the computed slot.
pub(super) fn apply(
    state: &State,
    at: VirtualTime,
    command: &Command,
    planner: &mut Planner,
) -> Result<(State, Outcome), CommandRefusal> {
    let mut made = Made::Nothing;
    let next = state.changed(at, command, planner, |core| {
        made = change(state, core, at, command)?;
        Ok::<(), CommandRefusal>(())
    })?;
    let outcome = Outcome { number: next.journal().len() as u64, at, made };
    Ok((next, outcome))
}

fn change(
    state: &State,
    core: &mut Core,
    at: VirtualTime,
    command: &Command,
) -> Result<Made, CommandRefusal> {
    let world = state.world();
    match command {
        Command::CloseAlerts { alerts, resolution, comment, by } => {
            if *resolution == Resolution::Open {
                return Err(CommandRefusal::NotAClosing);
            }
            for &ordinal in alerts.iter() {
                must_exist(state, core, ordinal)?;
            }
            let (name, actor) = (name_of(world, core, by), actor_of(world, core, by));
            for &ordinal in alerts.iter() {
                core.edit_alert(ordinal, |handling| {
                    handling.read = true;
                    handling.resolution = *resolution;
                    handling.resolved = Some(at);
                    handling.by = Some(name.as_str().into());
                    handling.comment.clone_from(comment);
                });
                core.record_product_event(world, at, actor, ordinal, *resolution);
            }
        }
        Command::ReopenAlerts { alerts, .. } => {
            for &ordinal in alerts.iter() {
                must_exist(state, core, ordinal)?;
            }
            for &ordinal in alerts.iter() {
                core.edit_alert(ordinal, |handling| {
                    let Handling { read, version, .. } = *handling;
                    *handling = Handling { read, version, ..Handling::default() };
                });
            }
        }
        Command::MarkAlert { alert, read, .. } => {
            must_exist(state, core, *alert)?;
            core.edit_alert(*alert, |handling| handling.read = *read);
        }
        Command::SetTokenStamps { stamps } => core.token_stamps = *stamps,
        Command::IfVersion { version: expected, command } => {
            for &ordinal in command.alerts() {
                must_exist(state, core, ordinal)?;
                let found = core.alerts.get(ordinal.index()).map_or(0, |alert| alert.handling.version);
                if found != *expected {
                    let id = world.ids.alert(ordinal);
                    return Err(CommandRefusal::Changed { id, expected: *expected, found });
                }
            }
            return change(state, core, at, command);
        }
        Command::SetUserEnabled { user, enabled } => {
            if user.index() >= world.people.len() {
                return Err(CommandRefusal::NoUser { index: *user });
            }
            core.set_enabled(*user, *enabled);
        }
        Command::Directory(command) => core.change_directory(world, at, command)?,
        Command::PlayStory { name, user, begins, size } => {
            if *begins < at {
                return Err(CommandRefusal::InThePast { begins: *begins, now: at });
            }
            let number = world.storylines.len() + core.played.len();
            let ordinal = StoryNo::at(number).filter(|ordinal| ordinal.get() < MOST_STORIES);
            let ordinal = ordinal.ok_or(CommandRefusal::TooManyStories)?;
            let (story, events) = stories::play(world, name, Some(*user), *begins, Some(*size), ordinal)?;
            core.play(world, story, &events);
            return Ok(Made::Story(ordinal));
        }
        Command::InjectActivity { activity } => {
            let age = at - activity.happened;
            if age < Span::default() || age > RETENTION {
                return Err(CommandRefusal::NotInTheLog { at: activity.happened });
            }
            return core
                .inject_activity(world, at, activity)
                .map(Made::Activity)
                .ok_or(CommandRefusal::TooManyKinds);
        }
        Command::InjectAlert { alert } => {
            if let Some(row) = alert.activities.iter().find(|row| core.log.row(**row, at).is_none()) {
                return Err(CommandRefusal::NoActivity { row: *row });
            }
            let told = [Some(alert.raised), alert.handling.resolved];
            if let Some(later) = told.into_iter().flatten().find(|told| *told > at) {
                return Err(CommandRefusal::NotYet { at: later });
            }
            return Ok(Made::Alert(core.inject_alert(world, at, alert)));
        }
    }
    Ok(Made::Nothing)
}

/// The alert is there: `core` has lived up to the instant of the command and not beyond.
fn must_exist(state: &State, core: &Core, ordinal: AlertNo) -> Result<(), CommandRefusal> {
    if ordinal.index() < core.alerts.len() {
        return Ok(());
    }
    Err(CommandRefusal::NoAlert { id: state.world().ids.alert(ordinal) })
}

/// How a record names who handled it.
fn name_of(world: &World, core: &Core, by: &By) -> String {
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

/// The actor code of whoever gives a command.
fn actor_of(world: &World, core: &mut Core, by: &By) -> ActorCode {
    let code = match by {
        By::Person(index) => (index.index() < world.people.len()).then(|| ActorCode::of_person(*index)),
        By::Application(index) => {
            let app = core.directory.app_at(*index).cloned();
            app.map(|app| core.additions.application(world, &app))
        }
        By::Operator => None,
    };
    code.unwrap_or_else(|| world.operator())
}
