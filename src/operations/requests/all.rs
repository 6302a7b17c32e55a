//! What clients sent to any tenant: the same questions as about one, asked of all logs together.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value as Json;

use crate::gateway::explain::Explanation;
use crate::gateway::least_privilege::{self, Needs};
use crate::gateway::log::{Entry, Listed};
use crate::gateway::matcher::Difference;
use crate::gateway::verify::{self as judge, Ask};
use crate::gateway::{Gateway, har};
use crate::model::field_error::FieldError;
use crate::model::ids::Guid;

use super::{Filter, LeastPrivilege, NotLogged, Requests, Unmatched, Which, routes, told};

/// Something of one of the tenants.
#[derive(Clone, Debug, Serialize)]
pub struct Of<T> {
    /// The tenant.
    pub tenant: Guid,
    /// What.
    #[serde(flatten)]
    pub of: T,
}

/// A request among those of all tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The tenant whose log has it.
    pub tenant: Guid,
    /// Its number there.
    pub id: u64,
    /// Its place in the order in which the requests came: 1, 2, 3, …
    pub place: u64,
}

/// Whether such requests were sent, where requests are told by tenant and number.
pub type Verdict = judge::Verdict<Place, Nearest>;

/// A request that is nearly what was meant.
#[derive(Clone, Debug, Serialize)]
pub struct Nearest {
    /// Its number in the log of its tenant.
    pub id: u64,
    /// Method and path.
    pub request: String,
    /// What is different.
    pub differences: Vec<Difference>,
    /// The tenant whose log has it.
    pub tenant: Guid,
    /// Its place in the order in which the requests came.
    pub place: u64,
}

/// The requests that are meant: tenant by tenant, oldest first within each.
pub fn list(gateway: &Gateway, filter: &Filter) -> Requests<Of<Entry>> {
    let mut all = Requests { requests: Vec::new(), evicted: 0, handshakes: gateway.handshakes.list() };
    for tenant in gateway.registry.list().iter() {
        let listed = filter.of(gateway, tenant.log.list());
        let id = tenant.tenant.identity().id;
        all.requests.extend(listed.requests.into_iter().map(|of| Of { tenant: id, of }));
        all.evicted += listed.evicted;
    }
    all
}

/// Forgets the requests and says how many there were; handshakes that came to nothing, too.
pub fn clear(gateway: &Gateway) -> usize {
    gateway.handshakes.clear();
    gateway.registry.list().iter().map(|entry| entry.log.clear()).sum()
}

/// The requests that are meant as an HTTP archive (HAR 1.2): oldest first, whichever tenant they were for.
pub fn archive(gateway: &Gateway, filter: &Filter) -> Json {
    let tenants = gateway.registry.list();
    let mut entries: Vec<Entry> =
        tenants.iter().flat_map(|tenant| filter.of(gateway, tenant.log.list()).requests).collect();
    entries.sort_by_key(|entry| entry.place);
    har::archive(entries.iter())
}

/// The requests that no route answers, with the nearest routes.
pub fn unmatched(gateway: &Gateway) -> Vec<Unmatched> {
    let tenants = gateway.registry.list();
    tenants.iter().flat_map(|tenant| super::unmatched(gateway, tenant)).collect()
}

/// What each caller's requests needed: of one application in two tenants, twice.
pub fn permissions(gateway: &Gateway) -> LeastPrivilege<Of<Needs>> {
    let routes = routes(gateway);
    let (mut callers, mut evicted) = (Vec::new(), 0);
    let (mut known, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for tenant in gateway.registry.list().iter() {
        let view = tenant.tenant.read();
        let directory = crate::facts::directory(&view);
        let listed = tenant.log.list();
        evicted += listed.evicted;
        known.extend(directory.apps.iter().map(|app| app.registration.name.to_string()));
        let applications = listed.entries.iter().filter_map(|entry| entry.application);
        let called = applications.filter_map(|index| directory.app_at(index));
        asked.extend(called.map(|app| app.registration.name.to_string()));
        let id = tenant.tenant.identity().id;
        let needs = least_privilege::needs(&listed.entries, &routes, directory);
        callers.extend(needs.into_iter().map(|of| Of { tenant: id, of }));
    }
    LeastPrivilege { callers, never_called: known.difference(&asked).cloned().collect(), evicted }
}

/// What was held against a request to any tenant. A number may stand in the logs of several: then the one that came last
/// is meant, and the others are told.
///
/// # Errors
/// When no log has it.
pub fn explain(gateway: &Gateway, which: Which) -> Result<Explanation, NotLogged> {
    let tenants = gateway.registry.list();
    let mut missing = None;
    let mut found = Vec::new();
    for tenant in tenants.iter() {
        match super::get(gateway, tenant, which) {
            Ok(entry) => found.push((entry.place, tenant)),
            // "Evicted" is the more precise reason than "never logged".
            Err(reason) if missing.is_none() || reason == NotLogged::Evicted => missing = Some(reason),
            Err(_) => {}
        }
    }
    let Some(&(place, last)) = found.iter().max_by_key(|(place, _)| *place) else {
        return Err(missing.unwrap_or(NotLogged::Never));
    };
    let mut explanation = super::explain(gateway, last, which)?;
    if which != Which::Last && found.len() > 1 {
        let others = found.iter().filter(|(other, _)| *other != place);
        let labels: Vec<&str> = others.map(|(_, other)| other.tenant.identity().label.as_str()).collect();
        let others = labels.join(", ");
        explanation
            .text
            .push(format!("Requests of this number are in the logs of {others}, too: say --tenant."));
    }
    Ok(explanation)
}

/// Whether such requests were sent: all logs as one, in the order in which the requests came.
///
/// # Errors
/// What is wrong with the question.
pub fn verify(gateway: &Gateway, ask: &Ask) -> Result<Verdict, FieldError> {
    for (field, given) in [("since", ask.since), ("until", ask.until)] {
        if let Some(number) = given {
            let expected = "nothing: every tenant counts its own requests";
            return Err(FieldError::text(field, expected, &number.to_string()));
        }
    }
    let mut sent = Vec::new();
    let mut evicted = 0;
    for tenant in gateway.registry.list().iter() {
        let listed = tenant.log.list();
        evicted += listed.evicted;
        let id = tenant.tenant.identity().id;
        sent.extend(listed.entries.into_iter().map(|of| Of { tenant: id, of }));
    }
    sent.sort_by_key(|sent| sent.of.place);
    // Judged by their places in that order, and told by tenant and number.
    let owners: Vec<Place> =
        (1..).zip(&sent).map(|(place, sent)| Place { tenant: sent.tenant, id: sent.of.id, place }).collect();
    let entries = owners.iter().zip(sent).map(|(owner, sent)| Entry { id: owner.place, ..sent.of });
    let listed = Listed { entries: entries.collect(), evicted, evicted_to: evicted };
    let verdict = judge::verify(ask, &listed).map_err(told)?;
    let owner = |place: u64| owners.get(usize::try_from(place).ok()?.checked_sub(1)?).copied();
    let nearest = |nearest: judge::Nearest| {
        let Place { tenant, id, place } = owner(nearest.id)?;
        let judge::Nearest { request, differences, .. } = nearest;
        Some(Nearest { id, request, differences, tenant, place })
    };
    Ok(verdict.told(owner, nearest))
}
