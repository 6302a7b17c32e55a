//! How clients name what they want a token for, in the ways that samples and libraries have.

use serde_json::{Value, json};

use crate::browser::{
    Browser, OWN, authorize, claims, client, command, login, member, ok, person, redeem, refresh, refusal,
    secret, token, token_at,
};
use crate::kit::Kit;
use crate::oauth::encode;

use super::{CLOUD_APPS, GRAPH, no};

/// The sample of Cloud Apps: a permission behind the resource's id, at the endpoint of version 1.0 too.
const SAMPLE: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af/Investigation.read";

fn scopes(token: &Value) -> Vec<String> {
    claims(&member(token, "access_token"))["scp"].as_str().unwrap().split(' ').map(str::to_owned).collect()
}

fn with_password(kit: &Kit, path: &str, id: &str, more: &[(&str, &str)]) -> mock_defender::gateway::Answer {
    let (upn, password) = person(kit, "user");
    let mut fields = vec![
        ("grant_type", "password"),
        ("client_id", id),
        ("username", upn.as_str()),
        ("password", password.as_str()),
    ];
    fields.extend_from_slice(more);
    token_at(kit, &format!("{OWN}{path}"), &[], &fields)
}

#[test]
fn a_permission_behind_the_id_of_its_resource_is_asked_of_that_resource() {
    let kit = Kit::tiny();
    let id = client(&kit, "delegated");
    let tenant = kit.tenant.identity().id;
    let endpoints = [format!("/{tenant}/oauth2/v2.0/token"), format!("/{tenant}/oauth2/token")];
    for endpoint in &endpoints {
        let nobody = with_password(&kit, endpoint, &id, &[("scope", SAMPLE)]);
        assert_eq!(refusal(&nobody), no("invalid_grant", 65_001), "{endpoint}");
    }
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    for endpoint in &endpoints {
        let got = ok(&with_password(&kit, endpoint, &id, &[("scope", SAMPLE)]));
        assert_eq!(claims(&member(&got, "access_token"))["aud"], CLOUD_APPS, "{endpoint}");
        assert!(scopes(&got).contains(&"investigation.read".to_owned()), "{got}");
        let unknown = with_password(&kit, endpoint, &id, &[("scope", &format!("{CLOUD_APPS}/Nothing.read"))]);
        assert_eq!(refusal(&unknown), no("invalid_client", 650_053), "{endpoint}");
    }
    // What is asked for anew at version 1.0 is the resource.
    let first = ok(&with_password(&kit, &endpoints[1], &id, &[("scope", SAMPLE)]));
    let held = member(&first, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("client_id", &*id), ("refresh_token", &*held)];
    let again = ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields));
    assert_eq!(again["resource"], format!("spn:{CLOUD_APPS}"));
}

#[test]
fn an_application_that_names_a_permission_gets_no_token_for_another_resource() {
    let kit = Kit::tiny();
    let ask = |path: &str, scope: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, "full")),
            ("client_secret", &*secret(&kit, "full")),
            ("scope", scope),
        ];
        token_at(&kit, &login(&kit, path), &[], &fields)
    };
    assert_eq!(refusal(&ask("/oauth2/v2.0/token", SAMPLE)), no("invalid_scope", 1_002_012));
    let got = ok(&ask("/oauth2/token", SAMPLE));
    assert_eq!(got["resource"], format!("spn:{CLOUD_APPS}"));
    let token = claims(&member(&got, "access_token"));
    assert_eq!(token["aud"], CLOUD_APPS);
    assert!(token["roles"].as_array().unwrap().contains(&json!("investigation.read")), "{token}");
    let unknown = ask("/oauth2/token", "api://nobody/Investigation.read");
    assert_eq!(refusal(&unknown), no("invalid_resource", 500_011));
}

/// A web application that is its own API, as middleware of both kinds registers it.
#[test]
fn an_application_gets_user_tokens_for_itself() {
    let kit = Kit::tiny();
    let (id, secret) = (client(&kit, "middle-tier"), secret(&kit, "middle-tier"));
    let browser = Browser::new(&kit);
    let code = |path: &str, more: &[(&str, &str)]| {
        let mut fields =
            vec![("client_id", id.as_str()), ("response_type", "code"), ("redirect_uri", "http://localhost")];
        fields.extend_from_slice(more);
        browser.consent(&format!("{}?{}", login(&kit, path), encode(&fields)), "security-reader").code()
    };
    let redeem = |path: &str, code: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
            ("redirect_uri", "http://localhost"),
            ("code", code),
        ];
        token_at(&kit, &login(&kit, path), &[], &fields)
    };
    let own = format!("{id}/.default");
    for (version, more) in [("", ("resource", id.as_str())), ("/v2.0", ("scope", &*format!("openid {own}")))]
    {
        let code = code(&format!("/oauth2{version}/authorize"), &[more]);
        let got = ok(&redeem(&format!("/oauth2{version}/token"), &code));
        let access = claims(&member(&got, "access_token"));
        assert_eq!((&access["aud"], &access["oid"].is_string()), (&json!(id), &true), "{version}");
        assert_ne!(scopes(&got), [""], "{version}");
        assert_eq!(claims(&member(&got, "id_token"))["aud"], *id);
        if version.is_empty() {
            assert_eq!(got["resource"], *id);
        } else {
            assert!(got["scope"].as_str().unwrap().ends_with(&own), "{got}");
        }
    }
    // By its identifier URI it may not.
    let uri = format!("api://{id}/.default");
    let refused = with_password(
        &kit,
        &format!("/{}/oauth2/v2.0/token", kit.tenant.identity().id),
        &id,
        &[("client_secret", &secret), ("scope", &uri)],
    );
    assert_eq!(refusal(&refused), no("invalid_request", 90_009));
    // In its own right it may, by either.
    for scope in [&own, &uri] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*id),
            ("client_secret", &*secret),
            ("scope", scope),
        ];
        assert_eq!(claims(&member(&ok(&token(&kit, &fields)), "access_token"))["aud"], *id, "{scope}");
    }
}

/// What a page that shares its registration with its API meets: the sign-in goes well, and the refresh does not.
#[test]
fn an_application_that_names_itself_by_uri_signs_in_and_can_not_refresh() {
    let kit = Kit::tiny();
    let added = json!({"addApplication": {
        "name": "shared", "public": true, "redirectUris": ["http://localhost"], "scopes": ["app"],
    }});
    command(&kit, &added);
    let id = client(&kit, "shared");
    let scope = format!("openid offline_access api://{id}/app");
    let back = Browser::new(&kit).consent(&authorize(&kit, &id, &[("scope", &scope)]), "user");
    let got = ok(&redeem(&kit, &back.code(), &[("client_id", &id)]));
    assert_eq!(scopes(&got), ["app"]);
    let held = member(&got, "refresh_token");
    for scope in ["", &scope] {
        let answer = refresh(&kit, &held, &[("client_id", &id), ("scope", scope)]);
        assert_eq!(refusal(&answer), no("invalid_request", 90_009), "{scope:?}");
    }
    let by_id = refresh(&kit, &held, &[("client_id", &id), ("scope", &format!("{id}/app"))]);
    assert_eq!(scopes(&ok(&by_id)), ["app"]);
}

/// Middleware of version 1.0 sends `scope=openid` along with everything.
#[test]
fn scopes_of_openid_do_not_change_the_resource_at_version_one() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let id = client(&kit, "delegated");
    let browser = Browser::new(&kit);
    let asked = encode(&[
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("resource", GRAPH),
    ]);
    let back = browser.sign_in(&format!("{}?{asked}", login(&kit, "/oauth2/authorize")), "user").back();
    let at = |fields: &[(&str, &str)]| {
        let mut all = vec![("client_id", id.as_str()), ("scope", "openid profile")];
        all.extend_from_slice(fields);
        ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &all))
    };
    let code = back.code();
    let got =
        at(&[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "http://localhost")]);
    assert_eq!(got["resource"], GRAPH);
    let again = at(&[("grant_type", "refresh_token"), ("refresh_token", &member(&got, "refresh_token"))]);
    assert_eq!(again["resource"], GRAPH);
    assert!(scopes(&again).contains(&"User.Read".to_owned()), "{again}");
}

/// A refresh token of one version is good at the other, as often as it changes hands.
#[test]
fn what_was_asked_for_survives_the_change_of_versions() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let id = client(&kit, "delegated");
    let url =
        authorize(&kit, "delegated", &[("scope", &format!("offline_access openid {CLOUD_APPS}/.default"))]);
    let code = Browser::new(&kit).sign_in(&url, "user").back().code();
    let mut held = member(&ok(&redeem(&kit, &code, &[])), "refresh_token");
    for path in ["/oauth2/token", "/oauth2/token", "/oauth2/v2.0/token", "/oauth2/token"] {
        let fields = [("grant_type", "refresh_token"), ("client_id", &*id), ("refresh_token", &*held)];
        let got = ok(&token_at(&kit, &login(&kit, path), &[], &fields));
        assert_eq!(claims(&member(&got, "access_token"))["aud"], CLOUD_APPS, "{path}");
        held = member(&got, "refresh_token");
    }
}

#[test]
fn the_password_grant_of_version_one_takes_the_tenant_from_the_domain() {
    let kit = Kit::tiny();
    let there = crate::browser::neighbour(&kit);
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let id = client(&kit, "delegated");
    let got = ok(&with_password(&kit, "/common/oauth2/token", &id, &[("resource", GRAPH)]));
    let tid = kit.tenant.identity().id.to_string();
    assert_eq!(claims(&member(&got, "access_token"))["tid"], *tid);
    // Who names no resource signs in, and no more.
    let bare = ok(&with_password(&kit, "/common/oauth2/token", &id, &[("scope", "openid")]));
    assert_eq!(bare["resource"], "00000002-0000-0000-c000-000000000000");
    let second = with_password(&kit, "/common/oauth2/v2.0/token", &id, &[("scope", "User.Read")]);
    assert_eq!(refusal(&second), no("invalid_request", 9_001_023));
    // A user of the other company is looked for there, where nobody has consented.
    let (upn, password) =
        crate::browser::person_of(&there, mock_defender::model::person::Persona::SecurityReader);
    let fields = [
        ("grant_type", "password"),
        ("client_id", &*id),
        ("username", &*upn),
        ("password", &*password),
        ("resource", GRAPH),
    ];
    let foreign = token_at(&kit, &format!("{OWN}/common/oauth2/token"), &[], &fields);
    assert_eq!(refusal(&foreign), no("invalid_grant", 65_001));
}
