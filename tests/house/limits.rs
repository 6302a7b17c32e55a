//! The README's table of limits says what the program holds to.

use mock_defender::discovery_logs::LONGEST_LINE;
use mock_defender::discovery_logs::gather::{MOST_ADDRESSES, MOST_ROWS, MOST_USERS};
use mock_defender::gateway::blocks::{MOST_BYTES as MOST_BLOCK_BYTES, MOST_BYTES_OF_ALL};
use mock_defender::gateway::log::{BUDGET, BUDGET_TOGETHER};
use mock_defender::gateway::registry::MOST_TENANTS;
use mock_defender::gateway::service::Service;
use mock_defender::model::command::size::{LARGEST_RECORD, LARGEST_TEXTS, LONGEST_COMMENT};
use mock_defender::server::Limits;
use mock_defender::tenant::nouns::directory::{MOST_APPS, MOST_GROUPS};
use mock_defender::tenant::nouns::discovery::{MOST_LOGS, MOST_STREAMS, MOST_TRAFFIC, MOST_WAITING};
use mock_defender::tenant::nouns::faults::MOST_FAULTS;
use mock_defender::tenant::nouns::governance::MOST_ENTRIES;
use mock_defender::tenant::nouns::scenarios::MOST_STEPS as MOST_SCENARIO_STEPS;
use mock_defender::tenant::{
    LONGEST_ADVANCE, MOST_SNAPSHOTS, MOST_STEP_BYTES, MOST_STEP_BYTES_TOGETHER, MOST_STEPS,
};
use mock_defender::{commands, services, specification, yaml};

/// A number with its thousands parted.
fn number(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().ok().unwrap().to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
    parts.join(",")
}

fn bytes(bytes: usize) -> String {
    match bytes {
        _ if bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{} bytes", number(bytes as u64)),
    }
}

/// The largest body that a service reads, imports left out.
fn body(service: Service) -> String {
    let profile = services::all().into_iter().find(|profile| profile.service == service).unwrap();
    bytes(profile.all_routes().map(|route| route.body_limit()).min().unwrap())
}

#[test]
fn the_readme_names_every_limit_as_it_is_and_what_comes_of_more() {
    let limits = Limits::default();
    let routes = services::all().into_iter().flat_map(|profile| profile.all_routes());
    let import = routes.map(|route| route.body_limit()).max().unwrap();
    let days = LONGEST_ADVANCE.as_millis() / 86_400_000;
    let rows = [
        ("Tenants of a server, forks included", number(MOST_TENANTS as u64), "409"),
        ("Activities of a history", number(specification::LONGEST_HISTORY), "400, by `historyDays`"),
        (
            "Activities that the steps of a tenant file live through",
            number(specification::LONGEST_LIFE as u64),
            "400, by its line",
        ),
        ("Text of a specification", bytes(specification::LONGEST), "400"),
        ("Lists and maps within each other, in YAML", number(yaml::DEEPEST as u64), "400, by its place"),
        ("One way of a clock", format!("{days} days"), "409"),
        ("Snapshots of a tenant", number(MOST_SNAPSHOTS as u64), "409"),
        (
            "Steps of a tenant",
            format!("{}, of {}", number(MOST_STEPS as u64), bytes(MOST_STEP_BYTES)),
            "503, until it is reset",
        ),
        ("Steps of all tenants", bytes(MOST_STEP_BYTES_TOGETHER), "503"),
        ("Body of a request to the Cloud Apps API", body(Service::CloudApps), "413 in its words"),
        ("Body of a request to Entra ID, Graph, a portal", body(Service::Entra), "413 in its words"),
        ("Body of a request to the control API", body(Service::Control), "413"),
        (
            "Tenant file that is imported",
            format!("{}, {} at a time", bytes(import), limits.large_bodies / import),
            "413; more at a time wait",
        ),
        (
            "Comment on an alert",
            format!("{} characters", number(LONGEST_COMMENT as u64)),
            "400 in the words of the service that is asked",
        ),
        ("Record that is put in", bytes(LARGEST_RECORD), "400"),
        ("Texts of a command, together", bytes(LARGEST_TEXTS), "400"),
        ("Name, description or reason in a command", bytes(commands::LONGEST), "400"),
        ("Applications of a tenant", number(MOST_APPS as u64), "409"),
        ("Groups that commands made", number(MOST_GROUPS as u64), "409"),
        ("Faults of a tenant at a time", number(MOST_FAULTS as u64), "409"),
        ("Steps of the scenarios of a tenant", number(MOST_SCENARIO_STEPS as u64), "409"),
        (
            "Traffic log that is sent in one piece, or a block of one",
            body(Service::Storage),
            "413 in its words",
        ),
        ("Blocks of a tenant that wait to be put together", bytes(MOST_BLOCK_BYTES), "the oldest leave"),
        (
            "… of all tenants together",
            bytes(MOST_BYTES_OF_ALL),
            "a block is not kept, and the list that names it is refused",
        ),
        ("Line of a traffic log", bytes(LONGEST_LINE), "passed over, and counted"),
        (
            "Users, addresses and rows that are kept of a traffic log",
            format!(
                "{}, {}, {}",
                number(MOST_USERS as u64),
                number(MOST_ADDRESSES as u64),
                number(MOST_ROWS as u64)
            ),
            "who it was is not told",
        ),
        (
            "Traffic logs of a tenant",
            format!("{}, {} rows", number(MOST_LOGS as u64), number(MOST_TRAFFIC as u64)),
            "the oldest leave",
        ),
        ("Traffic logs that wait for being finished", number(MOST_WAITING as u64), "the oldest leave"),
        ("Data sources and reports of a tenant", number(MOST_STREAMS as u64), "400"),
        ("Entries of the governance log", number(MOST_ENTRIES as u64), "the oldest leave"),
        ("Request log of a tenant", bytes(BUDGET), "the oldest leave"),
        ("Request logs of a server", bytes(BUDGET_TOGETHER), "the oldest of the largest leave"),
        ("Connections", number(limits.connections), "closed at once"),
        (
            "Head of a request",
            format!("{}, {} fields", bytes(limits.header_bytes), limits.header_count),
            "431",
        ),
    ];
    let mut table = String::from("| what | at most | beyond it |\n|---|---|---|\n");
    rows.iter().for_each(|(what, most, beyond)| table.push_str(&format!("| {what} | {most} | {beyond} |\n")));
    let readme = super::read("README.md");
    assert!(readme.contains(&table), "README.md, section Limits: expected\n\n{table}");
}

#[test]
fn what_may_take_long_runs_off_the_reactor() {
    let light = |path: &str| {
        ["/_mock/health", "/_mock/ca.pem", "/_mock/routes", "/_mock/events"].contains(&path)
            || path.starts_with("/_mock/ui")
            || path.ends_with("/clock/advance")
    };
    for route in services::all().iter().flat_map(|profile| profile.all_routes()) {
        let name = format!("{} {}", route.method, route.path);
        match route.service {
            Service::Control => assert!(route.heavy || light(route.path), "{name} is `light`"),
            // What goes by filters, and what counts, looks through a list.
            Service::CloudApps => {
                let lists =
                    ["alerts", "activities", "count", "resolve", "reopen", "bulk", "benign", "positive"];
                // Who somebody is and what a file is like follows from the whole log, even of one of them.
                let added_up = [
                    "entities",
                    "users",
                    "files",
                    "by_user",
                    "{key}",
                    "_tree",
                    "_entity",
                    "files/{id}",
                    "subnet",
                    "policies",
                    "user_tags",
                    "policies/{type}/{id}",
                    "manage_admin_access",
                ];
                let scans = lists.iter().chain(&added_up).any(|last| route.path.ends_with(last));
                assert_eq!(route.scans, scans, "{name}");
            }
            _ => {}
        }
        assert!(!route.interruptible || route.heavy, "{name}");
    }
}
