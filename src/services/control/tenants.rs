//! Tenants: list, create, get, drop, fork, rewind, reset, snapshots, files.

use http::StatusCode;
use serde::Deserialize;

use crate::gateway::registry;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::json::json;
use crate::model::time::{Span, VirtualTime};
use crate::operations::info::tenant_info;
use crate::operations::rewind;
use crate::operations::tenants::{self, ForkLifetime};
use crate::specification::{BadField, Problems};
use crate::tenant::SnapshotError;
use crate::tenant::journal::TenantFile;

use super::body;
use super::refusals::ControlRefusal;

/// `GET /_mock/tenants`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"tenants": tenants::list(ctx.gateway)})))
}

/// `POST /_mock/tenants`: a specification as JSON or, where the content type says so, as YAML.
pub(super) fn create(ctx: &Ctx<'_>) -> Handled {
    let yaml = ctx.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("yaml"));
    let body = if yaml { body::any_text(ctx)? } else { body::text(ctx)? };
    let birth = tenants::specified(body, &ctx.gateway.settings).map_err(|problems| misread(&problems))?;
    Ok(created(ctx, &*tenants::create(ctx.gateway, &birth)?))
}

fn created(ctx: &Ctx<'_>, entry: &registry::Entry) -> Answer {
    Answer::json(StatusCode::CREATED, &tenant_info(ctx.gateway, &entry.tenant))
}

/// The first thing that is wrong with a specification.
fn misread(problems: &Problems) -> Refused {
    let Some(problem) = problems.0.first() else {
        return ControlRefusal::BadBody { problem: String::new() }.into();
    };
    match &problem.error {
        BadField::Value { expected, got } => ControlRefusal::BadField {
            field: problem.key.clone(),
            expected: expected.clone(),
            got: got.clone(),
        }
        .into(),
        BadField::Contradiction(told) => {
            ControlRefusal::Contradiction { field: problem.key.clone(), problem: told.clone() }.into()
        }
        BadField::Unknown { name, known } => {
            // All of them, in the words in which other bodies are refused; the nearest first.
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let (known, line, column) = (known.join(", "), problem.line, problem.column);
            let told =
                format!("unknown field `{name}`, expected one of {known} at line {line} column {column}");
            ControlRefusal::BadBody { problem: told }.into()
        }
        BadField::Syntax(_) => ControlRefusal::BadBody { problem: problem.to_string() }.into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    /// How long the fork lives, by the wall clock: an ISO 8601 duration.
    ttl: Option<String>,
    /// Keep its journal, where the server has a data directory; forks live in memory otherwise.
    #[serde(default)]
    keep: bool,
}

/// `POST /_mock/tenants/{tenant}/fork`
pub(super) fn fork(ctx: &Ctx<'_>) -> Handled {
    let Fork { ttl, keep } = body::read(ctx)?;
    let kept = lifetime(ttl.as_deref(), keep)?;
    Ok(created(ctx, &*tenants::fork(ctx.gateway, ctx.tenant, kept)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rewind {
    /// The instant to go back to.
    to: String,
    /// As of a fork.
    ttl: Option<String>,
    #[serde(default)]
    keep: bool,
}

/// `POST /_mock/tenants/{tenant}/rewind`
pub(super) fn rewind(ctx: &Ctx<'_>) -> Handled {
    let Rewind { to, ttl, keep } = body::read(ctx)?;
    let kept = lifetime(ttl.as_deref(), keep)?;
    let at = VirtualTime::parse(&to)
        .ok_or_else(|| body::bad_field("to", "an instant such as 2026-11-24T09:30:00Z", &to))?;
    Ok(created(ctx, &*rewind::rewind(ctx.gateway, ctx.tenant, at, kept)?))
}

fn lifetime(ttl: Option<&str>, keep: bool) -> Result<ForkLifetime, Refused> {
    let ttl = match ttl {
        None => None,
        Some(text) => {
            let length = Span::parse(text).filter(|length| length.as_millis() > 0);
            Some(length.ok_or_else(|| body::bad_field("ttl", "an ISO 8601 duration such as PT10M", text))?)
        }
    };
    match (keep, ttl) {
        (true, Some(_)) => {
            Err(body::bad_field("keep", "no `ttl` beside it: what is kept does not expire", "true"))
        }
        (true, None) => Ok(ForkLifetime::OnDisk),
        (false, ttl) => Ok(ForkLifetime::InMemory { ttl }),
    }
}

/// `POST /_mock/tenants/{tenant}/reset`
pub(super) fn reset(ctx: &Ctx<'_>) -> Handled {
    tenants::reset(ctx.tenant)?;
    get(ctx)
}

/// `GET /_mock/tenants/{tenant}/export`: the whole tenant as one file, a line a step.
pub(super) fn export(ctx: &Ctx<'_>) -> Handled {
    let text = tenants::export(ctx.tenant).write();
    Ok(Answer::with_type(StatusCode::OK, "application/x-ndjson", text))
}

/// `POST /_mock/tenants/import`: brings such a file to life.
pub(super) fn import(ctx: &Ctx<'_>) -> Handled {
    let file = TenantFile::read(body::any_text(ctx)?);
    let file = file.map_err(|error| ControlRefusal::BadBody { problem: error.to_string() })?;
    Ok(created(ctx, &*tenants::import(ctx.gateway, &file)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    name: String,
}

/// `GET /_mock/tenants/{tenant}/snapshots`
pub(super) fn snapshots(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"snapshots": tenants::snapshots(ctx.tenant)})))
}

/// `POST /_mock/tenants/{tenant}/snapshots`
pub(super) fn snapshot(ctx: &Ctx<'_>) -> Handled {
    let NewSnapshot { name } = body::read(ctx)?;
    let taken = tenants::snapshot(ctx.tenant, &name).map_err(|error| match error {
        SnapshotError::Name => {
            let expected = "1 to 64 letters, digits, hyphens, underscores or dots";
            body::bad_field("name", expected, &name)
        }
        SnapshotError::Journal(why) => ControlRefusal::from(why).into(),
        _ => ControlRefusal::Conflict { problem: error.to_string() }.into(),
    })?;
    Ok(Answer::json(StatusCode::CREATED, &taken))
}

/// `POST /_mock/tenants/{tenant}/snapshots/{name}/restore`
pub(super) fn restore(ctx: &Ctx<'_>) -> Handled {
    let name = ctx.param("name");
    let restored = tenants::restore(ctx.tenant, name);
    let restored = restored.map_err(|error| match error {
        SnapshotError::Journal(why) => ControlRefusal::from(why),
        _ => ControlRefusal::NoSnapshot { name: name.to_owned() },
    })?;
    Ok(Answer::json(StatusCode::OK, &restored))
}

/// `GET /_mock/tenants/{tenant}`
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &tenant_info(ctx.gateway, ctx.tenant)))
}

/// `DELETE /_mock/tenants/{tenant}`
pub(super) fn delete(ctx: &Ctx<'_>) -> Handled {
    tenants::delete(ctx.gateway, ctx.tenant)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
