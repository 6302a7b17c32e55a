//! The control API under `/_mock/`: what a test or a person steers the simulator with.
//!
//! It answers only on the simulator's own names and never to a web page of another origin. Its errors say what was
//! wrong, where, and what to do.

mod body;
mod clock;
mod commands;
mod connection;
mod directory;
mod events;
mod faults;
mod info;
mod inject;
mod openapi;
mod play;
mod records;
mod refusals;
mod requests;
mod requests_all;
mod routes;
mod scenarios;
mod schemas;
mod server_faults;
mod start;
mod tenants;
mod tokens;
mod truth;
mod ui;

use crate::gateway::hosts::Hosts;
use crate::gateway::profile::{Authentication, PathRules, Segments, any_user, no_claim, no_hint};
use crate::gateway::{Ctx, Service, ServiceProfile};
use crate::operations::Subject;

pub use refusals::ControlRefusal;
pub use routes::ROUTES;

/// How the control API shows itself to the gateway.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Control,
    hosts: Hosts::NONE,
    shares_hosts: false,
    segments: Segments { first: &["_mock", ""], claims: no_claim },
    paths: PathRules { ignore_case: false, optional_first: None },
    authentication: Authentication::Operator,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint: no_hint,
    refuse: refusals::from_gateway,
    refusals: ControlRefusal::CATALOGUE,
    advise: refusals::advise,
    routes: &[ROUTES],
};

/// The tenant that a request is about, at the instant of the request.
fn subject<'a>(ctx: &'a Ctx<'_>) -> Subject<'a> {
    Subject { gateway: ctx.gateway, tenant: ctx.tenant, view: ctx.view.clone() }
}
