//! Reading bodies: JSON into a type, with errors that name line and column.

use serde::de::DeserializeOwned;

use crate::door::{Ctx, Refused};

use super::refusals::Refusal;

/// The body as JSON; an empty body reads as `{}`.
pub(super) fn read<T: DeserializeOwned>(ctx: &Ctx<'_>) -> Result<T, Refused> {
    let text = ctx.body().trim_ascii();
    let text = if text.is_empty() { b"{}".as_slice() } else { text };
    serde_json::from_slice(text).map_err(|error| Refusal::BadBody { problem: error.to_string() }.into())
}

/// A field that holds something else than it can.
pub(super) fn bad_field(field: &str, expected: &str, got: &str) -> Refused {
    let got: String = got.chars().take(200).collect();
    Refusal::BadField { field: field.to_owned(), expected: expected.to_owned(), got: format!("{got:?}") }
        .into()
}
