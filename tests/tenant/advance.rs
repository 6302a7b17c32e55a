//! Interrupted advances: the tenant is as if it had been advanced exactly to where it stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use mock_defender::model::spec::Size;
use mock_defender::model::time::{SLOT, Span, VirtualTime};
use mock_defender::tenant::{Aim, ClockError, Mode, Tenant, Wall};
use serde_json::json;

use crate::kit::{Kit, START, at, json, spec, tenant, text};

/// Every row of the log, and what a client can read of a tenant, but for its requests.
fn readable(tenant: &Arc<Tenant>) -> String {
    let kit = Kit::of(Arc::clone(tenant), false);
    let mut all = rows(tenant).concat();
    for direction in ["asc", "desc"] {
        let body = json!({"sortDirection": direction, "limit": 100}).to_string();
        for list in ["/api/v1/alerts/", "/api/v1/activities/"] {
            all.push_str(&text(&kit.api("POST", list, &body)));
        }
    }
    for rest in ["clock", "commands", "truth"] {
        all.push_str(&text(&kit.mock("GET", &path(&kit, rest), "")));
    }
    all
}

fn rows(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    let chunks = view.state.core().log.chunks(view.now);
    chunks.flat_map(|(_, chunk, shown)| (0..shown).map(|row| format!("{:?}", chunk.event(row)))).collect()
}

/// The same to the byte; the bytes are too many to be shown.
fn same(one: &Arc<Tenant>, other: &Arc<Tenant>) -> bool {
    readable(one) == readable(other)
}

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id)
}

/// Advances by `by`, but leaves it off when it is asked for the `looks`th time whether to go on.
fn left_off(tenant: &Tenant, by: Span, looks: usize) -> VirtualTime {
    let asked = AtomicUsize::new(0);
    let stopped = tenant.move_clock(Aim::By(by), None, &|| asked.fetch_add(1, Ordering::Relaxed) < looks);
    let Err(ClockError::Stopped { at }) = stopped else { panic!("{stopped:?}") };
    assert_eq!(tenant.now(), at);
    at
}

/// Changes something by the API at the present instant.
fn change(tenant: &Arc<Tenant>) {
    let kit = Kit::of(Arc::clone(tenant), false);
    let closed = kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}, "comment": "there"}"#);
    assert_eq!(closed.status, 200);
    let disable = r#"{"setUserEnabled": {"user": "user", "enabled": false}}"#;
    assert_eq!(kit.mock("POST", &path(&kit, "commands"), disable).status, 200);
}

fn revived(tenant: &Tenant) -> Arc<Tenant> {
    let wall = Wall::manual(at(START));
    Arc::new(Tenant::revived(&tenant.file(), wall, |step, refusal| panic!("{step:?} {refusal}")))
}

#[test]
fn an_interrupted_advance_equals_an_advance_to_where_it_stopped() {
    for looks in [0, 1, 7, 23, 24, 25, 160] {
        let (left, straight) = (tenant(3, Size::Tiny), tenant(3, Size::Tiny));
        // Not at a mark, so that the way begins within a slot.
        for tenant in [&left, &straight] {
            tenant.advance(Span::millis(427_123)).unwrap();
        }
        let stood = left_off(&left, Span::days(30), looks);
        assert_eq!(stood.slot_floor(), stood, "it stops at a mark");
        let hours = Span::hours(looks as i64);
        assert!(stood >= left.spec().start + hours && stood <= left.spec().start + hours + SLOT + SLOT);
        straight.advance(stood - straight.now()).unwrap();
        assert!(same(&left, &straight), "{looks} looks");
        // What happens there and later is the same, and so is what the journal brings back.
        for by in [Span::hours(7), Span::days(2)] {
            for tenant in [&left, &straight] {
                change(tenant);
                tenant.advance(by).unwrap();
            }
            assert!(same(&left, &straight), "{looks} looks");
        }
        assert!(same(&revived(&left), &left), "{looks} looks");
    }
}

#[test]
fn a_running_clock_continues_from_an_interrupted_advance() {
    let wall = Wall::manual(at(START));
    let born = || Arc::new(Tenant::born(&spec(3, Size::Tiny, START), Mode::FollowFromStart, wall.clone()));
    let (left, straight) = (born(), born());
    let stood = left_off(&left, Span::days(9), 30);
    straight.advance(stood - straight.now()).unwrap();
    wall.set(wall.now() + Span::minutes(90));
    assert_eq!(left.now(), stood + Span::minutes(90));
    assert!(same(&left, &straight));
}

#[test]
fn a_fork_after_an_interrupted_advance_continues_like_its_parent() {
    let parent = tenant(3, Size::Tiny);
    left_off(&parent, Span::days(30), 55);
    parent.snapshot("there").unwrap();
    let there = readable(&parent);
    let fork = Arc::new(parent.fork());
    for tenant in [&parent, &fork] {
        change(tenant);
        tenant.advance(Span::hours(30)).unwrap();
    }
    assert!(rows(&fork) == rows(&parent));
    parent.restore("there").unwrap();
    assert!(readable(&parent) == there);
}

#[test]
fn an_advance_is_stopped_by_a_request() {
    let kit = Kit::small();
    let (advance, clock) = (path(&kit, "clock/advance"), path(&kit, "clock"));
    let idle = kit.mock("DELETE", &advance, "");
    assert_eq!((idle.status.as_u16(), json(&idle)), (200, json!({"stopping": 0})));
    thread::scope(|scope| {
        let going = scope.spawn(|| kit.mock("POST", &advance, r#"{"by": "P400D"}"#));
        while json(&kit.mock("DELETE", &advance, ""))["stopping"] == 0 {
            assert!(!going.is_finished(), "nobody stopped it");
        }
        // Others of the tenant are asked meanwhile, and wait for nothing.
        assert_eq!(kit.api("GET", "/api/v1/alerts/", "").status, 200);
        let answer = going.join().unwrap();
        let now = json(&kit.mock("GET", &clock, ""))["now"].as_str().unwrap().to_owned();
        let error = json(&answer)["error"].clone();
        assert_eq!((answer.status.as_u16(), &error["code"]), (409, &json!("Stopped")));
        assert!(error["message"].as_str().unwrap().contains(&now), "{error} {now}");
        assert!(at(&now) < at(START) + Span::days(400));
    });
    // It is no bar to the next one.
    let on = json(&kit.mock("POST", &advance, r#"{"by": "PT1H"}"#));
    assert!(at(on["now"].as_str().unwrap()) >= at(START) + Span::hours(1), "{on}");
    let told = json(&kit.mock("GET", &path(&kit, "commands"), ""));
    assert_eq!(told["commands"], json!([]));
}
