//! SIEM agents: when they can be added, and how they stand by the clock.

use std::sync::Arc;

use mock_defender::commands::{resolve, to_dto};
use mock_defender::facts;
use mock_defender::model::siem_agent::SiemAgentStatus;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::json;

use crate::connection::give;
use crate::kit::{START, at, tenant};

/// A tenant that meets the services of spring 2025.
fn before_the_end() -> Arc<Tenant> {
    let tenant = tenant(3, Size::Tiny);
    give(&tenant, json!({"setServiceDate": {"date": "2025-05"}})).unwrap();
    tenant
}

fn add(tenant: &Tenant, name: &str) -> Result<(), String> {
    give(tenant, json!({"addSiemAgent": {"name": name, "format": "genericCef", "by": "security-admin"}}))
}

fn run(tenant: &Tenant, running: bool) {
    give(tenant, json!({"setSiemAgentRunning": {"agent": "north", "running": running}})).unwrap();
}

/// How the agents stand, by name.
fn stand(tenant: &Tenant) -> Vec<(String, &'static str)> {
    let view = tenant.read();
    let status = |heard| SiemAgentStatus::of(heard, view.now).title();
    facts::siem_agents(&view).all().map(|(_, agent)| (agent.name.to_string(), status(agent.heard))).collect()
}

fn status(tenant: &Tenant) -> &'static str {
    stand(tenant)[0].1
}

#[test]
fn a_silent_agent_has_an_error_after_two_hours_and_is_disconnected_after_twelve() {
    let tenant = before_the_end();
    add(&tenant, "north").unwrap();
    tenant.advance(Span::days(3)).unwrap();
    assert_eq!(status(&tenant), "Created", "what never called is neither silent nor lost");
    run(&tenant, true);
    tenant.advance(Span::days(3)).unwrap();
    assert_eq!(status(&tenant), "Connected");
    run(&tenant, false);
    let millisecond = Span::millis(1);
    for (more, expected) in [
        (Span::hours(2), "Connected"),
        (millisecond, "Connection error"),
        (Span::millis(10 * 3_600_000 - 1), "Connection error"),
        (millisecond, "Disconnected"),
        (Span::days(30), "Disconnected"),
    ] {
        tenant.advance(more).unwrap();
        assert_eq!(status(&tenant), expected, "{}", tenant.now());
    }
    run(&tenant, true);
    assert_eq!(status(&tenant), "Connected", "one call is enough");
}

#[test]
fn stopping_what_is_silent_already_does_not_make_it_younger() {
    let tenant = before_the_end();
    add(&tenant, "north").unwrap();
    run(&tenant, false);
    assert_eq!(status(&tenant), "Created");
    run(&tenant, true);
    run(&tenant, false);
    tenant.advance(Span::hours(13)).unwrap();
    run(&tenant, false);
    assert_eq!(status(&tenant), "Disconnected");
}

#[test]
fn a_new_token_silences_the_agent_until_it_is_started_with_it() {
    let tenant = before_the_end();
    add(&tenant, "north").unwrap();
    run(&tenant, true);
    give(&tenant, json!({"renewSiemAgentToken": {"agent": "north", "by": "security-admin"}})).unwrap();
    tenant.advance(Span::hours(3)).unwrap();
    assert_eq!(status(&tenant), "Connection error");
    let view = tenant.read();
    let token_made = facts::siem_agents(&view).all().next().unwrap().1.token_made;
    assert_eq!(token_made, at(START));
    run(&tenant, true);
    assert_eq!(status(&tenant), "Connected");
}

#[test]
fn no_agent_can_be_added_since_november_2025_and_those_that_there_are_stay() {
    let tenant = tenant(3, Size::Tiny);
    assert!(stand(&tenant).is_empty(), "tenants are born without");
    give(&tenant, json!({"setServiceDate": {"date": "2025-11"}})).unwrap();
    let refused = add(&tenant, "north").unwrap_err();
    assert!(refused.contains("2025-11") && refused.contains("setServiceDate"), "{refused}");
    give(&tenant, json!({"setServiceDate": {"date": "2025-10"}})).unwrap();
    add(&tenant, "north").unwrap();
    run(&tenant, true);
    for date in ["2025-11", "2026-06"] {
        give(&tenant, json!({"setServiceDate": {"date": date}})).unwrap();
        assert!(add(&tenant, "south").is_err(), "{date}");
        assert_eq!(stand(&tenant), [("north".to_owned(), "Connected")]);
    }
    give(&tenant, json!({"removeSiemAgent": {"agent": "north"}})).unwrap();
    assert!(stand(&tenant).is_empty());
}

#[test]
fn names_are_one_agents_own_until_it_is_removed() {
    let tenant = before_the_end();
    add(&tenant, "north").unwrap();
    assert!(add(&tenant, "north").unwrap_err().contains("already"));
    let id = {
        let view = tenant.read();
        let (number, _) = facts::siem_agents(&view).all().next().unwrap();
        facts::ids::siem_agent(&view, number).to_string()
    };
    give(&tenant, json!({"setSiemAgentRunning": {"agent": id, "running": true}})).unwrap();
    assert_eq!(status(&tenant), "Connected");
    give(&tenant, json!({"removeSiemAgent": {"agent": id}})).unwrap();
    let gone = give(&tenant, json!({"removeSiemAgent": {"agent": id}})).unwrap_err();
    assert!(gone.contains("has none"), "{gone}");
    add(&tenant, "north").unwrap();
    assert_eq!(status(&tenant), "Created");
    let missing = give(&tenant, json!({"removeSiemAgent": {"agent": "south"}})).unwrap_err();
    assert!(missing.contains("north"), "{missing}");
}

#[test]
fn a_month_in_the_specification_counts_from_birth_and_a_file_keeps_the_agents() {
    let absent = Absent { size: Size::Tiny, ..Absent::starting(at(START)) };
    let spec = specification::read("serviceDate: 2024-12", absent).unwrap().spec;
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    add(&tenant, "north").unwrap();
    run(&tenant, true);
    run(&tenant, false);
    tenant.advance(Span::hours(5)).unwrap();
    let file = TenantFile::read(&tenant.file().write()).unwrap();
    let again = Tenant::revived(&file, Wall::manual(spec.start), |_, refusal| panic!("{refusal}"));
    assert_eq!(stand(&again), [("north".to_owned(), "Connection error")]);
    assert_eq!(again.read().state.service_date().to_string(), "2024-12");
}

#[test]
fn commands_are_written_as_they_are_read_even_about_agents_that_are_gone() {
    let tenant = before_the_end();
    add(&tenant, "north").unwrap();
    run(&tenant, true);
    give(&tenant, json!({"renewSiemAgentToken": {"agent": "north", "by": "security-admin"}})).unwrap();
    let (view, later) = (tenant.read(), tenant.fork());
    give(&later, json!({"removeSiemAgent": {"agent": "north"}})).unwrap();
    for entry in later.read().state.journal() {
        let written = to_dto(&later.read(), &entry.command);
        assert_eq!(resolve(&view, &written, &|_| None).unwrap(), entry.command, "{written:?}");
    }
}
