//! Every bound of the schema is kept, at both of its ends, and says where and what.

use mock_defender::specification::{self, BadField};
use serde_json::Value;

/// A bounded value somewhere in the schema: its key in messages, YAML around it, and its schema.
struct Bounded {
    key: String,
    before: String,
    after: String,
    schema: Value,
}

/// A key as YAML takes it, whatever is in it.
fn written(name: &str) -> String {
    if name.contains(": ") { format!("{name:?}") } else { name.to_owned() }
}

/// A value that a needed sibling can have.
fn some(schema: &Value) -> String {
    match (&schema["enum"][0], schema["type"].as_str()) {
        (Value::String(word), _) => format!("{word:?}"),
        (_, Some("integer")) => "0".to_owned(),
        _ if schema["pattern"] == "^[A-Z]{2}$" => "US".to_owned(),
        _ => "x".to_owned(),
    }
}

/// Collects what is bounded at or below a schema.
fn collect(schema: &Value, key: &str, before: &str, after: &str, all: &mut Vec<Bounded>) {
    if schema.get("minimum").is_some()
        || schema.get("maxLength").is_some()
        || schema.get("maxItems").is_some()
    {
        let (before, after) = (before.to_owned(), after.to_owned());
        all.push(Bounded { key: key.to_owned(), before, after, schema: schema.clone() });
    }
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        let inner = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
        let beside: String = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|needed| needed != name)
            .map(|needed| format!("{needed}: {}, ", some(&schema["properties"][needed])))
            .collect();
        collect(of, &inner, &format!("{before}{{{beside}{}: ", written(name)), &format!("}}{after}"), all);
    }
    if schema["items"].is_object() {
        collect(&schema["items"], &format!("{key}[0]"), &format!("{before}["), &format!("]{after}"), all);
    }
    for any in schema["anyOf"].as_array().into_iter().flatten() {
        collect(any, key, before, after, all);
    }
}

/// The error of the value at a key, where there is one.
fn refused(bounded: &Bounded, value: &str) -> Option<(u64, String, String)> {
    let text = format!("# one\n# two\n{}{value}{}\n", bounded.before, bounded.after);
    let problems = specification::read(&text, super::absent()).err()?;
    problems.0.into_iter().find(|problem| problem.key == bounded.key).and_then(|problem| {
        match problem.error {
            BadField::Value { expected, got } => Some((problem.line, expected, got)),
            _ => None,
        }
    })
}

#[test]
fn every_range_is_kept_at_both_ends_and_named_with_its_line() {
    let mut all = Vec::new();
    collect(&specification::schema(), "", "", "", &mut all);
    let (mut numbers, mut texts, mut lists) = (0, 0, 0);
    for bounded in &all {
        let schema = &bounded.schema;
        let (inside, outside): (Vec<String>, Vec<String>) = if let Some(least) = schema["minimum"].as_i64() {
            numbers += 1;
            let most: i128 = schema["maximum"].to_string().parse().unwrap();
            let number = |number: i128| number.to_string();
            (vec![number(least.into()), number(most)], vec![number(i128::from(least) - 1), number(most + 1)])
        } else if let Some(most) = schema["maxItems"].as_u64() {
            lists += 1;
            let item = match schema["items"]["enum"][0].as_str() {
                Some(word) => format!("{word:?}"),
                None => "{}".to_owned(),
            };
            let list = |count: u64| format!("[{}]", vec![item.clone(); count as usize].join(", "));
            let few = schema["minItems"].as_u64().map(|least| list(least - 1));
            (vec![], few.into_iter().chain([list(most + 1)]).collect())
        } else {
            texts += 1;
            let most = schema["maxLength"].as_u64().unwrap() as usize;
            (vec![], vec!["\"\"".to_owned(), "\" \"".to_owned(), "x".repeat(most + 1)])
        };
        // How big a story can be is its own affair; the schema knows the biggest.
        for value in inside.into_iter().filter(|_| bounded.key != "storylines[0].size") {
            assert_eq!(refused(bounded, &value), None, "{}: {value}", bounded.key);
        }
        for value in outside {
            let (line, expected, got) =
                refused(bounded, &value).unwrap_or_else(|| panic!("{} takes {value}", bounded.key));
            assert_eq!(line, 3, "{}", bounded.key);
            assert!(!expected.is_empty() && !got.is_empty());
            if schema["minimum"].is_number() {
                let (least, most) = (&schema["minimum"], &schema["maximum"]);
                assert!(expected.contains(&format!("from {least} to {most}")), "{expected}");
                // Beyond 64 bits a number is told as nearly as it is kept.
                let kept = value.parse::<i128>().is_ok_and(|number| number <= u64::MAX.into());
                assert!(got == value || !kept, "{}: {got}", bounded.key);
            }
        }
    }
    assert!(numbers > 30 && texts > 20 && lists > 8, "{numbers} {texts} {lists}");
}

#[test]
fn rates_finer_than_a_thousandth_are_refused() {
    for (text, fits) in
        [("0.001", true), ("166.667", true), ("0.0001", false), ("1e2", true), (".inf", false)]
    {
        let read = specification::read(&format!("slips: {{lockedOut: {text}}}"), super::absent());
        assert_eq!(read.is_ok(), fits, "{text}");
    }
}
