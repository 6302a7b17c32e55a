//! Who is calling, once it has been checked.

use crate::model::ids::Guid;
use crate::model::index::{AppIx, PersonIx};

/// A checked caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller {
    /// Nobody in particular: the route is open.
    Anonymous,
    /// An application with its own rights.
    Application {
        /// Its place in the directory.
        app: AppIx,
        /// Values of the `roles` claim.
        roles: Vec<String>,
    },
    /// An application on behalf of a user.
    User {
        /// The user.
        person: PersonIx,
        /// The application's client id.
        client: Guid,
        /// Values of the `scp` claim.
        scopes: Vec<String>,
    },
    /// A user through an API token of the portal.
    ApiToken {
        /// The administrator who created it.
        person: PersonIx,
    },
}

impl Caller {
    /// Holds one of `permissions`, compared without case: the documentation spells them in several ways.
    pub fn holds_any(&self, permissions: &[&str]) -> bool {
        match self {
            Self::Anonymous => permissions.is_empty(),
            Self::Application { roles: held, .. } | Self::User { scopes: held, .. } => {
                let holds = |wanted: &&str| held.iter().any(|known| known.eq_ignore_ascii_case(wanted));
                permissions.is_empty() || permissions.iter().any(holds)
            }
            // The one API token of a tenant is made by its global administrator, whose rights it has.
            Self::ApiToken { .. } => true,
        }
    }
}
