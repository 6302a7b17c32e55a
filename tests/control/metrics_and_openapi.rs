//! What the control API tells about itself: metrics and its own description.

use std::collections::BTreeSet;

use mock_defender::gateway::Service;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

#[test]
fn metrics_count_answered_requests() {
    let kit = Kit::tiny();
    for _ in 0..3 {
        kit.api("GET", "/api/v1/alerts/", "");
    }
    kit.send("GET", &kit.url("/api/v1/alerts/"), &[], "");
    kit.send("GET", "https://elsewhere.example/", &[], "");
    let answer = kit.mock("GET", "/_mock/metrics", "");
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let page = text(&answer);
    for line in [
        "mock_defender_requests_total{service=\"cloud-apps\",status=\"200\"} 3",
        "mock_defender_requests_total{service=\"cloud-apps\",status=\"401\"} 1",
        "mock_defender_requests_total{service=\"none\",status=\"421\"} 1",
        "mock_defender_refusals_total{service=\"cloud-apps\",refusal=\"InvalidToken\"} 1",
        "mock_defender_tenants 1",
        "# TYPE mock_defender_requests_total counter",
    ] {
        assert!(page.lines().any(|known| known == line), "{line}\n{page}");
    }
    let value = |name: &str| {
        let line = page.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()
    };
    let total = |list: &str| {
        json(&kit.api("POST", &format!("/api/v1/{list}/"), r#"{"filters": {}}"#))["total"].as_f64().unwrap()
    };
    assert_eq!(value("mock_defender_alerts{tenant=\"contoso\"}"), total("alerts"));
    assert_eq!(value("mock_defender_activities{tenant=\"contoso\"}"), total("activities"));
    assert!(value("mock_defender_request_log_bytes{tenant=\"contoso\"}") > 1_000.0);
    assert!(value("mock_defender_uptime_seconds") > 0.0);
}

#[test]
fn openapi_describes_every_route_and_its_fields() {
    let kit = Kit::tiny();
    let description = json(&kit.mock("GET", "/_mock/openapi.json", ""));
    assert_eq!(description["openapi"], "3.1.0");
    let mut operations = BTreeSet::new();
    for route in kit.gateway.routes().filter(|route| route.service == Service::Control) {
        let operation = &description["paths"][route.path][route.method.as_str().to_lowercase()];
        assert_eq!(operation["summary"], route.summary, "{} {}", route.method, route.path);
        assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
        let parameters = operation["parameters"].as_array().unwrap().iter();
        let in_path = parameters.filter(|parameter| parameter["in"] == "path").count();
        assert_eq!(in_path, route.path.matches('{').count(), "{}", route.path);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if let Some(properties) = schema["properties"].as_object() {
            fields_are_those(&kit, route.method.as_str(), route.path, properties.keys().cloned().collect());
        }
    }
    // A command's fields are told one command at a time.
    let commands = description["components"]["schemas"]["Command"]["properties"].as_object().unwrap();
    let path = "/_mock/tenants/contoso/commands";
    let answer = text(&kit.mock("POST", path, r#"{"?": {}}"#));
    assert_eq!(taught(&answer), commands.keys().cloned().collect());
    for (name, schema) in commands {
        let Some(properties) = schema["properties"].as_object() else { continue };
        let answer = text(&kit.mock("POST", path, &json!({name: {"?": 1}}).to_string()));
        assert_eq!(taught(&answer), properties.keys().cloned().collect(), "{name}");
    }
    // The schema of matchers is no route's own.
    let answer = kit.mock("POST", "/_mock/tenants/contoso/requests/verify", r#"{"match": {"?": 1}}"#);
    let matcher = description["components"]["schemas"]["Matcher"]["properties"].as_object().unwrap();
    assert_eq!(taught(&text(&answer)), matcher.keys().cloned().collect());
}

/// What the route says that it reads, when it is given a field that it does not.
fn fields_are_those(kit: &Kit, method: &str, path: &str, described: BTreeSet<String>) {
    let path = path.replace("{tenant}", "contoso");
    let answer = text(&kit.mock(method, &path, r#"{"?": 1}"#));
    if path.ends_with("/inject") {
        assert!(described.iter().all(|field| answer.contains(field.as_str())), "{answer}");
        return;
    }
    assert_eq!(taught(&answer), described, "{method} {path}: {answer}");
}

/// The names between backquotes, but for the unknown one.
fn taught(message: &str) -> BTreeSet<String> {
    let names = message.split('`').skip(1).step_by(2);
    names.filter(|name| *name != "?").map(str::to_owned).collect()
}

#[test]
fn answers_match_the_openapi_schemas() {
    let kit = Kit::tiny();
    let description = json(&kit.mock("GET", "/_mock/openapi.json", ""));
    let mut checked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        let schema = &operations["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let Some(required) = schema["required"].as_array() else { continue };
        let alert = json(&kit.api("GET", "/api/v1/alerts/?limit=1", ""))["data"][0]["_id"].clone();
        let asked = path.replace("{tenant}", "contoso").replace("{id}", alert.as_str().unwrap());
        let asked = asked.replace("{name}", "throttled-in-seconds");
        let answer = kit.mock("GET", &asked, "");
        assert_eq!(answer.status, 200, "{path}");
        let body: Value = json(&answer);
        for name in required {
            assert!(!body[name.as_str().unwrap()].is_null(), "{path}: no {name}");
        }
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
}
