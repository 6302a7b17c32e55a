//! The grants of the token endpoint on behalf of users, and what clients prove themselves with.

mod credentials;
mod lifetimes;
mod named;
mod on_behalf;
mod own_api;
mod pages;
mod resources;

use aws_lc_rs::digest::{SHA256, digest};
use mock_defender::model::base64;
use mock_defender::model::person::Persona;
use mock_defender::model::time::Span;
use serde_json::json;

use crate::browser::{
    Browser, OWN, authorize, claims, client, command, member, neighbour, ok, person_of, redeem, refresh,
    refusal, secret, token, token_at, tokens,
};
use crate::kit::{Kit, text};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk~";
const GRAPH: &str = "https://graph.microsoft.com";
const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";

fn no(error: &str, number: u64) -> (u16, String, u64) {
    (400, error.to_owned(), number)
}

#[test]
fn a_code_is_redeemed_by_who_knows_the_verifier() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let hashed = base64::encode_url(digest(&SHA256, VERIFIER.as_bytes()).as_ref());
    let code = |challenge: &str, method: &str| {
        let more = [("code_challenge", challenge), ("code_challenge_method", method)];
        browser.consent(&authorize(&kit, "delegated", &more), "user").code()
    };
    let with = |code: &str, verifier: &str| match verifier {
        "" => redeem(&kit, code, &[]),
        verifier => redeem(&kit, code, &[("code_verifier", verifier)]),
    };
    for (challenge, method) in [(hashed.as_str(), "S256"), (VERIFIER, "plain"), (VERIFIER, "")] {
        let code = code(challenge, method);
        assert_eq!(refusal(&with(&code, "")), no("invalid_grant", 50_148), "{method}");
        assert_eq!(refusal(&with(&code, &"x".repeat(43))), no("invalid_grant", 501_481), "{method}");
        if method == "S256" {
            assert_eq!(refusal(&with(&code, &hashed)), no("invalid_grant", 501_481));
        }
        // What is refused spoils nothing.
        assert_eq!(with(&code, VERIFIER).status, 200, "{method}");
        assert_eq!(refusal(&with(&code, VERIFIER)), no("invalid_grant", 54_005));
    }
    // A verifier without a challenge: somebody took the challenge away.
    let plain = code("", "");
    assert_eq!(refusal(&with(&plain, VERIFIER)), no("invalid_grant", 50_148));
    assert_eq!(with(&plain, "").status, 200);
    for method in ["s256", "S512"] {
        let more = [("code_challenge", hashed.as_str()), ("code_challenge_method", method)];
        assert_eq!(browser.get(&authorize(&kit, "delegated", &more)).is(), "invalid_request 90100");
    }
}

#[test]
fn a_code_is_good_once_for_its_client_and_redirect_uri_and_for_ten_minutes() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let code = || browser.consent(&authorize(&kit, "delegated", &[]), "user").code();
    let first = code();
    let other = client(&kit, "full");
    let secret = secret(&kit, "full");
    let stolen = [("client_id", other.as_str()), ("client_secret", secret.as_str())];
    assert_eq!(refusal(&redeem(&kit, &first, &stolen)), no("invalid_grant", 70_000));
    let elsewhere = [("redirect_uri", "http://localhost/spa")];
    assert_eq!(refusal(&redeem(&kit, &first, &elsewhere)), no("invalid_client", 500_112));
    assert_eq!(refusal(&redeem(&kit, &first, &[("redirect_uri", "")])), no("invalid_request", 900_144));
    for broken in ["x", "1.Axyz", &first[..first.len() - 4], &format!("{first}AAAA")] {
        assert_eq!(refusal(&redeem(&kit, broken, &[])), no("invalid_grant", 9_002_313), "{broken}");
    }
    // A refresh token is no code, nor the other way.
    let got = ok(&redeem(&kit, &first, &[]));
    let refresh_token = member(&got, "refresh_token");
    assert_eq!(refusal(&redeem(&kit, &refresh_token, &[])), no("invalid_grant", 9_002_313));
    let second = code();
    assert_eq!(refusal(&refresh(&kit, &second, &[])), no("invalid_grant", 9_002_313));
    kit.tenant.advance(Span::seconds(599)).unwrap();
    let late = code();
    assert_eq!(redeem(&kit, &second, &[]).status, 200);
    kit.tenant.advance(Span::minutes(10)).unwrap();
    assert_eq!(refusal(&redeem(&kit, &late, &[])), no("invalid_grant", 70_008));
}

#[test]
fn a_refresh_token_stays_good_and_serves_every_resource_that_was_granted() {
    let kit = Kit::tiny();
    let first = tokens(&kit, "security-reader", "openid offline_access User.Read");
    let old = member(&first, "refresh_token");
    let again = ok(&refresh(&kit, &old, &[]));
    assert_eq!(again["scope"], "openid User.Read");
    let new = member(&again, "refresh_token");
    assert_ne!(old, new);
    for held in [&old, &new] {
        assert_eq!(refresh(&kit, held, &[("scope", "User.Read")]).status, 200);
    }
    // Without offline_access there is none.
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[("scope", "openid User.Read")]);
    let code = browser.sign_in(&url, "security-reader").back().code();
    assert!(ok(&redeem(&kit, &code, &[])).get("refresh_token").is_none());

    let cloud_apps = format!("{CLOUD_APPS}/.default");
    assert_eq!(refusal(&refresh(&kit, &old, &[("scope", &cloud_apps)])), no("invalid_grant", 65_001));
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let other = ok(&refresh(&kit, &old, &[("scope", &cloud_apps)]));
    assert_eq!(
        other["scope"],
        format!("{CLOUD_APPS}/investigation.manage {CLOUD_APPS}/investigation.read {CLOUD_APPS}/.default")
    );
    assert_eq!(claims(&member(&other, "access_token"))["aud"], CLOUD_APPS);
    let two = format!("{GRAPH}/User.Read {cloud_apps}");
    assert_eq!(refusal(&refresh(&kit, &old, &[("scope", &two)])), no("invalid_scope", 28_000));
    let unknown = refresh(&kit, &old, &[("scope", "api://nobody/.default")]);
    assert_eq!(refusal(&unknown), no("invalid_resource", 500_011));

    let full = client(&kit, "full");
    let secret = secret(&kit, "full");
    let other = refresh(&kit, &old, &[("client_id", &full), ("client_secret", &secret)]);
    assert_eq!(refusal(&other), no("invalid_grant", 70_000));
    for broken in ["nonsense", "1.Axyz", &old[..old.len() - 4]] {
        assert_eq!(refusal(&refresh(&kit, broken, &[])), no("invalid_grant", 9_002_313));
    }
}

#[test]
fn the_scope_of_an_answer_is_spelled_as_the_client_spelled_it() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let browser = Browser::new(&kit);
    let scope = |scope: &str| {
        let url = authorize(&kit, "delegated", &[("scope", scope)]);
        let code = browser.sign_in(&url, "user").back().code();
        member(&ok(&redeem(&kit, &code, &[])), "scope")
    };
    let all = |prefix: &str| {
        ["SecurityAlert.Read.All", "SecurityIncident.Read.All", "ThreatHunting.Read.All", "User.Read"]
            .map(|name| format!("{prefix}{name}"))
            .join(" ")
    };
    let id = "00000003-0000-0000-c000-000000000000";
    for (asked, answered) in [
        ("User.Read".to_owned(), all("")),
        ("user.read offline_access".to_owned(), all("").replace("User.Read", "user.read")),
        (
            format!("openid email profile {GRAPH}/User.Read"),
            format!("openid profile email {}", all(&format!("{GRAPH}/"))),
        ),
        (format!("{GRAPH}/.default"), format!("{} {GRAPH}/.default", all(&format!("{GRAPH}/")))),
        (format!("{GRAPH}//.default"), format!("{} {GRAPH}//.default", all(&format!("{GRAPH}//")))),
        (format!("{id}/.default"), format!("{} {id}/.default", all(&format!("{id}/")))),
        (".default".to_owned(), format!("{} .default", all(""))),
    ] {
        assert_eq!(scope(&asked), answered, "{asked}");
    }
}

#[test]
fn one_resource_may_be_spelled_in_several_ways_at_once() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let got = tokens(&kit, "user", &format!("User.Read {GRAPH}/SecurityAlert.Read.All offline_access"));
    let scope = member(&got, "scope");
    assert!(scope.split(' ').any(|part| part == "User.Read"), "{scope}");
    assert!(scope.split(' ').any(|part| part == format!("{GRAPH}/SecurityAlert.Read.All")), "{scope}");
    let mixed =
        refresh(&kit, &member(&got, "refresh_token"), &[("scope", &format!("User.Read {GRAPH}/.default"))]);
    assert_eq!(refusal(&mixed), no("invalid_scope", 70_011));
}

/// Microsoft's own clients of one family share their refresh tokens, and are trusted without consent.
#[test]
fn a_family_of_clients_shares_its_refresh_tokens() {
    let kit = Kit::tiny();
    let cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    let powershell = "1950a258-227b-4e31-a9cf-717495945fc2";
    let graph_tools = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
    let browser = Browser::new(&kit);
    let scope = "https://management.core.windows.net//.default offline_access openid profile";
    let url = authorize(&kit, cli, &[("redirect_uri", "http://localhost:8400"), ("scope", scope)]);
    let url = url.replace(&kit.tenant.identity().id.to_string(), "organizations");
    let code = browser.sign_in(&url, "user").back().code();
    let at = |tenant: &str| format!("{OWN}/{tenant}/oauth2/v2.0/token");
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", cli),
        ("redirect_uri", "http://localhost:8400"),
        ("code", &code),
    ];
    let got = ok(&token_at(&kit, &at("organizations"), &[], &fields));
    assert_eq!(got["foci"], "1");
    assert_eq!(claims(&member(&got, "access_token"))["aud"], "https://management.core.windows.net/");
    let held = member(&got, "refresh_token");
    let refresh_as = |id: &str, tenant: &str| {
        let fields = [("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", held.as_str())];
        token_at(&kit, &at(tenant), &[], &fields)
    };
    let tid = kit.tenant.identity().id.to_string();
    assert_eq!(ok(&refresh_as(powershell, &tid))["foci"], "1");
    assert_eq!(refresh_as(cli, "common").status, 200);
    assert_eq!(refusal(&refresh_as(graph_tools, &tid)), no("invalid_grant", 70_000));
    assert_eq!(refusal(&refresh_as(&client(&kit, "delegated"), &tid)), no("invalid_grant", 70_000));
    // One that is not trusted is asked for like any other, by what it needs.
    let url = authorize(&kit, graph_tools, &[("scope", "https://graph.microsoft.com/.default openid")]);
    let page = browser.get(&url).page();
    assert!(page.lists("Sign you in and read your profile") && page.lists("Microsoft"), "{}", page.text());
    let back = browser.press(&page, "accept", &[]).back();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", graph_tools),
        ("redirect_uri", "http://localhost"),
        ("code", &back.code()),
    ];
    let got = ok(&token(&kit, &fields));
    assert!(got.get("foci").is_none());
    assert_eq!(claims(&member(&got, "access_token"))["scp"], "User.Read openid");
}

#[test]
fn an_application_of_many_tenants_is_consented_to_in_each() {
    let kit = Kit::tiny();
    let there = neighbour(&kit);
    let (id, secret) = (client(&kit, "unconsented"), secret(&kit, "unconsented"));
    let at = |tenant: &str, fields: &[(&str, &str)]| {
        let mut all = vec![("client_id", id.as_str()), ("client_secret", secret.as_str())];
        all.extend_from_slice(fields);
        token_at(&kit, &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], &all)
    };
    let foreign = there.identity().id.to_string();
    let (upn, password) = person_of(&there, Persona::User);
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "unconsented", &[]).replace(&kit.tenant.identity().id.to_string(), &foreign);
    let page = browser.through_as(browser.get(&url), &upn, &password).page();
    assert_eq!(page.title(), "Permissions requested");
    let code = browser.press(&page, "accept", &[]).back().code();
    let redeem =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", "http://localhost")];
    // At home the code is of somebody else's tenant.
    let home = kit.tenant.identity().id.to_string();
    assert_eq!(refusal(&at(&home, &redeem)), no("invalid_grant", 700_005));
    let got = ok(&at(&foreign, &redeem));
    let access = claims(&member(&got, "access_token"));
    assert_eq!((&access["tid"], &access["upn"]), (&json!(foreign), &json!(upn)));
    // At `organizations` the code itself says where it belongs.
    let code = browser.get(&url).back().code();
    let redeem =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", "http://localhost")];
    assert_eq!(claims(&member(&ok(&at("organizations", &redeem)), "access_token"))["tid"], foreign.as_str());
    let held = member(&got, "refresh_token");
    for tenant in ["organizations", foreign.as_str()] {
        let again = ok(&at(tenant, &[("grant_type", "refresh_token"), ("refresh_token", &held)]));
        assert_eq!(claims(&member(&again, "access_token"))["tid"], foreign.as_str());
    }
    assert_eq!(at(&home, &[("grant_type", "refresh_token"), ("refresh_token", &held)]).status, 400);
    // A single-tenant application is unknown elsewhere.
    let full = authorize(&kit, "full", &[]).replace(&home, &foreign);
    assert_eq!(browser.get(&full).page().number(), 700_016);
    assert!(!text(&at(&foreign, &[])).contains(&secret));
}

#[test]
fn a_resource_at_the_second_version_is_ignored_where_the_tenant_is_lenient() {
    let kit = Kit::tiny();
    let scope = format!("{CLOUD_APPS}/.default");
    let ask = || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, "full")),
            ("client_secret", &secret(&kit, "full")),
            ("scope", &scope),
            ("resource", GRAPH),
        ];
        token(&kit, &fields)
    };
    let sign_in =
        || Browser::new(&kit).sign_in(&authorize(&kit, "full", &[("resource", GRAPH)]), "user").is();
    assert_eq!(refusal(&ask()), no("invalid_request", 901_002));
    assert_eq!(sign_in(), "invalid_request 901002");
    command(&kit, &json!({"setPolicies": {"lenientResource": true}}));
    assert_eq!(claims(&member(&ok(&ask()), "access_token"))["aud"], CLOUD_APPS);
    assert_eq!(sign_in(), "back");
}

/// Whatever a session lasts, its cookie is one that a page of another site does not read, nor plain HTTP send away.
#[test]
fn the_cookie_of_a_session_is_closed_to_scripts_and_to_plain_http() {
    let kit = Kit::tiny();
    for (origin, expected) in [
        (OWN, "; Path=/; HttpOnly; Secure; SameSite=None"),
        ("http://localhost:8443", "; Path=/; HttpOnly; SameSite=Lax"),
    ] {
        let browser = Browser::new(&kit);
        let url = authorize(&kit, "full", &[]).replace(OWN, origin);
        browser.sign_in(&url, "user").back().code();
        let answer = browser.ask("GET", &url, "");
        let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("ESTSAUTH-")).unwrap();
        assert!(cookie.ends_with(expected), "{cookie}");
    }
}
