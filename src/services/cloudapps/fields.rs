//! The fields of a request, in whichever encoding the client chose.
//!
//! Clients send the same fields as a JSON body (on POST and on GET), as a form, as a multipart form, in the query
//! string, or in several of these at once; with any content type or none. So the body is looked at, not its header.
//! In forms and queries `filters` holds JSON text and everything else is text.

use serde_json::{Map, Value as Json};

use crate::gateway::form::Form;
use crate::gateway::{Ctx, Refused};

use super::refusals::CloudAppsRefusal;

/// Reads the query string and the body; where both name a field, the body wins.
pub(super) fn read(ctx: &Ctx<'_>) -> Result<Map<String, Json>, Refused> {
    let mut fields = from_form(&Form::read(ctx.query().as_bytes()))?;
    fields.extend(body(ctx)?);
    Ok(fields)
}

/// The fields of the body; none if there is no body, or `null`, or `""`.
fn body(ctx: &Ctx<'_>) -> Result<Map<String, Json>, Refused> {
    let text = ctx.body().trim_ascii();
    if text.is_empty() {
        return Ok(Map::new());
    }
    let error = match serde_json::from_slice(text) {
        Ok(Json::Object(fields)) => return Ok(fields),
        Ok(Json::Null) => return Ok(Map::new()),
        Ok(Json::String(text)) if text.is_empty() => return Ok(Map::new()),
        Ok(_) => return Err(CloudAppsRefusal::NotAnObject.into()),
        Err(error) => error,
    };
    if let Some(form) = Form::multipart(text) {
        return from_form(&form);
    }
    // A form names its first field before its first equals sign, which no JSON does.
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-%[]".contains(byte);
    let name = text.split(|byte| *byte == b'=').next().unwrap_or_default();
    if name.len() < text.len() && !name.is_empty() && name.iter().all(is_name) {
        return from_form(&Form::read(text));
    }
    Err(CloudAppsRefusal::NotJson { problem: error.to_string() }.into())
}

fn from_form(form: &Form) -> Result<Map<String, Json>, Refused> {
    form.fields().map(|(name, value)| Ok((name.to_owned(), from_text(name, value)?))).collect()
}

fn from_text(name: &str, value: &str) -> Result<Json, Refused> {
    if name != "filters" || value.trim().is_empty() {
        return Ok(Json::String(value.to_owned()));
    }
    serde_json::from_slice(value.as_bytes())
        .map_err(|error| bad_value(value, "filters", &format!("a JSON object ({error})")))
}

/// A field that holds something else than it can.
pub(super) fn bad_value(value: &str, field: &str, expected: &str) -> Refused {
    let short: String = value.chars().take(200).collect();
    let reason = format!("field {field:?}: expected {expected}, got {short}");
    Refused::from(CloudAppsRefusal::BadValue { value: short }).because(reason)
}
