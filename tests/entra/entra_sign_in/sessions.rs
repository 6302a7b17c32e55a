//! Browser sessions: how long they last, and when a user must sign in again all the same.

use mock_defender::model::person::Persona;
use mock_defender::model::time::Span;
use serde_json::json;

use crate::browser::{
    Browser, Page, Shown, authorize, claims, command, member, neighbour, ok, person, person_of, redeem,
};
use crate::kit::Kit;

fn signed_in<'k>(kit: &'k Kit, persona: &str) -> Browser<'k> {
    let browser = Browser::new(kit);
    browser.consent(&authorize(kit, "delegated", &[]), persona);
    browser
}

fn ask(browser: &Browser<'_>, more: &[(&str, &str)]) -> Shown {
    browser.get(&authorize(browser.kit, "delegated", more))
}

#[test]
fn each_prompt_value_shows_its_page() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    let (upn, _) = person(&kit, "user");
    for (prompt, expected) in [
        ("", "back"),
        ("none", "back"),
        ("login", "Sign in"),
        ("create", "Sign in"),
        ("select_account", "Pick an account"),
        ("consent", "Permissions requested"),
        ("admin_consent", "invalid_request 90100"),
    ] {
        assert_eq!(ask(&browser, &[("prompt", prompt)]).is(), expected, "{prompt}");
    }
    assert_eq!(ask(&browser, &[("prompt", "login"), ("login_hint", &upn)]).is(), "Enter password");
    let old = authorize(
        &kit,
        "delegated",
        &[("prompt", "admin_consent"), ("resource", "https://graph.microsoft.com")],
    );
    assert_eq!(browser.get(&old.replace("/v2.0/", "/")).is(), "Need admin approval");

    let fresh = Browser::new(&kit);
    for (prompt, expected) in [
        ("", "Sign in"),
        ("none", "login_required 50058"),
        ("login", "Sign in"),
        ("select_account", "Sign in"),
        ("consent", "Sign in"),
    ] {
        assert_eq!(ask(&fresh, &[("prompt", prompt)]).is(), expected, "{prompt}");
    }
    // The hint spares the first page, and one that means nobody fills it in.
    assert_eq!(ask(&fresh, &[("login_hint", &upn)]).is(), "Enter password");
    let page = ask(&fresh, &[("login_hint", "nobody@nowhere.example")]).page();
    assert_eq!(page.inputs("text"), [("login".to_owned(), "nobody@nowhere.example".to_owned())]);
}

#[test]
fn prompt_none_names_the_interaction_that_is_required() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    let silent = |more: &[(&str, &str)]| {
        let mut all = vec![("prompt", "none")];
        all.extend_from_slice(more);
        ask(&browser, &all)
    };
    let back = silent(&[("scope", "https://graph.microsoft.com/SecurityAlert.Read.All")]).back();
    assert_eq!(back.error(), ("consent_required", 65_001));
    assert_eq!(back.get("state"), Some("the state"));
    let (stranger, _) = person(&kit, "security-reader");
    assert_eq!(silent(&[("login_hint", &stranger)]).is(), "login_required 50058");
    command(&kit, &json!({"setUser": {"user": "user", "mfa": "required"}}));
    let back = silent(&[]).back();
    assert_eq!(back.error(), ("interaction_required", 50_076));
    assert!(back.get("claims").unwrap().contains("capolids"));
    command(&kit, &json!({"setUser": {"user": "user", "mfa": "off", "enabled": false}}));
    assert_eq!(silent(&[]).is(), "login_required 50058", "the session of who is disabled is none");
}

#[test]
fn an_account_picker_is_shown_for_several_sessions() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    browser.consent(&authorize(&kit, "delegated", &[("prompt", "login")]), "security-reader");
    let page = ask(&browser, &[]).page();
    assert_eq!(page.title(), "Pick an account");
    let choices: Vec<_> = page.buttons().into_iter().filter(|(name, _)| name == "account").collect();
    assert_eq!(choices.len(), 3, "{choices:?}");
    let who = |shown: Shown| {
        let tokens = ok(&redeem(&kit, &shown.back().code(), &[]));
        claims(&member(&tokens, "access_token"))["upn"].as_str().unwrap().to_owned()
    };
    for persona in ["user", "security-reader"] {
        let id = crate::browser::oid(&kit, persona);
        let (upn, _) = person(&kit, persona);
        assert_eq!(who(browser.submit(&page, &[("account", &id)])), upn);
        assert_eq!(who(ask(&browser, &[("login_hint", &upn)])), upn);
    }
    assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "interaction_required 50074");
    let other = browser.submit(&page, &[("account", "other")]);
    assert_eq!(other.is(), "Sign in");
    let shown = browser.through(other, "security-admin");
    assert_eq!(shown.is(), "Permissions requested");
    // Nobody picks an account that is not there: the password is asked for.
    let stranger = crate::browser::oid(&kit, "global-admin");
    assert_eq!(browser.submit(&page, &[("account", &stranger)]).is(), "Enter password");
    assert_eq!(browser.submit(&page, &[("account", "nonsense")]).is(), "Sign in");
    // With one account there is nothing to pick, unless the application wants that.
    let alone = signed_in(&kit, "user");
    let page = ask(&alone, &[("prompt", "select_account")]).page();
    assert_eq!(
        who(alone.submit(&page, &[("account", &crate::browser::oid(&kit, "user"))])),
        person(&kit, "user").0
    );
}

#[test]
fn a_session_lasts_a_day_unless_it_is_used_and_three_months_where_it_is_kept() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    let silent = |browser: &Browser<'_>| ask(browser, &[("prompt", "none")]).is();
    for _ in 0..3 {
        kit.tenant.advance(Span::hours(23)).unwrap();
        assert_eq!(silent(&browser), "back");
    }
    kit.tenant.advance(Span::hours(24)).unwrap();
    assert_eq!(silent(&browser), "login_required 50058");

    let kept = Browser::new(&kit);
    let (upn, password) = person(&kit, "user");
    let page = ask(&kept, &[("login_hint", &upn)]).page();
    assert_eq!(page.inputs("checkbox"), [("kmsi".to_owned(), "true".to_owned())]);
    let answer = kept.ask(
        "POST",
        &page.action(),
        &crate::browser::encode(&[
            ("flowToken", &page.flow_token()),
            ("step", "password"),
            ("passwd", &password),
            ("kmsi", "true"),
        ]),
    );
    let cookie =
        answer.headers.get_all("set-cookie").iter().find(|cookie| cookie.as_bytes().starts_with(b"ESTSAUTH"));
    let cookie = cookie.unwrap().to_str().unwrap();
    assert!(cookie.contains("; Max-Age=7776000; HttpOnly; Secure; SameSite=None"), "{cookie}");
    assert!(!cookie.contains(&upn));
    kit.tenant.advance(Span::days(3)).unwrap();
    assert_eq!(silent(&kept), "back");
}

#[test]
fn a_session_ends_when_it_is_revoked_or_the_password_changes() {
    let kit = Kit::tiny();
    for end in [
        json!({"revokeSessions": {"user": "user"}}),
        json!({"setUser": {"user": "user", "password": "Another-one-1"}}),
    ] {
        let browser = Browser::new(&kit);
        let (upn, password) = person(&kit, "user");
        let again = |password: &str| {
            let page = ask(&browser, &[("login_hint", &upn)]).page();
            browser.press(&page, "password", &[("passwd", password)])
        };
        match again(&password) {
            Shown::Page(page) => drop(browser.press(&page, "accept", &[]).back()),
            Shown::Back(_) => {}
        }
        command(&kit, &end);
        // The clock stands still, and yet the session is one of before.
        assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "login_required 50058");
        let new = if end.get("setUser").is_some() { "Another-one-1" } else { password.as_str() };
        assert_eq!(again(new).is(), "back");
        assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "back");
    }
}

#[test]
fn max_age_requires_a_new_sign_in() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    kit.tenant.advance(Span::minutes(10)).unwrap();
    let (upn, password) = person(&kit, "user");
    // By the application's wish; the id token then says when it was.
    for (most, expected) in [("601", "back"), ("600", "back"), ("599", "Sign in"), ("0", "Sign in")] {
        assert_eq!(ask(&browser, &[("max_age", most)]).is(), expected, "{most}");
        let silent = if expected == "back" { "back" } else { "login_required 50058" };
        assert_eq!(ask(&browser, &[("max_age", most), ("prompt", "none")]).is(), silent, "{most}");
    }
    let old = ask(&browser, &[("max_age", "601")]).back();
    let id = claims(&member(&ok(&redeem(&kit, &old.code(), &[])), "id_token"));
    assert_eq!(id["auth_time"].as_i64().unwrap(), id["iat"].as_i64().unwrap() - 600);
    let page = ask(&browser, &[("max_age", "0"), ("login_hint", &upn)]).page();
    let new = browser.press(&page, "password", &[("passwd", &password)]).back();
    let id = claims(&member(&ok(&redeem(&kit, &new.code(), &[])), "id_token"));
    assert_eq!(id["auth_time"], id["iat"]);
    let asked = [("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#)];
    let id = claims(&member(&ok(&redeem(&kit, &ask(&browser, &asked).back().code(), &[])), "id_token"));
    assert!(id["auth_time"].is_i64());
    let id = claims(&member(&ok(&redeem(&kit, &ask(&browser, &[]).back().code(), &[])), "id_token"));
    assert!(id.get("auth_time").is_none());
    // By policy.
    command(&kit, &json!({"setPolicies": {"signInFrequency": 3600}}));
    assert_eq!(ask(&browser, &[]).is(), "back");
    kit.tenant.advance(Span::hours(1)).unwrap();
    assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "login_required 50058");
    assert_eq!(ask(&browser, &[]).is(), "Sign in");
}

#[test]
fn prompt_none_without_cookies_requires_login() {
    let kit = Kit::tiny();
    let mut browser = signed_in(&kit, "user");
    browser.headers.push(("sec-fetch-dest", "iframe"));
    assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "back");
    command(&kit, &json!({"setPolicies": {"thirdPartyCookies": false}}));
    assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "login_required 50058");
    browser.headers.clear();
    assert_eq!(ask(&browser, &[("prompt", "none")]).is(), "back");
}

#[test]
fn an_expired_sign_in_page_is_refused() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let page: Page = ask(&browser, &[]).page();
    let (upn, _) = person(&kit, "user");
    kit.tenant.advance(Span::minutes(59)).unwrap();
    assert_eq!(browser.press(&page, "username", &[("login", &upn)]).is(), "Enter password");
    kit.tenant.advance(Span::minutes(1)).unwrap();
    assert_eq!(browser.press(&page, "username", &[("login", &upn)]).page().number(), 50_089);
}

#[test]
fn pages_are_cut_off_from_their_opener_where_the_tenant_wants_that() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    assert!(!ask(&browser, &[]).page().headers.contains_key("cross-origin-opener-policy"));
    command(&kit, &json!({"setPolicies": {"openerIsolation": true}}));
    assert_eq!(ask(&browser, &[]).page().headers["cross-origin-opener-policy"], "same-origin");
}

#[test]
fn a_user_of_another_tenant_is_redirected_or_refused() {
    let kit = Kit::tiny();
    let neighbour = neighbour(&kit);
    let (upn, password) = person_of(&neighbour, Persona::User);
    let browser = Browser::new(&kit);
    let here = kit.tenant.identity().id.to_string();
    let url = authorize(&kit, "unconsented", &[]);
    let page = browser.get(&url).page();
    let told = browser.press(&page, "username", &[("login", &upn)]).page();
    assert_eq!(told.number(), 50_020);
    assert!(told.text().contains(&upn));
    for word in ["common", "organizations"] {
        let browser = Browser::new(&kit);
        let shown = browser.through_as(browser.get(&url.replace(&here, word)), &upn, &password);
        let page = shown.page();
        assert_eq!(page.title(), "Permissions requested", "{}", page.text());
        assert!(page.url.contains(&neighbour.identity().id.to_string()));
    }
    // Nobody of any tenant.
    let page = browser.press(&page, "username", &[("login", "nobody@nowhere.example")]).page();
    assert_eq!((page.title().as_str(), page.number()), ("Sign in", 50_034));
}

/// Libraries say again what an id token told them to say, instead of a user name, if they have asked for it.
#[test]
fn the_login_hint_of_an_id_token_means_its_user() {
    let kit = Kit::tiny();
    let browser = signed_in(&kit, "user");
    let claims_asked = ("claims", r#"{"id_token":{"login_hint":{"essential":false}}}"#);
    let url = authorize(&kit, "delegated", &[("prompt", "login"), claims_asked]);
    let other = browser.consent(&url, "security-reader");
    let told = claims(&member(&ok(&redeem(&kit, &other.code(), &[])), "id_token"));
    let hint = member(&told, "login_hint");
    let hinted = [("login_hint", hint.as_str()), ("prompt", "none"), claims_asked];
    let again = claims(&member(&ok(&redeem(&kit, &ask(&browser, &hinted).back().code(), &[])), "id_token"));
    assert_eq!((&again["oid"], &again["login_hint"]), (&told["oid"], &told["login_hint"]));
    let fresh = Browser::new(&kit);
    let page = ask(&fresh, &[("login_hint", &hint)]).page();
    assert_eq!(page.title(), "Enter password");
    assert!(page.text().contains(&person(&kit, "security-reader").0));
    let anywhere =
        authorize(&kit, "delegated", &hinted).replace(&kit.tenant.identity().id.to_string(), "organizations");
    assert_eq!(browser.get(&anywhere).is(), "back");
    for broken in ["O.", "O.AAAA", &hint[..hint.len() - 2], &format!("{hint}AA")] {
        assert_eq!(ask(&fresh, &[("login_hint", broken)]).is(), "Sign in", "{broken}");
    }
    // Of the two, one signs out.
    let url = format!("{}?logout_hint={hint}", crate::browser::login(&kit, "/oauth2/v2.0/logout"));
    assert_eq!(browser.get(&url).is(), "Signed out");
    assert_eq!(ask(&browser, &hinted).is(), "login_required 50058");
    let (upn, _) = person(&kit, "user");
    assert_eq!(ask(&browser, &[("prompt", "none"), ("login_hint", &upn)]).is(), "back");
}

/// Applications hear of a sign-out at the addresses that they registered for it.
#[test]
fn sign_out_calls_front_channel_logout_urls() {
    let kit = Kit::tiny();
    command(
        &kit,
        &json!({"setApplication": {"app": "delegated", "logoutUrl": "https://app.example/out?a=1"}}),
    );
    let browser = Browser::new(&kit);
    let back = browser.consent(&authorize(&kit, "delegated", &[]), "user");
    let session = back.get("session_state").unwrap().to_owned();
    let sid = member(&claims(&member(&ok(&redeem(&kit, &back.code(), &[])), "id_token")), "sid");
    assert_eq!(sid, session);
    let page = browser.get(&crate::browser::login(&kit, "/oauth2/v2.0/logout")).page();
    let html = crate::browser::unescaped(&page.html);
    assert!(html.contains("https://app.example/out?a=1&iss=https%3A%2F%2Flocalhost%3A8443%2F"), "{html}");
    assert!(html.contains(&format!("sid={sid}")), "{html}");
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-src http: https:"));
}
