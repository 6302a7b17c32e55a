//! Alerts that get further evidence after they were raised.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::model::alerting::Alerting;
use mock_defender::model::spec::{Size, StorylineSpec, Thousandths};
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, text};

/// A company in which much is shared with others: the policy about that speaks often of the same people.
fn born(join_within: Option<Span>) -> Arc<Tenant> {
    let mut spec = spec(3, Size::Tiny, START);
    spec.settings.alerting = Alerting { join_within };
    spec.settings.storylines = Some(StorylineSpec::First(0));
    spec.settings.slips.external_share = Some(Thousandths(1_000_000));
    Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)))
}

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

/// An alert with what is behind it.
struct Told {
    record: Value,
    version: u64,
    activities: usize,
}

fn alerts(kit: &Kit) -> BTreeMap<String, Told> {
    let told = |record: Value| {
        let id = record["_id"].as_str().unwrap().to_owned();
        let version =
            json(&kit.mock("GET", &path(kit, &format!("/alerts/{id}")), ""))["version"].as_u64().unwrap();
        let behind = kit.all("/api/v1/activities/", &json!({"activity.alertId": {"eq": id}}));
        (id, Told { record, version, activities: behind.len() })
    };
    kit.all("/api/v1/alerts/", &json!({})).into_iter().map(told).collect()
}

#[test]
fn what_is_noticed_again_joins_the_alert_about_it() {
    let (kit, usual) = (Kit::of(born(Some(Span::days(3))), false), Kit::of(born(None), false));
    let mut before = alerts(&kit);
    let mut joined = 0;
    for _ in 0..34 {
        for tenant in [&kit.tenant, &usual.tenant] {
            tenant.advance(Span::hours(2)).unwrap();
        }
        let now = alerts(&kit);
        for (id, told) in &now {
            let Some(known) = before.get(id) else { continue };
            assert_eq!(told.record["timestamp"], known.record["timestamp"], "it is no new alert");
            assert_eq!(told.record["statusValue"], known.record["statusValue"]);
            if told.version > known.version {
                joined += 1;
                assert!(told.activities > known.activities, "{}", told.record);
            } else {
                assert_eq!(told.record, known.record);
            }
        }
        before = now;
    }
    assert!(joined > 2, "{joined}");
    // By default the same is noticed, and passed over.
    let ids = |kit: &Kit| alerts(kit).into_keys().collect::<Vec<_>>();
    assert_eq!(ids(&kit), ids(&usual));
    let grown = alerts(&usual).into_iter().filter(|(id, told)| before[id].activities > told.activities);
    assert!(grown.count() > 2);
}

#[test]
fn a_closed_alert_gets_no_further_evidence_and_steps_do_not_matter() {
    let live = |step: Span| {
        let kit = Kit::of(born(Some(Span::days(7))), false);
        let close = json!({"filters": {"alertOpen": {"eq": true}}}).to_string();
        assert_eq!(kit.api("POST", "/api/v1/alerts/close_benign/", &close).status, 200);
        let closed = alerts(&kit);
        let end = kit.tenant.now() + Span::hours(20);
        while kit.tenant.now() < end {
            kit.tenant.advance(step.min(end - kit.tenant.now())).unwrap();
        }
        let later = alerts(&kit);
        for (id, told) in closed {
            assert_eq!((later[&id].activities, later[&id].version), (told.activities, told.version), "{id}");
        }
        assert!(later.values().any(|told| told.version > 0 && told.record["resolveTime"].is_null()));
        text(&kit.api("POST", "/api/v1/alerts/", r#"{"limit": 100}"#))
    };
    let once = live(Span::days(1));
    assert_eq!(live(Span::millis(299_999)), once);
    assert_eq!(live(Span::millis(1_234_567)), once);
}
