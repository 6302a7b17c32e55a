//! What answers of Entra ID have in common: headers, cookies, the id that a client gave its request.
//!
//! Source of the headers: answers of the genuine service as client libraries keep them in their test recordings.

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::gateway::authority::Site;
use crate::gateway::form::Form;
use crate::gateway::{Answer, Inbound};
use crate::model::base64;
use crate::model::ids::{Guid, Kind};
use crate::model::time::Span;

const JSON: &str = "application/json; charset=utf-8";

/// An answer that anybody may keep for a day: discovery documents and keys.
pub(super) fn cacheable<T: Serialize>(ctx: &Inbound<'_>, value: &T) -> Answer {
    let mut answer = json(ctx, StatusCode::OK, value);
    put(&mut answer.headers, "cache-control", "max-age=86400, private");
    put(&mut answer.headers, "access-control-allow-origin", "*");
    put(&mut answer.headers, "access-control-allow-methods", "GET, OPTIONS");
    answer
}

/// An answer that nobody may keep: tokens and refusals. `code` is the number of the refusal, 0 for none.
pub(super) fn fresh<T: Serialize>(ctx: &Inbound<'_>, status: StatusCode, code: u32, value: &T) -> Answer {
    let mut answer = json(ctx, status, value);
    unkept(&mut answer.headers);
    put(&mut answer.headers, "x-ms-clitelem", &format!("1,{code},0,,"));
    answer
}

/// The headers of an answer that nobody may keep.
pub(super) fn unkept(headers: &mut HeaderMap) {
    put(headers, "cache-control", "no-store, no-cache");
    put(headers, "pragma", "no-cache");
    put(headers, "expires", "-1");
}

fn json<T: Serialize>(ctx: &Inbound<'_>, status: StatusCode, value: &T) -> Answer {
    let mut answer = Answer::json(status, value);
    put(&mut answer.headers, "content-type", JSON);
    common(ctx, &mut answer.headers);
    answer
}

/// The headers and cookies of every answer, of whatever type.
pub(super) fn common(ctx: &Inbound<'_>, headers: &mut HeaderMap) {
    put(headers, "x-content-type-options", "nosniff");
    put(headers, "p3p", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\"");
    put(headers, "x-ms-request-id", &ctx.request_id.to_string());
    put(headers, "x-ms-ests-server", "2.1.22209.6 - EUS ProdSlices");
    // Never for own names: it would bind every port of the tester's localhost.
    if matches!(ctx.authority.site, Site::Genuine { .. }) {
        put(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    if ctx.header("return-client-request-id").is_some_and(|request| request.eq_ignore_ascii_case("true"))
        && let Some(id) = ctx.header("client-request-id")
    {
        put(headers, "client-request-id", id);
    }
    cookies(ctx, headers);
}

/// The cookies that the front ends of Entra ID set on every answer. Nothing reads them back.
fn cookies(ctx: &Inbound<'_>, headers: &mut HeaderMap) {
    let browser = base64::encode_url(&ctx.request_id.bits().to_be_bytes());
    let expires = (ctx.now() + Span::days(30)).to_http_date();
    for cookie in [
        format!("fpc={browser}; expires={expires}; path=/; secure; HttpOnly; SameSite=None"),
        "x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly".to_owned(),
        "stsservicecookie=estsfd; path=/; secure; samesite=none; httponly".to_owned(),
    ] {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The id by which the client calls this request, else one of ours. Clients send it as a header, or in the query
/// and the body.
pub(super) fn correlation_id(ctx: &Inbound<'_>) -> Guid {
    const NAME: &str = "client-request-id";
    let in_form = |text: &[u8]| Form::read(text).get(NAME).and_then(|text| text.trim().parse().ok());
    ctx.header(NAME)
        .and_then(|text| text.trim().parse().ok())
        .or_else(|| in_form(ctx.query().as_bytes()))
        .or_else(|| in_form(ctx.body()))
        .unwrap_or_else(|| {
            // Another id than the trace id, and as reproducible.
            let ids = ctx.ids();
            ids.guid(Kind::Session, ids.guid_ordinal(Kind::Request, ctx.request_id).unwrap_or_default())
        })
}

/// The value of a field; an empty one counts as absent.
pub(super) fn field<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    form.get(name).filter(|value| !value.is_empty())
}
