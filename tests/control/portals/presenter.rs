//! The presenter panel: what it brings about, what it refuses, and where it is not to be had.

use mock_defender::model::time::Span;
use serde_json::json;

use super::jar::{Jar, Page, command, connection, encode};
use super::{CLASSIC, COPILOT, DEFENDER, EXTENSIONS, guarded};
use crate::kit::{Kit, START, at};

/// Posts to the panel as its own page does; answers the status and where it leads.
fn does(jar: &Jar<'_>, fields: &[(&str, &str)]) -> (u16, String) {
    let url = format!("{DEFENDER}/presenter");
    let answer = jar.ask("POST", &url, Some(&url), &[], &encode(fields));
    let to = answer.headers.get("location").map_or("", |to| to.to_str().unwrap()).to_owned();
    (answer.status.as_u16(), to)
}

fn sources(jar: &Jar<'_>) -> Page {
    jar.get(&format!("{COPILOT}/sources"))
}

#[test]
fn a_panel_is_not_to_be_had_where_the_control_api_asks_for_a_token() {
    let kit = guarded();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "global-admin");
    assert_eq!(page.status, 200);
    assert!(!page.html.contains("Presenter"), "{}", page.html);
    for what in ["disable", "advance", "reset", "visit", "names", "hide", "rewind"] {
        let (status, _) = does(&jar, &[("do", what), ("by", "60"), ("as", "user"), ("back", "/")]);
        assert_eq!(status, 403, "{what}");
    }
    assert_eq!(kit.tenant.now(), at(START));
}

#[test]
fn the_panel_leads_nowhere_else() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    for back in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/\t/evil.example",
        "\t//evil.example",
        "/\r\nset-cookie: a=b",
        "/\n/evil.example",
        "/ü",
    ] {
        for what in [("do", "names"), ("do", "advance")] {
            let (status, to) = does(&jar, &[what, ("names", "seed"), ("by", "1"), ("back", back)]);
            assert_eq!((status, to.as_str()), (303, &*format!("{DEFENDER}/")), "{back:?}");
        }
    }
    let (status, to) = does(&jar, &[("do", "names"), ("back", "/defender/?a=b&c=%2F%2Fd")]);
    assert_eq!((status, to.as_str()), (303, "/defender/?a=b&c=%2F%2Fd"));
}

#[test]
fn the_panel_refuses_what_it_does_not_do() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    for what in ["", "fly", "Disable", "addApplication"] {
        assert_eq!(does(&jar, &[("do", what), ("back", "/")]).0, 400, "{what:?}");
    }
    for by in ["", "0", "-1", "1.5", "ten", "2678401", "9223372036854775808"] {
        assert_eq!(does(&jar, &[("do", "advance"), ("by", by), ("back", "/")]).0, 400, "{by:?}");
    }
    assert_eq!(does(&jar, &[("do", "advance"), ("by", "2678400"), ("back", "/")]).0, 303, "31 days");
    for who in ["", "nobody", "security admin"] {
        assert_eq!(does(&jar, &[("do", "visit"), ("as", who), ("back", "/")]).0, 400, "{who:?}");
    }
    assert_eq!(does(&jar, &[("do", "rewind"), ("back", "/")]).0, 409, "nothing was lost yet");
    for what in ["decline", "expire-session"] {
        assert_eq!(does(&jar, &[("do", what), ("back", "/")]).0 / 100, 4, "{what}: there is none");
    }
}

#[test]
fn the_panel_moves_the_clock_and_lets_anybody_in() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    does(&jar, &[("do", "visit"), ("as", "security-reader"), ("back", "/")]);
    let page = sources(&jar);
    let name = kit.tenant.world().person(super::jar::index(&kit, "security-reader")).display_name.clone();
    assert!(page.html.contains(&format!("<bdi>{name}</bdi>, Security Reader")), "{}", page.html);
    let page = jar.submit(&page, "value=\"86400\"", &[("by", "3600")]);
    assert_eq!(kit.tenant.now(), at(START) + Span::hours(1));
    assert!(page.html.contains(&(at(START) + Span::hours(1)).to_spaced()));
    let page = jar.submit(&page, "value=\"reset\"", &[("do", "reset")]);
    assert_eq!(kit.tenant.now(), at(START));
    assert_eq!(page.status, 200, "{}", page.html);
    // Somebody who can't sign in is not let in by this door either.
    does(&jar, &[("do", "visit"), ("as", "disabled"), ("back", "/")]);
    assert_eq!(sources(&jar).title(), "Sign in");
}

#[test]
fn a_browser_that_blocks_things_is_brought_about_too() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "security-admin");
    let page = jar.submit(&page, "value=\"mend\"", &[("do", "popups")]);
    let page = super::switched(&jar, &page);
    assert_eq!(page.reasons(), ["consent_pending", "dialog_blocked"]);
    assert!(!page.html.contains("Finish consent"), "no window was opened: {}", page.html);
    let page = super::switched(&jar, &page);
    let page = jar.submit(&page, "value=\"mend\"", &[("do", "mend")]);
    kit.tenant.advance(Span::seconds(10)).unwrap();
    let page = super::switched(&jar, &page);
    assert_eq!(page.reasons(), ["consent_pending"]);
    let page = jar.submit(&page, "value=\"mend\"", &[("do", "decline")]);
    assert_eq!(page.reasons(), ["consent_declined"], "declined by the panel");
    let page = super::switched(&jar, &page);
    let page = jar.submit(&page, "value=\"mend\"", &[("do", "cookies")]);
    kit.tenant.advance(Span::seconds(10)).unwrap();
    let page = super::switched(&jar, &page);
    let dialog = jar.get(&page.link("Finish consent"));
    let done = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert!(done.html.contains("blocks cookies of other sites"), "{}", done.html);
    assert!(connection(&kit)["reasons"].as_array().unwrap().contains(&json!("dialog_blocked")));
}

#[test]
fn the_panel_is_on_pages_of_all_portals() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    let jar = Jar::new(&kit);
    jar.visit(&format!("{DEFENDER}/"), "security-admin");
    for (portal, path) in [(DEFENDER, "/"), (COPILOT, "/sources"), (CLASSIC, EXTENSIONS)] {
        let page = jar.get(&format!("{portal}{path}"));
        let page = jar.submit(&page, "value=\"86400\"", &[("by", "1")]);
        assert!(page.url.starts_with(&format!("{portal}{path}")), "{}", page.url);
    }
    assert_eq!(kit.tenant.now(), at(START) + Span::seconds(3));
}
