//! What the messages say, word for word, and how the program and the control API pass them on.

use http::StatusCode;
use mock_defender::specification;
use serde_json::json;

use super::kit::{Kit, json};
use super::{absent, leaf};

#[test]
fn invented_domains_are_taken_and_others_refused() {
    for (domain, taken) in [
        ("bakery.onmicrosoft.com", true),
        ("a.b.example", true),
        ("bakery.test", true),
        ("bakery.invalid", true),
        ("bakery.localhost", true),
        ("onmicrosoft.com", false),
        ("example", false),
        ("bakery.com", false),
        ("example.com.evil.org", false),
        ("bakery.onmicrosoft.com.org", false),
        ("-.example", false),
        ("Bakery.example", false),
    ] {
        assert_eq!(specification::read(&format!("domain: {domain}"), absent()).is_ok(), taken, "{domain}");
    }
}

#[test]
fn invisible_and_bidirectional_characters_in_names_are_refused() {
    for hidden in
        ["\\u0007", "\\u200B", "\\u200F", "\\u202E", "\\u2066", "\\u061C", "\\uFEFF", "\\u2028", "\\u0085"]
    {
        let text = format!("people: [{{displayName: \"Ada {hidden}Example\"}}]");
        assert!(problems(&text).contains("people[0].displayName: expected a name"), "{hidden}");
    }
    for fine in ["Zoë Ångström", "李 明", "مريم علي", "Ada \\u200DExample"] {
        assert!(specification::read(&format!("name: \"{fine}\""), absent()).is_ok(), "{fine}");
    }
}

fn problems(text: &str) -> String {
    specification::read(text, absent()).unwrap_err().to_string()
}

#[test]
fn messages_for_typical_mistakes_are_exact() {
    for (text, told) in [
        (
            "size: small\nuesrs: 20\n",
            "line 2 column 1: unknown field `uesrs`, expected one of users, guests, seed, …",
        ),
        ("users: 5\n", "line 1 column 8: users: expected a whole number from 10 to 20000, got 5"),
        ("users: many\n", "line 1 column 8: users: expected a whole number from 10 to 20000, got \"many\""),
        ("size: huge\n", "line 1 column 7: size: expected one of large, tiny, small, medium, got \"huge\""),
        (
            "serviceDate: 2025-13\n",
            "line 1 column 14: serviceDate: expected a month such as \"2025-11\", from 2000-01 to 2099-12, got \"2025-13\"",
        ),
        (
            "start: yesterday\n",
            "line 1 column 8: start: expected an RFC 3339 instant such as 2026-11-24T00:00:00Z, got \"yesterday\"",
        ),
        (
            "start: 1970-01-03T12:00:00Z\n",
            "line 1 column 8: start: 1970-01-03T12:00:00.000Z, less 2 days of history, lies before 1970-01-03, where the \
             simulator's time begins: start later, or take fewer historyDays",
        ),
        (
            "slips:\n  lockedOut: 14\n  masDownload: 3\n",
            "line 3 column 3: unknown field `masDownload`, expected one of massDownload, handovers, tidying, …",
        ),
        (
            "departments:\n  - name: Sales\n    weight: 0\n",
            "line 2 column 3: departments: all weights are zero, so nobody would work anywhere",
        ),
        (
            "departments: [{name: IT}, {name: Legal}]",
            "line 1 column 14: departments: somebody must work outside of Executive, IT and Legal: the personas user and disabled do",
        ),
        (
            "people:\n- {displayName: A B, persona: user}\n- {displayName: A C, persona: user}\n",
            "line 3 column 31: people[1].persona: two people play user",
        ),
        (
            "people: [{displayName: A B, department: Bakery}]",
            "line 1 column 41: people[0].department: expected one of Executive, Engineering, Sales, Customer Support, \
             Operations, IT, Marketing, Finance, Human Resources, Legal, got \"Bakery\"",
        ),
        (
            "people: [{upn: ada}]",
            "line 1 column 10: people[0]: `displayName` is missing: a name of 1 to 60 characters that all show",
        ),
        (
            "people: [{displayName: A B, upn: a@b.example}]",
            "line 1 column 34: people[0].upn: expected a name in the company's domain, contoso.onmicrosoft.com, got \"a@b.example\"",
        ),
        (
            "offices: [{city: Oslo, weight: 1}]",
            "line 1 column 18: offices[0].city: Oslo is not in the catalogue, so it needs country, zone, latitude, longitude",
        ),
        (
            "offices:\n- city: Seattle\n  zone: Europe/Oslo\n",
            "line 3 column 9: offices[0].zone: Seattle is in the catalogue, which knows it",
        ),
        (
            "storylines:\n- name: impossible-travel\n  user: nobody\n",
            "line 3 column 9: storylines[0].user: impossible-travel is about \"nobody\", and nobody here is called that",
        ),
        (
            "storylines:\n- name: dormant-app-reawakened\n  user: user\n",
            "line 3 column 9: storylines[0].user: dormant-app-reawakened can not happen to user: does no administration",
        ),
        (
            "storylines: [{name: impossible-travel, when: \"-9d 10:00\"}]",
            "line 1 column 46: storylines[0].when: expected a day from -2d (the history) to +30d, got -9d 10:00",
        ),
        (
            "storylines: [{name: impossible-travel, size: 500}]",
            "line 1 column 46: storylines[0].size: expected a whole number from 1 to 24, got 500",
        ),
        (
            "policies:\n  Impossible travel: {count: 3}\n",
            "line 2 column 22: policies.Impossible travel: counts nothing: it can only be on or off, or of another severity",
        ),
        (
            "turnover: {joiners: 1}",
            "line 1 column 21: turnover.joiners: needs historyDays of at least 10, there are 2",
        ),
        (
            "historyDays: 20\nturnover: {joiners: 2, leavers: 2}",
            "line 2 column 21: turnover.joiners: only 1 of those who hold no role and lead nobody are left for it\n\
             line 2 column 33: turnover.leavers: only 1 of those who hold no role and lead nobody are left for it",
        ),
        (
            "triage: on\nsecurityTeam: {closes: 0.5}",
            "line 1 column 9: triage: with securityTeam the team does what that says: leave out one of the two",
        ),
        (
            "calendar: real\nholidays: {perYear: 4}",
            "line 2 column 21: holidays.perYear: holidays are drawn with calendar: synthetic only; with calendar: real they \
             are the countries' own (leave it out, or add days to holidays.days)",
        ),
        (
            "calendar: real\noffices: [{city: Vienna, country: AT, zone: Europe/Vienna, latitude: 48.2, longitude: 16.4}]",
            "line 1 column 11: calendar: the holidays of AT, where there is an office, are not known: list them in \
             holidays.days, or take calendar: synthetic. (With calendar: real, starts whole weeks apart tell different \
             stories.)",
        ),
        (
            "registrations: [{name: full}]",
            "line 1 column 24: registrations[0].name: every tenant has a registration full already",
        ),
        (
            "holidays: {days: [{country: DE, day: 0}]}",
            "line 1 column 29: holidays.days[0].country: expected a country with an office: US, got DE",
        ),
        (
            "domain: contoso.com\n",
            "line 1 column 9: domain: expected an invented domain name in lower case, such as fabrikam.example: one that \
             ends in .onmicrosoft.com, .example, .test, .invalid or .localhost, got \"contoso.com\"",
        ),
        (
            "name: \"Con\\u202Eosot\"\n",
            "line 1 column 7: name: expected a name of 1 to 60 characters that all show, got \"Con\\u{202e}osot\"",
        ),
        (
            "policies:\n  Impossible travel: {severity: grave}\n",
            "line 2 column 33: policies.Impossible travel.severity: expected one of low, high, medium, got \"grave\"",
        ),
        ("users: 20\nusers: 30\n", "line 2 column 1: duplicate mapping key: users"),
        ("- users: 20\n", "line 1 column 1: expected a map of settings, got a list"),
        ("users: [1\n", "line 1 column 8: unclosed bracket '['"),
    ] {
        let said = problems(text);
        assert_eq!(said, told, "{text}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once_in_file_order() {
    let said = problems("users: 5\nsize: huge\nslips: {lockedOut: -1}\n");
    let lines: Vec<&str> = said.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["line 1 column 8", "line 2 column 7", "line 3 column 20"]);
}

#[test]
fn yaml_aliases_and_the_size_of_a_file_are_bounded() {
    // On a thread with as little stack as those that answer requests have.
    let deep = |depth: usize| {
        let text = format!("seed: {}1{}", "[".repeat(depth), "]".repeat(depth));
        let read = move || problems(&text);
        std::thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap()
    };
    assert!(deep(20).contains("expected a whole number"), "{}", deep(20));
    for depth in [30, 60, 250, 20_000] {
        assert!(deep(depth).contains("more than 24 deep"), "{}", deep(depth));
    }
    let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in "bcdefghij".chars().zip("abcdefghi".chars()) {
        let many = vec![format!("*{of}"); 9].join(", ");
        text.push_str(&format!("{name}: &{name} [{many}]\n"));
    }
    assert!(problems(&text).starts_with("line "));
    let said = problems(&"# nothing\n".repeat(200_000));
    assert_eq!(said, "line 1 column 1: a specification has at most 1048576 bytes");
    assert!(problems(&"[".repeat(100_000)).starts_with("line "));
}

#[test]
fn the_control_api_takes_the_same_settings_and_names_the_field() {
    let kit = Kit::tiny();
    let body = json!({
        "seed": 9, "size": "tiny", "name": "Golden Crust", "freeze": true, "users": 14,
        "people": [{"displayName": "Ada Example", "upn": "ada", "persona": "user"}],
        "registrations": [{"name": "siem", "permissions": ["investigation.read"]}],
        "storylines": "none",
    });
    let answer = kit.mock("POST", "/_mock/tenants", &body.to_string());
    assert_eq!(answer.status, StatusCode::CREATED, "{}", super::kit::text(&answer));
    let info = json(&answer);
    let user = info["users"].as_array().unwrap().iter().find(|user| user["persona"] == "user").unwrap();
    assert_eq!(user["upn"], "ada@goldencrust.onmicrosoft.com");
    assert_eq!(info["apps"][7]["name"], "siem");
    for (body, code, target) in [
        (r#"{"users": 5}"#, "BadField", "users"),
        (r#"{"offices": [{"city": "Seattle", "weight": -1}]}"#, "BadField", "offices[0].weight"),
        (r#"{"offices": [{"city": "Oslo"}]}"#, "Contradiction", "offices[0].city"),
    ] {
        let answer = kit.mock("POST", "/_mock/tenants", body);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let error = json(&answer);
        assert_eq!(
            (leaf(&error, "error.code"), leaf(&error, "error.target")),
            (&json!(code), &json!(target))
        );
    }
    let answer = kit.mock("POST", "/_mock/tenants", r#"{"uesrs": 12}"#);
    let said = leaf(&json(&answer), "error.message").to_string();
    assert!(said.contains("unknown field `uesrs`, expected one of `users`, `guests`, `seed`,"), "{said}");
    // The forms of old go on.
    let answer = kit.mock("POST", "/_mock/tenants", r#"{"seed": 7, "size": "tiny", "name": null}"#);
    assert_eq!(json(&answer)["seed"], 7);
    let answer = kit.mock("POST", "/_mock/tenants", "seed: 8");
    assert_eq!(leaf(&json(&answer), "error.code"), "BadBody");
}
