//! Random specifications drawn from the schema: every accepted one can be started and advanced.

use mock_defender::generate::cell;
use mock_defender::generate::{Stream, World};
use mock_defender::model::index::{AddressCode, RowNo};
use mock_defender::model::spec::Size;
use mock_defender::specification;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Map, Value, json};

use super::kit::effort;

/// Draws a value that the schema of a setting lets through; what is costly is kept small.
fn value(key: &str, schema: &Value, chance: &mut Stream) -> Value {
    let pick = |list: &[Value], chance: &mut Stream| chance.pick(list).clone();
    if let Some(any) = schema["anyOf"].as_array() {
        return value(key, &pick(any, chance), chance);
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(words) = schema["enum"].as_array() {
        return pick(words, chance);
    }
    if schema["properties"].is_object() {
        return object(key, schema, chance);
    }
    if let (Some(least), Some(most)) = (schema["minimum"].as_i64(), schema["maximum"].as_f64()) {
        let most = most as i64;
        let most = match key {
            "users" => 60,
            "guests" => most.min(20),
            "historyDays" => 16,
            "joiners" | "leavers" => 2,
            "size" => 10,
            "day" => 3,
            _ => most,
        };
        return match chance.below(3) {
            0 => json!(least),
            1 => json!(most),
            _ => json!(least + i64::from(chance.below((most - least).min(10_000) as u32))),
        };
    }
    if schema["type"] == "array" {
        let least = schema["minItems"].as_u64().unwrap_or(0) as u32;
        let list = (0..chance.between(least, 4)).map(|_| value(key, &schema["items"], chance));
        return Value::Array(list.collect());
    }
    let words: &[&str] = match key {
        "city" => &["Seattle", "Paris", "Tokyo", "Oslo", "Munich", "Lagos"],
        "office" => &["Seattle", "Paris"],
        "department" | "departments" => &["IT", "Sales", "Bakery"],
        "country" => &["US", "NO", "JP", "FR"],
        "zone" => &["Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12"],
        "user" => &["user", "global-admin", "security-admin", "ada"],
        "when" => &["-1d 10:00", "-2d 23:59", "+3d 00:00"],
        "from" | "to" | "grain" | "within" | "joinWithin" => &["1s", "5m", "PT2H30M"],
        "upn" => &["ada", "Bob", "x.y-z"],
        "serviceDate" => &["2024-01", "2025-11", "2026-06"],
        "start" => &["2026-01-05T09:00:00Z", "1971-01-01T00:00:00Z", "2999-12-31T23:59:59Z"],
        "domain" => &["a.example", "bakery.example"],
        "name" => &["IT", "Legal", "Sales", "Bakery", "siem", "Ärzte & Söhne", "北京"],
        _ => &["Ada Example", "Bob", "X Æ Y", "label"],
    };
    json!(chance.pick(words))
}

fn object(key: &str, schema: &Value, chance: &mut Stream) -> Value {
    let mut map = Map::new();
    let needed = |name: &str| {
        schema["required"].as_array().is_some_and(|needed| needed.iter().any(|known| known == name))
    };
    for (name, of) in schema["properties"].as_object().unwrap() {
        if needed(name) || chance.below(4) == 0 {
            let key = if key == "policies" { key } else { name };
            map.insert(name.clone(), value(key, of, chance));
        }
    }
    Value::Object(map)
}

#[test]
fn every_random_specification_that_is_accepted_can_be_run() {
    let cases = effort::pick(24, 200);
    let schema = specification::schema();
    let some = &|first: u64| (first..cases).step_by(2).filter(|case| lives(*case, &schema)).count() as u64;
    let born = std::thread::scope(|scope| {
        let halves = [0, 1].map(|first| scope.spawn(move || some(first)));
        halves.into_iter().map(|half| half.join().expect("its own message says why")).sum::<u64>()
    });
    let refused = cases - born;
    assert!(born > cases / 8 && refused > cases / 16, "{born} born, {refused} refused");
}

/// Draws a specification and has its tenant live for two days; false if it is refused.
fn lives(case: u64, schema: &Value) -> bool {
    let mut chance = Stream::new(case, "test", 0, "draw");
    let mut text = object("", schema, &mut chance);
    // Drawn from so many, something would almost always contradict something.
    let keys: Vec<String> = text.as_object().unwrap().keys().cloned().collect();
    for key in keys.iter().filter(|_| chance.below(2) == 0) {
        text.as_object_mut().unwrap().remove(key);
    }
    let text = text.to_string();
    let Ok(birth) = specification::read(&text, super::absent()) else { return false };
    let world = World::new(&birth.spec);
    for day in -1..1 {
        for actor in world.actors() {
            cell(&world, actor, day, &mut |event| {
                let known = event.address.get() < world.addresses.count();
                assert!(known || event.address == AddressCode::NOWHERE, "{text}");
            });
        }
    }
    // A large one takes as long as all the others together.
    let is_quick = birth.spec.size != Size::Large;
    if case.is_multiple_of(4) && effort::pick(is_quick, true) {
        let tenant = Tenant::born(&birth.spec, Mode::Frozen, Wall::manual(birth.spec.start));
        assert!(tenant.read().state.core().log.end() > RowNo::new(0), "{text}");
    }
    true
}
