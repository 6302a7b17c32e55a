//! How accepted commands change the directory, and why some are not accepted.

use std::sync::Arc;

use crate::generate::World;
use crate::model::command::AccountCommand;
use crate::model::directory::{Account, ConsentRequest, DeviceDecision};
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::time::VirtualTime;
use crate::tenant::nouns::{Made, Moment};
use crate::tenant::timeline::fold::Core;

use super::{Directory, MOST_OF_A_KIND, REQUEST_LIFETIME};

/// Why a change of the directory is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryRefusal {
    /// No such application.
    #[error("there is no application with client id {0} in this tenant")]
    NoApp(Guid),
    /// The name or client id is taken.
    #[error("there is an application named {name:?} or with client id {client} already")]
    AppExists {
        /// The name.
        name: String,
        /// The client id.
        client: Guid,
    },
    /// No such user.
    #[error("there is no user with index {0} in this tenant")]
    NoUser(PersonIx),
    /// The name or id is taken.
    #[error("there is a group named {name:?} or with object id {id} already")]
    GroupExists {
        /// The name.
        name: Arc<str>,
        /// The id.
        id: Guid,
    },
    /// No such group.
    #[error("there is no group with object id {0} in this tenant")]
    NoGroup(Guid),
    /// Too many of a kind.
    #[error("a tenant has at most {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        most: usize,
    },
    /// No such policy.
    #[error("there is no Conditional Access policy named {0:?}")]
    NoPolicy(Arc<str>),
    /// The code was redeemed already.
    #[error("the code was redeemed already")]
    CodeRedeemed,
    /// The device code was decided about already.
    #[error("the device code was decided about already")]
    DeviceDecided,
    /// Nobody has accepted the device code.
    #[error("nobody has accepted the device code")]
    DeviceNotAccepted,
    /// Every signing key was in use lately.
    #[error(
        "every signing key was in use within two days, so that none can follow before {from}: advance the clock"
    )]
    NoFreshKey {
        /// When the next one has rested long enough.
        from: VirtualTime,
    },
    /// No such error was ordered, or it is used up.
    #[error("no error AADSTS{0} is ordered any more")]
    NoFailure(u32),
}

/// Decides a command about the directory.
pub(in crate::tenant::nouns) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &IdentityCommand,
) -> Result<Made, DirectoryRefusal> {
    for user in user_of(command).iter().chain(members_of(command)) {
        must_exist(moment, *user)?;
    }
    if let IdentityCommand::SetUser { user, change } = command
        && let Some(enabled) = change.enabled
    {
        set_enabled(core, *user, enabled);
    }
    Arc::make_mut(&mut core.directory).change(moment.world, moment.at, command)?;
    Ok(Made::Nothing)
}

/// Decides a command about who may sign in.
pub(in crate::tenant::nouns) fn decide_account(
    core: &mut Core,
    moment: Moment<'_>,
    command: &AccountCommand,
) -> Result<Made, DirectoryRefusal> {
    let AccountCommand::SetUserEnabled { user, enabled } = command;
    must_exist(moment, *user)?;
    set_enabled(core, *user, *enabled);
    Ok(Made::Nothing)
}

fn must_exist(moment: Moment<'_>, user: PersonIx) -> Result<(), DirectoryRefusal> {
    if user.index() < moment.world.people.len() { Ok(()) } else { Err(DirectoryRefusal::NoUser(user)) }
}

/// Lets a person sign in, or not.
fn set_enabled(core: &mut Core, user: PersonIx, enabled: bool) {
    let directory = Arc::make_mut(&mut core.directory);
    if enabled {
        directory.disabled.remove(&user);
        core.company.reopen(user);
    } else {
        directory.disabled.insert(user);
    }
}

/// The person whom a command is about.
fn user_of(command: &IdentityCommand) -> Option<PersonIx> {
    match command {
        IdentityCommand::Consent { user, .. } | IdentityCommand::RevokeConsent { user, .. } => *user,
        IdentityCommand::RequestConsent { user, .. }
        | IdentityCommand::AssignUser { user, .. }
        | IdentityCommand::SetUser { user, .. }
        | IdentityCommand::WrongPassword { user, .. }
        | IdentityCommand::RevokeSessions { user }
        | IdentityCommand::DecideDevice { user, .. } => Some(*user),
        _ => None,
    }
}

/// The people whom a command puts into a group or takes out.
fn members_of(command: &IdentityCommand) -> &[PersonIx] {
    match command {
        IdentityCommand::AddGroup { members, .. }
        | IdentityCommand::AddGroupMembers { members, .. }
        | IdentityCommand::RemoveGroupMembers { members, .. } => members,
        _ => &[],
    }
}

pub(super) fn room(what: &'static str, length: usize, most: usize) -> Result<(), DirectoryRefusal> {
    if length < most { Ok(()) } else { Err(DirectoryRefusal::TooMany { what, most }) }
}

impl Directory {
    fn change(
        &mut self,
        world: &World,
        at: VirtualTime,
        command: &IdentityCommand,
    ) -> Result<(), DirectoryRefusal> {
        match command {
            IdentityCommand::AddApplication { registration } => self.add(registration)?,
            IdentityCommand::SetApplication { client, change } => self.set_app(*client, change)?,
            IdentityCommand::TrustIssuer { issuer, keys } => {
                room("trusted issuers", self.issuers.len(), MOST_OF_A_KIND)?;
                self.issuers.insert(Arc::clone(issuer), Arc::clone(keys));
            }
            IdentityCommand::Consent { client, install, user, scopes, roles, replace, .. } => {
                if let Some((registration, home)) = install {
                    self.install(world, registration, *home)?;
                }
                self.consent(*client, *user, scopes, roles, *replace);
            }
            IdentityCommand::RevokeConsent { client, resource, user, delegated, application } => {
                self.revoke(*client, *resource, *user, *delegated, application.as_deref());
            }
            IdentityCommand::RequestConsent { client, user, reason } => {
                self.requests.retain(|request| at - request.at < REQUEST_LIFETIME);
                room("requests for consent", self.requests.len(), MOST_OF_A_KIND)?;
                let request = ConsentRequest { client: *client, user: *user, reason: Arc::clone(reason), at };
                self.requests.push_back(Arc::new(request));
            }
            IdentityCommand::AssignUser { client, user, assigned, role } => {
                self.assign(*client, *user, *assigned, role.as_ref());
            }
            IdentityCommand::AddGroup { id, name, members } => self.add_group(world, *id, name, members)?,
            IdentityCommand::AddGroupMembers { group, members } => {
                self.set_members(world, *group, members, true)?;
            }
            IdentityCommand::RemoveGroupMembers { group, members } => {
                self.set_members(world, *group, members, false)?;
            }
            IdentityCommand::SetUser { user, change } => {
                self.edit_account(*user, |account| account.change(change, at));
            }
            IdentityCommand::WrongPassword { user, attempt } => {
                self.edit_account(*user, |account| account.guessed(*attempt, at));
            }
            IdentityCommand::RevokeSessions { user } => self.edit_account(*user, |account| {
                account.end_sessions(at);
                account.password_changed = false;
            }),
            IdentityCommand::SetConditionalAccess { .. }
            | IdentityCommand::RemoveConditionalAccess { .. }
            | IdentityCommand::SetPolicies { .. } => self.change_policies(command)?,
            IdentityCommand::RotateKeys {} => self.rotate(at)?,
            IdentityCommand::FailNext { failure } => {
                room("ordered errors", self.failures.len(), MOST_OF_A_KIND)?;
                self.failures.push_back(Arc::clone(failure));
            }
            IdentityCommand::Failed { code, client } => self.failed(*code, *client)?,
            IdentityCommand::RedeemCode { code } => {
                if !self.redeemed.add(*code, (), at) {
                    return Err(DirectoryRefusal::CodeRedeemed);
                }
            }
            IdentityCommand::DecideDevice { device, user, accepted, mfa } => {
                let decision = match accepted {
                    true => DeviceDecision::Accepted { user: *user, mfa: *mfa, at: self.counted(*user, at) },
                    false => DeviceDecision::Declined,
                };
                if !self.devices.add(*device, decision, at) {
                    return Err(DirectoryRefusal::DeviceDecided);
                }
            }
            IdentityCommand::RedeemDevice { device } => match self.devices.known.get_mut(device) {
                Some(decision @ DeviceDecision::Accepted { .. }) => *decision = DeviceDecision::Redeemed,
                _ => return Err(DirectoryRefusal::DeviceNotAccepted),
            },
        }
        Ok(())
    }

    fn edit_account(&mut self, user: PersonIx, edit: impl FnOnce(&mut Account)) {
        edit(Arc::make_mut(self.accounts.entry(user).or_default()));
    }
}
