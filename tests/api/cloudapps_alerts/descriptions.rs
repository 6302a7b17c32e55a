//! The texts of alerts: what they say is what their activities show.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use super::{ACTIVITIES, ALERTS, id};
use crate::kit::lists::walk;
use crate::kit::{Kit, START, at, json as read};

/// Addresses in a text, as scripts take them out of it: what has the form of one, whatever stands around it.
fn addresses(text: &str) -> BTreeSet<IpAddr> {
    text.split(|c: char| !(c.is_ascii_hexdigit() || ".:".contains(c)))
        .filter_map(|word| word.trim_end_matches(['.', ':']).parse().ok())
        .collect()
}

/// The numbers that stand before one of these words.
fn numbers(text: &str, words: &[&str]) -> Vec<u64> {
    let spaced: Vec<&str> =
        text.split([' ', '<', '>', ',', '.', ':']).filter(|word| !word.is_empty()).collect();
    let pairs = spaced.windows(2).filter(|pair| words.contains(&pair[1]));
    pairs.filter_map(|pair| pair[0].parse().ok()).collect()
}

fn activities(kit: &Kit, alert: &Value) -> Vec<Value> {
    walk(kit, ACTIVITIES, &json!({"filters": {"activity.alertId": {"eq": id(alert)}}}), 100)
}

/// Every scripted storyline in one tenant, beside what its history holds.
fn kit() -> Kit {
    Kit::new(1, Size::Small)
}

fn entities<'a>(alert: &'a Value, kind: &str, member: &str) -> Vec<&'a str> {
    let all = alert["entities"].as_array().unwrap().iter();
    all.filter(|entity| entity["type"] == kind).filter_map(|entity| entity[member].as_str()).collect()
}

#[test]
fn a_description_says_what_the_activities_behind_it_show() {
    let kit = kit();
    let mut titles: BTreeMap<String, u32> = BTreeMap::new();
    for alert in walk(&kit, ALERTS, &json!({}), 100) {
        let text = alert["description"].as_str().unwrap();
        let title = alert["title"].as_str().unwrap();
        *titles.entry(title.to_owned()).or_default() += 1;
        assert!(text.starts_with("<p>The user ") || text.starts_with("<p>An application of the user "));
        assert!(text.ends_with("</p>") && text.contains("<br>") && !text.contains(['{', '}']), "{text}");
        let user =
            format!("{} ({})", entities(&alert, "account", "label")[0], entities(&alert, "user", "id")[0]);
        assert!(text.contains(&user.replace('\'', "&#39;")), "{text}");

        let told = addresses(text);
        let known: BTreeSet<IpAddr> =
            entities(&alert, "ip", "id").into_iter().map(|ip| ip.parse().unwrap()).collect();
        let behind = activities(&kit, &alert);
        let from = |activity: &Value| activity["device"]["clientIP"].as_str().and_then(|ip| ip.parse().ok());
        let shown: BTreeSet<IpAddr> = behind.iter().filter_map(from).collect();
        assert_eq!(known, shown, "the entities are those of the activities: {alert}");
        assert!(!told.is_empty() && told.is_subset(&known), "{told:?} {known:?}");

        let failing = title == "Multiple failed login attempts";
        let mut counted: Vec<&Value> = behind
            .iter()
            .filter(|activity| !failing || activity["mainInfo"]["type"] == "failedLogin")
            .collect();
        counted.sort_by_key(|activity| activity["timestamp"].as_i64());
        let happened = |activity: &Value| activity["timestamp"].as_i64().unwrap();
        let minutes = |millis: i64| (millis as u64).div_ceil(60_000).max(1);
        let within = numbers(text, &["minute", "minutes"]);
        if title == "Impossible travel activity" {
            assert_eq!(told.len(), 2, "two ends: {text}");
            let ends: Vec<&Value> = counted
                .windows(2)
                .find(|pair| {
                    let apart = minutes(happened(pair[1]) - happened(pair[0]));
                    let both: BTreeSet<IpAddr> = pair.iter().copied().filter_map(from).collect();
                    both == told && within == [apart]
                })
                .unwrap_or_else(|| panic!("no two activities are such: {text}"))
                .to_vec();
            let named = format!("{} in ", ends[0]["device"]["clientIP"].as_str().unwrap());
            assert!(text.contains(&named));
            let countries = entities(&alert, "country", "id");
            assert!(
                ends.iter().all(|end| countries.contains(&end["location"]["countryCode"].as_str().unwrap()))
            );
            assert_ne!(ends[0]["location"]["countryCode"], ends[1]["location"]["countryCode"]);
            continue;
        }
        if told.len() < 5 {
            assert_eq!(told, known, "every address is named: {text}");
        }
        let counts =
            numbers(text, &["activity", "activities", "time", "times", "file", "files", "item", "items"]);
        assert_eq!(counts.first(), Some(&(counted.len() as u64)).filter(|_| !counts.is_empty()), "{text}");
        let spent = minutes(happened(counted[counted.len() - 1]) - happened(counted[0]));
        assert!(within.is_empty() || within[0] == spent, "{text} {spent}");
        for service in entities(&alert, "service", "label") {
            let names_apps = ["Mass", "Ransom", "File shared", "Administrative"]
                .iter()
                .any(|with| title.starts_with(with));
            assert!(!names_apps || text.contains(service), "{text} {service}");
        }
    }
    println!("{titles:?}");
    assert!(titles.len() >= 10, "{titles:?}");
}

#[test]
fn an_alert_keeps_its_text_when_its_activities_are_gone() {
    let kit = kit();
    let before = walk(&kit, ALERTS, &json!({}), 100);
    kit.tenant.advance(Span::days(182)).unwrap();
    assert!(before.iter().any(|alert| activities(&kit, alert).is_empty()), "old activities leave the log");
    for alert in before {
        let later = read(&kit.api("GET", &format!("{ALERTS}{}/", id(&alert)), ""));
        assert_eq!(later["description"], alert["description"]);
    }
}

#[test]
fn names_are_escaped_in_descriptions_of_alerts() {
    let text = r#"
seed: 1
size: small
start: 2026-11-24T00:00:00Z
people:
  - {displayName: "Ada <b>O'Neil & Co</b>", upn: ada}
storylines:
  - {name: impossible-travel, user: ada, when: "-1d 14:30"}
"#;
    let spec = specification::read(
        text,
        Absent { seed: 1, size: Size::Small, start: at(START), dated: false, freeze: false },
    )
    .unwrap()
    .spec;
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let kit = Kit::of(tenant.into(), false);
    let ada = json!({"filters": {"entity.user": {"eq": ["ada@contoso.onmicrosoft.com"]}}});
    let alerts = walk(&kit, ALERTS, &ada, 100);
    assert!(!alerts.is_empty());
    for alert in alerts {
        let text = alert["description"].as_str().unwrap();
        assert!(text.contains("Ada &lt;b&gt;O&#39;Neil &amp; Co&lt;/b&gt; (ada@contoso"), "{text}");
        // The entity is no HTML.
        assert_eq!(entities(&alert, "account", "label"), ["Ada <b>O'Neil & Co</b>"]);
    }
}
