//! Several things at once in one browser: sign-ins under way, and visits to a tenant and its fork.

use mock_defender::gateway::Answer;
use mock_defender::model::time::Span;
use serde_json::json;

use super::jar::{Jar, Page, command, encode};
use super::{COPILOT, DEFENDER, OWN, connect};
use crate::kit::Kit;

/// What a portal posts back to itself after the sign-in that this answer leads to.
fn signed_in(jar: &Jar<'_>, begun: &Answer) -> Page {
    jar.visit(begun.headers["location"].to_str().unwrap(), "security-admin")
}

/// The cookies that an answer sets: name, and whether it drops it.
fn set(answer: &Answer) -> Vec<(String, bool)> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    cookies
        .map(|cookie| (cookie.split('=').next().unwrap().to_owned(), cookie.contains("Max-Age=0")))
        .collect()
}

#[test]
fn two_sign_ins_begun_at_once_both_succeed() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    // Two tabs, before anybody has signed in to either.
    let first = jar.ask("GET", &format!("{DEFENDER}/"), None, &[], "");
    let second = jar.ask("GET", &format!("{COPILOT}/sources"), None, &[], "");
    let page = signed_in(&jar, &first);
    assert_eq!((page.status, page.title().as_str()), (200, "Home · Microsoft Defender"), "{}", page.html);
    let page = signed_in(&jar, &second);
    assert_eq!((page.status, page.url.as_str()), (200, &*format!("{COPILOT}/sources")), "{}", page.html);
}

#[test]
fn the_answer_of_a_sign_in_is_taken_once() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let begun = jar.ask("GET", &format!("{DEFENDER}/"), None, &[], "");
    let authorize = begun.headers["location"].to_str().unwrap();
    // Somebody is known to Entra ID by now, so that it answers by a form at once.
    connect(&jar, "security-admin");
    let shown = Page::of(&jar.ask("GET", authorize, None, &[], ""), authorize);
    let (to, fields) = shown.form("").sending(&[]);
    let post = || jar.ask("POST", &to, Some(&shown.url), &[], &fields).status.as_u16();
    assert_eq!((post(), post()), (303, 401));
}

#[test]
fn sign_ins_under_way_are_bounded_and_the_oldest_leaves() {
    let kit = Kit::tiny();
    let names: Vec<String> = (0..8).map(|number| format!("mock-signing-in-{number}")).collect();
    let asked = |count: usize| {
        let cookies: Vec<String> = names[..count].iter().map(|name| format!("{name}=1")).collect();
        kit.send("GET", &format!("{DEFENDER}/"), &[("cookie", &cookies.join("; "))], "")
    };
    let dropped = |answer: &Answer| -> Vec<String> {
        set(answer).into_iter().filter(|(_, dropped)| *dropped).map(|(name, _)| name).collect()
    };
    assert_eq!(dropped(&asked(7)), Vec::<String>::new());
    assert_eq!(dropped(&asked(8)), [names[0].clone()]);
}

#[test]
fn a_browser_visits_a_tenant_and_its_fork() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    connect(&jar, "security-admin");
    kit.tenant.advance(Span::minutes(10)).unwrap();
    command(&kit, &json!({"expireCopilotSession": {}}));
    let id = kit.tenant.identity().id;
    let parent = jar.get(&format!("{COPILOT}/sources?tid={id}"));
    let fork = jar.submit(&parent, "value=\"rewind\"", &[("do", "rewind")]);
    assert_eq!(fork.status_told(), "Connected");
    // Both pages, one after the other, and nobody signs in anew.
    let signed_in = jar.posted.get();
    let both = || (jar.get(&parent.url).reasons(), jar.get(&fork.url).reasons());
    assert_eq!(both(), (vec!["session_expired".to_owned()], Vec::new()));
    assert_eq!(both(), (vec!["session_expired".to_owned()], Vec::new()));
    assert_eq!(jar.posted.get(), signed_in, "Entra ID was not asked");
    assert_eq!(
        jar.get(&format!("{COPILOT}/sources")).status_told(),
        "Connected",
        "the fork, where one was last"
    );
    // Each form says which tenant it means.
    let page = jar.submit(&jar.get(&parent.url), "value=\"mend\"", &[("do", "disable")]);
    assert_eq!(page.reasons(), ["copilot_not_enabled", "session_expired"]);
    assert!(jar.get(&fork.url).reasons().is_empty());
    // Signing out of the parent ends the visit there, and that alone.
    jar.submit(&jar.get(&parent.url), "Sign out", &[]);
    assert_eq!(jar.get(&parent.url).title(), "Sign in");
    assert_eq!(jar.get(&fork.url).status_told(), "Connected");
    let out = jar.submit(&jar.get(&fork.url), "Sign out", &[]);
    assert_eq!(out.title(), "Signed out", "{}", out.html);
    assert_eq!(jar.get(&fork.url).title(), "Sign in");
    assert_eq!(jar.cookie(OWN, "mock-portal"), None);
}

#[test]
fn visits_of_one_browser_are_bounded() {
    let kit = Kit::tiny();
    let names: Vec<String> = (0..8).map(|number| format!("mock-portal-{number:016x}")).collect();
    let visited = |count: usize| {
        let cookies: Vec<String> = names[..count].iter().map(|name| format!("{name}=1")).collect();
        let sent = [
            ("cookie", &*cookies.join("; ")),
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", OWN),
        ];
        let body = encode(&[("do", "visit"), ("as", "user"), ("back", "/defender/")]);
        kit.send("POST", &format!("{DEFENDER}/presenter"), &sent, &body)
    };
    let dropped = |answer: &Answer| set(answer).iter().filter(|(_, dropped)| *dropped).count();
    assert_eq!(dropped(&visited(7)), 0);
    let answer = visited(8);
    assert_eq!(dropped(&answer), 1);
    assert!(set(&answer).contains(&(names[0].clone(), true)), "{:?}", set(&answer));
    // The own one is never the one that leaves.
    let tag = kit.tenant.identity().id.to_string().replace('-', "")[..16].to_owned();
    assert!(set(&answer).contains(&(format!("mock-portal-{tag}"), false)), "{:?}", set(&answer));
}
