//! Cross-site form posts, and password guessing.

use mock_defender::model::time::Span;
use serde_json::json;

use crate::browser::{Browser, authorize, client, command, encode, person, refusal, secret, token};
use crate::kit::{Kit, text};

#[test]
fn a_form_that_another_site_posts_signs_nobody_in() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let page = browser.get(&authorize(&kit, "delegated", &[("scope", "User.Read")])).page();
    let (upn, word) = person(&kit, "user");
    let body = encode(&[
        ("flowToken", page.flow_token().as_str()),
        ("step", "password"),
        ("login", &upn),
        ("passwd", &word),
    ]);
    let form = "application/x-www-form-urlencoded";
    for (site, let_in) in [("cross-site", false), ("same-origin", true)] {
        let headers = [("content-type", form), ("sec-fetch-site", site)];
        let answer = kit.send("POST", &page.action(), &headers, &body);
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
