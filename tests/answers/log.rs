//! The request log: what clients sent, asked for in every way.

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::Chapter;
use crate::desk::{Desk, OWN};

pub(crate) fn chapters() -> Vec<Chapter> {
    vec![(MockDefender::builder(), asked)]
}

fn asked(desk: &Desk) {
    let fork = desk.about(desk.control("fork", "POST", "…/fork", "").done().json());
    sent(desk);
    sent(&fork);
    for scope in ["…/requests", "/_mock/requests"] {
        lists(desk, scope);
        verdicts(desk, scope);
    }
    for id in ["last", "3", "7", "0", "9999", "x"] {
        desk.control("entry", "GET", &format!("…/requests/{id}"), "");
        desk.control("explain", "GET", &format!("…/requests/{id}/explain"), "");
        fork.control("explain", "GET", &format!("…/requests/{id}/explain"), "");
        desk.control("explain-any", "GET", &format!("/_mock/requests/{id}/explain"), "");
    }
    desk.log();
    fork.control("clear", "DELETE", "…/requests", "").done();
    fork.control("cleared", "GET", "…/requests", "").done();
    fork.control("nobody", "GET", "…/requests/3", "");
    desk.control("clear-all", "DELETE", "/_mock/requests", "").done();
    desk.control("cleared", "GET", "/_mock/requests", "").done();
}

/// Requests of every kind, with secrets in many places.
fn sent(desk: &Desk) {
    desk.api("alerts", "POST", "/api/v1/alerts/", r#"{"filters": {"severity": {"eq": [2]}}, "limit": 5}"#)
        .done();
    desk.api("close", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {"id": {"eq": []}}}"#);
    desk.api("lost", "GET", "/api/v1/alert/?token=hush&limit=1", "");
    desk.api("wrong", "PUT", "/api/v1/alerts/", "");
    desk.api("long", "POST", "/api/v1/alerts/", format!("{{\"comment\": \"{}\"}}", "x".repeat(9_000)));
    desk.api("unknown-filter", "POST", "/api/v1/alerts/", r#"{"filters": {"colour": {"eq": ["red"]}}}"#);
    let headers = [("authorization", "Bearer sesame"), ("cookie", "a=sesame"), ("x-team", "blue")];
    desk.send("denied", "GET", &desk.genuine("/api/v1/alerts/"), &headers, r#"{"accessToken": "sesame"}"#);
    let (id, secret) = desk.app("read-only");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default"),
    ];
    let token = desk.form("token", &desk.login("/oauth2/v2.0/token"), &fields).done().member("access_token");
    let bearer = format!("Bearer {token}");
    for (method, path) in [("GET", "/api/v1/alerts/?limit=1"), ("POST", "/api/v1/alerts/close_benign/")] {
        desk.send("as", method, &desk.genuine(path), &[("authorization", &bearer)], r#"{"filters": {}}"#);
    }
    desk.send("elsewhere", "GET", "https://elsewhere.example/x", &[], "");
    desk.send("nowhere", "GET", &format!("{OWN}/nothing"), &[], "");
}

fn lists(desk: &Desk, scope: &str) {
    for query in [
        "",
        "?path=/api/v1/alerts",
        "?path=/api/*/alert*",
        "?method=post",
        "?status=404",
        "?status=4xx",
        "?refusal=InvalidToken",
        "?service=cloud-apps&limit=1",
        "?service=entra",
        "?service=cloud-apps&since=3&until=7",
        "?caller=API*",
        "?caller=application%20read-only",
        "?status=big",
        "?colour=red",
        "?since=x",
        "?service=mail",
    ] {
        desk.control("list", "GET", &format!("{scope}{query}"), "");
    }
    // What steers the simulator is left out: the length of such an answer may differ.
    for service in ["cloud-apps", "entra"] {
        desk.control("archive", "GET", &format!("{scope}.har?service={service}"), "").done();
    }
    desk.control("archive-bad", "GET", &format!("{scope}.har?status=big"), "");
    desk.control("unmatched", "GET", &format!("{scope}/unmatched"), "").done();
    desk.control("permissions", "GET", &format!("{scope}/permissions"), "").done();
}

fn verdicts(desk: &Desk, scope: &str) {
    let list = json!({
        "method": "POST", "path": "/api/v1/alerts", "status": 200, "caller": "API token*",
        "headers": {"authorization": "Token *"}, "body": {"/filters/severity/eq": [2]}, "query": {"skip": null}
    });
    let close = json!({"path": "/api/v1/alerts/close_*"});
    let mut other = list.clone();
    other["body"] = json!({"/filters/severity/eq": [1]});
    let asks: [Value; 12] = [
        json!({"match": list}),
        json!({"match": list, "count": {"exactly": 2}}),
        json!({"match": list, "count": {"atMost": 1}}),
        json!({"match": {"path": "/api/**"}, "count": {"atLeast": 2}}),
        json!({"match": {"path": "/api/**"}, "since": 5}),
        json!({"match": {"path": "/_mock/**"}, "count": {"exactly": 0}}),
        json!({ "match": other }),
        json!({"order": [list, close]}),
        json!({"order": [close, list]}),
        json!({"match": {"status": "big"}}),
        json!({"match": {"colour": "red"}}),
        json!({"match": list, "order": [close]}),
    ];
    for ask in asks {
        desk.control("verify", "POST", &format!("{scope}/verify"), ask.to_string());
    }
}
