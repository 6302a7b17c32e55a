//! What portals refuse: forms of other sites, people without the role, what stands against the connection.

use serde_json::json;

use super::jar::{Jar, command, connection, encode};
use super::{CLASSIC, COPILOT, DEFENDER, EXTENSIONS, TOGGLE};
use crate::kit::{Kit, json, text};

#[test]
fn forms_of_other_sites_do_nothing() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    let jar = Jar::new(&kit);
    jar.visit(&format!("{DEFENDER}/"), "global-admin");
    let before = connection(&kit);
    let forms = [
        (DEFENDER, TOGGLE, "enabled=true"),
        (CLASSIC, TOGGLE, "enabled=true"),
        (COPILOT, "/sources/switch", "on=false"),
        (COPILOT, "/sources/refresh", ""),
        (DEFENDER, "/signout", ""),
        (COPILOT, "/signout", ""),
        (DEFENDER, "/presenter", "do=disable&back=/"),
        (COPILOT, "/presenter", "do=advance&by=60&back=/"),
        (CLASSIC, "/presenter", "do=reset&back=/"),
    ];
    for (portal, path, body) in forms {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost:8443"),
            ("origin", "https://localhost"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let answer = jar.ask("POST", &format!("{portal}{path}"), None, &[(name, value)], body);
            assert_eq!(answer.status.as_u16(), 403, "{portal}{path} {name}: {value}: {}", text(&answer));
            assert!(answer.headers.get("set-cookie").is_none(), "{portal}{path} {value}");
        }
    }
    assert!(jar.cookie(DEFENDER, "mock-portal").is_some(), "nobody was signed out");
    assert_eq!(connection(&kit), before);
    assert_eq!(kit.tenant.now(), crate::kit::at(crate::kit::START));
}

#[test]
fn readers_see_no_switch_and_can_not_use_it() {
    for persona in ["security-reader", "user", "cloud-app-security-admin"] {
        let kit = Kit::tiny();
        let jar = Jar::new(&kit);
        let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), persona);
        assert_eq!(page.status, 200, "{persona}");
        assert!(!page.has_form("data-toggle"), "{persona}: {}", page.html);
        assert!(page.html.contains("Only a Global or Security Administrator can switch it."), "{persona}");
        let refused = jar.post(&format!("{DEFENDER}{TOGGLE}"), &[("enabled", "true")]);
        assert_eq!(refused.status, 403, "{persona}: {}", refused.html);
        assert!(
            refused.html.contains("only a Global Administrator or a Security Administrator"),
            "{persona}"
        );
        assert_eq!(connection(&kit)["reasons"][0], "toggle_off");
        // Nor do they see the dialog that waits.
        command(&kit, &json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}));
        let page = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
        assert_eq!(page.reasons(), ["consent_pending"]);
        assert!(!page.html.contains("Finish consent"), "{persona}");
    }
}

#[test]
fn what_is_missing_refuses_the_switch_and_says_what_it_is() {
    for (missing, words) in [
        (json!({"setSubscriptions": {"skus": []}}), "license_missing"),
        (json!({"setCopilotEnabled": {"enabled": false}}), "copilot_not_enabled"),
        (json!({"setCopilotCapacity": {"capacity": "none"}}), "capacity_missing"),
    ] {
        let kit = Kit::tiny();
        let jar = Jar::new(&kit);
        jar.visit(&format!("{DEFENDER}/"), "global-admin");
        command(&kit, &missing);
        let url = format!("{DEFENDER}{TOGGLE}");
        let page = jar.post(&url, &[("enabled", "true")]);
        assert_eq!(page.status, 409, "{missing}: {}", page.html);
        assert!(page.html.contains(words), "{missing}: {}", page.html);
        let answer = jar.ask("POST", &url, Some(&url), &[("accept", "application/json")], "enabled=true");
        let told = json(&answer);
        assert_eq!((answer.status.as_u16(), &told["error"]["code"]), (409, &json!("Conflict")));
        assert!(told["error"]["message"].as_str().unwrap().contains(words), "{told}");
        let page = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
        assert_eq!(page.reasons()[0], words, "the page says it, too");
    }
}

#[test]
fn what_can_not_be_read_is_refused_with_the_field() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    jar.visit(&format!("{DEFENDER}/"), "global-admin");
    for fields in [&[][..], &[("enabled", "yes")], &[("enabled", "TRUE")]] {
        let page = jar.post(&format!("{DEFENDER}{TOGGLE}"), fields);
        assert_eq!(page.status, 400, "{fields:?}");
        assert!(page.html.contains("field `enabled`: expected true or false"), "{}", page.html);
    }
    let body = format!("enabled=true&more={}", "x".repeat(70 << 10));
    let url = format!("{DEFENDER}{TOGGLE}");
    assert_eq!(jar.ask("POST", &url, Some(&url), &[], &body).status.as_u16(), 400, "too large");
    for (method, path, status) in
        [("GET", TOGGLE, 405), ("POST", "/", 405), ("GET", "/nothing", 404), ("DELETE", EXTENSIONS, 405)]
    {
        let answer = jar.ask(method, &format!("{DEFENDER}{path}"), None, &[], "");
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{method} {path}");
    }
}

#[test]
fn a_switch_that_the_journal_did_not_take_is_not_shown() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    jar.visit(&format!("{DEFENDER}/"), "global-admin");
    kit.lose_the_journal();
    let url = format!("{DEFENDER}{TOGGLE}");
    for body in ["enabled=true", "enabled=true"] {
        let answer = jar.ask("POST", &url, Some(&url), &[], body);
        assert_eq!(answer.status.as_u16(), 503, "{}", text(&answer));
    }
    let url = format!("{DEFENDER}/presenter");
    let body = encode(&[("do", "disable"), ("back", "/defender/")]);
    assert_eq!(jar.ask("POST", &url, Some(&url), &[], &body).status.as_u16(), 503);
    assert_eq!(connection(&kit)["reasons"][0], "toggle_off");
}
