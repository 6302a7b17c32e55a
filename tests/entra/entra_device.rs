//! The device flow: a device polls until somebody has decided at a browser.

use mock_defender::gateway::Answer;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::browser::{
    Browser, OWN, Page, claims, client, command, encode, login, member, oid, ok, refusal, secret, token,
    token_at, try_command,
};
use crate::kit::{Kit, json, text};

const URN: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn no(error: &str, number: u64) -> (u16, String, u64) {
    (400, error.to_owned(), number)
}

fn start_at(kit: &Kit, url: &str, fields: &[(&str, &str)]) -> Answer {
    let id = client(kit, "delegated");
    let mut all = vec![("client_id", id.as_str()), ("scope", "User.Read openid profile offline_access")];
    for (name, value) in fields {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    kit.send("POST", url, &[], &encode(&all))
}

fn start(kit: &Kit) -> Value {
    ok(&start_at(kit, &login(kit, "/oauth2/v2.0/devicecode"), &[]))
}

fn poll(kit: &Kit, codes: &Value, more: &[(&str, &str)]) -> Answer {
    let (id, code) = (client(kit, "delegated"), member(codes, "device_code"));
    let mut fields = vec![("grant_type", URN), ("client_id", id.as_str()), ("device_code", code.as_str())];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    token(kit, &fields)
}

fn answer(kit: &Kit, codes: &Value, accept: bool) {
    let code = member(codes, "user_code");
    command(kit, &json!({"answerDevice": {"userCode": code, "user": "user", "accept": accept}}));
}

#[test]
fn a_device_gets_tokens_after_a_user_approves_it() {
    let kit = Kit::tiny();
    for path in ["/device", "/common/oauth2/deviceauth"] {
        let kit = Kit::tiny();
        let codes = start(&kit);
        let names: Vec<_> = codes.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["user_code", "device_code", "verification_uri", "expires_in", "interval", "message"]
        );
        assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(900), &json!(5)));
        let code = member(&codes, "user_code");
        assert!(code.len() == 9 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{code}");
        let message = member(&codes, "message");
        assert_eq!(message.matches("http").count(), 1, "some clients take the address out of it");
        assert!(message.contains(&format!("{OWN}/device and enter the code {code} ")), "{message}");
        for _ in 0..3 {
            assert_eq!(refusal(&poll(&kit, &codes, &[])), no("authorization_pending", 70_016));
            kit.tenant.advance(Span::seconds(5)).unwrap();
        }

        let browser = Browser::new(&kit);
        let page = browser.get(&format!("{OWN}{path}")).page();
        assert_eq!(page.title(), "Enter code");
        let wrong = browser.press(&page, "code", &[("code", "WRONGCODE")]).page();
        assert_eq!((wrong.title().as_str(), wrong.number()), ("Enter code", 90_119));
        let shown = browser.press(&wrong, "code", &[("code", &format!(" {} ", code.to_lowercase()))]);
        let consent = browser.through(shown, "user").page();
        assert_eq!(consent.title(), "Permissions requested", "{}", consent.text());
        let confirm = browser.press(&consent, "accept", &[]).page();
        assert!(confirm.text().contains("Are you trying to sign in to"), "{}", confirm.text());
        assert!(confirm.text().contains("Analyst console"));
        assert_eq!(refusal(&poll(&kit, &codes, &[])), no("authorization_pending", 70_016));
        let done: Page = browser.press(&confirm, "accept", &[]).page();
        assert!(done.text().contains("You may now close this window"), "{}", done.text());

        let got = ok(&poll(&kit, &codes, &[("client_info", "1")]));
        assert_eq!(got["scope"], "openid profile User.Read");
        assert!(got["refresh_token"].is_string() && got["client_info"].is_string());
        assert_eq!(claims(&member(&got, "access_token"))["oid"], oid(&kit, "user"));
        assert!(claims(&member(&got, "id_token")).get("nonce").is_none());
        // Once.
        assert_eq!(refusal(&poll(&kit, &codes, &[])), no("bad_verification_code", 70_019));
        let page = browser.get(&format!("{OWN}{path}?otc={code}")).page();
        assert_eq!(page.inputs("text"), [("code".to_owned(), code.clone())]);
        assert_eq!(browser.press(&page, "code", &[("code", &code)]).page().number(), 90_120);
        // The browser is signed in now, and has consented.
        let next = start(&kit);
        let shown = browser.post(&format!("{OWN}{path}"), &[("code", &member(&next, "user_code"))]);
        assert!(shown.page().text().contains("Are you trying to sign in to"));
    }
    assert_eq!(kit.send("GET", "https://login.microsoft.com/device", &[], "").status, 200);
}

#[test]
fn v1_numbers_in_answers_are_strings() {
    let kit = Kit::tiny();
    let resource = ("resource", "https://graph.microsoft.com");
    let url = login(&kit, "/oauth2/devicecode");
    let codes = ok(&start_at(&kit, &url, &[resource, ("scope", "")]));
    let names: Vec<_> = codes.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["user_code", "device_code", "verification_url", "expires_in", "interval", "message"]);
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!("900"), &json!("5")));
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    answer(&kit, &codes, true);
    let (id, code) = (client(&kit, "delegated"), member(&codes, "device_code"));
    let fields = [("grant_type", "device_code"), ("client_id", id.as_str()), ("code", &code), resource];
    let got = ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields));
    assert!(got["expires_in"].is_string() && got["expires_on"].is_string());
    assert_eq!(got["resource"], resource.1);
    assert_eq!(claims(&member(&got, "access_token"))["aud"], resource.1);
    let missing = start_at(&kit, &url, &[("scope", "")]);
    assert_eq!(refusal(&missing), no("invalid_request", 900_144));
}

/// Grant and code under the names that MSAL, the command line of Azure and XSOAR have for them.
#[test]
fn device_code_grant_names_and_parameters_of_every_library_are_accepted() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let organizations = format!("{OWN}/organizations/oauth2/v2.0/devicecode");
    for url in [login(&kit, "/oauth2/v2.0/devicecode"), organizations] {
        for (grant, names, scope) in [
            (URN, vec!["device_code", "code"], None),
            (URN, vec!["code"], Some("")),
            ("device_code", vec!["device_code"], Some("User.Read openid profile offline_access")),
            ("device_code", vec!["code"], None),
        ] {
            let codes = ok(&start_at(&kit, &url, &[]));
            answer(&kit, &codes, true);
            let (id, code) = (client(&kit, "delegated"), member(&codes, "device_code"));
            let mut fields = vec![("grant_type", grant), ("client_id", id.as_str())];
            fields.extend(names.iter().map(|name| (*name, code.as_str())));
            fields.extend(scope.map(|scope| ("scope", scope)));
            let at = url.replace("devicecode", "token");
            let got = ok(&token_at(&kit, &at, &[], &fields));
            assert!(got["access_token"].is_string() && got["refresh_token"].is_string(), "{grant} {names:?}");
        }
    }
    // A client that can keep a secret may send it, and need not; a wrong one is wrong.
    let (id, secret) = (client(&kit, "full"), secret(&kit, "full"));
    for (sent, expected) in [(Some(secret.as_str()), 200), (None, 200), (Some("wrong"), 401)] {
        let codes = ok(&start_at(&kit, &login(&kit, "/oauth2/v2.0/devicecode"), &[("client_id", &id)]));
        answer(&kit, &codes, true);
        let mut more = vec![("client_id", id.as_str())];
        more.extend(sent.map(|secret| ("client_secret", secret)));
        assert_eq!(poll(&kit, &codes, &more).status.as_u16(), expected, "{sent:?}");
    }
}

#[test]
fn declined_expired_and_unknown_device_codes_have_distinct_errors() {
    let kit = Kit::tiny();
    let declined = start(&kit);
    let browser = Browser::new(&kit);
    let shown = browser.post(&format!("{OWN}/device"), &[("code", &member(&declined, "user_code"))]);
    let consent = browser.through(shown, "user").page();
    let end = browser.press(&consent, "cancel", &[]).page();
    assert_eq!(end.number(), 70_018);
    assert_eq!(refusal(&poll(&kit, &declined, &[])), no("authorization_declined", 70_018));
    assert_eq!(refusal(&poll(&kit, &declined, &[])), no("authorization_declined", 70_018));

    let late = start(&kit);
    let page = browser.post(&format!("{OWN}/device"), &[("code", &member(&late, "user_code"))]).page();
    let other = client(&kit, "full");
    let (other_secret, code) = (secret(&kit, "full"), member(&late, "device_code"));
    let stolen = [("client_id", other.as_str()), ("client_secret", other_secret.as_str())];
    assert_eq!(refusal(&poll(&kit, &late, &stolen)), no("bad_verification_code", 70_019));
    kit.tenant.advance(Span::seconds(899)).unwrap();
    assert_eq!(refusal(&poll(&kit, &late, &[])), no("authorization_pending", 70_016));
    kit.tenant.advance(Span::seconds(1)).unwrap();
    assert_eq!(refusal(&poll(&kit, &late, &[])), no("expired_token", 70_020));
    // Nobody says yes to it any more, wherever the pages stood.
    assert_eq!(browser.submit(&page, &[("step", "accept")]).page().number(), 70_020);
    let again = browser.post(&format!("{OWN}/device"), &[("code", &member(&late, "user_code"))]).page();
    assert_eq!(again.number(), 70_020);
    for broken in ["x", &code[..code.len() - 4], &format!("{code}A")] {
        assert_eq!(
            refusal(&poll(&kit, &late, &[("device_code", broken)])),
            no("bad_verification_code", 70_019)
        );
    }
    assert_eq!(refusal(&poll(&kit, &late, &[("device_code", "")])), no("invalid_request", 900_144));
    // What cannot be asked for is refused at once.
    let url = login(&kit, "/oauth2/v2.0/devicecode");
    for (more, error) in [
        (("scope", ""), no("invalid_request", 900_144)),
        (("client_id", ""), no("invalid_request", 900_144)),
        (("client_id", "11111111-2222-4333-8444-555555555555"), no("unauthorized_client", 700_016)),
        (("scope", "User.Rend"), no("invalid_client", 650_053)),
        (("scope", "api://nobody/.default"), no("invalid_resource", 500_011)),
    ] {
        assert_eq!(refusal(&start_at(&kit, &url, &[more])), error, "{more:?}");
    }
}

#[test]
fn a_device_is_answered_once_and_consent_and_mfa_still_apply() {
    let kit = Kit::tiny();
    let codes = start(&kit);
    answer(&kit, &codes, true);
    let code = member(&codes, "user_code");
    let again = json!({"answerDevice": {"userCode": code, "user": "user", "accept": false}});
    assert_eq!(try_command(&kit, &again).status, 409, "{}", text(&try_command(&kit, &again)));
    let unknown = json!({"answerDevice": {"userCode": "NOPE", "user": "user", "accept": true}});
    assert_eq!(try_command(&kit, &unknown).status, 400);
    // Whoever answers by command has not consented by it.
    assert_eq!(refusal(&poll(&kit, &codes, &[])), no("invalid_grant", 65_001));
    command(&kit, &json!({"consent": {"app": "delegated", "user": "user"}}));
    // Nor given a second factor, unless the command says so; nor is it revoked by what was before.
    command(&kit, &json!({"setUser": {"user": "user", "mfa": "required"}}));
    assert_eq!(refusal(&poll(&kit, &codes, &[])), no("invalid_grant", 50_076));
    let codes = start(&kit);
    command(&kit, &json!({"revokeSessions": {"user": "user"}}));
    let code = member(&codes, "user_code");
    command(&kit, &json!({"answerDevice": {"userCode": code, "user": "user", "accept": true, "mfa": true}}));
    let got = ok(&poll(&kit, &codes, &[]));
    assert_eq!(claims(&member(&got, "access_token"))["amr"], json!(["pwd", "mfa"]));
    // Revoked between yes and poll.
    let codes = start(&kit);
    let code = member(&codes, "user_code");
    command(&kit, &json!({"answerDevice": {"userCode": code, "user": "user", "accept": true, "mfa": true}}));
    command(&kit, &json!({"revokeSessions": {"user": "user"}}));
    assert_eq!(refusal(&poll(&kit, &codes, &[])), no("invalid_grant", 50_173));
    assert!(json(&poll(&kit, &codes, &[]))["suberror"] == "bad_token");
}

/// The yes of one user is not that of the next one.
#[test]
fn a_second_user_on_the_device_pages_must_consent_again() {
    let kit = Kit::tiny();
    let codes = start(&kit);
    let browser = Browser::new(&kit);
    let shown = browser.post(&format!("{OWN}/device"), &[("code", &member(&codes, "user_code"))]);
    let consent = browser.through(shown, "user").page();
    let confirm = browser.press(&consent, "accept", &[]).page();
    let other = browser.submit(&confirm, &[("step", "restart")]);
    let page = browser.through(other, "security-reader").page();
    assert_eq!(page.title(), "Permissions requested");
    let confirm = browser.press(&page, "accept", &[]).page();
    browser.press(&confirm, "accept", &[]).page();
    let got = ok(&poll(&kit, &codes, &[]));
    assert_eq!(claims(&member(&got, "access_token"))["oid"], oid(&kit, "security-reader"));
}
