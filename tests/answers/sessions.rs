//! Devices that are let in, and browsers that remember who signed in.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Script;
use crate::browser::{Browser, Shown};
use crate::client::{Client, OWN, encode};
use crate::entra::changed;
use crate::pages::{authorize, redeem};

pub(crate) fn scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), devices), (MockDefender::builder(), sessions)]
}

/// Devices, and who lets them in.
fn devices(client: &Client) {
    let urn = "urn:ietf:params:oauth:grant-type:device_code";
    let id = client.app("delegated").0;
    let start = || {
        let fields = [("client_id", id), ("scope", "User.Read openid offline_access")];
        let codes = client.form("device", &client.login("/oauth2/v2.0/devicecode"), &fields).done();
        (codes.member("device_code"), codes.member("user_code"))
    };
    let poll = |code: &str| {
        let fields = [("grant_type", urn), ("client_id", id), ("device_code", code)];
        client.form("poll", &client.login("/oauth2/v2.0/token"), &fields)
    };
    let (code, typed) = start();
    poll(&code);
    let browser = Browser::new(client, "device");
    let page = browser.get(&format!("{OWN}/device"));
    browser.get(&format!("{OWN}/common/oauth2/deviceauth?otc={typed}"));
    let page = browser.press(&page, "code", &[("code", "WRONGCODE")]);
    let shown = browser.press(&page, "code", &[("code", &typed)]);
    let mut shown: Shown = browser.through(shown, client.user("user"));
    for _ in 0..2 {
        shown = browser.press(&shown, "accept", &[]);
    }
    poll(&code).done();
    poll(&code);
    let (code, typed) = start();
    let page = browser.post(&format!("{OWN}/common/oauth2/deviceauth"), &[("code", &typed)]);
    browser.press(&page, "cancel", &[]);
    poll(&code);
    let (code, typed) = start();
    let answer = |user: &str, accept: bool| json!({"answerDevice": {"userCode": typed, "user": user, "accept": accept}});
    client.command("answer", &answer("user", true)).done();
    client.command("answer-again", &answer("user", false));
    poll(&code).done();
    let (code, typed) = start();
    client.advance("PT15M").done();
    poll(&code);
    browser.post(&format!("{OWN}/device"), &[("code", &typed)]);
    let fields = [("client_id", id), ("resource", "https://graph.microsoft.com")];
    let codes = client.form("device-v1", &client.login("/oauth2/devicecode"), &fields).done();
    let (code, typed) = (codes.member("device_code"), codes.member("user_code"));
    let yes = json!({"answerDevice": {"userCode": typed, "user": "user", "accept": true, "mfa": true}});
    client.command("answer", &yes).done();
    let fields = [
        ("grant_type", "device_code"),
        ("client_id", id),
        ("code", code.as_str()),
        ("resource", "https://graph.microsoft.com"),
    ];
    client.form("poll-v1", &client.login("/oauth2/token"), &fields).done();
    for more in [("scope", ""), ("client_id", ""), ("scope", "User.Rend")] {
        let fields = changed(&[("client_id", id), ("scope", "User.Read")], &[more]);
        client.form("device-bad", &client.login("/oauth2/v2.0/devicecode"), &fields);
    }
    client.control("journal", "GET", "…/commands", "").done();
}

/// Several users in one browser, frames, and signing out.
fn sessions(client: &Client) {
    let logout = json!({"setApplication": {"app": "full", "logoutUrl": "https://localhost/out"}});
    client.command("logout-url", &logout).done();
    let browser = Browser::new(client, "sessions");
    browser.sign_in(&authorize(client, "full", &[]), client.user("user"));
    let login = authorize(client, "full", &[("prompt", "login")]);
    browser.sign_in(&login, client.user("security-reader"));
    let page = browser.get(&authorize(client, "full", &[("prompt", "select_account")]));
    browser.submit(&page, &[("account", "other")]);
    browser.get(&authorize(client, "full", &[("prompt", "none")]));
    let hinted = [("prompt", "none"), ("login_hint", client.user("user").0)];
    browser.get(&authorize(client, "full", &hinted));
    let framed = Browser::new(client, "framed").sending("sec-fetch-dest", "iframe");
    framed.get(&authorize(client, "full", &[("prompt", "none")]));
    let elsewhere = Browser::new(client, "elsewhere").sending("origin", "https://evil.example");
    elsewhere.submit(&page, &[("account", "other")]);
    for path in ["/oauth2/v2.0/logout", "/oauth2/logout"] {
        let query = encode(&[
            ("post_logout_redirect_uri", "http://localhost"),
            ("logout_hint", client.user("user").0),
        ]);
        browser.get(&format!("{}?{query}", client.login(path)));
    }
    let evil = [("post_logout_redirect_uri", "https://evil.example"), ("state", "s")];
    browser.post(&client.login("/oauth2/v2.0/logout"), &evil);
    browser.get(&client.login("/oauth2/v2.0/logout"));
    browser.get(&format!("{OWN}/common/oauth2/v2.0/logout"));
    browser.get(&authorize(client, "full", &[("prompt", "none")]));
    let change = json!({"openerIsolation": true, "thirdPartyCookies": false, "lenientResource": true,
        "descriptionLines": true, "tokenLifetime": 900, "signInFrequency": 3_600, "securityDefaults": true});
    client.command("policies", &json!({ "setPolicies": change })).done();
    let code = browser.consent(&authorize(client, "delegated", &[]), client.user("user")).code();
    redeem(client, &code, &[]).done();
    redeem(client, &code, &[]);
    framed.get(&authorize(client, "full", &[("prompt", "none")]));
    client.advance("PT2H").done();
    browser.get(&authorize(client, "full", &[]));
    client.control("directory", "GET", "…/directory", "").done();
}
