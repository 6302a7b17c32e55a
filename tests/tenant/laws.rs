//! The laws of the timeline, through the library and the gateway.

use std::sync::Arc;

use mock_defender::catalogue::policies::POLICIES;
use mock_defender::generate::Stream;
use mock_defender::model::alert::Resolution;
use mock_defender::model::command::{AccountCommand, AlertCommand, By, SettingCommand};
use mock_defender::model::connector::{ConnectorCommand, OfConnector};
use mock_defender::model::copilot::CopilotCommand;
use mock_defender::model::index::{ActorCode, AlertNo, ConnectorNo, PersonIx, PolicyIx, RowNo, StoryNo};
use mock_defender::model::person::Persona;
use mock_defender::model::policy::PolicyCommand;
use mock_defender::model::service_date::ServiceDate;
use mock_defender::model::siem_agent::{SiemCommand, SiemFormat};
use mock_defender::model::spec::Size;
use mock_defender::model::time::{SLOT, Span, VirtualTime};
use mock_defender::tenant::nouns::behaviors::behaviors;
use mock_defender::tenant::{Mode, Tenant, TenantView, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, spec, tenant, text};

/// Everything that a client can read of a tenant, as bytes.
fn readable(tenant: &Arc<Tenant>) -> String {
    let kit = Kit::of(Arc::clone(tenant), false);
    let mut all = String::new();
    for path in ["/api/v1/alerts/", "/api/v1/activities/"] {
        for direction in ["asc", "desc"] {
            let body = json!({"sortDirection": direction, "limit": 100}).to_string();
            all.push_str(&text(&kit.api("POST", path, &body)));
        }
    }
    let id = tenant.identity().id;
    all.push_str(&text(&kit.mock("GET", &format!("/_mock/tenants/{id}/truth"), "")));
    all.push_str(&text(&kit.mock("GET", &format!("/_mock/tenants/{id}/commands"), "")));
    all
}

/// Every row and alert that a reading shows, the times counted from `origin`.
fn records(view: &TenantView, origin: VirtualTime) -> Vec<String> {
    let (state, now) = (&view.state, view.now);
    let since = |time: VirtualTime| (time - origin).as_millis();
    let mut all = Vec::new();
    for (first, chunk, shown) in state.core().log.chunks(now) {
        for row in 0..shown {
            let event = chunk.event(row);
            all.push(format!(
                "{} {} {} {} {} {} {} {} {}",
                first.plus(row),
                since(event.created),
                event.lag,
                event.actor,
                event.kind,
                event.address,
                event.agent,
                event.object,
                StoryNo::to_column(event.story)
            ));
        }
    }
    for alert in state.alerts(now) {
        let handling = &alert.handling;
        all.push(format!(
            "{} {} {} {} {:?} {:?} {:?} {} {:?} {:?} {:?} {:?}",
            alert.ordinal,
            alert.seen.policy,
            since(alert.seen.raised),
            alert.seen.person,
            alert.seen.activities,
            alert.seen.apps,
            alert.seen.addresses,
            handling.read,
            handling.resolution,
            handling.resolved.map(since),
            handling.by,
            handling.comment
        ));
    }
    for behavior in behaviors(state, now) {
        let seen = &behavior.seen;
        all.push(format!(
            "{} {} {} {} {:?} {:?} {:?}",
            behavior.ordinal,
            seen.policy,
            since(seen.raised),
            seen.person,
            seen.activities,
            seen.apps,
            seen.addresses,
        ));
    }
    all
}

/// Somebody who works on the tenant's first day after the start.
fn busy(tenant: &Tenant) -> PersonIx {
    let world = tenant.world();
    let ahead = tenant.fork();
    ahead.advance(Span::hours(20)).unwrap();
    let view = ahead.read();
    let mut counts = vec![0; world.people.len()];
    for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
        for row in (0..shown).filter(|row| chunk.created_at(*row) > world.spec.start) {
            if let Some(count) = counts.get_mut(chunk.actor[row] as usize) {
                *count += 1;
            }
        }
    }
    PersonIx::numbered(counts).max_by_key(|(_, count)| *count).map(|(person, _)| person).unwrap()
}

const COMMANDS_AT: Span = Span::millis(15 * 3_600_000 + 427_123);
const END: Span = Span::millis(36 * 3_600_000 + 1);

/// Gives the commands of the test at the present instant.
fn give(tenant: &Tenant, user: PersonIx) {
    let now = tenant.now();
    tenant.submit(now, AccountCommand::SetUserEnabled { user, enabled: false }).unwrap();
    let close = AlertCommand::CloseAlerts {
        alerts: [AlertNo::new(0)].into(),
        resolution: Resolution::Benign,
        comment: Some("looked at".into()),
        by: By::Person(PersonIx::new(0)),
    };
    tenant.submit(now, close).unwrap();
    let admin = tenant.world().persona(Persona::GlobalAdmin).unwrap();
    let by = By::Person(admin);
    let on = CopilotCommand::SetCopilotToggle { on: true, by: by.clone(), browser: None };
    tenant.submit(now, on).unwrap();
    tenant.submit(now, CopilotCommand::SwitchCopilotSource { user: admin, on: false }).unwrap();
    // From here on weak detections are behaviors, but one.
    let date = SettingCommand::SetServiceDate { date: ServiceDate::new(2025, 6) };
    tenant.submit(now, date).unwrap();
    let policy =
        PolicyIx::numbered(POLICIES).find(|(_, policy)| policy.name == "Multiple failed login attempts");
    let (policy, enabled) = (policy.unwrap().0, true);
    tenant.submit(now, PolicyCommand::SetPolicyEnabled { policy, enabled, by: by.clone() }).unwrap();
    let (name, format) = ("north".into(), SiemFormat::GenericCef);
    tenant.submit(now, SiemCommand::AddSiemAgent { name, format, by: by.clone() }).unwrap();
    let connector = ConnectorNo::new(1);
    tenant
        .submit(now, ConnectorCommand::DisableConnector(OfConnector { connector, by: by.clone() }))
        .unwrap();
    tenant.submit(now, ConnectorCommand::EnableConnector(OfConnector { connector, by })).unwrap();
}

/// Moves the clock by steps to `to` after the start, reading (or not) after each.
fn go(tenant: &Tenant, to: Span, steps: &mut dyn FnMut() -> Span, look: bool) {
    let end = tenant.spec().start + to;
    while tenant.now() < end {
        let step = steps().min(end - tenant.now());
        tenant.advance(step).unwrap();
        if look {
            let view = tenant.read();
            assert!(view.state.core().log.end() > RowNo::new(0));
        }
    }
}

#[test]
fn state_does_not_depend_on_the_steps_in_which_time_passed() {
    let user = busy(&tenant(3, Size::Tiny));
    let live = |steps: &mut dyn FnMut() -> Span, look: bool| {
        let tenant = tenant(3, Size::Tiny);
        go(&tenant, COMMANDS_AT, steps, look);
        give(&tenant, user);
        go(&tenant, END, steps, look);
        tenant
    };
    let once = live(&mut || Span::days(9), false);
    let thirty = live(&mut || Span::millis(END.as_millis() / 30), true);
    let expected = (records(&once.read(), once.spec().start), readable(&once));
    assert_eq!(records(&thirty.read(), thirty.spec().start), expected.0);
    assert_eq!(readable(&thirty), expected.1);
    for case in 0..12 {
        let mut stream = Stream::new(case, "test", 0, "steps");
        let mut steps = || match stream.below(3) {
            0 => Span::millis(i64::from(stream.between(1, 3_000))),
            1 => Span::millis(i64::from(stream.between(1, 300_000))),
            _ => Span::millis(i64::from(stream.between(1, 20_000_000))),
        };
        let random = live(&mut steps, case % 2 == 0);
        assert_eq!(records(&random.read(), random.spec().start), expected.0, "case {case}");
        assert_eq!(readable(&random), expected.1, "case {case}");
    }
}

#[test]
fn a_reader_within_a_slot_sees_only_what_has_been_stored() {
    let tenant = tenant(1, Size::Small);
    tenant.advance(Span::hours(16)).unwrap();
    let mut last = RowNo::new(0);
    for _ in 0..300 {
        tenant.advance(Span::seconds(1)).unwrap();
        let view = tenant.read();
        let rows: Vec<_> = view.state.core().log.chunks(view.now).collect();
        let (first, chunk, shown) = rows.last().unwrap();
        assert!(chunk.created_at(shown - 1) <= view.now);
        let end = first.plus(*shown);
        assert!(end >= last, "rows never vanish");
        last = end;
    }
}

#[test]
fn a_command_changes_what_follows_and_nothing_before() {
    let before = tenant(1, Size::Small);
    let user = busy(&before);
    before.advance(COMMANDS_AT).unwrap();
    let changed = before.fork();
    changed.submit(changed.now(), AccountCommand::SetUserEnabled { user, enabled: false }).unwrap();
    let start = before.spec().start;
    assert_eq!(records(&before.read(), start), records(&changed.read(), start));
    before.advance(Span::hours(30)).unwrap();
    changed.advance(Span::hours(30)).unwrap();
    let acts = |tenant: &Tenant| {
        let view = tenant.read();
        let mut counts = (0, 0);
        for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
            for event in (0..shown).map(|row| chunk.event(row)) {
                if event.actor == ActorCode::of_person(user) && event.created > start + COMMANDS_AT {
                    let kind = mock_defender::catalogue::kinds::kind(event.kind);
                    let failed = kind.action == mock_defender::model::activity::Action::FailedSignIn;
                    counts = if failed { (counts.0 + 1, counts.1) } else { (counts.0, counts.1 + 1) };
                }
            }
        }
        counts
    };
    assert!(acts(&before).1 > 5, "an enabled user works: {:?}", acts(&before));
    assert_eq!(acts(&changed).1, 0, "a disabled user does nothing");
    assert!(acts(&changed).0 > 0, "a disabled user's sign-ins fail");
}

#[test]
fn starts_whole_weeks_apart_give_the_same_activities() {
    let first = at(START);
    let story = |weeks: i64| {
        let start = first + Span::days(7 * weeks);
        let spec = mock_defender::model::spec::Specification { start, ..spec(5, Size::Tiny, START) };
        let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(start));
        tenant.advance(Span::hours(30)).unwrap();
        let people: Vec<String> =
            tenant.world().people.iter().map(|p| format!("{} {}", p.id, p.upn)).collect();
        (people, records(&tenant.read(), start))
    };
    let expected = story(0);
    assert!(expected.1.len() > 100);
    for weeks in (1..=20).map(|n| n * 9 - 90).filter(|weeks| *weeks != 0) {
        assert_eq!(story(weeks), expected, "{weeks} weeks later");
    }
}

#[test]
fn a_tenant_as_it_was_born_equals_another_birth() {
    let spec = spec(4, Size::Tiny, START);
    let birth = || Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let lived = birth();
    lived.advance(Span::days(3)).unwrap();
    let alert = lived.read().state.alerts(lived.now()).next().unwrap().ordinal;
    let close = AlertCommand::MarkAlert { alert, read: true, by: By::Operator };
    lived.submit(lived.now(), close).unwrap();
    let (again, other) = (Arc::new(lived.as_born(Wall::manual(spec.start))), Arc::new(birth()));
    assert_eq!(readable(&again), readable(&other));
    for tenant in [&again, &other] {
        tenant.advance(Span::hours(30)).unwrap();
    }
    assert_eq!(readable(&again), readable(&other));
}

#[test]
fn a_fork_is_independent_and_has_its_own_identity() {
    let parent = tenant(1, Size::Tiny);
    let as_born = readable(&parent);
    let fork = Arc::new(parent.fork());
    assert_eq!(records(&fork.read(), at(START)), records(&parent.read(), at(START)));
    let (a, b) = (parent.identity(), fork.identity());
    assert!(a.id != b.id && a.number != b.number && a.label != b.label && a.key != b.key);
    for (one, other) in parent.world().registrations.iter().zip(&fork.world().registrations) {
        assert_eq!((one.client_id, &one.secrets), (other.client_id, &other.secrets));
    }
    // Records carry the stamp of the tenant that they are read from, and nothing of the other.
    let of_fork = readable(&fork);
    for mark in [a.id.to_string(), a.number.to_string(), format!("://{}.portal", a.label)] {
        assert!(as_born.contains(&mark) && !of_fork.contains(&mark), "{mark}");
    }
    fork.advance(Span::hours(40)).unwrap();
    give(&fork, PersonIx::new(2));
    assert_eq!(readable(&parent), as_born);
    let second = Arc::new(parent.fork());
    assert_ne!(second.identity().id, fork.identity().id);
    assert_ne!(fork.fork().identity().id, second.identity().id);
    parent.advance(Span::hours(2)).unwrap();
    give(&parent, PersonIx::new(3));
    assert_eq!(second.now(), at(START));
    assert_eq!(
        records(&second.read(), at(START)).len(),
        records(&tenant(1, Size::Tiny).read(), at(START)).len()
    );
}

#[test]
fn reset_restores_the_initial_state() {
    let tenant = tenant(1, Size::Tiny);
    let as_born = readable(&tenant);
    tenant.advance(Span::days(3)).unwrap();
    give(&tenant, PersonIx::new(2));
    assert_ne!(readable(&tenant), as_born);
    tenant.reset().unwrap();
    assert_eq!(tenant.now(), at(START));
    assert_eq!(readable(&tenant), as_born);
}

#[test]
fn following_clocks_show_the_wall_clock_and_never_run_backwards() {
    let wall = Wall::manual(at("2026-11-24T13:00:00Z"));
    let tenant = Tenant::born(&spec(1, Size::Tiny, START), Mode::FollowWall, wall.clone());
    assert_eq!(tenant.now(), at("2026-11-24T13:00:00Z"));
    let rows = tenant.read().state.core().log.end();
    wall.set(at("2026-11-24T17:00:00Z"));
    assert!(tenant.is_behind());
    assert!(tenant.read().state.core().log.end() > rows);
    // The system's clock is set back: the tenant's stands still until it is caught up with.
    wall.set(at("2026-11-24T12:00:00Z"));
    assert_eq!(tenant.now(), at("2026-11-24T17:00:00Z"));
    let from_start = Tenant::born(&spec(1, Size::Tiny, START), Mode::FollowFromStart, wall.clone());
    assert_eq!(from_start.now(), at(START));
    wall.set(at("2026-11-24T12:10:00Z"));
    assert_eq!(from_start.now(), at(START) + Span::minutes(10));
}

#[test]
fn commands_at_slot_marks_fall_into_the_slot_that_ends_there() {
    for shift in [-1, 0, 1] {
        let one = tenant(2, Size::Tiny);
        let other = tenant(2, Size::Tiny);
        let moment = SLOT + SLOT + SLOT + Span::millis(shift);
        one.advance(moment).unwrap();
        // The other one goes there mark by mark.
        other.advance(SLOT).unwrap();
        other.advance(SLOT).unwrap();
        other.advance(Span::millis(SLOT.as_millis() + shift)).unwrap();
        assert_eq!(one.now(), other.now());
        give(&one, PersonIx::new(1));
        give(&other, PersonIx::new(1));
        one.advance(Span::days(2)).unwrap();
        other.advance(Span::days(2)).unwrap();
        assert_eq!(readable(&one), readable(&other), "shift {shift}");
    }
}

#[test]
fn rows_beyond_retention_are_dropped_by_whole_chunks() {
    let mut spec = spec(1, Size::Small, START);
    spec.settings.history_days = Some(180);
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let born = tenant.read();
    let (before, closings) = (born.state.core().log.first(), &born.state.core().closings);
    tenant.advance(Span::days(20)).unwrap();
    let view = tenant.read();
    let log = &view.state.core().log;
    assert!(log.first() > before, "old rows have left");
    // What is told of closed alerts goes with the activities about them.
    let kept = &view.state.core().closings;
    assert!(closings.keys().any(|row| *row < log.first()), "{closings:?}");
    assert!(kept.keys().all(|row| *row >= log.first()), "{kept:?}");
    let (_, chunk, _) = log.chunks(view.now).next().unwrap();
    let oldest = chunk.created_at(chunk.len() - 1);
    assert!(view.now - oldest <= Span::days(181), "a chunk leaves once all of it is too old");
}

#[test]
fn the_same_seed_and_start_answer_the_same_bytes() {
    let birth = || {
        let spec = spec(1, Size::Small, START);
        Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)))
    };
    let (one, other) = (birth(), birth());
    let bytes = readable(&one);
    assert_eq!(bytes, readable(&other));
    assert_ne!(bytes, readable(&tenant(2, Size::Small)));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes.as_bytes());
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let golden = include_str!("../golden/small.sha256").trim();
    assert_eq!(
        digest, golden,
        "what seed 1 answers has changed: if that is meant, bump GENERATOR and write the new digest to \
         tests/golden/small.sha256"
    );
}

#[test]
fn records_of_a_storyline_are_found_with_api_filters() {
    let kit = Kit::attacked(1, 1);
    let id = kit.tenant.identity().id;
    let truth = json(&kit.mock("GET", &format!("/_mock/tenants/{id}/truth"), ""));
    let story = &truth["storylines"][0];
    assert_eq!(story["storyline"], "impossible-travel");
    let ids = |records: &[Value]| {
        let mut ids: Vec<String> = records.iter().map(|r| r["_id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let mut expected: Vec<String> =
        story["activities"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    expected.sort();
    assert!(expected.len() >= 8);
    let found = kit.all(
        "/api/v1/activities/",
        &json!({"user.username": {"eq": [story["user"]["upn"]]}, "location.country": {"eq": [story["attacker"]["country"]]}}),
    );
    assert_eq!(ids(&found), expected);
    let alerts =
        kit.all("/api/v1/alerts/", &json!({"alertType": {"eq": [15_859_716]}, "alertOpen": {"eq": true}}));
    let of_story = |alert: &&Value| story["alerts"].as_array().unwrap().contains(&alert["_id"]);
    let alert = alerts.iter().find(of_story).expect("the alert is open");
    assert_eq!(alert["title"], "Impossible travel activity");
    let evidence = ids(&kit.all("/api/v1/activities/", &json!({"activity.alertId": {"eq": alert["_id"]}})));
    assert!(evidence.iter().any(|id| expected.contains(id)));
}
