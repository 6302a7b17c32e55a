//! How often detectors err, and that the truth is told of every alert and storyline.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::facts::{LabelFacts, StoryFacts, Verdict};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;

use crate::lived::{SEEDS, attacked, sizes, tenant};

/// Of each title, how many alerts are true positives, benign and false.
type Rates = BTreeMap<&'static str, [u32; 3]>;

fn count(tenant: &Tenant, rates: &mut Rates) {
    let view = tenant.read();
    for label in LabelFacts::all(&view) {
        let column = match label.verdict() {
            Verdict::TruePositive => 0,
            Verdict::BenignPositive => 1,
            Verdict::FalsePositive => 2,
            Verdict::Unknown => panic!("nothing was put in"),
        };
        let title: &'static str = mock_defender::catalogue::policies::POLICIES
            .iter()
            .find(|policy| policy.title == label.title())
            .map_or("", |policy| policy.title);
        rates.entry(title).or_default()[column] += 1;
    }
}

fn later(tenant: Arc<Tenant>) -> Arc<Tenant> {
    tenant.advance(Span::hours(8)).unwrap();
    tenant
}

#[test]
fn most_alerts_are_no_attacks_and_most_journeys_were_none() {
    for &size in sizes() {
        let mut rates = Rates::new();
        SEEDS.iter().for_each(|seed| count(&later(tenant(*seed, size)), &mut rates));
        for (title, [attacks, benign, wrong]) in &rates {
            println!("| {size} | {title} | {attacks} attacks, {benign} benign, {wrong} false |");
        }
        let [attacks, benign, wrong] = rates["Impossible travel activity"];
        assert!(wrong + benign > attacks, "{size}: {rates:?}");
        let others: u32 = rates.values().map(|[_, benign, wrong]| benign + wrong).sum();
        let attacks: u32 = rates.values().map(|rates| rates[0]).sum();
        assert!(others > attacks, "{size}: {rates:?}");
    }
}

#[test]
fn every_title_that_an_attack_raises_is_raised_by_harmless_life_too() {
    let of = |tenants: &[Arc<Tenant>]| {
        let mut rates = Rates::new();
        tenants.iter().for_each(|tenant| count(tenant, &mut rates));
        rates
    };
    // Rare causes are looked for in a larger company, which has those who leave.
    let rates = of(&SEEDS.map(|seed| later(attacked(seed, Size::Medium))));
    for (title, [attacks, benign, wrong]) in &rates {
        println!("| medium | {title}, whole catalogue | {attacks} attacks, {benign} benign, {wrong} false |");
        assert!(benign + wrong > 0, "{title} is never wrong: {rates:?}");
    }
    for title in [
        "Activity performed by terminated user",
        "Suspicious administrative activity",
        "Unusual ISP for an OAuth app",
    ] {
        assert!(rates[title][0] > 0, "{title} notices nothing: {rates:?}");
    }
}

#[test]
fn the_truth_of_every_storyline_is_resolved() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = later(attacked(seed, size));
        let view = tenant.read();
        let (mut told, mut all) = (0, 0);
        for story in StoryFacts::all(&view) {
            all += 1;
            told += u32::from(story.activities().next().is_some() && !story.attack().is_empty());
        }
        println!("| {size} | storylines with records and techniques, seed {seed} | {told} of {all} |");
        assert_eq!(told, all);
    }
}
