//! Which requests a fault is about, and on which of them it acts. Beside each that fits stands one that nearly does.

use mock_defender::gateway::Answer;
use serde_json::{Value, json};

use super::{FAULTS, add, alerts, disturbed, down, listed, statuses};
use crate::kit::Kit;
use crate::oauth;

const DOWN: u16 = 503;

/// Whether a request to the Cloud Apps API is disturbed by a fault that is about such.
fn is_disturbed(wanted: &Value, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> bool {
    let kit = disturbed(json!({"match": wanted, "effect": down()}));
    let mut all = vec![("authorization", kit.credential())];
    all.extend_from_slice(headers);
    kit.send(method, &kit.url(path), &all, body).status == DOWN
}

#[test]
fn a_fault_is_about_the_requests_that_fit_and_not_those_that_nearly_do() {
    // What is wanted, then a request that fits and one that nearly does: method, path, body.
    let cases = [
        (json!({"service": "cloudApps"}), ["GET", "/api/v1/alerts/", ""], None),
        (json!({"service": "cloud-apps"}), ["GET", "/api/v1/alerts/", ""], None),
        (json!({"service": "entra"}), ["", "", ""], Some(["GET", "/api/v1/alerts/", ""])),
        (json!({"method": "post"}), ["POST", "/api/v1/alerts/", "{}"], Some(["GET", "/api/v1/alerts/", ""])),
        (
            json!({"path": "/api/v1/alerts"}),
            ["GET", "/api/v1/alerts/", ""],
            Some(["GET", "/api/v1/alerts/metadata", ""]),
        ),
        (
            json!({"path": "/api/*/alerts/*"}),
            ["GET", "/api/v1/alerts/metadata", ""],
            Some(["GET", "/api/v1/alerts/x/read/", ""]),
        ),
        (
            json!({"path": "/api/v1/alerts/**"}),
            ["GET", "/api/v1/alerts/x/read/", ""],
            Some(["GET", "/api/v1/activities/", ""]),
        ),
        (
            json!({"route": "/api/v1/alerts/{id}"}),
            ["GET", "/api/v1/alerts/0123456789abcdef01234567/", ""],
            Some(["GET", "/api/v1/alerts/metadata/", ""]),
        ),
        (
            json!({"query": "*limit=1*"}),
            ["GET", "/api/v1/alerts/?skip=0&limit=1", ""],
            Some(["GET", "/api/v1/alerts/?skip=0&limit=2", ""]),
        ),
        (
            json!({"body": "*\"severity\"*"}),
            ["POST", "/api/v1/alerts/", r#"{"filters":{"severity":{"eq":2}}}"#],
            Some(["POST", "/api/v1/alerts/", r#"{"filters":{"severities":{"eq":2}}}"#]),
        ),
        (
            json!({"method": "GET", "path": "/api/v1/alerts"}),
            ["GET", "/api/v1/alerts/", ""],
            Some(["POST", "/api/v1/alerts/", "{}"]),
        ),
    ];
    for (wanted, [method, path, body], near_miss) in cases {
        if !method.is_empty() {
            assert!(is_disturbed(&wanted, method, path, &[], body), "{wanted}");
        }
        if let Some([method, path, body]) = near_miss {
            assert!(!is_disturbed(&wanted, method, path, &[], body), "{wanted}: {method} {path} {body}");
        }
    }
}

#[test]
fn a_fault_is_about_requests_with_such_headers() {
    let wanted = json!({"header": {"user-agent": "python-*", "x-run": "7"}});
    let asked = |headers: &[(&str, &str)]| is_disturbed(&wanted, "GET", "/api/v1/alerts/", headers, "");
    assert!(asked(&[("user-agent", "python-requests/2.32"), ("x-run", "7")]));
    assert!(!asked(&[("user-agent", "python-requests/2.32")]), "both must hold");
    assert!(!asked(&[("user-agent", "curl/8"), ("x-run", "7")]));
}

#[test]
fn a_fault_is_about_a_service_and_no_other() {
    let kit = disturbed(json!({"match": {"service": "graph"}, "effect": down()}));
    let graph =
        |kit: &Kit| kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[], "").status.as_u16();
    assert_eq!((graph(&kit), alerts(&kit).status.as_u16()), (DOWN, 200));
    let kit = disturbed(json!({"match": {"service": "entra"}, "effect": down()}));
    let keys = |kit: &Kit| {
        kit.send("GET", "https://login.microsoftonline.com/common/discovery/v2.0/keys", &[], "")
            .status
            .as_u16()
    };
    assert_eq!((keys(&kit), graph(&kit)), (DOWN, 401));
}

#[test]
fn a_fault_is_about_a_client_by_what_its_requests_say_and_not_by_what_holds() {
    let of = |client: &str| disturbed(json!({"match": {"client": client}, "effect": down()}));
    let status = |answer: Answer| answer.status.as_u16();

    // An API token, whether or not it holds.
    let kit = of("apiToken");
    assert_eq!(status(alerts(&kit)), DOWN);
    let wrong = [("authorization", "Token 0000")];
    assert_eq!(status(kit.send("GET", &kit.url("/api/v1/alerts/"), &wrong, "")), DOWN);
    assert_eq!(status(kit.send("GET", &kit.url("/api/v1/alerts/"), &[], "")), 401);

    // An application: by its token, by the form of a token request, and by its Basic credential.
    let scope = format!("{}/.default", oauth::CLOUD_APPS);
    let plain = Kit::tiny();
    let granted = oauth::with_secret(&plain.gateway, oauth::V2, "full", &[("scope", &scope)]);
    let bearer = format!("Bearer {}", oauth::body(&granted)["access_token"].as_str().unwrap());
    let kit = of("full");
    let by_token =
        |kit: &Kit| status(kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", &bearer)], ""));
    assert_eq!((by_token(&kit), status(alerts(&kit))), (DOWN, 200));
    assert_eq!(status(oauth::with_secret(&kit.gateway, oauth::V2, "full", &[("scope", &scope)])), DOWN);
    assert_eq!(status(oauth::with_secret(&kit.gateway, oauth::V2, "read-only", &[("scope", &scope)])), 200);
    let client = oauth::app(&kit.gateway, "full").client_id.to_string();
    let basic = mock_defender::model::base64::encode_standard(format!("{client}:wrong").as_bytes());
    let basic = format!("Basic {basic}");
    let asked = kit.send("POST", oauth::V2, &[("authorization", &basic)], "grant_type=client_credentials");
    assert_eq!(status(asked), DOWN);
    assert_eq!(by_token(&of("read-only")), 200);
}

#[test]
fn a_fault_acts_on_the_occasions_that_it_names() {
    let acts = |when: Value| -> Vec<usize> {
        let kit = disturbed(json!({"match": {"path": "/api/v1/alerts"}, "when": when, "effect": down()}));
        kit.api("GET", "/api/v1/activities/", "");
        let statuses = statuses(&kit, 8);
        (1..=8).filter(|nth| statuses[nth - 1] == DOWN).collect()
    };
    assert_eq!(acts(json!({"nth": 3})), [3]);
    assert_eq!(acts(json!({"after": 6})), [7, 8]);
    assert_eq!(acts(json!({"every": 3})), [1, 4, 7]);
    assert_eq!(acts(json!({"times": 2})), [1, 2]);
    assert_eq!(acts(json!({"after": 1, "every": 2, "times": 3})), [2, 4, 6]);
    assert_eq!(acts(json!({"probability": 0})), [0; 0]);
    assert_eq!(acts(json!({"probability": 1})), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn a_fault_acts_in_its_window_of_virtual_time_and_counts_in_it_alone() {
    let kit = disturbed(json!({"when": {"from": "1h", "until": "3h", "after": 1}, "effect": down()}));
    let mut seen = vec![statuses(&kit, 2)];
    for _ in 0..3 {
        kit.mock("POST", "/_mock/tenants/contoso/clock/advance", r#"{"by":"PT1H"}"#);
        seen.push(statuses(&kit, 2));
    }
    assert_eq!(seen, [[200, 200], [200, DOWN], [DOWN, DOWN], [200, 200]]);
    assert_eq!((&listed(&kit)[0]["matched"], &listed(&kit)[0]["acted"]), (&json!(4), &json!(3)));
    assert!(listed(&kit)[0].get("ended").is_none(), "a window that has closed is no end that somebody gave");
}

#[test]
fn the_first_fault_that_fits_and_whose_occasion_it_is_acts_alone() {
    let kit = Kit::tiny();
    let respond = |status: u16| json!({"respond": {"status": status}});
    add(&kit, &json!({"id": "graph", "match": {"service": "graph"}, "effect": respond(500)}));
    add(&kit, &json!({"id": "second", "when": {"nth": 2}, "effect": respond(501)}));
    add(&kit, &json!({"id": "first", "when": {"times": 2}, "effect": respond(502)}));
    add(&kit, &json!({"id": "rest", "effect": respond(503)}));
    assert_eq!(statuses(&kit, 4), [502, 501, 502, 503]);
    let counts: Vec<_> =
        listed(&kit).iter().map(|fault| (fault["matched"].clone(), fault["acted"].clone())).collect();
    // What comes behind one that acts is not asked; what comes before is.
    assert_eq!(
        counts,
        [(0, 0), (2, 1), (2, 2), (1, 1)].map(|(matched, acted)| (json!(matched), json!(acted)))
    );
}

#[test]
fn chance_is_the_same_in_the_same_tenant_and_another_at_another_fault_or_seed() {
    let run = |seed: u64, names: &[&str]| -> Vec<u16> {
        let kit = Kit::new(seed, mock_defender::model::spec::Size::Tiny);
        let faults = format!("/_mock/tenants/{}/faults", kit.tenant.identity().label);
        for name in names {
            let fault = json!({"id": name, "when": {"probability": 0.4}, "effect": down()});
            assert_eq!(kit.mock("POST", &faults, &fault.to_string()).status, 201);
        }
        statuses(&kit, 60)
    };
    let once = run(1, &["a"]);
    assert_eq!(once, run(1, &["b"]), "the name is no part of the draw");
    let acted = once.iter().filter(|status| **status == DOWN).count();
    assert!((12..=36).contains(&acted), "{acted} of 60");
    assert_ne!(once, run(3, &["a"]));
    let both = run(1, &["a", "b"]);
    assert!(both.iter().filter(|status| **status == DOWN).count() > acted, "two faults draw for themselves");
}

#[test]
fn a_used_up_fault_has_ended_and_says_so() {
    let kit = disturbed(json!({"id": "twice", "when": {"times": 2}, "effect": down()}));
    assert_eq!(statuses(&kit, 3), [DOWN, DOWN, 200]);
    let fault = &listed(&kit)[0];
    assert_eq!(
        (&fault["ended"]["why"], &fault["acted"], &fault["matched"]),
        (&json!("usedUp"), &json!(2), &json!(2))
    );
    let commands = crate::kit::json(&kit.mock("GET", "/_mock/tenants/contoso/commands", ""));
    assert_eq!(commands["commands"][1]["command"], json!({"removeFault": {"name": "twice"}}));
    assert_eq!(kit.mock("DELETE", &format!("{FAULTS}/twice"), "").status, 404);
}
