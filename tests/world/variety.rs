//! People and things differ as they do in life.

use std::collections::BTreeMap;

use mock_defender::catalogue::kinds;
use mock_defender::model::activity::{Event, Target};
use mock_defender::model::index::{ActorCode, ObjectNo};

use crate::lived::{SEEDS, activities, sizes, tenant};

/// The Gini coefficient of counts: 0 where all are equal, near 1 where one has everything.
fn gini(mut counts: Vec<u64>) -> f64 {
    counts.sort_unstable();
    let (count, sum) = (counts.len() as f64, counts.iter().sum::<u64>() as f64);
    let ranked: f64 = (1u32..).zip(&counts).map(|(rank, value)| f64::from(rank) * *value as f64).sum();
    2.0 * ranked / (count * sum) - (count + 1.0) / count
}

#[test]
fn a_few_people_do_much_and_many_do_little() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        let (view, world) = (tenant.read(), tenant.world());
        let mut of_members: BTreeMap<ActorCode, u64> = BTreeMap::new();
        for (_, event) in activities(&view) {
            if world.person_of_actor(event.actor).is_some_and(|person| !world.person(person).guest) {
                *of_members.entry(event.actor).or_default() += 1;
            }
        }
        let gini = gini(of_members.into_values().collect());
        println!("| {size} | Gini of activities over members, seed {seed} | {gini:.2} |");
        assert!((0.4..0.7).contains(&gini), "{seed} {size}: {gini}");
    }
}

#[test]
fn a_few_files_are_used_most() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let mut of_files: BTreeMap<ObjectNo, u64> = BTreeMap::new();
        for (_, event) in activities(&tenant(seed, size).read()) {
            if kinds::kind(event.kind).target == Target::File && event.story.is_none() {
                *of_files.entry(event.object).or_default() += 1;
            }
        }
        let mut counts: Vec<u64> = of_files.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let sum: u64 = counts.iter().sum();
        let tenth: u64 = counts[..counts.len() / 10].iter().sum();
        let share = tenth as f64 / sum as f64;
        println!("| {size} | share of the most used tenth of files, seed {seed} | {share:.2} |");
        assert!((0.25..0.8).contains(&share), "{seed} {size}: {share}");
    }
}

#[test]
fn there_is_no_cliff_in_the_gaps_between_activities() {
    for &size in sizes() {
        // In steps of a fifth of the length, from a minute on: how many fall into each.
        let mut bins = [0u32; 12];
        for seed in SEEDS {
            let tenant = tenant(seed, size);
            let mut rows: Vec<Event> =
                activities(&tenant.read()).into_iter().map(|(_, event)| event).collect();
            rows.retain(|event| {
                tenant.world().person_of_actor(event.actor).is_some() && event.story.is_none()
            });
            rows.sort_by_key(|event| (event.actor, event.timestamp()));
            let gaps = rows.windows(2).filter(|pair| pair[0].actor == pair[1].actor);
            for gap in gaps.map(|pair| pair[1].timestamp() - pair[0].timestamp()) {
                let lengths = gap.as_millis() as f64 / 60_000.0;
                if lengths >= 1.0
                    && let Some(count) = bins.get_mut((lengths.ln() / 1.2f64.ln()) as usize)
                {
                    *count += 1;
                }
            }
        }
        let falls = bins.windows(2).map(|pair| f64::from(pair[1]) / f64::from(pair[0]));
        let steepest = falls.fold(1.0, f64::min);
        println!("| {size} | steepest fall from gaps of a length to those a fifth longer | {steepest:.2} |");
        assert!(steepest > 0.6, "{size}: {bins:?}");
    }
}
