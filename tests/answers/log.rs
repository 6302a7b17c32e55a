//! The request log: what clients sent, asked for in every way.

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::Script;
use crate::client::{Client, OWN};

pub(crate) fn scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), asked)]
}

fn asked(client: &Client) {
    let fork = client.about(client.control("fork", "POST", "…/fork", "").done().json());
    sent(client);
    sent(&fork);
    for scope in ["…/requests", "/_mock/requests"] {
        lists(client, scope);
        verdicts(client, scope);
    }
    for id in ["last", "3", "7", "0", "9999", "x"] {
        client.control("entry", "GET", &format!("…/requests/{id}"), "");
        client.control("explain", "GET", &format!("…/requests/{id}/explain"), "");
        fork.control("explain", "GET", &format!("…/requests/{id}/explain"), "");
        client.control("explain-any", "GET", &format!("/_mock/requests/{id}/explain"), "");
    }
    client.log();
    fork.control("clear", "DELETE", "…/requests", "").done();
    fork.control("cleared", "GET", "…/requests", "").done();
    fork.control("nobody", "GET", "…/requests/3", "");
    client.control("clear-all", "DELETE", "/_mock/requests", "").done();
    client.control("cleared", "GET", "/_mock/requests", "").done();
}

/// Requests of every kind, with secrets in many places.
fn sent(client: &Client) {
    client
        .api("alerts", "POST", "/api/v1/alerts/", r#"{"filters": {"severity": {"eq": [2]}}, "limit": 5}"#)
        .done();
    client.api("close", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {"id": {"eq": []}}}"#);
    client.api("lost", "GET", "/api/v1/alert/?token=hush&limit=1", "");
    client.api("wrong", "PUT", "/api/v1/alerts/", "");
    client.api("long", "POST", "/api/v1/alerts/", format!("{{\"comment\": \"{}\"}}", "x".repeat(9_000)));
    client.api("unknown-filter", "POST", "/api/v1/alerts/", r#"{"filters": {"colour": {"eq": ["red"]}}}"#);
    let headers = [("authorization", "Bearer sesame"), ("cookie", "a=sesame"), ("x-team", "blue")];
    client.send(
        "denied",
        "GET",
        &client.genuine("/api/v1/alerts/"),
        &headers,
        r#"{"accessToken": "sesame"}"#,
    );
    let (id, secret) = client.app("read-only");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default"),
    ];
    let token =
        client.form("token", &client.login("/oauth2/v2.0/token"), &fields).done().member("access_token");
    let bearer = format!("Bearer {token}");
    for (method, path) in [("GET", "/api/v1/alerts/?limit=1"), ("POST", "/api/v1/alerts/close_benign/")] {
        client.send("as", method, &client.genuine(path), &[("authorization", &bearer)], r#"{"filters": {}}"#);
    }
    client.send("elsewhere", "GET", "https://elsewhere.example/x", &[], "");
    client.send("nowhere", "GET", &format!("{OWN}/nothing"), &[], "");
}

fn lists(client: &Client, scope: &str) {
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
        client.control("list", "GET", &format!("{scope}{query}"), "");
    }
    // What steers the simulator is left out: the length of such an answer may differ.
    for service in ["cloud-apps", "entra"] {
        client.control("archive", "GET", &format!("{scope}.har?service={service}"), "").done();
    }
    client.control("archive-bad", "GET", &format!("{scope}.har?status=big"), "");
    client.control("unmatched", "GET", &format!("{scope}/unmatched"), "").done();
    client.control("permissions", "GET", &format!("{scope}/permissions"), "").done();
}

fn verdicts(client: &Client, scope: &str) {
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
        client.control("verify", "POST", &format!("{scope}/verify"), ask.to_string());
    }
}
