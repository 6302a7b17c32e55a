//! Who acts for a user without a browser: a service that was called, a program that was told the password.

use mock_defender::model::time::Span;
use serde_json::json;

use super::{CLOUD_APPS, no};
use crate::browser::{
    OWN, claims, client, command, encode, login, member, ok, person, refusal, secret, token, token_at, tokens,
};
use crate::kit::{Kit, json};

#[test]
fn the_on_behalf_of_grant_gives_a_token_for_the_next_api() {
    let kit = Kit::tiny();
    let (middle, middle_secret) = (client(&kit, "middle-tier"), secret(&kit, "middle-tier"));
    let first = tokens(&kit, "user", &format!("api://{middle}/access_as_user offline_access"));
    let assertion = member(&first, "access_token");
    let said = claims(&assertion);
    assert_eq!(
        (&said["aud"], &said["ver"], &said["scp"]),
        (&json!(middle), &json!("2.0"), &json!("access_as_user"))
    );
    assert!(said.get("appid").is_none() && said["azp"].is_string());
    assert!(said["iss"].as_str().unwrap().ends_with("/v2.0"));
    let ask = |assertion: &str, more: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", middle.as_str()),
            ("client_secret", middle_secret.as_str()),
            ("requested_token_use", "on_behalf_of"),
            ("scope", "https://graph.microsoft.com/User.Read openid profile offline_access"),
            ("assertion", assertion),
        ];
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        token(&kit, &fields)
    };
    let got = ok(&ask(&assertion, &[("client_info", "1")]));
    let access = claims(&member(&got, "access_token"));
    assert_eq!((&access["appid"], &access["oid"]), (&json!(middle), &said["oid"]));
    assert_eq!(access["appidacr"], "1");
    assert!(got["client_info"].is_string() && got["refresh_token"].is_string());
    assert_eq!(claims(&member(&got, "id_token"))["aud"], middle.as_str());
    // The token that came of it is not one for the service itself.
    assert_eq!(refusal(&ask(&member(&got, "access_token"), &[])), no("invalid_grant", 50_013));
    assert_eq!(refusal(&ask("nonsense", &[])), no("invalid_grant", 500_131));
    assert_eq!(refusal(&ask(&format!("{}AAAA", &assertion[..assertion.len() - 4]), &[])).2, 50_013);
    assert_eq!(refusal(&ask(&assertion, &[("requested_token_use", "other")])), no("invalid_request", 90_100));
    assert_eq!(refusal(&ask(&assertion, &[("requested_token_use", "")])), no("invalid_request", 900_144));
    assert_eq!(refusal(&ask(&assertion, &[("client_secret", "wrong")])).2, 7_000_215);
    let missing = ask(&assertion, &[("scope", "https://management.azure.com/user_impersonation")]);
    assert_eq!(refusal(&missing), no("invalid_grant", 65_001));
    // No user is behind an application's own token.
    let own = token(
        &kit,
        &[
            ("grant_type", "client_credentials"),
            ("client_id", &client(&kit, "full")),
            ("client_secret", &secret(&kit, "full")),
            ("scope", &format!("api://{middle}/.default")),
        ],
    );
    assert_eq!(refusal(&ask(&member(&ok(&own), "access_token"), &[])), no("invalid_grant", 7_000_114));
    // Conditions hold for the user, whoever asks; and what was revoked is.
    command(&kit, &json!({"setUser": {"user": "user", "mfa": "required"}}));
    let answer = ask(&assertion, &[]);
    assert_eq!(refusal(&answer), no("invalid_grant", 50_076));
    assert_eq!(json(&answer)["suberror"], "basic_action");
    command(&kit, &json!({"setUser": {"user": "user", "mfa": "off"}}));
    command(&kit, &json!({"revokeSessions": {"user": "user"}}));
    assert_eq!(refusal(&ask(&assertion, &[])), no("invalid_grant", 50_173));
    kit.tenant.advance(Span::hours(2)).unwrap();
    assert_eq!(refusal(&ask(&assertion, &[])), no("invalid_grant", 500_133));
}

#[test]
fn a_program_that_was_told_the_password_signs_in_with_it() {
    let kit = Kit::tiny();
    let (upn, password) = person(&kit, "user");
    let id = client(&kit, "delegated");
    let ask = |more: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", "password"),
            ("client_id", id.as_str()),
            ("username", upn.as_str()),
            ("password", password.as_str()),
            ("scope", "User.Read openid profile offline_access"),
            ("response_type", "id_token token"),
        ];
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        encode(&fields)
    };
    let at =
        |tenant: &str, body: &str| kit.send("POST", &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], body);
    let here = kit.tenant.identity().id.to_string();
    assert_eq!(refusal(&at(&here, &ask(&[]))), no("invalid_grant", 65_001));
    command(&kit, &json!({"consent": {"app": "delegated", "user": "user", "scopes": ["User.Read"]}}));
    for tenant in [here.as_str(), "organizations", "contoso.onmicrosoft.com"] {
        let got = ok(&at(tenant, &ask(&[("client_info", "1")])));
        assert!(
            got["id_token"].is_string() && got["refresh_token"].is_string() && got["client_info"].is_string()
        );
    }
    for tenant in ["common", "consumers", "Common"] {
        assert_eq!(refusal(&at(tenant, &ask(&[]))), no("invalid_request", 9_001_023), "{tenant}");
    }
    for (more, number) in [
        (("password", "wrong"), 50_126),
        (("username", "nobody@contoso.onmicrosoft.com"), 50_034),
        (("username", ""), 900_144),
        (("password", ""), 900_144),
        (("scope", ""), 70_011),
    ] {
        assert_eq!(refusal(&at(&here, &ask(&[more]))).2, number, "{more:?}");
    }
    let unknown = json(&at(&here, &ask(&[("username", "nobody@contoso.onmicrosoft.com")])));
    assert_eq!(unknown["suberror"], "bad_token");
    for (change, number, suberror) in [
        (json!({"mfa": "required"}), 50_076, Some("basic_action")),
        (json!({"mfa": "unregistered"}), 50_079, Some("basic_action")),
        (json!({"mfa": "off", "passwordExpired": true}), 50_055, Some("user_password_expired")),
        (json!({"passwordExpired": false, "locked": true}), 50_053, None),
        (json!({"locked": false, "enabled": false}), 50_057, None),
        (json!({"enabled": true, "risk": "high"}), 53_003, Some("message_only")),
    ] {
        let mut user = json!({"user": "user"});
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        command(&kit, &json!({"setUser": user}));
        let answer = at(&here, &ask(&[]));
        assert_eq!(refusal(&answer), no("invalid_grant", number), "{change}");
        assert_eq!(json(&answer)["suberror"].as_str(), suberror, "{change}");
        let claims = matches!(number, 50_076 | 50_079 | 53_003);
        assert_eq!(json(&answer)["claims"].is_string(), claims, "{change}");
    }
    command(&kit, &json!({"setUser": {"user": "user", "risk": "none"}}));
    command(&kit, &json!({"setPolicies": {"securityDefaults": true}}));
    assert_eq!(refusal(&at(&here, &ask(&[]))), no("access_denied", 530_035));
}

/// The sample of Cloud Apps' own documentation: version 1.0, and yet a scope.
#[test]
fn the_first_version_takes_its_resource_from_a_scope_where_it_must() {
    let kit = Kit::tiny();
    let (upn, password) = person(&kit, "security-reader");
    let (id, secret) = (client(&kit, "full"), secret(&kit, "full"));
    let fields = [
        ("grant_type", "password"),
        ("client_id", id.as_str()),
        ("client_secret", &secret),
        ("username", &upn),
        ("password", &password),
        ("scope", &format!("{CLOUD_APPS}/.default")),
    ];
    let got = ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields));
    assert_eq!(got["resource"], format!("spn:{CLOUD_APPS}"));
    assert_eq!(claims(&member(&got, "access_token"))["aud"], CLOUD_APPS);
    assert_eq!(got["scope"], "investigation.manage investigation.read");
}
