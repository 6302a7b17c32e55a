//! Hostile and random requests: every one is answered by some service, quickly, and changes nothing.

//! Hostile and random requests: every one is answered by some service, quickly, and changes nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use http::{Method, Request};
use mock_defender::gateway::Answer;
use mock_defender::tenant::wall::Stopwatch;
use serde_json::Value;

use crate::kit::hostile::any_request;
use crate::kit::{Kit, effort, text};

/// No request takes longer, even where the machine is busy and the build is not optimised.
const LONG: Duration = Duration::from_secs(2);

/// Whose words an answer is in; `None` if it is in nobody's.
fn envelope(answer: &Answer) -> Option<&'static str> {
    if answer.body.is_empty() {
        return Some("empty");
    }
    if answer.headers["content-type"] == "text/html; charset=utf-8" {
        // What stands in the request can bring no script into a page.
        let policy = answer.headers.get("content-security-policy")?.to_str().ok()?;
        return policy.starts_with("default-src 'none'").then_some("page");
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let refused = answer.status.is_client_error() || answer.status.is_server_error();
    if !refused {
        return Some("answered");
    }
    match body.as_object()? {
        body if body.contains_key("detail") && body.len() == 1 => Some("cloud apps"),
        body if body["error"] == true && body["filters"].is_array() => Some("cloud apps, a value"),
        body if body["error"]["code"].is_string() && body["error"]["message"].is_string() => Some("control"),
        body if body["error"].is_string() && body["error_description"].is_string() => Some("entra"),
        _ => None,
    }
}

#[test]
fn hostile_requests_are_answered_and_change_nothing() {
    let kit = Kit::tiny();
    let state = || {
        let lists = ["/api/v1/alerts/", "/api/v1/activities/"].map(|path| text(&kit.api("POST", path, "")));
        let tenant = kit.tenant.identity().id;
        (lists, text(&kit.mock("GET", &format!("/_mock/tenants/{tenant}/commands"), "")), kit.tenant.now())
    };
    let before = state();
    let mut kinds: BTreeMap<(u16, &str), u64> = BTreeMap::new();
    let requests = effort::pick(1_000, 20_000);
    for seed in 0..requests {
        let request = any_request(seed);
        let shown = format!("{} {:.200}", request.method(), request.uri());
        let watch = Stopwatch::start();
        let answer = catch_unwind(AssertUnwindSafe(|| kit.gateway.ask(request)));
        let took = watch.elapsed();
        let Ok(answer) = answer else { panic!("seed {seed} panics: {shown}") };
        assert!(took < LONG, "seed {seed} takes {took:?}: {shown}");
        let envelope = envelope(&answer);
        let Some(envelope) = envelope else {
            panic!("seed {seed}, {shown}: {} {:.300}", answer.status, text(&answer))
        };
        assert_ne!(answer.status, 500, "seed {seed}: {shown}");
        *kinds.entry((answer.status.as_u16(), envelope)).or_default() += 1;
    }
    assert_eq!(state(), before);
    // The generator gets past the guards, and meets them all.
    for expected in [
        (200, "answered"),
        (400, "cloud apps"),
        (400, "cloud apps, a value"),
        (401, "cloud apps"),
        (404, "cloud apps"),
        (404, "control"),
        (405, "cloud apps"),
        (421, "control"),
    ] {
        assert!(
            kinds.get(&expected).is_some_and(|count| count * 250 >= requests),
            "few are {expected:?}: {kinds:?}"
        );
    }
}

#[test]
fn a_request_that_only_looks_like_a_closing_closes_nothing() {
    let kit = Kit::tiny();
    let before = text(&kit.api("GET", "/api/v1/alerts/", ""));
    for path in [
        "/api/v1/alerts/%63lose_benign/",
        "/api/v1/alerts/close%5Fbenign/",
        "/api/v1/alerts/x/../close_benign/",
        "/api/v1/alerts/close_benign/x",
        "/api/v1/alerts/CLOSE_BENIGN/",
        "/api/v1/alerts%2Fclose_benign/",
    ] {
        let answer = kit.api("POST", path, r#"{"filters": {}}"#);
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    for method in ["GET", "PUT", "HEAD", "OPTIONS", "post"] {
        let answer = kit.api(method, "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#);
        assert_eq!(answer.status, 405, "{method}");
    }
    assert_eq!(text(&kit.api("GET", "/api/v1/alerts/", "")), before);
}

#[test]
fn a_header_that_overrides_the_method_overrides_nothing() {
    let kit = Kit::tiny();
    let request = Request::builder()
        .method(Method::GET)
        .uri(kit.url("/api/v1/alerts/close_benign/"))
        .header("authorization", kit.credential())
        .header("x-http-method-override", "POST");
    assert_eq!(kit.gateway.ask(request.body(r#"{"filters": {}}"#.into()).unwrap()).status, 405);
}
