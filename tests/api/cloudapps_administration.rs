//! Policies, administrators, tokens, SIEM agents, and what the tenant says of itself.

use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::{Kit, json, tenant};

fn small() -> Kit {
    Kit::of(tenant(7, Size::Small), false)
}

fn data(answer: &Value) -> &Vec<Value> {
    answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"))
}

fn list(kit: &Kit, path: &str, body: &Value) -> Value {
    json(&kit.api("POST", path, &body.to_string()))
}

fn command(kit: &Kit, command: &Value) {
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let answer = kit.mock("POST", &path, &command.to_string());
    assert_eq!(answer.status, 200, "{}", crate::kit::text(&answer));
}

#[test]
fn policies_are_listed_by_type_with_the_alerts_that_they_raised() {
    let kit = small();
    let all = json(&kit.api("GET", "/cas/api/v1/policies/", ""));
    let total = data(&all).len();
    assert_eq!(all["total"], total);
    assert_eq!(json(&kit.api("POST", "/api/v1/policies/count/", ""))["total"], total);
    let audit = list(&kit, "/cas/api/v1/policies/", &json!({"filters": {"type": {"eq": ["AUDIT"]}}}));
    assert!(!data(&audit).is_empty() && data(&audit).len() < total);
    assert!(
        data(&audit).iter().all(|policy| policy["policyType"] == "AUDIT" && policy["isBuiltIn"] == false)
    );
    // The numbers are those of the alerts that name the policy.
    let mut raised = 0;
    for policy in data(&all) {
        let filter = json!({"filters": {"entity.policy": {"eq": [policy["_id"]]}}});
        let found = json(&kit.api("POST", "/api/v1/alerts/", &filter.to_string()));
        assert_eq!(policy["alertsCount"], found["total"], "{policy}");
        raised += policy["alertsCount"].as_u64().unwrap();
    }
    assert_eq!(json(&kit.api("POST", "/api/v1/alerts/count/", ""))["total"], raised);
    let most = list(&kit, "/api/v1/policies/", &json!({"sortField": "alertsCount", "limit": 1}));
    let counts = data(&all).iter().map(|policy| policy["alertsCount"].as_u64());
    assert_eq!(data(&most)[0]["alertsCount"].as_u64(), counts.max().unwrap());
    let refused = kit.api("POST", "/api/v1/policies/", r#"{"sortField": "date"}"#);
    assert_eq!(refused.status, 400);
}

#[test]
fn a_policy_is_fetched_by_the_type_and_id_that_alerts_name() {
    let kit = small();
    let alert = json(&kit.api("POST", "/api/v1/alerts/", r#"{"limit": 1}"#));
    let named = data(&alert)[0]["entities"].as_array().unwrap();
    let rule = named.iter().find(|entity| entity["type"] == "policyRule").unwrap();
    let (kind, id) = (rule["policyType"].as_str().unwrap(), rule["id"].as_str().unwrap());
    let policy = json(&kit.api("GET", &format!("/cas/api/v1/policies/{kind}/{id}/"), ""));
    assert_eq!((&policy["_id"], &policy["name"]), (&rule["id"], &rule["label"]));
    for other in [format!("SESSION/{id}"), format!("{kind}/000000000000000000000000")] {
        assert_eq!(kit.api("GET", &format!("/cas/api/v1/policies/{other}/"), "").status, 404);
    }
}

#[test]
fn a_policy_is_on_as_the_services_of_the_month_have_it_and_as_somebody_switched_it() {
    let kit = small();
    let travel = || {
        let filter = json!({"filters": {"name": {"eq": "Impossible travel"}}});
        data(&list(&kit, "/api/v1/policies/", &filter))[0].clone()
    };
    let before = travel();
    assert_eq!(before["enabled"], true);
    command(&kit, &json!({"setServiceDate": {"date": "2025-06"}}));
    assert_eq!(travel()["enabled"], false);
    command(&kit, &json!({"setPolicyEnabled": {"policy": "Impossible travel", "enabled": true}}));
    let after = travel();
    assert_eq!(after["enabled"], true);
    assert_eq!(after["lastModified"], kit.tenant.now().millis());
    assert!(before["lastModified"].as_i64() < after["lastModified"].as_i64());
    let off = list(&kit, "/api/v1/policies/", &json!({"filters": {"enabled": {"eq": false}}}));
    let names: Vec<&str> = data(&off).iter().map(|policy| policy["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Multiple failed login attempts") && !names.contains(&"Impossible travel"));
}

#[test]
fn the_tenant_tells_where_it_is_and_what_it_is_called() {
    let kit = small();
    let activity = json(&kit.api("POST", "/api/v1/activities/", r#"{"limit": 1}"#));
    let info = json(&kit.api("GET", "/cas/api/about/info/", ""));
    assert_eq!(info["tenantId"], data(&activity)[0]["tenantId"]);
    let url = json(&kit.api("GET", "/cas/api/about/server_url/", ""));
    assert!(url.as_str().unwrap().starts_with("http"), "{url}");
    let settings = json(&kit.api("GET", "/cas/api/v1/settings/", ""));
    let admin = json(&kit.api("GET", "/cas/api/v1/manage_admin_access/", ""));
    let upn = data(&admin)[0]["username"].as_str().unwrap();
    assert!(upn.ends_with(settings["domains"][0].as_str().unwrap()), "{upn} {settings}");
}

#[test]
fn administrators_are_those_who_hold_a_role_of_the_product() {
    let kit = small();
    let kinds = || -> Vec<(String, i64)> {
        let all = json(&kit.api("GET", "/api/v1/manage_admin_access/", ""));
        let one = |row: &Value| {
            (row["username"].as_str().unwrap().to_owned(), row["permission_type"].as_i64().unwrap())
        };
        data(&all).iter().map(one).collect()
    };
    let kind_of = |persona: Persona| {
        let world = kit.tenant.world();
        let upn = &world.person(world.persona(persona).unwrap()).upn;
        kinds().into_iter().find(|(name, _)| name == upn).map(|(_, kind)| kind)
    };
    assert_eq!(kind_of(Persona::GlobalAdmin), Some(0));
    assert_eq!(kind_of(Persona::SecurityReader), Some(1));
    assert_eq!(kind_of(Persona::User), None);
    command(&kit, &json!({"setUser": {"user": "user", "roles": ["Security Reader"]}}));
    assert_eq!(kind_of(Persona::User), Some(1));
}

#[test]
fn the_api_token_is_active_once_it_was_used() {
    let kit = small();
    let token = || data(&list(&kit, "/api/v1/tokens/", &json!({})))[0].clone();
    assert_eq!(token()["name"], "Default token");
    // The request before was one with the token.
    assert_eq!(token()["status"], "Active");
    assert!(
        !token().to_string().contains(kit.credential().trim_start_matches("Token ")),
        "its value is shown nowhere"
    );
}

#[test]
fn siem_agents_tell_how_they_stand_and_get_new_tokens() {
    let kit = small();
    command(&kit, &json!({"addSiemAgent": {"name": "north", "format": "genericCef"}}));
    command(&kit, &json!({"setSiemAgentRunning": {"agent": "north", "running": true}}));
    kit.tenant.advance(Span::hours(1)).unwrap();
    let agent = || data(&json(&kit.api("GET", "/api/v1/agents/siem/", "")))[0].clone();
    assert_eq!((&agent()["name"], &agent()["status"]), (&json!("north"), &json!("Connected")));
    assert_eq!(json(&kit.api("GET", "/api/v1/agents/siem/count/", ""))["total"], 1);
    let path = format!("/cas/api/v1/agents/siem/{}/generate/", agent()["_id"].as_str().unwrap());
    let token = || json(&kit.api("POST", &path, ""))["token"].as_str().unwrap().to_owned();
    let first = token();
    assert!(first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit()), "{first}");
    // With another token the program falls silent.
    kit.tenant.advance(Span::hours(3)).unwrap();
    assert_eq!(agent()["status"], "Connection error");
    assert_ne!(token(), first);
    let unknown = "/cas/api/v1/agents/siem/000000000000000000000000/generate/";
    assert_eq!(kit.api("POST", unknown, "").status, 404);
}

#[test]
fn activity_types_are_searched_by_name_and_app() {
    let kit = small();
    let find = |query: &str| {
        let answer = json(&kit.api("GET", &format!("/cas/api/v1/autocomplete/activity-types/?{query}"), ""));
        answer["records"].as_array().unwrap().clone()
    };
    let all = find("search=download&service=");
    let of_onedrive = find("search=download&service=eq(i:15600,)");
    assert!(of_onedrive.len() < all.len() && !of_onedrive.is_empty());
    for record in &of_onedrive {
        assert_eq!(record["app"], 15_600);
        assert!(record["name"].as_str().unwrap().to_lowercase().contains("download"), "{record}");
        // The types are those by which activities are found.
        let filter = json!({"limit": 1, "filters": {
            "service": {"eq": [15_600]}, "activity.eventType": {"eq": record["types"]},
        }});
        assert!(
            json(&kit.api("POST", "/api/v1/activities/", &filter.to_string()))["total"].as_u64() > Some(0)
        );
    }
    let refused = kit.api("GET", "/cas/api/v1/autocomplete/activity-types/?service=box", "");
    assert_eq!(refused.status, 400);
}

#[test]
fn user_groups_count_the_users_that_name_them() {
    let kit = small();
    let all = list(&kit, "/cas/api/v1/user_tags/", &json!({}));
    assert_eq!((&all["total"], data(&all).len()), (&json!(3), 3));
    for group in data(&all) {
        let filter = json!({"filters": {"userGroups": {"eq": [group["id"]]}}, "limit": 1});
        let users = list(&kit, "/api/v1/entities/", &filter);
        assert_eq!(group["usersCount"], users["total"], "{group}");
        let named = data(&users)[0]["userGroups"].to_string();
        assert!(named.contains(group["_id"].as_str().unwrap()), "{group}: {named}");
    }
    let of_office = list(&kit, "/cas/api/v1/user_tags/", &json!({"filters": {"app": {"eq": [11_161]}}}));
    assert_eq!(of_office["total"], 1);
    assert_eq!(data(&list(&kit, "/api/v1/user_tags/", &json!({"skip": 1, "limit": 1}))).len(), 1);
}
