//! The company's own analysts: whose shift it is, what they write, what follows an incident, and where they err.

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_defender::catalogue::kinds;
use mock_defender::facts::label::{LabelFacts, Verdict};
use mock_defender::model::activity::Event;
use mock_defender::model::alert::{Alert, Resolution};
use mock_defender::model::index::{ActorCode, KindCode, PersonIx};
use mock_defender::model::spec::{Size, Specification};
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::{Mode, Tenant, TenantView, Wall};

use crate::kit::{START, spec};

fn born(size: Size, seed: u64, triage: bool) -> (Specification, Tenant) {
    let mut spec = spec(seed, size, START);
    spec.settings.triage = triage;
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    (spec, tenant)
}

fn events(view: &TenantView) -> Vec<Event> {
    let mut events = Vec::new();
    for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
        events.extend((0..shown).map(|row| chunk.event(row)));
    }
    events
}

/// Who closed an alert, and when.
fn closing(view: &TenantView, alert: &Alert) -> Option<(PersonIx, VirtualTime)> {
    let by = alert.handling.by.as_deref()?;
    Some((view.state.world().person_by_upn(by)?, alert.handling.resolved?))
}

#[test]
fn analysts_close_alerts_of_the_history_in_their_shifts_after_they_have_signed_in() {
    let (_, tenant) = born(Size::Medium, 2, false);
    let view = tenant.read();
    let world = tenant.world();
    let events = events(&view);
    let mut signed_in: Vec<(ActorCode, VirtualTime)> = events
        .iter()
        .filter(|event| event.kind == kinds::USER_LOGGED_IN)
        .map(|event| (event.actor, event.timestamp()))
        .collect();
    signed_in.sort_unstable_by_key(|(actor, at)| (*actor, *at));
    let (mut analysts, mut offices, mut notes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut closed = 0;
    for alert in view.state.alerts(view.now) {
        let Some((analyst, at)) = closing(&view, alert) else { continue };
        closed += 1;
        assert!(world.analysts().contains(&analyst));
        assert!(at < tenant.spec().start && at > alert.seen.raised);
        let office = world.office_of(analyst);
        let there = at + Span::minutes(i64::from(office.utc_offset_minutes));
        let hour = there.seconds().rem_euclid(86_400) / 3_600;
        assert!((6..22).contains(&hour), "{hour} in {}", office.city);
        let since = VirtualTime::of_day(there.day()) - Span::minutes(i64::from(office.utc_offset_minutes));
        let own = signed_in.iter().filter(|(actor, _)| *actor == ActorCode::of_person(analyst));
        assert!(own.into_iter().any(|(_, before)| *before >= since && *before < at), "signed in before work");
        analysts.insert(analyst);
        offices.insert(office.city.to_string());
        notes.insert(alert.handling.comment.clone().unwrap());
    }
    println!("{closed} closed, {analysts:?} in {offices:?}, {} notes", notes.len());
    assert!(closed > 20 && analysts.len() >= 3 && offices.len() >= 2 && notes.len() > closed / 3);
    let closings =
        events.iter().filter(|event| matches!(event.kind, kinds::RESOLVE_ALERT | kinds::DISMISS_ALERT));
    assert!(closings.count() >= closed, "each closing leaves an activity");
}

#[test]
fn what_a_note_says_about_a_reset_has_happened() {
    let (mut closed, mut reset) = (0, 0);
    for seed in [2, 3] {
        let (_, tenant) = born(Size::Medium, seed, false);
        tenant.advance(Span::days(1)).unwrap();
        let view = tenant.read();
        let events = events(&view);
        for alert in view.state.alerts(view.now) {
            let user = tenant.world().person_of_actor(alert.seen.person);
            let (Some((_, at)), Some(user)) = (closing(&view, alert), user) else { continue };
            if alert.handling.resolution != Resolution::TruePositive || tenant.world().person(user).guest {
                continue;
            }
            assert!(alert.handling.comment.as_deref().unwrap().contains("reset"));
            closed += 1;
            let follows = |kind: KindCode| {
                events.iter().any(|event| {
                    event.kind == kind
                        && tenant.world().person_of(event.object) == user
                        && event.timestamp() > at
                        && event.timestamp() < at + Span::hours(20)
                })
            };
            reset += usize::from(follows(kinds::RESET_PASSWORD) && follows(kinds::REVOKE_SESSIONS));
        }
    }
    println!("{reset} of {closed}");
    // Some are closed too late for the reset to have come by now.
    assert!(closed >= 4 && reset * 10 >= closed * 9, "{reset} of {closed}");
}

#[test]
fn alerts_stay_open_after_the_start_unless_the_team_works_on() {
    for triage in [false, true] {
        let (spec, tenant) = born(Size::Small, 3, triage);
        tenant.advance(Span::days(21)).unwrap();
        let view = tenant.read();
        let end = tenant.now() - Span::days(4);
        let later = view
            .state
            .alerts(view.now)
            .filter(|alert| alert.seen.raised > spec.start && alert.seen.raised < end);
        let (open, all) = later.fold((0, 0), |(open, all), alert| {
            (open + usize::from(alert.handling.resolution == Resolution::Open), all + 1)
        });
        println!("{triage}: {open} of {all} open");
        assert!(all > 10);
        assert!(if triage { open * 2 < all && open > 0 } else { open == all }, "{triage}: {open} of {all}");
    }
}

#[test]
fn analysts_err_now_and_then_and_reopen_what_was_closed_wrongly() {
    let (mut right, mut wrong, mut reopened) = (0, 0, 0);
    for seed in [3, 4] {
        let (_, tenant) = born(Size::Small, seed, true);
        tenant.advance(Span::days(60)).unwrap();
        let view = tenant.read();
        let labels: Vec<Verdict> = LabelFacts::all(&view).map(|label| label.verdict()).collect();
        for (alert, verdict) in view.state.alerts(view.now).zip(labels) {
            let told = match alert.handling.resolution {
                Resolution::Open => continue,
                Resolution::FalsePositive => Verdict::FalsePositive,
                Resolution::Benign => Verdict::BenignPositive,
                Resolution::TruePositive => Verdict::TruePositive,
            };
            if told == verdict {
                right += 1
            } else {
                wrong += 1
            }
            let closed_before = |former: &Alert| former.handling.resolution != Resolution::Open;
            reopened += usize::from(alert.former.iter().any(|former| closed_before(&former.alert)));
        }
    }
    println!("{right} right, {wrong} wrong, {reopened} reopened");
    assert!(wrong >= 3 && right > 3 * wrong && reopened >= 2, "{right} {wrong} {reopened}");
}

#[test]
fn the_team_works_alike_however_the_clock_is_moved() {
    let readable = |tenant: &Tenant| {
        let view = tenant.read();
        let alerts: Vec<_> = view.state.alerts(view.now).map(|alert| alert.handling.clone()).collect();
        (events(&view), alerts)
    };
    let (_, once) = born(Size::Tiny, 5, true);
    once.advance(Span::days(20)).unwrap();
    let (_, steps) = born(Size::Tiny, 5, true);
    for _ in 0..16 {
        steps.advance(Span::hours(25)).unwrap();
    }
    let fork = Arc::new(steps.fork());
    fork.advance(Span::hours(80)).unwrap();
    assert!(readable(&fork) == readable(&once));
    let view = once.read();
    let later = |alert: &&Arc<Alert>| alert.handling.resolved.is_some_and(|at| at > once.spec().start);
    assert!(view.state.alerts(view.now).filter(later).count() > 0);
}
