//! Every AADSTS number: caused by its condition where one can cause it, else ordered; and in which form it is told.

mod conditions;

use conditions::{CONDITIONS, How};
use mock_defender::identity::errors::KNOWN;
use mock_defender::services::entra::EntraRefusal as Refusal;
use serde_json::json;

use crate::browser::{
    Browser, OWN, authorize, client, command, encode, login, number_in, refusal, secret, token, token_at,
    try_command,
};
use crate::kit::{Kit, json, text};

fn number(message: &str) -> u32 {
    number_in(message) as u32
}

/// Whether the catalogue has a row of this number with this OAuth error and status: some numbers have two.
fn is_row(code: u32, error: &str, status: u16) -> bool {
    let mut rows = Refusal::ROWS.iter().filter(|row| number(row.message) == code);
    rows.any(|row| row.code == error && row.status == status)
}

fn own_token(kit: &Kit, url: &str, headers: &[(&str, &str)]) -> mock_defender::gateway::Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(kit, "full")),
        ("client_secret", &secret(kit, "full")),
        ("scope", ".default"),
    ];
    token_at(kit, url, headers, &fields)
}

#[test]
fn every_aadsts_number_is_explained_on_the_error_page() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    for code in KNOWN {
        let page = browser.get(&format!("{OWN}/error?code={code}")).page();
        assert_eq!((page.status, page.title().as_str()), (200, "Error codes"));
        assert_eq!(page.number(), u64::from(*code), "{}", page.text());
        assert!(!page.text().contains('{'), "{}", page.text());
    }
    let named = browser.get("https://login.microsoftonline.com/error?code=AADSTS65001").page();
    assert_eq!(named.number(), 65_001);
    for odd in ["", "?code=", "?code=1", "?code=x%3Cscript%3E", "?code=99999999999999999999"] {
        let page = browser.get(&format!("{OWN}/error{odd}")).page();
        assert_eq!((page.status, page.number()), (200, 0), "{odd}");
        assert!(!page.html.contains("<script"), "{odd}");
    }
}

/// Whoever looks for the cause of a number finds it by doing what causes it.
#[test]
fn each_condition_causes_its_aadsts_number() {
    for (expected, how, cause) in CONDITIONS {
        let kit = Kit::tiny();
        let told = cause(&kit);
        assert_eq!((told.number, told.how), (*expected, *how), "AADSTS{expected}: {told:?}");
        if let How::Status(status) = told.how {
            assert!(is_row(*expected, &told.error, status), "AADSTS{expected}: {told:?}");
        }
    }
}

/// Those that nothing causes here, and that a test of a client may still want.
const BY_ORDER: [u32; 29] = [
    28_002, 28_003, 50_001, 50_056, 50_072, 50_078, 50_097, 50_132, 50_133, 50_140, 50_144, 50_147, 50_196,
    50_199, 65_005, 70_001, 90_006, 90_014, 90_019, 90_024, 90_033, 90_055, 90_090, 90_102, 530_032, 700_020,
    700_022, 900_941, 900_981,
];

#[test]
fn every_aadsts_number_is_tested_by_condition_or_by_command() {
    let caused: Vec<u32> = CONDITIONS.iter().map(|(number, ..)| *number).collect();
    for number in KNOWN {
        assert!(
            caused.contains(number) || BY_ORDER.contains(number),
            "AADSTS{number}: neither a condition nor an order is tried"
        );
    }
}

#[test]
fn a_forced_error_is_answered_as_often_as_commanded() {
    let kit = Kit::tiny();
    let url = login(&kit, "/oauth2/v2.0/token");
    for code in KNOWN {
        command(&kit, &json!({"failNext": {"code": code, "times": 2, "app": "full", "retryAfter": 7}}));
        for _ in 0..2 {
            let answer = own_token(&kit, &url, &[]);
            let (status, error, got) = refusal(&answer);
            // One number has a word of its own at discovery, and one is worded in two ways.
            assert_eq!(got, u64::from(*code));
            let row = Refusal::ROWS.iter().find(|row| number(row.message) == *code).unwrap();
            assert_eq!((status, error.as_str()), (row.status, row.code), "AADSTS{code}");
            assert_eq!(answer.headers["retry-after"], "7");
            let told = text(&answer);
            assert!(!told.contains('{') || told.starts_with('{'), "{told}");
        }
        assert_eq!(own_token(&kit, &url, &[]).status, 200, "AADSTS{code}");
    }
}

#[test]
fn a_forced_error_applies_to_one_client_or_to_all() {
    let kit = Kit::tiny();
    let url = login(&kit, "/oauth2/v2.0/token");
    command(&kit, &json!({"failNext": {"code": 90033, "app": "read-only"}}));
    assert_eq!(own_token(&kit, &url, &[]).status, 200);
    command(&kit, &json!({"failNext": {"code": 90055}}));
    assert_eq!(own_token(&kit, &url, &[]).status, 429);
    // At the authorize endpoint it is told at the application, unless that is what is in doubt.
    let browser = Browser::new(&kit);
    command(&kit, &json!({"failNext": {"code": 50199, "app": "delegated"}}));
    assert_eq!(browser.get(&authorize(&kit, "delegated", &[])).is(), "interaction_required 50199");
    command(&kit, &json!({"failNext": {"code": 50011, "app": "delegated"}}));
    assert_eq!(browser.get(&authorize(&kit, "delegated", &[])).page().number(), 50_011);
    let consent = format!("{}?client_id={}", login(&kit, "/v2.0/adminconsent"), client(&kit, "unconsented"));
    command(&kit, &json!({"failNext": {"code": 900941}}));
    assert_eq!(browser.get(&consent).is(), "access_denied 900941");
    command(&kit, &json!({"failNext": {"code": 90033}}));
    let device = encode(&[("client_id", &client(&kit, "delegated")), ("scope", "User.Read")]);
    assert_eq!(kit.send("POST", &login(&kit, "/oauth2/v2.0/devicecode"), &[], &device).status, 503);
    for wrong in
        [json!({"code": 1}), json!({"code": 50126, "times": 0}), json!({"code": 50126, "app": "nobody"})]
    {
        assert_eq!(try_command(&kit, &json!({"failNext": wrong})).status, 400);
    }
}

#[test]
fn errors_have_the_genuine_envelope() {
    let kit = Kit::tiny();
    command(&kit, &json!({"failNext": {"code": 53003, "app": "full"}}));
    let correlation = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    let url = login(&kit, "/oauth2/v2.0/token");
    let answer = own_token(&kit, &url, &[("client-request-id", correlation)]);
    let body = json(&answer);
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "error",
            "error_description",
            "error_codes",
            "timestamp",
            "trace_id",
            "correlation_id",
            "error_uri",
            "suberror",
            "claims"
        ]
    );
    let trace = answer.headers["x-ms-request-id"].to_str().unwrap();
    assert_eq!(
        (body["trace_id"].as_str(), body["correlation_id"].as_str()),
        (Some(trace), Some(correlation))
    );
    assert_eq!(body["timestamp"], "2026-11-24 00:00:00Z");
    assert_eq!(body["error_codes"], json!([53003]));
    assert_eq!(body["error_uri"], format!("{OWN}/error?code=53003"));
    assert_eq!(answer.headers["x-ms-clitelem"], "1,53003,0,,");
    // Claims are JSON in a text.
    let claims: serde_json::Value = serde_json::from_str(body["claims"].as_str().unwrap()).unwrap();
    assert!(claims["access_token"]["capolids"]["values"][0].is_string());
    let text = body["error_description"].as_str().unwrap();
    let end = format!(". Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2026-11-24 00:00:00Z");
    assert!(text.starts_with("AADSTS53003: ") && text.ends_with(&end), "{text}");
    // As before the end of 2023.
    command(&kit, &json!({"setPolicies": {"descriptionLines": true}}));
    command(&kit, &json!({"failNext": {"code": 53003}}));
    let body = json(&own_token(&kit, &url, &[]));
    let lines: Vec<_> =
        body["error_description"].as_str().unwrap().split("\r\n").map(str::to_owned).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[1].starts_with("Trace ID: ") && lines[3].starts_with("Timestamp: "));
}

#[test]
fn suberrors_and_claims_come_with_their_numbers_only() {
    let kit = Kit::tiny();
    let url = login(&kit, "/oauth2/v2.0/token");
    for code in KNOWN {
        command(&kit, &json!({"failNext": {"code": code}}));
        let body = json(&own_token(&kit, &url, &[]));
        let suberror = match code {
            65_001 => Some("consent_required"),
            50_055 | 50_144 => Some("user_password_expired"),
            50_076 | 50_079 => Some("basic_action"),
            53_003 => Some("message_only"),
            50_034 | 50_173 | 700_082 | 700_084 => Some("bad_token"),
            70_043 => Some("token_expired"),
            _ => None,
        };
        assert_eq!(body.get("suberror").and_then(|text| text.as_str()), suberror, "AADSTS{code}");
        let asks = matches!(code, 50_072 | 50_074 | 50_076 | 50_079 | 53_000 | 53_001 | 53_003);
        assert_eq!(body.get("claims").is_some(), asks, "AADSTS{code}");
    }
}

/// What stands in the answer is what stands in the log, with the reason.
#[test]
fn the_request_log_explains_an_oauth_refusal() {
    let kit = Kit::tiny();
    token(&kit, &[("grant_type", "magic")]);
    Browser::new(&kit).get(&authorize(&kit, "delegated", &[("redirect_uri", "https://evil.example")]));
    let entries = kit.gateway.registry.first().log.list().entries;
    let reasons: Vec<String> = entries.iter().map(|entry| format!("{:?}", entry.reason)).collect();
    assert!(reasons.iter().any(|reason| reason.contains("magic")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("registered are: http://localhost")), "{reasons:?}");
}
