//! An application: its registration, the service principal that stands for it here, what it may do.
//!
//! Some applications have a registration in the directory (the tenant's own, those that commands added, those of other
//! tenants that were consented to); what the company runs otherwise is known by its service principal alone.

use std::borrow::Cow;

use crate::generate::birth::principals::{Duty, Principal};
use crate::generate::stories::{BRINGS_AN_APP, Storyline};
use crate::model::directory::App;
use crate::model::ids::Guid;
use crate::model::index::AppIx;
use crate::model::registration::{Permission, Registration};
use crate::tenant::TenantView;

/// An application.
#[derive(Clone, Copy)]
pub struct AppFacts<'a> {
    view: &'a TenantView,
    app: Known<'a>,
}

/// What is known of it.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// It has a registration; the principal is that of birth, if it was there then.
    Registered { app: &'a App, born: Option<&'a Principal> },
    /// It is one of those that the company runs.
    Principal(&'a Principal),
}

impl<'a> AppFacts<'a> {
    /// The application that commands name by this index. One whose service principal is gone counts too.
    pub fn of(view: &'a TenantView, index: AppIx) -> Option<Self> {
        let app = super::directory(view).app_at(index)?;
        Some(Self::registered(view, index, app))
    }

    /// The application with this client id, of those that have a registration.
    pub fn by_client(view: &'a TenantView, client: Guid) -> Option<Self> {
        let (index, app) = super::directory(view).app(client)?;
        Some(Self::registered(view, index, app))
    }

    /// Those that have a registration, in the order of the directory.
    pub fn all_registered(view: &'a TenantView) -> impl Iterator<Item = Self> {
        AppIx::numbered(&super::directory(view).apps)
            .map(move |(index, app)| Self::registered(view, index, app))
    }

    /// The service principals that the company was born with, registrations first, and that of an attacker once its
    /// storyline has begun.
    pub fn all_principals(view: &'a TenantView) -> impl Iterator<Item = Self> {
        let world = view.state.world();
        let begun = |story: &Storyline| world.spec.start + story.begins <= view.now;
        let rogue = view.state.storylines().any(|story| story.name == BRINGS_AN_APP && begun(story));
        let there =
            world.principals.iter().enumerate().filter(move |(_, app)| rogue || app.duty != Duty::Rogue);
        there.map(move |(index, principal)| {
            // World and directory list the tenant's own registrations first, so the index is the same.
            let registered = AppIx::at(index).filter(|_| index < world.registrations.len());
            registered
                .and_then(|index| Self::of(view, index))
                .unwrap_or(Self { view, app: Known::Principal(principal) })
        })
    }

    fn registered(view: &'a TenantView, index: AppIx, app: &'a App) -> Self {
        let world = view.state.world();
        let at = index.index();
        let born = world.principals.get(at).filter(|_| at < world.registrations.len());
        Self { view, app: Known::Registered { app, born } }
    }

    fn principal(&self) -> Option<&'a Principal> {
        match self.app {
            Known::Registered { born, .. } => born,
            Known::Principal(principal) => Some(principal),
        }
    }

    /// Its entry in the directory; `None` for those without a registration.
    pub fn entry(&self) -> Option<&'a App> {
        match self.app {
            Known::Registered { app, .. } => Some(app),
            Known::Principal(_) => None,
        }
    }

    /// Its registration, if it has one.
    pub fn registration(&self) -> Option<&'a Registration> {
        self.entry().map(|app| &*app.registration)
    }

    /// The short name by which tests call it; `None` for those without a registration.
    pub fn name(&self) -> Option<&'a str> {
        self.registration().map(|registration| &*registration.name)
    }

    /// Display name.
    pub fn display_name(&self) -> &'a str {
        match self.app {
            Known::Registered { app, .. } => &app.registration.display_name,
            Known::Principal(principal) => &principal.display_name,
        }
    }

    /// Application (client) id.
    pub fn client_id(&self) -> Guid {
        match self.app {
            Known::Registered { app, .. } => app.registration.client_id,
            Known::Principal(principal) => principal.client_id,
        }
    }

    /// Object id of the service principal.
    pub fn object_id(&self) -> Guid {
        match self.app {
            Known::Registered { app, .. } => app.principal,
            Known::Principal(principal) => principal.id,
        }
    }

    /// Who publishes it; `None` for the company itself.
    pub fn publisher(&self) -> Option<&'static str> {
        self.principal().map(|principal| principal.publisher).filter(|publisher| !publisher.is_empty())
    }

    /// Its publisher is verified.
    pub fn verified(&self) -> bool {
        self.principal().is_some_and(|principal| principal.verified)
    }

    /// Its home tenant, if that is another one.
    pub fn home(&self) -> Option<Guid> {
        self.entry().and_then(|app| app.home)
    }

    /// It was there when the tenant was born, rather than added by a command.
    pub fn born(&self) -> bool {
        self.principal().is_some()
    }

    /// Its service principal exists: without it the tenant does not know the application.
    pub fn installed(&self) -> bool {
        self.entry().is_none_or(|app| app.installed)
    }

    /// Its service principal may sign in.
    pub fn enabled(&self) -> bool {
        self.entry().is_none_or(|app| app.enabled)
    }

    /// An administrator has consented to something, as things stand now.
    pub fn consented(&self) -> bool {
        let Some(registration) = self.registration() else { return true };
        let (directory, client) = (super::directory(self.view), registration.client_id);
        directory.grants.keys().any(|(of, _, whose)| *of == client && whose.is_none())
            || directory.roles_of(client).next().is_some()
    }

    /// Application permissions that it asks for.
    pub fn permissions(&self) -> Vec<Cow<'static, str>> {
        match self.app {
            Known::Registered { app, .. } => values(&app.registration.permissions),
            Known::Principal(principal) => {
                principal.permissions.iter().map(|permission| (*permission).into()).collect()
            }
        }
    }
}

fn values(permissions: &[Permission]) -> Vec<Cow<'static, str>> {
    permissions.iter().map(|permission| permission.value.clone()).collect()
}
