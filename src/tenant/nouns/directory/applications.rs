//! How commands change applications and the service principals that stand for them.

use std::sync::Arc;

use crate::generate::World;
use crate::model::directory::App;
use crate::model::identity::AppChange;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{AppIx, PersonIx};
use crate::model::registration::Registration;

use super::change::room;
use super::{Directory, DirectoryRefusal, MOST_APPS};

impl Directory {
    pub(super) fn add(&mut self, registration: &Arc<Registration>) -> Result<(), DirectoryRefusal> {
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
    pub(super) fn install(
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

    /// Assigns a user to an application, with a role or without; or no longer: only a role, or altogether.
    pub(super) fn assign(&mut self, client: Guid, user: PersonIx, assigned: bool, role: Option<&Arc<str>>) {
        match (assigned, role) {
            (true, role) => {
                self.assigned.insert((client, user));
                self.user_roles.extend(role.map(|role| (client, user, Arc::clone(role))));
            }
            (false, Some(role)) => drop(self.user_roles.remove(&(client, user, Arc::clone(role)))),
            (false, None) => {
                self.assigned.remove(&(client, user));
                let stays = |(of, whose, _): &&(Guid, PersonIx, Arc<str>)| (*of, *whose) != (client, user);
                self.user_roles = self.user_roles.iter().filter(stays).cloned().collect();
            }
        }
    }

    pub(super) fn edit_app(&mut self, index: AppIx, edit: impl FnOnce(&mut App)) {
        if let Some(app) = self.apps.get_mut(index.index()) {
            edit(Arc::make_mut(app));
        }
    }

    pub(super) fn set_app(&mut self, client: Guid, change: &AppChange) -> Result<(), DirectoryRefusal> {
        let (index, _) = self.app(client).ok_or(DirectoryRefusal::NoApp(client))?;
        if change.installed == Some(false) {
            // With a service principal go its grants and assignments.
            self.revoke(client, None, None, true, None);
            self.revoke(client, None, None, false, Some(&[]));
            self.assigned = self.assigned.iter().filter(|(of, _)| *of != client).copied().collect();
            self.user_roles = self.user_roles.iter().filter(|(of, ..)| *of != client).cloned().collect();
        }
        self.edit_app(index, |app| {
            let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
            set(&mut app.enabled, change.enabled);
            set(&mut app.installed, change.installed);
            set(&mut app.assignment_required, change.assignment_required);
            let registration = Arc::make_mut(&mut app.registration);
            set(&mut registration.implicit, change.implicit);
            registration.audience = change.audience.unwrap_or(registration.audience);
            registration.group_membership_claims =
                change.group_membership_claims.unwrap_or(registration.group_membership_claims);
            if let Some(url) = &change.logout_url {
                registration.logout_url = Some(Arc::clone(url));
            }
            if let Some(clients) = &change.known_clients {
                registration.known_clients.clone_from(clients);
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
}
