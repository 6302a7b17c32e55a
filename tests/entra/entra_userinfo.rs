//! Facts about who signed in, and access that is evaluated continuously.

use mock_defender::gateway::Answer;
use mock_defender::model::base64;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::browser::{
    self, Browser, OWN, authorize, claims, client, command, member, oid, ok, person, redeem, refresh,
    refusal, secret, token, tokens,
};
use crate::kit::{Kit, json, text};

const CAPABLE: &str = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;

fn userinfo(kit: &Kit, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[("authorization", &bearer)], "")
}

fn status(kit: &Kit, token: &str) -> u16 {
    userinfo(kit, token).status.as_u16()
}

fn code(answer: &Answer) -> (u16, String, String) {
    let error = &json(answer)["error"];
    (answer.status.as_u16(), member(error, "code"), member(error, "message"))
}

fn challenge(answer: &Answer) -> String {
    answer.headers.get("www-authenticate").map_or(String::new(), |value| value.to_str().unwrap().to_owned())
}

/// Tokens of a client that says it can take challenges, or of one that does not.
fn capable(kit: &Kit, able: bool) -> Value {
    let scope = "openid profile email User.Read offline_access";
    let claims = if able { CAPABLE } else { "" };
    let url = authorize(kit, "delegated", &[("scope", scope), ("claims", claims)]);
    let code = Browser::new(kit).consent(&url, "user").code();
    ok(&redeem(kit, &code, &[]))
}

#[test]
fn userinfo_says_who_signed_in_as_the_id_token_does() {
    let kit = Kit::tiny();
    let got = tokens(&kit, "user", "openid profile email User.Read");
    let (access, id) = (member(&got, "access_token"), claims(&member(&got, "id_token")));
    let person = kit.tenant.world().person(browser::index(&kit, "user"));
    for url in ["https://graph.microsoft.com/oidc/userinfo", "https://localhost:8443/oidc/userinfo"] {
        for method in ["GET", "POST"] {
            let bearer = format!("Bearer {access}");
            let answer = kit.send(method, url, &[("authorization", &bearer)], "");
            let told = ok(&answer);
            let names: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names, ["sub", "name", "family_name", "given_name", "picture", "email"]);
            assert_eq!(told["sub"], id["sub"]);
            assert_eq!(told["name"], person.display_name.as_str());
            assert_eq!(told["given_name"], person.given_name.as_str());
            assert_eq!(told["email"], id["email"]);
            let host = url.split("/oidc").next().unwrap();
            assert_eq!(told["picture"], format!("{host}/v1.0/me/photo/$value"));
        }
    }
    let got = tokens(&kit, "user", "openid User.Read");
    assert!(ok(&userinfo(&kit, &member(&got, "access_token"))).get("email").is_none());
    // Another client knows the user by another name.
    let url = authorize(&kit, "full", &[("scope", "openid User.Read")]);
    let code = Browser::new(&kit).sign_in(&url, "user").back().code();
    let (full, secret) = (client(&kit, "full"), secret(&kit, "full"));
    let other = ok(&redeem(&kit, &code, &[("client_id", &full), ("client_secret", &secret)]));
    let told = ok(&userinfo(&kit, &member(&other, "access_token")));
    assert_eq!(told["sub"], claims(&member(&other, "id_token"))["sub"]);
    assert_ne!(told["sub"], id["sub"]);
}

#[test]
fn v1_has_its_own_userinfo_endpoint() {
    let kit = Kit::tiny();
    let got = tokens(&kit, "user", "openid User.Read");
    let (upn, _) = person(&kit, "user");
    let tid = kit.tenant.identity().id.to_string();
    for tenant in [tid.as_str(), "common", "contoso.onmicrosoft.com"] {
        let url = format!("{OWN}/{tenant}/openid/userinfo");
        let bearer = format!("Bearer {}", member(&got, "access_token"));
        let told = ok(&kit.send("GET", &url, &[("authorization", &bearer)], ""));
        assert_eq!(told["sub"], claims(&member(&got, "id_token"))["sub"]);
        assert_eq!(
            (&told["upn"], &told["unique_name"], &told["tid"]),
            (&json!(upn), &json!(upn), &json!(tid))
        );
        for headers in [vec![], vec![("authorization", "Bearer nonsense")]] {
            let answer = kit.send("GET", &url, &headers, "");
            let told = challenge(&answer);
            assert_eq!((answer.status.as_u16(), told.as_str()), (401, "Bearer error=\"invalid_token\""));
        }
    }
    // A tenant that is not here vouches for nobody, though all sign with the same test keys.
    let wish = json!({"user": "user", "scopes": ["openid"], "wrongTenant": true});
    let forged = json(&kit.mock("POST", "/_mock/tenants/contoso/tokens", &wish.to_string()));
    let bearer = member(&forged, "authorization");
    let url = format!("{OWN}/common/openid/userinfo");
    assert_eq!(kit.send("GET", &url, &[("authorization", &bearer)], "").status, 401);
    // Whose tenant is another one's, and who is none.
    let bearer = format!("Bearer {}", member(&got, "access_token"));
    let fork = kit.join(kit.tenant.fork());
    let url = format!("{OWN}/{}/openid/userinfo", fork.identity().id);
    assert_eq!(refusal(&kit.send("GET", &url, &[("authorization", &bearer)], "")).2, 50_128);
}

#[test]
fn invalid_tokens_are_refused_with_graph_errors() {
    let kit = Kit::tiny();
    let plain = r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#;
    let nothing = kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[], "");
    assert_eq!(
        code(&nothing),
        (401, "InvalidAuthenticationToken".to_owned(), "Access token is empty.".to_owned())
    );
    assert_eq!(challenge(&nothing), plain);
    let inner = &json(&nothing)["error"]["innerError"];
    assert_eq!(inner["date"], "2026-11-24T00:00:00");
    assert_eq!(inner["request-id"], nothing.headers["request-id"].to_str().unwrap());

    let got = tokens(&kit, "user", "openid User.Read");
    let access = member(&got, "access_token");
    let broken = userinfo(&kit, &format!("{}AAAA", &access[..access.len() - 4]));
    assert_eq!((broken.status.as_u16(), challenge(&broken)), (401, plain.to_owned()));
    assert_eq!(status(&kit, "nonsense"), 401);
    let middle = format!("api://{}/access_as_user", client(&kit, "middle-tier"));
    let foreign = member(&tokens(&kit, "user", &middle), "access_token");
    let answer = userinfo(&kit, &foreign);
    assert!(code(&answer).2.contains("Invalid audience"), "{}", text(&answer));
    // Without openid.
    let bare = member(&tokens(&kit, "user", "User.Read"), "access_token");
    assert_eq!(code(&userinfo(&kit, &bare)).0, 403);
    // Of an application.
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(&kit, "full")),
        ("client_secret", &secret(&kit, "full")),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let own = member(&ok(&token(&kit, &fields)), "access_token");
    assert_eq!(code(&userinfo(&kit, &own)).0, 400);
    // In time, and no longer.
    let lifetime = got["expires_in"].as_i64().unwrap();
    kit.tenant.advance(Span::seconds(lifetime - 1)).unwrap();
    assert_eq!(status(&kit, &access), 200);
    kit.tenant.advance(Span::seconds(1)).unwrap();
    let answer = userinfo(&kit, &access);
    assert!(code(&answer).2.contains("expired"), "{}", text(&answer));
    assert_eq!(challenge(&answer), plain, "a token that has expired needs no claims");
}

/// The way that a client goes which can take challenges, from the sign-in to the next one.
#[test]
fn a_revoked_session_is_challenged_and_a_new_sign_in_works() {
    let kit = Kit::tiny();
    let got = capable(&kit, true);
    let access = member(&got, "access_token");
    assert_eq!(status(&kit, &access), 200);
    kit.tenant.advance(Span::hours(2)).unwrap();
    assert_eq!(status(&kit, &access), 200, "it lives for a day");
    command(&kit, &json!({"revokeSessions": {"user": "user"}}));
    let answer = userinfo(&kit, &access);
    assert_eq!(
        code(&answer),
        (
            401,
            "InvalidAuthenticationToken".to_owned(),
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp".to_owned()
        )
    );
    let header = challenge(&answer);
    assert!(header.contains(r#"error="insufficient_claims""#), "{header}");
    let (_, rest) = header.split_once(r#"claims=""#).unwrap();
    let encoded = rest.split('"').next().unwrap();
    assert_eq!(encoded.len() % 4, 0, "with padding");
    let asked = String::from_utf8(base64::decode_standard(encoded).unwrap()).unwrap();
    let since = kit.tenant.now().seconds() + 1;
    assert_eq!(asked, format!(r#"{{"access_token":{{"nbf":{{"essential":true, "value":"{since}"}}}}}}"#));
    // The client repeats its request with those claims, beside what it can do.
    let mut merged: Value = serde_json::from_str(&asked).unwrap();
    merged["access_token"]["xms_cc"] = json!({"values": ["CP1"]});
    let refused = refresh(&kit, &member(&got, "refresh_token"), &[("claims", &merged.to_string())]);
    assert_eq!(refusal(&refused), (400, "invalid_grant".to_owned(), 50_173));
    assert_eq!(json(&refused)["suberror"], "bad_token");
    let url = authorize(&kit, "delegated", &[("claims", &merged.to_string()), ("scope", "openid User.Read")]);
    let code = Browser::new(&kit).consent(&url, "user").code();
    let again = ok(&redeem(&kit, &code, &[]));
    assert_eq!(status(&kit, &member(&again, "access_token")), 200);
    assert_eq!(status(&kit, &access), 401);
}

#[test]
fn clients_without_cp1_get_no_claims_challenge() {
    let kit = Kit::tiny();
    let got = capable(&kit, false);
    let access = member(&got, "access_token");
    for change in
        [json!({"revokeSessions": {"user": "user"}}), json!({"setUser": {"user": "user", "enabled": false}})]
    {
        command(&kit, &change);
        assert_eq!(status(&kit, &access), 200, "{change}");
        assert_eq!(refresh(&kit, &member(&got, "refresh_token"), &[]).status, 400);
    }
}

#[test]
fn a_disabled_user_and_a_new_password_are_challenged_too() {
    for (change, number) in
        [(json!({"enabled": false}), 50_057), (json!({"password": "Another-one-1"}), 50_173)]
    {
        let kit = Kit::tiny();
        let got = capable(&kit, true);
        let mut user = json!({"user": "user"});
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        command(&kit, &json!({"setUser": user}));
        let answer = userinfo(&kit, &member(&got, "access_token"));
        assert!(challenge(&answer).contains("insufficient_claims"), "{change}: {}", text(&answer));
        assert_eq!(refusal(&refresh(&kit, &member(&got, "refresh_token"), &[])).2, number);
        command(&kit, &json!({"setUser": {"user": "user", "enabled": true}}));
        let expected = if number == 50_057 { 200 } else { 401 };
        assert_eq!(status(&kit, &member(&got, "access_token")), expected);
    }
    // Another user's tokens are none of it.
    let kit = Kit::tiny();
    let got = capable(&kit, true);
    command(&kit, &json!({"revokeSessions": {"user": "guest"}}));
    assert_eq!(status(&kit, &member(&got, "access_token")), 200);
    assert_eq!(claims(&member(&got, "access_token"))["oid"], oid(&kit, "user"));
}

/// An application that is disabled or removed loses what it was given, with a user or without, if it can be told.
#[test]
fn a_disabled_application_is_challenged_too() {
    for change in [json!({"enabled": false}), json!({"installed": false})] {
        for able in [true, false] {
            let kit = Kit::tiny();
            let got = capable(&kit, able);
            let asked = if able { CAPABLE } else { "" };
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", &*client(&kit, "full")),
                ("client_secret", &*secret(&kit, "full")),
                ("scope", "https://graph.microsoft.com/.default"),
                ("claims", asked),
            ];
            let own = ok(&token(&kit, &fields));
            let (own, of_user) = (member(&own, "access_token"), member(&got, "access_token"));
            let lived = claims(&own)["exp"].as_i64().unwrap() - claims(&own)["iat"].as_i64().unwrap();
            assert_eq!(lived, if able { 86_399 } else { 3_599 });
            let before = challenge(&userinfo(&kit, &own));
            assert!(!before.contains("insufficient_claims"), "{before}");
            for app in ["full", "delegated"] {
                let mut set = json!({"app": app});
                set.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
                command(&kit, &json!({"setApplication": set}));
            }
            for token in [&own, &of_user] {
                let answer = userinfo(&kit, token);
                let challenged = challenge(&answer).contains("insufficient_claims");
                assert_eq!(challenged, able, "{change}: {}", text(&answer));
            }
        }
    }
}

/// A user's token at the API of Cloud Apps: the application must hold the scope, and the user a role.
#[test]
fn cloud_apps_requires_both_delegated_scope_and_user_role() {
    const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
    let kit = Kit::tiny();
    let held = |persona: &str, scope: &str| {
        let url = authorize(&kit, "delegated", &[("scope", &format!("{CLOUD_APPS}/{scope}"))]);
        let shown = Browser::new(&kit).sign_in(&url, persona);
        let code = shown.back().code();
        member(&ok(&redeem(&kit, &code, &[])), "access_token")
    };
    command(
        &kit,
        &json!({"consent": {"app": "delegated", "scopes": ["investigation.read"], "permissions": []}}),
    );
    let ask = |token: &str, method: &str, path: &str, body: &str| {
        let bearer = format!("Bearer {token}");
        kit.send(method, &kit.url(path), &[("authorization", &bearer)], body)
    };
    let close = r#"{"filters": {}, "comment": "seen"}"#;
    for (persona, reads) in [
        ("user", false),
        ("guest", false),
        ("security-reader", true),
        ("security-admin", true),
        ("cloud-app-security-admin", true),
        ("global-admin", true),
    ] {
        let token = held(persona, "investigation.read");
        let status = ask(&token, "GET", "/api/v1/alerts/", "").status.as_u16();
        assert_eq!(status, if reads { 200 } else { 403 }, "{persona}");
        // The scope does not do for this.
        assert_eq!(ask(&token, "POST", "/api/v1/alerts/close_benign/", close).status, 403, "{persona}");
    }
    command(
        &kit,
        &json!({"consent": {"app": "delegated", "scopes": ["investigation.manage"], "permissions": []}}),
    );
    for (persona, writes) in [("user", false), ("security-reader", false), ("security-admin", true)] {
        let token = held(persona, "investigation.manage");
        let status = ask(&token, "POST", "/api/v1/alerts/close_benign/", close).status.as_u16();
        assert_eq!(status, if writes { 200 } else { 403 }, "{persona}");
    }
    // Whoever closed them is named.
    let commands =
        json(&kit.mock("GET", &format!("/_mock/tenants/{}/commands", kit.tenant.identity().id), ""));
    let closed = commands["commands"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["command"]["closeAlerts"].is_object());
    let by = closed.unwrap_or_else(|| panic!("{commands}"))["command"]["closeAlerts"]["by"].to_string();
    let (upn, _) = person(&kit, "security-admin");
    let index = browser::index(&kit, "security-admin");
    assert!(by.contains(&upn) || by.contains(&index.to_string()) || by.contains("security-admin"), "{by}");
    // A role that was taken away is missed at once; one that was given opens.
    let token = held("security-admin", "investigation.read");
    command(&kit, &json!({"setUser": {"user": "security-admin", "roles": []}}));
    assert_eq!(ask(&token, "GET", "/api/v1/alerts/", "").status, 403);
    let token = held("user", "investigation.read");
    command(&kit, &json!({"setUser": {"user": "user", "roles": ["Security Reader"]}}));
    assert_eq!(ask(&token, "GET", "/api/v1/alerts/", "").status, 200);
    let _ = OWN;
}

#[test]
fn cors_preflight_and_post_work_at_userinfo() {
    let kit = Kit::tiny();
    let url = "https://graph.microsoft.com/oidc/userinfo";
    let headers = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let asked = kit.send("OPTIONS", url, &headers, "");
    assert_eq!(
        (asked.status.as_u16(), &asked.headers["access-control-allow-headers"]),
        (200, &"authorization".parse().unwrap())
    );
    let access = member(&tokens(&kit, "user", "openid User.Read"), "access_token");
    let bearer = format!("Bearer {access}");
    for credential in [bearer.as_str(), "Bearer nonsense"] {
        let answer =
            kit.send("GET", url, &[("origin", "https://app.example"), ("authorization", credential)], "");
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
}

#[test]
fn graph_of_the_government_cloud_takes_tokens_that_were_asked_for_by_its_name() {
    let kit = Kit::tiny();
    let got = tokens(&kit, "user", "openid profile https://graph.microsoft.us/User.Read");
    let bearer = format!("Bearer {}", member(&got, "access_token"));
    let answer = kit.send(
        "GET",
        "https://graph.microsoft.us/oidc/userinfo",
        &[("authorization", bearer.as_str())],
        "",
    );
    let person = kit.tenant.world().person(browser::index(&kit, "user"));
    assert_eq!(ok(&answer)["name"], person.display_name.as_str());
}
