//! What the request log tells: filters, archive, near misses, least privilege, assertions, explanations.

use mock_defender::gateway::Answer;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};
use crate::oauth::{self, V2, with_secret};

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

fn get(kit: &Kit, rest: &str) -> Value {
    let answer = kit.mock("GET", &path(kit, rest), "");
    assert_eq!(answer.status, 200, "{}", text(&answer));
    json(&answer)
}

fn ids(list: &Value) -> Vec<u64> {
    list["requests"].as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

fn id(answer: &Answer) -> u64 {
    answer.headers["mock-defender-request"].to_str().unwrap().parse().unwrap()
}

fn verify(kit: &Kit, ask: Value) -> Value {
    let answer = kit.mock("POST", &path(kit, "/requests/verify"), &ask.to_string());
    assert_eq!(answer.status, 200, "{}", text(&answer));
    json(&answer)
}

/// A request with the token of an application.
fn as_app(kit: &Kit, app: &str, method: &str, path: &str, body: &str) -> Answer {
    let scope = "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default";
    let token = json(&with_secret(&kit.gateway, V2, app, &[("scope", scope)]));
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    kit.send(method, &kit.url(path), &[("authorization", &bearer)], body)
}

#[test]
fn requests_are_filtered_by_query() {
    let kit = Kit::tiny();
    let alerts = id(&kit.api("GET", "/api/v1/alerts/", ""));
    let closed = id(&kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#));
    let lost = id(&kit.api("GET", "/api/v1/alert/", ""));
    let denied = id(&kit.send("GET", &kit.url("/api/v1/alerts/"), &[], ""));
    for (query, expected) in [
        ("path=/api/v1/alerts", vec![alerts, closed, denied]),
        ("path=/api/*/alert*", vec![alerts, lost, denied]),
        ("method=post", vec![closed]),
        ("status=404", vec![lost]),
        ("status=4xx", vec![lost, denied]),
        ("refusal=InvalidToken", vec![denied]),
        ("service=cloud-apps&limit=1", vec![denied]),
        (&format!("service=cloud-apps&since={alerts}&until={lost}"), vec![closed, lost]),
        ("caller=API*", vec![alerts, closed]),
    ] {
        assert_eq!(ids(&get(&kit, &format!("/requests?{query}"))), expected, "{query}");
        let all = json(&kit.mock("GET", &format!("/_mock/requests?{query}"), ""));
        assert_eq!(ids(&all), expected, "{query}");
    }
    for (query, said) in
        [("status=big", "class"), ("colour=red", "one of method"), ("since=x", "whole number")]
    {
        let refused = kit.mock("GET", &path(&kit, &format!("/requests?{query}")), "");
        assert_eq!(refused.status, 400, "{query}");
        assert!(text(&refused).contains(said), "{}", text(&refused));
    }
}

#[test]
fn logs_are_cleared_one_by_one_or_all_at_once() {
    let kit = Kit::tiny();
    let other = kit.join(kit.tenant.fork());
    let last = id(&kit.api("GET", "/api/v1/alerts/", ""));
    let cleared = json(&kit.mock("DELETE", &path(&kit, "/requests"), ""));
    assert_eq!(cleared, json!({"cleared": 1}));
    assert_eq!(ids(&get(&kit, "/requests?service=cloud-apps")), [0; 0]);
    // Numbers go on, so that none names two requests.
    assert!(id(&kit.api("GET", "/api/v1/alerts/", "")) > last);
    let others = format!("/_mock/tenants/{}/requests", other.identity().label);
    kit.mock("GET", &others, "");
    assert_eq!(kit.mock("DELETE", "/_mock/requests", "").status, 200);
    assert_eq!(ids(&json(&kit.mock("GET", "/_mock/requests", ""))).len(), 1, "the one that cleared");
}

#[test]
fn the_log_keeps_no_secret_wherever_it_stands() {
    let kit = Kit::tiny();
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4eHh4eHh4eHh4eHh4In0.c2VzYW1lc2VzYW1l";
    let secret = "abc8Q~sesamesesamesesamesesamesesame1234";
    let url = kit.url(&format!("/api/v1/{token}/alerts/?key=sesame&sig=sesame&note={secret}"));
    let body = json!({"secretText": "sesame", "note": format!("it is {token}"), "value": secret}).to_string();
    let headers =
        [("x-hub-signature-256", "sha256=sesame"), ("x-note", token), ("x-functions-key", "sesame")];
    assert_eq!(kit.send("POST", &url, &headers, &body).status, 404);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    kit.send("POST", "https://localhost:8443/common/login", &form, "otc=sesame&flowToken=sesame");
    for path in ["/requests?control=true", "/requests.har"] {
        let written = text(&kit.mock("GET", &self::path(&kit, path), ""));
        assert!(
            !written.is_empty() && !written.contains("sesame") && !written.contains("c2VzYW1l"),
            "{written}"
        );
    }
    let list = get(&kit, "/requests");
    assert_eq!(list["requests"][0]["path"], "/api/v1/…/alerts/", "{list}");
}

#[test]
fn the_log_keeps_headers_and_bodies_without_secrets() {
    let kit = Kit::tiny();
    let app = oauth::app(&kit.gateway, "full");
    with_secret(&kit.gateway, V2, "full", &[("scope", "x/.default"), ("client_assertion", "sesame")]);
    let headers = [("authorization", "Bearer sesame"), ("cookie", "a=sesame"), ("x-team", "blue")];
    let body = r#"{"filters": {"severity": {"eq": [2]}}, "accessToken": "sesame"}"#;
    let asked = id(&kit.send("POST", &kit.url("/api/v1/alerts/"), &headers, body));
    kit.api("POST", "/api/v1/alerts/", &format!("{{\"comment\": \"{}\"}}", "x".repeat(9_000)));
    kit.mock("POST", "/_mock/tenants", r#"{"name": "sesame"}"#);
    let log = get(&kit, "/requests");
    let written = log.to_string();
    assert!(!written.contains("sesame") && !written.contains(app.secret()), "{written}");
    let entry =
        |id: u64| log["requests"].as_array().unwrap().iter().find(|entry| entry["id"] == id).unwrap().clone();
    let kept = entry(asked);
    assert_eq!(kept["body"], json!({"filters": {"severity": {"eq": [2]}}, "accessToken": "…"}));
    let headers = kept["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "Bearer …"])), "{headers:?}");
    assert!(headers.contains(&json!(["x-team", "blue"])), "{headers:?}");
    assert_eq!(entry(asked + 1)["body"], "not kept: it is larger than 8 KiB");
    assert_eq!(entry(asked + 2)["body"], "not kept: it went to the control API");
}

#[test]
fn the_request_log_is_available_as_har() {
    let kit = Kit::tiny();
    kit.api("POST", "/api/v1/alerts/?skip=1", r#"{"limit": 2}"#);
    let answer = kit.mock("GET", &path(&kit, "/requests.har?service=cloud-apps"), "");
    let archive = json(&answer)["log"].clone();
    assert_eq!((&archive["version"], &archive["creator"]["name"]), (&json!("1.2"), &json!("mock-defender")));
    let entry = &archive["entries"][0];
    assert_eq!(entry["request"]["url"], kit.url("/api/v1/alerts/?skip=1"));
    assert_eq!(entry["request"]["queryString"], json!([{"name": "skip", "value": "1"}]));
    assert_eq!(entry["request"]["postData"]["text"], r#"{"limit":2}"#);
    assert_eq!((&entry["response"]["status"], &entry["response"]["statusText"]), (&json!(200), &json!("OK")));
    assert!(entry["response"]["content"]["mimeType"].as_str().unwrap().starts_with("application/json"));
    for field in ["startedDateTime", "time", "cache", "timings"] {
        assert!(!entry[field].is_null(), "{field}");
    }
}

#[test]
fn unmatched_requests_come_with_the_nearest_routes() {
    let kit = Kit::tiny();
    let lost = id(&kit.api("GET", "/api/v1/alert/", ""));
    let wrong = id(&kit.api("PUT", "/api/v1/alerts/", ""));
    kit.send("GET", "https://elsewhere.example/x", &[], "");
    // An id that is not there is no missing route.
    kit.api("GET", "/api/v1/alerts/000000000000000000000000/", "");
    for path in [path(&kit, "/requests/unmatched"), "/_mock/requests/unmatched".to_owned()] {
        let list = json(&kit.mock("GET", &path, ""))["unmatched"].clone();
        let list = list.as_array().unwrap();
        let statuses: Vec<u64> = list.iter().map(|entry| entry["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [404, 405, 421]);
        assert_eq!((&list[0]["id"], &list[1]["id"]), (&json!(lost), &json!(wrong)));
        assert_eq!(list[0]["nearest"][0], "GET /api/v1/alerts");
        assert!(list[1]["nearest"].to_string().contains("/api/v1/alerts\""), "{}", list[1]);
    }
}

#[test]
fn least_privilege_is_derived_from_logged_requests() {
    let kit = Kit::tiny();
    as_app(&kit, "full", "GET", "/api/v1/alerts/", "");
    as_app(&kit, "full", "GET", "/api/v1/activities/", "");
    as_app(&kit, "read-only", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#);
    let report = get(&kit, "/requests/permissions");
    let of = |name: &str| {
        let callers = report["callers"].as_array().unwrap();
        callers.iter().find(|caller| caller["caller"] == format!("application {name}")).unwrap().clone()
    };
    let full = of("full");
    assert_eq!((&full["calls"], &full["needed"]), (&json!(2), &json!(["investigation.read"])));
    let unused = full["unused"].as_array().unwrap();
    assert!(
        unused.contains(&json!("investigation.manage")) && !unused.contains(&json!("investigation.read"))
    );
    assert_eq!(full["missing"], json!([]));
    let reader = of("read-only");
    assert_eq!(reader["missing"], json!(["investigation.manage"]));
    assert_eq!(reader["routes"][0]["anyOf"], json!(["investigation.manage", "discovery.manage"]));
    let silent = ["unconsented", "delegated", "expired-secret", "certificate", "middle-tier"];
    assert_eq!(report["neverCalled"], json!(silent));
}

#[test]
fn logged_requests_are_verified_field_by_field() {
    let kit = Kit::tiny();
    let first =
        id(&kit.api("POST", "/api/v1/alerts/", r#"{"filters": {"severity": {"eq": [2]}}, "limit": 5}"#));
    let second = id(&kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#));
    let matcher = json!({
        "method": "POST", "path": "/api/v1/alerts", "status": 200, "caller": "API token*",
        "headers": {"authorization": "Token *"}, "body": {"/filters/severity/eq": [2]}, "query": {"skip": null}
    });
    let verdict = verify(&kit, json!({"match": matcher}));
    assert_eq!((&verdict["verified"], &verdict["matched"]), (&json!(true), &json!([first])));
    assert_eq!(verify(&kit, json!({"match": matcher, "count": {"exactly": 2}}))["verified"], false);
    assert_eq!(verify(&kit, json!({"match": matcher, "count": {"atMost": 1}}))["verified"], true);
    assert_eq!(
        verify(&kit, json!({"match": {"path": "/api/**"}, "count": {"atLeast": 2}}))["verified"],
        true
    );
    assert_eq!(
        verify(&kit, json!({"match": {"path": "/api/**"}, "since": first}))["matched"],
        json!([second])
    );
    // Requests to the control API are no client's.
    let steering = verify(&kit, json!({"match": {"path": "/_mock/**"}, "count": {"exactly": 0}}));
    assert_eq!(steering["verified"], true);
    assert_eq!(verify(&kit, json!({"match": {"service": "control"}}))["verified"], true);

    let mut other = matcher.clone();
    other["body"] = json!({"/filters/severity/eq": [1]});
    let verdict = verify(&kit, json!({"match": other}));
    assert_eq!(verdict["verified"], false);
    assert_eq!(verdict["reason"], "expected at least 1, got 0");
    assert_eq!(verdict["nearest"]["id"], first);
    assert_eq!(
        verdict["nearest"]["differences"],
        json!([{"field": "body/filters/severity/eq", "expected": [1], "got": [2]}])
    );
}

#[test]
fn the_order_of_logged_requests_is_verified() {
    let kit = Kit::tiny();
    kit.api("GET", "/api/v1/alerts/", "");
    let closed = id(&kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#));
    let (list, close) = (json!({"path": "/api/v1/alerts"}), json!({"path": "/api/v1/alerts/close_*"}));
    assert_eq!(verify(&kit, json!({"order": [list, close]}))["verified"], true);
    let verdict = verify(&kit, json!({"order": [close, list]}));
    assert_eq!((&verdict["verified"], &verdict["matched"]), (&json!(false), &json!([closed])));
    let reason = verdict["reason"].as_str().unwrap();
    assert!(reason.contains("matcher 2 of 2") && reason.contains("comes before"), "{reason}");
}

#[test]
fn the_request_logs_of_all_tenants_are_queried_together() {
    let kit = Kit::tiny();
    let other = kit.join(kit.tenant.fork());
    let first = id(&as_app(&kit, "read-only", "GET", "/api/v1/alerts/", ""));
    let kit = kit.about(other);
    let second = id(&kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#));
    let third = id(&kit.api("GET", "/api/v1/alerts/", ""));
    let verify = |ask: Value| json(&kit.mock("POST", "/_mock/requests/verify", &ask.to_string()));
    let (list, close) = (json!({"path": "/api/v1/alerts"}), json!({"path": "/api/v1/alerts/close_*"}));
    let [parent, fork] =
        [&kit.gateway.registry.first().tenant, &kit.tenant].map(|tenant| tenant.identity().id.to_string());
    let told = |verdict: &Value| {
        let matched = verdict["matched"].as_array().unwrap().iter();
        matched
            .map(|one| (one["tenant"].as_str().unwrap().to_owned(), one["id"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    let verdict = verify(json!({"match": list, "count": {"exactly": 2}}));
    assert_eq!(verdict["verified"], true, "{verdict}");
    assert_eq!(told(&verdict), [(parent.clone(), first), (fork.clone(), third)]);
    // In the order in which they came, whichever tenants they were for.
    let verdict = verify(json!({"order": [list, close, list]}));
    assert_eq!(verdict["verified"], true, "{verdict}");
    assert_eq!(told(&verdict), [(parent.clone(), first), (fork.clone(), second), (fork.clone(), third)]);
    assert_eq!(verify(json!({"order": [close, close]}))["verified"], false);
    let missing = verify(json!({"match": {"path": "/api/v1/alerts/close_*", "method": "PUT"}}));
    assert_eq!((&missing["nearest"]["tenant"], &missing["nearest"]["id"]), (&json!(fork), &json!(second)));
    let numbered = kit.mock("POST", "/_mock/requests/verify", r#"{"match": {}, "since": 1}"#);
    assert!(numbered.status == 400 && text(&numbered).contains("counts its own"), "{}", text(&numbered));

    let archive = json(&kit.mock("GET", "/_mock/requests.har?path=/api/", ""));
    let entries = archive["log"]["entries"].as_array().unwrap().iter();
    let methods: Vec<_> =
        entries.map(|entry| entry["request"]["method"].as_str().unwrap().to_owned()).collect();
    assert_eq!(methods, ["GET", "POST", "GET"]);

    let permissions = json(&kit.mock("GET", "/_mock/requests/permissions", ""));
    let callers = permissions["callers"].as_array().unwrap();
    assert!(callers.iter().any(|one| one["caller"] == "application read-only" && one["tenant"] == parent));
    assert!(callers.iter().any(|one| one["tenant"] == fork && one["calls"] == 2), "{permissions}");
    let silent = permissions["neverCalled"].as_array().unwrap();
    assert!(silent.contains(&json!("full")) && !silent.contains(&json!("read-only")), "{permissions}");
}

#[test]
fn verification_is_undecided_where_the_log_kept_too_little() {
    let kit = Kit::tiny();
    let matcher = json!({"path": "/api/v1/alerts", "body": {"/limit": 1}});
    kit.api("POST", "/api/v1/alerts/", &format!("{{\"limit\": 1, \"x\": \"{}\"}}", "x".repeat(9_000)));
    let verdict = verify(&kit, json!({"match": matcher}));
    assert_eq!((&verdict["verified"], &verdict["undecided"]), (&Value::Null, &json!(1)));
    // Whatever the body was, there were no two of them.
    assert_eq!(verify(&kit, json!({"match": matcher, "count": {"atMost": 1}}))["verified"], true);

    // Until the first ones make room.
    let long = "x".repeat(2_000);
    for _ in 0..1_500 {
        kit.send("GET", &format!("https://localhost:8443/{long}?{long}"), &[], "");
    }
    let verdict = verify(&kit, json!({"match": matcher}));
    assert_eq!(verdict["verified"], Value::Null);
    assert!(verdict["evicted"].as_u64().unwrap() > 0, "{verdict}");
    assert!(verdict["reason"].as_str().unwrap().contains("made room"), "{verdict}");
    // What came later is all there.
    let last = id(&kit.api("GET", "/api/v1/alerts/", ""));
    let since = verify(&kit, json!({"since": last, "match": {"path": "/api/**"}, "count": {"exactly": 0}}));
    assert_eq!(since["verified"], true);
    kit.mock("DELETE", &path(&kit, "/requests"), "");
    assert_eq!(verify(&kit, json!({"match": matcher}))["verified"], false);
}

#[test]
fn an_invalid_verification_request_is_refused_with_the_reason() {
    let kit = Kit::tiny();
    for (ask, said) in [
        (json!({}), "either `match` or `order`"),
        (json!({"match": {}, "order": [{}]}), "either `match` or `order`"),
        (json!({"order": []}), "a list of matchers"),
        (json!({"match": {"status": "9"}}), "match.status"),
        (json!({"match": {"body": {"limit": 1}}}), "a JSON pointer such as"),
        (json!({"match": {"colour": 1}}), "unknown field `colour`"),
        (json!({"order": [{}, {"path": "x".repeat(300)}]}), "order[1].path"),
    ] {
        let refused = kit.mock("POST", &path(&kit, "/requests/verify"), &ask.to_string());
        assert_eq!(refused.status, 400, "{ask}");
        assert!(text(&refused).contains(said), "{ask}: {}", text(&refused));
    }
}

#[test]
fn a_request_is_explained() {
    let kit = Kit::tiny();
    let denied = id(&as_app(&kit, "read-only", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#));
    let explanation = get(&kit, &format!("/requests/{denied}/explain"));
    assert_eq!(explanation, get(&kit, "/requests/last/explain"));
    assert_eq!(explanation["route"], "POST /api/v1/alerts/close_benign");
    assert_eq!(explanation["tenantBy"], "credential");
    assert_eq!(explanation["caller"], "application read-only");
    assert_eq!(explanation["anyOf"], json!(["investigation.manage", "discovery.manage"]));
    let words = explanation["text"].to_string();
    for said in
        ["403", "named by the credential", "application read-only", "investigation.manage", "What to do"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
    kit.api("GET", "/api/v1/alert/", "");
    let lost = get(&kit, "/requests/last/explain");
    assert_eq!(lost["nearest"][0], "GET /api/v1/alerts");
    assert!(lost["text"].to_string().contains("Perhaps GET /api/v1/alerts is meant"), "{lost}");
    kit.api("GET", "/api/v1/alerts/", "");
    assert!(get(&kit, "/requests/last/explain")["text"].to_string().contains("Nothing was held against it"));
    assert_eq!(get(&kit, &format!("/requests/{denied}"))["status"], 403);
    for (name, status) in [("99999", 404), ("first", 400)] {
        assert_eq!(kit.mock("GET", &path(&kit, &format!("/requests/{name}/explain")), "").status, status);
    }
}

#[test]
fn a_request_to_any_tenant_is_explained() {
    let kit = Kit::tiny();
    let other = kit.join(kit.tenant.fork());
    let ours = id(&kit.api("GET", "/api/v1/alert/", ""));
    let credential = format!("Token {}", mock_defender::identity::api_token::mint(other.identity()));
    let theirs =
        kit.send("GET", "https://localhost:8443/api/v1/alerts/", &[("authorization", &credential)], "");
    assert_eq!((theirs.status.as_u16(), id(&theirs)), (200, ours), "both logs begin to count with one");
    let explained = |which: &str| json(&kit.mock("GET", &format!("/_mock/requests/{which}/explain"), ""));
    let last = explained("last");
    assert_eq!(last["request"], "GET localhost:8443/api/v1/alerts/");
    let numbered = explained(&ours.to_string());
    assert_eq!(numbered["request"], last["request"], "of two with one number the later");
    assert!(numbered["text"].to_string().contains("in the logs of contoso, too: say --tenant"), "{numbered}");
    assert_eq!(
        get(&kit, &format!("/requests/{ours}/explain"))["request"],
        format!("GET {}", kit.url("/api/v1/alert/").replace("https://", ""))
    );
    let missing = kit.mock("GET", "/_mock/requests/999/explain", "");
    assert!(missing.status == 404 && text(&missing).contains("there never was"), "{}", text(&missing));
}

#[test]
fn control_api_requests_can_be_filtered_out_of_the_log() {
    let kit = Kit::tiny();
    let first = id(&kit.api("GET", "/api/v1/alerts/", ""));
    kit.mock("GET", "/_mock/info", "");
    let second = id(&kit.api("GET", "/api/v1/alerts/7/read/", ""));
    assert_eq!(ids(&get(&kit, "/requests?clients=true")), [first, second]);
    assert!(ids(&get(&kit, "/requests?clients=false")).len() > 2);
    assert_eq!(ids(&get(&kit, "/requests?path=/api/v1/alerts/**")), [first, second]);
    assert_eq!(ids(&get(&kit, "/requests?path=/api/v1/alerts/*/*")), [second]);
    assert_eq!(kit.mock("GET", "/_mock/requests?clients=perhaps", "").status, 400);
}
