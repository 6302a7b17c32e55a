//! Governance actions: pending, then done with what they change, or failed.

use std::sync::Arc;

use mock_defender::facts::{AppFacts, PersonFacts};
use mock_defender::model::directory::Risk;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Tenant, Wall};
use serde_json::{Value, json};

use crate::connection::give;
use crate::kit::{Kit, json, tenant};

/// The longest that an action takes, and a bit.
const DONE: Span = Span::seconds(121);

fn log(tenant: &Arc<Tenant>) -> Vec<Value> {
    let kit = Kit::of(Arc::clone(tenant), false);
    let body = json!({"sortField": "timestamp", "sortDirection": "asc"}).to_string();
    json(&kit.api("POST", "/api/v1/governance/", &body))["data"].as_array().unwrap().clone()
}

fn govern(tenant: &Tenant, user: &str, action: &str) {
    give(tenant, json!({"governUser": {"user": user, "action": action, "by": "security-admin"}})).unwrap();
}

fn enabled(tenant: &Tenant) -> bool {
    PersonFacts::persona_of(&tenant.read(), Persona::User).unwrap().enabled()
}

#[test]
fn a_suspended_user_can_sign_in_until_the_action_is_done() {
    let tenant = tenant(3, Size::Tiny);
    govern(&tenant, "user", "suspend");
    let pending = log(&tenant).pop().unwrap();
    assert_eq!((&pending["taskName"], &pending["status"]), (&json!("SuspendUserTask"), &Value::Null));
    assert_eq!(pending["timestamp"], pending["updateTimestamp"]);
    let upn = PersonFacts::persona_of(&tenant.read(), Persona::User).unwrap().upn().to_owned();
    assert_eq!(pending["target"]["name"], upn);
    assert!(enabled(&tenant));
    // The product logs that somebody asked for it, and about whom.
    let kit = Kit::of(Arc::clone(&tenant), false);
    let body = json!({"filters": {"activity.eventType": {"eq": [917_533]}}}).to_string();
    let told = json(&kit.api("POST", "/api/v1/activities/", &body));
    assert_eq!(told["total"], 1);
    assert!(told["data"][0]["mainInfo"]["eventObjects"].to_string().contains(&upn), "{told}");
    tenant.advance(DONE).unwrap();
    let done = log(&tenant).pop().unwrap();
    assert_eq!((&done["_id"], &done["status"]["isSuccess"]), (&pending["_id"], &json!(true)));
    let took = done["updateTimestamp"].as_i64().unwrap() - done["timestamp"].as_i64().unwrap();
    assert!((15_000..=120_000).contains(&took), "{took}");
    assert!(!enabled(&tenant));
    govern(&tenant, "user", "unsuspend");
    tenant.advance(DONE).unwrap();
    assert!(enabled(&tenant));
    assert_eq!(log(&tenant).len(), 2);
}

#[test]
fn an_action_fails_while_the_connector_does_not_reach_the_app() {
    let tenant = tenant(3, Size::Tiny);
    give(&tenant, json!({"breakConnector": {"connector": "Microsoft 365", "error": "http-500"}})).unwrap();
    govern(&tenant, "user", "suspend");
    tenant.advance(DONE).unwrap();
    let failed = log(&tenant).pop().unwrap();
    assert_eq!(failed["status"]["isSuccess"], false);
    let message = failed["status"]["templateMessage"]["parameters"]["errorMessage"].as_str().unwrap();
    assert!(message.contains("500"), "{failed}");
    assert!(enabled(&tenant), "what failed changed nothing");
    give(&tenant, json!({"repairConnector": {"connector": "Microsoft 365"}})).unwrap();
    tenant.advance(Span::hours(5)).unwrap();
    govern(&tenant, "user", "suspend");
    tenant.advance(DONE).unwrap();
    assert!(!enabled(&tenant));
}

#[test]
fn sessions_end_and_a_compromised_user_is_of_high_risk() {
    let tenant = tenant(3, Size::Tiny);
    govern(&tenant, "user", "requireSignIn");
    govern(&tenant, "user", "confirmCompromised");
    let asked = tenant.now();
    tenant.advance(DONE).unwrap();
    let view = tenant.read();
    let account = PersonFacts::persona_of(&view, Persona::User).unwrap().account().unwrap().clone();
    assert!(account.valid_from.is_some_and(|from| from > asked));
    assert_eq!(account.risk, Risk::High);
}

#[test]
fn a_banned_app_may_not_sign_in_and_a_revoked_one_has_no_grants_left() {
    let tenant = tenant(3, Size::Tiny);
    let app = |read: &dyn Fn(&AppFacts<'_>) -> bool| {
        let view = tenant.read();
        let found = AppFacts::all_registered(&view).find(|app| app.name() == Some("full"));
        read(&found.unwrap())
    };
    let act = |action: &str| {
        give(&tenant, json!({"governApp": {"app": "full", "action": action}})).unwrap();
        tenant.advance(DONE).unwrap();
    };
    assert!(app(&|app| app.enabled()) && app(&|app| app.consented()));
    act("ban");
    assert!(!app(&|app| app.enabled()));
    act("unban");
    assert!(app(&|app| app.enabled()));
    act("revoke");
    assert!(!app(&|app| app.consented()));
    let tasks: Vec<Value> = log(&tenant).iter().map(|entry| entry["taskName"].clone()).collect();
    assert_eq!(tasks, ["DisableAppTask", "EnableAppTask", "RevokeAccessTokenTask"]);
}

#[test]
fn a_pending_action_is_done_after_a_restart_too() {
    let tenant = tenant(3, Size::Tiny);
    govern(&tenant, "user", "suspend");
    tenant.advance(Span::seconds(5)).unwrap();
    let file = TenantFile::read(&tenant.file().write()).unwrap();
    let again = Tenant::revived(&file, Wall::manual(tenant.now()), |_, refusal| panic!("{refusal}"));
    assert!(enabled(&again));
    for one in [&tenant, &Arc::new(again)] {
        one.advance(DONE).unwrap();
        assert!(!enabled(one));
        assert_eq!(log(one), log(&tenant));
    }
}
