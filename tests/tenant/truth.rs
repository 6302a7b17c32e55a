//! The truth is noted when it happens, and is still told when the log has forgotten it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mock_defender::model::spec::{Size, Specification, StorylineSpec};
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec};

/// A small company with so many days of history.
fn with_history(seed: u64, size: Size, days: u32) -> Kit {
    let mut spec: Specification = spec(seed, size, START);
    spec.settings.history_days = Some(days);
    spec.settings.storylines = Some(StorylineSpec::First(12));
    let wall = Wall::manual(spec.start);
    Kit::of(Arc::new(Tenant::born(&spec, Mode::Frozen, wall)), false)
}

fn truth(kit: &Kit) -> Value {
    json(&kit.mock("GET", &format!("/_mock/tenants/{}/truth", kit.tenant.identity().id), ""))
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// The labels of the alerts, by id.
fn labels(truth: &Value) -> BTreeMap<String, Value> {
    let alerts = truth["alerts"].as_array().unwrap().iter();
    alerts.map(|label| (label["alert"].as_str().unwrap().to_owned(), label.clone())).collect()
}

/// What each alert is agrees with what the storylines say, and rests on something.
fn agrees(truth: &Value) {
    let labels = labels(truth);
    for story in truth["storylines"].as_array().unwrap() {
        let activities = ids(&story["activities"]);
        assert!(!activities.is_empty(), "{story}");
        for alert in ids(&story["alerts"]) {
            let label = &labels[&alert];
            assert_eq!(label["verdict"], "truePositive", "{label}");
            assert!(label["storylines"].as_array().unwrap().contains(&story["number"]), "{label}");
            assert!(!ids(&label["evidence"]).is_disjoint(&activities), "{label}");
        }
    }
    for label in labels.values() {
        let attack = label["verdict"] == "truePositive";
        assert_eq!(attack, !label["storylines"].as_array().unwrap().is_empty(), "{label}");
        assert!(
            !label["reason"].as_str().unwrap().is_empty() && !ids(&label["evidence"]).is_empty(),
            "{label}"
        );
    }
}

#[test]
fn a_long_history_lists_something_for_every_storyline() {
    let kit = with_history(1, Size::Small, 120);
    let truth = truth(&kit);
    // Two of the catalogue are about one and the same administrator.
    assert!(truth["storylines"].as_array().unwrap().len() >= 11);
    agrees(&truth);
    // What is listed is in the log, which holds as many days.
    let early =
        truth["storylines"].as_array().unwrap().iter().min_by_key(|story| story["begins"].to_string());
    for id in ids(&early.unwrap()["activities"]) {
        assert_eq!(kit.api("GET", &format!("/api/v1/activities/{id}/"), "").status, 200);
    }
}

#[test]
fn labels_and_evidence_outlive_the_log() {
    let kit = with_history(4, Size::Small, 14);
    kit.tenant.advance(Span::hours(12)).unwrap();
    let before = truth(&kit);
    agrees(&before);
    for days in [31, 152] {
        kit.tenant.advance(Span::days(days)).unwrap();
        let now = truth(&kit);
        agrees(&now);
        assert_eq!(now["storylines"], before["storylines"], "the storylines are what they were");
        let labels = labels(&now);
        for label in before["alerts"].as_array().unwrap() {
            assert_eq!(&labels[label["alert"].as_str().unwrap()], label);
        }
    }
    let stories = before["storylines"].as_array().unwrap().iter();
    let mut gone = stories.flat_map(|story| ids(&story["activities"]));
    let is_gone = |id: String| kit.api("GET", &format!("/api/v1/activities/{id}/"), "").status == 404;
    assert!(gone.any(is_gone), "the log has forgotten the earliest storyline");
}

#[test]
fn a_storyline_names_its_techniques_what_it_is_about_and_what_should_notice_it() {
    let kit = Kit::attacked(1, 12);
    kit.tenant.advance(Span::hours(8)).unwrap();
    let truth = truth(&kit);
    let mut techniques = BTreeSet::new();
    for story in truth["storylines"].as_array().unwrap() {
        for step in story["attack"].as_array().unwrap() {
            let technique = step["technique"].as_str().unwrap();
            assert!(technique.starts_with('T') && technique.len() == 5, "{step}");
            if let Some(sub) = step["subTechnique"].as_str() {
                assert!(sub.starts_with(technique) && sub.len() == 9, "{step}");
            }
            techniques.insert(step.to_string());
        }
        let entities = &story["entities"];
        assert!(ids(&entities["users"]).contains(story["user"]["upn"].as_str().unwrap()), "{story}");
        assert!(!ids(&entities["addresses"]).is_empty());
        for expected in story["expected"].as_array().unwrap() {
            let raised = expected["raised"].as_array().unwrap();
            assert!(!raised.is_empty(), "{expected} of {}", story["storyline"]);
            for alert in raised {
                assert!(ids(&story["alerts"]).contains(alert["id"].as_str().unwrap()));
                let at = alert["at"].as_str().unwrap();
                assert!(
                    expected["from"].as_str().unwrap() <= at && at <= expected["until"].as_str().unwrap()
                );
            }
        }
    }
    assert!(techniques.len() >= 20, "{techniques:?}");
    let of = |name: &str| {
        let stories = truth["storylines"].as_array().unwrap().iter();
        stories.clone().find(|story| story["storyline"] == name).unwrap()["entities"].clone()
    };
    assert_eq!(of("dormant-app-reawakened")["applications"][0]["name"], "Mailroom Archive");
    assert!(ids(&of("ransomware-mass-rename-delete")["files"]).len() >= 30);
}

#[test]
fn what_was_put_in_is_not_judged_unless_it_rests_on_an_attack() {
    let kit = Kit::small();
    let story = truth(&kit)["storylines"][0].clone();
    let inject = |record: &Value| {
        let path = format!("/_mock/tenants/{}/inject", kit.tenant.identity().id);
        assert_eq!(kit.mock("POST", &path, &record.to_string()).status, 201);
    };
    inject(&json!({"alert": {"title": "Odd"}}));
    let last = truth(&kit)["alerts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["title"], &last["verdict"]), (&json!("Odd"), &json!("unknown")));
    let evidence = story["activities"][0].clone();
    inject(&json!({"alert": {"title": "Told", "audits": [evidence]}}));
    let last = truth(&kit)["alerts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["title"], &last["verdict"]), (&json!("Told"), &json!("truePositive")));
    assert_eq!(last["storylines"], json!([story["number"]]));
}
