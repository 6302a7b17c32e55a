//! What a tenant's directory remembers: in its file, in a fork, after a reset.

use std::sync::Arc;

use mock_defender::identity::keys;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use crate::browser::{
    self, Browser, OWN, authorize, client, command, encode, login, member, neighbour, ok, person_of, redeem,
    refresh, refusal, secret, token, token_at, tokens,
};
use crate::kit::{Kit, json, text};

/// What was issued in a life.
struct Issued {
    redeemed: String,
    fresh: String,
    held: String,
    revoked: String,
    device: String,
}

fn device(kit: &Kit, user: &str, accept: bool) -> String {
    let fields = encode(&[("client_id", &client(kit, "delegated")), ("scope", "User.Read")]);
    let codes = ok(&kit.send("POST", &login(kit, "/oauth2/v2.0/devicecode"), &[], &fields));
    let typed = member(&codes, "user_code");
    command(kit, &json!({"answerDevice": {"userCode": typed, "user": user, "accept": accept}}));
    member(&codes, "device_code")
}

/// A life with every command about the directory.
fn live(kit: &Kit) -> Issued {
    let key = keys::numbered(2).public();
    let set = json!({"keys": [{"kty": "RSA", "kid": key.kid, "n": key.n, "e": key.e}]});
    for given in [
        json!({"addApplication": {"name": "added", "displayName": "Added \u{1f511}", "multiTenant": true,
            "permissions": ["investigation.read"], "delegatedPermissions": ["User.Read"], "scopes": ["go"],
            "redirectUris": ["https://added.example/cb", {"platform": "spa", "uri": "https://added.example/spa"}]}}),
        json!({"setApplication": {"app": "added", "implicit": true, "assignmentRequired": true}}),
        json!({"addSecret": {"app": "added", "value": "a secret", "ends": "2027-01-01T00:00:00Z"}}),
        json!({"endSecrets": {"app": "read-only"}}),
        json!({"addCertificate": {"app": "added", "certificate": include_str!("../../fixtures/keys/client-certificate.pem")}}),
        json!({"addFederatedCredential": {"app": "added", "issuer": "https://i.example", "subject": "s"}}),
        json!({"trustIssuer": {"issuer": "https://i.example", "keys": set}}),
        json!({"consent": {"app": "added"}}),
        json!({"consent": {"app": "delegated", "user": "user", "scopes": ["User.Read"]}}),
        json!({"revokeConsent": {"app": "full", "permissions": ["settings.manage"]}}),
        json!({"assignUser": {"app": "added", "user": "user"}}),
        json!({"setUser": {"user": "guest", "roles": ["Security Reader"], "licences": ["SPE_E5"], "mfa": "required",
            "risk": "low", "locked": true, "passwordExpired": true, "password": "Another-one-1"}}),
        json!({"setConditionalAccess": {"name": "one", "control": "mfa", "users": ["guest"], "apps": ["added"]}}),
        json!({"setConditionalAccess": {"name": "two", "control": "block"}}),
        json!({"removeConditionalAccess": {"name": "two"}}),
        json!({"setPolicies": {"consentRequests": true, "tokenLifetime": 7200, "lenientResource": true}}),
        json!({"failNext": {"code": 90033, "times": 2, "app": "read-only", "retryAfter": 3}}),
        json!({"rotateKeys": {}}),
    ] {
        command(kit, &given);
    }
    let revoked = member(&tokens(kit, "security-reader", "User.Read offline_access"), "refresh_token");
    command(kit, &json!({"revokeSessions": {"user": "security-reader"}}));
    let browser = Browser::new(kit);
    let url = authorize(kit, "delegated", &[("scope", "https://graph.microsoft.com/ThreatHunting.Read.All")]);
    let page = browser.sign_in(&url, "user").page();
    browser.press(&page, "request", &[("justification", "please")]).page();
    kit.tenant.advance(Span::minutes(7)).unwrap();
    let code = || browser.get(&authorize(kit, "delegated", &[("scope", "User.Read offline_access")]));
    let redeemed = browser.through(code(), "user").back().code();
    let held = member(&ok(&redeem(kit, &redeemed, &[])), "refresh_token");
    let declined = device(kit, "user", false);
    assert_eq!(poll(kit, &declined), 70_018);
    let device = device(kit, "user", true);
    // One of the ordered errors is met.
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(kit, "read-only")),
        ("scope", ".default"),
    ];
    assert_eq!(token(kit, &fields).status, 503);
    Issued { redeemed, fresh: code().back().code(), held, revoked, device }
}

fn poll(kit: &Kit, code: &str) -> u64 {
    let fields =
        [("grant_type", "device_code"), ("client_id", &*client(kit, "delegated")), ("device_code", code)];
    let answer = token(kit, &fields);
    if answer.status == 200 { 0 } else { refusal(&answer).2 }
}

/// What the directory knows, as far as debugging shows it: everything.
fn directory(kit: &Kit) -> String {
    format!("{:?}", kit.tenant.read().state.core().directory)
}

fn export(kit: &Kit) -> String {
    text(&kit.mock("GET", &format!("/_mock/tenants/{}/export", kit.tenant.identity().id), ""))
}

/// The commands are the same; where the clock stands is said anew by an import.
fn same_file(one: &str, other: &str) {
    let commands = |file: &str| {
        file.lines().filter(|line| line.contains("command")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(commands(one), commands(other));
}

fn imported(file: &str) -> Kit {
    let kit = Kit::new(99, Size::Tiny);
    let answer = kit.mock("POST", "/_mock/tenants/import", file);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let id = json(&answer)["id"].as_str().unwrap().parse().unwrap();
    let tenant = Arc::clone(&kit.gateway.registry.by_id(id).unwrap().tenant);
    kit.about(tenant)
}

#[test]
fn an_imported_directory_answers_like_the_exported_one() {
    let kit = Kit::tiny();
    let issued = live(&kit);
    let file = export(&kit);
    let back = imported(&file);
    assert_eq!(directory(&back), directory(&kit));
    same_file(&export(&back), &file);
    // What was issued before is as good, or as bad, there as here; each does once what can be done once.
    for kit in [&kit, &back] {
        assert_eq!(refusal(&redeem(kit, &issued.redeemed, &[])).2, 54_005);
        assert_eq!(refusal(&refresh(kit, &issued.revoked, &[])).2, 50_173);
        assert_eq!(refresh(kit, &issued.held, &[]).status, 200);
        assert_eq!(redeem(kit, &issued.fresh, &[]).status, 200);
        assert_eq!(refusal(&redeem(kit, &issued.fresh, &[])).2, 54_005);
        assert_eq!((poll(kit, &issued.device), poll(kit, &issued.device)), (0, 70_019));
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(kit, "read-only")),
            ("client_secret", &secret(kit, "read-only")),
            ("scope", ".default"),
        ];
        assert_eq!(refusal(&token(kit, &fields)).2, 90_033, "the second of the two that were ordered");
        assert_eq!(refusal(&token(kit, &fields)).2, 7_000_222);
    }
    assert_eq!(directory(&back), directory(&kit));
    same_file(&export(&back), &export(&kit));
}

#[test]
fn the_consent_of_another_tenant_comes_back_without_that_tenant() {
    let kit = Kit::tiny();
    let there: Arc<Tenant> = neighbour(&kit);
    let (upn, password) = person_of(&there, Persona::User);
    let foreign = there.identity().id.to_string();
    let url = authorize(&kit, "unconsented", &[]).replace(&kit.tenant.identity().id.to_string(), &foreign);
    let browser = Browser::new(&kit);
    let page = browser.through_as(browser.get(&url), &upn, &password).page();
    browser.press(&page, "accept", &[]).back().code();
    let (id, secret) = (client(&kit, "unconsented"), secret(&kit, "unconsented"));
    let kit = kit.about(there);
    let back = imported(&export(&kit));
    assert_eq!(directory(&back), directory(&kit));
    let fields = [
        ("grant_type", "password"),
        ("client_id", id.as_str()),
        ("client_secret", &secret),
        ("username", &upn),
        ("password", &password),
        ("scope", "User.Read"),
    ];
    assert_eq!(token(&back, &fields).status, 200);
}

#[test]
fn a_fork_keeps_consent_and_refuses_what_the_parent_issued() {
    let kit = Kit::tiny();
    let held = tokens(&kit, "user", "User.Read offline_access openid");
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[("scope", "User.Read openid")]);
    let code = browser.sign_in(&url, "user").back().code();
    let answer = kit.mock("POST", &format!("/_mock/tenants/{}/fork", kit.tenant.identity().id), "");
    let fork = member(&json(&answer), "id");
    let here = kit.tenant.identity().id.to_string();
    let id = client(&kit, "delegated");
    let at = |tenant: &str, fields: &[(&str, &str)]| {
        let mut all = vec![("client_id", id.as_str())];
        all.extend_from_slice(fields);
        token_at(&kit, &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], &all)
    };
    let by_code =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", "http://localhost")];
    let refresh_token = member(&held, "refresh_token");
    let by_refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
    assert_eq!(refusal(&at(&fork, &by_code)).2, 700_005);
    assert_eq!(refusal(&at(&fork, &by_refresh)).2, 9_002_313);
    // By the domain, which they share, the code says whose it is.
    assert_eq!(at("contoso.onmicrosoft.com", &by_code).status, 200);
    assert_eq!(at(&here, &by_refresh).status, 200);
    // A session is of one tenant; consent was taken along.
    let silent = authorize(&kit, "delegated", &[("prompt", "none")]).replace(&here, &fork);
    assert_eq!(browser.get(&silent).is(), "login_required 50058");
    let there = browser.sign_in(&url.replace(&here, &fork), "user").back().code();
    let by_code = [
        ("grant_type", "authorization_code"),
        ("code", there.as_str()),
        ("redirect_uri", "http://localhost"),
    ];
    let got: Value = ok(&at(&fork, &by_code));
    assert_eq!(browser::claims(&member(&got, "access_token"))["tid"], fork.as_str());
    // A token of the parent stands for nobody at the fork, though the user has the same id there.
    let middle = client(&kit, "middle-tier");
    let for_middle = member(&tokens(&kit, "user", &format!("api://{middle}/access_as_user")), "access_token");
    let on_behalf = |tenant: &str| {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", middle.as_str()),
            ("client_secret", &secret(&kit, "middle-tier")),
            ("requested_token_use", "on_behalf_of"),
            ("assertion", &for_middle),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        token_at(&kit, &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], &fields)
    };
    assert_eq!(on_behalf(&here).status, 200);
    assert_eq!(refusal(&on_behalf(&fork)).2, 50_013);
    // What is taken back there is not taken back here.
    let revoke = json!({"revokeConsent": {"app": "delegated"}}).to_string();
    assert_eq!(kit.mock("POST", &format!("/_mock/tenants/{fork}/commands"), &revoke).status, 200);
    assert_eq!(at(&here, &by_refresh).status, 200);
    // And a reset forgets it all.
    kit.mock("POST", &format!("/_mock/tenants/{here}/reset"), "");
    assert_eq!(Browser::new(&kit).sign_in(&url, "user").is(), "Permissions requested");
}

#[test]
fn users_missing_from_a_smaller_company_can_not_sign_in() {
    let (large, small) = (Kit::small(), Kit::tiny());
    assert_eq!(large.tenant.identity(), small.tenant.identity());
    command(&large, &json!({"consent": {"app": "delegated"}}));
    let people = large.tenant.world().people_at_birth();
    let last = people.iter().rposition(|person| !person.guest && !person.disabled).unwrap();
    assert!(last >= small.tenant.world().people.len());
    let browser = Browser::new(&large);
    let url = authorize(&large, "delegated", &[("scope", "openid offline_access User.Read")]);
    let signed_in =
        |url: &str| browser.through_as(browser.get(url), &people[last].upn, &people[last].password).back();
    let held = member(&ok(&redeem(&large, &signed_in(&url).code(), &[])), "refresh_token");
    let code = signed_in(&url).code();
    let page = browser.get(&format!("{url}&prompt=consent")).page();
    // The same key opens all of it there, and it is of nobody.
    assert_eq!(refusal(&refresh(&small, &held, &[])).2, 9_002_313);
    assert_eq!(refusal(&redeem(&small, &code, &[])).2, 9_002_313);
    let form = encode(&[("flowToken", page.flow_token().as_str()), ("step", "accept")]);
    assert_eq!(small.send("POST", &page.action(), &[], &form).status, 400);
    let cookie = browser.cookie("ESTSAUTH-").unwrap();
    let answer = small.send("GET", &format!("{url}&prompt=none"), &[("cookie", &cookie)], "");
    assert!(answer.headers["location"].to_str().unwrap().contains("AADSTS50058"));
}
