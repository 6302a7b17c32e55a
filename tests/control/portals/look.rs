//! What holds for every page of a portal: its policy, what it loads, what it keeps, what it shows of names.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use mock_defender::model::base64;
use mock_defender::specification::{Absent, read};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::json;

use super::jar::{Jar, Page, command, encode};
use super::{CLASSIC, COPILOT, DEFENDER, EXTENSIONS, TOGGLE, connect};
use crate::kit::{Kit, START, at};

/// Every page that the portals show, whoever is asked.
fn pages(kit: &Kit, persona: &str) -> Vec<Page> {
    let jar = Jar::new(kit);
    let mut pages = vec![jar.visit(&format!("{DEFENDER}/"), persona)];
    for path in
        [EXTENSIONS, "/cloudapps/settings/system", "/copilot/consent", "/copilot/consent?error=x", "/no"]
    {
        pages.push(jar.get(&format!("{DEFENDER}{path}")));
    }
    pages.push(jar.get(&format!("{COPILOT}/sources")));
    pages.push(jar.get(&format!("{CLASSIC}{EXTENSIONS}")));
    pages.push(jar.post(&format!("{DEFENDER}{TOGGLE}"), &[("enabled", "<script>alert(1)</script>")]));
    pages.push(jar.post(&format!("{COPILOT}/signin"), &[("state", "<script>alert(1)</script>")]));
    pages.push(jar.post(&format!("{DEFENDER}/presenter"), &[("do", "<script>alert(1)</script>")]));
    pages.push(jar.get(&format!("{DEFENDER}/%3Cscript%3Ealert(1)%3C/script%3E")));
    pages
}

fn between<'h>(html: &'h str, open: &str, close: &str) -> Vec<&'h str> {
    html.split(open).skip(1).map(|part| part.split(close).next().unwrap()).collect()
}

pub(super) fn check(page: &Page) {
    let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let at = &page.url;
    assert!(header("cache-control").starts_with("no-store"), "{at}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{at}");
    assert_eq!(header("x-frame-options"), "DENY", "{at}");
    assert_eq!(header("content-type"), "text/html; charset=utf-8", "{at}");
    let policy = header("content-security-policy");
    for directive in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|one| one == directive), "{at}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{at}: {policy}");
    let named = |directive: &str| -> BTreeSet<String> {
        let found = policy.split("; ").find_map(|one| one.strip_prefix(&format!("{directive} ")));
        found.unwrap_or_default().split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect()
    };
    let hash = |text: &str| {
        let digest = digest(&SHA256, text.as_bytes());
        format!("'sha256-{}'", base64::encode_standard(digest.as_ref()))
    };
    let html = &page.html;
    let styles: BTreeSet<String> = between(html, "<style>", "</style>").into_iter().map(hash).collect();
    assert_eq!(styles, named("style-src"), "{at}");
    let scripts: BTreeSet<String> = between(html, "<script>", "</script>").into_iter().map(hash).collect();
    assert_eq!(scripts, named("script-src"), "{at}");
    assert_eq!(html.matches("<style").count(), styles.len(), "{at}: one without attributes");
    assert_eq!(html.matches("<script").count(), scripts.len(), "{at}: one without attributes");
    let plain = html.split("<style>").map(|part| part.split("</style>").last().unwrap()).collect::<String>();
    for tag in between(&plain, "<", ">") {
        let names = tag.split(['"', '\'']).step_by(2).flat_map(str::split_whitespace);
        for name in names.filter_map(|name| name.split_once('=').map(|(name, _)| name)) {
            assert!(name != "style" && !name.starts_with("on"), "{at}: <{tag}>");
            assert!(
                !["src", "srcset", "data", "xlink:href", "formaction", "ping"].contains(&name),
                "{at}: <{tag}>"
            );
        }
        assert!(!tag.starts_with("link") || tag.contains("href=\"data:,\""), "{at}: <{tag}>");
        for no in ["iframe", "object", "embed", "img", "base", "meta http-equiv"] {
            assert!(!tag.starts_with(&format!("{no} ")), "{at}: <{tag}>");
        }
    }
    let look = between(html, "<style>", "</style>").concat();
    assert_eq!(look.matches("url(").count(), look.matches("url(#").count(), "{at}");
    for outside in ["@import", "http:", "https:"] {
        assert!(!look.contains(outside), "{at}: the style holds {outside}");
    }
    assert!(!html.contains("alert(1)</script>"), "{at}: {html}");
    assert!(page.title().len() > 2, "{at}");
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{at}");
    assert_eq!(html.matches("<h1").count(), 1, "{at}: one heading");
    let ids: Vec<&str> = between(html, " id=\"", "\"");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{at}: {ids:?}");
}

#[test]
fn every_page_holds_what_its_policy_names_and_loads_nothing() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    for page in pages(&kit, "security-reader") {
        check(&page);
    }
    connect(&Jar::new(&kit), "global-admin");
    for page in pages(&kit, "global-admin") {
        check(&page);
    }
    command(&kit, &json!({"expireCopilotSession": {}}));
    for page in pages(&kit, "security-admin") {
        check(&page);
    }
}

#[test]
fn names_of_companies_and_people_are_shown_as_text() {
    const NAME: &str = "A<b>&\"'<script>alert(1)</script>";
    let named = json!({"displayName": NAME});
    let written = json!({
        "name": NAME, "seed": 1, "size": "tiny",
        "personas": {"security-admin": named.clone(), "global-admin": named},
    });
    let spec = read(&written.to_string(), Absent::starting(at(START))).unwrap().spec;
    let tenant = std::sync::Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)));
    let kit = Kit::of(tenant, false);
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{DEFENDER}{EXTENSIONS}"), "security-admin");
    assert!(page.html.contains("<bdi>A&#60;b&#62;&#38;&#34;&#39;&#60;script&#62;"), "{}", page.html);
    check(&page);
    for page in pages(&kit, "global-admin") {
        check(&page);
    }
}

#[test]
fn each_browser_chooses_its_names() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{COPILOT}/sources"), "security-admin");
    assert_eq!(page.title(), "Data sources · Copilot for Security");
    let page = jar.submit(&page, "name=\"names\"", &[("names", "current")]);
    assert_eq!(page.title(), "Sources · Microsoft Security Copilot", "{}", page.html);
    assert!(page.html.contains("Settings › Cloud apps › System"), "the remedy, too: {}", page.html);
    let page = jar.get(&format!("{DEFENDER}{EXTENSIONS}"));
    assert!(page.html.contains("<h1>System</h1>") && page.html.contains("Microsoft Security Copilot"));
    let page = jar.submit(&page, "name=\"names\"", &[("names", "seed")]);
    assert!(page.html.contains("<h1>Security extensions</h1>"), "{}", page.html);
    let other = Jar::new(&kit);
    assert_eq!(
        other.visit(&format!("{COPILOT}/sources"), "user").title(),
        "Data sources · Copilot for Security"
    );
}

#[test]
fn each_browser_hides_the_panel_or_shows_it() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{COPILOT}/sources"), "security-admin");
    assert!(page.html.contains("aria-label=\"Presenter\""));
    let page = jar.submit(&page, "value=\"hide\"", &[("do", "hide")]);
    assert!(page.url.starts_with(&format!("{COPILOT}/sources")), "{}", page.url);
    assert!(!page.html.contains("aria-label=\"Presenter\""));
    assert!(!jar.get(&format!("{DEFENDER}/")).html.contains("aria-label=\"Presenter\""));
    let back = encode(&[("do", "show"), ("back", "/copilot/sources")]);
    let url = format!("{COPILOT}/presenter");
    assert_eq!(jar.ask("POST", &url, Some(&url), &[], &back).status.as_u16(), 303);
    assert!(jar.get(&format!("{COPILOT}/sources")).html.contains("aria-label=\"Presenter\""));
}
