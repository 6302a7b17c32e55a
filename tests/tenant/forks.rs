//! Numbers of forks: whatever becomes of a fork, its id and its API token never open another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mock_defender::gateway::Gateway;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::{Registry, Revival};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::journal::Step;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::{Mode, Tenant, Wall};

use crate::kit::{Kit, START, at, json, spec, tenant, text};

fn fresh(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("forks-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    dir
}

/// A server that keeps journals in a directory. The thread of the one before lets go of the directory at once.
fn started(dir: &Path) -> Kit {
    let wall = Wall::manual(at(START));
    let first = || Tenant::born(&spec(1, Size::Tiny, START), Mode::Frozen, wall.clone());
    let store = JournalStore::open(dir).unwrap();
    let registry = Registry::kept(store, first, &wall, Revival::default(), |told| panic!("{told}")).unwrap();
    let first = Arc::clone(&registry.first().tenant);
    let settings = Settings { wall, ..Settings::default() };
    Kit::at(Gateway::new(registry, &mock_defender::services::all(), settings).unwrap(), first)
}

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id)
}

/// Forks the first tenant: the id of the fork, which no other ever had.
fn fork(kit: &Kit, body: &str, seen: &mut BTreeSet<String>) -> String {
    let answer = kit.mock("POST", &path(kit, "fork"), body);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let id = json(&answer)["id"].as_str().unwrap().to_owned();
    assert!(seen.insert(id.clone()), "{id} again");
    id
}

#[test]
fn after_a_restart_forks_get_numbers_that_none_had_before() {
    let dir = fresh("restart");
    let mut seen = BTreeSet::new();
    for round in 0..3 {
        let kit = started(&dir);
        fork(&kit, r#"{"keep": true}"#, &mut seen);
        fork(&kit, "{}", &mut seen);
        let gone = fork(&kit, r#"{"keep": true}"#, &mut seen);
        let answer = kit.mock("DELETE", &format!("/_mock/tenants/{gone}"), "");
        assert_eq!(answer.status, 204, "{}", text(&answer));
        if round == 1 {
            kit.mock("POST", &path(&kit, "snapshots"), r#"{"name": "a"}"#);
            kit.mock("POST", &path(&kit, "snapshots/a/restore"), "");
            kit.mock("POST", &path(&kit, "reset"), "");
            fork(&kit, "{}", &mut seen);
            let rewound = kit.mock("POST", &path(&kit, "rewind"), &format!(r#"{{"to": "{START}"}}"#));
            assert_eq!(rewound.status, 201, "{}", text(&rewound));
            assert!(seen.insert(json(&rewound)["id"].as_str().unwrap().to_owned()));
        }
    }
}

#[test]
fn a_journal_that_tells_of_no_numbers_passes_over_the_forks_that_are_kept() {
    let dir = fresh("older");
    let mut seen = BTreeSet::new();
    {
        let kit = started(&dir);
        for _ in 0..3 {
            fork(&kit, r#"{"keep": true}"#, &mut seen);
        }
    }
    for file in fs::read_dir(&dir).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "journal") {
            let text = fs::read_to_string(&file).unwrap();
            let older: String =
                text.split_inclusive('\n').filter(|line| !line.contains("{\"numbers\"")).collect();
            fs::write(&file, older).unwrap();
        }
    }
    fork(&started(&dir), "{}", &mut seen);
}

#[test]
fn numbers_of_forks_go_along_with_an_exported_tenant() {
    let parent = tenant(1, Size::Tiny);
    parent.advance(Span::hours(1)).unwrap();
    let mut seen: BTreeSet<_> = (0..3).map(|_| parent.fork().identity().id).collect();
    parent.reset().unwrap();
    let file = parent.file();
    let back = Tenant::revived(&file, Wall::manual(at(START)), |step, why| panic!("{step:?}: {why}"));
    assert!(back.file().steps.contains(&Arc::new(Step::Numbers { given: 3 })), "{}", back.file().write());
    // A fork begins to count anew: its forks have its number within theirs.
    let child = back.fork();
    assert!(seen.insert(child.identity().id));
    for fork in [child.fork(), child.fork(), back.fork()] {
        assert!(seen.insert(fork.identity().id));
    }
}
