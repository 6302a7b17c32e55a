//! Routes as data: the router, the permission check, the throttle, `/_mock/routes`, the `routes` subcommand, the OpenAPI
//! document and the README's parity table all read this one table.

use http::Method;
use serde_json::Value as Json;

use super::context::Ctx;
use super::exchange::Answer;
use super::refusal::Refused;
use super::service::Service;

/// What a handler returns.
pub type Handled = Result<Answer, Refused>;

/// A handler.
pub type Handler = fn(&Ctx<'_>) -> Handled;

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
    /// What becomes of the body.
    pub body: BodyPolicy,
    /// Runs off the reactor.
    pub heavy: bool,
    /// It looks through the lists of its tenant: quick in a small one, and off the reactor in a large one.
    pub scans: bool,
    /// It looks on its way whether somebody still waits for it ([`Inbound::is_awaited`](super::Inbound::is_awaited)), and
    /// leaves off where nobody does.
    pub interruptible: bool,
    /// The operator's token is not asked for.
    pub is_public: bool,
    /// It answers a tenant that has not subscribed to the service, too.
    pub needs_no_subscription: bool,
    /// Which tenant it is about.
    pub scope: Scope,
    /// How far it goes.
    pub fidelity: Fidelity,
    /// The test that shows it: `file::test_name`.
    pub witness: &'static str,
    /// What goes in and out, as far as it is written down.
    pub contract: Contract,
    /// The handler.
    pub handler: Handler,
}

/// What the routes of a service have in common, and how each of them is declared:
///
/// ```text
/// const API: Routes = Routes::of(Service::CloudApps, BodyPolicy::Buffered(1 << 20));
///
/// pub static ROUTES: &[Route] = &[
///     API.get("/api/v1/alerts", alerts::list).permissions(READ_ALERTS).summary("List alerts").witness("alerts::listed"),
/// ];
/// ```
#[derive(Clone, Copy)]
pub struct Routes {
    service: Service,
    body: BodyPolicy,
    heavy: bool,
}

impl Routes {
    /// Routes of `service`, which treat bodies so.
    pub const fn of(service: Service, body: BodyPolicy) -> Self {
        Self { service, body, heavy: false }
    }

    /// The same routes, which run off the reactor but for those that are [`light`](Route::light).
    pub const fn heavy(mut self) -> Self {
        self.heavy = true;
        self
    }

    /// A route for `GET`.
    pub const fn get(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::GET, path, handler)
    }

    /// A route for `POST`.
    pub const fn post(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::POST, path, handler)
    }

    /// A route for `PUT`.
    pub const fn put(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::PUT, path, handler)
    }

    /// A route for `PATCH`.
    pub const fn patch(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::PATCH, path, handler)
    }

    /// A route for `DELETE`.
    pub const fn delete(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::DELETE, path, handler)
    }

    /// A route for `OPTIONS`.
    pub const fn options(self, path: &'static str, handler: Handler) -> Route {
        self.route(Method::OPTIONS, path, handler)
    }

    const fn route(self, method: Method, path: &'static str, handler: Handler) -> Route {
        Route {
            service: self.service,
            method,
            path,
            summary: "",
            permissions: OPEN,
            body: self.body,
            heavy: self.heavy,
            interruptible: false,
            scans: false,
            is_public: false,
            needs_no_subscription: false,
            scope: Scope::Tenant,
            fidelity: Fidelity::Real,
            witness: "",
            contract: Contract::UNWRITTEN,
            handler,
        }
    }
}

impl Route {
    /// The same route, for who holds one of these permissions.
    pub const fn permissions(mut self, permissions: Permissions) -> Self {
        self.permissions = permissions;
        self
    }

    /// The same route; in one line, what it does.
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// The same route; the test that shows it.
    pub const fn witness(mut self, witness: &'static str) -> Self {
        self.witness = witness;
        self
    }

    /// The same route, which computes for long.
    pub const fn heavy(mut self) -> Self {
        self.heavy = true;
        self
    }

    /// The same route, which costs next to nothing, whatever the tenants hold, and waits for nobody.
    pub const fn light(mut self) -> Self {
        self.heavy = false;
        self
    }

    /// The same route, which looks through the lists of its tenant.
    pub const fn scans(mut self) -> Self {
        self.scans = true;
        self
    }

    /// The same route, which computes for so long that it is left off when the client leaves or the server stops.
    pub const fn interruptible(mut self) -> Self {
        self.heavy = true;
        self.interruptible = true;
        self
    }

    /// The same route, for which no operator's token is asked: it tells nothing that a stranger may not know.
    pub const fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// The same route, which answers a tenant that has not subscribed to the service, too.
    pub const fn without_subscription(mut self) -> Self {
        self.needs_no_subscription = true;
        self
    }

    /// The same route, which is about no tenant, or finds one by itself.
    pub const fn of_any_tenant(mut self) -> Self {
        self.scope = Scope::Any;
        self
    }

    /// The same route, which answers in the real shape but does not go the whole way.
    pub const fn shaped(mut self) -> Self {
        self.fidelity = Fidelity::Shaped;
        self
    }

    /// The same route, which reads bodies of so many bytes.
    pub const fn reads_up_to(mut self, bytes: usize) -> Self {
        self.body = BodyPolicy::Buffered(bytes);
        self
    }

    /// The same route; the schema of its body.
    pub const fn takes(mut self, schema: fn() -> Json) -> Self {
        self.contract.body = Some(schema);
        self
    }

    /// The same route; the content types that its body may have, where that is not JSON alone.
    pub const fn takes_as(mut self, types: &'static [&'static str]) -> Self {
        self.contract.body_types = types;
        self
    }

    /// The same route; the fields of the query that it reads, with their types.
    pub const fn reads(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.contract.query = query;
        self
    }

    /// The same route; the schema of its answer.
    pub const fn gives(mut self, schema: fn() -> Json) -> Self {
        self.contract.answer = Some(schema);
        self
    }

    /// The same route; the content type of its answer, where that is not JSON.
    pub const fn gives_as(mut self, content_type: &'static str) -> Self {
        self.contract.answer_type = content_type;
        self
    }

    /// The same route; its status of success, where that is not 200.
    pub const fn succeeds_with(mut self, status: u16) -> Self {
        self.contract.status = status;
        self
    }

    /// The largest body, in bytes.
    pub const fn body_limit(&self) -> usize {
        let BodyPolicy::Buffered(most) = self.body;
        most
    }
}

/// What goes into a route and comes out of it.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// Schema of the body.
    pub body: Option<fn() -> Json>,
    /// Content types of the body.
    pub body_types: &'static [&'static str],
    /// Fields of the query, with their types.
    pub query: &'static [(&'static str, &'static str)],
    /// Schema of the answer.
    pub answer: Option<fn() -> Json>,
    /// Content type of the answer.
    pub answer_type: &'static str,
    /// Status of success.
    pub status: u16,
}

impl Contract {
    /// Some JSON in, some JSON out.
    const UNWRITTEN: Self = Self {
        body: None,
        body_types: &["application/json"],
        query: &[],
        answer: None,
        answer_type: "application/json",
        status: 200,
    };
}

/// What becomes of a body before the handler sees the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPolicy {
    /// It is held in memory as a whole, if it has no more bytes.
    Buffered(usize),
}

/// Permissions of a route: any one of a list suffices; an empty list asks for none.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// For applications with their own rights.
    pub application: &'static [&'static str],
    /// For applications on behalf of a user.
    pub delegated: &'static [&'static str],
    /// What the route does with them.
    pub access: Access,
}

/// Open to anyone whom the service lets in.
pub const OPEN: Permissions = Permissions { application: &[], delegated: &[], access: Access::Read };

/// Whether a route changes anything, as far as roles of users go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Who may look may ask it.
    Read,
    /// Only who may change.
    Write,
}

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
