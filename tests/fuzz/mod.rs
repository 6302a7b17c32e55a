//! Every door that bytes of others come in by, with some thousand hostile bodies each time, and far more where
//! `MOCK_DEFENDER_TESTS=full` is set. Whatever one of them finds is named by its number, and stays here as a seed.

mod mutator;
#[allow(dead_code, reason = "the fuzzers in `fuzz/` use the rest")]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::Method;
use mock_defender::commands::schema::NAMES;
use mock_defender::gateway::Service;
use mock_defender::generate::{GENERATOR, Stream};
use mock_defender::scenario::shipped::SHIPPED;
use mock_defender::tenant::journal::TenantFile;
use serde_json::{Value, json};

use crate::kit::effort::pick;
use mutator::mutated;
use targets::House;

/// As many cases as are asked for.
fn cases(ordinary: u64, full: u64) -> impl Iterator<Item = (u64, Stream)> {
    (0..pick(ordinary, full)).map(|number| (number, Stream::new(number, "fuzz", 0, "case")))
}

/// Does one case; what it finds is told with its bytes.
fn found_by<T>(target: &str, number: u64, data: &[u8], work: impl FnOnce(&[u8]) -> T) -> T {
    catch_unwind(AssertUnwindSafe(|| work(data))).unwrap_or_else(|_| {
        panic!("{target}, case {number}: {:?}", String::from_utf8_lossy(data));
    })
}

/// A house is left, and another one stands there. In most, something is taken, and much is refused.
fn left(house: &mut House) {
    let (taken, refused) = std::mem::replace(house, House::new()).leave();
    assert!(taken > 0 && refused > taken / 4, "{taken} taken, {refused} refused");
}

fn journal() -> String {
    let written = include_str!("../golden/journal.ndjson");
    let mut file = TenantFile::read(written).unwrap();
    file.header.generator = GENERATOR;
    file.write()
}

/// Commands as people write them: those of the journal, and every other by its name.
fn commands() -> Vec<Value> {
    let mut seeds: Vec<Value> = NAMES.iter().map(|name| json!({*name: {}})).collect();
    let written = include_str!("../golden/journal.ndjson");
    let user = json!({"user": "user", "app": "full", "enabled": true, "name": "a", "id": "a", "group": "a"});
    seeds.extend(NAMES.iter().map(|name| json!({*name: user})));
    seeds.extend([
        json!({"closeAlerts": {"alerts": ["000000000000000000000000"], "as": "benign", "comment": "x", "ifVersion": 1}}),
        json!({"setUserEnabled": {"user": "user", "enabled": false}}),
        json!({"setCopilotSwitch": {"on": true, "by": "global-admin"}}),
        json!({"setCopilotSwitch": {"product": "defender-for-cloud-apps", "on": true, "by": "user"}}),
        json!({"openCopilotDialog": {"by": "global-admin"}}),
        json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}),
        json!({"setSubscriptions": {"skus": ["SPE_E5"]}}),
        json!({"setCopilotTimes": {"session": "PT1H"}}),
        json!({"revokeConsent": {"app": "security-copilot"}}),
        json!({"playStory": {"name": "impossible-travel", "user": "user"}}),
        json!({"addFault": {"name": "f", "fault": {"effect": {"latency": {"fixed": "PT1S"}}}}}),
        json!({"injectAlert": {"alert": {"title": "Odd", "severityValue": 2}}}),
        json!({"injectActivity": {"activity": {"user": {"userName": "user"}, "appId": 11161, "description": "Run"}}}),
    ]);
    // What resolved commands hold is near what written ones do.
    for line in written.lines().skip(1) {
        let line: Value = line.parse().unwrap();
        if let Some(command) = line.pointer("/command/command") {
            seeds.push(command.clone());
        }
    }
    seeds
}

/// Bodies that routes take, as far as they are more than some JSON.
fn body_of(path: &str, chance: &mut Stream) -> String {
    let json = |value: Value| value.to_string();
    match path.rsplit('/').next().unwrap_or_default() {
        "tenants" => {
            json(json!({"seed": 9, "size": "tiny", "name": "Fabrikam", "start": "2026-11-24T00:00:00Z"}))
        }
        "import" => journal(),
        "fork" => json(json!({"ttl": "PT10M", "keep": false})),
        "rewind" => json(json!({"to": "2026-11-24T00:00:00Z", "ttl": "PT1H"})),
        "snapshots" => json(json!({"name": "a"})),
        "clock" => {
            json(json!({"now": "2026-11-24T02:00:00Z", "mode": "rate", "rate": 60.0, "tokenStamps": "wall"}))
        }
        "advance" => json(json!({"by": "PT1H"})),
        "commands" => json(chance.pick(&commands()).clone()),
        "faults" => {
            json(json!({"id": "f", "match": {"path": "/api/**", "method": "GET", "header": {"x": "y"}},
            "when": {"times": 2}, "effect": {"respond": {"status": 503, "headers": {"a": "b"}, "body": {"c": 1}}}}))
        }
        "play" => json(
            json!({"storyline": "impossible-travel", "user": "user", "when": "2026-11-24T10:00:00Z", "size": 3}),
        ),
        "inject" => {
            json(json!({"activity": {"user": {"userName": "user"}, "appId": 11161, "description": "Run",
            "device": {"clientIP": "192.0.2.1", "userAgent": "x"}, "timestamp": 1_763_942_400_000_u64}}))
        }
        "tokens" => json(
            json!({"app": "full", "scope": "x", "user": "user", "defect": "expired", "claims": {"a": 1}}),
        ),
        "scenarios" => json(json!({"name": "state-changes-after-read", "parameters": {"a": 1}})),
        "verify" => json(json!({"path": "/api/**", "method": "GET", "times": {"min": 1, "max": 2}})),
        "token" => "grant_type=client_credentials&client_id=a&client_secret=b&scope=c%2F.default".to_owned(),
        "authorize" => {
            "client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fa.example&scope=openid&state=s"
                .to_owned()
        }
        "login" | "persona" | "signin" | "signout" | "presenter" | "device" | "deviceauth" | "devicecode" => {
            "flow=a&username=user&password=b&action=next&code=ABC&id_token=a.b.c&state=s&do=advance&by=PT1H"
                .to_owned()
        }
        "copilot" => json(json!({"enabled": true})),
        _ => json(
            json!({"filters": {"severity": {"eq": [2]}, "date": {"gte": 1, "lte_ndays": 3}, "user.username": {"contains": "a"},
            "id": {"eq": ["000000000000000000000000"]}}, "limit": 10, "skip": 0, "sortField": "date", "sortDirection": "asc",
            "comment": "x", "isScan": true, "enabled": true}),
        ),
    }
}

#[test]
fn hostile_bodies_of_every_route_are_answered_in_its_own_words() {
    let mut house = House::new();
    let routes = house.routes() as u64;
    assert!(pick(1_200, 9_000) > 4 * routes, "every route is asked several times");
    for (number, mut chance) in cases(1_200, 9_000) {
        if number % 250 == 0 && number > 0 {
            left(&mut house);
        }
        let route = (number % routes) as usize;
        let (_, _, path) = house.route(route);
        let data = mutated(body_of(path, &mut chance).as_bytes(), &mut chance);
        found_by(path, number, &data, |data| house.ask_route(route, data));
    }
    left(&mut house);
}

#[test]
fn hostile_commands_are_refused_or_come_back_from_the_journal() {
    let seeds = commands();
    let mut house = House::new();
    for (number, mut chance) in cases(750, 12_000) {
        if number % 250 == 0 && number > 0 {
            found_by("command", number, b"all of before", |_| {
                std::mem::replace(&mut house, House::new()).leave()
            });
        }
        let data = mutated(chance.pick(&seeds).to_string().as_bytes(), &mut chance);
        let path = "/_mock/tenants/contoso/commands";
        found_by("command", number, &data, |data| {
            house.ask(Service::Control, &Method::POST, path, "application/json", data);
        });
    }
    left(&mut house);
}

#[test]
fn hostile_tenant_files_are_refused_by_a_line_or_come_back_as_they_were() {
    let whole = journal();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for (number, mut chance) in cases(200, 3_000) {
        // Some lines of it, in their order, one of them changed.
        let some = lines[1..].iter().filter(|_| chance.below(4) == 0).map(|line| (*line).to_owned());
        let mut some: Vec<String> = std::iter::once(lines[0].to_owned()).chain(some).collect();
        let at = chance.below(some.len() as u32) as usize;
        let changed = mutated(some[at].trim_end().as_bytes(), &mut chance);
        some[at] = format!("{}\n", String::from_utf8_lossy(&changed));
        found_by("tenant file", number, some.concat().as_bytes(), targets::tenant_file);
    }
}

#[test]
fn hostile_specifications_are_refused_or_taken_by_every_door() {
    let seeds = [
        "seed: 7\nname: Fabrikam\ndomain: fabrikam.example\nlabel: fabrikam\nstart: 2026-11-24T00:00:00Z\nfreeze: true\n",
        "size: tiny\nusers: 12\nguests: 2\nhistoryDays: 12\nserviceDate: 2025-06\ntokenStamps: wall\n",
        "departments: [{name: IT, weight: 3}, {name: Sales}, {name: Bakery, like: Operations, weight: 2}]\n",
        "offices:\n- {city: Seattle, weight: 1}\n- {city: Oslo, country: NO, zone: Europe/Oslo, latitude: 59.9, longitude: 10.7}\n",
        "people:\n- {displayName: Ada Byron, upn: ada, department: IT, persona: user}\n- {displayName: A B, guest: true}\n",
        "registrations: [{name: mine, permissions: [investigation.read]}]\npersonas: {user: {password: abc}}\n",
        "activity: {perWorkingDay: 20.5, weekends: 10, nights: 1.5}\nslips: {massDownload: 30}\nholidays: {perYear: 3}\n",
        "storylines:\n- {name: impossible-travel, user: user, when: \"-1d 10:00\", size: 3}\n- {name: password-spray}\n",
        "policies: {Impossible travel: off}\nturnover: {joiners: 1, leavers: 1}\nhistoryDays: 15\nusers: 40\n",
        "ingestion: {lags: [{app: Box, from: PT5M, to: PT1H, share: 0.25}], grain: PT1M}\nalerting: {joinWithin: PT12H}\n",
        "a: &a [1, 2]\nb: *a\nseed: 3\n",
        r#"{"seed": 3, "size": "tiny", "users": 11, "settings": {"users": 9}, "securityTeam": {"reads": 0.9, "within": "PT4H"}}"#,
    ];
    for (number, mut chance) in cases(200, 1_500) {
        let data = mutated(chance.pick(&seeds).as_bytes(), &mut chance);
        found_by("specification", number, &data, targets::specification);
    }
}

#[test]
fn hostile_scenarios_are_refused_with_a_place_or_can_be_started() {
    let mut house = House::new();
    let path = "/_mock/tenants/contoso/scenarios";
    for (number, mut chance) in cases(150, 2_000) {
        if number % 75 == 0 && number > 0 {
            left(&mut house);
        }
        let data = mutated(chance.pick(SHIPPED).1.as_bytes(), &mut chance);
        found_by("scenario", number, &data, |data| {
            house.ask(Service::Control, &Method::POST, path, "application/yaml", data);
        });
    }
    left(&mut house);
}
