//! What all answers of the storage service have in common.

use crate::gateway::{Answer, Inbound};

/// The version that is spoken where the client names none.
const VERSION: &str = "2021-08-06";

/// No id that a client gives its request is longer.
const LONGEST_ID: usize = 1_024;

/// An answer with the headers that each has. Source: <https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes>
pub(super) fn dressed(ctx: &Inbound<'_>, answer: Answer) -> Answer {
    let answer = answer
        .header("server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0")
        .header("x-ms-request-id", &ctx.request_id.to_string())
        .header("x-ms-version", ctx.header("x-ms-version").unwrap_or(VERSION));
    match ctx.header("x-ms-client-request-id").filter(|id| id.len() <= LONGEST_ID) {
        Some(id) => answer.header("x-ms-client-request-id", id),
        None => answer,
    }
}

/// A text within XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
