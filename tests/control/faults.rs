//! Faults of a tenant, through the control API: which requests they disturb, when, and how; what logs say of it.

use mock_defender::gateway::Answer;
mod answers;
mod life;
mod matching;

use mock_defender::gateway::exchange::Delivery;
use mock_defender::services;
use serde_json::{Value, json};

use crate::kit::{self, Kit, text};

const ALERTS: &str = "/api/v1/alerts/";
const FAULTS: &str = "/_mock/tenants/contoso/faults";

fn add(kit: &Kit, fault: &Value) -> Value {
    let answer = kit.mock("POST", FAULTS, &fault.to_string());
    assert_eq!(answer.status, 201, "{fault}: {}", text(&answer));
    kit::json(&answer)["faults"][0].clone()
}

/// A tenant with this fault alone.
fn disturbed(fault: Value) -> Kit {
    let kit = Kit::tiny();
    add(&kit, &fault);
    kit
}

fn alerts(kit: &Kit) -> Answer {
    kit.api("GET", ALERTS, "")
}

fn statuses(kit: &Kit, count: usize) -> Vec<u16> {
    (0..count).map(|_| alerts(kit).status.as_u16()).collect()
}

fn listed(kit: &Kit) -> Vec<Value> {
    kit::json(&kit.mock("GET", FAULTS, ""))["faults"].as_array().unwrap().clone()
}

fn refused(kit: &Kit, fault: &Value) -> Value {
    let answer = kit.mock("POST", FAULTS, &fault.to_string());
    assert!(answer.status.is_client_error(), "{fault}: {}", text(&answer));
    kit::json(&answer)["error"].clone()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().unwrap())
}

/// When the tenants are born.
const NOW: &str = "2026-11-24T00:00:00.000Z";
const DOWN: &str = r#"{"respond":{"status":503}}"#;

fn down() -> Value {
    DOWN.parse().unwrap()
}

#[test]
fn faults_are_added_listed_and_removed() {
    let kit = Kit::tiny();
    assert_eq!(alerts(&kit).status, 200);
    let fault =
        json!({"id": "outage", "match": {"service": "cloudApps"}, "when": {"times": 5}, "effect": down()});
    let added = add(&kit, &fault);
    assert_eq!((&added["id"], &added["matched"], &added["acted"]), (&json!("outage"), &json!(0), &json!(0)));
    assert_eq!(added["since"], NOW);
    let unnamed = add(&kit, &json!({"match": {"service": "graph"}, "effect": {"reset": {}}}));
    assert_eq!(unnamed["id"], "fault-1");
    assert_eq!(statuses(&kit, 2), [503, 503]);
    let all = listed(&kit);
    assert_eq!(all.len(), 2);
    assert_eq!(
        all[0]["fault"],
        json!({"match": fault["match"], "when": fault["when"], "effect": fault["effect"]})
    );
    assert_eq!((&all[0]["matched"], &all[0]["acted"], all[0].get("ended")), (&json!(2), &json!(2), None));

    assert_eq!(kit.mock("DELETE", &format!("{FAULTS}/outage"), "").status, 204);
    assert_eq!(alerts(&kit).status, 200);
    assert_eq!(listed(&kit)[0]["ended"], json!({"at": NOW, "why": "removed"}));
    assert_eq!(kit.mock("DELETE", &format!("{FAULTS}/outage"), "").status, 404, "it is no longer there");
    assert_eq!(kit.mock("DELETE", FAULTS, "").status, 204);
    assert!(listed(&kit).iter().all(|fault| fault["ended"]["why"] == "removed"));
    add(&kit, &json!({"id": "outage", "effect": down()}));
    assert_eq!(alerts(&kit).status, 503, "a name that has ended can be given again");
}

#[test]
fn what_is_no_fault_is_refused_with_its_field_and_what_would_do() {
    let kit = Kit::tiny();
    let cases = [
        (json!({"effect": {"explode": {}}}), "BadBody", "explode"),
        (json!({"effect": down(), "when": {"often": 1}}), "BadBody", "often"),
        (json!({"effect": {"hang": {"for": "11m"}}}), "BadField", "effect.hang.for"),
        (
            json!({"match": {"service": "sharepoint"}, "effect": down()}),
            "BadField",
            "entra, cloud-apps, graph",
        ),
        (json!({"match": {"service": "control"}, "effect": down()}), "BadField", "match.service"),
        (json!({"match": {"client": "nobody"}, "effect": down()}), "BadField", "match.client"),
        (json!({"effect": {"refuse": {"refusal": "Forbidden"}}}), "BadField", "match.service"),
        (
            json!({"match": {"service": "cloudApps"}, "effect": {"refuse": {"refusal": "NoAlarm"}}}),
            "BadField",
            "NoAlert, NoActivity",
        ),
        (
            json!({"match": {"service": "cloudApps"}, "effect": {"refuse": {"refusal": "NoAlert", "with": {"name": "x"}}}}),
            "BadField",
            "placeholders of NoAlert: id",
        ),
        (
            json!({"match": {"service": "cloudApps"}, "effect": {"refuse": {"refusal": "TooLarge", "with": {"limit": "x"}}}}),
            "BadField",
            "whole number",
        ),
    ];
    for (fault, code, names) in cases {
        let error = refused(&kit, &fault);
        assert_eq!(error["code"], code, "{fault}: {error}");
        assert!(error["message"].as_str().unwrap().contains(names), "{fault}: {error}");
    }
    assert!(listed(&kit).is_empty());
    let command = json!({"addFault": {"fault": {"effect": {"refuse": {"refusal": "Forbidden"}}}}});
    let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string());
    assert_eq!(answer.status, 400, "as a command it is checked alike: {}", text(&answer));
}

#[test]
fn a_fault_responds_in_place_of_the_service() {
    let kit = disturbed(json!({"effect": {"respond": {
        "status": 502, "headers": {"x-azure-ref": "0abc"}, "body": {"error": "upstream"},
    }}}));
    let answer = alerts(&kit);
    assert_eq!((answer.status.as_u16(), text(&answer).as_str()), (502, r#"{"error":"upstream"}"#));
    assert_eq!(header(&answer, "x-azure-ref"), Some("0abc"));
    assert_eq!(header(&answer, "content-type"), Some("application/json"));
    assert_eq!(header(&answer, "date"), Some("Tue, 24 Nov 2026 00:00:00 GMT"));

    let kit = disturbed(json!({"effect": {"respond": {"status": 200, "body": "so so"}}}));
    assert_eq!(
        (text(&alerts(&kit)).as_str(), header(&alerts(&kit), "content-type")),
        ("so so", Some("text/plain"))
    );
    let kit =
        disturbed(json!({"effect": {"respond": {"status": 200, "body": "a,b", "contentType": "text/csv"}}}));
    assert_eq!(header(&alerts(&kit), "content-type"), Some("text/csv"));
}

#[test]
fn a_fault_refuses_in_the_words_of_the_service() {
    let refuse = |service: &str, refusal: Value| {
        disturbed(json!({"match": {"service": service}, "effect": {"refuse": refusal}}))
    };
    let kit = refuse("cloudApps", json!({"refusal": "BadValue", "with": {"value": "odd"}}));
    let genuine = Kit::tiny().api("POST", ALERTS, r#"{"filters":{"severity":{"eq":["odd"]}}}"#);
    assert_eq!((alerts(&kit).status, text(&alerts(&kit))), (genuine.status, text(&genuine)));

    let kit = refuse("entra", json!({"refusal": "UnknownClient", "with": {"client": "abc"}}));
    let answer = token(&kit, "client_credentials");
    let body = kit::json(&answer);
    assert_eq!((answer.status.as_u16(), &body["error_codes"]), (400, &json!([700_016])));
    let description = body["error_description"].as_str().unwrap();
    assert!(description.contains("identifier 'abc' was not found in the directory '"), "{description}");

    let kit = refuse("graph", json!({"refusal": "Lifetime"}));
    let answer = kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[], "");
    assert_eq!(kit::json(&answer)["error"]["message"], "Lifetime validation failed, the token is expired.");
}

#[test]
fn every_refusal_of_every_service_can_be_ordered_by_its_name() {
    let kit = Kit::tiny();
    let mut played = 0;
    for profile in services::all().iter().filter(|profile| !profile.service.is_operators()) {
        for row in profile.refusals.rows {
            let fault = json!({
                "match": {"service": profile.service.name()},
                "when": {"times": 1},
                "effect": {"refuse": {"refusal": row.name}},
            });
            add(&kit, &fault);
            let answer = match profile.service.name() {
                "entra" => token(&kit, "refresh_token"),
                "graph" => kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[], ""),
                "cloud-apps" => alerts(&kit),
                // A portal is found by its own path, and tells a script by JSON what it tells people by a page.
                portal => {
                    let url = format!("https://localhost:8443/{portal}/");
                    kit.send("GET", &url, &[("accept", "application/json")], "")
                }
            };
            assert_eq!(answer.status.as_u16(), row.status, "{}: {}", row.name, text(&answer));
            assert!(text(&answer).contains(row.code), "{}: {}", row.name, text(&answer));
            played += 1;
        }
    }
    assert!(played > 100, "{played}");
}

/// Asks the tenant's token endpoint for a token.
fn token(kit: &Kit, grant: &str) -> Answer {
    let url = "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token";
    let form = [("content-type", "application/x-www-form-urlencoded")];
    kit.send("POST", url, &form, &format!("client_id=abc&grant_type={grant}&scope=x%2F.default"))
}

#[test]
fn a_throttled_client_is_told_in_one_of_five_ways_when_to_come_back() {
    let throttle = |how: &str| {
        let kit = disturbed(json!({"effect": {"throttle": {"wait": "PT89.5S", "retryAfter": how}}}));
        let answer = alerts(&kit);
        assert_eq!(answer.status, 429);
        let told = header(&answer, "retry-after").map(str::to_owned);
        (told, kit::json(&answer)["detail"].as_str().unwrap().to_owned())
    };
    let spoken = "Request was throttled. Expected available in 90 seconds.";
    assert_eq!(throttle("seconds"), (Some("90".to_owned()), spoken.to_owned()));
    assert_eq!(throttle("fraction"), (Some("89.5".to_owned()), spoken.to_owned()));
    assert_eq!(throttle("date"), (Some("Tue, 24 Nov 2026 00:01:29 GMT".to_owned()), spoken.to_owned()));
    assert_eq!(throttle("text"), (None, spoken.to_owned()));
    assert_eq!(throttle("absent"), (None, "Request was throttled.".to_owned()));
}

#[test]
fn every_service_throttles_in_its_own_words() {
    let kit = disturbed(json!({"effect": {"throttle": {"wait": "5s"}}}));
    let answer = token(&kit, "client_credentials");
    assert_eq!((answer.status.as_u16(), header(&answer, "retry-after")), (429, Some("5")));
    assert_eq!(kit::json(&answer)["error_codes"], json!([90055]));
    let answer = kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[], "");
    assert_eq!((answer.status.as_u16(), header(&answer, "retry-after")), (429, Some("5")));
    assert_eq!(kit::json(&answer)["error"]["code"], "TooManyRequests");
}

#[test]
fn a_token_is_not_taken_for_the_reason_that_the_fault_says() {
    let graph = "https://graph.microsoft.com/oidc/userinfo";
    let told = |why: &str| {
        let kit = disturbed(json!({"effect": {"token": why}}));
        let (alerts, graph) = (alerts(&kit), kit.send("GET", graph, &[], ""));
        let code = |grant| kit::json(&token(&kit, grant))["error_codes"][0].as_u64().unwrap();
        let entra = (code("client_credentials"), code("refresh_token"));
        (alerts.status.as_u16(), kit::json(&graph)["error"]["message"].as_str().unwrap().to_owned(), entra)
    };
    let cases = [
        ("missing", 401, "Access token is empty.", (7_000_216, 7_000_218)),
        ("malformed", 401, "Access token validation failure.", (9_002_313, 9_002_313)),
        ("expired", 401, "Lifetime validation failed", (7_000_222, 700_082)),
        ("notYetValid", 401, "Lifetime validation failed", (700_024, 700_024)),
        ("badSignature", 401, "Access token validation failure.", (50_012, 50_012)),
        ("wrongAudience", 401, "Access token validation failure. Invalid audience.", (700_023, 700_023)),
        ("revoked", 401, "Continuous access evaluation resulted in challenge", (7_000_222, 50_173)),
        ("forbidden", 403, "Insufficient privileges", (53_003, 53_003)),
    ];
    for (why, status, message, codes) in cases {
        let (alerts, graph, entra) = told(why);
        assert_eq!((alerts, entra), (status, codes), "{why}");
        assert!(graph.starts_with(message), "{why}: {graph}");
    }
}

/// How an answer is sent.
fn delivery(fault: Value) -> (Answer, String) {
    let kit = disturbed(fault);
    let answer = alerts(&kit);
    let how = format!("{:?}", answer.delivery.as_deref());
    (answer, how)
}

#[test]
fn answers_come_late_piece_by_piece_cut_or_not_at_all() {
    let whole = alerts(&Kit::tiny());
    let length = whole.body.len();
    let (answer, how) = delivery(json!({"effect": {"latency": {"fixed": "1500ms"}}}));
    assert_eq!((how.as_str(), &answer.body), ("Some(Late(1.5s))", &whole.body));
    let (answer, how) = delivery(json!({"effect": {"drip": {"bytes": 10, "every": "20ms"}}}));
    assert_eq!((how.as_str(), &answer.body), ("Some(Drip { bytes: 10, every: 20ms })", &whole.body));
    let (answer, how) = delivery(json!({"effect": {"truncate": {"keep": 0.25}}}));
    assert_eq!((how, answer.body.len()), (format!("Some(Truncated({}))", length / 4), length));
    let (answer, how) = delivery(json!({"effect": {"truncate": {"keep": 0.25, "framed": true}}}));
    assert_eq!((how.as_str(), answer.body.len()), ("None", length / 4));
    let (answer, how) = delivery(json!({"effect": {"reset": {"after": 7}}}));
    assert_eq!((how.as_str(), &answer.body), ("Some(Reset(Some(7)))", &whole.body));
    let (answer, how) = delivery(json!({"effect": {"reset": {}}}));
    assert_eq!((how.as_str(), answer.body.len()), ("Some(Reset(None))", 0));
    let (answer, how) = delivery(json!({"effect": {"hang": {"for": "30s"}}}));
    assert_eq!((how.as_str(), answer.body.len()), ("Some(Hang(30s))", 0));
}

#[test]
fn what_is_not_answered_was_not_done_and_what_breaks_off_was() {
    let close = |fault: Value| {
        let kit = disturbed(fault);
        let id =
            kit::json(&kit.mock("POST", "/_mock/tenants/contoso/inject", r#"{"alert":{"title":"Odd"}}"#));
        let id = id["id"].as_str().unwrap().to_owned();
        let body = json!({"filters": {"id": {"eq": [id]}}});
        kit.api("POST", "/api/v1/alerts/close_benign/", &body.to_string());
        kit.mock("DELETE", FAULTS, "");
        kit::json(&kit.api("GET", &format!("/api/v1/alerts/{id}/"), ""))["resolutionStatusValue"].clone()
    };
    let open = close(json!({"match": {"method": "PUT"}, "effect": {"reset": {}}}));
    let match_post =
        |effect: Value| json!({"match": {"method": "post", "service": "cloud-apps"}, "effect": effect});
    let done = close(match_post(json!({"reset": {"after": 0}})));
    assert_eq!(open, done, "the fault that matches nothing and the one that breaks off after the fact");
    let undone = close(match_post(json!({"reset": {}})));
    assert_ne!(undone, done);
    assert_eq!(close(match_post(json!({"hang": {"for": "1s"}}))), undone);
}

#[test]
fn the_control_api_is_never_disturbed() {
    let kit = disturbed(json!({"effect": {"reset": {}}}));
    for path in ["/_mock/health", "/_mock/info", FAULTS, "/_mock/tenants/contoso/requests", "/_mock/nothing"]
    {
        assert!(kit.mock("GET", path, "").delivery.is_none(), "{path}");
    }
    let answer = alerts(&kit);
    assert!(matches!(answer.delivery.as_deref(), Some(Delivery::Reset(None))));
    assert_eq!(listed(&kit)[0]["matched"], 1);
}
