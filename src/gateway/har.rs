//! The request log as an HTTP archive (HAR 1.2), which browsers and many tools can show.
//!
//! Form: <http://www.softwareishard.com/blog/har-12-spec/>. Bodies of answers are not kept, and times are the
//! tenant's.

use serde_json::Value as Json;

use super::form::Form;
use super::log::Entry;
use super::redact::Body;

use crate::model::json::json;

/// The archive of these entries.
pub fn archive<'e>(entries: impl Iterator<Item = &'e Entry>) -> Json {
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "mock-defender", "version": env!("CARGO_PKG_VERSION")},
        "entries": entries.map(entry).collect::<Vec<_>>(),
    }})
}

fn entry(entry: &Entry) -> Json {
    let scheme = if entry.secure { "https" } else { "http" };
    let query = if entry.query.is_empty() { String::new() } else { format!("?{}", entry.query) };
    let named = |name: &str, value: &str| json!({"name": name, "value": value});
    let fields = |text: &str| -> Vec<Json> {
        Form::read(text.as_bytes()).fields().map(|(name, value)| named(name, value)).collect()
    };
    let status = http::StatusCode::from_u16(entry.status).ok();
    let content_type = entry.answer_type.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let millis = entry.micros as f64 / 1_000.0;
    let mut request = json!({
        "method": entry.method.as_str(),
        "url": format!("{scheme}://{}{}{query}", entry.host, entry.path),
        "httpVersion": entry.version,
        "cookies": [],
        "headers": entry.headers.iter().map(|(name, value)| named(name, value)).collect::<Vec<_>>(),
        "queryString": fields(&entry.query),
        "headersSize": -1,
        "bodySize": entry.request_bytes,
    });
    let sent =
        |mime: &str, text: &str, params: Vec<Json>| json!({"mimeType": mime, "params": params, "text": text});
    match &entry.body {
        Body::None => {}
        Body::Json(text) => request["postData"] = sent("application/json", text, Vec::new()),
        Body::Form(text) => {
            request["postData"] = sent("application/x-www-form-urlencoded", text, fields(text));
        }
        Body::Left(why) => {
            request["postData"] = sent("", "", Vec::new());
            request["postData"]["comment"] = format!("not kept: {why}").into();
        }
    }
    let mut archived = json!({
        "startedDateTime": entry.at,
        "time": millis,
        "request": request,
        "response": {
            "status": entry.status,
            "statusText": status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
            "httpVersion": entry.version,
            "cookies": [],
            "headers": [],
            "content": {"size": entry.answer_bytes, "mimeType": content_type, "comment": "not kept"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": entry.answer_bytes,
        },
        "cache": {},
        "timings": {"send": 0, "wait": millis, "receive": 0},
    });
    if let Some(reason) = &entry.reason {
        archived["comment"] = reason.as_str().into();
    }
    archived
}
