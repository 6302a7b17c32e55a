//! Cross-site form posts, and password guessing.

use mock_defender::model::time::Span;
use serde_json::json;

use crate::browser::{Browser, authorize, client, command, encode, person, refusal, secret, token};
use crate::kit::{Kit, text};

#[test]
fn a_form_that_another_site_posts_signs_nobody_in() {
    let kit = Kit::tiny();
    let mut browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[("scope", "User.Read")])).page();
    let (upn, word) = person(&kit, "user");
    let body = encode(&[
        ("flowToken", page.flow_token().as_str()),
        ("step", "password"),
        ("login", &upn),
        ("passwd", &word),
    ]);
    for (site, let_in) in [("cross-site", false), ("same-origin", true)] {
        browser.headers = vec![("sec-fetch-site", site)];
        let answer = browser.ask("POST", &page.action(), &body);
        let signed_in = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|cookie| cookie.to_str().unwrap().starts_with("ESTSAUTH-"));
        assert_eq!((signed_in, answer.status.as_u16()), (let_in, if let_in { 200 } else { 400 }), "{site}");
    }
    let answer = kit.send(
        "POST",
        "https://localhost:8443/device",
        &[("sec-fetch-site", "cross-site")],
        "code=ABCDEFGHJ",
    );
    assert_eq!(answer.status, 400);
}

/// Otherwise whoever begins a sign-in could have somebody else's browser end it, and be signed in as him.
#[test]
fn the_form_of_a_flow_is_taken_from_the_browser_that_began_it_only() {
    let kit = Kit::tiny();
    let asked = authorize(&kit, "delegated", &[("scope", "User.Read")]);
    let attacker = Browser::new(&kit);
    let page = attacker.sign_in(&asked, "user").page();
    assert_eq!(page.title(), "Permissions requested");
    let victim = Browser::new(&kit);
    // The victim has begun a flow, too: that cookie is another one's.
    victim.get(&asked);
    let told = victim.press(&page, "accept", &[]).page();
    assert_eq!((told.number(), victim.cookie("ESTSAUTH-")), (165_000, None));
    let (upn, word) = person(&kit, "user");
    let first = Browser::new(&kit).get(&asked).page();
    let told = victim.submit(&first, &[("step", "password"), ("login", &upn), ("passwd", &word)]).page();
    assert_eq!((told.number(), victim.cookie("ESTSAUTH-")), (165_000, None));
    assert!(attacker.press(&page, "accept", &[]).back().get("code").is_some(), "who began it goes on");
}

#[test]
fn flows_under_way_in_one_browser_are_bounded_and_the_oldest_leaves() {
    let kit = Kit::tiny();
    let asked = authorize(&kit, "delegated", &[]);
    let known: Vec<String> = (0..8).map(|number| format!("esctx-{number}=1")).collect();
    let dropped = |count: usize| {
        let answer = kit.send("GET", &asked, &[("cookie", &known[..count].join("; "))], "");
        let cookies: Vec<_> =
            answer.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap().to_owned()).collect();
        assert_eq!(cookies.iter().filter(|one| one.contains("=1; ")).count(), 1, "{cookies:?}");
        cookies.into_iter().filter(|one| one.contains("Max-Age=0")).collect::<Vec<_>>()
    };
    assert!(dropped(7).is_empty());
    assert_eq!(dropped(8).len(), 1);
    assert!(dropped(8)[0].starts_with("esctx-0=;"));
    // Who is sent on at once begins nothing that a form could end.
    let silent = format!("{asked}&prompt=none");
    let answer = kit.send("GET", &silent, &[], "");
    let set = answer.headers.get_all("set-cookie").iter();
    assert!(set.into_iter().all(|one| !one.to_str().unwrap().starts_with("esctx-")), "{:?}", answer.headers);
}

#[test]
fn password_guessing_locks_the_account_for_a_minute() {
    let kit = Kit::tiny();
    let (upn, word) = person(&kit, "user");
    let (client, key) = (client(&kit, "full"), secret(&kit, "full"));
    let ask = |word: &str| {
        let fields = [
            ("grant_type", "password"),
            ("client_id", client.as_str()),
            ("client_secret", &key),
            ("username", &upn),
            ("password", word),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let answer = token(&kit, &fields);
        if answer.status == 200 { 0 } else { refusal(&answer).2 }
    };
    // The same wrong password again is a habit and no guess.
    for _ in 0..20 {
        assert_eq!(ask("an old password"), 50_126);
    }
    for n in 1..10 {
        assert_eq!(ask(&format!("guess {n}")), 50_126, "{n}");
    }
    assert_eq!(ask(&word), 50_053, "the right one is not taken either");
    kit.tenant.advance(Span::seconds(60)).unwrap();
    assert_eq!(ask(&word), 0);
    for n in 0..10 {
        ask(&format!("another guess {n}"));
    }
    assert_eq!(ask(&word), 50_053);
    command(&kit, &json!({"setUser": {"user": "user", "locked": false}}));
    assert_eq!(ask(&word), 0);
    // The journal holds no password, right or wrong.
    let journal = text(&kit.mock("GET", "/_mock/tenants/contoso/export", ""));
    assert!(!journal.contains("guess") && !journal.contains("an old password"));
}
