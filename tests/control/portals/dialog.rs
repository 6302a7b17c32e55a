//! The dialog of consent: who may answer it, what an answer does, and what it does not open.

use mock_defender::model::time::Span;
use serde_json::{Value, json};

use super::jar::{Jar, Page, command, connection, encode};
use super::{DEFENDER, EXTENSIONS, OWN, switched};
use crate::kit::{Kit, json};

const COPILOT_API: &str = "bb3d68c2-d09e-4455-94a0-e323996dbaa3";

/// The page of the dialog, after somebody has switched on.
fn opened(jar: &Jar<'_>, persona: &str) -> Page {
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), persona);
    let page = switched(jar, &page);
    jar.get(&page.link("Finish consent"))
}

fn events(kit: &Kit) -> Vec<String> {
    let events = connection(kit)["events"].clone();
    events.as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

/// What the directory has granted to the dialog's application.
fn grants(kit: &Kit) -> Value {
    let path = format!("/_mock/tenants/{}/directory", kit.tenant.identity().id);
    json(&kit.mock("GET", &path, ""))["grants"].clone()
}

/// The address of an administrator's consent for an application.
fn admin_consent(kit: &Kit, client: &str, redirect: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("client_id", client), ("redirect_uri", redirect)];
    fields.extend_from_slice(more);
    format!("{OWN}/{}/v2.0/adminconsent?{}", kit.tenant.identity().id, encode(&fields))
}

fn back() -> String {
    format!("{DEFENDER}/copilot/consent")
}

#[test]
fn cancel_declines_and_says_so_at_the_redirect() {
    for persona in ["global-admin", "security-admin"] {
        let kit = Kit::tiny();
        let jar = Jar::new(&kit);
        let dialog = opened(&jar, persona);
        let done = jar.submit(&dialog, "flowToken", &[("step", "cancel")]);
        assert!(done.url.starts_with(&back()), "{}", done.url);
        assert!(done.url.contains("error=access_denied"), "{}", done.url);
        assert!(done.url.contains("AADSTS65004"), "{}", done.url);
        assert!(done.html.contains("Consent was not given"), "{}", done.html);
        assert_eq!(connection(&kit)["reasons"][0], "consent_declined", "{persona}");
        // It does not come back by itself: its address is that of no dialog any more.
        let again = jar.get(&dialog.url);
        assert!(!again.html.contains("Data access statement"), "{persona}: {}", again.html);
        assert_eq!(events(&kit).iter().filter(|what| *what == "consent_declined").count(), 1);
    }
}

#[test]
fn a_dialog_is_opened_once_however_often_it_is_shown() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let dialog = opened(&jar, "global-admin");
    jar.get(&dialog.url);
    assert_eq!(events(&kit).iter().filter(|what| *what == "consent_opened").count(), 1);
}

#[test]
fn who_may_not_answer_has_not_answered() {
    let kit = Kit::tiny();
    let admin = Jar::new(&kit);
    let dialog = opened(&admin, "global-admin");
    let anybody = dialog.url.split("&login_hint").next().unwrap();
    for persona in ["security-reader", "user"] {
        let jar = Jar::new(&kit);
        let page = jar.visit(anybody, persona);
        assert_eq!(page.title(), "Need admin approval", "{persona}: {}", page.html);
        let forged = page.form("flowToken").sending(&[("step", "accept")]);
        jar.ask("POST", &super::resolved(&page.url, &forged.0), Some(&page.url), &[], &forged.1);
        jar.submit(&page, "flowToken", &[("step", "cancel")]);
        assert_eq!(connection(&kit)["reasons"][0], "consent_pending", "{persona}");
    }
    admin.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert_eq!(connection(&kit)["status"], "Connected");
}

#[test]
fn an_answered_or_late_dialog_takes_no_answer() {
    // An administrator who may consent to anything, too, grants nothing by an answer to a dialog that is over.
    for persona in ["global-admin", "security-admin"] {
        for wait in [Span::minutes(11), Span::hours(2)] {
            let kit = Kit::tiny();
            let jar = Jar::new(&kit);
            let dialog = opened(&jar, persona);
            let before = grants(&kit);
            kit.tenant.advance(wait).unwrap();
            let late = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
            assert!(!late.html.contains("Consent was given"), "{}", late.html);
            if wait < Span::hours(1) {
                assert!(late.html.contains("The dialog had waited too long"), "{}", late.html);
                assert!(late.url.contains("AADSTS50089"), "{}", late.url);
            }
            assert_eq!(connection(&kit)["status"], "Disconnected");
            assert_eq!(grants(&kit), before, "{persona}");
        }
    }
    // Nor does that of a dialog that was asked for again since.
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let dialog = opened(&jar, "global-admin");
    let before = grants(&kit);
    command(&kit, &json!({"setCopilotToggle": {"on": false, "by": "global-admin"}}));
    kit.tenant.advance(Span::minutes(1)).unwrap();
    command(&kit, &json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}));
    jar.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert_eq!((&connection(&kit)["reasons"][0], grants(&kit)), (&json!("consent_pending"), before));

    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let dialog = opened(&jar, "global-admin");
    let before = grants(&kit);
    command(&kit, &json!({"answerCopilotDialog": {"accept": false, "by": "global-admin"}}));
    let late = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert!(!late.html.contains("Consent was given"), "{}", late.html);
    assert_eq!(grants(&kit), before);
    assert_eq!(connection(&kit)["reasons"][0], "consent_declined");
}

/// What a security administrator is shown at an address of the consent endpoint.
fn shown(kit: &Kit, url: &str) -> String {
    Jar::new(kit).visit(url, "security-admin").title()
}

#[test]
fn the_dialog_opens_nothing_else_to_security_administrators() {
    let kit = Kit::tiny();
    let redirect = back();
    let client = COPILOT_API;
    let need = "Need admin approval";
    let at = |more: &[(&str, &str)]| shown(&kit, &admin_consent(&kit, client, &redirect, more));
    let state = [("state", "1")];
    assert_eq!(at(&state), need, "nothing waits");
    command(&kit, &json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}));
    assert_eq!(at(&state), "Permissions requested");
    for state in ["", "0", "2", "one", "1x", "-1", "18446744073709551617"] {
        assert_eq!(at(&[("state", state)]), need, "state {state:?}");
    }
    for scope in [
        "https://graph.microsoft.com/Directory.ReadWrite.All",
        "https://graph.microsoft.com/.default",
        "openid profile",
    ] {
        let title = at(&[("state", "1"), ("scope", scope)]);
        assert_ne!(title, "Permissions requested", "{scope}");
    }
    // Another application with the dialog's state.
    let apps = json(&kit.mock("GET", "/_mock/info", ""))["tenants"][0]["apps"].clone();
    for app in apps.as_array().unwrap() {
        let id = app["clientId"].as_str().unwrap();
        let url = admin_consent(&kit, id, "http://localhost", &state);
        let title = shown(&kit, &url);
        assert_ne!(title, "Permissions requested", "{app}");
    }
    assert_eq!(connection(&kit)["reasons"][0], "consent_pending");
}

#[test]
fn consent_by_any_other_way_does_not_answer_the_dialog() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    opened(&jar, "global-admin");
    let scope = "https://graph.microsoft.com/User.Read";
    let url = admin_consent(&kit, COPILOT_API, &back(), &[("state", "1"), ("scope", scope)]);
    let page = jar.get(&url);
    assert_eq!(page.title(), "Permissions requested", "a global administrator may: {}", page.html);
    assert!(!page.html.contains("Data access statement"), "but that is another consent");
    jar.submit(&page, "flowToken", &[("step", "accept")]);
    assert_eq!(connection(&kit)["reasons"][0], "consent_pending");
}

#[test]
fn redirects_at_own_names_are_those_of_their_portal_only() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    let portals = [
        ("80ccca67-54bd-44ab-8625-4b79c4dc7775", "/defender"),
        ("bb5ffd56-39eb-458c-a53a-775ba21277da", "/copilot"),
        ("2b6a4c39-8d0e-4f51-9a7c-6e3d5b1f0c84", "/classic"),
    ];
    let label = &kit.tenant.identity().label;
    let title = |client: &str, redirect: &str| {
        let fields = [
            ("client_id", client),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("scope", "openid"),
            ("nonce", "n"),
            ("redirect_uri", redirect),
        ];
        let tenant = kit.tenant.identity().id;
        let page = Jar::new(&kit).get(&format!("{OWN}/{tenant}/oauth2/v2.0/authorize?{}", encode(&fields)));
        page.title()
    };
    for (client, prefix) in portals {
        for (_, other) in portals {
            let own = format!("{OWN}{other}/signin");
            assert_eq!(title(client, &own) == "Sign in", prefix == other, "{prefix} at {own}");
        }
        for wrong in [
            format!("{OWN}{prefix}/signin/more"),
            format!("{OWN}{prefix}signin"),
            format!("{OWN}/signin"),
            format!("https://evil.example{prefix}/signin"),
            format!("https://localhost:84430{prefix}/signin"),
            format!("http://localhost:8443{prefix}/signin"),
        ] {
            assert_ne!(title(client, &wrong), "Sign in", "{wrong}");
        }
    }
    let (classic, _) = portals[2];
    for (host, is_known) in [
        ("portal.cloudappsecurity.com".to_owned(), true),
        (format!("{label}.portal.cloudappsecurity.com"), true),
        (format!("{label}.us2.portal.cloudappsecurity.com"), true),
        ("fabrikam.portal.cloudappsecurity.com".to_owned(), false),
        (format!("{label}.portal.cloudappsecurity.com.evil.example"), false),
        (format!("evil.{label}.portal.cloudappsecurity.com"), false),
    ] {
        let redirect = format!("https://{host}/signin");
        assert_eq!(title(classic, &redirect) == "Sign in", is_known, "{redirect}");
        assert_ne!(title(portals[0].0, &redirect), "Sign in", "{redirect}");
    }
}
