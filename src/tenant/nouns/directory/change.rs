//! How accepted commands change the directory, and why some are not accepted.

use std::sync::Arc;

use crate::generate::World;
use crate::model::directory::{Account, App, ConsentRequest, DeviceDecision, Grant, Policies};
use crate::model::identity::{AppChange, IdentityCommand, PolicyChange};
use crate::model::ids::{Guid, Kind};
use crate::model::index::{AppIx, PersonIx};
use crate::model::registration::{Permission, Registration};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::{Directory, GrantKey, MOST_APPS, MOST_OF_A_KIND, REQUEST_LIFETIME};

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
    /// No such error was ordered, or it is used up.
    #[error("no error AADSTS{0} is ordered any more")]
    NoFailure(u32),
}

impl Core {
    /// Applies a command about the directory.
    pub(in crate::tenant) fn change_directory(
        &mut self,
        world: &World,
        at: VirtualTime,
        command: &IdentityCommand,
    ) -> Result<(), DirectoryRefusal> {
        if let Some(user) = user_of(command).filter(|user| user.index() >= world.people.len()) {
            return Err(DirectoryRefusal::NoUser(user));
        }
        if let IdentityCommand::SetUser { user, change } = command
            && let Some(enabled) = change.enabled
        {
            self.set_enabled(*user, enabled);
        }
        Arc::make_mut(&mut self.directory).change(world, at, command)
    }

    /// Lets a person sign in, or not.
    pub(in crate::tenant) fn set_enabled(&mut self, user: PersonIx, enabled: bool) {
        let disabled = Arc::make_mut(&mut self.disabled);
        if enabled {
            disabled.remove(&user);
            self.company.reopen(user);
        } else {
            disabled.insert(user);
        }
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

fn room(what: &'static str, length: usize, most: usize) -> Result<(), DirectoryRefusal> {
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
            IdentityCommand::AssignUser { client, user, assigned: true } => {
                self.assigned.insert((*client, *user));
            }
            IdentityCommand::AssignUser { client, user, assigned: false } => {
                self.assigned.remove(&(*client, *user));
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
            IdentityCommand::RotateKeys {} => {
                self.rotations += 1;
                self.rotated = Some(at);
            }
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

    fn add(&mut self, registration: &Arc<Registration>) -> Result<(), DirectoryRefusal> {
        room("applications", self.apps.len(), MOST_APPS)?;
        let taken = |app: &Arc<App>| {
            app.registration.name == registration.name || app.registration.client_id == registration.client_id
        };
        if self.apps.iter().any(taken) {
            let (name, client) = (registration.name.to_string(), registration.client_id);
            return Err(DirectoryRefusal::AppExists { name, client });
        }
        self.apps.push_back(Arc::new(App::own(Arc::clone(registration))));
        self.grant_at_birth(registration);
        Ok(())
    }

    /// A service principal for an application of another tenant, or for one whose principal was removed.
    fn install(
        &mut self,
        world: &World,
        registration: &Arc<Registration>,
        home: Guid,
    ) -> Result<(), DirectoryRefusal> {
        if let Some((index, _)) = self.app(registration.client_id) {
            self.edit_app(index, |app| app.installed = true);
            return Ok(());
        }
        room("applications", self.apps.len(), MOST_APPS)?;
        // Registrations of birth take the numbers below a thousand, principals of the company's life those above.
        let principal = world.ids.guid(Kind::ServicePrincipal, 1_000_000 + self.apps.len() as u64);
        let app = App { home: Some(home), principal, ..App::own(Arc::clone(registration)) };
        self.apps.push_back(Arc::new(app));
        Ok(())
    }

    fn edit_app(&mut self, index: AppIx, edit: impl FnOnce(&mut App)) {
        if let Some(app) = self.apps.get_mut(index.index()) {
            edit(Arc::make_mut(app));
        }
    }

    fn set_app(&mut self, client: Guid, change: &AppChange) -> Result<(), DirectoryRefusal> {
        let (index, _) = self.app(client).ok_or(DirectoryRefusal::NoApp(client))?;
        if change.installed == Some(false) {
            // With a service principal go its grants and assignments.
            self.revoke(client, None, None, true, None);
            self.revoke(client, None, None, false, Some(&[]));
            self.assigned = self.assigned.iter().filter(|(of, _)| *of != client).copied().collect();
        }
        self.edit_app(index, |app| {
            let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
            set(&mut app.enabled, change.enabled);
            set(&mut app.installed, change.installed);
            set(&mut app.assignment_required, change.assignment_required);
            let registration = Arc::make_mut(&mut app.registration);
            set(&mut registration.implicit, change.implicit);
            registration.audience = change.audience.unwrap_or(registration.audience);
            if let Some(url) = &change.logout_url {
                registration.logout_url = Some(Arc::clone(url));
            }
            if let Some(secrets) = &change.secrets {
                registration.secrets.clone_from(secrets);
            }
            if let Some(redirects) = &change.redirects {
                registration.redirects.clone_from(redirects);
            }
            if let Some(certificates) = &change.certificates {
                registration.certificates.clone_from(certificates);
            }
            if let Some(federated) = &change.federated {
                registration.federated.clone_from(federated);
            }
        });
        Ok(())
    }

    fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// What an administrator consented to before the tenant was looked at, for everybody.
    pub(super) fn grant_at_birth(&mut self, registration: &Registration) {
        if registration.consented {
            self.consent(
                registration.client_id,
                None,
                &registration.delegated,
                &registration.permissions,
                false,
            );
        }
    }

    fn grant_roles(&mut self, client: Guid, roles: &[Permission]) {
        for role in roles {
            let ordinal = self.next();
            self.roles.entry((client, role.clone())).or_insert(ordinal);
        }
    }

    fn consent(
        &mut self,
        client: Guid,
        user: Option<PersonIx>,
        scopes: &[Permission],
        roles: &[Permission],
        replace: bool,
    ) {
        let mut fresh: Vec<Guid> = Vec::new();
        for scope in scopes {
            let key = (client, scope.resource, user);
            if replace && !fresh.contains(&scope.resource) {
                fresh.push(scope.resource);
                self.grants.remove(&key);
            }
            if !self.grants.contains_key(&key) {
                let ordinal = self.next();
                self.grants.insert(key, Arc::new(Grant { ordinal, scopes: Vec::new() }));
            }
            let Some(grant) = self.grants.get_mut(&key).map(Arc::make_mut) else { continue };
            if !grant.scopes.iter().any(|known| known.eq_ignore_ascii_case(&scope.value)) {
                grant.scopes.push((&*scope.value).into());
            }
        }
        self.grant_roles(client, roles);
        if let Some(user) = user {
            self.assigned.insert((client, user));
        }
        // An administrator's consent answers whoever asked for it.
        if user.is_none() {
            self.requests.retain(|request| request.client != client);
        }
    }

    fn revoke(
        &mut self,
        client: Guid,
        resource: Option<Guid>,
        user: Option<PersonIx>,
        delegated: bool,
        application: Option<&[Arc<str>]>,
    ) {
        if delegated {
            let stays = |(of, at, whose): &GrantKey| {
                *of != client
                    || resource.is_some_and(|only| only != *at)
                    || (user.is_some() && user != *whose)
            };
            self.grants = self
                .grants
                .iter()
                .filter(|(key, _)| stays(key))
                .map(|(key, grant)| (*key, Arc::clone(grant)))
                .collect();
        }
        if let Some(values) = application {
            let stays = |(of, role): &(Guid, Permission)| {
                let named =
                    values.is_empty() || values.iter().any(|value| role.value.eq_ignore_ascii_case(value));
                *of != client || resource.is_some_and(|only| only != role.resource) || !named
            };
            self.roles = self
                .roles
                .iter()
                .filter(|(key, _)| stays(key))
                .map(|(key, made)| (key.clone(), *made))
                .collect();
        }
    }

    fn edit_account(&mut self, user: PersonIx, edit: impl FnOnce(&mut Account)) {
        edit(Arc::make_mut(self.accounts.entry(user).or_default()));
    }

    fn change_policies(&mut self, command: &IdentityCommand) -> Result<(), DirectoryRefusal> {
        let policies = Arc::make_mut(&mut self.policies);
        match command {
            IdentityCommand::SetConditionalAccess { policy } => {
                match policies.access.iter_mut().find(|known| known.name == policy.name) {
                    Some(known) => *known = Arc::clone(policy),
                    None => {
                        room("policies of Conditional Access", policies.access.len(), MOST_OF_A_KIND)?;
                        policies.access.push(Arc::clone(policy));
                    }
                }
            }
            IdentityCommand::RemoveConditionalAccess { name } => {
                let before = policies.access.len();
                policies.access.retain(|known| known.name != *name);
                if policies.access.len() == before {
                    return Err(DirectoryRefusal::NoPolicy(Arc::clone(name)));
                }
            }
            IdentityCommand::SetPolicies { change } => policies.change(change),
            _ => {}
        }
        Ok(())
    }

    fn failed(&mut self, code: u32, client: Option<Guid>) -> Result<(), DirectoryRefusal> {
        let meant = |failure: &crate::model::directory::Failure| {
            failure.code == code && (failure.client.is_none() || failure.client == client)
        };
        let at = self.failures.iter().position(|failure| meant(failure));
        let at = at.ok_or(DirectoryRefusal::NoFailure(code))?;
        let failure = Arc::make_mut(&mut self.failures[at]);
        failure.times = failure.times.saturating_sub(1);
        if failure.times == 0 {
            self.failures.remove(at);
        }
        Ok(())
    }
}

impl Policies {
    fn change(&mut self, change: &PolicyChange) {
        let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
        set(&mut self.no_user_consent, change.user_consent.map(|allowed| !allowed));
        set(&mut self.consent_requests, change.consent_requests);
        set(&mut self.security_defaults, change.security_defaults);
        set(&mut self.opener_isolation, change.opener_isolation);
        set(&mut self.no_third_party_cookies, change.third_party_cookies.map(|sent| !sent));
        set(&mut self.lenient_resource, change.lenient_resource);
        set(&mut self.description_lines, change.description_lines);
        let span = |seconds: u32| (seconds > 0).then(|| Span::seconds(i64::from(seconds)));
        self.token_lifetime = change.token_lifetime.map_or(self.token_lifetime, span);
        self.sign_in_frequency = change.sign_in_frequency.map_or(self.sign_in_frequency, span);
    }
}
