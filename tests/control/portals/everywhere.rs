//! The presenter panel where no portal is: on the start page, and beside the pages of Entra ID.

use mock_defender::model::time::{Span, VirtualTime};
use serde_json::json;

use super::jar::{Jar, Page, command, connection, encode, person};
use super::{DEFENDER, EXTENSIONS, OWN, connect, guarded, look, switched};
use crate::kit::{Kit, START, at};

const PANEL: &str = "aria-label=\"Presenter\"";

/// Moves the clock on by a minute, from the panel of this page.
fn minute(jar: &Jar<'_>, page: &Page) -> Page {
    jar.submit(page, "value=\"86400\"", &[("by", "60")])
}

fn later(minutes: i64) -> VirtualTime {
    at(START) + Span::minutes(minutes)
}

/// The address of the panel's forms at Entra ID.
fn posted(kit: &Kit) -> String {
    format!("{OWN}/{}/presenter", kit.tenant.identity().id)
}

#[test]
fn it_steers_the_tenant_that_the_start_page_shows() {
    let kit = Kit::tiny();
    let fork = kit.join(kit.tenant.fork());
    let jar = Jar::new(&kit);
    let first = jar.get(&format!("{OWN}/"));
    assert!(first.html.contains(PANEL) && !first.html.contains("Visit as"), "{}", first.html);
    look::check(&first);
    let here = format!("{OWN}/?tid={}", fork.identity().id);
    let page = minute(&jar, &jar.get(&here));
    assert_eq!((page.url.as_str(), fork.now(), kit.tenant.now()), (&*here, later(1), later(0)));
    let page = jar.submit(&page, "value=\"mend\"", &[("do", "capacity")]);
    assert_eq!(page.url, here);
    assert!(page.html.contains("capacity_missing"), "{}", page.html);
    assert_eq!(connection(&kit)["reasons"][0], "toggle_off", "the other tenant is as it was");
    // Both the panel's own button and that of the page hide it, and lead back here.
    for mark in ["value=\"hide\">Hide</button>", "value=\"hide\">Hide it</button>"] {
        let page = jar.submit(&jar.get(&here), mark, &[("do", "hide")]);
        assert_eq!((page.url.as_str(), page.html.contains(PANEL)), (&*here, false));
        let page = jar.submit(&page, "value=\"show\"", &[("do", "show")]);
        assert_eq!((page.url.as_str(), page.html.contains(PANEL)), (&*here, true));
    }
}

#[test]
fn a_rewind_from_the_start_page_leads_to_that_of_the_fork() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    connect(&jar, "global-admin");
    kit.tenant.advance(Span::minutes(10)).unwrap();
    command(&kit, &json!({"expireCopilotSession": {}}));
    let page = jar.submit(&jar.get(&format!("{OWN}/")), "value=\"rewind\"", &[("do", "rewind")]);
    assert!(page.url.starts_with(&format!("{OWN}/?tid=")), "{}", page.url);
    assert!(!page.url.ends_with(&kit.tenant.identity().id.to_string()), "{}", page.url);
    assert!(page.html.contains("is <strong>Connected</strong>"), "{}", page.html);
}

#[test]
fn a_sign_in_goes_on_after_the_panel_was_used() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let asked = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
    assert_eq!(asked.title(), "Sign in");
    look::check(&asked);
    assert!(asked.html.find("flowToken") < asked.html.find(PANEL), "the page's own form is the first");
    let page = minute(&jar, &asked);
    assert_eq!((page.title().as_str(), page.url.as_str()), ("Sign in", &*asked.url));
    let (upn, password) = person(&kit, "security-admin");
    let named = jar.submit(&page, "flowToken", &[("step", "username"), ("login", &upn)]);
    assert_eq!(named.title(), "Enter password");
    look::check(&named);
    // A page that was posted is found again where it began.
    let page = minute(&jar, &named);
    assert_eq!(
        (page.title().as_str(), page.url.as_str(), kit.tenant.now()),
        ("Sign in", &*asked.url, later(2))
    );
    let page = jar.visit_as(&page.url, &upn, &password);
    assert!(page.url.starts_with(&format!("{DEFENDER}{EXTENSIONS}")), "{}: {}", page.url, page.html);
}

#[test]
fn the_dialog_of_consent_is_declined_beside_itself() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "global-admin");
    let dialog = jar.get(&switched(&jar, &page).link("Finish consent"));
    assert!(dialog.html.contains("Data access statement"), "{}", dialog.html);
    look::check(&dialog);
    let page = jar.submit(&dialog, "value=\"mend\"", &[("do", "decline")]);
    assert_eq!(page.url, dialog.url);
    assert!(!page.html.contains("Data access statement"), "{}", page.html);
    assert_eq!(connection(&kit)["reasons"][0], "consent_declined");
}

#[test]
fn errors_and_ends_have_it_too_and_what_posts_itself_has_not() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let id = kit.tenant.identity().id;
    for path in [
        format!("/{id}/oauth2/v2.0/authorize?client_id=x"),
        "/error?code=50011".to_owned(),
        "/device".to_owned(),
    ] {
        let page = jar.get(&format!("{OWN}{path}"));
        assert!(page.html.contains(PANEL), "{path}: {}", page.html);
        look::check(&page);
        assert_eq!(minute(&jar, &page).url, format!("{OWN}{path}"));
    }
    assert_eq!(kit.tenant.now(), later(3));
    let out = jar.get(&format!("{OWN}/{id}/oauth2/v2.0/logout"));
    assert!(out.html.contains(PANEL), "{}", out.html);
    // What the panel can't do is told by a page that has it as well.
    let page = jar.post(&posted(&kit), &[("do", "rewind")]);
    assert_eq!((page.status, page.title().as_str()), (400, "Sign-in failed"), "{}", page.html);
    assert!(page.html.contains("nothing to go back to") && page.html.contains(PANEL), "{}", page.html);
    look::check(&page);
    // A form that posts itself is a page that nobody sees.
    let page = jar.visit(&format!("{DEFENDER}/"), "user");
    jar.submit(&page, "Sign out", &[]);
    let authorize = jar.ask("GET", &format!("{DEFENDER}/"), None, &[], "");
    let authorize = authorize.headers["location"].to_str().unwrap().to_owned();
    let elsewhere = Jar::new(&kit);
    elsewhere.visit(&format!("{DEFENDER}/"), "user");
    let form = Page::of(&elsewhere.ask("GET", &authorize, None, &[], ""), &authorize);
    assert_eq!((form.title().as_str(), form.html.contains(PANEL)), ("Back to the application", false));
    look::check(&form);
}

#[test]
fn a_program_that_answers_pages_finds_no_other_form() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let asked = jar.get(&format!("{DEFENDER}/"));
    for dest in [None, Some("empty"), Some("iframe")] {
        let sent: Vec<(&str, &str)> = dest.into_iter().map(|dest| ("sec-fetch-dest", dest)).collect();
        let page = Page::of(&jar.ask("GET", &asked.url, None, &sent, ""), &asked.url);
        assert_eq!((page.html.matches("<form").count(), page.html.contains(PANEL)), (1, false), "{dest:?}");
        look::check(&page);
    }
}

#[test]
fn hidden_it_is_hidden_there_too() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.get(&format!("{DEFENDER}/"));
    let hidden = jar.submit(&page, "value=\"hide\"", &[("do", "hide")]);
    assert_eq!((hidden.title().as_str(), hidden.html.contains(PANEL)), ("Sign in", false));
    assert_eq!(hidden.html.matches("<style>").count(), 1, "and its style is not there either");
    look::check(&hidden);
}

#[test]
fn forms_of_other_sites_do_nothing_at_entra_id() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let body = encode(&[("do", "advance"), ("by", "60")]);
    let posts = |from: Option<&str>, more: &[(&str, &str)]| {
        jar.ask("POST", &posted(&kit), from, more, &body).status.as_u16()
    };
    assert_eq!(posts(Some("https://evil.example/"), &[]), 400);
    assert_eq!(posts(None, &[("sec-fetch-site", "cross-site")]), 400);
    // A page that says nothing of where it is: only the browser can tell.
    assert_eq!(posts(None, &[("origin", "null")]), 400);
    assert_eq!(posts(None, &[("origin", "null"), ("sec-fetch-site", "same-site")]), 400);
    assert_eq!(kit.tenant.now(), later(0));
    assert_eq!(posts(None, &[("origin", "null"), ("sec-fetch-site", "same-origin")]), 303);
    assert_eq!(kit.tenant.now(), later(1));
}

#[test]
fn it_is_not_to_be_had_where_the_control_api_asks_for_a_token() {
    let kit = guarded();
    let jar = Jar::new(&kit);
    let id = kit.tenant.identity().id;
    for path in ["/".to_owned(), format!("/?tid={id}"), format!("/{id}/oauth2/v2.0/authorize?client_id=x")] {
        let page = jar.get(&format!("{OWN}{path}"));
        assert!(!page.html.contains(PANEL) && !page.html.contains("value=\"hide\""), "{path}: {}", page.html);
    }
    assert!(!jar.get(&format!("{DEFENDER}/")).html.contains(PANEL));
    for what in ["disable", "advance", "reset", "visit", "names", "hide", "rewind", "drop"] {
        let page = jar.post(&posted(&kit), &[("do", what), ("by", "60"), ("as", "user"), ("back", "/")]);
        assert_eq!(page.status, 400, "{what}");
    }
    assert_eq!(kit.tenant.now(), later(0));
}
