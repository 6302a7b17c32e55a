//! The pages of Entra ID: signing in, consent, devices, signing out.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Chapter;
use crate::browser::Browser;
use crate::desk::{Desk, Reply, encode};
use crate::entra::changed;

/// What `S256` makes of the verifier of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn chapters() -> Vec<Chapter> {
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
pub(crate) fn authorize(desk: &Desk, app: &str, more: &[(&str, &str)]) -> String {
    let fields = [
        ("client_id", if app.len() == 36 { app } else { desk.app(app).0 }),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("scope", "openid profile offline_access User.Read"),
        ("state", "the state"),
    ];
    format!("{}?{}", desk.login("/oauth2/v2.0/authorize"), encode(&changed(&fields, more)))
}

/// Redeems a code of the public application `delegated`.
pub(crate) fn redeem(desk: &Desk, code: &str, more: &[(&str, &str)]) -> Reply {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", desk.app("delegated").0),
        ("code", code),
        ("redirect_uri", "http://localhost"),
    ];
    desk.form("redeem", &desk.login("/oauth2/v2.0/token"), &changed(&fields, more))
}

/// From the first page to tokens, in either version.
fn codes(desk: &Desk) {
    let browser = Browser::new(desk, "code");
    let code = browser.consent(&authorize(desk, "delegated", &[]), desk.user("user")).code();
    for more in [
        ("redirect_uri", "http://localhost/spa"),
        ("redirect_uri", ""),
        ("code", "nonsense"),
        ("code_verifier", VERIFIER),
        ("client_id", desk.app("full").0),
        ("client_info", "1"),
        ("client_info", "1"),
    ] {
        redeem(desk, &code, &[more]);
    }
    let spa = "http://localhost/spa";
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256"), ("redirect_uri", spa)];
    let code = browser.get(&authorize(desk, "delegated", &pkce)).code();
    redeem(desk, &code, &[("redirect_uri", spa)]);
    redeem(desk, &code, &[("redirect_uri", spa), ("code_verifier", &"x".repeat(43))]);
    let origin = [("origin", "https://app.example")];
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", desk.app("delegated").0),
        ("code", code.as_str()),
        ("redirect_uri", spa),
        ("code_verifier", VERIFIER),
    ];
    desk.send("redeem-spa", "POST", &desk.login("/oauth2/v2.0/token"), &origin, encode(&fields)).done();
    let late = browser.get(&authorize(desk, "delegated", &[])).code();
    desk.advance("PT11M").done();
    redeem(desk, &late, &[]);
    // Version 1.0 names a resource.
    let (id, secret) = desk.app("full");
    let fields = [
        ("client_id", id),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("resource", "https://graph.microsoft.com"),
        ("state", "the state"),
    ];
    let url = format!("{}?{}", desk.login("/oauth2/authorize"), encode(&fields));
    let code = Browser::new(desk, "code-v1").consent(&url, desk.user("user")).code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("client_secret", secret),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost"),
        ("resource", "https://graph.microsoft.com"),
    ];
    desk.form("redeem-v1", &desk.login("/oauth2/token"), &fields).done();
    desk.form("redeem-v1", &desk.login("/oauth2/token"), &fields);
    desk.control("journal", "GET", "…/commands", "").done();
}

/// Authorize requests of every kind, and those that can't be.
fn requests(desk: &Desk) {
    let browser = Browser::new(desk, "request");
    browser.consent(&authorize(desk, "delegated", &[]), desk.user("user"));
    desk.command("implicit", &json!({"setApplication": {"app": "delegated", "implicit": true}})).done();
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
        browser.get(&authorize(desk, "delegated", &more));
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
        ("login_hint", desk.user("user").0),
        ("login_hint", desk.user("security-reader").0),
        ("max_age", "0"),
        ("max_age", "soon"),
        ("code_challenge_method", "S512"),
        ("request", "eyJ"),
        ("claims", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#),
        ("claims", "{"),
        ("resource", "https://graph.microsoft.com"),
    ] {
        browser.get(&authorize(desk, "delegated", &[more]));
    }
    for tenant in ["common", "organizations", "consumers", "nobody", "nobody.example"] {
        browser.get(&authorize(desk, "delegated", &[]).replace(desk.id(), tenant));
        browser.get(&authorize(desk, "full", &[]).replace(desk.id(), tenant));
    }
    for path in ["/oauth2/v2.0/authorize", "/oauth2/authorize"] {
        let fields = [
            ("client_id", desk.app("delegated").0),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost"),
            ("scope", "openid User.Read"),
            ("resource", if path.contains("v2") { "" } else { "https://graph.microsoft.com" }),
        ];
        browser.post(&desk.login(path), &changed(&fields, &[]));
    }
    browser.post(&desk.login("/login"), &[("step", "username")]);
    browser.post(&desk.login("/login"), &[("flowToken", "nonsense"), ("step", "username")]);
}

/// Passwords, second factors, conditions.
fn sign_ins(desk: &Desk) {
    let (upn, password) = desk.user("user");
    let browser = Browser::new(desk, "sign-in");
    let first = browser.get(&authorize(desk, "full", &[]));
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
        set_user(desk, &change);
        let browser = Browser::new(desk, label);
        let mut shown = browser.sign_in(&authorize(desk, "full", &[]), (upn, password));
        for (step, otc) in steps {
            shown = browser.press(&shown, step, &[("otc", otc)]);
        }
    }
    set_user(desk, &json!({"enabled": true, "passwordExpired": true}));
    let browser = Browser::new(desk, "new-password");
    let mut shown = browser.sign_in(&authorize(desk, "full", &[]), (upn, password));
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
        desk.command("policy", &policy).done();
        Browser::new(desk, control).sign_in(&authorize(desk, "full", &[]), (upn, "New-1-password"));
    }
    desk.command("policy", &json!({"removeConditionalAccess": {"name": "one"}})).done();
    for n in 0..12 {
        let browser = Browser::new(desk, "lockout");
        browser.sign_in(&authorize(desk, "full", &[]), (upn, &format!("guess {n}")));
    }
    desk.advance("PT2M").done();
    Browser::new(desk, "unlocked").sign_in(&authorize(desk, "full", &[]), (upn, "New-1-password"));
    desk.control("directory", "GET", "…/directory", "").done();
    desk.control("journal", "GET", "…/commands", "").done();
}

fn set_user(desk: &Desk, change: &serde_json::Value) {
    let mut user = json!({"user": "user"});
    user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    desk.command("set-user", &json!({ "setUser": user })).done();
}

/// Who is asked for consent, and what comes of it.
fn consents(desk: &Desk) {
    let alerts = [("scope", "https://graph.microsoft.com/SecurityAlert.Read.All User.Read")];
    let user = desk.user("user");
    let refused = Browser::new(desk, "refused");
    let page = refused.sign_in(&authorize(desk, "delegated", &[]), user);
    refused.press(&page, "cancel", &[]);
    let browser = Browser::new(desk, "need-admin");
    let page = browser.sign_in(&authorize(desk, "delegated", &alerts), user);
    for step in ["request", "accept", "cancel"] {
        browser.press(&page, step, &[("justification", "please")]);
    }
    desk.command("policy", &json!({"setPolicies": {"consentRequests": true}})).done();
    let page = browser.get(&authorize(desk, "delegated", &alerts));
    let sent = browser.press(&page, "request", &[("justification", "For <b>work</b>")]);
    browser.press(&sent, "cancel", &[]);
    desk.control("asked", "GET", "…/directory", "").done();
    desk.command("policy", &json!({"setPolicies": {"userConsent": false}})).done();
    Browser::new(desk, "switched-off").sign_in(&authorize(desk, "delegated", &[]), user);
    let admin = Browser::new(desk, "admin-on-the-way");
    let page = admin.sign_in(&authorize(desk, "delegated", &alerts), desk.user("global-admin"));
    let code = admin.press(&page, "accept", &[("consentOrganization", "true")]).code();
    redeem(desk, &code, &[]).done();
    Browser::new(desk, "consented").sign_in(&authorize(desk, "delegated", &alerts), user).code();
    desk.control("consented", "GET", "…/directory", "").done();
    desk.command("revoke", &json!({"revokeConsent": {"app": "delegated"}})).done();
    desk.control("revoked", "GET", "…/directory", "").done();
}

/// The endpoint at which administrators consent for everybody; and applications of other tenants.
fn administrators(desk: &Desk) {
    let url = |app: &str, path: &str, scope: &str| {
        let fields = [
            ("client_id", desk.app(app).0),
            ("redirect_uri", "http://localhost"),
            ("state", "s t"),
            ("scope", scope),
        ];
        format!("{}?{}", desk.login(path), encode(&changed(&fields, &[])))
    };
    for (path, scope) in [
        ("/v2.0/adminconsent", "https://graph.microsoft.com/SecurityAlert.Read.All"),
        ("/v2.0/adminconsent", "https://graph.microsoft.com/.default"),
        ("/v2.0/adminconsent", "https://graph.microsoft.com/Nope.Read"),
        ("/v2.0/adminconsent", ""),
        ("/adminconsent", ""),
    ] {
        for persona in ["user", "global-admin"] {
            let browser = Browser::new(desk, &format!("admin-consent-{persona}"));
            let page = browser.sign_in(&url("unconsented", path, scope), desk.user(persona));
            if page.back.is_none() && page.title() == "Permissions requested" {
                browser.press(&page, "cancel", &[]);
                browser.press(&page, "accept", &[]);
            }
        }
    }
    desk.control("directory", "GET", "…/directory", "").done();
    let company = json!({"seed": 7, "size": "tiny", "freeze": true, "start": "2026-11-24T00:00:00Z"});
    let there = desk.control("neighbour", "POST", "/_mock/tenants", company.to_string()).done().json();
    let there = desk.about(there);
    let browser = Browser::new(&there, "of-another-tenant");
    let foreign = desk.app("delegated").0;
    let code = browser.consent(&authorize(&there, foreign, &[]), there.user("user")).code();
    redeem(&there, &code, &[("client_id", foreign)]).done();
    redeem(desk, &code, &[]);
    Browser::new(&there, "single-tenant").get(&authorize(&there, desk.app("full").0, &[]));
    there.control("directory", "GET", "…/directory", "").done();
    there.control("export", "GET", "…/export", "").done();
    let common =
        authorize(desk, "delegated", &[("login_hint", there.user("user").0)]).replace(desk.id(), "common");
    browser.get(&common);
}
