//! What Entra ID refuses at these routes, and the envelope of its errors.
//!
//! A row's code is the OAuth error (RFC 6749, 5.2); its message starts with the AADSTS number, from which the number
//! in the body is read.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>; the texts as they stand in
//! public issue reports of client libraries.

use http::StatusCode;
use serde::Serialize;

use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::profile::{GatewayRefusal, Unauthenticated};
use crate::gateway::{Answer, Inbound, Refused, Row, Service, ServiceRefusal};
use crate::identity::TokenError;
use crate::model::ids::Kind;
use crate::model::time::Span;

use super::{is_tenant_name, wire};

mod advice;
mod rows;

pub(super) use advice::advise;

pub use rows::EntraRefusal;

/// An error as it stands in the body, members in the genuine order.
#[derive(Serialize)]
struct Envelope<'a> {
    error: &'a str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: String,
    correlation_id: String,
    error_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<String>,
}

/// The AADSTS number at the front of a row's text; 0 for the row without one.
pub(super) fn number(row: &Row) -> u32 {
    let digits = row.message.strip_prefix("AADSTS").and_then(|rest| rest.split(':').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The row with this AADSTS number.
pub(crate) fn row_numbered(code: u32) -> Option<&'static Row> {
    EntraRefusal::ROWS.iter().find(|row| code != 0 && number(row) == code)
}

/// Notes in the request log why a page or a redirect says no, beginning with the number.
pub(super) fn note(ctx: &Inbound<'_>, refused: &Refused) {
    let reason = refused.reason();
    ctx.note(match number(refused.row()) {
        0 => reason,
        _ if reason.starts_with("AADSTS") => reason,
        number => format!("AADSTS{number}: {reason}"),
    });
}

/// The text of a row without a request: its placeholders become an ellipsis.
pub(super) fn plain(row: &Row) -> String {
    let mut text = String::with_capacity(row.message.len());
    let mut rest = row.message;
    while let Some((front, after)) = rest.split_once('{') {
        text.push_str(front);
        text.push('…');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

/// What tells clients how to go on, beside the error. That of 700082, 700084, 70043 and 53003 (unverified).
fn suberror(code: u32) -> Option<&'static str> {
    Some(match code {
        65001 => "consent_required",
        50055 | 50144 => "user_password_expired",
        50076 | 50079 => "basic_action",
        53003 => "message_only",
        50034 | 50173 | 700_082 | 700_084 => "bad_token",
        70043 => "token_expired",
        _ => return None,
    })
}

/// What a client has to ask for at the next sign-in, as JSON in a text.
pub(super) fn claims(ctx: &Inbound<'_>, code: u32) -> Option<String> {
    let asks = matches!(code, 50072 | 50074 | 50076 | 50079 | 53000 | 53001 | 53003);
    let policy = ctx.ids().guid(Kind::Policy, 1_000 + u64::from(code));
    asks.then(|| format!(r#"{{"access_token":{{"capolids":{{"essential":true,"values":["{policy}"]}}}}}}"#))
}

/// The whole text of an error: message, ids and time.
pub(super) fn description(ctx: &Inbound<'_>, text: &str) -> String {
    let between = if facts::directory(&ctx.view).policies.description_lines { "\r\n" } else { " " };
    let (trace_id, correlation_id) = (ctx.request_id, wire::correlation_id(ctx));
    let timestamp = ctx.now().to_spaced();
    format!(
        "{text}{between}Trace ID: {trace_id}{between}Correlation ID: {correlation_id}{between}Timestamp: {timestamp}"
    )
}

fn answer(refusal: &EntraRefusal, ctx: &Inbound<'_>) -> Answer {
    let refusal = refusal.at(ctx);
    if is_for_people(ctx) {
        return super::reply::error_page_by(ctx, refusal.row(), &refusal.message(), None, None);
    }
    words(ctx, refusal.row(), &refusal.message(), None)
}

/// What a browser opens is refused by a page.
fn is_for_people(ctx: &Inbound<'_>) -> bool {
    const LAST: [&str; 6] = ["authorize", "adminconsent", "login", "logout", "device", "deviceauth"];
    let last = ctx.request.uri().path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    LAST.iter().any(|known| last.eq_ignore_ascii_case(known))
}

/// The answer of the token endpoint that refuses by this row in these words.
pub(super) fn words(ctx: &Inbound<'_>, row: &Row, text: &str, retry_after: Option<u32>) -> Answer {
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = number(row);
    if code == 0 {
        let answer = Answer::empty(status);
        return match status {
            StatusCode::UNAUTHORIZED => answer.header("www-authenticate", r#"Bearer error="invalid_token""#),
            _ => answer,
        };
    }
    let envelope = Envelope {
        error: row.code,
        error_description: description(ctx, text),
        error_codes: [code],
        timestamp: ctx.now().to_spaced(),
        trace_id: ctx.request_id.to_string(),
        correlation_id: wire::correlation_id(ctx).to_string(),
        error_uri: ctx.url(Service::Entra, &format!("/error?code={code}")),
        suberror: suberror(code),
        claims: claims(ctx, code),
    };
    let mut answer = wire::fresh(ctx, status, code, &envelope);
    // A page may read why it got nothing, but not that of an application which has no pages: there the browser says
    // that it was refused, as with the genuine service.
    if let Some(origin) = ctx.header("origin").filter(|_| code != 9_002_326) {
        answer = answer.header("access-control-allow-origin", origin);
    }
    match retry_after {
        Some(seconds) => answer.header("retry-after", &seconds.to_string()),
        None => answer,
    }
}

/// Words what the gateway refuses on behalf of Entra ID.
pub(super) fn from_gateway(refusal: GatewayRefusal) -> Refused {
    match refusal {
        GatewayRefusal::Method { allowed, method } => EntraRefusal::WrongVerb { allowed, method }.into(),
        GatewayRefusal::UnknownTenant { name } if is_tenant_name(&name) => {
            EntraRefusal::UnknownTenant { name }.into()
        }
        GatewayRefusal::UnknownTenant { name } => EntraRefusal::NoTenantName { name }.into(),
        GatewayRefusal::WrongTenant => EntraRefusal::TenantsDisagree.into(),
        GatewayRefusal::TooLarge { limit } => {
            let reason = format!("the body is larger than {limit} bytes");
            Refused::from(EntraRefusal::Malformed).because(reason)
        }
        GatewayRefusal::Incomplete => Refused::from(EntraRefusal::Malformed).because("the body broke off"),
        // Which of the transient errors it would be is (unverified).
        GatewayRefusal::JournalLost(why) => {
            Refused::from(EntraRefusal::Transient90033).because(why.to_string())
        }
        // These come by faults only: Entra ID counts nothing, and checks credentials itself.
        GatewayRefusal::Throttled { .. } => EntraRefusal::Throttled.into(),
        GatewayRefusal::Unauthenticated(why) => NotTaken(not_taken(&why)).into(),
        GatewayRefusal::Forbidden { .. } => EntraRefusal::Blocked.into(),
        // The rest is either a path that is not there or can not happen: it is reached by its own names only.
        _ => EntraRefusal::NoRoute.into(),
    }
}

/// What a fault has the token endpoint hold against what a client presents: a refresh token or a session, and where it
/// presents none, its secret or assertion.
#[derive(Debug)]
struct NotTaken(EntraRefusal);

impl NotTaken {
    /// Who asks for an application's own token has no refresh token that could have expired, and no session.
    fn at(&self, ctx: &Inbound<'_>) -> EntraRefusal {
        let form = Form::read(ctx.body());
        if form.get("grant_type") != Some("client_credentials") {
            return self.0.clone();
        }
        match &self.0 {
            EntraRefusal::MissingSecret => EntraRefusal::MissingCredential,
            EntraRefusal::RefreshExpired { .. } | EntraRefusal::Revoked { .. } => {
                EntraRefusal::SecretEnded { client: form.get("client_id").unwrap_or_default().to_owned() }
            }
            other => other.clone(),
        }
    }
}

impl ServiceRefusal for NotTaken {
    fn row(&self) -> &'static Row {
        self.0.row()
    }

    fn message(&self) -> String {
        self.0.message()
    }

    fn answer(&self, ctx: &Inbound<'_>) -> Answer {
        self.at(ctx).answer(ctx)
    }
}

fn not_taken(why: &Unauthenticated) -> EntraRefusal {
    match why {
        Unauthenticated::Missing => EntraRefusal::MissingSecret,
        Unauthenticated::Token(TokenError::Expired { at }) => {
            EntraRefusal::RefreshExpired { issued: (*at - Span::days(90)).to_spaced() }
        }
        // As a client's clock that is so much ahead would have it, with the ten minutes that assertions mostly live.
        Unauthenticated::Token(TokenError::NotYetValid { from }) => {
            let (now, expires) =
                ((*from - Span::minutes(5)).to_string(), (*from + Span::minutes(10)).to_string());
            EntraRefusal::AssertionTime { now, expires }
        }
        Unauthenticated::Token(TokenError::BadSignature) => EntraRefusal::BadAssertionSignature,
        Unauthenticated::WrongAudience { got } => EntraRefusal::AssertionAudience { audience: got.clone() },
        Unauthenticated::Challenged { valid_from } => EntraRefusal::Revoked {
            issued: (*valid_from - Span::hours(1)).to_spaced(),
            valid_from: valid_from.to_spaced(),
        },
        _ => EntraRefusal::MalformedGrant,
    }
}

impl EntraRefusal {
    /// What it is at the route that was asked: discovery words unknown tenants in its own way, whatever their name
    /// looks like.
    fn at(&self, ctx: &Inbound<'_>) -> Self {
        match self {
            Self::UnknownTenant { name } | Self::NoTenantName { name }
                if ctx.route.is_some_and(|route| {
                    route.path.contains("/.well-known/") || route.path.contains("/keys")
                }) || ctx.route.is_none() && ctx.request.method() == http::Method::GET =>
            {
                Self::UndiscoveredTenant { name: name.clone() }
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_starts_with_its_number_and_ends_its_first_sentence() {
        for row in EntraRefusal::ROWS.iter().filter(|row| !["NoRoute", "BadBearer"].contains(&row.name)) {
            assert!(number(row) > 0, "{}", row.name);
            assert!(row.message.ends_with('.'), "{}: clients cut the text at a full stop", row.name);
            assert!(!row.code.is_empty(), "{}", row.name);
            let expected = match (row.code, number(row)) {
                // What a client is refused for that is not its credential.
                ("invalid_client", 500_112 | 650_052 | 650_053) => 400,
                ("invalid_client", _) => 401,
                ("temporarily_unavailable", 90055) => 429,
                ("temporarily_unavailable", _) => 503,
                _ => 400,
            };
            assert_eq!(row.status, expected, "{}", row.name);
        }
    }

    #[test]
    fn every_aadsts_number_can_be_forced_by_command() {
        let mut numbers: Vec<u32> =
            EntraRefusal::ROWS.iter().map(number).filter(|number| *number > 0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, crate::identity::errors::KNOWN);
    }
}
