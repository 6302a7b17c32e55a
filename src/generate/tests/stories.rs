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
use crate::model::spec::{Size, StorylineSpec};
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

/// A company that has lived through as many storylines of the catalogue as fit.
fn all_told(seed: u64, size: Size) -> World {
    let mut spec = spec(seed, size, START);
    spec.settings.storylines = Some(StorylineSpec::First(stories::COUNT as u32));
    World::new(&spec)
}

#[test]
fn drawn_storylines_lie_in_the_history_and_one_on_its_last_day() {
    for size in [Size::Tiny, Size::Small, Size::Medium] {
        for seed in 1..4 {
            for hours in [0, 7, 31, 55, 80, 100, 129, 155] {
                let start = VirtualTime::of_day(START) + Span::hours(hours);
                let world =
                    World::new(&crate::model::spec::Specification { start, ..spec(seed, size, START) });
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
                    let office = story.name == "impossible-travel" && size != Size::Tiny;
                    let local = world.office_of(story.user).utc_offset_minutes;
                    let there = start + story.begins + Span::minutes(i64::from(local));
                    assert!(!office || weekday(there, 0) < 5);
                }
                assert!(late >= 1 || world.storylines.is_empty(), "{size} {seed} {hours}");
            }
        }
    }
}

#[test]
fn storylines_come_by_the_number_of_people_and_some_tenants_have_had_none() {
    let counts = |size: Size, seeds: std::ops::Range<u64>| -> Vec<usize> {
        seeds.map(|seed| world(seed, size).storylines.len()).collect()
    };
    let small = counts(Size::Small, 1..61);
    let none = small.iter().filter(|count| **count == 0).count();
    assert!((2..16).contains(&none), "{small:?}");
    let mean = |counts: &[usize]| counts.iter().sum::<usize>() / counts.len();
    assert!((2..5).contains(&mean(&small)), "{small:?}");
    let medium = counts(Size::Medium, 1..9);
    assert!(mean(&medium) > 2 * mean(&small), "{medium:?}");
    // Which ones they are differs.
    let first: BTreeSet<&str> =
        (1..30).filter_map(|seed| Some(world(seed, Size::Small).storylines.get(1)?.name)).collect();
    assert!(first.len() > 8, "{first:?}");
}

#[test]
fn campaigns_go_over_days_with_nothing_between_them_and_end_before_the_start() {
    let mut longest = 0;
    for seed in 1..5 {
        let mut spec = spec(seed, Size::Small, START);
        spec.settings.history_days = Some(120);
        spec.settings.storylines = Some(StorylineSpec::First(stories::COUNT as u32));
        let world = World::new(&spec);
        for story in world.storylines.iter().filter(|story| story.days > 1) {
            let days: BTreeSet<i64> =
                told(&world, story).iter().map(|event| event.timestamp().day()).collect();
            let span = days.last().unwrap() - days.first().unwrap();
            assert!(days.len() > 1 && span <= i64::from(story.days) + 1, "{}: {days:?}", story.name);
            longest = longest.max(span);
        }
    }
    assert!(longest > 40, "{longest}");
}

#[test]
fn cells_include_storylines_and_ordinary_activities() {
    let world = all_told(2, Size::Small);
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
        let world = all_told(seed, size);
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
            assert!(world.connects(kinds::kind(up.kind).app));
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
            assert!(alone && session.iter().all(|event| event.address == story.attacker));
            assert!(session.iter().all(|event| place(event).country != home));
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
        "password-guessing-at-an-administrator" => {
            assert!(alone && events.iter().all(|event| action(event) == Action::FailedSignIn));
            assert_eq!(events.len(), ((story.days + 1) * story.size.max(10)) as usize);
        }
        "slow-drift-before-leaving" => {
            assert!(alone && count(Action::Download) >= 2);
            let mut by_day = std::collections::BTreeMap::<i64, u32>::new();
            for event in events.iter().filter(|event| action(event) == Action::Download) {
                *by_day.entry(event.timestamp().day()).or_default() += 1;
            }
            assert!(by_day.values().all(|count| *count <= 4 * story.size), "never many at once: {by_day:?}");
        }
        "service-principal-backdoor" => {
            let app = world.actor_of_principal(world.principal_on(Duty::Backup).unwrap());
            assert_eq!((kind(kinds::ADD_CREDENTIALS), kind(kinds::TOKEN_ISSUED)), (1, 1));
            let by_app = events.iter().filter(|event| event.actor == app).count();
            assert_eq!(by_app, story.size as usize + 1);
        }
        "federation-trust-added" => {
            assert_eq!(
                (kind(kinds::SET_DOMAIN_AUTHENTICATION), kind(kinds::SET_FEDERATION_SETTINGS)),
                (1, 1)
            );
            assert!(kind(kinds::MAIL_ITEMS_ACCESSED) >= 5 * story.others.len());
        }
        "mailbox-delegate-abuse" => {
            assert_eq!((kind(kinds::ADD_MAILBOX_PERMISSION), kind(kinds::REMOVE_MAILBOX_PERMISSION)), (1, 1));
            assert_eq!(events.last().unwrap().kind, kinds::REMOVE_MAILBOX_PERMISSION);
            assert!(alone);
        }
        "internal-phishing-campaign" => {
            assert_eq!(kind(kinds::SEND), story.size as usize);
            assert_eq!(kind(kinds::HARD_DELETE), story.size as usize);
            assert_eq!(events.last().unwrap().kind, kinds::REMOVE_INBOX_RULE);
            assert!(!alone && count(Action::FailedSignIn) + 2 >= story.others.len());
        }
        "recycle-bins-emptied" => {
            for of in [kinds::FILE_DELETED, kinds::RECYCLE_BIN_EMPTIED, kinds::SECOND_RECYCLE_BIN_EMPTIED] {
                assert_eq!(kind(of), story.size as usize);
            }
        }
        "anonymous-links-in-bulk" => {
            assert!(alone);
            assert_eq!(count(Action::ShareExternal), story.size as usize);
        }
        "power-automate-exfiltration" => {
            assert!(alone && kind(kinds::CREATE_FLOW) == 1);
            assert!(kind(kinds::FILE_DOWNLOADED) >= story.days as usize);
        }
        "group-based-escalation" => {
            assert!(kind(kinds::ADD_MEMBER_TO_GROUP) >= 3 && !alone);
        }
        "cloud-mining" => {
            assert!(alone);
            let started = kind(kinds::AWS_RUN_INSTANCES) + kind(kinds::AZURE_WRITE_VM);
            assert_eq!(started, story.size as usize);
        }
        "source-code-theft" => {
            assert!(alone);
            assert_eq!(count(Action::Download), story.size as usize);
        }
        "search-for-secrets" => {
            assert!(alone && kind(kinds::SEARCH_QUERY_PERFORMED) >= story.size as usize);
        }
        "guest-account-abuse" | "teams-phishing-by-a-guest" => {
            assert!(world.person(story.others[0]).guest);
            assert!(events.iter().any(|event| event.actor == ActorCode::of_person(story.others[0])));
        }
        "transport-rule-exfiltration" | "audit-log-disabled" | "application-permissions-raised" => {
            assert!(!user.roles.is_empty());
            assert!(events.iter().any(|event| kinds::kind(event.kind).administrative));
        }
        other => panic!("{other} promises nothing"),
    }
    assert!(!stories::motive(story).is_empty() && stories::questions(story).count() >= 6, "{}", story.name);
    if let Some(alert) = story.alert {
        assert_eq!(POLICIES[alert.policy.index()].rule, Rule::Scripted);
        let stored = events.iter().map(|event| event.created).max().unwrap();
        assert!(world.spec.start + story.begins + alert.after >= stored + SLOT + SLOT);
    }
}

#[test]
fn any_story_can_be_played_at_any_instant() {
    let mut spec = spec(3, Size::Small, START);
    spec.settings.apps = Some(["Microsoft Azure", "GitHub"].map(str::to_owned).into());
    let world = World::new(&spec);
    let mut techniques = BTreeSet::new();
    for (index, name) in stories::names().into_iter().enumerate() {
        for hours in [1, 9, 20, 47, 100] {
            let begins = world.spec.start + Span::hours(hours);
            let ordinal = StoryNo::new((world.storylines.len() + index) as u16);
            let (story, events) = play(&world, name, None, begins, None, ordinal).unwrap();
            assert_eq!(play(&world, name, None, begins, None, ordinal), Ok((story.clone(), events.clone())));
            assert_eq!(
                play(&world, name, Some(story.user), begins, Some(story.size), StoryNo::new(99))
                    .unwrap()
                    .0
                    .size,
                story.size
            );
            // What happens at night waits for it.
            let local = world.office_of(story.user).utc_offset_minutes;
            let second = (begins + Span::minutes(i64::from(local))).seconds().rem_euclid(86_400);
            let at_night = [
                "mfa-fatigue",
                "privileged-role-grant-at-night",
                "group-based-escalation",
                "password-guessing-at-an-administrator",
            ];
            if at_night.contains(&name) && !(3_600..12_600).contains(&second) {
                let there = begins - Span::hours(hours) + story.begins + Span::minutes(i64::from(local));
                assert!((3_600..12_600).contains(&there.seconds().rem_euclid(86_400)), "{name} at {there}");
                assert!(story.begins > Span::hours(hours) && story.begins <= Span::hours(hours + 25));
            } else {
                assert_eq!(story.begins, Span::hours(hours));
            }
            assert_eq!(unfold(&world, &story), events);
            assert!(events.iter().all(|event| event.timestamp() >= begins));
            assert!(events.iter().all(|event| event.story.is_none_or(|story| story == ordinal)));
            if story.name != "mass-download-before-leaving" {
                check(&world, &story);
            }
            techniques.extend(stories::attack(&story).iter().map(|technique| technique.id));
        }
    }
    assert!(techniques.len() >= 40, "{techniques:?}");
}

#[test]
fn a_storyline_that_can_not_be_played_is_refused_with_the_reason() {
    let world = world(3, Size::Small);
    let now = world.spec.start;
    let error = play(&world, "alien-abduction", None, now, None, StoryNo::new(12)).unwrap_err();
    assert!(matches!(&error, StoryError::Unknown { known, .. } if known.len() == stories::COUNT), "{error}");
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
            let mut spec = spec(seed, Size::Small, START + weekday);
            spec.settings.storylines = Some(StorylineSpec::First(1));
            let world = World::new(&spec);
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
