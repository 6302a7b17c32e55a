//! What is answered in place of what the service would say.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value as Json;

use crate::faults::{latency, page};
use crate::gateway::call::Gateway;
use crate::gateway::context::Inbound;
use crate::gateway::exchange::{Answer, Delivery};
use crate::gateway::profile::{GatewayRefusal, ServiceProfile, Unauthenticated};
use crate::gateway::refusal::Refused;
use crate::identity::TokenError;
use crate::model::fault::{Effect, RetryAfter, TokenEffect};
use crate::model::time::{Span, VirtualTime};

use super::Disturbance;

/// For whom a token is that is for somebody else.
const OTHER_AUDIENCE: &str = "https://management.azure.com";
/// How long ago a token expired that a fault has expire.
const EXPIRED: Span = Span::minutes(5);

impl Gateway {
    /// The answer in place of that of the service, if the fault leaves nothing else to be done.
    pub(in crate::gateway) fn instead(
        &self,
        disturbed: &Disturbance,
        profile: &ServiceProfile,
        inbound: &Inbound<'_>,
    ) -> Option<Answer> {
        Some(match disturbed.effect() {
            Effect::Respond { status, headers, body, content_type } => {
                responded(*status, headers, body.as_ref(), content_type.as_deref())
            }
            Effect::Refuse { refusal, with } => {
                let texts =
                    |name: &str| with.get(name).map(|text| text.to_string()).or_else(|| known(name, inbound));
                // A journal may come from a program that had other refusals.
                (profile.refusals.named)(refusal, &texts)?.answer(inbound)
            }
            Effect::Throttle { wait, retry_after } => throttled(profile, inbound, *wait, *retry_after),
            Effect::Token(why) => not_taken(profile, inbound, *why).answer(inbound),
            Effect::Html { status, title } => html(*status, title.as_deref()),
            Effect::Hang { length } => Answer::unanswered(Delivery::Hang(latency::real(*length))),
            Effect::Reset { after: None } => Answer::unanswered(Delivery::Reset(None)),
            _ => return None,
        })
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn responded(
    code: u16,
    headers: &BTreeMap<Arc<str>, Arc<str>>,
    body: Option<&Json>,
    content_type: Option<&str>,
) -> Answer {
    let mut answer = match body {
        None => Answer::empty(status(code)),
        Some(Json::String(text)) => Answer::with_type(status(code), "text/plain", text.clone()),
        Some(value) => Answer::json(status(code), value),
    };
    let named = headers.iter().map(|(name, value)| (&**name, &**value));
    for (name, value) in named.chain(content_type.map(|kind| ("content-type", kind))) {
        set(&mut answer, name, value);
    }
    answer
}

/// Sets a header that was checked when the fault was added.
pub(super) fn set(answer: &mut Answer, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        answer.headers.insert(name, value);
    }
}

/// What a placeholder that nobody fills would say of this request.
fn known(placeholder: &str, inbound: &Inbound<'_>) -> Option<String> {
    Some(match placeholder {
        "method" => inbound.request.method().to_string(),
        "path" => inbound.request.uri().path().to_owned(),
        "directory" => inbound.view.state.identity().id.to_string(),
        "now" => inbound.now().to_spaced(),
        "issued" | "valid_from" | "expires" => (inbound.now() - Span::days(1)).to_spaced(),
        "plural" => "s".to_owned(),
        "id" if inbound.params.get("id").is_some() => inbound.param("id").to_owned(),
        _ => return None,
    })
}

/// One request too many, in the words of the service; when to come back is told as the fault says.
fn throttled(profile: &ServiceProfile, inbound: &Inbound<'_>, wait: Span, how: RetryAfter) -> Answer {
    let is_told = !matches!(how, RetryAfter::Absent);
    let wait_millis = is_told.then(|| wait.as_millis());
    let mut answer = (profile.refuse)(GatewayRefusal::Throttled { wait_millis }).answer(inbound);
    answer.headers.remove(header::RETRY_AFTER);
    match how {
        RetryAfter::Seconds => {
            set(&mut answer, "retry-after", &(wait.as_millis().saturating_add(999) / 1_000).to_string());
        }
        RetryAfter::Fraction => set(&mut answer, "retry-after", &fraction(wait)),
        RetryAfter::Date => {
            let instant = VirtualTime::from_millis(inbound.now().millis().saturating_add(wait.as_millis()));
            set(&mut answer, "retry-after", &instant.to_http_date());
        }
        RetryAfter::Text | RetryAfter::Absent => {}
    }
    answer
}

/// Seconds with a fraction, even if it is none: `30.0`, `1.25`.
fn fraction(wait: Span) -> String {
    let text = format!("{}.{:03}", wait.as_millis() / 1_000, wait.as_millis() % 1_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// A token that the service does not take, in its own words.
fn not_taken(profile: &ServiceProfile, inbound: &Inbound<'_>, why: TokenEffect) -> Refused {
    let why = match why {
        TokenEffect::Missing => Unauthenticated::Missing,
        TokenEffect::Malformed => Unauthenticated::Token(TokenError::NotAJwt),
        TokenEffect::Expired => Unauthenticated::Token(TokenError::Expired { at: inbound.now() - EXPIRED }),
        TokenEffect::NotYetValid => {
            Unauthenticated::Token(TokenError::NotYetValid { from: inbound.now() + EXPIRED })
        }
        TokenEffect::BadSignature => Unauthenticated::Token(TokenError::BadSignature),
        TokenEffect::WrongAudience => Unauthenticated::WrongAudience { got: OTHER_AUDIENCE.to_owned() },
        TokenEffect::Revoked => Unauthenticated::Challenged { valid_from: inbound.now() },
        TokenEffect::Forbidden => {
            let needs = inbound.route.map_or(&[][..], |route| route.permissions.application);
            return (profile.refuse)(GatewayRefusal::Forbidden { needs });
        }
    };
    (profile.refuse)(GatewayRefusal::Unauthenticated(why))
}

fn html(code: u16, title: Option<&str>) -> Answer {
    let status = status(code);
    let usual = || format!("{code} {}", status.canonical_reason().unwrap_or("Error"));
    Answer::with_type(status, "text/html", page::page(&title.map_or_else(usual, str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_in_seconds_with_a_fraction_always_has_one() {
        for (millis, text) in [(30_000, "30.0"), (1_250, "1.25"), (500, "0.5"), (1, "0.001"), (0, "0.0")] {
            assert_eq!(fraction(Span::millis(millis)), text);
        }
    }
}
