//! Routes as data: the router, the permission check, the throttle, `/_mock/routes`, the `routes` subcommand and
//! the README's parity table all read this one table.

use http::Method;

use super::context::Ctx;
use super::exchange::Answer;
use super::refusal::Refused;
use super::service::Service;

/// What a handler returns.
pub type Handled = Result<Answer, Refused>;

/// One route of one service.
pub struct Route {
    /// Whose route.
    pub service: Service,
    /// The method.
    pub method: Method,
    /// Template: literal segments and `{parameters}`; no trailing slash.
    pub path: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Who may.
    pub permissions: Permissions,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Runs off the reactor.
    pub heavy: bool,
    /// Which tenant it is about.
    pub scope: Scope,
    /// How far it goes.
    pub fidelity: Fidelity,
    /// The test that shows it: `file::test_name`.
    pub witness: &'static str,
    /// The handler.
    pub handler: fn(&Ctx<'_>) -> Handled,
}

impl Route {
    /// The same route, which answers in the real shape but does not go the whole way.
    pub const fn shaped(mut self) -> Self {
        self.fidelity = Fidelity::Shaped;
        self
    }
}

/// Permissions of a route: any one of the listed suffices; an empty list asks for none.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// For applications with their own rights.
    pub application: &'static [&'static str],
}

/// Open to anyone whom the service lets in.
pub const OPEN: Permissions = Permissions { application: &[] };

/// Whether a route is about a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It is: one must be resolved.
    Tenant,
    /// It is not, or it finds one by itself.
    Any,
}

/// How far a route goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// State, rules and errors worked out.
    Real,
    /// Contract right, content thin.
    Shaped,
}
