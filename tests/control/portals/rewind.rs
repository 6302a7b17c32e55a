//! Going back to the minute before the connection was lost, from the panel.

use std::sync::Arc;

use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;
use serde_json::json;

use super::jar::{Jar, Page, command, connection};
use super::{COPILOT, connect};
use crate::kit::{Kit, START, at, json};

fn rewind(jar: &Jar<'_>, page: &Page) -> Page {
    jar.submit(page, "value=\"rewind\"", &[("do", "rewind")])
}

/// The tenant that an address names.
fn tenant_of(kit: &Kit, page: &Page) -> Arc<Tenant> {
    let (_, tid) = page.url.split_once("tid=").unwrap_or_else(|| panic!("no tid: {}", page.url));
    Arc::clone(&kit.gateway.registry.by_name(tid.split('&').next().unwrap()).expect("a tenant").tenant)
}

/// Connected since the start, lost after so many seconds.
fn lost_after(kit: &Kit, jar: &Jar<'_>, seconds: i64) -> Page {
    connect(jar, "security-admin");
    kit.tenant.advance(Span::seconds(seconds)).unwrap();
    command(kit, &json!({"expireCopilotSession": {}}));
    jar.get(&format!("{COPILOT}/sources"))
}

/// The tenant's file, but for how many forks it has had.
fn exported(kit: &Kit) -> Vec<String> {
    let path = format!("/_mock/tenants/{}/export", kit.tenant.identity().id);
    let file = crate::kit::text(&kit.mock("GET", &path, ""));
    file.lines().filter(|line| !line.starts_with("{\"numbers\"")).map(str::to_owned).collect()
}

#[test]
fn a_rewind_lands_a_minute_before_in_a_fork_and_leaves_the_parent_alone() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = lost_after(&kit, &jar, 600);
    let (before, told) = (exported(&kit), connection(&kit));
    let page = rewind(&jar, &page);
    assert!(page.url.starts_with(&format!("{COPILOT}/sources?tid=")), "{}", page.url);
    let fork = tenant_of(&kit, &page);
    assert_ne!(fork.identity().id, kit.tenant.identity().id);
    assert_eq!(fork.now(), at(START) + Span::seconds(540));
    assert_eq!((page.status, page.status_told().as_str()), (200, "Connected"), "signed in: {}", page.html);
    let name = kit.tenant.world().person(super::jar::index(&kit, "security-admin")).display_name.clone();
    assert!(page.html.contains(&name) && page.html.contains("this tenant is a fork"), "{}", page.html);
    assert_eq!((exported(&kit), connection(&kit)), (before, told), "the parent is as it was");
    // There it goes on by itself, and can be lost again.
    fork.advance(Span::minutes(20)).unwrap();
    assert_eq!(jar.get(&page.url).status_told(), "Connected", "nobody ends the session in this life");
}

#[test]
fn a_rewind_goes_back_to_the_connection_at_most() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    kit.tenant.advance(Span::seconds(300)).unwrap();
    let page = lost_after(&kit, &jar, 20);
    let page = rewind(&jar, &page);
    assert_eq!(tenant_of(&kit, &page).now(), at(START) + Span::seconds(300));
    assert_eq!(page.status_told(), "Connected");
}

#[test]
fn a_rewind_after_reset_restore_and_snapshot_knows_this_life_only() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    lost_after(&kit, &jar, 1_800);
    kit.tenant.reset().unwrap();
    let jar = Jar::new(&kit);
    kit.tenant.snapshot("fresh").unwrap();
    let page = lost_after(&kit, &jar, 600);
    kit.tenant.snapshot("lost").unwrap();
    command(&kit, &json!({"setCopilotEnabled": {"enabled": false}}));
    kit.tenant.advance(Span::hours(2)).unwrap();
    kit.tenant.restore("fresh").unwrap();
    assert!(!jar.get(&page.url).html.contains("value=\"rewind\""), "in this life nothing was lost");
    kit.tenant.restore("lost").unwrap();
    let page = rewind(&jar, &jar.get(&page.url));
    let fork = tenant_of(&kit, &page);
    assert_eq!(fork.now(), at(START) + Span::seconds(540));
    assert_eq!(page.status_told(), "Connected");
    assert!(fork.snapshots().is_empty(), "a fork has its parent's life, not its snapshots");
}

#[test]
fn rewinds_of_rewinds_go_back_within_their_own_life() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let first = rewind(&jar, &lost_after(&kit, &jar, 600));
    let fork = tenant_of(&kit, &first);
    assert!(!first.html.contains("value=\"rewind\""), "nothing was lost in the fork: {}", first.html);
    fork.advance(Span::seconds(30)).unwrap();
    let lost = jar.submit(&first, "value=\"mend\"", &[("do", "expire-session")]);
    assert_eq!(lost.reasons(), ["session_expired"]);
    let second = rewind(&jar, &lost);
    let again = tenant_of(&kit, &second);
    assert_eq!(again.now(), fork.now() - Span::seconds(30), "not before it was forked off");
    assert_eq!(second.status_told(), "Connected");
    let ids = [kit.tenant.identity().id, fork.identity().id, again.identity().id];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    // The same once more from the same place: another fork, the same life.
    let (other, (upn, password)) = (Jar::new(&kit), super::jar::person(&kit, "user"));
    let third = rewind(&other, &other.visit_as(&lost.url, &upn, &password));
    let third = tenant_of(&kit, &third);
    assert_ne!(third.identity().id, again.identity().id);
    assert_eq!(third.now(), again.now());
    // Lost before and after: the last time counts, and only that of the own life.
    again.advance(Span::minutes(10)).unwrap();
    let lost = jar.get(&second.url);
    let lost = jar.submit(&lost, "value=\"mend\"", &[("do", "revoke")]);
    let page = rewind(&jar, &lost);
    assert_eq!(tenant_of(&kit, &page).now(), again.now() - Span::minutes(1));
}

#[test]
fn a_rewound_tenant_is_exported_and_comes_back() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = rewind(&jar, &lost_after(&kit, &jar, 600));
    let fork = tenant_of(&kit, &page);
    fork.advance(Span::minutes(3)).unwrap();
    let id = fork.identity().id;
    let of = |path: &str| crate::kit::text(&kit.mock("GET", &format!("/_mock/tenants/{id}{path}"), ""));
    let (file, told, truth) = (of("/export"), of("/connection"), of("/truth"));
    assert_eq!(kit.mock("DELETE", &format!("/_mock/tenants/{id}"), "").status.as_u16(), 204);
    let answer = kit.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(answer.status.as_u16(), 201, "{}", crate::kit::text(&answer));
    assert_eq!(json(&answer)["id"], json!(id.to_string()));
    assert_eq!((of("/connection"), of("/truth")), (told, truth));
}
