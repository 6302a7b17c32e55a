//! Governance actions: asked for, pending for a minute or two, then done, or failed where the connector of Microsoft 365
//! does not reach the app by then.
//!
//! How long one takes, and the names of the messages, are (unverified).

use std::sync::Arc;

use crate::catalogue::connector_errors::ERRORS;
use crate::catalogue::kinds;
use crate::generate::Stream;
use crate::generate::objects::directory::of_person;
use crate::model::command::{AccountCommand, By};
use crate::model::directory::Risk;
use crate::model::governance::{AppAction, GovernanceCommand, UserAction};
use crate::model::identity::{AccountChange, AppChange, IdentityCommand};
use crate::model::index::{KindCode, ObjectNo};
use crate::model::time::Span;
use crate::tenant::timeline::fold::Core;

use super::super::{Made, Moment, activities, directory};
use super::{GovernanceEntry, GovernanceRefusal, Outcome, Parameter, Task, record};

/// An action whose time has come. What it changes carries no instant.
#[derive(Clone, Debug)]
pub(in crate::tenant) struct Due(GovernanceCommand);

pub(in crate::tenant::nouns) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &GovernanceCommand,
) -> Result<Made, GovernanceRefusal> {
    let (task, by) = match command {
        GovernanceCommand::GovernUser { user, action, by } => {
            if user.index() >= moment.world.people.len() {
                return Err(GovernanceRefusal::NoUser(*user));
            }
            (Task::User { user: *user, action: *action }, by)
        }
        GovernanceCommand::GovernApp { app, action, by } => {
            core.directory.app(*app).ok_or(GovernanceRefusal::NoApp(*app))?;
            (Task::App { app: *app, action: *action }, by)
        }
    };
    tell(core, moment, command, by);
    let number = core.governance.next();
    let mut stream = Stream::new(moment.world.spec.seed, "governance", number.ordinal(), "delay");
    let decided = moment.at + Span::seconds(i64::from(stream.between(15, 120)));
    let outcome = outcome(core, moment, task);
    if outcome.success {
        core.schedule(decided, super::super::Due::Governance(Due(command.clone())));
    }
    let (app, at, by) = (kinds::MICROSOFT_365, moment.at, by.clone());
    record(core, GovernanceEntry { task, app, at, by, decided, outcome });
    Ok(Made::Nothing)
}

/// How it will end, as things stand: the app is reached through its connector.
fn outcome(core: &Core, moment: Moment<'_>, task: Task) -> Outcome {
    let words = task.words();
    let connector = core.connectors.of_app(kinds::MICROSOFT_365).map(|(_, connector)| connector);
    let reached = connector.is_some_and(|connector| connector.status(moment.at).delivers());
    if reached {
        return Outcome { success: true, template: words.1, parameters: Vec::new() };
    }
    let failing = connector.and_then(|connector| connector.failing(moment.at));
    let message = failing.and_then(|failure| ERRORS.get(usize::from(failure.error)));
    let message = message.map_or("The app is not connected.", |error| error.message);
    let parameters = vec![("errorMessage", Parameter::Text(message.into()))];
    Outcome { success: false, template: words.2, parameters }
}

/// The product logs what is asked of it, where its log has a type for that.
fn tell(core: &mut Core, moment: Moment<'_>, command: &GovernanceCommand, by: &By) {
    let told: Option<(KindCode, ObjectNo)> = match command {
        GovernanceCommand::GovernUser { user, action, .. } => {
            let kind = match action {
                UserAction::Suspend => Some(kinds::SUSPEND_USER),
                UserAction::Unsuspend => Some(kinds::UNSUSPEND_USER),
                UserAction::RequireSignIn => Some(kinds::REQUIRE_SIGN_IN),
                UserAction::ConfirmCompromised => None,
            };
            kind.map(|kind| (kind, of_person(*user)))
        }
        // Which application it was is told by the governance log: an activity names those of birth only.
        GovernanceCommand::GovernApp { .. } => None,
    };
    if let Some((kind, object)) = told {
        let actor = activities::actor_of(core, moment.world, by);
        activities::record_command(core, moment, actor, kind, object);
    }
}

/// Does what was asked for. It was found possible then; what has become impossible since is left alone.
pub(in crate::tenant::nouns) fn run(core: &mut Core, moment: Moment<'_>, due: &Due) {
    let command = match &due.0 {
        GovernanceCommand::GovernUser { user, action: UserAction::Suspend, .. } => {
            let command = AccountCommand::SetUserEnabled { user: *user, enabled: false };
            return drop(directory::decide_account(core, moment, &command));
        }
        GovernanceCommand::GovernUser { user, action: UserAction::Unsuspend, .. } => {
            let command = AccountCommand::SetUserEnabled { user: *user, enabled: true };
            return drop(directory::decide_account(core, moment, &command));
        }
        GovernanceCommand::GovernUser { user, action: UserAction::RequireSignIn, .. } => {
            IdentityCommand::RevokeSessions { user: *user }
        }
        GovernanceCommand::GovernUser { user, action: UserAction::ConfirmCompromised, .. } => {
            let change = AccountChange { risk: Some(Risk::High), ..AccountChange::default() };
            IdentityCommand::SetUser { user: *user, change: Arc::new(change) }
        }
        GovernanceCommand::GovernApp { app, action: AppAction::Revoke, .. } => {
            IdentityCommand::RevokeConsent {
                client: *app,
                resource: None,
                user: None,
                delegated: true,
                application: Some(Vec::new()),
            }
        }
        GovernanceCommand::GovernApp { app, action, .. } => {
            let enabled = Some(*action == AppAction::Unban);
            let change = Arc::new(AppChange { enabled, ..AppChange::default() });
            IdentityCommand::SetApplication { client: *app, change }
        }
    };
    drop(directory::decide(core, moment, &command));
}
