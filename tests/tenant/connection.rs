//! The connection of Copilot for Security: its reasons and transitions, below HTTP.

use std::sync::Arc;

use mock_defender::commands::{CommandDto, resolve};
use mock_defender::facts;
use mock_defender::model::copilot::{Consent, Session};
use mock_defender::model::json::retyped;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, tenant};

mod acts;
mod exploring;
mod naive;
mod rules;
mod transitions;

/// Gives a command as people write it; else why it is refused.
pub(super) fn give(tenant: &Tenant, command: Value) -> Result<(), String> {
    let view = tenant.read();
    let written: CommandDto = retyped(&command).expect("a command");
    let command = resolve(&view, &written, &|_| None).map_err(|error| error.to_string())?;
    tenant.submit(view.now, command).map(drop).map_err(|refusal| refusal.to_string())
}

/// The reasons as they are told to programs.
pub(super) fn reasons(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    facts::connection(&view).reasons().iter().map(ToString::to_string).collect()
}

/// What happened, with the reason where there is one.
fn events(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    facts::connection(&view).events.iter().map(|event| event.what.name().to_owned()).collect()
}

fn on(tenant: &Tenant) -> Result<(), String> {
    give(tenant, json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}))
}

fn off(tenant: &Tenant) {
    give(tenant, json!({"setCopilotToggle": {"on": false, "by": "global-admin"}})).unwrap();
}

fn accept(tenant: &Tenant) -> Result<(), String> {
    give(tenant, json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}))
}

fn decline(tenant: &Tenant) {
    give(tenant, json!({"answerCopilotDialog": {"accept": false, "by": "global-admin"}})).unwrap();
}

/// Advances to so many seconds after the start.
fn until(tenant: &Tenant, seconds: i64) {
    tenant.advance(at(START) + Span::seconds(seconds) - tenant.now()).unwrap();
}

/// Connected at the start, with a session that expires at 100 s.
fn connected() -> Arc<Tenant> {
    let tenant = tenant(3, Size::Tiny);
    give(&tenant, json!({"setCopilotTimes": {"session": "99s"}})).unwrap();
    on(&tenant).unwrap();
    until(&tenant, 1);
    accept(&tenant).unwrap();
    assert_eq!(reasons(&tenant), [""; 0]);
    tenant
}

#[test]
fn two_commands_lead_from_a_fresh_tenant_to_connected() {
    let tenant = tenant(3, Size::Tiny);
    assert_eq!(reasons(&tenant), ["toggle_off"]);
    on(&tenant).unwrap();
    assert_eq!(reasons(&tenant), ["consent_pending"]);
    accept(&tenant).unwrap();
    assert_eq!(reasons(&tenant), [""; 0]);
    let told = [
        "toggled_on",
        "consent_requested",
        "disconnected",
        "consent_accepted",
        "session_created",
        "connected",
    ];
    assert_eq!(events(&tenant), told);
    let kit = Kit::of(tenant, false);
    let label = kit.tenant.identity().label.clone();
    let shown = json(&kit.mock("GET", &format!("/_mock/tenants/{label}/connection"), ""));
    assert_eq!((&shown["status"], &shown["reasons"]), (&json!("Connected"), &json!([])));
    assert_eq!(shown["events"].as_array().unwrap().len(), told.len());
    assert_eq!(shown["given"]["client"], "bb3d68c2-d09e-4455-94a0-e323996dbaa3");
}

#[test]
fn a_declined_dialog_does_not_come_back_without_off_and_on() {
    let tenant = tenant(3, Size::Tiny);
    on(&tenant).unwrap();
    until(&tenant, 1);
    decline(&tenant);
    assert_eq!(reasons(&tenant), ["consent_declined"]);
    on(&tenant).unwrap();
    assert_eq!(reasons(&tenant), ["consent_declined"]);
    assert!(accept(&tenant).is_err());
    off(&tenant);
    until(&tenant, 11);
    on(&tenant).unwrap();
    accept(&tenant).unwrap();
    assert_eq!(reasons(&tenant), [""; 0]);
}

#[test]
fn taking_the_grant_back_in_the_directory_disconnects() {
    let tenant = connected();
    let client = "bb3d68c2-d09e-4455-94a0-e323996dbaa3";
    give(&tenant, json!({"revokeConsent": {"app": client}})).unwrap();
    assert_eq!(reasons(&tenant), ["consent_revoked", "session_revoked"]);
    assert!(events(&tenant).contains(&"consent_revoked".to_owned()));
    let view = tenant.read();
    assert_eq!(facts::connection(&view).consent, Consent::Revoked);
    let tenant = connected();
    give(&tenant, json!({"setApplication": {"app": client, "enabled": false}})).unwrap();
    assert_eq!(reasons(&tenant), ["consent_revoked", "session_revoked"], "so does blocking its principal");
}

#[test]
fn ending_the_sessions_of_who_consented_disconnects_and_those_of_others_do_not() {
    let tenant = connected();
    give(&tenant, json!({"revokeSessions": {"user": "security-admin"}})).unwrap();
    assert_eq!(reasons(&tenant), [""; 0]);
    give(&tenant, json!({"revokeSessions": {"user": "global-admin"}})).unwrap();
    assert_eq!(reasons(&tenant), ["session_revoked"]);
    for how in [
        json!({"setUser": {"user": "global-admin", "password": "another-Secret-1"}}),
        json!({"setUserEnabled": {"user": "global-admin", "enabled": false}}),
    ] {
        let tenant = connected();
        give(&tenant, how).unwrap();
        assert_eq!(reasons(&tenant), ["session_revoked"]);
    }
    off(&tenant);
    until(&tenant, 30);
    on(&tenant).unwrap();
    accept(&tenant).unwrap();
    assert_eq!(reasons(&tenant), [""; 0], "a session that is made later counts");
}

#[test]
fn what_it_needs_is_told_first_and_comes_back_without_new_consent() {
    let tenant = connected();
    let lost = [
        (
            json!({"setSubscriptions": {"skus": ["SPE_E3"]}}),
            json!({"setSubscriptions": {"skus": ["ADALLOM_STANDALONE"]}}),
            "license_missing",
        ),
        (
            json!({"setCopilotEnabled": {"enabled": false}}),
            json!({"setCopilotEnabled": {"enabled": true}}),
            "copilot_not_enabled",
        ),
        (
            json!({"setCopilotCapacity": {"capacity": "deleted"}}),
            json!({"setCopilotCapacity": {"capacity": "ok"}}),
            "capacity_missing",
        ),
        (
            json!({"setCopilotCapacity": {"capacity": "detached"}}),
            json!({"setCopilotCapacity": {"capacity": "ok"}}),
            "capacity_missing",
        ),
    ];
    for (lose, restore, reason) in lost {
        give(&tenant, lose).unwrap();
        assert_eq!(reasons(&tenant), [reason]);
        give(&tenant, restore).unwrap();
        assert_eq!(reasons(&tenant), [""; 0]);
    }
    give(&tenant, json!({"setCopilotCapacity": {"capacity": "exhausted"}})).unwrap();
    assert_eq!(reasons(&tenant), [""; 0], "a source whose capacity is used up stays connected");
    for sku in facts_licensed() {
        give(&tenant, json!({"setSubscriptions": {"skus": [sku]}})).unwrap();
        assert_eq!(reasons(&tenant), [""; 0], "{sku}");
    }
    give(&tenant, json!({"setSubscriptions": {"skus": []}})).unwrap();
    off(&tenant);
    let refused = on(&tenant).unwrap_err();
    assert!(refused.contains("license_missing"), "{refused}");
    assert_eq!(reasons(&tenant), ["license_missing", "toggle_off"]);
}

fn facts_licensed() -> [&'static str; 4] {
    ["SPE_E5", "IDENTITY_THREAT_PROTECTION", "INFORMATION_PROTECTION_COMPLIANCE", "ADALLOM_STANDALONE"]
}

#[test]
fn capacity_is_made_in_virtual_time() {
    let tenant = connected();
    give(&tenant, json!({"setCopilotTimes": {"provisioning": "120s"}})).unwrap();
    give(&tenant, json!({"setCopilotCapacity": {"capacity": "deleted"}})).unwrap();
    give(&tenant, json!({"setCopilotCapacity": {"capacity": "ok"}})).unwrap();
    assert_eq!(reasons(&tenant), ["capacity_provisioning"]);
    until(&tenant, 90);
    assert_eq!(reasons(&tenant), ["capacity_provisioning"]);
    give(&tenant, json!({"setCopilotTimes": {"session": "1h"}})).unwrap();
    until(&tenant, 121);
    assert_eq!(reasons(&tenant)[0], "session_expired", "the capacity is there");
}

#[test]
fn a_host_that_is_not_reached_shows_at_the_next_look() {
    for kind in ["deny", "blackhole", "dns-fail", "tls-fail", "5xx"] {
        for host in ["api.security.microsoft.com", "graph.microsoft.com"] {
            let tenant = connected();
            give(&tenant, json!({"setCopilotNetwork": {"host": host, "kind": kind}})).unwrap();
            until(&tenant, 60);
            assert_eq!(reasons(&tenant), [""; 0], "nobody has looked yet");
            until(&tenant, 61);
            assert_eq!(reasons(&tenant), [format!("endpoint_unreachable:{host}")]);
            give(&tenant, json!({"setCopilotNetwork": {"host": host, "kind": "allow"}})).unwrap();
            until(&tenant, 99);
            assert_eq!(reasons(&tenant), [format!("endpoint_unreachable:{host}")]);
            until(&tenant, 121);
            assert_eq!(
                reasons(&tenant),
                ["session_expired"],
                "reached again, and the session is over meanwhile"
            );
        }
    }
    for channel in ["cut", "delayed", "expired"] {
        let tenant = connected();
        give(&tenant, json!({"setCopilotChannel": {"channel": channel}})).unwrap();
        assert_eq!(reasons(&tenant), ["channel_unreachable"]);
        give(&tenant, json!({"setCopilotChannel": {"channel": "open"}})).unwrap();
        assert_eq!(reasons(&tenant), [""; 0]);
    }
}

#[test]
fn browsers_that_block_windows_or_cookies_leave_consent_pending() {
    let cases = [
        (json!({"popups": false}), Some("popups")),
        (json!({"popups": false, "allowList": ["security.microsoft.com"]}), None),
        (json!({"thirdPartyCookies": false}), Some("cookies")),
        (json!({"thirdPartyCookies": false, "allowList": ["portal.cloudappsecurity.com"]}), Some("cookies")),
        (
            json!({"popups": false, "thirdPartyCookies": false, "allowList": ["portal.cloudappsecurity.com", "securitycopilot.microsoft.com"]}),
            None,
        ),
        (
            json!({"popups": false, "thirdPartyCookies": false, "allowList": ["securitycopilot.microsoft.com"]}),
            Some("popups"),
        ),
    ];
    for (browser, blocked) in cases {
        let tenant = tenant(3, Size::Tiny);
        give(&tenant, json!({"setCopilotToggle": {"on": true, "by": "security-admin", "browser": browser}}))
            .unwrap();
        let outcome = accept(&tenant);
        match blocked {
            None => assert_eq!(reasons(&tenant), [""; 0], "{browser}"),
            Some("popups") => {
                assert!(outcome.unwrap_err().contains("blocked the dialog"));
                assert_eq!(reasons(&tenant), ["consent_pending", "dialog_blocked"], "{browser}");
            }
            Some(_) => {
                outcome.unwrap();
                assert_eq!(
                    reasons(&tenant),
                    ["consent_pending", "dialog_blocked"],
                    "the answer is lost: {browser}"
                );
            }
        }
    }
}

#[test]
fn only_two_roles_may_switch_and_consent() {
    for who in ["security-reader", "user", "cloud-app-security-admin", "full"] {
        let tenant = tenant(3, Size::Tiny);
        let refused = give(&tenant, json!({"setCopilotToggle": {"on": true, "by": who}})).unwrap_err();
        assert!(refused.to_string().contains("Security Administrator"), "{who}: {refused}");
        on(&tenant).unwrap();
        assert!(give(&tenant, json!({"answerCopilotDialog": {"accept": true, "by": who}})).is_err(), "{who}");
        assert_eq!(reasons(&tenant), ["consent_pending"]);
    }
}

#[test]
fn a_dialog_waits_ten_minutes_and_consent_may_have_an_end() {
    let tenant = tenant(3, Size::Tiny);
    on(&tenant).unwrap();
    until(&tenant, 600);
    assert!(accept(&tenant).unwrap_err().contains("stopped waiting"));
    assert_eq!(reasons(&tenant), ["consent_pending"]);
    let tenant = crate::kit::tenant(3, Size::Tiny);
    give(&tenant, json!({"setCopilotTimes": {"consent": "5m"}})).unwrap();
    on(&tenant).unwrap();
    accept(&tenant).unwrap();
    until(&tenant, 299);
    assert_eq!(reasons(&tenant), [""; 0]);
    until(&tenant, 300);
    assert_eq!(reasons(&tenant), ["consent_expired"]);
}

#[test]
fn the_page_shows_what_was_there_when_it_was_loaded() {
    let tenant = connected();
    give(&tenant, json!({"refreshCopilotSources": {"user": "user"}})).unwrap();
    until(&tenant, 150);
    let view = tenant.read();
    let connection = facts::connection(&view);
    let page = connection.pages.values().next().unwrap();
    assert_eq!((page.at, page.reasons.len()), (at(START) + Span::seconds(1), 0));
    assert_eq!(connection.session, Session::Expired);
    give(&tenant, json!({"refreshCopilotSources": {"user": "user"}})).unwrap();
    let view = tenant.read();
    let page = facts::connection(&view).pages.values().next().unwrap();
    assert_eq!(page.reasons.iter().map(ToString::to_string).collect::<Vec<_>>(), ["session_expired"]);
}
