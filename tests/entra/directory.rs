//! The directory as the control API shows it.

use serde_json::{Value, json};

use crate::kit::{self, Kit, json as read};

fn directory(kit: &Kit) -> Value {
    read(&kit.mock("GET", "/_mock/tenants/contoso/directory", ""))
}

fn give(kit: &Kit, command: &Value) {
    let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string());
    assert_eq!(answer.status, 200, "{}", kit::text(&answer));
}

fn find<'d>(list: &'d Value, member: &str, value: &str) -> Vec<&'d Value> {
    list.as_array().unwrap().iter().filter(|entry| entry[member] == value).collect()
}

#[test]
fn the_directory_shows_consent_grants() {
    let kit = Kit::tiny();
    let before = directory(&kit);
    let app = find(&before["applications"], "name", "unconsented")[0]["appId"].as_str().unwrap().to_owned();
    assert!(find(&before["oauth2PermissionGrants"], "clientAppId", &app).is_empty());
    assert!(find(&before["appRoleAssignments"], "principalAppId", &app).is_empty());

    give(&kit, &json!({"consent": {"app": "unconsented"}}));
    give(&kit, &json!({"consent": {"app": "unconsented", "user": "user", "scopes": ["User.Read"]}}));
    let after = directory(&kit);
    let grants = find(&after["oauth2PermissionGrants"], "clientAppId", &app);
    let of = |kind: &str| grants.iter().filter(|grant| grant["consentType"] == kind).count();
    // Microsoft Graph and Cloud Apps for everybody, Microsoft Graph for the user.
    assert_eq!((of("AllPrincipals"), of("Principal")), (2, 1), "{grants:?}");
    let own = grants.iter().find(|grant| grant["consentType"] == "Principal").unwrap();
    assert_eq!(
        (&own["scope"], &own["resourceDisplayName"]),
        (&json!("User.Read"), &json!("Microsoft Graph"))
    );
    let roles = find(&after["appRoleAssignments"], "principalAppId", &app);
    assert!(roles.iter().any(|role| role["appRole"] == "investigation.read"));

    give(&kit, &json!({"revokeConsent": {"app": "unconsented", "permissions": ["investigation.read"]}}));
    give(&kit, &json!({"revokeConsent": {"app": "unconsented", "user": "user"}}));
    let last = directory(&kit);
    let roles = find(&last["appRoleAssignments"], "principalAppId", &app);
    assert!(!roles.is_empty() && !roles.iter().any(|role| role["appRole"] == "investigation.read"));
    assert_eq!(find(&last["oauth2PermissionGrants"], "clientAppId", &app).len(), 2);
    give(&kit, &json!({"revokeConsent": {"app": "unconsented"}}));
    assert_eq!(directory(&kit)["oauth2PermissionGrants"], before["oauth2PermissionGrants"]);
}

#[test]
fn accounts_and_policies_show_what_commands_changed() {
    let kit = Kit::tiny();
    let born = directory(&kit);
    give(
        &kit,
        &json!({"setUser": {"user": "user", "mfa": "required", "risk": "low", "roles": ["Security Reader"]}}),
    );
    give(&kit, &json!({"setPolicies": {"tokenLifetime": 900, "userConsent": false}}));
    give(
        &kit,
        &json!({"setConditionalAccess": {"name": "No guests", "users": ["guest"], "control": "block"}}),
    );
    give(&kit, &json!({"failNext": {"code": 90033, "times": 2}}));
    let now = directory(&kit);
    let changed = now["users"].as_array().unwrap().iter().find(|user| user["mfa"] == "required").unwrap();
    assert_eq!((&changed["riskLevel"], &changed["roles"]), (&json!("low"), &json!(["Security Reader"])));
    assert_eq!(
        (&now["policies"]["tokenLifetime"], &now["policies"]["userConsent"]),
        (&json!(900), &json!(false))
    );
    assert_eq!(now["conditionalAccess"][0]["displayName"], "No guests");
    assert_eq!((&now["failures"][0]["code"], &now["failures"][0]["times"]), (&json!(90033), &json!(2)));
    give(&kit, &json!({"rotateKeys": {}}));
    assert_ne!(directory(&kit)["signingKey"], born["signingKey"]);
}

#[test]
fn commands_about_the_directory_come_back_from_the_tenants_file() {
    let kit = Kit::tiny();
    give(
        &kit,
        &json!({"addApplication": {"name": "mine", "redirectUris": ["https://app.example/in"], "permissions": ["discovery.read"], "consented": true}}),
    );
    give(
        &kit,
        &json!({"addSecret": {"app": "mine", "value": "a second secret", "ends": "2027-01-01T00:00:00Z"}}),
    );
    give(&kit, &json!({"setUser": {"user": "user", "password": "Another-Word-1"}}));
    give(&kit, &json!({"setApplication": {"app": "full", "enabled": false}}));
    let expected = directory(&kit);
    let listed = read(&kit.mock("GET", "/_mock/tenants/contoso/commands", ""));
    assert_eq!(listed["commands"].as_array().unwrap().len(), 4);
    let file = kit::text(&kit.mock("GET", "/_mock/tenants/contoso/export", ""));
    let other = Kit::new(9, mock_defender::model::spec::Size::Tiny);
    let answer = other.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(answer.status, 201, "{}", kit::text(&answer));
    let id = read(&answer)["id"].as_str().unwrap().to_owned();
    let again = read(&other.mock("GET", &format!("/_mock/tenants/{id}/directory"), ""));
    assert_eq!(again, expected);
}

#[test]
fn an_unknown_name_in_a_command_is_refused_with_the_known_ones() {
    let kit = Kit::tiny();
    for (command, field, expected) in [
        (json!({"consent": {"app": "fulll"}}), "app", "full, read-only"),
        (json!({"consent": {"app": "full", "scopes": ["User.Reed"]}}), "scopes", "delegated permission"),
        (json!({"setUser": {"user": "nobody", "mfa": "required"}}), "user", "a persona"),
        (json!({"setUser": {"user": "user", "roles": ["Owner"]}}), "roles", "Global Administrator"),
        (json!({"failNext": {"code": 12345}}), "code", "AADSTS"),
        (json!({"failNext": {"code": 90033, "times": 0}}), "times", "1 to 1000000"),
        (json!({"setPolicies": {"tokenLifetime": 60}}), "tokenLifetime", "600"),
        (
            json!({"addApplication": {"name": "x", "redirectUris": ["javascript:alert(1)"]}}),
            "redirectUris",
            "registered",
        ),
        (json!({"addSecret": {"app": "delegated"}}), "app", "public"),
        (json!({"addCertificate": {"app": "full", "certificate": "nonsense"}}), "certificate", "PEM"),
        (json!({"trustIssuer": {"issuer": "https://issuer.example", "keys": {}}}), "keys", "RFC 7517"),
        (json!({"revokeConsent": {"app": "full", "resource": "Grph"}}), "resource", "Microsoft Graph"),
        (
            json!({"answerDevice": {"userCode": "ABCDEFGHJ", "user": "user", "accept": true}}),
            "userCode",
            "a device",
        ),
    ] {
        let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string());
        let body = read(&answer);
        assert_eq!(
            (answer.status.as_u16(), &body["error"]["target"]),
            (400, &json!(field)),
            "{command}: {body}"
        );
        assert!(body["error"].to_string().contains(expected), "{command}: {body}");
    }
}

#[test]
fn a_command_list_may_refer_to_an_application_it_registers() {
    let kit = Kit::tiny();
    let list = json!([
        {"addApplication": {"name": "mine", "delegatedPermissions": ["User.Read"], "redirectUris": ["https://app.example/in"]}},
        {"consent": {"app": "mine", "user": "user"}},
    ]);
    give(&kit, &list);
    let now = directory(&kit);
    let app = find(&now["applications"], "name", "mine")[0]["appId"].as_str().unwrap().to_owned();
    assert_eq!(find(&now["oauth2PermissionGrants"], "clientAppId", &app).len(), 1);
    // What is wrong behind it is told with what has been done already.
    let list = json!([{"addApplication": {"name": "other"}}, {"consent": {"app": "othr"}}]);
    let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &list.to_string());
    let told = kit::text(&answer);
    assert_eq!(answer.status, 409, "{told}");
    assert!(told.contains("othr") && told.contains("1 command before it was accepted"), "{told}");
}

#[test]
fn the_information_block_shows_current_passwords_roles_and_state() {
    let kit = Kit::tiny();
    give(
        &kit,
        &json!({"setUser": {"user": "user", "password": "Another-Word-1", "roles": ["Security Reader"]}}),
    );
    give(&kit, &json!({"setUserEnabled": {"user": "security-admin", "enabled": false}}));
    let info = read(&kit.mock("GET", "/_mock/tenants/contoso", ""));
    let of = |persona: &str| find(&info["users"], "persona", persona)[0].clone();
    let user = of("user");
    assert_eq!(
        (&user["password"], &user["roles"], &user["enabled"]),
        (&json!("Another-Word-1"), &json!(["Security Reader"]), &json!(true))
    );
    assert_eq!(
        (&of("security-admin")["enabled"], &of("disabled")["enabled"]),
        (&json!(false), &json!(false))
    );
}
