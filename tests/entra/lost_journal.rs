//! What a client is told when the journal of a tenant can't be written: its service's 503, whatever it asked for.

use mock_defender::gateway::Answer;
use mock_defender::model::ids::Kind;
use serde_json::{Value, json};

use crate::browser::{Browser, authorize, client, login, person, redeem, secret, token_at};
use crate::kit::{Kit, json as read, text};

fn is_lost_to_entra(answer: &Answer) {
    let body = read(answer);
    assert_eq!(answer.status, 503, "{body}");
    assert_eq!(body["error"], "temporarily_unavailable");
    assert_eq!(body["error_codes"], json!([90033]));
}

#[test]
fn the_cloud_apps_api_is_unavailable_for_changes_and_still_answers_questions() {
    let kit = Kit::tiny();
    let before = text(&kit.api("GET", "/api/v1/alerts/", ""));
    kit.lose_the_journal();
    let alert = kit.tenant.world().ids.hex24(Kind::Alert, 0);
    for path in [
        "/api/v1/alerts/close_benign/".to_owned(),
        "/api/v1/alerts/dismiss_bulk/".to_owned(),
        format!("/api/v1/alerts/{alert}/dismiss/"),
        format!("/api/v1/alerts/{alert}/read/"),
        "/api/v1/alerts/reopen/".to_owned(),
    ] {
        let answer = kit.api("POST", &path, r#"{"filters": {}}"#);
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(text(&answer), r#"{"detail":"Service temporarily unavailable, try again later."}"#);
    }
    assert_eq!(text(&kit.api("GET", "/api/v1/alerts/", "")), before, "nothing has changed");
    let log = kit.mock("GET", "/_mock/requests?refusal=JournalLost", "");
    let log = read(&log);
    let entries = log["requests"].as_array().unwrap();
    assert_eq!(entries.len(), 5);
    for entry in entries {
        assert!(entry["reason"].as_str().unwrap().contains("see the server's log"), "{entry}");
    }
}

#[test]
fn entra_id_has_a_transient_error_wherever_a_command_is_lost() {
    // The answer of the authorize endpoint is there, and can't be redeemed.
    let kit = Kit::tiny();
    let consent = Browser::new(&kit).sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    let code = browser.press(&page, "accept", &[]).back().code();
    kit.lose_the_journal();
    let answer = redeem(&kit, &code, &[]);
    is_lost_to_entra(&answer);

    // So is a wrong password, which is a command: it may lock the account.
    let (upn, _) = person(&kit, "user");
    let (id, word) = (client(&kit, "full"), secret(&kit, "full"));
    let fields = [
        ("grant_type", "password"),
        ("client_id", &id),
        ("client_secret", &word),
        ("username", &upn),
        ("password", "wrong"),
        ("scope", "openid"),
    ];
    is_lost_to_entra(&token_at(&kit, &login(&kit, "/oauth2/v2.0/token"), &[], &fields));

    // A person is told by a page.
    let page = Browser::new(&kit).press(&consent, "accept", &[]).page();
    assert_eq!((page.status, page.number()), (503, 90033), "{}", page.text());
}

#[test]
fn the_control_api_says_that_the_journal_is_lost() {
    let kit = Kit::tiny();
    let path = |rest: &str| format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id);
    assert_eq!(kit.mock("POST", &path("snapshots"), r#"{"name": "before"}"#).status, 201);
    kit.lose_the_journal();
    let clock = || read(&kit.mock("GET", &path("clock"), ""));
    let before = clock();
    for (method, rest, body) in [
        ("POST", "commands", json!({"setUserEnabled": {"user": "user", "enabled": false}})),
        ("POST", "play", json!({"storyline": "impossible-travel"})),
        ("POST", "inject", json!({"alert": {"title": "Odd", "severityValue": 2}})),
        ("PATCH", "clock", json!({"mode": "follow"})),
        ("PATCH", "clock", json!({"tokenStamps": "wall"})),
        ("POST", "clock/advance", json!({"by": "PT1H"})),
        ("POST", "snapshots", json!({"name": "after"})),
        ("POST", "snapshots/before/restore", Value::Null),
        ("POST", "reset", Value::Null),
    ] {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = kit.mock(method, &path(rest), &body);
        let told = read(&answer);
        assert_eq!(answer.status, 503, "{method} {rest}: {told}");
        assert_eq!(told["error"]["code"], "JournalLost", "{method} {rest}: {told}");
        assert!(told["error"]["message"].as_str().unwrap().contains("journal"), "{told}");
    }
    let mut after = clock();
    let stopped = after.as_object_mut().unwrap().remove("stopped").unwrap();
    assert!(stopped.as_str().unwrap().contains("journal"), "{stopped}");
    assert_eq!(after, before);
}
