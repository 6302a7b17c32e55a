//! Hundreds of instances in one process.

use std::fs;

use mock_defender::{MockDefender, Size, VirtualTime, Wall};

use crate::kit::*;

/// Threads of this process that serve embedded instances; none where the system does not tell.
fn serving_threads() -> usize {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0 };
    let name = |task: fs::DirEntry| fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks
        .flatten()
        .filter(|task| fs::metadata(task.path()).is_ok())
        .map(name)
        .filter(|name| name.trim() == "mock-defender")
        .count()
}

/// All threads of this process.
fn threads() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Threads:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

fn healthy(mock: &MockDefender) {
    let answer = exchange(mock, "GET /_mock/health HTTP/1.1\r\nhost: localhost");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn hundreds_listen_without_a_thread_each() {
    let first: Vec<MockDefender> = (0..8).map(|_| tiny()).collect();
    first.iter().for_each(healthy);
    let before = threads();
    let many: Vec<MockDefender> = (0..300).map(|_| tiny()).collect();
    many.iter().for_each(healthy);
    // The workers and the threads for heavy requests, however many instances there are. The other tests of this
    // process may have begun some threads meanwhile, but not one for each of ours.
    assert!(serving_threads() <= 12, "{}", serving_threads());
    assert!(threads() < before + 150, "{before} before, {} now", threads());
    let mut ports: Vec<&str> = many.iter().map(MockDefender::url).collect();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 300);
    healthy(&many[299]);
}

#[test]
fn an_instance_without_a_url_has_no_socket() {
    let mock = tiny();
    assert_eq!(ask(&mock, "GET", "/api/v1/alerts/", &token(&mock), "").status(), 200);
    let info = json(&ask(&mock, "GET", "/_mock/info", "", ""));
    assert_eq!(info["proxy"], "");
    assert!(format!("{mock:?}").contains("url: None"), "{mock:?}");
    let url = mock.url().to_owned();
    assert_eq!(json(&ask(&mock, "GET", "/_mock/info", "", ""))["url"], url);
}

#[test]
fn the_socket_opens_once_whoever_asks_first() {
    let mock = tiny();
    let urls: Vec<String> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..16).map(|_| scope.spawn(|| mock.url().to_owned())).collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(urls.iter().all(|url| url == mock.url()), "{urls:?}");
}

#[test]
fn instances_of_one_specification_answer_the_same_bytes() {
    let [one, two] = [(); 2].map(|()| MockDefender::builder().seed(5).start().unwrap());
    let page = |mock: &MockDefender| ask(mock, "GET", "/api/v1/activities/", &token(mock), "");
    assert_eq!(page(&one).body(), page(&two).body());
    // And what happens to the one does not happen to the other.
    one.play("impossible-travel").unwrap();
    for mock in [&one, &two] {
        mock.advance(std::time::Duration::from_secs(86_400)).unwrap();
    }
    assert_eq!(one.truth().len(), two.truth().len() + 1);
    assert_ne!(alert_ids(&one).len(), alert_ids(&two).len());
}

#[test]
fn impossible_builder_settings_are_refused_with_the_reason() {
    let message = |builder: mock_defender::Builder| builder.start().unwrap_err().to_string();
    assert!(message(MockDefender::builder().name("x".repeat(61))).contains("1 to 60 characters"));
    assert!(
        message(MockDefender::builder().own_name("no host")).contains("neither a host name nor an address")
    );
    let mut file = tiny().export();
    file.header.generator += 1;
    assert!(message(MockDefender::builder().tenant_file(file)).contains("generator"));
    let other = MockDefender::builder().seed(2).size(Size::Small).start().unwrap();
    let id = alert_ids(&other).swap_remove(0);
    other.command(serde_json::json!({"closeAlerts": {"alerts": [id], "as": "benign"}})).unwrap();
    other.play("impossible-travel").unwrap();
    let mut file = other.export();
    file.header.spec.size = Size::Tiny;
    assert!(message(MockDefender::builder().tenant_file(file)).contains("do not apply"));
}

#[test]
fn an_exported_tenant_goes_on_in_another_instance() {
    let mock = MockDefender::builder().seed(3).start().unwrap();
    let id = alert_ids(&mock).swap_remove(0);
    ask(&mock, "POST", "/api/v1/alerts/close_benign/", &token(&mock), &closing(&id, "done"));
    let twin = MockDefender::builder().tenant_file(mock.export()).start().unwrap();
    for mock in [&mock, &twin] {
        mock.advance(std::time::Duration::from_secs(3 * 86_400)).unwrap();
    }
    assert_eq!(alert(&twin, &id), alert(&mock, &id));
    assert_eq!(alert_ids(&twin), alert_ids(&mock));
}

#[test]
fn a_following_clock_tracks_the_wall_clock() {
    let at = |text| VirtualTime::parse(text).unwrap();
    let wall = Wall::manual(at("2026-12-01T10:00:00Z"));
    let follows = MockDefender::builder().follow().wall(wall.clone()).start().unwrap();
    let offset =
        MockDefender::builder().follow().starting(at("2026-01-05T00:00:00Z")).wall(wall.clone()).start();
    let offset = offset.unwrap();
    assert_eq!(offset.now(), at("2026-01-05T00:00:00Z"));
    wall.set(at("2026-12-01T11:00:00Z"));
    assert_eq!(follows.now(), wall.now());
    assert_eq!(offset.now(), at("2026-01-05T01:00:00Z"));
}

#[test]
fn a_custom_host_name_is_served_under_a_separate_authority() {
    let named = MockDefender::builder().own_name("Sim.Test").start().unwrap();
    assert_ne!(named.ca_pem(), tiny().ca_pem());
    assert_eq!(ask(&named, "GET", "https://sim.test/_mock/health", "", "").status(), 200);
    assert_eq!(ask(&tiny(), "GET", "https://sim.test/_mock/health", "", "").status(), 421);
}
