//! The born world as the tenant lives it: what ordinary life raises, and what storylines do.

use std::collections::BTreeMap;

use mock_defender::catalogue::policies::POLICIES;
use mock_defender::model::index::RowNo;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;

use crate::kit::tenant;

/// What the tenant's detectors say about the storylines that bring no alert along.
const DETECTED: [(&str, &str); 5] = [
    ("impossible-travel", "Impossible travel"),
    ("password-spray-then-success", "Logon from a risky IP address"),
    ("mass-download-before-leaving", "Mass download by a single user"),
    ("sharing-to-private-account", "File shared with an external address"),
    ("first-admin-activity-from-new-country", "Administrative activity from a non-corporate IP address"),
];

#[test]
fn every_storyline_has_an_alert_of_its_own_or_one_that_a_detector_raises() {
    for (seed, size) in
        [(1, Size::Tiny), (1, Size::Small), (2, Size::Small), (5, Size::Small), (1, Size::Medium)]
    {
        let tenant = tenant(seed, size);
        tenant.advance(Span::hours(2)).unwrap();
        let view = tenant.read();
        let world = tenant.world();
        for story in &world.storylines {
            let raised = |name: &str| {
                view.state.alerts(view.now).any(|alert| {
                    POLICIES[alert.policy.index()].name == name
                        && alert.activities.iter().any(|row| {
                            let event = view.state.activity(*row, view.now);
                            event.is_some_and(|event| event.story == Some(story.ordinal))
                        })
                })
            };
            let detected = DETECTED.iter().find(|(name, _)| *name == story.name);
            match (detected, story.alert) {
                (Some((_, policy)), None) => assert!(raised(policy), "{seed} {size}: {}", story.summary),
                (None, Some(_)) => {}
                both => panic!("{}: {both:?}", story.name),
            }
        }
    }
}

#[test]
fn ordinary_life_never_travels_impossibly_and_trips_other_rules_now_and_then() {
    for (seed, size) in [(3, Size::Small), (2, Size::Medium)] {
        let tenant = tenant(seed, size);
        let view = tenant.read();
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for alert in view.state.alerts(view.now) {
            let row = |row: &RowNo| view.state.activity(*row, view.now);
            if alert.activities.iter().filter_map(row).all(|event| event.story.is_none()) {
                *counts.entry(POLICIES[alert.policy.index()].name).or_default() += 1;
            }
        }
        println!("{seed} {size}: {counts:?}");
        assert_eq!(counts.get("Impossible travel"), None, "{counts:?}");
        let all: u32 = counts.values().sum();
        let person_days = size.users() * size.history_days();
        assert!((person_days / 100..person_days / 10).contains(&all), "{counts:?}");
    }
}
