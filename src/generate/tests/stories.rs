//! Storylines: planned ones lie in history, played ones come when asked, both leave what they say.

use std::collections::BTreeSet;

use super::{START, events, spec, world};
use crate::catalogue::kinds;
use crate::catalogue::policies::{POLICIES, Rule};
use crate::catalogue::sign_ins::Factor;
use crate::generate::birth::principals::Duty;
use crate::generate::days::cell::{MAX_LAG, cell, weekday};
use crate::generate::stories::{self, StoryError, Storyline, play, unfold};
use crate::generate::world::{IpCategory, World};
use crate::model::activity::{Action, Event};
use crate::model::ids::Guid;
use crate::model::index::{ActorCode, AddressCode, KindCode, PersonIx, StoryNo};
use crate::model::spec::Size;
use crate::model::time::{SLOT, Span, VirtualTime};

fn action(event: &Event) -> Action {
    kinds::kind(event.kind).action
}

/// The events of a storyline that carry its number.
fn told(world: &World, story: &Storyline) -> Vec<Event> {
    let mut events = unfold(world, story);
    events.retain(|event| event.story.is_some());
    events.sort_by_key(|event| event.timestamp());
    events
}

#[test]
fn every_tenant_has_past_storylines_and_one_on_its_last_day() {
    let all = stories::names().len();
    for (size, count) in [(Size::Tiny, 3), (Size::Small, all), (Size::Medium, all)] {
        for seed in 1..4 {
            for hours in [0, 7, 31, 55, 80, 100, 129, 155] {
                let start = VirtualTime::of_day(START) + Span::hours(hours);
                let world =
                    World::new(&crate::model::spec::Specification { start, ..spec(seed, size, START) });
                let names: Vec<&str> = world.storylines.iter().map(|story| story.name).collect();
                assert_eq!(names.len(), count, "{size} {seed}: {names:?}");
                assert_eq!(names[0], stories::IMPOSSIBLE_TRAVEL);
                let birth = VirtualTime::of_day(start.day()) - Span::days(i64::from(size.history_days()));
                let mut late = 0;
                for (index, story) in world.storylines.iter().enumerate() {
                    assert_eq!(story.ordinal.index(), index);
                    let events = unfold(&world, story);
                    assert!(events.windows(2).all(|pair| pair[0].created <= pair[1].created));
                    for event in &events {
                        assert!(event.timestamp() >= start + story.begins && event.timestamp() >= birth);
                        assert!(event.created < start, "{}: {event:?}", story.name);
                        assert!(Span::millis(i64::from(event.lag)) <= MAX_LAG);
                    }
                    late += u32::from(story.begins > Span::hours(-24));
                    let office = story.name == stories::IMPOSSIBLE_TRAVEL && size != Size::Tiny;
                    let local = world.office_of(story.user).utc_offset_minutes;
                    let there = start + story.begins + Span::minutes(i64::from(local));
                    assert!(!office || weekday(there, 0) < 5);
                }
                assert!(late >= 1, "{size} {seed} {hours}");
            }
        }
    }
}

#[test]
fn cells_include_storylines_and_ordinary_activities() {
    let world = world(2, Size::Small);
    let mut lived = Vec::new();
    for day in -14..1 {
        for actor in world.actors() {
            cell(&world, actor, day, &mut |event| lived.push(event));
        }
    }
    for story in &world.storylines {
        let of_story: Vec<&Event> = lived.iter().filter(|event| event.story == Some(story.ordinal)).collect();
        assert_eq!(of_story.len(), told(&world, story).len(), "{}", story.name);
        assert!(of_story.len() >= 4, "{}: {}", story.name, of_story.len());
        let own = lived
            .iter()
            .filter(|event| event.actor == ActorCode::of_person(story.user) && event.story.is_none());
        assert!(own.count() > 20, "{}: the life of its user goes on", story.name);
    }
}

#[test]
fn storylines_leave_the_records_their_truth_lists() {
    for (seed, size) in [(1, Size::Small), (4, Size::Small), (2, Size::Medium)] {
        let world = world(seed, size);
        for story in &world.storylines {
            check(&world, story);
        }
    }
}

/// The sessions of what a storyline leaves.
fn sessions(world: &World, story: &Storyline, events: &[Event]) -> BTreeSet<Guid> {
    events.iter().filter_map(|event| world.session(event, Some(story))).collect()
}

/// What each storyline promises.
fn check(world: &World, story: &Storyline) {
    let events = told(world, story);
    let count = |of: Action| events.iter().filter(|event| action(event) == of).count();
    let kind = |of: KindCode| events.iter().filter(|event| event.kind == of).count();
    let place = |event: &Event| world.address(event.address).place;
    let home = &*world.office_of(story.user).country;
    let alone = events.iter().all(|event| event.actor == ActorCode::of_person(story.user));
    let user = world.person(story.user);
    assert!(story.summary.contains(&user.display_name), "{}", story.summary);
    match story.name {
        "impossible-travel" => {
            assert!(alone && action(&events[0]) == Action::SignIn);
            assert!(events.iter().all(|event| event.address == story.attacker));
            assert!(events.iter().all(|event| place(event).country != home));
            assert!((5..=12).contains(&count(Action::Download)) && kind(kinds::NEW_INBOX_RULE) == 1);
            assert!(events.last().unwrap().timestamp() - events[0].timestamp() < Span::minutes(46));
            let own: Vec<Event> =
                unfold(world, story).into_iter().filter(|event| event.story.is_none()).collect();
            assert!(
                own.iter()
                    .all(|event| place(event).country == home
                        && event.actor == ActorCode::of_person(story.user))
            );
            let gaps = own.iter().map(|event| events[0].timestamp() - event.timestamp());
            assert!(gaps.clone().any(|gap| gap > Span::millis(0) && gap <= Span::minutes(50)));
            assert!(gaps.into_iter().any(|gap| gap < Span::millis(0)));
        }
        "password-spray-then-success" => {
            let actors: BTreeSet<ActorCode> = events.iter().map(|event| event.actor).collect();
            assert_eq!(actors.len(), story.others.len() + 1);
            assert_eq!(count(Action::FailedSignIn), 2 * actors.len());
            assert!(events.iter().all(|event| place(event).category == IpCategory::Risky));
            let open = events.iter().position(|event| action(event) == Action::SignIn).unwrap();
            assert!(events[open..].iter().all(|event| event.actor == ActorCode::of_person(story.user)));
        }
        "inbox-rule-fraud" => {
            assert!(alone && events.iter().all(|event| place(event).country == home));
            assert!(world.people.iter().all(|person| person.home != story.attacker));
            let rule = events.iter().find(|event| event.kind == kinds::NEW_INBOX_RULE).unwrap();
            let forward = world.rule(rule.object);
            let to = forward.parameters.iter().find(|change| change.name == "ForwardTo").unwrap();
            assert!(to.new.ends_with("@mail.example"), "{to:?}");
            assert_eq!(kind(kinds::SEND), story.size as usize);
            assert_eq!(kind(kinds::HARD_DELETE), story.size as usize);
        }
        "mass-download-before-leaving" => {
            assert!(alone && events.iter().all(|event| event.address == user.home));
            assert_eq!(count(Action::Download), story.size as usize);
            assert!(world.turnover.leaver(story.user).is_some(), "told of somebody who leaves");
        }
        "oauth-consent-phishing" => {
            let rogue = world.actor_of_principal(world.principal_on(Duty::Rogue).unwrap());
            let consent = events.iter().position(|event| event.kind == kinds::USER_CONSENT).unwrap();
            assert_eq!(world.application(events[consent].object).duty, Duty::Rogue);
            assert!(events[consent + 1..].iter().all(|event| event.actor == rogue));
            assert!(events[..=consent].iter().all(|event| event.actor == ActorCode::of_person(story.user)));
            assert_eq!(kind(kinds::MAIL_ITEMS_ACCESSED), story.size as usize + 1);
        }
        "ransomware-mass-rename-delete" => {
            assert!(alone && count(Action::Delete) >= story.size as usize / 5);
            assert!(count(Action::Edit) > story.size as usize);
            assert!(events.last().unwrap().timestamp() - events[0].timestamp() < Span::minutes(32));
        }
        "sharing-to-private-account" => {
            let shared: Vec<&Event> =
                events.iter().filter(|event| action(event) == Action::ShareExternal).collect();
            assert!(alone && shared.len() == story.size as usize);
            assert!(
                shared.iter().all(|event| world.outside_recipient(event.object).ends_with("@mail.example"))
            );
        }
        "first-admin-activity-from-new-country" => {
            assert!(alone && !user.roles.is_empty());
            assert!(events.iter().all(|event| !["RU", home].contains(&&*place(event).country)));
            assert!(events.iter().filter(|event| kinds::kind(event.kind).administrative).count() >= 3);
        }
        "dormant-app-reawakened" => {
            let app = world.actor_of_principal(world.principal_on(Duty::Dormant).unwrap());
            assert!(events.iter().all(|event| event.actor == app));
            assert_eq!(kind(kinds::MAIL_ITEMS_ACCESSED), story.size as usize);
            assert!(!user.roles.is_empty());
        }
        "unsanctioned-upload" => {
            assert!(alone);
            assert_eq!(count(Action::Download), story.size as usize);
            assert_eq!(count(Action::Upload), story.size as usize);
            let names = |of: Action| -> BTreeSet<String> {
                let of = events.iter().filter(|event| action(event) == of);
                of.map(|event| world.thing(event).unwrap().name).collect()
            };
            assert_eq!(names(Action::Download), names(Action::Upload), "what is taken is what appears");
            let up = events.iter().find(|event| action(event) == Action::Upload).unwrap();
            assert!(world.apps.iter().any(|app| app.number == kinds::kind(up.kind).app));
        }
        "privileged-role-grant-at-night" => {
            let grant = events.iter().find(|event| event.kind == kinds::ADD_MEMBER_TO_ROLE).unwrap();
            assert_eq!(world.role_of(grant.object).name(), "Global Administrator");
            assert!(story.others.contains(&world.person_of(grant.object)));
            let by_user = events.iter().filter(|event| event.actor == ActorCode::of_person(story.user));
            assert!(by_user.into_iter().all(|event| place(event).category == IpCategory::Vpn));
            assert_eq!(kind(kinds::ADD_CREDENTIALS), 1);
        }
        "terminated-user-still-active" => {
            let last = world.turnover.leaver(story.user).unwrap();
            assert!(
                alone
                    && events
                        .iter()
                        .all(|event| event.timestamp()
                            > VirtualTime::of_day(START) + Span::days(i64::from(last)))
            );
            assert_eq!(kind(kinds::BOX_DOWNLOAD), story.size as usize);
        }
        "adversary-in-the-middle" => {
            let sessions = sessions(world, story, &events);
            assert!(alone && sessions.len() == 1, "{sessions:?}");
            let signed_in = events.iter().position(|event| action(event) == Action::SignIn).unwrap();
            let (page, others) = events.split_at(signed_in + 1);
            let about = |event: &Event| world.sign_in(event, 0).unwrap();
            assert!(page.iter().all(|event| about(event).correlation == about(&page[0]).correlation));
            assert!(page.iter().all(|event| event.address == page[0].address));
            assert!(others.iter().all(|event| event.address == story.attacker));
            assert!(
                others.iter().all(|event| event.address != page[0].address && place(event).country == home)
            );
            assert_eq!(kind(kinds::SEND), story.size as usize);
        }
        "mfa-fatigue" => {
            let given = events.iter().position(|event| action(event) == Action::SignIn).unwrap();
            let (asked, session) = events.split_at(given);
            assert!(alone && session.iter().all(|event| place(event).category == IpCategory::Risky));
            assert!(asked[..asked.len() - 2].iter().all(|event| event.address == asked[0].address));
            assert_eq!(count(Action::FailedSignIn), story.size as usize);
            assert_eq!(
                (count(Action::InterruptedSignIn), count(Action::SignIn)),
                (story.size as usize + 2, 1)
            );
            let asked = events.iter().filter(|event| event.kind == kinds::SECOND_FACTOR_REQUIRED);
            let asked: BTreeSet<_> =
                asked.map(|event| world.sign_in(event, 0).unwrap().correlation).collect();
            assert_eq!(asked.len(), story.size as usize + 1, "each time is a sign-in of its own");
            assert_eq!(world.sign_in(&events[given], 0).unwrap().factor, Some(Factor::Notification));
        }
        "refresh-token-theft" => {
            assert!(alone && events.iter().all(|event| place(event).country != home));
            assert!(events.iter().all(|event| event.kind != kinds::USER_LOGGED_IN), "nobody signs in");
            let tokens = events.iter().filter(|event| event.kind == kinds::TOKEN_ISSUED);
            assert!(tokens.clone().all(|event| !world.sign_in(event, 0).unwrap().interactive));
            assert_eq!(tokens.count(), 3);
            let mut own = unfold(world, story);
            own.retain(|event| event.story.is_none());
            let computer = |event: &&Event| event.agent == user.agents[0];
            let own = own.iter().find(computer).map(|event| world.session(event, None).unwrap());
            let stolen = sessions(world, story, &events);
            assert_eq!(stolen.len(), 1);
            assert!(own.is_none_or(|own| stolen.contains(&own)), "it is the session of the victim");
            assert!(events.iter().all(|event| world.device(event, Some(story)).is_none()));
        }
        other => panic!("{other} promises nothing"),
    }
    if let Some(alert) = story.alert {
        assert_eq!(POLICIES[alert.policy.index()].rule, Rule::Scripted);
        let stored = events.iter().map(|event| event.created).max().unwrap();
        assert!(world.spec.start + story.begins + alert.after >= stored + SLOT + SLOT);
    }
}

#[test]
fn any_story_can_be_played_at_any_instant() {
    let world = world(3, Size::Small);
    for (index, name) in stories::names().into_iter().enumerate() {
        for hours in [1, 9, 20, 47, 100] {
            let begins = world.spec.start + Span::hours(hours);
            let ordinal = StoryNo::new(50 + index as u16);
            let (story, events) = play(&world, name, None, begins, None, ordinal).unwrap();
            assert_eq!(play(&world, name, None, begins, None, ordinal), Ok((story.clone(), events.clone())));
            assert_eq!(
                play(&world, name, Some(story.user), begins, Some(story.size), StoryNo::new(30))
                    .unwrap()
                    .0
                    .size,
                story.size
            );
            assert_eq!(story.begins, Span::hours(hours));
            assert_eq!(unfold(&world, &story), events);
            assert!(events.iter().all(|event| event.timestamp() >= begins));
            assert!(events.iter().all(|event| event.story.is_none_or(|story| story == ordinal)));
            if story.name != "mass-download-before-leaving" {
                check(&world, &story);
            }
        }
    }
}

#[test]
fn a_storyline_that_can_not_be_played_is_refused_with_the_reason() {
    let world = world(3, Size::Small);
    let now = world.spec.start;
    let error = play(&world, "alien-abduction", None, now, None, StoryNo::new(12)).unwrap_err();
    assert!(
        matches!(&error, StoryError::Unknown { known, .. } if known.len() == stories::names().len()),
        "{error}"
    );
    let guest = PersonIx::numbered(&world.people).find(|(_, person)| person.guest).map(|(at, _)| at);
    for (name, user) in [
        ("impossible-travel", guest),
        ("impossible-travel", Some(PersonIx::new(4_000))),
        ("privileged-role-grant-at-night", world.persona(crate::model::person::Persona::User)),
        ("terminated-user-still-active", world.persona(crate::model::person::Persona::User)),
        ("ransomware-mass-rename-delete", world.persona(crate::model::person::Persona::Disabled)),
    ] {
        let error = play(&world, name, user, now, None, StoryNo::new(12)).unwrap_err();
        assert!(matches!(error, StoryError::Unsuitable { .. }), "{error}");
    }
    let error = play(&world, "impossible-travel", None, now, Some(900), StoryNo::new(12)).unwrap_err();
    assert_eq!(error.to_string(), "impossible-travel has a size from 1 to 24");
    let tiny = super::world(1, Size::Tiny);
    let error = play(&tiny, "terminated-user-still-active", None, now, None, StoryNo::new(3)).unwrap_err();
    assert!(matches!(error, StoryError::Nobody { .. }), "{error}");
}

#[test]
fn the_victim_of_the_first_story_is_at_work_that_day() {
    for seed in 1..9 {
        for weekday in 0..7 {
            let world = World::new(&spec(seed, Size::Small, START + weekday));
            let story = &world.storylines[0];
            let at = world.spec.start + story.begins;
            let offset = Span::minutes(i64::from(world.office_of(story.user).utc_offset_minutes));
            let day = ((at + offset).day() - world.spec.start.day()) as i32;
            let own = events(&world, ActorCode::of_person(story.user), day);
            let own =
                own.iter().filter(|event| event.story.is_none() && action(event) != Action::FailedSignIn);
            assert!(own.clone().count() >= 8);
            assert!(own.filter(|event| event.address != AddressCode::NOWHERE).all(|event| {
                world.address(event.address).place.country == world.office_of(story.user).country
            }));
        }
    }
}
