//! Storylines in a tenant: planned ones have happened, played ones happen, and each is true.

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_defender::generate::{World, stories};
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, text};

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
fn a_company_that_has_lived_through_the_whole_catalogue_has_its_truth() {
    let kit = Kit::attacked(1, stories::COUNT as u32);
    let told = truth(&kit);
    // Some need people or apps that a small company has but once, or not at all.
    assert!(told.len() >= 20, "{}", told.len());
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
        let mut unplaced = false;
        for id in &wanted {
            let record = json(&kit.api("GET", &format!("/api/v1/activities/{id}/"), ""));
            // A sign-in that failed tells its user elsewhere.
            let told = record["user"]["userName"].as_str().or(record["failedUserData"]["userName"].as_str());
            users.insert(told.unwrap().to_owned());
            // What flows do comes from no address.
            addresses.extend(record["device"]["clientIP"].as_str().map(str::to_owned));
            unplaced |= record["device"]["clientIP"].is_null();
            times.push(record["timestamp"].as_i64().unwrap());
        }
        // Weeks of somebody's own days are in the way of a campaign.
        let campaign = times.iter().max().unwrap() - times.iter().min().unwrap() > 2 * 86_400_000;
        let window = json!({"gte": times.iter().min(), "lte": times.iter().max()});
        let mut filters =
            json!({"user.username": {"eq": users}, "ip.address": {"eq": addresses}, "date": window});
        if unplaced {
            filters.as_object_mut().unwrap().remove("ip.address");
        }
        let found = kit.all("/api/v1/activities/", &filters);
        let hits = found.iter().filter(|record| wanted.contains(record["_id"].as_str().unwrap())).count();
        assert_eq!(hits, wanted.len(), "{story}");
        // Little else is in the way: who looks there sees the attack, not the company.
        assert!(
            unplaced || campaign || found.len() <= 3 * wanted.len() + 60,
            "{} of {}: {story}",
            hits,
            found.len()
        );
    }
}

#[test]
fn a_tiny_company_starts_with_a_few_past_storylines() {
    let kit = Kit::tiny();
    kit.tenant.advance(Span::hours(8)).unwrap();
    let told = truth(&kit);
    assert!((1..10).contains(&told.len()));
    for story in told {
        holds(&kit, &story);
    }
}

#[test]
fn a_specification_can_ask_for_no_attack_and_some_seeds_have_had_none() {
    let kit = Kit::attacked(1, 0);
    assert!(truth(&kit).is_empty());
    let spared = (1..40).filter(|seed| World::new(&spec(*seed, Size::Tiny, START)).storylines.is_empty());
    assert!((1..12).contains(&spared.count()));
}

/// Ids and names of an answer are those that the API shows.
fn resolves(kit: &Kit, story: &Value, asked: &Value) {
    let world = kit.tenant.world();
    let of_story = |list: &str, id: &Value| story["entities"][list].as_array().unwrap().contains(id);
    for answer in asked["answers"].as_array().unwrap() {
        let text = answer.as_str().unwrap();
        match asked["kind"].as_str().unwrap() {
            "activities" => {
                assert!(story["activities"].as_array().unwrap().contains(answer), "{asked}");
                assert_eq!(kit.api("GET", &format!("/api/v1/activities/{text}/"), "").status, 200);
            }
            "alerts" => assert_eq!(kit.api("GET", &format!("/api/v1/alerts/{text}/"), "").status, 200),
            "users" => assert!(world.person_by_upn(text).is_some(), "{asked}"),
            "addresses" => assert!(of_story("addresses", answer), "{asked}"),
            "files" => assert!(of_story("files", answer), "{asked}"),
            "applications" => {
                let known = story["entities"]["applications"].as_array().unwrap();
                assert!(known.iter().any(|app| app["id"] == *answer), "{asked}");
            }
            "instants" => assert!(["first", "last"].iter().any(|end| story[end] == *answer), "{asked}"),
            "countries" => assert_eq!(text.len(), 2),
            "names" => assert!(!text.is_empty()),
            other => panic!("{other} of {asked}"),
        }
    }
}

#[test]
fn a_storyline_has_a_motive_and_questions_whose_answers_are_its_own() {
    let kit = Kit::attacked(2, stories::COUNT as u32);
    kit.tenant.advance(Span::hours(8)).unwrap();
    let told = truth(&kit);
    for story in &told {
        assert!(story["motive"].as_str().unwrap().ends_with('.'), "{story}");
        let questions = story["questions"].as_array().unwrap();
        assert!(questions.len() >= 6, "{story}");
        let answered = questions.iter().filter(|asked| !asked["answers"].as_array().unwrap().is_empty());
        // Some ask for what did not happen: whether any attempt succeeded, which alerts there are.
        assert!(answered.count() + 2 >= questions.len(), "{questions:#?}");
        questions.iter().for_each(|asked| resolves(&kit, story, asked));
    }
    // The answers outlive the log.
    let before: Vec<Value> = told.iter().map(|story| story["questions"].clone()).collect();
    kit.tenant.advance(Span::days(190)).unwrap();
    let after: Vec<Value> = truth(&kit).iter().map(|story| story["questions"].clone()).collect();
    assert_eq!(after, before);
}

#[test]
fn every_storyline_can_be_played_and_its_truth_matches_the_records() {
    let mut spec = spec(6, Size::Small, START);
    spec.settings.apps = Some(["Microsoft Azure", "GitHub"].map(str::to_owned).into());
    let wall = Wall::manual(spec.start);
    let kit = Kit::of(Arc::new(Tenant::born(&spec, Mode::Frozen, wall)), false);
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
    // Campaigns take their time.
    kit.tenant.advance(Span::days(95)).unwrap();
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
    let knows = Arc::new(kit.tenant.fork());
    for tenant in [&*kit.tenant, &*knows, &untouched] {
        tenant.advance(Span::hours(30)).unwrap();
    }
    let told = |kit: &Kit| truth(kit).last().unwrap()["storyline"].clone();
    let (knows, untouched) = (Kit::of(knows, false), Kit::of(Arc::new(untouched), false));
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
