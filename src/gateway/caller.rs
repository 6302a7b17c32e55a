//! Who is calling, once it has been checked.

use std::sync::Arc;

use crate::identity::VerifiedToken;
use crate::model::ids::Guid;
use crate::model::index::{AppIx, PersonIx};
use crate::tenant::Directory;

use super::route::Permissions;

/// A checked caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller {
    /// Nobody in particular: the route is open.
    Anonymous,
    /// An application with its own rights.
    Application {
        /// Its place in the directory.
        app: AppIx,
        /// What its token says.
        token: Arc<VerifiedToken>,
    },
    /// An application on behalf of a user.
    User {
        /// The user.
        person: PersonIx,
        /// The application's client id.
        client: Guid,
        /// What the token says.
        token: Arc<VerifiedToken>,
    },
    /// A user through an API token of the portal.
    ApiToken {
        /// The administrator who created it.
        person: PersonIx,
    },
}

impl Caller {
    /// The application that calls, by its client id.
    pub fn client(&self, directory: &Directory) -> Option<Guid> {
        match self {
            Self::Application { app, .. } => directory.app_at(*app).map(|app| app.registration.client_id),
            Self::User { client, .. } => Some(*client),
            Self::Anonymous | Self::ApiToken { .. } => None,
        }
    }

    /// Holds one of the permissions; if not, any of these would do. They are compared without case: the documentation
    /// spells them in several ways.
    pub fn holds(&self, permissions: &Permissions) -> Result<(), &'static [&'static str]> {
        let (held, wanted): (&[String], _) = match self {
            Self::Anonymous => (&[], permissions.application),
            Self::Application { token, .. } => (&token.roles, permissions.application),
            Self::User { token, .. } => (&token.scp, permissions.delegated),
            // The one API token of a tenant is made by its global administrator, whose rights it has.
            Self::ApiToken { .. } => return Ok(()),
        };
        let holds = |wanted: &&str| held.iter().any(|known| known.eq_ignore_ascii_case(wanted));
        if wanted.is_empty() || wanted.iter().any(holds) { Ok(()) } else { Err(wanted) }
    }
}
