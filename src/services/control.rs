//! The control API under `/_mock/`: what a test or a person steers the simulator with.
//!
//! It answers only on the simulator's own names and never to a web page of another origin. Its errors say what was
//! wrong, where, and what to do.

mod body;
mod clock;
mod commands;
mod directory;
mod info;
mod inject;
mod openapi;
mod play;
mod records;
mod refusals;
mod requests;
mod requests_all;
mod schemas;
mod tenants;
mod tokens;
mod truth;

use http::Method;

use crate::gateway::profile::{Authentication, PathRules, any_user, no_hint};
use crate::gateway::route::{Fidelity, Handled, OPEN, Route, Scope};
use crate::gateway::{Ctx, Service, ServiceProfile};
use crate::operations::Subject;

pub use refusals::ControlRefusal;

/// How the control API shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Control,
    paths: PathRules { ignore_case: false, optional_first: None },
    authentication: Authentication::Operator,
    user_may: any_user,
    throttle: None,
    hint: no_hint,
    refuse: refusals::from_gateway,
};

/// The tenant that a request is about, at the instant of the request.
fn subject<'a>(ctx: &'a Ctx<'_>) -> Subject<'a> {
    Subject { registry: &ctx.gateway.registry, tenant: &ctx.tenant, view: ctx.view.clone() }
}

/// The largest body that is read.
const BODY: usize = 4 << 20;

const fn route(
    method: Method,
    path: &'static str,
    scope: Scope,
    heavy: bool,
    handler: fn(&Ctx<'_>) -> Handled,
    summary: &'static str,
    witness: &'static str,
) -> Route {
    Route {
        service: Service::Control,
        method,
        path,
        summary,
        permissions: OPEN,
        body_limit: BODY,
        heavy,
        scope,
        fidelity: Fidelity::Real,
        witness,
        handler,
    }
}

const READ: bool = false;
const HEAVY: bool = true;

/// The routes.
pub static ROUTES: &[Route] = &[
    route(
        Method::GET,
        "/_mock/health",
        Scope::Any,
        READ,
        info::health,
        "Ready",
        "control::health_says_ready",
    ),
    route(
        Method::GET,
        "/_mock/info",
        Scope::Any,
        READ,
        info::info,
        "Everything a test needs: tenants, apps with secrets, users with passwords",
        "control::info_holds_what_a_client_needs",
    ),
    route(
        Method::GET,
        "/_mock/ca.pem",
        Scope::Any,
        READ,
        info::ca,
        "Certificate of the local authority",
        "control::the_certificate_is_served_in_clear_too",
    ),
    route(
        Method::GET,
        "/_mock/routes",
        Scope::Any,
        READ,
        info::routes,
        "Every route with its permissions, fidelity and witness",
        "control::routes_lists_the_whole_table",
    ),
    route(
        Method::GET,
        "/_mock/tenants",
        Scope::Any,
        READ,
        tenants::list,
        "List the tenants",
        "control::a_tenant_is_created_found_and_deleted",
    ),
    route(
        Method::POST,
        "/_mock/tenants",
        Scope::Any,
        HEAVY,
        tenants::create,
        "Create a tenant from seed, size, name and start",
        "control::a_tenant_is_created_found_and_deleted",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}",
        Scope::Tenant,
        READ,
        tenants::get,
        "The information block of one tenant (by id, host label or domain)",
        "control::a_tenant_is_created_found_and_deleted",
    ),
    route(
        Method::DELETE,
        "/_mock/tenants/{tenant}",
        Scope::Tenant,
        HEAVY,
        tenants::delete,
        "Drop a tenant",
        "control::a_tenant_is_created_found_and_deleted",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/fork",
        Scope::Tenant,
        READ,
        tenants::fork,
        "A tenant of its own that has lived the same life; answers with its information block",
        "control::a_fork_answers_with_its_own_block_and_can_expire",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/reset",
        Scope::Tenant,
        HEAVY,
        tenants::reset,
        "Back to birth, or to where a fork was forked off",
        "control::snapshots_and_reset_bring_back_what_was",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}/export",
        Scope::Tenant,
        READ,
        tenants::export,
        "The whole tenant as one file: what it was born from, and every step since",
        "journal::an_exported_tenant_comes_back_to_the_byte",
    ),
    route(
        Method::POST,
        "/_mock/tenants/import",
        Scope::Any,
        HEAVY,
        tenants::import,
        "Bring such a file to life",
        "journal::an_exported_tenant_comes_back_to_the_byte",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}/snapshots",
        Scope::Tenant,
        READ,
        tenants::snapshots,
        "List the snapshots",
        "control::snapshots_and_reset_bring_back_what_was",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/snapshots",
        Scope::Tenant,
        READ,
        tenants::snapshot,
        "Keep the present under a name",
        "control::snapshots_and_reset_bring_back_what_was",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/snapshots/{name}/restore",
        Scope::Tenant,
        READ,
        tenants::restore,
        "Back to a snapshot: records, journal and instant",
        "control::snapshots_and_reset_bring_back_what_was",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}/clock",
        Scope::Tenant,
        READ,
        clock::get,
        "What the clock shows and how it runs",
        "control::the_clock_moves_forward_only",
    ),
    route(
        Method::PATCH,
        "/_mock/tenants/{tenant}/clock",
        Scope::Tenant,
        HEAVY,
        clock::patch,
        "Set the clock forward, freeze it, let it follow the wall clock or run at a rate",
        "control::the_clock_moves_forward_only",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/clock/advance",
        Scope::Tenant,
        HEAVY,
        clock::advance,
        "Advance the clock by an ISO 8601 duration",
        "control::the_clock_moves_forward_only",
    ),
    route(
        Method::DELETE,
        "/_mock/tenants/{tenant}/clock/advance",
        Scope::Tenant,
        READ,
        clock::stop,
        "Stop the advances that are under way, at the next slot mark",
        "onward::an_advance_is_stopped_by_a_request",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}/commands",
        Scope::Tenant,
        READ,
        commands::list,
        "The journal: accepted commands, oldest first",
        "control::commands_are_journaled_and_refused_with_reasons",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/commands",
        Scope::Tenant,
        READ,
        commands::give,
        "Give one command, or a list of them",
        "control::commands_are_journaled_and_refused_with_reasons",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/play",
        Scope::Tenant,
        READ,
        play::play,
        "Tell a storyline, now or later",
        "stories::every_storyline_can_be_played_and_is_true",
    ),
    route(
        Method::POST,
        "/_mock/tenants/{tenant}/inject",
        Scope::Tenant,
        READ,
        inject::inject,
        "Put an activity or alert in, in the wire form of the Cloud Apps API",
        "inject::an_injected_record_is_found_like_any_other",
    ),
    route(
        Method::GET,
        "/_mock/tenants/{tenant}/truth",
        Scope::Tenant,
        READ,
        truth::get,
        "Which records belong to which storyline",
        "control::truth_names_records_that_the_api_serves",
    ),
    records::ALERT,
    info::METRICS,
    openapi::DESCRIPTION,
    directory::DIRECTORY,
    tokens::MINT,
    requests::LIST,
    requests::CLEAR,
    requests::HAR,
    requests::UNMATCHED,
    requests::PERMISSIONS,
    requests::VERIFY,
    requests::GET,
    requests::EXPLAIN,
    requests_all::LIST,
    requests_all::CLEAR,
    requests_all::HAR,
    requests_all::UNMATCHED,
    requests_all::PERMISSIONS,
    requests_all::VERIFY,
];
