//! Storylines in a tenant: planned ones have happened, played ones happen, and each is true.

use std::collections::BTreeSet;

use mock_defender::generate::stories;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

fn truth(kit: &Kit) -> Vec<Value> {
    let answer = json(&kit.mock("GET", &format!("/_mock/tenants/{}/truth", kit.tenant.identity().id), ""));
    answer["storylines"].as_array().unwrap().clone()
}

fn play(kit: &Kit, what: &Value) -> (u16, Value) {
    let answer =
        kit.mock("POST", &format!("/_mock/tenants/{}/play", kit.tenant.identity().id), &what.to_string());
    (answer.status.as_u16(), json(&answer))
}

/// Each record of a storyline is served, and each of its alerts has some of them as evidence.
fn holds(kit: &Kit, story: &Value) {
    let activities: BTreeSet<&str> =
        story["activities"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(!activities.is_empty(), "{story}");
    for id in &activities {
        assert_eq!(kit.api("GET", &format!("/api/v1/activities/{id}/"), "").status, 200);
    }
    let alerts = story["alerts"].as_array().unwrap();
    // Some storylines of the history go unnoticed.
    let noticed = !story["expected"].as_array().unwrap().is_empty();
    assert!(!alerts.is_empty() || !noticed, "no alert about {story}");
    for id in alerts {
        let alert = json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
        assert_eq!(alert["resolutionStatusValue"], 0, "storylines are left to the user");
        let behind = kit.all("/api/v1/activities/", &json!({"activity.alertId": {"eq": id}}));
        assert!(behind.iter().any(|record| activities.contains(record["_id"].as_str().unwrap())), "{alert}");
    }
}

#[test]
fn a_small_company_starts_with_all_past_storylines() {
    let kit = Kit::small();
    let told = truth(&kit);
    let names: BTreeSet<&str> = told.iter().map(|story| story["storyline"].as_str().unwrap()).collect();
    assert_eq!(names, stories::names().into_iter().collect());
    // Alerts take their time: some hours later all of them are there.
    kit.tenant.advance(Span::hours(8)).unwrap();
    for story in truth(&kit) {
        holds(&kit, &story);
    }
}

#[test]
fn an_analyst_finds_a_storyline_by_who_when_and_from_where() {
    let kit = Kit::small();
    for story in truth(&kit) {
        let wanted: BTreeSet<String> = story["activities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        let (mut users, mut addresses, mut times) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for id in &wanted {
            let record = json(&kit.api("GET", &format!("/api/v1/activities/{id}/"), ""));
            // A sign-in that failed tells its user elsewhere.
            let told = record["user"]["userName"].as_str().or(record["failedUserData"]["userName"].as_str());
            users.insert(told.unwrap().to_owned());
            addresses.insert(record["device"]["clientIP"].as_str().unwrap().to_owned());
            times.push(record["timestamp"].as_i64().unwrap());
        }
        let window = json!({"gte": times.iter().min(), "lte": times.iter().max()});
        let filters =
            json!({"user.username": {"eq": users}, "ip.address": {"eq": addresses}, "date": window});
        let found = kit.all("/api/v1/activities/", &filters);
        let hits = found.iter().filter(|record| wanted.contains(record["_id"].as_str().unwrap())).count();
        assert_eq!(hits, wanted.len(), "{story}");
        // Little else is in the way: who looks there sees the attack, not the company.
        assert!(found.len() <= 3 * wanted.len() + 60, "{} of {}: {story}", hits, found.len());
    }
}

#[test]
fn a_tiny_company_starts_with_three_past_storylines() {
    let kit = Kit::tiny();
    kit.tenant.advance(Span::hours(8)).unwrap();
    let told = truth(&kit);
    assert_eq!(told.len(), 3);
    for story in told {
        holds(&kit, &story);
    }
}

#[test]
fn every_storyline_can_be_played_and_its_truth_matches_the_records() {
    let kit = Kit::new(6, Size::Small);
    kit.tenant.advance(Span::hours(18)).unwrap();
    let before = truth(&kit).len();
    let mut told = Vec::new();
    for name in stories::names() {
        let (status, story) =
            play(&kit, &json!({"storyline": name, "at": (kit.tenant.now() + Span::minutes(20)).to_string()}));
        assert_eq!(status, 201, "{name}: {story}");
        assert_eq!(story["storyline"], name);
        told.push(story);
    }
    kit.tenant.advance(Span::hours(60)).unwrap();
    let now = truth(&kit);
    for (story, told) in now[before..].iter().zip(&told) {
        assert_eq!(story["summary"], told["summary"]);
        holds(&kit, story);
        assert!(story["first"].as_str().unwrap() >= told["begins"].as_str().unwrap(), "{story}");
    }
    assert_eq!(now.len(), before + told.len());
    // The journal names what was drawn, and can be given again.
    let commands =
        json(&kit.mock("GET", &format!("/_mock/tenants/{}/commands", kit.tenant.identity().id), ""));
    let first = &commands["commands"][0]["command"]["playStory"];
    assert_eq!((&first["name"], &first["user"]), (&told[0]["storyline"], &told[0]["user"]));
}

#[test]
fn storylines_that_can_not_be_played_are_refused_with_reasons() {
    let kit = Kit::small();
    let refused = |what: Value, field: &str| {
        let (status, answer) = play(&kit, &what);
        assert_eq!((status, answer["error"]["target"].as_str()), (400, Some(field)), "{answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    assert!(refused(json!({"storyline": "dragon"}), "storyline").contains("impossible-travel"));
    let past = (kit.tenant.now() - Span::minutes(1)).to_string();
    assert!(refused(json!({"storyline": "impossible-travel", "at": past}), "at").contains("from 2026-11-24"));
    assert!(refused(json!({"storyline": "impossible-travel", "user": "nobody"}), "user").contains("persona"));
    // What was expected and what came, in this order and nothing else.
    let world = kit.tenant.world();
    let disabled = world.person(world.persona(Persona::Disabled).unwrap());
    assert_eq!(
        refused(json!({"storyline": "impossible-travel", "user": "disabled"}), "user"),
        format!(
            "Field \"user\": expected somebody to whom impossible-travel can happen, got {:?}: the account is disabled.",
            disabled.upn
        )
    );
    assert_eq!(
        refused(json!({"storyline": "mass-download-before-leaving", "size": 1_000_000}), "size"),
        "Field \"size\": expected a whole number from 1 to 260, got 1000000."
    );
    let (status, answer) = play(&kit, &json!({"story": "x"}));
    assert_eq!(status, 400);
    assert!(answer["error"]["message"].as_str().unwrap().contains("unknown field `story`"), "{answer}");
}

#[test]
fn a_played_story_happens_on_every_fork_that_knows_it_and_on_no_other() {
    let kit = Kit::small();
    let untouched = kit.tenant.fork();
    play(&kit, &json!({"storyline": "ransomware-mass-rename-delete"}));
    let knows = std::sync::Arc::new(kit.tenant.fork());
    for tenant in [&*kit.tenant, &*knows, &untouched] {
        tenant.advance(Span::hours(30)).unwrap();
    }
    let told = |kit: &Kit| truth(kit).last().unwrap()["storyline"].clone();
    let (knows, untouched) = (Kit::of(knows, false), Kit::of(std::sync::Arc::new(untouched), false));
    assert_eq!(told(&kit), "ransomware-mass-rename-delete");
    assert_eq!(truth(&knows).len(), truth(&kit).len());
    assert_eq!(truth(&untouched).len() + 1, truth(&kit).len());
    let titles = |kit: &Kit| {
        text(&kit.api("POST", "/api/v1/alerts/", r#"{"filters": {"date": {"gte_ndays": 3}}}"#))
            .matches("Ransomware")
            .count()
    };
    assert!(titles(&knows) > titles(&untouched));
}
