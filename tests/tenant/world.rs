//! The born world as the tenant lives it: what ordinary life raises, and what storylines do.

use std::collections::BTreeMap;

use mock_defender::catalogue::policies::POLICIES;
use mock_defender::generate::stories::noticed_by;
use mock_defender::model::index::{PolicyIx, RowNo};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;

use crate::kit::tenant;

#[test]
fn a_storyline_is_noticed_as_expected_but_for_some() {
    let (mut noticed, mut missed) = (0, 0);
    for (seed, size) in
        [(1, Size::Tiny), (1, Size::Small), (2, Size::Small), (5, Size::Small), (1, Size::Medium)]
    {
        let tenant = tenant(seed, size);
        tenant.advance(Span::hours(2)).unwrap();
        let view = tenant.read();
        let world = tenant.world();
        for story in &world.storylines {
            let raised = |policy: PolicyIx| {
                view.state.alerts(view.now).any(|alert| {
                    alert.seen.policy == policy
                        && alert.seen.activities.iter().any(|row| {
                            let event = view.state.activity(*row, view.now);
                            event.is_some_and(|event| event.story == Some(story.ordinal))
                        })
                })
            };
            let expected = noticed_by(world, story);
            for policy in &expected {
                let name = POLICIES[policy.index()].name;
                assert!(raised(*policy), "{seed} {size}: {name} about {}", story.summary);
            }
            if expected.is_empty() { missed += 1 } else { noticed += 1 }
        }
    }
    assert!(missed > 0 && noticed > missed, "{noticed} noticed, {missed} missed");
}

#[test]
fn ordinary_life_trips_every_kind_of_detector_now_and_then() {
    for (seed, size) in [(3, Size::Small), (2, Size::Medium)] {
        let tenant = tenant(seed, size);
        let view = tenant.read();
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for alert in view.state.alerts(view.now) {
            let row = |row: &RowNo| view.state.activity(*row, view.now);
            if alert.seen.activities.iter().filter_map(row).all(|event| event.story.is_none()) {
                *counts.entry(POLICIES[alert.seen.policy.index()].name).or_default() += 1;
            }
        }
        println!("{seed} {size}: {counts:?}");
        // Connections come out elsewhere, though nobody travels.
        assert!(counts["Impossible travel"] > 0, "{counts:?}");
        let all: u32 = counts.values().sum();
        let person_days = size.users() * size.history_days();
        assert!((person_days / 100..person_days / 10).contains(&all), "{counts:?}");
    }
}
