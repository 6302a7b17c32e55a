//! What clients sent to a tenant: list, clear, archive; what none answered; which permissions were needed; why one was refused.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value as Json;

use crate::gateway::form::Form;
use crate::gateway::registry;
use crate::gateway::route::Handled;
use crate::gateway::verify::Ask;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::model::json::json;
use crate::operations::requests::{self, Filter, NotLogged, Which};

use super::body;
use super::refusals::ControlRefusal;

const FILTERS: &str = "one of method, path, status, service, refusal, caller, clients, since, until, limit";

/// Which entries the query asks for.
pub(super) fn filter(ctx: &Ctx<'_>) -> Result<Filter, Refused> {
    let mut filter = Filter::default();
    for (name, value) in Form::read(ctx.query().as_bytes()).fields() {
        let number = || value.parse::<u64>().map_err(|_| body::bad_field(name, "a whole number", value));
        let text = || Some(value.to_owned());
        match name {
            "method" => filter.matcher.method = text(),
            "path" if value.contains('*') => filter.matcher.path = text(),
            "path" => filter.prefix = text(),
            "status" => {
                let status = value.parse::<u16>().map_or_else(|_| Json::from(value), Json::from);
                filter.matcher.status = Some(status);
            }
            "service" => {
                let service = Service::ALL.into_iter().find(|service| service.name() == value);
                let names = || Service::ALL.map(Service::name).join(", ");
                let service = service.ok_or_else(|| body::bad_field(name, &names(), value))?;
                filter.matcher.service = Some(service);
            }
            "refusal" => filter.matcher.refusal = text(),
            "caller" => filter.matcher.caller = text(),
            "clients" => {
                filter.clients = value
                    .parse()
                    .map_err(|_| body::bad_field(name, "true (none to the control API) or false", value))?;
            }
            "since" => filter.since = number()?,
            "until" => filter.until = Some(number()?),
            "limit" => filter.limit = Some(usize::try_from(number()?).unwrap_or(usize::MAX)),
            _ => return Err(body::bad_field(name, FILTERS, value)),
        }
    }
    filter.check()?;
    Ok(filter)
}

fn own(ctx: &Ctx<'_>) -> Result<Arc<registry::Entry>, Refused> {
    let id = ctx.tenant.identity().id;
    // Somebody may have dropped it a moment ago.
    ctx.gateway.registry.by_id(id).ok_or_else(|| ControlRefusal::NoTenant { name: id.to_string() }.into())
}

/// `GET …/requests`
pub(super) fn of_tenant(ctx: &Ctx<'_>) -> Handled {
    let filter = filter(ctx)?;
    Ok(Answer::json(StatusCode::OK, &requests::list(ctx.gateway, &*own(ctx)?, &filter)))
}

/// `DELETE …/requests`: numbers go on.
pub(super) fn clear(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"cleared": requests::clear(&*own(ctx)?)})))
}

/// `GET …/requests.har`
pub(super) fn archive(ctx: &Ctx<'_>) -> Handled {
    let filter = filter(ctx)?;
    Ok(Answer::json(StatusCode::OK, &requests::archive(ctx.gateway, &*own(ctx)?, &filter)))
}

/// `GET …/requests/unmatched`
pub(super) fn unmatched(ctx: &Ctx<'_>) -> Handled {
    let unmatched = requests::unmatched(ctx.gateway, &*own(ctx)?);
    Ok(Answer::json(StatusCode::OK, &json!({"unmatched": unmatched})))
}

/// `GET …/requests/permissions`
pub(super) fn permissions(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &requests::permissions(ctx.gateway, &*own(ctx)?, &ctx.view)))
}

/// `POST …/requests/verify`
pub(super) fn verify(ctx: &Ctx<'_>) -> Handled {
    let ask: Ask = body::read(ctx)?;
    Ok(Answer::json(StatusCode::OK, &requests::verify(&*own(ctx)?, &ask)?))
}

/// The request that the path names: its number, or `last`.
pub(super) fn which(ctx: &Ctx<'_>) -> Result<Which, Refused> {
    let name = ctx.param("id");
    if name == "last" {
        return Ok(Which::Last);
    }
    name.parse().map(Which::Number).map_err(|_| body::bad_field("id", "a number, or `last`", name))
}

pub(super) fn not_logged(ctx: &Ctx<'_>) -> impl Fn(NotLogged) -> ControlRefusal {
    let name = ctx.param("id").to_owned();
    move |problem| ControlRefusal::NoRequest { name: name.clone(), problem: problem.to_string() }
}

/// `GET …/requests/{id}`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    let log = own(ctx)?;
    let entry = requests::get(ctx.gateway, &log, which(ctx)?).map_err(not_logged(ctx))?;
    Ok(Answer::json(StatusCode::OK, &entry))
}

/// `GET …/requests/{id}/explain`
pub(super) fn explained(ctx: &Ctx<'_>) -> Handled {
    let log = own(ctx)?;
    let explanation = requests::explain(ctx.gateway, &log, which(ctx)?).map_err(not_logged(ctx))?;
    Ok(Answer::json(StatusCode::OK, &explanation))
}
