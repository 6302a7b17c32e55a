//! Asking for tokens in a line.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test program uses a part of the kit"
)]

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use mock_defender::gateway::{Answer, Gateway};
use mock_defender::identity::{VerifiedToken, Verifier};
use mock_defender::model::base64;
use mock_defender::model::registration::Registration;
use serde_json::Value;

pub const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
pub const V2: &str = "https://localhost:8443/contoso.onmicrosoft.com/oauth2/v2.0/token";
pub const V1: &str = "https://localhost:8443/contoso.onmicrosoft.com/oauth2/token";

pub fn app(gateway: &Gateway, name: &str) -> Arc<Registration> {
    gateway.registry.first().tenant.world().registrations.iter().find(|app| app.name == name).unwrap().clone()
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

pub fn post(gateway: &Gateway, url: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(url).header("content-type", "application/x-www-form-urlencoded");
    gateway.ask(request.body(Bytes::from(encode(fields))).unwrap())
}

/// Asks with the application's secret for `more`.
pub fn with_secret(gateway: &Gateway, url: &str, name: &str, more: &[(&str, &str)]) -> Answer {
    let app = app(gateway, name);
    let id = app.client_id.to_string();
    let mut fields =
        vec![("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", app.secret())];
    fields.extend_from_slice(more);
    post(gateway, url, &fields)
}

pub fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

pub fn token(gateway: &Gateway, answer: &Answer) -> VerifiedToken {
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let text = body(answer)["access_token"].as_str().unwrap().to_owned();
    (*Verifier::new().verify(&text, gateway.registry.first().tenant.now(), &[0, 1]).unwrap()).clone()
}

pub fn claims(answer: &Answer) -> Value {
    let text = body(answer)["access_token"].as_str().unwrap().to_owned();
    serde_json::from_slice(&base64::decode_url(text.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// Status, error and number of a refusal.
pub fn refusal(answer: &Answer) -> (u16, String, u64) {
    let body = body(answer);
    (
        answer.status.as_u16(),
        body["error"].as_str().unwrap().to_owned(),
        body["error_codes"][0].as_u64().unwrap(),
    )
}

pub fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}
