//! Who is calling, once it has been checked.

use crate::model::ids::Guid;

/// A checked caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller {
    /// Nobody in particular: the route is open.
    Anonymous,
    /// An application with its own rights.
    Application {
        /// Index into the tenant's registrations.
        registration: u16,
        /// Values of the `roles` claim.
        roles: Vec<String>,
    },
    /// An application on behalf of a user.
    User {
        /// The user, by index.
        person: u32,
        /// The application's client id.
        client: Guid,
        /// Values of the `scp` claim.
        scopes: Vec<String>,
    },
    /// A user through an API token of the portal.
    ApiToken {
        /// Index of the administrator who created it.
        person: u32,
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
