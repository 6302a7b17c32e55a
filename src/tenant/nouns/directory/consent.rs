//! What consent grants, and what taking it back removes.

use std::sync::Arc;

use crate::model::directory::Grant;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::registration::{Permission, Registration};

use super::{Directory, GrantKey};

impl Directory {
    pub(super) fn next(&mut self) -> u64 {
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

    pub(super) fn grant_roles(&mut self, client: Guid, roles: &[Permission]) {
        for role in roles {
            let ordinal = self.next();
            self.roles.entry((client, role.clone())).or_insert(ordinal);
        }
    }

    pub(super) fn consent(
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

    pub(super) fn revoke(
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
}
