//! Signing in as a browser does: pages, prompts, sessions, conditions.

mod conditions;
mod personas;
mod responses;
mod sessions;

use mock_defender::model::base64;

use crate::browser::{
    self, Browser, OWN, Shown, authorize, claims, client, encode, login, member, ok, person, redeem, secret,
    token_at,
};
use crate::kit::{Kit, json, text};

#[test]
fn a_user_signs_in_consents_and_the_code_gives_tokens() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let (upn, password) = person(&kit, "user");
    let url = authorize(&kit, "delegated", &[("nonce", "n-1"), ("client_info", "1")]);

    let name = browser.get(&url).page();
    assert_eq!((name.status, name.title().as_str()), (200, "Sign in"));
    assert!(name.html.contains("simulated by mock-defender"));
    let password_page = browser.press(&name, "username", &[("login", &upn.to_uppercase())]).page();
    assert_eq!(password_page.title(), "Enter password");
    let again = browser.press(&password_page, "password", &[("passwd", "wrong")]).page();
    assert_eq!((again.title().as_str(), again.number()), ("Enter password", 50126));
    let consent = browser.press(&again, "password", &[("passwd", &password)]).page();
    assert_eq!(consent.title(), "Permissions requested");
    for words in ["Analyst console", &upn, "Sign you in and read your profile", "Maintain access to data"] {
        assert!(consent.lists(words), "{words}: {}", consent.text());
    }
    assert!(consent.inputs("checkbox").is_empty(), "only an administrator consents for everybody");
    let back = browser.press(&consent, "accept", &[]).back();
    assert_eq!((back.uri.as_str(), back.mode), ("http://localhost/", "query"));
    assert_eq!(back.names(), ["code", "client_info", "state", "session_state"]);
    assert_eq!(back.get("state"), Some("the state"));
    assert!(back.code().starts_with("1.A"));
    let account = String::from_utf8(base64::decode_url(back.get("client_info").unwrap()).unwrap()).unwrap();
    let (oid, tid) = (browser::oid(&kit, "user"), kit.tenant.identity().id);
    assert_eq!(account, format!(r#"{{"uid":"{oid}","utid":"{tid}"}}"#));

    let answer = redeem(&kit, &back.code(), &[("client_info", "1")]);
    let tokens = ok(&answer);
    let names: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "token_type",
            "scope",
            "expires_in",
            "ext_expires_in",
            "access_token",
            "refresh_token",
            "id_token",
            "client_info"
        ]
    );
    assert_eq!(tokens["scope"], "openid profile User.Read");
    assert_eq!(tokens["client_info"], back.get("client_info").unwrap());
    let lifetime = tokens["expires_in"].as_i64().unwrap();
    assert!((3_600..5_400).contains(&lifetime), "{lifetime}");
    let access = claims(&member(&tokens, "access_token"));
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), lifetime);
    for (claim, value) in [
        ("aud", "00000003-0000-0000-c000-000000000000"),
        ("oid", oid.as_str()),
        ("upn", &upn),
        ("unique_name", &upn),
        ("scp", "User.Read openid profile"),
        ("appidacr", "0"),
        ("idtyp", "user"),
        ("ver", "1.0"),
        ("acr", "1"),
    ] {
        assert_eq!(access[claim], value, "{claim}");
    }
    assert_eq!(access["amr"], serde_json::json!(["pwd"]));
    assert_eq!(access["wids"], serde_json::json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]));
    let id = claims(&member(&tokens, "id_token"));
    for (claim, value) in [
        ("aud", client(&kit, "delegated").as_str()),
        ("iss", &format!("{OWN}/{tid}/v2.0")),
        ("oid", &oid),
        ("preferred_username", &upn),
        ("nonce", "n-1"),
        ("ver", "2.0"),
    ] {
        assert_eq!(id[claim], value, "{claim}");
    }
    assert!(id.get("email").is_none() && id.get("amr").is_none());
    assert_ne!(id["sub"], access["sub"], "one is of the client, the other of the resource");

    // Whoever has consented is not asked again, and whoever has signed in neither.
    let silent = browser.get(&authorize(&kit, "delegated", &[("prompt", "none")])).back();
    assert!(silent.get("code").is_some());
}

#[test]
fn the_authorize_request_may_be_posted() {
    let kit = Kit::tiny();
    for path in ["/oauth2/v2.0/authorize", "/oauth2/authorize"] {
        let browser = Browser::new(&kit);
        let id = client(&kit, "full");
        let asked = if path.contains("v2") { ("scope", "User.Read") } else { ("resource", browser_graph()) };
        let fields = [
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", "https://localhost/myapp"),
            ("state", "é&=\r\n+ x"),
            asked,
        ];
        let back = browser.through(browser.post(&login(&kit, path), &fields), "user").back();
        assert_eq!((back.uri.as_str(), back.get("state")), ("https://localhost/myapp", Some("é&=\r\n+ x")));
        assert!(back.get("code").is_some(), "{back:?}");
    }
}

fn browser_graph() -> &'static str {
    "https://graph.microsoft.com/"
}

#[test]
fn v1_code_flow_takes_a_resource_and_answers_numbers_as_strings() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let (id, secret) = (client(&kit, "full"), secret(&kit, "full"));
    let url = format!(
        "{}?{}",
        login(&kit, "/oauth2/authorize"),
        encode(&[
            ("client_id", &id),
            ("response_type", "code"),
            ("redirect_uri", "https://localhost/myapp"),
            ("resource", browser_graph()),
        ])
    );
    let code = browser.sign_in(&url, "security-reader").back().code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("client_secret", &secret),
        ("redirect_uri", "https://localhost/myapp"),
        ("code", &code),
    ];
    let tokens = ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields));
    let access = claims(&member(&tokens, "access_token"));
    for (name, expected) in [
        ("expires_in", (access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap()).to_string()),
        ("expires_on", access["exp"].to_string()),
        ("not_before", access["nbf"].to_string()),
        ("resource", browser_graph().to_owned()),
        ("token_type", "Bearer".to_owned()),
        (
            "scope",
            "SecurityAlert.Read.All SecurityIncident.Read.All ThreatHunting.Read.All User.Read openid profile"
                .to_owned(),
        ),
    ] {
        assert_eq!(tokens[name], expected, "{name}");
    }
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(access["aud"], browser_graph());
    assert_eq!(access["appidacr"], "1");
    let id_token = claims(&member(&tokens, "id_token"));
    assert_eq!((&id_token["ver"], &id_token["upn"]), (&"1.0".into(), &access["upn"]));
    assert_eq!(id_token["amr"], serde_json::json!(["pwd"]));
    // A refresh token without a resource is for the same one again, with another for that.
    let refresh = member(&tokens, "refresh_token");
    for (resource, aud) in [
        (None, browser_graph()),
        (Some("05a65629-4c1b-48c1-a78b-804c4abdd4af"), "05a65629-4c1b-48c1-a78b-804c4abdd4af"),
    ] {
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("client_id", id.as_str()),
            ("client_secret", &secret),
            ("refresh_token", &refresh),
        ];
        fields.extend(resource.map(|resource| ("resource", resource)));
        let again = ok(&token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields));
        assert_eq!(claims(&member(&again, "access_token"))["aud"], aud);
        let shown = if resource.is_some() { format!("spn:{aud}") } else { aud.to_owned() };
        assert_eq!(again["resource"], shown);
    }
}

#[test]
fn v1_sign_in_without_a_resource_gives_an_id_token_only() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let url =
        authorize(&kit, "delegated", &[("scope", ""), ("response_type", "code id_token"), ("nonce", "n")]);
    let back = browser.consent(&url.replace("/v2.0/", "/"), "user");
    assert_eq!(back.mode, "fragment");
    let id = claims(back.get("id_token").unwrap());
    assert_eq!((&id["ver"], &id["nonce"]), (&"1.0".into(), &"n".into()));
    assert!(id["c_hash"].is_string());
}

#[test]
fn signing_out_forgets_the_session_and_returns_to_registered_uris_only() {
    let kit = Kit::tiny();
    for path in ["/oauth2/v2.0/logout", "/oauth2/logout"] {
        let browser = Browser::new(&kit);
        let sign_in = || browser.consent(&authorize(&kit, "delegated", &[]), "user");
        let silent = || browser.get(&authorize(&kit, "delegated", &[("prompt", "none")])).is();
        sign_in();
        let logout =
            |fields: &[(&str, &str)]| browser.get(&format!("{}?{}", login(&kit, path), encode(fields)));
        // A stranger's address is not returned to.
        let page = logout(&[("post_logout_redirect_uri", "https://evil.example/"), ("state", "s")]).page();
        assert_eq!(page.title(), "Signed out");
        assert!(!page.html.contains("evil.example"), "{}", page.html);
        assert_eq!(silent(), "login_required 50058");
        // One that a client registered is, with the state.
        sign_in();
        let page = logout(&[("post_logout_redirect_uri", "http://localhost"), ("state", "s&t")]).page();
        assert!(page.html.contains("http://localhost/?state=s%26t"), "{}", page.html);
        assert_eq!(silent(), "login_required 50058");
        // Nobody is signed in any more: nothing to show.
        let id = client(&kit, "delegated");
        let named = [("client_id", id.as_str()), ("post_logout_redirect_uri", "http://localhost")];
        let back = logout(&named).back();
        assert_eq!(back.uri, "http://localhost");
        // A client that does not know the address does not vouch for it.
        let other = client(&kit, "certificate");
        let named = [("client_id", other.as_str()), ("post_logout_redirect_uri", "http://localhost/spa")];
        assert!(matches!(logout(&named), Shown::Page(_)));
    }
    // It may be posted, and may be about one account of several.
    let browser = Browser::new(&kit);
    let first = browser.consent(&authorize(&kit, "delegated", &[]), "user");
    let hint = member(&ok(&redeem(&kit, &first.code(), &[])), "id_token");
    let (other, _) = person(&kit, "security-reader");
    browser.consent(&authorize(&kit, "delegated", &[("prompt", "login")]), "security-reader");
    let logout = login(&kit, "/oauth2/v2.0/logout");
    let page = browser.post(&logout, &[("id_token_hint", &hint)]).page();
    assert_eq!(page.title(), "Signed out");
    let silent = |hint: &str| {
        browser.get(&authorize(&kit, "delegated", &[("prompt", "none"), ("login_hint", hint)])).is()
    };
    assert_eq!(silent(&person(&kit, "user").0), "login_required 50058");
    assert_eq!(silent(&other), "back");
}

#[test]
fn native_programs_read_the_answer_from_a_blank_page() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let native = "https://login.microsoftonline.com/common/oauth2/nativeclient";
    let url = authorize(&kit, "delegated", &[("redirect_uri", native)]);
    let url = url.replace(OWN, "https://login.microsoftonline.com");
    let back = browser.consent(&url, "user");
    assert_eq!((back.uri.as_str(), back.mode), (native, "query"));
    let page = kit.send("GET", &format!("{native}?code={}", back.code()), &[], "");
    assert_eq!(page.status, 200);
    assert!(!text(&page).contains(&back.code()) && !text(&page).contains("<script"), "{}", text(&page));
    let tokens = redeem(&kit, &back.code(), &[("redirect_uri", native)]);
    assert!(json(&tokens)["access_token"].is_string());
}

#[test]
fn a_click_on_the_start_page_begins_a_session() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let endpoint = login(&kit, "/persona");
    let form = encode(&[("as", "security-reader"), ("back", "/defender/?tid=x")]);
    let answer = browser.ask("POST", &endpoint, &form);
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["location"]),
        (302, &"https://localhost:8443/defender/?tid=x".parse().unwrap())
    );
    // Whoever signs in next is not asked who it is.
    let shown = browser.get(&authorize(&kit, "delegated", &[("prompt", "none")]));
    assert_ne!(shown.back().get("error"), Some("login_required"));

    for (who, back, held) in [
        ("security-reader", "https://elsewhere.example/", "back"),
        ("security-reader", "//elsewhere.example/", "back"),
        ("security-reader", "/\\elsewhere.example/", "back"),
        ("nobody", "/", "as"),
    ] {
        let answer = browser.ask("POST", &endpoint, &encode(&[("as", who), ("back", back)]));
        assert_eq!(answer.status, 400, "{who} {back}");
        assert!(!answer.headers.contains_key("location") && text(&answer).contains(held), "{who} {back}");
    }
    // A page of another site signs nobody in, and a disabled account stays out.
    let mut stranger = Browser::new(&kit);
    stranger.headers.push(("sec-fetch-site", "cross-site"));
    assert_eq!(stranger.ask("POST", &endpoint, &form).status, 400);
    let form = encode(&[("as", "disabled"), ("back", "/")]);
    let disabled = Browser::new(&kit);
    assert_eq!(disabled.ask("POST", &endpoint, &form).status, 400);
    assert_eq!(disabled.cookie("ESTSAUTH-"), None);
}
