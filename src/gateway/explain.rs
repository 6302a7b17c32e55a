//! What the simulator held against a request, in words.

use serde::Serialize;

use super::handshakes::Distrust;
use super::log::Entry;
use super::nearest::nearest;
use super::profile::Authentication;
use super::route::Route;
use super::service::Service;
use super::tenant_resolution::By;

/// What a request came to, and what to do about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The entry's number.
    pub id: u64,
    /// Method, host and path.
    pub request: String,
    /// Status of the answer.
    pub status: u16,
    /// The service that answered.
    pub service: Option<Service>,
    /// The route that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
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

/// Explains an entry of the log of `tenant`. `lets_in` is whom the service that answered lets in.
pub fn explain(
    entry: &Entry,
    routes: &[&'static Route],
    lets_in: Option<Authentication>,
    tenant: &str,
    handshakes: Vec<Distrust>,
) -> Explanation {
    let route = entry.route.and_then(|template| {
        routes.iter().find(|route| {
            Some(route.service) == entry.service && route.path == template && route.method == entry.method
        })
    });
    let named = |route: &Route| format!("{} {}", route.method, route.path);
    let nearest = match route {
        Some(_) => Vec::new(),
        None => nearest(routes.iter().copied(), entry.method.as_str(), &entry.path, 3)
            .into_iter()
            .map(named)
            .collect(),
    };
    let mut explanation = Explanation {
        id: entry.id,
        request: format!("{} {}{}", entry.method, entry.host, entry.path),
        status: entry.status,
        service: entry.service,
        route: route.map(|route| named(route)),
        nearest,
        tenant: tenant.to_owned(),
        tenant_by: entry.tenant_by,
        caller: entry.caller.clone(),
        any_of: route.map_or(&[], |route| route.permissions.application),
        refusal: entry.refusal.map(|row| row.name),
        when: entry.refusal.map(|row| row.when.trim()),
        reason: entry.reason.clone(),
        advice: None,
        handshakes,
        text: Vec::new(),
    };
    explanation.advice = advice(&explanation, lets_in);
    explanation.text = text(&explanation, lets_in);
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

fn advice(explanation: &Explanation, lets_in: Option<Authentication>) -> Option<String> {
    let of = explanation.any_of;
    Some(match explanation.status {
        401 => match lets_in {
            Some(Authentication::None) => "Compare client id and secret with those of GET /_mock/info.",
            Some(Authentication::Operator) => {
                "Send the operator's token, which the server printed at its start."
            }
            Some(Authentication::Bearer { .. }) | None => {
                "Ask the tenant's token endpoint for a token for this service, use the API token of GET \
                 /_mock/info, or mint one: `mock-defender token`."
            }
        }
        .to_owned(),
        403 if !of.is_empty() => {
            format!("Call as an application that holds {}, such as `full`.", of.join(" or "))
        }
        404 | 405 if explanation.route.is_none() => match explanation.nearest.first() {
            Some(nearest) => format!("Perhaps {nearest} is meant. `mock-defender routes` lists every route."),
            None => "`mock-defender routes` lists every route.".to_owned(),
        },
        404 => "Ask a list for the ids that there are; another tenant, or a reset, has others.".to_owned(),
        421 => "Ask a genuine host name or localhost, or start the server with --name for this host.".to_owned(),
        429 => "Wait as the answer says, move the clock (`mock-defender clock advance PT1M`), or start the server \
                with --throttle off."
            .to_owned(),
        400..=499 => "Correct what the reason names.".to_owned(),
        500.. => "The real service fails like this, too: try again as a client should.".to_owned(),
        _ => return None,
    })
}

fn text(explanation: &Explanation, lets_in: Option<Authentication>) -> Vec<String> {
    let Explanation { id, request, status, .. } = explanation;
    let mut lines = vec![format!("Request {id}: {request} was answered with {status}.")];
    match (explanation.service, &explanation.route) {
        (Some(service), Some(route)) => lines.push(format!("Route: {route} of {}.", service.name())),
        (Some(service), None) => lines.push(format!("Route: none of {} fits.", service.name())),
        (None, _) => lines.push("Service: none is played under this host and path.".to_owned()),
    }
    if !explanation.nearest.is_empty() {
        lines.push(format!("Nearest routes: {}.", explanation.nearest.join("; ")));
    }
    lines.push(format!("Tenant: {}, {}.", explanation.tenant, found_by(explanation.tenant_by)));
    let caller = explanation.caller.as_deref();
    lines.push(match (lets_in, caller) {
        (_, Some(caller)) => format!("Caller: {caller}."),
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
    if explanation.refusal.is_none() && *status < 400 {
        lines.push("Nothing was held against it.".to_owned());
    }
    lines.extend(explanation.handshakes.iter().map(|one| format!("Not among the requests: {}", one.told())));
    lines
}
