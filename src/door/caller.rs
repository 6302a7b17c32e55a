//! Who is calling, once it has been checked.

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
            Self::Application { roles, .. } => {
                permissions.is_empty()
                    || permissions
                        .iter()
                        .any(|wanted| roles.iter().any(|role| role.eq_ignore_ascii_case(wanted)))
            }
            // The one API token of a tenant is made by its global administrator, whose rights it has.
            Self::ApiToken { .. } => true,
        }
    }
}
