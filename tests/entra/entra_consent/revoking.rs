//! What is taken back, and what clients see next: row by row.

use mock_defender::gateway::Answer;
use serde_json::json;

use super::{CLOUD_APPS, for_application, no, roles};
use crate::browser::{
    Browser, authorize, client, command, login, member, ok, redeem, refresh, refusal, tokens,
};
use crate::kit::{Kit, json, text};

/// A user's tokens for Cloud Apps by way of the application `delegated`, and what they open.
struct Held {
    access: String,
    refresh: String,
}

fn held(kit: &Kit) -> Held {
    command(kit, &json!({"consent": {"app": "delegated"}}));
    let got = tokens(kit, "security-reader", &format!("{CLOUD_APPS}/.default offline_access"));
    Held { access: member(&got, "access_token"), refresh: member(&got, "refresh_token") }
}

impl Held {
    fn opens(&self, kit: &Kit) -> u16 {
        let bearer = format!("Bearer {}", self.access);
        kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", &bearer)], "").status.as_u16()
    }

    fn refreshed(&self, kit: &Kit) -> Answer {
        refresh(kit, &self.refresh, &[])
    }
}

#[test]
fn a_revoked_grant_stops_refreshing_but_issued_tokens_stay_valid() {
    let kit = Kit::tiny();
    let held = held(&kit);
    let before = roles(&for_application(&kit, "full", CLOUD_APPS));
    command(&kit, &json!({"revokeConsent": {"app": "delegated"}}));
    assert_eq!(held.opens(&kit), 200, "an access token lives on until it expires");
    let answer = held.refreshed(&kit);
    assert_eq!(refusal(&answer), no("invalid_grant", 65_001));
    assert_eq!(json(&answer)["suberror"], "consent_required");
    let again = authorize(&kit, "delegated", &[("scope", "User.Read")]);
    assert_eq!(Browser::new(&kit).sign_in(&again, "user").is(), "Permissions requested");
    assert_eq!(roles(&for_application(&kit, "full", CLOUD_APPS)), before);
}

#[test]
fn consent_is_revoked_for_one_user_or_one_resource_only() {
    let kit = Kit::tiny();
    for user in ["user", "security-reader"] {
        command(&kit, &json!({"consent": {"app": "delegated", "user": user}}));
    }
    let graph = tokens(&kit, "user", "User.Read offline_access");
    let refresh_for = |got: &serde_json::Value, scope: &str| {
        refresh(&kit, &member(got, "refresh_token"), &[("scope", scope)]).status.as_u16()
    };
    let cloud_apps = format!("{CLOUD_APPS}/investigation.read");
    let other = tokens(&kit, "security-reader", "User.Read offline_access");
    let revoked = json!({"app": "delegated", "user": "user", "resource": "Microsoft Cloud App Security"});
    command(&kit, &json!({"revokeConsent": revoked}));
    assert_eq!((refresh_for(&graph, "User.Read"), refresh_for(&graph, &cloud_apps)), (200, 400));
    assert_eq!((refresh_for(&other, "User.Read"), refresh_for(&other, &cloud_apps)), (200, 200));
    command(&kit, &json!({"revokeConsent": {"app": "delegated", "user": "user"}}));
    assert_eq!((refresh_for(&graph, "User.Read"), refresh_for(&other, "User.Read")), (400, 200));
}

/// The token call goes on; the lack shows at the API.
#[test]
fn a_revoked_application_permission_is_refused_by_the_api() {
    let kit = Kit::tiny();
    let held = held(&kit);
    let alerts = || {
        let bearer =
            format!("Bearer {}", member(&ok(&for_application(&kit, "full", CLOUD_APPS)), "access_token"));
        kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", &bearer)], "").status.as_u16()
    };
    assert_eq!(alerts(), 200);
    let some = ["investigation.read", "investigation.manage", "discovery.read", "discovery.manage"];
    command(&kit, &json!({"revokeConsent": {"app": "full", "permissions": some}}));
    assert_eq!(
        roles(&for_application(&kit, "full", CLOUD_APPS)),
        json!(["settings.read", "settings.manage"])
    );
    assert_eq!(alerts(), 403);
    assert_eq!(held.refreshed(&kit).status, 200);
    command(&kit, &json!({"revokeConsent": {"app": "full"}}));
    assert!(roles(&for_application(&kit, "full", CLOUD_APPS)).is_null());
}

#[test]
fn a_disabled_application_gets_nothing() {
    let kit = Kit::tiny();
    let held = held(&kit);
    for app in ["delegated", "full"] {
        command(&kit, &json!({"setApplication": {"app": app, "enabled": false}}));
    }
    assert_eq!(refusal(&held.refreshed(&kit)), no("unauthorized_client", 7_000_112));
    assert_eq!(refusal(&for_application(&kit, "full", CLOUD_APPS)), no("unauthorized_client", 7_000_112));
    let page = Browser::new(&kit).get(&authorize(&kit, "delegated", &[])).page();
    assert_eq!(page.number(), 7_000_112);
    let device = crate::browser::encode(&[("client_id", &client(&kit, "delegated")), ("scope", "User.Read")]);
    let answer = kit.send("POST", &login(&kit, "/oauth2/v2.0/devicecode"), &[], &device);
    assert_eq!(refusal(&answer), no("unauthorized_client", 7_000_112));
    command(&kit, &json!({"setApplication": {"app": "delegated", "enabled": true}}));
    assert_eq!(held.refreshed(&kit).status, 200);
}

#[test]
fn a_removed_application_is_unknown_until_somebody_consents_again() {
    let kit = Kit::tiny();
    let held = held(&kit);
    for app in ["delegated", "full"] {
        command(&kit, &json!({"setApplication": {"app": app, "installed": false}}));
    }
    assert_eq!(refusal(&held.refreshed(&kit)), no("unauthorized_client", 700_016));
    assert_eq!(refusal(&for_application(&kit, "full", CLOUD_APPS)), no("unauthorized_client", 700_016));
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[("scope", "User.Read offline_access")]);
    let page = browser.sign_in(&url, "user").page();
    assert_eq!(page.title(), "Permissions requested", "{}", page.text());
    let code = browser.press(&page, "accept", &[]).back().code();
    ok(&redeem(&kit, &code, &[]));
    // Its grants went with it; that of the other user is none any more.
    assert_eq!(refusal(&held.refreshed(&kit)), no("invalid_grant", 65_001));
    let id = client(&kit, "full");
    let url = format!("{}?client_id={id}&redirect_uri=http%3A%2F%2Flocalhost", login(&kit, "/adminconsent"));
    Browser::new(&kit).consent(&url, "global-admin");
    assert!(roles(&for_application(&kit, "full", CLOUD_APPS)).is_array());
}

#[test]
fn who_is_not_assigned_is_refused_where_assignment_is_demanded() {
    let kit = Kit::tiny();
    let held = held(&kit);
    command(&kit, &json!({"setApplication": {"app": "delegated", "assignmentRequired": true}}));
    let answer = held.refreshed(&kit);
    assert_eq!((answer.status.as_u16(), refusal(&answer).2), (400, 50_105));
    command(&kit, &json!({"assignUser": {"app": "delegated", "user": "security-reader"}}));
    assert_eq!(held.refreshed(&kit).status, 200);
    // An application without a role at one that demands it.
    let middle = client(&kit, "middle-tier");
    command(&kit, &json!({"setApplication": {"app": "middle-tier", "assignmentRequired": true}}));
    let answer = for_application(&kit, "full", &format!("api://{middle}"));
    assert_eq!(refusal(&answer), no("invalid_grant", 501_051));
}

#[test]
fn revoked_sessions_and_disabled_users_refresh_nothing() {
    let kit = Kit::tiny();
    let held = held(&kit);
    command(&kit, &json!({"revokeSessions": {"user": "security-reader"}}));
    let answer = held.refreshed(&kit);
    assert_eq!(refusal(&answer), no("invalid_grant", 50_173));
    assert_eq!(json(&answer)["suberror"], "bad_token");
    let told = text(&answer);
    for words in ["issued on '2026-11-24T00:00:00.0000000Z'", "is '2026-11-24T00:00:00.0010000Z'"] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(held.opens(&kit), 200, "this API does not evaluate continuously");
    assert!(roles(&for_application(&kit, "full", CLOUD_APPS)).is_array());
    let again = self::held(&kit);
    assert_eq!(again.refreshed(&kit).status, 200);
    command(&kit, &json!({"setUser": {"user": "security-reader", "enabled": false}}));
    assert_eq!(refusal(&again.refreshed(&kit)), no("invalid_grant", 50_057));
    command(&kit, &json!({"setUser": {"user": "security-reader", "enabled": true}}));
    assert_eq!(again.refreshed(&kit).status, 200);
}
