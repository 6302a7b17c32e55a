//! What to do about a request that came to nothing: by its refusal, as the service says, and by what went on around it.

use crate::catalogue::real_routes;
use crate::gateway::log::Entry;
use crate::gateway::nearest::{Near, real_route};
use crate::gateway::profile::{Authentication, ServiceProfile};
use crate::gateway::route::Route;
use crate::gateway::service::Service;

use super::Case;

/// What the real service has where nothing is played, in a sentence.
pub(super) fn not_played_yet(entry: &Entry) -> Option<String> {
    if entry.is_stray() {
        let host = entry.host.rsplit_once(':').map_or(&*entry.host, |(host, _)| host);
        let what = real_routes::host(host)?;
        return Some(format!("The real {host} is {what}; it is not played yet."));
    }
    let service = entry.service.map(Service::name);
    let known = entry.is_unmatched().then(|| real_route(service, entry.method.as_str(), &entry.path))??;
    // A path that is played wants another method: that is all there is to say.
    (known.has_method || entry.status != 405).then_some(known.told)
}

/// What to do.
pub(super) fn advice(case: &Case<'_>, route: Option<&Route>, nearest: &[Near<'_>]) -> Option<String> {
    let entry = case.entry;
    if entry.is_stray() {
        return Some(
            "Keep that host out of the proxy (NO_PROXY), or give only the client under test the proxy: nothing leaves \
             this machine."
                .to_owned(),
        );
    }
    // A fault of the server acts before any service is known.
    if let Some(fault) = entry.fault.as_deref().filter(|_| entry.service.is_none()) {
        return Some(format!(
            "It is as somebody asked for: `mock-defender fault list --server` shows the fault, \
             `mock-defender fault remove --server {fault}` ends it."
        ));
    }
    // Of what the client did itself, the refusal that stands beside a fault tells.
    if let Some(fault) = entry.fault.as_deref().filter(|_| entry.refusal.is_none()) {
        return Some(format!(
            "Treat it as if the real service had done so: wait, try again, or end with an error that says so. \
             `mock-defender fault list` tells what the fault does, `mock-defender fault remove {fault}` ends it."
        ));
    }
    if entry.is_unmatched() {
        return Some(unmatched(case, nearest));
    }
    if entry.status == 429 {
        return Some(throttled(case));
    }
    let said = case.profile.and_then(|profile| (profile.advise)(entry.refusal, entry.reason.as_deref()));
    said.map(str::to_owned).or_else(|| by_status(case, route))
}

/// Nothing answers it.
fn unmatched(case: &Case<'_>, nearest: &[Near<'_>]) -> String {
    const ALL: &str = "`mock-defender routes` lists every route.";
    let entry = case.entry;
    if entry.status == 421 {
        return "Ask a genuine host name or localhost, or start the server with --name for this host."
            .to_owned();
    }
    if not_played_yet(entry).is_some() {
        return format!("Ask for what is played. {ALL}");
    }
    let Some(first) = nearest.first() else { return ALL.to_owned() };
    let Some(difference) = first.difference() else {
        let methods: Vec<&str> = nearest
            .iter()
            .filter(|near| near.route.path == first.route.path)
            .map(|near| near.route.method.as_str())
            .collect();
        return format!("The path is right, the method is not: use {}.", methods.join(" or "));
    };
    format!("Perhaps {} is meant: {difference}. {ALL}", first.named())
}

/// Too many requests.
fn throttled(case: &Case<'_>) -> String {
    let same = |earlier: &&Entry| earlier.service == case.entry.service;
    let refused = |earlier: &&Entry| earlier.status == 429 && earlier.fault.is_none();
    let in_vain = case.before.iter().rev().filter(same).take_while(refused).count();
    let too_early = match in_vain {
        0 => String::new(),
        1 => "It was tried again too early once. ".to_owned(),
        times => format!("It was tried again too early {times} times. "),
    };
    let wait = if case.frozen {
        "The tenant's clock stands still, so waiting does not help: move it (`mock-defender clock advance PT1M`)"
    } else {
        "Wait as long as the answer says, by the tenant's clock"
    };
    format!("{too_early}{wait}, or start the server with --throttle off.")
}

/// What can be said where the service has nothing to say about this refusal.
fn by_status(case: &Case<'_>, route: Option<&Route>) -> Option<String> {
    let any_of = route.map_or(&[][..], |route| route.permissions.application);
    Some(match case.entry.status {
        401 => match case.profile.map(|profile: &ServiceProfile| profile.authentication) {
            Some(Authentication::None) => "Compare client id and secret with those of GET /_mock/info.",
            Some(Authentication::Operator) => {
                "Send the operator's token, which the server printed at its start."
            }
            Some(Authentication::Bearer { .. }) | None => {
                "Ask the tenant's token endpoint for a token for this service, or mint one: `mock-defender token`."
            }
        }
        .to_owned(),
        403 if !any_of.is_empty() => {
            format!("Call as an application that holds {}, such as `full`.", any_of.join(" or "))
        }
        404 => "Ask a list for the ids that there are; another tenant, or a reset, has others.".to_owned(),
        400..=499 => "Correct what the reason names.".to_owned(),
        500.. => "The real service fails like this, too: try again as a client should.".to_owned(),
        _ => return None,
    })
}
