//! People share a world: what one does shows in what others do.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::catalogue::kinds;
use mock_defender::model::activity::{Event, Target};
use mock_defender::model::index::{ActorCode, ObjectNo};
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};

use crate::lived::{SEEDS, activities, sizes, tenant};

/// A tenant's benign activities, in the order of happening.
fn lived(seed: u64, size: Size) -> Vec<Event> {
    let rows = activities(&tenant(seed, size).read()).into_iter().map(|(_, event)| event);
    let mut rows: Vec<Event> = rows.filter(|event| event.story.is_none()).collect();
    rows.sort_by_key(|event| (event.timestamp(), event.actor));
    rows
}

fn share(of: usize, all: usize) -> f64 {
    of as f64 / all.max(1) as f64
}

#[test]
fn letters_are_sent_before_they_are_read_and_answered_at_sensible_lags() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        let world = tenant.world();
        let mut sent: BTreeMap<ObjectNo, VirtualTime> = BTreeMap::new();
        let (mut inside, mut known, mut letters, mut answers) = (0, 0, 0, 0);
        let mut first: BTreeSet<(ActorCode, ObjectNo)> = BTreeSet::new();
        let mut lags: Vec<i64> = Vec::new();
        let begin = tenant.read().now - Span::days(i64::from(size.history_days()) - 4);
        for event in lived(seed, size) {
            let by_a_person = world.person_of_actor(event.actor);
            match event.kind {
                kinds::SEND if by_a_person.is_some() => {
                    let mail = world.mail(event.object);
                    assert_eq!(mail.from.person, by_a_person, "{seed} {size}: {mail:?}");
                    letters += 1;
                    answers += usize::from(mail.place > 0);
                    sent.entry(event.object).or_insert(event.timestamp());
                }
                kinds::MAIL_ITEMS_ACCESSED if by_a_person.is_some() => {
                    let mail = world.mail(event.object);
                    if mail.from.person.is_none() || mail.from.person == by_a_person {
                        continue;
                    }
                    assert!(mail.to.iter().any(|to| to.person == by_a_person), "{seed} {size}: {mail:?}");
                    if event.timestamp() < begin || !first.insert((event.actor, event.object)) {
                        continue;
                    }
                    inside += 1;
                    if let Some(at) = sent.get(&event.object) {
                        known += 1;
                        lags.push((event.timestamp() - *at).as_millis() / 60_000);
                    }
                }
                _ => {}
            }
        }
        lags.sort_unstable();
        let same_day = share(lags.partition_point(|lag| *lag < 600), lags.len());
        let median = lags[lags.partition_point(|lag| *lag < 600) / 2];
        let (known, answered) = (share(known, inside), share(answers, letters));
        println!(
            "| {size} | letters of colleagues that are read after a record of being sent, seed {seed} | {known:.3} |"
        );
        println!("| {size} | letters that answer one, seed {seed} | {answered:.2} |");
        println!("| {size} | letters that are read within ten hours, seed {seed} | {same_day:.2} |");
        println!("| {size} | median minutes until these are read, seed {seed} | {median} |");
        assert!(known > 0.97, "{seed} {size}: {known}");
        assert!((0.15..0.6).contains(&answered), "{seed} {size}: {answered}");
        assert!(lags[0] >= 0 && (10..450).contains(&median), "{seed} {size}: {median}");
        assert!(same_day > 0.3 && *lags.last().unwrap() < 5 * 1_440, "{seed} {size}: {same_day}");
        assert!(share(inside, letters) > 0.3, "{seed} {size}: {inside} of {letters}");
    }
}

#[test]
fn meetings_start_at_full_and_half_hours_and_those_who_attend_come_within_minutes() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        let mut meetings: BTreeMap<ObjectNo, BTreeSet<ActorCode>> = BTreeMap::new();
        for event in lived(seed, size).iter().filter(|event| event.kind == kinds::MEETING_PARTICIPANT_DETAIL)
        {
            let meeting = tenant.world().team(event.object).meeting.unwrap();
            assert_eq!(meeting.starts % 1_800, 0);
            let second = event.timestamp().seconds().rem_euclid(86_400) - i64::from(meeting.starts);
            let late = (second + 43_200).rem_euclid(86_400) - 43_200;
            assert!((-120..300).contains(&late), "{seed} {size}: {late} s");
            meetings.entry(event.object).or_default().insert(event.actor);
        }
        let people: usize = meetings.values().map(BTreeSet::len).sum();
        let joined: usize = meetings.values().map(BTreeSet::len).filter(|count| *count > 1).sum();
        let together = share(joined, people);
        println!("| {size} | attendances of meetings with others, seed {seed} | {together:.2} of {people} |");
        assert!(together > 0.75 && meetings.len() > 10, "{seed} {size}: {together}");
    }
}

#[test]
fn teams_work_on_the_same_files_on_the_same_day() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let tenant = tenant(seed, size);
        let world = tenant.world();
        let mut users: BTreeMap<(i64, ObjectNo), BTreeSet<ActorCode>> = BTreeMap::new();
        let mut uses: BTreeMap<(i64, ObjectNo), usize> = BTreeMap::new();
        for event in lived(seed, size) {
            let file = kinds::kind(event.kind).target == Target::File;
            if file && world.person_of_actor(event.actor).is_some() && !world.file(event.object).is_personal()
            {
                let key = (event.timestamp().day(), event.object);
                users.entry(key).or_default().insert(event.actor);
                *uses.entry(key).or_default() += 1;
            }
        }
        let all: usize = uses.values().sum();
        let with: usize = users.iter().filter(|(_, of)| of.len() > 1).map(|(key, _)| uses[key]).sum();
        let together = share(with, all);
        println!(
            "| {size} | uses of files of sites that others use on that day, seed {seed} | {together:.2} |"
        );
        assert!(together > 0.07, "{seed} {size}: {together}");
    }
}

#[test]
fn what_is_shared_is_opened_by_others() {
    for (&size, seed) in sizes().iter().flat_map(|size| SEEDS.map(|seed| (size, seed))) {
        let (mut shared, mut opened) = (BTreeMap::new(), BTreeSet::new());
        let (mut links, mut invitations, mut accepted) = (0, 0, 0);
        for event in lived(seed, size) {
            match event.kind {
                kinds::ANONYMOUS_LINK_CREATED | kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED => {
                    links += 1;
                    shared.entry(event.object).or_insert(event.timestamp());
                }
                kinds::SHARING_INVITATION_CREATED | kinds::ONEDRIVE_SHARING_INVITATION_CREATED => {
                    invitations += 1;
                    shared.entry(event.object).or_insert(event.timestamp());
                }
                kinds::ANONYMOUS_LINK_USED | kinds::ONEDRIVE_ANONYMOUS_LINK_USED => {
                    assert_eq!(event.actor, ActorCode::NOBODY);
                    assert!(shared.get(&event.object).is_none_or(|at| *at < event.timestamp()));
                    opened.insert(event.object);
                }
                kinds::SHARING_INVITATION_ACCEPTED | kinds::ONEDRIVE_SHARING_INVITATION_ACCEPTED => {
                    accepted += 1
                }
                _ => {}
            }
        }
        println!("| {size} | links that were opened, seed {seed} | {} of {links} |", opened.len());
        println!("| {size} | invitations that were accepted, seed {seed} | {accepted} of {invitations} |");
        assert!(share(opened.len(), links) > 0.4 && share(accepted, invitations) > 0.4, "{seed} {size}");
    }
}
