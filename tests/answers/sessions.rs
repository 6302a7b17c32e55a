//! Devices that are let in, and browsers that remember who signed in.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Chapter;
use crate::browser::{Browser, Shown};
use crate::desk::{Desk, OWN, encode};
use crate::entra::changed;
use crate::pages::{authorize, redeem};

pub(crate) fn chapters() -> Vec<Chapter> {
    vec![(MockDefender::builder(), devices), (MockDefender::builder(), sessions)]
}

/// Devices, and who lets them in.
fn devices(desk: &Desk) {
    let urn = "urn:ietf:params:oauth:grant-type:device_code";
    let id = desk.app("delegated").0;
    let start = || {
        let fields = [("client_id", id), ("scope", "User.Read openid offline_access")];
        let codes = desk.form("device", &desk.login("/oauth2/v2.0/devicecode"), &fields).done();
        (codes.member("device_code"), codes.member("user_code"))
    };
    let poll = |code: &str| {
        let fields = [("grant_type", urn), ("client_id", id), ("device_code", code)];
        desk.form("poll", &desk.login("/oauth2/v2.0/token"), &fields)
    };
    let (code, typed) = start();
    poll(&code);
    let browser = Browser::new(desk, "device");
    let page = browser.get(&format!("{OWN}/device"));
    browser.get(&format!("{OWN}/common/oauth2/deviceauth?otc={typed}"));
    let page = browser.press(&page, "code", &[("code", "WRONGCODE")]);
    let shown = browser.press(&page, "code", &[("code", &typed)]);
    let mut shown: Shown = browser.through(shown, desk.user("user"));
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
    desk.command("answer", &answer("user", true)).done();
    desk.command("answer-again", &answer("user", false));
    poll(&code).done();
    let (code, typed) = start();
    desk.advance("PT15M").done();
    poll(&code);
    browser.post(&format!("{OWN}/device"), &[("code", &typed)]);
    let fields = [("client_id", id), ("resource", "https://graph.microsoft.com")];
    let codes = desk.form("device-v1", &desk.login("/oauth2/devicecode"), &fields).done();
    let (code, typed) = (codes.member("device_code"), codes.member("user_code"));
    let yes = json!({"answerDevice": {"userCode": typed, "user": "user", "accept": true, "mfa": true}});
    desk.command("answer", &yes).done();
    let fields = [
        ("grant_type", "device_code"),
        ("client_id", id),
        ("code", code.as_str()),
        ("resource", "https://graph.microsoft.com"),
    ];
    desk.form("poll-v1", &desk.login("/oauth2/token"), &fields).done();
    for more in [("scope", ""), ("client_id", ""), ("scope", "User.Rend")] {
        let fields = changed(&[("client_id", id), ("scope", "User.Read")], &[more]);
        desk.form("device-bad", &desk.login("/oauth2/v2.0/devicecode"), &fields);
    }
    desk.control("journal", "GET", "…/commands", "").done();
}

/// Several users in one browser, frames, and signing out.
fn sessions(desk: &Desk) {
    let logout = json!({"setApplication": {"app": "full", "logoutUrl": "https://localhost/out"}});
    desk.command("logout-url", &logout).done();
    let browser = Browser::new(desk, "sessions");
    browser.sign_in(&authorize(desk, "full", &[]), desk.user("user"));
    let login = authorize(desk, "full", &[("prompt", "login")]);
    browser.sign_in(&login, desk.user("security-reader"));
    let page = browser.get(&authorize(desk, "full", &[("prompt", "select_account")]));
    browser.submit(&page, &[("account", "other")]);
    browser.get(&authorize(desk, "full", &[("prompt", "none")]));
    let hinted = [("prompt", "none"), ("login_hint", desk.user("user").0)];
    browser.get(&authorize(desk, "full", &hinted));
    let framed = Browser::new(desk, "framed").sending("sec-fetch-dest", "iframe");
    framed.get(&authorize(desk, "full", &[("prompt", "none")]));
    let elsewhere = Browser::new(desk, "elsewhere").sending("origin", "https://evil.example");
    elsewhere.submit(&page, &[("account", "other")]);
    for path in ["/oauth2/v2.0/logout", "/oauth2/logout"] {
        let query =
            encode(&[("post_logout_redirect_uri", "http://localhost"), ("logout_hint", desk.user("user").0)]);
        browser.get(&format!("{}?{query}", desk.login(path)));
    }
    let evil = [("post_logout_redirect_uri", "https://evil.example"), ("state", "s")];
    browser.post(&desk.login("/oauth2/v2.0/logout"), &evil);
    browser.get(&desk.login("/oauth2/v2.0/logout"));
    browser.get(&format!("{OWN}/common/oauth2/v2.0/logout"));
    browser.get(&authorize(desk, "full", &[("prompt", "none")]));
    let change = json!({"openerIsolation": true, "thirdPartyCookies": false, "lenientResource": true,
        "descriptionLines": true, "tokenLifetime": 900, "signInFrequency": 3_600, "securityDefaults": true});
    desk.command("policies", &json!({ "setPolicies": change })).done();
    let code = browser.consent(&authorize(desk, "delegated", &[]), desk.user("user")).code();
    redeem(desk, &code, &[]).done();
    redeem(desk, &code, &[]);
    framed.get(&authorize(desk, "full", &[("prompt", "none")]));
    desk.advance("PT2H").done();
    browser.get(&authorize(desk, "full", &[]));
    desk.control("directory", "GET", "…/directory", "").done();
}
