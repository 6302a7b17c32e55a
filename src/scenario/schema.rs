//! The JSON Schema of a scenario file, for editors.

use serde_json::Value as Json;

use crate::commands::json_schema::{needing, object, text};
use crate::model::copilot::Reason;
use crate::model::json::json;
use crate::{commands, specification};

use super::connection::CONNECTED;

/// The schema of a scenario file.
pub fn schema() -> Json {
    let mut schema = needing(
        object(json!({
            "name": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$", "description": "As the file is called."},
            "summary": told("What happens, in a sentence."),
            "notice": told("How a client notices."),
            "remedy": told("What a good client does."),
            "about": {"type": "array", "items": text(), "description": "Words to find it by."},
            "seenIn": {
                "type": "array",
                "items": {"type": "string", "format": "uri"},
                "description": "Public reports of real clients that failed so.",
            },
            "recoverable": {
                "type": "boolean",
                "default": true,
                "description": "A careful client ends with exactly the truth; else it ends by itself with an error.",
            },
            "tenant": {
                "allOf": [specification::schema()],
                "description": "What a tenant of its own is born from: for `check` and the gauntlet.",
            },
            "parameters": {
                "type": "object",
                "additionalProperties": {"oneOf": [
                    object(json!({"default": {}, "about": text()})),
                    {"not": {"type": "object"}},
                ]},
                "description": "What can be chosen; used as ${name}. A value alone is the default.",
            },
            "extends": told("Takes over all of another scenario that is not said here; steps are appended."),
            "include": {"type": "array", "items": text(), "description": "Scenarios whose steps come first."},
            "gauntlet": gauntlet(),
            "steps": {"type": "array", "items": step(), "description": "What happens, in order of time."},
            "expect": {
                "type": "array",
                "items": expectation(),
                "description": "What a client must see: after the last step, unless `at` or `after` says else.",
            },
        })),
        &["name"],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("A scenario of mock-defender");
    schema
}

fn told(description: &str) -> Json {
    json!({"type": "string", "description": description})
}

fn span() -> Json {
    json!({"type": "string", "description": "A length of time such as 90s, 2h 30m or PT1H; or a parameter."})
}

/// A number, or a parameter that is one.
fn number() -> Json {
    json!({"type": ["integer", "string"]})
}

fn gauntlet() -> Json {
    let jump = object(
        json!({"after": object(json!({"requests": {"type": "integer", "minimum": 0}})), "by": span()}),
    );
    object(json!({
        "tick": span(),
        "rounds": {"type": "integer", "minimum": 1},
        "between": span(),
        "jumps": {"type": "array", "items": needing(jump, &["after", "by"])},
    }))
}

fn step() -> Json {
    let mut step = object(json!({
        "after": span(),
        "at": span(),
        "do": commands::schema::schema(),
        "fault": commands::faults::schema::schema(),
        "end": told("The name of a fault that ends."),
        "include": told("Another scenario, whose steps come here."),
        "with": {"type": "object", "description": "Parameters of what is included."},
        "as": told("What later steps call it by: `$name` for an alert, `end: name` for a fault."),
    }));
    // Ids of alerts may be names of steps, instants `$now+2h`, numbers parameters.
    loosen(&mut step["properties"]["do"]);
    loosen(&mut step["properties"]["fault"]);
    step
}

/// Lets names stand where patterns and formats want ids and instants, and parameters where numbers do.
fn loosen(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            let is_schema_of_text = members.get("type").is_some_and(|kind| kind == "string");
            if is_schema_of_text {
                members.shift_remove("pattern");
                members.shift_remove("format");
            }
            if members
                .get("type")
                .is_some_and(|kind| kind == "integer" || kind == "number" || kind == "boolean")
            {
                let kind = members["type"].clone();
                members.insert("type".to_owned(), json!([kind, "string"]));
            }
            members.values_mut().for_each(loosen);
        }
        Json::Array(items) => items.iter_mut().for_each(loosen),
        _ => {}
    }
}

fn expectation() -> Json {
    let plain = || json!({"type": ["string", "number", "boolean"]});
    let header = json!({"oneOf": [
        plain(),
        object(json!({"exists": {"type": "boolean"}})),
        object(json!({"contains": text()})),
    ]});
    let amount = json!({"oneOf": [
        number(),
        object(json!({"least": {"type": "integer"}, "most": {"type": "integer"}})),
    ]});
    let tests = object(json!({
        "is": {}, "not": {}, "exists": {"type": "boolean"}, "contains": {}, "least": {"type": ["number", "string"]},
        "most": {"type": ["number", "string"]}, "count": amount,
    }));
    let value = json!({"oneOf": [{"not": {"type": "object"}}, tests]});
    let map = |of: Json| json!({"type": "object", "additionalProperties": of});
    let target =
        || told("The path with its query, or a URL; {tenant}, {full.clientId} and the like are filled in.");
    // With a parameter in it, it may be any of them.
    let reasons = [json!({"enum": Reason::ALL.map(Reason::name)}), json!({"pattern": "\\$\\{"})];
    object(json!({
        "at": span(),
        "after": span(),
        "get": target(),
        "post": target(),
        "patch": target(),
        "put": target(),
        "delete": target(),
        "head": target(),
        "as": told("Who asks: apiToken, an application, a persona or a user; nobody, if nothing is said."),
        "tokenFrom": {"enum": ["now", "start"], "description": "When the token was issued."},
        "send": map(plain()),
        "body": {"description": "A text as it is, anything else as JSON."},
        "form": map(plain()),
        "times": number(),
        "each": {"type": "array", "items": number(), "description": "The statuses of as many answers."},
        "status": number(),
        "headers": map(header),
        "json": map(value),
        "text": object(json!({"contains": text(), "not": text()})),
        "delivery": {"enum": ["whole", "late", "drip", "hang", "reset", "truncated"]},
        "keep": map(told("A JSON pointer.")),
        "connection": {
            "oneOf": [
                {"const": CONNECTED},
                {"type": "array", "items": {"anyOf": reasons}, "minItems": 1},
            ],
            "description": "In place of a request: how the connection of Copilot stands, with every reason for which it is \
                            disconnected; with `as`, how it stood when this user loaded the page of sources last.",
        },
    }))
}

/// What `schema` describes, for the test that holds it to what is read.
#[cfg(test)]
fn described<'s>(schema: &'s Json, key: &str) -> Vec<&'s str> {
    let of = if key.is_empty() { schema } else { &schema["properties"][key]["items"] };
    let mut names: Vec<&str> =
        of["properties"].as_object().map(|all| all.keys().map(String::as_str).collect()).unwrap_or_default();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::super::{expectations, read, steps};
    use super::*;

    fn sorted(keys: &[&'static str]) -> Vec<&'static str> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn every_key_that_is_read_is_described() {
        let schema = schema();
        assert_eq!(described(&schema, ""), sorted(&read::KEYS));
        assert_eq!(described(&schema, "steps"), sorted(&steps::KEYS));
        assert_eq!(described(&schema, "expect"), sorted(&expectations::KEYS));
    }

    #[test]
    fn the_schema_that_is_shipped_is_the_one_that_is_printed() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/schema.json");
        let written = format!("{:#}\n", schema());
        if std::env::var_os("MOCK_DEFENDER_BLESS").is_some() {
            std::fs::write(&file, &written).unwrap();
        }
        let shipped = std::fs::read_to_string(&file).unwrap();
        assert!(shipped == written, "run with MOCK_DEFENDER_BLESS=1, or `mock-defender scenario schema`");
    }
}
