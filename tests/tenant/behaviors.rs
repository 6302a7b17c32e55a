//! What the services of a month make of what detectors notice: an alert of a policy, one of the services' own under
//! another title, or a behavior.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::facts::{AlertFacts, BehaviorFacts};
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::operations::truth::{behaviors, truth};
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::json;

use crate::connection::give;
use crate::kit::{Kit, START, at, json};

/// A tenant with this specification beside size and start.
fn born(spec: &str) -> Arc<Tenant> {
    let text = format!("seed: 7\nsize: small\nhistoryDays: 20\n{spec}");
    let absent = Absent { size: Size::Small, ..Absent::starting(at(START)) };
    let spec = specification::read(&text, absent).unwrap().spec;
    let wall = Wall::manual(spec.start);
    Arc::new(Tenant::born(&spec, Mode::Frozen, wall))
}

/// Policy, account, and when the first of the activities behind it happened. (Up to when later ones count depends on when
/// it was raised, and that on how many rows the log holds: analysts leave some where there are alerts.)
type Noticed = (String, String, VirtualTime);

fn alerts(tenant: &Tenant) -> BTreeMap<Noticed, String> {
    let view = tenant.read();
    let all = AlertFacts::all(&view).filter_map(|alert| {
        let evidence = alert.seen().evidence()?;
        let account = alert.actor().map_or("", |actor| actor.account).to_owned();
        let key = (alert.policy_name().to_owned(), account, evidence.first);
        Some((key, alert.title().into_owned()))
    });
    all.collect()
}

fn made(tenant: &Tenant) -> BTreeMap<Noticed, String> {
    let view = tenant.read();
    let all = BehaviorFacts::all(&view).filter_map(|behavior| {
        let (seen, evidence) = (behavior.seen(), behavior.seen().evidence()?);
        let account = seen.actor().map_or("", |actor| actor.account).to_owned();
        let key = (behavior.policy_name().to_owned(), account, evidence.first);
        Some((key, behavior.action_type().to_owned()))
    });
    all.collect()
}

const TRAVEL: &str = "Impossible travel";

#[test]
fn what_was_an_alert_before_june_2025_is_a_behavior_since_then() {
    let storylines = "storylines: [{name: impossible-travel}, {name: password-spray-then-success}]\n";
    let (before, since) = (born(storylines), born(&format!("{storylines}serviceDate: 2025-06")));
    let (told, made) = (alerts(&before), made(&since));
    assert!(self::made(&before).is_empty());
    let weak = |policy: &str| made.keys().any(|key| key.0 == policy);
    assert!(weak(TRAVEL) && weak("Multiple failed login attempts"), "{made:?}");
    for (key, kind) in &made {
        let alike: Vec<_> = told.keys().filter(|other| other.0 == key.0 && other.1 == key.1).collect();
        assert!(told.contains_key(key), "{key:?} was no alert: {alike:?}");
        assert!(!kind.is_empty());
    }
    let remaining = alerts(&since);
    assert!(!remaining.is_empty());
    for key in remaining.keys() {
        assert!(!weak(&key.0), "{key:?} is an alert and a behavior");
        assert!(told.contains_key(key));
    }
    assert_eq!(told.len(), made.len() + remaining.len(), "nothing is lost");
}

#[test]
fn a_behavior_tells_whom_it_is_about_and_the_storyline_tells_which_behaviors_it_left() {
    let tenant = born("serviceDate: 2025-11\nstorylines: none");
    give(&tenant, json!({"playStory": {"name": "impossible-travel"}})).unwrap();
    tenant.advance(Span::days(1)).unwrap();
    let view = tenant.read();
    let story = truth(&view).pop().unwrap();
    let expected = story.expected.iter().find(|expected| expected.policy == TRAVEL).unwrap();
    assert!(expected.behavior);
    let id = expected.raised[0].id;
    assert_eq!(story.behaviors.iter().filter(|behavior| **behavior == id).count(), 1);
    let all = behaviors(&view);
    let behavior = all.iter().find(|behavior| behavior.id == id).unwrap();
    assert_eq!(behavior.action_type, "ImpossibleTravelActivity");
    assert_eq!(behavior.user.as_deref(), Some(story.user.upn.as_str()));
    assert_eq!((behavior.tactic.as_str(), behavior.technique.as_str()), ("Initial Access", "T1078"));
    assert_eq!(behavior.storylines, [story.number]);
    assert!(behavior.addresses.contains(&story.attacker.ip));
    assert!(behavior.description.contains(&story.attacker.ip.to_string()), "{}", behavior.description);
    assert!(behavior.evidence.iter().any(|id| story.activities.contains(id)));
    assert!(behavior.start <= behavior.end && behavior.end <= behavior.at);
    // The control API tells the same, and a client of the Cloud Apps API finds no such alert.
    let kit = Kit::of(Arc::clone(&tenant), false);
    let told = json(&kit.mock("GET", &format!("/_mock/tenants/{}/truth", tenant.identity().id), ""));
    assert_eq!(told["behaviors"], serde_json::to_value(&all).unwrap());
    assert!(alerts(&tenant).keys().all(|key| key.0 != TRAVEL));
}

#[test]
fn a_policy_that_is_switched_on_again_raises_alerts_beside_the_behaviors() {
    let tenant = born("serviceDate: 2025-11\nstorylines: none");
    let switch = |enabled| {
        let by = "security-admin";
        give(&tenant, json!({"setPolicyEnabled": {"policy": TRAVEL, "enabled": enabled, "by": by}})).unwrap();
    };
    let play = || {
        give(&tenant, json!({"playStory": {"name": "impossible-travel"}})).unwrap();
        tenant.advance(Span::days(2)).unwrap();
        let view = tenant.read();
        let story = truth(&view).pop().unwrap();
        let of_travel = |key: &&Noticed| key.0 == TRAVEL && key.1 == story.user.upn;
        (alerts(&tenant).keys().filter(of_travel).count(), made(&tenant).keys().filter(of_travel).count())
    };
    assert_eq!(play(), (0, 1));
    switch(true);
    // What was noticed before stays what it was.
    assert!(alerts(&tenant).keys().all(|key| key.0 != TRAVEL));
    let (raised, behaved) = play();
    assert!(raised > 0 && behaved > 0, "{raised} {behaved}");
    switch(false);
    let of_the_policy = || alerts(&tenant).keys().filter(|key| key.0 == TRAVEL).count();
    let before = of_the_policy();
    play();
    assert_eq!(of_the_policy(), before);
    // Switching is told as an activity of the product, which names the policy.
    let kit = Kit::of(Arc::clone(&tenant), false);
    let body = json!({"filters": {"activity.eventType": {"eq": [917_604, 917_605]}}}).to_string();
    let found = json(&kit.api("POST", "/api/v1/activities/", &body));
    let told = found["data"].as_array().unwrap();
    assert_eq!(told.len(), 2, "{found}");
    for (record, name) in told.iter().zip(["Disable policy", "Enable policy"]) {
        assert_eq!(record["description"], name);
        let objects = record["mainInfo"]["eventObjects"].to_string();
        assert!(objects.contains(TRAVEL), "{record}");
    }
}

#[test]
fn alerts_carry_the_title_of_the_month_in_which_they_were_raised() {
    let title = |spec: &str| {
        let story = "storylines: [{name: dormant-app-reawakened, when: \"-2d 10:00\"}]\n";
        let tenant = born(&format!("{story}{spec}"));
        let all = alerts(&tenant);
        all.into_iter().find(|(key, _)| key.0 == "Unusual ISP for an OAuth app").map(|(_, title)| title)
    };
    assert_eq!(title("").as_deref(), Some("Unusual ISP for an OAuth app"));
    assert_eq!(
        title("serviceDate: 2025-06").as_deref(),
        Some("OAuth application activity from an unknown ISP")
    );
    assert_eq!(
        title("serviceDate: 2025-06\npolicies: {Unusual ISP for an OAuth app: on}").as_deref(),
        Some("Unusual ISP for an OAuth app")
    );
    assert_eq!(title("policies: {Unusual ISP for an OAuth app: off}"), None);
}

#[test]
fn a_policy_that_there_is_not_is_refused_with_the_names_of_those_that_there_are() {
    let tenant = born("storylines: none");
    let refused =
        give(&tenant, json!({"setPolicyEnabled": {"policy": "Travel", "enabled": true}})).unwrap_err();
    assert!(refused.contains(TRAVEL) && refused.contains("Travel"), "{refused}");
}

#[test]
fn behaviors_and_switched_policies_come_back_from_the_tenants_file() {
    let tenant = born("serviceDate: 2025-11\nstorylines: none");
    give(&tenant, json!({"playStory": {"name": "impossible-travel"}})).unwrap();
    tenant.advance(Span::days(1)).unwrap();
    give(&tenant, json!({"setPolicyEnabled": {"policy": TRAVEL, "enabled": true}})).unwrap();
    give(&tenant, json!({"playStory": {"name": "impossible-travel"}})).unwrap();
    tenant.advance(Span::days(1)).unwrap();
    let file = TenantFile::read(&tenant.file().write()).unwrap();
    let again = Tenant::revived(&file, Wall::manual(tenant.now()), |_, refusal| panic!("{refusal}"));
    assert_eq!((made(&again), alerts(&again)), (made(&tenant), alerts(&tenant)));
    assert!(alerts(&again).keys().any(|key| key.0 == TRAVEL));
}
