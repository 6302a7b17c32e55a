//! What clients sent to a tenant: list, clear, archive; what none answered; which permissions were needed; why one was refused.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::facts;
use crate::gateway::explain::explain;
use crate::gateway::form::Form;
use crate::gateway::log::{Entry, Listed};
use crate::gateway::matcher::{Fault, Matcher};
use crate::gateway::nearest::nearest;
use crate::gateway::registry;
use crate::gateway::route::Handled;
use crate::gateway::verify;
use crate::gateway::verify::Ask;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::gateway::{har, least_privilege};

use super::body;
use super::refusals::ControlRefusal;
use crate::model::index::AppIx;

/// Which entries a query asks for.
#[derive(Default)]
pub(super) struct Wanted {
    matcher: Matcher,
    prefix: Option<String>,
    since: u64,
    until: Option<u64>,
    limit: Option<usize>,
}

const FILTERS: &str = "one of method, path, status, service, refusal, caller, since, until, limit";

impl Wanted {
    pub(super) fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        for (name, value) in Form::read(ctx.query().as_bytes()).fields() {
            let number = || value.parse::<u64>().map_err(|_| body::bad_field(name, "a whole number", value));
            let text = || Some(value.to_owned());
            match name {
                "method" => wanted.matcher.method = text(),
                "path" if value.contains('*') => wanted.matcher.path = text(),
                "path" => wanted.prefix = text(),
                "status" => {
                    let status = value.parse::<u16>().map_or_else(|_| Json::from(value), Json::from);
                    wanted.matcher.status = Some(status);
                }
                "service" => {
                    let service = Service::ALL.into_iter().find(|service| service.name() == value);
                    let names = || Service::ALL.map(Service::name).join(", ");
                    let service = service.ok_or_else(|| body::bad_field(name, &names(), value))?;
                    wanted.matcher.service = Some(service);
                }
                "refusal" => wanted.matcher.refusal = text(),
                "caller" => wanted.matcher.caller = text(),
                "since" => wanted.since = number()?,
                "until" => wanted.until = Some(number()?),
                "limit" => wanted.limit = Some(usize::try_from(number()?).unwrap_or(usize::MAX)),
                _ => return Err(body::bad_field(name, FILTERS, value)),
            }
        }
        wanted.matcher.check().map_err(bad)?;
        Ok(wanted)
    }

    /// The entries that are wanted: of more than the limit the latest, oldest first.
    pub(super) fn of(&self, mut listed: Listed) -> Listed {
        let until = self.until.unwrap_or(u64::MAX);
        listed.entries.retain(|entry| {
            entry.id > self.since
                && entry.id <= until
                && self.prefix.as_ref().is_none_or(|prefix| entry.path.starts_with(prefix.as_str()))
                && self.fits(entry)
        });
        if let Some(limit) = self.limit {
            let over = listed.entries.len().saturating_sub(limit);
            listed.entries.drain(..over);
        }
        listed
    }

    /// A list shows requests to the control API, too, unless a service is asked for.
    fn fits(&self, entry: &Entry) -> bool {
        let service = self.matcher.service.or(entry.service);
        Matcher { service, ..self.matcher.clone() }.differences(entry).is_empty()
    }
}

pub(super) fn bad((field, expected, got): Fault) -> Refused {
    body::bad_field(&field, expected, &got)
}

fn own(ctx: &Ctx<'_>) -> Result<std::sync::Arc<registry::Entry>, Refused> {
    let id = ctx.tenant.identity().id;
    // Somebody may have dropped it a moment ago.
    ctx.gateway.registry.by_id(id).ok_or_else(|| ControlRefusal::NoTenant { name: id.to_string() }.into())
}

/// `GET …/requests`
pub(super) fn of_tenant(ctx: &Ctx<'_>) -> Handled {
    let wanted = Wanted::read(ctx)?;
    let listed = wanted.of(own(ctx)?.log.list());
    Ok(Answer::json(StatusCode::OK, &json!({"requests": listed.entries, "evicted": listed.evicted})))
}

/// `DELETE …/requests`: numbers go on.
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"cleared": own(ctx)?.log.clear()})))
}

/// `GET …/requests.har`
pub(super) fn archive(ctx: &Ctx<'_>) -> Handled {
    let wanted = Wanted::read(ctx)?;
    let listed = wanted.of(own(ctx)?.log.list());
    Ok(Answer::json(StatusCode::OK, &har::archive(listed.entries.iter())))
}

pub(super) fn lost(ctx: &Ctx<'_>, tenant: &registry::Entry) -> Vec<Json> {
    let routes: Vec<_> = ctx.gateway.routes().collect();
    let entries = tenant.log.list().entries.into_iter().filter(Entry::is_unmatched);
    let lost = entries.map(|entry| {
        let nearest = nearest(routes.iter().copied(), entry.method.as_str(), &entry.path, 3);
        let nearest: Vec<String> =
            nearest.into_iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        let id = tenant.tenant.identity().id;
        json!({
            "tenant": id,
            "id": entry.id,
            "at": entry.at,
            "method": entry.method.as_str(),
            "host": entry.host,
            "path": entry.path,
            "status": entry.status,
            "reason": entry.reason,
            "nearest": nearest,
        })
    });
    lost.collect()
}

/// `GET …/requests/unmatched`
pub(super) fn unmatched(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"unmatched": lost(ctx, &*own(ctx)?)})))
}

/// `GET …/requests/permissions`
pub(super) fn permissions(ctx: &Ctx<'_>) -> Handled {
    let listed = own(ctx)?.log.list();
    let routes: Vec<_> = ctx.gateway.routes().collect();
    let directory = facts::directory(&ctx.view);
    let callers = least_privilege::needs(&listed.entries, &routes, directory);
    let asked = |app: AppIx| listed.entries.iter().any(|entry| entry.application == Some(app));
    let apps = AppIx::numbered(&directory.apps);
    let silent: Vec<_> =
        apps.filter(|(index, _)| !asked(*index)).map(|(_, app)| &*app.registration.name).collect();
    let body = json!({"callers": callers, "neverCalled": silent, "evicted": listed.evicted});
    Ok(Answer::json(StatusCode::OK, &body))
}

/// `POST …/requests/verify`
pub(super) fn verify(ctx: &Ctx<'_>) -> Handled {
    let ask: Ask = body::read(ctx)?;
    let verdict = verify::verify(&ask, &own(ctx)?.log.list()).map_err(bad)?;
    Ok(Answer::json(StatusCode::OK, &verdict))
}

fn entry(ctx: &Ctx<'_>) -> Result<Entry, Refused> {
    let (log, name) = (own(ctx)?, ctx.param("id"));
    let none = |problem: &str| {
        ControlRefusal::NoRequest { name: name.to_owned(), problem: problem.to_owned() }.into()
    };
    if name == "last" {
        let entries = log.log.list().entries;
        let mut of_clients =
            entries.into_iter().rev().filter(|entry| entry.service != Some(Service::Control));
        return of_clients.next().ok_or_else(|| none("no client has sent one"));
    }
    let id = name.parse().map_err(|_| body::bad_field("id", "a number, or `last`", name))?;
    log.log.get(id).map_err(|evicted| match evicted {
        true => none("it made room for later ones"),
        false => none("there never was, or the log was cleared since"),
    })
}

/// `GET …/requests/{id}`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &entry(ctx)?))
}

/// `GET …/requests/{id}/explain`
pub(super) fn explained(ctx: &Ctx<'_>) -> Handled {
    let routes: Vec<_> = ctx.gateway.routes().collect();
    let tenant = format!("{} ({})", ctx.world().company.name, ctx.world().company.domain);
    Ok(Answer::json(StatusCode::OK, &explain(&entry(ctx)?, &routes, &tenant)))
}
