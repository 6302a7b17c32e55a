//! What the simulator held against a request, in words.

mod advice;

use serde::Serialize;

use super::handshakes::Distrust;
use super::log::Entry;
use super::nearest::{Near, nearest};
use super::profile::{Authentication, ServiceProfile};
use super::route::Route;
use super::service::Service;
use super::tenant_resolution::By;

/// Of this many routes that come near is told.
const MOST_NEAR: usize = 3;

/// What a request came to, and what to do about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The entry's number.
    pub id: u64,
    /// Method, host and path.
    pub request: String,
    /// Status of the answer; 0 if none was sent.
    pub status: u16,
    /// The name of the fault that acted on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The service that answered.
    pub service: Option<Service>,
    /// The route that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// What the real service has there, where nothing is played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_played_yet: Option<String>,
    /// The routes that are nearest to a request without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<String>,
    /// The tenant that it was about.
    pub tenant: String,
    /// How the tenant was found.
    pub tenant_by: By,
    /// Who called, once checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Any of these permissions suffices for the route.
    pub any_of: &'static [&'static str],
    /// The refusal's name in the service's catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// When the service refuses so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<&'static str>,
    /// What was held against this request, or noticed about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// Clients that ended connections for want of trust: a request that is missed may be one that never came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handshakes: Vec<Distrust>,
    /// All of it for people, a line each.
    pub text: Vec<String>,
}

/// A request to explain, with what is known around it.
pub struct Case<'a> {
    /// The request.
    pub entry: &'a Entry,
    /// The requests to the same tenant before it, oldest first.
    pub before: &'a [Entry],
    /// Every route.
    pub routes: &'a [&'static Route],
    /// The service that answered, if any did.
    pub profile: Option<&'static ServiceProfile>,
    /// The tenant that it was about, in words.
    pub tenant: &'a str,
    /// The tenant's clock stands still.
    pub frozen: bool,
    /// Clients that ended connections for want of trust.
    pub handshakes: Vec<Distrust>,
}

/// Explains a request.
pub fn explain(case: Case<'_>) -> Explanation {
    let entry = case.entry;
    let route = entry.route.and_then(|template| {
        case.routes.iter().copied().find(|route| {
            Some(route.service) == entry.service && route.path == template && route.method == entry.method
        })
    });
    let not_played_yet = advice::not_played_yet(entry);
    let near = match route {
        None if !entry.is_stray() && entry.fault.is_none() && not_played_yet.is_none() => {
            nearest(case.routes.iter().copied(), entry.method.as_str(), &entry.path, MOST_NEAR)
        }
        _ => Vec::new(),
    };
    let mut explanation = Explanation {
        id: entry.id,
        request: format!("{} {}{}", entry.method, entry.host, entry.path),
        status: entry.status,
        fault: entry.fault.as_deref().map(str::to_owned),
        service: entry.service,
        route: route.map(|route| format!("{} {}", route.method, route.path)),
        nearest: near.iter().map(Near::named).collect(),
        not_played_yet,
        tenant: case.tenant.to_owned(),
        tenant_by: entry.tenant_by,
        caller: entry.caller.clone(),
        any_of: route.map_or(&[], |route| route.permissions.application),
        refusal: entry.refusal.map(|row| row.name),
        when: entry.refusal.map(|row| row.when.trim()),
        reason: entry.reason.clone(),
        advice: advice::advice(&case, route, &near),
        handshakes: Vec::new(),
        text: Vec::new(),
    };
    let disturbed = entry.fault.is_some() && entry.service.is_none();
    explanation.text =
        text(&explanation, &near, case.profile.map(|profile| profile.authentication), disturbed);
    explanation.handshakes = case.handshakes;
    let missed = explanation.handshakes.iter().map(|one| format!("Not among the requests: {}", one.told()));
    explanation.text.extend(missed);
    explanation
}

fn found_by(by: By) -> &'static str {
    match by {
        By::Path => "named in the path",
        By::Credential => "named by the credential",
        By::Proxy => "named by the user name of the proxy",
        By::Sealed => "that of the code, token or page that the request carries",
        By::Host => "named by the host",
        By::Named => "that of the user or client that the request names",
        By::Default => "the server's first, since nothing names one",
        By::Unresolved => "filed with the server's first: what names a tenant does not fit",
    }
}

/// `disturbed`: a fault acted before the route was looked for.
fn text(
    explanation: &Explanation,
    near: &[Near<'_>],
    lets_in: Option<Authentication>,
    disturbed: bool,
) -> Vec<String> {
    let Explanation { id, request, status, .. } = explanation;
    let mut lines = vec![match status {
        0 => format!("Request {id}: {request} was not answered."),
        status => format!("Request {id}: {request} was answered with {status}."),
    }];
    if let Some(fault) = &explanation.fault {
        let besides = match explanation.refusal {
            Some(_) => "besides, the service refused it",
            None => "nothing is held against the client",
        };
        lines.push(format!("Disturbed: the fault {fault:?} acted on it, as somebody asked for; {besides}."));
    }
    match (explanation.service, &explanation.route) {
        _ if disturbed => lines.push("Route: not looked for; a fault acted before.".to_owned()),
        (Some(service), Some(route)) => lines.push(format!("Route: {route} of {}.", service.name())),
        (Some(service), None) => lines.push(format!("Route: none of {} fits.", service.name())),
        (None, _) => lines.push("Service: none is played under this host and path.".to_owned()),
    }
    lines.extend(explanation.not_played_yet.clone());
    if !near.is_empty() {
        let told = near.iter().map(|near| match near.difference() {
            Some(difference) => format!("{} ({difference})", near.named()),
            None => near.named(),
        });
        lines.push(format!("Nearest routes: {}.", told.collect::<Vec<_>>().join("; ")));
    }
    lines.push(format!("Tenant: {}, {}.", explanation.tenant, found_by(explanation.tenant_by)));
    let caller = explanation.caller.as_deref();
    lines.push(match (lets_in, caller) {
        (_, Some(caller)) => format!("Caller: {caller}."),
        (Some(Authentication::Bearer { .. }), None)
            if explanation.fault.is_some() && explanation.refusal.is_none() =>
        {
            "Caller: the fault acted before anybody was asked.".to_owned()
        }
        (Some(Authentication::Bearer { .. }), None) => "Caller: nobody who could be told.".to_owned(),
        _ => "Caller: none is asked for.".to_owned(),
    });
    if !explanation.any_of.is_empty() {
        lines.push(format!("Permission: any of {}.", explanation.any_of.join(", ")));
    }
    if let (Some(refusal), Some(when)) = (explanation.refusal, explanation.when) {
        lines.push(format!("Refused as {refusal}: {when}"));
    }
    if let Some(reason) = &explanation.reason {
        lines.push(format!("Reason: {reason}"));
    }
    if let Some(advice) = &explanation.advice {
        lines.push(format!("What to do: {advice}"));
    }
    if explanation.refusal.is_none() && explanation.reason.is_none() && (1..400).contains(status) {
        lines.push("Nothing was held against it.".to_owned());
    }
    lines
}
