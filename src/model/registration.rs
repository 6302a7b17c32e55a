//! Application registrations: the client ids and secrets that a test hands to its client.

use std::borrow::Cow;

use super::ids::Guid;

/// An application of the tenant, together with its service principal.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The short name by which the information block and tests call it: `full`, `read-only`, `unconsented`.
    pub name: Cow<'static, str>,
    /// Display name.
    pub display_name: Cow<'static, str>,
    /// Application (client) id.
    pub client_id: Guid,
    /// Object id of the service principal: the `oid` of its tokens.
    pub principal: Guid,
    /// The client secret.
    pub secret: String,
    /// An administrator consented to the application permissions below.
    pub consented: bool,
    /// Application permissions that the registration asks for.
    pub permissions: Vec<Permission>,
}

/// One application permission (app role) of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Application id of the resource, as text.
    pub resource: &'static str,
    /// The value in the `roles` claim.
    pub value: &'static str,
}
