//! Response types and modes, and where errors go.

use aws_lc_rs::digest::{SHA256, digest};
use mock_defender::model::base64;
use serde_json::json;

use crate::browser::{Browser, Shown, authorize, claims, client, command, ok, redeem};
use crate::kit::Kit;

fn half(text: &str) -> String {
    base64::encode_url(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

#[test]
fn every_response_mode_is_answered() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    browser.consent(&authorize(&kit, "delegated", &[]), "user");
    let ask = |kind: &str, mode: &str| {
        let more = [("response_type", kind), ("response_mode", mode), ("nonce", "n"), ("client_info", "1")];
        browser.get(&authorize(&kit, "delegated", &more))
    };
    for (kind, mode, expected) in [
        ("code", "", "query"),
        ("code", "query", "query"),
        ("code", "fragment", "fragment"),
        ("code", "form_post", "form_post"),
        ("id_token", "", "fragment"),
        ("id_token", "form_post", "form_post"),
        ("code id_token", "", "fragment"),
        ("code id_token", "fragment", "fragment"),
        ("id_token code", "form_post", "form_post"),
        ("id_token token", "", "fragment"),
    ] {
        let back = ask(kind, mode).back();
        assert_eq!(back.mode, expected, "{kind} by {mode}");
        assert_eq!(back.get("state"), Some("the state"));
        assert_eq!(back.get("code").is_some(), kind.contains("code"));
        assert_eq!(back.get("id_token").is_some(), kind.contains("id_token"));
        assert_eq!(back.get("access_token").is_some(), kind == "id_token token");
        if let Some(id) = back.get("id_token") {
            let id = claims(id);
            assert_eq!(id["nonce"], "n");
            assert_eq!(id.get("c_hash"), back.get("code").map(|code| json!(half(code))).as_ref());
            let access = back.get("access_token").map(|token| json!(half(token)));
            assert_eq!(id.get("at_hash"), access.as_ref());
        }
        if back.get("code").is_some() {
            assert_eq!(ok(&redeem(&kit, &back.code(), &[]))["token_type"], "Bearer");
        }
    }
    for (kind, mode, error) in [
        ("id_token", "query", "unsupported_response_mode 70007"),
        ("code id_token", "query", "unsupported_response_mode 70007"),
        ("code", "pigeon", "unsupported_response_mode 70007"),
        ("token", "", "unsupported_response_type 70005"),
        ("code sand", "", "unsupported_response_type 70005"),
    ] {
        assert_eq!(ask(kind, mode).is(), error, "{kind} by {mode}");
    }
}

#[test]
fn the_implicit_flow_requires_registration() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let url = |app: &str| {
        authorize(&kit, app, &[("response_type", "id_token"), ("scope", "openid"), ("nonce", "n")])
    };
    let back = browser.get(&url("unconsented")).back();
    assert_eq!((back.error(), back.mode), (("unsupported_response_type", 700_054), "fragment"));
    command(&kit, &json!({"setApplication": {"app": "unconsented", "implicit": true}}));
    let back = browser.consent(&url("unconsented"), "user");
    assert_eq!(back.names(), ["id_token", "state", "session_state"]);
    let id = claims(back.get("id_token").unwrap());
    // What only the scope profile shows.
    assert!(id.get("oid").is_none() && id.get("name").is_none() && id["sub"].is_string());
    let without = authorize(&kit, "delegated", &[("response_type", "id_token"), ("scope", "openid")]);
    assert_eq!(browser.get(&without).is(), "invalid_request 900144");
}

/// Client and redirect URI must be beyond doubt before anything is sent there.
#[test]
fn doubt_about_client_or_redirect_uri_ends_on_a_page_and_all_else_at_the_application() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let stranger = "11111111-2222-4333-8444-555555555555";
    command(&kit, &json!({"addApplication": {"name": "bare", "public": true}}));
    for (app, more, number) in [
        (stranger, vec![], 700_016),
        ("delegated", vec![("redirect_uri", "https://evil.example/")], 50_011),
        ("delegated", vec![("redirect_uri", "http://localhost.evil.example")], 50_011),
        ("delegated", vec![("redirect_uri", "http://localhost/other")], 50_011),
        ("bare", vec![], 900_971),
        ("bare", vec![("redirect_uri", "")], 900_971),
        ("delegated", vec![("client_id", "")], 900_144),
    ] {
        let page = browser.get(&authorize(&kit, app, &more)).page();
        assert_eq!((page.status, page.number()), (400, number), "{app} {more:?}");
        for words in ["Trace ID", "Correlation ID", "Timestamp 2026-11-24 00:00:00Z"] {
            assert!(page.text().contains(words), "{}", page.text());
        }
        assert_eq!(page.headers["x-frame-options"], "DENY");
    }
    let common =
        |app: &str| authorize(&kit, app, &[]).replace(&kit.tenant.identity().id.to_string(), "common");
    assert_eq!(browser.get(&common("full")).page().number(), 50_194);
    let nowhere = authorize(&kit, "full", &[]).replace(&kit.tenant.identity().id.to_string(), stranger);
    assert!(matches!(browser.get(&nowhere), Shown::Page(_)));
    command(&kit, &json!({"setApplication": {"app": "full", "enabled": false}}));
    assert_eq!(browser.get(&authorize(&kit, "full", &[])).page().number(), 7_000_112);

    for (more, mode, error) in [
        (vec![("response_type", "")], "query", ("invalid_request", 900_144)),
        (vec![("scope", "")], "query", ("invalid_request", 900_144)),
        (vec![("scope", "User.Read .default")], "query", ("invalid_scope", 70_011)),
        (vec![("scope", "User.Rend")], "query", ("invalid_client", 650_053)),
        (vec![("scope", "api://nobody/x")], "query", ("invalid_resource", 500_011)),
        (vec![("resource", "https://graph.microsoft.com")], "query", ("invalid_request", 901_002)),
        (vec![("prompt", "maybe")], "query", ("invalid_request", 90_100)),
        (vec![("prompt", "maybe"), ("response_mode", "fragment")], "fragment", ("invalid_request", 90_100)),
        (vec![("prompt", "maybe"), ("response_mode", "form_post")], "form_post", ("invalid_request", 90_100)),
        (vec![("code_challenge", "short")], "query", ("invalid_request", 501_491)),
        (vec![("redirect_uri", "http://localhost/spa")], "query", ("invalid_request", 9_002_325)),
        (vec![("max_age", "old")], "query", ("invalid_request", 90_100)),
    ] {
        let back = browser.get(&authorize(&kit, "delegated", &more)).back();
        assert_eq!((back.mode, back.error()), (mode, error), "{more:?}");
        assert_eq!(back.get("state"), Some("the state"), "{more:?}");
        assert!(back.get("error_uri").unwrap().ends_with(&format!("/error?code={}", error.1)));
    }
}

#[test]
fn without_a_redirect_uri_the_first_registered_one_is_meant() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let back = browser.consent(&authorize(&kit, "delegated", &[("redirect_uri", "")]), "user");
    assert_eq!(back.uri, "http://localhost/");
    let loopback = authorize(&kit, "delegated", &[("redirect_uri", "http://localhost:49152")]);
    assert_eq!(browser.get(&loopback).back().uri, "http://localhost:49152/");
    // A public client's id, which is not the display name that its page shows.
    assert_eq!(client(&kit, "delegated").len(), 36);
}

/// Libraries that build the address of their listener write the root with its slash, whatever was registered.
#[test]
fn a_loopback_root_redirect_uri_matches_with_or_without_slash() {
    let kit = Kit::tiny();
    let redirect = "http://localhost:49152/";
    let shown =
        Browser::new(&kit).consent(&authorize(&kit, "delegated", &[("redirect_uri", redirect)]), "user");
    assert_eq!(shown.uri, redirect);
    assert_eq!(redeem(&kit, &shown.code(), &[("redirect_uri", redirect)]).status, 200);
    let other =
        Browser::new(&kit).get(&authorize(&kit, "delegated", &[("redirect_uri", &format!("{redirect}/"))]));
    assert_eq!(other.page().number(), 50_011);
}
