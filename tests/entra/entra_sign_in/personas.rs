//! Test users at the sign-in pages: one click, and what it does not spare.

use std::sync::Arc;

use mock_defender::gateway::Gateway;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::Registry;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::tenant::Wall;
use serde_json::{Value, json};

use crate::browser::{
    Browser, Page, Shown, authorize, claims, client, command, login, member, ok, person, redeem,
};
use crate::kit::{Kit, json, tenant};

/// The test users that a page offers.
fn offered(page: &Page) -> Vec<String> {
    page.buttons().into_iter().filter(|(name, _)| name == "persona").map(|(_, persona)| persona).collect()
}

fn everybody() -> Vec<&'static str> {
    Persona::ALL.map(Persona::name).to_vec()
}

fn click(browser: &Browser<'_>, page: &Page, persona: &str) -> Shown {
    assert!(offered(page).iter().any(|known| known == persona), "{persona}: {:?}", page.buttons());
    browser.submit(page, &[("persona", persona)])
}

/// What one looks like to whoever tells a demonstration.
fn look(page: &Page) -> String {
    let (_, rest) = page.html.split_once("<body class=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn a_test_user_signs_in_with_one_click() {
    let kit = Kit::tiny();
    for persona in everybody().into_iter().filter(|persona| *persona != "disabled") {
        let browser = Browser::new(&kit);
        let page = browser.get(&authorize(&kit, "delegated", &[("scope", "User.Read")])).page();
        assert!(page.text().contains("One click gives the password"), "{}", page.text());
        let consent = click(&browser, &page, persona).page();
        assert_eq!(consent.title(), "Permissions requested", "{persona}");
        let code = browser.press(&consent, "accept", &[]).back().code();
        let access = claims(&member(&ok(&redeem(&kit, &code, &[])), "access_token"));
        assert_eq!(access["upn"], person(&kit, persona).0, "{persona}");
        assert_eq!(access["amr"], json!(["pwd"]), "{persona}");
        let silent =
            browser.get(&authorize(&kit, "delegated", &[("scope", "User.Read"), ("prompt", "none")]));
        assert_eq!(silent.is(), "back", "{persona}");
    }
}

#[test]
fn only_test_users_are_listed_with_role_and_company() {
    let kit = Kit::new(1, Size::Medium);
    let (company, people) = (&kit.tenant.world().company.name, &kit.tenant.world().people);
    assert!(people.len() > 100);
    let page = Browser::new(&kit).get(&authorize(&kit, "delegated", &[])).page();
    assert_eq!(offered(&page), everybody());
    for one in people.iter().filter(|one| !one.disabled) {
        let listed = page.text().contains(one.upn.as_str());
        assert_eq!(listed, one.persona.is_some(), "{}", one.upn);
        if let Some(persona) = one.persona {
            let home = || one.upn.split("#EXT#").next().unwrap().rsplit_once('_').unwrap().1;
            let words = match persona {
                Persona::GlobalAdmin => format!("Global Administrator , {company}"),
                Persona::SecurityAdmin => format!("Security Administrator , {company}"),
                Persona::CloudAppSecurityAdmin => format!("Cloud App Security Administrator , {company}"),
                Persona::SecurityReader => format!("Security Reader , {company}"),
                Persona::Guest => format!("Guest , {}", home()),
                Persona::User | Persona::Disabled => format!("User without roles , {company}"),
            };
            let told = format!("{} {words} {}", one.display_name, one.upn);
            assert!(page.text().contains(&told), "{told}: {}", page.text());
        }
    }
    assert!(page.text().contains(&format!("User without roles, account disabled , {company}")));
}

#[test]
fn one_click_sign_in_is_subject_to_the_same_checks_as_a_password() {
    for change in [
        json!({"enabled": false}),
        json!({"locked": true}),
        json!({"password": "Another-one-1"}),
        json!({"passwordExpired": true}),
        json!({"mfa": "required"}),
        json!({"mfa": "unregistered"}),
        json!({"risk": "high"}),
    ] {
        let kit = Kit::tiny();
        let mut user = json!({"user": "user"});
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        command(&kit, &json!({"setUser": user}));
        let (url, upn) = (authorize(&kit, "delegated", &[]), person(&kit, "user").0);
        let password = change["password"].as_str().map_or_else(|| person(&kit, "user").1, str::to_owned);
        let typing = Browser::new(&kit);
        let typed = typing.through_as(typing.get(&url), &upn, &password);
        let clicking = Browser::new(&kit);
        let clicked = click(&clicking, &clicking.get(&url).page(), "user");
        assert_eq!(clicked.is(), typed.is(), "{change}");
        if let (Shown::Page(clicked), Shown::Page(typed)) = (&clicked, &typed) {
            assert_eq!(clicked.text(), typed.text(), "{change}");
        }
    }
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let page = click(&browser, &browser.get(&authorize(&kit, "delegated", &[])).page(), "disabled").page();
    assert_eq!((page.title().as_str(), page.number()), ("Enter password", 50_057));
}

#[test]
fn hints_narrow_the_list_or_choose_from_it() {
    let kit = Kit::tiny();
    let (upn, domain) = (person(&kit, "security-reader").0, &kit.tenant.world().company.domain);
    let home = person(&kit, "guest").0.split("#EXT#").next().unwrap().rsplit_once('_').unwrap().1.to_owned();
    let members: Vec<_> = everybody().into_iter().filter(|persona| *persona != "guest").collect();
    let begun = upn.split_once('@').unwrap().0.to_uppercase();
    for (hint, value, expected) in [
        ("domain_hint", home.as_str(), vec!["guest"]),
        ("domain_hint", domain, members),
        ("login_hint", &begun, vec!["security-reader"]),
        // A hint that means nobody of them hides nobody.
        ("domain_hint", "nowhere.example", everybody()),
        ("login_hint", "nobody@nowhere.example", everybody()),
    ] {
        let browser = Browser::new(&kit);
        let page = browser.get(&authorize(&kit, "delegated", &[(hint, value)])).page();
        assert_eq!(
            (page.title().as_str(), offered(&page)),
            ("Sign in", expected.iter().map(|one| (*one).to_owned()).collect()),
            "{hint}={value}"
        );
    }
    // A whole name leads to the page of its password, where one click is enough, too; and another one is any other.
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[("login_hint", &upn)])).page();
    assert_eq!(
        (page.title().as_str(), offered(&page)),
        ("Enter password", vec!["security-reader".to_owned()])
    );
    assert_eq!(click(&browser, &page, "security-reader").is(), "Permissions requested");
    let other = browser.press(&page, "restart", &[]).page();
    assert_eq!(offered(&other), everybody());
}

#[test]
fn a_user_without_a_persona_signs_in_with_the_password() {
    let kit = Kit::tiny();
    let somebody = kit.tenant.world().people.iter().find(|one| one.persona.is_none()).unwrap();
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[("login_hint", &somebody.upn)])).page();
    assert_eq!((page.title().as_str(), offered(&page).len()), ("Enter password", 0));
    for stranger in [somebody.upn.as_str(), "nobody", ""] {
        let refused = browser.submit(&page, &[("persona", stranger), ("login", "")]).page();
        let expected = if stranger.is_empty() { 50_126 } else { 90_100 };
        assert_eq!(refused.number(), expected, "{stranger:?}: {}", refused.text());
    }
}

#[test]
fn one_click_sign_in_asks_for_the_password_where_an_operator_token_is_set() {
    let tenant = tenant(1, Size::Tiny);
    let settings = Settings {
        control_token: Some("secret".to_owned()),
        wall: Wall::manual(tenant.now()),
        ..Settings::default()
    };
    let gateway =
        Gateway::new(Registry::new(Arc::clone(&tenant)), &mock_defender::services::all(), settings).unwrap();
    let mut kit = Kit::of(tenant, false);
    kit.gateway = gateway;
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[])).page();
    assert!(page.text().contains("The password is asked for next"), "{}", page.text());
    let next = click(&browser, &page, "user").page();
    assert_eq!((next.title().as_str(), next.number(), offered(&next).len()), ("Enter password", 0, 0));
    let (upn, password) = person(&kit, "user");
    assert!(next.text().contains(&upn));
    assert_eq!(browser.press(&next, "password", &[("passwd", &password)]).is(), "Permissions requested");
}

#[test]
fn a_company_has_one_colour_in_all_its_forks_and_companies_differ() {
    let first = |kit: &Kit| Browser::new(kit).get(&authorize(kit, "delegated", &[])).page();
    let kit = Kit::tiny();
    let page = first(&kit);
    assert!(page.html.contains(r#"aria-hidden="true">C</span> <bdi>Contoso</bdi>"#), "{}", page.html);
    let id = kit.tenant.identity().id.to_string();
    let fork: Value = json(&kit.mock("POST", &format!("/_mock/tenants/{id}/fork"), ""));
    let url = authorize(&kit, "delegated", &[]).replace(&id, fork["id"].as_str().unwrap());
    let forked = Browser::new(&kit).get(&url).page();
    assert_ne!(fork["id"], id.as_str());
    assert_eq!(look(&forked), look(&page));
    let mut looks: Vec<_> = (1..=8).map(|seed| look(&first(&Kit::new(seed, Size::Tiny)))).collect();
    assert_eq!(looks[0], look(&page), "drawn again, the same");
    looks.sort_unstable();
    looks.dedup();
    assert!(looks.len() >= 4, "{looks:?}");
}

#[test]
fn the_consent_page_describes_permissions_by_api_with_raw_names_second() {
    let kit = Kit::tiny();
    let middle = client(&kit, "middle-tier");
    let scope =
        format!("05a65629-4c1b-48c1-a78b-804c4abdd4af/investigation.manage api://{middle}/access_as_user");
    let url = authorize(&kit, "delegated", &[("scope", &format!("{scope} offline_access"))]);
    let browser = Browser::new(&kit);
    let page = click(&browser, &browser.get(&url).page(), "global-admin").page();
    let text = page.text();
    let told = [
        "Microsoft Cloud App Security 05a65629-4c1b-48c1-a78b-804c4abdd4af Change",
        "Manage alerts, activities, policies, and other investigation-related information investigation.manage",
        // The published id of the permission.
        "ID a832eaa3-0cfc-4a2b-9af1-27c5b092dd40",
        "Microsoft Graph 00000003-0000-0000-c000-000000000000 Offline access",
        "Maintain access to data you have given it access to offline_access",
        &format!("{middle} Change Use this application as you access_as_user"),
    ];
    for words in told {
        assert!(text.contains(words), "{words}: {text}");
    }
    // An administrator who grants everything reads apart what holds without a user.
    let admin = format!("{}?client_id={}", login(&kit, "/v2.0/adminconsent"), client(&kit, "full"));
    let page = Browser::new(&kit).sign_in(&admin, "global-admin").page();
    let text = page.text();
    for words in [
        "Read, without a signed-in user",
        "Change, without a signed-in user",
        "View all settings settings.read",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
