//! Tokens for pages that run in a browser, of whichever origin.

use serde_json::json;

use super::{VERIFIER, no};
use crate::browser::{Browser, authorize, client, command, login, member, ok, refusal, token_at};
use crate::kit::Kit;

const ORIGIN: [(&str, &str); 1] = [("origin", "https://app.example")];

fn code(kit: &Kit, browser: &Browser<'_>, redirect: &str) -> String {
    let more = [("redirect_uri", redirect), ("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    browser.consent(&authorize(kit, "delegated", &more), "user").code()
}

#[test]
fn spa_codes_are_redeemed_by_cross_origin_requests_only() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let id = client(&kit, "delegated");
    let url = login(&kit, "/oauth2/v2.0/token");
    let redeem = |headers: &[(&str, &str)], redirect: &str, code: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("redirect_uri", redirect),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        token_at(&kit, &url, headers, &fields)
    };
    let refresh = |headers: &[(&str, &str)], held: &str| {
        let fields = [("grant_type", "refresh_token"), ("client_id", id.as_str()), ("refresh_token", held)];
        token_at(&kit, &url, headers, &fields)
    };
    let allowed = |answer: &mock_defender::gateway::Answer| {
        answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    let page = code(&kit, &browser, "http://localhost/spa");
    assert_eq!(refusal(&redeem(&[], "http://localhost/spa", &page)), no("invalid_request", 9_002_327));
    let answer = redeem(&ORIGIN, "http://localhost/spa", &page);
    assert_eq!(allowed(&answer).as_deref(), Some("https://app.example"));
    let held = member(&ok(&answer), "refresh_token");
    assert_eq!(refusal(&refresh(&[], &held)), no("invalid_request", 9_002_327));
    let answer = refresh(&ORIGIN, &held);
    assert_eq!((answer.status.as_u16(), allowed(&answer).as_deref()), (200, Some("https://app.example")));
    // It can read why it gets nothing.
    command(&kit, &json!({"revokeSessions": {"user": "user"}}));
    let answer = refresh(&ORIGIN, &held);
    assert_eq!(refusal(&answer), no("invalid_grant", 50_173));
    assert_eq!(allowed(&answer).as_deref(), Some("https://app.example"));

    let native = code(&kit, &Browser::new(&kit), "http://localhost");
    let answer = redeem(&ORIGIN, "http://localhost", &native);
    assert_eq!(refusal(&answer), no("invalid_request", 9_002_326));
    assert_eq!(allowed(&answer), None, "the browser hides it, as with the genuine service");
    let held = member(&ok(&redeem(&[], "http://localhost", &native)), "refresh_token");
    assert_eq!(refusal(&refresh(&ORIGIN, &held)), no("invalid_request", 9_002_326));
}

#[test]
fn cors_preflight_of_the_token_endpoint_echoes_origin_and_headers() {
    let kit = Kit::tiny();
    let url = login(&kit, "/oauth2/v2.0/token");
    let headers = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type, x-client-sku"),
    ];
    let answer = kit.send("OPTIONS", &url, &headers, "");
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "POST, OPTIONS"),
        ("access-control-allow-headers", "content-type, x-client-sku"),
    ] {
        assert_eq!(answer.headers[name], value);
    }
}
