//! Tenant files that no tenant has written: they are refused by the line and what is wrong with it, whatever it is,
//! and nothing of them stays.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use mock_defender::gateway::registry::{Registry, Revival};
use mock_defender::generate::{GENERATOR, Stream};
use mock_defender::model::command::Command;
use mock_defender::model::json::retyped;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::specification;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::journal::{Step, TenantFile};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, spec, tenant, text};

/// A file of another company than the kit's, with these steps.
fn file(spec: &Value, begins: &str, steps: &[Value]) -> String {
    let mut all = json!({"seed": 7, "size": "tiny", "start": START, "name": null});
    for (key, value) in spec.as_object().unwrap() {
        all[key] = value.clone();
    }
    let header = json!({"format": 1, "generator": GENERATOR, "spec": all, "fork": 0, "begins": begins});
    let mut text = format!("{}\n", json!({"tenant": header}));
    steps.iter().for_each(|step| text.push_str(&format!("{step}\n")));
    text
}

fn settings(settings: Value) -> Value {
    json!({"settings": settings})
}

fn clock(now: &str, runs: Value) -> Value {
    json!({"clock": {"now": now, "wall": START, "runs": runs}})
}

/// The file is refused with these words, and no tenant more is there than before.
fn refused(kit: &Kit, file: &str, words: &[&str]) {
    let answer = kit.mock("POST", "/_mock/tenants/import", file);
    let told = text(&answer);
    assert_eq!(answer.status, 400, "{file}\n{told}");
    let message = json(&answer)["error"]["message"].as_str().unwrap().to_owned();
    for word in words {
        assert!(message.contains(word), "{word} in {message}\n{file}");
    }
    assert_eq!(kit.gateway.registry.list().len(), 1, "{file}");
}

#[test]
fn the_specification_of_a_tenant_file_is_judged_like_any_other() {
    let kit = Kit::tiny();
    for (spec, words) in [
        (settings(json!({"users": u32::MAX})), ["`users`", "from 10 to 20000"]),
        (settings(json!({"users": 0})), ["`users`", "from 10 to 20000"]),
        (settings(json!({"historyDays": 100_000})), ["`historyDays`", "from 1 to 180"]),
        (settings(json!({"guests": 3_000_000})), ["`guests`", "from 0 to 2000"]),
        (settings(json!({"domain": "example.com"})), ["`domain`", "invented domain"]),
        (settings(json!({"label": "../../x"})), ["`label`", "host label"]),
        (
            settings(json!({"activity": {"perWorkingDay": 4_000_000}})),
            ["`activity.perWorkingDay`", "from 4 to 120"],
        ),
        (settings(json!({"activity": {"nights": 100_000}})), ["`activity.nights`", "from 0 to 1000"]),
        (settings(json!({"slips": {"massDownload": 1_000.5}})), ["`slips.massDownload`", "from 0 to 1000"]),
        (settings(json!({"ingestion": {"grain": "PT0S"}})), ["`ingestion.grain`", "length of time"]),
        (settings(json!({"offices": []})), ["`offices`", "a list of 1 to 14"]),
        (settings(json!({"offices": [{"city": "Atlantis"}]})), ["`offices[0].city`", "needs country"]),
        (settings(json!({"departments": [{"name": "Sales", "weight": 0}]})), ["`departments`", "zero"]),
        (settings(json!({"apps": ["Nothing"]})), ["`apps[0]`", "one of"]),
        (settings(json!({"turnover": {"joiners": 400_000}})), ["`turnover.joiners`", "from 0 to 500"]),
        (settings(json!({"storylines": 1_000})), ["`storylines`", "0 to 33"]),
        (
            settings(json!({"people": [{"displayName": "Ada\u{202e}"}]})),
            ["`people[0].displayName`", "all show"],
        ),
        (json!({"name": ""}), ["`name`", "1 to 60 characters"]),
        (
            json!({"settings": {"users": 20_000, "historyDays": 180, "activity": {"perWorkingDay": 120}}}),
            ["`historyDays`", "activities, more than"],
        ),
    ] {
        let words = ["line 1:", words[0], words[1]];
        refused(&kit, &file(&spec, "frozen", &[]), &words);
    }
    // The same is refused of a specification, by the same words.
    let body = r#"{"users": 20000, "historyDays": 180, "activity": {"perWorkingDay": 120}}"#;
    let answer = kit.mock("POST", "/_mock/tenants", body);
    assert_eq!(answer.status, 400);
    assert!(text(&answer).contains("activities, more than"), "{}", text(&answer));
    // What is right is taken.
    let answer =
        kit.mock("POST", "/_mock/tenants/import", &file(&settings(json!({"users": 11})), "frozen", &[]));
    assert_eq!(answer.status, 201, "{}", text(&answer));
}

#[test]
fn steps_that_no_clock_can_take_are_refused_by_their_line() {
    let kit = Kit::tiny();
    let day = "2026-11-26T00:00:00Z";
    let unlock = json!({"command": {"at": "2026-11-24T23:00:00Z", "command": {"removeFaults": {}}}});
    let snapshot = |name: &str| json!({"snapshot": {"at": START, "name": name}});
    let full: Vec<Value> = (0..65).map(|number| snapshot(&format!("s{number}"))).collect();
    let centuries: Vec<Value> = (1..900)
        .map(|stride| clock(&(at(START) + Span::days(400 * stride)).to_string(), json!("frozen")))
        .collect();
    let cases: &[(&str, &[Value], &[&str])] = &[
        ("frozen", &[clock("3000-01-01T00:00:00Z", json!("frozen"))], &["line 2:", "at most 400 days"]),
        (
            "frozen",
            &[clock(day, json!("follow")), clock("3000-01-01T00:00:00Z", json!("frozen"))],
            &["line 3:", "400 days"],
        ),
        ("frozen", &centuries, &["activities", "too long"]),
        (
            "followFromStart",
            &[json!({"command": {"at": "3000-01-01T00:00:00Z", "command": {"removeFaults": {}}}})],
            &["line 2:", "400 days"],
        ),
        ("frozen", &[clock(day, json!("frozen")), unlock.clone()], &["line 3:", "never runs backwards"]),
        ("frozen", &[clock("2026-11-20T00:00:00Z", json!("frozen"))], &["line 2:", "never runs backwards"]),
        ("frozen", &[clock(day, json!({"rate": 0}))], &["line 2:", "rate"]),
        ("frozen", &[clock(day, json!({"rate": u32::MAX}))], &["line 2:", "rate"]),
        ("frozen", &[snapshot("../x")], &["line 2:", "snapshot's name"]),
        ("frozen", &full, &["line 66:", "64 snapshots"]),
        ("frozen", &[json!({"restore": {"name": "a"}})], &["line 2:", "\"a\""]),
        ("frozen", &[json!({"forked": {"at": START}})], &["line 1:", "`fork`"]),
        (
            "frozen",
            &[clock("9999-01-01T00:00:00Z", json!("frozen")), json!({"reset": {}})],
            &["line 2:", "9999"],
        ),
    ];
    for (begins, steps, words) in cases {
        refused(&kit, &file(&json!({}), begins, steps), words);
    }
    let orphan = file(&json!({}), "frozen", &[]).replacen("\"fork\":0", "\"fork\":5", 1);
    refused(&kit, &orphan, &["line 1:", "`fork` is 5"]);
    for rate in [0, u32::MAX] {
        let forked = json!({"forked": {"at": START, "runs": {"rate": rate}}});
        let fork = file(&json!({}), "frozen", &[forked]).replacen("\"fork\":0", "\"fork\":5", 1);
        refused(&kit, &fork, &["line 2:", "rate"]);
    }
    // What a clock can do is taken: the longest advance, and back to a snapshot.
    let far = (at(START) + Span::days(20)).to_string();
    let fine = [
        snapshot("a"),
        clock(&far, json!("frozen")),
        json!({"restore": {"name": "a"}}),
        json!({"reset": {}}),
    ];
    let answer = kit.mock("POST", "/_mock/tenants/import", &file(&json!({}), "frozen", &fine));
    assert_eq!(answer.status, 201, "{}", text(&answer));
}

#[test]
fn a_journal_of_ones_own_is_judged_for_damage_and_not_for_its_size() {
    // A birth that is refused by now, and a clock that has gone on for longer than an import may.
    let early = spec(7, Size::Tiny, "1970-01-02T00:00:00Z");
    let lived = Tenant::born(&early, Mode::Frozen, Wall::manual(early.start)).file().write();
    refused(&Kit::tiny(), &lived, &["line 1:", "`start`", "1970"]);
    let centuries: Vec<Value> = (1..900)
        .map(|stride| clock(&(at(START) + Span::days(400 * stride)).to_string(), json!("frozen")))
        .collect();
    let long = TenantFile::read(&file(&json!({}), "frozen", &centuries)).unwrap();
    assert!(specification::judge_file(&long, at(START)).is_err());
    assert_eq!(specification::judge_journal(&long), Ok(()));
    // Damage is damage.
    let backwards = [clock("2026-11-26T00:00:00Z", json!("frozen")), clock(START, json!("frozen"))];
    let damaged = TenantFile::read(&file(&json!({}), "frozen", &backwards)).unwrap();
    assert!(specification::judge_journal(&damaged).is_err());

    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("lived-too-long");
    let _ = std::fs::remove_dir_all(&dir);
    let store = JournalStore::open(&dir).unwrap();
    store.begin("000001-early", &lived).unwrap();
    let nobody = || panic!("a tenant is stored already");
    let kept = Registry::kept(store, nobody, &Wall::manual(early.start), Revival::default(), |told| {
        panic!("{told}")
    })
    .unwrap();
    assert_eq!(kept.first().tenant.now(), early.start);
}

/// A life with most commands, as a file.
fn life() -> TenantFile {
    let written = include_str!("../golden/journal.ndjson");
    let mut file = TenantFile::read(written).unwrap();
    file.header.generator = GENERATOR;
    let now = file.steps.iter().rev().find_map(|step| step.instant()).unwrap();
    for more in [
        json!({"setServiceDate": {"date": "2025-05"}}),
        json!({"setIngestion": {"lags": [{"app": "Box", "from": "PT5M", "to": "PT1H", "share": 0.25}], "grain": "PT1M"}}),
        json!({"setAlerting": {"joinWithin": "PT12H"}}),
        json!({"setSecurityTeam": {"reads": 0.9, "closes": 0.5, "within": "PT4H"}}),
        json!({"addSiemAgent": {"name": "north", "format": "genericCef", "by": {"person": 3}}}),
        json!({"setSiemAgentRunning": {"agent": 0, "running": true}}),
        json!({"renewSiemAgentToken": {"agent": 0, "by": "operator"}}),
        json!({"setPolicyEnabled": {"policy": 0, "enabled": false, "by": "operator"}}),
        json!({"connectApp": {"app": 23_043, "instance": "north", "by": {"person": 3}}}),
        json!({"breakConnector": {"connector": 1, "error": 1, "warning": false}}),
        json!({"repairConnector": {"connector": 1}}),
        json!({"testConnector": {"connector": 1, "by": "operator"}}),
        json!({"disableConnector": {"connector": 2, "by": "operator"}}),
        json!({"enableConnector": {"connector": 2, "by": "operator"}}),
        json!({"removeConnector": {"connector": 0, "by": "operator"}}),
        json!({"addFault": {"name": "slow", "fault": {"effect": {"latency": {"fixed": "PT1S"}}}}}),
        json!({"startScenario": {"name": "s", "steps": [
            {"at": now.to_string(), "command": {"setUserEnabled": {"user": 1, "enabled": false}}},
            {"at": (now + Span::minutes(7)).to_string(), "command": {"reopenAlerts": {"alerts": [1], "by": "operator"}}},
        ]}}),
        json!({"stopScenario": {"run": 0}}),
    ] {
        let command: Command = retyped(&more).unwrap();
        file.steps.push(Arc::new(Step::Command { at: now, command }));
    }
    file
}

/// Every value inside, by its place.
fn places(value: &Value, place: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, inner)| places(inner, &format!("{place}/{}", key.replace('/', "~1")), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, inner)| places(inner, &format!("{place}/{at}"), all));
        }
        _ => {}
    }
    all.push(place.to_owned());
}

/// Another value in the place of one.
fn other(old: &Value, stream: &mut Stream) -> Value {
    let numbers = [
        0_u64,
        1,
        2,
        7,
        30,
        64,
        255,
        256,
        999,
        9_999,
        65_534,
        65_535,
        1 << 20,
        1 << 31,
        u32::MAX.into(),
        u64::MAX,
    ];
    let number = numbers[stream.below(numbers.len() as u32) as usize];
    match (old, stream.below(6)) {
        (Value::Number(_), 0..=4) => json!(number),
        (Value::Bool(flag), _) => json!(!flag),
        (Value::String(_), 0) => json!(""),
        (Value::String(_), 1) => json!("\u{202e}\u{0}x"),
        (Value::String(_), 2) => json!("1970-01-01T00:00:00.000Z"),
        (Value::String(_), 3) => json!("9000-01-01T00:00:00.000Z"),
        (Value::String(_), 4) => json!("x".repeat(5_000)),
        (Value::Array(list), 0..=3) => list.iter().chain(list).cloned().collect(),
        (Value::Object(_), 0) => json!({"code": number}),
        (_, 5) => Value::Null,
        _ => json!({"code": number}),
    }
}

/// What clients see of it: nothing of that is a failure of the server.
fn look(tenant: Tenant) {
    let kit = Kit::of(Arc::new(tenant), false);
    let own = |rest: &str| format!("/_mock/tenants/{}/{rest}", kit.tenant.identity().id);
    for path in ["/api/v1/alerts/", "/api/v1/activities/", "/api/v1/entities/"] {
        let answer = kit.api("POST", path, r#"{"limit": 100, "sortDirection": "desc"}"#);
        assert!(answer.status.as_u16() < 500, "{path}: {}", text(&answer));
        if answer.status == 200 {
            serde_json::from_slice::<Value>(&answer.body).unwrap_or_else(|_| panic!("{}", text(&answer)));
        }
    }
    for rest in ["truth", "directory", "faults", "scenarios", "connection", "commands", "export"] {
        let answer = kit.mock("GET", &own(rest), "");
        assert!(answer.status.as_u16() < 500, "{rest}: {}", text(&answer));
    }
}

/// `MOCK_DEFENDER_FORGERIES` is the number of forgeries of each command; the default takes seconds.
#[test]
fn whatever_a_forged_command_says_it_is_refused_or_harmless() {
    let each: u32 =
        std::env::var("MOCK_DEFENDER_FORGERIES").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let file = life();
    let mut failures = Vec::new();
    for (index, step) in file.steps.iter().enumerate() {
        let Step::Command { at, command } = &**step else { continue };
        let so_far = TenantFile { header: file.header.clone(), steps: file.steps[..index].to_vec() };
        let before = Tenant::revived(&so_far, Wall::manual(*at), |_, _| {});
        let written = serde_json::to_value(command).unwrap();
        let mut all = Vec::new();
        places(&written, "", &mut all);
        for number in 0..each {
            let mut stream = Stream::new(u64::from(number), "forgery", index as u64, "command");
            let mut forged = written.clone();
            for _ in 0..=stream.below(2) {
                let place = &all[stream.below(all.len() as u32) as usize];
                if let Some(value) = forged.pointer_mut(place) {
                    *value = other(value, &mut stream);
                }
            }
            let Ok(command) = retyped::<Command>(&forged) else { continue };
            let fork = before.fork();
            let lived = catch_unwind(AssertUnwindSafe(|| {
                if fork.submit(fork.now(), command).is_ok() {
                    fork.advance(Span::hours(1)).unwrap();
                    look(fork);
                }
            }));
            if lived.is_err() {
                failures.push(forged.to_string());
            }
        }
    }
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn codes_that_stand_for_nothing_are_refused() {
    let own = tenant(1, Size::Tiny);
    let activity = |change: Value| {
        let mut activity = json!({
            "happened": START, "actor": {"code": 0}, "kind": {"code": 0}, "address": null, "agent": null, "fields": "{}",
        });
        change.as_object().unwrap().iter().for_each(|(key, value)| activity[key] = value.clone());
        json!({"injectActivity": {"activity": activity}})
    };
    let beside = |like: u32| json!({"new": {"ip": "192.0.2.1", "like": like, "country": null}});
    for (change, told) in [
        (json!({"actor": {"code": 70_000}}), Some("no actor of this tenant has the code 70000")),
        (json!({"kind": {"code": 65_000}}), Some("no kind of this tenant has the code 65000")),
        (json!({"address": {"code": u32::MAX}}), Some("no address of this tenant has the code 4294967295")),
        (json!({"address": beside(4_000_000)}), Some("no address of this tenant has the code 4000000")),
        (json!({"agent": {"code": 65_535}}), Some("no user agent of this tenant has the code 65535")),
        (json!({"address": beside(0), "agent": {"code": 0}}), None),
        // What nobody did is told so.
        (json!({"actor": {"code": u32::MAX}}), None),
    ] {
        let command: Command = retyped(&activity(change)).unwrap();
        let refusal = own.submit(own.now(), command).err().map(|refusal| refusal.to_string());
        assert_eq!(refusal.as_deref(), told);
    }
}

#[test]
fn a_file_that_is_sound_is_judged_so_and_a_forged_line_is_named() {
    let file = life();
    assert_eq!(specification::judge_file(&file, at(START)), Ok(()));
    let kit = Kit::new(99, Size::Tiny);
    let gone = json!({"command": {"at": START, "command": {"setUserEnabled": {"user": 4_000_000, "enabled": false}}}});
    let forged = format!("{}{gone}\n", tenant(1, Size::Tiny).file().write());
    refused(&kit, &forged, &["line 3:", "4000000"]);
}
