//! Data sources, and reports about single logs. Undocumented; as a client of the vendor and the portal ask.

use http::StatusCode;
use serde_json::Value as Json;

use crate::facts::{StreamFacts, ids};
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::discovery::{DiscoveryCommand, Receiver};
use crate::model::ids::Hex24;
use crate::model::json::json;
use crate::tenant::nouns::Made;
use crate::tenant::nouns::discovery::StreamKind;
use crate::wire::cloudapps::discovery as wire;

use crate::services::cloudapps::fields::bad_value;
use crate::services::cloudapps::list_request::{ListRequest, written};
use crate::services::cloudapps::refusals::CloudAppsRefusal;

use super::{paged, refused};

fn is_source(stream: &StreamFacts<'_>) -> bool {
    matches!(stream.stream().kind, StreamKind::Source { .. })
}

/// `GET /api/v1/discovery/data_sources/`, the newest first unless it is asked otherwise.
pub(in crate::services::cloudapps) fn list(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let mut sources: Vec<StreamFacts<'_>> = StreamFacts::all(&ctx.view).filter(is_source).collect();
    if request.text("sortDirection")? != Some("asc") {
        sources.reverse();
    }
    paged(&request, sources, wire::write_source)
}

/// `POST /api/v1/discovery/data_sources/`; that the answer is the record is (unverified).
pub(in crate::services::cloudapps) fn add(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let name = request.text("displayName")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| CloudAppsRefusal::Required { field: "displayName".to_owned() })?;
    if !request.has("logType") {
        return Err(CloudAppsRefusal::Required { field: "logType".to_owned() }.into());
    }
    let log_type = request.count("logType", 0)?;
    let log_type = u16::try_from(log_type).map_err(|_| {
        bad_value(
            &log_type.to_string(),
            "logType",
            "the number of a type of logs, such as 179 for GENERIC_CEF",
        )
    })?;
    let command = DiscoveryCommand::AddDataSource {
        name: name.into(),
        log_type,
        receiver: receiver(&request)?,
        anonymize: request.switch("anonymizeUsers")?,
        by: ctx.by(),
    };
    let outcome = ctx.submit(command).map_err(refused)?;
    let after = ctx.refreshed();
    let made = match outcome.made {
        Made::Stream(number) => StreamFacts::by_id(&after.view, ids::stream(&after.view, number)),
        _ => None,
    };
    let mut body = Vec::new();
    if let Some(made) = made {
        wire::write_source(&made, &mut body);
    }
    Ok(written(body))
}

/// By which way logs come in: `receiverTypeFull`, or `receiverType` with `protocol`; FTP where neither is said.
fn receiver(request: &ListRequest) -> Result<Receiver, Refused> {
    let full = request.text("receiverTypeFull")?.filter(|text| !text.is_empty());
    let kind = request.text("receiverType")?.unwrap_or("ftp");
    let protocol = request.text("protocol")?.filter(|_| kind == "syslog").unwrap_or_default();
    let said = match full {
        Some(full) => full.to_owned(),
        None if protocol.is_empty() => kind.to_owned(),
        None => format!("{kind}-{protocol}"),
    };
    Receiver::ALL.into_iter().find(|receiver| receiver.full() == said).ok_or_else(|| {
        bad_value(&said, "receiverTypeFull", "ftp, ftps, syslog-udp, syslog-tcp or syslog-tls")
    })
}

/// `DELETE /api/v1/discovery/data_sources/{id}/`; the answer's body is (unverified).
pub(in crate::services::cloudapps) fn remove(ctx: &Ctx<'_>) -> Handled {
    let text = ctx.param("id");
    let source =
        text.parse::<Hex24>().ok().and_then(|id| StreamFacts::by_id(&ctx.view, id)).filter(is_source);
    let source = source.ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoObject { id: text.to_owned() })
            .because(format!("path: this tenant has no data source {text}"))
    })?;
    let source = source.number();
    ctx.submit(DiscoveryCommand::RemoveDataSource { source, by: ctx.by() }).map_err(refused)?;
    Ok(Answer::json(StatusCode::OK, &json!({})))
}

/// `GET /api/v1/discovery/snapshot_reports/`
pub(in crate::services::cloudapps) fn snapshots(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let reports = StreamFacts::all(&ctx.view).filter(StreamFacts::is_snapshot).collect();
    paged(&request, reports, wire::write_report)
}

/// `GET /api/v1/discovery/continuous_reports/`: the streams that go on.
pub(in crate::services::cloudapps) fn continuous(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let streams = StreamFacts::all(&ctx.view).filter(|stream| !stream.is_snapshot()).collect();
    paged(&request, streams, wire::write_stream)
}

/// `GET /api/v1/discovery/constants/`: the types of logs, by number.
pub(in crate::services::cloudapps) fn constants(_ctx: &Ctx<'_>) -> Handled {
    use crate::catalogue::log_types::{LOG_TYPES, UNNUMBERED, format_of};
    let types =
        LOG_TYPES.iter().enumerate().filter(|(place, (number, _))| *place > 0 && *number != UNNUMBERED);
    let types: Vec<Json> = types
        .map(|(_, (number, name))| json!({"id": number, "name": name, "isParsed": format_of(name).is_some()}))
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({"logTypes": types})))
}
