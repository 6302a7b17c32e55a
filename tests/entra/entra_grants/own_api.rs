//! What tokens for an API of one's own say: its app roles, the claims that it wants on top, and in which version.

use mock_defender::gateway::Answer;
use serde_json::{Value, json};

use crate::browser::{
    Browser, authorize, claims, client, command, member, ok, person, redeem, refusal, secret, token,
    try_command,
};
use crate::kit::{Kit, json, text};

use super::no;

/// An API with roles and wishes, and a client for it that every user may use.
fn with_api(more: &Value) -> Kit {
    let kit = Kit::tiny();
    let mut api = json!({
        "name": "api", "scopes": ["use"], "appRoles": ["Orders.Read", "Orders.Write"],
        "redirectUris": ["http://localhost"],
    });
    api.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    command(
        &kit,
        &json!([
            {"addApplication": api},
            {"addApplication": {
                "name": "front", "public": true, "redirectUris": ["http://localhost"], "consented": true,
                "delegatedPermissions": ["use"], "optionalClaims": {"idToken": ["login_hint", "ipaddr"]},
            }},
            {"addApplication": {"name": "job", "permissions": ["Orders.Read"]}},
        ]),
    );
    kit
}

fn for_job(kit: &Kit, more: &[(&str, &str)]) -> Answer {
    let scope = format!("api://{}/.default", client(kit, "api"));
    let (id, secret) = (client(kit, "job"), secret(kit, "job"));
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", &*id),
        ("client_secret", &*secret),
        ("scope", &*scope),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    token(kit, &fields)
}

/// The claims of access token and id token of a user at `front`.
fn of_user(kit: &Kit, more: &[(&str, &str)]) -> (Value, Value) {
    let (id, api) = (client(kit, "front"), client(kit, "api"));
    let scope = format!("openid profile api://{api}/use");
    let mut fields = vec![("scope", scope.as_str())];
    fields.extend_from_slice(more);
    let code = Browser::new(kit).consent(&authorize(kit, &id, &fields), "user").code();
    let got = ok(&redeem(kit, &code, &[("client_id", &id)]));
    (claims(&member(&got, "access_token")), claims(&member(&got, "id_token")))
}

#[test]
fn app_roles_are_granted_to_applications_and_given_to_users() {
    let kit = with_api(&json!({}));
    let own = |kit: &Kit| claims(&member(&ok(&for_job(kit, &[])), "access_token"));
    assert_eq!(own(&kit).get("roles"), None);
    command(&kit, &json!({"setApplication": {"app": "api", "assignmentRequired": true}}));
    assert_eq!(refusal(&for_job(&kit, &[])), no("invalid_grant", 501_051));
    command(&kit, &json!({"consent": {"app": "job"}}));
    assert_eq!(own(&kit)["roles"], json!(["Orders.Read"]));

    command(&kit, &json!({"setApplication": {"app": "api", "assignmentRequired": false}}));
    assert_eq!(of_user(&kit, &[]).0.get("roles"), None);
    for role in ["orders.write", "Orders.Read"] {
        command(&kit, &json!({"assignUser": {"app": "api", "user": "user", "role": role}}));
    }
    let (access, identity) = of_user(&kit, &[]);
    assert_eq!(access["roles"], json!(["Orders.Read", "Orders.Write"]));
    assert_eq!(identity.get("roles"), None, "they are roles of the API, not of its client");
    let gone =
        json!({"assignUser": {"app": "api", "user": "user", "role": "Orders.Read", "assigned": false}});
    command(&kit, &gone);
    assert_eq!(of_user(&kit, &[]).0["roles"], json!(["Orders.Write"]));
    command(&kit, &json!({"assignUser": {"app": "api", "user": "user", "assigned": false}}));
    assert_eq!(of_user(&kit, &[]).0.get("roles"), None);
    for (app, told) in [("api", "Orders.Read, Orders.Write"), ("job", "offers no app roles")] {
        let wrong = json!({"assignUser": {"app": app, "user": "user", "role": "Orders.Delete"}});
        let refused = try_command(&kit, &wrong);
        assert_eq!((refused.status.as_u16(), &json(&refused)["error"]["target"]), (400, &json!("role")));
        assert!(text(&refused).contains(told), "{}", text(&refused));
    }
}

/// What tells a program from a person is there where the API has asked for it, and at the vendor's own resources.
#[test]
fn the_idtyp_claim_is_issued_where_requested() {
    let plain = with_api(&json!({}));
    let asking = with_api(&json!({"optionalClaims": {"accessToken": ["idtyp", "email", "acct"]}}));
    for (kit, program, user) in [(plain, None, None), (asking, Some("app"), Some("user"))] {
        let own = claims(&member(&ok(&for_job(&kit, &[])), "access_token"));
        let (access, _) = of_user(&kit, &[]);
        assert_eq!((own["idtyp"].as_str(), access["idtyp"].as_str()), (program, user));
        assert_eq!(own.get("app_displayname"), None);
        let upn = user.map(|_| person(&kit, "user").0);
        assert_eq!((access["email"].as_str(), access["acct"].as_u64()), (upn.as_deref(), user.map(|_| 0)));
        assert_eq!((own.get("email"), own.get("acct")), (None, None), "of users only");
        let graph = for_job(&kit, &[("scope", "https://graph.microsoft.com/.default")]);
        assert_eq!(claims(&member(&ok(&graph), "access_token"))["idtyp"], "app");
    }
}

#[test]
fn optional_claims_of_the_id_token_are_there_for_who_asks() {
    let kit = with_api(&json!({}));
    let (access, identity) = of_user(&kit, &[]);
    assert!(member(&identity, "login_hint").starts_with("O."), "{identity}");
    assert_eq!(identity["ipaddr"], "127.0.0.1");
    assert_eq!((access.get("login_hint"), access.get("ipaddr")), (None, None));
    // Of a client that is registered without: by the request alone.
    let ask = |claims_asked: &str| {
        let more = [("scope", "openid profile"), ("claims", claims_asked)];
        let code = Browser::new(&kit).consent(&authorize(&kit, "delegated", &more), "user").code();
        claims(&member(&ok(&redeem(&kit, &code, &[])), "id_token"))
    };
    assert_eq!(ask("").get("login_hint"), None);
    let asked = ask(r#"{"id_token":{"login_hint":null,"tenant_region_scope":{},"nothing":null}}"#);
    assert!(member(&asked, "login_hint").starts_with("O."), "{asked}");
    assert_eq!((&asked["tenant_region_scope"], asked.get("nothing")), (&json!("NA"), None));
    let refused = try_command(
        &kit,
        &json!({"addApplication": {"name": "x", "optionalClaims": {"idToken": ["shoeSize"]}}}),
    );
    assert_eq!(json(&refused)["error"]["target"], "optionalClaims");
}

#[test]
fn an_api_may_want_access_tokens_of_the_first_version() {
    let kit = with_api(&json!({"accessTokenVersion": 1}));
    let api = client(&kit, "api");
    let own = claims(&member(&ok(&for_job(&kit, &[])), "access_token"));
    let tenant = kit.tenant.identity().id;
    assert_eq!((&own["ver"], &own["aud"]), (&json!("1.0"), &json!(format!("api://{api}"))));
    assert_eq!(own["iss"], format!("https://localhost:8443/{tenant}/"));
    assert_eq!((own.get("azp"), own.get("idtyp")), (None, None));
    assert_eq!(own["appid"], client(&kit, "job"));
    let (access, _) = of_user(&kit, &[]);
    assert_eq!((&access["ver"], &access["scp"]), (&json!("1.0"), &json!("use")));
    let refused = try_command(&kit, &json!({"addApplication": {"name": "x", "accessTokenVersion": 3}}));
    assert_eq!(json(&refused)["error"]["target"], "accessTokenVersion");
}

/// A client and the API behind it are consented to on one page, so that the API may go on calling for the user.
#[test]
fn who_consents_to_a_client_that_an_api_knows_consents_to_the_api_too() {
    let kit = with_api(&json!({"delegatedPermissions": ["Calendars.Read"]}));
    let (id, api) = (client(&kit, "front"), client(&kit, "api"));
    command(&kit, &json!({"revokeConsent": {"app": "front"}}));
    let scope = format!("openid api://{api}/.default");
    let browser = Browser::new(&kit);
    let ask = || browser.sign_in(&authorize(&kit, &id, &[("scope", &scope)]), "user").page();
    assert!(!ask().lists("Calendars.Read"));
    command(&kit, &json!({"setApplication": {"app": "api", "knownClientApplications": ["front"]}}));
    let page = ask();
    assert!(page.lists("Calendars.Read") && page.lists("use"), "{}", page.text());
    let code = browser.press(&page, "accept", &[]).back().code();
    let access = member(&ok(&redeem(&kit, &code, &[("client_id", &id)])), "access_token");
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", &*api),
        ("client_secret", &*secret(&kit, "api")),
        ("assertion", &*access),
        ("scope", "Calendars.Read"),
    ];
    let onward = ok(&token(&kit, &fields));
    assert_eq!(claims(&member(&onward, "access_token"))["scp"], "Calendars.Read");
    let unknown =
        try_command(&kit, &json!({"setApplication": {"app": "api", "knownClientApplications": ["nobody"]}}));
    assert_eq!(unknown.status, 400, "{}", text(&unknown));
}
