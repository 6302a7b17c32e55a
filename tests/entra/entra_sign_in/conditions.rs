//! Account state, second factors and conditional access: what blocks a sign-in or adds a step.

use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::browser::{
    Browser, Page, Shown, authorize, claims, client, command, member, ok, person, redeem, refresh, refusal,
};
use crate::kit::Kit;

fn set(kit: &Kit, change: &Value) {
    let mut user = json!({"user": "user"});
    for (name, value) in change.as_object().unwrap() {
        user[name] = value.clone();
    }
    command(kit, &json!({"setUser": user}));
}

/// Where a sign-in of the user ends.
fn attempt(kit: &Kit) -> Shown {
    Browser::new(kit).sign_in(&authorize(kit, "delegated", &[]), "user")
}

#[test]
fn the_state_of_an_account_decides_the_page_or_error_after_the_password() {
    for (change, title, number) in [
        (json!({"enabled": false}), "Enter password", 50_057),
        (json!({"locked": true}), "Enter password", 50_053),
        (json!({"password": "Another-one-1"}), "Enter password", 50_126),
        (json!({"passwordExpired": true}), "Update your password", 0),
        (json!({"mfa": "required"}), "Verify your identity", 0),
        (json!({"mfa": "unregistered"}), "More information required", 0),
        (json!({"risk": "medium"}), "Verify your identity", 0),
        (json!({"risk": "low"}), "Permissions requested", 0),
        (json!({"guest": true}), "Permissions requested", 0),
    ] {
        let kit = Kit::tiny();
        set(&kit, &change);
        let page = attempt(&kit).page();
        assert_eq!((page.title().as_str(), page.number()), (title, number), "{change}: {}", page.text());
    }
    let kit = Kit::tiny();
    set(&kit, &json!({"risk": "high"}));
    let back = attempt(&kit).back();
    assert_eq!(back.error(), ("access_denied", 53_003));
    set(&kit, &json!({"risk": "none"}));
    assert_eq!(attempt(&kit).is(), "Permissions requested");
    let disabled = Browser::new(&kit).sign_in(&authorize(&kit, "delegated", &[]), "disabled");
    assert_eq!(disabled.page().number(), 50_057);
}

#[test]
fn a_second_factor_is_asked_for_once_in_a_session() {
    let kit = Kit::tiny();
    set(&kit, &json!({"mfa": "required"}));
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[]);
    let page = browser.sign_in(&url, "user").page();
    assert!(page.text().contains("123456"), "{}", page.text());
    let again = browser.press(&page, "mfa", &[("otc", "000000")]).page();
    assert_eq!((again.title().as_str(), again.number()), ("Verify your identity", 500_121));
    let consent = browser.press(&again, "mfa", &[("otc", " 123456 ")]).page();
    let back = browser.press(&consent, "accept", &[]).back();
    let tokens = ok(&redeem(&kit, &back.code(), &[]));
    assert_eq!(claims(&member(&tokens, "access_token"))["amr"], json!(["pwd", "mfa"]));
    assert_eq!(browser.get(&url).is(), "back");
    // Tokens of before are good no longer where one is demanded from now on.
    let kit = Kit::tiny();
    let before = crate::browser::tokens(&kit, "user", "User.Read offline_access");
    set(&kit, &json!({"mfa": "required"}));
    let answer = refresh(&kit, &member(&before, "refresh_token"), &[]);
    assert_eq!(refusal(&answer), (400, "invalid_grant".to_owned(), 50_076));
}

#[test]
fn who_has_no_second_factor_registers_one() {
    let kit = Kit::tiny();
    set(&kit, &json!({"mfa": "unregistered"}));
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    assert_eq!(browser.press(&page, "enrol", &[]).is(), "Permissions requested");
    // From now on it is asked for.
    assert_eq!(attempt(&kit).is(), "Verify your identity");
}

/// Forms can be posted before their page was shown.
#[test]
fn a_sign_in_step_can_not_be_skipped_with_the_form_of_another_page() {
    let kit = Kit::tiny();
    set(&kit, &json!({"mfa": "required"}));
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    let post = |page: &Page, step: &str| {
        let more =
            [("step", step), ("consentOrganization", "true"), ("newpasswd", "x"), ("justification", "y")];
        browser.submit(page, &more)
    };
    for step in ["enrol", "accept", "request", "mfa"] {
        assert_eq!(post(&page, step).is(), "Verify your identity", "{step}");
    }
    let granted = || kit.tenant.read().state.core().directory.grants.len();
    let before = granted();
    // The form of a page that knows nobody yet.
    browser.forget();
    let page = browser.get(&authorize(&kit, "delegated", &[])).page();
    for step in ["enrol", "accept", "request", "mfa", "newpassword"] {
        assert_eq!(post(&page, step).is(), "Sign in", "{step}");
    }
    assert_eq!(post(&page, "nonsense").page().number(), 90_100);
    assert_eq!(granted(), before);
    // An administrator's consent is one of the whole sign-in, too.
    command(&kit, &json!({"setUser": {"user": "global-admin", "mfa": "required"}}));
    let id = client(&kit, "unconsented");
    let url = format!("{}?client_id={id}", crate::browser::login(&kit, "/v2.0/adminconsent"));
    let page = browser.sign_in(&url, "global-admin").page();
    assert_eq!(page.title(), "Verify your identity");
    assert_eq!(post(&page, "accept").is(), "Verify your identity");
    assert_eq!(granted(), before);
}

/// What was answered with yes in a flow is not answered for somebody else.
#[test]
fn consent_is_not_carried_over_to_the_next_user() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setPolicies": {"consentRequests": true, "userConsent": false}}));
    command(&kit, &json!({"setApplication": {"app": "unconsented", "implicit": true}}));
    let browser = Browser::new(&kit);
    let more = [("scope", "openid"), ("response_type", "id_token"), ("nonce", "n")];
    let page = browser.sign_in(&authorize(&kit, "unconsented", &more), "user").page();
    let sent = browser.press(&page, "request", &[("justification", "please")]).page();
    assert_eq!(sent.title(), "Request sent");
    let (upn, password) = person(&kit, "user");
    let again = browser.submit(&sent, &[("step", "password"), ("login", &upn), ("passwd", &password)]);
    assert_eq!(again.is(), "Need admin approval");
}

#[test]
fn an_expired_password_is_changed_on_the_way() {
    let kit = Kit::tiny();
    set(&kit, &json!({"passwordExpired": true}));
    let browser = Browser::new(&kit);
    let (upn, old) = person(&kit, "user");
    let page = browser.sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    let change = |old: &str, new: &str, again: &str| {
        browser.press(&page, "newpassword", &[("passwd", old), ("newpasswd", new), ("confirmpasswd", again)])
    };
    for (old, new, again, told) in [
        ("wrong", "Good-enough-1", "Good-enough-1", "AADSTS50126"),
        (old.as_str(), "Good-enough-1", "Good-enough-2", "don't match"),
        (&old, &old, &old, "used before"),
        (&old, "short", "short", "at least 8"),
    ] {
        let page = change(old, new, again).page();
        assert_eq!(page.title(), "Update your password");
        assert!(page.text().contains(told), "{}", page.text());
    }
    assert_eq!(change(&old, "Good-enough-1", "Good-enough-1").is(), "Permissions requested");
    browser.forget();
    let page = browser.get(&authorize(&kit, "delegated", &[("login_hint", &upn)])).page();
    assert_eq!(browser.press(&page, "password", &[("passwd", &old)]).page().number(), 50_126);
    assert_eq!(
        browser.press(&page, "password", &[("passwd", "Good-enough-1")]).is(),
        "Permissions requested"
    );
}

#[test]
fn conditional_access_blocks_or_demands() {
    let kit = Kit::tiny();
    let policy = |name: &str, more: Value| {
        let mut policy = json!({"name": name});
        for (name, value) in more.as_object().unwrap() {
            policy[name] = value.clone();
        }
        command(&kit, &json!({"setConditionalAccess": policy}));
    };
    let lift = |name: &str| command(&kit, &json!({"removeConditionalAccess": {"name": name}}));
    for (control, expected) in [
        ("block", "access_denied 53003"),
        ("mfa", "Verify your identity"),
        ("compliantDevice", "interaction_required 53000"),
        ("joinedDevice", "interaction_required 53001"),
    ] {
        policy("one", json!({"control": control}));
        assert_eq!(attempt(&kit).is(), expected, "{control}");
    }
    lift("one");
    assert_eq!(attempt(&kit).is(), "Permissions requested");
    // About others.
    policy("two", json!({"control": "block", "users": ["guest"]}));
    policy("three", json!({"control": "block", "apps": ["full"]}));
    policy("four", json!({"control": "block", "apps": ["Windows Azure Service Management API"]}));
    assert_eq!(attempt(&kit).is(), "Permissions requested");
    policy("two", json!({"control": "block", "users": ["guest", "user"]}));
    assert_eq!(attempt(&kit).is(), "access_denied 53003");
    lift("two");
    let arm = authorize(&kit, "delegated", &[("scope", "https://management.azure.com/user_impersonation")]);
    assert_eq!(Browser::new(&kit).sign_in(&arm, "user").is(), "access_denied 53003");
    // Every condition holds at the token endpoint, too.
    let tokens = crate::browser::tokens(&kit, "user", "User.Read offline_access");
    policy("five", json!({"control": "block", "apps": ["Microsoft Graph"]}));
    let answer = refresh(&kit, &member(&tokens, "refresh_token"), &[]);
    assert_eq!(refusal(&answer), (400, "invalid_grant".to_owned(), 53_003));
    assert!(crate::kit::json(&answer)["claims"].is_string());
}

#[test]
fn who_is_not_assigned_is_kept_out_where_assignment_is_demanded() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setApplication": {"app": "full", "assignmentRequired": true}}));
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "full", &[]);
    assert_eq!(browser.sign_in(&url, "user").is(), "access_denied 50105");
    command(&kit, &json!({"assignUser": {"app": "full", "user": "user"}}));
    assert_eq!(browser.sign_in(&url, "user").is(), "back");
    command(&kit, &json!({"assignUser": {"app": "full", "user": "user", "assigned": false}}));
    assert_eq!(browser.sign_in(&url, "user").is(), "access_denied 50105");
}

#[test]
fn only_tokens_of_guests_carry_the_idp_claim() {
    let kit = Kit::tiny();
    let tokens = crate::browser::tokens(&kit, "guest", "User.Read openid profile email");
    let (access, id) = (claims(&member(&tokens, "access_token")), claims(&member(&tokens, "id_token")));
    assert!(access["idp"].is_string() && id["idp"].is_string());
    assert!(id["email"].is_string());
    let tokens = crate::browser::tokens(&kit, "user", "User.Read openid");
    assert!(claims(&member(&tokens, "access_token")).get("idp").is_none());
}

#[test]
fn a_client_that_takes_challenges_gets_a_token_for_a_day() {
    let kit = Kit::tiny();
    let capable = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;
    let browser = Browser::new(&kit);
    for (at_authorize, at_token) in [(capable, ""), ("", capable)] {
        let url = authorize(&kit, "delegated", &[("claims", at_authorize)]);
        let back = browser.consent(&url, "user");
        let more = [("claims", at_token)];
        let tokens = ok(&redeem(&kit, &back.code(), if at_token.is_empty() { &[] } else { &more }));
        let lifetime = tokens["expires_in"].as_i64().unwrap();
        assert!((72_000..100_800).contains(&lifetime), "{lifetime}");
        assert_eq!(tokens["refresh_in"], lifetime / 2);
        assert_eq!(claims(&member(&tokens, "access_token"))["xms_cc"], json!(["CP1"]));
    }
    // Of a resource that gives none, the usual one.
    let scope = "05a65629-4c1b-48c1-a78b-804c4abdd4af/investigation.read";
    let url = authorize(&kit, "full", &[("claims", capable), ("scope", scope)]);
    let code = browser.sign_in(&url, "security-reader").back().code();
    let (id, secret) = (client(&kit, "full"), crate::browser::secret(&kit, "full"));
    let more = [("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let tokens = ok(&redeem(&kit, &code, &more));
    assert!(tokens["expires_in"].as_i64().unwrap() < 5_400);
    assert!(claims(&member(&tokens, "access_token")).get("xms_cc").is_none());
    kit.tenant.advance(Span::minutes(1)).unwrap();
}
