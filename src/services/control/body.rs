//! Bodies of requests: JSON into a type, with errors that name line and column.

use serde::de::DeserializeOwned;

use crate::gateway::{Ctx, Refused};
use crate::model::field_error::FieldError;

use super::refusals::ControlRefusal;

/// The body as JSON; an empty body reads as `{}`.
pub(super) fn read<T: DeserializeOwned>(ctx: &Ctx<'_>) -> Result<T, Refused> {
    let text = ctx.body().trim_ascii();
    let text = if text.is_empty() { b"{}".as_slice() } else { text };
    serde_json::from_slice(text)
        .map_err(|error| ControlRefusal::BadBody { problem: error.to_string() }.into())
}

/// The body as text that is JSON; an empty body reads as `{}`.
pub(super) fn text<'a>(ctx: &'a Ctx<'_>) -> Result<&'a str, Refused> {
    let bytes = ctx.body().trim_ascii();
    if bytes.is_empty() {
        return Ok("{}");
    }
    let problem = |problem: String| Refused::from(ControlRefusal::BadBody { problem });
    serde_json::from_slice::<&serde_json::value::RawValue>(bytes)
        .map_err(|error| problem(error.to_string()))?;
    std::str::from_utf8(ctx.body()).map_err(|error| problem(error.to_string()))
}

/// The body as text of any kind.
pub(super) fn any_text<'a>(ctx: &'a Ctx<'_>) -> Result<&'a str, Refused> {
    std::str::from_utf8(ctx.body())
        .map_err(|error| ControlRefusal::BadBody { problem: error.to_string() }.into())
}

/// A field that holds something else than it can.
pub(super) fn bad_field(field: &str, expected: &str, got: &str) -> Refused {
    FieldError::text(field, expected, got).into()
}
