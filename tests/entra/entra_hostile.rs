//! Hostile requests to Entra ID: no panic, no redirect to a stranger, no script injection, no second use of a code.

mod races;
mod strangers;

use mock_defender::gateway::Answer;
use mock_defender::generate::Stream;
use mock_defender::identity::redirect::is_registered;
use serde_json::json;

use crate::browser::{
    self, Browser, OWN, authorize, client, command, encode, login, member, neighbour, ok, person, redeem,
    refresh, secret, tokens,
};
use crate::kit::{Kit, text};

/// Requests that are tried with each seed.
const TRIES: u64 = 1_500;

const SCRIPT: &str = r#""><script>alert(1)</script><img src=x onerror='alert(1)'>&lt;"#;

const NAMES: [&str; 24] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "resource",
    "response_mode",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "claims",
    "max_age",
    "client_info",
    "post_logout_redirect_uri",
    "id_token_hint",
    "logout_hint",
    "otc",
    "code",
    "step",
    "account",
    "flowToken",
    "domain_hint",
];

/// A value that may be right, nearly right, or nothing of the kind.
fn any_value(stream: &mut Stream, name: &str, good: &[String]) -> String {
    let usual: &[&str] = match name {
        "response_type" => &["code", "id_token", "code id_token", "id_token token", "token", "none"],
        "redirect_uri" | "post_logout_redirect_uri" => &[
            "http://localhost",
            "http://localhost:1234",
            "https://localhost/myapp",
            "http://localhost/spa",
            "https://evil.example/",
            "http://localhost@evil.example",
            "//evil.example",
            "javascript:alert(1)",
            "http://localhost.evil.example",
            "https://localhost/myapp/../x",
            "http://localhost\\@evil.example",
            "http://localhost#@evil.example",
            "data:text/html,x",
        ],
        "scope" => &[
            "openid",
            "User.Read",
            ".default",
            "api://x/y",
            "openid User.Read offline_access",
            "/",
            "//.default",
        ],
        "response_mode" => &["query", "fragment", "form_post", "web_message"],
        "prompt" => &["none", "login", "consent", "select_account", "admin_consent", "create"],
        "step" => {
            &["username", "password", "mfa", "enrol", "newpassword", "accept", "cancel", "request", "restart"]
        }
        "claims" => &["{}", "[]", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#, "{"],
        "code_challenge_method" => &["S256", "plain"],
        _ => &["1", "x"],
    };
    match stream.below(10) {
        0 => String::new(),
        1 => SCRIPT.to_owned(),
        2 => "é\u{202e}\0\r\nLocation: https://evil.example".to_owned(),
        3 => "a".repeat(stream.below(3_000) as usize),
        4 | 5 if !good.is_empty() => stream.pick(good).clone(),
        _ => (*stream.pick(usual)).to_owned(),
    }
}

/// Where an answer leads a browser: a redirect, a form that posts itself, a page that moves on.
fn leads_to(answer: &Answer) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    places.extend(answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned()));
    let page = text(answer);
    for start in ["action=\"", "url=", "href=\"", "src=\""] {
        places.extend(
            page.split(start)
                .skip(1)
                .map(|rest| browser::unescaped(rest.split('"').next().unwrap_or_default())),
        );
    }
    places
}

/// A place of the simulator itself, or one that an application registered.
fn is_known(kit: &Kit, place: &str) -> bool {
    let own = [OWN, "https://login.microsoftonline.com"];
    if place.is_empty() || place.starts_with("data:,") || place.starts_with("/error") {
        return true;
    }
    if own.iter().any(|origin| place == *origin || place.starts_with(&format!("{origin}/"))) {
        return true;
    }
    let bare = place.split(['?', '#']).next().unwrap_or_default();
    let view = kit.tenant.read();
    view.state.core().directory.apps.iter().any(|app| {
        let known = app.registration.redirects.iter();
        known.into_iter().any(|known| {
            is_registered(&known.uri, bare) || is_registered(&known.uri, bare.trim_end_matches('/'))
        })
    })
}

#[test]
fn fuzzed_authorize_requests_never_redirect_to_unregistered_uris_or_inject_script() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setApplication": {"app": "full", "implicit": true}}));
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "full", &[])).page();
    let mut good: Vec<String> = ["full", "delegated", "unconsented"].map(|app| client(&kit, app)).into();
    good.push(person(&kit, "user").0);
    good.push(page.flow_token());
    // Forms of pages further on: whoever holds one posts it with anything.
    let consent = Browser::new(&kit).sign_in(&authorize(&kit, "delegated", &[]), "user").page();
    let id = client(&kit, "unconsented");
    let admin = format!("{}?client_id={id}", login(&kit, "/v2.0/adminconsent"));
    let admin = Browser::new(&kit).sign_in(&admin, "global-admin").page();
    let fields = encode(&[("client_id", &client(&kit, "delegated")), ("scope", "openid")]);
    let codes = ok(&kit.send("POST", &login(&kit, "/oauth2/v2.0/devicecode"), &[], &fields));
    let typed = member(&codes, "user_code");
    let device = browser.post(&format!("{OWN}/device"), &[("code", &typed)]).page();
    good.extend([consent, admin, device].map(|page| page.flow_token()));
    good.push(typed);
    browser.consent(&authorize(&kit, "delegated", &[]), "user");
    let paths = [
        "/oauth2/v2.0/authorize",
        "/oauth2/authorize",
        "/login",
        "/v2.0/adminconsent",
        "/adminconsent",
        "/oauth2/v2.0/logout",
        "/oauth2/logout",
        "/login",
        "/device",
        "/common/oauth2/deviceauth",
    ];
    let tenant = kit.tenant.identity().id.to_string();
    let (mut pages, mut sent, mut refused) = (0, 0, 0);
    for seed in 0..TRIES {
        let mut stream = Stream::new(seed, "hostile", 1, "sign-in");
        let stream = &mut stream;
        let path = *stream.pick(&paths);
        let mut fields: Vec<(&str, String)> = Vec::new();
        // Most requests are nearly right, or nothing would be reached behind the first check.
        if stream.below(4) > 0 {
            fields.push(("client_id", stream.pick(&good[..3]).clone()));
            fields.push(("response_type", "code".to_owned()));
            fields.push(("scope", "openid User.Read".to_owned()));
            fields.push(("redirect_uri", "http://localhost".to_owned()));
            fields.push(("flowToken", stream.pick(&good[4..8]).clone()));
        }
        for _ in 0..stream.below(6) {
            let name = *stream.pick(&NAMES);
            let value = any_value(stream, name, &good);
            fields.retain(|(known, _)| *known != name);
            fields.push((name, value));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let tenant = *stream.pick(&[tenant.as_str(), "common", "organizations", "contoso.onmicrosoft.com"]);
        let url = match path.contains("device") {
            true => format!("{OWN}{path}"),
            false => format!("{OWN}/{tenant}{path}"),
        };
        let answer = if stream.below(2) == 0 && !path.ends_with("login") {
            browser.ask("GET", &format!("{url}?{}", encode(&fields)), "")
        } else {
            browser.ask("POST", &url, &encode(&fields))
        };
        assert!(answer.status.as_u16() < 500, "{seed}: {} {fields:?}", answer.status);
        assert!(answer.status != 302 || answer.headers.contains_key("location"), "{seed}: {fields:?}");
        for place in leads_to(&answer) {
            assert!(is_known(&kit, &place), "{seed}: {place} for {url} {fields:?}");
        }
        let page = text(&answer);
        assert!(!page.contains("<script>alert") && !page.contains("onerror='"), "{seed}: {fields:?}");
        match answer.status.as_u16() {
            200 => pages += 1,
            302 => sent += 1,
            _ => refused += 1,
        }
    }
    assert!(pages > 50 && sent > 50 && refused > 50, "{pages} pages, {sent} redirects, {refused} refusals");
}

#[test]
fn script_in_a_parameter_is_escaped() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let name = "Nasty <script>alert(1)</script>";
    command(
        &kit,
        &json!({"addApplication": {
            "name": "nasty", "displayName": name, "public": true, "redirectUris": ["http://localhost"], "scopes": [SCRIPT],
            "delegatedPermissions": ["User.Read"]
        }}),
    );
    let mut pages: Vec<String> = Vec::new();
    for more in [
        ("login_hint", SCRIPT),
        ("client_id", SCRIPT),
        ("redirect_uri", SCRIPT),
        ("scope", SCRIPT),
        ("response_type", SCRIPT),
        ("prompt", SCRIPT),
    ] {
        let url = authorize(&kit, "delegated", &[more, ("response_mode", "form_post"), ("state", SCRIPT)]);
        pages.push(text(&browser.ask("GET", &url, "")));
    }
    let page = browser.get(&authorize(&kit, "nasty", &[("state", SCRIPT)])).page();
    let page = browser.press(&page, "username", &[("login", SCRIPT)]).page();
    pages.push(page.html.clone());
    pages.push(browser.submit(&page, &[("step", SCRIPT)]).page().html);
    let page = browser
        .sign_in(&authorize(&kit, "nasty", &[("response_mode", "form_post"), ("state", SCRIPT)]), "user");
    let page = page.page();
    pages.push(page.html.clone());
    assert!(page.text().contains(name), "{}", page.text());
    let back = browser.press(&page, "accept", &[]).back();
    assert_eq!(back.get("state"), Some(SCRIPT), "byte for byte, all the same");
    for url in [
        format!("{OWN}/device?otc={}", encode(&[("x", SCRIPT)]).replace("x=", "")),
        format!("{OWN}/error?{}", encode(&[("code", SCRIPT)])),
        format!("{OWN}/common/oauth2/nativeclient?{}", encode(&[("code", SCRIPT)])),
        format!("{}?{}", login(&kit, "/oauth2/v2.0/logout"), encode(&[("post_logout_redirect_uri", SCRIPT)])),
        format!(
            "{}?{}",
            login(&kit, "/v2.0/adminconsent"),
            encode(&[("client_id", SCRIPT), ("state", SCRIPT)])
        ),
    ] {
        pages.push(text(&browser.ask("GET", &url, "")));
    }
    pages.push(text(&browser.ask("POST", &format!("{OWN}/device"), &encode(&[("code", SCRIPT)]))));
    for page in pages {
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
    }
}

#[test]
fn a_form_of_another_tenant_or_a_mangled_one_is_refused() {
    let kit = Kit::tiny();
    let other = neighbour(&kit);
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[])).page();
    let form = page.flow_token();
    let (upn, password) = person(&kit, "user");
    let fields = [("login", upn.as_str()), ("passwd", password.as_str()), ("step", "password")];
    let post = |tenant: &str, token: &str| {
        let mut all = vec![("flowToken", token)];
        all.extend_from_slice(&fields);
        browser.post(&format!("{OWN}/{tenant}/login"), &all)
    };
    let here = kit.tenant.identity().id.to_string();
    assert_eq!(post(&here, &form).is(), "Permissions requested");
    for (tenant, form) in [
        (other.identity().id.to_string(), form.clone()),
        (kit.join(kit.tenant.fork()).identity().id.to_string(), form.clone()),
        (here.clone(), form[..form.len() - 2].to_owned()),
        (here.clone(), format!("{form}AA")),
        (here.clone(), form.replace("AQAB", "1.A")),
        (here.clone(), "nonsense".to_owned()),
    ] {
        assert_eq!(post(&tenant, &form).page().number(), 9_002_313, "{tenant} {form}");
    }
    assert_eq!(post(&here, "").page().number(), 900_144);
    // Nor is a code a form, or a session one of another tenant.
    let code = browser.consent(&authorize(&kit, "delegated", &[]), "user").code();
    assert_eq!(post(&here, &code).page().number(), 9_002_313);
    let session = browser.cookie("ESTSAUTH-").unwrap();
    assert_eq!(post(&here, &session).page().number(), 9_002_313);
    assert_eq!(redeem(&kit, &session, &[]).status, 400);
    let foreign = authorize(&kit, "unconsented", &[("prompt", "none")])
        .replace(&here, &other.identity().id.to_string());
    assert_eq!(browser.get(&foreign).is(), "login_required 50058");
}

/// What may be used once is known by its text, so it has one spelling.
#[test]
fn a_reencoded_code_can_not_be_redeemed_a_second_time() {
    let kit = Kit::tiny();
    let code = Browser::new(&kit).consent(&authorize(&kit, "delegated", &[]), "user").code();
    let body = code.strip_prefix("1.A").unwrap();
    let (front, last) = body.split_at(body.len() - 1);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut spellings =
        vec![format!("AQAB{body}"), format!("D{body}"), format!("{code}="), format!("{code}==")];
    spellings.extend(
        letters
            .chars()
            .filter(|letter| !last.starts_with(*letter))
            .map(|letter| format!("1.A{front}{letter}")),
    );
    spellings.push(code.replace('-', "+").replace('_', "/") + "=");
    for other in spellings {
        assert_eq!(redeem(&kit, &other, &[]).status, 400, "{other}");
    }
    assert_eq!(redeem(&kit, &code, &[]).status, 200);
}

/// A cookie that somebody made up is no session, and one that is mangled is none either.
#[test]
fn forged_session_cookies_are_ignored() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    browser.consent(&authorize(&kit, "delegated", &[]), "user");
    let silent = authorize(&kit, "delegated", &[("prompt", "none")]);
    let good = browser.cookie("ESTSAUTH-").unwrap();
    let name = browser
        .ask("GET", &silent, "")
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().split('=').next().unwrap().to_owned())
        .find(|name| name.starts_with("ESTSAUTH-"))
        .unwrap();
    let ask = |cookie: &str| {
        let answer = kit.send("GET", &silent, &[("cookie", cookie)], "");
        answer.headers["location"].to_str().unwrap().contains("code=")
    };
    assert!(ask(&format!("{name}={good}")));
    for value in ["", "x", &good[..good.len() - 3], &format!("{good}A"), &good.replace("1.A", "AQAB")] {
        assert!(!ask(&format!("{name}={value}")), "{value}");
    }
    assert!(!ask(&format!("ESTSAUTH-0000000000000000={good}")));
}

#[test]
fn secrets_of_people_and_clients_stay_out_of_pages_and_logs() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let (_, password) = person(&kit, "user");
    let held = tokens(&kit, "user", "User.Read offline_access openid");
    browser.sign_in(&authorize(&kit, "full", &[]), "user");
    let refused = refresh(&kit, &member(&held, "refresh_token"), &[("client_secret", &secret(&kit, "full"))]);
    let log = format!("{:?}", kit.gateway.registry.first().log.list().entries);
    for secret in [
        &password,
        &member(&held, "refresh_token"),
        &member(&held, "access_token"),
        &secret(&kit, "full"),
        &browser.cookie("ESTSAUTH-").unwrap(),
    ] {
        assert!(!log.contains(secret.as_str()), "{secret}");
        assert!(!text(&refused).contains(secret.as_str()));
    }
}
