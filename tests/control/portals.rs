//! The portals, below a browser: sign-in, the switch, the dialog of consent, the data sources, the presenter panel.

mod dialog;
mod everywhere;
mod hosts;
mod jar;
mod look;
mod presenter;
mod refused;
mod rewind;
mod several;
mod sign_in;

use std::sync::Arc;

use mock_defender::gateway::Gateway;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::Registry;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Wall;
use serde_json::json;

use crate::kit::{Kit, json, tenant, text};
use jar::{Jar, Page, command, connection, resolved};

const OWN: &str = "https://localhost:8443";
const DEFENDER: &str = "https://localhost:8443/defender";
const COPILOT: &str = "https://localhost:8443/copilot";
const CLASSIC: &str = "https://localhost:8443/classic";
const EXTENSIONS: &str = "/settings/security-extensions";
const TOGGLE: &str = "/settings/security-extensions/copilot";

/// A simulator whose control API asks for a token.
fn guarded() -> Kit {
    let tenant = tenant(1, Size::Tiny);
    let settings = Settings {
        control_token: Some("a-secret".to_owned()),
        wall: Wall::manual(tenant.now()),
        ..Settings::default()
    };
    let registry = Registry::new(Arc::clone(&tenant));
    let gateway = Gateway::new(registry, &mock_defender::services::all(), settings).unwrap();
    Kit::at(gateway, tenant)
}

/// Presses the switch on a page that has it.
fn switched(jar: &Jar<'_>, page: &Page) -> Page {
    jar.submit(page, "data-toggle", &[])
}

/// From a fresh tenant to a connection, by its pages.
fn connect(jar: &Jar<'_>, persona: &str) -> Page {
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), persona);
    let page = switched(jar, &page);
    let dialog = jar.get(&page.link("Finish consent"));
    let done = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert!(done.html.contains("Consent was given"), "{}: {}", done.url, done.html);
    done
}

#[test]
fn a_portal_signs_its_visitors_in_and_out() {
    let kit = Kit::tiny();
    for portal in [DEFENDER, COPILOT, CLASSIC] {
        command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
        let jar = Jar::new(&kit);
        let page = jar.get(&format!("{portal}/"));
        assert_eq!(page.title(), "Sign in", "{portal}: {}", page.html);
        let page = jar.visit(&format!("{portal}/"), "user");
        assert_eq!((page.status, jar.posted.get()), (200, 1), "{portal}: {}", page.html);
        assert!(page.url.starts_with(portal), "{}", page.url);
        let user = kit.tenant.world().person(jar::index(&kit, "user")).display_name.clone();
        assert!(page.html.contains(&user), "{portal}: {user}");
        // Whoever has signed in once is known at the others without another word.
        for other in [DEFENDER, COPILOT, CLASSIC] {
            assert!(jar.get(&format!("{other}/")).html.contains(&user), "{portal} {other}");
        }
        let page = jar.submit(&page, "Sign out", &[]);
        assert_eq!(page.status, 200, "{}", page.html);
        assert_eq!(jar.cookie(portal, "mock-portal"), None);
        assert_eq!(jar.get(&format!("{portal}/")).title(), "Sign in", "and of Entra ID, too");
    }
}

#[test]
fn the_switch_asks_for_consent_and_connects() {
    for persona in ["global-admin", "security-admin"] {
        let kit = Kit::tiny();
        let jar = Jar::new(&kit);
        let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), persona);
        assert_eq!(
            (page.status_told().as_str(), page.reasons()),
            ("Disconnected", vec!["toggle_off".into()])
        );
        let page = switched(&jar, &page);
        assert!(page.url.contains(EXTENSIONS), "{}", page.url);
        assert_eq!(page.reasons(), ["consent_pending"]);
        let dialog = jar.get(&page.link("Finish consent"));
        assert_eq!(dialog.title(), "Permissions requested", "{}", dialog.html);
        for words in
            ["Data access statement", "Shadow IT", "Security Copilot", "Review for your organization"]
        {
            assert!(dialog.html.contains(words), "{words}: {}", dialog.html);
        }
        assert_eq!(connection(&kit)["status"], "Disconnected", "nobody has accepted yet");
        let done = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
        assert!(done.url.starts_with(&format!("{DEFENDER}/copilot/consent?")), "{}", done.url);
        assert!(done.html.contains("Consent was given"), "{}", done.html);
        let page = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
        assert_eq!((page.status_told().as_str(), page.reasons().len()), ("Connected", 0), "{persona}");
        assert_eq!(connection(&kit)["status"], "Connected");
        let page = switched(&jar, &page);
        assert_eq!(page.reasons(), ["toggle_off"], "off again");
        let page = switched(&jar, &page);
        assert_eq!(page.reasons(), ["toggle_too_soon"], "and on again without the wait");
    }
}

#[test]
fn a_script_is_told_where_the_dialog_is() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "global-admin");
    let url = format!("{DEFENDER}{TOGGLE}");
    let asked = |more: &str| {
        let body = format!("enabled=true{more}");
        jar.ask("POST", &url, Some(&url), &[("accept", "application/json")], &body)
    };
    let answer = asked("");
    let told = json(&answer);
    assert_eq!((answer.status.as_u16(), &told["enabled"]), (200, &json!(true)));
    let dialog = told["consentUrl"].as_str().unwrap();
    assert!(dialog.contains("/v2.0/adminconsent?") && dialog.contains("state=1"), "{dialog}");
    assert_eq!(jar.get(dialog).title(), "Permissions requested");
    jar.post(&url, &[("enabled", "false")]);
    kit.tenant.advance(Span::seconds(10)).unwrap();
    assert_eq!(json(&asked("&popups=blocked"))["consentUrl"], json!(null), "a window was not opened");
    assert_eq!(connection(&kit)["reasons"], json!(["consent_pending", "dialog_blocked"]));

    let stranger = Jar::new(&kit);
    let answer = stranger.ask("POST", &url, Some(&url), &[("accept", "application/json")], "enabled=true");
    assert_eq!((answer.status.as_u16(), &json(&answer)["error"]["code"]), (401, &json!("SignInFailed")));
}

#[test]
fn both_menu_paths_lead_to_one_page() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let home = jar.visit(&format!("{DEFENDER}/"), "security-admin");
    let one = jar.get(&home.link("Security extensions"));
    let two = jar.get(&home.link("System"));
    assert!(one.url.contains("/defender/settings/security-extensions?"), "{}", one.url);
    assert!(two.url.contains("/defender/cloudapps/settings/system?"), "{}", two.url);
    let main = |page: &Page| {
        let (_, rest) = page.html.split_once("<main").unwrap();
        rest.split_once("</main>").unwrap().0.to_owned()
    };
    assert_eq!(main(&one), main(&two));
    for page in [&one, &two] {
        assert_eq!(page.html.matches("aria-current=\"page\"").count(), 1);
    }
    let page = jar.submit(&two, "data-toggle", &[]);
    assert_eq!(page.reasons(), ["consent_pending"], "it switches there, too");
}

#[test]
fn the_data_sources_say_whether_the_connection_is_there() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{COPILOT}/"), "user");
    assert!(page.url.contains("/copilot/sources"), "{}", page.url);
    assert_eq!((page.status_told().as_str(), page.reasons()), ("Disconnected", vec!["toggle_off".into()]));
    assert!(page.html.contains("Open Settings › Security extensions"), "the remedy: {}", page.html);
    let admin = Jar::new(&kit);
    connect(&admin, "global-admin");
    let page = jar.get(&page.url);
    assert_eq!((page.status_told().as_str(), page.reasons().len()), ("Connected", 0));
    command(&kit, &json!({"expireCopilotSession": {}}));
    let before = kit.tenant.now();
    kit.tenant.advance(Span::minutes(1)).unwrap();
    let page = jar.submit(&page, "Refresh", &[]);
    assert_eq!(page.reasons(), ["session_expired"]);
    assert!(page.html.contains(&kit.tenant.now().to_spaced()), "last checked now, not {before}");
    assert!(page.html.contains("wait 10 seconds"), "the remedy");
    let back = resolved(&page.url, &page.link("Reconnect in Settings › Security extensions"));
    assert_eq!(jar.get(&back).status, 200);
    let names: Vec<_> =
        connection(&kit)["events"].as_array().unwrap().iter().map(|event| event["event"].clone()).collect();
    assert!(names.contains(&json!("status_viewed")), "{names:?}");
}

#[test]
fn a_source_is_switched_off_for_oneself_only() {
    let kit = Kit::tiny();
    let (jar, other) = (Jar::new(&kit), Jar::new(&kit));
    let page = jar.visit(&format!("{COPILOT}/sources"), "user");
    let on = |page: &Page| page.html.contains("role=\"switch\" aria-checked=\"true\"");
    assert!(on(&page));
    let page = jar.submit(&page, "/sources/switch", &[]);
    assert!(!on(&page), "{}", page.html);
    assert!(on(&other.visit(&format!("{COPILOT}/sources"), "security-admin")), "another one's is as it was");
    assert!(on(&jar.submit(&page, "/sources/switch", &[])));
    let answer = jar.post(&format!("{COPILOT}/sources/switch"), &[("on", "maybe")]);
    assert_eq!(answer.status, 400, "{}", answer.html);
    assert!(answer.html.contains("field `on`: expected true or false"), "{}", answer.html);
}

#[test]
fn the_former_portal_leads_on_unless_it_is_kept() {
    let kit = Kit::tiny();
    let label = kit.tenant.identity().label.clone();
    let jar = Jar::new(&kit);
    for host in ["portal.cloudappsecurity.com".to_owned(), format!("{label}.portal.cloudappsecurity.com")] {
        for path in ["/", EXTENSIONS] {
            let answer = jar.ask("GET", &format!("https://{host}{path}"), None, &[], "");
            let to = answer.headers["location"].to_str().unwrap();
            let tid = kit.tenant.identity().id;
            assert_eq!(
                (answer.status.as_u16(), to),
                (302, &*format!("https://security.microsoft.com{path}?tid={tid}"))
            );
        }
    }
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    for origin in [
        CLASSIC.to_owned(),
        "https://portal.cloudappsecurity.com".to_owned(),
        format!("https://{label}.portal.cloudappsecurity.com"),
        format!("https://{label}.us2.portal.cloudappsecurity.com"),
    ] {
        let jar = Jar::new(&kit);
        let page = jar.visit(&format!("{origin}/"), "security-admin");
        assert!(page.url.starts_with(&format!("{origin}{EXTENSIONS}")), "{}: {}", page.url, page.html);
        let page = switched(&jar, &page);
        assert!(page.url.starts_with(&format!("{origin}{EXTENSIONS}")), "{}: {}", page.url, page.html);
        let dialog = jar.get(&page.link("Finish consent"));
        assert_eq!(dialog.title(), "Permissions requested", "{origin}: {}", dialog.html);
        let page = switched(&jar, &page);
        assert_eq!(page.reasons(), ["toggle_off"]);
        kit.tenant.advance(Span::seconds(10)).unwrap();
    }
}

#[test]
fn the_api_answers_as_ever_under_the_names_of_the_former_portal() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    let answer = kit.api("GET", "/api/v1/alerts/", "");
    assert_eq!(answer.status, 200);
    assert!(json(&answer)["data"].is_array());
    let label = &kit.tenant.identity().label;
    for host in ["portal.cloudappsecurity.com".to_owned(), format!("{label}.portal.cloudappsecurity.com")] {
        for (path, status) in
            [("/api/v1/alerts/", 401), ("/api/v1/nothing", 404), ("/cas/api/v1/alerts/", 401)]
        {
            let answer = kit.send("GET", &format!("https://{host}{path}"), &[], "");
            assert_eq!(answer.status.as_u16(), status, "{host}{path}: {}", text(&answer));
            let kind = answer.headers["content-type"].to_str().unwrap().to_owned();
            assert!(!kind.contains("html"), "{host}{path} is the API's: {kind}");
        }
        // What neither has is the API's, too: it had the name first.
        let answer = kit.send("GET", &format!("https://{host}/nothing"), &[], "");
        assert_eq!(answer.status.as_u16(), 404);
        assert!(!text(&answer).contains("<html"), "{}", text(&answer));
    }
}

#[test]
fn the_presenter_brings_about_every_cause_and_mends_it() {
    let causes = [
        ("expire-session", "session_expired", false),
        ("revoke-sessions", "session_revoked", false),
        ("revoke", "consent_revoked", false),
        ("licence", "license_missing", true),
        ("capacity", "capacity_missing", true),
        ("disable", "copilot_not_enabled", true),
        ("network-xdr", "endpoint_unreachable:api.security.microsoft.com", true),
        ("network-graph", "endpoint_unreachable:graph.microsoft.com", true),
        ("channel", "channel_unreachable", true),
    ];
    for (cause, reason, mended) in causes {
        let kit = Kit::tiny();
        let jar = Jar::new(&kit);
        connect(&jar, "security-admin");
        kit.tenant.advance(Span::minutes(5)).unwrap();
        let page = jar.get(&format!("{COPILOT}/sources"));
        assert!(page.html.contains("class=\"state on good\""), "{cause}: {}", page.html);
        jar.submit(&page, "value=\"mend\"", &[("do", cause)]);
        if jar.get(&page.url).title() == "Sign in" {
            // It was the administrator's own session that was ended.
            assert_eq!(cause, "revoke-sessions");
        }
        kit.tenant.advance(Span::minutes(2)).unwrap();
        let other = Jar::new(&kit);
        let page = other.visit(&format!("{COPILOT}/sources"), "user");
        assert_eq!(page.reasons().first().map(String::as_str), Some(reason), "{cause}: {}", connection(&kit));
        assert!(page.html.contains("class=\"state on bad\""), "{cause}");
        let page = other.submit(&page, "value=\"mend\"", &[("do", "mend")]);
        kit.tenant.advance(Span::minutes(2)).unwrap();
        let page = other.get(&page.url);
        assert_eq!(page.status_told() == "Connected", mended, "{cause}: {}", connection(&kit));
        if !mended {
            // Consent and session are for people to renew: off, wait, on, accept.
            let jar = Jar::new(&kit);
            let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "security-admin");
            let page = switched(&jar, &page);
            kit.tenant.advance(Span::seconds(10)).unwrap();
            switched(&jar, &page);
            let page = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
            let dialog = jar.get(&page.link("Finish consent"));
            jar.submit(&dialog, "flowToken", &[("step", "accept")]);
            assert_eq!(connection(&kit)["status"], "Connected", "{cause}");
        }
    }
}
