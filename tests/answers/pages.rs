//! The pages of Entra ID: signing in, consent, devices, signing out.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Script;
use crate::browser::Browser;
use crate::client::{Client, Reply, encode};
use crate::entra::changed;

/// What `S256` makes of the verifier of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    vec![
        (tiny(), codes),
        (tiny(), requests),
        (tiny(), sign_ins),
        (tiny(), consents),
        (tiny(), administrators),
    ]
}

/// The address of the authorize endpoint of version 2.0; an empty value leaves a parameter out.
pub(crate) fn authorize(client: &Client, app: &str, more: &[(&str, &str)]) -> String {
    let fields = [
        ("client_id", if app.len() == 36 { app } else { client.app(app).0 }),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("scope", "openid profile offline_access User.Read"),
        ("state", "the state"),
    ];
    format!("{}?{}", client.login("/oauth2/v2.0/authorize"), encode(&changed(&fields, more)))
}

/// Redeems a code of the public application `delegated`.
pub(crate) fn redeem(client: &Client, code: &str, more: &[(&str, &str)]) -> Reply {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client.app("delegated").0),
        ("code", code),
        ("redirect_uri", "http://localhost"),
    ];
    client.form("redeem", &client.login("/oauth2/v2.0/token"), &changed(&fields, more))
}

/// From the first page to tokens, in either version.
fn codes(client: &Client) {
    let browser = Browser::new(client, "code");
    let code = browser.consent(&authorize(client, "delegated", &[]), client.user("user")).code();
    for more in [
        ("redirect_uri", "http://localhost/spa"),
        ("redirect_uri", ""),
        ("code", "nonsense"),
        ("code_verifier", VERIFIER),
        ("client_id", client.app("full").0),
        ("client_info", "1"),
        ("client_info", "1"),
    ] {
        redeem(client, &code, &[more]);
    }
    let spa = "http://localhost/spa";
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256"), ("redirect_uri", spa)];
    let code = browser.get(&authorize(client, "delegated", &pkce)).code();
    redeem(client, &code, &[("redirect_uri", spa)]);
    redeem(client, &code, &[("redirect_uri", spa), ("code_verifier", &"x".repeat(43))]);
    let origin = [("origin", "https://app.example")];
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client.app("delegated").0),
        ("code", code.as_str()),
        ("redirect_uri", spa),
        ("code_verifier", VERIFIER),
    ];
    client.send("redeem-spa", "POST", &client.login("/oauth2/v2.0/token"), &origin, encode(&fields)).done();
    let late = browser.get(&authorize(client, "delegated", &[])).code();
    client.advance("PT11M").done();
    redeem(client, &late, &[]);
    // Version 1.0 names a resource.
    let (id, secret) = client.app("full");
    let fields = [
        ("client_id", id),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("resource", "https://graph.microsoft.com"),
        ("state", "the state"),
    ];
    let url = format!("{}?{}", client.login("/oauth2/authorize"), encode(&fields));
    let code = Browser::new(client, "code-v1").consent(&url, client.user("user")).code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("client_secret", secret),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost"),
        ("resource", "https://graph.microsoft.com"),
    ];
    client.form("redeem-v1", &client.login("/oauth2/token"), &fields).done();
    client.form("redeem-v1", &client.login("/oauth2/token"), &fields);
    client.control("journal", "GET", "…/commands", "").done();
}

/// Authorize requests of every kind, and those that can't be.
fn requests(client: &Client) {
    let browser = Browser::new(client, "request");
    browser.consent(&authorize(client, "delegated", &[]), client.user("user"));
    client.command("implicit", &json!({"setApplication": {"app": "delegated", "implicit": true}})).done();
    for (kind, mode) in [
        ("code", "query"),
        ("code", "fragment"),
        ("code", "form_post"),
        ("id_token", "fragment"),
        ("id_token", "form_post"),
        ("id_token", "query"),
        ("token", "fragment"),
        ("code id_token", "fragment"),
        ("id_token token", "fragment"),
        ("code", "carrier pigeon"),
        ("poem", "query"),
        ("none", "query"),
    ] {
        let more = [("response_type", kind), ("response_mode", mode), ("nonce", "n1")];
        browser.get(&authorize(client, "delegated", &more));
    }
    for more in [
        ("nonce", ""),
        ("client_id", ""),
        ("client_id", "x"),
        ("client_id", "11111111-2222-4333-8444-555555555555"),
        ("redirect_uri", "https://evil.example"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://login.microsoftonline.com/common/oauth2/nativeclient"),
        ("response_type", ""),
        ("scope", ""),
        ("scope", "User.Rend"),
        ("scope", "api://nobody/x"),
        ("scope", "User.Read .default"),
        ("state", ""),
        ("prompt", "none"),
        ("prompt", "login"),
        ("prompt", "select_account"),
        ("prompt", "consent"),
        ("prompt", "dance"),
        ("login_hint", client.user("user").0),
        ("login_hint", client.user("security-reader").0),
        ("max_age", "0"),
        ("max_age", "soon"),
        ("code_challenge_method", "S512"),
        ("request", "eyJ"),
        ("claims", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#),
        ("claims", "{"),
        ("resource", "https://graph.microsoft.com"),
    ] {
        browser.get(&authorize(client, "delegated", &[more]));
    }
    for tenant in ["common", "organizations", "consumers", "nobody", "nobody.example"] {
        browser.get(&authorize(client, "delegated", &[]).replace(client.id(), tenant));
        browser.get(&authorize(client, "full", &[]).replace(client.id(), tenant));
    }
    for path in ["/oauth2/v2.0/authorize", "/oauth2/authorize"] {
        let fields = [
            ("client_id", client.app("delegated").0),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost"),
            ("scope", "openid User.Read"),
            ("resource", if path.contains("v2") { "" } else { "https://graph.microsoft.com" }),
        ];
        browser.post(&client.login(path), &changed(&fields, &[]));
    }
    browser.post(&client.login("/login"), &[("step", "username")]);
    browser.post(&client.login("/login"), &[("flowToken", "nonsense"), ("step", "username")]);
}

/// Passwords, second factors, conditions.
fn sign_ins(client: &Client) {
    let (upn, password) = client.user("user");
    let browser = Browser::new(client, "sign-in");
    let first = browser.get(&authorize(client, "full", &[]));
    for login in ["", "nobody@contoso.onmicrosoft.com", "nobody@elsewhere.example", "<b>"] {
        browser.press(&first, "username", &[("login", login)]);
    }
    let second = browser.press(&first, "username", &[("login", upn)]);
    for wrong in ["", "wrong", "worse"] {
        browser.press(&second, "password", &[("passwd", wrong)]);
    }
    browser.press(&second, "restart", &[]);
    browser.press(&second, "dance", &[]);
    browser.press(&second, "password", &[("passwd", password), ("kmsi", "true")]);
    for (label, change, steps) in [
        ("mfa", json!({"mfa": "required"}), &[("mfa", "000000"), ("mfa", "123456")][..]),
        ("enrol", json!({"mfa": "unregistered"}), &[("enrol", "")][..]),
        ("risk", json!({"mfa": "off", "risk": "high"}), &[][..]),
        ("locked", json!({"risk": "none", "locked": true}), &[][..]),
        ("disabled", json!({"locked": false, "enabled": false}), &[][..]),
    ] {
        set_user(client, &change);
        let browser = Browser::new(client, label);
        let mut shown = browser.sign_in(&authorize(client, "full", &[]), (upn, password));
        for (step, otc) in steps {
            shown = browser.press(&shown, step, &[("otc", otc)]);
        }
    }
    set_user(client, &json!({"enabled": true, "passwordExpired": true}));
    let browser = Browser::new(client, "new-password");
    let mut shown = browser.sign_in(&authorize(client, "full", &[]), (upn, password));
    for (old, new, again) in [
        ("wrong", "New-1-password", "New-1-password"),
        (password, "New-1-password", "other"),
        (password, "New-1-password", "New-1-password"),
    ] {
        let fields = [("passwd", old), ("newpasswd", new), ("confirmpasswd", again)];
        shown = browser.press(&shown, "newpassword", &fields);
    }
    for control in ["block", "mfa", "compliantDevice", "joinedDevice"] {
        let policy = json!({"setConditionalAccess": {"name": "one", "control": control, "apps": ["full"]}});
        client.command("policy", &policy).done();
        Browser::new(client, control).sign_in(&authorize(client, "full", &[]), (upn, "New-1-password"));
    }
    client.command("policy", &json!({"removeConditionalAccess": {"name": "one"}})).done();
    for n in 0..12 {
        let browser = Browser::new(client, "lockout");
        browser.sign_in(&authorize(client, "full", &[]), (upn, &format!("guess {n}")));
    }
    client.advance("PT2M").done();
    Browser::new(client, "unlocked").sign_in(&authorize(client, "full", &[]), (upn, "New-1-password"));
    client.control("directory", "GET", "…/directory", "").done();
    client.control("journal", "GET", "…/commands", "").done();
}

fn set_user(client: &Client, change: &serde_json::Value) {
    let mut user = json!({"user": "user"});
    user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    client.command("set-user", &json!({ "setUser": user })).done();
}

/// Who is asked for consent, and what comes of it.
fn consents(client: &Client) {
    let alerts = [("scope", "https://graph.microsoft.com/SecurityAlert.Read.All User.Read")];
    let user = client.user("user");
    let refused = Browser::new(client, "refused");
    let page = refused.sign_in(&authorize(client, "delegated", &[]), user);
    refused.press(&page, "cancel", &[]);
    let browser = Browser::new(client, "need-admin");
    let page = browser.sign_in(&authorize(client, "delegated", &alerts), user);
    for step in ["request", "accept", "cancel"] {
        browser.press(&page, step, &[("justification", "please")]);
    }
    client.command("policy", &json!({"setPolicies": {"consentRequests": true}})).done();
    let page = browser.get(&authorize(client, "delegated", &alerts));
    let sent = browser.press(&page, "request", &[("justification", "For <b>work</b>")]);
    browser.press(&sent, "cancel", &[]);
    client.control("asked", "GET", "…/directory", "").done();
    client.command("policy", &json!({"setPolicies": {"userConsent": false}})).done();
    Browser::new(client, "switched-off").sign_in(&authorize(client, "delegated", &[]), user);
    let admin = Browser::new(client, "admin-on-the-way");
    let page = admin.sign_in(&authorize(client, "delegated", &alerts), client.user("global-admin"));
    let code = admin.press(&page, "accept", &[("consentOrganization", "true")]).code();
    redeem(client, &code, &[]).done();
    Browser::new(client, "consented").sign_in(&authorize(client, "delegated", &alerts), user).code();
    client.control("consented", "GET", "…/directory", "").done();
    client.command("revoke", &json!({"revokeConsent": {"app": "delegated"}})).done();
    client.control("revoked", "GET", "…/directory", "").done();
}

/// The endpoint at which administrators consent for everybody; and applications of other tenants.
fn administrators(client: &Client) {
    let url = |app: &str, path: &str, scope: &str| {
        let fields = [
            ("client_id", client.app(app).0),
            ("redirect_uri", "http://localhost"),
            ("state", "s t"),
            ("scope", scope),
        ];
        format!("{}?{}", client.login(path), encode(&changed(&fields, &[])))
    };
    for (path, scope) in [
        ("/v2.0/adminconsent", "https://graph.microsoft.com/SecurityAlert.Read.All"),
        ("/v2.0/adminconsent", "https://graph.microsoft.com/.default"),
        ("/v2.0/adminconsent", "https://graph.microsoft.com/Nope.Read"),
        ("/v2.0/adminconsent", ""),
        ("/adminconsent", ""),
    ] {
        for persona in ["user", "global-admin"] {
            let browser = Browser::new(client, &format!("admin-consent-{persona}"));
            let page = browser.sign_in(&url("unconsented", path, scope), client.user(persona));
            if page.back.is_none() && page.title() == "Permissions requested" {
                browser.press(&page, "cancel", &[]);
                browser.press(&page, "accept", &[]);
            }
        }
    }
    client.control("directory", "GET", "…/directory", "").done();
    let company = json!({"seed": 7, "size": "tiny", "freeze": true, "start": "2026-11-24T00:00:00Z"});
    let there = client.control("neighbour", "POST", "/_mock/tenants", company.to_string()).done().json();
    let there = client.about(there);
    let browser = Browser::new(&there, "of-another-tenant");
    let foreign = client.app("delegated").0;
    let code = browser.consent(&authorize(&there, foreign, &[]), there.user("user")).code();
    redeem(&there, &code, &[("client_id", foreign)]).done();
    redeem(client, &code, &[]);
    Browser::new(&there, "single-tenant").get(&authorize(&there, client.app("full").0, &[]));
    there.control("directory", "GET", "…/directory", "").done();
    there.control("export", "GET", "…/export", "").done();
    let common = authorize(client, "delegated", &[("login_hint", there.user("user").0)])
        .replace(client.id(), "common");
    browser.get(&common);
}
