//! What clients sent to a tenant: list, clear, archive; what none answered; which permissions were needed; why one was
//! refused. [`all`] asks the same of all tenants together.

pub mod all;

use serde::Serialize;
use serde_json::Value as Json;

use crate::facts;
use crate::gateway::explain::{Case, Explanation, explain as explained};
use crate::gateway::handshakes::Distrust;
use crate::gateway::least_privilege::{self, Needs};
use crate::gateway::log::{Entry, Listed};
use crate::gateway::matcher::{BadField, Matcher};
use crate::gateway::nearest::{Near, nearest};
use crate::gateway::route::Route;
use crate::gateway::verify::{self as judge, Ask, Verdict};
use crate::gateway::{Gateway, Service, har, registry};
use crate::model::field_error::FieldError;
use crate::model::ids::Guid;
use crate::model::index::AppIx;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

/// Of this many routes that come near is told.
const MOST_NEAR: usize = 3;

/// Which entries of a log are meant.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What they are like.
    pub matcher: Matcher,
    /// None to the control API.
    pub clients: bool,
    /// How their path begins.
    pub prefix: Option<String>,
    /// Only with a higher number.
    pub since: u64,
    /// Only with this number or a lower one.
    pub until: Option<u64>,
    /// No more than the latest so many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether it makes sense.
    ///
    /// # Errors
    /// The field that does not.
    pub fn check(&self) -> Result<(), FieldError> {
        self.matcher.check().map_err(told)
    }

    /// The entries that are meant: of more than the limit the latest, oldest first.
    fn of(&self, gateway: &Gateway, mut listed: Listed) -> Requests<Entry> {
        let until = self.until.unwrap_or(u64::MAX);
        listed.entries.retain(|entry| {
            entry.id > self.since
                && !(self.clients && entry.service == Some(Service::Control))
                && entry.id <= until
                && self.prefix.as_ref().is_none_or(|prefix| entry.path.starts_with(prefix.as_str()))
                && self.fits(entry)
        });
        if let Some(limit) = self.limit {
            let over = listed.entries.len().saturating_sub(limit);
            listed.entries.drain(..over);
        }
        Requests { requests: listed.entries, evicted: listed.evicted, handshakes: gateway.handshakes.list() }
    }

    /// A list shows requests to the control API, too, unless a service is asked for.
    fn fits(&self, entry: &Entry) -> bool {
        let service = self.matcher.service.or(entry.service);
        Matcher { service, ..self.matcher.clone() }.differences(entry).is_empty()
    }
}

fn told((field, expected, got): BadField) -> FieldError {
    FieldError::text(&field, expected, &got)
}

/// Requests, oldest first.
#[derive(Clone, Debug, Serialize)]
pub struct Requests<E> {
    /// The requests.
    pub requests: Vec<E>,
    /// How many made room for others since the log was last cleared.
    pub evicted: u64,
    /// Clients that did not get as far as a request, since they don't trust the server: whichever tenant they meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handshakes: Vec<Distrust>,
}

/// A request that no route answers.
#[derive(Clone, Debug, Serialize)]
pub struct Unmatched {
    /// The tenant whose log has it.
    pub tenant: Guid,
    /// Its number there.
    pub id: u64,
    /// When it came.
    pub at: VirtualTime,
    /// Method.
    pub method: String,
    /// Host that was asked.
    pub host: String,
    /// Path.
    pub path: String,
    /// Status of the answer.
    pub status: u16,
    /// What was held against it.
    pub reason: Option<String>,
    /// The routes that come near, the likest first.
    pub nearest: Vec<String>,
}

/// Which permissions the callers needed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeastPrivilege<C> {
    /// What each caller needed, and what it was granted.
    pub callers: Vec<C>,
    /// Names of the applications that sent nothing.
    pub never_called: Vec<String>,
    /// How many requests made room and are not in this.
    pub evicted: u64,
}

/// Which request is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one with this number.
    Number(u64),
    /// The last that a client sent.
    Last,
}

/// Why a log does not have a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotLogged {
    /// None was sent yet.
    #[error("no client has sent one{}", .0.iter().map(|one| format!("; {}", one.told())).collect::<String>())]
    NoneYet(
        /// Clients that tried to.
        Vec<Distrust>,
    ),
    /// It is gone.
    #[error("it made room for later ones")]
    Evicted,
    /// It is not there.
    #[error("there never was, or the log was cleared since")]
    Never,
}

/// The requests that are meant.
pub fn list(gateway: &Gateway, tenant: &registry::Entry, filter: &Filter) -> Requests<Entry> {
    filter.of(gateway, tenant.log.list())
}

/// Forgets the requests and says how many there were; numbers go on.
pub fn clear(tenant: &registry::Entry) -> usize {
    tenant.log.clear()
}

/// The requests that are meant, as an HTTP archive (HAR 1.2).
pub fn archive(gateway: &Gateway, tenant: &registry::Entry, filter: &Filter) -> Json {
    har::archive(list(gateway, tenant, filter).requests.iter())
}

/// The requests that no route answers, with the nearest routes.
pub fn unmatched(gateway: &Gateway, tenant: &registry::Entry) -> Vec<Unmatched> {
    let routes = routes(gateway);
    let entries = tenant.log.list().entries.into_iter().filter(Entry::is_unmatched);
    entries
        .map(|entry| {
            // A CONNECT to a host that is not emulated has no path to compare.
            let path = if entry.is_stray() { "" } else { &entry.path };
            let nearest = nearest(routes.iter().copied(), entry.method.as_str(), path, MOST_NEAR);
            Unmatched {
                tenant: tenant.tenant.identity().id,
                id: entry.id,
                at: entry.at,
                nearest: nearest.iter().map(Near::named).collect(),
                method: entry.method.to_string(),
                host: entry.host.to_string(),
                path: entry.path,
                status: entry.status,
                reason: entry.reason,
            }
        })
        .collect()
}

/// What each caller's requests needed, and what was granted in vain.
pub fn permissions(gateway: &Gateway, tenant: &registry::Entry, view: &TenantView) -> LeastPrivilege<Needs> {
    let listed = tenant.log.list();
    let directory = facts::directory(view);
    let callers = least_privilege::needs(&listed.entries, &routes(gateway), directory);
    let asked = |app: AppIx| listed.entries.iter().any(|entry| entry.application == Some(app));
    let silent = AppIx::numbered(&directory.apps).filter(|(index, _)| !asked(*index));
    let silent = silent.map(|(_, app)| app.registration.name.to_string());
    LeastPrivilege { callers, never_called: silent.collect(), evicted: listed.evicted }
}

/// Whether such requests were sent.
///
/// # Errors
/// What is wrong with the question.
pub fn verify(tenant: &registry::Entry, ask: &Ask) -> Result<Verdict, FieldError> {
    judge::verify(ask, &tenant.log.list()).map_err(told)
}

/// One request.
///
/// # Errors
/// When the log does not have it.
pub fn get(gateway: &Gateway, tenant: &registry::Entry, which: Which) -> Result<Entry, NotLogged> {
    match which {
        Which::Last => {
            let entries = tenant.log.list().entries.into_iter().rev();
            let mut of_clients = entries.filter(|entry| entry.service != Some(Service::Control));
            of_clients.next().ok_or_else(|| NotLogged::NoneYet(gateway.handshakes.list()))
        }
        Which::Number(id) => tenant.log.get(id).map_err(|evicted| match evicted {
            true => NotLogged::Evicted,
            false => NotLogged::Never,
        }),
    }
}

/// What was held against a request, and what to do about it.
///
/// # Errors
/// When the log does not have it.
pub fn explain(gateway: &Gateway, tenant: &registry::Entry, which: Which) -> Result<Explanation, NotLogged> {
    let company = facts::company_of(&tenant.tenant);
    let name = format!("{} ({})", company.name, company.domain);
    let entry = get(gateway, tenant, which)?;
    let mut before = tenant.log.list().entries;
    before.retain(|earlier| earlier.id < entry.id);
    Ok(explained(Case {
        entry: &entry,
        before: &before,
        routes: &routes(gateway),
        profile: entry.service.and_then(|service| gateway.profile(service)),
        tenant: &name,
        frozen: tenant.tenant.clock().stands_still(),
        handshakes: gateway.handshakes.list(),
    }))
}

fn routes(gateway: &Gateway) -> Vec<&'static Route> {
    gateway.routes().collect()
}
