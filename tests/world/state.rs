//! Nobody acts on what is not there, and something goes on at every hour.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::catalogue::kinds;
use mock_defender::model::activity::{Action, Target};
use mock_defender::model::index::{ActorCode, AddressCode, ObjectNo};
use mock_defender::model::time::{Span, VirtualTime};

use crate::lived::{SEEDS, activities, sizes, tenant};

#[test]
fn nobody_acts_on_a_thing_after_its_deletion_by_the_time_of_happening() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        tenant.advance(Span::days(3)).unwrap();
        let mut rows = activities(&tenant.read());
        rows.sort_by_key(|(_, event)| event.timestamp());
        // Each mailbox has its own copy of a letter.
        let mut gone: BTreeMap<(u8, ActorCode, ObjectNo), VirtualTime> = BTreeMap::new();
        let (mut deletions, mut binned) = (0, BTreeSet::new());
        for (_, event) in &rows {
            let kind = kinds::kind(event.kind);
            let class = match kind.target {
                Target::File => 0,
                Target::AppObject => 1,
                Target::Mail => 2,
                _ => continue,
            };
            let mailbox = if class == 2 { event.actor } else { ActorCode::NOBODY };
            let (thing, at) = ((class, mailbox, event.object), event.timestamp());
            // A recycle bin holds nothing else than what was deleted, whatever was put in its place since.
            if kind.operation.ends_with("RecycleBin") {
                assert!(binned.contains(&thing), "{seed} {size}: {} at {at}", kind.operation);
                continue;
            }
            if kind.action == Action::Upload {
                gone.remove(&thing);
            }
            let since = gone.get(&thing);
            assert!(
                since.is_none_or(|since| *since >= at),
                "{seed} {size}: {} at {at} after {since:?}",
                kind.operation
            );
            // What is moved to the deleted items can be read there.
            if kind.action == Action::Delete && kind.operation != "MoveToDeletedItems" {
                gone.insert(thing, at);
                binned.insert(thing);
                deletions += 1;
            }
        }
        println!("| {size} | acts after deletions, seed {seed} | 0 of {} after {deletions} |", rows.len());
        assert!(deletions > 20);
    }
}

#[test]
fn somebody_administers_from_russia_within_any_24_hours() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        tenant.advance(Span::days(14)).unwrap();
        let (view, world) = (tenant.read(), tenant.world());
        let mut times: Vec<VirtualTime> = activities(&view)
            .into_iter()
            .filter(|(_, event)| event.story.is_none() && kinds::kind(event.kind).administrative)
            .filter(|(_, event)| event.address != AddressCode::NOWHERE)
            .filter(|(_, event)| world.address(event.address).place.country == "RU")
            .map(|(_, event)| event.timestamp())
            .collect();
        times.sort_unstable();
        let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        println!("| {size} | longest time without administration from Russia, seed {seed} | {longest} |");
        assert!(longest < Span::hours(24), "{seed} {size}: {longest}");
        assert!(view.now - *times.last().unwrap() < Span::hours(24));
    }
}

#[test]
fn ten_users_are_active_by_half_past_midnight_of_every_utc_day() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        tenant.advance(Span::days(8)).unwrap();
        let (view, world) = (tenant.read(), tenant.world());
        let mut active: BTreeMap<i64, BTreeSet<ActorCode>> = BTreeMap::new();
        for (_, event) in activities(&view) {
            let (day, at) = (event.timestamp().day(), event.created);
            let early = at - VirtualTime::of_day(day) <= Span::minutes(30);
            let benign = event.story.is_none() && world.person_of_actor(event.actor).is_some();
            if early && benign {
                active.entry(day).or_default().insert(event.actor);
            }
        }
        let last = view.now.day();
        let first = last - 8 - i64::from(size.history_days());
        let counts: Vec<usize> = (first..last).map(|day| active.get(&day).map_or(0, BTreeSet::len)).collect();
        println!(
            "| {size} | users seen by 00:30 UTC of a day, seed {seed} | at least {:?} |",
            counts.iter().min().unwrap()
        );
        assert!(counts.iter().all(|count| *count >= 10), "{seed} {size}: {counts:?}");
    }
}
